"""A recording of the conversation's sound: asked, agreed to, declined, ended, and what it leaves alone."""

import msgspec
import pytest

from tests.core.drive import Drive, in_state
from tests.core.ladders import S
from vret.core import commands, effects, events
from vret.core.consent import RecordingEnd
from vret.core.effects import Refusal, State
from vret.core.events import Input
from vret.core.limits import LIMITS
from vret.core.measures import EndedHow
from vret.core.preparation import Item
from vret.core.report import report
from vret.core.transitions import STATES


def asked() -> Drive:
    drive = in_state(State.CALM)
    assert drive.refusal(commands.AskRecording()) is None
    return drive


def recorded(state: State = State.CALM) -> Drive:
    """Both have consented in the calm room; then on to a state."""
    drive = asked()
    drive.press(events.RecordingAccepted)
    assert drive.session.recording is not None
    if state is not State.CALM:
        assert drive.refusal(commands.SetRung(scene="tower", rung="rung1")) is None
        drive.wait(20 * S)
    assert drive.state is state
    return drive


def is_on(drive: Drive) -> bool:
    recording = report(drive.session, drive.t_ns).recording
    return recording is not None and recording.is_on


def ends(drive: Drive) -> list[RecordingEnd]:
    return [effect.why for effect in drive.log if isinstance(effect, effects.RecordingEnded)]


def test_both_consents_are_in_the_log_in_their_order() -> None:
    drive = in_state(State.CALM)
    assert report(drive.session, drive.t_ns).recording is None
    assert effects.RecordingAsked(number=1) in drive.command(commands.AskRecording())
    assert not is_on(drive)
    assert drive.press(events.RecordingAccepted) == (effects.RecordingBegan(number=1),)
    assert is_on(drive)


def test_nothing_but_the_person_s_own_yes_begins_it() -> None:
    drive = asked()
    for kind in (events.ReadyPressed, events.ResumeAccepted, events.CanWaitPressed, events.PrivateAgain):
        drive.press(kind)
    drive.command(commands.Say(text="Please say yes."))
    assert drive.refusal(commands.AskRecording()) is Refusal.WRONG_STATE
    assert not is_on(drive)


def test_a_yes_that_nobody_asked_for_does_nothing() -> None:
    drive = in_state(State.CALM)
    assert drive.press(events.RecordingAccepted) == (effects.PressAcknowledged(),)
    assert drive.session.recording is None


def test_a_no_that_nobody_asked_for_is_not_even_a_press() -> None:
    drive = in_state(State.CALM)
    before = drive.session
    assert drive.press(events.RecordingDeclined, Input.CONTROLLER_LEFT) == ()
    assert drive.session is before


def test_no_answer_is_no() -> None:
    drive = asked()
    drive.wait(LIMITS.recording_question_ns - S)
    assert drive.session.asks_recording
    drive.wait(2 * S)
    assert drive.session.recording is None
    assert ends(drive) == [RecordingEnd.UNANSWERED]
    drive.press(events.RecordingAccepted)
    assert not is_on(drive)


def test_no_is_no_and_may_be_asked_again_by_another_number() -> None:
    drive = asked()
    assert drive.press(events.RecordingDeclined) == (effects.RecordingEnded(number=1, why=RecordingEnd.DECLINED),)
    assert effects.RecordingAsked(number=2) in drive.command(commands.AskRecording())


@pytest.mark.parametrize("state", [state for state in STATES if state is not State.CALM])
def test_it_is_asked_in_the_calm_room_alone(state: State) -> None:
    drive = in_state(state)
    assert drive.refusal(commands.AskRecording()) is Refusal.WRONG_STATE
    assert drive.session.recording is None


def test_it_is_asked_by_a_therapist_who_is_there_of_a_person_who_is_alone() -> None:
    drive = in_state(State.CALM)
    drive.press(events.SomeoneCameIn)
    assert drive.refusal(commands.AskRecording()) is Refusal.NOT_PRIVATE
    drive.press(events.PrivateAgain)
    seen = drive.session.lease.number
    drive.wait(LIMITS.lease_rise_ns + S, silent=True)
    assert drive.refusal(commands.AskRecording(), beacon=seen) is Refusal.LEASE_STALE


def test_it_is_asked_by_who_holds_the_keys_and_after_the_words_were_compared() -> None:
    drive = in_state(State.CALM)
    drive.session = msgspec.structs.replace(drive.session, compares_words=True)
    assert drive.refusal(commands.AskRecording()) is Refusal.WORDS_NOT_COMPARED
    for sender in ("somebody", "t"):
        drive.feed(events.KeysAgreed(t_ns=drive.t_ns, sender=sender, keys="k", words=("a",)))
        drive.feed(events.WordsMatched(t_ns=drive.t_ns, sender=sender, keys="k"))
        drive.press(events.ReadyPressed)
        assert drive.session.is_compared
        assert drive.refusal(commands.AskRecording()) is (None if sender == "t" else Refusal.WORDS_NOT_COMPARED)


@pytest.mark.parametrize(
    "happens",
    [
        lambda drive: drive.command(commands.SetRung(scene="tower", rung="rung1")),
        lambda drive: drive.press(events.StopPressed),
        lambda drive: drive.command(commands.Stop()),
        lambda drive: drive.press(events.SomeoneCameIn),
    ],
)
def test_a_question_does_not_outlive_the_quiet_in_which_it_was_asked(happens: object) -> None:
    assert callable(happens)
    drive = asked()
    happens(drive)
    assert drive.session.recording is None
    assert ends(drive) == [RecordingEnd.UNANSWERED]


@pytest.mark.parametrize("state", [State.CALM, State.EXPOSED])
def test_either_ends_it_by_one_press(state: State) -> None:
    drive = recorded(state)
    drive.press(events.RecordingDeclined)
    assert not is_on(drive)
    assert ends(drive) == [RecordingEnd.PERSON]
    drive = recorded(state)
    assert drive.refusal(commands.EndRecording()) is None
    assert not is_on(drive)
    assert ends(drive) == [RecordingEnd.THERAPIST]
    assert drive.refusal(commands.EndRecording()) is None


def test_the_therapist_takes_the_question_back() -> None:
    drive = asked()
    drive.command(commands.EndRecording())
    drive.press(events.RecordingAccepted)
    assert not is_on(drive)


def test_the_therapist_ends_it_also_with_a_lost_lease() -> None:
    drive = recorded(State.EXPOSED)
    seen = drive.session.lease.number
    drive.wait(9 * S, silent=True)
    assert is_on(drive)
    assert drive.refusal(commands.EndRecording(), beacon=seen) is None
    assert not is_on(drive)


def test_a_stop_and_somebody_who_comes_in_leave_it_on_and_the_session_s_end_ends_it() -> None:
    drive = recorded(State.EXPOSED)
    drive.press(events.SomeoneCameIn)
    told = report(drive.session, drive.t_ns)
    assert (is_on(drive), told.is_private) == (True, False)
    drive.press(events.RecordingDeclined)
    assert not is_on(drive), "it can be ended meanwhile"
    drive = recorded(State.EXPOSED)
    drive.press(events.StopPressed)
    assert is_on(drive)
    drive.command(commands.End(how=EndedHow.CHOSEN_STEP))
    assert not is_on(drive)
    assert ends(drive) == [RecordingEnd.SESSION_ENDED]


@pytest.mark.parametrize("act", [commands.AskRecording(), commands.EndRecording()])
def test_it_changes_nothing_else(act: commands.Command) -> None:
    """Neither the commands nor the person's answers: but for the command's sequence and the lease that it echoes."""
    drive = Drive()
    drive.admit()
    drive.heartbeat()
    before = drive.session
    drive.command(act)
    drive.press(events.RecordingAccepted)
    drive.press(events.RecordingDeclined)
    same = {"recording": before.recording, "recordings": before.recordings, "sequences": before.sequences}
    assert msgspec.structs.replace(drive.session, **same) == before


def test_the_preparation_waits_for_the_answer() -> None:
    drive = in_state(State.CALM)
    drive.command(commands.Prepare())
    assert drive.session.prepares is Item.READ
    drive.command(commands.AskRecording())
    assert drive.session.prepares is None
    drive.press(events.ReadyPressed)
    drive.press(events.RecordingDeclined)
    assert drive.session.prepares is Item.READ
