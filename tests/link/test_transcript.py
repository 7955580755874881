"""The conversation over a line that is cut: once, in order, the same at both ends, however late a console comes."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.link.test_connection import OPENING, REPORT, joined, relayed, welcome
from tests.recording.story import OPENED
from vret.core.commands import SAY_MAX, Say
from vret.core.conversation import Speaker, line_of
from vret.core.effects import LineAdded
from vret.core.events import Event, Input, Phrase, PhraseSaid, Wrote
from vret.core.session import open_session
from vret.core.step import step
from vret.link.backlog import AGAIN_NS
from vret.link.connection import HeadsetConnection
from vret.link.console import ConsoleConnection
from vret.link.past import Past
from vret.link.transcript import BYTES_MAX, SHOWN_MAX, Transcript
from vret.link.wire import MESSAGE_BYTES_MAX, PROTOCOL, Snapshot, Welcome
from vret.recording.record import Record

S = 1_000_000_000


def spoken(sequence: int, text: str) -> Record:
    return Record(sequence, Wrote(t_ns=sequence, text=text), (LineAdded(number=sequence),), "0")


class Session:
    """The core behind the headset's end, and a console that sends the oldest text without an answer, one at a time."""

    def __init__(self) -> None:
        self.session = open_session(OPENED)
        self.t_ns = 0
        self.log: list[Record] = [OPENING]
        self.headset = HeadsetConnection(OPENED, "vret test")
        self.headset.recorded((OPENING,))
        self.lives = 0
        self.console = ConsoleConnection("console 1")
        self.unsaid: list[tuple[str, str]] = []
        self.texts = 0
        self.seen: dict[int, Record] = {}

    def happen(self, event: Event) -> None:
        self.t_ns += S
        self.session, follows = step(self.session, msgspec.structs.replace(event, t_ns=self.t_ns))
        if follows:
            record = Record(self.log[-1].sequence + 1, msgspec.structs.replace(event, t_ns=self.t_ns), follows, "0")
            self.log.append(record)
            self.headset.recorded((record,))

    def write(self) -> None:
        self.texts += 1
        self.unsaid.append((f"p-{self.texts}", f"text {self.texts}"))

    def connect(self) -> None:
        """The console comes back by another name."""
        self.lives += 1
        name = f"therapist-{self.lives}"
        self.headset.hello()
        self.headset.receive(welcome(), self.t_ns)
        self.console.hello()
        mine = Welcome(protocol=PROTOCOL[1], session_id=OPENED.session_id, peer=name, admitted=True, mark="m")
        self.console.receive(msgspec.json.encode(mine), self.t_ns)
        pending = self.headset.receive(joined(name), self.t_ns).answers
        while pending:
            for reply in self.console.receive(pending.pop(0), self.t_ns).replies:
                pending += self.headset.receive(relayed(reply, name), self.t_ns).answers
        self.headset.reported(REPORT)

    def send(self, *, is_lost: bool, is_answer_lost: bool) -> None:
        """The oldest text goes out; it, or all that the headset says to it, may be lost with the connection."""
        if self.unsaid and not is_lost:
            command_id, text = self.unsaid[0]
            _, data = self.console.command(Say(text=text), self.t_ns, command_id)
            received = self.headset.receive(relayed(data, f"therapist-{self.lives}"), self.t_ns)
            for event in received.events:
                self.happen(event)
        messages = self.headset.outgoing(self.t_ns)
        if is_lost or is_answer_lost:
            self.headset.lost()
            self.console.lost()
            self.connect()
            return
        for message in messages:
            self.hear(message)

    def hear(self, message: bytes) -> None:
        heard = self.console.receive(message, self.t_ns)
        for record in (*heard.conversation, *heard.records):
            if line_of(record.event, record.effects) is not None:
                self.seen[record.sequence] = record
        self.unsaid = [entry for entry in self.unsaid if entry[0] not in heard.answers]


@given(
    st.lists(
        st.tuples(st.sampled_from(["write", "phrase", "send", "send", "reload", "late", "death"]), *[st.booleans()] * 2)
    )
)
def test_both_ends_have_the_same_conversation_whatever_is_cut(acts: list[tuple[str, bool, bool]]) -> None:
    both = Session()
    both.connect()
    said_by_person = 0
    for kind, is_lost, is_answer_lost in acts:
        match kind:
            case "write":
                both.write()
            case "phrase":
                said_by_person += 1
                both.happen(PhraseSaid(t_ns=0, input=Input.WINDOW, phrase=Phrase.YES))
            case "send":
                both.send(is_lost=is_lost, is_answer_lost=is_answer_lost)
            case "reload":
                both.console, both.seen = ConsoleConnection("console 2"), {}
                both.connect()
            case "late":
                both.t_ns += AGAIN_NS + S
            case "death":
                past = Past()
                for record in both.log:
                    past.add(record)
                both.headset = HeadsetConnection(OPENED, "vret test", past.recent, transcript=past.transcript)
                both.connect()
    for _ in range(len(both.unsaid) + 1):
        both.send(is_lost=False, is_answer_lost=False)
    lines = [record for record in both.log if line_of(record.event, record.effects)]
    assert [both.seen[sequence] for sequence in sorted(both.seen)] == lines
    told = [line_of(record.event, record.effects) for record in lines]
    by_therapist = [line.text for line in told if line is not None and line.speaker is Speaker.THERAPIST]
    assert by_therapist == [f"text {number + 1}" for number in range(both.texts)]
    assert len(told) == both.texts + said_by_person
    assert both.headset.conversation.waiting == 0
    assert [line.t_ns for line in both.headset.conversation.lines] == [r.event.t_ns for r in lines][-SHOWN_MAX:]


def test_what_has_not_left_yet_is_told_to_the_window() -> None:
    connection = HeadsetConnection(OPENED, "vret test")
    connection.recorded((OPENING, spoken(2, "a"), spoken(3, "b")))
    assert connection.conversation.waiting == 2
    connection.hello()
    connection.receive(welcome(), 0)
    connection.receive(joined(), 0)
    connection.reported(REPORT)
    connection.outgoing(0)
    assert connection.conversation.waiting == 0
    connection.lost()
    connection.recorded((spoken(4, "c"),))
    assert connection.conversation.waiting == 1


@pytest.mark.parametrize("letter", ["x", "😀", "\n"])
def test_a_long_conversation_fits_into_a_snapshot_with_its_newest_lines(letter: str) -> None:
    transcript = Transcript()
    for number in range(400):
        transcript.add(spoken(number, "a" + letter * (SAY_MAX - 1)))
    kept = transcript.records
    assert len(kept) >= 25
    assert [record.sequence for record in kept] == list(range(400 - len(kept), 400))
    snapshot = Snapshot(opened=OPENED, report=REPORT, last_sequence=400, conversation=kept)
    assert len(msgspec.json.encode(snapshot)) < BYTES_MAX + MESSAGE_BYTES_MAX // 2
    assert len(msgspec.msgpack.encode(transcript.shown(0))) < BYTES_MAX
