"""One child program: its command, its process and its output file."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from vret.memory.platform import SUPERVISOR_VARIABLE
from vret.supervisor.restarts import Restarts

LAST_WORDS_BYTES: Final = 4096


@dataclass(frozen=True)
class Program:
    """A child to run: `python ARGUMENTS MEMORY_FOLDER`. `gone` is the sentence for when it cannot be brought back."""

    name: str
    arguments: tuple[str, ...]
    gone: str

    def command(self, folder: Path) -> list[str]:
        return [sys.executable, *self.arguments, str(folder)]


FRAME = Program("frame", ("-m", "vret.headset.process"), "The picture could not be brought back. Take the headset off.")
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

    Its standard input is a pipe that nothing is written to: the system closes it when this process dies, however it
    dies, and the child takes that as its own end. What it prints is added to `output`.
    """

    def __init__(self, program: Program, folder: Path, output: Path) -> None:
        self.program = program
        self.output = output
        self.starts = 0
        self.restarts = Restarts()
        self.start_at_ns: int | None = 0
        self._command = program.command(folder)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int | None:
        return None if self._process is None else self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        self.starts += 1
        self.start_at_ns = None
        self._process = start_process(self._command, self.output)

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

    def _let_go(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None


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
