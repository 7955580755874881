"""Thousands of stories, and a planted fault for every invariant: a check that cannot fail would be worth nothing."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.simulation.core import PageCore
from tests.simulation.story import tell
from tests.simulation.witness import Broken
from vret.core import effects, events, orders, passing
from vret.core import step as rules
from vret.core.commands import Say
from vret.core.effects import Cause, Refusal, State
from vret.core.ladder import SceneRules
from vret.core.lease import Lease
from vret.core.session import Session
from vret.core.sickness import Sickness
from vret.core.turn import Turn
from vret.link.backlog import Backlog
from vret.link.keyring import HeadsetKeyring
from vret.link.wire import ErrorCode
from vret.link.wire import Turned as TurnedMessage
from vret_server import rooms

STORIES, STORIES_OF_SOAK, BLOCKS = 4_000, 10_000, 20
TRIES = 2_000


@pytest.mark.parametrize("block", range(BLOCKS))
def test_whatever_happens_nothing_breaks(block: int, full: bool) -> None:
    size = (STORIES_OF_SOAK if full else STORIES) // BLOCKS
    entries = sum(tell(seed).entries for seed in range(block * size, (block + 1) * size))
    assert entries > size, "stories in which nobody is in a scene prove little"


def test_one_seed_is_one_run() -> None:
    assert [tell(seed) for seed in range(20)] == [tell(seed) for seed in range(20)]


Plant = Callable[[pytest.MonkeyPatch], None]


def _lease_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lease, "is_fresh", lambda lease, t_ns: lease.contact_ns is not None)


def _old_is_as_good(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Lease, "is_recent", lambda lease, number, t_ns: True)


def _any_signature(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(HeadsetKeyring, "is_proven", lambda keyring, sender, message: True)


def _stop_holds(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Turn, "stop", Turn.hold)


def _silence_is_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(passing, "_age_lease", lambda turn: None)


def _goes_on_by_itself(patch: pytest.MonkeyPatch) -> None:
    def waited(turn: Turn, event: events.Tick) -> None:
        if turn.session.state is State.HELD:
            turn.enter_state(State.EXPOSED, Cause.THERAPIST)

    patch.setitem(rules._RULES, events.Tick, waited)


def _nothing_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Backlog, "again", lambda backlog, t_ns: None)


def _answers_twice(patch: pytest.MonkeyPatch) -> None:
    def obey(turn: Turn, event: events.CommandReceived) -> None:
        orders.obey(turn, event)
        turn.say(effects.CommandAccepted(sender=event.sender, command_id=event.command_id))

    patch.setitem(rules._RULES, events.CommandReceived, obey)


def _knows_texts_that_never_came(patch: pytest.MonkeyPatch) -> None:
    refusal = orders._refusal_of_envelope

    def known(turn: Turn, event: events.CommandReceived) -> Refusal | None:
        return Refusal.ALREADY_HANDLED if isinstance(event.command, Say) else refusal(turn, event)

    patch.setattr(orders, "_refusal_of_envelope", known)


def _forgets_texts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(orders, "SAID_MAX", 0)
    change = Turn.change

    def forgetful(turn: Turn, **fields: Any) -> None:
        change(turn, **{**fields, "said": ()} if "said" in fields else fields)

    patch.setattr(Turn, "change", forgetful)


def _never_begins_anew(patch: pytest.MonkeyPatch) -> None:
    beat = PageCore.beat
    patch.setattr(PageCore, "beat", lambda core, t_ms: msgspec.structs.replace(beat(core, t_ms), isStuck=False))


def _never_told_that_another_leads(patch: pytest.MonkeyPatch) -> None:
    encode = rooms.encode

    def untold(message: msgspec.Struct) -> bytes:
        if isinstance(message, TurnedMessage) and message.code is ErrorCode.REPLACED:
            message = msgspec.structs.replace(message, code=ErrorCode.NOT_ALLOWED)
        return encode(message)

    patch.setattr(rooms, "encode", untold)


def _rises_asleep(patch: pytest.MonkeyPatch) -> None:
    def lose_time(turn: Turn, gap_ns: int) -> None:
        turn.change(lease=turn.session.lease.void())
        turn.hold(Cause.TIME_GAP)

    patch.setattr(rules, "lose_time", lose_time)


def _lowering_is_a_sign_of_a_therapist(patch: pytest.MonkeyPatch) -> None:
    def obey(turn: Turn, event: events.CommandReceived) -> None:
        turn.change(lease=turn.session.lease.echo(event.beacon))
        orders.obey(turn, event)

    patch.setitem(rules._RULES, events.CommandReceived, obey)


def _stays_unwell(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Sickness, "is_unwell", False)


def _rises_unwell(patch: pytest.MonkeyPatch) -> None:
    refusal = Session.rise_refusal_at

    def unasked(session: Session, t_ns: int, into: SceneRules | None = None) -> Refusal | None:
        return refusal(msgspec.structs.replace(session, sickness=Sickness()), t_ns, into)

    patch.setattr(Session, "rise_refusal_at", unasked)


@pytest.mark.parametrize(
    ("plant", "broken", "first"),
    [
        (_lowering_is_a_sign_of_a_therapist, "abandoned", 965),
        (_lease_for_ever, "rise", 6),
        (_rises_asleep, "rise", 77),
        (_old_is_as_good, "late", 500),
        (_any_signature, "unasked", 0),
        (_forgets_texts, "unasked", 10),
        (_stop_holds, "stop", 0),
        (_silence_is_nothing, "abandoned", 13),
        (_goes_on_by_itself, "entry", 1),
        (_stays_unwell, "unwell", 12),
        (_rises_unwell, "unwell", 92),
        (_nothing_again, "order", 3),
        (_answers_twice, "answer", 0),
        (_knows_texts_that_never_came, "text", 0),
        (_never_begins_anew, "lost", 118),
        (_never_told_that_another_leads, "leads", 1),
    ],
)
def test_a_planted_fault_is_found(plant: Plant, broken: str, first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The story that found it last is told first; where stories have become others, all are."""
    plant(monkeypatch)
    found = set()
    for seed in (first, *range(TRIES)):
        try:
            tell(seed)
        except Broken as told:
            found.add(told.rule)
        if broken in found:
            return
    raise AssertionError(f"{plant.__name__} broke {found or 'nothing'} in {TRIES} stories, and not {broken}")
