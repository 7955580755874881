from hypothesis import given
from hypothesis import strategies as st

from vret.core.lease import Lease
from vret.core.limits import LIMITS

MS = 1_000_000


def issued(*times_ns: int) -> Lease:
    lease = Lease()
    for t_ns in times_ns:
        lease = lease.issue(t_ns)
    return lease


def test_nobody_answered_yet() -> None:
    lease = issued(0)
    assert lease.age_ns(5) is None
    assert not lease.is_fresh(0)


def test_age_counts_from_the_sending_of_the_echoed_beacon() -> None:
    lease = issued(0, 100 * MS, 200 * MS).echo(2)
    assert lease.age_ns(900 * MS) == 800 * MS


def test_fresh_until_the_very_limit() -> None:
    lease = issued(0).echo(1)
    assert lease.is_fresh(LIMITS.lease_rise_ns)
    assert not lease.is_fresh(LIMITS.lease_rise_ns + 1)


def test_an_older_echo_changes_nothing() -> None:
    lease = issued(0, 100 * MS).echo(2)
    assert lease.echo(1) is lease


def test_an_unknown_or_future_number_changes_nothing() -> None:
    lease = issued(0)
    assert lease.echo(2) is lease
    assert lease.echo(-1) is lease


def test_after_a_gap_only_a_beacon_sent_after_it_counts() -> None:
    voided = issued(0, 100 * MS).echo(2).void()
    assert not voided.is_fresh(100 * MS)
    assert voided.echo(2) is voided
    assert voided.age_ns(300 * MS) == 200 * MS
    assert voided.issue(300 * MS).echo(3).is_fresh(300 * MS)


def test_forgets_beacons_that_are_too_old_to_count() -> None:
    lease = Lease()
    for number in range(200):
        lease = lease.issue(number * LIMITS.beacon_period_ns)
    assert len(lease.sent) == LIMITS.beacon_memory_ns // LIMITS.beacon_period_ns + 1
    assert lease.echo(1) is lease


def test_the_limits_stand_in_their_order() -> None:
    assert LIMITS.beacon_period_ns < LIMITS.lease_rise_ns < LIMITS.lease_hold_ns < LIMITS.lease_calm_ns
    assert LIMITS.lease_calm_ns < LIMITS.beacon_memory_ns
    assert LIMITS.lease_calm_ns < LIMITS.hold_extension_ceiling_ns


@given(st.integers(0, 20_000 * MS), st.lists(st.integers(0, 400 * MS), min_size=1, max_size=30))
def test_a_constant_delay_never_looks_fresh(delay_ns: int, gaps_ns: list[int]) -> None:
    """Whenever an echo arrives, the lease is at least as old as the way there and back took."""
    lease, t_ns, sent = Lease(), 0, []
    for gap_ns in gaps_ns:
        t_ns += gap_ns
        lease = lease.issue(t_ns)
        sent.append((lease.number, t_ns))
        for number, sent_ns in sent:
            if sent_ns + delay_ns <= t_ns:
                lease = lease.echo(number)
        age_ns = lease.age_ns(t_ns)
        assert age_ns is None or age_ns >= delay_ns
        assert not lease.is_fresh(t_ns) or delay_ns <= LIMITS.lease_rise_ns


def test_who_asks_has_seen_a_beacon_no_longer_ago_than_the_lease_is_fresh() -> None:
    lease = issued(0, 100 * MS)
    assert lease.is_recent(1, LIMITS.lease_rise_ns)
    assert not lease.is_recent(1, LIMITS.lease_rise_ns + 1)
    assert lease.is_recent(2, LIMITS.lease_rise_ns + 100 * MS)
    assert not lease.is_recent(3, 200 * MS)


def test_heartbeats_make_no_older_beacon_recent_and_a_gap_makes_all_of_them_old() -> None:
    lease = issued(0, 3000 * MS).echo(2)
    assert not lease.is_recent(1, 3000 * MS)
    assert lease.is_recent(2, 3000 * MS)
    assert not lease.void().is_recent(2, 3000 * MS)
