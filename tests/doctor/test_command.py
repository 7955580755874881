"""What `vret doctor` prints, and its exit status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vret.doctor.command import conclusion
from vret.doctor.finding import Finding, Mark, line

GOOD = Finding("clock", Mark.GOOD, "steady.")
BROKEN = Finding("graphics", Mark.BAD, "none.", "Install one.", needed=True)
SILENT = Finding("server", Mark.BAD, "silent.", "Ask the clinic.")


def test_mark_has_a_word_beside_the_sign() -> None:
    assert line(GOOD) == "✓ good  clock: steady."
    assert line(BROKEN) == "✗ bad   graphics: none.\n        → Install one."


def test_conclusion_names_what_is_in_the_way() -> None:
    assert "cannot work here until this is mended: graphics" in conclusion([GOOD, BROKEN, SILENT])
    assert "but this does not: server" in conclusion([GOOD, SILENT])
    assert "within the limits" in conclusion([GOOD, Finding("sound", Mark.NOTE, "none.")])
    assert conclusion([GOOD]) == "\nThe headset program works here."


def doctor(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from vret.cli import main; main()", "doctor", *options],
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_whole_examination_runs_here(tmp_path: Path) -> None:
    ended = doctor("--data", str(tmp_path / "data"), PYTHONIOENCODING="utf-8")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for about in (
        "Python",
        "graphics",
        "frame process",
        "priority",
        "display",
        "OpenXR runtime",
        "sound",
        "server",
        "clock",
        "data",
        "memory",
    ):
        assert f" {about}" in ended.stdout
    assert ended.stderr == ""


def test_unusable_data_folder_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    ended = doctor("--data", str(tmp_path / "data"), PYTHONIOENCODING="utf-8")
    assert ended.returncode == 1
    assert "cannot work here until this is mended: data folder" in ended.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_signs_that_a_console_cannot_show_do_no_harm(tmp_path: Path, encoding: str) -> None:
    ended = doctor("--data", str(tmp_path / "data"), PYTHONIOENCODING=encoding)
    assert ended.returncode == 0, ended.stderr
    assert "? good  Python" in ended.stdout
