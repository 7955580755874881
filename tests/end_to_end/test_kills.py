"""Any program killed or frozen at random instants: nothing recorded is lost and the person is calm or safe.

Each kill comes at a seeded instant after the scene is shown, often with a command on its way. Afterwards contact must
come back by itself (a killed supervisor is started again by the person, without a code), and the session goes on.
"""

import asyncio
import random
from contextlib import suppress
from pathlib import Path

import pytest

from tests.end_to_end.rig import HeadsetProgram, Therapist, lead_on, until
from tests.faults.measured import Measured
from tests.faults.reading import Mark, Reading
from tests.server.people import add_account
from tests.server.programs import ServerProgram
from vret.clock import now_ns
from vret.core import commands
from vret.core.effects import State
from vret.core.measures import EndedHow
from vret.core.report import Report
from vret.link.therapist import TurnedError
from vret.recording.record import Record
from vret_server.accounts import AccountRole

VICTIMS = ("frame", "link", "sound", "supervisor", "server")
WATCHED = ("frame", "link", "sound")
"""Those that are started again when they hang. Every seed is ten blows."""
SUITE_SEEDS = 1
FULL_SEEDS = 25
RUNGS = ("plaza", "stool", "balcony_far", "balcony_near", "glass_rail")
INSTANT_S = 1.0
PATIENCE_S = 180.0
ANSWER_S = 5.0
"""A command may be lost with the program that it met; then it is said again."""


def seeds(full: bool) -> int:
    return FULL_SEEDS if full else SUITE_SEEDS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("seed", range(seeds(bool(metafunc.config.getoption("--full")))))


def test_kills_lose_nothing(sqlite_server: ServerProgram, tmp_path: Path, seed: int, measured: Measured) -> None:
    """Each killed twice, or killed and frozen; every record that anybody ever saw is in a log that replays."""
    add_account(sqlite_server, "t@clinic.example", AccountRole.THERAPIST)
    asyncio.run(Ordeal(sqlite_server, tmp_path, random.Random(seed), measured).run())


class Ordeal:
    """One session and what is done to it."""

    def __init__(self, server: ServerProgram, folder: Path, chance: random.Random, measured: Measured) -> None:
        self.server, self.folder, self.chance, self.measured = server, folder, chance, measured
        self.marks: list[Mark] = []
        self.again_s: dict[str, float] = {}
        self.therapist = Therapist(server.url)
        self.headset = HeadsetProgram(folder, server.url)
        self.heard: dict[tuple[int, str], Record] = {}

    async def run(self) -> None:
        async with self.therapist.link:
            try:
                await self.headset.start(await self.therapist.prepare("t@clinic.example"))
                await self.therapist.admit()
                blows = [(victim, is_frozen) for victim in VICTIMS for is_frozen in (False, victim in WATCHED)]
                self.chance.shuffle(blows)
                for victim, is_frozen in blows:
                    await self.expose()
                    await self.kill(victim, is_frozen=is_frozen)
                    await self.contact(victim)
                self.hear()
                await self.therapist.insist(commands.End(how=EndedHow.TECHNICAL))
                assert await self.headset.ended() == 0, self.headset.output()
            finally:
                if self.headset.process is not None and self.headset.process.poll() is None:
                    self.headset.process.kill()
        self.check()

    async def expose(self) -> None:
        """Into the scene, from wherever the last kill left the session; on a slow machine contact may go and come."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self.is_exposed():
                with suppress(TurnedError, TimeoutError):
                    await lead_on(self.headset, self.therapist, RUNGS[0])
                await asyncio.sleep(0.15)
        self.hear()

    async def is_exposed(self) -> bool:
        report = await until(lambda: self.therapist.report, "a report")
        return report.state is State.EXPOSED

    async def kill(self, victim: str, *, is_frozen: bool) -> None:
        """At a random instant, perhaps while a command travels."""
        await asyncio.sleep(self.chance.uniform(0, INSTANT_S))
        command = None
        if self.chance.random() < 0.5:
            step = commands.SetRung(scene="heights", rung=self.chance.choice(RUNGS))
            command = asyncio.create_task(self.therapist.link.command(step, ANSWER_S))
            await asyncio.sleep(self.chance.uniform(0, 0.05))
        fault = f"{'program' if victim == 'supervisor' else victim}_{'frozen' if is_frozen else 'killed'}"
        began_ns = now_ns()
        if victim == "server":
            self.server.kill()
            await asyncio.sleep(self.chance.uniform(0, 0.5))
            self.server.start()
        else:
            struck = await (self.headset.freeze(victim) if is_frozen else self.headset.kill(victim))
        if victim == "sound":
            await self.headset.another("sound", struck)
            self.again_s[fault] = (now_ns() - began_ns) / 1e9
        if victim == "supervisor":
            await self.headset.ended()
            await until(lambda: not self.headset.children(), "the end of all programs")
        if victim != "server":
            self.marks.append(Mark(fault, began_ns, now_ns() if victim == "supervisor" else began_ns))
        if victim == "supervisor":
            await until(lambda: not self.headset.memory_folders(), "the memory folder's removal")
            await self.headset.start()
        if command is not None:
            await asyncio.gather(command, return_exceptions=True)

    async def contact(self, victim: str) -> None:
        """Reports come again. Whoever lost the program that draws is calm until both sides want to go on."""
        moment = now_ns()

        def renewed() -> Report | None:
            status, report, link = self.headset.frame_status(), self.therapist.report, self.therapist.link
            if status is None or report is None or link.console.headset is None:
                return None
            return report if min(status.t_ns, report.t_ns) > moment else None

        report = await until(renewed, "contact and new frames")
        if victim in ("frame", "supervisor"):
            assert report.state in (State.WAITING, State.CALM, State.STOPPED), (victim, report)
            assert report.scene == "" or report.veil
        self.hear()

    def hear(self) -> None:
        self.heard.update({(record.sequence, record.digest): record for record in self.therapist.link.records})

    def check(self) -> None:
        logs = [path for path in self.headset.logs() if ".sealed." in path.name]
        assert logs == self.headset.logs(), "a log was left unsealed"
        reading = Reading(logs, self.heard.values())
        assert not reading.lost, reading.lost[:3]
        self.measure(reading)
        assert not self.headset.children()
        assert not self.headset.memory_folders()

    def measure(self, reading: Reading) -> None:
        """A program that is killed whole shows nothing any more; of any other the log says what came after it."""
        for mark in self.marks:
            name, _, _ = mark.fault.partition("_")
            if name == "program":
                seen_ns = reading.last_seen_ns(mark.began_ns, mark.ended_ns)
                self.measured(mark.fault, dark_s=(seen_ns - mark.began_ns) / 1e9, lost=len(reading.lost))
            elif name == "sound":
                self.measured(mark.fault, again_s=self.again_s[mark.fault], lost=len(reading.lost))
            else:
                self.measured(mark.fault, **reading.of(mark))
