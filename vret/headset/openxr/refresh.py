"""The display's refresh rate (XR_FB_display_refresh_rate): 90 Hz where the headset has it, else 72, else 120.

90 Hz is what the frame is made for. 72 is steadier on a weak computer than 120, and both are better than a rate that
the runtime chose for another program.
"""

import ctypes

from vret.headset.openxr.api import XrError, address, check
from vret.headset.openxr.runtime import REFRESH_RATE, Runtime

WANTED_HZ = (90.0, 72.0, 120.0)
_NEARLY_HZ = 1.0
_MANY = 32


def choose_rate(offered_hz: list[float]) -> float | None:
    """The offered rate that is nearly the first wanted one; None leaves the runtime's own."""
    near = (offered for wanted in WANTED_HZ for offered in sorted(offered_hz) if abs(offered - wanted) < _NEARLY_HZ)
    return next(near, None)


def request_rate(runtime: Runtime, session: int) -> float | None:
    """Ask for the best rate; what was asked for. A runtime that refuses keeps its own."""
    if not runtime.has(REFRESH_RATE):
        return None
    count, rates = ctypes.c_uint32(), (ctypes.c_float * _MANY)()
    try:
        check(
            runtime.call.xrEnumerateDisplayRefreshRatesFB(session, _MANY, address(count), address(rates)),
            "xrEnumerateDisplayRefreshRatesFB",
        )
        chosen = choose_rate(list(rates[: count.value]))
        if chosen is not None:
            check(runtime.call.xrRequestDisplayRefreshRateFB(session, chosen), "xrRequestDisplayRefreshRateFB")
    except XrError:
        return None
    return chosen
