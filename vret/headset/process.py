"""The frame process: `python -m vret.headset.process MEMORY_FOLDER`.

One thread, no visible window while a headset is worn, and nothing that could stop the world: what loading left behind
is frozen, and the collector is off.
"""

import gc
import sys
from pathlib import Path

from vret.errors import VretError
from vret.headset.contract import Headset, HeadsetError
from vret.headset.frame import FrameLoop
from vret.headset.stage import Stage
from vret.memory import SessionMemory
from vret.memory.config import ProgramConfig, read_config
from vret.memory.platform import end_with_parent, ignore_interrupt


def choose(config: ProgramConfig, memory: SessionMemory) -> Headset:
    """The headset that the configuration names; `auto` is a window where there is a display, else off-screen."""
    from vret.headset.offscreen import Offscreen
    from vret.headset.window import Window, has_display

    size, period_ns = (config.view_width, config.view_height), round(1e9 / config.frame_rate_hz)
    if config.headset == "window" or (config.headset == "auto" and has_display()):
        return Window(size, period_ns)
    pictures = memory.pictures if config.record_pictures else None
    return Offscreen(size, period_ns, wearer=memory.wearer, pictures=pictures)


def run(folder: Path) -> int:
    memory = SessionMemory.attach(folder)
    try:
        from vret.render.renderer import Renderer

        headset = choose(read_config(folder), memory)
        headset.open()
        try:
            renderer = Renderer(headset.view_count, headset.view_size, headset.layout)
            loop = FrameLoop(headset, renderer, Stage(renderer, memory.bundles()), memory)
            gc.collect()
            gc.freeze()
            gc.disable()
            loop.run()
        finally:
            headset.close()
    finally:
        memory.close()
    return 0


def main() -> int:
    end_with_parent()
    ignore_interrupt()
    try:
        return run(Path(sys.argv[1]))
    except (VretError, HeadsetError) as error:
        print(error, file=sys.stderr)
        return VretError.exit_status


if __name__ == "__main__":
    sys.exit(main())
