"""The headset's end of the wire, without a socket: messages in; core events, answers and messages to send out.

1. `hello` begins a connection and comes first. Nothing else is sent before the server's `Welcome`.
2. The headset holds the truth: whenever a console joins it sends a `Snapshot` and then the recent records again.
3. Records go in order and are never left out while the session lasts; of reports only the newest goes.
4. What a console asks for counts with its signature alone; unsigned it may lower (`vret.core.commands.Lowering`), and
   no heartbeat is unsigned.
5. What a console sends is decoded strictly; homework has to be signed besides (`vret.link.homework`). What is not
   understood whole is turned away with a sentence, and never reaches the core in part. The core answers every command
   that it gets; its answer travels as a record. A type of message that a newer server made up is passed over.
6. Core events leave here with `t_ns` 0: the frame process stamps them, since they happen when the core hears of them.

One `HeadsetConnection` lasts for the session, across many sockets. The adapter is `vret.link.process`.
"""

import time
from dataclasses import dataclass, field

import msgspec

from vret.core import commands
from vret.core.axes import AXIS_VOCABULARY_VERSION
from vret.core.device import Device
from vret.core.events import Admitted, CommandReceived, Event, HeartbeatReceived, SessionOpened
from vret.core.homework import Homework, HomeworkDone
from vret.core.ladder import SceneRules
from vret.core.report import Report
from vret.link.acquaintance import Acquaintances
from vret.link.agreement import AgreementError
from vret.link.backlog import Backlog
from vret.link.homework import problem_of
from vret.link.keyring import NO_CALL, HeadsetKeyring, KeyFile, ToKeyring
from vret.link.signalling import CallReady
from vret.link.strict import UnknownFieldError, decode_strict, is_newer
from vret.link.timing import PeerClock, SentBeacons
from vret.link.transcript import Transcript
from vret.link.wire import (
    COMMAND_BYTES_MAX,
    MESSAGE_BYTES_MAX,
    NAME_MAX,
    PROTOCOL,
    Admit,
    CommandMessage,
    ErrorCode,
    Hello,
    PeerJoined,
    PeerLeft,
    Proven,
    RecordsMessage,
    Relayed,
    ReportMessage,
    Role,
    Signed,
    Snapshot,
    ToHeadset,
    ToSign,
    Turned,
    Welcome,
)
from vret.memory.call import CallOffer, FromPage, FromVoice
from vret.memory.messages import Conversation
from vret.recording.record import ClockEstimate, Record
from vret.unreadable import UNREADABLE

RECORDS_A_MESSAGE = 128
CONSOLES_MAX = 64
"""More than a server lets into a room; each of them is remembered."""
FINAL = frozenset({ErrorCode.SESSION_OVER, ErrorCode.NO_SUCH_SESSION, ErrorCode.REPLACED, ErrorCode.NOT_ALLOWED})
"""After one of these before a welcome, connecting again is of no use: the token is no longer good.

Once welcome, only the end of the session is final. `REPLACED` then may come from our own older connection, if that got
through late; had another device taken over, the next attempt is told so before its welcome.
"""

_ENCODER = msgspec.json.Encoder()
_TO_HEADSET: msgspec.json.Decoder[ToHeadset] = msgspec.json.Decoder(ToHeadset)
_FROM_THERAPIST: msgspec.json.Decoder[Signed | CommandMessage | ToKeyring] = msgspec.json.Decoder(
    Signed | CommandMessage | ToKeyring
)
_TO_SIGN: msgspec.json.Decoder[ToSign] = msgspec.json.Decoder(ToSign)
_NOT_PROVEN = "it is not signed with the keys of this connection, so nothing of it was done"


class ServerMessageError(Exception):
    """The server sent what the protocol does not allow: its mistake, and the end of this connection."""


@dataclass
class Received:
    """What followed from a message. `turned` is the server's refusal, `is_final` whether to give up connecting.

    `signals` are of the call, for the voice process.
    """

    events: list[Event] = field(default_factory=list)
    signals: list[FromPage] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    estimates: list[ClockEstimate] = field(default_factory=list)
    turned: Turned | None = None
    is_final: bool = False


class HeadsetConnection:
    """`is_welcome` is whether the server has let this connection into the room.

    `recent` are the newest records of the log, when a restarted link goes on with it; `keys` is where it finds those
    that were agreed on before, `met` whom it knows from earlier sessions, `transcript` what the two have written to
    each other so far. `homework` is what this headset keeps, `homework_done` what a console is told was done of it, and
    `has_told` whether one has been.
    """

    def __init__(
        self,
        opened: SessionOpened,
        program: str,
        recent: tuple[Record, ...] = (),
        keys: KeyFile | None = None,
        met: Acquaintances | None = None,
        transcript: Transcript | None = None,
    ) -> None:
        self.is_welcome = False
        self.homework: Homework | None = None
        self.homework_done: tuple[HomeworkDone, ...] = ()
        self.has_told = False
        self._opened, self._program = opened, program
        self._opening_recorded = bool(recent)
        self._backlog = Backlog(recent)
        self._transcript = transcript or Transcript()
        self._report: Report | None = None
        self._device: Device | None = None
        self._report_waits = False
        self._snapshot_due = False
        self._consoles: dict[str, PeerClock] = {}
        self._beacons = SentBeacons()
        self._keyring = HeadsetKeyring(opened.session_id, NO_CALL, keys, met)
        self._voice_run = ""
        self._network = 0
        self._caller = ""
        self._signals: list[bytes] = []

    @property
    def scenes(self) -> tuple[SceneRules, ...]:
        """The scenes of the session."""
        return self._opened.scenes

    @property
    def has_console(self) -> bool:
        return bool(self._consoles)

    def hello(self) -> bytes:
        """The first message of a new connection; what the last one knew of the room is forgotten."""
        self.lost()
        return _ENCODER.encode(
            Hello(
                role=Role.HEADSET,
                protocol=PROTOCOL,
                axis_vocabulary=AXIS_VOCABULARY_VERSION,
                program=self._program,
                capabilities=("telemetry-2",),
            )
        )

    def lost(self) -> None:
        """The socket is gone."""
        self.is_welcome = False
        for peer in self._consoles:
            self._keyring.left(peer)
        self._consoles.clear()
        self._snapshot_due = False
        self._signals.clear()

    def voice_runs(self, run: str, certificate: bytes) -> None:
        """The voice process began a life, with this certificate for its calls; `run` is empty while it is away."""
        self._voice_run = run
        self._keyring.use(certificate)
        for peer in self._keyring.holders:
            self._signal(peer, self._ready)

    def moved(self) -> None:
        """This computer is in another network, so a call needs other ways."""
        self._network += 1

    @property
    def _ready(self) -> CallReady:
        return CallReady(run=self._voice_run, network=self._network, takes_camera=True, counts_offers=True)

    def voice_says(self, signal: FromVoice) -> None:
        """For the console whose offer came last."""
        self._signal(self._caller, signal)

    def _signal(self, peer: str, signal: CallReady | FromVoice) -> None:
        message = self._keyring.signal(peer, signal)
        if message is not None and self.is_welcome:
            self._signals.append(_ENCODER.encode(message))

    def recorded(self, records: tuple[Record, ...]) -> None:
        """These are in the log now."""
        if records and isinstance(records[0].event, SessionOpened):
            self._opened = records[0].event
            self._opening_recorded = True
        self._backlog.add(records)
        for record in records:
            self._transcript.add(record)

    @property
    def conversation(self) -> Conversation:
        """What the window shows of it."""
        return self._transcript.shown(self._backlog.next_sequence)

    def reported(self, report: Report, device: Device | None = None) -> None:
        if report.agreement is not None and report.agreement.is_compared:
            self._keyring.compared(report.agreement.keys)
        self._report, self._device = report, device
        self._report_waits = True

    def outgoing(self, t_ns: int) -> list[bytes]:
        """What to send now, in this order. The report goes only if it is newer than the last.

        Nothing before the opening is in the log: its time there is what a console knows this run by.
        """
        messages, self._signals = self._signals, []
        if not self.is_welcome or self._report is None or not self._opening_recorded:
            return messages
        if self._snapshot_due:
            self._snapshot_due = False
            last = self._backlog.last_sequence
            snapshot = Snapshot(
                opened=self._opened,
                report=self._report,
                last_sequence=last,
                conversation=self._transcript.records,
                homework=self.homework,
                homework_done=self.homework_done,
            )
            self.has_told = True
            messages.append(_ENCODER.encode(snapshot))
        if self._consoles:
            while records := self._backlog.take(t_ns, RECORDS_A_MESSAGE):
                messages += _messages_of(records)
        if self._report_waits:
            self._report_waits = False
            self._beacons.sent(self._report.beacon, t_ns)
            messages.append(_ENCODER.encode(ReportMessage(report=self._report, device=self._device)))
        return messages

    def receive(self, data: bytes, t_ns: int) -> Received:
        """Take in one text message that came at `t_ns`. Raises ServerMessageError."""
        received = Received()
        try:
            message = _TO_HEADSET.decode(data)
        except RecursionError:
            self._turn(received, ErrorCode.BAD_MESSAGE, "it cannot be read: it is nested too deeply", b"")
            return received
        except UNREADABLE as error:
            if is_newer(data, ToHeadset):
                return received
            raise ServerMessageError(f"the server sent a message that cannot be read: {error}") from None
        if any(len(name) > NAME_MAX for name in _names(message)):
            raise ServerMessageError(f"the server sent a name of more than {NAME_MAX} characters")
        match message:
            case Welcome():
                self._welcome(message)
            case Turned():
                received.turned = message
                final = {ErrorCode.SESSION_OVER} if self.is_welcome else FINAL
                received.is_final = message.code in final
            case PeerJoined(role=Role.THERAPIST):
                if len(self._consoles) >= CONSOLES_MAX:
                    raise ServerMessageError(f"the server let more than {CONSOLES_MAX} consoles in")
                self._consoles[message.peer] = PeerClock(message.peer)
                received.answers.append(_ENCODER.encode(self._keyring.challenge(message.peer)))
                self._backlog.again(t_ns)
                self._snapshot_due = self._report_waits = True
            case PeerLeft():
                self._consoles.pop(message.peer, None)
                self._keyring.left(message.peer)
            case Admit():
                received.events.append(Admitted(t_ns=0, therapist=message.therapist))
            case Relayed():
                self._relayed(message, t_ns, received)
            case PeerJoined():
                pass
        return received

    def _welcome(self, message: Welcome) -> None:
        if message.session_id != self._opened.session_id:
            raise ServerMessageError(f"the server led to session {message.session_id}, which is another one")
        if not PROTOCOL[0] <= message.protocol <= PROTOCOL[1]:
            raise ServerMessageError(f"the server chose version {message.protocol} of the protocol, unknown here")
        self.is_welcome = True

    def _relayed(self, relayed: Relayed, t_ns: int, received: Received) -> None:
        data = bytes(relayed.message)
        try:
            if len(data) > COMMAND_BYTES_MAX:
                self._turn(received, ErrorCode.TOO_LARGE, f"at most {COMMAND_BYTES_MAX} bytes are read", data)
                return
            message = decode_strict(data, _FROM_THERAPIST)
            if isinstance(message, Signed):
                data = message.content.encode()
                asked = decode_strict(data, _TO_SIGN)
                is_proven = self._keyring.is_proven(relayed.sender, message)
            elif isinstance(message, CommandMessage):
                asked, is_proven = message, False
            else:
                self._turn_keys(relayed.sender, message, received)
                return
            if isinstance(asked, CommandMessage) and len(asked.command_id) > NAME_MAX:
                self._turn(received, ErrorCode.BAD_MESSAGE, f"a command_id has at most {NAME_MAX} characters", data)
            elif is_proven and (problem := _problem_of(asked)):
                self._turn(received, ErrorCode.BAD_MESSAGE, problem, data)
            elif is_proven or (isinstance(asked, CommandMessage) and isinstance(asked.command, commands.Lowering)):
                received.events.append(self._event(relayed.sender, asked, t_ns, received))
            elif isinstance(asked, CommandMessage):
                self._turn(received, ErrorCode.NOT_PROVEN, _NOT_PROVEN, data)
        except UnknownFieldError as error:
            self._turn(received, ErrorCode.UNKNOWN_FIELD, f"{error}, so nothing of it was done", data)
        except UNREADABLE as error:
            self._turn(received, ErrorCode.BAD_MESSAGE, f"it cannot be read: {error}", data)

    def _turn_keys(self, sender: str, message: ToKeyring, received: Received) -> None:
        try:
            followed = self._keyring.take(sender, message)
        except AgreementError as error:
            received.answers.append(_ENCODER.encode(Turned(code=ErrorCode.KEYS_DIFFER, message=str(error))))
            return
        received.answers += [_ENCODER.encode(answer) for answer in followed.messages]
        received.events += followed.events
        received.signals += followed.signals
        if any(isinstance(signal, CallOffer) for signal in followed.signals):
            self._caller = sender
        if any(isinstance(answer, Proven) for answer in followed.messages):
            ready = self._keyring.signal(sender, self._ready)
            received.answers.append(_ENCODER.encode(ready))

    def _event(self, sender: str, message: ToSign, t_ns: int, received: Received) -> Event:
        if isinstance(message, CommandMessage):
            return CommandReceived(
                t_ns=0,
                sender=sender,
                command_id=message.command_id,
                sequence=message.sequence,
                beacon=message.beacon,
                command=message.command,
            )
        sent_ns = self._beacons.sent_ns(message.beacon)
        console = self._consoles.get(sender)
        if sent_ns is not None and console is not None:
            estimate = console.echo(sent_ns, message.beacon_received_ns, message.sent_ns, t_ns)
            received.estimates.extend([estimate] if estimate else [])
        return HeartbeatReceived(t_ns=0, sender=sender, beacon=message.beacon)

    def _turn(self, received: Received, code: ErrorCode, why: str, data: bytes) -> None:
        sentence = f"The headset did not take this message: {why}."
        received.answers.append(_ENCODER.encode(Turned(code=code, message=sentence, command_id=_command_id(data))))


def _problem_of(asked: ToSign) -> str:
    """What the core cannot find out: whether homework is what somebody signed, and just now."""
    if isinstance(asked, CommandMessage) and isinstance(asked.command, commands.GiveHomework):
        return problem_of(asked.command, time.time())
    return ""


def _names(message: ToHeadset) -> tuple[str, ...]:
    """What is kept of a message, in the session, in its log or for as long as a console is there."""
    match message:
        case PeerJoined() | PeerLeft():
            return (message.peer,)
        case Admit():
            return (message.therapist,)
        case Relayed():
            return (message.sender,)
        case Welcome() | Turned():
            return ()


def _messages_of(records: tuple[Record, ...]) -> list[bytes]:
    """As few messages as the server's limit of size allows, in order."""
    message = _ENCODER.encode(RecordsMessage(records=records))
    if len(message) <= MESSAGE_BYTES_MAX or len(records) == 1:
        return [message]
    half = len(records) // 2
    return _messages_of(records[:half]) + _messages_of(records[half:])


def _command_id(data: bytes) -> str | None:
    """The id of a command that could not be taken, where it can be made out."""
    try:
        found = msgspec.json.decode(data, type=_Named)
    except UNREADABLE:
        return None
    return found.command_id


class _Named(msgspec.Struct):
    command_id: str | None = None
