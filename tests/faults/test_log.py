"""A log that was damaged on the disk says so, to whoever opens it with the real program."""

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.faults.measured import Measured

VRET: Final = (sys.executable, "-c", "from vret.cli import main; main()")
SEALED: Final = Path(__file__).parents[1] / "compat" / "log-1.sealed.mcap"
SUITE_PLACES, FULL_PLACES = 3, 60

pytestmark = pytest.mark.timeout(900)


def _places(full: bool, size: int) -> list[int]:
    """Anywhere in the file, the last byte among them."""
    chance = random.Random(7)
    return [size - 1, *(chance.randrange(1, size - 1) for _ in range((FULL_PLACES if full else SUITE_PLACES) - 1))]


def _says(log: Path) -> str:
    """What `vret replay` says against it; empty where it has nothing to say."""
    environment = os.environ | {"COLUMNS": "200"}
    ended = subprocess.run([*VRET, "replay", str(log)], env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr
    return ended.stderr if ended.returncode else ""


def test_a_log_that_was_cut_says_so(tmp_path: Path, measured: Measured, full: bool) -> None:
    content = SEALED.read_bytes()
    log = tmp_path / SEALED.name
    log.write_bytes(content)
    assert _says(log) == ""
    missed = 0
    for place in _places(full, len(content)):
        log.write_bytes(content[:place])
        missed += SEALED.name not in _says(log)
    measured("log_truncated", missed=missed)


def test_a_byte_that_was_flipped_is_noticed(tmp_path: Path, measured: Measured, full: bool) -> None:
    content = SEALED.read_bytes()
    log = tmp_path / SEALED.name
    missed = 0
    for place in _places(full, len(content)):
        log.write_bytes(content[:place] + bytes((content[place] ^ 0xFF,)) + content[place + 1 :])
        missed += SEALED.name not in _says(log)
    measured("log_byte_flipped", missed=missed)
