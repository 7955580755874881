"""What a scene sounds like, as plain data for the sound process."""

from itertools import pairwise

import msgspec

SOUND_KINDS = {
    "room_tone": "the hum of a quiet room",
    "city": "a city from afar, a steady murmur",
    "traffic": "cars on a street nearby",
    "wind": "wind across an open place",
    "railing": "wind that whistles through railings",
    "ventilation": "air from a grille",
    "rain": "rain on stone all around",
    "lift": "the machinery of a lift",
    "birds": "birds now and then",
    "gust": "one gust of wind",
    "ball": "a ball that bounces and comes to rest",
    "bird": "one bird that flies past",
}
"""What a scene may name; `vret.sound.synthesis` makes them. At 0 dB each is as loud as a scene should get."""


class Gain(msgspec.Struct, frozen=True):
    """A gain in decibels: constant, or linear between points of an axis (axis units, dB) and level beyond them."""

    constant_db: float = 0.0
    axis: str = ""
    points: tuple[tuple[float, float], ...] = ()

    def at(self, axes: dict[str, float]) -> float:
        if not self.axis:
            return self.constant_db
        value = axes[self.axis]
        if value <= self.points[0][0]:
            return self.points[0][1]
        for (low, low_db), (high, high_db) in pairwise(self.points):
            if value <= high:
                return low_db + (high_db - low_db) * (value - low) / (high - low)
        return self.points[-1][1]


class SoundSource(msgspec.Struct, frozen=True):
    """A point in scene space, or all around the head where `position` is None.

    Heard at every place where `places` is empty, in every variant where `variants` is; with a `stimulus` only while
    that is shown, from its beginning.
    """

    name: str
    kind: str
    position: tuple[float, float, float] | None
    gain: Gain
    places: tuple[str, ...] = ()
    stimulus: str = ""
    variants: tuple[str, ...] = ()


class SceneSound(msgspec.Struct, frozen=True):
    """`bed` is the name of the loop under everything, empty for none; `beds` has those of variants with another one."""

    bed: str = ""
    bed_gain: Gain = Gain()
    sources: tuple[SoundSource, ...] = ()
    beds: dict[str, str] = {}

    def bed_in(self, variant: str) -> str:
        return self.beds.get(variant, self.bed)
