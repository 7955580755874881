"""Gestures: the few ways in which a hand can say something through a controller or by itself.

All of them are worked out on frame times. Holds leave the fingers time and need no aim; nothing that protects the
person asks for a precise moment. `vret.headset.profiles` says which gesture means what, `vret.headset.hands` reads
them.
"""

from dataclasses import dataclass
from enum import StrEnum

_MS = 1_000_000

STOP_HOLD_NS = 400 * _MS
"""A squeeze this long is a stop: long enough not to follow from picking a thing up, short enough for fright."""
YES_HOLD_NS = 500 * _MS
SOMEONE_HOLD_NS = 1_400 * _MS
"""Long enough to follow from no other press."""
NO_RECORDING_HOLD_NS = 4_000 * _MS
"""The same hold, gone on with."""
TWICE_NS = 800 * _MS
"""Two taps that begin no further apart count as a pair."""
RUN_PER_S = 20
"""How fast the dial runs while it is held."""
REPEAT_NS = 400 * _MS
"""A stick held to a side turns the dial by one step at once, and runs from then on."""
ANSWER_REST_NS = 3_000 * _MS
"""A dial that is set by letting go is the answer when nobody has touched it for so long."""
LAPSE_NS = 250 * _MS
"""A hand that the cameras lose for a moment is still the same hand doing the same thing."""


class Hand(StrEnum):
    LEFT = "left"
    RIGHT = "right"


class Component(StrEnum):
    """What can be read of a hand. Values are 0 to 1, of the axes (X right, Y away) -1 to 1."""

    TRIGGER = "trigger"
    GRIP = "grip"
    MENU = "menu"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    THUMBSTICK_X = "thumbstick_x"
    THUMBSTICK_Y = "thumbstick_y"
    THUMBSTICK_CLICK = "thumbstick_click"
    TRACKPAD_X = "trackpad_x"
    TRACKPAD_Y = "trackpad_y"
    TRACKPAD_CLICK = "trackpad_click"
    SELECT = "select"
    PINCH = "pinch"
    GRASP = "grasp"


class Zone(StrEnum):
    """Where a trackpad is pressed. Its sides belong to the dial, but only while a rating is asked for."""

    LOWER = "lower"
    SIDES = "sides"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Press:
    """It counts when it goes down; on a trackpad only in its `zone`."""

    component: Component
    zone: Zone | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """It counts when it has been down for `hold_ns`."""

    component: Component
    hold_ns: int


@dataclass(frozen=True, slots=True)
class Pull:
    """A stick drawn towards the person, not aside."""

    along: Component
    across: Component


@dataclass(frozen=True, slots=True)
class Tap:
    """Once. It counts when it goes down, or, where the panel asks something that a hold answers, when it is let go."""

    component: Component


@dataclass(frozen=True, slots=True)
class TwoTaps:
    component: Component


@dataclass(frozen=True, slots=True)
class Turn:
    """A stick to a side; with `click` a trackpad that is pressed there."""

    across: Component
    along: Component
    click: Component | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """The dial runs up from 0 while it is held, and stands where it is let go."""

    component: Component


@dataclass(frozen=True, slots=True)
class Rest:
    """Leaving the dial of a `Run` alone."""

    component: Component


Gesture = Press | Hold | Pull | Tap | TwoTaps | Turn | Run | Rest
