import os
import sys
import time
from pathlib import Path

import msgspec
import pytest

from tests.recording.story import OPENED
from vret.link.saved import RESUME_WITHIN_S, Saved, SavedSession, SessionNameError, saved_sessions, session_folder

SAVED = Saved("https://clinic.example", "s-1", "secret", OPENED.plan)
SAVED_BYTES = msgspec.json.encode(SAVED)


def test_what_is_kept_comes_back_and_can_be_forgotten(tmp_path: Path) -> None:
    kept = session_folder(tmp_path, "s-1")
    assert kept.read() is None
    kept.write(SAVED)
    assert kept.read() == SAVED
    assert [saved for _, saved in saved_sessions(tmp_path)] == [SAVED]
    kept.forget()
    kept.forget()
    assert kept.read() is None
    assert list(saved_sessions(tmp_path)) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX modes, which Windows does not have")
def test_only_this_user_can_read_the_token(tmp_path: Path) -> None:
    kept = session_folder(tmp_path, "s-1")
    kept.write(SAVED)
    assert kept.folder.stat().st_mode & 0o077 == 0
    assert (kept.folder / "resume.json").stat().st_mode & 0o077 == 0


def test_a_session_goes_on_only_soon_after_its_last_sign_of_life(tmp_path: Path) -> None:
    kept = session_folder(tmp_path, "s-1")
    assert not kept.is_recent
    kept.write(SAVED)
    assert kept.is_recent
    old_s = time.time() - RESUME_WITHIN_S - 1
    os.utime(kept.folder / "resume.json", (old_s, old_s))
    assert not kept.is_recent
    kept.touch()
    assert kept.is_recent


@pytest.mark.parametrize("session_id", ["", "..", "a/b", "a\\b", "naïve", "a b", "C:", "a" * 101])
def test_an_id_that_is_no_plain_name_makes_no_folder(tmp_path: Path, session_id: str) -> None:
    with pytest.raises(SessionNameError, match="cannot be the name of a folder"):
        session_folder(tmp_path, session_id)


def test_each_run_has_its_own_log(tmp_path: Path) -> None:
    kept = SavedSession(tmp_path / "s-1")
    kept.folder.mkdir()
    assert kept.next_log().name == "s-1.mcap"
    (kept.folder / "s-1.sealed.mcap").touch()
    assert kept.next_log().name == "s-1-2.mcap"
    (kept.folder / "s-1-2.mcap").touch()
    assert kept.next_log().name == "s-1-3.mcap"
    assert [path.name for path in kept.live_logs()] == ["s-1-2.mcap"]
    assert [path.name for path in kept.sealed_logs()] == ["s-1.sealed.mcap"]


@pytest.mark.parametrize("broken", [b"\xff", b"[" * 50_000, b"{}", b"", SAVED_BYTES.replace(b"secret", rb"two\nlines")])
def test_a_file_that_cannot_be_understood_is_a_session_that_is_over(tmp_path: Path, broken: bytes) -> None:
    kept = session_folder(tmp_path, "s-1")
    kept.write(SAVED)
    (kept.folder / "resume.json").write_bytes(SAVED_BYTES.replace(b"https", broken) if len(broken) == 1 else broken)
    assert kept.read() is None
    assert list(saved_sessions(tmp_path)) == []
