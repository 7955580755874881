"""How much of the line mirror and earshot may take. Pure: figures and times go in, a step comes out.

Voice goes first. The encoder follows the line by itself, down to pictures that nobody can make out, and the queue that
it fills on the way holds up the voice. So the mirror gives way in MIRROR_STEPS before that, and comes back one step at
a time, each after a while in which nothing was amiss. A step that had to be taken back soon is tried again only after
twice the while. The earshot has two steps: all or nothing.

Signs of a narrow line: the other end misses more than LOST_MOST of a thousand packets; a round trip takes QUEUE_MS
longer than the shortest of the call, which is what a queue adds; or the engine has thought for SHORT_NS that the line
carries less than the step needs. It thinks so for a moment whenever a computer was busy, and after that until it has
sent enough to know better.
"""

from typing import Final, NamedTuple

SECOND_NS: Final = 1_000_000_000
LOST_MOST: Final = 50
QUEUE_MS: Final = 250
SHORT_NS: Final = 2 * SECOND_NS
SETTLE_NS: Final = 3 * SECOND_NS
"""So long a fall has to show its effect before the next: a round trip is measured every 2.5 s (RFC 7675)."""
TRIAL_NS: Final = 4 * SECOND_NS
"""So long the engine has after a rise to find out that the line carries more."""
BACK_NS: Final = 10 * SECOND_NS
BACK_MOST_NS: Final = 80 * SECOND_NS
RELAPSE_NS: Final = 20 * SECOND_NS


class Step(NamedTuple):
    """Pictures a second (of sound, 1), the most bits a second they take, and what the line must carry for them, voice
    included."""

    per_s: int
    bits_per_s: int
    needs_bits_per_s: int


MIRROR_STEPS: Final = (
    Step(30, 600_000, 220_000),
    Step(15, 600_000, 150_000),
    Step(7, 250_000, 120_000),
    Step(2, 90_000, 100_000),
    Step(0, 0, 0),
)
EARSHOT_STEPS: Final = (Step(1, 64_000, 200_000), Step(0, 0, 0))


class Figures(NamedTuple):
    """Of the way to the therapist; None for what is not known."""

    open_bits_per_s: int | None = None
    lost_per_mille: int | None = None
    round_trip_ms: int | None = None


class Yielding:
    """Of one call. `steps` go down to one that takes nothing."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self._steps = steps
        self._asked = self._allowed = 0
        self._shortest_ms: int | None = None
        self._short_ns: int | None = None
        self._fell_ns = self._rose_ns = self._amiss_ns = -BACK_MOST_NS
        self._while_ns = BACK_NS
        self.ask(0)

    @property
    def step(self) -> Step:
        return self._steps[self._at]

    @property
    def _at(self) -> int:
        return max(self._asked, self._allowed)

    def ask(self, per_s: int) -> None:
        """The therapist wants so many a second: the step with no more than that is the most there will be."""
        self._asked = next(index for index, step in enumerate(self._steps) if step.per_s <= max(per_s, 0))

    def look(self, figures: Figures, t_ns: int) -> None:
        """Look at the line, about twice a second, also while nothing is asked for."""
        if figures.round_trip_ms is not None:
            shortest_ms = figures.round_trip_ms if self._shortest_ms is None else self._shortest_ms
            self._shortest_ms = min(shortest_ms, figures.round_trip_ms)
        if self._is_amiss(figures) or self._is_too_much(figures, t_ns):
            self._amiss_ns = t_ns
            if t_ns - self._fell_ns >= SETTLE_NS and self.step.per_s:
                self._fall(t_ns)
        elif self._allowed > self._asked and t_ns - max(self._amiss_ns, self._rose_ns) >= self._while_ns:
            self._allowed -= 1
            self._rose_ns, self._short_ns = t_ns, None

    def _is_amiss(self, figures: Figures) -> bool:
        if (figures.lost_per_mille or 0) > LOST_MOST:
            return True
        return figures.round_trip_ms is not None and figures.round_trip_ms - (self._shortest_ms or 0) > QUEUE_MS

    def _is_too_much(self, figures: Figures, t_ns: int) -> bool:
        if figures.open_bits_per_s is None or figures.open_bits_per_s >= self.step.needs_bits_per_s:
            self._short_ns = None
            return False
        if self._short_ns is None:
            self._short_ns = t_ns
        return t_ns - self._short_ns >= SHORT_NS and t_ns - self._rose_ns >= TRIAL_NS

    def _fall(self, t_ns: int) -> None:
        has_relapsed = t_ns - self._rose_ns < RELAPSE_NS
        self._while_ns = min(2 * self._while_ns, BACK_MOST_NS) if has_relapsed else BACK_NS
        self._allowed = self._at + 1
        self._fell_ns = t_ns
