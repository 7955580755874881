"""A headset without a device and without graphics: it plays a list of events and counts what is submitted."""

from collections import deque
from collections.abc import Callable, Iterable

import numpy as np
from msgspec.structs import replace

from vret.core.device import Device
from vret.core.events import Event
from vret.core.ramp import NS_PER_S
from vret.headset.contract import SHOWS_ALL, Eyes, FrameTiming, Layout, Target
from vret.headset.profiles import KEYBOARD, Control
from vret.testing.clock import FakeClock

Pose = tuple[float, float, float, float, float, float, float]
STILL: Pose = (0.0, 1.6, 0.0, 0.0, 0.0, 0.0, 1.0)
PERIOD_NS = NS_PER_S // 90
EYE_DISTANCE_M = 0.063
FOV = (-0.9, 0.8, 0.85, -0.9)


class ScriptedHeadset:
    """Implements `vret.headset.contract.Headset` on a fake clock: every `wait_frame` moves it by one period.

    `script` holds (time since the start in ns, event); events are handed out stamped with the time of the poll.
    `pose_at` gives the head (position, quaternion xyzw) at a display time. It wants to close after `frames`.
    """

    name = "scripted"
    device = Device("No headset: a script")
    trouble = ""
    view_count = 2
    view_size = (8, 8)
    layout = Layout.ARRAY
    profile = KEYBOARD
    hidden = SHOWS_ALL
    dial = None
    choice = None
    hands = None

    def __init__(
        self,
        clock: FakeClock,
        script: Iterable[tuple[int, Event]] = (),
        *,
        frames: int,
        period_ns: int = PERIOD_NS,
        pose_at: Callable[[int], Pose] = lambda _: STILL,
    ) -> None:
        self.submitted_ns: list[int] = []
        self.is_open = False
        self._clock = clock
        self._start_ns = clock.now_ns()
        self._script = deque(sorted(script, key=lambda entry: entry[0]))
        self._frames = frames
        self._period_ns = period_ns
        self._pose_at = pose_at
        self._begun = False

    def open(self) -> None:
        self.is_open = True

    def wait_frame(self) -> FrameTiming:
        now_ns = self._clock.advance(self._period_ns)
        return FrameTiming(display_ns=now_ns + 2 * self._period_ns, period_ns=self._period_ns, should_render=True)

    def poll(self, t_ns: int) -> tuple[Event, ...]:
        due: list[Event] = []
        while self._script and self._start_ns + self._script[0][0] <= t_ns:
            due.append(replace(self._script.popleft()[1], t_ns=t_ns))
        return tuple(due)

    def ask(self, control: Control | None, *, phrases: bool = False) -> None:
        """A script's ratings are events of their own; it has no dial."""

    def locate(self, display_ns: int, eyes: Eyes) -> None:
        pose = np.array(self._pose_at(display_ns), np.float32)
        eyes.head[:] = pose
        eyes.poses[:] = pose
        eyes.poses[:, 0] += np.array([-EYE_DISTANCE_M / 2, EYE_DISTANCE_M / 2], np.float32)
        eyes.fovs[:] = FOV

    def begin(self) -> Target:
        if self._begun:
            raise AssertionError("begin was called twice without submit: a frame was started and never handed over")
        self._begun = True
        return Target(texture=0, width=self.view_size[0], height=self.view_size[1], layers=self.view_count)

    def submit(self) -> None:
        if not self._begun:
            raise AssertionError("submit was called without begin: there is no image to hand over")
        self._begun = False
        self.submitted_ns.append(self._clock.now_ns())

    @property
    def wants_to_close(self) -> bool:
        return len(self.submitted_ns) >= self._frames

    def close(self) -> None:
        self.is_open = False
