"""An OpenXR headset in a process of its own: `python -m tests.headset.openxr.program FRAMES [depth]`.

It tells all as JSON.
"""

import gc
import json
import statistics
import sys
import threading
import time

import glfw

from vret.headset.openxr import choose_platform

choose_platform()

from tests.headset.openxr.wearing import worn  # noqa: E402
from vret.core.events import FocusGained  # noqa: E402
from vret.headset.openxr.graphics import HiddenWindow  # noqa: E402
from vret.headset.openxr.headset import OpenXR  # noqa: E402
from vret.render.context import driver  # noqa: E402


def main() -> None:
    frames = int(sys.argv[1])
    with worn(OpenXR(tells_depth="depth" in sys.argv)) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        for _ in range(10):
            wearing.frame()
        wearing.events.clear()
        wearing.timings.clear()
        gc.collect()
        gc.freeze()
        gc.disable()
        runtime_ns = []
        for _ in range(frames):
            wearing.frame()
            runtime_ns.append(_runtime_cpu_ns(wearing.headset))
        told = {
            "layout": wearing.headset.layout,
            "name": wearing.headset.name,
            "driver": driver(),
            "takes_depth": wearing.headset.takes_depth,
            "visible": _visible(wearing.headset),
            "threads": threading.active_count(),
            "garbage": gc.collect(),
            "rendered": sum(timing.should_render for timing in wearing.timings),
            "cpu_ms": statistics.median(runtime_ns) / 1e6,
        }
        began = time.monotonic()
    told["close_s"] = time.monotonic() - began
    print(json.dumps(told))


def _runtime_cpu_ns(headset: OpenXR) -> int:
    """Thread time of a frame in which nothing is drawn: what the headset itself costs, waiting apart."""
    timing = headset.wait_frame()
    began_ns = time.thread_time_ns()
    headset.poll(timing.display_ns)
    headset.locate(timing.display_ns, _EYES)
    if timing.should_render:
        headset.begin()
    headset.submit()
    return time.thread_time_ns() - began_ns


def _visible(headset: OpenXR) -> int:
    """Whether a window of this program is on the screen."""
    graphics = headset._graphics
    return glfw.get_window_attrib(graphics._window, glfw.VISIBLE) if isinstance(graphics, HiddenWindow) else 0


if __name__ == "__main__":
    from vret.headset.body import make_eyes

    _EYES = make_eyes(2)
    main()
