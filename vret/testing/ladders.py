"""A scene's rules without a scene: the heights ladder in plain numbers, for tests and synthetic sessions.

The rungs follow the published order that `scenes/heights` shows (ground, balcony, lift, roof, glass, plank); the real
scene file is the authority on its own numbers.
"""

from vret.core.axes import AXES, micro
from vret.core.ladder import LEVEL_MAX, AxisRules, LevelPoint, Rung, SceneRules, StimulusRules, VariantRules
from vret.core.plan import Plan, ScenePlan
from vret.core.ramp import NS_PER_S

_AXES = ("height_m", "edge_distance_m", "railing", "floor_opacity", "walkway_width_m", "wind_mps")
_RATES = ("6", "2", "0", "0", "0", "2")
_HIGHS = ("60", "20", "1", "1", "20", "12")
_CALMS = ("0", "20", "1", "1", "20", "0")
_WORST = ("60", "0.2", "0", "0", "0.6", "12")

_RUNGS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("plaza", "On the square, looking up", "plaza", ("0", "12", "1", "1", "20", "1")),
    ("stool", "On a step stool", "plaza", ("0.5", "8", "1", "1", "10", "1")),
    ("balcony_far", "First-floor balcony, far from the edge", "balcony", ("3.5", "4", "1", "1", "5", "1.5")),
    ("balcony_near", "First-floor balcony, near the edge", "balcony", ("3.5", "1", "1", "1", "5", "1.5")),
    ("third_floor", "Third floor, at the glass rail", "third_floor", ("9.5", "0.4", "0.6", "1", "4", "2.5")),
    ("look_down", "Third floor, looking straight down", "third_floor", ("9.5", "0.2", "0.5", "1", "4", "2.5")),
    ("lift", "Open lift to the tenth floor", "lift", ("31", "0.5", "0.5", "0.9", "2.5", "4")),
    ("roof", "Roof, waist-high rail", "roof", ("40", "0.4", "0.4", "0.9", "2.5", "5")),
    ("glass_floor", "Roof, glass floor", "roof_glass", ("40", "0.4", "0.4", "0.1", "2.5", "5")),
    ("no_rail", "Roof, no rail, near the edge", "roof_open", ("40", "1", "0", "0.1", "2", "6")),
    ("plank", "Plank between two towers", "plank", ("40", "0.3", "0", "0.1", "0.6", "6")),
    ("plank_wind", "Plank between two towers, in wind", "plank", ("40", "0.3", "0", "0.1", "0.6", "11")),
)


def _values(numbers: tuple[str, ...]) -> dict[str, int]:
    return {axis: micro(number) for axis, number in zip(_AXES, numbers, strict=True)}


def heights_rules() -> SceneRules:
    """Twelve rungs on six axes, a macro level, one stimulus and two variants."""
    return SceneRules(
        name="heights",
        title="Heights",
        content_hash="synthetic",
        base_place="plaza",
        axes=tuple(
            AxisRules(axis, AXES[axis].low, micro(high), micro(calm), micro(rate))
            for axis, high, calm, rate in zip(_AXES, _HIGHS, _CALMS, _RATES, strict=True)
        ),
        rungs=tuple(Rung(name, title, place, _values(numbers)) for name, title, place, numbers in _RUNGS),
        level_points=(LevelPoint(0, _values(_CALMS)), LevelPoint(LEVEL_MAX, _values(_WORST))),
        stimuli=(StimulusRules("gust", "A gust of wind", 3 * NS_PER_S, 4 * NS_PER_S),),
        variants=(VariantRules("day", "Day"), VariantRules("dusk", "Evening, low sun")),
    )


def heights_plan(*, surprises_consented: bool = False, hold_on_link_loss_ns: int = 0) -> Plan:
    """The whole ladder of `heights_rules`."""
    return Plan(
        scenes=(ScenePlan("heights"),),
        surprises_consented=surprises_consented,
        hold_on_link_loss_ns=hold_on_link_loss_ns,
    )
