"""The line between headset and server fails in every way: packets of a real network are lost, late, or go one way."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.door import carry
from tests.end_to_end.rig import until
from tests.faults.exposure import Exposure, Trouble, exposed, through
from tests.faults.measured import LONG, Measured
from tests.faults.reading import Mark
from tests.network import Conditions, Line, Network, two_networks
from tests.server.programs import ServerProgram
from vret.clock import now_ns
from vret.core.effects import State

WAYS: Final = {
    "both": Conditions(is_cut=True),
    "in": Conditions(deaf="far"),
    "out": Conditions(deaf="near"),
}
"""The headset is at the far end."""
GOOD: Final = Conditions(delay_ms=5)
LATE: Final = Conditions(delay_ms=5000)
NARROW: Final = Conditions(delay_ms=20, bits_per_s=128_000)
LOSSY: Final = Conditions(delay_ms=20, jitter_ms=20, loss=0.15)
SHORTEST_S: Final = 8
SETTLES_S: Final = 3.0
LATE_S: Final = 10.5

pytestmark = pytest.mark.timeout(1800)


@pytest.mark.parametrize("cut_s", [SHORTEST_S, 20, 60])
def test_one_session_over_a_line_that_fails(
    sqlite_server: ServerProgram, tmp_path: Path, measured: Measured, cut_s: int, full: bool
) -> None:
    """One failure after the other, each from a scene that goes on. What is no cut comes with the shortest ones."""
    if not full:
        pytest.skip(LONG)

    async def play(near: Network, far: Network, line: Line) -> None:
        line.set(GOOD)
        troubles: list[Trouble] = [partial(_cut, line, way, cut_s) for way in WAYS]
        if cut_s == SHORTEST_S:
            bad = {"lossy_line": LOSSY, "narrow_line": NARROW}
            troubles += [partial(_steered, line, fault, conditions) for fault, conditions in bad.items()]
            troubles.append(partial(_late, line))
        server, listening = sqlite_server, near.listen()
        port = listening.getsockname()[1]
        async with await asyncio.start_server(partial(carry, server.port), sock=listening) as door:
            url, home = f"http://{near.address}:{port}", tmp_path / "home"
            home.mkdir()
            plain = {"ALLOW_PLAIN_HTTP": "yes"}
            async with exposed(server, home, url=url, within=far.within, environment=plain) as exposure:
                await through(exposure, troubles, measured)
            door.close()

    with two_networks() as (near, far, line):
        asyncio.run(play(near, far, line))


async def _steered(line: Line, fault: str, conditions: Conditions, exposure: Exposure) -> Mark:
    """On a line that is bad and not dead, what lowers gets through."""
    began_ns = now_ns()
    line.set(conditions)
    await asyncio.sleep(SETTLES_S)
    asked_ns = await exposure.pause()
    ended_ns = now_ns()
    line.set(GOOD)
    await exposure.contact()
    return Mark(fault, began_ns, ended_ns, asked_ns)


async def _cut(line: Line, way: str, seconds: int, exposure: Exposure) -> Mark:
    began_ns = now_ns()
    line.set(WAYS[way])
    asking = asyncio.create_task(exposure.asks_too_late())
    await asyncio.sleep(seconds)
    ended_ns = now_ns()
    line.set(GOOD)
    await asyncio.gather(asking, exposure.contact())
    return Mark(f"partition_{way}_{seconds}", began_ns, ended_ns)


async def _late(line: Line, exposure: Exposure) -> Mark:
    """Everything arrives, five seconds late; who steers by it may ask for more and gets nothing."""
    began_ns = now_ns()
    line.set(LATE)
    asking = asyncio.create_task(exposure.asks_too_late())
    await until(lambda: exposure.state is State.STOPPED, "the calm room")
    await asyncio.sleep(LATE_S - (now_ns() - began_ns) / 1e9)
    ended_ns = now_ns()
    line.set(GOOD)
    await asyncio.gather(asking, exposure.contact())
    return Mark("delay_5s", began_ns, ended_ns)
