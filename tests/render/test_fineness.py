"""The rule that chooses how finely to draw."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vret.render.fineness import HOLD_FRAMES, LEVELS, PROMISED, TOO_MUCH, Fineness, size_at

PERIOD_NS = 11_111_111


def frames(rule: Fineness, share: float, count: int) -> list[int]:
    """The level after each of some frames that take this share of the period."""
    seen = []
    for _ in range(count):
        rule.see(round(share * PERIOD_NS), rule.level, PERIOD_NS)
        seen.append(rule.level)
    return seen


def at(level: int) -> Fineness:
    rule = Fineness()
    rule.level = level
    return rule


def test_near_the_aim_nothing_changes() -> None:
    for level in range(len(LEVELS)):
        assert set(frames(at(level), 0.8, 5 * HOLD_FRAMES)) == {level}


def test_too_slow_twice_goes_down_two_levels_and_never_below_the_last() -> None:
    assert frames(Fineness(), 0.95, 2) == [0, 2]
    assert frames(at(2), 0.95, 6) == [2, 3, 3, 3, 3, 3]


def test_one_slow_frame_a_second_is_forgiven() -> None:
    rule = Fineness()
    for _ in range(5):
        assert frames(rule, 3.0, 1) == [0]
        assert set(frames(rule, 0.8, HOLD_FRAMES)) == {0}


def test_every_ninth_frame_too_slow_is_too_slow() -> None:
    rule = Fineness()
    for _ in range(2):
        frames(rule, 0.5, 8)
        frames(rule, 0.95, 1)
    assert rule.level == 2


def test_time_to_spare_goes_up_one_level_after_a_second() -> None:
    rule = at(3)
    assert frames(rule, 0.4, HOLD_FRAMES) == [3] * (HOLD_FRAMES - 1) + [2]
    assert frames(rule, 0.5, HOLD_FRAMES)[-1] == 1
    assert frames(rule, 0.6, 2 * HOLD_FRAMES)[-1] == 0


def test_a_level_that_promises_to_be_too_slow_is_not_gone_up_to() -> None:
    """0.8 is 1.31 times the pixels of 0.7: 68 % would become 89 %."""
    assert set(frames(at(3), 0.68, 5 * HOLD_FRAMES)) == {3}


def test_the_slowest_frame_of_the_second_counts() -> None:
    rule = at(1)
    frames(rule, 0.75, 1)
    assert set(frames(rule, 0.3, HOLD_FRAMES - 1)) == {1}
    assert frames(rule, 0.3, HOLD_FRAMES)[-1] == 0


def test_times_of_another_level_or_without_a_period_say_nothing() -> None:
    rule = at(2)
    for _ in range(3 * HOLD_FRAMES):
        assert not rule.see(10 * PERIOD_NS, 0, PERIOD_NS)
        assert not rule.see(10 * PERIOD_NS, 2, 0)
    assert rule.level == 2


@given(st.floats(0.05, 3.0))
def test_a_steady_load_ends_at_one_level_and_stays(whole: float) -> None:
    """A card whose time goes with the number of pixels; the load is its share of the period at the finest level."""
    rule = Fineness()

    def settle(of: Callable[[int], float], count: int) -> list[int]:
        seen = []
        for _ in range(count):
            frames(rule, of(rule.level), 1)
            seen.append(rule.level)
        return seen

    settle(lambda level: whole * LEVELS[level] ** 2, 6 * HOLD_FRAMES)
    last = settle(lambda level: whole * LEVELS[level] ** 2, 4 * HOLD_FRAMES)
    assert len(set(last)) == 1
    share = whole * rule.side**2
    assert share <= TOO_MUCH or rule.level == len(LEVELS) - 1
    assert rule.level == 0 or whole * LEVELS[rule.level - 1] ** 2 > PROMISED or share >= 0.70 * 0.999


@pytest.mark.parametrize(
    ("level", "size"), [(0, (2063, 2209)), (1, (1856, 1988)), (2, (1650, 1768)), (3, (1444, 1546))]
)
def test_sizes_are_whole_pairs_of_pixels(level: int, size: tuple[int, int]) -> None:
    assert size_at(level, (2063, 2209)) == size
