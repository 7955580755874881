"""How an axis moves: a value that is a function of time, so that ticks need no state of their own."""

import msgspec

NS_PER_S = 1_000_000_000


class Ramp(msgspec.Struct, frozen=True, gc=False):
    """A move from `start` (before `start_ns`) to `target`, micro-units, at `rate` micro-units a second.

    A rate of 0 is a cut: the value changes at `start_ns`, which a veil hides.
    """

    start: int
    target: int
    start_ns: int
    rate: int

    def at(self, t_ns: int) -> int:
        if t_ns < self.start_ns:
            return self.start
        if self.rate == 0:
            return self.target
        moved = self.rate * (t_ns - self.start_ns) // NS_PER_S
        if self.target >= self.start:
            return min(self.start + moved, self.target)
        return max(self.start - moved, self.target)


def still(value: int, t_ns: int) -> Ramp:
    """A ramp that stays where it is."""
    return Ramp(value, value, t_ns, 0)
