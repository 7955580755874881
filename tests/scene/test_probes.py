"""Baked light of a small scene, read where a thing would stand."""

from pathlib import Path

import numpy as np
import pytest

from tests.scene.small import SMALL, write_scene
from vret.scene.animation import Animation
from vret.scene.bundle import Bundle
from vret.scene.compile import compile_scene
from vret.scene.compiled import PROBES
from vret.scene.moment import Moment
from vret.scene.scene import load_scene

GROUND = Moment(0, "ground", {"height_m": 0.0, "wind_mps": 0.0})
UP, AHEAD, LEFT = (0, 1, 0), (0, 0, -1), (-1, 0, 0)

ROOF = """[nodes.roof]
mesh = { kind = "box", size_m = [5, 0.3, 6] }
material = "stone"
position = [3.5, 1.8, 0]

[light]
"""
WALL = """[materials.paint]
colour = "#ff2010"

[nodes.wall]
mesh = { kind = "box", size_m = [0.3, 4, 6] }
material = "paint"
position = [-3, 0, 0]

[light]
"""
BLOCK = """[nodes.block]
mesh = { kind = "box", size_m = [4, 3, 4] }
material = "stone"
position = [-3, 0, 0]

[light]
"""
LAMP = """[lamps.near]
kind = "point"
colour = "#00ff00"
intensity_cd = 4000
range_m = 20
position = [0, 2, -2]

[light]
"""


def bundle_of(folder: Path, extra: str = "[light]\n", text: str = SMALL) -> Bundle:
    return compile_scene(load_scene(write_scene(folder, "[light]\n", extra, text)))


def light(
    bundle: Bundle, at: tuple[float, float, float], normal: tuple[int, int, int], moment: Moment = GROUND
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """What a white matt surface shows at the near volume's nearest probe, as shaders/light.glsl has it."""
    environment = Animation(bundle).animate(moment).environment[0]
    share = (np.array(at) - environment["near_low"]) * environment["near_per_m"]
    assert ((share > 0) & (share < 1)).all(), "outside the volume"
    x, y, z = (share * PROBES).astype(int)
    slot, variant = int(environment["near_slot"]) - 1, int(environment["variant"])
    columns = [variant * 3 * PROBES[0] + colour * PROBES[0] + x for colour in range(3)]
    texels = bundle.compiled.probes.texels[slot * PROBES[2] + z, y, columns].astype(np.float32)
    return np.asarray(texels @ np.array([1, *normal], np.float32), np.float32)


def sky(bundle: Bundle) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """What a white matt surface shows under the open sky."""
    x, y, z = UP
    values = np.array([1, y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y], np.float32)
    return np.asarray(values @ bundle.tables.skies[0, 0, :, :3], np.float32)


def test_in_the_open_a_floor_has_the_light_of_the_sky(tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path)
    np.testing.assert_allclose(light(bundle, (-3, 0.3, 2), UP), sky(bundle), rtol=0.25)


def test_under_a_roof_it_is_darker_for_whatever_stands_or_moves_there(tmp_path: Path) -> None:
    bundle = bundle_of(tmp_path, ROOF)
    under, beside = (light(bundle, (x, 1.0, 0), UP) for x in (3.5, -4.0))
    assert (under < 0.9 * beside).all()
    assert under[2] < 0.6 * beside[2], "the sky's blue least of all"
    assert (light(bundle, (3.5, 1.0, 0), AHEAD) < light(bundle, (-4.0, 1.0, 0), AHEAD)).all()


def test_a_red_wall_throws_red_light_back_and_more_of_it_in_the_sun(tmp_path: Path) -> None:
    sunny = bundle_of(tmp_path / "sunny", WALL)
    red, green, _ = light(sunny, (-2.2, 1.0, 0), LEFT)
    plain_red, plain_green, _ = light(sunny, (4.0, 1.0, 0), LEFT)
    assert red / green > 2 * plain_red / plain_green
    dull = bundle_of(tmp_path / "dull", WALL + "sun_power = 0\n")
    assert red > 3 * light(dull, (-2.2, 1.0, 0), LEFT)[0]


def test_a_lamp_throws_light_by_way_of_the_floor(tmp_path: Path) -> None:
    """A lamp's own light is drawn for itself; upside-down surfaces get it from the floor alone."""
    down = (0, -1, 0)
    with_lamp, without = (bundle_of(tmp_path / name, extra) for name, extra in (("a", LAMP), ("b", "[light]\n")))
    gained = light(with_lamp, (0, 1, -2), down) - light(without, (0, 1, -2), down)
    assert gained[1] > 0.05
    assert gained[0] < gained[1] / 10


def test_probes_within_a_thing_have_the_light_around_it(tmp_path: Path) -> None:
    """Light between two probes is mixed: a black one would darken the outside of the thing."""
    bundle = bundle_of(tmp_path, BLOCK)
    assert np.isfinite(bundle.compiled.probes.texels).all()
    assert light(bundle, (-3, 1.5, 0), UP).min() > 0.03


def test_each_place_has_its_volume_which_goes_where_its_anchor_goes(tmp_path: Path) -> None:
    animation = Animation(bundle_of(tmp_path))
    seen = {}
    for place, height_m in (("ground", 0.0), ("step", 0.5), ("step", 4.5)):
        environment = animation.animate(Moment(0, place, {"height_m": height_m, "wind_mps": 0.0})).environment[0]
        seen[place, height_m] = (float(environment["near_slot"]), environment["near_low"].copy())
    assert seen["step", 0.5][0] == seen["step", 4.5][0] != seen["ground", 0.0][0]
    np.testing.assert_allclose(seen["step", 4.5][1] - seen["step", 0.5][1], (0, 4, 0), atol=1e-5)


@pytest.mark.parametrize(("wind_mps", "share"), [(0.0, 0.0), (5.0, 0.5), (10.5, 1.0)])
def test_clouds_that_follow_an_axis_take_the_light_with_them(tmp_path: Path, wind_mps: float, share: float) -> None:
    cover = 'ground = "#8a857c"\ncloud_cover = { axis = "wind_mps", points = [[0, 0.2], [10, 0.9]] }\n'
    folder = write_scene(tmp_path, 'ground = "#8a857c"\n', cover)
    bundle = compile_scene(load_scene(folder))
    assert bundle.compiled.reflections.layers == 2
    environment = Animation(bundle).animate(Moment(0, "ground", {"height_m": 0.0, "wind_mps": wind_mps})).environment[0]
    assert environment["cube_blend"] == pytest.approx(share, abs=0.01)
    clear, cloudy = bundle.tables.skies[0]
    np.testing.assert_allclose(environment["light"], clear + (cloudy - clear) * share, atol=0.01)
    assert not np.allclose(clear, cloudy)
