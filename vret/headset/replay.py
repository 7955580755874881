"""The replaying headset: its head is where the log says it was; what shows the picture is another headset."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from vret.core.device import Device
from vret.core.events import Event
from vret.headset.body import see_mono, see_stereo
from vret.headset.contract import SHOWS_ALL, Eyes, FrameTiming, Layout, Target
from vret.headset.offscreen import Offscreen
from vret.headset.pacing import Pace
from vret.headset.profiles import KEYBOARD, Control
from vret.headset.window import FOV_HEIGHT_DEG, Window
from vret.recording.record import FrameRecord


class Replay:
    """Each `wait_frame` goes on to the next of `frames`; after the last it wants to close.

    `period_ns` 0 shows them as fast as they are drawn. Nobody wears it, so `poll` tells nothing.
    """

    name = "replay"
    device = Device("No headset: a replay")
    profile = KEYBOARD
    hidden = SHOWS_ALL
    dial = None
    choice = None
    hands = None
    trouble = ""

    def __init__(self, shown_on: Offscreen | Window, frames: Iterable[FrameRecord], period_ns: int = 0) -> None:
        self._shown_on = shown_on
        self._pace = Pace(period_ns)
        self._frames: Iterator[FrameRecord] = iter(frames)
        self._frame = next(self._frames, None)
        self._head = np.array([0, 1.6, 0, 0, 0, 0, 1], np.float32)

    @property
    def view_count(self) -> int:
        return self._shown_on.view_count

    @property
    def view_size(self) -> tuple[int, int]:
        return self._shown_on.view_size

    @property
    def layout(self) -> Layout:
        return self._shown_on.layout

    def open(self) -> None:
        self._shown_on.open()

    def wait_frame(self) -> FrameTiming:
        """The recorded display time, at the replay's own pace; should_render is false when there are no more frames."""
        frame, timing = self._frame, self._pace.wait()
        if frame is None:
            return FrameTiming(timing.display_ns, timing.period_ns, False)
        self._head[:3] = frame.head_position_in_stage
        self._head[3:] = frame.head_rotation_in_stage
        self._frame = next(self._frames, None)
        return FrameTiming(frame.display_ns, timing.period_ns, True)

    def poll(self, t_ns: int) -> tuple[Event, ...]:
        self._shown_on.poll(t_ns)
        return ()

    def ask(self, control: Control | None, *, phrases: bool = False) -> None:
        """Nobody answers."""

    def locate(self, display_ns: int, eyes: Eyes) -> None:
        if self.view_count == 2:
            see_stereo(eyes, self._head)
        else:
            see_mono(eyes, self._head, FOV_HEIGHT_DEG, self.view_size[0] / self.view_size[1])

    def begin(self) -> Target:
        return self._shown_on.begin()

    def submit(self) -> None:
        self._shown_on.submit()

    def save_png(self, path: Path, size: int = 512) -> None:
        self._shown_on.save_png(path, size)

    @property
    def wants_to_close(self) -> bool:
        return self._frame is None or self._shown_on.wants_to_close

    def close(self) -> None:
        self._shown_on.close()
