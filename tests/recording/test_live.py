import io
import struct
from pathlib import Path

import pytest
from mcap.exceptions import EndOfFile
from mcap.records import Message
from mcap.stream_reader import StreamReader

from tests.recording.story import OPENED, told
from vret.recording.errors import DamagedLogError, NotALogError, TruncatedLogError
from vret.recording.identity import identity_of
from vret.recording.live import LiveLog
from vret.recording.log import Log, read_log, read_records
from vret.recording.record import ClockEstimate, Entry


@pytest.fixture
def entries() -> list[Entry]:
    story = told()
    clock = ClockEstimate(t_ns=2_000_000_000, peer="anna", offset_ns=-5, uncertainty_ns=3, round_trip_ns=6)
    return [*story.records[:20], *story.frames[:20], clock, *story.records[20:], *story.frames[20:]]


def write(path: Path, batches: list[list[Entry]]) -> None:
    log = LiveLog.create(path, identity_of(OPENED))
    for batch in batches:
        log.append(batch)
    log.close()


def test_what_was_appended_is_read_in_order(tmp_path: Path, entries: list[Entry]) -> None:
    path = tmp_path / "s-1.mcap"
    write(path, [entries[:7], entries[7:]])
    log = Log(path)
    assert list(log.entries()) == entries
    assert list(log.records()) == told().records
    assert list(log.frames()) == told().frames
    assert not log.sealed
    assert log.identity.session_id == "s-1"
    assert log.identity.scenes == {"stairs": "c0ffee"}


def test_any_mcap_reader_reads_a_live_log(tmp_path: Path, entries: list[Entry]) -> None:
    path = tmp_path / "s-1.mcap"
    write(path, [entries])
    reader = StreamReader(io.BytesIO(path.read_bytes()))
    found: list[Message] = []
    with pytest.raises(EndOfFile):
        found.extend(record for record in reader.records if isinstance(record, Message))
    assert len(found) == len(entries)


def test_a_log_is_never_begun_over_another(tmp_path: Path) -> None:
    path = tmp_path / "s-1.mcap"
    write(path, [])
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        LiveLog.create(path, identity_of(OPENED))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_cut_at_every_byte_of_its_tail_it_goes_on_without_gap_or_double(tmp_path: Path, entries: list[Entry]) -> None:
    records = told().records
    whole, path = tmp_path / "whole.mcap", tmp_path / "cut.mcap"
    write(whole, [list(records[:10])])
    kept = whole.stat().st_size
    log = LiveLog.reopen(whole)
    log.append(records[10:14])
    log.close()
    content = whole.read_bytes()
    for end in range(kept, len(content) + 1):
        path.write_bytes(content[:end])
        log = LiveLog.reopen(path)
        assert 10 <= log.last_sequence <= 14
        log.append(records[log.last_sequence :])
        log.close()
        assert read_records(path) == records, f"cut at byte {end} of {len(content)}"


def test_garbage_after_a_power_cut_is_cut_off(tmp_path: Path) -> None:
    records = told().records
    path = tmp_path / "s-1.mcap"
    short, no_text = struct.pack("<BQ3s", 5, 3, b"abc"), struct.pack("<BQHIQQ2s", 5, 24, 2, 0, 0, 0, b'"\xff')
    for garbage in (b"\0" * 4096, b"\x05\x40" + b"\0" * 200, b"\xff" * 333, short, no_text):
        write(path, [list(records[:10])])
        with path.open("ab") as file:
            file.write(garbage)
        log = LiveLog.reopen(path)
        assert log.last_sequence == 10
        log.append(records[10:])
        log.close()
        assert read_records(path) == records
        path.unlink()


def test_reading_a_cut_log_gives_everything_before_the_cut(tmp_path: Path) -> None:
    records = told().records
    path = tmp_path / "s-1.mcap"
    write(path, [list(records[:10]), list(records[10:12])])
    path.write_bytes(path.read_bytes()[:-40])
    found: list[Entry] = []
    with pytest.raises(TruncatedLogError, match=r"s-1\.mcap ends in the middle of an entry after record 11"):
        found.extend(read_log(path))
    assert found == records[:11]


def test_a_flipped_byte_is_found_and_the_last_good_record_named(tmp_path: Path) -> None:
    records = told().records
    path, other = tmp_path / "s-1.mcap", tmp_path / "flipped.mcap"
    write(path, [list(records[:10])])
    start = path.stat().st_size
    log = LiveLog.reopen(path)
    log.append(records[10:12])
    end = path.stat().st_size
    log.append(records[12:])
    log.close()
    content = path.read_bytes()
    for position in range(start, end, 3):
        other.write_bytes(content[:position] + bytes([content[position] ^ 0x10]) + content[position + 1 :])
        with pytest.raises(DamagedLogError, match="after record 10"):
            read_records(other)
        with pytest.raises(DamagedLogError, match="after record 10"):
            LiveLog.reopen(other)
        assert other.stat().st_size == len(content), "a damaged log is left as it is"


def test_something_else_is_not_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "letter.mcap"
    path.write_text("Dear Anna")
    with pytest.raises(NotALogError, match=r"letter\.mcap is not a session log"):
        LiveLog.reopen(path)
    assert path.read_text() == "Dear Anna"
