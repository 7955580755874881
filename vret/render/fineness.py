"""How finely a frame is drawn: fewer pixels when the graphics card has too little time, more when it has some to spare.

The rule is Vlachos' (Advanced VR Rendering Performance, GDC 2016): aim at 80 % of the time between two frames, go down
two levels above 90 %, up one level below 70 %. Three things are added against going up and down, which is seen: one
slow frame a second is forgiven, since another program may have taken the card; the way up needs a second without one;
and since the time goes about with the square of a side, a level is only gone up to if it promises to stay near the aim.
Times are known some frames late; those of another level than the one in use say nothing about it.
"""

from typing import Final

LEVELS: Final = (1.0, 0.9, 0.8, 0.7)
"""Sides of the picture, as parts of the whole; finest first."""

TOO_MUCH: Final = 0.90
TO_SPARE: Final = 0.70
PROMISED: Final = 0.85
HOLD_FRAMES: Final = 90
"""A level is gone up from when this many frames at it had time to spare, the slowest among them."""

DOWN: Final = 2
FORGIVEN: Final = 1


class Fineness:
    """The level in use, as an index of LEVELS. Pure."""

    def __init__(self) -> None:
        self.level = 0
        self._seen = self._too_slow = 0
        self._slowest = 0.0

    @property
    def side(self) -> float:
        return LEVELS[self.level]

    def see(self, spent_ns: int, level: int, period_ns: int) -> bool:
        """A frame that was drawn at `level` took the graphics card `spent_ns`; whether the level in use has changed."""
        if level != self.level or period_ns <= 0:
            return False
        share = spent_ns / period_ns
        self._seen += 1
        self._slowest = max(self._slowest, share)
        self._too_slow += share > TOO_MUCH
        if self._too_slow > FORGIVEN:
            return self._change(min(self.level + DOWN, len(LEVELS) - 1))
        if self._seen < HOLD_FRAMES:
            return False
        slowest = self._slowest
        self._begin()
        if self.level == 0 or slowest >= TO_SPARE:
            return False
        finer = self.level - 1
        promised = slowest * (LEVELS[finer] / self.side) ** 2
        return promised <= PROMISED and self._change(finer)

    def _change(self, level: int) -> bool:
        has_changed = level != self.level
        self.level = level
        self._begin()
        return has_changed

    def _begin(self) -> None:
        """A second that is looked at as a whole."""
        self._seen = self._too_slow = 0
        self._slowest = 0.0


def size_at(level: int, view_size: tuple[int, int]) -> tuple[int, int]:
    """Width and height of a view at a level, in whole pairs of pixels."""
    width, height = (2 * round(side * LEVELS[level] / 2) for side in view_size)
    return (width, height) if level else view_size
