from pathlib import Path

from vret.memory import SessionMemory
from vret.memory.config import ProgramConfig, write_config
from vret.supervisor.recovery import KEPT, recover_abandoned


def test_a_folder_that_was_never_finished_is_removed_without_a_word(tmp_path: Path) -> None:
    base = tmp_path / "memory"
    (base / "half").mkdir(parents=True)
    (base / "half" / "records.ring").write_bytes(b"")
    assert recover_abandoned(base, tmp_path / "data") == []
    assert list(base.iterdir()) == []


def test_a_program_that_died_before_any_session_leaves_nothing(tmp_path: Path) -> None:
    base = tmp_path / "memory"
    memory = SessionMemory.create(base / "run")
    write_config(memory.folder, ProgramConfig(server_url="http://127.0.0.1:1", data_folder=str(tmp_path)))
    memory.close()
    assert recover_abandoned(base, tmp_path / "data") == []
    assert list(base.iterdir()) == []


def test_what_cannot_be_read_is_kept_for_somebody_who_can(tmp_path: Path) -> None:
    base, data = tmp_path / "memory", tmp_path / "data"
    memory = SessionMemory.create(base / "run")
    write_config(memory.folder, ProgramConfig(server_url="http://127.0.0.1:1", data_folder=str(data)))
    memory.close()
    (base / "run" / "records.ring").write_bytes(b"torn")
    sentences = recover_abandoned(base, data)
    assert len(sentences) == 1
    assert "records.ring is torn" in sentences[0]
    assert (data / KEPT / "run" / "records.ring").read_bytes() == b"torn"
    assert list(base.iterdir()) == []
