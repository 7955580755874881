"""The built wheel and clean environments to try it in, each made once a run."""

import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.lock import constraints

ROOT = Path(__file__).parents[2]


class Environment:
    """A virtual environment that holds the wheel with some extras, and nothing of the checkout."""

    def __init__(self, folder: Path, outside: Path) -> None:
        venv.create(folder, with_pip=True)
        self.python = folder / "bin" / "python"
        self.vret = folder / "bin" / "vret"
        self.outside = outside

    def install(self, *requirements: str) -> None:
        limits = self.outside / "constraints.txt"
        limits.write_text("\n".join(constraints(ROOT / "requirements.lock")))
        self.run(self.python, "-m", "pip", "install", "-qq", "-c", str(limits), *requirements)

    def run(self, *command: str | Path, status: int = 0, timeout_s: float = 300) -> str:
        """Run a command away from the checkout; what it said. Fails unless it ends with `status`."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.outside,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert done.returncode == status, f"{command}: exit status {done.returncode}\n{done.stdout[-6000:]}"
        return done.stdout


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="session")
def wheel(archives: Path) -> Path:
    (found,) = archives.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Callable[[str], Environment]:
    """An environment for some extras, such as `headset` or `headset,server`."""
    made: dict[str, Environment] = {}

    def with_extras(extras: str) -> Environment:
        if extras not in made:
            folder = tmp_path_factory.mktemp("environment")
            made[extras] = Environment(folder / "venv", folder)
            made[extras].install(f"vret[{extras}] @ {wheel.as_uri()}")
        return made[extras]

    return with_extras
