"""Everybody comes back to a server at once, and nobody to one whose certificate does not hold."""

import asyncio
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
import pytest
import trustme
from websockets.asyncio.client import connect

from tests.faults.measured import Measured
from tests.network import Conditions, Network, two_networks
from tests.server.people import Console, Device, hello_of
from tests.server.programs import ServerProgram
from vret.clock import now_ns
from vret.link.wire import Role, ToHeadset, Welcome

SUITE_HEADSETS, FULL_HEADSETS = 20, 200
PATIENCE_S: Final = 120.0
VRET: Final = (sys.executable, "-c", "from vret.cli import main; main()")

pytestmark = pytest.mark.timeout(900)


def test_everybody_comes_back_at_once(sqlite_server: ServerProgram, measured: Measured, full: bool) -> None:
    """A server that was killed is back, and each headset calls in the same instant."""
    console = Console(sqlite_server)
    count = FULL_HEADSETS if full else SUITE_HEADSETS
    devices = [Device(sqlite_server, console.code(console.new_session())) for _ in range(count)]
    sqlite_server.kill()
    sqlite_server.start()
    back_s = asyncio.run(_all_back(sqlite_server, devices))
    if count == FULL_HEADSETS:
        measured("all_reconnect", back_s=back_s)


async def _all_back(server: ServerProgram, devices: list[Device]) -> float:
    """Seconds until the last of them is welcome; all stay until then."""
    decoder, everybody = msgspec.json.Decoder(ToHeadset), asyncio.Barrier(len(devices))
    began_ns = now_ns()

    async def come(device: Device) -> None:
        headers = {"Authorization": f"Bearer {device.token}"}
        url = f"{server.socket_url}/ws/headset"
        async with connect(url, additional_headers=headers, compression=None, proxy=None, open_timeout=None) as socket:
            await socket.send(msgspec.json.encode(hello_of(Role.HEADSET)).decode())
            welcome = decoder.decode(await socket.recv())
            assert isinstance(welcome, Welcome), welcome
            assert welcome.session_id == device.session_id
            await everybody.wait()

    await asyncio.gather(*map(come, devices))
    return (now_ns() - began_ns) / 1e9


def test_a_certificate_that_does_not_hold_is_not_trusted(tmp_path: Path, measured: Measured) -> None:
    """The person reads why; the code stays with the headset. With the right certificate it would have gone out."""
    authority = trustme.CA()
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with two_networks() as (near, far, line):
        line.set(Conditions())
        right = authority.issue_cert(near.address)
        wrong = authority.issue_cert("another.clinic.example")
        expired = authority.issue_cert(near.address, not_before=yesterday - timedelta(days=90), not_after=yesterday)
        play = partial(_tells, near, far, tmp_path, trusted)
        _, asked = asyncio.run(play("right", right, "it is no vret server"))
        assert asked > 0
        for name, certificate in (("wrong", wrong), ("expired", expired)):
            told_s, asked = asyncio.run(play(name, certificate, "its certificate is not trusted"))
            assert asked == 0
            measured(f"certificate_{name}", told_s=told_s)


async def _tells(
    near: Network, far: Network, folder: Path, trusted: Path, name: str, certificate: trustme.LeafCert, words: str
) -> tuple[float, int]:
    """Until the program says these words: after how many seconds, and how many requests reached the server."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    asked = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += bool(await reader.read(1))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhotel")
        await writer.drain()
        writer.close()

    listening = near.listen()
    url = f"https://{near.address}:{listening.getsockname()[1]}"
    async with await asyncio.start_server(answer, sock=listening, ssl=context):
        arguments = ("headset", "--server", url, "--data", str(folder / name), "--code", "222-222-2222", "--no-window")
        options = ("--headset", "offscreen", "--sound", "none", "--view-width", "64", "--view-height", "64")
        began_ns = now_ns()
        program = await asyncio.create_subprocess_exec(
            *(*far.within, "env", f"SSL_CERT_FILE={trusted}", *VRET, *arguments, *options), stderr=subprocess.PIPE
        )
        assert program.stderr is not None
        said = ""
        async with asyncio.timeout(PATIENCE_S):
            while words not in said:
                line = await program.stderr.readline()
                assert line, said
                said += line.decode()
        told_s = (now_ns() - began_ns) / 1e9
        if program.returncode is None:
            program.terminate()
        await program.communicate()
    assert "Traceback" not in said
    return told_s, asked
