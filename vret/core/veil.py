"""The veil: the dark before the eyes that covers every change of place, as a function of time.

Theory: a flash is a pair of opposing changes of brightness by a tenth of the most or more, and more than three in any
one second may cause a seizure (WCAG 2.2, 2.3.1). A veil that closes and opens is such a pair, whoever presses what, so:

- It closes from wherever it is, at one pace, and opens from wherever it is. It never opens in order to close.
- The beginnings of two openings are `LIMITS.veil_apart_ns` apart, so in any second there are at most two flashes. What
  waits for an opening stays as dark as it is. ITU-R BT.1702 asks for 360 ms between two flashes of any brightness.
- A cut waits for nothing: stop is calm in the very next frame. It is no fade, and it counts as an opening, so that
  none follows in the same instant. Cuts are as many as people ask for: two of them need a way back in between.
"""

import msgspec

from vret.core.limits import LIMITS

VEIL_MAX = 1000


class Veil(msgspec.Struct, frozen=True, gc=False):
    """From `dark` at `from_ns` to `most` at `closed_ns`; it opens from `opens_ns` until it is open at `open_ns`.

    `opened_ns` is when the opening before that one began.
    """

    dark: int = 0
    most: int = 0
    from_ns: int = 0
    closed_ns: int = 0
    opens_ns: int = 0
    open_ns: int = 0
    opened_ns: int = 0

    def at(self, t_ns: int) -> int:
        """How dark it is, from 0 (open) to VEIL_MAX (black)."""
        if t_ns >= self.open_ns:
            return 0
        if t_ns >= self.opens_ns:
            return self.most * (self.open_ns - t_ns) // (self.open_ns - self.opens_ns)
        if t_ns >= self.closed_ns:
            return self.most
        if t_ns <= self.from_ns:
            return self.dark
        return self.dark + (self.most - self.dark) * (t_ns - self.from_ns) // (self.closed_ns - self.from_ns)

    def closes_ns(self, t_ns: int, over_ns: int) -> int:
        """When it is black if it begins to close at `t_ns` and needs `over_ns` when it is open."""
        return t_ns + over_ns * (VEIL_MAX - self.at(t_ns)) // VEIL_MAX

    def closing(self, t_ns: int, over_ns: int, switch_ns: int) -> "Veil":
        """It closes, is black until `switch_ns` at the least, and opens again over `over_ns`."""
        opens_ns = max(switch_ns, self._may_open_ns(t_ns))
        return Veil(
            dark=self.at(t_ns),
            most=VEIL_MAX,
            from_ns=t_ns,
            closed_ns=self.closes_ns(t_ns, over_ns),
            opens_ns=opens_ns,
            open_ns=opens_ns + over_ns,
            opened_ns=self._opened_ns(t_ns),
        )

    def opening(self, t_ns: int, over_ns: int) -> "Veil":
        """It goes back to open, and needs `over_ns` where it was black."""
        dark, opens_ns = self.at(t_ns), max(t_ns, self._may_open_ns(t_ns))
        open_ns = opens_ns + over_ns * dark // VEIL_MAX
        return Veil(dark, dark, t_ns, t_ns, opens_ns, open_ns, self._opened_ns(t_ns))

    def cut(self, t_ns: int) -> "Veil":
        """It is open in this very instant."""
        return Veil(0, 0, t_ns, t_ns, t_ns, t_ns, t_ns)

    def _opened_ns(self, t_ns: int) -> int:
        return self.opens_ns if t_ns > self.opens_ns else self.opened_ns

    def _may_open_ns(self, t_ns: int) -> int:
        return self._opened_ns(t_ns) + LIMITS.veil_apart_ns
