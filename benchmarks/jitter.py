"""Jitter: how late whole frames are, beside a program in C that sleeps and computes as long, in the same run.

The frame loop of a session with 1000 moving objects, at 90 Hz on Mesa's null driver (GALLIUM_NOOP=1), and the control
(benchmarks/beside/control.c, compiled here) take turns, so that whatever else the machine does hits both; both at the
priority that the system allows. A link and a voice compute beside them, in their own processes. A frame counts from its
beat to its end; over 8.1 ms leaves compositor and graphics card less than 3 of the 11.1 ms.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from vret.headset.quiet import ONE_THREAD

os.environ.update(ONE_THREAD, GALLIUM_NOOP="1")

import msgspec
import numpy as np

from benchmarks.beside import load
from tests.headset.exposure import Exposure
from tests.headset.openxr.constant_runtime import NoCompilerError, compile_c
from vret.clock import now_ns
from vret.headset.quiet import settle
from vret.memory.priority import raise_priority
from vret.recording.record import FrameRecord

OBJECTS = 1000
PERIOD_NS = 1_000_000_000 // 90
TURN, TURNS, WARM = 450, 24, 20
OVER_MS, GOAL = 8.1, 0.1
CONTROL = Path(__file__).parent / "beside" / "control.c"


class Ours:
    """The real frame loop. A turn begins in the scene, which the person has left while the control had its turn."""

    def __init__(self, folder: Path) -> None:
        self._exposure = Exposure(folder, OBJECTS, PERIOD_NS)
        self.work_ns = 0

    def turn(self, frames: int) -> np.ndarray:
        """(frames,) nanoseconds from the beat to the end of the frame."""
        exposure = self._exposure
        exposure.leave()
        exposure.enter()
        taken_ns, spent_ns = [], []
        for _ in range(WARM + frames):
            exposure.link.beat()
            exposure.loop.frame()
            ended_ns = now_ns()
            record = msgspec.msgpack.decode(exposure.memory.telemetry.read()[-1], type=FrameRecord)
            exposure.drain()
            taken_ns.append(ended_ns - (record.display_ns - PERIOD_NS))
            spent_ns.append(record.cpu_ns)
        self.work_ns = round(np.mean(spent_ns[WARM:]))
        return np.array(taken_ns[WARM:])

    def close(self) -> None:
        self._exposure.close()


class Control:
    """The program in C."""

    def __init__(self, folder: Path, is_raised: bool) -> None:
        program = folder / "control"
        compile_c(CONTROL, program)
        command = [str(program), str(PERIOD_NS), str(int(is_raised))]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def turn(self, frames: int, work_ns: int) -> np.ndarray:
        """As `Ours.turn`, computing for `work_ns` in each frame."""
        asked, told = self._process.stdin, self._process.stdout
        assert asked is not None
        assert told is not None
        asked.write(f"{WARM + frames} {work_ns}\n".encode())
        asked.flush()
        return np.frombuffer(told.read(8 * (WARM + frames)), np.int64)[WARM:]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def row(name: str, turns: list[np.ndarray]) -> str:
    taken_ms = np.concatenate(turns) / 1e6
    over = int((taken_ms > OVER_MS).sum())
    figures = [f"{np.percentile(taken_ms, share):.2f}" for share in (50, 99, 99.9)]
    share = f"{100 * over / len(taken_ms):.3f} %"
    return f"| {name} | {len(taken_ms)} | {' | '.join(figures)} | {taken_ms.max():.1f} | {over} | {share} |"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TURNS
    with tempfile.TemporaryDirectory() as name, load.running():
        folder = Path(name)
        ours = Ours(folder)
        precedence = raise_priority()
        settle()
        try:
            control = Control(folder, precedence.is_raised)
        except NoCompilerError as error:
            print(f"Not measured: {error}.")
            return
        ours.turn(TURN)
        taken: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
        with control:
            for _ in range(count):
                taken[0].append(ours.turn(TURN))
                taken[1].append(control.turn(TURN, ours.work_ns))
        ours.close()
    more = [100 * float((np.concatenate(turns) > OVER_MS * 1e6).mean()) for turns in taken]
    print(
        f"Milliseconds, {count} turns of {TURN} frames each, {precedence.words}. Over {OVER_MS} ms: "
        f"{more[0] - more[1]:+.3f} percentage points against the control; the goal is at most +{GOAL}.\n"
    )
    print(f"| | frames | median | p99 | p99.9 | longest | over {OVER_MS} ms | share |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    print(row("vret's frame loop", taken[0]))
    print(row("the control in C", taken[1]))


if __name__ == "__main__":
    main()
