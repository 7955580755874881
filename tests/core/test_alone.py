"""Homework: nothing rises but by the person's press, slowly, within what was signed; distress and silence lower."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.core.alone import AloneDrive, alone_in, homework_for, prepared
from tests.core.drive import in_state
from tests.core.ladders import SCENE, M, S
from vret.core import commands, effects, events
from vret.core.effects import Cause, Refusal, State
from vret.core.events import Input
from vret.core.ladder import FAINTING_RISK
from vret.core.limits import LIMITS
from vret.core.measures import EndedHow, RatingMoment
from vret.core.preparation import ALONE, SAFE_ALONE
from vret.core.report import report
from vret.core.sickness import FMS_UNWELL
from vret.core.transitions import ALONE_STATES, ALONE_TABLE, IN_SCENE

OTHER = replace(SCENE, name="bridge", title="Bridge", content_hash="1" * 64)
HERE = RatingMoment.STEP


def asked(drive: AloneDrive) -> list[RatingMoment]:
    return [effect.moment for effect in drive.log if isinstance(effect, effects.RatingAsked)]


def offered(drive: AloneDrive) -> list[effects.Effect]:
    return [said for said in drive.log if isinstance(said, effects.LessOffered | effects.LessAnswered)]


# -- beginning


def test_it_begins_in_the_calm_room_without_anybody() -> None:
    drive = AloneDrive()
    assert (drive.state, drive.session.cause) == (State.CALM, Cause.HOMEWORK)
    drive.wait(60 * S)
    assert drive.state is State.CALM
    assert drive.session.whereabouts_at(drive.t_ns).is_calm


def test_below_where_people_faint_who_said_that_they_sit_goes_on_and_who_stood_up_waits() -> None:
    fainting = replace(
        SCENE, rungs=(*SCENE.rungs[:2], replace(SCENE.rungs[2], tags=(FAINTING_RISK,)), *SCENE.rungs[3:])
    )
    drive = AloneDrive(homework_for(fainting, top_rung="rung1"), (fainting,))
    drive.prepare()
    assert drive.session.is_seated
    assert drive.rise() is None
    drive.wait(10 * S)
    drive.feed(events.StoodUp(t_ns=drive.t_ns))
    assert (drive.state, drive.session.cause) == (State.HELD, Cause.STOOD_UP)
    assert drive.rise() is Refusal.NOT_SEATED
    drive.feed(events.SatDown(t_ns=drive.t_ns))
    assert drive.rise() is Refusal.TOO_SOON


def test_all_of_the_preparation_is_asked_and_nothing_rises_before_it_is_done() -> None:
    drive = AloneDrive()
    seen = []
    for item in ALONE:
        assert drive.rise() in (Refusal.NOT_PREPARED, Refusal.STOP_NOT_PRACTISED)
        seen.append(drive.session.prepares)
        match item.value:
            case "wait":
                drive.press(events.WaitPressed)
            case "less":
                drive.press(events.LessPressed)
            case "rating":
                assert asked(drive) == [RatingMoment.BASELINE]
                drive.rate(30)
            case "stop":
                drive.press(events.StopPressed)
            case _:
                drive.press(events.ReadyPressed)
        drive.wait(S)
    assert seen == list(ALONE)
    assert drive.state is State.STOPPED
    drive.press(events.ReadyPressed)
    assert drive.session.cause is Cause.RESUMED
    assert drive.rise() is None
    assert (drive.state, drive.session.step_index) == (State.EXPOSED, 0)


@pytest.mark.parametrize("item", SAFE_ALONE)
def test_one_no_and_it_is_not_for_today(item: object) -> None:
    drive = AloneDrive()
    while drive.session.prepares is not item:
        drive.press(events.ReadyPressed)
    said = drive.press(events.LessPressed)
    assert [(effect.item, effect.is_well) for effect in said if isinstance(effect, effects.Prepared)] == [(item, False)]
    assert drive.session.prepares is None
    for press in (events.ReadyPressed, events.WaitPressed, events.StopPressed, events.ReadyPressed):
        drive.press(press)
    drive.rate(20)
    assert drive.state is State.CALM
    assert drive.rise() is Refusal.NOT_TODAY
    assert drive.session.whereabouts_at(drive.t_ns).is_calm


def test_stop_is_practised_on_the_control_in_use() -> None:
    drive = prepared()
    drive.press(events.WaitPressed, Input.CONTROLLER_LEFT)
    assert drive.press(events.RisePressed, Input.CONTROLLER_LEFT)[-1] == effects.RiseRefused(
        reason=Refusal.STOP_NOT_PRACTISED
    )


# -- rising


def test_it_goes_up_one_rung_a_press_and_no_further_than_the_top() -> None:
    drive = prepared()
    for step in range(4):
        assert drive.rise() is None
        assert drive.session.step_index == step
        drive.stay()
    assert drive.rise() is None
    assert (drive.state, drive.session.cause) == (State.CALM, Cause.PERSON_RISE)
    drive.wait(30 * S)
    assert drive.rise() is Refusal.HOMEWORK_OVER
    assert asked(drive)[1:] == [RatingMoment.ENTRY, HERE, HERE, HERE, RatingMoment.EXIT]


def test_scenes_follow_each_other_through_the_calm_room() -> None:
    drive = prepared(homework_for(SCENE, OTHER, top_rung="rung0"), (SCENE, OTHER))
    drive.climb(0)
    assert drive.session.scene == "tower"
    assert drive.rise() is None
    assert drive.rise() in (Refusal.FADING, Refusal.TOO_SOON)
    drive.wait(30 * S)
    assert drive.rise() is None
    assert (drive.session.scene, drive.session.step_index) == ("bridge", 0)


def test_a_ceiling_of_the_homework_is_a_top_too() -> None:
    homework = homework_for()
    low = replace(homework, scenes=(replace(homework.scenes[0], ceilings={"wind_mps": 2 * M}),))
    drive = prepared(low)
    drive.climb(2)
    assert drive.rise() is None
    assert drive.state is State.CALM


def test_nobody_rushes() -> None:
    drive = prepared()
    assert drive.rise() is None
    drive.wait(S)
    assert drive.rise() is Refusal.TOO_SOON, "the scene is not even seen"
    while drive.session.rating is None:
        drive.wait(S // 10)
    reached_ns = drive.t_ns
    drive.rate(30)
    drive.wait(LIMITS.homework_rung_ns - 2 * S)
    assert drive.rise() is Refusal.TOO_SOON
    drive.wait(2 * S)
    assert drive.t_ns - reached_ns == LIMITS.homework_rung_ns
    assert drive.rise() is None
    assert drive.session.step_index == 1
    assert drive.rise() is Refusal.TOO_SOON
    assert drive.session.step_index == 1


def test_an_answer_that_is_awaited_comes_first() -> None:
    drive = alone_in(State.EXPOSED)
    drive.wait(LIMITS.homework_rating_ns - 30 * S)
    while drive.session.rating is None:
        drive.wait(S)
    assert asked(drive)[-1] is RatingMoment.INTERVAL
    assert drive.rise() is Refusal.TOO_SOON
    drive.wait(LIMITS.rating_ns + S)
    assert drive.told(effects.RatingMissing)
    assert drive.rise() is None


def test_after_a_hold_a_press_goes_on_where_the_person_is() -> None:
    drive = prepared()
    drive.climb(2)
    assert drive.rise() is None
    drive.wait(3 * S)
    drive.press(events.WaitPressed)
    assert drive.state is State.HELD
    stood = drive.session.axes_at(drive.t_ns)
    drive.wait(60 * S)
    assert drive.rise() is None
    assert (drive.state, drive.session.cause) == (State.EXPOSED, Cause.PERSON_RISE)
    assert drive.session.axes_at(drive.t_ns) == stood
    assert drive.rise() is Refusal.TOO_SOON
    drive.stay()
    assert drive.rise() is None, "to the rung that it was on its way to"
    assert drive.session.step_index == 3
    drive.stay()
    assert drive.session.axes_at(drive.t_ns) == SCENE.rungs[3].values


def test_after_less_the_next_rung_waits_too() -> None:
    drive = alone_in(State.EXPOSED)
    drive.press(events.LessPressed)
    assert drive.session.step_index == 0
    assert drive.rise() is Refusal.TOO_SOON


def test_a_scene_that_is_not_the_one_that_was_done_is_not_shown() -> None:
    changed = prepared(scenes=(replace(SCENE, content_hash="9" * 64),))
    assert changed.rise() is Refusal.HOMEWORK_OVER
    rungs = (SCENE.rungs[0], replace(SCENE.rungs[1], tags=(FAINTING_RISK,)), *SCENE.rungs[2:])
    assert prepared(scenes=(replace(SCENE, rungs=rungs),)).rise() is Refusal.HOMEWORK_OVER


def test_a_scene_that_is_being_loaded_is_not_entered() -> None:
    drive = prepared()
    drive.feed(events.ScenesMissing(t_ns=drive.t_ns, scenes=("tower",)))
    assert drive.rise() is Refusal.SCENE_MISSING
    assert drive.state is State.CALM


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        (events.HeadsetRemoved(t_ns=0), Refusal.HEADSET_NOT_READY),
        (events.FocusLost(t_ns=0), Refusal.HEADSET_NOT_READY),
        (events.TrackingLost(t_ns=0), Refusal.HEADSET_NOT_READY),
        (events.FrameRateLow(t_ns=0), Refusal.FRAME_RATE_LOW),
        (events.LogHealthChanged(t_ns=0, healthy=False), Refusal.LOG_UNHEALTHY),
        (events.SomeoneCameIn(t_ns=0, input=Input.KEYBOARD), Refusal.NOT_PRIVATE),
        (events.SicknessGiven(t_ns=0, fms=FMS_UNWELL), Refusal.UNWELL),
    ],
)
def test_whatever_else_forbids_a_rise_forbids_it_here(event: events.Event, refusal: Refusal) -> None:
    drive = prepared()
    drive.feed(replace(event, t_ns=drive.t_ns))
    assert drive.rise() is refusal
    assert not report(drive.session, drive.t_ns).can_rise
    assert drive.state is State.CALM


def test_no_command_does_anything_but_lower_and_end() -> None:
    drive = alone_in(State.EXPOSED)
    drive.wait(60 * S)
    for command in (
        commands.SetRung(scene="tower", rung="rung2"),
        commands.Continue(),
        commands.Say(text="Hello"),
        commands.AskRating(),
        commands.AskRecording(),
        commands.WithdrawHomework(),
        commands.EnterPrepared(item=SAFE_ALONE[0], is_well=True),
    ):
        assert drive.refusal(command) is Refusal.NO_THERAPIST
    assert drive.refusal(commands.StepDown()) is None
    assert drive.session.step_index == 0
    assert drive.refusal(commands.Calm()) is None
    assert drive.state is State.CALM
    assert drive.refusal(commands.End(how=EndedHow.TECHNICAL)) is None
    assert drive.session.cause is Cause.ENDED


def test_with_a_therapist_the_press_for_more_and_the_end_do_nothing() -> None:
    for state in State:
        drive = in_state(state)
        before = drive.session
        assert drive.press(events.RisePressed) == (effects.PressAcknowledged(),)
        assert drive.happens(events.Finished) == ()
        assert drive.session == before


# -- distress


def distressed() -> AloneDrive:
    """On the second rung, having said 97 there, and asked again."""
    drive = prepared()
    assert drive.rise() is None
    drive.stay()
    assert drive.rise() is None
    drive.wait(10 * S)
    drive.rate(97)
    assert not offered(drive)
    drive.wait(LIMITS.distress_apart_ns)
    assert drive.session.rating is not None, "after great distress it is asked again sooner"
    return drive


def test_great_distress_twice_offers_less_which_comes_by_itself_after_20_s() -> None:
    drive = distressed()
    said = drive.rate(95)
    assert effects.LessOffered(until_ns=drive.t_ns + LIMITS.less_offer_ns) in said
    assert drive.rise() is Refusal.TOO_SOON
    drive.wait(LIMITS.less_offer_ns - S)
    assert drive.session.step_index == 1
    drive.wait(S)
    assert drive.session.step_index == 0
    assert (drive.state, drive.session.cause) == (State.EXPOSED, Cause.DISTRESS)
    assert offered(drive)[-1] == effects.LessAnswered(by_person=False)


def test_less_or_stop_is_an_answer() -> None:
    drive = distressed()
    drive.rate(95)
    drive.press(events.LessPressed)
    assert offered(drive)[-1] == effects.LessAnswered(by_person=True)
    drive.wait(LIMITS.less_offer_ns + S)
    assert drive.session.step_index == 0, "one step, not two"
    drive = distressed()
    drive.rate(95)
    drive.press(events.StopPressed)
    assert offered(drive)[-1] == effects.LessAnswered(by_person=True)
    drive.wait(60 * S)
    assert (drive.state, drive.session.step_index) == (State.STOPPED, 1)


def test_a_wait_is_none_and_what_is_held_is_lowered_too() -> None:
    drive = distressed()
    drive.rate(95)
    drive.press(events.WaitPressed)
    drive.wait(LIMITS.less_offer_ns)
    assert (drive.state, drive.session.cause, drive.session.step_index) == (State.HELD, Cause.PERSON_WAIT, 0)


def test_further_answers_lower_further_and_from_the_foot_to_the_calm_room() -> None:
    drive = distressed()
    for step in (0, -1):
        drive.rate(96)
        drive.wait(LIMITS.less_offer_ns + S)
        assert drive.session.step_index == step
        drive.wait(LIMITS.distress_apart_ns)
    drive.rate(100)
    drive.wait(LIMITS.less_offer_ns + S)
    assert (drive.state, drive.session.cause) == (State.STOPPED, Cause.DISTRESS)


def test_two_answers_within_a_minute_are_one() -> None:
    drive = prepared()
    assert drive.rise() is None
    drive.wait(10 * S)
    drive.rate(95)
    drive.wait(LIMITS.distress_apart_ns - S)
    drive.rate(99)
    assert not offered(drive)
    drive.wait(S)
    drive.rate(99)
    assert offered(drive)


def test_94_is_not_95_and_what_is_said_in_the_calm_room_is_no_distress_in_a_scene() -> None:
    drive = prepared()
    drive.rate(100)
    assert drive.rise() is None
    for suds in (94, 94, 94):
        drive.wait(LIMITS.distress_apart_ns)
        drive.rate(suds)
    drive.rate(95)
    assert not offered(drive)


def test_two_questions_in_a_row_without_an_answer_lead_to_the_calm_room() -> None:
    drive = prepared()
    assert drive.rise() is None
    drive.wait(60 * S)
    assert drive.state is State.EXPOSED
    drive.wait(LIMITS.homework_rating_ns)
    assert (drive.state, drive.session.cause) == (State.STOPPED, Cause.NO_ANSWER)
    answering = prepared()
    assert answering.rise() is None
    for _ in range(4):
        answering.wait(LIMITS.homework_rating_ns)
        answering.rate(30)
    assert answering.state is State.EXPOSED


# -- stop, and the time


def test_after_a_stop_ready_is_followed_by_an_offer_one_rung_lower() -> None:
    drive = alone_in(State.STOPPED)
    drive.wait(5 * S)
    assert asked(drive)[-1] is RatingMoment.AFTER_STOP
    drive.rate(60)
    said = drive.press(events.ReadyPressed)
    assert effects.ResumeOffered(scene="tower", step=0) in said
    drive.press(events.ResumeAccepted)
    assert (drive.state, drive.session.cause, drive.session.step_index) == (State.EXPOSED, Cause.RESUMED, 0)


def test_an_offer_that_is_not_taken_needs_another_ready() -> None:
    drive = alone_in(State.STOPPED)
    drive.wait(5 * S)
    drive.rate(60)
    drive.press(events.ReadyPressed)
    drive.wait(LIMITS.resume_offer_ns + S)
    assert (drive.session.offer, drive.session.ready) == (None, False)
    drive.wait(60 * S)
    assert drive.session.offer is None
    drive.press(events.ReadyPressed)
    assert drive.session.offer is not None
    drive.press(events.LessPressed)
    assert (drive.session.offer, drive.session.ready) == (None, False)


def test_what_forbids_a_rise_puts_the_offer_off() -> None:
    drive = alone_in(State.STOPPED)
    drive.wait(60 * S)
    drive.feed(events.TrackingLost(t_ns=drive.t_ns))
    drive.press(events.ReadyPressed)
    drive.wait(S)
    assert drive.session.offer is None
    drive.feed(events.TrackingFound(t_ns=drive.t_ns))
    assert drive.session.offer is not None


def test_a_press_for_more_does_nothing_after_a_stop() -> None:
    drive = alone_in(State.STOPPED)
    drive.wait(60 * S)
    assert drive.press(events.RisePressed) == (effects.PressAcknowledged(),)
    drive.press(events.ReadyPressed)
    assert drive.press(events.RisePressed) == (effects.PressAcknowledged(),)
    assert drive.state is State.STOPPED


def test_when_the_time_is_used_up_it_is_the_calm_room_and_nothing_rises() -> None:
    drive = prepared(homework_for(session_ns=90 * S))
    assert drive.rise() is None
    drive.wait(89 * S)
    drive.rate(10)
    assert drive.rise() is Refusal.HOMEWORK_OVER, "less than half a minute is left"
    drive.wait(2 * S)
    assert (drive.state, drive.session.cause) == (State.CALM, Cause.HOMEWORK_OVER)
    assert drive.told(effects.HomeworkOver) == [effects.HomeworkOver()]
    drive.wait(30 * S)
    assert drive.rise() is Refusal.HOMEWORK_OVER
    assert asked(drive)[-1] is RatingMoment.EXIT
    assert drive.told(effects.HomeworkOver) == [effects.HomeworkOver()]


def test_time_is_counted_over_all_scenes_and_ready_then_leads_to_the_calm_room_alone() -> None:
    drive = prepared(homework_for(session_ns=120 * S))
    drive.climb(0)
    drive.wait(40 * S)
    drive.press(events.StopPressed)
    drive.wait(60 * S)
    drive.press(events.ReadyPressed)
    assert (drive.state, drive.session.cause, drive.session.offer) == (State.CALM, Cause.RESUMED, None)
    assert drive.rise() is Refusal.HOMEWORK_OVER


def test_what_holds_holds_without_a_lease_and_no_lease_is_asked_for() -> None:
    drive = alone_in(State.EXPOSED)
    drive.wait(90 * S)
    drive.rate(30)
    assert drive.state is State.EXPOSED
    drive.t_ns += S
    drive.feed(events.Tick(t_ns=drive.t_ns, gap_ns=S))
    assert (drive.state, drive.session.cause) == (State.HELD, Cause.TIME_GAP)
    assert drive.rise() is None


def test_who_feels_very_sick_is_calm_at_once_and_ready_leads_no_further() -> None:
    drive = AloneDrive(watches_sickness=True)
    drive.prepare()
    drive.feed(events.SicknessGiven(t_ns=drive.t_ns, fms=0))
    assert drive.rise() is None
    drive.wait(10 * S)
    drive.feed(events.SicknessGiven(t_ns=drive.t_ns, fms=FMS_UNWELL))
    assert (drive.state, drive.session.cause) == (State.STOPPED, Cause.UNWELL)
    drive.wait(3 * S)
    drive.press(events.ReadyPressed)
    assert drive.state is State.CALM
    assert drive.rise() is Refusal.UNWELL


def test_the_end_is_the_persons() -> None:
    drive = alone_in(State.EXPOSED)
    drive.happens(events.Finished)
    assert (drive.state, drive.session.cause) == (State.ENDED, Cause.ENDED)
    assert drive.happens(events.Finished) == ()
    assert drive.press(events.RisePressed) == (effects.PressAcknowledged(),)


# -- the table


def void(_: object) -> None:
    return None


def ready_late(drive: AloneDrive) -> None:
    alone = drive.session.alone
    assert alone is not None
    spent = replace(drive.session.sickness, exposed_ns=alone.homework.session_ns)
    drive.session = replace(drive.session, sickness=spent)
    drive.wait(60 * S)
    drive.press(events.ReadyPressed)


def accept(drive: AloneDrive) -> None:
    drive.wait(60 * S)
    drive.press(events.ReadyPressed)
    drive.press(events.ResumeAccepted)


def rise_after_the_last(drive: AloneDrive) -> None:
    if drive.state is State.EXPOSED:
        for _ in range(2):
            drive.rise()
            drive.stay()
        drive.rise()


def rise_twice(drive: AloneDrive) -> None:
    if drive.state is State.EXPOSED:
        drive.rise()
        drive.rise()


def use_up_the_time(drive: AloneDrive) -> None:
    while drive.t_ns < LIMITS.homework_session_ceiling_ns + 300 * S and drive.session.cause is not Cause.HOMEWORK_OVER:
        drive.wait(5 * S)
        if drive.session.rating is not None:
            drive.rate(10)
        if drive.state in (State.CALM, State.STOPPED, State.ENDED):
            return


def be_in_distress(drive: AloneDrive) -> None:
    for _ in range(14):
        drive.wait(LIMITS.distress_apart_ns // 2)
        if drive.state in IN_SCENE:
            drive.rate(99)


ACTS: dict[str, Callable[[AloneDrive], None]] = {
    "person: next step": lambda drive: void(drive.rise()),
    "  ... after the last one": rise_after_the_last,
    "  ... too soon after one": rise_twice,
    "person: ready": lambda drive: void(drive.press(events.ReadyPressed)),
    "  ... time is used up": ready_late,
    "person: accepts": accept,
    "person: finishes": lambda drive: void(drive.happens(events.Finished)),
    "time is used up": use_up_the_time,
    "two questions unanswered": lambda drive: drive.wait(300 * S),
    "great distress for long": be_in_distress,
}


def test_every_row_has_its_act() -> None:
    assert list(ACTS) == list(ALONE_TABLE)


@pytest.mark.parametrize("state", ALONE_STATES)
@pytest.mark.parametrize("row", ALONE_TABLE)
def test_cell(row: str, state: State) -> None:
    after = ALONE_TABLE[row][ALONE_STATES.index(state)]
    if row == "  ... time is used up" and state is not State.STOPPED:
        assert after is None
        return
    drive = alone_in(state)
    ACTS[row](drive)
    assert drive.state is (state if after is None else after)
    assert (drive.state in IN_SCENE) == (not drive.session.cut.after.is_calm)
