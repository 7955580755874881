"""Areas of interest: exact angles to boxes, what hides what, what is there when, and how near the feared thing is."""

import gc
import sys
from collections.abc import Iterator
from dataclasses import replace
from math import acos, cos, degrees, pi, radians, sin
from pathlib import Path
from time import thread_time_ns

import numpy as np
import pytest

from tests.scene.shipped import shipped
from tests.scene.small import SMALL, write_scene
from vret.core.ladder import AreaRules
from vret.scene.animation import Animation
from vret.scene.areas import NOWHERE, TOLERANCE_RAD, Look, _towards
from vret.scene.bundle import Bundle, read_bundle, write_bundle
from vret.scene.compile import compile_scene
from vret.scene.moment import Moment
from vret.scene.pictures import moments
from vret.scene.scene import load_scene
from vret.testing.person import rotation_of

AREAS = """\
[areas.board]
title = "The board"
regions = [{ centre = [0, 1.6, -4], size_m = [1, 1, 0.2], places = ["ground"] }]

[areas.wall]
title = "The wall"
feared = true
regions = [{ centre = [0, 1.6, -8], size_m = [6, 4, 0.2], places = ["ground"] }]

[areas.spider]
title = "The spider"
feared = true
regions = [{ centre = [0, { axis = "height_m", points = [[0, 0.1], [10, 2.1]] }, 3], radius_m = 0.1 }]
stimulus = "gull"

[areas.sign]
title = "The sign"
regions = [
  { anchor = "step", centre = [-3, 1.6, 0.5], size_m = [0.2, 0.6, 0.6], visible = { wind_mps = { from = 2 } } },
]

[areas.ball]
title = "The ball"
nodes = ["ball"]

[areas.gull]
title = "The gull"
nodes = ["gull"]

[light]
"""
CARS = """\
[areas.cars]
title = "The cars"
nodes = ["car"]

[light]
"""
_HEAD = (0.0, 1.6, 0.0)


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """The ground looks along -Z from the origin; the step, at (1, height, 2.5), along -X."""
    return compile_scene(load_scene(write_scene(tmp_path, "[light]\n", AREAS)))


@pytest.fixture(scope="module")
def heights() -> Bundle:
    return shipped("heights")


def moment(
    place: str = "ground",
    height_m: float = 0.0,
    wind_mps: float = 0.0,
    stimuli: tuple[tuple[str, float], ...] = (),
    held: bool = False,
) -> Moment:
    return Moment(0, place, {"height_m": height_m, "wind_mps": wind_mps}, stimuli, held)


def look(
    animation: Animation,
    shown: Moment,
    yaw_deg: float = 0.0,
    pitch_deg: float = 0.0,
    head: tuple[float, float, float] = _HEAD,
) -> Look:
    frame = animation.animate(shown)
    rotation = rotation_of(radians(yaw_deg), radians(pitch_deg))
    return animation.areas.look(frame, *frame.in_scene(head, rotation))


def test_the_rules_carry_names_and_titles(bundle: Bundle) -> None:
    assert bundle.rules.areas[:2] == (AreaRules("board", "The board"), AreaRules("wall", "The wall", feared=True))


def test_what_is_nearer_hides_what_is_behind(bundle: Bundle) -> None:
    animation = Animation(bundle)
    assert look(animation, moment()).area == "board"
    assert look(animation, moment(), yaw_deg=15).area == "wall", "past the board's edge, 7 degrees from the middle"


def test_beside_an_area_counts_within_the_tolerance(bundle: Bundle) -> None:
    animation = Animation(bundle)
    edge_deg = degrees(np.arctan2(3.0, 7.9))
    tolerance_deg = degrees(TOLERANCE_RAD)
    assert look(animation, moment(), yaw_deg=edge_deg + tolerance_deg - 0.5).area == "wall"
    assert look(animation, moment(), yaw_deg=edge_deg + tolerance_deg + 0.5).area == ""
    assert look(animation, moment(), yaw_deg=-edge_deg - tolerance_deg + 0.5).area == "wall"
    assert look(animation, moment(), yaw_deg=180).area == "", "what is behind is not looked at"


def test_a_small_thing_before_a_wall_is_meant(bundle: Bundle) -> None:
    """A ball of 10 cm at 3 m: nobody's head points into it for long."""
    animation = Animation(bundle)
    shown = moment(stimuli=(("gull", 0.0),))
    down_deg = degrees(np.arctan2(1.5, 3.0))
    assert look(animation, shown, 180 + 8, -down_deg).area == "spider"
    assert look(animation, shown, 180 + 25, -down_deg).area == ""


def test_a_small_thing_on_the_floor_is_meant_from_either_side_unless_it_is_hidden(tmp_path: Path) -> None:
    """Below it the floor is met before the spider, above it behind; a box before it hides it from every direction."""
    spider = """\
[areas.floor]
title = "Floor"
regions = [{ centre = [0, -0.05, 0], size_m = [20, 0.1, 20] }]

[areas.spider]
title = "Spider"
regions = [{ centre = [0, 0.1, -3], radius_m = 0.1 }]

[areas.box]
title = "Box"
stimulus = "gull"
regions = [{ centre = [0, 0.5, -2], size_m = [1, 1, 0.1] }]

[light]
"""
    animation = Animation(compile_scene(load_scene(write_scene(tmp_path, "[light]\n", spider))))
    down_deg = degrees(np.arctan2(1.5, 3.0))
    for beside_deg in (-8, -3, 0, 3, 8):
        assert look(animation, moment(), 0, -down_deg + beside_deg).area == "spider"
    assert look(animation, moment(), 0, -down_deg - 14).area == "floor"
    hidden = moment(stimuli=(("gull", 0.0),))
    assert look(animation, hidden, 0, -down_deg).area == "box"
    assert look(animation, hidden, 0, -down_deg + 9).area == "box", "nothing is met there, and the spider is hidden"


def test_the_least_angle_wins_where_nothing_is_met(bundle: Bundle) -> None:
    """From above, past the board: 6 degrees over it, 1 over the wall that stands behind it and higher."""
    animation = Animation(bundle)
    above_wall_deg = degrees(np.arctan2(2.0, 7.9)) + 1
    assert look(animation, moment(), pitch_deg=above_wall_deg).area == "wall"


def test_places_axes_and_stimuli_say_what_is_there(bundle: Bundle) -> None:
    animation = Animation(bundle)
    assert look(animation, moment("step", height_m=3.0)) == NOWHERE
    windy = look(animation, moment("step", height_m=3.0, wind_mps=2.0))
    assert windy.area == "sign", "it hangs on the anchor, so it is where the eyes are at every height"
    assert look(animation, moment(), yaw_deg=180, pitch_deg=-26).area == ""
    assert look(animation, moment(stimuli=(("gull", 0.0),)), yaw_deg=180, pitch_deg=-26).area == "spider"


def test_the_distance_is_that_of_the_body_and_not_of_the_head(bundle: Bundle) -> None:
    """A spider on the floor 3 m away is near the feet; what is higher than the head is farther."""
    animation = Animation(bundle)
    shown = moment(stimuli=(("gull", 0.0),))
    assert look(animation, shown).feared_m == pytest.approx(2.9, abs=1e-3)
    assert look(animation, shown, head=(0.0, 1.6, 1.0)).feared_m == pytest.approx(1.9, abs=1e-3)
    high = moment(height_m=10.0, stimuli=(("gull", 0.0),))
    assert look(animation, high).feared_m == pytest.approx(np.hypot(3.0, 0.5) - 0.1, abs=1e-3)
    assert look(animation, moment()).feared_m == pytest.approx(7.9, abs=1e-3), "the wall, when the spider is gone"
    assert look(animation, shown, head=(0.0, 1.6, 3.0)).feared_m == 0.0


def test_a_ball_is_followed_while_it_falls(bundle: Bundle) -> None:
    """It hangs 1 m up and falls beside the person who stands on the step, at 3 m, after half a second."""
    animation = Animation(bundle)
    for age_s in (0.0, 0.7, 1.0):
        shown = moment("step", height_m=3.0, stimuli=(("ball", age_s),))
        row = int(np.flatnonzero(bundle.tables.stimulus_of == 0)[0])
        frame = animation.animate(shown)
        position, _ = frame.in_scene(_HEAD, (0.0, 0.0, 0.0, 1.0))
        to_ball = (frame.scene_from_stage[:3, :3].T @ (frame.rows["position"][row] - np.array(position))).tolist()
        yaw, pitch = np.arctan2(-to_ball[0], -to_ball[2]), np.arctan2(to_ball[1], np.hypot(to_ball[0], to_ball[2]))
        assert look(animation, shown, degrees(yaw), degrees(pitch)).area == "ball"
        assert look(animation, shown, degrees(yaw), degrees(pitch) + 25).area == ""
    assert look(animation, moment("step", height_m=3.0), degrees(yaw), degrees(pitch)).area == ""


def test_what_swings_is_followed_about_its_pivot(tmp_path: Path) -> None:
    """The flag's middle is half a metre from the axis that it turns about; it comes nearer as it swings."""
    flag = '[areas.flag]\ntitle = "The flag"\nfeared = true\nnodes = ["flag"]\n\n[light]\n'
    bundle = compile_scene(load_scene(write_scene(tmp_path, "[light]\n", flag)))
    animation = Animation(bundle)
    row = int(bundle.tables.regions["instance"][0])
    *middle, radius = bundle.compiled.meshes.spheres[bundle.compiled.mesh_of[row]].tolist()
    distances = set()
    for tenths in range(0, 20, 3):
        shown = replace(moment(wind_mps=10.0), t_ns=tenths * 100_000_000)
        head = (0.0, 1.6, 3.0)
        found = look(animation, shown, head=head).feared_m
        seen = animation.animate(shown).rows[row]
        turn = 2 * np.arctan2(float(seen["rotation"][0]), float(seen["rotation"][3]))
        y, z = middle[1] * cos(turn) - middle[2] * sin(turn), middle[1] * sin(turn) + middle[2] * cos(turn)
        gap = np.hypot(max(float(seen["position"][1]) + y - head[1], 0.0), float(seen["position"][2]) + z - head[2])
        assert found == pytest.approx(gap - radius, abs=2e-3)
        distances.add(found)
    assert len(distances) > 3


def test_what_hides_while_held_is_not_looked_at(bundle: Bundle) -> None:
    animation = Animation(bundle)
    row = int(np.flatnonzero(bundle.tables.stimulus_of == 1)[0])
    shown = moment("step", stimuli=(("gull", 1.0),))
    frame = animation.animate(shown)
    position, _ = frame.in_scene(_HEAD, (0.0, 0.0, 0.0, 1.0))
    way = frame.scene_from_stage[:3, :3].T @ (frame.rows["position"][row] - np.array(position))
    turned = degrees(np.arctan2(-way[0], -way[2])), degrees(np.arctan2(way[1], np.hypot(way[0], way[2])))
    assert look(animation, shown, *turned).area == "gull"
    assert look(animation, replace(shown, held=True), *turned).area != "gull"


def test_also_what_rests_is_not_looked_at_when_it_hides_while_held(tmp_path: Path) -> None:
    pane = "visible = { wind_mps = { from = 2 } }"
    area = '[areas.pane]\ntitle = "The pane"\nnodes = ["pane"]\n\n[light]\n'
    text = SMALL.replace(pane, f'{pane}\nposition = [0, 1, -3]\nwhen_held = "hides"').replace("[light]\n", area)
    animation = Animation(compile_scene(load_scene(write_scene(tmp_path, text=text))))
    shown = moment(wind_mps=3.0)
    assert look(animation, shown).area == "pane"
    assert look(animation, replace(shown, held=True)).area == ""
    assert look(animation, moment(wind_mps=1.0)).area == ""


def test_a_node_with_many_copies_is_one_area(tmp_path: Path) -> None:
    """Whichever of the three cars is looked at, of whatever parts it is made."""
    bundle = compile_scene(load_scene(write_scene(tmp_path, "[light]\n", CARS)))
    animation = Animation(bundle)
    cars = bundle.tables.regions["instance"].tolist()
    assert len(cars) == 3
    for row in cars:
        x, _, z = animation.animate(moment()).rows["position"][row].tolist()
        assert look(animation, moment(), degrees(np.arctan2(-x, -z)), -3).area == "cars"
    assert look(animation, moment(), 180).area == ""


def test_what_was_written_to_the_bundle_looks_the_same(bundle: Bundle, tmp_path: Path) -> None:
    write_bundle(tmp_path / "step.bundle", bundle)
    read = Animation(read_bundle(tmp_path / "step.bundle"))
    shown = moment(stimuli=(("gull", 0.0),))
    for yaw in range(0, 360, 7):
        assert look(read, shown, yaw, -20) == look(Animation(bundle), shown, yaw, -20)


def _sampled(low: np.ndarray, high: np.ndarray, ahead: np.ndarray) -> float:
    """The least angle to points all over the faces of a box."""
    steps = np.linspace(0, 1, 61)
    u, v = (grid.ravel() for grid in np.meshgrid(steps, steps))
    least = np.pi
    for axis in range(3):
        for side in (low, high):
            points = np.empty((len(u), 3))
            points[:, axis] = side[axis]
            for other, share in zip([i for i in range(3) if i != axis], (u, v), strict=True):
                points[:, other] = low[other] + share * (high[other] - low[other])
            cosine = points @ ahead / np.linalg.norm(points, axis=1)
            least = min(least, float(np.arccos(np.clip(cosine, -1, 1)).min()))
    return least


def _boxes() -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    chance = np.random.default_rng(7)
    for _ in range(300):
        ahead = chance.normal(size=3)
        ahead /= np.linalg.norm(ahead)
        centre, half = chance.uniform(-6, 6, 3), chance.uniform(0.01, 3, 3)
        yield centre - half, centre + half, ahead


def test_the_angle_to_a_box_is_exact() -> None:
    """Against thousands of points on its faces; a sample may miss the nearest by its spacing."""
    for low, high, ahead in _boxes():
        angle, depth = (float(found[0]) for found in _towards(ahead, low[None], high[None]))
        sampled = _sampled(low, high, ahead)
        inside = bool((low < 0).all() and (high > 0).all())
        if sampled > radians(80):
            continue
        assert angle <= sampled + 1e-6
        assert angle == pytest.approx(0.0 if inside else sampled, abs=0.06)
        if angle < 1e-4:
            met = depth * ahead
            assert (met >= low - 1e-6).all()
            assert (met <= high + 1e-6).all()
            entered = (depth - 1e-3) * ahead
            assert inside or not ((entered > low).all() and (entered < high).all()), "the near side, not the far one"


def test_a_box_straight_ahead_along_an_axis() -> None:
    ahead = np.array([1e-9, 1e-9, -1.0])
    angle, depth = _towards(ahead, np.array([[-1.0, -1.0, -5.0]]), np.array([[1.0, 1.0, -4.0]]))
    assert angle[0] == pytest.approx(0.0, abs=1e-5)
    assert depth[0] == pytest.approx(4.0)
    beside, _ = _towards(ahead, np.array([[1.0, -1.0, -5.0]]), np.array([[2.0, 1.0, -4.0]]))
    assert beside[0] == pytest.approx(acos(5.0 / 26**0.5))


def test_of_a_crowd_each_is_told_apart(tmp_path: Path) -> None:
    """Twenty-four all around, 15 degrees from each other, each before the same wall that goes all round."""
    people = "".join(
        f"""[areas.person_{number}]
title = "Person {number}"
regions = [{{ centre = [{-5 * sin(number * pi / 12):.6f}, 1.6, {-5 * cos(number * pi / 12):.6f}], radius_m = 0.3 }}]

"""
        for number in range(24)
    )
    wall = '[areas.wall]\ntitle = "Wall"\nregions = [{ centre = [0, 0, 0], size_m = [20, 20, 20] }]\n\n[light]\n'
    animation = Animation(compile_scene(load_scene(write_scene(tmp_path, "[light]\n", people + wall))))
    for number in range(24):
        for beside_deg in (-7, 0, 7):
            assert look(animation, moment(), 15 * number + beside_deg).area == f"person_{number}"
    assert look(animation, moment(), pitch_deg=40).area == "wall", "a box that one stands in is behind what is in it"


HEIGHTS = {
    "plaza": {10: "building", -50: "ground"},
    "balcony_near": {0: "city", -35: "rail", -80: "floor", 40: ""},
    "look_down": {-45: "drop", -70: "rail"},
    "glass_floor": {-88: "drop", -8: "city"},
    "no_rail": {-35: "square", -88: "floor"},
    "plank": {0: "far_roof", -60: "plank"},
}


@pytest.mark.parametrize("rung", HEIGHTS)
def test_what_is_looked_at_on_the_heights(heights: Bundle, rung: str) -> None:
    animation, shown = Animation(heights), moments(heights)[rung]
    assert {pitch: look(animation, shown, 0, pitch).area for pitch in HEIGHTS[rung]} == HEIGHTS[rung]


def test_the_edge_is_as_near_as_its_axis_says(heights: Bundle) -> None:
    animation = Animation(heights)
    for name, shown in moments(heights).items():
        feared_m = look(animation, shown).feared_m
        if shown.place in ("plaza", "stool"):
            assert feared_m is None
        else:
            assert feared_m == pytest.approx(shown.axes["edge_distance_m"], abs=0.05), name


def test_the_falling_ball_is_looked_at_from_every_place_that_drops_it(heights: Bundle) -> None:
    animation = Animation(heights)
    for shown in moments(heights).values():
        if shown.place in ("plaza", "stool"):
            continue
        dropped = replace(shown, stimuli=(("ball_drop", 0.0),))
        turns = ((yaw, pitch) for yaw in range(-180, 180, 10) for pitch in range(-60, 20, 10))
        assert "ball" in {look(animation, dropped, *turn).area for turn in turns}, shown.place


def test_the_calm_room_has_nothing_to_look_at() -> None:
    calm = shipped("calm")
    assert calm.rules.areas == ()
    assert look(Animation(calm), Moment(0, "", {})) == NOWHERE


def test_a_look_leaves_nothing_behind(heights: Bundle) -> None:
    animation = Animation(heights)
    frame = animation.animate(replace(moments(heights)["plank_wind"], stimuli=(("ball_drop", 2.0), ("bird", 1.0))))
    head = frame.in_scene(_HEAD, rotation_of(0.0, radians(-30)))
    gc.disable()
    try:
        for _ in range(50):
            animation.areas.look(frame, *head)
        before = sys.getallocatedblocks()
        for _ in range(1000):
            animation.areas.look(frame, *head)
        assert sys.getallocatedblocks() - before < 50
    finally:
        gc.enable()


def test_a_look_costs_little(heights: Bundle) -> None:
    """In processor time against that of one driven animation, so that a slow machine says the same."""
    animation = Animation(heights)
    shown = moments(heights)["plank_wind"]
    frame = animation.animate(shown)
    head = frame.in_scene(_HEAD, rotation_of(0.0, radians(-30)))
    looked, animated = [], []
    for number in range(200):
        before_ns = thread_time_ns()
        animation.areas.look(frame, *head)
        between_ns = thread_time_ns()
        animation.animate(replace(shown, axes={**shown.axes, "wind_mps": number / 100}))
        looked.append(between_ns - before_ns)
        animated.append(thread_time_ns() - between_ns)
    assert np.median(looked) < 0.5 * np.median(animated)


def test_the_small_scene_without_areas_has_none(tmp_path: Path) -> None:
    bundle = compile_scene(load_scene(write_scene(tmp_path, text=SMALL)))
    assert look(Animation(bundle), moment()) == NOWHERE
