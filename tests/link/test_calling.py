"""The call's signals between the line and the voice process, over the real rings."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from vret.clock import now_ns
from vret.link.calling import AWAY_NS, Calling
from vret.link.keyring import NO_CALL
from vret.link.rest import ServerError, Ways
from vret.memory.call import (
    CallAnswer,
    CallCandidate,
    CallEnded,
    CallOffer,
    CallOffered,
    FromPage,
    FromVoice,
    Relay,
    ToVoice,
    VoiceStatus,
)
from vret.memory.session import SessionMemory

RELAY = Relay(urls=("turn:turn.clinic.example",), username="u", credential="c")
CERTIFICATE = bytes(range(32))
OFFER, SECOND = CallOffer(call="c1", sdp="v=0"), CallOffer(call="c2", sdp="v=0")
CANDIDATE = CallCandidate(call="c2", candidate="candidate:1", mid="0")


class Line:
    """What a connection is told."""

    def __init__(self) -> None:
        self.runs: list[tuple[str, bytes]] = []
        self.said: list[FromVoice] = []

    def voice_runs(self, run: str, certificate: bytes) -> None:
        self.runs.append((run, certificate))

    def voice_says(self, signal: FromVoice) -> None:
        self.said.append(signal)


@pytest.fixture
def memory(tmp_path: Path) -> SessionMemory:
    return SessionMemory.create(tmp_path / "memory")


def calling(memory: SessionMemory, line: Line, ways: Callable[[], Awaitable[Ways]] | None = None) -> Calling:
    async def relayed() -> Ways:
        return Ways(turn=RELAY)

    return Calling(memory, line, ways or relayed)


def told(memory: SessionMemory) -> list[ToVoice]:
    return [msgspec.msgpack.decode(message, type=ToVoice) for message in memory.to_voice.read()]


async def passed(memory: SessionMemory, calling: Calling, *signals: FromPage) -> list[ToVoice]:
    """What the voice process is told of what the page says, up to the end of the call."""
    for signal in (*signals, CallEnded(call="c2")):
        calling.take(signal)
    running = asyncio.create_task(calling.run())
    async with asyncio.timeout(10):
        while CallEnded(call="c2") not in told(memory):
            await asyncio.sleep(0)
    running.cancel()
    return told(memory)[:-1]


def publish(memory: SessionMemory, run: str, certificate: bytes = CERTIFICATE) -> int:
    t_ns = now_ns()
    status = VoiceStatus(t_ns=t_ns, run=run, certificate=certificate)
    memory.voice_status.publish(msgspec.msgpack.encode(status))
    return t_ns


def test_an_offer_takes_its_ways_along_and_keeps_its_place(memory: SessionMemory) -> None:
    offered = CallOffered(offer=SECOND, relay=RELAY, direct=False)
    assert asyncio.run(passed(memory, calling(memory, Line()), SECOND, CANDIDATE)) == [offered, CANDIDATE]


def test_an_offer_without_ways_is_dropped_and_the_next_one_is_not(memory: SessionMemory) -> None:
    answers: list[ServerError | Ways] = [ServerError("not there"), Ways(turn=None, direct=True)]

    async def ways() -> Ways:
        answer = answers.pop(0)
        if isinstance(answer, ServerError):
            raise answer
        return answer

    async def story() -> list[ToVoice]:
        caller = calling(memory, Line(), ways)
        assert await passed(memory, caller, OFFER) == []
        memory.to_voice.clear()
        return await passed(memory, caller, SECOND)

    assert asyncio.run(story()) == [CallOffered(offer=SECOND, relay=None, direct=True)]


def test_an_offer_that_a_newer_one_has_overtaken_asks_for_nothing(memory: SessionMemory) -> None:
    asked = 0

    async def ways() -> Ways:
        nonlocal asked
        asked += 1
        return Ways(turn=RELAY)

    offered = CallOffered(offer=SECOND, relay=RELAY, direct=False)
    assert asyncio.run(passed(memory, calling(memory, Line(), ways), OFFER, CANDIDATE, SECOND)) == [CANDIDATE, offered]
    assert asked == 1


def test_the_line_is_told_of_every_life_of_the_voice_process_and_when_it_is_away(memory: SessionMemory) -> None:
    line = Line()
    watching = calling(memory, line)
    assert not watching.turn(now_ns())
    t_ns = publish(memory, "run-1")
    assert watching.turn(t_ns)
    assert not watching.turn(t_ns + AWAY_NS)
    assert watching.turn(t_ns + AWAY_NS + 1)
    assert watching.turn(publish(memory, "run-2"))
    assert line.runs == [("run-1", CERTIFICATE), ("", NO_CALL), ("run-2", CERTIFICATE)]


@pytest.mark.parametrize("certificate", [b"", bytes(31)])
def test_a_voice_process_without_a_certificate_takes_no_calls_yet(memory: SessionMemory, certificate: bytes) -> None:
    line = Line()
    assert not calling(memory, line).turn(publish(memory, "run-1", certificate))
    assert line.runs == []


def test_what_the_voice_process_says_goes_on_the_line_and_what_cannot_be_read_does_not(memory: SessionMemory) -> None:
    line = Line()
    answer = CallAnswer(call="c1", sdp="v=0")
    for message in (b"\xff", msgspec.msgpack.encode(OFFER), msgspec.msgpack.encode(answer)):
        memory.from_voice.push(message)
    memory.voice_status.publish(b"no status")
    assert calling(memory, line).turn(now_ns())
    assert line.said == [answer]
    assert memory.from_voice.fill == 0.0
