from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from tests.recording.story import OPENED, told
from vret.cli import app
from vret.recording.identity import identity_of, this_program
from vret.recording.live import LiveLog
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
