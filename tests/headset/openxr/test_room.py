"""The room around the person, on a runtime that refuses what the specification forbids and tells what it was asked."""

import ctypes
from collections.abc import Callable, Iterator

import pytest

from tests.headset.openxr.wearing import Worn, worn
from vret.core.events import FocusGained
from vret.headset.contract import ShowsRoom
from vret.headset.openxr.api import xr
from vret.headset.openxr.headset import OpenXR

FLAGS = xr.PassthroughStateChangedFlagsFB
AT_BEGIN = ["make", "make layer", "start", "hides all"]


@pytest.fixture
def by(constant_world: ctypes.CDLL, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ctypes.CDLL]]:
    """Choose how the runtime shows the room."""

    def choose(way: str) -> ctypes.CDLL:
        monkeypatch.setenv("CONSTANT_ROOM", way)
        return constant_world

    yield choose
    constant_world.constant_room_fails(0)


def story(world: ctypes.CDLL) -> list[str]:
    told: bytes = world.constant_story()
    return told.decode().splitlines()


def frames(wearing: Worn, *, wanted: bool) -> None:
    for _ in range(3):
        wearing.headset.want_room(wanted)
        wearing.frame()


def test_the_cameras_are_started_and_paused_before_they_are_wanted(by: Callable[[str], ctypes.CDLL]) -> None:
    world = by("cameras")
    with worn(OpenXR(shows_room=True)) as wearing:
        assert isinstance(wearing.headset, ShowsRoom)
        wearing.until(lambda: wearing.told(FocusGained))
        frames(wearing, wanted=False)
        assert story(world) == AT_BEGIN
        assert not wearing.headset.has_room
        wearing.headset.want_room(True)
        assert not wearing.headset.has_room, "the frame of the stop is shown before anything is asked of the cameras"
        wearing.frame()
        assert story(world) == [*AT_BEGIN, "resume"]
        assert wearing.headset.has_room
        frames(wearing, wanted=True)
        assert wearing.headset.device.sees_room
        frames(wearing, wanted=False)
        assert story(world) == [*AT_BEGIN, "resume", "over cameras", "pause", "hides all"]
        assert not wearing.headset.device.sees_room
    assert story(world)[-2:] == ["destroy layer", "destroy"]


@pytest.mark.parametrize(("way", "shown"), [("alpha", "by alpha"), ("additive", "adds")])
def test_where_there_are_only_blend_modes_they_change_with_the_wish(
    by: Callable[[str], ctypes.CDLL], way: str, shown: str
) -> None:
    world = by(way)
    with worn(OpenXR(shows_room=True)) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        frames(wearing, wanted=False)
        frames(wearing, wanted=True)
        assert wearing.headset.has_room
        frames(wearing, wanted=False)
        assert story(world)[:3] == ["hides all", shown, "hides all"]


@pytest.mark.parametrize("way", ["none", "cameras", "alpha"])
def test_who_did_not_ask_for_it_never_sees_the_room(by: Callable[[str], ctypes.CDLL], way: str) -> None:
    world = by(way)
    with worn(OpenXR(shows_room=way == "none")) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        frames(wearing, wanted=True)
        assert not wearing.headset.has_room
        assert story(world) == ["hides all"]


def test_cameras_that_do_not_start_leave_the_picture_as_it_is(by: Callable[[str], ctypes.CDLL]) -> None:
    world = by("cameras")
    world.constant_room_fails(1)
    with worn(OpenXR(shows_room=True)) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        frames(wearing, wanted=True)
        assert not wearing.headset.has_room
        assert story(world) == ["make", "hides all"]
        assert wearing.headset.trouble == ""


def test_cameras_that_do_not_go_on_leave_the_picture_and_are_not_asked_again(by: Callable[[str], ctypes.CDLL]) -> None:
    world = by("cameras")
    with worn(OpenXR(shows_room=True)) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        frames(wearing, wanted=False)
        world.constant_room_fails(1)
        frames(wearing, wanted=True)
        assert not wearing.headset.has_room
        assert story(world) == [*AT_BEGIN, "resume"]


def test_cameras_that_fail_while_they_are_seen_bring_the_picture_back_in_the_same_frame(
    by: Callable[[str], ctypes.CDLL],
) -> None:
    world = by("cameras")
    with worn(OpenXR(shows_room=True)) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        frames(wearing, wanted=True)
        assert wearing.headset.has_room
        world.constant_room_changed(int(FLAGS.RECOVERABLE_ERROR_BIT))
        wearing.headset.poll(1)
        assert not wearing.headset.has_room
        frames(wearing, wanted=True)
        assert story(world)[-1] == "hides all"
        world.constant_room_changed(int(FLAGS.RESTORED_ERROR_BIT))
        frames(wearing, wanted=True)
        assert wearing.headset.has_room
        assert story(world)[-1] == "over cameras"
        assert story(world).count("resume") == 1
