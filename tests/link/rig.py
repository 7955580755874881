"""A whole headset program without pictures, on a real server: shared memory, the link process, a frame process."""

import asyncio
import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from tests.core.ladders import PLAN, SCENE
from tests.server.programs import ServerProgram
from vret.core import commands, events
from vret.core.effects import Refusal, State
from vret.link.therapist import TherapistLink
from vret.memory.claim import Claim
from vret.memory.config import ProgramConfig, write_config
from vret.memory.messages import EnterCode, LinkPhase, LinkStatus, Quit, ToLink
from vret.memory.session import SessionMemory
from vret.scene.bundle import read_bundle, write_bundle
from vret.supervisor.child import Child, Program

EMAIL, PASSWORD = "anna@clinic.example", "correct horse battery"
ROOT = Path(__file__).parents[2]
PATIENCE_S = 20.0


class Rig:
    """`claim` stands for the supervisor's; `data` is the data folder. Ends its processes by id when left."""

    def __init__(self, folder: Path, server_url: str, bundle: Path, *, homework: bool = False) -> None:
        self.data = folder / "data"
        self.data.mkdir(exist_ok=True)
        claim = Claim.take(folder / "memory")
        assert claim is not None
        self.claim = claim
        self.memory = SessionMemory.create(claim.folder)
        self.memory.bundle(SCENE.name).symlink_to(bundle)
        self.memory.bundle("ruin").write_bytes(b"no scene: what else there is must be shown all the same")
        write_config(claim.folder, ProgramConfig(server_url=server_url, data_folder=str(self.data), homework=homework))
        frame = Program("frame", ("-m", "tests.supervisor.stand_in", "frame"), "")
        link = Program("link", ("-m", "vret.link.process"), "")
        self.frame = Child(frame, claim.folder, folder / "frame.txt")
        self.link = Child(link, claim.folder, folder / "link.txt")

    def __enter__(self) -> Self:
        self.frame.start()
        self.link.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in (self.frame, self.link):
            child.kill()
            child.end(5.0)
        self.memory.close()

    def status(self) -> LinkStatus | None:
        content = self.memory.link_status.read()
        return None if content is None else msgspec.msgpack.decode(content, type=LinkStatus)

    async def until_phase(self, phase: LinkPhase, *, uploaded: bool = False, told: bool = False) -> LinkStatus:
        """`told`: with a sentence for the person."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                status = self.status()
                if status and status.phase is phase and status.uploaded >= uploaded and bool(status.message) >= told:
                    return status
                await asyncio.sleep(0.01)

    async def until_ended(self) -> int:
        """The exit status of the link."""
        async with asyncio.timeout(PATIENCE_S):
            while (status := self.link.poll()) is None:
                await asyncio.sleep(0.01)
        return status

    def order(self, order: ToLink) -> None:
        assert self.memory.to_link.push(msgspec.msgpack.encode(order))

    def press(self, *pressed: events.Event) -> None:
        for event in pressed:
            assert self.memory.from_window.push(msgspec.msgpack.encode(event))

    async def enter(self, therapist: TherapistLink) -> str:
        """From sign-in to admission; the session's id."""
        await therapist.login(EMAIL, PASSWORD)
        session_id = await therapist.create_session(PLAN)
        await therapist.put_gate(
            session_id,
            present_address="1 High Street, Springfield",
            callback_number="+44 1632 960000",
            answers=await therapist.all_no(),
        )
        self.order(EnterCode(await therapist.code(session_id)))
        await self.until_phase(LinkPhase.CONNECTED)
        await therapist.connect(session_id, PATIENCE_S)
        await until(therapist, lambda: therapist.report is not None)
        await therapist.admit(session_id)
        await until(therapist, lambda: state_of(therapist) is State.CALM)
        return session_id

    async def practise_stop(self, therapist: TherapistLink) -> None:
        """The person stops once in the calm room, says ready, compares the words; the therapist goes on there."""
        window = events.Input.WINDOW
        self.press(events.InputGained(t_ns=0, input=window), events.StopPressed(t_ns=0, input=window))
        await until(therapist, lambda: state_of(therapist) is State.STOPPED)
        self.press(events.ReadyPressed(t_ns=0, input=window))
        await until(therapist, lambda: therapist.report is not None and therapist.report.ready)
        await until(therapist, lambda: therapist.report is not None and bool(therapist.report.words_asked))
        self.press(events.ReadyPressed(t_ns=0, input=window))
        await until(therapist, lambda: are_words_compared(therapist))
        assert await refusal_of(therapist, commands.Resume(level=commands.ResumeLevel.CALM)) is None
        await until(therapist, lambda: state_of(therapist) is State.CALM)

    def quit(self) -> None:
        self.order(Quit())


def state_of(therapist: TherapistLink) -> State | None:
    return None if therapist.report is None else therapist.report.state


def are_words_compared(therapist: TherapistLink) -> bool:
    agreement = None if therapist.report is None else therapist.report.agreement
    return agreement is not None and agreement.is_compared


async def until(therapist: TherapistLink, condition: Callable[[], bool]) -> None:
    await therapist.until(condition, PATIENCE_S)


async def refusal_of(therapist: TherapistLink, command: commands.Command) -> Refusal | None:
    """Why the command itself is refused: while a busy machine has made the lease stale it is said again."""
    async with asyncio.timeout(PATIENCE_S):
        while (refusal := await therapist.command(command, PATIENCE_S)) is Refusal.LEASE_STALE:
            await asyncio.sleep(0.1)
    return refusal


async def until_headset(therapist: TherapistLink, *, after: str = "") -> str:
    """A headset is in the room that is not the peer `after`; its peer."""

    def joined() -> bool:
        headset = therapist.console.headset
        return headset is not None and headset.peer != after

    await until(therapist, joined)
    assert therapist.console.headset is not None
    return therapist.console.headset.peer


def add_user(server: ServerProgram) -> None:
    """The therapist's account."""
    subprocess.run(
        [
            *(sys.executable, "-c", "from vret.cli import main; main()"),
            *("server", "--data", str(server.data)),
            *("add-user", EMAIL, "--password-stdin"),
        ],
        input=PASSWORD + "\n",
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
        env=os.environ,
    )


def compile_bundle(path: Path) -> None:
    """The calm room's picture with the rules of a ladder."""
    calm = path.with_name("calm.bundle")
    subprocess.run([sys.executable, "-m", "vret.scene.loader", str(ROOT / "scenes" / "calm"), str(calm)], check=True)
    write_bundle(path, dataclasses.replace(read_bundle(calm), rules=SCENE))
