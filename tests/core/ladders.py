"""A small scene with every kind of axis, for the tests of the core."""

from vret.core.ladder import AxisRules, LevelPoint, Rung, SceneRules, StimulusRules, VariantRules, VoiceRules
from vret.core.plan import Plan, ScenePlan

M = 1_000_000
S = 1_000_000_000

AXES = (
    AxisRules("height_m", 0, 100 * M, 0, 0),
    AxisRules("wind_mps", 0, 20 * M, 0, M // 2),
    AxisRules("railing", 0, M, M, M // 20),
    AxisRules("light_lux", 100 * M, 900 * M, 500 * M, 100 * M),
)


def rung(index: int, *, height: int, wind: int, railing: int, light: int) -> Rung:
    values = {"height_m": height * M, "wind_mps": wind * M, "railing": railing * M // 10, "light_lux": light * M}
    return Rung(f"rung{index}", f"Rung {index}", f"place{index // 2}", values)


RUNGS = (
    rung(0, height=0, wind=0, railing=10, light=500),
    rung(1, height=0, wind=2, railing=10, light=400),
    rung(2, height=5, wind=1, railing=8, light=600),
    rung(3, height=5, wind=6, railing=4, light=700),
    rung(4, height=40, wind=10, railing=0, light=300),
)
SCENE = SceneRules(
    name="tower",
    title="Tower",
    content_hash="0" * 64,
    base_place="place0",
    axes=AXES,
    rungs=RUNGS,
    level_points=(LevelPoint(0, RUNGS[0].values), LevelPoint(10_000, RUNGS[4].values)),
    stimuli=(StimulusRules("gust", "A gust of wind", 2 * S, 2 * S),),
    variants=(VariantRules("day", "Day"), VariantRules("dusk", "Dusk"), VariantRules("rain", "Rain")),
    voices=(VoiceRules("guard", "The guard"), VoiceRules("friend", "A friend", ("place2",))),
)
PLAN = Plan((ScenePlan("tower"),), hold_on_link_loss_ns=30 * S)
