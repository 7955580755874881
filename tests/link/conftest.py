from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.link.rig import Rig, add_user, compile_bundle
from tests.server.programs import ServerProgram


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "ladder.bundle"
    compile_bundle(path)
    return path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProgram]:
    """One server with one therapist; a test that kills it starts it again."""
    program = ServerProgram(tmp_path_factory.mktemp("server"), "")
    program.start()
    add_user(program)
    yield program
    program.stop()


@pytest.fixture
def rig(tmp_path: Path, server: ServerProgram, bundle: Path) -> Iterator[Rig]:
    with Rig(tmp_path, server.url, bundle) as running:
        yield running
