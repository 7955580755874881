"""Whoever is between therapist and headset can keep back, repeat and make up; nothing of it raises."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from tests.end_to_end.rig import until
from tests.faults.between import Between, asked
from tests.faults.exposure import ANSWER_S, Exposure, exposed
from tests.faults.measured import Measured
from tests.faults.reading import Mark, Reading
from tests.server.programs import ServerProgram
from vret.clock import now_ns
from vret.core.commands import Pause, SetRung
from vret.core.effects import CommandAccepted, CommandRefused
from vret.link.therapist import TurnedError

HIGHER: Final = ("stool", "balcony_far", "balcony_near", "glass_rail")
KEPT_S: Final = 2.0
SETTLES_S: Final = 1.0
GONE_S: Final = 11.0
EVERY_S: Final = 0.1

pytestmark = pytest.mark.timeout(900)


class Misdeed(msgspec.Struct, frozen=True):
    """What somebody did: the ids of rises that were asked for and may be accepted once each, and of those that reach
    the core and must be refused there."""

    rightful: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()


def test_somebody_in_between_raises_nothing(sqlite_server: ServerProgram, tmp_path: Path, measured: Measured) -> None:
    """One misdeed after the other, each in a scene that goes on; a rise that nobody may have is counted in the log."""

    async def play() -> None:
        async with (
            Between(sqlite_server.port) as between,
            exposed(sqlite_server, tmp_path, url=f"http://127.0.0.1:{between.port}") as exposure,
        ):
            misdeeds = []
            for name, misdeed in _MISDEEDS.items():
                await exposure.expose()
                began_ns = now_ns()
                done = await misdeed(between, exposure)
                between.passing = lambda text: [text]
                misdeeds.append((Mark(name, began_ns, now_ns()), done))
                exposure.hear()
            await exposure.therapist.link.connect(exposure.therapist.session_id, ANSWER_S * 4)
            reading = await exposure.end()
        for mark, done in misdeeds:
            measured(mark.fault, **{**reading.of(mark), "rises": wrongs(reading, mark, done)})

    asyncio.run(play())


def wrongs(reading: Reading, mark: Mark, done: Misdeed) -> int:
    """Rises that were accepted and nobody had asked for, or once more than they had been asked for."""
    accepted = [
        effect.command_id
        for record in reading.rises(mark.began_ns, mark.ended_ns)
        for effect in record.effects
        if isinstance(effect, CommandAccepted)
    ]
    effects = [effect for record in reading.records for effect in record.effects]
    assert done.refused <= {effect.command_id for effect in effects if isinstance(effect, CommandRefused)}, mark
    assert not done.rightful or done.rightful & set(accepted), f"{mark}: not even the rise that was asked for came"
    return len(accepted) - len(set(accepted) & done.rightful)


def _rise(rung: str) -> SetRung:
    return SetRung(scene="heights", rung=rung)


def _ids(*texts: str) -> frozenset[str]:
    return frozenset(command["command_id"] for text in texts if (command := asked(text)) is not None)


async def _duplicated(between: Between, exposure: Exposure) -> Misdeed:
    said: list[str] = []

    def twice(text: str) -> list[str]:
        said.append(text)
        return [text, text]

    between.passing = twice
    await exposure.therapist.insist(_rise(HIGHER[0]))
    await asyncio.sleep(SETTLES_S)
    return Misdeed(rightful=_ids(*said))


async def _kept(between: Between, exposure: Exposure, rung: str) -> str:
    """A rise on its way, which does not go on."""
    kept: list[str] = []

    async def asks() -> None:
        with suppress(TurnedError, TimeoutError):
            await exposure.therapist.link.command(_rise(rung), ANSWER_S)

    def keep(text: str) -> list[str]:
        if asked(text) is None:
            return [text]
        kept.append(text)
        return []

    between.passing = keep
    asking = asyncio.create_task(asks())
    await until(lambda: kept, "the rise on its way")
    between.passing = lambda text: [text]
    asking.cancel()
    return kept[0]


async def _reordered(between: Between, exposure: Exposure) -> Misdeed:
    rise = await _kept(between, exposure, HIGHER[1])
    assert await exposure.therapist.tell(Pause()) is None
    await between.say(rise)
    await asyncio.sleep(SETTLES_S)
    return Misdeed(refused=_ids(rise))


async def _delayed(between: Between, exposure: Exposure) -> Misdeed:
    rise = await _kept(between, exposure, HIGHER[2])
    await asyncio.sleep(KEPT_S)
    await between.say(rise)
    await asyncio.sleep(SETTLES_S)
    return Misdeed(refused=_ids(rise))


async def _replayed(between: Between, exposure: Exposure) -> Misdeed:
    heard: list[str] = []

    def listen(text: str) -> list[str]:
        heard.append(text)
        return [text]

    between.passing = listen
    await exposure.therapist.insist(_rise(HIGHER[3]))
    between.passing = lambda text: [text]
    for text in 3 * [text for text in heard if asked(text) is not None]:
        await between.say(text)
    await asyncio.sleep(SETTLES_S)
    return Misdeed(rightful=_ids(*heard))


async def _forged(between: Between, exposure: Exposure) -> Misdeed:
    """The words of a rise with the signature of something else, then without any."""
    relayed = json.loads(await _kept(between, exposure, HIGHER[0]))
    content = json.loads(relayed["message"]["content"])
    content["command"]["rung"] = HIGHER[3]
    content["command_id"] = "forged"
    await between.say(json.dumps({**relayed, "message": {**relayed["message"], "content": json.dumps(content)}}))
    await between.say(json.dumps({**relayed, "message": content}))
    await asyncio.sleep(SETTLES_S)
    return Misdeed()


async def _hostile(between: Between, exposure: Exposure) -> Misdeed:
    """The therapist is gone; the server says that they are there, and raises."""
    relayed = json.loads(await _kept(between, exposure, HIGHER[0]))
    content = json.loads(relayed["message"]["content"])
    await exposure.therapist.link.disconnect()
    began_ns, number = now_ns(), 0
    while now_ns() - began_ns < GONE_S * 1e9:
        number += 1
        report = exposure.report
        beat = {
            "type": "Heartbeat",
            "sequence": 10**6 + number,
            "beacon": report.beacon,
            "beacon_received_ns": report.t_ns,
            "sent_ns": report.t_ns,
        }
        signed = {**relayed["message"], "content": json.dumps(beat)}
        rise = {**content, "command_id": f"hostile-{number}", "beacon": report.beacon}
        for message in (beat, signed, rise):
            await between.say(json.dumps({**relayed, "message": message}))
        await asyncio.sleep(EVERY_S)
    return Misdeed()


_MISDEEDS: Final[dict[str, Callable[[Between, Exposure], Coroutine[Any, Any, Misdeed]]]] = {
    "duplicated": _duplicated,
    "reordered": _reordered,
    "delayed": _delayed,
    "replayed": _replayed,
    "forged": _forged,
    "hostile_server": _hostile,
}
