import subprocess
import sys
import time

from vret.clock import now_ns


def test_it_never_goes_back_and_resolves_a_millisecond() -> None:
    times = [now_ns() for _ in range(1000)]
    assert times == sorted(times)
    assert times[-1] - times[0] < 1_000_000_000
    assert len(set(times)) > 10


def test_two_processes_read_the_same_clock() -> None:
    before_ns = now_ns()
    child = subprocess.run(
        [sys.executable, "-c", "from vret.clock import now_ns; print(now_ns())"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert before_ns < int(child.stdout) < now_ns()


def test_it_counts_at_the_speed_of_the_system_clock() -> None:
    start_ns, wall_ns = now_ns(), time.monotonic_ns()
    subprocess.run([sys.executable, "-c", ""], check=True)
    assert abs((now_ns() - start_ns) - (time.monotonic_ns() - wall_ns)) < 5_000_000
