"""The voice link beside a plain aiortc client: how late, how whole and how clear speech is, and what it costs.

    python benchmarks/voice.py --runs 5

Either client calls Chromium through the same relay and a line of 20 ms each way, with the same virtual sound devices
(benchmarks/hearing/room.py), the program's own recorded sentences as speech, and noise under it; the calm room's own
tone is turned down. In each run first the person speaks, then the therapist. *Late* is from microphone to ears, by
correlation of bursts of 0.8 s; *concealed* what the browser, the headset's end and aiortc's player made up; *gap* the
longest stretch that was said and not heard. A run beside which other programs leave too little of the processor is
made anew.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from vret.headset.quiet import ONE_THREAD

os.environ.update(ONE_THREAD, GALLIUM_NOOP="1")

import numpy as np
import psutil
import pytest

from benchmarks.hearing import compare
from benchmarks.hearing.ends import BrokenOffError, Ends, aiortc, missed, ours
from benchmarks.hearing.room import DESK, EARS, MOUTH, OUT, Room, quiet_room, speech
from benchmarks.peers import MissingError
from tests.console.calling import PERSON_HZ, THERAPIST_HZ, is_heard, saying
from tests.console.driving import browser_program
from tests.end_to_end.rig import until
from tests.network import Conditions, Line, two_networks
from tests.sound.pulse import NEEDED, Pulse
from vret.clock import now_ns
from vret.sound.form import RATE_HZ, Samples

NOTHING_TO_MEASURE = 3
DELAY_MS = 20.0
LOSSES = (0.0, 0.05, 0.15)
SETTLES_S = 8.0
IDLE, TRIES, PATIENCE_S, LOOK_S = 0.4, 3, 60, 2
"""What of the processor is to spare beside a run, how often one is made, and how long it is waited for before."""
REST_S = 1.2
SET_UPS = 5
NEWEST_PIECES = 400
"""Of a millisecond and more each, so that a word is in them."""
WAYS = {"therapist": (MOUTH, EARS), "person": (DESK, OUT)}
"""By who hears: where it is said, and where it is heard."""


class Heard(NamedTuple):
    """By one listener in one run."""

    late_ms: list[float]
    gap_ms: float
    concealed: float
    pesq: float


class Run(NamedTuple):
    """`heard` by listener; `cpu_percent` of a core; `idle` the share of the processor that nobody wanted."""

    heard: dict[str, Heard]
    cpu_percent: float
    idle: float


@dataclass
class Told:
    """Of one client: its runs by loss, and what it costs."""

    title: str
    set_up_s: list[float]
    runs: dict[float, list[Run]]
    resident_mb: float

    @property
    def all(self) -> list[Run]:
        return [done for runs in self.runs.values() for done in runs]


async def undisturbed(ends: Ends, room: Room, folder: Path) -> Run:
    """The first run beside which the processor had time to spare, else the one with the most."""
    tried: list[Run] = []
    for _ in range(TRIES):
        await spare()
        try:
            tried.append(await run(ends, room, speech(), folder))
        except (psutil.NoSuchProcess, BrokenOffError):
            continue  # a voice process that was held up too long is started again, for another call
        if tried[-1].idle >= IDLE:
            break
    if not tried:
        raise MissingError("the call broke off in every run: measure while the computer has nothing else to do")
    return max(tried, key=lambda done: done.idle)


async def spare() -> None:
    """Wait a while until other programs leave enough of the processor."""
    for _ in range(PATIENCE_S // LOOK_S):
        psutil.cpu_times_percent()
        await asyncio.sleep(LOOK_S)
        if psutil.cpu_times_percent().idle >= 100 * IDLE:
            return


async def run(ends: Ends, room: Room, said: Samples, folder: Path) -> Run:
    """Raises BrokenOffError and psutil.NoSuchProcess."""
    process = ends.process
    process.cpu_percent()
    psutil.cpu_times_percent()
    room.begin()
    before = await missed(ends.page)
    for_person = asyncio.create_task(ends.concealed(2 * (len(said) / RATE_HZ + REST_S)))
    for microphone in (MOUTH, DESK):
        await asyncio.to_thread(room.say, microphone, said)
        await asyncio.sleep(REST_S)
    share = await for_person
    made_up, played = (now - then for now, then in zip(await missed(ends.page), before, strict=True))
    concealed = made_up / played, share
    cpu_percent = process.cpu_percent()
    idle = psutil.cpu_times_percent().idle / 100
    taken = room.take()
    pairs = [turn(taken[spoken], taken[ear]) for spoken, ear in WAYS.values()]
    scores = await asyncio.to_thread(compare.quality, folder, pairs)
    heard = {
        who: Heard(compare.delays_ms(*pair), max(compare.gaps_ms(*pair), default=0.0), share, score)
        for who, pair, share, score in zip(WAYS, pairs, concealed, scores, strict=True)
    }
    return Run(heard, cpu_percent, idle)


def turn(spoken: Samples, heard: Samples) -> tuple[Samples, Samples]:
    """The part in which somebody speaks, with half a second before and a second after."""
    loud = np.flatnonzero(np.abs(spoken) > 0.02)
    first, last = max(0, loud[0] - RATE_HZ // 2), loud[-1] + RATE_HZ
    return spoken[first:last], heard[first:last]


async def set_up(ends: Ends, room: Room) -> float:
    """Seconds from the offer until both hear."""
    with room.pulse.speaking(MOUTH, saying(PERSON_HZ)), room.pulse.speaking(DESK, saying(THERAPIST_HZ)):
        offered_ns = await ends.again()
        for pulse, hertz in ((room.ears, PERSON_HZ), (room.pulse, THERAPIST_HZ)):

            def hears(pulse: Pulse = pulse, hertz: float = hertz) -> bool:
                pieces = [piece for t_ns, piece in pulse.pieces[-NEWEST_PIECES:] if t_ns > offered_ns]
                return bool(pieces) and is_heard(np.concatenate(pieces)[:, 0], hertz)

            await until(hears, "a voice")
        return (now_ns() - offered_ns) / 1e9


async def measure(ends: Ends, room: Room, line: Line, count: int) -> Told:
    set_up_s = [await set_up(ends, room) for _ in range(SET_UPS)]
    runs: dict[float, list[Run]] = {}
    with tempfile.TemporaryDirectory() as name:
        for loss in LOSSES:
            line.set(Conditions(delay_ms=DELAY_MS, loss=loss))
            await asyncio.sleep(SETTLES_S)
            runs[loss] = [await undisturbed(ends, room, Path(name)) for _ in range(count)]
    return Told(ends.title, set_up_s, runs, ends.process.memory_info().rss / 1e6)


async def measured(runs: int) -> list[Told]:
    """One client after the other, each over a line of its own. Raises MissingError where one cannot be installed."""
    told = []
    for client in (ours, aiortc):
        with tempfile.TemporaryDirectory() as name, two_networks() as (near, far, line), quiet_room(Path(name)) as room:
            line.set(Conditions(delay_ms=DELAY_MS))
            async with client(room, browser_program(), near, far) as ends:
                told.append(await measure(ends, room, line, runs))
    return told


def late(heard: list[Heard]) -> str:
    bursts = [late_ms for one in heard for late_ms in one.late_ms]
    return f"{np.median(bursts):.0f} / {np.percentile(bursts, 95):.0f} ({len(bursts)})" if bursts else "never found"


OF_A_LINE: tuple[tuple[str, Callable[[list[Heard]], str]], ...] = (
    ("late, ms: median / p95 (bursts)", late),
    ("longest gap, ms", lambda heard: f"{max(one.gap_ms for one in heard):.0f}"),
    ("concealed", lambda heard: f"{mean(one.concealed for one in heard):.2%}"),
    (
        "PESQ-WB: mean (worst)",
        lambda heard: f"{mean(one.pesq for one in heard):.2f} ({min(one.pesq for one in heard):.2f})",
    ),
)
OF_A_CLIENT: tuple[tuple[str, Callable[[Told], str]], ...] = (
    (
        "offer until both hear, s: median (longest)",
        lambda told: f"{median(told.set_up_s):.1f} ({max(told.set_up_s):.1f})",
    ),
    ("processor, of one core", lambda told: f"{mean(done.cpu_percent for done in told.all):.0f} %"),
    ("memory in use at the end, MB", lambda told: f"{told.resident_mb:.0f}"),
)


def show(told: list[Told], count: int) -> None:
    idle = [done.idle for one in told for done in one.all]
    print(f"{count} runs over each line, {DELAY_MS:.0f} ms each way.", end=" ")
    print(f"Of the processor {min(idle):.0%} to {max(idle):.0%} was to spare meanwhile.\n")
    print(f"| {' | '.join(['', *(one.title for one in told)])} |")
    print(f"|{'---|' + '--:|' * len(told)}")
    for loss in LOSSES:
        for who in WAYS:
            for name, cell in OF_A_LINE:
                cells = [cell([done.heard[who] for done in one.runs[loss]]) for one in told]
                print(f"| {loss:.0%} lost, the {who} hears: {name} | {' | '.join(cells)} |")
    for name, of in OF_A_CLIENT:
        print(f"| {name} | {' | '.join(map(of, told))} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    if missing := [program for program in NEEDED if shutil.which(program) is None]:
        print(f"needs {missing[0]}: make bench installs it")
        sys.exit(NOTHING_TO_MEASURE)
    try:
        show(asyncio.run(measured(runs)), runs)
    except (MissingError, pytest.skip.Exception) as reason:
        print(reason)
        sys.exit(NOTHING_TO_MEASURE)


if __name__ == "__main__":
    main()
