"""Decals on real pixels: upright, on their surface, behind what is before them, and free where there are none."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.render.city import daylight, frame_of
from tests.render.conftest import Pixels
from tests.render.test_picture import DARK
from tests.render.test_renderer import CountingHot
from tests.scene.glb import png
from vret.headset.body import make_eyes, see_mono
from vret.headset.contract import Layout
from vret.headset.egl import SurfacelessContext
from vret.headset.picture import EyePicture
from vret.render import Renderer
from vret.scene.compile import compile_scene
from vret.scene.compiled import CompiledScene
from vret.scene.scene import load_scene

WALL = """\
format = 1
title = "Wall"
phobia = "heights"
posture = "standing"
content_warnings = []
seed = 3
base_place = "here"

[places.here]
title = "Here"

[materials.white]
colour = "#ffffff"
roughness = 1

[nodes.wall]
mesh = { kind = "box", size_m = [400, 400, 1] }
material = "white"
position = [0, -200, -60.5]
"""
FLOOR = """
[nodes.floor]
mesh = { kind = "plane", width_m = 300, depth_m = 300 }
material = "white"
position = [0, -1.6, 0]
"""
BOARD = """
[nodes.board]
mesh = {{ kind = "box", size_m = {size} }}
material = "white"
position = {position}
"""
REST = """
[light]
sun_azimuth_deg = 90
sun_elevation_deg = 30

[sky]
zenith = "#3f78bd"
horizon = "#c4d8e6"
ground = "#8a857c"
visibility_m = 1000

[hold]
shows = "All goes on."
"""
ON_WALL = """
[decals.mark]
colour = "#000000"
roughness = 1
size_m = [40, 40]
position = [0, 0, -60]
rotation_deg = [90, 0, 0]
"""
LIT = DARK | {"ambient_power": 1.0, "sky_horizon": (1, 1, 1), "sky_zenith": (1, 1, 1), "ground_colour": (1, 1, 1)}
"""The same light from everywhere."""

Shown = Callable[..., Pixels]


@pytest.fixture(scope="module")
def shown(context: SurfacelessContext) -> Iterator[Shown]:
    """A scene from a head at `at_m`, 64 pixels square and 60 degrees wide; one renderer for all of them."""
    renderer, picture = Renderer(1, (64, 64), Layout.ARRAY), EyePicture(1, (64, 64), Layout.ARRAY)
    eyes = make_eyes(1)

    def draw(scene: CompiledScene, *heads: tuple[float, float, float], t_s: float = 0.0, **light: object) -> Pixels:
        """(heads, 64, 64, 3), or without heads what the one at the origin sees."""
        resident, frame = renderer.load(scene), frame_of(scene, daylight(**(LIT | light)))
        frame.t_ns = int(t_s * 1e9)
        pixels = []
        for head in heads or [(0.0, 0.0, 0.0)]:
            see_mono(eyes, np.array([*head, 0, 0, 0, 1], np.float32), 60, 1)
            renderer.draw(resident, frame, eyes, picture.target)
            pixels.append(renderer.read_pixels(picture.target, 0))
        renderer.release(resident)
        return np.array(pixels) if heads else pixels[0]

    yield draw
    renderer.close()
    picture.release()


def compiled(tmp_path: Path, *tables: str, **pictures: npt.NDArray[np.uint8]) -> CompiledScene:
    folder = tmp_path / f"wall{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    (folder / "scene.toml").write_text(WALL + "".join(tables) + REST, encoding="utf-8")
    for name, pixels in pictures.items():
        (folder / f"{name}.png").write_bytes(png(pixels))
    return compile_scene(load_scene(folder)).compiled


def test_a_picture_hangs_upright_and_fills_its_box(tmp_path: Path, shown: Shown) -> None:
    """Red, green / blue, clear; 40 of the 69 m that are seen at 60 m."""
    quarters = np.zeros((2, 2, 4), np.uint8)
    quarters[0, 0], quarters[0, 1], quarters[1, 0] = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255)
    pixels = np.repeat(np.repeat(quarters, 32, 0), 32, 1)
    scene = compiled(tmp_path, ON_WALL.replace("#000000", "#ffffff") + 'picture = "four.png"\n', four=pixels)
    seen = shown(scene)
    assert seen[22, 22].argmax() == 0
    assert seen[22, 42].argmax() == 1
    assert seen[42, 22].argmax() == 2
    bare = shown(compiled(tmp_path))
    np.testing.assert_array_equal(seen[42, 42], bare[42, 42])
    changed = np.flatnonzero((np.abs(seen.astype(int) - bare).max(axis=-1) > 40).any(axis=0))
    assert (changed.min(), changed.max()) == (pytest.approx(32 - 18.5, abs=1), pytest.approx(31 + 18.5, abs=1))


@pytest.mark.parametrize("is_floor", [False, True])
def test_nothing_flickers_far_away(tmp_path: Path, shown: Shown, is_floor: bool) -> None:
    """Black on white from many heads: within its outline all pixels stay black, on a wall at 60 m and along a floor."""
    lying = ON_WALL.replace("[90, 0, 0]", "[0, 31, 0]").replace("[0, 0, -60]", "[0, -1.6, -40]")
    scene = compiled(tmp_path, FLOOR if is_floor else "", lying if is_floor else ON_WALL)
    inside = (slice(34, 35), slice(25, 39)) if is_floor else (slice(24, 40), slice(24, 40))
    seen = shown(scene, *((0.013 * step, 0.0071 * step, 0.009 * step) for step in range(24)))
    assert seen[:, *inside].max() < 80


def test_what_stands_before_it_hides_it(tmp_path: Path, shown: Shown) -> None:
    """A board 0.3 m before the wall, 60 m away."""
    board = BOARD.format(size="[10, 10, 0.1]", position="[0, -5, -59.6]")
    seen = shown(compiled(tmp_path, board, ON_WALL + "depth_m = 0.2\n"))
    assert seen[32, 32].min() > 150
    assert seen[22, 22].max() < 80


def test_a_later_one_lies_over_an_earlier_one(tmp_path: Path, shown: Shown) -> None:
    red, green = (ON_WALL.replace("#000000", colour) for colour in ("#ff0000", "#00ff00"))
    one = shown(compiled(tmp_path, red, green.replace("mark]", "other]")))
    other = shown(compiled(tmp_path, green, red.replace("mark]", "other]")))
    assert (one[32, 32].argmax(), other[32, 32].argmax()) == (1, 0)


def test_its_opacity_mixes_it_with_the_surface(tmp_path: Path, shown: Shown) -> None:
    levels = [
        int(shown(compiled(tmp_path, ON_WALL + f"opacity = {share}\n"))[32, 32, 1]) for share in (0.0, 0.3, 0.7, 1.0)
    ]
    assert levels[0] == shown(compiled(tmp_path))[32, 32, 1]
    assert levels == sorted(levels, reverse=True)
    assert min(a - b for a, b in pairwise(levels)) > 8


def test_it_lies_in_the_shade_of_what_throws_one(tmp_path: Path, shown: Shown) -> None:
    """White on white in the sun and in the shade looks as the wall does."""
    roof = BOARD.format(size="[400, 1, 30]", position="[0, 20, -50]")
    sun = {
        "sun_direction": (0.0, 0.8, 0.6),
        "sun_power": 2.0,
        "shadow_radius_m": 120.0,
        "ambient_power": 0.2,
        "exposure": 0.5,
    }
    bare, marked = (
        shown(compiled(tmp_path, roof, *marks), **sun).astype(int)
        for marks in ((), (ON_WALL.replace("#000000", "#ffffff"),))
    )
    assert np.ptp(bare[15:50, 32, 1]) > 30
    assert np.abs(marked - bare).max() <= 3


@pytest.mark.parametrize(
    "pattern",
    ["stain", "dirt", "puddle", "crack", "leaves", "manhole", "grate", "paint", "arrow", "tyre", "drops", "sign"],
)
def test_every_pattern_shows_something_and_keeps_to_its_box(tmp_path: Path, shown: Shown, pattern: str) -> None:
    near = ON_WALL.replace("[40, 40]", "[2, 2]").replace("-60", "-3").replace("#000000", "#802020")
    wall = BOARD.format(size="[40, 40, 1]", position="[0, -20, -3.5]")
    bare = shown(compiled(tmp_path, wall)).astype(int)
    seen = shown(compiled(tmp_path, wall, near + f'pattern = "{pattern}"\n')).astype(int)
    changed = np.abs(seen - bare).max(axis=-1) > 12
    assert changed.mean() > 0.003
    half = round(32 * 1 / (3 * np.tan(np.radians(30)))) + 1
    changed[32 - half : 32 + half, 32 - half : 32 + half] = False
    assert not changed.any()


def test_a_puddle_has_rings_where_it_rains(tmp_path: Path, shown: Shown) -> None:
    """Under a wide shelter no drop is drawn, so that only the rings move."""
    near = (
        ON_WALL.replace("[90, 0, 0]", "[0, 0, 0]").replace("[0, 0, -60]", "[0, -0.3, -0.9]").replace("40, 40", "1, 1")
    )
    floor = BOARD.format(size="[10, 0.1, 10]", position="[0, -0.4, -2]")
    scene = compiled(tmp_path, floor, near.replace("roughness = 1", 'roughness = 0.03\npattern = "puddle"'))
    light = {"indoor": 0.0, "shelter_m": 99.0, "ambient_power": 0.05, "exposure": 4.0}
    dry = [shown(scene, t_s=t_s, **light) for t_s in (1.0, 1.3)]
    wet = [shown(scene, t_s=t_s, rain=1.0, **light).astype(int) for t_s in (1.0, 1.3)]
    np.testing.assert_array_equal(*dry)
    moved = np.abs(wet[1] - wet[0]).max(axis=-1) > 3
    assert moved.sum() > 8
    assert not moved[:36].any()


@pytest.mark.usefixtures("context")
def test_calls_are_made_only_where_there_are_decals(tmp_path: Path) -> None:
    counts = []
    for tables in (
        (),
        (ON_WALL,),
        (ON_WALL, ON_WALL.replace("mark]", "other]") + "copies = [[-9, 0, 0], [9, 0, 0]]\n"),
    ):
        hot = CountingHot()
        scene = compiled(tmp_path, *tables)
        renderer, picture = Renderer(1, (32, 32), Layout.ARRAY, gl=hot), EyePicture(1, (32, 32), Layout.ARRAY)
        resident, frame, eyes = renderer.load(scene), frame_of(scene), make_eyes(1)
        see_mono(eyes, np.array([0, 0, 0, 0, 0, 0, 1], np.float32), 60, 1)
        for _ in range(5):
            frame.moved, frame.visible_changed = (0, len(frame.rows)), True
            hot.counts.clear()
            renderer.draw(resident, frame, eyes, picture.target)
        counts.append(hot.counts.total())
        renderer.release(resident)
        renderer.close()
        picture.release()
    assert counts[1] == counts[2]
    assert counts[1] - counts[0] == 4
    assert counts[1] <= 60
