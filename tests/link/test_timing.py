from hypothesis import given
from hypothesis import strategies as st

from vret.link.timing import LOG_EVERY_NS, PeerClock, SentBeacons

MS = 1_000_000
WAYS = st.lists(st.tuples(st.integers(0, 300 * MS), st.integers(0, 300 * MS)), min_size=1, max_size=40)


@given(st.integers(-(10**15), 10**15), WAYS)
def test_the_true_offset_is_within_the_uncertainty_whatever_the_ways_took(
    offset_ns: int, ways: list[tuple[int, int]]
) -> None:
    clock, t_ns = PeerClock("anna"), 0
    for out_ns, back_ns in ways:
        t_ns += 250 * MS
        t2_ns = t_ns + out_ns + offset_ns
        estimate = clock.echo(t_ns, t2_ns, t2_ns + 40 * MS, t_ns + out_ns + 40 * MS + back_ns)
        if estimate is not None:
            assert abs(estimate.offset_ns - offset_ns) <= estimate.uncertainty_ns


def test_the_first_a_much_better_and_a_late_estimate_are_logged() -> None:
    clock = PeerClock("anna")
    times = [(0, 100 * MS), (250 * MS, 90 * MS), (500 * MS, 10 * MS), (LOG_EVERY_NS + 600 * MS, 80 * MS)]
    logged = [clock.echo(t1, t1 + trip // 2, t1 + trip // 2, t1 + trip) for t1, trip in times]
    assert [None if estimate is None else estimate.round_trip_ns for estimate in logged] == [
        100 * MS,
        None,
        10 * MS,
        10 * MS,
    ]


def test_impossible_times_count_for_nothing() -> None:
    clock = PeerClock("anna")
    assert clock.echo(0, 10, 5, 20) is None
    assert clock.echo(20, 0, 0, 10) is None
    assert clock.echo(0, 0, 100, 50) is None


def test_a_beacon_counts_from_its_first_sending_and_is_forgotten_in_time() -> None:
    beacons = SentBeacons()
    beacons.sent(1, 100)
    beacons.sent(1, 200)
    assert beacons.sent_ns(1) == 100
    for number in range(2, 200):
        beacons.sent(number, number)
    assert beacons.sent_ns(1) is None
    assert beacons.sent_ns(199) == 199
