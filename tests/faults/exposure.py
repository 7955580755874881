"""Somebody in a scene, with a therapist, on real processes: what faults happen to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from tests.end_to_end.rig import HeadsetProgram, Therapist, lead_on, until
from tests.faults.measured import Measured
from tests.faults.reading import TOO_HIGH, Mark, Reading, names
from tests.faults.table import BY_NAME
from tests.server.people import add_account
from tests.server.programs import ServerProgram
from vret.clock import now_ns
from vret.core.commands import End, Pause, SetRung
from vret.core.effects import State
from vret.core.limits import LIMITS
from vret.core.measures import EndedHow
from vret.core.report import Report
from vret.link.therapist import TurnedError
from vret.recording.record import Record
from vret_server.accounts import AccountRole

EMAIL = "t@clinic.example"
RUNG = "plaza"
PATIENCE_S = 180.0
ANSWER_S = 5.0
POLL_S = 0.15
STALE_S = LIMITS.lease_rise_ns / 1e9 + 0.5

Trouble = Callable[["Exposure"], Awaitable[Mark]]
"""A fault that is made and ended: what happened when."""


class Exposure:
    """One session. `heard` are all records that the therapist ever saw; none of them may be missing from the log."""

    def __init__(self, server: ServerProgram, headset: HeadsetProgram, therapist: Therapist) -> None:
        self.server, self.headset, self.therapist = server, headset, therapist
        self.heard: dict[tuple[int, str], Record] = {}

    async def expose(self) -> None:
        """Into the scene with its veil open and a rise allowed, from wherever the last fault left the session."""
        since_ns = now_ns()
        async with asyncio.timeout(PATIENCE_S):
            while not await self._is_exposed(since_ns):
                with suppress(TurnedError, TimeoutError):
                    await lead_on(self.headset, self.therapist, RUNG, ANSWER_S)
                await asyncio.sleep(POLL_S)
        self.hear()

    async def _is_exposed(self, since_ns: int) -> bool:
        """As a report tells it that was made since then: an older one may not know what was obeyed last."""
        report = await until(lambda: self.therapist.report, "a report")
        is_seen = report.t_ns > since_ns and report.scene != "" and report.veil == 0
        return report.state is State.EXPOSED and is_seen and report.can_rise and self._is_connected

    @property
    def _is_connected(self) -> bool:
        return self.therapist.link.console.headset is not None

    def hear(self) -> None:
        self.heard.update({(record.sequence, record.digest): record for record in self.therapist.link.records})

    @property
    def report(self) -> Report:
        """What the headset itself says, without the network."""
        assert self.headset.memory is not None
        content = self.headset.memory.report.read()
        assert content is not None, "whoever was in the scene has a report"
        return msgspec.msgpack.decode(content, type=Report)

    @property
    def state(self) -> State:
        return self.report.state

    async def calms(self) -> None:
        """Until the headset has given the therapist up."""
        await until(lambda: self.state is State.STOPPED, "the calm room")

    async def contact(self) -> None:
        """Until a report comes that was made from now on."""
        since_ns = now_ns()

        def is_new() -> bool:
            report = self.therapist.report
            return report is not None and report.t_ns > since_ns and self._is_connected

        await until(is_new, "contact")
        self.hear()

    async def pause(self) -> int:
        """The therapist asks for a pause, again if it was turned away on its way; when they did first."""
        asked_ns = now_ns()
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with suppress(TurnedError, TimeoutError):
                    await self.therapist.link.command(Pause(), PATIENCE_S)
                    return asked_ns
                await asyncio.sleep(POLL_S)

    async def asks_too_late(self, after_s: float = STALE_S) -> None:
        """The therapist asks for more when nothing may rise any more; it may come late, or never."""
        await asyncio.sleep(after_s)
        with suppress(TurnedError, TimeoutError):
            await self.therapist.link.command(SetRung(scene="heights", rung=TOO_HIGH), ANSWER_S)

    async def end(self) -> Reading:
        """The session ends as planned; its logs."""
        await self.expose()
        await self.therapist.insist(End(how=EndedHow.CHOSEN_STEP))
        assert await self.headset.ended() == 0, self.headset.output()
        self.hear()
        return self.reading()

    def reading(self) -> Reading:
        """What is in the log, once it is sealed: all that the therapist ever saw is."""
        logs = [path for path in self.headset.logs() if ".sealed." in path.name]
        assert logs == self.headset.logs(), "a log was left unsealed"
        reading = Reading(logs, self.heard.values())
        assert not reading.lost, reading.lost[:3]
        return reading


@asynccontextmanager
async def exposed(
    server: ServerProgram,
    folder: Path,
    *,
    url: str = "",
    within: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Exposure]:
    """A session from its code to the scene. `url` is the server as the headset sees it, `within` its place."""
    await asyncio.to_thread(add_account, server, EMAIL, AccountRole.THERAPIST)
    therapist = Therapist(server.url)
    async with therapist.link:
        code = await therapist.prepare(EMAIL)
        headset = HeadsetProgram(folder, url or server.url, environment, within)
        try:
            await headset.start(code)
            await therapist.admit()
            exposure = Exposure(server, headset, therapist)
            await exposure.expose()
            yield exposure
        finally:
            if headset.process is not None and headset.process.poll() is None:
                headset.process.kill()
                await headset.ended()


async def through(exposure: Exposure, troubles: Sequence[Trouble], measured: Measured) -> None:
    """One fault after the other, each in a scene that goes on; then all of them are measured in the log."""
    marks = []
    for trouble in troubles:
        await exposure.expose()
        marks.append(await trouble(exposure))
    reading = await exposure.end()
    outside = []
    for mark in marks:
        try:
            told = names(r for r in reading.since(mark) if (r.sequence, r.digest) in exposure.heard)
            assert BY_NAME[mark.fault].logged <= told, f"the therapist was told {sorted(told)} alone"
            measured(mark.fault, **reading.of(mark))
        except AssertionError as error:
            outside.append(f"{mark.fault}: {error}")
    assert not outside, "\n".join(outside)
