"""A call that lasts takes no more memory than one that has begun."""

import asyncio
import shutil
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.sound.pulse import NEEDED, Pulse, pulse_server
from tests.voice.calls import AUDIBLE, THERAPIST_HZ, loudness, until
from tests.voice.test_process import SPOKEN, Voice, call, hears, running
from vret.clock import now_ns
from vret.memory.audio import BLOCK, RATE_HZ, Mixed, push_mixed
from vret.memory.call import CallState

pytestmark = pytest.mark.skipif(
    any(shutil.which(program) is None for program in NEEDED), reason="needs PulseAudio: apt install pulseaudio"
)
MOST_MB = 120.0
GROWTH_MB = 1.5
LOOK_S = 0.5


@pytest.fixture
def pulse(tmp_path: Path) -> Iterator[Pulse]:
    with pulse_server(tmp_path, ("desk", "Desk Microphone")) as server:
        yield server


def resident_mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss / 1e6)


async def hand_back(voice: Voice) -> None:
    """The final mix, for ever, as the sound process hands it back."""
    began_s, number = time.monotonic(), 0
    mixed = np.repeat((SPOKEN * 32767).astype("<i2"), 2).tobytes()
    while True:
        at = 4 * BLOCK * number % (len(mixed) - 4 * BLOCK)
        push_mixed(voice.memory.mix, Mixed(now_ns(), 30_000_000, number * BLOCK, mixed[at : at + 4 * BLOCK]))
        number += 1
        await asyncio.sleep(max(0.0, began_s + number * BLOCK / RATE_HZ - time.monotonic()))


def test_a_call_of_twenty_minutes_grows_by_nothing(pulse: Pulse, tmp_path: Path, full: bool) -> None:
    warm_s, lasts_s = (300.0, 1200.0) if full else (3.0, 9.0)

    async def story() -> None:
        async with running(tmp_path, pulse.environment) as voice, call(voice) as page:
            process, began_s = psutil.Process(voice.process.pid), time.monotonic()
            looks: list[float] = []
            mixing = asyncio.create_task(hand_back(voice))
            with pulse.speaking("desk", SPOKEN):
                while time.monotonic() - began_s < lasts_s:
                    await asyncio.sleep(LOOK_S)
                    if time.monotonic() - began_s > warm_s:
                        looks.append(resident_mb(process))
                    voice.heard()
                    del page.blocks[:-100], pulse.pieces[:-100]
                await hears(page.blocks)
                await until(lambda: loudness(voice.heard()[-20:], THERAPIST_HZ) > AUDIBLE, "the therapist's voice")
            mixing.cancel()
            assert voice.status is not None
            assert voice.status.state is CallState.CONNECTED
            quarter = len(looks) // 4
            first, last = statistics.median(looks[:quarter]), statistics.median(looks[-quarter:])
            print(f"{lasts_s:.0f} s: {first:.1f} MB at first, {last:.1f} MB at last, {max(looks):.1f} MB at most")
            assert max(looks) < MOST_MB
            assert last - first < GROWTH_MB

    asyncio.run(story())
