"""The runtime's time and the program's: XrTime is a clock of the runtime's own choice, `vret.clock` is ours."""

import ctypes
import sys
import time
from typing import Protocol

from vret.clock import now_ns
from vret.headset.openxr.api import address, xr
from vret.headset.openxr.runtime import Runtime

LONGEST_AHEAD_NS = 1_000_000_000
FALLBACK_PERIOD_NS = 1_000_000_000 // 90
LONGEST_PERIOD_NS = 200_000_000


class Converter(Protocol):
    def to_ours(self, xr_ns: int) -> int | None:
        """The time on `vret.clock`, in ns; None for one that the runtime refuses."""
        ...


class XrClock:
    """Converts by the runtime's conversion extension; where there is none, a time to come is taken for now."""

    def __init__(self, runtime: Runtime) -> None:
        self._instance = runtime.instance
        if sys.platform == "win32":
            self._convert = runtime.call.xrConvertTimeToWin32PerformanceCounterKHR
            self._told = ctypes.c_int64()
            frequency = ctypes.c_int64()
            ctypes.windll.kernel32.QueryPerformanceFrequency(ctypes.byref(frequency))
            self._frequency = frequency.value
        else:
            self._convert = runtime.call.xrConvertTimeToTimespecTimeKHR
            self._told = xr.timespec()
        self._address = address(self._told)

    def to_ours(self, xr_ns: int) -> int | None:
        if xr_ns <= 0:
            return None
        if self._convert is None:
            return now_ns()
        return self._ours() if self._convert(self._instance, xr_ns, self._address) >= 0 else None

    if sys.platform == "win32":

        def _ours(self) -> int:
            return self._told.value * 1_000_000_000 // self._frequency

    else:

        def _ours(self) -> int:
            """The runtime tells CLOCK_MONOTONIC, which stands still while the machine sleeps; ours goes on."""
            asleep_ns = now_ns() - time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            return int(self._told.tv_sec) * 1_000_000_000 + int(self._told.tv_nsec) + asleep_ns


class Prediction:
    """The predicted display times, without the nonsense: SteamVR has returned negative ones, and others jump.

    `locate_ns` is the XrTime to locate things at: the newest sensible one, gone on by a period where there is none.
    """

    def __init__(self, clock: Converter) -> None:
        self.display_ns = self.period_ns = self.locate_ns = 0
        self._clock = clock

    def see(self, xr_ns: int, period_ns: int) -> bool:
        """Take what the runtime predicted; whether it can be believed."""
        now = now_ns()
        self.period_ns = period_ns if 0 < period_ns <= LONGEST_PERIOD_NS else FALLBACK_PERIOD_NS
        display_ns = self._clock.to_ours(xr_ns)
        if display_ns is None or abs(display_ns - now) > LONGEST_AHEAD_NS:
            self.display_ns = now + self.period_ns
            self.locate_ns += self.period_ns
            return False
        self.display_ns, self.locate_ns = display_ns, xr_ns
        return True
