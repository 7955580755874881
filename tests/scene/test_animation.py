"""The animation is a function of the moment: same moment, same arrays, whatever was asked before."""

from pathlib import Path

import numpy as np
import pytest

from tests.scene.small import write_scene
from vret.scene.animation import Animation
from vret.scene.bundle import Bundle
from vret.scene.compile import compile_scene
from vret.scene.compiled import SceneFrame
from vret.scene.moment import Moment
from vret.scene.scene import load_scene

_S = 1_000_000_000
_BALL, _GULL = 0, 1


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return compile_scene(load_scene(write_scene(tmp_path)))


def moment(
    t_s: float = 0.0,
    height_m: float = 0.0,
    wind_mps: float = 0.0,
    place: str = "step",
    held: bool = False,
    stimuli: tuple[tuple[str, float], ...] = (),
) -> Moment:
    return Moment(int(t_s * _S), place, {"height_m": height_m, "wind_mps": wind_mps}, stimuli, held)


def everything(frame: SceneFrame) -> bytes:
    arrays = (frame.rows, frame.visible, frame.materials, frame.environment, frame.scene_from_stage)
    return b"".join(array.tobytes() for array in arrays)


def of_stimulus(bundle: Bundle, stimulus: int) -> int:
    return int(np.flatnonzero(bundle.tables.stimulus_of == stimulus)[0])


def test_the_same_moment_gives_the_same_frame_whatever_came_before(bundle: Bundle) -> None:
    wanted = moment(12.3, 2.25, 3.0, stimuli=(("ball", 1.5), ("gull", 0.7)))
    fresh = everything(Animation(bundle).animate(wanted))
    travelled = Animation(bundle)
    for t_s in (0.0, 5.0, 100.0):
        travelled.animate(moment(t_s, 9.0, 10.0, place="ground", held=True))
        travelled.animate(moment(t_s, 1.0, stimuli=(("gull", 3.0),)))
    assert everything(travelled.animate(wanted)) == fresh


def test_a_place_puts_the_stage_into_the_scene(bundle: Bundle) -> None:
    frame = Animation(bundle).animate(moment(height_m=2.0))
    assert frame.scene_from_stage[:3, 3] == pytest.approx([1, 2, 2.5])
    ahead = frame.scene_from_stage[:3, :3] @ np.array([0, 0, -1])
    assert ahead == pytest.approx([-1, 0, 0], abs=1e-6)


def test_a_head_in_the_stage_is_known_in_the_scene(bundle: Bundle) -> None:
    """The step looks along -X: who looks ahead and down by 60 degrees on the stage looks there in the scene."""
    frame = Animation(bundle).animate(moment(height_m=2.0))
    position, (x, y, z, w) = frame.in_scene((0.25, 1.6, -0.5), (-0.5, 0.0, 0.0, 0.75**0.5))
    assert position == pytest.approx((0.5, 3.6, 2.25))
    looks = (-2 * (x * z + w * y), -2 * (y * z - w * x), -(1 - 2 * (x * x + y * y)))
    assert looks == pytest.approx((-0.5, -(0.75**0.5), 0.0), abs=1e-6)


def test_an_unknown_place_is_the_base_place(bundle: Bundle) -> None:
    frame = Animation(bundle).animate(moment(height_m=2.0, place=""))
    assert frame.scene_from_stage == pytest.approx(np.eye(4))


def test_things_on_an_anchor_follow_its_axis_and_show_only_there(bundle: Bundle) -> None:
    tables = bundle.tables
    step = int(tables.bounds["instance"][tables.stimulus_of[tables.bounds["instance"]] == -1][0])
    animation = Animation(bundle)
    low = float(animation.animate(moment(height_m=1.0)).rows["position"][step, 1])
    frame = animation.animate(moment(height_m=3.5))
    assert frame.rows["position"][step, 1] - low == pytest.approx(2.5)
    assert frame.visible[step]
    assert not animation.animate(moment(height_m=3.5, place="ground")).visible[step]


def test_a_range_of_an_axis_shows_and_hides(bundle: Bundle) -> None:
    pane = int(bundle.tables.ranges["instance"][0])
    animation = Animation(bundle)
    assert not animation.animate(moment(wind_mps=1.99)).visible[pane]
    assert animation.animate(moment(wind_mps=2.0)).visible[pane]


def test_opacity_follows_an_axis(bundle: Bundle) -> None:
    animation = Animation(bundle)
    animation.animate(moment(wind_mps=0.0))
    frame = animation.animate(moment(wind_mps=5.0))
    assert frame.materials_changed
    assert frame.materials["opacity"][1] == pytest.approx(0.6)
    assert not animation.animate(moment(wind_mps=5.0)).materials_changed


def test_a_swing_grows_with_its_axis_and_turns_about_its_pivot(bundle: Bundle) -> None:
    flag = int(bundle.tables.swings["instance"][0])
    animation = Animation(bundle)
    still = animation.animate(moment(0.4)).rows["rotation"][flag].copy()
    assert still == pytest.approx([0, 0, 0, 1])
    angles = []
    for step in range(40):
        x, y, z, w = animation.animate(moment(0.05 * step, wind_mps=10.0)).rows["rotation"][flag]
        assert (y, z) == (0, 0)
        angles.append(2 * np.arctan2(x, w))
    assert np.degrees(max(angles)) == pytest.approx(40, abs=0.6)
    assert np.degrees(min(angles)) == pytest.approx(-40, abs=0.6)


def test_travellers_go_on_at_their_speed_and_come_round(bundle: Bundle) -> None:
    cars = bundle.tables.travels["instance"]
    animation = Animation(bundle)
    before = animation.animate(moment(10.0)).rows["position"][cars].copy()
    after = animation.animate(moment(10.1)).rows["position"][cars].copy()
    assert np.linalg.norm(after - before, axis=1) == pytest.approx(0.5, abs=0.02)
    length = float(bundle.tables.paths["length_m"][0])
    assert animation.animate(moment(10.0 + length / 5.0)).rows["position"][cars] == pytest.approx(before, abs=0.01)


def test_a_car_heads_the_way_it_goes(bundle: Bundle) -> None:
    car = int(bundle.tables.travels["instance"][0])
    animation = Animation(bundle)
    for t_s in (0.0, 3.0, 11.0):
        before = animation.animate(moment(t_s)).rows["position"][car].copy()
        frame = animation.animate(moment(t_s + 0.01))
        way = frame.rows["position"][car] - before
        yaw = 2 * np.arctan2(frame.rows["rotation"][car, 1], frame.rows["rotation"][car, 3])
        assert np.dot(way / np.linalg.norm(way), [-np.sin(yaw), 0, -np.cos(yaw)]) > 0.98


def test_a_ball_falls_freely_and_lies_where_it_landed(bundle: Bundle) -> None:
    ball = of_stimulus(bundle, _BALL)
    animation = Animation(bundle)
    assert not animation.animate(moment(height_m=4.0)).visible[ball]
    start = animation.animate(moment(height_m=4.0, stimuli=(("ball", 0.2),)))
    assert start.visible[ball]
    y0 = float(start.rows["position"][ball, 1])
    falling = animation.animate(moment(height_m=4.0, stimuli=(("ball", 1.0),)))
    assert y0 - falling.rows["position"][ball, 1] == pytest.approx(0.5 * 9.81 * 0.25, abs=1e-4)
    landed = animation.animate(moment(height_m=4.0, stimuli=(("ball", 3.0),))).rows["position"][ball].copy()
    assert y0 - landed[1] == pytest.approx(5.0, abs=1e-4)
    later = animation.animate(moment(height_m=4.0, stimuli=(("ball", 3.9),))).rows["position"][ball]
    assert later == pytest.approx(landed)


def test_what_may_come_nearer_is_gone_while_held_and_the_rest_goes_on(bundle: Bundle) -> None:
    gull, ball, cars = of_stimulus(bundle, _GULL), of_stimulus(bundle, _BALL), bundle.tables.travels["instance"]
    animation = Animation(bundle)
    shown = (("gull", 1.0), ("ball", 1.0))
    frame = animation.animate(moment(5.0, stimuli=shown))
    assert frame.visible[gull]
    assert frame.visible[ball]
    before = frame.rows["position"][cars].copy()
    frame = animation.animate(moment(5.5, stimuli=shown, held=True))
    assert not frame.visible[gull]
    assert frame.visible[ball]
    assert frame.visible_changed
    assert (np.linalg.norm(frame.rows["position"][cars] - before, axis=1) > 1).all()


def test_what_is_told_as_moved_is_all_that_was_written(bundle: Bundle) -> None:
    animation = Animation(bundle)
    first = animation.animate(moment(0.0))
    assert first.moved == (0, len(first.rows))
    assert first.visible_changed
    assert first.materials_changed
    shown: list[Moment] = [
        moment(0.1),
        moment(0.2, wind_mps=3.0),
        moment(0.3, height_m=1.0, wind_mps=3.0),
        moment(0.3, height_m=1.0, wind_mps=3.0, stimuli=(("ball", 1.0),)),
        moment(0.4, place="ground"),
    ]
    for each in shown:
        before = (first.rows.copy(), first.visible.copy(), first.materials.copy())
        frame = animation.animate(each)
        start, end = frame.moved
        outside = np.ones(len(frame.rows), bool)
        outside[start:end] = False
        assert frame.rows[outside].tobytes() == before[0][outside].tobytes()
        assert frame.visible_changed or np.array_equal(frame.visible, before[1])
        assert frame.materials_changed or frame.materials.tobytes() == before[2].tobytes()
