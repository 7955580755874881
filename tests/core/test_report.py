import msgspec
import pytest

from tests.core.drive import Drive, in_state
from tests.core.ladders import M, S
from vret.core import commands, events
from vret.core.effects import Cause, State
from vret.core.events import Event, Input
from vret.core.limits import LIMITS
from vret.core.report import Report, report


def now(drive: Drive) -> Report:
    return report(drive.session, drive.t_ns)


def test_waiting_room() -> None:
    told = now(in_state(State.WAITING))
    assert (told.state, told.cause, told.scene, told.step_index, told.axes) == (State.WAITING, None, "", -1, {})
    assert told.beacon > 0


def test_on_a_rung() -> None:
    drive = in_state(State.EXPOSED)
    told = now(drive)
    assert (told.scene, told.place, told.step_index, told.veil) == ("tower", "place1", 3, 0)
    assert told.axes["wind_mps"].value == told.axes["wind_mps"].target == 6 * M
    assert told.can_rise
    assert told.practised == (Input.KEYBOARD,)


def test_the_scene_is_the_one_that_is_seen() -> None:
    """A fade to calm still shows the scene until the veil is closed."""
    drive = in_state(State.EXPOSED)
    drive.command(commands.Calm())
    assert (now(drive).state, now(drive).scene) == (State.CALM, "tower")
    drive.wait(LIMITS.calm_fade_ns)
    assert (now(drive).scene, now(drive).veil) == ("", 1000)
    drive.wait(LIMITS.calm_fade_ns)
    assert now(drive).veil == 0


def test_a_ramp_on_its_way() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.SetAxis(axis="wind_mps", target=10 * M, rate=M // 4))
    drive.wait(2 * S)
    axis = now(drive).axes["wind_mps"]
    assert (axis.value, axis.target) == (6_500_000, 10 * M)


def test_cannot_rise_without_a_lease() -> None:
    drive = in_state(State.EXPOSED)
    drive.wait(LIMITS.lease_rise_ns + S // 10, silent=True)
    assert not now(drive).can_rise


@pytest.mark.parametrize(
    "event",
    [
        events.LogHealthChanged(t_ns=60 * S, healthy=False, reason="disk full"),
        events.HeadsetRemoved(t_ns=60 * S),
        events.FocusLost(t_ns=60 * S),
    ],
)
def test_cannot_rise_without_log_or_head(event: Event) -> None:
    drive = in_state(State.EXPOSED)
    drive.wait(60 * S - drive.t_ns)
    assert now(drive).can_rise
    drive.feed(event)
    assert not now(drive).can_rise


def test_lease_age_is_counted_on_the_headset() -> None:
    drive = in_state(State.EXPOSED)
    drive.wait(2 * S, silent=True)
    age_ns = now(drive).lease_age_ns
    assert age_ns is not None
    assert 2 * S <= age_ns <= 2 * S + LIMITS.beacon_period_ns


def test_what_the_person_and_the_therapist_agreed() -> None:
    drive = in_state(State.STOPPED)
    assert (now(drive).ready, now(drive).offer, now(drive).cause) == (False, None, Cause.PERSON_STOP)
    drive.press(events.ReadyPressed)
    drive.command(commands.Resume())
    offer = now(drive).offer
    assert now(drive).ready
    assert offer is not None
    assert offer.step == 2
    drive.press(events.ResumeAccepted)
    assert (now(drive).state, now(drive).cause, now(drive).step_index) == (State.EXPOSED, Cause.RESUMED, 2)


def test_a_rating_that_is_asked_for() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.AskRating())
    assert now(drive).rating is not None
    drive.wait(LIMITS.rating_ns)
    assert now(drive).rating is None


def test_what_the_therapist_wrote() -> None:
    drive = in_state(State.EXPOSED)
    assert now(drive).saying is None
    drive.command(commands.Say(text="Good."))
    assert now(drive).saying is drive.session.saying


def test_survives_the_wire() -> None:
    told = now(in_state(State.EXPOSED))
    for codec in (msgspec.json, msgspec.msgpack):
        assert codec.decode(codec.encode(told), type=Report) == told
