"""A server with a therapist's account, and a browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.driving import browser_program, running_clinic
from tests.server.programs import ServerProgram


@pytest.fixture
def chromium() -> str:
    return browser_program()


@pytest.fixture
def clinic(chromium: str, tmp_path: Path) -> Iterator[ServerProgram]:
    with running_clinic(tmp_path) as server:
        yield server
    shutil.rmtree(server.data)
