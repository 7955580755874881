"""Fainting: what happens where people faint. The rules stand in `vret.core.heart`; here are their turns."""

from msgspec.structs import replace

from vret.core import commands, effects, events
from vret.core.effects import Cause, Refusal, State
from vret.core.heart import Heart, is_fainting_scene
from vret.core.session import Session
from vret.core.transitions import HOLDABLE, IN_SCENE
from vret.core.turn import Turn


def read_heart(turn: Turn, event: events.HeartRateRead) -> None:
    known = turn.session.heart
    heart = known.read(event.bpm, event.t_ns, has_contact=event.has_contact)
    if heart is not known:
        turn.change(heart=heart)


def stand_up(turn: Turn, event: events.StoodUp) -> None:
    """Elsewhere people may stand."""
    turn.seat(said=turn.session.said_seated, is_standing=True)
    _hold_standing(turn)


def sit_down(turn: Turn, event: events.SatDown) -> None:
    turn.seat(said=turn.session.said_seated)


def enter_seated(turn: Turn, command: commands.EnterSeated) -> Refusal | None:
    """Who is said to sit is taken to sit now; the headset measures from here."""
    turn.seat(said=command.is_seated)
    if not command.is_seated:
        _hold_standing(turn)
    return None


def start_tension(turn: Turn, command: commands.StartTension) -> Refusal | None:
    if turn.session.state in (State.WAITING, State.ENDED):
        return Refusal.WRONG_STATE
    turn.begin_tension(by_therapist=True)
    return None


def end_tension(turn: Turn, command: commands.EndTension) -> None:
    turn.end_tension(by_therapist=True)


def settle_heart(turn: Turn, before: Session) -> None:
    """See rules 2 and 3."""
    session, t_ns = turn.session, turn.t_ns
    if session.tension is not None and (t_ns >= session.tension.end_ns or session.state is State.ENDED):
        turn.end_tension(by_therapist=False)
    if not session.watches_heart_at(t_ns):
        if session.heart.fell_from is not None:
            turn.change(heart=replace(session.heart, fell_from=None))
        return
    bpm, from_bpm = session.heart.rate_at(t_ns), session.heart.fell_from
    if bpm is None or from_bpm is None or _had_fallen(before.heart):
        return
    turn.overtake()
    turn.say(effects.HeartFell(bpm=bpm, from_bpm=from_bpm))
    if turn.session.tension is None:
        turn.begin_tension(by_therapist=False)
    if turn.session.state in IN_SCENE:
        turn.hold(Cause.HEART_FELL)


def _had_fallen(heart: Heart) -> bool:
    return heart.fell_from is not None


def _hold_standing(turn: Turn) -> None:
    if turn.session.state in HOLDABLE and is_fainting_scene(turn.scene):
        turn.hold(Cause.STOOD_UP)
