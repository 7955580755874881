"""The fear model: rises with dread, with a delay, wanes with time spent, and comes from its seed alone."""

import pytest

from vret.testing.fear import Fear, dread, live, temperament

CALM = {"height_m": 0.0, "railing": 1.0, "edge_distance_m": 20.0}
ROOF = {"height_m": 40.0, "railing": 0.2, "edge_distance_m": 0.5}


def after(seconds: float, dread_now: float, fear: Fear | None = None, seed: int = 1) -> Fear:
    fear = fear or Fear()
    for _ in range(int(seconds * 10)):
        fear = live(temperament(seed), fear, dread_now, 0.1)
    return fear


def test_dread_is_nothing_at_the_calm_values_and_grows_with_every_axis() -> None:
    assert dread(CALM) == 0.0
    assert dread({}) == 0.0
    for axis, value in ROOF.items():
        assert dread({**CALM, axis: value}) > 0.0
    assert dread(ROOF) > dread({**ROOF, "railing": 1.0})


def test_more_dread_is_more_fear() -> None:
    levels = [after(40.0, dread_now).now for dread_now in (0.0, 0.3, 0.6, 1.0)]
    assert levels == sorted(levels)
    assert levels[-1] > levels[0] + 0.3


def test_fear_rises_with_a_delay_and_wanes_with_time_in_the_same_place() -> None:
    at_once, peak, later = after(1.0, 0.8).now, after(60.0, 0.8).now, after(900.0, 0.8).now
    assert at_once < peak
    assert later < 0.75 * peak


def test_coming_back_starts_lower() -> None:
    first = after(60.0, 0.8)
    learnt = after(600.0, 0.8)
    rested = after(120.0, 0.0, learnt)
    assert after(60.0, 0.8, rested).now < first.now


def test_a_seed_is_a_person() -> None:
    assert after(30.0, 0.7, seed=3) == after(30.0, 0.7, seed=3)
    assert after(30.0, 0.7, seed=3).now != after(30.0, 0.7, seed=4).now


@pytest.mark.parametrize(("now", "suds"), [(0.0, 0), (0.31, 30), (0.33, 35), (1.0, 100)])
def test_suds_are_said_in_fives(now: float, suds: int) -> None:
    assert Fear(now).suds() == suds
