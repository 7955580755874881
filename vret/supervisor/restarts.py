"""When a dead child is started again: at once, then after growing pauses, then no more."""

from collections.abc import Sequence
from typing import Final

PAUSES_S: Final = (0.0, 0.25, 1.0, 2.0, 4.0)
WINDOW_S: Final = 60.0

_S: Final = 1_000_000_000


class Restarts:
    """The deaths of one child. More than `len(pauses_s)` of them within `window_s` are too many."""

    def __init__(self, pauses_s: Sequence[float] = PAUSES_S, window_s: float = WINDOW_S) -> None:
        self._pauses_ns = tuple(int(pause_s * _S) for pause_s in pauses_s)
        self._window_ns = int(window_s * _S)
        self._deaths_ns: list[int] = []

    def start_after_death(self, t_ns: int) -> int | None:
        """When to start again after a death at `t_ns`; None when it has died too often."""
        self._deaths_ns = [died_ns for died_ns in self._deaths_ns if t_ns - died_ns < self._window_ns] + [t_ns]
        deaths = len(self._deaths_ns)
        return t_ns + self._pauses_ns[deaths - 1] if deaths <= len(self._pauses_ns) else None
