"""Lamps on real pixels: a wall ahead, a lamp before it, and the light that falls on it by glTF's formulas."""

from math import cos, degrees, hypot, pi, radians, tan

import numpy as np
import numpy.typing as npt
import pytest

from tests.render.city import box, compiled, daylight, frame_of, material, meshes_of
from tests.render.conftest import Draw
from tests.render.test_picture import DARK, expected_byte
from vret.headset.body import make_eyes, see_stereo
from vret.headset.contract import Layout
from vret.headset.picture import EyePicture
from vret.render import Renderer
from vret.scene.compiled import LAMP, LAMPS_MAX, CompiledScene, SceneFrame

WALL_M = 10.0
ALBEDO = 0.5
SHEEN = 0.01
"""What GGX adds at roughness 1 to a surface that is lit and seen head on: f0 / 4."""
FAR = 1e-6


def wall() -> CompiledScene:
    grey = material((ALBEDO, ALBEDO, ALBEDO), roughness=1)
    return compiled(meshes_of(box(60, 60, 0.1, -30)), grey, [(0, 0, [0, 0, -WALL_M - 0.05, 1, 0])])


def lamp(
    position: tuple[float, float, float] = (0, 0, 2 - WALL_M),
    candela: float = 4.0,
    per_range_m2: float = FAR,
    cone: tuple[float, float] = (0.0, 1.0),
    direction: tuple[float, float, float] = (0, 0, -1),
) -> npt.NDArray[np.void]:
    return np.array([(position, per_range_m2, (candela,) * 3, cone[0], direction, cone[1])], LAMP)


def spot(inner_deg: float, outer_deg: float) -> tuple[float, float]:
    scale = 1 / (cos(radians(inner_deg)) - cos(radians(outer_deg)))
    return scale, -cos(radians(outer_deg)) * scale


def lit(scene: CompiledScene, *lamps: npt.NDArray[np.void]) -> SceneFrame:
    frame = frame_of(scene, daylight(**DARK, exposure=1.0))
    for index, one in enumerate(lamps):
        frame.lamps[index] = one[0]
    frame.lamp_count = len(lamps)
    return frame


def shown(lux: float) -> int:
    """The byte of the wall where so much light falls on it head on."""
    return expected_byte((ALBEDO + SHEEN) * lux / pi)


def off_axis_deg(pixel: int, away_m: float, size: int = 64) -> float:
    """The angle at a lamp on the axis, `away_m` before the wall, to what a pixel of the middle row shows."""
    aside_m = abs(pixel + 0.5 - size / 2) / (size / 2) * tan(radians(30)) * WALL_M
    return degrees(np.arctan2(aside_m, away_m))


@pytest.mark.parametrize(("away_m", "candela"), [(1.0, 1.0), (2.0, 4.0), (4.0, 4.0), (4.0, 16.0)])
def test_a_wall_is_lit_by_the_square_of_the_distance(draw: Draw, away_m: float, candela: float) -> None:
    scene = wall()
    pixels = draw(scene, lit(scene, lamp((0, 0, away_m - WALL_M), candela)), size=65)
    np.testing.assert_allclose(pixels[32, 32].astype(int), shown(candela / away_m**2), atol=1)


def test_beside_the_axis_the_wall_is_lit_by_the_fourth_power_of_the_cosine(draw: Draw) -> None:
    """A cosine for the slant and three for the distance; nearly chalk, so that only a little sheen is left over."""
    scene = wall()
    pixels = draw(scene, lit(scene, lamp((0, 0, 2 - WALL_M), 8.0)))
    for pixel in (34, 38, 44):
        slant = cos(radians(off_axis_deg(pixel, 2.0)))
        assert pixels[32, pixel, 0] == pytest.approx(expected_byte((ALBEDO + SHEEN) * 2 * slant**3 / pi), abs=6)


def test_the_light_ends_at_the_range_and_fades_before_it(draw: Draw) -> None:
    scene = wall()
    for range_m, share in ((4.0, 1 - 0.5**4), (2.2, 1 - (2 / 2.2) ** 4), (1.9, 0.0)):
        pixels = draw(scene, lit(scene, lamp(per_range_m2=range_m**-2)), size=65)
        np.testing.assert_allclose(pixels[32, 32].astype(int), shown(share), atol=1)


def test_a_spot_lights_its_cone_and_nothing_else(draw: Draw) -> None:
    scene = wall()
    cone = spot(10, 30)
    bare, pixels = (draw(scene, lit(scene, lamp(candela=8.0, cone=shape)))[32, :, 0] for shape in ((0.0, 1.0), cone))
    inside = [pixel for pixel in range(64) if off_axis_deg(pixel, 2.0) < 10]
    outside = [pixel for pixel in range(64) if off_axis_deg(pixel, 2.0) > 30.5]
    between = [pixel for pixel in range(64) if 16 < off_axis_deg(pixel, 2.0) < 27]
    assert len(inside) >= 2
    assert len(between) >= 2
    np.testing.assert_allclose(pixels[inside].astype(int), bare[inside], atol=1)
    assert (pixels[outside] == 0).all()
    assert (bare[outside] > 0).any()
    for pixel in between:
        angle = radians(off_axis_deg(pixel, 2.0))
        share = (cos(angle) * cone[0] + cone[1]) ** 2
        wanted = expected_byte((ALBEDO + SHEEN) * share * 2 * cos(angle) ** 3 / pi)
        assert pixels[pixel] == pytest.approx(wanted, abs=6)


def test_a_lamp_behind_the_wall_or_turned_away_lights_nothing_of_it(draw: Draw) -> None:
    scene = wall()
    behind = lamp((0, 0, -WALL_M - 1))
    away = lamp(cone=spot(10, 60), direction=(0, 0, 1))
    assert draw(scene, lit(scene, behind, away)).max() == 0


def test_lamps_add_up_and_keep_their_colours(draw: Draw) -> None:
    scene = wall()
    red, blue = lamp(), lamp()
    red["intensity"], blue["intensity"] = (4, 0, 0), (0, 0, 2)
    pixel = draw(scene, lit(scene, red, blue, red), size=65)[32, 32].astype(int)
    np.testing.assert_allclose(pixel, [shown(2), 0, shown(0.5)], atol=1)


def test_every_one_of_sixteen_shines_and_none_beyond_the_count(draw: Draw) -> None:
    scene = wall()
    frame = lit(scene, *[lamp(candela=0.5)] * LAMPS_MAX)
    np.testing.assert_allclose(draw(scene, frame, size=65)[32, 32].astype(int), shown(2), atol=1)
    frame.lamp_count = 0
    assert draw(scene, frame).max() == 0


@pytest.mark.usefixtures("context")
def test_lamplight_is_the_same_in_every_layout_and_seen_by_both_eyes() -> None:
    scene = wall()
    frame = lit(scene, lamp(cone=spot(10, 40)))
    eyes = make_eyes(2)
    see_stereo(eyes, np.array([0, 0, 0, 0, 0, 0, 1], np.float32))
    pictures = []
    for layout in Layout:
        renderer, picture = Renderer(2, (64, 64), layout), EyePicture(2, (64, 64), layout)
        resident = renderer.load(scene)
        renderer.draw(resident, frame, eyes, picture.target)
        pictures.append(np.stack([renderer.read_pixels(picture.target, view) for view in range(2)]).astype(int))
        renderer.release(resident)
        renderer.close()
        picture.release()
    for other in pictures[1:]:
        assert np.abs(pictures[0] - other).max() <= 3
    brightest = [divmod(int(eye[..., 0].argmax()), 64) for eye in pictures[0]]
    assert hypot(brightest[0][0] - brightest[1][0], 0) <= 1
    assert pictures[0].max() > 60
