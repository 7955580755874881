"""From where the therapist's voice comes: chosen, and given back by all that lowers or holds."""

from collections.abc import Callable

import msgspec
import pytest

from tests.sound.test_mixer import shown
from vret.core.effects import State
from vret.memory.messages import Shown, VoiceFrom
from vret.scene.compiled import Vector
from vret.sound.cue import STALL_NS
from vret.sound.voice_place import VoicePlace

NURSE: Vector = (1.0, 1.6, -2.0)
AS_NURSE = shown(voice_from=VoiceFrom(1, NURSE))
_but = msgspec.structs.replace


def speaking_as_nurse() -> VoicePlace:
    place = VoicePlace()
    assert place.position_in_scene(shown(), 3, 0) is None
    assert place.position_in_scene(AS_NURSE, 3, 0) == NURSE
    return place


def test_it_follows_the_person_in_the_scene() -> None:
    place = speaking_as_nurse()
    moved = _but(AS_NURSE, voice_from=VoiceFrom(1, (2.0, 1.6, -2.0)))
    assert place.position_in_scene(moved, 3, 0) == (2.0, 1.6, -2.0)
    assert place.position_in_scene(_but(AS_NURSE, voice_from=None), 3, 0) is None
    assert place.position_in_scene(AS_NURSE, 4, 0) == NURSE, "a step up leaves it"


LOWERED: dict[str, Callable[[VoicePlace], Vector | None]] = {
    "wait": lambda place: place.position_in_scene(_but(AS_NURSE, state=State.HELD, held=True), 3, 0),
    "held alone": lambda place: place.position_in_scene(_but(AS_NURSE, held=True), 3, 0),
    "pause": lambda place: place.position_in_scene(_but(AS_NURSE, state=State.PAUSED), 3, 0),
    "less": lambda place: place.position_in_scene(AS_NURSE, 2, 0),
    "stop": lambda place: place.position_in_scene(_but(AS_NURSE, state=State.STOPPED, scene=""), 3, 0),
    "stop before the cut": lambda place: place.position_in_scene(_but(AS_NURSE, state=State.STOPPED), 3, 0),
    "calm": lambda place: place.position_in_scene(_but(AS_NURSE, state=State.CALM), 3, 0),
    "end": lambda place: place.position_in_scene(_but(AS_NURSE, state=State.ENDED), 3, 0),
    "stalled frames": lambda place: place.position_in_scene(AS_NURSE, 3, STALL_NS + 1),
    "no report": lambda place: place.position_in_scene(AS_NURSE, None, 0),
}


@pytest.mark.parametrize("lower", LOWERED.values(), ids=LOWERED.keys())
def test_whatever_lowers_or_holds_gives_the_own_voice_back_until_it_is_chosen_again(
    lower: Callable[[VoicePlace], Vector | None],
) -> None:
    place = speaking_as_nurse()
    assert lower(place) is None
    for _ in range(3):
        assert place.position_in_scene(AS_NURSE, 2, 0) is None
    assert place.position_in_scene(_but(AS_NURSE, voice_from=VoiceFrom(2, NURSE)), 2, 0) == NURSE


def test_a_program_that_starts_in_the_middle_waits_for_the_next_choice() -> None:
    place = VoicePlace()
    assert place.position_in_scene(AS_NURSE, 3, 0) is None
    assert place.position_in_scene(_but(AS_NURSE, voice_from=VoiceFrom(2, NURSE)), 3, 0) == NURSE


def test_nothing_shown_is_the_head() -> None:
    nothing: Shown | None = None
    assert VoicePlace().position_in_scene(nothing, 3, 0) is None
