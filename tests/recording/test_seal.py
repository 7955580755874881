import hashlib
import struct
import sys
from pathlib import Path

import pytest
import zstandard
from mcap.data_stream import RecordBuilder
from mcap.reader import make_reader
from mcap.records import Chunk

from tests.recording.story import OPENED, told
from vret.recording import container
from vret.recording.errors import DamagedLogError, LogError, TruncatedLogError
from vret.recording.identity import identity_of
from vret.recording.live import LiveLog
from vret.recording.log import Log, read_records
from vret.recording.record import Entry
from vret.recording.seal import seal, sealed_path


@pytest.fixture
def live(tmp_path: Path) -> Path:
    path = tmp_path / "s-1.mcap"
    story = told()
    log = LiveLog.create(path, identity_of(OPENED))
    log.append([*story.records[:20], *story.frames[:20]])
    log.describe("vret.device", {"renderer": "llvmpipe", "headset": "offscreen"})
    log.append([*story.records[20:], *story.frames[20:]])
    log.close()
    return path


def content(path: Path) -> tuple[list[Entry], dict[str, str]]:
    log = Log(path)
    return list(log.entries()), log.device


def test_a_sealed_log_holds_the_same_and_the_live_one_is_gone(live: Path) -> None:
    before, identity = content(live), Log(live).identity
    sealed = seal(live)
    assert sealed.path == live.with_name("s-1.sealed.mcap")
    assert content(sealed.path) == before
    assert Log(sealed.path).identity == identity
    assert sealed.sha256 == hashlib.sha256(sealed.path.read_bytes()).hexdigest()
    assert sealed.path.with_name("s-1.sealed.mcap.sha256").read_text() == f"{sealed.sha256}  s-1.sealed.mcap\n"
    assert sorted(path.name for path in live.parent.iterdir()) == ["s-1.sealed.mcap", "s-1.sealed.mcap.sha256"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX modes, which Windows does not have")
def test_only_this_user_can_read_a_log(live: Path) -> None:
    assert live.stat().st_mode & 0o077 == 0
    assert seal(live).path.stat().st_mode & 0o077 == 0


def test_any_mcap_reader_finds_its_index(live: Path) -> None:
    with seal(live).path.open("rb") as file:
        reader = make_reader(file, validate_crcs=True)
        summary = reader.get_summary()
        assert summary is not None
        assert summary.statistics is not None
        assert summary.chunk_indexes
        assert {channel.topic for channel in summary.channels.values()} == {"/events", "/frames", "/clock"}
        assert summary.statistics.message_count == len(list(reader.iter_messages()))


def test_sealing_again_changes_nothing(live: Path) -> None:
    sealed = seal(live)
    assert seal(live) == sealed
    assert seal(sealed.path) == sealed


def test_a_crash_before_the_live_log_went_is_mended(live: Path) -> None:
    kept = live.read_bytes()
    sealed = seal(live)
    live.write_bytes(kept)
    sealed_path(live).with_name("s-1.sealed.mcap.partial").write_bytes(b"half")
    assert seal(live) == sealed
    assert not live.exists()


def test_an_unfinished_tail_is_left_out(live: Path) -> None:
    records = read_records(live)
    with live.open("ab") as file:
        file.write(b"\x05\xff\x00")
    assert read_records(seal(live).path) == records


def test_a_damaged_live_log_is_not_sealed_and_stays(live: Path) -> None:
    damaged = bytearray(live.read_bytes())
    damaged[damaged.index(b"SetRung")] ^= 1
    live.write_bytes(damaged)
    with pytest.raises(DamagedLogError):
        seal(live)
    assert live.read_bytes() == damaged


def test_cut_anywhere_it_says_so(live: Path) -> None:
    path = seal(live).path
    whole = path.read_bytes()
    for end in range(9, len(whole), 131):
        path.write_bytes(whole[:end])
        with pytest.raises((TruncatedLogError, LogError)):
            read_records(path)
    path.write_bytes(whole[:-3])
    with pytest.raises(TruncatedLogError):
        read_records(path)


def test_a_flipped_byte_before_the_index_is_found(live: Path) -> None:
    path = seal(live).path
    whole = path.read_bytes()
    with path.open("rb") as file:
        summary = make_reader(file).get_summary()
    assert summary is not None
    chunk = summary.chunk_indexes[-1]
    for position in range(40, chunk.chunk_start_offset + chunk.chunk_length, 61):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 4]) + whole[position + 1 :])
        with pytest.raises(LogError):
            read_records(path)


def test_a_log_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r"gone\.mcap does not exist"):
        seal(tmp_path / "gone.mcap")


def test_no_changed_byte_of_a_sealed_log_goes_unnoticed(live: Path) -> None:
    """From the header to the last magic, what only other programs read included."""
    path = seal(live).path
    whole = path.read_bytes()
    for place in range(0, len(whole), 61):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with pytest.raises(LogError):
            list(Log(path).entries())


@pytest.mark.parametrize("told", [1 << 20, 1 << 40, (1 << 64) - 1])
def test_a_chunk_is_not_believed_what_size_it_has(live: Path, told: int) -> None:
    """A few bytes may claim any number of them; nobody makes room for these."""
    path = seal(live).path
    content = path.read_bytes()
    at = content.index(b"zstd") - 4
    assert struct.unpack_from("<Q", content, at - 12)[0] < 1 << 20
    path.write_bytes(content[: at - 12] + struct.pack("<Q", told) + content[at - 4 :])
    with pytest.raises(DamagedLogError):
        list(Log(path).entries())


def test_a_chunk_of_zeros_packed_a_thousand_times_is_not_unpacked() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(200 << 20))
    chunk = Chunk("zstd", bomb, 0, 0, 0, 200 << 20)
    builder = RecordBuilder()
    chunk.write(builder)
    with pytest.raises(container.BadBatchError):
        container.chunk_content(bytes(builder.end())[9:])  # type: ignore[no-untyped-call]
