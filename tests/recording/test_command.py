import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from tests.recording.story import OPENED, told
from tests.review.stories import end, entries_of, go_to, in_calm_room
from vret.cli import app
from vret.core.events import SessionOpened
from vret.recording.identity import identity_of, this_program
from vret.recording.live import LiveLog
from vret.recording.log import read_log
from vret.recording.record import FrameRecord
from vret.recording.seal import seal


def log_of(folder: Path, *, program: str = "", broken: bool = False) -> Path:
    path = folder / "s-1.mcap"
    identity = identity_of(OPENED)
    log = LiveLog.create(path, msgspec.structs.replace(identity, program=program or identity.program))
    records = told().records
    if broken:
        records[5] = msgspec.structs.replace(records[5], digest="0" * 16)
    log.append(records)
    log.close()
    return seal(path).path


def test_a_good_log(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["replay", str(log_of(tmp_path))])
    assert result.exit_code == 0
    assert "(sealed)" in result.output
    assert "session s-1, trial with staff only" in result.output
    assert "scene stairs is not here as it was then" in result.output
    assert "Every replayed state equals the recorded one." in result.output


def test_a_log_that_replays_differently(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["replay", str(log_of(tmp_path, program="vret 0.0.1", broken=True))])
    assert result.exit_code == 1
    assert "The replay differs at record 6: the state after" in result.output
    assert f"recorded by vret 0.0.1 and replayed by {this_program()}" in result.output


@pytest.mark.parametrize("name", ["gone.mcap", "letter.txt"])
def test_what_is_no_log_is_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "letter.txt").write_text("Dear Anna")
    result = CliRunner().invoke(app, ["replay", str(tmp_path / name)])
    assert result.exit_code == 2
    assert len(result.output.strip().splitlines()) == 1
    assert name in result.output


def shown(log: Path, *before: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-c", "from vret.cli import main; main()", "replay", str(log), "--show"]
    return subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture
def short(tmp_path: Path) -> Path:
    """A few seconds on the heights, with ten frames a second."""
    rehearsal = in_calm_room()
    go_to(rehearsal, "roof", 0.5)
    end(rehearsal)
    path = tmp_path / "short.mcap"
    opened = rehearsal.records[0].event
    assert isinstance(opened, SessionOpened)
    log = LiveLog.create(path, identity_of(opened))
    log.append(entries_of(rehearsal))
    log.close()
    return path


def test_the_session_is_shown_again_in_a_window(short: Path) -> None:
    if shutil.which("xvfb-run") is None:
        pytest.skip("needs Xvfb: on Debian install xvfb")
    ended = shown(short, "xvfb-run", "-a")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    frames = sum(isinstance(entry, FrameRecord) for entry in read_log(short))
    assert ended.stdout.endswith(f"\n{frames} frames were shown.\n")


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: elsewhere there is always a display")
def test_without_a_display_the_log_is_checked_and_one_sentence_says_why_it_is_not_shown(short: Path) -> None:
    ended = shown(short, DISPLAY="", WAYLAND_DISPLAY="")
    assert ended.returncode == 2
    assert "Every replayed state equals the recorded one." in ended.stdout
    (line,) = ended.stderr.strip().splitlines()
    assert "There is no display for a window" in line
