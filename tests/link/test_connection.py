"""The headset's end of the wire, without a socket."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recording.story import OPENED, told
from vret.core.commands import (
    Calm,
    Command,
    Continue,
    EndRecording,
    Note,
    Pause,
    Say,
    SetLevel,
    SetRung,
    SetVariant,
    StepDown,
    Stop,
)
from vret.core.device import Device
from vret.core.events import Admitted, CommandReceived, HeartbeatReceived, KeysAgreed, WordsMatched
from vret.core.report import report
from vret.core.session import open_session
from vret.link import signalling
from vret.link.agreement import AgreementError, mac_of
from vret.link.connection import CONSOLES_MAX, HeadsetConnection, Received, ServerMessageError
from vret.link.keyring import NO_CALL, ConsoleKeyring
from vret.link.signalling import SAID_IN_CALL, CallReady
from vret.link.wire import (
    COMMAND_BYTES_MAX,
    MESSAGE_BYTES_MAX,
    NAME_MAX,
    PROTOCOL,
    Admit,
    Challenge,
    CommandMessage,
    Commitment,
    ErrorCode,
    FromHeadset,
    HeadsetHalf,
    HeadsetSignal,
    Heartbeat,
    Hello,
    Kept,
    PageSignal,
    PeerJoined,
    PeerLeft,
    Proven,
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
from vret.memory.call import CallAnswer, CallCandidate, CallOffer
from vret.recording.record import Record

MS = 1_000_000
PEER = "therapist-1"
REPORT = report(open_session(OPENED), OPENED.t_ns)
ENCODE = msgspec.json.Encoder().encode


BEAT = Heartbeat(sequence=1, beacon=7, beacon_received_ns=9_010 * MS, sent_ns=9_100 * MS)
OPENING = told().records[0]

_DECODER: msgspec.json.Decoder[FromHeadset] = msgspec.json.Decoder(FromHeadset)


def decode(message: bytes) -> FromHeadset:
    return _DECODER.decode(message)


def welcome(session_id: str = "s-1") -> bytes:
    return ENCODE(Welcome(protocol=PROTOCOL[1], session_id=session_id, peer="headset-1", admitted=False, mark="m"))


def joined(peer: str = PEER) -> bytes:
    return ENCODE(PeerJoined(peer=peer, role=Role.THERAPIST, program="console 1"))


def relayed(message: bytes | msgspec.Struct, sender: str = PEER) -> bytes:
    raw = message if isinstance(message, bytes) else ENCODE(message)
    return ENCODE(Relayed(sender=sender, message=msgspec.Raw(raw)))


def command(asked: Command | None = None) -> CommandMessage:
    return CommandMessage(command_id="c1", sequence=1, beacon=3, sent_ns=5, command=asked or SetLevel(level=100))


@pytest.fixture
def connection() -> HeadsetConnection:
    """In the room, with one console and a report; the opening is in the log."""
    made = HeadsetConnection(OPENED, "vret test")
    made.recorded((OPENING,))
    made.hello()
    made.receive(welcome(), 0)
    made.receive(joined(), 0)
    made.reported(REPORT)
    made.outgoing(0)
    return made


def test_nothing_goes_before_the_opening_is_in_the_log() -> None:
    """A report may overtake it; the snapshot names the opening as the log does, or a console takes two for two runs."""
    connection = HeadsetConnection(msgspec.structs.replace(OPENED, t_ns=OPENED.t_ns + 1), "vret test")
    connection.hello()
    connection.receive(welcome(), 0)
    connection.receive(joined(), 0)
    connection.reported(REPORT)
    assert connection.outgoing(0) == []
    connection.recorded((OPENING,))
    snapshot = decode(connection.outgoing(0)[0])
    assert isinstance(snapshot, Snapshot)
    assert snapshot.opened == OPENED


def test_nothing_but_hello_goes_before_the_welcome() -> None:
    connection = HeadsetConnection(OPENED, "vret test")
    hello = decode(connection.hello())
    assert isinstance(hello, Hello)
    assert (hello.role, hello.program) == (Role.HEADSET, "vret test")
    connection.recorded(tuple(told().records))
    connection.reported(REPORT)
    assert connection.outgoing(0) == []
    connection.receive(welcome(), 0)
    assert [type(decode(message)) for message in connection.outgoing(0)] == [ReportMessage]


def test_a_console_that_joins_gets_the_snapshot_then_the_records_then_reports() -> None:
    connection = HeadsetConnection(OPENED, "vret test")
    records = tuple(told().records)
    connection.hello()
    connection.receive(welcome(), 0)
    connection.recorded(records)
    connection.receive(joined(), 0)
    assert connection.outgoing(0) == [], "a snapshot needs a report"
    connection.reported(REPORT)
    snapshot, recorded, newest = (decode(message) for message in connection.outgoing(0))
    assert snapshot == Snapshot(opened=OPENED, report=REPORT, last_sequence=records[-1].sequence)
    assert recorded == RecordsMessage(records=records)
    assert newest == ReportMessage(report=REPORT)
    assert connection.outgoing(0) == []


def test_of_reports_only_the_newest_goes(connection: HeadsetConnection) -> None:
    for t_ns in (1, 2, 3):
        connection.reported(msgspec.structs.replace(REPORT, t_ns=t_ns))
    assert [decode(message) for message in connection.outgoing(0)] == [
        ReportMessage(report=msgspec.structs.replace(REPORT, t_ns=3))
    ]


def test_a_report_names_what_the_person_wears(connection: HeadsetConnection) -> None:
    device = Device("Quest 3", "SteamVR 2.7.4")
    connection.reported(REPORT, device)
    assert [decode(message) for message in connection.outgoing(0)] == [ReportMessage(report=REPORT, device=device)]


def test_after_a_loss_what_may_not_have_arrived_is_sent_again(connection: HeadsetConnection) -> None:
    records = tuple(told().records)
    connection.recorded(records[1:10])
    connection.outgoing(1_000 * MS)
    connection.lost()
    connection.recorded(records[10:])
    assert connection.outgoing(2_000 * MS) == []
    connection.hello()
    connection.receive(welcome(), 3_000 * MS)
    connection.receive(joined(), 3_000 * MS)
    sent = [decode(message) for message in connection.outgoing(3_000 * MS)]
    again = [record for message in sent if isinstance(message, RecordsMessage) for record in message.records]
    assert again == list(records)


def test_without_a_console_records_wait(connection: HeadsetConnection) -> None:
    connection.receive(ENCODE(PeerLeft(peer=PEER, role=Role.THERAPIST)), 0)
    records = tuple(told().records)
    connection.recorded(records[1:])
    assert connection.outgoing(0) == []
    connection.receive(joined("therapist-2"), 0)
    kinds = [decode(message) for message in connection.outgoing(0)]
    assert RecordsMessage(records=records) in kinds


def signed(console: ConsoleKeyring, message: bytes | msgspec.Struct) -> Signed:
    return console.sign((message if isinstance(message, bytes) else ENCODE(message)).decode())


def received_of(asked: Command) -> CommandReceived:
    return CommandReceived(t_ns=0, sender=PEER, command_id="c1", sequence=1, beacon=3, command=asked)


@pytest.mark.parametrize("asked", [SetRung(scene="stairs", rung="floor-1"), SetVariant(variant="dusk")])
def test_a_command_reaches_the_core_whole(connection: HeadsetConnection, asked: Command) -> None:
    console, _ = agreed(connection)
    received = connection.receive(relayed(signed(console, command(asked=asked))), 0)
    assert received.events == [received_of(asked)]
    assert received.answers == []


@pytest.mark.parametrize("asked", [Stop(), Calm(), Pause(), StepDown()])
def test_what_lowers_is_obeyed_however_it_comes(connection: HeadsetConnection, asked: Command) -> None:
    """Unsigned from a console without keys, and under a MAC that nobody's keys made."""
    forged = Signed(content=ENCODE(command(asked=asked)).decode(), mac=bytes(32))
    for message in (command(asked=asked), forged):
        assert connection.receive(relayed(message), 0).events == [received_of(asked)]


@pytest.mark.parametrize("asked", [SetRung(scene="stairs", rung="floor-1"), Continue(), Say(text="x"), EndRecording()])
def test_a_server_that_asks_by_itself_is_told_no(connection: HeadsetConnection, asked: Command) -> None:
    """Unsigned, with a MAC of its own making, with a true one of something else, or what it has heard before."""
    console, _ = agreed(connection)
    said = command(asked=asked)
    before = signed(console, said)
    connection.receive(ENCODE(PeerLeft(peer=PEER, role=Role.THERAPIST)), 0)
    console_again = come_back(connection, console)
    other = signed(console_again, command(asked=Note(text="n")))
    forged = (
        said,
        Signed(content=before.content, mac=bytes(32)),
        Signed(content=before.content, mac=b""),
        Signed(content=before.content, mac=other.mac),
        before,
    )
    for message in forged:
        received = connection.receive(relayed(message), 0)
        assert received.events == []
        (turned,) = map(decode, received.answers)
        assert isinstance(turned, Turned)
        assert (turned.code, turned.command_id) == (ErrorCode.NOT_PROVEN, "c1")
    assert connection.receive(relayed(other), 0).events != []


def test_what_one_console_signed_counts_for_no_other(connection: HeadsetConnection) -> None:
    (first, _), (second, _) = agreed(connection), agreed(connection, "t-2")
    rise = signed(first, command())
    assert connection.receive(relayed(rise, "t-2"), 0).events == []
    assert connection.receive(relayed(signed(second, command()), "t-2"), 0).events != []


def test_a_heartbeat_that_nobody_signed_keeps_no_lease(connection: HeadsetConnection) -> None:
    console, _ = agreed(connection)
    beat = signed(console, BEAT)
    connection.receive(ENCODE(PeerLeft(peer=PEER, role=Role.THERAPIST)), 0)
    come_back(connection, console)
    for message in (beat, Signed(content=beat.content, mac=bytes(32))):
        received = connection.receive(relayed(message), 0)
        assert (received.events, received.estimates, received.answers) == ([], [], [])
    assert connection.receive(relayed(signed(console, BEAT)), 0).events == [
        HeartbeatReceived(t_ns=0, sender=PEER, beacon=BEAT.beacon)
    ]


@pytest.mark.parametrize(
    ("message", "code", "command_id", "words"),
    [
        (ENCODE(command()).replace(b'"level"', b'"levle":1,"level"'), ErrorCode.UNKNOWN_FIELD, "c1", "command.levle"),
        (ENCODE(command()).replace(b'"beacon"', b'"urgent":true,"beacon"'), ErrorCode.UNKNOWN_FIELD, "c1", "urgent"),
        (
            ENCODE(command(asked=SetVariant(variant="dusk"))).replace(b'"variant"', b'"veil":0,"variant"'),
            ErrorCode.UNKNOWN_FIELD,
            "c1",
            "command.veil",
        ),
        (
            ENCODE(command(asked=SetVariant(variant="dusk"))).replace(b',"variant":"dusk"', b""),
            ErrorCode.BAD_MESSAGE,
            "c1",
            "variant",
        ),
        (ENCODE(command()).replace(b"SetLevel", b"SetLavel"), ErrorCode.BAD_MESSAGE, "c1", "SetLavel"),
        (ENCODE(command()).replace(b'"level":100', b'"level":"high"'), ErrorCode.BAD_MESSAGE, "c1", "int"),
        (ENCODE(command()).replace(b'"sequence":1,', b""), ErrorCode.BAD_MESSAGE, "c1", "sequence"),
        (b'{"type":"Hello"}', ErrorCode.BAD_MESSAGE, None, "Hello"),
        (b'"just text"', ErrorCode.BAD_MESSAGE, None, "object"),
        (ENCODE(command(asked=SetRung(scene="x" * COMMAND_BYTES_MAX, rung=""))), ErrorCode.TOO_LARGE, "c1", "bytes"),
        (b"[" * 5000 + b"]" * 5000, ErrorCode.BAD_MESSAGE, None, "cannot be read"),
    ],
)
def test_what_is_not_understood_whole_never_reaches_the_core(
    connection: HeadsetConnection, message: bytes, code: ErrorCode, command_id: str | None, words: str
) -> None:
    console, _ = agreed(connection)
    for sent in (message, ENCODE(console.sign(message.decode()))):
        received = connection.receive(b'{"type":"Relayed","sender":"therapist-1","message":' + sent + b"}", 0)
        assert received.events == []
        (answer,) = (decode(answer) for answer in received.answers)
        assert isinstance(answer, Turned)
        assert answer.code == code
        assert answer.command_id == (command_id if code is not ErrorCode.TOO_LARGE or sent is message else None)
        assert words in answer.message


def test_heartbeats_are_echoes_for_the_core_and_times_for_the_log(connection: HeadsetConnection) -> None:
    connection.reported(msgspec.structs.replace(REPORT, beacon=7))
    connection.outgoing(1_000 * MS)
    console, _ = agreed(connection)
    received = connection.receive(relayed(signed(console, BEAT)), 1_120 * MS)
    assert received.events == [HeartbeatReceived(t_ns=0, sender=PEER, beacon=7)]
    (estimate,) = received.estimates
    assert estimate.round_trip_ns == 30 * MS
    assert abs(estimate.offset_ns - 8_000 * MS) <= estimate.uncertainty_ns


def test_admission_comes_from_the_server(connection: HeadsetConnection) -> None:
    assert connection.receive(ENCODE(Admit(therapist="anna")), 0).events == [Admitted(t_ns=0, therapist="anna")]


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        (ErrorCode.SESSION_OVER, True, True),
        (ErrorCode.REPLACED, True, False),
        (ErrorCode.NOT_ALLOWED, True, False),
        (ErrorCode.PROTOCOL_MISMATCH, False, False),
        (ErrorCode.TOO_SLOW, False, False),
    ],
)
def test_which_refusals_are_final(code: ErrorCode, before: bool, after: bool) -> None:
    connection = HeadsetConnection(OPENED, "vret test")
    turned = ENCODE(Turned(code=code, message="no"))
    connection.hello()
    assert connection.receive(turned, 0).is_final is before
    connection.receive(welcome(), 0)
    assert connection.receive(turned, 0).is_final is after


@pytest.mark.parametrize("message", [b"", b"{}", b"\xff\xfe", welcome("another"), b'{"type":"Admit"}'])
def test_the_servers_own_mistakes_end_the_connection(message: bytes) -> None:
    connection = HeadsetConnection(OPENED, "vret test")
    connection.hello()
    with pytest.raises(ServerMessageError, match="the server"):
        connection.receive(message, 0)


def test_a_type_that_a_newer_server_made_up_is_passed_over(connection: HeadsetConnection) -> None:
    received = connection.receive(b'{"type":"Weather","sunny":true}', 0)
    assert (received.events, received.answers, received.turned) == ([], [], None)


@given(st.binary(max_size=400))
def test_no_bytes_from_a_console_do_more_than_be_turned_away(data: bytes) -> None:
    connection = HeadsetConnection(OPENED, "vret test")
    connection.hello()
    connection.receive(welcome(), 0)
    try:
        received = connection.receive(b'{"type":"Relayed","sender":"x","message":' + data + b"}", 0)
    except ServerMessageError:
        return
    assert received.events == []
    assert len(received.answers) == 1


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), st.integers(1, 5)),
        st.tuples(st.just("send"), st.integers(0, 2_000)),
        st.tuples(st.just("lose"), st.booleans()),
        st.tuples(st.just("leave"), st.just(0)),
        st.tuples(st.just("join"), st.just(0)),
    ),
    max_size=40,
)


@given(STEPS)
def test_whatever_breaks_a_console_sees_every_record_in_order(steps: list[tuple[str, int]]) -> None:
    """What was sent just before a loss may or may not arrive; a console that drops what it knows still sees all."""
    template = told().records[1]
    connection = HeadsetConnection(OPENED, "vret test")
    connection.recorded((OPENING,))
    connection.reported(REPORT)
    made, known, t_ns, in_flight = 1, 0, 0, list[Record]()

    def arrive() -> None:
        nonlocal known
        for record in in_flight:
            if record.sequence > known:
                assert record.sequence == known + 1
                known = record.sequence
        in_flight.clear()

    def send() -> None:
        for message in map(decode, connection.outgoing(t_ns)):
            if isinstance(message, RecordsMessage):
                in_flight.extend(message.records)

    def come_in() -> None:
        connection.hello()
        connection.receive(welcome(), t_ns)
        connection.receive(joined(), t_ns)

    come_in()
    for what, value in steps:
        t_ns += 10 * MS
        if what == "record":
            new = tuple(msgspec.structs.replace(template, sequence=made + one + 1) for one in range(value))
            connection.recorded(new)
            made += value
        elif what == "send":
            arrive()
            t_ns += value * MS
            send()
        elif what == "lose":
            if not value:
                in_flight.clear()
            connection.lost()
            come_in()
        elif what == "leave":
            arrive()
            connection.receive(ENCODE(PeerLeft(peer=PEER, role=Role.THERAPIST)), t_ns)
        else:
            connection.receive(joined(), t_ns)
    connection.receive(joined(), t_ns)
    send()
    arrive()
    assert known == made


@pytest.mark.parametrize("number", [10**30, -(10**30)])
@pytest.mark.parametrize("place", ["beacon", "sequence", "sent_ns"])
def test_a_number_that_no_record_can_hold_goes_no_further(
    connection: HeadsetConnection, place: str, number: int
) -> None:
    message = msgspec.json.decode(ENCODE(command()))
    huge = msgspec.json.encode(message).replace(
        b'"%s":%d' % (place.encode(), message[place]), b'"%s":%d' % (place.encode(), number)
    )
    received = connection.receive(relayed(huge), 0)
    assert received.events == []
    answer = decode(received.answers[0])
    assert isinstance(answer, Turned)
    assert (answer.code, answer.command_id) == (ErrorCode.BAD_MESSAGE, "c1")


def test_many_long_notes_go_in_messages_that_the_server_takes(connection: HeadsetConnection) -> None:
    note = CommandReceived(t_ns=0, sender=PEER, command_id="c", sequence=1, beacon=1, command=Note(text="x" * 15_000))
    records = tuple(Record(number, note, (), "") for number in range(2, 102))
    connection.recorded(records)
    messages = [decode(message) for message in connection.outgoing(0)]
    sent = [message for message in messages if isinstance(message, RecordsMessage)]
    assert all(len(ENCODE(message)) <= MESSAGE_BYTES_MAX for message in sent)
    assert [record for message in sent for record in message.records] == list(records)


def said(received: Received) -> list[FromHeadset]:
    return [decode(answer) for answer in received.answers]


def test_a_console_that_joins_is_challenged_and_agrees_on_keys() -> None:
    connection, console = HeadsetConnection(OPENED, "vret test"), ConsoleKeyring("s-1", NO_CALL)
    connection.hello()
    connection.receive(welcome(), 0)
    (challenge,) = said(connection.receive(joined(), 0))
    assert isinstance(challenge, Challenge)
    assert challenge.peer == PEER
    commitment = console.take(challenge)
    assert isinstance(commitment, Commitment)
    (half,) = said(connection.receive(relayed(commitment), 0))
    assert isinstance(half, HeadsetHalf)
    reveal = console.take(half)
    assert isinstance(reveal, Reveal)
    received = connection.receive(relayed(reveal), 0)
    proven, ready = said(received)
    assert isinstance(proven, Proven)
    assert isinstance(ready, HeadsetSignal)
    console.take(proven)
    assert console.agreed is not None
    assert received.events == [KeysAgreed(t_ns=0, sender=PEER, keys=console.agreed.name, words=console.agreed.phrase)]
    received = connection.receive(relayed(console.words_match()), 0)
    assert received.events == [WordsMatched(t_ns=0, sender=PEER, keys=console.agreed.name)]


def agreed(connection: HeadsetConnection, peer: str = PEER) -> tuple[ConsoleKeyring, object]:
    """A console that has joined and agreed on keys, and what it then hears of the voice process."""
    console = ConsoleKeyring("s-1", NO_CALL)
    pending = said(connection.receive(joined(peer), 0))
    while pending:
        message = pending.pop(0)
        if isinstance(message, HeadsetSignal):
            return console, console.signal_of(message)
        assert isinstance(message, Challenge | HeadsetHalf | Proven)
        reply = console.take(message)
        if reply is not None:
            pending += said(connection.receive(relayed(reply, peer), 0))
    raise AssertionError("no word about the voice process")


def come_back(connection: HeadsetConnection, console: ConsoleKeyring, peer: str = PEER) -> ConsoleKeyring:
    """The same console in another connection, with the keys that it has."""
    (challenge,) = said(connection.receive(joined(peer), 0))
    assert isinstance(challenge, Challenge)
    kept = console.take(challenge)
    assert isinstance(kept, Kept)
    proven, _ = said(connection.receive(relayed(kept, peer), 0))
    assert isinstance(proven, Proven)
    console.take(proven)
    return console


def signals(connection: HeadsetConnection) -> list[HeadsetSignal]:
    return [message for message in map(decode, connection.outgoing(0)) if isinstance(message, HeadsetSignal)]


def test_a_console_with_keys_hears_whether_the_voice_process_lives(connection: HeadsetConnection) -> None:
    console, ready = agreed(connection)
    assert ready == CallReady(run="", takes_camera=True, counts_offers=True)
    connection.voice_runs("run-1", bytes(32))
    connection.voice_runs("", NO_CALL)
    heard = signals(connection)
    assert [message.peer for message in heard] == [PEER] * 2
    assert [console.signal_of(message) for message in heard] == [
        CallReady(run=run, takes_camera=True, counts_offers=True) for run in ("run-1", "")
    ]


def test_a_console_that_comes_later_hears_it_right_after_its_keys_were_proved(connection: HeadsetConnection) -> None:
    connection.voice_runs("run-1", bytes(32))
    assert signals(connection) == []
    _, ready = agreed(connection)
    assert ready == CallReady(run="run-1", takes_camera=True, counts_offers=True)
    assert signals(connection) == []


def test_an_offer_reaches_the_voice_process_and_its_answer_the_console_that_offered(
    connection: HeadsetConnection,
) -> None:
    (first, _), (second, _) = agreed(connection), agreed(connection, "t-2")
    offer = CallOffer(call="c", sdp="v=0")
    assert connection.receive(relayed(first.signal(offer)), 0).signals == [offer]
    candidate = CallCandidate(call="c", candidate="candidate:1", mid="0")
    assert connection.receive(relayed(second.signal(candidate), "t-2"), 0).signals == [candidate]
    connection.voice_says(CallAnswer(call="c", sdp="v=0 answer"))
    (message,) = signals(connection)
    assert message.peer == PEER
    assert first.signal_of(message) == CallAnswer(call="c", sdp="v=0 answer")
    with pytest.raises(AgreementError):
        second.signal_of(message)


def test_an_offer_whose_certificate_was_exchanged_on_the_way_is_refused(connection: HeadsetConnection) -> None:
    """Neither the server nor another console can make the MAC, and nothing that either end said fits another place."""
    (console, _), (other, _) = agreed(connection), agreed(connection, "t-2")
    connection.voice_runs("run-1", bytes(32))
    offer = console.signal(CallOffer(call="c", sdp="a=fingerprint:sha-256 AA"))
    changed = msgspec.structs.replace(offer, content=offer.content.replace("AA", "BB"))
    echoed = signals(connection)[0]
    forged = (
        changed,
        other.signal(CallOffer(call="c", sdp="a=fingerprint:sha-256 BB")),
        PageSignal(content=echoed.content, mac=echoed.mac),
        PageSignal(content=offer.content, mac=b""),
    )
    for message in forged:
        received = connection.receive(relayed(message), 0)
        (turned,) = said(received)
        assert isinstance(turned, Turned)
        assert turned.code is ErrorCode.KEYS_DIFFER
        assert received.signals == []
    connection.voice_says(CallAnswer(call="c", sdp="v=0"))
    assert signals(connection) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"type":"CallOffer","call":"c","sdp":"v=0","then":1}', ErrorCode.UNKNOWN_FIELD),
        ('{"type":"CallOffer","call":"c"}', ErrorCode.BAD_MESSAGE),
        ('{"type":"CallAnswer","call":"c","sdp":"v=0"}', ErrorCode.BAD_MESSAGE),
        ("no JSON", ErrorCode.BAD_MESSAGE),
    ],
)
def test_a_signal_that_is_not_understood_whole_reaches_nobody(
    connection: HeadsetConnection, content: str, code: ErrorCode
) -> None:
    console, _ = agreed(connection)
    assert console.agreed is not None
    mac = mac_of(console.agreed.commands_key, SAID_IN_CALL, content.encode())
    received = connection.receive(relayed(PageSignal(content=content, mac=mac)), 0)
    (turned,) = said(received)
    assert isinstance(turned, Turned)
    assert turned.code is code
    assert received.signals == []


@pytest.mark.parametrize(
    "message",
    [
        PageSignal(content='{"type":"CallEnded","call":"c"}', mac=bytes(32)),
        WordsMatch(mac=bytes(32)),
        Kept(mac=bytes(32)),
        Reveal(key=bytes(65), certificate=bytes(32), proof=bytes(32)),
    ],
)
def test_keys_that_do_not_fit_are_told_and_reach_nobody(connection: HeadsetConnection, message: msgspec.Struct) -> None:
    received = connection.receive(relayed(message), 0)
    (turned,) = said(received)
    assert isinstance(turned, Turned)
    assert turned.code is ErrorCode.KEYS_DIFFER
    assert received.events == []


@pytest.mark.parametrize(
    "message",
    [
        PeerJoined(peer="x" * (NAME_MAX + 1), role=Role.THERAPIST, program="console"),
        PeerLeft(peer="x" * (NAME_MAX + 1), role=Role.THERAPIST),
        Admit(therapist="x" * (NAME_MAX + 1)),
        Relayed(sender="x" * (NAME_MAX + 1), message=msgspec.Raw(b"{}")),
    ],
    ids=lambda message: type(message).__name__,
)
def test_a_name_without_end_is_no_name(connection: HeadsetConnection, message: msgspec.Struct) -> None:
    """It would stand in the session, whose memory between the programs has an end."""
    with pytest.raises(ServerMessageError, match="a name of more than"):
        connection.receive(ENCODE(message), 0)


def test_no_more_consoles_are_remembered_than_a_room_has(connection: HeadsetConnection) -> None:
    def join(number: int) -> None:
        connection.receive(ENCODE(PeerJoined(peer=f"c{number}", role=Role.THERAPIST, program="console")), 0)

    for number in range(1, CONSOLES_MAX):
        join(number)
    with pytest.raises(ServerMessageError, match="consoles in"):
        join(CONSOLES_MAX)


def test_a_command_with_an_id_without_end_is_turned_away(connection: HeadsetConnection) -> None:
    asked = msgspec.structs.replace(command(Stop()), command_id="x" * (NAME_MAX + 1))
    received = connection.receive(relayed(asked), 0)
    assert received.events == []
    (turned,) = map(decode, received.answers)
    assert isinstance(turned, Turned)
    assert (turned.code, turned.command_id) == (ErrorCode.BAD_MESSAGE, asked.command_id)


@pytest.mark.parametrize("data", [b'{"type":"Admit","therapist":"\xff"}', b"\xff", b'{"type":"\xff"}'])
def test_bytes_that_are_no_text_are_no_message(connection: HeadsetConnection, data: bytes) -> None:
    with pytest.raises(ServerMessageError, match="cannot be read"):
        connection.receive(data, 0)


@pytest.mark.parametrize("length", [NAME_MAX, NAME_MAX + 1])
def test_a_call_whose_name_has_no_end_is_none(length: int) -> None:
    """The voice process tells its call in memory of a few KiB, and died of a longer name."""
    offer, key = CallOffer(call="x" * length, sdp="v=0"), bytes(32)
    content, mac = signalling.signed(offer, key)
    if length <= NAME_MAX:
        assert signalling.from_page(content, mac, key) == offer
        return
    with pytest.raises(msgspec.ValidationError, match="the name of a call"):
        signalling.from_page(content, mac, key)
