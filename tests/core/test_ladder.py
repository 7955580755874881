import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.ladders import AXES, RUNGS, SCENE, M
from vret.core.ladder import LEVEL_MAX, AxisRules


def test_rungs_axes_and_stimuli_are_found_by_name() -> None:
    assert SCENE.rung_index("rung3") == 3
    assert SCENE.rung_index("rung9") is None
    wind = SCENE.axis("wind_mps")
    assert wind is not None
    assert wind.high == 20 * M
    assert SCENE.axis("count") is None
    assert SCENE.stimulus("gust") is not None
    assert SCENE.stimulus("bird") is None


def test_the_foot_of_the_ladder_is_calm() -> None:
    assert SCENE.values_of(-1) == {rules.axis: rules.calm for rules in AXES}
    assert SCENE.place_of(-1) == "place0"
    assert SCENE.values_of(4) == RUNGS[4].values
    assert SCENE.place_of(4) == "place2"


def test_macro_level_meets_its_points_and_goes_straight_between() -> None:
    assert SCENE.values_at_level(0) == RUNGS[0].values
    assert SCENE.values_at_level(LEVEL_MAX) == RUNGS[4].values
    assert SCENE.values_at_level(LEVEL_MAX // 2)["height_m"] == 20 * M


@pytest.mark.parametrize("level", [-1, LEVEL_MAX + 1])
def test_a_level_outside_is_a_mistake_of_the_program(level: int) -> None:
    with pytest.raises(AssertionError, match="outside 0 to 10000"):
        SCENE.values_at_level(level)


@given(st.integers(0, LEVEL_MAX), st.integers(0, LEVEL_MAX))
def test_a_higher_level_is_never_milder(one: int, other: int) -> None:
    low, high = SCENE.values_at_level(min(one, other)), SCENE.values_at_level(max(one, other))
    assert low["height_m"] <= high["height_m"]
    assert low["railing"] >= high["railing"]


@given(st.sampled_from(AXES), st.integers(0, 900 * M), st.integers(0, 900 * M))
def test_milder_never_rises(axis: AxisRules, one: int, other: int) -> None:
    assert not axis.is_rise(one, axis.milder(one, other))
    assert axis.milder(one, other) in (one, other)
