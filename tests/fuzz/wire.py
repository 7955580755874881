"""Targets: what comes over the line, at the headset, at a console and at the server's relay."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

import httpx
import msgspec

from tests.fuzz.target import Target, place
from tests.recording.story import OPENED
from vret.core.events import Event, SessionOpened
from vret.core.heart import BPM_MAX, BPM_MIN, Heart
from vret.core.report import report
from vret.errors import VretError
from vret.headset.journal import Journal
from vret.headset.page import Page, page
from vret.headset.profiles import KEYBOARD
from vret.link import heart_rate
from vret.link.address import Address, read_address
from vret.link.agreement import AgreementError, Half, HeadsetSide, PageSide, mac_of
from vret.link.connection import HeadsetConnection, Received, ServerMessageError
from vret.link.console import ConsoleConnection
from vret.link.keyring import NO_CALL, ConsoleKeyring
from vret.link.relay import parse_turn_url
from vret.link.rest import Rest
from vret.link.saved import session_folder
from vret.link.signalling import SAID_IN_CALL, from_headset, from_page
from vret.link.strict import UnknownFieldError
from vret.link.telemetry import TelemetryError, unpack
from vret.link.wire import Challenge, HeadsetHalf, Hello, PeerJoined, Proven, Relayed, Role, Welcome
from vret.memory.call import VoiceStatus
from vret.memory.session import BLOCK_BYTES, SessionMemory
from vret.recording.record import Record
from vret.recording.seal import Sealed
from vret.render.lettering import lettering
from vret.render.typesetting import typeset
from vret.unreadable import UNREADABLE
from vret_server.consent import has_consent
from vret_server.rooms import Joined, Room, hello_refusal, room_step
from vret_server.rooms import Received as Came

PEER = "therapist-1"
SIGNED, RELAYED, PLAIN = b"S", b"R", b"P"
"""How a line of an input for the session begins: what a console signs, what it sends as it is, what the server says."""

_MS = 1_000_000
_MEASUREMENT_BYTES = 20
_SENSOR_NS = 50 * _MS
_encode = msgspec.json.Encoder().encode
_pack = msgspec.msgpack.Encoder().encode


# -- the headset's end, with the rules and the memory behind it


class _Headset:
    """What the frame process does with an event, short of drawing: it is recorded, shown and reported."""

    def __init__(self, memory: SessionMemory) -> None:
        self._memory = memory
        memory.records.clear()
        self._journal = Journal(memory)
        self._shown: Page | None = None
        self._seen = msgspec.msgpack.Decoder(Record)

    def happen(self, connection: HeadsetConnection, events: list[object], t_ns: int) -> None:
        for event in events:
            assert self._memory.from_link.push(_pack(event))
        for payload in self._memory.from_link.read():
            told = msgspec.msgpack.decode(payload, type=Event)
            self._journal.feed(msgspec.structs.replace(told, t_ns=t_ns))
        self._memory.from_link.clear()
        connection.recorded(tuple(map(self._seen.decode, self._memory.records.read())))
        self._memory.records.clear()
        session = self._journal.session
        assert session is not None
        self._memory.report.publish(_pack(report(session, t_ns)))
        self._memory.conversation.publish(_pack(connection.conversation))
        connection.reported(report(session, t_ns))
        shown = page(session, t_ns, KEYBOARD, None)
        if shown is not None and shown != self._shown:
            self._shown = shown
            typeset(shown, lettering())


@cache
def _memory() -> SessionMemory:
    return SessionMemory.create(place() / "memory")


def _console_with_keys(connection: HeadsetConnection) -> ConsoleKeyring:
    """After the agreement: whatever it signs is heard."""
    console = ConsoleKeyring(OPENED.session_id, NO_CALL)
    joined = PeerJoined(peer=PEER, role=Role.THERAPIST, program="console")
    waiting = connection.receive(_encode(joined), 0).answers
    while waiting:
        message = msgspec.json.decode(waiting.pop(0), type=Challenge | HeadsetHalf | Proven)
        reply = console.take(message)
        if reply is not None:
            waiting += connection.receive(_relayed(_encode(reply)), 0).answers[:1]
    return console


def _relayed(data: bytes) -> bytes:
    return _encode(Relayed(sender=PEER, message=msgspec.Raw(data)))


def session(data: bytes) -> None:
    """Lines from server and console, one after another, through the whole of a headset that has no picture."""
    connection = HeadsetConnection(OPENED, "vret fuzz")
    headset, t_ns = _Headset(_memory()), OPENED.t_ns
    headset.happen(connection, [OPENED], t_ns)
    connection.hello()
    welcome = Welcome(protocol=2, session_id=OPENED.session_id, peer="headset-1", admitted=True, mark="")
    connection.receive(_encode(welcome), 0)
    console = _console_with_keys(connection)
    for line in data.split(b"\n")[:32]:
        t_ns += 100 * _MS
        try:
            received = _received(connection, console, line, t_ns)
        except ServerMessageError:
            continue
        headset.happen(connection, list(received.events), t_ns)
        for estimate in received.estimates:
            _encode(estimate)
        connection.outgoing(t_ns)


def _received(connection: HeadsetConnection, console: ConsoleKeyring, line: bytes, t_ns: int) -> Received:
    """The line gives the library's sockets text, which is UTF-8; anything else closes them."""
    text = line[1:].decode(errors="replace")
    match line[:1]:
        case b"S":
            return connection.receive(_relayed(_encode(console.sign(text))), t_ns)
        case b"R":
            whole = f'{{"type":"Relayed","sender":"{PEER}","message":{text}}}'
            return connection.receive(whole.encode(), t_ns)
        case _:
            return connection.receive(line.decode(errors="replace").encode(), t_ns)


# -- a console's end, and the relay between


def console(data: bytes) -> None:
    end = ConsoleConnection("fuzz")
    welcome = Welcome(protocol=2, session_id=OPENED.session_id, peer=PEER, admitted=True, mark="")
    end.receive(_encode(welcome), 0)
    for line in data.split(b"\n")[:32]:
        end.receive(line, 0)


def room(data: bytes) -> None:
    hello = Hello(role=Role.HEADSET, protocol=(2, 2), axis_vocabulary=1, program="vret")
    state = Room("s-1", admitted_by="anna")
    for name, role in (("headset-1", Role.HEADSET), (PEER, Role.THERAPIST)):
        state, _ = room_step(state, Joined(name, msgspec.structs.replace(hello, role=role)))
    for number, line in enumerate(data.split(b"\n")[:32]):
        name = ("headset-1", PEER)[number % 2]
        state, actions = room_step(state, Came(name, line, binary=line[:2] == b"VT"))
        for action in actions:
            assert action.name


def hello(data: bytes) -> None:
    said = msgspec.json.decode(data, type=Hello)
    for role in Role:
        if hello_refusal(said, role) is None:
            room_step(Room("s-1"), Joined("x", said))


# -- the call and the agreement

_KEY = bytes(range(32))


def signal(data: bytes) -> None:
    text = data.decode(errors="replace")
    mac = mac_of(_KEY, SAID_IN_CALL, text.encode())
    with suppress(*UNREADABLE, UnknownFieldError):
        said = from_page(text, mac, _KEY)
        _pack(VoiceStatus(t_ns=0, run="", certificate=NO_CALL, call=said.call))
        assert len(said.call) < BLOCK_BYTES["voice_status"] // 4
    with suppress(*UNREADABLE):
        from_headset(text, mac, _KEY)


def agreement(data: bytes) -> None:
    side = HeadsetSide("s-1", NO_CALL)
    side.answer(data[:32])
    _try(partial(side.agree, Half(data[32:97], data[97:])))
    PageSide("s-1", NO_CALL).reveal(Half(data[:65], data[65:97]))


def _try(call: Callable[[], object]) -> None:
    try:
        call()
    except AgreementError:
        return


# -- what a server answers


def answer(data: bytes) -> None:
    """The first byte chooses the question and the second the status; the rest are the bodies, one for each request."""
    asyncio.run(_ask(data))


class _Server:
    """Answers each question with the next body, and the last one for ever."""

    def __init__(self) -> None:
        self.status, self.bodies = 200, [b""]

    def __call__(self, _request: httpx.Request) -> httpx.Response:
        body = self.bodies.pop(0) if len(self.bodies) > 1 else self.bodies[0]
        return httpx.Response(self.status, content=body)


_SERVER = _Server()


@cache
def _rest() -> Rest:
    return Rest(Address("https://clinic.example"), httpx.MockTransport(_SERVER))


async def _ask(data: bytes) -> None:
    question, rest = data[:1], _rest()
    _SERVER.status = (200, 201, 301, 400, 404, 409, 500)[data[1] % 7] if len(data) > 1 else 200
    _SERVER.bodies = data[2:].split(b"\n")
    if question == b"w":
        _SERVER.status = 200  # after anything else the server is asked again for a while
        await rest.ways("s-1", "token")
    elif question == b"c":
        ways = await rest.check_ways("ABC")
        for url in () if ways.turn is None else ways.turn.urls:
            parse_turn_url(url)
    elif question == b"u":
        await rest.upload(Sealed(_log(), "0" * 64, _LOG_BYTES), "s-1", "token")
    else:
        found = await rest.redeem("ABC", "vret")
        session_folder(place(), found.session_id)
        _pack(SessionOpened(t_ns=0, session_id=found.session_id, plan=found.plan, scenes=()))


_LOG_BYTES = 100


@cache
def _log() -> Path:
    path = place() / "upload.mcap"
    path.write_bytes(bytes(_LOG_BYTES))
    return path


def address(data: bytes) -> None:
    text = data.decode(errors="surrogateescape")
    parse_turn_url(text)
    assert Rest(read_address(text, allow_plain_http=True), httpx.MockTransport(_SERVER))


def sensor(data: bytes) -> None:
    """Measurements of a Bluetooth sensor, of at most as many bytes as its protocol carries, one a second."""
    heart = Heart()
    for number in range(0, len(data), _MEASUREMENT_BYTES):
        reading = heart_rate.read(data[number : number + _MEASUREMENT_BYTES])
        if reading is not None:
            t_ns = number * _SENSOR_NS
            heart = heart.read(reading.bpm, t_ns, has_contact=reading.has_contact)
            rate = heart.rate_at(t_ns)
            assert rate is None or BPM_MIN <= rate <= BPM_MAX


TARGETS = (
    Target("session", session, longest=16384),
    Target("console", console, UNREADABLE, longest=16384),
    Target("room", room, longest=16384),
    Target("hello", hello, UNREADABLE),
    Target("signal", signal),
    Target("agreement", agreement, (AgreementError,)),
    Target("answer", answer, (VretError,)),
    Target("address", address, (VretError,)),
    Target("consent", has_consent),
    Target("sensor", sensor),
    Target("telemetry", unpack, (TelemetryError,)),
)
