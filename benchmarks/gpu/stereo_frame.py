"""How long the graphics card draws a stereo frame, 2 x 2064 x 2208 pixels with 4x MSAA, at a scene's heaviest rung.

Every rung of every variant is looked at ahead and down while the scene lives on at 90 Hz; times are the card's own
(GL_TIME_ELAPSED), of frames that are waited for one by one.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from vret.headset.body import make_eyes, see_stereo
from vret.headset.egl import SurfacelessContext
from vret.headset.offscreen import PERIOD_NS, Offscreen
from vret.paths import data_file
from vret.render import Renderer
from vret.render.context import draws_by_processor, driver
from vret.render.gl import GL
from vret.render.resident import ResidentScene
from vret.render.stopwatch import LATE_FRAMES
from vret.scene.animation import Animation
from vret.scene.compile import compile_scene
from vret.scene.pictures import Shot, shots
from vret.scene.scene import load_scene

VIEW_SIZE = (2064, 2208)
FRAMES, WARM = 90, 10
GOAL_MS = 6.0
NO_CARD = 3
"""Exit status where only the processor draws."""


class Cost(NamedTuple):
    """What the frames of a shot cost the card, in milliseconds."""

    median: float
    p99: float
    variant: str
    shot: str


class Timing:
    """A headset without a display, whose frames are timed."""

    def __init__(self, view_size: tuple[int, int]) -> None:
        self._headset = Offscreen(view_size, 0)
        self._headset.open()
        self._renderer = Renderer(self._headset.view_count, view_size, self._headset.layout)
        self._renderer.time_frames()
        self._eyes = make_eyes(self._headset.view_count)

    def costs(self, folder: Path, frames: int = FRAMES) -> Iterator[Cost]:
        """Of every shot of a scene in every variant."""
        scene = load_scene(folder)
        bundle = compile_scene(scene)
        resident, animation = self._renderer.load(bundle.compiled), Animation(bundle)
        for variant in [rules.name for rules in bundle.rules.variants] or [bundle.rules.base_variant]:
            for shot in shots(bundle, variant, scene.file.posture):
                spent_ms = self._spent_ms(resident, animation, shot, frames)
                yield Cost(float(np.median(spent_ms)), float(np.percentile(spent_ms, 99)), variant, shot.name)
        self._renderer.release(resident)

    def close(self) -> None:
        self._renderer.close()
        self._headset.close()

    def _spent_ms(self, resident: ResidentScene, animation: Animation, shot: Shot, frames: int) -> np.ndarray:
        """(frames,) of each frame after the first WARM."""
        wanted = WARM + frames
        spent_ms = np.zeros(wanted)
        see_stereo(self._eyes, shot.view.head)
        for number in range(wanted + LATE_FRAMES):
            moment = replace(shot.moment, t_ns=shot.moment.t_ns + number * PERIOD_NS)
            self._renderer.resize(self._headset.view_size, number)
            self._renderer.draw(resident, animation.animate(moment), self._eyes, self._headset.begin())
            GL.glFinish()
            known = self._renderer.timed
            if known is not None and known[1] < wanted:
                spent_ms[known[1]] = known[0] / 1e6
        return spent_ms[WARM:]


def main() -> int:
    context = SurfacelessContext()
    card = driver()
    context.close()
    if draws_by_processor(card):
        print(f"No graphics card is at hand: {card} draws by the processor.")
        return NO_CARD
    timing = Timing(VIEW_SIZE)
    try:
        print(f"{card}. Milliseconds; the goal is {GOAL_MS:.0f} at most.\n")
        print("| scene | heaviest rung | median | p99 | lightest rung | median |")
        print("|---|---|--:|--:|---|--:|")
        for path in sorted(data_file("scenes").glob("*/scene.toml")):
            costs = sorted(timing.costs(path.parent))
            least, most = costs[0], costs[-1]
            heaviest = f"{most.shot} {most.variant} | {most.median:.2f} | {most.p99:.2f}"
            print(
                f"| {path.parent.name} | {heaviest} | {least.shot} {least.variant} | {least.median:.2f} |", flush=True
            )
    finally:
        timing.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
