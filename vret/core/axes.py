"""The axis vocabulary: one list of graded qualities for all phobias.

A ladder is written in these axes and in nothing else, so it moves between scenes and between studies. A scene
binds a subset and narrows the ranges. A quantity is an integer count of *micro-units*, millionths of the axis's
unit (12.5 m is 12_500_000): the core's arithmetic is exact on every machine, which replay needs.

Each axis has a calm value and a dread direction, the direction in which fear is expected to grow. A change in that
direction is a rise and needs a live therapist; any other change is free to everybody.
"""

from decimal import Decimal
from enum import StrEnum

import msgspec

AXIS_VOCABULARY_VERSION = 1
MICRO = 1_000_000


class Dread(StrEnum):
    """The direction in which an axis is dreaded; `AWAY` is any move away from the calm value."""

    UP = "up"
    DOWN = "down"
    AWAY = "away"


class Axis(msgspec.Struct, frozen=True):
    """One graded quality. `low`, `high` and `calm` are micro-units."""

    name: str
    unit: str
    low: int
    high: int
    calm: int
    dread: Dread
    meaning: str


def micro(value: str | int | float | Decimal) -> int:
    """Exact micro-units of a decimal number as written; ValueError if it needs more than six decimals."""
    scaled = Decimal(str(value)) * MICRO
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{value} is not a number of at most six decimals")
    return int(scaled)


def dread_of(dread: Dread, calm: int, value: int) -> int:
    """How dreaded a value is, in micro-units; larger is worse."""
    match dread:
        case Dread.UP:
            return value
        case Dread.DOWN:
            return -value
        case Dread.AWAY:
            return abs(value - calm)


def is_rise(dread: Dread, calm: int, before: int, after: int) -> bool:
    """Whether the move is a rise. Crossing the calm value is one for `AWAY`: it ends by moving away from it."""
    crosses = dread is Dread.AWAY and (before - calm) * (after - calm) < 0
    return crosses or dread_of(dread, calm, after) > dread_of(dread, calm, before)


_ROWS: tuple[tuple[str, str, str, str, str, Dread, str], ...] = (
    ("height_m", "m", "0", "300", "0", Dread.UP, "height of the floor underfoot above the ground below"),
    ("edge_distance_m", "m", "0", "20", "20", Dread.DOWN, "distance from the person to the nearest drop"),
    ("railing", "1", "0", "1", "1", Dread.DOWN, "protection at the edge: 1 solid wall, 0.5 light rail, 0 none"),
    ("floor_opacity", "1", "0", "1", "1", Dread.DOWN, "how opaque the floor is: 1 solid, 0 clear glass"),
    ("walkway_width_m", "m", "0.2", "20", "20", Dread.DOWN, "width of the surface that the person stands on"),
    ("wind_mps", "m/s", "0", "25", "0", Dread.UP, "wind seen and heard, never felt as a moved view"),
    ("sway_deg", "deg", "0", "10", "0", Dread.UP, "sway of objects around the person, never of the view"),
    ("distance_m", "m", "0", "200", "200", Dread.DOWN, "distance to the feared object"),
    ("count", "1", "0", "500", "0", Dread.UP, "how many feared objects or people there are"),
    ("size_m", "m", "0", "10", "0", Dread.UP, "size of the feared object"),
    ("realism", "1", "0", "1", "0", Dread.UP, "from drawing (0) to lifelike (1)"),
    ("containment", "1", "0", "1", "1", Dread.DOWN, "from locked away (1) to free (0)"),
    ("speed_mps", "m/s", "0", "60", "0", Dread.UP, "speed of what moves"),
    ("density_ppm2", "1/m2", "0", "6", "0", Dread.UP, "people per square metre"),
    ("gaze_at_client", "1", "0", "1", "0", Dread.UP, "share of people who look at the person"),
    ("attitude", "1", "-1", "1", "1", Dread.DOWN, "attitude of others: 1 friendly, 0 neutral, -1 hostile"),
    ("noise_db", "dB", "20", "85", "35", Dread.UP, "level of the feared sound at the ear"),
    ("light_lux", "lx", "1", "20000", "500", Dread.AWAY, "light on the scene"),
    ("enclosure_m3", "m3", "0.5", "2000", "2000", Dread.DOWN, "volume of the space around the person"),
    ("turbulence", "1", "0", "5", "0", Dread.UP, "movement of the cabin around the person, never of the view"),
    ("exit_visible", "1", "0", "1", "1", Dread.DOWN, "how visible and open the way out is"),
    ("exit_distance_m", "m", "0", "500", "0", Dread.UP, "distance to the way out"),
    ("rain_mmph", "mm/h", "0", "100", "0", Dread.UP, "rain"),
    ("lightning_per_min", "1/min", "0", "60", "0", Dread.UP, "lightning flashes"),
    ("dirt", "1", "0", "10", "0", Dread.UP, "visible contamination"),
    ("blood_ml", "mL", "0", "500", "0", Dread.UP, "visible blood"),
)  # fmt: skip

AXES: dict[str, Axis] = {
    name: Axis(name, unit, micro(low), micro(high), micro(calm), dread, meaning)
    for name, unit, low, high, calm, dread, meaning in _ROWS
}
