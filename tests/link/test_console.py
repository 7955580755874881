import msgspec
import pytest

from tests.link.test_connection import ENCODE, REPORT
from tests.recording.story import OPENED, told
from vret.core.commands import Continue, Pause
from vret.core.effects import CommandAccepted, CommandRefused, Effect, Refusal
from vret.core.events import CommandReceived
from vret.link.agreement import AgreementError
from vret.link.console import STUCK_NS, ConsoleConnection
from vret.link.keyring import NO_CALL, HeadsetKeyring
from vret.link.wire import (
    PROTOCOL,
    WATCH,
    Challenge,
    CommandMessage,
    Commitment,
    ErrorCode,
    FromTherapist,
    Heartbeat,
    Hello,
    Kept,
    PeerJoined,
    PeerLeft,
    Proven,
    RecordsMessage,
    ReportMessage,
    Reveal,
    Role,
    Signed,
    Snapshot,
    ToSign,
    Turned,
    Welcome,
    WordsMatch,
)
from vret.recording.record import Record

_DECODER: msgspec.json.Decoder[FromTherapist] = msgspec.json.Decoder(FromTherapist)
_TO_SIGN: msgspec.json.Decoder[ToSign] = msgspec.json.Decoder(ToSign)
RECORDS = tuple(told().records)


def _signed(message: bytes) -> ToSign:
    decoded = _DECODER.decode(message)
    assert isinstance(decoded, Signed)
    return _TO_SIGN.decode(decoded.content)


@pytest.fixture
def console() -> ConsoleConnection:
    made = ConsoleConnection("console test")
    assert isinstance(_DECODER.decode(made.hello()), Hello)
    made.receive(ENCODE(Welcome(protocol=PROTOCOL[1], session_id="s-1", peer="t-1", admitted=True, mark="m")), 0)
    made.receive(ENCODE(PeerJoined(peer="headset-1", role=Role.HEADSET, program="vret")), 0)
    return made


def snapshot(last: int, t_ns: int = OPENED.t_ns) -> bytes:
    opened = msgspec.structs.replace(OPENED, t_ns=t_ns)
    return ENCODE(Snapshot(opened=opened, report=REPORT, last_sequence=last))


def recorded(first: int, last: int) -> bytes:
    return ENCODE(RecordsMessage(records=RECORDS[first - 1 : last]))


def test_heartbeats_begin_with_the_first_beacon_and_the_keys_and_echo_the_newest(console: ConsoleConnection) -> None:
    assert console.heartbeat(0) is None
    console.receive(ENCODE(ReportMessage(report=msgspec.structs.replace(REPORT, beacon=6))), 50)
    assert console.heartbeat(60) is None
    agree(console, HeadsetKeyring("s-1", NO_CALL))
    for t_ns, beacon in ((100, 7), (200, 7), (300, 8), (400, 8)):
        console.receive(ENCODE(ReportMessage(report=msgspec.structs.replace(REPORT, beacon=beacon))), t_ns)
    beat = console.heartbeat(450)
    assert beat is not None
    assert _signed(beat) == Heartbeat(sequence=1, beacon=8, beacon_received_ns=300, sent_ns=450)
    console.lost()
    assert console.heartbeat(500) is None


def test_commands_have_their_own_ids_and_count_up_across_connections(console: ConsoleConnection) -> None:
    first, message = console.command(Pause(), 5)
    console.hello()
    second, _ = console.command(Pause(), 6)
    assert first != second
    sent = _DECODER.decode(message)
    assert isinstance(sent, CommandMessage)
    assert (sent.command_id, sent.sequence, sent.sent_ns, sent.command) == (first, 1, 5, Pause())


def test_with_keys_a_command_is_signed_for_the_headset_that_has_the_same(console: ConsoleConnection) -> None:
    headset = HeadsetKeyring("s-1", NO_CALL)
    agree(console, headset)
    command_id, message = console.command(Continue(), 5)
    sent = _signed(message)
    assert isinstance(sent, CommandMessage)
    assert (sent.command_id, sent.command) == (command_id, Continue())
    signed = _DECODER.decode(message)
    assert isinstance(signed, Signed)
    assert headset.is_proven("t-1", signed)
    assert not headset.is_proven("t-2", signed)


def test_answers_are_found_in_the_records_and_in_refusals(console: ConsoleConnection) -> None:
    console.receive(snapshot(0), 0)
    heard = console.receive(recorded(1, len(RECORDS)), 0)
    asked = {record.event.command_id for record in RECORDS if isinstance(record.event, CommandReceived)}
    assert set(heard.answers) == asked
    accepted = [effect for record in RECORDS for effect in record.effects if isinstance(effect, CommandAccepted)]
    assert sum(answer is None for answer in heard.answers.values()) == len(accepted)
    turned = Turned(code=ErrorCode.HEADSET_ABSENT, message="not there", command_id="c9")
    assert console.receive(ENCODE(turned), 0).answers == {"c9": turned}


def test_the_first_answer_to_a_command_that_came_twice_stands(console: ConsoleConnection) -> None:
    console.receive(snapshot(0), 0)
    event = next(record.event for record in RECORDS if isinstance(record.event, CommandReceived))
    answers: tuple[Effect, ...] = (
        CommandAccepted(sender=event.sender, command_id=event.command_id),
        CommandRefused(sender=event.sender, command_id=event.command_id, reason=Refusal.ALREADY_HANDLED),
    )
    records = tuple(Record(number, event, (answer,), "") for number, answer in enumerate(answers, start=1))
    assert console.receive(ENCODE(RecordsMessage(records=records)), 0).answers == {event.command_id: None}


def test_records_that_come_twice_count_once_and_gaps_are_counted(console: ConsoleConnection) -> None:
    console.receive(snapshot(0), 0)
    assert console.receive(recorded(3, 6), 0).records == RECORDS[2:6]
    assert console.receive(recorded(4, 8), 0).records == RECORDS[6:8]
    assert console.missed == 0
    assert console.receive(recorded(11, 12), 0).records == RECORDS[10:12]
    assert console.missed == 2


def test_another_run_of_the_program_counts_from_one_again(console: ConsoleConnection) -> None:
    console.receive(snapshot(5), 0)
    console.receive(recorded(1, 5), 0)
    console.receive(snapshot(5), 0)
    assert console.receive(recorded(1, 5), 0).records == ()
    console.receive(snapshot(2, t_ns=OPENED.t_ns + 1), 0)
    assert console.receive(recorded(1, 2), 0).records == RECORDS[:2]
    assert console.missed == 0


def test_it_knows_whether_the_headset_is_there(console: ConsoleConnection) -> None:
    assert console.headset is not None
    console.receive(ENCODE(PeerLeft(peer="headset-1", role=Role.HEADSET)), 0)
    assert console.headset is None


def test_what_is_newer_is_passed_over_and_what_is_broken_is_not(console: ConsoleConnection) -> None:
    assert console.receive(b'{"type":"Weather"}', 0).records == ()
    with pytest.raises(msgspec.DecodeError):
        console.receive(b'{"type":"ReportMessage"}', 0)


def test_what_comes_before_the_first_snapshot_is_taken_once_when_it_comes_again(console: ConsoleConnection) -> None:
    assert console.receive(recorded(2, 3), 0).records == ()
    console.receive(snapshot(3), 0)
    assert [record.sequence for record in console.receive(recorded(1, 4), 0).records] == [1, 2, 3, 4]
    assert console.missed == 0


def test_who_was_replaced_comes_back_only_to_watch(console: ConsoleConnection) -> None:
    assert console.leads
    console.receive(ENCODE(Turned(code=ErrorCode.REPLACED, message="led from elsewhere")), 0)
    assert not console.leads
    hello = _DECODER.decode(console.hello())
    assert isinstance(hello, Hello)
    assert hello.capabilities == (WATCH,)


def agree(console: ConsoleConnection, headset: HeadsetKeyring) -> bool:
    """The headset challenges the console; what each says goes to the other. Whether keys were proved."""
    pending: list[msgspec.Struct] = [headset.challenge("t-1")]
    is_proved = False
    while pending:
        heard = console.receive(ENCODE(pending.pop(0)), 0)
        is_proved |= heard.has_keys
        for reply in heard.replies:
            message = _DECODER.decode(reply)
            assert isinstance(message, Commitment | Reveal | Kept | WordsMatch)
            try:
                pending += headset.take("t-1", message).messages
            except AgreementError as error:
                pending.append(Turned(code=ErrorCode.KEYS_DIFFER, message=str(error)))
    return is_proved


def test_the_console_that_leads_agrees_on_keys_and_on_new_ones_with_every_new_headset(
    console: ConsoleConnection,
) -> None:
    """Also when the headset's program starts again and again within one connection of the console."""
    seen = []
    for _ in range(3):
        headset = HeadsetKeyring("s-1", NO_CALL)
        assert agree(console, headset)
        assert console.keyring is not None
        assert console.keyring.agreed is not None
        match = _DECODER.decode(console.words_match())
        assert isinstance(match, WordsMatch)
        assert headset.take("t-1", match).events
        seen.append(console.keyring.agreed.name)
    assert len(set(seen)) == 3


def test_a_console_says_once_for_a_challenge_that_it_begins_anew(console: ConsoleConnection) -> None:
    assert agree(console, HeadsetKeyring("s-1", NO_CALL))
    differ = ENCODE(Turned(code=ErrorCode.KEYS_DIFFER, message="other keys"))
    assert len(console.receive(differ, 0).replies) == 1
    assert console.receive(differ, 0).replies == []


def test_who_looks_on_and_who_is_not_meant_agrees_on_nothing(console: ConsoleConnection) -> None:
    assert console.receive(ENCODE(Challenge(peer="t-2", nonce=bytes(32))), 0).replies == []
    console.receive(ENCODE(Turned(code=ErrorCode.REPLACED, message="another leads")), 0)
    assert console.receive(ENCODE(Challenge(peer="t-1", nonce=bytes(32))), 0).replies == []


def test_what_does_not_fit_is_told_and_gives_no_keys(console: ConsoleConnection) -> None:
    heard = console.receive(ENCODE(Proven(peer="t-1", proof=bytes(32))), 0)
    assert heard.turned is not None
    assert heard.turned.code is ErrorCode.KEYS_DIFFER
    assert not heard.has_keys


def test_records_that_come_before_the_snapshot_of_a_new_connection_are_not_taken_for_all(
    console: ConsoleConnection,
) -> None:
    """Another console may be there, for which they go on; what this one missed comes after the snapshot."""
    console.receive(snapshot(0), 0)
    console.receive(recorded(1, 3), 0)
    console.hello()
    assert console.receive(recorded(6, 7), 0).records == ()
    console.receive(snapshot(7), 0)
    assert console.receive(recorded(1, 8), 0).records == RECORDS[3:8]
    assert console.missed == 0


def test_an_agreement_of_which_nothing_comes_is_stuck(console: ConsoleConnection) -> None:
    joined = ENCODE(PeerJoined(peer="headset-1", role=Role.HEADSET, program="vret"))
    console.receive(joined, STUCK_NS)
    assert [console.is_stuck(t_ns) for t_ns in (2 * STUCK_NS, 2 * STUCK_NS + 1)] == [False, True]
    agree(console, HeadsetKeyring("s-1", NO_CALL))
    assert not console.is_stuck(9 * STUCK_NS)
