"""The frame rate, a second at a time: whether a display gets the pictures that it needs, and what it is.

Only a headset's own display is judged, by the rate that its software tells now (`vret.core.display`). Frames that it
did not want drawn are no measure: it sets their pace as it likes.
"""

from typing import Final

from vret.core.display import FLOOR, DisplayProfile
from vret.core.events import DisplayDeclared, Event, FrameRateFine, FrameRateLow
from vret.core.limits import LIMITS
from vret.headset.contract import FrameTiming

_SECOND_NS: Final = LIMITS.frame_rate_second_ns


class FrameRate:
    """`is_low`: the newest whole second had too few pictures. Pure but for what it remembers."""

    def __init__(self, profile: DisplayProfile) -> None:
        self.is_low = False
        self._profile = profile
        self._is_declared = False
        self._began_ns = 0
        self._pictures = 0

    def see(self, t_ns: int, timing: FrameTiming) -> tuple[Event, ...]:
        """A frame began; what the core has to know of it. The first call tells what the display is."""
        if not self._is_declared:
            self._is_declared = True
            self._begin(t_ns)
            rate_hz = round(1e9 / timing.period_ns) if timing.period_ns > 0 else 0
            return (DisplayDeclared(t_ns=t_ns, profile=self._profile, rate_hz=rate_hz),)
        if self._profile is not DisplayProfile.HEADSET or timing.period_ns <= 0 or not timing.should_render:
            self._begin(t_ns)
            return ()
        self._pictures += 1
        lasted_ns = t_ns - self._began_ns
        if lasted_ns < _SECOND_NS:
            return ()
        was_low, self.is_low = self.is_low, self._pictures * timing.period_ns < FLOOR * lasted_ns
        self._begin(t_ns)
        if self.is_low == was_low:
            return ()
        return (FrameRateLow(t_ns=t_ns),) if self.is_low else (FrameRateFine(t_ns=t_ns),)

    def _begin(self, t_ns: int) -> None:
        self._began_ns, self._pictures = t_ns, 0
