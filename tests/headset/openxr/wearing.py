"""An OpenXR headset on somebody's head, a frame at a time."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from tests.render.city import city, frame_of
from vret.clock import now_ns
from vret.core.events import Event
from vret.headset.body import make_eyes
from vret.headset.contract import Eyes, FrameTiming
from vret.headset.openxr.headset import OpenXR
from vret.render import Renderer

T = TypeVar("T")
FRAMES = 200


class Worn:
    """Frames of a small city, with everything that was told along the way."""

    def __init__(self, headset: OpenXR) -> None:
        self.headset = headset
        self.eyes: Eyes = make_eyes(headset.view_count)
        self.events: list[Event] = []
        self.timings: list[FrameTiming] = []
        self.renderer = Renderer(headset.view_count, headset.view_size, headset.layout, tells_depth=headset.takes_depth)
        self._scene = city(20.0, blocks=1)
        self._resident = self.renderer.load(self._scene)
        self.shown = frame_of(self._scene, height_m=20.0)

    def frame(self) -> FrameTiming:
        headset = self.headset
        timing = headset.wait_frame()
        self.events += headset.poll(now_ns())
        headset.locate(timing.display_ns, self.eyes)
        if timing.should_render:
            self.renderer.draw(self._resident, self.shown, self.eyes, headset.begin())
        headset.submit()
        self.timings.append(timing)
        return timing

    def until(self, reached: Callable[[], T], frames: int = FRAMES) -> T:
        """Go on until it is so."""
        for _ in range(frames):
            found = reached()
            if found:
                return found
            self.frame()
        raise AssertionError(f"{frames} frames in vain; told: {self.events[-10:]}; {self.headset.trouble}")

    def told(self, kind: type[Event]) -> bool:
        return any(isinstance(event, kind) for event in self.events)

    def release(self) -> None:
        self.renderer.release(self._resident)
        self.renderer.close()


@contextmanager
def other_program(environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Another one of these, that takes the headset as soon as it runs."""
    command = [sys.executable, "-m", "tests.headset.openxr.program", "2000"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def worn(headset: OpenXR) -> Iterator[Worn]:
    headset.open()
    try:
        wearing = Worn(headset)
        yield wearing
        wearing.release()
    finally:
        headset.close()
