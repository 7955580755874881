"""The floor of a headset that does not know it: the rule, and where a runtime puts what is seen."""

import ctypes
from collections.abc import Iterator

import numpy as np
import pytest

from tests.headset.openxr.wearing import Worn, worn
from vret.core.device import FloorSource
from vret.core.events import FocusGained, Recentred
from vret.headset.openxr.floor import EYE_HEIGHT_M, Floor
from vret.headset.openxr.headset import OpenXR


def test_a_told_floor_is_at_zero_whatever_happens() -> None:
    floor = Floor(is_told=True, eye_height_m=1.5)
    floor.recentred(5, 0.4)
    assert not floor.see(9, 1.7)
    assert (floor.height_m, floor.source) == (0.0, FloorSource.TOLD)


def test_without_the_persons_height_it_is_assumed_and_never_measured() -> None:
    floor = Floor(is_told=False, eye_height_m=None)
    assert not floor.see(1, 0.2)
    assert (floor.height_m, floor.source) == (-EYE_HEIGHT_M, FloorSource.ASSUMED)


def test_with_the_persons_height_it_is_measured_once_when_somebody_is_seen() -> None:
    floor = Floor(is_told=False, eye_height_m=1.5)
    assert not floor.see(1, None)
    assert (floor.height_m, floor.source) == (-1.5, FloorSource.GIVEN)
    assert floor.see(2, 0.3)
    assert floor.height_m == pytest.approx(-1.2)
    assert floor.source.value == "measured"
    assert not floor.see(3, -0.4), "who sits down later does not lower the floor"


def test_a_headset_that_is_centred_anew_keeps_the_floor_where_it_was() -> None:
    floor = Floor(is_told=False, eye_height_m=None)
    floor.recentred(10, -0.4)
    assert not floor.see(9, None), "the origin has not moved yet"
    assert floor.see(10, None)
    assert floor.height_m == pytest.approx(-EYE_HEIGHT_M + 0.4)
    assert not floor.see(11, None)


def test_where_it_does_not_say_how_far_it_moved_the_floor_is_found_anew() -> None:
    floor = Floor(is_told=False, eye_height_m=1.5)
    floor.see(1, 0.3)
    floor.recentred(10, None)
    assert floor.see(10, None)
    assert (floor.height_m, floor.source) == (-1.5, FloorSource.GIVEN)
    assert floor.see(11, 0.1)
    assert floor.source is FloorSource.MEASURED


@pytest.fixture
def local(constant_world: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch) -> Iterator[ctypes.CDLL]:
    """A runtime without a floor, centred when the headset lay 30 cm below the eyes of who wears it now."""
    monkeypatch.setenv("CONSTANT_LOCAL", "1")
    constant_world.constant_stand(0.3)
    yield constant_world
    constant_world.constant_stand(0.0)


def eyes_m(wearing: Worn) -> tuple[float, float]:
    """The height of the head, and of the eyes as the runtime is told of them in the layer."""
    connection = wearing.headset._connection
    assert connection is not None
    shown = connection._views._showing[:, 9]
    np.testing.assert_allclose(wearing.eyes.poses[:, 1], shown, atol=1e-6)
    return float(wearing.eyes.head[1]), float(shown.mean())


def source(wearing: Worn) -> FloorSource | None:
    return wearing.headset.device.floor


def test_the_eyes_are_as_high_as_the_person_says_and_stay_so_when_the_headset_is_centred(local: ctypes.CDLL) -> None:
    with worn(OpenXR(eye_height_m=1.5)) as wearing:
        assert source(wearing) is FloorSource.GIVEN
        wearing.until(lambda: wearing.told(FocusGained))
        wearing.frame()
        wearing.frame()
        assert source(wearing) is FloorSource.MEASURED
        assert eyes_m(wearing) == pytest.approx((1.5, 1.5))
        assert wearing.told(Recentred), "what was seen moved"
        wearing.events.clear()
        local.constant_recentre(0.7)
        for _ in range(4):
            wearing.frame()
        assert eyes_m(wearing) == pytest.approx((1.5, 1.5))
        assert wearing.told(Recentred)
        wearing.events.clear()
        wearing.frame()
        assert not wearing.told(Recentred)


def test_nobody_is_measured_before_somebody_wears_it(local: ctypes.CDLL) -> None:
    with worn(OpenXR(eye_height_m=1.5)) as wearing:
        local.constant_wear(0)
        wearing.until(lambda: wearing.told(FocusGained))
        for _ in range(3):
            wearing.frame()
        assert source(wearing) is FloorSource.GIVEN
        assert eyes_m(wearing) == pytest.approx((1.8, 1.8))
        local.constant_wear(1)
        for _ in range(3):
            wearing.frame()
        assert eyes_m(wearing) == pytest.approx((1.5, 1.5))


def test_without_a_height_the_floor_is_assumed(local: ctypes.CDLL) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        wearing.frame()
        assert source(wearing) is FloorSource.ASSUMED
        assert eyes_m(wearing) == pytest.approx((EYE_HEIGHT_M + 0.3, EYE_HEIGHT_M + 0.3))


@pytest.mark.usefixtures("constant")
def test_a_headset_that_knows_its_floor_is_believed() -> None:
    with worn(OpenXR(eye_height_m=1.2)) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        wearing.frame()
        assert source(wearing) is FloorSource.TOLD
        assert eyes_m(wearing) == pytest.approx((1.6, 1.6))
