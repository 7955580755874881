from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from vret.supervisor.child import Child, Program
from vret.supervisor.watch import Watch

STEP_NS, LIMIT_NS = 50_000_000, 500_000_000
SLEEPER = Program("sleeper", ("-c", "import time; time.sleep(60)"), "It sleeps.")


class Watched:
    """A child that does nothing, and how often it seems to have told something."""

    def __init__(self, folder: Path) -> None:
        self.child = Child(SLEEPER, folder, folder / "out.log")
        self.told, self.t_ns = 3, 0
        self.watch = Watch(self.child, lambda: self.told)
        self.start()

    def start(self) -> None:
        self.watch.begin()
        self.child.start()

    def go_on(self, duration_ns: int, start_limit_ns: int = 100 * LIMIT_NS, *, tells: bool = False) -> None:
        for _ in range(duration_ns // STEP_NS):
            self.t_ns += STEP_NS
            self.told += tells
            self.watch.see(self.t_ns, LIMIT_NS, start_limit_ns)

    def is_ended(self) -> bool:
        """Waits for what was ended to be gone."""
        assert self.child.process_id is not None
        with suppress(psutil.NoSuchProcess):
            psutil.Process(self.child.process_id).wait(5)
        return self.child.poll() is not None


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.child.end(1.0)


def test_one_that_goes_on_telling_is_left_alone_and_one_that_stands_still_is_ended(watched: Watched) -> None:
    watched.go_on(10 * LIMIT_NS, tells=True)
    watched.go_on(LIMIT_NS - STEP_NS)
    assert watched.child.poll() is None
    watched.go_on(2 * STEP_NS)
    assert watched.is_ended()


def test_one_that_has_not_told_anything_is_starting_for_as_long_as_it_may(watched: Watched) -> None:
    watched.go_on(20 * LIMIT_NS)
    assert watched.child.poll() is None
    watched.go_on(2 * STEP_NS, 20 * LIMIT_NS)
    assert watched.is_ended()


def test_one_that_was_started_again_is_starting_again(watched: Watched) -> None:
    watched.go_on(STEP_NS, tells=True)
    watched.child.kill()
    assert watched.is_ended()
    watched.go_on(10 * LIMIT_NS)
    watched.start()
    watched.go_on(10 * LIMIT_NS)
    assert watched.child.poll() is None
