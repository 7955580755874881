"""The frame process: `python -m vret.headset.process MEMORY_FOLDER`.

One thread, no visible window while a headset is worn, and nothing that could stop the world: what loading left behind
is frozen, and the collector is off.
"""

import gc
import sys
from pathlib import Path

from vret.headset.contract import Headset
from vret.headset.display import has_display
from vret.memory import SessionMemory
from vret.memory.child import run_child
from vret.memory.config import ProgramConfig, read_config


def choose(config: ProgramConfig, memory: SessionMemory) -> Headset:
    """The headset that the configuration names; `auto` is a window where there is a display, else off-screen.

    The module of the other one is never imported: each chooses the platform of PyOpenGL for the whole process.
    """
    size, period_ns = (config.view_width, config.view_height), round(1e9 / config.frame_rate_hz)
    if config.headset == "window" or (config.headset == "auto" and has_display()):
        from vret.headset.window import Window

        return Window(size, period_ns, wearer=memory.wearer)
    from vret.headset.offscreen import Offscreen

    return Offscreen(
        size, period_ns, wearer=memory.wearer, pictures=memory.pictures if config.record_pictures else None
    )


def run(folder: Path) -> None:
    """The frame process from its start to its end. Raises VretError."""
    memory = SessionMemory.attach(folder)
    try:
        headset = choose(read_config(folder), memory)
        headset.open()
        try:
            _draw(headset, memory)
        finally:
            headset.close()
    finally:
        memory.close()


def _draw(headset: Headset, memory: SessionMemory) -> None:
    from vret.headset.frame import FrameLoop
    from vret.headset.stage import Stage
    from vret.render.renderer import Renderer

    renderer = Renderer(headset.view_count, headset.view_size, headset.layout)
    loop = FrameLoop(headset, renderer, Stage(renderer, memory.bundles()), memory)
    gc.collect()
    gc.freeze()
    gc.disable()
    loop.run()


if __name__ == "__main__":
    sys.exit(run_child(run))
