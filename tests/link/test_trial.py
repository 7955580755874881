"""What is made of the packets of a trial; the trial itself beside a real relay is in `tests/doctor/test_line.py`."""

import pytest

from vret.link.trial import BURST_BITS_PER_S, BURST_BYTES, Arrival, figures

STEADY = [Arrival(number, number * 0.02, number * 0.02 + 0.05) for number in range(100)]


def test_a_steady_line() -> None:
    found = figures(STEADY, 100, STEADY)
    assert found.lost == pytest.approx(0.0)
    assert found.jitter_ms == pytest.approx(0.0)
    assert found.round_trip_ms == pytest.approx(50.0)
    assert found.round_trip_p95_ms == pytest.approx(50.0)
    assert found.bits_per_s == pytest.approx(8 * BURST_BYTES / 0.02)


def test_what_comes_twice_came_once_and_what_is_lost_is_a_share() -> None:
    assert figures([*STEADY[:90], *STEADY[:5]], 100, ()).lost == pytest.approx(0.1)


def test_a_few_late_packets_are_in_the_ninety_fifth_percentile_alone() -> None:
    late = [arrival._replace(came_s=arrival.came_s + 0.3) for arrival in STEADY[90:]]
    found = figures([*STEADY[:90], *late], 100, ())
    assert found.round_trip_ms == pytest.approx(50.0)
    assert found.round_trip_p95_ms == pytest.approx(350.0)


def test_jitter_is_that_of_rfc_3550() -> None:
    """Packets that are by turns 16 ms late: the estimate nears 16 as 1 - (15/16)^n."""
    swinging = [arrival._replace(came_s=arrival.came_s + 0.016 * (arrival.number % 2)) for arrival in STEADY]
    assert figures(swinging, 100, ()).jitter_ms == pytest.approx(16 * (1 - (15 / 16) ** 99))


def test_a_burst_that_comes_all_at_once_is_no_faster_than_it_was_sent() -> None:
    at_once = [Arrival(number, 0.0, 1 + number * 1e-6) for number in range(50)]
    assert figures(STEADY, 100, at_once).bits_per_s == BURST_BITS_PER_S
    assert figures(STEADY, 100, at_once[:1]).bits_per_s == 0.0
