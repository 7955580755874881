"""What was written by the first program of each format is read by this one."""

import shutil
from pathlib import Path

import msgspec
import pytest

from tests.compat.make import CLOCK, IDENTITY, LIVE, OLDER, SEALED, TRANSCRIPT, conversation
from vret.link.wire import FromHeadset, FromTherapist, Hello, Signed, ToHeadset, ToSign, ToTherapist
from vret.recording.live import LiveLog
from vret.recording.log import Log, read_records
from vret.recording.record import ClockEstimate, FrameRecord, Record
from vret.recording.seal import seal

LINES = TRANSCRIPT.read_bytes().splitlines()
NAMES = [str(msgspec.json.decode(line)["type"]) for line in LINES]
EVERY = FromTherapist | FromHeadset | ToHeadset | ToTherapist


@pytest.mark.parametrize(("line", "name"), [*zip(LINES, NAMES, strict=True)], ids=NAMES)
def test_every_message_of_protocol_2_still_means_the_same(line: bytes, name: str) -> None:
    message = msgspec.json.decode(line, type=EVERY)
    assert type(message).__name__ == name
    assert _within(msgspec.json.decode(line), msgspec.json.decode(msgspec.json.encode(message)))
    if isinstance(message, Signed):
        signed = msgspec.json.decode(message.content, type=ToSign)
        assert _within(msgspec.json.decode(message.content), msgspec.json.decode(msgspec.json.encode(signed)))


def test_an_end_that_speaks_protocol_1_can_still_be_told_what_to_update() -> None:
    hello = msgspec.json.decode(OLDER.read_bytes().splitlines()[0], type=EVERY)
    assert isinstance(hello, Hello)
    assert hello.protocol == (1, 1)


def test_the_transcript_holds_every_kind_of_message() -> None:
    assert {type(message).__name__ for message in conversation()} <= set(NAMES)


@pytest.mark.parametrize("path", [LIVE, SEALED], ids=["live", "sealed"])
def test_a_log_of_format_1_is_still_read(path: Path) -> None:
    log = Log(path)
    entries = list(log.entries())
    assert log.identity == IDENTITY
    assert log.device == {"headset": "offscreen", "renderer": "llvmpipe"}
    assert log.sealed is (path is SEALED)
    records = [entry for entry in entries if isinstance(entry, Record)]
    assert [record.sequence for record in records] == list(range(1, len(records) + 1))
    assert type(records[0].event).__name__ == "SessionOpened"
    frames = [entry for entry in entries if isinstance(entry, FrameRecord)]
    assert len(frames) > 30
    assert {(frame.area, frame.feared_m) for frame in frames} == {("", None)}, "it knew no areas of interest"
    assert CLOCK in [entry for entry in entries if isinstance(entry, ClockEstimate)]


def test_both_forms_hold_the_same() -> None:
    assert list(Log(LIVE).entries()) == list(Log(SEALED).entries())


def test_a_log_of_format_1_can_be_gone_on_with_and_sealed(tmp_path: Path) -> None:
    path = tmp_path / "log-1.mcap"
    shutil.copy(LIVE, path)
    LiveLog.reopen(path).close()
    assert read_records(seal(path).path) == read_records(SEALED)


def _within(before: object, after: object) -> bool:
    """Everything that was written is in what is written now; later programs may add fields."""
    if isinstance(before, dict) and isinstance(after, dict):
        return all(name in after and _within(value, after[name]) for name, value in before.items())
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(_within, before, after))
    return before == after
