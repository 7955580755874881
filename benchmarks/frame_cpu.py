"""CPU time that the frame's thread spends on drawing one stereo frame, for 100, 1000 and 5000 objects.

Mesa's null GPU (GALLIUM_NOOP=1) takes every call and draws nothing, so what is left is the program's and the driver's
own work on the calling thread. `still`: nothing moves but the head; `moving`: every object has moved.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from vret.headset.quiet import ONE_THREAD

os.environ.update(ONE_THREAD, GALLIUM_NOOP="1")

import numpy as np

from tests.render.city import box, compiled, frame_of, material, meshes_of
from vret.headset.body import make_eyes, see_stereo
from vret.headset.offscreen import Offscreen
from vret.render import Renderer
from vret.render.hot import SIGNATURES, Hot
from vret.scene.compiled import CompiledScene

COUNTS = (100, 1000, 5000)
MESHES = 32
FRAMES = 400
ROUNDS = 3


def crowd(count: int) -> CompiledScene:
    """`count` boxes of 32 kinds, all around the head; every tenth is seen through."""
    chance = np.random.default_rng(1)
    meshes = meshes_of(*(box(*chance.uniform(0.2, 1.0, 3)) for _ in range(MESHES)))
    materials = np.concatenate([material((0.5, 0.5, 0.5)), material((0.5, 0.6, 0.7), "glass", opacity=0.3)])
    things = [
        (int(chance.integers(MESHES)), int(index % 10 == 0), [*chance.uniform(-40, 40, 3), 1.0, 0.0])
        for index in range(count)
    ]
    return compiled(meshes, materials, things)


class Counted(Hot):
    """The same calls, counted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        for name in SIGNATURES:
            setattr(self, name, self._counted(getattr(self, name)))

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any) -> Any:
            self.count += 1
            return call(*arguments)

        return called


def calls(headset: Offscreen, count: int) -> int:
    """The most OpenGL calls of a frame in which every object has moved, so that shadows are drawn in some."""
    scene, gl = crowd(count), Counted()
    renderer = Renderer(headset.view_count, headset.view_size, headset.layout, gl=gl)
    resident, frame, eyes = renderer.load(scene), frame_of(scene), make_eyes(headset.view_count)
    frame.moved, most = (0, count), 0
    see_stereo(eyes, np.array([0, 1.6, 0, 0, 0, 0, 1], np.float32))
    for _ in range(30):
        gl.count = 0
        renderer.draw(resident, frame, eyes, headset.begin())
        most = max(most, gl.count)
        frame.visible_changed = frame.materials_changed = False
    renderer.release(resident)
    renderer.close()
    return most


def measure(headset: Offscreen, renderer: Renderer, count: int, moving: bool) -> np.ndarray:
    """Thread CPU milliseconds of each frame, of the round with the lowest median."""
    scene = crowd(count)
    resident, frame, eyes = renderer.load(scene), frame_of(scene), make_eyes(headset.view_count)
    rounds = []
    for _ in range(ROUNDS):
        spent_ns = np.zeros(FRAMES)
        for number in range(FRAMES):
            yaw = number * 0.01
            see_stereo(eyes, np.array([0, 1.6, 0, 0, np.sin(yaw), 0, np.cos(yaw)], np.float32))
            frame.moved = (0, count) if moving else (0, 0)
            target = headset.begin()
            start_ns = time.thread_time_ns()
            renderer.draw(resident, frame, eyes, target)
            spent_ns[number] = time.thread_time_ns() - start_ns
            frame.visible_changed = frame.materials_changed = False
        rounds.append(spent_ns[10:] / 1e6)
    renderer.release(resident)
    return min(rounds, key=lambda one: float(np.median(one)))


def main() -> None:
    headset = Offscreen((32, 32), 0)
    headset.open()
    renderer = Renderer(headset.view_count, headset.view_size, headset.layout)
    print(f"Milliseconds ({renderer.name}).\n")
    print("| objects | still: median | p99 | moving: median | p99 | OpenGL calls, at most |")
    print("|--:|--:|--:|--:|--:|--:|")
    for count in COUNTS:
        cells = []
        for moving in (False, True):
            spent_ms = measure(headset, renderer, count, moving)
            cells += [f"{np.median(spent_ms):.3f}", f"{np.percentile(spent_ms, 99):.3f}"]
        print(f"| {count} | {' | '.join(cells)} | {calls(headset, count)} |", flush=True)
    renderer.close()
    headset.close()


if __name__ == "__main__":
    main()
