"""Programs of ours as child processes: output in a file, ended politely, then not politely. Nothing is left behind."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from vret.errors import VretError
from vret.memory.platform import SUPERVISOR_VARIABLE

POLL_S = 0.05
PATIENCE_S = 30.0
LINES_SHOWN = 6

VRET = (sys.executable, "-c", "from vret.cli import main; main()")
"""The command line `vret`, whether or not its script is on the path."""

TIED_VRET = (
    sys.executable,
    "-c",
    "from vret.memory.platform import interrupt_with_parent as tie; tie(); from vret.cli import main; main()",
)
"""The same for a `Program`: it ends in order when we do, however we end."""


class ProgramError(VretError):
    """A program that was started did not do its part; the message ends with the last lines that it wrote."""


class Program:
    """`async with Program(...) as program`: runs from entering to leaving, and never longer.

    Its standard input is a pipe that nothing is written to: the system closes it when this process dies, and a program
    that watches it (`vret.memory.platform`) then ends too.
    """

    def __init__(self, name: str, *command: str, output: Path) -> None:
        self.name = name
        self.output = output
        self._command = command
        self._process: Process | None = None

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def has_ended(self) -> bool:
        return self._running.returncode is not None

    async def line_after(self, start: str, within_s: float = 60.0) -> str:
        """The rest of the first line of its output that begins with `start`. Raises ProgramError."""
        clock = asyncio.get_running_loop()
        until_s = clock.time() + within_s
        while clock.time() < until_s:
            for line in self._lines():
                if line.startswith(start):
                    return line.removeprefix(start).strip()
            if self.has_ended:
                break
            await asyncio.sleep(POLL_S)
        raise self.failure(f"did not say “{start}”")

    async def wait(self) -> int:
        """Its exit status, when it has ended by itself."""
        return await self._running.wait()

    async def end(self) -> None:
        """Ask it to end, and make it."""
        process = self._running
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await process.wait()
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def failure(self, what: str) -> ProgramError:
        """An error that names the program and quotes the end of what it wrote."""
        quoted = " / ".join(self._lines()[-LINES_SHOWN:]) or "it wrote nothing"
        return ProgramError(f"{self.name} {what}. Its last lines ({self.output}): {quoted}")

    async def __aenter__(self) -> Self:
        self.output.parent.mkdir(parents=True, exist_ok=True)
        with self.output.open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=output, stderr=STDOUT, env=_environment()
            )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(TimeoutError):
            await self.end()

    @property
    def _running(self) -> Process:
        if self._process is None:
            raise AssertionError(f"{self.name} has not been started: use `async with`")
        return self._process

    def _lines(self) -> list[str]:
        return self.output.read_text(encoding="utf-8", errors="replace").splitlines()


async def run_once(name: str, *command: str, stdin: str = "") -> str:
    """Run a program to its end with a text on its standard input; what it said. Raises ProgramError if it fails."""
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=STDOUT, env=_environment())
    try:
        output, _ = await process.communicate(stdin.encode())
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        raise ProgramError(f"{name} failed: {output.decode(errors='replace').strip()}")
    return output.decode(errors="replace").strip()


def _environment() -> dict[str, str]:
    """Children see whose they are, and write without waiting for a full buffer."""
    return {**os.environ, SUPERVISOR_VARIABLE: str(os.getpid()), "PYTHONUNBUFFERED": "1"}
