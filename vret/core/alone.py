"""Homework: what happens in a session without a therapist. The rules; what bounds it stands in `vret.core.homework`.

1.  Nobody watches. So the lease is neither aged nor needed, words are compared with nobody, and of commands those that
    lower and the end are all that is obeyed. All else that holds, calms or forbids a rise does so as ever.
2.  Nothing rises but by the person's own press (or their acceptance of what a stop offers), a rung a press, from the
    lowest of the first scene to its top rung and on through the calm room to the next scene; never above the plan that
    was signed. After a hold the first press goes on where the person is.
3.  Nothing rises before the person has said that they are well, sober, seated, the room clear and somebody reachable,
    and has practised wait, less and stop; one no, and it is not for today. Nor sooner than 30 s after the rung was
    reached, while an answer is awaited, or once the time in scenes of this session is used up.
4.  Distress is asked before the first scene, on each rung that is reached, every 2 minutes (after great distress every
    minute), and out of the scene again. What is not answered is missing; two in a row in a scene, and the person is in
    the calm room: who does not answer is not taken to be well.
5.  Two answers of 95 or more at least 60 s apart: less or stop is offered. Without an answer for 20 s it is one step
    down, from the lowest to the calm room; and so again after each further answer.
6.  After a stop the person says ready, is offered one rung lower, and accepts. Where nothing may rise any more ready
    leads into the calm room alone.
7.  When the time in scenes is used up it is the calm room, and it is said that this was all.

Who is alone has nobody who could see that it is enough, hence the second press after each hold, the time on each rung,
and that rules 4 and 5 lower; with a therapist no answer about distress lowers anything (`vret.core.measures`).
"""

from msgspec.structs import replace

from vret.core import effects
from vret.core.effects import Cause, Refusal, State
from vret.core.homework import Alone
from vret.core.limits import LIMITS
from vret.core.measures import RatingMoment
from vret.core.session import Offer, Session
from vret.core.transitions import IN_SCENE
from vret.core.turn import Turn

MISSED_MAX = 2


def press_rise(turn: Turn) -> None:
    """The person asked for more: one rung, going on, or the way out of a scene that is finished."""
    session = turn.session
    if session.alone is None or session.state in (State.WAITING, State.STOPPED, State.ENDED):
        turn.say(effects.PressAcknowledged())
        return
    if refusal := turn.rise_refusal() or _rise(turn, session.alone):
        turn.say(effects.RiseRefused(reason=refusal))


def _rise(turn: Turn, alone: Alone) -> Refusal | None:
    session = turn.session
    if session.state in (State.HELD, State.PAUSED):
        turn.change(can_wait_until_ns=0)
        turn.enter_state(State.EXPOSED, Cause.PERSON_RISE)
        return None
    if session.state is State.CALM:
        return _enter(turn)
    above = rung_above(session, turn.t_ns)
    if above is not None:
        turn.go_to_rung(above, session.variant, rises=True)
        turn.enter_state(State.EXPOSED, Cause.PERSON_RISE)
    else:
        turn.change(alone=replace(alone, finished=(*alone.finished, session.scene)))
        turn.go_to_calm_room(State.CALM, Cause.PERSON_RISE, LIMITS.calm_fade_ns)
    return None


def rung_above(session: Session, t_ns: int) -> int | None:
    """In a scene: where the next press leads, to the same rung where it was not reached whole; None: out of it."""
    rules = session.rules(session.scene)
    assert rules is not None, "a scene is shown with its rules"
    now, step = session.axes_at(t_ns), session.step_index
    wanted = rules.values_of(step)
    is_there = not any(axis.is_rise(now[axis.axis], wanted[axis.axis]) for axis in rules.axes)
    above = step + 1 if is_there else step
    if above == -1:
        return -1
    is_inside = above < len(rules.rungs) and session.plan.permits(rules, above, rules.values_of(above))
    return above if is_inside else None


def _enter(turn: Turn) -> Refusal | None:
    session, entry = turn.session, turn.session.homework_scene
    assert entry is not None, "nothing rises once every scene is finished"
    rules = session.rules(entry.scene)
    assert rules is not None, "only of what is known the next is chosen"
    if rules.name in session.missing:
        return Refusal.SCENE_MISSING
    if not session.plan.permits(rules, 0, rules.values_of(0)):
        return Refusal.OUTSIDE_PLAN
    turn.enter_scene(rules, 0, rules.base_variant, Cause.PERSON_RISE)
    return None


def pass_time_alone(turn: Turn) -> None:
    """What only needs the clock, in a scene."""
    alone = turn.session.alone
    assert alone is not None
    if turn.session.sickness.exposed_at(turn.t_ns) >= alone.homework.session_ns:
        turn.go_to_calm_room(State.CALM, Cause.HOMEWORK_OVER, LIMITS.calm_fade_ns)
    elif alone.less_until_ns is not None and turn.t_ns >= alone.less_until_ns:
        answer_less(turn, by_person=False)
        if not turn.step_down(Cause.DISTRESS):
            turn.go_to_calm_room(State.STOPPED, Cause.DISTRESS, LIMITS.calm_fade_ns)
        elif turn.session.state is State.EXPOSED:
            turn.enter_state(State.EXPOSED, Cause.DISTRESS)


def answer_less(turn: Turn, *, by_person: bool) -> None:
    """What was offered is over."""
    alone = turn.session.alone
    if alone is not None and alone.less_until_ns is not None:
        turn.change(alone=replace(alone, less_until_ns=None))
        turn.say(effects.LessAnswered(by_person=by_person))


def settle_alone(turn: Turn, before: Session) -> None:
    """At the end of every turn of homework."""
    _count_answers(turn, before)
    _settle_scene(turn, before)
    _settle_ready(turn, before)
    _ask(turn)


def _count_answers(turn: Turn, before: Session) -> None:
    """In a scene, also in the turn that leaves it."""
    alone = turn.session.alone
    assert alone is not None
    if before.state not in IN_SCENE:
        return
    for said in turn.effects:
        if isinstance(said, effects.RatingRecorded):
            alone = alone.answered(said.suds, turn.t_ns)
        elif isinstance(said, effects.RatingMissing) and turn.session.is_private:
            alone = replace(alone, missed=alone.missed + 1)
    if alone is turn.session.alone:
        return
    turn.change(alone=alone)
    if turn.session.state not in IN_SCENE:
        return
    if alone.missed >= MISSED_MAX:
        turn.go_to_calm_room(State.STOPPED, Cause.NO_ANSWER, LIMITS.calm_fade_ns)
    elif alone.less_until_ns is not None and (before.alone is None or before.alone.less_until_ns is None):
        turn.say(effects.LessOffered(until_ns=alone.less_until_ns))


def _settle_scene(turn: Turn, before: Session) -> None:
    """What belongs to a scene begins with its entry and ends with it."""
    was_in, is_in = before.state in IN_SCENE, turn.session.state in IN_SCENE
    alone = turn.session.alone
    assert alone is not None
    if not was_in and is_in:
        turn.change(alone=replace(alone, rated=None, asked_ns=turn.t_ns, missed=0, is_rating_due=False))
    elif was_in and not is_in:
        answer_less(turn, by_person=turn.session.cause is Cause.PERSON_STOP)
        alone = turn.session.alone
        assert alone is not None
        turn.change(alone=replace(alone, less_until_ns=None, is_rating_due=True))
    alone = turn.session.alone
    assert alone is not None
    if not alone.is_over_told and not is_in and turn.session.sickness.exposed_ns >= alone.homework.session_ns:
        turn.change(alone=replace(alone, is_over_told=True))
        turn.say(effects.HomeworkOver())


def _settle_ready(turn: Turn, before: Session) -> None:
    """Ready is followed by an offer as soon as something may rise; an offer that is gone takes ready with it."""
    session = turn.session
    if session.state is not State.STOPPED or not session.ready:
        return
    if before.offer is not None and session.offer is None:
        turn.change(ready=False)
        return
    if session.offer is not None:
        return
    refusal = turn.rise_refusal()
    if not session.scene or refusal in (Refusal.UNWELL, Refusal.HOMEWORK_OVER, Refusal.NOT_TODAY):
        turn.change(ready=False)
        turn.enter_state(State.CALM, Cause.RESUMED)
    elif refusal is None and session.scene not in session.missing:
        step = max(session.step_index - 1, -1)
        turn.change(offer=Offer(step, turn.t_ns + LIMITS.resume_offer_ns))
        turn.say(effects.ResumeOffered(scene=session.scene, step=step))


def _ask(turn: Turn) -> None:
    """See rule 4; before the first scene the preparation asks."""
    moment = _moment_due(turn)
    alone = turn.session.alone
    assert alone is not None
    if moment is None:
        return
    rest = turn.session.rest
    rated = alone.rated if rest is None else (rest.scene, rest.step)
    turn.change(alone=replace(alone, rated=rated, asked_ns=turn.t_ns, is_rating_due=False))
    turn.ask_rating(moment)


def _moment_due(turn: Turn) -> RatingMoment | None:
    session, alone = turn.session, turn.session.alone
    assert alone is not None
    is_busy = session.asks_dial or session.offer is not None or alone.less_until_ns is not None
    if is_busy or not (session.is_private and session.worn and session.focused):
        return None
    if session.state not in IN_SCENE:
        is_due = alone.is_rating_due and session.whereabouts_at(turn.t_ns).is_calm
        after = RatingMoment.AFTER_STOP if session.state is State.STOPPED else RatingMoment.EXIT
        return after if is_due and session.state is not State.ENDED else None
    if session.rest is not None and alone.rated != (session.rest.scene, session.rest.step):
        return RatingMoment.ENTRY if alone.rated is None else RatingMoment.STEP
    return RatingMoment.INTERVAL if turn.t_ns - alone.asked_ns >= alone.interval_ns else None
