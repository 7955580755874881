"""Presence: which of a scene's things are there, by place, variant, stimulus, hold and the values of axes."""

from typing import Self

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]


class Presence:
    """Of n things: `places` and `variants` are masks of bits, `stimulus` is -1 for those that need none.

    `ranges` (RANGE) say of some of them between which values of a curve they are there.
    """

    def __init__(
        self,
        places: npt.NDArray[np.uint32],
        variants: npt.NDArray[np.uint32],
        stimulus: npt.NDArray[np.int32],
        hidden_when_held: Bools,
        ranges: npt.NDArray[np.void],
    ) -> None:
        self._places, self._variants, self._stimulus = places.copy(), variants.copy(), stimulus.copy()
        self._may_stay = ~hidden_when_held
        self._instances, self._curves = ranges["instance"].copy(), ranges["curve"].copy()
        self._low, self._high = ranges["low"].copy(), ranges["high"].copy()
        self._asked: tuple[object, ...] = ()
        self._there = np.zeros(0, np.bool_)

    @classmethod
    def of(cls, table: npt.NDArray[np.void], ranges: npt.NDArray[np.void]) -> Self:
        """Of a table with a column for each condition."""
        return cls(table["places"], table["variants"], table["stimulus"], table["hidden_when_held"], ranges)

    def at(self, place: int, variant: int, shown: Bools, held: bool, values: npt.NDArray[np.float32]) -> Bools:
        """(n,), new. `shown` is by stimulus, with a last entry that is true; `values` are the curves'."""
        asked = (place, variant, shown.tobytes(), held)
        if asked != self._asked:
            self._asked = asked
            there = (self._places & np.uint32(1 << place)) != 0
            there &= (self._variants & np.uint32(1 << variant)) != 0
            there &= shown[self._stimulus]
            if held:
                there &= self._may_stay
            self._there = there
        there = self._there.copy()
        if len(self._curves):
            value = values[self._curves]
            there[self._instances[(value < self._low) | (value >= self._high)]] = False
        return there
