"""Practice: which controls the person has tried so far, for the ticks on the panel.

What counts for safety, stop on each input, is the core's own; this only draws.
"""

from collections.abc import Iterable

from vret.core.events import (
    CanWaitPressed,
    Event,
    LessPressed,
    PrivateAgain,
    RatingGiven,
    ReadyPressed,
    ResumeAccepted,
    SomeoneCameIn,
    StopPressed,
    WaitPressed,
)
from vret.headset.profiles import Control

_SHOWN_BY: dict[type, Control] = {
    StopPressed: Control.STOP,
    WaitPressed: Control.WAIT,
    LessPressed: Control.LESS,
    SomeoneCameIn: Control.SOMEONE_CAME_IN,
    PrivateAgain: Control.PRIVATE_AGAIN,
    ReadyPressed: Control.READY,
    ResumeAccepted: Control.ACCEPT,
    CanWaitPressed: Control.CAN_WAIT,
    RatingGiven: Control.RATE,
}


class Practice:
    def __init__(self) -> None:
        self.done: frozenset[Control] = frozenset()

    def watch(self, events: Iterable[Event]) -> None:
        """Take note of what the person did."""
        for event in events:
            control = _SHOWN_BY.get(type(event))
            if control is not None and control not in self.done:
                self.done |= {control}
