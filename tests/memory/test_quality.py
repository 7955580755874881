"""The bands of a good line."""

import pytest

from vret.memory.quality import Verdict, judge


@pytest.mark.parametrize(
    ("lost", "round_trip_ms", "verdict"),
    [
        (0.0, 0.0, Verdict.GOOD),
        (0.049, 299.0, Verdict.GOOD),
        (0.05, 0.0, Verdict.FAIR),
        (0.0, 300.0, Verdict.FAIR),
        (0.1, 600.0, Verdict.FAIR),
        (0.101, 0.0, Verdict.POOR),
        (0.0, 601.0, Verdict.POOR),
    ],
)
def test_good_under_and_poor_beyond(lost: float, round_trip_ms: float, verdict: Verdict) -> None:
    assert judge(lost, round_trip_ms) is verdict
