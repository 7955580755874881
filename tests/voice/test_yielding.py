"""Which step the mirror takes as the line narrows and widens: a table of lines, and what comes of each."""

from itertools import pairwise

import pytest

from vret.voice.yielding import (
    BACK_MOST_NS,
    BACK_NS,
    MIRROR_STEPS,
    RELAPSE_NS,
    SECOND_NS,
    SETTLE_NS,
    SHORT_NS,
    TRIAL_NS,
    Figures,
    Yielding,
)

LOOK_NS = SECOND_NS // 2
WIDE = Figures(2_000_000, 0, 60)
LOSSY = Figures(2_000_000, 51, 60)
QUEUED = Figures(2_000_000, 0, 311)


class Played:
    """A therapist who asks for `per_s`, and looks at the line by the clock."""

    def __init__(self, per_s: int = 15) -> None:
        self.yielding, self.t_ns = Yielding(MIRROR_STEPS), 0
        self.yielding.ask(per_s)
        self.yielding.look(WIDE, 0)

    @property
    def per_s(self) -> int:
        return self.yielding.step.per_s

    def looks(self, figures: Figures, for_ns: int) -> int:
        """The pictures a second after that time."""
        for _ in range(for_ns // LOOK_NS):
            self.t_ns += LOOK_NS
            self.yielding.look(figures, self.t_ns)
        return self.per_s

    def until(self, figures: Figures, per_s: int) -> int:
        """How long it takes, ns; at most ten minutes."""
        began_ns = self.t_ns
        while self.per_s != per_s:
            self.looks(figures, LOOK_NS)
            assert self.t_ns - began_ns < 600 * SECOND_NS, f"{per_s} a second never came"
        return self.t_ns - began_ns


@pytest.mark.parametrize(
    ("asked", "figures", "per_s"),
    [
        (0, WIDE, 0),
        (15, WIDE, 15),
        (30, WIDE, 30),
        (29, WIDE, 15),
        (15, Figures(), 15),
        (15, Figures(150_000, 50, 310), 15),
        (15, Figures(99_999, 0, 60), 15),
        (15, LOSSY, 7),
        (15, QUEUED, 7),
        (30, LOSSY, 15),
        (0, LOSSY, 0),
    ],
)
def test_one_look_at_a_line(asked: int, figures: Figures, per_s: int) -> None:
    assert Played(asked).looks(figures, LOOK_NS) == per_s


@pytest.mark.parametrize(
    ("asked", "open_bits_per_s", "per_s"),
    [(30, 220_000, 30), (30, 219_999, 15), (15, 149_999, 7), (15, 119_999, 2), (15, 99_999, 0), (15, 0, 0)],
)
def test_a_line_that_carries_little_for_long_gets_what_it_can_carry(
    asked: int, open_bits_per_s: int, per_s: int
) -> None:
    played, figures = Played(asked), Figures(open_bits_per_s, 0, 60)
    assert played.looks(figures, SHORT_NS) == asked
    played.until(figures, per_s)
    assert played.looks(figures, SETTLE_NS) == per_s


def test_a_moment_in_which_the_engine_thinks_little_of_the_line_changes_nothing() -> None:
    played = Played()
    for _ in range(20):
        assert played.looks(Figures(60_000, 0, 60), SHORT_NS) == 15
        assert played.looks(WIDE, LOOK_NS) == 15


@pytest.mark.parametrize("figures", [LOSSY, QUEUED])
def test_it_falls_step_by_step_to_nothing_while_something_is_amiss(figures: Figures) -> None:
    played = Played(30)
    seen = [played.looks(figures, LOOK_NS)] + [played.looks(figures, SETTLE_NS) for _ in range(4)]
    assert seen == [15, 7, 2, 0, 0]


def test_a_far_line_is_not_a_narrow_one() -> None:
    played = Played()
    far = Yielding(MIRROR_STEPS)
    far.ask(15)
    for number in range(40):
        far.look(Figures(2_000_000, 0, 480 + 10 * (number % 3)), played.t_ns + number * LOOK_NS)
    assert far.step.per_s == 15


def test_it_comes_back_slowly_and_one_step_at_a_time() -> None:
    played = Played()
    played.until(LOSSY, 0)
    for per_s in (2, 7, 15):
        assert BACK_NS <= played.until(WIDE, per_s) <= BACK_NS + LOOK_NS
    assert played.looks(WIDE, 3 * BACK_NS) == 15


def test_it_does_not_come_back_while_anything_is_amiss() -> None:
    played = Played()
    played.until(LOSSY, 0)
    for _ in range(10):
        assert played.looks(WIDE, BACK_NS - LOOK_NS) == 0
        assert played.looks(LOSSY, LOOK_NS) == 0
    played.until(WIDE, 2)


def test_what_falls_again_soon_waits_twice_as_long_and_never_for_ever() -> None:
    played = Played()
    played.until(LOSSY, 7)
    waits = []
    for _ in range(5):
        waits.append(played.until(WIDE, 15))
        assert played.looks(LOSSY, LOOK_NS) == 7
    seconds = [round(wait / SECOND_NS) for wait in waits]
    assert seconds == [10, 20, 40, 80, BACK_MOST_NS // SECOND_NS]
    played.until(WIDE, 15)
    played.looks(WIDE, RELAPSE_NS)
    played.looks(LOSSY, LOOK_NS)
    assert played.until(WIDE, 15) <= BACK_NS + LOOK_NS


def test_the_engine_has_a_while_to_find_out_that_a_line_carries_more() -> None:
    """It guesses by what it sends: after a rise it cannot yet think highly of the line."""
    played, guess = Played(), Figures(90_000, 0, 60)
    played.until(guess, 0)
    played.until(WIDE, 2)
    assert played.looks(guess, TRIAL_NS - LOOK_NS) == 2
    assert played.looks(guess, LOOK_NS) == 0


def test_asking_for_more_while_the_line_is_narrow_brings_no_more() -> None:
    played = Played()
    played.until(LOSSY, 7)
    played.yielding.ask(30)
    assert played.per_s == 7
    played.yielding.ask(0)
    assert played.looks(LOSSY, SETTLE_NS) == 0
    played.yielding.ask(15)
    assert played.per_s == 7
    played.yielding.ask(30)
    played.until(WIDE, 30)


def test_each_step_takes_less_than_the_one_before() -> None:
    for more, less in pairwise(MIRROR_STEPS):
        assert more.per_s > less.per_s
        assert more.bits_per_s >= less.bits_per_s
        assert more.needs_bits_per_s > less.needs_bits_per_s
    assert MIRROR_STEPS[-1] == (0, 0, 0)
