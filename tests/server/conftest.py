from collections.abc import Iterator
from pathlib import Path

import pytest

from .people import Console, Device
from .programs import Postgres, ServerProgram, postgres

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _database(backend: str, request: pytest.FixtureRequest) -> str:
    if backend == "sqlite":
        return ""
    cluster: Postgres = request.getfixturevalue("cluster")
    return cluster.new_database()


@pytest.fixture(scope="session")
def server(
    backend: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[ServerProgram]:
    """One running server for all tests that leave it as it was."""
    program = ServerProgram(tmp_path_factory.mktemp("server"), _database(backend, request))
    program.start()
    yield program
    assert program.stop() == 0
    assert "Traceback" not in program.complaints()


@pytest.fixture
def own_server(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[ServerProgram]:
    """A server that the test may kill or wear out."""
    program = ServerProgram(tmp_path, _database(backend, request))
    program.start()
    yield program
    program.stop()
    assert "Traceback" not in program.complaints()


@pytest.fixture
def console(server: ServerProgram) -> Console:
    return Console(server)


@pytest.fixture
def session_id(console: Console) -> str:
    return console.new_session()


@pytest.fixture
def device(console: Console, session_id: str) -> Device:
    return Device(console.server, console.code(session_id))
