"""What is a good line for a call, and what a poor one: the same bands as on the therapist's page."""

from enum import StrEnum
from typing import Final

GOOD_LOST: Final = 0.05
GOOD_ROUND_TRIP_MS: Final = 300.0
FAIR_LOST: Final = 0.1
FAIR_ROUND_TRIP_MS: Final = 600.0


class Verdict(StrEnum):
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


def judge(lost: float, round_trip_ms: float) -> Verdict:
    """`lost` is a share, 0 to 1."""
    if lost < GOOD_LOST and round_trip_ms < GOOD_ROUND_TRIP_MS:
        return Verdict.GOOD
    return Verdict.FAIR if lost <= FAIR_LOST and round_trip_ms <= FAIR_ROUND_TRIP_MS else Verdict.POOR
