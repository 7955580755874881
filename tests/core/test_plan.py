import msgspec
import pytest

from tests.core.drive import Drive
from tests.core.ladders import M
from vret.core import commands
from vret.core.effects import Refusal
from vret.core.limits import LIMITS
from vret.core.plan import TRIAL_WITH_STAFF_ONLY, Plan, ScenePlan


def tower(rung: str) -> commands.SetRung:
    return commands.SetRung(scene="tower", rung=rung)


def practised(plan: Plan) -> Drive:
    drive = Drive(plan)
    drive.practise()
    return drive


def test_every_plan_is_marked() -> None:
    assert Plan(()).mark == TRIAL_WITH_STAFF_ONLY


@pytest.mark.parametrize("hold_ns", [-1, LIMITS.hold_extension_ceiling_ns + 1])
def test_hold_on_link_loss_has_a_hard_ceiling(hold_ns: int) -> None:
    with pytest.raises(ValueError, match="hold_on_link_loss_ns"):
        Plan((), hold_on_link_loss_ns=hold_ns)


def test_the_ceiling_holds_for_a_plan_from_the_wire() -> None:
    with pytest.raises(msgspec.ValidationError, match="hold_on_link_loss_ns"):
        msgspec.json.decode(b'{"scenes": [], "hold_on_link_loss_ns": 30000000001}', type=Plan)


def test_a_scene_that_is_not_planned() -> None:
    assert practised(Plan(())).refusal(tower("rung0")) is Refusal.OUTSIDE_PLAN


def test_rungs_end_at_the_top_rung() -> None:
    drive = practised(Plan((ScenePlan("tower", top_rung="rung2"),)))
    assert drive.refusal(tower("rung2")) is None
    assert drive.refusal(tower("rung3")) is Refusal.OUTSIDE_PLAN


def test_the_top_rung_bounds_single_axes_too() -> None:
    drive = practised(Plan((ScenePlan("tower", top_rung="rung2"),)))
    drive.command(tower("rung0"))
    assert drive.refusal(commands.SetAxis(axis="wind_mps", target=2 * M)) is None
    assert drive.refusal(commands.SetAxis(axis="wind_mps", target=2 * M + 1)) is Refusal.OUTSIDE_PLAN
    assert drive.refusal(commands.SetLevel(level=10_000)) is Refusal.OUTSIDE_PLAN


def test_a_ceiling_bounds_its_axis_in_the_dread_direction() -> None:
    drive = practised(Plan((ScenePlan("tower", ceilings={"railing": M // 2}),)))
    drive.command(tower("rung0"))
    assert drive.refusal(commands.SetAxis(axis="railing", target=M // 2)) is None
    assert drive.refusal(commands.SetAxis(axis="railing", target=M // 2 - 1)) is Refusal.OUTSIDE_PLAN
    assert drive.refusal(tower("rung3")) is Refusal.OUTSIDE_PLAN


def test_an_unknown_top_rung_permits_nothing() -> None:
    drive = practised(Plan((ScenePlan("tower", top_rung="rung9"),)))
    assert drive.refusal(tower("rung0")) is Refusal.OUTSIDE_PLAN


def test_surprises_need_consent() -> None:
    gust = commands.ShowStimulus(stimulus="gust", warned=False)
    careful = practised(Plan((ScenePlan("tower"),)))
    careful.command(tower("rung0"))
    assert careful.refusal(gust) is Refusal.SURPRISE_NOT_CONSENTED
    agreed = practised(Plan((ScenePlan("tower"),), surprises_consented=True))
    agreed.command(tower("rung0"))
    assert agreed.refusal(gust) is None
