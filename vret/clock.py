"""The one clock of the headset's programs.

`now_ns` has the same zero in every process of one machine, never steps, and goes on while the machine sleeps, so that a
suspended laptop shows as a gap and an old lease as old (design.md 2.4 and 7). Hence:

- Linux: CLOCK_BOOTTIME. CLOCK_MONOTONIC stands still during suspend.
- Windows: QueryPerformanceCounter, which counts through sleep and is one counter for all processes. Python's
  `perf_counter_ns` is exactly its scaled value; `time.monotonic` steps by 16 ms before Python 3.13.
- Elsewhere: `time.monotonic_ns`, which is all there is.

Its zero is the start of the machine: it orders and measures, and never names a date.
"""

import sys
import time

if sys.platform == "linux":

    def now_ns() -> int:
        """Nanoseconds since the machine started, suspend included."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

elif sys.platform == "win32":
    now_ns = time.perf_counter_ns
else:
    now_ns = time.monotonic_ns
