"""How a scene moves: tables that the compiler writes and the animation evaluates, numpy and msgspec only.

An *instance* is a row of `CompiledScene`. A *curve* is a number that depends on an axis or on the age of a stimulus;
instances, materials, the environment and places refer to curves by index. Lengths are metres in scene space, angles
radians, phases turns.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

import msgspec
import numpy as np
import numpy.typing as npt

from vret.scene.compiled import LAMP

RANGE = np.dtype([("instance", "i4"), ("curve", "i4"), ("low", "f4"), ("high", "f4")])
"""The instance is shown only while low <= curve < high."""

BOUND = np.dtype([("instance", "i4"), ("component", "i4"), ("curve", "i4")])
"""The curve's value is added to a coordinate of the instance's position, or multiplies its scale (`Component`)."""

SWING = np.dtype([("instance", "i4"), ("curve", "i4"), ("pivot", "3f4"), ("frequency_hz", "f4"), ("phase", "f4")])
"""The instance turns about the axis `pivot` (unit, its own space) to and fro by the curve's value in radians."""

TRAVEL = np.dtype([("instance", "i4"), ("path", "i4"), ("start_m", "f4")])
"""The instance goes round a closed path for ever, heading along it."""

FLIGHT = np.dtype([("instance", "i4"), ("path", "i4"), ("stimulus", "i4"), ("start_s", "f4")])
"""From `start_s` after its stimulus began, the instance goes once along an open path and stays at its end."""

FALL = np.dtype([("instance", "i4"), ("stimulus", "i4"), ("start_s", "f4"), ("velocity", "3f4"), ("depth", "i4")])
"""From `start_s` on, the instance falls freely until it has sunk by the value of the curve `depth`."""

REGION = np.dtype(
    [
        ("area", "i4"),
        ("instance", "i4"),
        ("places", "u4"),
        ("variants", "u4"),
        ("stimulus", "i4"),
        ("hidden_when_held", "?"),
        ("centre", "3f4"),
        ("half_size", "3f4"),
        ("radius_m", "f4"),
    ]
)
"""A part of an area of interest: a box along the scene's axes, grown by a radius. It moves and shows with its instance,
in whose own space its centre then is; -1 is none, and then `region_bounds` and `region_ranges` are its conditions."""

FIXTURE = np.dtype([("lamp", LAMP), ("curve", "i4"), ("places", "u4"), ("variants", "u4")])
"""A lamp as the scene has it: its `intensity` is that of 1 cd in its colour, the curve gives its candela."""

LOOKS = ("ahead", "around", "away")

CAST = np.dtype(
    [
        ("position", "3f4"),
        ("scale", "f4"),
        ("yaw", "f4"),
        ("body", "u4"),
        ("chance", "u4"),
        ("places", "u4"),
        ("variants", "u4"),
        ("stimulus", "i4"),
        ("hidden_when_held", "?"),
        ("present", "i4"),
        ("number", "f4"),
        ("motion", "i4"),
        ("per_s", "f4"),
        ("phase", "f4"),
        ("first_gesture", "i4"),
        ("gesture_count", "i4"),
        ("gesture_every_s", "f4"),
        ("look", "i4"),
        ("gaze", "i4"),
        ("path", "i4"),
        ("start_m", "f4"),
        ("beside_m", "f4"),
        ("speed_mps", "f4"),
    ]
)
"""Someone of the scene. `yaw` is from +Z towards +X. They are there while the curve `present` is above their `number`.

Their clip `motion` goes round `per_s` times a second. Of the table of gestures they have
`gesture_count` from `first_gesture` on. `look` is one of LOOKS, `gaze` the curve of the share that looks at the client.
`path` is a closed one, -1 for none; they walk `beside_m` to its right. `chance` is their own."""

GESTURE = np.dtype([("clip", "u4"), ("keys", "f4")])

PATH = np.dtype([("first", "i4"), ("count", "i4"), ("length_m", "f4"), ("speed_mps", "f4")])
"""A run of `PATH_POINT`; a closed path ends where it began."""

PATH_POINT = np.dtype([("position", "3f4"), ("heading", "f4"), ("distance_m", "f8")])
"""`distance_m` grows through all paths, so that one search finds every traveller; heading is a yaw, 0 towards -Z."""


VOLUME = np.dtype([("place", "i4"), ("low", "3f4"), ("size", "3f4"), ("curves", "3i4")])
"""A volume of probes, in the slot of its index: for a place, and then `low` is seen from the curves' point; or for the
whole scene, and then the place is -1."""


VOICE = np.dtype([("instance", "i4"), ("person", "i4"), ("position", "3f4")])
"""Somebody who can speak: someone of the cast, else a point, in the own space of its instance; -1 is none."""


class Component(IntEnum):
    X = 0
    Y = 1
    Z = 2
    SCALE = 3


class Source(StrEnum):
    CONSTANT = "constant"
    AXIS = "axis"
    STIMULUS = "stimulus"


class Curve(msgspec.Struct, frozen=True):
    """Piecewise linear, level beyond its ends. For a stimulus that is not shown the age is below every point."""

    source: Source
    name: str
    inputs: tuple[float, ...]
    outputs: tuple[float, ...]


class PlaceSpec(msgspec.Struct, frozen=True):
    """Where the person stands: the stage's origin in scene space, a sum of two curves a coordinate, and its yaw.

    Nothing falls within `shelter_m` of it.
    """

    name: str
    position: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]
    yaw_rad: float
    shelter_m: float = 0.0


class EnvironmentBinding(msgspec.Struct, frozen=True):
    field: str
    curve: int


class OpacityBinding(msgspec.Struct, frozen=True):
    material: int
    curve: int


class AnimationSpec(msgspec.Struct, frozen=True):
    """`environment` has an entry for each of `variants`, or a single one for a scene without."""

    base_place: str
    places: tuple[PlaceSpec, ...]
    stimuli: tuple[str, ...]
    curves: tuple[Curve, ...]
    environment: tuple[tuple[EnvironmentBinding, ...], ...]
    opacities: tuple[OpacityBinding, ...]
    variants: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnimationTables:
    """`environment` has a row for each variant, or a single one. `stimulus_of` is -1 for none.

    `places_of` and `variants_of` are bit masks of the places where, and of the variants in which an instance is shown.
    In `region_bounds` and `region_ranges` the field `instance` is the index of a region, in `fixture_bounds` and
    `fixture_ranges` that of a fixture, in `cast_bounds` and `cast_ranges` that of someone of the `cast`, in
    `voice_bounds` that of a voice.
    `candela_powers` has, for each variant, the `sun_power` that 1 cd is at 1 m.

    `skies` (variants, 2, 9, 4) is the light of all around under each variant's clearest and most clouded sky, which are
    `covers` (variants, 2). A volume was baked while those instances were seen that `volume_shows` (volumes, instances).
    """

    environment: npt.NDArray[np.void]
    places_of: npt.NDArray[np.uint32]
    stimulus_of: npt.NDArray[np.int32]
    hidden_when_held: npt.NDArray[np.bool_]
    ranges: npt.NDArray[np.void]
    bounds: npt.NDArray[np.void]
    swings: npt.NDArray[np.void]
    travels: npt.NDArray[np.void]
    flights: npt.NDArray[np.void]
    falls: npt.NDArray[np.void]
    paths: npt.NDArray[np.void]
    path_points: npt.NDArray[np.void]
    regions: npt.NDArray[np.void]
    region_bounds: npt.NDArray[np.void]
    region_ranges: npt.NDArray[np.void]
    variants_of: npt.NDArray[np.uint32]
    fixtures: npt.NDArray[np.void]
    fixture_bounds: npt.NDArray[np.void]
    fixture_ranges: npt.NDArray[np.void]
    candela_powers: npt.NDArray[np.float32]
    skies: npt.NDArray[np.float32]
    covers: npt.NDArray[np.float32]
    volumes: npt.NDArray[np.void]
    volume_shows: npt.NDArray[np.bool_]
    cast: npt.NDArray[np.void]
    cast_bounds: npt.NDArray[np.void]
    cast_ranges: npt.NDArray[np.void]
    gestures: npt.NDArray[np.void]
    voices: npt.NDArray[np.void]
    voice_bounds: npt.NDArray[np.void]


def as_slice(instances: npt.NDArray[np.integer]) -> slice | npt.NDArray[np.integer]:
    """Rows that follow one another as a slice, which numpy copies without looking each up."""
    first, count = int(instances[0]) if len(instances) else 0, len(instances)
    follows = np.array_equal(instances, np.arange(first, first + count))
    return slice(first, first + count) if follows else instances.copy()
