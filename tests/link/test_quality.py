"""The bands of a good line are those of the therapist's page."""

import re

import pytest

from tests.project.sources import ROOT
from vret.link.quality import FAIR_LOST, FAIR_ROUND_TRIP_MS, GOOD_LOST, GOOD_ROUND_TRIP_MS, Verdict, judge

PAGE = ROOT / "server" / "console" / "src" / "core" / "quality.ts"


def test_the_page_judges_by_the_same_numbers() -> None:
    found = re.findall(
        r"^const (GOOD|FAIR) = \{ lost: ([\d.]+), roundTripMs: (\d+) \};$", PAGE.read_text(), re.MULTILINE
    )
    assert {name: (float(lost), float(trip)) for name, lost, trip in found} == {
        "GOOD": (GOOD_LOST, GOOD_ROUND_TRIP_MS),
        "FAIR": (FAIR_LOST, FAIR_ROUND_TRIP_MS),
    }


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
