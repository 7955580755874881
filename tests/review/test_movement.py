"""Head movement: shares by direction, and moves back, on known poses."""

import math

import pytest

from tests.review.stories import course_of, go_to, in_calm_room, look
from vret.review.movement import movements
from vret.testing.person import rotation_of

AHEAD = rotation_of(0.0, 0.0)
DOWN = rotation_of(0.0, math.radians(-40.0))
UP = rotation_of(0.0, math.radians(30.0))
AWAY = rotation_of(math.radians(90.0), 0.0)


def test_shares_of_directions() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 5.0)
    look(rehearsal, [DOWN] * 10 + [UP] * 5 + [AWAY] * 5)
    [step] = movements(course_of(rehearsal))
    assert step.frames == 50
    assert (step.down, step.up, step.away) == pytest.approx((10 / 50, 5 / 50, 4 / 50))
    assert step.down + step.ahead + step.up + step.away == pytest.approx(1.0)


def test_straight_down_is_down_and_not_away() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 5.0)
    look(rehearsal, [rotation_of(math.radians(90.0), math.radians(-89.0))] * 20)
    [step] = movements(course_of(rehearsal))
    assert step.away == 0.0
    assert step.down > 0.3


@pytest.mark.parametrize(("back_m", "retreats"), [(0.10, 0), (0.40, 1)])
def test_a_move_back_counts_from_15_cm(back_m: float, retreats: int) -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 3.0)
    look(rehearsal, [AHEAD] * 3, back_m)
    rehearsal.run(1.0)
    [step] = movements(course_of(rehearsal))
    assert step.retreats == retreats
    assert step.farthest_back_m == pytest.approx(back_m)


def test_without_frames_there_is_nothing_to_say() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 3.0)
    rehearsal.frames.clear()
    assert movements(course_of(rehearsal)) == ()
