"""The therapist's plan for one session: what may be shown, how far, and what the person agreed to beforehand."""

import msgspec

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
