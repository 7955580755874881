"""A server with a therapist's account, and a browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.driving import browser_program, prepare
from tests.server.programs import ServerProgram


@pytest.fixture
def chromium() -> str:
    return browser_program()


@pytest.fixture
def clinic(chromium: str, tmp_path: Path) -> Iterator[ServerProgram]:
    program = ServerProgram(tmp_path / "server", "")
    program.data.mkdir()
    program.start()
    prepare(program)
    yield program
    program.stop()
    shutil.rmtree(program.data)
