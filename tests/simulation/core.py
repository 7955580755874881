"""The core of the therapist's page as the page has it: its TypeScript, compiled by its own tools, in QuickJS."""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import quickjs

from vret.core.effects import State

ROOT = Path(__file__).parents[2]


class Shown(msgspec.Struct):
    """What the therapist goes by, of the newest report."""

    state: State
    step: int
    beacon: int


class Look(msgspec.Struct):
    """What the page shows now; `waiting` are the texts that are not delivered, `refused` why some never will be."""

    leads: bool
    isReached: bool  # noqa: N815
    report: Shown | None
    waiting: list[str]
    refused: list[Any]


class Beat(msgspec.Struct):
    """What a beat of the page's clock asks for."""

    heartbeat: str | None
    text: str | None
    isStuck: bool  # noqa: N815
    stage: str


class Past(msgspec.Struct):
    """The numbers of the records and of the lines that the page shows, oldest first."""

    records: list[int]
    lines: list[int]


class Heard(msgspec.Struct):
    """What follows from a message: tasks for the keys, what to say again, how many records went by, and a text."""

    tasks: list[msgspec.Raw]
    again: str | None
    missed: int
    text: str | None


_HEARD, _BEAT = msgspec.json.Decoder(Heard), msgspec.json.Decoder(Beat)
_LOOK, _PAST = msgspec.json.Decoder(Look), msgspec.json.Decoder(Past)


class PageCore:
    """One room of one page. Texts in and out; times are milliseconds of the page's clock. `kept` is from a reload."""

    def __init__(self, prefix: str, kept: str = "") -> None:
        self._id = _function("open")("vret simulated", prefix, kept)

    def __getattr__(self, name: str) -> Any:
        """A function of the page by its name there, for this room."""
        return functools.partial(_function(name), self._id)

    def hear(self, text: str, t_ms: float) -> Heard:
        return _HEARD.decode(_function("hear")(self._id, text, t_ms))

    def beat(self, t_ms: float) -> Beat:
        return _BEAT.decode(_function("beat")(self._id, t_ms))

    def look(self) -> Look:
        return _LOOK.decode(_function("look")(self._id))

    def past(self) -> Past:
        return _PAST.decode(_function("past")(self._id))


@functools.cache
def _function(name: str) -> Callable[..., Any]:
    function: Callable[..., Any] = _context().eval(f"page.{name}")
    return function


@functools.cache
def _context() -> quickjs.Context:
    """With the page's core in it, compiled once a process: several may do so at once, each into a folder of its own."""
    folder = ROOT / "build" / f"simulated-{os.getpid()}"
    npm = [sys.executable, str(ROOT / "tools" / "console.py"), "exec", "--", "vite", "build", "--logLevel", "warn"]
    subprocess.run([*npm, "--ssr", "test/simulated.ts", "--outDir", str(folder)], check=True, capture_output=True)
    context = quickjs.Context()
    context.module((folder / "simulated.js").read_text())
    shutil.rmtree(folder)
    return context
