from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.recording.story import OPENED, told
from vret.core.effects import PressAcknowledged, State
from vret.recording.errors import DamagedLogError, LogError, NewerLogError, NotALogError
from vret.recording.identity import SESSION, identity_of
from vret.recording.live import LiveLog
from vret.recording.log import Log
from vret.recording.record import Record
from vret.recording.verification import verify


def log_of(folder: Path, records: list[Record]) -> Path:
    path = folder / "s-1.mcap"
    log = LiveLog.create(path, identity_of(OPENED))
    log.append(records)
    log.append(told().frames)
    log.close()
    return path


def test_the_replay_of_a_log_equals_it(tmp_path: Path) -> None:
    story = told()
    found = verify(log_of(tmp_path, story.records), lambda scene: "c0ffee")
    assert found.equal
    assert found.final == story.session
    assert found.final.state is State.ENDED
    assert (found.records, found.frames) == (len(story.records), len(story.frames))
    assert found.missing_scenes == ()


def _another_digest(record: Record) -> Record:
    return msgspec.structs.replace(record, digest="0" * 16)


def _another_effect(record: Record) -> Record:
    return msgspec.structs.replace(record, effects=(*record.effects, PressAcknowledged()))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (_another_digest, "after StopPressed has another digest"),
        (_another_effect, "4 effects, the log says 5"),
    ],
)
def test_the_first_difference_is_named(tmp_path: Path, change: Callable[[Record], Record], what: str) -> None:
    records = told().records
    records[3] = change(records[3])
    records[8] = change(records[8])
    found = verify(log_of(tmp_path, records))
    assert found.difference is not None
    assert found.difference.sequence == 4
    assert what in found.difference.what


def test_content_that_is_not_here_is_named(tmp_path: Path) -> None:
    path = log_of(tmp_path, told().records)
    assert verify(path).missing_scenes == ("stairs",)
    assert verify(path, lambda scene: "another").missing_scenes == ("stairs",)


def test_a_log_without_its_beginning_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedLogError, match="after record 0: record 1 is missing"):
        verify(log_of(tmp_path, told().records[1:]))
    (tmp_path / "s-1.mcap").unlink()
    with pytest.raises(DamagedLogError, match="after record 4: record 5 is missing"):
        verify(log_of(tmp_path, told().records[:4] + told().records[5:]))
    (tmp_path / "s-1.mcap").unlink()
    with pytest.raises(DamagedLogError, match="it holds no record"):
        verify(log_of(tmp_path, []))


def test_a_newer_format_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "new.mcap"
    LiveLog.create(path, msgspec.structs.replace(identity_of(OPENED), format=2)).close()
    with pytest.raises(NewerLogError, match=r"new\.mcap has log format 2, this program reads up to 1: update vret"):
        Log(path)


def test_fields_of_a_later_program_are_ignored(tmp_path: Path) -> None:
    path = log_of(tmp_path, told().records)
    log = LiveLog.reopen(path)
    log.describe(SESSION + ".more", {"mood": "blue"})
    log.close()
    assert verify(path).equal


@pytest.mark.parametrize("content", [b"", b"Dear Anna", b"\x89MCAP0\r\n"])
def test_something_else_is_no_log(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.mcap"
    path.write_bytes(content)
    with pytest.raises(NotALogError, match=r"letter\.mcap is not a session log"):
        verify(path)


def test_a_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="cannot be read"):
        verify(tmp_path)
    with pytest.raises(LogError, match=r"gone\.mcap does not exist"):
        verify(tmp_path / "gone.mcap")
