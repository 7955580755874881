"""A clock that moves only when it is told to."""


class FakeClock:
    """Stands in for `vret.clock.now_ns` wherever time is passed in as a function."""

    def __init__(self, t_ns: int = 0) -> None:
        self._t_ns = t_ns

    def now_ns(self) -> int:
        return self._t_ns

    def advance(self, by_ns: int) -> int:
        """Move on and return the new time; ValueError on a step back, which no monotonic clock makes."""
        if by_ns < 0:
            raise ValueError(f"a monotonic clock cannot go back by {-by_ns} ns")
        self._t_ns += by_ns
        return self._t_ns
