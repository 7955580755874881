"""How sick the person feels: asked in time, after everything else, never in the way; nobody very sick goes on."""

import msgspec
import pytest

from tests.core.drive import Drive
from tests.core.ladders import S
from vret.core import commands, effects, events
from vret.core.effects import Cause, Refusal, State
from vret.core.limits import LIMITS
from vret.core.measures import EndedHow, RatingSource, SicknessMoment
from vret.core.report import report
from vret.core.session import Session, open_session
from vret.core.sickness import FMS_ALARM, FMS_MAX, FMS_UNWELL
from vret.core.step import step

BEFORE, DURING, AFTER = SicknessMoment
ABOUT_IT = (
    effects.SicknessAsked,
    effects.SicknessRecorded,
    effects.SicknessMissing,
    effects.BreakDue,
    effects.BreakTaken,
)
RISES: tuple[commands.Command, ...] = (
    commands.SetRung(scene="tower", rung="rung1"),
    commands.Resume(level=commands.ResumeLevel.SAME),
    commands.Resume(level=commands.ResumeLevel.LOWER),
)


def calm() -> Drive:
    """In the calm room, stop practised."""
    drive = Drive(watches_sickness=True)
    drive.practise()
    return drive


def answer(drive: Drive, fms: int) -> tuple[effects.Effect, ...]:
    return drive.feed(events.SicknessGiven(t_ns=drive.t_ns, fms=fms))


def rate(drive: Drive, suds: int) -> tuple[effects.Effect, ...]:
    return drive.feed(events.RatingGiven(t_ns=drive.t_ns, suds=suds))


def refused(drive: Drive, command: commands.Command) -> Refusal | None:
    follows = drive.command(command)
    return next((said.reason for said in follows if isinstance(said, effects.CommandRefused)), None)


def exposed() -> Drive:
    """In a scene, and asked before it."""
    drive = calm()
    drive.wait(S)
    answer(drive, 0)
    assert refused(drive, commands.SetRung(scene="tower", rung="rung1")) is None
    drive.wait(3 * S)
    assert drive.state is State.EXPOSED
    drive.log.clear()
    return drive


def told(drive: Drive) -> list[effects.Effect]:
    return [said for said in drive.log if isinstance(said, ABOUT_IT)]


def is_asked(drive: Drive) -> bool:
    return drive.session.sickness.is_asked


# -- when it is asked


def test_it_is_asked_before_the_first_exposure_when_stop_has_been_practised() -> None:
    drive = Drive(watches_sickness=True)
    drive.admit()
    drive.wait(60 * S)
    assert not is_asked(drive)
    drive.press(events.StopPressed)
    drive.press(events.ReadyPressed)
    drive.wait(S)
    assert not is_asked(drive)
    drive.command(commands.Resume(level=commands.ResumeLevel.CALM))
    assert is_asked(drive)
    given = answer(drive, 2)
    assert given == (effects.SicknessRecorded(fms=2, moment=BEFORE, source=RatingSource.DIAL),)
    drive.wait(120 * S)
    assert not is_asked(drive)


def test_who_was_asked_aloud_is_not_asked_again() -> None:
    drive = Drive(watches_sickness=True)
    drive.admit()
    assert refused(drive, commands.EnterSickness(fms=1)) is None
    drive.press(events.StopPressed)
    drive.press(events.ReadyPressed)
    drive.command(commands.Resume(level=commands.ResumeLevel.CALM))
    drive.wait(30 * S)
    assert told(drive) == [effects.SicknessRecorded(fms=1, moment=BEFORE, source=RatingSource.THERAPIST)]


def test_no_answer_is_missing_and_is_not_asked_for_again_and_again() -> None:
    drive = calm()
    assert is_asked(drive)
    drive.wait(LIMITS.rating_ns + S)
    drive.wait(300 * S)
    assert told(drive) == [effects.SicknessAsked(moment=BEFORE), effects.SicknessMissing(moment=BEFORE)]
    assert drive.session.sickness.fms is None, "missing is not zero"


def test_the_question_stands_in_nobodys_way() -> None:
    drive = calm()
    assert is_asked(drive)
    assert refused(drive, commands.SetRung(scene="tower", rung="rung1")) is None
    assert drive.state is State.EXPOSED
    assert told(drive)[-1] == effects.SicknessMissing(moment=BEFORE), (
        "an answer in the scene would be none of before it"
    )


def test_it_is_asked_every_ten_minutes_in_a_scene() -> None:
    drive = exposed()
    drive.wait(LIMITS.sickness_interval_ns - 4 * S)
    assert told(drive) == []
    drive.wait(4 * S)
    assert told(drive) == [effects.SicknessAsked(moment=DURING)]
    answer(drive, 3)
    drive.wait(LIMITS.sickness_interval_ns - S)
    assert len(told(drive)) == 2
    drive.wait(2 * S)
    assert told(drive)[-1] == effects.SicknessAsked(moment=DURING)


def test_an_answer_begins_the_ten_minutes_anew() -> None:
    drive = exposed()
    drive.wait(300 * S)
    drive.command(commands.EnterSickness(fms=1))
    drive.wait(LIMITS.sickness_interval_ns - S)
    assert not is_asked(drive)
    drive.wait(2 * S)
    assert is_asked(drive)


def test_time_out_of_the_scene_does_not_count_and_time_on_hold_does() -> None:
    drive = exposed()
    drive.wait(300 * S)
    drive.press(events.WaitPressed)
    drive.wait(290 * S)
    drive.command(commands.Continue())
    drive.wait(S)
    assert not is_asked(drive)
    drive.wait(10 * S)
    assert is_asked(drive)


def test_a_computer_that_slept_showed_nothing_meanwhile() -> None:
    drive = exposed()
    drive.t_ns += 3_600 * S
    drive.feed(events.Tick(t_ns=drive.t_ns, gap_ns=3_600 * S))
    drive.heartbeat()
    drive.wait(S)
    assert drive.session.sickness.exposed_at(drive.t_ns) < 10 * S
    assert told(drive) == []


def test_after_a_scene_it_is_asked_when_distress_has_been_rated() -> None:
    drive = exposed()
    drive.command(commands.Calm())
    drive.wait(2 * S)
    drive.command(commands.AskRating())
    drive.wait(S)
    assert not is_asked(drive)
    rate(drive, 40)
    assert told(drive) == [effects.SicknessAsked(moment=AFTER)]
    answer(drive, 4)
    assert told(drive)[-1] == effects.SicknessRecorded(fms=4, moment=AFTER, source=RatingSource.DIAL)
    rate(drive, 30)
    drive.wait(120 * S)
    assert len(told(drive)) == 2


def test_a_missing_rating_of_distress_is_no_reason_not_to_ask() -> None:
    drive = exposed()
    drive.press(events.StopPressed)
    drive.command(commands.AskRating())
    drive.wait(LIMITS.rating_ns + S)
    assert told(drive) == [effects.SicknessAsked(moment=AFTER)]


def test_without_a_rating_it_is_asked_a_minute_after_the_scene() -> None:
    drive = exposed()
    drive.press(events.StopPressed)
    drive.wait(LIMITS.sickness_after_ns - S)
    assert told(drive) == []
    drive.wait(2 * S)
    assert told(drive) == [effects.SicknessAsked(moment=AFTER)]


def test_a_rating_that_was_said_aloud_is_followed_by_the_question_too() -> None:
    drive = exposed()
    drive.press(events.StopPressed)
    drive.command(commands.EnterRating(suds=50))
    assert is_asked(drive)


def test_who_left_because_they_felt_sick_is_asked_again_a_minute_later() -> None:
    drive = exposed()
    answer(drive, 8)
    drive.wait(LIMITS.sickness_after_ns + S)
    assert told(drive)[-1] == effects.SicknessAsked(moment=AFTER)
    answer(drive, 3)
    drive.wait(LIMITS.sickness_after_ns + S)
    assert not is_asked(drive)


def test_a_session_that_ends_unasked_lacks_the_answer_once() -> None:
    drive = exposed()
    drive.command(commands.End(how=EndedHow.CHOSEN_STEP))
    drive.wait(120 * S)
    assert told(drive) == [effects.SicknessMissing(moment=AFTER)]


def test_a_session_that_ends_after_the_answer_lacks_nothing() -> None:
    drive = exposed()
    drive.command(commands.Calm())
    drive.command(commands.EnterSickness(fms=2))
    drive.command(commands.End(how=EndedHow.CHOSEN_STEP))
    assert [type(said) for said in told(drive)] == [effects.SicknessRecorded]


def test_nothing_is_asked_by_itself_where_nobody_said_that_it_shall_be() -> None:
    """A log of a program that did not ask replays without the questions."""
    drive = Drive()
    drive.practise()
    drive.command(commands.SetRung(scene="tower", rung="rung1"))
    drive.wait(LIMITS.break_after_ns + 10 * S)
    drive.command(commands.Calm())
    drive.wait(LIMITS.break_ns + S)
    drive.command(commands.End(how=EndedHow.CHOSEN_STEP))
    assert told(drive) == []


# -- what comes first


def test_distress_is_asked_first_and_sickness_anew_afterwards() -> None:
    drive = calm()
    assert is_asked(drive)
    drive.command(commands.AskRating())
    assert not is_asked(drive)
    drive.wait(5 * S)
    rate(drive, 20)
    assert is_asked(drive)
    assert told(drive) == [effects.SicknessAsked(moment=BEFORE)] * 2
    request = drive.session.sickness.request
    assert request is not None
    assert request.until_ns == drive.t_ns + LIMITS.rating_ns, "the time for an answer begins anew"


@pytest.mark.parametrize(
    "between",
    [
        lambda drive: drive.command(commands.Say(text="Look around as you like.")),
        lambda drive: drive.press(events.SomeoneCameIn),
        lambda drive: drive.happens(events.HeadsetRemoved),
        lambda drive: drive.command(commands.AskRecording()),
        lambda drive: drive.command(commands.Prepare()),
        lambda drive: drive.feed(events.KeysAgreed(t_ns=drive.t_ns, sender="t", keys="k", words=("acorn", "fern"))),
    ],
)
def test_what_matters_more_puts_the_question_back(between) -> None:  # type: ignore[no-untyped-def]
    drive = calm()
    assert is_asked(drive)
    between(drive)
    assert not is_asked(drive)
    drive.wait(LIMITS.rating_ns + S)
    assert not any(isinstance(said, effects.SicknessMissing) for said in told(drive))


def test_who_has_just_asked_to_wait_is_asked_nothing() -> None:
    drive = exposed()
    drive.wait(LIMITS.sickness_interval_ns - 10 * S)
    drive.press(events.WaitPressed)
    drive.wait(30 * S)
    assert told(drive) == []
    drive.command(commands.Continue())
    assert is_asked(drive)


def test_the_therapist_asks_at_any_time_and_comes_after_distress() -> None:
    drive = exposed()
    assert refused(drive, commands.AskSickness()) is None
    assert is_asked(drive)
    answer(drive, 1)
    drive.command(commands.AskRating())
    drive.command(commands.AskSickness())
    assert not is_asked(drive)
    rate(drive, 60)
    assert is_asked(drive)


def test_a_question_of_the_therapist_takes_the_place_of_another() -> None:
    drive = exposed()
    drive.command(commands.AskSickness())
    drive.command(commands.AskSickness())
    assert told(drive) == [
        effects.SicknessAsked(moment=DURING),
        effects.SicknessMissing(moment=DURING),
        effects.SicknessAsked(moment=DURING),
    ]


def test_nobody_is_asked_before_they_are_let_in_or_with_somebody_else_there() -> None:
    drive = Drive(watches_sickness=True)
    assert refused(drive, commands.AskSickness()) is Refusal.WRONG_STATE
    drive = exposed()
    drive.press(events.SomeoneCameIn)
    assert refused(drive, commands.AskSickness()) is Refusal.NOT_PRIVATE
    assert refused(drive, commands.EnterSickness(fms=FMS_MAX + 1)) is Refusal.OUT_OF_RANGE
    assert answer(drive, -1) == answer(drive, FMS_MAX + 1) == ()


# -- what follows


@pytest.mark.parametrize("fms", [FMS_ALARM, FMS_UNWELL - 1])
def test_an_answer_that_alarms_changes_nothing_for_the_person(fms: int) -> None:
    drive = exposed()
    before = drive.session
    answer(drive, fms)
    assert (drive.session.state, drive.session.cut, drive.session.ramps) == (before.state, before.cut, before.ramps)
    assert refused(drive, commands.SetRung(scene="tower", rung="rung2")) is None


@pytest.mark.parametrize("by_therapist", [False, True])
@pytest.mark.parametrize("held", [False, True])
def test_who_feels_very_sick_is_calm_in_the_very_same_frame(by_therapist: bool, held: bool) -> None:
    drive = exposed()
    if held:
        drive.press(events.WaitPressed)
    drive.command(commands.EnterSickness(fms=FMS_UNWELL)) if by_therapist else answer(drive, FMS_UNWELL)
    assert (drive.state, drive.session.cause) == (State.STOPPED, Cause.UNWELL)
    assert drive.session.whereabouts_at(drive.t_ns).is_calm
    assert drive.session.veil_at(drive.t_ns) == 0
    assert report(drive.session, drive.t_ns).sickness.is_unwell  # type: ignore[union-attr]
    assert not report(drive.session, drive.t_ns).can_rise


def test_a_scene_that_is_still_fading_is_cut() -> None:
    drive = exposed()
    drive.command(commands.Calm())
    drive.wait(LIMITS.calm_fade_ns // 2)
    answer(drive, 9)
    assert drive.session.whereabouts_at(drive.t_ns).is_calm
    assert drive.state is State.CALM


def test_nothing_rises_until_a_later_answer_is_lower() -> None:
    drive = exposed()
    answer(drive, 8)
    drive.press(events.ReadyPressed)
    drive.wait(600 * S)
    for command in RISES[1:]:
        assert refused(drive, command) is Refusal.UNWELL
    assert refused(drive, commands.Resume(level=commands.ResumeLevel.CALM)) is None
    assert refused(drive, RISES[0]) is Refusal.UNWELL
    answer(drive, FMS_UNWELL)
    assert refused(drive, RISES[0]) is Refusal.UNWELL
    answer(drive, FMS_UNWELL - 1)
    assert refused(drive, RISES[0]) is None


def test_after_it_the_way_back_is_that_after_a_stop() -> None:
    drive = exposed()
    answer(drive, 7)
    answer(drive, 3)
    assert refused(drive, commands.Resume()) is Refusal.PERSON_NOT_READY
    drive.press(events.ReadyPressed)
    assert refused(drive, commands.Resume()) is None
    answer(drive, 7)
    assert drive.session.offer is None
    drive.press(events.ResumeAccepted)
    assert drive.state is State.STOPPED
    answer(drive, 0)
    assert refused(drive, commands.Resume()) is None
    drive.press(events.ResumeAccepted)
    assert drive.state is State.EXPOSED


@pytest.mark.parametrize(
    "command", [commands.StepDown(), commands.Pause(), commands.Calm(), commands.Stop(), commands.EndRecording()]
)
def test_what_lowers_is_obeyed_whoever_is_sick(command: commands.Command) -> None:
    drive = exposed()
    answer(drive, 10)
    assert refused(drive, command) is None


def test_a_lower_answer_that_was_said_before_lets_nothing_rise_after_it() -> None:
    drive = exposed()
    seen = drive.session.lease.number
    answer(drive, 9)
    late = drive.command(commands.EnterSickness(fms=2), beacon=seen)
    assert effects.CommandRefused(sender="t", command_id=late[-1].command_id, reason=Refusal.OVERTAKEN) in late  # type: ignore[union-attr]
    assert drive.session.sickness.is_unwell


# -- breaks


def test_a_break_is_due_after_half_an_hour_in_scenes_and_taken_by_ten_minutes_out_of_them() -> None:
    drive = exposed()
    drive.wait(900 * S)
    drive.command(commands.Calm())
    drive.wait(300 * S)
    assert refused(drive, commands.SetRung(scene="tower", rung="rung1")) is None
    drive.wait(890 * S)
    assert not drive.session.sickness.is_break_due, "five minutes were too short, and no time in a scene"
    drive.wait(10 * S)
    assert drive.session.sickness.is_break_due
    assert drive.state is State.EXPOSED, "it is the therapist who is told"
    drive.wait(300 * S)
    assert sum(isinstance(said, effects.BreakDue) for said in told(drive)) == 1
    drive.command(commands.Calm())
    drive.wait(LIMITS.break_ns - S)
    assert drive.session.sickness.is_break_due
    drive.wait(2 * S)
    assert not drive.session.sickness.is_break_due
    assert sum(isinstance(said, effects.BreakTaken) for said in told(drive)) == 1
    assert report(drive.session, drive.t_ns).sickness.unbroken_ns == 0  # type: ignore[union-attr]


# -- what is written


def test_the_records_replay_to_the_same_states() -> None:
    codec = msgspec.json.Decoder(events.Event)
    opened = events.SessionOpened(
        t_ns=0, session_id="s", plan=Drive().session.plan, scenes=Drive().session.scenes, watches_sickness=True
    )
    drive = Drive(watches_sickness=True)
    drive.session, history = open_session(opened), []
    feed = drive.feed

    def kept(event: events.Event) -> tuple[effects.Effect, ...]:
        before = drive.session
        follows = feed(event)
        if follows or drive.session is not before:
            history.append((msgspec.json.encode(event), follows, drive.session.digest()))
        return follows

    drive.feed = kept  # type: ignore[method-assign]
    drive.feed(events.InputGained(t_ns=drive.t_ns, input=events.Input.KEYBOARD))
    drive.practise()
    drive.wait(S)
    answer(drive, 1)
    drive.command(commands.SetRung(scene="tower", rung="rung1"))
    drive.wait(LIMITS.break_after_ns + 5 * S)
    answer(drive, 8)
    drive.wait(LIMITS.break_ns + S)
    drive.command(commands.End(how=EndedHow.TECHNICAL))
    again: Session = open_session(opened)
    for event, follows, digest in history:
        again, replayed = step(again, codec.decode(event))
        assert (replayed, again.digest()) == (follows, digest)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(again), type=Session) == again


def test_a_tick_on_which_nothing_happens_leaves_the_same_object() -> None:
    drive = exposed()
    session, follows = step(drive.session, events.Tick(t_ns=drive.t_ns + 1, gap_ns=1))
    assert session is drive.session
    assert follows == ()
