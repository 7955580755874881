"""Single rules of `step`, each in the situation where it decides."""

import pytest
from msgspec.structs import replace

from tests.core.drive import TICK_NS, Drive
from tests.core.ladders import AXES, PLAN, M, S
from tests.core.run import Act, Run, start
from vret.core import commands, effects, events
from vret.core.display import DisplayProfile
from vret.core.effects import Cause, Refusal, State
from vret.core.events import Input
from vret.core.limits import LIMITS
from vret.core.measures import ANCHOR_MAX, Anchors, EndedHow, RatingMoment, RatingSource
from vret.core.plan import TRIAL_WITH_STAFF_ONLY

KEY = Input.KEYBOARD


def tell(run: Run, command: commands.Command) -> Refusal | None:
    """Give a command with the newest beacon; the reason if it was refused."""
    return next((effect.reason for effect in ask(run, command) if isinstance(effect, effects.CommandRefused)), None)


def ask(run: Run, command: commands.Command) -> tuple[effects.Effect, ...]:
    """Give a command with the newest beacon; what followed."""
    run.sequence += 1
    return run.feed(
        events.CommandReceived(
            t_ns=run.t_ns,
            sender="t",
            command_id="c",
            sequence=run.sequence,
            beacon=run.newest_before(run.t_ns) or -1,
            command=command,
        )
    )


def tell_without_lease(run: Run, command: commands.Command) -> Refusal | None:
    run.sequence += 1
    follows = run.feed(
        events.CommandReceived(
            t_ns=run.t_ns, sender="t", command_id="c", sequence=run.sequence, beacon=-1, command=command
        )
    )
    return next((effect.reason for effect in follows if isinstance(effect, effects.CommandRefused)), None)


def press(run: Run, kind: type[events.WaitPressed] | type[events.StopPressed] | type[events.LessPressed]) -> None:
    run.feed(kind(t_ns=run.t_ns, input=KEY))


def test_a_rising_ramp_stops_at_the_value_it_had_when_the_lease_ran_out() -> None:
    run = start()
    assert tell(run, commands.SetAxis(axis="wind_mps", target=20 * M)) is None
    begun_ns, lease_ns = run.t_ns, run.newest_echo_ns
    assert lease_ns is not None
    begun_at = run.session.axes_at(begun_ns)["wind_mps"]
    run.pass_time(1_400_000_000, None)
    run.t_ns += 240_000_000
    run.feed(events.Tick(t_ns=run.t_ns, gap_ns=240_000_000))
    rose_ns = lease_ns + LIMITS.lease_rise_ns - begun_ns
    assert run.session.axes_at(run.t_ns)["wind_mps"] == begun_at + M // 2 * rose_ns // S
    assert run.session.state is State.EXPOSED


def test_hold_then_calm_when_nobody_answers() -> None:
    run = start()
    contact_ns = run.newest_echo_ns
    assert contact_ns is not None
    run.pass_time(contact_ns + LIMITS.lease_hold_ns - run.t_ns, None)
    assert run.session.cause is Cause.THERAPIST
    run.pass_time(S // 9, None)
    assert (run.session.state, run.session.cause) == (State.HELD, Cause.LEASE_OLD)
    run.pass_time(contact_ns + LIMITS.lease_calm_ns - run.t_ns, None)
    assert run.session.state is State.HELD
    run.pass_time(S // 9, None)
    assert (run.session.state, run.session.cause) == (State.STOPPED, Cause.LEASE_LOST)
    assert run.session.whereabouts_at(run.t_ns + LIMITS.lost_fade_ns // 2).is_calm
    assert run.session.veil_at(run.t_ns + LIMITS.lost_fade_ns) == 0


def test_the_person_who_agreed_beforehand_can_wait_longer() -> None:
    run = start()
    run.pass_time(5 * S, None)
    run.feed(events.CanWaitPressed(t_ns=run.t_ns, input=KEY))
    run.pass_time(20 * S, None)
    assert run.session.state is State.HELD
    run.pass_time(8 * S, None)
    assert run.session.cause is Cause.LEASE_LOST


@pytest.mark.parametrize("kind", [events.WaitPressed, events.LessPressed, events.StopPressed])
def test_a_warned_stimulus_is_cancelled_by_every_local_control(kind: type[events.WaitPressed]) -> None:
    run = start()
    assert tell(run, commands.ShowStimulus(stimulus="gust")) is None
    run.pass_time(S, 0)
    follows = run.feed(kind(t_ns=run.t_ns, input=KEY))
    assert effects.StimulusCancelled(stimulus="gust") in follows
    run.pass_time(5 * S, 0)
    assert run.session.active == ()


def test_a_warned_stimulus_comes_after_its_warning_and_goes_by_itself() -> None:
    run = start()
    assert tell(run, commands.ShowStimulus(stimulus="gust")) is None
    run.pass_time(2 * S - 1, 0)
    assert not run.session.active
    run.pass_time(S // 9, 0)
    assert [active.stimulus for active in run.session.active] == ["gust"]
    run.pass_time(2 * S + S // 9, 0)
    assert run.session.active == ()


def test_a_warned_stimulus_does_not_come_without_a_fresh_lease() -> None:
    run = start()
    assert tell(run, commands.ShowStimulus(stimulus="gust")) is None
    run.pass_time(19 * S // 10, None)
    follows = run.feed(events.Tick(t_ns=run.t_ns + S // 9, gap_ns=S // 9))
    assert effects.StimulusCancelled(stimulus="gust") in follows


def test_one_stimulus_is_under_way_once() -> None:
    run = start()
    assert tell(run, commands.ShowStimulus(stimulus="gust")) is None
    assert tell(run, commands.ShowStimulus(stimulus="gust")) is Refusal.STIMULUS_UNDER_WAY
    run.pass_time(2 * S + S // 9, 0)
    assert tell(run, commands.ShowStimulus(stimulus="gust")) is Refusal.STIMULUS_UNDER_WAY
    run.pass_time(2 * S, 0)
    assert tell(run, commands.ShowStimulus(stimulus="gust")) is None


def test_surprises_need_consent() -> None:
    assert tell(start(), commands.ShowStimulus(stimulus="gust", warned=False)) is Refusal.SURPRISE_NOT_CONSENTED


def test_the_same_rung_again_is_a_rise_after_an_axis_was_lowered() -> None:
    run = start()
    assert tell(run, commands.SetRung(scene="tower", rung="rung3")) is None
    run.pass_time(20 * S, 0)
    assert tell(run, commands.SetAxis(axis="wind_mps", target=0)) is None
    run.pass_time(20 * S, 0)
    run.pass_time(2 * S, None)
    assert tell_without_lease(run, commands.SetRung(scene="tower", rung="rung3")) is Refusal.LEASE_STALE
    assert tell_without_lease(run, commands.SetAxis(axis="height_m", target=0)) is None
    assert tell_without_lease(run, commands.StepDown()) is None


def entering_a_lower_step() -> Run:
    """The way back into the scene has begun, and the therapist has asked for the lowest step meanwhile."""
    run = start()
    run.climb("rung3")
    press(run, events.StopPressed)
    run.feed(events.ReadyPressed(t_ns=run.t_ns, input=KEY))
    assert tell(run, commands.Resume(level=commands.ResumeLevel.SAME)) is None
    run.feed(events.ResumeAccepted(t_ns=run.t_ns, input=KEY))
    run.pass_time(LIMITS.enter_fade_ns // 5, 0)
    assert run.session.whereabouts_at(run.t_ns).is_calm
    assert tell_without_lease(run, commands.SetRung(scene="tower", rung="rung0")) is None
    assert not run.session.cut.after.is_calm
    return run


@pytest.mark.parametrize("kind", [events.WaitPressed, events.LessPressed, events.StopPressed])
def test_who_presses_on_the_way_out_of_the_calm_room_stays_there(
    kind: type[events.WaitPressed] | type[events.StopPressed] | type[events.LessPressed],
) -> None:
    run = entering_a_lower_step()
    press(run, kind)
    run.pass_time(2 * LIMITS.enter_fade_ns, 0)
    assert run.session.whereabouts_at(run.t_ns).is_calm


def test_nobody_is_taken_out_of_the_calm_room_when_the_lease_ends_on_the_way() -> None:
    run = entering_a_lower_step()
    run.t_ns += LIMITS.tick_gap_ns + 1
    run.feed(events.Tick(t_ns=run.t_ns, gap_ns=LIMITS.tick_gap_ns + 1))
    run.pass_time(2 * LIMITS.enter_fade_ns, None)
    assert run.session.whereabouts_at(run.t_ns).is_calm


def test_what_was_rising_when_the_computer_fell_asleep_has_risen_no_further_when_it_wakes() -> None:
    run = start()
    assert tell(run, commands.SetAxis(axis="wind_mps", target=20 * M)) is None
    run.pass_time(S, 0)
    before = run.session.axes_at(run.t_ns)["wind_mps"]
    run.sleep(2 * S)
    assert run.session.state is State.HELD
    assert run.session.axes_at(run.t_ns)["wind_mps"] == before
    assert run.session.axes_at(run.t_ns + 30 * S)["wind_mps"] == before


def test_a_scene_whose_veil_opened_while_the_computer_slept_was_never_entered() -> None:
    run = entering_a_lower_step()
    run.sleep(30 * S)
    assert run.session.state is State.CALM
    assert run.session.whereabouts_at(run.t_ns).is_calm
    assert {run.session.veil_at(run.t_ns + later_ns) for later_ns in range(0, 60 * S, S // 2)} == {0}


def test_stop_in_the_middle_of_a_fade_to_calm_is_calm_at_once() -> None:
    run = start()
    assert tell(run, commands.Calm()) is None
    run.pass_time(LIMITS.calm_fade_ns, 0)
    assert run.session.veil_at(run.t_ns) == 1000
    press(run, events.StopPressed)
    assert run.session.veil_at(run.t_ns) == 0
    assert run.session.whereabouts_at(run.t_ns).is_calm


def test_a_held_cut_towards_more_is_taken_back_and_brightens_from_where_it_was() -> None:
    run = start()
    assert tell(run, commands.SetRung(scene="tower", rung="rung3")) is None
    run.pass_time(LIMITS.blink_ns // 2, 0)
    dark, step_before = run.session.veil_at(run.t_ns), 1
    press(run, events.WaitPressed)
    assert run.session.veil_at(run.t_ns) == dark
    assert run.session.veil_at(run.t_ns + LIMITS.blink_ns // 4) < dark
    run.pass_time(3 * S, 0)
    assert run.session.whereabouts_at(run.t_ns).place == "place0"
    assert run.session.step_index == step_before


def test_less_after_a_jump_goes_to_the_rung_below_and_raises_no_axis() -> None:
    run = start()
    assert tell(run, commands.SetRung(scene="tower", rung="rung4")) is None
    run.pass_time(30 * S, 0)
    before = run.session.axes_at(run.t_ns)
    press(run, events.LessPressed)
    run.pass_time(30 * S, 0)
    after = run.session.axes_at(run.t_ns)
    assert run.session.step_index == 3
    assert not any(rules.is_rise(before[rules.axis], after[rules.axis]) for rules in AXES)
    assert after["height_m"] == 5 * M
    assert after["light_lux"] == before["light_lux"]


def test_less_at_the_foot_of_the_ladder_is_acknowledged() -> None:
    run = start()
    for _ in range(3):
        press(run, events.LessPressed)
        run.pass_time(2 * S, 0)
    assert run.session.step_index == -1
    assert effects.PressAcknowledged() in run.feed(events.LessPressed(t_ns=run.t_ns, input=KEY))
    assert run.session.state is State.EXPOSED


def stopped() -> Run:
    run = start()
    assert tell(run, commands.SetRung(scene="tower", rung="rung2")) is None
    run.pass_time(3 * S, 0)
    press(run, events.StopPressed)
    return run


def test_resuming_needs_the_person_and_the_therapist_and_the_person_again() -> None:
    run = stopped()
    run.feed(events.ResumeAccepted(t_ns=run.t_ns, input=KEY))
    assert run.session.state is State.STOPPED
    assert tell(run, commands.Resume()) is Refusal.PERSON_NOT_READY
    run.feed(events.ReadyPressed(t_ns=run.t_ns, input=KEY))
    assert tell(run, commands.Resume()) is None
    assert run.session.state is State.STOPPED
    run.feed(events.ResumeAccepted(t_ns=run.t_ns, input=KEY))
    assert (run.session.state, run.session.cause, run.session.step_index) == (State.EXPOSED, Cause.RESUMED, 1)
    assert run.session.axes_at(run.t_ns + LIMITS.enter_fade_ns) == {rules.axis: rules.calm for rules in AXES}


@pytest.mark.parametrize("kind", [events.WaitPressed, events.LessPressed, events.StopPressed])
def test_an_offer_is_withdrawn_by_every_local_control(kind: type[events.WaitPressed]) -> None:
    run = stopped()
    run.feed(events.ReadyPressed(t_ns=run.t_ns, input=KEY))
    assert tell(run, commands.Resume(level=commands.ResumeLevel.SAME)) is None
    run.feed(kind(t_ns=run.t_ns, input=KEY))
    run.feed(events.ResumeAccepted(t_ns=run.t_ns, input=KEY))
    assert run.session.state is State.STOPPED


def test_an_offer_does_not_outlive_its_time_nor_the_lease() -> None:
    run = stopped()
    run.feed(events.ReadyPressed(t_ns=run.t_ns, input=KEY))
    assert tell(run, commands.Resume()) is None
    run.pass_time(2 * S, None)
    run.feed(events.ResumeAccepted(t_ns=run.t_ns, input=KEY))
    assert run.session.state is State.STOPPED
    run.echo(0)
    assert tell(run, commands.Resume()) is None
    run.pass_time(LIMITS.resume_offer_ns, 0)
    assert run.session.offer is None


def test_nobody_gets_into_a_scene_that_is_still_being_loaded_or_back_into_it() -> None:
    run = start()
    run.feed(events.ScenesMissing(t_ns=run.t_ns, scenes=("tower",)))
    assert run.session.state is State.EXPOSED, "what is shown goes on"
    press(run, events.StopPressed)
    run.feed(events.ReadyPressed(t_ns=run.t_ns, input=KEY))
    run.pass_time(2 * LIMITS.calm_fade_ns, 0)
    assert tell(run, commands.Resume(level=commands.ResumeLevel.SAME)) is Refusal.SCENE_MISSING
    assert tell(run, commands.Resume(level=commands.ResumeLevel.CALM)) is None
    assert tell(run, commands.SetRung(scene="tower", rung="rung0")) is Refusal.SCENE_MISSING
    run.feed(events.ScenesMissing(t_ns=run.t_ns, scenes=("elsewhere",)))
    assert tell(run, commands.SetRung(scene="tower", rung="rung0")) is None


def test_who_accepts_an_offer_is_not_let_into_a_scene_that_went_missing_meanwhile() -> None:
    run = start()
    press(run, events.StopPressed)
    run.feed(events.ReadyPressed(t_ns=run.t_ns, input=KEY))
    run.pass_time(2 * LIMITS.calm_fade_ns, 0)
    assert tell(run, commands.Resume(level=commands.ResumeLevel.SAME)) is None
    run.feed(events.ScenesMissing(t_ns=run.t_ns, scenes=("tower",)))
    run.feed(events.ResumeAccepted(t_ns=run.t_ns, input=KEY))
    assert (run.session.state, run.session.offer) == (State.STOPPED, None)
    assert run.session.whereabouts_at(run.t_ns).is_calm


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (events.HeadsetRemoved(t_ns=0), Refusal.HEADSET_NOT_READY),
        (events.FocusLost(t_ns=0), Refusal.HEADSET_NOT_READY),
        (events.TrackingLost(t_ns=0), Refusal.HEADSET_NOT_READY),
        (events.FrameRateLow(t_ns=0), Refusal.FRAME_RATE_LOW),
        (events.InputLost(t_ns=0, input=KEY), Refusal.NO_STOP_INPUT),
        (events.LogHealthChanged(t_ns=0, healthy=False, reason="disk full"), Refusal.LOG_UNHEALTHY),
        (events.WaitPressed(t_ns=0, input=Input.CONTROLLER_LEFT), Refusal.STOP_NOT_PRACTISED),
    ],
)
def test_no_exposure_while_something_is_missing(event: events.Event, reason: Refusal) -> None:
    run = start()
    assert tell(run, commands.Calm()) is None
    run.pass_time(2 * LIMITS.calm_fade_ns, 0)
    run.feed(type(event)(**{field: getattr(event, field) for field in event.__struct_fields__} | {"t_ns": run.t_ns}))
    assert tell(run, commands.SetRung(scene="tower", rung="rung0")) is reason


def test_the_window_is_not_an_input_that_a_wearer_uses() -> None:
    run = start()
    run.feed(events.WaitPressed(t_ns=run.t_ns, input=Input.WINDOW))
    assert run.session.input_in_use is KEY
    assert run.session.inputs == (KEY,)


def test_a_window_that_was_pressed_does_not_hide_that_the_last_worn_input_is_lost() -> None:
    run = Run()
    run.feed(events.StopPressed(t_ns=0, input=Input.WINDOW))
    run.feed(events.InputGained(t_ns=0, input=KEY))
    assert run.session.inputs == (KEY,)
    run.feed(events.InputLost(t_ns=0, input=KEY))
    assert not run.session.inputs


def test_losing_the_last_stop_input_holds_then_calms() -> None:
    run = start()
    run.feed(events.InputLost(t_ns=run.t_ns, input=KEY))
    assert (run.session.state, run.session.cause) == (State.HELD, Cause.INPUT_LOST)
    run.pass_time(LIMITS.input_lost_calm_ns + S // 9, 0)
    assert (run.session.state, run.session.cause) == (State.STOPPED, Cause.INPUT_LOST)


def test_a_head_that_is_not_tracked_holds_then_calms_and_nobody_goes_back_until_it_is() -> None:
    run = start()
    run.feed(events.TrackingLost(t_ns=run.t_ns))
    assert tell(run, commands.SetRung(scene="tower", rung="rung3")) is Refusal.HEADSET_NOT_READY
    run.pass_time(LIMITS.tracking_hold_ns - S // 9, 0)
    assert run.session.state is State.EXPOSED
    run.pass_time(S // 4, 0)
    assert (run.session.state, run.session.cause) == (State.HELD, Cause.TRACKING_LOST)
    assert tell(run, commands.Continue()) is Refusal.HEADSET_NOT_READY
    run.feed(events.TrackingLost(t_ns=run.t_ns))
    run.pass_time(LIMITS.tracking_calm_ns - LIMITS.tracking_hold_ns, 0)
    assert (run.session.state, run.session.cause) == (State.STOPPED, Cause.TRACKING_LOST)
    run.pass_time(LIMITS.blink_ns, 0)
    assert run.session.whereabouts_at(run.t_ns).is_calm
    run.feed(events.ReadyPressed(t_ns=run.t_ns, input=KEY))
    assert tell(run, commands.Resume()) is Refusal.HEADSET_NOT_READY
    run.feed(events.TrackingFound(t_ns=run.t_ns))
    assert tell(run, commands.Resume()) is None


def test_a_head_that_is_tracked_again_in_time_changes_nothing() -> None:
    run = start()
    for _ in range(4):
        run.feed(events.TrackingLost(t_ns=run.t_ns))
        run.pass_time(LIMITS.tracking_hold_ns - S // 9, 0)
        run.feed(events.TrackingFound(t_ns=run.t_ns))
        run.pass_time(S // 4, 0)
    assert run.session.state is State.EXPOSED


def test_a_program_that_takes_over_finds_out_for_itself_whether_the_head_is_tracked() -> None:
    run = start()
    run.feed(events.TrackingLost(t_ns=run.t_ns))
    run.feed(events.ProgramRestarted(t_ns=run.t_ns))
    assert run.session.tracking_lost_ns is None


def test_pictures_that_come_too_slowly_hold_then_calm_and_nobody_goes_back_until_they_are_fast_enough() -> None:
    run = start()
    run.feed(events.FrameRateLow(t_ns=run.t_ns))
    slow_ns = run.t_ns - LIMITS.frame_rate_second_ns
    assert tell(run, commands.SetRung(scene="tower", rung="rung3")) is Refusal.FRAME_RATE_LOW
    run.pass_time(slow_ns + LIMITS.frame_rate_hold_ns - S // 9 - run.t_ns, 0)
    assert run.session.state is State.EXPOSED
    run.pass_time(S // 4, 0)
    assert (run.session.state, run.session.cause) == (State.HELD, Cause.FRAME_RATE)
    assert tell(run, commands.Continue()) is Refusal.FRAME_RATE_LOW
    run.feed(events.FrameRateLow(t_ns=run.t_ns))
    run.pass_time(slow_ns + LIMITS.frame_rate_calm_ns + S // 9 - run.t_ns, 0)
    assert (run.session.state, run.session.cause) == (State.STOPPED, Cause.FRAME_RATE)
    run.pass_time(LIMITS.blink_ns, 0)
    assert run.session.whereabouts_at(run.t_ns).is_calm
    run.feed(events.ReadyPressed(t_ns=run.t_ns, input=KEY))
    assert tell(run, commands.Resume()) is Refusal.FRAME_RATE_LOW
    run.feed(events.FrameRateFine(t_ns=run.t_ns))
    assert tell(run, commands.Resume()) is None


def test_pictures_that_are_fast_enough_again_in_time_change_nothing() -> None:
    run = start()
    for _ in range(4):
        run.feed(events.FrameRateLow(t_ns=run.t_ns))
        run.pass_time(LIMITS.frame_rate_hold_ns - LIMITS.frame_rate_second_ns - S // 9, 0)
        run.feed(events.FrameRateFine(t_ns=run.t_ns))
        run.pass_time(S // 4, 0)
    assert run.session.state is State.EXPOSED
    run.feed(events.FrameRateLow(t_ns=run.t_ns))
    run.feed(events.ProgramRestarted(t_ns=run.t_ns))
    assert run.session.slow_ns is None


@pytest.mark.parametrize("profile", [None, *DisplayProfile])
@pytest.mark.parametrize("mark", [TRIAL_WITH_STAFF_ONLY, ""])
def test_only_a_headset_shows_a_scene_to_a_client(profile: DisplayProfile | None, mark: str) -> None:
    drive = Drive(replace(PLAN, mark=mark))
    if profile is not None:
        drive.feed(events.DisplayDeclared(t_ns=drive.t_ns, profile=profile, rate_hz=90))
    drive.practise()
    is_refused = mark == "" and profile is not DisplayProfile.HEADSET
    refusal = drive.refusal(commands.SetRung(scene="tower", rung="rung0"))
    assert refusal is (Refusal.SOFTWARE_DISPLAY if is_refused else None)


RAISING = [
    commands.SetRung(scene="tower", rung="rung4"),
    commands.SetAxis(axis="wind_mps", target=20 * M),
    commands.ShowStimulus(stimulus="gust", warned=True),
    commands.SpeakAs(voice="guard"),
    commands.SayHere(),
]


@pytest.mark.parametrize("command", RAISING, ids=lambda command: type(command).__name__)
@pytest.mark.parametrize("kept_ns", [0, LIMITS.lease_rise_ns // 2, LIMITS.lease_rise_ns + TICK_NS])
def test_what_was_kept_back_on_the_way_raises_nothing_however_fresh_the_heartbeats_are(
    command: commands.Command, kept_ns: int
) -> None:
    drive = Drive()
    drive.expose()
    seen = drive.session.lease.number
    drive.wait(kept_ns)
    is_late = kept_ns > LIMITS.lease_rise_ns
    assert drive.refusal(command, beacon=seen) is (Refusal.LEASE_STALE if is_late else None)


def test_what_lowers_is_obeyed_however_long_it_was_kept_back() -> None:
    drive = Drive()
    drive.expose()
    seen = drive.session.lease.number
    drive.wait(5 * S)
    assert drive.refusal(commands.Stop(), beacon=seen) is None
    drive.press(events.ReadyPressed)
    drive.wait(5 * S)
    resume = commands.Resume(level=commands.ResumeLevel.CALM)
    assert drive.refusal(resume, beacon=drive.session.pressed_beacon) is Refusal.LEASE_STALE
    assert drive.refusal(resume) is None


def test_a_rating_that_was_not_given_is_missing() -> None:
    run = start()
    assert tell(run, commands.AskRating(moment=RatingMoment.STEP)) is None
    run.pass_time(LIMITS.rating_ns - S // 9, 0)
    follows = run.feed(events.Tick(t_ns=run.t_ns + S // 9, gap_ns=S // 9))
    assert effects.RatingMissing(moment=RatingMoment.STEP) in follows


def test_a_second_question_and_the_end_leave_the_first_unanswered() -> None:
    run = start()
    assert tell(run, commands.AskRating(moment=RatingMoment.ENTRY)) is None
    follows = ask(run, commands.AskRating(moment=RatingMoment.PEAK))
    assert effects.RatingMissing(moment=RatingMoment.ENTRY) in follows
    assert effects.RatingAsked(moment=RatingMoment.PEAK) in follows
    follows = ask(run, commands.End(how=EndedHow.CHOSEN_STEP))
    assert effects.RatingMissing(moment=RatingMoment.PEAK) in follows
    assert run.session.rating is None


def test_a_rating_answers_the_moment_that_was_asked() -> None:
    run = start()
    assert tell(run, commands.AskRating(moment=RatingMoment.PEAK)) is None
    follows = run.feed(events.RatingGiven(t_ns=run.t_ns, suds=70))
    assert effects.RatingRecorded(suds=70, moment=RatingMoment.PEAK, source=RatingSource.DIAL) in follows
    assert run.session.rating is None


def test_a_command_is_handled_once_but_lowering_always() -> None:
    run = start()
    act = Act(0, "command", KEY, commands.Tag(tag="again"), 0, True)
    run.sequence -= 1
    assert tell(run, act.command) is Refusal.ALREADY_HANDLED
    run.sequence -= 1
    assert tell(run, commands.Stop()) is None
    assert run.session.state is State.STOPPED


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (commands.SetRung(scene="nowhere", rung="rung0"), Refusal.UNKNOWN_SCENE),
        (commands.SetRung(scene="tower", rung="rung9"), Refusal.UNKNOWN_RUNG),
        (commands.SetAxis(axis="dirt", target=0), Refusal.UNKNOWN_AXIS),
        (commands.SetAxis(axis="wind_mps", target=20 * M + 1), Refusal.OUT_OF_RANGE),
        (commands.SetAxis(axis="wind_mps", target=M, rate=M), Refusal.OUT_OF_RANGE),
        (commands.SetLevel(level=10_001), Refusal.OUT_OF_RANGE),
        (commands.ShowStimulus(stimulus="thunder"), Refusal.UNKNOWN_STIMULUS),
        (commands.EnterRating(suds=-1), Refusal.OUT_OF_RANGE),
        (commands.ExpectBefore(feared_outcome="I fall", probability=101), Refusal.OUT_OF_RANGE),
        (commands.ExpectAfter(occurred=False, surprise=-1, probability=5), Refusal.OUT_OF_RANGE),
        (commands.Say(text=""), Refusal.OUT_OF_RANGE),
        (commands.Say(text=" \n"), Refusal.OUT_OF_RANGE),
        (commands.Say(text="x" * (commands.SAY_MAX + 1)), Refusal.OUT_OF_RANGE),
        (commands.SetAnchors(anchors=Anchors("a", "b", "c", "d", "x" * (ANCHOR_MAX + 1))), Refusal.OUT_OF_RANGE),
        (commands.Continue(), Refusal.WRONG_STATE),
        (commands.Resume(), Refusal.WRONG_STATE),
    ],
)
def test_bad_commands_are_refused_with_their_reason(command: commands.Command, reason: Refusal) -> None:
    run = start()
    before = run.session
    assert tell(run, command) is reason
    assert run.session.ramps == before.ramps
    assert run.session.state is before.state


def test_a_dead_program_comes_back_calm() -> None:
    run = start()
    run.feed(events.ProgramRestarted(t_ns=run.t_ns))
    assert (run.session.state, run.session.cause) == (State.STOPPED, Cause.PROGRAM_RESTARTED)
    assert run.session.whereabouts_at(run.t_ns).is_calm
    assert tell_without_lease(run, commands.Resume()) is Refusal.PERSON_NOT_READY


def test_an_echo_that_says_nothing_new_changes_nothing() -> None:
    run = start()
    newest = run.newest_before(run.t_ns)
    assert newest is not None
    run.feed(events.HeartbeatReceived(t_ns=run.t_ns, sender="t", beacon=newest))
    before = run.session
    for beacon in (newest, newest - 1, newest + 100, -1):
        assert run.feed(events.HeartbeatReceived(t_ns=run.t_ns, sender="t", beacon=beacon)) == ()
        assert run.session is before
