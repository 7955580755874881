"""The OpenXR headset on a real runtime, with a person who moves and presses."""

import ctypes
import gc
import re
import threading
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from tests.headset.openxr.wearing import Worn, other_program, worn
from tests.monado import Monado, RemoteDriver
from vret.clock import now_ns
from vret.core.events import (
    Event,
    FocusGained,
    FocusLost,
    Input,
    InputGained,
    InputLost,
    ReadyPressed,
    Recentred,
    StopPressed,
    WaitPressed,
)
from vret.headset.contract import Headset, HeadsetError, Layout, Target
from vret.headset.controls import Button
from vret.headset.gestures import Component, Hand
from vret.headset.offscreen import PICTURE_SIZE, Picture
from vret.headset.openxr.acted import Acted
from vret.headset.openxr.api import xr
from vret.headset.openxr.floor import Floor
from vret.headset.openxr.headset import OpenXR
from vret.headset.openxr.lifecycle import SessionState
from vret.headset.process import choose
from vret.headset.profiles import PROFILES, Control
from vret.memory import Block, Ring, SessionMemory
from vret.memory.config import ProgramConfig
from vret.memory.messages import Wearer
from vret.render.gl import GL
from vret.render.projection import NEAR_M
from vret.settings import ControllersChoice

INDEX = "/interaction_profiles/valve/index_controller"


@pytest.mark.parametrize("layout", [None, Layout.ARRAY, Layout.DOUBLE_WIDE, Layout.CLIPPED])
def test_frames_of_either_form_reach_a_focused_session(monado: Monado, tmp_path: Path, layout: Layout | None) -> None:
    ring = Ring.create(tmp_path / "pictures", 1 << 22)
    with worn(OpenXR(layout=layout, pictures=ring)) as wearing:
        assert wearing.headset.layout is (layout or Layout.ARRAY)
        wearing.until(lambda: wearing.told(FocusGained))
        before = len(wearing.timings)
        for _ in range(5):
            assert wearing.frame().should_render
        device = wearing.headset.device
        assert device.headset.startswith("Monado")
        assert re.search(r"Monado.* '?\d+\.\d+\.\d+", device.runtime)
        newest = wearing.timings[-1]
        assert 0 < newest.period_ns < 1_000_000_000
        assert abs(newest.display_ns - now_ns()) < 1_000_000_000
        shown = [timing.display_ns for timing in wearing.timings[before:]]
        assert shown == sorted(set(shown))
        assert wearing.headset.trouble == ""
    pictures = [msgspec.msgpack.decode(payload, type=Picture) for payload in ring.read()]
    assert len(pictures) >= 5
    pixels = np.frombuffer(pictures[-1].pixels, np.uint8).reshape(PICTURE_SIZE, PICTURE_SIZE, 3)
    assert pixels[:20].mean() > pixels[-10:].mean() > 1


def test_both_eyes_are_drawn_in_either_form(monado: Monado) -> None:
    pictures = {}
    for layout in (Layout.ARRAY, Layout.DOUBLE_WIDE):
        with worn(OpenXR(layout=layout)) as wearing:
            timing = wearing.until(lambda: next((one for one in [wearing.frame()] if one.should_render), None))
            assert timing is not None
            wearing.headset.wait_frame()
            wearing.headset.poll(now_ns())
            wearing.headset.locate(0, wearing.eyes)
            target = wearing.headset.begin()
            wearing.renderer.draw(wearing._resident, wearing.shown, wearing.eyes, target)
            pictures[layout] = [wearing.renderer.read_pixels(target, view).astype(int) for view in (0, 1)]
            wearing.headset.submit()
    for view in (0, 1):
        assert np.abs(pictures[Layout.ARRAY][view] - pictures[Layout.DOUBLE_WIDE][view]).mean() < 1
    left, right = pictures[Layout.ARRAY]
    assert np.abs(left - right).mean() > 0.5


@pytest.mark.parametrize("layout", [Layout.ARRAY, Layout.DOUBLE_WIDE])
def test_the_runtime_gets_the_depth_of_what_is_seen(monado: Monado, person: RemoteDriver, layout: Layout) -> None:
    """The balcony's rail is a metre ahead and half a metre below the eyes."""
    person.stand(0.0, 1.6, 0.0)
    with worn(OpenXR(layout=layout, tells_depth=True)) as wearing:
        wearing.until(lambda: wearing.told(FocusGained) and abs(wearing.eyes.head[1] - 1.6) < 1e-3)
        timing = wearing.headset.wait_frame()
        wearing.headset.poll(now_ns())
        wearing.headset.locate(timing.display_ns, wearing.eyes)
        target = wearing.headset.begin()
        wearing.renderer.draw(wearing._resident, wearing.shown, wearing.eyes, target)
        width, height = wearing.headset.view_size
        for view in range(2):
            metres = metres_of(target, view, (width, height))
            _, _, up, down = np.tan(wearing.eyes.fovs[view])
            at_rail = metres[round((up + 0.49) / (up - down) * height)]
            assert np.median(at_rail) == pytest.approx(1.0, abs=0.05)
            assert np.isinf(metres).any(), "there is sky"
        wearing.headset.submit()
        for _ in range(3):
            wearing.frame()
        assert wearing.headset.trouble == ""


def metres_of(target: Target, view: int, size: tuple[int, int]) -> npt.NDArray[np.float64]:
    """How far everything in a view is, by the depth of a target; top row first."""
    (width, height), (x, layer) = size, (0, view) if target.layers > 1 else (view * size[0], 0)
    depth = np.zeros((height, width), np.float32)
    into = depth.ctypes.data_as(ctypes.c_void_p)
    place = 0, x, 0, layer, width, height, 1
    GL.glGetTextureSubImage(target.depth, *place, GL.GL_DEPTH_COMPONENT, GL.GL_FLOAT, depth.nbytes, into)
    with np.errstate(divide="ignore"):
        return NEAR_M / depth[::-1].astype(np.float64)


def test_what_the_lenses_never_show_is_inside_each_view_and_not_in_its_middle(monado: Monado) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        wearing.frame()
        hidden, tangents = wearing.headset.hidden, np.tan(wearing.eyes.fovs)
        assert hidden is wearing.headset.hidden
    assert hidden.dtype == np.float32
    assert len(hidden) % 3 == 0
    for view in (0, 1):
        corners = hidden[hidden[:, 2] == view][:, :2].reshape(-1, 3, 2)
        assert len(corners) >= 4
        left, right, up, down = tangents[view]
        margin = 0.02 * (right - left)
        assert corners[..., 0].min() >= left - margin
        assert corners[..., 0].max() <= right + margin
        assert corners[..., 1].min() >= down - margin
        assert corners[..., 1].max() <= up + margin
        one, other = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        area = np.abs(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]).sum() / 2
        assert 0.01 < area / ((right - left) * (up - down)) < 0.5


def test_the_head_and_the_hands_are_where_the_person_holds_them(monado: Monado, person: RemoteDriver) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        person.person.head.center.position[:] = (0.25, 1.45, -0.75)
        person.person.head.center.orientation[:] = (0, sin(pi / 8), 0, cos(pi / 8))
        person.hand("right").pose.position[:] = (0.3, 1.1, -0.9)
        person.send()
        wearing.until(lambda: abs(wearing.eyes.head[0] - 0.25) < 1e-3)
        np.testing.assert_allclose(wearing.eyes.head[:3], (0.25, 1.45, -0.75), atol=1e-3)
        np.testing.assert_allclose(wearing.eyes.head[3:], (0, sin(pi / 8), 0, cos(pi / 8)), atol=1e-3)
        middle = wearing.eyes.poses[:, :3].mean(0)
        np.testing.assert_allclose(middle, (0.25, 1.45, -0.75), atol=1e-3)
        between = wearing.eyes.poses[1, :3] - wearing.eyes.poses[0, :3]
        assert np.linalg.norm(between) == pytest.approx(0.063, abs=1e-3)
        assert between[2] < 0, "the head is turned to the left, so its right eye is ahead"
        assert (wearing.eyes.fovs[:, 0] < 0).all()
        assert (wearing.eyes.fovs[:, 2] > 0).all()
        hands = wearing.headset.hands
        assert hands is not None
        np.testing.assert_allclose(hands.poses[1, :3], (0.3, 1.1, -0.9), atol=1e-3)
        assert hands.tracked.tolist() == [True, True]


def test_presses_arrive_and_a_held_grip_is_one_stop(monado: Monado, person: RemoteDriver) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(InputGained))
        wearing.frame()
        connection = wearing.headset._connection
        assert connection is not None
        actions = connection.actions
        assert set(actions.profiles.values()) == {INDEX}
        person.set("left", trigger_value=0.75, a_click=True)
        person.set("right", b_click=False, squeeze_force=1.0)
        wearing.until(lambda: actions.values[Hand.LEFT, Component.TRIGGER] > 0.7)
        assert actions.values[Hand.LEFT, Component.TRIGGER] == pytest.approx(0.75, abs=1e-3)
        assert actions.values[Hand.LEFT, Component.PRIMARY] == 1
        assert actions.values[Hand.RIGHT, Component.PRIMARY] == 0
        wearing.until(lambda: wearing.told(StopPressed))
        for _ in range(10):
            wearing.frame()
        stops = [event for event in wearing.events if isinstance(event, StopPressed)]
        assert [stop.input for stop in stops] == [Input.CONTROLLER_RIGHT]
        wearing.headset.pulse(Hand.LEFT, 0.05, 0.5)


def test_a_hand_that_goes_is_an_input_lost_and_one_that_comes_is_gained(monado: Monado, person: RemoteDriver) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: {Input.CONTROLLER_LEFT, Input.CONTROLLER_RIGHT} <= gained(wearing.events))
        wearing.events.clear()
        person.set("left", active=False)
        wearing.until(lambda: wearing.told(InputLost))
        assert [event.input for event in wearing.events if isinstance(event, InputLost)] == [Input.CONTROLLER_LEFT]
        assert wearing.headset.hands is not None
        person.set("left", active=True)
        wearing.until(lambda: Input.CONTROLLER_LEFT in gained(wearing.events))


def gained(events: Iterable[Event]) -> set[Input]:
    return {event.input for event in events if isinstance(event, InputGained)}


def test_a_menu_that_takes_the_controllers_is_all_inputs_lost(monado: Monado) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: {Input.CONTROLLER_LEFT, Input.CONTROLLER_RIGHT} <= gained(wearing.events))
        monado.toggle_input(1)
        wearing.until(lambda: [type(event) for event in wearing.events].count(InputLost) == 2)
        wearing.events.clear()
        monado.toggle_input(1)
        wearing.until(lambda: {Input.CONTROLLER_LEFT, Input.CONTROLLER_RIGHT} <= gained(wearing.events))


def test_a_runtime_that_recentres_the_space_in_use_is_heard(monado: Monado) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        connection = wearing.headset._connection
        assert connection is not None
        monado.recentre()
        for _ in range(5):
            wearing.frame()
        assert not wearing.told(Recentred), "the stage stays where it is"
        connection.stage = connection.stage._replace(kind=int(xr.ReferenceSpaceType.LOCAL))
        monado.recentre()
        wearing.until(lambda: wearing.told(Recentred))


def test_a_person_who_is_centred_lower_still_stands_on_the_same_floor(monado: Monado, person: RemoteDriver) -> None:
    person.stand(0.0, 1.6, 0.0)
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained) and abs(wearing.eyes.head[1] - 1.6) < 1e-3)
        connection = wearing.headset._connection
        assert connection is not None
        connection.floor = Floor(is_told=False, eye_height_m=None)
        connection.stage = connection.stage._replace(kind=int(xr.ReferenceSpaceType.LOCAL))
        connection._stand()
        wearing.frame()
        assert wearing.eyes.head[1] == pytest.approx(1.6, abs=1e-3)
        person.stand(0.0, 1.2, 0.0)
        wearing.until(lambda: abs(wearing.eyes.head[1] - 1.2) < 1e-3)
        wearing.events.clear()
        monado.recentre()
        wearing.until(lambda: wearing.told(Recentred))
        for _ in range(5):
            wearing.frame()
        assert wearing.eyes.head[1] == pytest.approx(1.2, abs=1e-3)
        assert wearing.eyes.poses[:, 1] == pytest.approx([1.2, 1.2], abs=1e-3)


def test_every_profile_of_the_table_is_taken_by_the_runtime(monado: Monado) -> None:
    """But for the name that only OpenXR 1.1 has."""
    with worn(OpenXR()) as wearing:
        connection = wearing.headset._connection
        assert connection is not None
        assert set(PROFILES) - set(connection.actions.suggested) == {"/interaction_profiles/meta/touch_plus_controller"}


@pytest.mark.parametrize("controllers", ["valve/index_controller", "oculus/touch_controller", "khr/simple_controller"])
def test_the_runtime_presents_its_controllers_as_those_that_are_asked_for(
    monado: Monado, person: RemoteDriver, memory: SessionMemory, controllers: ControllersChoice
) -> None:
    """These are all that Monado makes of its Index controllers."""
    with worn(chosen(memory, controllers=controllers)) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        for _ in range(5):
            wearing.frame()
        connection = wearing.headset._connection
        assert connection is not None
        assert set(connection.actions.profiles.values()) == {f"/interaction_profiles/{controllers}"}
        assert wearing.told(InputGained)
        person.set("left", squeeze_value=1.0, squeeze_force=1.0, b_click=True, system_click=True)
        wearing.until(lambda: wearing.told(StopPressed))


def test_controllers_that_the_runtime_does_not_know_are_told_in_a_sentence(monado: Monado) -> None:
    with pytest.raises(HeadsetError, match="does not know the controllers that --controllers names"):
        OpenXR(only_profiles=("/interaction_profiles/meta/touch_plus_controller",)).open()


def test_an_acted_person_presses_and_who_wears_the_headset_looks_and_stops(
    monado: Monado, person: RemoteDriver, tmp_path: Path
) -> None:
    block = Block.create(tmp_path / "wearer", 1 << 12)
    with worn(OpenXR(acted=Acted(block))) as wearing:
        wearing.until(lambda: wearing.told(FocusGained) and wearing.headset.profile is PROFILES[INDEX])
        assert wearing.headset.name.endswith("with an acted person")
        assert gained(wearing.events) == {Input.KEYBOARD}
        person.stand(0.25, 1.45, -0.75)
        block.publish(msgspec.msgpack.encode(Wearer(buttons=int(Button.WAIT), head_position_in_stage=(5.0, 5.0, 5.0))))
        wearing.until(lambda: wearing.told(WaitPressed))
        wearing.until(lambda: abs(wearing.eyes.head[0] - 0.25) < 1e-3)
        person.set("left", squeeze_value=1.0, squeeze_force=1.0)
        wearing.until(lambda: wearing.told(StopPressed))
        person.set("left", squeeze_value=0.0, squeeze_force=0.0)
        block.publish(msgspec.msgpack.encode(Wearer(buttons=int(Button.READY))))
        for _ in range(5):
            wearing.frame()
        assert not wearing.told(ReadyPressed)
        wearing.headset.ask(Control.READY)
        wearing.frame()
        person.set("left", trigger_value=1.0)
        wearing.until(lambda: wearing.told(ReadyPressed))
        assert {event.input for event in wearing.events if isinstance(event, StopPressed)} == {Input.KEYBOARD}


@pytest.mark.parametrize("is_acted", [False, True])
def test_a_person_is_acted_only_where_the_configuration_says_so(
    monado: Monado, memory: SessionMemory, is_acted: bool
) -> None:
    memory.wearer.publish(msgspec.msgpack.encode(Wearer(buttons=int(Button.WAIT))))
    with worn(chosen(memory, acted_person=is_acted)) as wearing:
        wearing.until(lambda: wearing.told(FocusGained) and wearing.told(InputGained))
        for _ in range(5):
            wearing.frame()
        assert wearing.told(WaitPressed) is is_acted
        assert (Input.KEYBOARD in gained(wearing.events)) is is_acted


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionMemory]:
    """For a headset that chooses how to draw by itself: by EGL, like the rest of this process."""
    monkeypatch.delenv("DISPLAY", raising=False)
    made = SessionMemory.create(tmp_path / "memory")
    yield made
    made.remove()


def chosen(memory: SessionMemory, **wishes: Any) -> OpenXR:
    """The headset that the frame process makes of its configuration."""
    headset = choose(ProgramConfig(server_url="", data_folder="", headset="openxr", **wishes), memory)
    assert isinstance(headset, OpenXR)
    return headset


def test_another_program_takes_the_headset_and_gives_it_back(monado: Monado) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        wearing.events.clear()
        with other_program(monado.environment) as other:
            wearing.until(lambda: wearing.told(FocusLost), 1000)
            assert wearing.headset.trouble == "The headset shows something else just now."
            assert not wearing.frame().should_render
            monado.show(1)
            wearing.until(lambda: wearing.told(FocusGained))
            assert wearing.until(lambda: wearing.frame().should_render)
            assert wearing.headset.trouble == ""
            other.kill()


def test_on_its_way_to_another_program_and_back_the_session_is_visible_without_focus(
    monado: Monado, person: RemoteDriver
) -> None:
    """The runtime tells VISIBLE each time, but does not stay there: it takes sight and focus away together, and to take
    focus alone (`monado-ctl -f`) is not made yet. So this program hears one event a frame here, and stands in each
    state that it was told for a frame.
    """
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained) and wearing.told(InputGained))
        person.set("right", trigger_value=1.0)
        assert wearing.until(lambda: pressed(wearing))
        told = slowed(wearing)
        with other_program(monado.environment) as other:
            wearing.events.clear()
            wearing.until(lambda: told, 1000)
            assert told == [SessionState.VISIBLE]
            assert wearing.told(FocusLost)
            assert wearing.headset._lifecycle.is_shown
            assert wearing.headset.trouble == ""
            assert not pressed(wearing), "no press is read without focus"
            wearing.until(lambda: len(told) == 2)
            assert told == [SessionState.VISIBLE, SessionState.SYNCHRONIZED]
            wearing.frame()
            assert wearing.headset.trouble == "The headset shows something else just now."

            told.clear()
            wearing.events.clear()
            monado.show(1)
            wearing.until(lambda: told)
            assert told == [SessionState.VISIBLE]
            assert not wearing.told(FocusGained)
            assert wearing.headset.trouble == ""
            wearing.until(lambda: len(told) == 2)
            assert told == [SessionState.VISIBLE, SessionState.FOCUSED]
            assert wearing.told(FocusGained)
            assert [type(event) for event in wearing.events].count(FocusLost) == 0
            wearing.until(lambda: pressed(wearing))
            other.kill()


def pressed(wearing: Worn) -> bool:
    connection = wearing.headset._connection
    return connection is not None and connection.actions.values.get((Hand.RIGHT, Component.TRIGGER), 0) > 0.9


def slowed(wearing: Worn) -> list[SessionState]:
    """From now on the program hears one event of the runtime a frame; the states that it is told of."""
    connection = wearing.headset._connection
    assert connection is not None
    events, told = connection.session.events, list[SessionState]()

    def one() -> Iterator[Any]:
        for event in islice(events(), 1):
            if isinstance(event, xr.EventDataSessionStateChanged):
                told.append(SessionState(event._state))
            yield event

    connection.session.events = one  # type: ignore[method-assign]
    return told


def test_the_runtime_ends_and_comes_back(monado: Monado) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        wearing.events.clear()
        monado.kill()
        wearing.until(lambda: wearing.told(FocusLost))
        assert "gone" in wearing.headset.trouble
        before = len(wearing.timings)
        for _ in range(20):
            assert not wearing.frame().should_render
        assert len(wearing.timings) == before + 20
        wearing.until(lambda: wearing.told(InputLost))
        monado.start()
        wearing.until(lambda: wearing.told(FocusGained), 1000)
        wearing.until(lambda: wearing.frame().should_render)
        assert wearing.headset.trouble == ""
        assert wearing.told(InputGained)


def test_a_runtime_that_does_not_answer_is_told_in_a_sentence(monado: Monado) -> None:
    monado.stop()
    with pytest.raises(HeadsetError, match="does not answer: start it"):
        OpenXR().open()


def test_a_process_that_takes_over_waits_for_a_runtime_that_starts_late(monado: Monado) -> None:
    monado.stop()
    late = threading.Timer(1.5, monado.start)
    late.start()
    with worn(OpenXR(patience_s=60)) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
    late.join()


def test_a_frame_of_an_impossible_time_is_let_go_and_the_next_one_is_shown(monado: Monado) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        wearing.events.clear()
        connection = wearing.headset._connection
        assert connection is not None
        frame = connection.session.wait_frame
        connection.session.wait_frame = lambda: _impossible(frame())  # type: ignore[method-assign]
        for _ in range(3):
            assert not wearing.frame().should_render
        connection.session.wait_frame = frame  # type: ignore[method-assign]
        assert wearing.until(lambda: wearing.frame().should_render)
        assert wearing.headset.trouble == ""
        assert not wearing.told(FocusLost)


def _impossible(frame: Any) -> Any:
    """As SteamVR has told it: success, and a time before time began."""
    frame.predicted_display_time = -5
    return frame


def test_a_frame_leaves_nothing_behind(monado: Monado) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        for _ in range(10):
            wearing.frame()
        wearing.events.clear()
        wearing.timings.clear()
        gc.collect()
        gc.freeze()
        gc.disable()
        try:
            for _ in range(100):
                wearing.frame()
            assert gc.collect() == 0
        finally:
            gc.enable()
            gc.unfreeze()


def test_it_closes_quickly(monado: Monado) -> None:
    headset: Headset = OpenXR()
    headset.open()
    for _ in range(5):
        headset.wait_frame()
        headset.poll(now_ns())
        headset.submit()
    began = time.monotonic()
    headset.close()
    assert time.monotonic() - began < 5
