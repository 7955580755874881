"""One child program: its command, its process and its output file; for the frame also a spare process."""

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from vret.memory.child import CALL, SPARE
from vret.memory.platform import SUPERVISOR_VARIABLE
from vret.supervisor.restarts import Restarts

LAST_WORDS_BYTES: Final = 4096


@dataclass(frozen=True)
class Program:
    """A child to run: `python ARGUMENTS MEMORY_FOLDER`. `gone` is the sentence for when it cannot be brought back.

    `has_spare`: it can be kept waiting (`vret.memory.child`), to take over the sooner.
    """

    name: str
    arguments: tuple[str, ...]
    gone: str
    has_spare: bool = False

    def command(self, folder: Path) -> list[str]:
        return [sys.executable, *self.arguments, str(folder)]


FRAME = Program(
    "frame",
    ("-m", "vret.headset.process"),
    "The picture could not be brought back. Take the headset off.",
    has_spare=True,
)
LINK = Program("link", ("-m", "vret.link.process"), "The connection could not be brought back. The session is over.")
SOUND = Program("sound", ("-m", "vret.sound.process"), "There is no sound. The session goes on without it.")
VOICE = Program(
    "voice", ("-m", "vret.voice.process"), "You and your therapist cannot hear each other. The session goes on."
)


class Programs(NamedTuple):
    frame: Program
    link: Program
    sound: Program
    voice: Program


PROGRAMS = Programs(FRAME, LINK, SOUND, VOICE)


class Child:
    """A child that is started, watched and started again.

    Its standard input is a pipe that nothing is written to but the call of a spare: the system closes it when this
    process dies, however it dies, and the child takes that as its own end. What it prints is added to `output`.
    """

    def __init__(self, program: Program, folder: Path, output: Path) -> None:
        self.program = program
        self.output = output
        self.starts = 0
        self.restarts = Restarts()
        self.start_at_ns: int | None = 0
        self.was_spare = False
        self._command = program.command(folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._spare: subprocess.Popen[bytes] | None = None
        self._spared = 0

    @property
    def process_id(self) -> int | None:
        return None if self._process is None else self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None

    @property
    def spare_process_id(self) -> int | None:
        return None if self._spare is None else self._spare.pid

    def start(self) -> None:
        """Call the spare, or where there is none begin from the beginning."""
        self.starts += 1
        self.start_at_ns = None
        called = self._called()
        self.was_spare = called is not None
        self._process = called or start_process(self._command, self.output)

    def keep_spare(self) -> None:
        """Have another process wait, one for each start: what died while it loaded would die again."""
        if self.program.has_spare and self._spared < self.starts:
            self._spared = self.starts
            self._spare = start_process([*self._command, SPARE], self.output)

    def dismiss_spare(self) -> None:
        if self._spare is not None:
            self._spare.kill()
            self._spare.wait()
            _close_input(self._spare)
            self._spare = None

    def poll(self) -> int | None:
        """The exit status of a process that has ended since the last call, once; negative for a signal."""
        if self._process is None or self._process.poll() is None:
            return None
        status = self._process.returncode
        self._let_go()
        return status

    def terminate(self) -> None:
        """Ask the system to end the process; it is seen to have ended by `poll`."""
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def end(self, grace_s: float) -> None:
        """End the process now: politely, and after `grace_s` by force. Waits until it is gone."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._let_go()

    def last_words(self) -> str:
        """The last line that the child printed, for a person to read; empty when it printed nothing."""
        return last_line(self.output)

    def _called(self) -> subprocess.Popen[bytes] | None:
        spare, self._spare = self._spare, None
        if spare is None:
            return None
        assert spare.stdin is not None
        with suppress(OSError):
            os.write(spare.stdin.fileno(), CALL)
            if spare.poll() is None:
                return spare
        spare.kill()
        spare.wait()
        _close_input(spare)
        return None

    def _let_go(self) -> None:
        if self._process is not None:
            _close_input(self._process)
        self._process = None


def _close_input(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()


def start_process(command: list[str], output: Path) -> subprocess.Popen[bytes]:
    """A process that appends what it prints to `output` and can tell when we die."""
    environment = {**os.environ, SUPERVISOR_VARIABLE: str(os.getpid()), "PYTHONUNBUFFERED": "1"}
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("ab") as file:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=file, stderr=file, env=environment)


def last_line(path: Path) -> str:
    """Empty when there is none, or the file was taken away."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LAST_WORDS_BYTES))
        lines = file.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
