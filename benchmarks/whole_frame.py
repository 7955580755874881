"""CPU time of a whole frame: OpenXR calls, inboxes, core, animation, culling, drawing and outboxes, in a scene.

Everything is real but the person, the therapist, the GPU (Mesa's null driver, GALLIUM_NOOP=1) and the OpenXR runtime,
which is the stub of `openxr_overhead`: the frame loop of `vret.headset.frame` in a session that is exposed to a scene
in which every object swings and people, who have skins, walk, make gestures and look about. Without a C compiler it is
a headset without a runtime. `rising`: besides, the axis moves that all of them follow.
"""

import gc
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from vret.headset.quiet import ONE_THREAD

os.environ.update(ONE_THREAD, GALLIUM_NOOP="1", PYOPENGL_PLATFORM="egl")

import numpy as np

from tests.headset.exposure import AXIS_AT, NAME, Exposure
from tests.headset.openxr.constant_runtime import NoCompilerError, make_runtime
from vret.core.effects import State
from vret.headset.contract import Headset
from vret.headset.openxr.acted import Acted
from vret.headset.openxr.headset import OpenXR
from vret.memory import SessionMemory

COUNTS = ((100, 0), (1000, 0), (5000, 0), (100, 200), (1000, 200))
"""Swinging objects, and walking people."""

GOALS_MS = {1000: (0.5, 1.2), 5000: (1.0, 2.0)}
"""Median and p99 for so many objects."""

FRAMES, ROUNDS, WARM = 600, 12, 60


def worn(memory: SessionMemory, period_ns: int) -> Headset:
    return OpenXR(acted=Acted(memory.wearer))


def measure(count: int, walkers: int, is_openxr: bool) -> tuple[np.ndarray, np.ndarray]:
    """Thread CPU milliseconds of each frame while the axis rises and after, of the round with the lowest median."""
    with tempfile.TemporaryDirectory() as folder:
        exposure = (
            Exposure(Path(folder), count, make=worn, walkers=walkers)
            if is_openxr
            else Exposure(Path(folder), count, walkers=walkers)
        )
        for _ in range(WARM):
            exposure.frame()
        gc.collect()
        gc.freeze()
        gc.disable()
        rising = []
        while exposure.shown.axes != AXIS_AT:
            rising.append(exposure.frame() / 1e6)
        rounds = [np.array([exposure.frame() for _ in range(FRAMES)]) / 1e6 for _ in range(ROUNDS)]
        assert (exposure.state, exposure.shown.scene) == (State.EXPOSED, NAME), (
            "the person is not in the scene any more"
        )
        gc.enable()
        exposure.close()
    return np.array(rising), min(rounds, key=lambda one: float(np.median(one)))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            os.environ.update(make_runtime(Path(folder)))
            print("Milliseconds; every object moves in every frame.\n")
            table(is_openxr=True)
        except NoCompilerError as error:
            print(f"Milliseconds; every object moves in every frame. Without OpenXR calls: {error}.\n")
            table(is_openxr=False)


def table(*, is_openxr: bool) -> None:
    print("| objects | people | median | p99 | goal | rising: median | p99 |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    for count, walkers in COUNTS:
        rising, steady = measure(count, walkers, is_openxr)
        goal = "{} / {}".format(*GOALS_MS[count]) if count in GOALS_MS else ""
        cells = [f"{np.median(steady):.3f}", f"{np.percentile(steady, 99):.3f}", goal]
        cells += [f"{np.median(rising):.3f}", f"{np.percentile(rising, 99):.3f}"]
        print(f"| {count} | {walkers} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
