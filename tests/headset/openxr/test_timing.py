from types import SimpleNamespace
from typing import Any

import pytest

from vret.clock import now_ns
from vret.headset.openxr.timing import FALLBACK_PERIOD_NS, LONGEST_AHEAD_NS, Prediction, XrClock

AHEAD_NS = 20_000_000
PERIOD_NS = 11_111_111


class Shifted:
    """A runtime whose clock runs `AHEAD_NS` before ours and refuses what is not a time."""

    def to_ours(self, xr_ns: int) -> int | None:
        return xr_ns - AHEAD_NS if xr_ns > 0 else None


def test_a_sensible_time_is_told_on_our_clock() -> None:
    prediction = Prediction(Shifted())
    xr_ns = now_ns() + AHEAD_NS + PERIOD_NS
    assert prediction.see(xr_ns, PERIOD_NS)
    assert prediction.locate_ns == xr_ns
    assert prediction.display_ns == xr_ns - AHEAD_NS
    assert prediction.period_ns == PERIOD_NS


def test_a_runtime_that_cannot_convert_is_believed_and_stamped_now() -> None:
    runtime: Any = SimpleNamespace(
        instance=0,
        call=SimpleNamespace(xrConvertTimeToTimespecTimeKHR=None, xrConvertTimeToWin32PerformanceCounterKHR=None),
    )
    prediction, before_ns = Prediction(XrClock(runtime)), now_ns()
    assert prediction.see(12_345, PERIOD_NS)
    assert prediction.locate_ns == 12_345
    assert before_ns <= prediction.display_ns <= now_ns()
    assert not prediction.see(-1, PERIOD_NS)


@pytest.mark.parametrize("nonsense", [-1, 0, -(1 << 62), 1 << 62])
def test_nonsense_is_not_believed_and_the_newest_sense_goes_on(nonsense: int) -> None:
    prediction = Prediction(Shifted())
    xr_ns = now_ns() + AHEAD_NS
    prediction.see(xr_ns, PERIOD_NS)
    assert not prediction.see(nonsense, PERIOD_NS)
    assert prediction.locate_ns == xr_ns + PERIOD_NS
    assert abs(prediction.display_ns - now_ns()) < LONGEST_AHEAD_NS


@pytest.mark.parametrize("period_ns", [0, -5, 1 << 40])
def test_a_period_that_no_display_has_is_replaced(period_ns: int) -> None:
    prediction = Prediction(Shifted())
    prediction.see(now_ns() + AHEAD_NS, period_ns)
    assert prediction.period_ns == FALLBACK_PERIOD_NS
