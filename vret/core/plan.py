"""The therapist's plan for one session: what may be shown, how far, and what the person agreed to beforehand."""

from collections.abc import Mapping

import msgspec

from vret.core.axes import dread_of
from vret.core.ladder import AxisRules, SceneRules
from vret.core.limits import LIMITS

TRIAL_WITH_STAFF_ONLY = "trial with staff only"
PLAN_BYTES_MAX = 32 * 1024
"""As MessagePack: the headset's programs tell it each other in memory that has room for this much."""


class ScenePlan(msgspec.Struct, frozen=True):
    """One permitted scene. `ceilings` are the most dreaded values permitted, in micro-units by axis name."""

    scene: str
    top_rung: str | None = None
    ceilings: dict[str, int] = {}


class Plan(msgspec.Struct, frozen=True):
    """`hold_on_link_loss_ns` above 0: the person agreed to wait that long and may then press "I can wait"."""

    scenes: tuple[ScenePlan, ...]
    surprises_consented: bool = False
    hold_on_link_loss_ns: int = 0
    mark: str = TRIAL_WITH_STAFF_ONLY

    def __post_init__(self) -> None:
        if not 0 <= self.hold_on_link_loss_ns <= LIMITS.hold_extension_ceiling_ns:
            raise ValueError(f"plan: hold_on_link_loss_ns must lie between 0 and {LIMITS.hold_extension_ceiling_ns}")

    def of(self, scene: str) -> ScenePlan | None:
        return next((entry for entry in self.scenes if entry.scene == scene), None)

    def permits(self, rules: SceneRules, step_index: int, values: Mapping[str, int]) -> bool:
        """Whether the plan has the scene, and the values are inside its top rung, which bounds every axis, and its
        ceilings."""
        allowed = self.of(rules.name)
        if allowed is None:
            return False
        top = len(rules.rungs) - 1 if allowed.top_rung is None else rules.rung_index(allowed.top_rung)
        if top is None or step_index > top:
            return False
        for axis, value in values.items():
            bound = rules.axis(axis)
            assert bound is not None, "a scene's rungs and levels name only bound axes, which the loader checks"
            ceilings = [allowed.ceilings[axis]] if axis in allowed.ceilings else []
            if allowed.top_rung is not None:
                ceilings.append(_worst(bound, [rung.values[axis] for rung in rules.rungs[: top + 1]]))
            dread = dread_of(bound.dread, bound.calm, value)
            if any(dread > dread_of(bound.dread, bound.calm, most) for most in ceilings):
                return False
        return True


def _worst(rules: AxisRules, values: list[int]) -> int:
    return max([rules.calm, *values], key=lambda value: dread_of(rules.dread, rules.calm, value))
