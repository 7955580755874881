"""A headset program with a person in it and a therapist who steers it: real processes, real sockets, no screen."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from tests.server.people import PASSWORD
from vret.core.commands import Command, Continue, Resume, ResumeLevel, SetRung
from vret.core.effects import Refusal, State
from vret.core.plan import Plan, ScenePlan
from vret.core.report import Report
from vret.headset.controls import Button
from vret.headset.offscreen import PICTURE_SIZE
from vret.headset.offscreen import Picture as TakenPicture
from vret.link.therapist import TherapistLink
from vret.memory import SessionMemory
from vret.memory.messages import FrameStatus, LinkStatus, Wearer

PATIENCE_S = 60.0
_PASSING = (Refusal.LEASE_STALE, Refusal.FADING, Refusal.LOG_UNHEALTHY, Refusal.OVERTAKEN, Refusal.WRONG_STATE)
"""Refusals of a command that may be accepted a moment later."""
_HELD_OR_SOON_KNOWN = (State.HELD, State.EXPOSED)
"""What the newest report says when a command met a hold: the refusal may overtake the report of it."""
PLAN = Plan((ScenePlan("heights"),), surprises_consented=False)
T = TypeVar("T")
Picture = npt.NDArray[np.uint8]


async def until(reached: Callable[[], T | None], what: str, patience_s: float = PATIENCE_S) -> T:
    """Poll the world outside this process until it is as it should be."""
    began = time.monotonic()
    while True:
        found = reached()
        if found:
            return found
        assert time.monotonic() - began < patience_s, f"waited {patience_s} s in vain for {what}"
        await asyncio.sleep(0.01)


class HeadsetProgram:
    """The supervisor and its children, and the body that wears the headset. `within` goes before the command."""

    def __init__(
        self,
        folder: Path,
        server_url: str,
        environment: Mapping[str, str] | None = None,
        within: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self._within = within
        self._server_url = server_url
        self.environment = {**os.environ, **(environment or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self.memory: SessionMemory | None = None
        self.wearer = Wearer()
        self.pictures: dict[int, tuple[int, Picture]] = {}

    async def start(self, code: str | None = None) -> Self:
        output = (self.folder / "headset.txt").open("ab")
        arguments = [str(self.folder), self._server_url, *([code] if code else [])]
        self.process = subprocess.Popen(
            [*self._within, sys.executable, "-m", "tests.end_to_end.program", *arguments],
            stdout=output,
            stderr=output,
            env=self.environment,
        )
        output.close()
        self.memory = await until(self._attach, "the memory folder")
        await until(self.frame_status, "the first frame")
        return self

    def _attach(self) -> SessionMemory | None:
        assert self.process is not None
        assert self.process.poll() is None, self.output()
        found = sorted((self.folder / "memory").glob(f"run-{self.process.pid}-*/program.json"))
        return SessionMemory.attach(found[0].parent) if found else None

    def output(self) -> str:
        return (self.folder / "headset.txt").read_text()

    # -- the body

    def wear(self, **changes: object) -> None:
        assert self.memory is not None
        self.wearer = msgspec.structs.replace(self.wearer, **changes)
        self.memory.wearer.publish(msgspec.msgpack.encode(self.wearer))

    async def press(self, button: Button) -> None:
        """Down for two frames, then up for two: a press is seen at any frame rate."""
        self.wear(buttons=int(button))
        await self.frames(2)
        self.wear(buttons=0)
        await self.frames(2)

    async def frames(self, count: int) -> None:
        before = self.frame_number()
        await until(lambda: self.frame_number() >= before + count, f"{count} frames")

    def frame_number(self) -> int:
        status = self.frame_status()
        return 0 if status is None else status.frame

    def frame_status(self) -> FrameStatus | None:
        assert self.memory is not None
        assert self.process is not None
        assert self.process.poll() is None, self.output()
        payload = self.memory.frame_status.read()
        return None if payload is None else msgspec.msgpack.decode(payload, type=FrameStatus)

    def link_status(self) -> LinkStatus | None:
        assert self.memory is not None
        payload = self.memory.link_status.read()
        return None if payload is None else msgspec.msgpack.decode(payload, type=LinkStatus)

    # -- the eyes

    async def watch(self) -> None:
        """Keep the newest pictures of what is shown; run it as a task."""
        assert self.memory is not None
        while True:
            while (payload := self.memory.pictures.pop()) is not None:
                taken = msgspec.msgpack.decode(payload, type=TakenPicture)
                pixels = np.frombuffer(taken.pixels, np.uint8).reshape(PICTURE_SIZE, PICTURE_SIZE, 3)
                self.pictures[taken.frame] = (taken.t_ns, pixels)
            for old in sorted(self.pictures)[:-200]:
                del self.pictures[old]
            await asyncio.sleep(0.02)

    async def look(self) -> Picture:
        """A picture of now: of a frame that had not begun when this was called."""
        after = self.frame_number() + 1
        number = await until(lambda: max((n for n in self.pictures if n > after), default=0), "a picture")
        return self.pictures[number][1]

    # -- the end

    def children(self) -> dict[int, str]:
        """The programs of this run that live, by pid; also those whose supervisor is dead."""
        mark = str(self.folder / "memory").encode()
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                dead = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
            except (FileNotFoundError, ProcessLookupError):
                continue
            if not dead and b"-m" in words and any(word.startswith(mark) for word in words):
                found[int(entry.name)] = words[words.index(b"-m") + 1].decode()
        return found

    def memory_folders(self) -> list[Path]:
        return sorted((self.folder / "memory").glob("run-*/"))

    async def kill(self, name: str) -> set[int]:
        return await self.strike(name, signal.SIGKILL)

    async def freeze(self, name: str) -> set[int]:
        """A program stands still, until who watches over it has ended it."""
        stopped = await self.strike(name, signal.SIGSTOP)
        await until(lambda: not stopped & self.children().keys(), f"the end of a frozen {name} process")
        return stopped

    async def another(self, name: str, struck: set[int]) -> None:
        """Until there is one in place of those that were struck."""
        await until(lambda: self._running(name) - struck, f"another {name} process")

    def _running(self, name: str) -> set[int]:
        module = f"vret.{name}.process" if name != "frame" else "vret.headset.process"
        return {pid for pid, running in self.children().items() if running == module}

    async def strike(self, name: str, blow: signal.Signals) -> set[int]:
        """A signal to a program, as soon as there is one; the processes that it went to."""
        assert self.process is not None
        if name == "supervisor":
            os.kill(self.process.pid, blow)
            return {self.process.pid}
        await until(lambda: self._running(name), f"a {name} process")
        struck = self._running(name)
        for pid in struck:
            with suppress(ProcessLookupError):
                os.kill(pid, blow)
        return struck

    async def ended(self, patience_s: float = PATIENCE_S) -> int:
        assert self.process is not None
        process = self.process
        status = await until(lambda: (process.poll(),) if process.poll() is not None else None, "the end", patience_s)
        assert status[0] is not None
        return status[0]

    async def close(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        status = await self.ended()
        if self.memory is not None:
            self.memory.close()
        return status

    def logs(self) -> list[Path]:
        return sorted((self.folder / "data").glob("**/*.mcap"))


class Therapist:
    """A therapist at the console, who presses and looks."""

    def __init__(self, server_url: str) -> None:
        self.link = TherapistLink(server_url)
        self.session_id = ""

    async def prepare(self, email: str, plan: Plan = PLAN) -> str:
        """Sign in, create a session and pass its gate; the join code."""
        await self.link.login(email, PASSWORD)
        self.session_id = await self.link.create_session(plan)
        await self.link.put_gate(
            self.session_id,
            present_address="1 High Street, Springfield",
            callback_number="+44 1632 960000",
            answers=await self.link.all_no(),
        )
        return await self.link.code(self.session_id)

    async def admit(self) -> None:
        await self.link.connect(self.session_id, PATIENCE_S)
        await until(lambda: self.link.console.headset is not None and self.report is not None, "the headset")
        await self.link.admit(self.session_id)
        await self.state(State.CALM)

    @property
    def report(self) -> Report | None:
        return self.link.report

    async def state(self, *states: State) -> Report:
        return await until(lambda: self.report if self.report and self.report.state in states else None, f"{states}")

    async def until_words_are_asked(self) -> None:
        await until(lambda: self.report and self.report.words_asked, "the question for the words")

    async def until_words_are_compared(self) -> None:
        """The console says by itself that they match; the person still has to."""

        def compared() -> bool:
            agreement = None if self.report is None else self.report.agreement
            return agreement is not None and agreement.is_compared

        await until(compared, "both to have compared the words")

    async def tell(self, command: Command) -> Refusal | None:
        return await self.link.command(command, PATIENCE_S)

    async def insist(self, command: Command) -> None:
        """Say it again while the machine or the link is too slow for a rise just now, and go on after its holds."""
        refusal = await self.tell(command)
        for _ in range(100):
            if refusal is None:
                return
            assert refusal in _PASSING, (refusal, self.report)
            if refusal is Refusal.WRONG_STATE and self.report and self.report.state in _HELD_OR_SOON_KNOWN:
                await self.tell(Continue())
            await asyncio.sleep(0.2)
            refusal = await self.tell(command)
        raise AssertionError(f"{command} was refused again and again: {refusal}, {self.report}")


async def compare(headset: HeadsetProgram, therapist: Therapist) -> None:
    """The person reads out the words, and says yes."""
    await therapist.until_words_are_asked()
    await headset.press(Button.READY)
    await therapist.until_words_are_compared()


async def refusal_of(therapist: Therapist, command: Command) -> Refusal | None:
    """Why the command itself is refused: holds of a busy machine are continued first."""
    for _ in range(50):
        refusal = await therapist.tell(command)
        if refusal is Refusal.WRONG_STATE:
            await therapist.tell(Continue())
        elif refusal is not Refusal.LEASE_STALE:
            break
        await asyncio.sleep(0.2)
    return refusal


async def lead_on(headset: HeadsetProgram, therapist: Therapist, rung: str, answer_s: float = 5.0) -> None:
    """The next thing for either to do towards the scene, from wherever a fault left the session.

    A command may be lost with the program that it met: raises TurnedError, TimeoutError.
    """
    report = therapist.report
    assert report is not None
    if report.state is State.HELD or report.state is State.PAUSED:
        await therapist.link.command(Continue(), answer_s)
    elif not report.practised:
        await headset.press(Button.STOP)
        await until(lambda: therapist.report and therapist.report.practised, "the practice")
    elif report.words_asked or (report.state is State.STOPPED and not report.ready):
        await headset.press(Button.READY)
    elif report.state is State.STOPPED and not report.offer:
        await therapist.link.command(Resume(level=ResumeLevel.SAME), answer_s)
    elif report.state is State.STOPPED:
        await headset.press(Button.ACCEPT)
    elif report.state is State.CALM:
        await therapist.link.command(SetRung(scene="heights", rung=rung), answer_s)


async def climb(therapist: Therapist, rung: str) -> None:
    """Onto a rung; a hold because the machine was slow may take the step back, and then it is asked for again."""
    opened = therapist.link.console.opened
    assert opened is not None
    (index,) = (rules.rung_index(rung) for rules in opened.scenes if rules.name == "heights")
    for _ in range(20):
        await therapist.insist(SetRung(scene="heights", rung=rung))
        await settled(therapist)
        if therapist.report is not None and therapist.report.step_index == index:
            return
    raise AssertionError(f"20 times {rung}, and still {therapist.report}")


async def settled(therapist: Therapist) -> None:
    """Every axis has arrived and the veil is open; a hold because the machine was slow is continued.

    An entry that the machine's slowness took back ends in the calm room, settled too.
    """

    def arrived() -> bool:
        report = therapist.report
        return (
            report is not None
            and report.veil == 0
            and report.scene != ""
            and all(axis.value == axis.target for axis in report.axes.values())
        )

    def in_state(*states: State) -> bool:
        return therapist.report is not None and therapist.report.state in states

    while True:
        try:
            await until(lambda: arrived() or in_state(State.HELD, State.CALM), "the rung")
        except AssertionError as error:
            raise AssertionError(f"{error}: {therapist.report}") from None
        if therapist.report is not None and therapist.report.state is not State.HELD:
            return
        await therapist.tell(Continue())
        await asyncio.sleep(0.2)
