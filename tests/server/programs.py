"""The server as a child process, and a private PostgreSQL: real parts, each ended by the pid that was started."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

_READY = "vret server listens on "
_LIMIT_S = 60
_PORTS = 5


class ServerProgram:
    """`vret server` on a free port; `start` again after `kill` takes the same port and data.

    `within` goes before the command.
    """

    def __init__(self, data: Path, database: str, *options: str, within: Sequence[str] = ()) -> None:
        self.data = data
        self.within = within
        self.options = options
        self.database = database
        self.port = 0
        self.process: subprocess.Popen[str] | None = None
        self.visits = contextlib.ExitStack()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def start(self) -> None:
        arguments = ["server", "--port", str(self.port), "--data", str(self.data), *self.options]
        if self.database:
            arguments += ["--database", self.database]
        errors = (self.data / "stderr.txt").open("a")
        self.process = subprocess.Popen(
            [*self.within, sys.executable, "-c", "from vret.cli import main; main()", *arguments],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        errors.close()
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith(_READY), f"{line!r}, {(self.data / 'stderr.txt').read_text()}"
        self.port = int(line.rsplit(":", 1)[1])

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        return self._end(signal.SIGINT)

    def complaints(self) -> str:
        return (self.data / "stderr.txt").read_text()

    def _end(self, sign: signal.Signals) -> int:
        if self.process is None:
            return 0
        self.visits.close()
        process, self.process = self.process, None
        process.send_signal(sign)
        with process:
            process.communicate(timeout=_LIMIT_S)
        return process.returncode


class Postgres:
    """A private cluster in a temporary folder."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="vret-postgres-"))
        if self._user:
            shutil.chown(self._folder, self._user)
        self._count = 0
        self._run(programs / "initdb", "-D", self._folder / "data", "-A", "trust", "-U", "vret", "--no-sync")
        for _ in range(_PORTS):
            if self._is_serving(free_port()):
                return
        raise AssertionError(f"the private PostgreSQL ended at once, on {_PORTS} ports")

    def new_database(self) -> str:
        """The address of an empty database."""
        self._count += 1
        name = f"vret{self._count}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._address(name)

    def stop(self) -> None:
        """Whoever is connected loses it; everything is kept."""
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=_LIMIT_S)

    def start(self) -> None:
        """Again, at the same address."""
        assert self._is_serving(self._port), "PostgreSQL does not start again"

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def _is_serving(self, port: int) -> bool:
        """Asked through the folder: at a port that was taken meanwhile, somebody else's PostgreSQL may answer."""
        self._port = port
        self._process = self._popen(
            self._programs / "postgres",
            *("-D", self._folder / "data", "-p", str(port), "-k", self._folder),
            *("-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"),
        )
        while subprocess.run([self._programs / "pg_isready", "-q", "-h", self._folder, "-p", str(port)]).returncode:
            if self._process.poll() is not None:
                return False
        return True

    def _address(self, name: str) -> str:
        return f"postgresql://vret@127.0.0.1:{self._port}/{name}"

    def _run(self, *arguments: object) -> None:
        process = self._popen(*arguments)
        _, errors = process.communicate(timeout=_LIMIT_S)
        assert process.returncode == 0, errors

    def _popen(self, *arguments: object) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [str(argument) for argument in arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            user=self._user,
            extra_groups=[] if self._user else None,
        )


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """Skips with a named reason where no PostgreSQL is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip("needs PostgreSQL: apt install postgresql")
    programs = found[-1].parent if found else Path(str(on_path)).parent
    cluster = Postgres(programs)
    try:
        yield cluster
    finally:
        cluster.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
