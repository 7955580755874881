"""The demonstration as whoever runs it sees it in a browser: led by them, or looked at and stopped."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from vret.core.commands import Continue, End, Stop
from vret.core.effects import State
from vret.core.measures import EndedHow
from vret.link.therapist import TherapistLink, TurnedError

LIMIT_S = 200
NO_RUNTIME = {"XR_RUNTIME_JSON": "/nowhere/runtime.json"}
NOT_INSTALLED = "No OpenXR runtime is installed"


@asynccontextmanager
async def demonstration(
    folder: Path, *options: str, display: str = "as --no-headset asks"
) -> AsyncIterator[tuple[Process, str, str, str]]:
    """A running demonstration: its process, the address of its server, the session and the token of the link.

    The first thing that it tells is the `display`.
    """
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from vret.cli import main; main()",
        "demo", "--no-window", "--no-open", "--minutes", "1", "--keep", str(folder), *options,
        stdin=DEVNULL, stdout=PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1", **NO_RUNTIME},
    )  # fmt: skip
    try:
        async with asyncio.timeout(LIMIT_S):
            assert demo.stdout is not None
            assert display in (await demo.stdout.readline()).decode()
            while (found := re.search(rb"http://\S+", await demo.stdout.readline())) is None:
                assert demo.returncode is None
            address = urlsplit(found.group().decode())
            _, _, session_id = address.path.split("/")
            yield demo, f"http://{address.netloc}", session_id, address.fragment.removeprefix("token=")
    finally:
        if demo.returncode is None:
            demo.send_signal(signal.SIGINT)
        await demo.communicate()


def test_whoever_runs_it_can_lead(tmp_path: Path) -> None:
    async def lead() -> str:
        async with (
            demonstration(tmp_path, "--steer", "--no-headset") as (demo, server, session_id, token),
            TherapistLink(server) as link,
        ):
            await link.login_by_link(token)
            assert demo.stdout is not None
            while b"is yours" not in await demo.stdout.readline():
                pass
            await link.connect(session_id)
            await link.until(lambda: link.report is not None and link.report.can_rise, LIMIT_S)
            assert await link.command(End(how=EndedHow.CHOSEN_STEP)) is None
            said, _ = await demo.communicate()
            assert demo.returncode == 0
            return said.decode()

    said = asyncio.run(lead())
    assert "yes      replay equal to the record" in said
    assert "yes      the log stored on the server" in said


def test_whoever_watches_can_stop_and_not_lead(tmp_path: Path) -> None:
    async def watch() -> None:
        async with (
            demonstration(tmp_path, display=f"since no headset answers. {NOT_INSTALLED}") as (_, *where, token),
            TherapistLink(where[0]) as link,
        ):
            session_id = where[1]
            await link.login_by_link(token)
            await link.connect(session_id)
            assert not link.console.leads
            await link.until(lambda: link.report is not None and link.report.state is State.EXPOSED, LIMIT_S)
            with pytest.raises(TurnedError, match="only looks on"):
                await link.command(Continue())
            assert await link.command(Stop()) is None
            await link.until(lambda: link.report is not None and link.report.state is State.STOPPED, LIMIT_S)

    asyncio.run(watch())
