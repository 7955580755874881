"""Pacing: absolute deadlines, as a display gives them, for headsets that have no display."""

import time

from vret.clock import now_ns
from vret.headset.contract import FrameTiming


class Pace:
    """A display's beat of `period_ns`. A late frame misses whole beats and never drags later ones behind it.

    With `period_ns` 0 nothing waits and frames follow as fast as they are drawn; their display time is now.
    """

    def __init__(self, period_ns: int) -> None:
        self.period_ns = period_ns
        self._deadline_ns = now_ns()

    def wait(self, should_render: bool = True) -> FrameTiming:
        now = now_ns()
        if self.period_ns == 0:
            return FrameTiming(now, 0, should_render)
        self._deadline_ns += self.period_ns
        if self._deadline_ns < now:
            self._deadline_ns += (now - self._deadline_ns) // self.period_ns * self.period_ns + self.period_ns
        time.sleep((self._deadline_ns - now) / 1e9)
        return FrameTiming(self._deadline_ns + self.period_ns, self.period_ns, should_render)
