"""A scene in another variant: every change is a rise, under a veil, and what was not seen can be taken back."""

import pytest
from msgspec.structs import replace

from tests.core.drive import Drive, in_state
from tests.core.ladders import SCENE, S
from vret.core import commands, effects, events
from vret.core.effects import Refusal, State
from vret.core.limits import LIMITS
from vret.core.plan import Plan, ScenePlan
from vret.core.report import report

DUSK = commands.SetVariant(variant="dusk")
DAY = commands.SetVariant(variant="day")


def shown(drive: Drive) -> str:
    return drive.session.whereabouts_at(drive.t_ns).variant


def changes(drive: Drive) -> list[str]:
    return [effect.variant for effect in drive.log if isinstance(effect, effects.VariantChanged)]


@pytest.fixture
def drive() -> Drive:
    return in_state(State.EXPOSED)


def test_a_scene_is_entered_in_its_first_variant(drive: Drive) -> None:
    assert shown(drive) == "day"
    assert changes(drive) == ["day"]


def test_a_variant_is_shown_after_a_short_veil_and_moves_nothing_else(drive: Drive) -> None:
    before = drive.session
    assert drive.refusal(DUSK) is None
    drive.wait(LIMITS.blink_ns - S // 10)
    assert (shown(drive), drive.session.veil_at(drive.t_ns) > 700) == ("day", True)
    drive.wait(S // 5)
    assert shown(drive) == "dusk"
    drive.wait(LIMITS.blink_ns)
    assert drive.session.veil_at(drive.t_ns) == 0
    assert drive.session.axes_at(drive.t_ns) == before.axes_at(drive.t_ns)
    assert drive.session.step_index == before.step_index
    assert changes(drive) == ["day", "dusk"]
    assert report(drive.session, drive.t_ns).variant == "dusk"


def test_also_the_way_back_is_a_rise(drive: Drive) -> None:
    drive.command(DUSK)
    drive.wait(4 * S)
    drive.wait(LIMITS.lease_rise_ns + S // 10, silent=True)
    seen_long_ago = drive.session.lease.number - 20
    assert drive.refusal(DAY, beacon=seen_long_ago) is Refusal.LEASE_STALE
    drive.wait(S)
    assert shown(drive) == "dusk"


def test_the_variant_that_is_shown_may_be_asked_for_at_any_time(drive: Drive) -> None:
    drive.command(commands.Pause())
    before = drive.session
    assert drive.refusal(DAY) is None
    assert replace(drive.session, lease=before.lease, sequences=before.sequences) == before


def test_who_is_held_sees_no_other_variant(drive: Drive) -> None:
    drive.press(events.WaitPressed)
    drive.wait(S)
    assert drive.refusal(DUSK) is Refusal.WRONG_STATE


def test_in_the_calm_room_there_is_nothing_to_vary(drive: Drive) -> None:
    drive.command(commands.Calm())
    drive.wait(4 * S)
    assert drive.refusal(DUSK) is Refusal.WRONG_STATE


def test_a_variant_that_the_scene_does_not_have(drive: Drive) -> None:
    assert drive.refusal(commands.SetVariant(variant="night")) is Refusal.UNKNOWN_VARIANT
    assert drive.refusal(commands.SetVariant(variant="")) is Refusal.UNKNOWN_VARIANT


def test_one_change_under_one_veil(drive: Drive) -> None:
    drive.command(commands.SetRung(scene="tower", rung="rung4"))
    assert drive.refusal(DUSK) is Refusal.FADING
    drive.wait(LIMITS.blink_ns)
    assert drive.refusal(DUSK) is None


@pytest.mark.parametrize("kind", [events.WaitPressed, events.LessPressed, events.StopPressed])
def test_what_was_not_seen_yet_is_taken_back_by_any_press(drive: Drive, kind: type) -> None:
    drive.command(DUSK)
    drive.wait(LIMITS.blink_ns // 2)
    drive.press(kind)
    drive.wait(S)
    assert drive.session.variant == "day"
    assert changes(drive) == ["day", "dusk", "day"]
    assert shown(drive) == ("" if kind is events.StopPressed else "day")


def test_a_lower_step_takes_back_a_variant_that_was_not_seen_yet(drive: Drive) -> None:
    drive.command(DUSK)
    drive.wait(LIMITS.blink_ns // 2)
    assert drive.refusal(commands.SetRung(scene="tower", rung="rung0")) is None
    drive.wait(2 * S)
    assert (shown(drive), drive.session.step_index) == ("day", 0)


def test_steps_up_and_down_keep_the_variant(drive: Drive) -> None:
    drive.command(DUSK)
    drive.wait(2 * S)
    drive.command(commands.SetRung(scene="tower", rung="rung4"))
    drive.wait(2 * S)
    assert (shown(drive), drive.session.cut.after.place) == ("dusk", "place2")
    drive.press(events.LessPressed)
    drive.wait(2 * S)
    assert (shown(drive), drive.session.cut.after.place) == ("dusk", "place1")


def test_who_resumes_goes_back_to_the_same_variant(drive: Drive) -> None:
    drive.command(DUSK)
    drive.wait(2 * S)
    drive.press(events.StopPressed)
    assert (shown(drive), drive.session.variant) == ("", "dusk")
    drive.press(events.ReadyPressed)
    drive.command(commands.Resume(level=commands.ResumeLevel.LOWER))
    drive.press(events.ResumeAccepted)
    drive.wait(4 * S)
    assert (drive.state, shown(drive)) == (State.EXPOSED, "dusk")


def test_a_new_entry_begins_in_the_first_variant() -> None:
    other = replace(SCENE, name="other", variants=())
    drive = Drive(Plan((ScenePlan("tower"), ScenePlan("other"))), (SCENE, other))
    drive.expose()
    drive.command(DUSK)
    drive.wait(2 * S)
    for scene, variant in (("tower", "day"), ("other", ""), ("tower", "day")):
        drive.command(commands.Calm())
        drive.wait(4 * S)
        assert drive.refusal(commands.SetRung(scene=scene, rung="rung1")) is None
        drive.wait(4 * S)
        assert (drive.session.scene, shown(drive)) == (scene, variant)
