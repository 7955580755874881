from vret.supervisor.restarts import PAUSES_S, Restarts

S = 1_000_000_000


def test_the_first_death_is_answered_at_once_and_the_pauses_grow() -> None:
    restarts = Restarts()
    starts = [restarts.start_after_death(100 * S + index) for index in range(len(PAUSES_S))]
    assert starts == [100 * S + index + int(pause_s * S) for index, pause_s in enumerate(PAUSES_S)]
    assert starts[0] == 100 * S
    assert restarts.start_after_death(101 * S) is None


def test_deaths_long_ago_are_forgotten() -> None:
    restarts = Restarts(pauses_s=(0.0, 1.0), window_s=10.0)
    assert restarts.start_after_death(0) == 0
    assert restarts.start_after_death(5 * S) == 6 * S
    assert restarts.start_after_death(9 * S) is None
    assert restarts.start_after_death(30 * S) == 30 * S
