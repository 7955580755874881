"""Somebody came in: what is held, hidden and refused until the person is alone again."""

import pytest

from tests.core.drive import Drive, in_state
from tests.core.ladders import S
from vret.core import commands, effects, events
from vret.core.effects import Cause, Refusal, State
from vret.core.limits import LIMITS
from vret.core.report import report
from vret.core.transitions import STATES


def interrupted(state: State = State.EXPOSED) -> Drive:
    drive = in_state(state)
    drive.press(events.SomeoneCameIn)
    return drive


@pytest.mark.parametrize("state", [State.EXPOSED, State.HELD, State.PAUSED])
def test_a_scene_is_held_where_it_is_and_is_no_stop(state: State) -> None:
    before = in_state(state).session
    drive = interrupted(state)
    assert (drive.state, drive.session.cause) == (State.HELD, Cause.SOMEONE_CAME_IN)
    assert (drive.session.scene, drive.session.step_index) == (before.scene, before.step_index)
    assert drive.session.axes_at(drive.t_ns) == before.axes_at(drive.t_ns)
    assert not report(drive.session, drive.t_ns).is_private


def test_it_is_in_the_log_by_its_own_name_and_told_at_once() -> None:
    drive = in_state(State.EXPOSED)
    follows = drive.press(events.SomeoneCameIn)
    assert effects.PrivacyChanged(is_private=False) in follows
    assert effects.StateChanged(state=State.HELD, cause=Cause.SOMEONE_CAME_IN) in follows
    assert any(isinstance(effect, effects.BeaconIssued) for effect in follows)
    assert drive.press(events.SomeoneCameIn)[-1] == effects.PressAcknowledged()
    assert effects.PrivacyChanged(is_private=True) in drive.press(events.PrivateAgain)
    assert drive.press(events.PrivateAgain)[-1] == effects.PressAcknowledged()


@pytest.mark.parametrize(
    ("state", "asked"),
    [
        (State.EXPOSED, commands.Continue()),
        (State.CALM, commands.SetRung(scene="tower", rung="rung1")),
        (State.CALM, commands.AskRating()),
        (State.CALM, commands.SayHere()),
    ],
)
def test_nothing_begins_goes_on_or_is_asked_meanwhile(state: State, asked: commands.Command) -> None:
    drive = interrupted(state)
    drive.wait(S)
    assert drive.refusal(asked) is Refusal.NOT_PRIVATE
    drive.press(events.PrivateAgain)
    assert drive.refusal(asked) is None


def test_what_the_therapist_writes_meanwhile_is_kept_and_read_when_the_person_is_alone_again() -> None:
    drive = in_state(State.CALM)
    assert drive.refusal(commands.Say(text="Before.")) is None
    drive.press(events.SomeoneCameIn)
    assert drive.session.saying is None
    assert drive.refusal(commands.Say(text="Meanwhile.")) is None
    assert drive.session.saying is not None
    drive.wait(60 * S)
    drive.press(events.PrivateAgain)
    assert drive.session.saying.text == "Meanwhile."
    assert drive.session.saying.until_ns > drive.t_ns + LIMITS.say_ns


def test_no_way_up_after_a_stop_is_open_meanwhile() -> None:
    drive = in_state(State.STOPPED)
    drive.press(events.ReadyPressed)
    drive.press(events.SomeoneCameIn)
    assert not drive.session.ready
    drive.press(events.ReadyPressed)
    assert not drive.session.ready
    assert drive.refusal(commands.Resume()) is Refusal.PERSON_NOT_READY
    drive.press(events.PrivateAgain)
    drive.press(events.ReadyPressed)
    assert drive.refusal(commands.Resume()) is None
    drive.press(events.SomeoneCameIn)
    assert drive.session.offer is None


def test_an_entry_that_is_under_way_is_never_seen() -> None:
    drive = in_state(State.STOPPED)
    drive.press(events.ReadyPressed)
    drive.command(commands.Resume(level=commands.ResumeLevel.SAME))
    drive.press(events.ResumeAccepted)
    assert not drive.session.cut.after.is_calm
    drive.wait(LIMITS.enter_fade_ns * 9 // 10)
    drive.press(events.SomeoneCameIn)
    assert drive.state is State.CALM
    assert drive.session.whereabouts_at(drive.t_ns + 60 * S).is_calm


def test_a_question_is_closed_and_its_answer_missing() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.AskRating())
    assert any(isinstance(effect, effects.RatingMissing) for effect in drive.press(events.SomeoneCameIn))
    assert drive.session.rating is None


def test_what_was_announced_or_under_way_is_over() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.ShowStimulus(stimulus="gust"))
    drive.wait(3 * S)
    assert drive.session.active
    assert effects.StimulusEnded(stimulus="gust") in drive.press(events.SomeoneCameIn)
    assert drive.session.active == ()


def test_coming_back_is_held_and_the_therapist_goes_on() -> None:
    drive = interrupted()
    held = drive.session
    drive.wait(30 * S)
    seen = drive.session.lease.number
    drive.press(events.PrivateAgain)
    assert (drive.state, drive.session.cause) == (State.HELD, Cause.SOMEONE_CAME_IN)
    assert drive.session.axes_at(drive.t_ns) == held.axes_at(drive.t_ns)
    assert drive.refusal(commands.Continue(), beacon=seen) is Refusal.OVERTAKEN
    assert drive.refusal(commands.Continue()) is None
    assert drive.state is State.EXPOSED


@pytest.mark.parametrize(
    ("happens", "after"),
    [
        (lambda drive: drive.press(events.StopPressed), (State.STOPPED, Cause.PERSON_STOP)),
        (lambda drive: drive.command(commands.Stop()), (State.STOPPED, Cause.THERAPIST_STOP)),
        (lambda drive: drive.command(commands.Calm()), (State.CALM, Cause.THERAPIST)),
        (lambda drive: drive.wait(9 * S, silent=True), (State.STOPPED, Cause.LEASE_LOST)),
        (lambda drive: drive.happens(events.HeadsetRemoved), (State.STOPPED, Cause.HEADSET_OFF)),
        (lambda drive: drive.happens(events.ProgramRestarted), (State.STOPPED, Cause.PROGRAM_RESTARTED)),
    ],
)
def test_stop_calm_and_a_lost_lease_are_obeyed_beneath(happens: object, after: tuple[State, Cause]) -> None:
    assert callable(happens)
    drive = interrupted()
    happens(drive)
    assert (drive.state, drive.session.cause) == after
    assert not drive.session.is_private, "only the person says that they are alone again"
    drive.press(events.PrivateAgain)
    assert (drive.state, drive.session.cause) == after


def test_less_lowers_beneath() -> None:
    drive = interrupted()
    before = drive.session.step_index
    drive.press(events.LessPressed)
    assert drive.session.step_index == before - 1
    assert drive.state is State.HELD


@pytest.mark.parametrize("state", STATES)
def test_it_is_heard_in_every_state(state: State) -> None:
    drive = interrupted(state)
    assert not drive.session.is_private
    drive.press(events.PrivateAgain)
    assert drive.session.is_private
    assert drive.state is not State.EXPOSED
