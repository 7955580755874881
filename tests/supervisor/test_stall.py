from vret.supervisor.stall import LONGEST_STEP_NS, Stall


def test_a_number_that_does_not_change_stands_still() -> None:
    stall = Stall()
    assert stall.see(1, 0) == 0
    assert stall.see(1, 50_000_000) == 50_000_000
    assert stall.see(1, 100_000_000) == 100_000_000
    assert stall.see(2, 150_000_000) == 0


def test_the_machines_own_sleep_counts_as_one_short_step() -> None:
    stall = Stall()
    stall.see(1, 0)
    assert stall.see(1, 3_600_000_000_000) == LONGEST_STEP_NS


def test_forgiven_is_forgotten() -> None:
    stall = Stall()
    stall.see(1, 0)
    stall.see(1, 100_000_000)
    stall.forgive()
    assert stall.see(1, 150_000_000) == 50_000_000
