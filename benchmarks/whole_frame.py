"""CPU time of a whole frame: inboxes, core, animation, culling, drawing and outboxes, while someone is in a scene.

Everything is real but the person, the therapist and the GPU (Mesa's null driver, GALLIUM_NOOP=1): the frame loop of
`vret.headset.frame` in a session that is exposed to a scene in which every object swings and people, who have skins,
walk, make gestures and look about.
"""

import gc
import os
import sys
import tempfile
from pathlib import Path

os.environ["GALLIUM_NOOP"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from tests.headset.exposure import NAME, Exposure
from vret.core.effects import State

COUNTS = ((100, 0), (1000, 0), (5000, 0), (100, 200), (1000, 200))
"""Swinging objects, and walking people."""

FRAMES, ROUNDS, WARM = 600, 3, 60


def measure(count: int, walkers: int) -> np.ndarray:
    """Thread CPU milliseconds of each frame, of the round with the lowest median."""
    with tempfile.TemporaryDirectory() as folder:
        exposure = Exposure(Path(folder), count, walkers=walkers)
        for _ in range(WARM):
            exposure.frame()
        gc.collect()
        gc.freeze()
        gc.disable()
        rounds = [np.array([exposure.frame() for _ in range(FRAMES)]) / 1e6 for _ in range(ROUNDS)]
        assert (exposure.state, exposure.shown.scene) == (State.EXPOSED, NAME), (
            "the person is not in the scene any more"
        )
        gc.enable()
        exposure.close()
    return min(rounds, key=lambda one: float(np.median(one)))


def main() -> None:
    print("Milliseconds; every object moves in every frame.\n")
    print("| objects | people | median | p99 |")
    print("|--:|--:|--:|--:|")
    for count, walkers in COUNTS:
        spent_ms = measure(count, walkers)
        print(f"| {count} | {walkers} | {np.median(spent_ms):.3f} | {np.percentile(spent_ms, 99):.3f} |", flush=True)


if __name__ == "__main__":
    main()
