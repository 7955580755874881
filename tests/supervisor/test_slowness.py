from vret.supervisor.slowness import Slowness

MS = 1_000_000


def seen(slowness: Slowness, periods_ms: list[int], step: int = 1) -> int:
    """What is told after frames with these periods, of which every `step`th is seen."""
    t_ns = 0
    for frame, period_ms in enumerate(periods_ms, start=1):
        t_ns += period_ms * MS
        if frame % step == 0:
            slowness.see(frame, t_ns)
    return slowness.frame_ns


def test_a_computer_that_is_fast_enough_is_not_told_of() -> None:
    assert seen(Slowness(), [33] * 100) == 0
    assert seen(Slowness(), [11] * 100, step=5) == 0
    assert seen(Slowness(), [249] * 100) == 0


def test_a_slow_one_is_told_of_after_a_few_frames_and_with_how_long_a_frame_takes() -> None:
    assert seen(Slowness(), [400] * 5) == 0
    assert seen(Slowness(), [400] * 10) == 400 * MS


def test_every_second_frame_is_enough_and_every_fourth_is_not() -> None:
    assert seen(Slowness(), [100, 300] * 40) == 300 * MS
    assert seen(Slowness(), [100, 100, 100, 300] * 40) == 0


def test_a_sleep_of_the_machine_is_not_slowness() -> None:
    assert seen(Slowness(), [33] * 10 + [3_600_000] + [33] * 10) == 0
    assert seen(Slowness(), [4] * 36 + [3_600_000] + [4] * 11, step=12) == 0


def test_it_is_told_no_more_when_the_computer_has_become_fast() -> None:
    slowness = Slowness()
    assert seen(slowness, [400] * 10 + [33] * 20) == 0


def test_a_frame_process_that_starts_anew_counts_from_one_again() -> None:
    slowness = Slowness()
    slowness.see(500, 1_000 * MS)
    slowness.see(1, 30_000 * MS)
    slowness.see(2, 30_033 * MS)
    assert slowness.frame_ns == 0
