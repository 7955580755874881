from pathlib import Path

import msgspec

from tests.recording.story import OPENED, told
from vret.memory.messages import LinkPhase, LinkStatus
from vret.memory.session import SessionMemory
from vret.recording.identity import identity_of
from vret.recording.live import LiveLog
from vret.recording.log import read_records
from vret.recording.recover import recover


def memory_left_behind(folder: Path, log_path: Path, pushed: int) -> Path:
    memory = SessionMemory.create(folder / "memory")
    status = LinkStatus(t_ns=1, phase=LinkPhase.CONNECTED, session_id="s-1", log_path=str(log_path))
    memory.link_status.publish(msgspec.msgpack.encode(status))
    story = told()
    for record in story.records[pushed:]:
        assert memory.records.push(msgspec.msgpack.encode(record))
    for frame in story.frames:
        assert memory.telemetry.push(msgspec.msgpack.encode(frame))
    memory.close()
    return memory.folder


def test_what_was_in_the_rings_is_in_the_sealed_log(tmp_path: Path) -> None:
    path = tmp_path / "sessions" / "s-1.mcap"
    log = LiveLog.create(path, identity_of(OPENED))
    log.append(told().records[:7])
    log.close()
    folder = memory_left_behind(tmp_path, path, pushed=5)
    sealed = recover(folder)
    assert sealed is not None
    assert read_records(sealed.path) == told().records
    assert recover(folder) == sealed


def test_a_log_that_was_never_begun_is_begun(tmp_path: Path) -> None:
    folder = memory_left_behind(tmp_path, tmp_path / "sessions" / "s-1.mcap", pushed=0)
    sealed = recover(folder)
    assert sealed is not None
    assert read_records(sealed.path) == told().records


def test_without_a_session_there_is_nothing_to_recover(tmp_path: Path) -> None:
    SessionMemory.create(tmp_path / "memory").close()
    assert recover(tmp_path / "memory") is None
