"""Passing time: what happens by itself, before whatever else a turn is about. None of it raises.

Deadlines end the right to rise, hold, and calm; what was announced comes, or is cancelled; what was asked and not
answered is missing. A gap in time counts as a lost therapist.
"""

from vret.core import effects
from vret.core.alone import pass_time_alone
from vret.core.consent import RecordingEnd
from vret.core.effects import Cause, State
from vret.core.limits import LIMITS
from vret.core.measures import RatingMoment
from vret.core.preparation import Item
from vret.core.session import ActiveStimulus
from vret.core.transitions import HOLDABLE, IN_SCENE
from vret.core.turn import Turn


def lose_time(turn: Turn, gap_ns: int) -> None:
    """A gap between ticks: the machine slept, so nothing sent before it counts, and the person is held.

    What was rising has risen no further meanwhile, and what came behind a veil that nobody saw has not come.
    """
    session, from_ns = turn.session, turn.t_ns - gap_ns
    rest = None if session.rest is None else session.rest.interrupted(from_ns)
    turn.change(lease=session.lease.void(), sickness=session.sickness.without(gap_ns), rest=rest)
    turn.stop_rising(from_ns, Cause.TIME_GAP)
    if turn.session.state in HOLDABLE:
        turn.hold(Cause.TIME_GAP)


def pass_time(turn: Turn) -> None:
    """Everything that only needs the clock: see rule 3."""
    session, t_ns = turn.session, turn.t_ns
    if session.state in IN_SCENE:
        if session.alone is None:
            _age_lease(turn)
        else:
            pass_time_alone(turn)
        _age_inputs(turn)
        _age_tracking(turn)
        _age_frame_rate(turn)
    _fire_stimuli(turn)
    if session.rating is not None and t_ns >= session.rating.until_ns:
        turn.close_question()
    if turn.session.prepares is Item.RATING and turn.session.rating is None:
        turn.ask_rating(RatingMoment.BASELINE)
    if session.offer is not None and t_ns >= session.offer.until_ns:
        turn.withdraw_offer()
    if session.asks_recording and session.recording is not None and t_ns >= session.recording.until_ns:
        turn.end_recording(RecordingEnd.UNANSWERED)
    if t_ns >= turn.session.lease.due_ns and session.state is not State.ENDED:
        turn.issue_beacon()


def _age_lease(turn: Turn) -> None:
    lease, t_ns = turn.session.lease, turn.t_ns
    if not lease.is_fresh(t_ns):
        until_ns = lease.rise_until_ns()
        if turn.stop_rising(t_ns if until_ns is None else until_ns, Cause.LEASE_OLD):
            turn.say(effects.RiseStopped())
    if turn.session.state not in IN_SCENE:
        return
    age_ns = lease.age_ns(t_ns)
    if age_ns is None:
        raise AssertionError("a scene is shown although nobody ever held the lease")
    if age_ns > LIMITS.lease_calm_ns and t_ns >= turn.session.can_wait_until_ns:
        turn.go_to_calm_room(State.STOPPED, Cause.LEASE_LOST, LIMITS.lost_fade_ns // 2)
    elif age_ns > LIMITS.lease_hold_ns and turn.session.state in HOLDABLE:
        turn.hold(Cause.LEASE_OLD)


def _age_inputs(turn: Turn) -> None:
    lost_ns = turn.session.inputs_lost_ns
    if turn.session.state in IN_SCENE and lost_ns is not None and turn.t_ns - lost_ns > LIMITS.input_lost_calm_ns:
        turn.go_to_calm_room(State.STOPPED, Cause.INPUT_LOST, LIMITS.lost_fade_ns // 2)


def _age_tracking(turn: Turn) -> None:
    lost_ns = turn.session.tracking_lost_ns
    _age_picture(turn, lost_ns, LIMITS.tracking_hold_ns, LIMITS.tracking_calm_ns, Cause.TRACKING_LOST)


def _age_frame_rate(turn: Turn) -> None:
    """Who is held may see simpler pictures come fast enough."""
    slow_ns = turn.session.slow_ns
    _age_picture(turn, slow_ns, LIMITS.frame_rate_hold_ns, LIMITS.frame_rate_calm_ns, Cause.FRAME_RATE)


def _age_picture(turn: Turn, since_ns: int | None, hold_ns: int, calm_ns: int, cause: Cause) -> None:
    """A picture that drags along or stutters makes sick sooner than it frightens, so it goes without a slow fade."""
    if turn.session.state not in IN_SCENE or since_ns is None:
        return
    if turn.t_ns - since_ns > calm_ns:
        turn.go_to_calm_room(State.STOPPED, cause, LIMITS.blink_ns // 2)
    elif turn.t_ns - since_ns > hold_ns and turn.session.state in HOLDABLE:
        turn.hold(cause)


def _fire_stimuli(turn: Turn) -> None:
    session, t_ns = turn.session, turn.t_ns
    if session.pending and session.pending[0].fires_ns <= t_ns:
        if turn.rise_refusal() is not None:
            turn.cancel_stimuli()
        else:
            due = tuple(pending for pending in session.pending if pending.fires_ns <= t_ns)
            shown = tuple(
                ActiveStimulus(pending.stimulus, t_ns, t_ns + _stimulus_ns(turn, pending.stimulus)) for pending in due
            )
            turn.change(pending=session.pending[len(due) :], active=(*session.active, *shown))
            for active in shown:
                turn.say(effects.StimulusShown(stimulus=active.stimulus))
    over = tuple(active for active in turn.session.active if active.end_ns <= t_ns)
    if over:
        turn.change(active=tuple(active for active in turn.session.active if active.end_ns > t_ns))
        for active in over:
            turn.say(effects.StimulusEnded(stimulus=active.stimulus))


def _stimulus_ns(turn: Turn, name: str) -> int:
    rules = turn.scene.stimulus(name)
    if rules is None:
        raise AssertionError(f"stimulus {name!r} was accepted without being in scene {turn.scene.name!r}")
    return rules.duration_ns
