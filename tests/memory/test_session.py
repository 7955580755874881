from pathlib import Path

import pytest

from vret.memory import MemoryLayoutError, SessionMemory


def test_both_ends_share_everything_and_nothing_is_left_after_removal(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "run"
    memory = SessionMemory.create(folder)
    other = SessionMemory.attach(folder)
    assert memory.records.push(b"record")
    assert other.records.pop() == b"record"
    memory.report.publish(b"report")
    assert other.report.read() == b"report"
    memory.snapshot.write(1, b"session")
    assert other.snapshot.read(1) == b"session"
    other.close()
    memory.remove()
    assert list((tmp_path / "deep").iterdir()) == []


def test_asking_to_close_reaches_the_other_end(tmp_path: Path) -> None:
    memory = SessionMemory.create(tmp_path / "run")
    other = SessionMemory.attach(tmp_path / "run")
    assert not other.is_closing
    memory.ask_to_close()
    assert other.is_closing
    other.close()
    memory.close()


def test_the_folder_is_private_to_this_user(tmp_path: Path) -> None:
    memory = SessionMemory.create(tmp_path / "run")
    assert (tmp_path / "run").stat().st_mode & 0o077 == 0
    memory.close()


def test_compiled_scenes_are_found_by_name(tmp_path: Path) -> None:
    memory = SessionMemory.create(tmp_path / "run")
    assert memory.bundles() == []
    memory.bundle("heights").write_bytes(b"")
    memory.bundle("calm").write_bytes(b"")
    assert [path.stem for path in memory.bundles()] == ["calm", "heights"]
    memory.close()


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    SessionMemory.create(tmp_path / "run").close()
    (tmp_path / "run" / "report.block").unlink()
    with pytest.raises(MemoryLayoutError, match=r"report\.block is not there"):
        SessionMemory.attach(tmp_path / "run")
