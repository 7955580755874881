"""The messages between headset program, server and console. `docs/wire.md` gives the reasons and the promises.

JSON text for everything here, tagged by `type`; telemetry is one binary frame a batch (`vret.link.telemetry`). The
server looks at the type and size of a message and at the role of its sender; it relays the rest unread.
Unknown fields are refused in what a therapist sends (an ignored safety field is a hazard) and ignored elsewhere.
"""

from enum import StrEnum

import msgspec

from vret.core.commands import Command
from vret.core.device import Device
from vret.core.events import SessionOpened
from vret.core.homework import Homework, HomeworkDone
from vret.core.report import Report
from vret.recording.record import Record

PROTOCOL = (2, 2)
WATCH = "watch"
COMMAND_BYTES_MAX = 16 * 1024
MESSAGE_BYTES_MAX = 256 * 1024
NAME_MAX = 200
"""Characters of a name that the server gives, of a console's command id, and of what a program calls itself."""


class Role(StrEnum):
    HEADSET = "headset"
    THERAPIST = "therapist"


class ErrorCode(StrEnum):
    """Why the server or the headset turned a message or a connection away."""

    BAD_MESSAGE = "bad_message"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_FIELD = "unknown_field"
    TOO_LARGE = "too_large"
    NOT_ALLOWED = "not_allowed"
    NO_SUCH_SESSION = "no_such_session"
    SESSION_OVER = "session_over"
    NOT_ADMITTED = "not_admitted"
    BAD_ORIGIN = "bad_origin"
    PROTOCOL_MISMATCH = "protocol_mismatch"
    AXIS_VOCABULARY_MISMATCH = "axis_vocabulary_mismatch"
    TOO_MANY_REQUESTS = "too_many_requests"
    REPLACED = "replaced"
    HEADSET_ABSENT = "headset_absent"
    KEYS_DIFFER = "keys_differ"
    NOT_PROVEN = "not_proven"
    TOO_SLOW = "too_slow"


class _Message(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    pass


class Hello(_Message, frozen=True, kw_only=True):
    """The first message of either end. `protocol` is the lowest and highest version that it speaks.

    A console with the capability `WATCH` does not ask to lead.
    """

    role: Role
    protocol: tuple[int, int]
    axis_vocabulary: int
    program: str
    capabilities: tuple[str, ...] = ()


class Welcome(_Message, frozen=True, kw_only=True):
    """The server's answer to hello. `peer` is the sender's name in this room; `mark` is shown at all times.

    A console that does not lead looks on; of what it asks for only what lowers is passed on.
    """

    protocol: int
    session_id: str
    peer: str
    admitted: bool
    mark: str
    leads: bool = True


class Turned(_Message, frozen=True, kw_only=True):
    """A message or the connection was turned away; `message` is a sentence for a person."""

    code: ErrorCode
    message: str
    command_id: str | None = None


class PeerJoined(_Message, frozen=True, kw_only=True):
    peer: str
    role: Role
    program: str


class PeerLeft(_Message, frozen=True, kw_only=True):
    peer: str
    role: Role


class Admit(_Message, frozen=True, kw_only=True):
    """From the server, after the gate is complete and the therapist pressed admit."""

    therapist: str


class Heartbeat(_Message, frozen=True, kw_only=True):
    """Four times a second from the console, signed. Its clock in ns: when the beacon came, and when this was sent."""

    sequence: int
    beacon: int
    beacon_received_ns: int
    sent_ns: int


class CommandMessage(_Message, frozen=True, kw_only=True):
    """A command from the console, with the newest beacon it has seen; signed, or it lowers (`vret.core.orders`)."""

    command_id: str
    sequence: int
    beacon: int
    sent_ns: int
    command: Command


class Signed(_Message, frozen=True, kw_only=True):
    """A console's `ToSign` as JSON text, under a MAC with its keys for this connection (`vret.link.agreement`).

    The MAC is made over the text as it is sent, so that nobody has to agree on how to write JSON.
    """

    content: str
    mac: bytes


class Challenge(_Message, frozen=True, kw_only=True):
    """From the headset to a console that joined: what `Kept` must be made of. The agreement begins with it."""

    peer: str
    nonce: bytes


class Kept(_Message, frozen=True, kw_only=True):
    """From a console that has keys already, by another name: `vret.link.agreement.mac_of` its challenge's nonce."""

    mac: bytes


class Commitment(_Message, frozen=True, kw_only=True):
    """From a console that has none: the first step of `vret.link.agreement`."""

    digest: bytes


class HeadsetHalf(_Message, frozen=True, kw_only=True):
    peer: str
    key: bytes
    certificate: bytes


class Reveal(_Message, frozen=True, kw_only=True):
    """What the console committed itself to, and its proof."""

    key: bytes
    certificate: bytes
    proof: bytes


class Met(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody known from an earlier session: the name of that session's keys, and the proof of having one of them."""

    name: str
    mac: bytes


class Proven(_Message, frozen=True, kw_only=True):
    """The headset's proof: both hold the same keys now. `met` are those whom it knows (`vret.link.acquaintance`)."""

    peer: str
    proof: bytes
    met: tuple[Met, ...] = ()


class Recognised(_Message, frozen=True, kw_only=True):
    """The console's answer to one of them: its page and this headset compared their words in that session."""

    met: Met


class WordsMatch(_Message, frozen=True, kw_only=True):
    """The therapist heard the words that the console shows; under a MAC, since only they may say so."""

    mac: bytes


class PageSignal(_Message, frozen=True, kw_only=True):
    """From the console that leads, about the call: `content` is a signal (`vret.link.signalling`), `mac` its MAC."""

    content: str
    mac: bytes


class HeadsetSignal(_Message, frozen=True, kw_only=True):
    """The headset's side of the same, for the console `peer`."""

    peer: str
    content: str
    mac: bytes


class Relayed(_Message, frozen=True, kw_only=True):
    """What the headset receives: a therapist's message, unread by the server, with its sender."""

    sender: str
    message: msgspec.Raw


class ReportMessage(_Message, frozen=True, kw_only=True):
    """Ten times a second from the headset; the newest one replaces the others. `device` is None from older programs."""

    report: Report
    device: Device | None = None


class RecordsMessage(_Message, frozen=True, kw_only=True):
    """Records as they are made, in order; answers to commands are among their effects."""

    records: tuple[Record, ...]


class Snapshot(_Message, frozen=True, kw_only=True):
    """From the headset whenever a console joins: all that a late joiner and a rebuilt room need.

    `conversation` are the records with the newest lines of the conversation, however long ago they were sent.
    `homework` is what the headset keeps, and `homework_done` what was done of it since the last contact.
    """

    opened: SessionOpened
    report: Report
    last_sequence: int
    conversation: tuple[Record, ...] = ()
    homework: Homework | None = None
    homework_done: tuple[HomeworkDone, ...] = ()


ToSign = Heartbeat | CommandMessage
FromTherapist = Hello | Signed | CommandMessage | Kept | Commitment | Reveal | Recognised | WordsMatch | PageSignal
FromHeadset = (
    Hello | ReportMessage | RecordsMessage | Snapshot | Turned | Challenge | HeadsetHalf | Proven | HeadsetSignal
)
ToHeadset = Welcome | Turned | PeerJoined | PeerLeft | Admit | Relayed
ToTherapist = (
    Welcome
    | Turned
    | PeerJoined
    | PeerLeft
    | ReportMessage
    | RecordsMessage
    | Snapshot
    | Challenge
    | HeadsetHalf
    | Proven
    | HeadsetSignal
)
