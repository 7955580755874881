from hypothesis import given
from hypothesis import strategies as st

from vret.core.ramp import NS_PER_S, Ramp, still

RAMPS = st.builds(
    Ramp,
    start=st.integers(-(10**9), 10**9),
    target=st.integers(-(10**9), 10**9),
    start_ns=st.integers(0, 10**15),
    rate=st.integers(0, 10**8),
)
TIMES_NS = st.integers(0, 2 * 10**15)


def test_rate_is_per_second() -> None:
    ramp = Ramp(0, 10_000_000, 5 * NS_PER_S, 2_000_000)
    assert [ramp.at(second * NS_PER_S) for second in (0, 5, 6, 8, 10, 99)] == [
        0,
        0,
        2_000_000,
        6_000_000,
        10_000_000,
        10_000_000,
    ]


def test_a_cut_switches_at_its_start() -> None:
    ramp = Ramp(0, 7, 100, 0)
    assert (ramp.at(99), ramp.at(100)) == (0, 7)


def test_still_stays() -> None:
    assert {still(5, 100).at(t_ns) for t_ns in (0, 99, 100, 10**15)} == {5}


@given(RAMPS, TIMES_NS)
def test_stays_between_start_and_target(ramp: Ramp, t_ns: int) -> None:
    assert min(ramp.start, ramp.target) <= ramp.at(t_ns) <= max(ramp.start, ramp.target)


@given(RAMPS, TIMES_NS, TIMES_NS)
def test_moves_one_way_only(ramp: Ramp, one_ns: int, other_ns: int) -> None:
    early, late = ramp.at(min(one_ns, other_ns)), ramp.at(max(one_ns, other_ns))
    assert early <= late if ramp.target >= ramp.start else early >= late


@given(RAMPS, TIMES_NS, st.integers(0, 10 * NS_PER_S))
def test_is_never_faster_than_its_rate(ramp: Ramp, t_ns: int, later_ns: int) -> None:
    if ramp.rate and t_ns >= ramp.start_ns:
        assert abs(ramp.at(t_ns + later_ns) - ramp.at(t_ns)) <= ramp.rate * later_ns // NS_PER_S + 1
