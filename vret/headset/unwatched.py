"""Which sentence the person sees in homework, where no therapist is there to say anything."""

from vret.core.alone import rung_above
from vret.core.effects import Cause, Refusal, State
from vret.core.homework import Alone
from vret.core.session import Session
from vret.headset.messages import Message


def notice_alone(session: Session, alone: Alone, t_ns: int) -> Message | None:
    """Beside what the preparation and the technical causes say, which are the same with a therapist; None: those."""
    if session.offer is not None:
        return Message.OFFER_ALONE
    if session.asks_dial:
        return None
    if alone.less_until_ns is not None:
        return Message.LESS_OFFERED
    match session.state:
        case State.ENDED:
            return Message.ENDED_ALONE
        case State.STOPPED if session.ready:
            return Message.READY_ALONE
        case State.STOPPED if session.cause in (Cause.DISTRESS, Cause.NO_ANSWER):
            return Message.CALMED
        case State.CALM:
            return _calm(session, t_ns)
        case State.HELD if session.cause is Cause.SOMEONE_CAME_IN or session.rise_refusal_at(t_ns) is None:
            return Message.HELD_ALONE
        case State.EXPOSED if may_ask_rise(session, t_ns):
            return Message.LAST_STEP if rung_above(session, t_ns) is None else Message.NEXT_STEP
        case _:
            return None


def _calm(session: Session, t_ns: int) -> Message | None:
    if session.sickness.is_unwell or session.prepares is not None:
        return None
    match session.rise_refusal_at(t_ns):
        case Refusal.NOT_TODAY:
            return Message.NOT_TODAY
        case Refusal.HOMEWORK_OVER:
            return Message.OVER
        case Refusal.STOP_NOT_PRACTISED:
            return Message.PRACTISE_STOP
        case _:
            return Message.ALONE


def may_ask_rise(session: Session, t_ns: int) -> bool:
    """Whether the panel offers the next step, or to go on: then a held yes is that."""
    if session.alone is None or session.state not in (State.CALM, State.EXPOSED, State.HELD):
        return False
    scene = session.homework_scene
    is_missing = session.state is State.CALM and scene is not None and scene.scene in session.missing
    return not is_missing and session.rise_refusal_at(t_ns) is None


def lines_alone(session: Session, alone: Alone, t_ns: int, lines: tuple[str, str, str]) -> tuple[str, ...]:
    """Out of the scenes: that nobody watches, what is left of the time, and whom to call. `lines` are their words."""
    if session.state not in (State.CALM, State.STOPPED, State.ENDED) or not session.whereabouts_at(t_ns).is_calm:
        return ()
    nobody, minute, minutes = lines
    numbers = tuple(f"{entry.title}: {entry.number}" for entry in alone.homework.numbers)
    left = (alone.homework.session_ns - session.sickness.exposed_at(t_ns)) // 60_000_000_000
    told = () if session.state is State.ENDED else (minutes.format(left) if left > 0 else minute,)
    return (nobody, *told, *numbers)
