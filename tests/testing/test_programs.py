import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

_STARTER = """
import asyncio, sys
from pathlib import Path
from vret.testing.programs import TIED_VRET, Program

async def start():
    command = (*TIED_VRET, "server", "--host", "127.0.0.1", "--port", "0", "--data", sys.argv[1])
    async with Program("vret server", *command, output=Path(sys.argv[1], "server.txt")) as server:
        print(await server.line_after("vret server listens on "), flush=True)
        await server.wait()

asyncio.run(start())
"""


def test_a_program_ends_when_who_started_it_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _STARTER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        url = urlsplit(starter.stdout.readline().strip())
        assert url.hostname is not None
        assert url.port is not None
        with socket.create_connection((url.hostname, url.port), timeout=30) as line:
            starter.kill()
            assert line.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((url.hostname, url.port), timeout=30)
