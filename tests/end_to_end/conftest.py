"""Real servers for whole sessions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.programs import ServerProgram, postgres


@pytest.fixture
def postgres_server(tmp_path: Path) -> Iterator[ServerProgram]:
    with postgres() as cluster:
        program = ServerProgram(tmp_path / "server", cluster.new_database())
        program.data.mkdir()
        program.start()
        yield program
        assert program.stop() == 0


@pytest.fixture
def sqlite_server(tmp_path: Path) -> Iterator[ServerProgram]:
    program = ServerProgram(tmp_path / "server", "")
    program.data.mkdir()
    program.start()
    yield program
    program.stop()
