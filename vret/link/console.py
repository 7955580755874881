"""A console's end of the wire, without a socket: what it knows of the session, and what it sends.

The mirror of `vret.link.connection`. It is what the browser's console does, in Python: for the acted therapist, the
tests and the load tests.
"""

import secrets
from dataclasses import dataclass, field

import msgspec

from vret.core.axes import AXIS_VOCABULARY_VERSION
from vret.core.commands import Command, Lowering
from vret.core.device import Device
from vret.core.effects import CommandAccepted, CommandRefused, Refusal
from vret.core.events import SessionOpened
from vret.core.homework import Homework, HomeworkDone
from vret.core.report import Report
from vret.link.agreement import AgreementError
from vret.link.keyring import NO_CALL, ConsoleKeyring, FromKeyring, ToKeyring
from vret.link.strict import is_newer
from vret.link.wire import (
    PROTOCOL,
    WATCH,
    Challenge,
    CommandMessage,
    ErrorCode,
    HeadsetHalf,
    Heartbeat,
    Hello,
    PeerJoined,
    PeerLeft,
    Proven,
    RecordsMessage,
    ReportMessage,
    Role,
    Snapshot,
    ToTherapist,
    Turned,
    Welcome,
)
from vret.recording.record import Record
from vret.unreadable import UNREADABLE

STUCK_NS = 5_000_000_000
"""So long agreeing on keys may take; most of it is the way of five messages."""

_ENCODER = msgspec.json.Encoder()
_TO_THERAPIST: msgspec.json.Decoder[ToTherapist] = msgspec.json.Decoder(ToTherapist)


@dataclass
class Heard:
    """What followed from a message: new records, answers by command id (None: accepted), a refusal by the server.

    Of two answers the first stands: a command that came twice on its way is refused the second time. `replies` are to
    be sent; `has_keys` is whether the keys have been proved just now. `conversation` are the records of the
    conversation so far, which may be known already.
    """

    records: tuple[Record, ...] = ()
    conversation: tuple[Record, ...] = ()
    answers: dict[str, Refusal | Turned | None] = field(default_factory=dict)
    turned: Turned | None = None
    replies: list[bytes] = field(default_factory=list)
    has_keys: bool = False


class ConsoleConnection:
    """One console across its connections. `missed` counts records that went by while it was away for too long.

    It leads until another one does; then it `leads` no more, looks on, and when its connection is lost comes back to
    look on. Setting `leads` before the next hello asks for the lead again.
    """

    def __init__(self, program: str) -> None:
        self.welcome: Welcome | None = None
        self.report: Report | None = None
        self.device: Device | None = None
        self.opened: SessionOpened | None = None
        self.homework: Homework | None = None
        self.homework_done: tuple[HomeworkDone, ...] = ()
        self.headset: PeerJoined | None = None
        self.last_sequence = 0
        self.missed = 0
        self.leads = True
        self._is_caught_up = False
        self._joined_ns = 0
        self.keyring: ConsoleKeyring | None = None
        self._may_agree_anew = False
        self._program = program
        self._prefix = secrets.token_hex(4)
        self._sequence = 0
        self._beats = 0
        self._beacon = 0
        self._beacon_received_ns = 0

    def hello(self) -> bytes:
        """The first message of a new connection."""
        self.lost()
        return _ENCODER.encode(
            Hello(
                role=Role.THERAPIST,
                protocol=PROTOCOL,
                axis_vocabulary=AXIS_VOCABULARY_VERSION,
                program=self._program,
                capabilities=() if self.leads else (WATCH,),
            )
        )

    def lost(self) -> None:
        self.welcome = None
        self._is_caught_up = False
        self._headset_is(None)

    def heartbeat(self, t_ns: int) -> bytes | None:
        """Echo the newest beacon; None before the first report of a headset, and before there are keys."""
        if self.welcome is None or self._beacon == 0 or self._keys is None:
            return None
        self._beats += 1
        beat = Heartbeat(
            sequence=self._beats, beacon=self._beacon, beacon_received_ns=self._beacon_received_ns, sent_ns=t_ns
        )
        return _ENCODER.encode(self._keys.sign(_ENCODER.encode(beat).decode()))

    def command(self, command: Command, t_ns: int, command_id: str | None = None) -> tuple[str, bytes]:
        """A command's id and its message, signed once there are keys. A text that is sent again has its old id."""
        self._sequence += 1
        command_id = command_id or f"{self._prefix}-{self._sequence}"
        message = CommandMessage(
            command_id=command_id, sequence=self._sequence, beacon=self._beacon, sent_ns=t_ns, command=command
        )
        content = _ENCODER.encode(message)
        return command_id, content if self._keys is None else _ENCODER.encode(self._keys.sign(content.decode()))

    def can_ask(self, command: Command) -> bool:
        """What lowers always; the rest waits for keys, but for a console that looks on, which is refused it anyway."""
        return self.welcome is not None and (isinstance(command, Lowering) or not self.leads or self._keys is not None)

    def is_stuck(self, t_ns: int) -> bool:
        """Whether a headset is there and nothing came of the agreement; another connection begins it anew."""
        is_agreeing = self.leads and self.headset is not None and self._keys is None
        return is_agreeing and t_ns - self._joined_ns > STUCK_NS

    @property
    def _keys(self) -> ConsoleKeyring | None:
        """While the headset is there and has proved that it holds the same."""
        return self.keyring if self.keyring is not None and self.keyring.is_proved else None

    def receive(self, data: bytes, t_ns: int) -> Heard:
        """Take in one text message that came at `t_ns`. Raises msgspec.DecodeError for what is no message."""
        heard = Heard()
        try:
            message = _TO_THERAPIST.decode(data)
        except UNREADABLE:
            if is_newer(data, ToTherapist):
                return heard
            raise
        match message:
            case Welcome():
                self.welcome, self.leads = message, message.leads
                self.keyring = self.keyring or ConsoleKeyring(message.session_id, NO_CALL)
            case Turned():
                heard.turned = message
                self.leads = self.leads and message.code is not ErrorCode.REPLACED
                if message.command_id is not None:
                    heard.answers[message.command_id] = message
                if message.code is ErrorCode.KEYS_DIFFER:
                    self._agree_anew(heard)
            case PeerJoined():
                if message.role is Role.HEADSET:
                    self._headset_is(message)
                    self._joined_ns = t_ns
            case PeerLeft():
                if message.role is Role.HEADSET:
                    self._headset_is(None)
            case ReportMessage():
                self._take_report(message.report, t_ns)
                self.device = message.device
            case Snapshot():
                self._take_snapshot(message, t_ns)
                heard.conversation = message.conversation
            case RecordsMessage():
                self._take_records(message.records, heard)
            case Challenge() | HeadsetHalf() | Proven():
                self._take_key(message, heard)
        return heard

    def _headset_is(self, headset: PeerJoined | None) -> None:
        self.headset = headset
        if self.keyring is not None:
            self.keyring.lost()

    def words_match(self) -> bytes:
        """The message for a therapist who has heard the words. Raises AgreementError without keys."""
        assert self.keyring is not None, "there are keys only in a room"
        return _ENCODER.encode(self.keyring.words_match())

    def _take_key(self, message: FromKeyring, heard: Heard) -> None:
        """Who only looks on needs no keys. What does not fit is told as if it had been turned away."""
        if self.welcome is None or self.keyring is None or message.peer != self.welcome.peer or not self.leads:
            return
        self._may_agree_anew |= isinstance(message, Challenge)
        try:
            reply: ToKeyring | None = self.keyring.take(message)
        except AgreementError as error:
            heard.turned = Turned(code=ErrorCode.KEYS_DIFFER, message=str(error))
            return
        if reply is not None:
            heard.replies.append(_ENCODER.encode(reply))
        heard.has_keys = isinstance(message, Proven)

    def _agree_anew(self, heard: Heard) -> None:
        """The headset's program knows the old keys no more. Once a challenge: what differs again is not chance."""
        if self.keyring is not None and self.leads and self._may_agree_anew:
            self._may_agree_anew = False
            heard.replies.append(_ENCODER.encode(self.keyring.begin()))

    def _take_report(self, report: Report, t_ns: int) -> None:
        self.report = report
        if report.beacon != self._beacon:
            self._beacon, self._beacon_received_ns = report.beacon, t_ns

    def _take_snapshot(self, snapshot: Snapshot, t_ns: int) -> None:
        """Another opening is another run of the program: its records count from 1 again."""
        if self.opened is None or self.opened.t_ns != snapshot.opened.t_ns:
            self.last_sequence = 0
        self.opened, self._is_caught_up = snapshot.opened, True
        self.homework, self.homework_done = snapshot.homework, snapshot.homework_done
        self._take_report(snapshot.report, t_ns)

    def _take_records(self, records: tuple[Record, ...], heard: Heard) -> None:
        """New records only. What comes before a connection's snapshot comes again after it, with what was missed."""
        if not self._is_caught_up:
            return
        heard.records = tuple(record for record in records if record.sequence > self.last_sequence)
        for record in heard.records:
            if self.last_sequence:
                self.missed += record.sequence - self.last_sequence - 1
            self.last_sequence = record.sequence
            for effect in record.effects:
                if isinstance(effect, CommandAccepted):
                    heard.answers.setdefault(effect.command_id, None)
                elif isinstance(effect, CommandRefused):
                    heard.answers.setdefault(effect.command_id, effect.reason)
