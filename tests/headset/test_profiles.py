"""The table itself: paths as OpenXR writes them, and every control within reach of either hand."""

import re
from typing import get_args

import pytest

from vret.headset.controls import KEYS, Button
from vret.headset.gestures import Component, Hold, Press, Pull, Rest, Run, Tap, Turn, TwoTaps
from vret.headset.profiles import BOTH, KEYBOARD, PROFILES, TITLES, Control, Profile
from vret.settings import ControllersChoice

PATH = re.compile(r"/user/hand/(left|right)/input/[a-z_]+/(value|click|x|y|force)")
EACH = pytest.mark.parametrize("profile", PROFILES.values(), ids=[path.rsplit("/", 1)[1] for path in PROFILES])
READ = (Press, Hold, Pull, Tap, TwoTaps, Turn, Run, Rest)


def components(gesture: object) -> set[Component]:
    names = ("component", "along", "across", "click")
    return {value for name in names if isinstance(value := getattr(gesture, name, None), Component)}


@EACH
def test_paths_are_whole_and_of_one_hand_each(profile: Profile) -> None:
    paths = [path for paths in profile.bindings.values() for path in paths]
    assert all(PATH.fullmatch(path) for path in paths)
    assert len(set(paths)) == len(paths)


@EACH
@pytest.mark.parametrize("hand", BOTH)
def test_every_control_is_within_reach_of_one_hand(profile: Profile, hand: str) -> None:
    assert set(profile.controls) == set(Control) == set(TITLES)
    for ways in profile.controls.values():
        mine = [way for way in ways if hand in way.hands]
        assert mine
        for way in mine:
            assert isinstance(way.gesture, READ)
            assert all(profile.has(component, way.hands[0]) for component in components(way.gesture))
            assert all(profile.has(component, one) for component in components(way.gesture) for one in way.hands)


@EACH
def test_what_stops_says_nothing_else(profile: Profile) -> None:
    stops = set().union(*(components(way.gesture) for way in profile.controls[Control.STOP]))
    for control, ways in profile.controls.items():
        if control is not Control.STOP:
            assert not any(components(way.gesture) & stops for way in ways)


@EACH
def test_what_says_yes_is_held(profile: Profile) -> None:
    yes = (Control.READY, Control.ACCEPT, Control.CAN_WAIT, Control.PRIVATE_AGAIN, Control.RECORD, Control.RISE)
    for control in yes:
        assert all(isinstance(way.gesture, Hold) for way in profile.controls[control])


@pytest.mark.parametrize("profile", [*PROFILES.values(), KEYBOARD])
def test_the_sentences_are_short_enough_for_a_panel(profile: Profile) -> None:
    for ways in profile.controls.values():
        assert all(len(way.sentence) <= 40 for way in ways)


def test_the_keyboard_s_sentences_name_its_keys() -> None:
    keys = {
        "Escape": Button.STOP,
        "W": Button.WAIT,
        "L": Button.LESS,
        "P": Button.SOMEONE_CAME_IN,
        "A": Button.PRIVATE_AGAIN,
        "R": Button.READY,
        "Y": Button.ACCEPT,
    }
    controls = {**dict(zip(keys, Control, strict=False)), "K": Control.RECORD, "N": Control.NO_RECORDING}
    for (name, button), control in zip(
        (keys | {"K": Button.RECORD, "N": Button.NO_RECORDING}).items(), controls.values(), strict=True
    ):
        assert KEYS[name.upper()] is button
        assert name in KEYBOARD.sentence(control).split()


def test_every_profile_can_be_named_as_the_only_one() -> None:
    """But for the name that only OpenXR 1.1 has: a runtime is asked for 1.0."""
    named = {f"/interaction_profiles/{name}" for name in get_args(ControllersChoice) if name != "auto"}
    assert set(PROFILES) - named == {"/interaction_profiles/meta/touch_plus_controller"}
    assert named <= set(PROFILES)
