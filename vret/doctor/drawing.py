"""How fast this computer draws a scene: one second of the heights, off screen, at the size of a small window."""

import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from vret.core.axes import MICRO
from vret.core.limits import LIMITS
from vret.doctor.finding import Finding, Mark
from vret.paths import data_file
from vret.settings import SCENE_CACHE, VIEW_HEIGHT, VIEW_WIDTH

ABOUT: Final = "drawing"
SCENE: Final = "heights"
MEASURE_S: Final = 1.0
FRAMES_MIN: Final = 3
SMOOTH_S: Final = 1 / 30
TRIAL: Final = "To try the program, give it smaller pictures with --view-width and --view-height."
TOO_SLOW_S: Final = LIMITS.tick_gap_ns / 1e9


def check_drawing() -> tuple[Finding, ...]:
    """Run in a child process, after `check_graphics` found nothing in the way, on Linux: it draws without a display."""
    return (judged(statistics.median(_frames_s())),)


def judged(frame_s: float) -> Finding:
    """What the time that a frame takes means; the rules of a session hold a scene whose frames come too slowly."""
    measured = f"a picture of {VIEW_WIDTH.default} by {VIEW_HEIGHT.default} pixels for each eye takes {frame_s:.3f} s"
    if frame_s > TOO_SLOW_S:
        sentence = f"{measured}; no scene can go on where it takes more than {TOO_SLOW_S} s."
        advice = "Close other programs, or use a computer with a better graphics card."
        return Finding(ABOUT, Mark.BAD, sentence, f"{advice} {TRIAL}")
    if frame_s > SMOOTH_S:
        return Finding(ABOUT, Mark.NOTE, f"{measured}; enough to try the program, not for a person.", TRIAL)
    return Finding(ABOUT, Mark.GOOD, f"{measured}.")


def _frames_s() -> list[float]:
    """How long each frame took, from the highest rung, where most is seen; the first frame is not counted."""
    from vret.headset.body import make_eyes
    from vret.headset.offscreen import Offscreen
    from vret.render.gl import GL
    from vret.render.renderer import Renderer
    from vret.scene.animation import Animation
    from vret.scene.bundle import read_bundle
    from vret.scene.kept import KeptBundles
    from vret.scene.moment import Moment
    from vret.scene.scene import load_scene

    with TemporaryDirectory(prefix="vret-doctor-") as folder:
        path = Path(folder) / f"{SCENE}.bundle"
        KeptBundles(SCENE_CACHE.default).write(load_scene(data_file(f"scenes/{SCENE}")), path)
        bundle = read_bundle(path)
    headset = Offscreen((VIEW_WIDTH.default, VIEW_HEIGHT.default), 0)
    headset.open()
    renderer = Renderer(headset.view_count, headset.view_size, headset.layout)
    resident, animation, eyes = renderer.load(bundle.compiled), Animation(bundle), make_eyes(headset.view_count)
    rung = bundle.rules.rungs[-1]
    axes = {axis: value / MICRO for axis, value in rung.values.items()}
    taken_s: list[float] = []
    while len(taken_s) <= FRAMES_MIN or sum(taken_s[1:]) < MEASURE_S:
        began_s = time.perf_counter()
        seen = animation.animate(Moment(int(sum(taken_s) * 1e9), rung.place, axes))
        headset.locate(headset.wait_frame().display_ns, eyes)
        renderer.draw(resident, seen, eyes, headset.begin(), 0, None)
        headset.submit()
        GL.glFinish()
        taken_s.append(time.perf_counter() - began_s)
    renderer.release(resident)
    renderer.close()
    headset.close()
    return taken_s[1:]
