"""What the core knows of a scene: the axes it binds, its rungs, macro level, one-shot stimuli and variants.

The pictures and sounds of a scene are none of the core's business; `vret.scene` reads the whole file and hands over
a `SceneRules`.
"""

from itertools import pairwise

import msgspec

from vret.core.axes import AXES, Axis, Dread, is_rise

LEVEL_MAX = 10_000
FAINTING_RISK = "fainting_risk"
"""The tag of a rung on which people faint, of blood and needles above all: never without a therapist."""


class AxisRules(msgspec.Struct, frozen=True):
    """A scene's binding of one axis, in micro-units. `rate` is per second and 0 for an axis that only cuts."""

    axis: str
    low: int
    high: int
    calm: int
    rate: int

    @property
    def vocabulary(self) -> Axis:
        return AXES[self.axis]

    @property
    def dread(self) -> Dread:
        return self.vocabulary.dread

    def is_rise(self, before: int, after: int) -> bool:
        return is_rise(self.dread, self.calm, before, after)

    def milder(self, one: int, other: int) -> int:
        """`other` where going there from `one` is no rise, else `one`."""
        return one if self.is_rise(one, other) else other


class Rung(msgspec.Struct, frozen=True):
    """One step of the ladder: where the person stands (`place`) and a value for every bound axis (micro-units)."""

    name: str
    title: str
    place: str
    values: dict[str, int]
    tags: tuple[str, ...] = ()
    task: str = ""


class StimulusRules(msgspec.Struct, frozen=True):
    """A one-shot event. `warning_ns` is how long the person is warned before it comes."""

    name: str
    title: str
    warning_ns: int
    duration_ns: int


class AreaRules(msgspec.Struct, frozen=True):
    """An area of interest by its name and title: something to look at. No rule of the core depends on it."""

    name: str
    title: str
    feared: bool = False


class VariantRules(msgspec.Struct, frozen=True):
    """The same scene at another time of day, in other weather or with other people. Nobody knows which is milder."""

    name: str
    title: str


class VoiceRules(msgspec.Struct, frozen=True):
    """Somebody in the scene as whom the therapist can speak, by name and title; at `places`, or at empty everywhere."""

    name: str
    title: str
    places: tuple[str, ...] = ()


class LevelPoint(msgspec.Struct, frozen=True):
    """A point of the macro level: at `level` (thousandths, 0 to 10 000) the axes have these values."""

    level: int
    values: dict[str, int]


class SceneRules(msgspec.Struct, frozen=True):
    """All that the core needs of a scene. `content_hash` names the very file and assets that were used."""

    name: str
    title: str
    content_hash: str
    base_place: str
    axes: tuple[AxisRules, ...]
    rungs: tuple[Rung, ...]
    level_points: tuple[LevelPoint, ...] = ()
    stimuli: tuple[StimulusRules, ...] = ()
    areas: tuple[AreaRules, ...] = ()
    variants: tuple[VariantRules, ...] = ()
    voices: tuple[VoiceRules, ...] = ()

    @property
    def base_variant(self) -> str:
        """The variant in which the scene is entered: its first, or "" where it has none."""
        return self.variants[0].name if self.variants else ""

    def variant(self, name: str) -> VariantRules | None:
        return next((rules for rules in self.variants if rules.name == name), None)

    def voice(self, name: str) -> VoiceRules | None:
        return next((rules for rules in self.voices if rules.name == name), None)

    def axis(self, name: str) -> AxisRules | None:
        return next((rules for rules in self.axes if rules.axis == name), None)

    def rung_index(self, name: str) -> int | None:
        return next((index for index, rung in enumerate(self.rungs) if rung.name == name), None)

    def stimulus(self, name: str) -> StimulusRules | None:
        return next((rules for rules in self.stimuli if rules.name == name), None)

    def calm_values(self) -> dict[str, int]:
        return {rules.axis: rules.calm for rules in self.axes}

    def place_of(self, step: int) -> str:
        """The place of a rung, or of the foot of the ladder for -1."""
        return self.rungs[step].place if step >= 0 else self.base_place

    def values_of(self, step: int) -> dict[str, int]:
        """The axis values of a rung, or the calm values for -1, the foot of the ladder."""
        return self.rungs[step].values if step >= 0 else self.calm_values()

    def values_at_level(self, level: int) -> dict[str, int]:
        """Axis values at a macro level in thousandths, linear between the scene's points, rounded towards less."""
        points = self.level_points
        for before, after in pairwise(points):
            if before.level <= level <= after.level:
                span, part = after.level - before.level, level - before.level
                return {name: low + (after.values[name] - low) * part // span for name, low in before.values.items()}
        raise AssertionError(
            f"scene {self.name}: level {level} lies outside 0 to {LEVEL_MAX}, which the loader forbids"
        )
