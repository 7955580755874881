"""Rules that meet in one instant: two changes under one veil, a fade that is not over, the same loss told twice."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.core.drive import Drive
from tests.core.ladders import AXES, SCENE, M, S
from vret.core import commands, effects, events
from vret.core.effects import Refusal, State
from vret.core.events import Input
from vret.core.ladder import Rung
from vret.core.measures import EndedHow
from vret.core.plan import Plan, ScenePlan

MS = S // 1000
UP = commands.SetRung(scene="tower", rung="rung4")


def press_stop(drive: Drive) -> None:
    drive.press(events.StopPressed)


def command_stop(drive: Drive) -> None:
    drive.command(commands.Stop())


def test_less_takes_a_step_up_back_that_has_not_been_seen_yet() -> None:
    drive = Drive()
    drive.expose("rung3")
    drive.command(UP)
    drive.wait(100 * MS)
    drive.press(events.LessPressed)
    drive.wait(S)
    assert drive.session.step_index == 2
    assert drive.session.whereabouts_at(drive.t_ns).place == "place1"


def test_wait_takes_an_entry_back_that_has_not_been_seen_yet() -> None:
    drive = Drive()
    drive.practise()
    drive.command(UP)
    drive.wait(100 * MS)
    drive.press(events.WaitPressed)
    drive.wait(5 * S)
    assert drive.state is State.CALM
    assert drive.session.whereabouts_at(drive.t_ns).is_calm
    assert drive.session.step_index == -1


def test_wait_takes_a_step_up_back_even_after_an_axis_was_lowered_under_its_veil() -> None:
    drive = Drive()
    drive.expose("rung3")
    drive.command(UP)
    drive.wait(100 * MS)
    assert drive.refusal(commands.SetAxis(axis="height_m", target=0)) is None
    drive.wait(100 * MS)
    drive.press(events.WaitPressed)
    drive.wait(2 * S)
    assert drive.session.whereabouts_at(drive.t_ns).place == "place1"
    assert drive.session.step_index <= 3


def test_a_stop_in_the_waiting_room_is_no_way_around_admission() -> None:
    drive = Drive()
    drive.press(events.StopPressed)
    drive.press(events.ReadyPressed)
    drive.command(commands.Resume(level=commands.ResumeLevel.CALM))
    assert drive.state in (State.WAITING, State.STOPPED)
    drive.command(UP)
    assert drive.state in (State.WAITING, State.STOPPED)


def test_what_is_seen_always_has_its_own_axes() -> None:
    cabin = replace(SCENE, name="cabin", axes=AXES[1:2], rungs=(Rung("in", "In", "seat", {"wind_mps": M}),))
    drive = Drive(Plan((ScenePlan("tower"), ScenePlan("cabin"))), (SCENE, replace(cabin, level_points=())))
    drive.expose()
    drive.command(commands.Calm())
    drive.wait(200 * MS)
    drive.command(commands.SetRung(scene="cabin", rung="in"))
    for _ in range(30):
        drive.wait(100 * MS)
        seen = drive.session.whereabouts_at(drive.t_ns)
        if not seen.is_calm:
            rules = drive.session.rules(seen.scene)
            assert rules is not None
            assert set(drive.session.axes_at(drive.t_ns)) == {axis.axis for axis in rules.axes}


def test_losing_what_is_lost_already_wins_no_time() -> None:
    drive = Drive()
    drive.expose()
    drive.feed(events.InputLost(t_ns=drive.t_ns, input=Input.KEYBOARD))
    for _ in range(3):
        drive.wait(2 * S)
        drive.feed(events.InputLost(t_ns=drive.t_ns, input=Input.HAND_LEFT))
    assert drive.state is State.STOPPED


def test_a_rating_outside_the_scale_is_never_recorded() -> None:
    drive = Drive()
    drive.admit()
    follows = drive.feed(events.RatingGiven(t_ns=drive.t_ns, suds=150))
    assert not any(isinstance(effect, effects.RatingRecorded) for effect in follows)


def test_a_stop_in_the_instant_of_a_fade_to_calm_is_a_cut() -> None:
    drive = Drive()
    drive.expose()
    drive.command(commands.Calm())
    drive.command(commands.Stop())
    assert drive.session.whereabouts_at(drive.t_ns).is_calm
    assert drive.session.veil_at(drive.t_ns) == 0


@pytest.mark.parametrize("waited_ns", [0, 300 * MS, 1200 * MS])
@pytest.mark.parametrize("stops", [press_stop, command_stop])
def test_a_stop_cuts_short_the_fade_of_the_end(waited_ns: int, stops: Callable[[Drive], object]) -> None:
    drive = Drive()
    drive.expose()
    drive.command(commands.End(how=EndedHow.CHOSEN_STEP))
    drive.wait(waited_ns)
    stops(drive)
    assert drive.session.whereabouts_at(drive.t_ns).is_calm
    assert drive.session.veil_at(drive.t_ns) == 0
    assert drive.state is State.ENDED


def offered() -> Drive:
    drive = Drive()
    drive.expose()
    drive.press(events.StopPressed)
    drive.press(events.ReadyPressed)
    assert drive.refusal(commands.Resume()) is None
    return drive


@pytest.mark.parametrize("command", [commands.Pause(), commands.Calm(), commands.StepDown(), commands.Stop()])
def test_a_therapist_who_lowers_takes_an_open_offer_back(command: commands.Command) -> None:
    drive = offered()
    drive.command(command)
    drive.press(events.ResumeAccepted)
    assert drive.state is State.STOPPED


def test_one_step_lower_may_lie_outside_the_plan_and_is_not_offered() -> None:
    """A lower rung may be worse on one axis; the plan's ceiling on that axis still holds."""
    drive = Drive(Plan((ScenePlan("tower", ceilings={"wind_mps": M}),)))
    drive.expose("rung2")
    drive.press(events.StopPressed)
    drive.press(events.ReadyPressed)
    assert SCENE.rungs[1].values["wind_mps"] > M
    assert drive.refusal(commands.Resume(level=commands.ResumeLevel.LOWER)) is Refusal.OUTSIDE_PLAN
    assert drive.session.offer is None
    assert drive.refusal(commands.Resume(level=commands.ResumeLevel.FIRST)) is None


@pytest.mark.parametrize("kind", [events.WaitPressed, events.LessPressed])
@pytest.mark.parametrize("command", [commands.Continue(), UP, commands.SetAxis(axis="wind_mps", target=7 * M)])
def test_a_rise_that_was_asked_for_before_a_press_was_seen_does_not_come_after_it(
    kind: type[events.WaitPressed], command: commands.Command
) -> None:
    drive = Drive()
    drive.expose()
    drive.press(events.WaitPressed)
    drive.wait(S)
    assert drive.refusal(commands.Continue()) is None
    seen = drive.session.lease.number
    drive.press(kind)
    before = drive.session
    assert drive.refusal(command, beacon=seen) in (Refusal.OVERTAKEN, Refusal.WRONG_STATE)
    assert (drive.state, drive.session.step_index) == (before.state, before.step_index)
    assert drive.session.ramps == before.ramps


def test_a_therapist_who_saw_the_press_leads_on_at_once() -> None:
    drive = Drive()
    drive.expose()
    drive.press(events.WaitPressed)
    assert drive.refusal(commands.Continue()) is None
    assert drive.state is State.EXPOSED


def test_what_lowers_is_never_overtaken() -> None:
    drive = Drive()
    drive.expose()
    seen = drive.session.lease.number
    drive.press(events.LessPressed)
    assert drive.refusal(commands.SetAxis(axis="wind_mps", target=0), beacon=seen) is None
    assert drive.session.ramps["wind_mps"].target == 0
    assert drive.refusal(commands.Pause(), beacon=seen) is None
    assert drive.refusal(commands.Stop(), beacon=seen) is None


LOWERING = (commands.StepDown(), commands.Pause(), commands.Calm(), commands.Stop())


@pytest.mark.parametrize("lowering", LOWERING)
def test_lowering_proves_nothing_since_anybody_can_ask_for_it(lowering: commands.Command) -> None:
    """It renews no lease, and its sequence number makes nothing else old."""
    drive = Drive()
    drive.expose()
    contact_ns = drive.session.lease.contact_ns
    drive.wait(S, silent=True)
    for sequence in (10**6, 1):
        drive.feed(
            events.CommandReceived(
                t_ns=drive.t_ns,
                sender="t",
                command_id=f"forged-{sequence}",
                sequence=sequence,
                beacon=drive.session.lease.number,
                command=lowering,
            )
        )
    assert drive.session.lease.contact_ns == contact_ns
    assert drive.refusal(commands.Tag(tag="still in order")) is None


def test_forged_lowering_keeps_no_exposure_going() -> None:
    drive = Drive()
    drive.expose("rung1")
    for _ in range(40):
        drive.wait(S // 10, silent=True)
        drive.command(commands.StepDown())
    assert drive.state is State.HELD


def test_a_rise_from_before_the_therapists_own_lowering_does_not_come_after_it() -> None:
    """As when somebody between holds the rise back."""
    drive = Drive()
    drive.expose()
    seen = drive.session.lease.number
    drive.command(commands.StepDown())
    assert drive.refusal(UP, beacon=seen) is Refusal.OVERTAKEN
    assert drive.refusal(UP) is None


@pytest.mark.parametrize("gap_s", [1, 5, 30])
def test_a_program_that_was_dead_for_however_long_comes_back_calm_at_once(gap_s: int) -> None:
    """And not with the scene that fades, and has gone on rising meanwhile."""
    drive = Drive()
    drive.expose()
    drive.t_ns += gap_s * S
    drive.happens(events.ProgramRestarted)
    assert drive.state is State.STOPPED
    assert drive.session.whereabouts_at(drive.t_ns).is_calm
    assert drive.session.veil_at(drive.t_ns) == 0
