from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vret.core.axes import AXES, MICRO, Dread, dread_of, is_rise, micro

VALUES = st.integers(-500 * MICRO, 500 * MICRO)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("12.5", 12_500_000),
        (0.1, 100_000),
        (-3, -3_000_000),
        ("0.000001", 1),
        (Decimal("2.50"), 2_500_000),
        ("1e2", 10**8),
    ],
)
def test_a_decimal_is_exact(written: str | float | Decimal, expected: int) -> None:
    assert micro(written) == expected


@pytest.mark.parametrize("written", ["0.0000001", "nan", "inf", 1e-9])
def test_what_is_no_decimal_of_six_places_is_refused(written: str | float) -> None:
    with pytest.raises(ValueError, match="six decimals"):
        micro(written)


@pytest.mark.parametrize("name", AXES)
def test_vocabulary_is_consistent(name: str) -> None:
    entry = AXES[name]
    assert entry.low <= entry.calm <= entry.high
    assert entry.low < entry.high
    assert entry.unit
    assert entry.meaning
    if entry.dread is Dread.UP:
        assert entry.calm < entry.high, "an axis dreaded upwards needs room above its calm value"
    if entry.dread is Dread.DOWN:
        assert entry.calm > entry.low


@given(st.sampled_from(Dread), VALUES, VALUES)
def test_calm_is_never_a_rise_to_go_to(dread: Dread, calm: int, before: int) -> None:
    if dread is Dread.AWAY:
        assert not is_rise(dread, calm, before, calm)


@given(st.sampled_from(Dread), VALUES, VALUES)
def test_staying_is_no_rise(dread: Dread, calm: int, value: int) -> None:
    assert not is_rise(dread, calm, value, value)


@given(st.sampled_from([Dread.UP, Dread.DOWN]), VALUES, VALUES, VALUES)
def test_one_way_is_a_rise_and_the_other_is_not(dread: Dread, calm: int, one: int, other: int) -> None:
    assert is_rise(dread, calm, one, other) + is_rise(dread, calm, other, one) == (one != other)


@given(VALUES, VALUES, VALUES)
def test_away_crossing_calm_is_a_rise(calm: int, before: int, after: int) -> None:
    crosses = (before - calm) * (after - calm) < 0
    further = abs(after - calm) > abs(before - calm)
    assert is_rise(Dread.AWAY, calm, before, after) == (crosses or further)


@given(VALUES, VALUES)
def test_dread_grows_with_the_dreaded_direction(calm: int, value: int) -> None:
    assert dread_of(Dread.UP, calm, value + 1) > dread_of(Dread.UP, calm, value)
    assert dread_of(Dread.DOWN, calm, value - 1) > dread_of(Dread.DOWN, calm, value)
    assert dread_of(Dread.AWAY, calm, calm) == 0
