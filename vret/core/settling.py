"""Settling: what is put right at the end of every turn, whatever happened in it.

Each rule looks at the session as it was before the turn and as it has become, so that no way into or out of a state
can be forgotten.
"""

from msgspec.structs import replace

from vret.core import effects
from vret.core.alone import settle_alone
from vret.core.consent import RecordingEnd
from vret.core.effects import State
from vret.core.fainting import settle_heart
from vret.core.limits import LIMITS
from vret.core.measures import SicknessMoment
from vret.core.session import Rest, Session
from vret.core.sickness import SicknessRequest
from vret.core.transitions import IN_SCENE
from vret.core.turn import Turn

_ON_HOLD = (State.HELD, State.PAUSED)


def settle(turn: Turn, before: Session) -> None:
    """Make the turn's session whole; `before` is the session that the turn began with."""
    _settle_sound(turn, before)
    _settle_recording(turn)
    _settle_exposure(turn, before)
    _settle_break(turn)
    settle_heart(turn, before)
    _settle_rest(turn)
    if turn.session.alone is not None:
        settle_alone(turn, before)
    _settle_sickness(turn)


def _settle_sound(turn: Turn, before: Session) -> None:
    """As whom the therapist speaks ends with what it was chosen for; see rule 9 of `vret.core.step`."""
    session = turn.session
    if session.speaks_as and (
        session.state is not State.EXPOSED
        or session.cut.after != before.cut.after
        or session.step_index < before.step_index
        or not session.lease.is_fresh(turn.t_ns)
    ):
        turn.speak_as("")
    if session.is_scene_muted and session.state not in IN_SCENE:
        turn.mute_scene(False)


def _settle_recording(turn: Turn) -> None:
    """It is asked in the calm room alone and of one person alone; see rule 10 of `vret.core.step`."""
    session = turn.session
    if session.state is State.ENDED:
        turn.end_recording(RecordingEnd.SESSION_ENDED)
    elif session.asks_recording and not (session.state is State.CALM and session.is_private):
        turn.end_recording(RecordingEnd.UNANSWERED)


def _settle_exposure(turn: Turn, before: Session) -> None:
    """The time in scenes, holds and pauses in them included: what is held is still seen."""
    was_in, is_in = before.state in IN_SCENE, turn.session.state in IN_SCENE
    known = turn.session.sickness
    if is_in and not was_in:
        turn.change(sickness=known.entered(turn.t_ns))
    elif was_in and not is_in:
        turn.change(sickness=known.left(turn.t_ns))


def _settle_rest(turn: Turn) -> None:
    """How long nothing moves on the rung. What was done with the therapist there all the time may become homework.

    With a therapist a hold or a pause that moves nothing interrupts it. Where nobody is heard of it begins anew.
    """
    session, t_ns = turn.session, turn.t_ns
    known = session.rest
    if known is not None and (known.scene, known.step) != (session.scene, session.step_index):
        known = None
    if session.is_at_rest_at(t_ns) and (session.alone is not None or session.lease.is_fresh(t_ns)):
        rest = Rest(session.scene, session.step_index, t_ns) if known is None else known.resumed(t_ns)
    elif known is not None and session.alone is None and session.state in _ON_HOLD and session.is_still_at(t_ns):
        rest = known.interrupted(t_ns)
    else:
        rest = None
    if rest is not session.rest:
        turn.change(rest=rest)
    if rest is not None and session.has_rested_at(t_ns) and not rest.is_done:
        turn.change(rest=replace(rest, is_done=True))
        if session.alone is None and rest.step >= 0 and not turn.is_rise(turn.scene.values_of(rest.step)):
            _count_done(turn, rest)


def _count_done(turn: Turn, rest: Rest) -> None:
    """A rung on which the person was at the rung's own place, and nothing was milder than it is there."""
    done = turn.session.done.get(rest.scene, ())
    is_there = turn.session.cut.after.place == turn.scene.place_of(rest.step)
    if is_there and rest.step not in done:
        turn.change(done={**turn.session.done, rest.scene: (*done, rest.step)})
        turn.say(effects.RungDone(scene=rest.scene, step=rest.step))


def _settle_break(turn: Turn) -> None:
    """See rule 4 of `vret.core.sickness`."""
    known, t_ns = turn.session.sickness, turn.t_ns
    unbroken_ns = known.unbroken_at(t_ns)
    if not known.is_watched or turn.session.state is State.ENDED or unbroken_ns == 0:
        return
    if known.left_ns is not None and t_ns - known.left_ns >= LIMITS.break_ns:
        turn.change(sickness=known.rested())
        turn.say(effects.BreakTaken())
    elif unbroken_ns >= LIMITS.break_after_ns and not known.is_break_due:
        turn.change(sickness=replace(known, is_break_due=True))
        turn.say(effects.BreakDue(unbroken_ns=unbroken_ns))


def _settle_sickness(turn: Turn) -> None:
    """See rules 1 and 2 of `vret.core.sickness`."""
    session, known, t_ns = turn.session, turn.session.sickness, turn.t_ns
    if session.state is State.ENDED:
        _miss_the_last(turn)
        return
    request = known.request
    if request is None:
        is_rated = any(isinstance(said, effects.RatingRecorded | effects.RatingMissing) for said in turn.effects)
        due = session.sickness_due_at(t_ns, is_rated=is_rated)
        request = None if due is None else SicknessRequest(due)
    if request is None:
        return
    is_late = request.until_ns is not None and t_ns >= request.until_ns
    is_past = request.moment is not SicknessMoment.DURING and known.since_ns is not None
    may_ask = session.may_ask_sickness_at(t_ns, by_therapist=request.by_therapist)
    if is_late or is_past:
        turn.close_sickness()
    elif may_ask and request.until_ns is None:
        turn.ask_sickness(request)
    elif not may_ask and request.until_ns is not None:
        turn.change(sickness=replace(known, request=replace(request, until_ns=None)))


def _miss_the_last(turn: Turn) -> None:
    """A session that ends without the question after its last exposure lacks that answer."""
    known = turn.session.sickness
    if known.is_watched and known.is_after_due:
        known = replace(known, request=known.request or SicknessRequest(SicknessMoment.AFTER), is_after_due=False)
        turn.change(sickness=known)
    turn.close_sickness()
