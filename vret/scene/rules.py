"""What the core needs of a scene, in exact micro-units."""

from decimal import Decimal

from vret.core.axes import micro
from vret.core.ladder import AreaRules, AxisRules, LevelPoint, Rung, SceneRules, StimulusRules, VariantRules
from vret.scene.scene import Scene
from vret.scene.speaking import voice_rules

_NS_PER_S = 1_000_000_000


def scene_rules(scene: Scene) -> SceneRules:
    """Rungs keep the file's order, which is the ladder's."""
    file = scene.file
    return SceneRules(
        name=scene.name,
        title=file.title,
        content_hash=scene.content_hash,
        base_place=file.base_place,
        axes=tuple(
            AxisRules(
                axis=name,
                low=micro(binding.range[0]),
                high=micro(binding.range[1]),
                calm=micro(binding.calm),
                rate=micro(binding.rate_per_s or 0),
            )
            for name, binding in file.axes.items()
        ),
        rungs=tuple(
            Rung(
                name=name,
                title=rung.title,
                place=rung.place,
                values=_values(rung.model_extra),
                tags=tuple(rung.tags),
                task=rung.task,
            )
            for name, rung in file.rungs.items()
        ),
        level_points=tuple(LevelPoint(int(point.at * 1000), _values(point.model_extra)) for point in file.level),
        stimuli=tuple(
            StimulusRules(
                name=name,
                title=stimulus.title,
                warning_ns=int(stimulus.warning_s * _NS_PER_S),
                duration_ns=int(stimulus.duration_s * _NS_PER_S),
            )
            for name, stimulus in file.stimuli.items()
        ),
        areas=tuple(AreaRules(name, area.title, area.feared) for name, area in file.areas.items()),
        variants=tuple(VariantRules(name, variant.title) for name, variant in file.variants.items()),
        voices=voice_rules(file),
    )


def _values(extra: dict[str, Decimal] | None) -> dict[str, int]:
    return {axis: micro(value) for axis, value in (extra or {}).items()}
