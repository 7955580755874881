"""Sitting: whether the person stands up, seen from how high the eyes are above where they were when this person sat."""

from typing import Final

from vret.core.events import Event, SatDown, StoodUp
from vret.core.session import Session

UP_M: Final = 0.25
"""People who rise from a chair rise by 0.4 m or more; who straightens up in it, by less than 0.15 m."""
DOWN_M: Final = 0.15
LASTS_NS: Final = 500_000_000


class Sitting:
    """`see` is called with every frame, with the eyes' height in the stage in metres."""

    def __init__(self) -> None:
        self._seated_m: float | None = None
        self._since_ns: int | None = None

    def see(self, session: Session | None, eyes_m: float, t_ns: int) -> tuple[Event, ...]:
        """What has lasted for half a second. The height is that of the moment in which it was said that they sit."""
        if session is None or not session.said_seated:
            self._seated_m = self._since_ns = None
            return ()
        if self._seated_m is None:
            self._seated_m = eyes_m
        above_m = eyes_m - self._seated_m
        differs = above_m < DOWN_M if session.is_standing else above_m > UP_M
        if not differs:
            self._since_ns = None
            return ()
        if self._since_ns is None:
            self._since_ns = t_ns
        if t_ns - self._since_ns < LASTS_NS:
            return ()
        self._since_ns = None
        return (SatDown(t_ns=t_ns),) if session.is_standing else (StoodUp(t_ns=t_ns),)
