"""What a scene sounds like, as plain data: a bed all around and sources, with levels bound to axes.

Levels are dB relative to full scale (0 dB is the loudest a program can play; a quiet room lies near -50). A source with
a position has its level at 1 m and grows softer with distance; one without is heard all around. Positions are metres
in scene space. The sounds themselves are made by `vret.sound.synthesis` from their kind, so a scene needs no sound files.
"""

import msgspec

SOUND_KINDS = {
    "room_tone": "the hum of a quiet room",
    "city": "a city from afar: traffic as a steady murmur",
    "traffic": "cars on a street nearby",
    "wind": "wind across an open place",
    "railing": "wind that whistles through railings",
    "ventilation": "air from a grille",
    "lift": "the machinery of a lift",
    "birds": "birds now and then",
    "gust": "one gust of wind",
    "ball": "a ball that falls, bounces and comes to rest",
    "bird": "one bird that flies past",
}
"""Kinds that a scene may name. The last three are single sounds for stimuli, the others loop."""


class LevelBinding(msgspec.Struct, frozen=True, gc=False):
    """A level that follows an axis: points of (axis value in the axis's unit, dB), rising, straight lines between."""

    axis: str
    points: tuple[tuple[float, float], ...]


class SoundSource(msgspec.Struct, frozen=True, gc=False):
    """One sound. `places` empty means everywhere; `stimulus` set means: played once when that stimulus is shown."""

    name: str
    kind: str
    gain_db: float = -30.0
    position: tuple[float, float, float] | None = None
    binding: LevelBinding | None = None
    places: tuple[str, ...] = ()
    stimulus: str = ""


class SceneSound(msgspec.Struct, frozen=True, gc=False):
    """`bed` is a kind, or empty for silence."""

    bed: str = ""
    bed_gain_db: float = -36.0
    sources: tuple[SoundSource, ...] = ()
