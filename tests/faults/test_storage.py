"""The server cannot keep anything: its disk is full, or its database away. The session does not hang on either."""

import asyncio
import errno
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Final

import pytest

from tests.faults.exposure import Exposure, exposed
from tests.faults.measured import Measured
from tests.faults.reading import Mark
from tests.server.programs import ServerProgram, postgres
from vret.clock import now_ns
from vret.core.commands import End
from vret.core.effects import State
from vret.core.measures import EndedHow

MIB: Final = 1 << 20
STOPPED_S, FULL_STOPPED_S = 6.0, 60.0
TRIED_S: Final = 3.0
"""For so long the finished log is handed in in vain."""

pytestmark = pytest.mark.timeout(900)


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=8m", "vret-test", str(folder)]
    if sys.platform != "linux" or mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs root on Linux: a small file system is mounted")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def _serving(data: Path, database: str = "") -> Iterator[ServerProgram]:
    server = ServerProgram(data, database)
    server.data.mkdir(exist_ok=True)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _fill(file: FileIO) -> None:
    """To the last block."""
    for size in (MIB, 4096):
        try:
            while file.write(bytes(size)):
                pass
        except OSError as full:
            if full.errno != errno.ENOSPC:
                raise


def test_a_server_without_room_ends_no_session_and_gets_the_log_later(tmp_path: Path, measured: Measured) -> None:
    async def play(server: ServerProgram) -> None:
        ballast = server.data / "ballast"
        async with exposed(server, tmp_path) as exposure:
            began_ns = now_ns()
            with ballast.open("wb", buffering=0) as file:
                _fill(file)
            asked_ns = await exposure.pause()
            await exposure.expose()
            await exposure.therapist.insist(End(how=EndedHow.CHOSEN_STEP))
            await asyncio.sleep(TRIED_S)
            assert exposure.headset.process is not None
            assert exposure.headset.process.poll() is None, "the log has not been handed in"
            ballast.unlink()
            assert await exposure.headset.ended() == 0, exposure.headset.output()
            await _has_the_log(exposure)
        reading = exposure.reading()
        mark = Mark("server_disk_full", began_ns, now_ns(), asked_ns)
        measured(mark.fault, **reading.of(mark))

    with _small_disk(tmp_path / "server") as disk, _serving(disk) as server:
        asyncio.run(play(server))


async def _has_the_log(exposure: Exposure) -> None:
    """The server holds what the headset sealed, byte for byte."""
    exposure.hear()
    (sealed,) = exposure.headset.logs()
    assert await exposure.therapist.link.log(exposure.therapist.session_id) == sealed.read_bytes()


def test_a_database_that_stands_still_ends_no_session(tmp_path: Path, measured: Measured, full: bool) -> None:
    stopped_s = FULL_STOPPED_S if full else STOPPED_S

    with postgres() as cluster, _serving(tmp_path / "server", cluster.new_database()) as server:

        async def play() -> None:
            async with exposed(server, tmp_path) as exposure:
                began_ns = now_ns()
                await asyncio.to_thread(cluster.stop)
                asked_ns = await exposure.pause()
                await exposure.expose()
                await asyncio.sleep(max(0.0, stopped_s - (now_ns() - began_ns) / 1e9))
                assert exposure.state in (State.EXPOSED, State.HELD)
                ended_ns = now_ns()
                await asyncio.to_thread(cluster.start)
                reading = await exposure.end()
                await _has_the_log(exposure)
            mark = Mark("database_stopped", began_ns, ended_ns, asked_ns)
            measured(mark.fault, **reading.of(mark))

        asyncio.run(play())
