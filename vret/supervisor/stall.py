"""Whether something that should go on has stood still, on a clock that only counts while we are awake ourselves."""

from typing import Final

LONGEST_STEP_NS: Final = 200_000_000


class Stall:
    """Watches a number that should change. A sleep of the whole machine is not taken for a standstill."""

    def __init__(self) -> None:
        self.still_ns = 0
        self._number = -1
        self._seen_ns: int | None = None

    def see(self, number: int, t_ns: int) -> int:
        """How long the number has not changed, in ns of polls no further apart than LONGEST_STEP_NS."""
        passed_ns = 0 if self._seen_ns is None else min(t_ns - self._seen_ns, LONGEST_STEP_NS)
        self.still_ns = 0 if number != self._number else self.still_ns + passed_ns
        self._number, self._seen_ns = number, t_ns
        return self.still_ns

    def forgive(self) -> None:
        """Start to count again."""
        self.still_ns = 0
