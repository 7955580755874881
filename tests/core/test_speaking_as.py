"""As whom the therapist is heard, and a scene whose sound is off."""

from collections.abc import Callable

import pytest

from tests.core.drive import Drive, in_state
from tests.core.ladders import S
from vret.core import commands, effects, events
from vret.core.effects import Refusal, State
from vret.core.report import report

GUARD = commands.SpeakAs(voice="guard")


def as_guard() -> Drive:
    drive = in_state(State.EXPOSED)
    assert drive.refusal(GUARD) is None
    assert report(drive.session, drive.t_ns).speaks_as == "guard"
    return drive


def test_a_voice_of_the_scene_is_taken_and_told() -> None:
    drive = in_state(State.EXPOSED)
    assert effects.SpeakerChanged(scene="tower", voice="guard") in drive.command(GUARD)
    assert drive.refusal(commands.SpeakAs(voice="nobody")) is Refusal.UNKNOWN_VOICE
    assert drive.session.speaks_as == "guard"
    assert effects.SpeakerChanged(scene="tower", voice="") in drive.command(commands.SpeakAs(voice=""))


@pytest.mark.parametrize("state", [state for state in State if state is not State.EXPOSED])
def test_only_while_exposed(state: State) -> None:
    assert in_state(state).refusal(GUARD) is Refusal.WRONG_STATE


@pytest.mark.parametrize(
    "happens",
    [
        lambda drive: drive.press(events.WaitPressed),
        lambda drive: drive.press(events.LessPressed),
        lambda drive: drive.press(events.StopPressed),
        lambda drive: drive.press(events.SomeoneCameIn),
        lambda drive: drive.command(commands.StepDown()),
        lambda drive: drive.command(commands.Pause()),
        lambda drive: drive.command(commands.Calm()),
        lambda drive: drive.command(commands.SetRung(scene="tower", rung="rung1")),
        lambda drive: drive.command(commands.SetRung(scene="tower", rung="rung2")),
        lambda drive: drive.command(commands.SetRung(scene="tower", rung="rung4")),
        lambda drive: drive.command(commands.SetVariant(variant="rain")),
        lambda drive: drive.wait(2 * S, silent=True),
        lambda drive: drive.feed(events.KeysAgreed(t_ns=drive.t_ns, sender="t2", keys="a", words=("a",))),
        lambda drive: drive.happens(events.Recentred),
    ],
)
def test_what_lowers_holds_or_moves_gives_the_own_voice_back_at_once(happens: Callable[[Drive], object]) -> None:
    drive = as_guard()
    happens(drive)
    assert drive.session.speaks_as == ""
    assert effects.SpeakerChanged(scene="tower", voice="") in drive.log


def test_less_at_the_foot_of_the_ladder_gives_it_back_too() -> None:
    drive = in_state(State.EXPOSED)
    for _ in range(6):
        drive.press(events.LessPressed)
    drive.command(GUARD)
    drive.press(events.LessPressed)
    assert drive.session.speaks_as == ""


def test_going_on_does_not_bring_it_back_and_every_choice_is_told_apart() -> None:
    drive = as_guard()
    first = drive.session.voice_choice
    drive.press(events.WaitPressed)
    drive.command(commands.Continue())
    assert (drive.state, drive.session.speaks_as) == (State.EXPOSED, "")
    drive.command(GUARD)
    assert drive.session.voice_choice == first + 1


def test_who_has_not_seen_a_press_cannot_speak_as_somebody_after_it() -> None:
    drive = in_state(State.EXPOSED)
    seen = drive.session.lease.number
    drive.press(events.LessPressed)
    assert drive.refusal(GUARD, beacon=seen) is Refusal.OVERTAKEN


def test_a_scene_is_silent_until_it_is_turned_on_which_is_a_rise() -> None:
    drive = in_state(State.EXPOSED)
    assert drive.refusal(commands.MuteScene(is_muted=True)) is None
    assert report(drive.session, drive.t_ns).is_scene_muted
    drive.press(events.WaitPressed)
    assert drive.refusal(commands.MuteScene(is_muted=False)) is Refusal.WRONG_STATE
    drive.command(commands.Continue())
    seen = drive.session.lease.number
    drive.press(events.LessPressed)
    assert drive.refusal(commands.MuteScene(is_muted=False), beacon=seen) is Refusal.OVERTAKEN
    assert drive.refusal(commands.MuteScene(is_muted=False)) is None
    assert not drive.session.is_scene_muted


@pytest.mark.parametrize("asked", [commands.Calm(), commands.Stop()])
def test_out_of_the_scene_its_sound_is_on_again(asked: commands.Command) -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.MuteScene(is_muted=True))
    drive.command(asked)
    assert not drive.session.is_scene_muted
    assert drive.refusal(commands.MuteScene(is_muted=True)) is Refusal.WRONG_STATE


def test_who_is_not_at_the_place_where_the_person_stands_cannot_speak() -> None:
    friend = commands.SpeakAs(voice="friend")
    drive = in_state(State.EXPOSED)
    assert drive.refusal(friend) is Refusal.UNKNOWN_VOICE
    assert drive.refusal(commands.SetRung(scene="tower", rung="rung4")) is None
    assert drive.refusal(friend) is None
