import pytest

from vret.core.display import DisplayProfile
from vret.core.events import DisplayDeclared, Event, FrameRateFine, FrameRateLow
from vret.headset.contract import FrameTiming
from vret.headset.frame_rate import FrameRate

HZ = 90
PERIOD_NS = 1_000_000_000 // HZ
S = 1_000_000_000


class Display:
    """A display of 90 pictures a second, and a program that gives it some of them."""

    def __init__(self, profile: DisplayProfile = DisplayProfile.HEADSET) -> None:
        self.rate, self.t_ns = FrameRate(profile), 0
        self.declared = self.rate.see(0, FrameTiming(0, PERIOD_NS, True))

    def show(self, seconds: float, rate_hz: float, *, should_render: bool = True) -> list[Event]:
        told: list[Event] = []
        for _ in range(round(seconds * rate_hz)):
            self.t_ns += round(S / rate_hz)
            told += self.rate.see(self.t_ns, FrameTiming(self.t_ns, PERIOD_NS, should_render))
        return told


def test_the_first_frame_tells_what_the_display_is() -> None:
    assert Display().declared == (DisplayDeclared(t_ns=0, profile=DisplayProfile.HEADSET, rate_hz=HZ),)
    unknown = FrameRate(DisplayProfile.SOFTWARE).see(5, FrameTiming(5, 0, True))
    assert unknown == (DisplayDeclared(t_ns=5, profile=DisplayProfile.SOFTWARE, rate_hz=0),)


@pytest.mark.parametrize("rate_hz", [90, 80, 73])
def test_what_misses_a_few_pictures_is_fine(rate_hz: float) -> None:
    assert Display().show(5, rate_hz) == []


@pytest.mark.parametrize("rate_hz", [71, 45, 8])
def test_what_misses_many_is_told_once_within_two_seconds_and_its_end_within_two_more(rate_hz: float) -> None:
    display = Display()
    assert display.show(1.5, HZ) == []
    slow_ns = display.t_ns
    (low,) = display.show(5, rate_hz)
    assert isinstance(low, FrameRateLow)
    assert low.t_ns - slow_ns <= 2.2 * S
    assert display.rate.is_low
    fast_ns = display.t_ns
    (fine,) = display.show(5, HZ)
    assert isinstance(fine, FrameRateFine)
    assert fine.t_ns - fast_ns <= 2.2 * S


def test_pictures_that_the_headset_did_not_want_are_not_missed() -> None:
    display = Display()
    assert display.show(5, 10, should_render=False) == []
    assert display.show(3, HZ) == []


def test_what_is_no_headset_is_not_judged() -> None:
    assert Display(DisplayProfile.SOFTWARE).show(5, 8) == []
