"""One room, pure: who is in, and what happens to a message. Messages and arrivals in, things to send out.

1. A room has at most one headset and a few consoles. A second headset connection replaces the first.
2. The headset holds the session; the room is a cache. It keeps the newest report, and it asks for nothing: the headset
   sends a snapshot whenever it hears that a console joined, so a room that was lost with its server is rebuilt by
   everybody joining again.
3. Of a relayed message the room reads the type, the command's id and the size, signed or not. It wraps what consoles
   say with their name and passes on what the headset says unread; whether it consents to a recording is read when one
   arrives.
4. Before the person was admitted nothing a console asks for reaches the headset but what the therapist writes.
5. Peers that cannot understand each other are told so before the waiting room.
6. One console leads: the newest that did not come only to watch. The others look on. Of what they ask for, what lowers
   is passed on; the rest is not, nor are their heartbeats, which would keep a lease alive that nobody holds.

The tables below say who may send what. `vret.link.wire` defines the messages.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import get_args

import msgspec

from vret.core import commands
from vret.core.plan import TRIAL_WITH_STAFF_ONLY
from vret.link.wire import (
    COMMAND_BYTES_MAX,
    MESSAGE_BYTES_MAX,
    NAME_MAX,
    PROTOCOL,
    WATCH,
    Admit,
    Challenge,
    CommandMessage,
    Commitment,
    ErrorCode,
    HeadsetHalf,
    HeadsetSignal,
    Hello,
    Kept,
    PageSignal,
    PeerJoined,
    PeerLeft,
    Proven,
    Recognised,
    RecordsMessage,
    Relayed,
    ReportMessage,
    Reveal,
    Role,
    Signed,
    Snapshot,
    Turned,
    Welcome,
    WordsMatch,
)
from vret.unreadable import UNREADABLE

PEERS_MAX = 8
TELEMETRY_BYTES_MAX = 64 * 1024


class Lane(Enum):
    """How a message waits for a slow receiver: `SURE` is never dropped, of `REPORT` only the newest waits, of
    `TELEMETRY` the newest few."""

    SURE = auto()
    REPORT = auto()
    TELEMETRY = auto()


class Peer(msgspec.Struct, frozen=True):
    name: str
    role: Role
    hello: Hello


class Room(msgspec.Struct, frozen=True):
    """`protocol` is what all in the room speak; `admitted_by` is the account of the therapist who admitted.

    `lead` is the console that leads. When it leaves nobody does, until a console joins to lead.
    """

    session_id: str
    admitted_by: str | None = None
    mark: str = TRIAL_WITH_STAFF_ONLY
    peers: tuple[Peer, ...] = ()
    lead: str | None = None
    protocol: int = PROTOCOL[1]
    newest_report: bytes | None = None

    def peer(self, name: str) -> Peer | None:
        return next((peer for peer in self.peers if peer.name == name), None)

    @property
    def headset(self) -> Peer | None:
        return next((peer for peer in self.peers if peer.role is Role.HEADSET), None)

    @property
    def therapists(self) -> tuple[Peer, ...]:
        return tuple(peer for peer in self.peers if peer.role is Role.THERAPIST)

    def facing(self, role: Role) -> tuple[Peer, ...]:
        """Those whom a peer of this role talks to."""
        if role is Role.HEADSET:
            return self.therapists
        return (self.headset,) if self.headset else ()


@dataclass(frozen=True, slots=True)
class Joined:
    """A connection said hello under a name that is new in this room. `watches`: its login may only look on."""

    name: str
    hello: Hello
    watches: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """A text (`str` as bytes) or binary message of a peer."""

    name: str
    data: bytes
    binary: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    name: str


@dataclass(frozen=True, slots=True)
class PersonAdmitted:
    therapist: str


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    """A newer code was redeemed: the device before it is out, and the new one starts in the waiting room."""


@dataclass(frozen=True, slots=True)
class SessionOver:
    pass


RoomEvent = Joined | Received | Left | PersonAdmitted | DeviceChanged | SessionOver


@dataclass(frozen=True, slots=True)
class Send:
    name: str
    data: bytes
    lane: Lane = Lane.SURE


@dataclass(frozen=True, slots=True)
class Close:
    """After what was sent before; `reason` goes into the close frame."""

    name: str
    reason: ErrorCode


Action = Send | Close
Turn = tuple[Room, list[Action]]


class _Envelope(msgspec.Struct, frozen=True, gc=False):
    """`command` may be anything here: what it is worth is the headset's to say."""

    type: str
    command_id: str | None = None
    command: msgspec.Raw = msgspec.Raw(b"null")

    @property
    def wish(self) -> str:
        """The type of command that is asked for; empty where there is none."""
        try:
            return _COMMAND.decode(self.command).type
        except UNREADABLE:
            return ""


class _Command(msgspec.Struct, frozen=True, gc=False):
    type: str


class _SignedEnvelope(msgspec.Struct, frozen=True, gc=False):
    content: str


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_COMMAND = msgspec.json.Decoder(_Command)
_SIGNED_ENVELOPE = msgspec.json.Decoder(_SignedEnvelope)
_ENCODER = msgspec.json.Encoder()

_BYTES_MAX: dict[Role, dict[str, int]] = {
    Role.THERAPIST: {
        kind.__name__: COMMAND_BYTES_MAX
        for kind in (Signed, CommandMessage, Kept, Commitment, Reveal, Recognised, WordsMatch, PageSignal)
    },
    Role.HEADSET: {
        kind.__name__: MESSAGE_BYTES_MAX
        for kind in (ReportMessage, RecordsMessage, Snapshot, Turned, Challenge, HeadsetHalf, Proven, HeadsetSignal)
    },
}
_KNOWN = frozenset(name for kinds in _BYTES_MAX.values() for name in kinds) | {
    kind.__name__ for kind in (Hello, Welcome, PeerJoined, PeerLeft, Admit, Relayed)
}

_WRITING = frozenset(kind.__name__ for kind in (commands.Say, commands.SayHere))
_LOWERING = frozenset(kind.__name__ for kind in get_args(commands.Lowering))


def room_step(room: Room, event: RoomEvent) -> Turn:
    """The room after an event, and what to send and close, in this order."""
    match event:
        case Received():
            return _received(room, event)
        case Joined():
            return _joined(room, event)
        case Left():
            return _left(room, event.name)
        case PersonAdmitted():
            room = msgspec.structs.replace(room, admitted_by=event.therapist)
            return room, [Send(room.headset.name, encode(Admit(therapist=event.therapist)))] if room.headset else []
        case DeviceChanged():
            return _without_headset(msgspec.structs.replace(room, admitted_by=None))
        case SessionOver():
            ended = turned(ErrorCode.SESSION_OVER, "The session has ended.")
            actions = [action for peer in room.peers for action in _turn_out(peer.name, ended)]
            return msgspec.structs.replace(room, peers=(), lead=None, newest_report=None), actions


# -- joining and leaving


def hello_refusal(hello: Hello, role: Role) -> Turned | None:
    """Whether this server itself can serve the program that said hello."""
    if hello.role is not role:
        return turned(ErrorCode.NOT_ALLOWED, f"This address is for a {role.value}, not for a {hello.role.value}.")
    if len(hello.program) > NAME_MAX:
        return turned(ErrorCode.BAD_MESSAGE, f"A program's name has at most {NAME_MAX} characters.")
    if _common(hello.protocol, PROTOCOL) is None:
        low, high = hello.protocol
        return turned(
            ErrorCode.PROTOCOL_MISMATCH,
            f"{hello.program} speaks versions {low} to {high} of the protocol and this server {PROTOCOL[0]} to "
            f"{PROTOCOL[1]}; update the older of the two.",
        )
    return None


def _joined(room: Room, event: Joined) -> Turn:
    hello = event.hello
    if hello.role is Role.HEADSET:
        room, actions = _without_headset(room)
    elif len(room.therapists) >= PEERS_MAX:
        full = turned(ErrorCode.NOT_ALLOWED, f"{PEERS_MAX} consoles are in this session already; close one of them.")
        return room, _turn_out(event.name, full)
    else:
        actions = []
    if (clash := _clash(room, hello)) is not None:
        told: list[Action] = [Send(peer.name, encode(clash)) for peer in room.facing(hello.role)]
        return room, [*actions, *told, *_turn_out(event.name, clash)]
    peer = Peer(event.name, hello.role, hello)
    if peer.role is Role.THERAPIST and not event.watches and WATCH not in hello.capabilities:
        if room.lead is not None:
            actions.append(Send(room.lead, encode(turned(ErrorCode.REPLACED, _LEADS_ELSEWHERE))))
        room = msgspec.structs.replace(room, lead=peer.name)
    protocol = _common_of_all([*(other.hello for other in room.peers), hello])
    if protocol != room.protocol:
        room = msgspec.structs.replace(room, protocol=protocol)
        actions += [Send(other.name, _welcome(room, other)) for other in room.peers]
    actions.append(Send(peer.name, _welcome(room, peer)))
    joined = encode(PeerJoined(peer=peer.name, role=peer.role, program=hello.program))
    for other in room.facing(peer.role):
        actions.append(Send(other.name, joined))
        here = PeerJoined(peer=other.name, role=other.role, program=other.hello.program)
        actions.append(Send(peer.name, encode(here)))
    if peer.role is Role.HEADSET and room.admitted_by is not None:
        actions.append(Send(peer.name, encode(Admit(therapist=room.admitted_by))))
    if peer.role is Role.THERAPIST and room.newest_report is not None:
        actions.append(Send(peer.name, room.newest_report, Lane.REPORT))
    return msgspec.structs.replace(room, peers=(*room.peers, peer)), actions


def _clash(room: Room, hello: Hello) -> Turned | None:
    """Why a newcomer and the other end cannot understand each other."""
    for other in room.facing(hello.role):
        ours, theirs = (hello, other.hello) if hello.role is Role.HEADSET else (other.hello, hello)
        if hello.axis_vocabulary != other.hello.axis_vocabulary:
            return turned(
                ErrorCode.AXIS_VOCABULARY_MISMATCH,
                f"The headset's program knows version {ours.axis_vocabulary} of the axes and the console version "
                f"{theirs.axis_vocabulary}; update the older of the two.",
            )
    if _common_of_all([*(peer.hello for peer in room.peers), hello]) == 0:
        return turned(
            ErrorCode.PROTOCOL_MISMATCH,
            "The headset's program and the console have no version of the protocol in common; update the older one.",
        )
    return None


def _left(room: Room, name: str) -> Turn:
    peer = room.peer(name)
    if peer is None:
        return room, []
    rest = tuple(other for other in room.peers if other is not peer)
    report = None if peer.role is Role.HEADSET else room.newest_report
    lead = None if room.lead == name else room.lead
    room = msgspec.structs.replace(room, peers=rest, lead=lead, newest_report=report)
    data = encode(PeerLeft(peer=name, role=peer.role))
    return room, [Send(other.name, data) for other in room.facing(peer.role)]


def _without_headset(room: Room) -> Turn:
    headset = room.headset
    if headset is None:
        return room, []
    replaced = turned(ErrorCode.REPLACED, "This headset connected again, or another device took the session over.")
    room, left = _left(room, headset.name)
    return room, [*_turn_out(headset.name, replaced), *left]


# -- messages


def _received(room: Room, event: Received) -> Turn:
    peer = room.peer(event.name)
    if peer is None:
        return room, []
    if event.binary:
        return room, _telemetry(room, peer, event.data)
    if len(event.data) > MESSAGE_BYTES_MAX:
        return room, _too_large(peer, event.data, MESSAGE_BYTES_MAX)
    try:
        envelope, inner = _opened(event.data)
    except UNREADABLE as error:
        return room, _answer(peer, ErrorCode.BAD_MESSAGE, f"The message cannot be read: {error}.")
    limit = _BYTES_MAX[peer.role].get(envelope.type)
    if limit is None:
        is_known, unknown = envelope.type in _KNOWN, f"There is no message of type {envelope.type[:40]!r}."
        code = ErrorCode.NOT_ALLOWED if is_known else ErrorCode.UNKNOWN_TYPE
        sentence = f"A {peer.role.value} may not send {envelope.type}." if is_known else unknown
        return room, _answer(peer, code, sentence, envelope.command_id)
    if len(event.data) > limit:
        return room, _too_large(peer, event.data, limit, envelope.command_id)
    if peer.role is Role.THERAPIST:
        return room, _from_therapist(room, peer, inner, event.data)
    return _from_headset(room, envelope, event.data)


def _opened(data: bytes) -> tuple[_Envelope, _Envelope]:
    """The envelope of a message, and of what stands in it where it is signed. Raises as decoding does."""
    envelope = _ENVELOPE.decode(data)
    if envelope.type != Signed.__name__:
        return envelope, envelope
    return envelope, _ENVELOPE.decode(_SIGNED_ENVELOPE.decode(data).content)


def _from_therapist(room: Room, peer: Peer, asked: _Envelope, data: bytes) -> list[Action]:
    """`asked` is what stands in the message."""
    is_command = asked.type == CommandMessage.__name__
    if is_command and room.admitted_by is None and asked.wish not in _WRITING:
        sentence = "The person has not been admitted from the waiting room yet."
        return _answer(peer, ErrorCode.NOT_ADMITTED, sentence, asked.command_id)
    if peer.name != room.lead and not (is_command and asked.wish in _LOWERING):
        return _answer(peer, ErrorCode.NOT_ALLOWED, _ONLY_WATCHES, asked.command_id) if is_command else []
    if room.headset is None:
        if not is_command:
            return []
        sentence = "The headset is not connected; nothing was sent."
        return _answer(peer, ErrorCode.HEADSET_ABSENT, sentence, asked.command_id)
    return [Send(room.headset.name, encode(Relayed(sender=peer.name, message=msgspec.Raw(data))))]


def _from_headset(room: Room, envelope: _Envelope, data: bytes) -> Turn:
    lane = Lane.SURE
    if envelope.type == ReportMessage.__name__:
        lane = Lane.REPORT
        room = msgspec.structs.replace(room, newest_report=data)
    return room, [Send(peer.name, data, lane) for peer in room.therapists]


def _telemetry(room: Room, peer: Peer, data: bytes) -> list[Action]:
    if peer.role is not Role.HEADSET:
        return _answer(peer, ErrorCode.NOT_ALLOWED, "Only a headset may send binary messages.")
    if len(data) > TELEMETRY_BYTES_MAX:
        return _too_large(peer, data, TELEMETRY_BYTES_MAX)
    return [Send(other.name, data, Lane.TELEMETRY) for other in room.therapists]


# -- words

_LEADS_ELSEWHERE = (
    "This session was opened elsewhere and is led from there now. This window looks on; it can still lower and stop."
)
_ONLY_WATCHES = "This window only looks on; it can lower and stop. Open the session again here to lead it."


def encode(message: msgspec.Struct) -> bytes:
    return _ENCODER.encode(message)


def turned(code: ErrorCode, message: str, command_id: str | None = None) -> Turned:
    return Turned(code=code, message=message, command_id=command_id)


def _answer(peer: Peer, code: ErrorCode, sentence: str, command_id: str | None = None) -> list[Action]:
    return [Send(peer.name, encode(turned(code, sentence, command_id)))]


def _too_large(peer: Peer, data: bytes, limit: int, command_id: str | None = None) -> list[Action]:
    sentence = f"The message has {len(data)} bytes; {limit} are allowed."
    return _answer(peer, ErrorCode.TOO_LARGE, sentence, command_id)


def _turn_out(name: str, why: Turned) -> list[Action]:
    return [Send(name, encode(why)), Close(name, why.code)]


def _welcome(room: Room, peer: Peer) -> bytes:
    return encode(
        Welcome(
            protocol=room.protocol,
            session_id=room.session_id,
            peer=peer.name,
            admitted=room.admitted_by is not None,
            mark=room.mark,
            leads=peer.name == room.lead,
        )
    )


def _common(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int] | None:
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if low <= high else None


def _common_of_all(hellos: list[Hello]) -> int:
    """The highest version that this server and all of them speak, 0 for none."""
    span: tuple[int, int] | None = PROTOCOL
    for hello in hellos:
        span = _common(span, hello.protocol) if span is not None else None
    return span[1] if span is not None else 0
