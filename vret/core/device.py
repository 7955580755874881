"""What the person wears, as its software tells it. Told with every report; it steers nothing."""

from enum import StrEnum

import msgspec


class FloorSource(StrEnum):
    """How it is known where the floor is.

    The headset told it; it was measured from the eyes of who put it on; it is as far below the place where the headset
    was centred as the eye height that was given; or as far as that of most people, which is assumed.
    """

    TOLD = "told"
    MEASURED = "measured"
    GIVEN = "given"
    ASSUMED = "assumed"


class BatteryOf(StrEnum):
    COMPUTER = "computer"
    CONTROLLER_LEFT = "controller_left"
    CONTROLLER_RIGHT = "controller_right"


BATTERY_LOW_PERCENT = 20
BATTERY_EMPTY_PERCENT = 10
"""From here down both people are told that the computer's battery is low, and that it is nearly empty."""


class Battery(msgspec.Struct, frozen=True, gc=False):
    """`percent` is 0 to 100. That of a controller is for showing only: headsets measure it each in its own way."""

    of: BatteryOf
    percent: int
    is_charging: bool


class Checked(msgspec.Struct, frozen=True, gc=False):
    """When the computer was last checked, by which program, what must be mended, and what was noted."""

    unix_ms: int
    program: str
    bad: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()


class Device(msgspec.Struct, frozen=True, gc=False):
    """`headset` is the device by its own name, `runtime` the software behind it with its version; empty for unknown.

    `floor` is None where there is no headset. `sees_room` is whether the person sees the room around them.
    `batteries` are those that are known of; no software tells that of the headset itself.
    `checked` is None where the computer was never checked.
    """

    headset: str = ""
    runtime: str = ""
    floor: FloorSource | None = None
    sees_room: bool = False
    batteries: tuple[Battery, ...] = ()
    checked: Checked | None = None
