"""What a frame costs more for 5000 objects that stand still than for 100, with 100 that move beside them.

Thread CPU on Mesa's null driver (GALLIUM_NOOP=1); both scenes in turns of BLOCK frames, the medians of the least
disturbed turn. The first row sends what moved and submits; the second also finds out what is in view, while the head
turns.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from vret.headset.quiet import ONE_THREAD

os.environ.update(ONE_THREAD, GALLIUM_NOOP="1")

import numpy as np

from tests.render.city import box, compiled, frame_of, material, meshes_of
from vret.headset.body import make_eyes, see_stereo
from vret.headset.offscreen import Offscreen
from vret.render import Renderer
from vret.render.buffers import DEPTH
from vret.render.renderer import Listed

COUNTS = (100, 5000)
MOVERS, MESHES = 100, 32
BLOCK, ROUNDS, WARM = 60, 45, 60
GOAL_MS = 0.02
EVERYWHERE = np.array([0, 0, 0, 1], np.float32)
"""A plane with everything on its inside."""


class Crowd:
    """MOVERS boxes that move and `count` that stand, of MESHES kinds, all around the head."""

    def __init__(self, headset: Offscreen, renderer: Renderer, count: int) -> None:
        chance = np.random.default_rng(1)
        meshes = meshes_of(*(box(*chance.uniform(0.2, 1.0, 3)) for _ in range(MESHES)))
        things = [
            (int(chance.integers(MESHES)), 0, [*chance.uniform(-40, 40, 3), 1.0, 0.0]) for _ in range(MOVERS + count)
        ]
        scene = compiled(meshes, material((0.5, 0.5, 0.5)), things)
        self._headset, self._renderer, self._number = headset, renderer, 0
        self._frame, self._resident = frame_of(scene), renderer.load(scene)
        self._eyes = make_eyes(headset.view_count)
        everything = np.tile(EVERYWHERE, (5 * headset.view_count, 1))
        for _ in range(DEPTH):
            self.draw()
            counts = self._resident.listing.seen(self._frame, everything, np.zeros(3, np.float32))
        self._listed = Listed(None, *counts, particles=0, quads=0)

    def submit(self) -> None:
        self._move()
        self._resident.take(self._frame)
        self._renderer.submit(self._resident, self._listed, self._headset.begin())

    def draw(self) -> None:
        self._move()
        yaw = self._number * 0.01
        see_stereo(self._eyes, np.array([0, 1.6, 0, 0, np.sin(yaw), 0, np.cos(yaw)], np.float32))
        self._renderer.draw(self._resident, self._frame, self._eyes, self._headset.begin())
        self._frame.visible_changed = self._frame.materials_changed = False

    def _move(self) -> None:
        self._number += 1
        self._frame.rows["position"][:MOVERS, 1] = np.sin(self._number * 0.1)
        self._frame.moved = (0, MOVERS)


def spent_ms(act: Callable[[], None]) -> float:
    spent_ns = np.zeros(BLOCK)
    for number in range(BLOCK):
        start_ns = time.thread_time_ns()
        act()
        spent_ns[number] = time.thread_time_ns() - start_ns
    return float(np.median(spent_ns)) / 1e6


def main() -> None:
    headset = Offscreen((32, 32), 0)
    headset.open()
    renderer = Renderer(headset.view_count, headset.view_size, headset.layout)
    crowds = [Crowd(headset, renderer, count) for count in COUNTS]
    rows: dict[str, list[Callable[[], None]]] = {
        "upload and submission": [crowd.submit for crowd in crowds],
        "the whole draw, culling included": [crowd.draw for crowd in crowds],
    }
    print(f"Milliseconds, {MOVERS} movers; the goal is at most {GOAL_MS} more.\n")
    print(f"| | {' | '.join(f'{count} standing' for count in COUNTS)} | more |")
    print("|---|--:|--:|--:|")
    for name, acts in rows.items():
        for act in acts:
            for _ in range(WARM):
                act()
        few, many = (
            min(turns) for turns in zip(*([spent_ms(act) for act in acts] for _ in range(ROUNDS)), strict=True)
        )
        print(f"| {name} | {few:.3f} | {many:.3f} | {many - few:.3f} |", flush=True)


if __name__ == "__main__":
    main()
