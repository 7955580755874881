"""What shows the scene, and how fast it has to.

A picture that stutters makes sick sooner than it frightens. So a real display declares itself when the program starts,
and its frame rate has a floor: a part of its own rate, since displays differ (72, 80, 90, 120 Hz). What a processor
draws, without a display's beat, is declared as such; it has no floor, and is for trials with staff alone.
"""

from enum import StrEnum
from typing import Final

FLOOR: Final = 0.8
"""Of the display's own rate. Below it a runtime fills in every fifth picture or more by itself, which is seen as
judder whenever the head or something near moves (clinical.md 4: frame time)."""


class DisplayProfile(StrEnum):
    HEADSET = "headset"
    SOFTWARE = "software"
