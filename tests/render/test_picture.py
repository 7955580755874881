"""What is drawn, read back from small pictures."""

import numpy as np
import pytest

from tests.render.city import box, compiled, daylight, frame_of, material, meshes_of
from tests.render.conftest import Draw
from vret.headset.page import Page
from vret.scene.compiled import CompiledScene

DARK = {"sun_power": 0.0, "ambient_power": 0.0, "fog_density": 0.0, "indoor": 1.0, "sky_horizon": (0, 0, 0)}


def lamp(colour: tuple[float, float, float], size_m: float = 20, away_m: float = 10) -> CompiledScene:
    """A box that shines by itself, straight ahead."""
    materials = material((0, 0, 0), emission=colour, roughness=1)
    return compiled(meshes_of(box(size_m, size_m, 0.1, -size_m / 2)), materials, [(0, 0, [0, 0, -away_m, 1, 0])])


def expected_byte(linear: float) -> int:
    """Narkowicz' curve, then the sRGB transfer function (IEC 61966-2-1)."""
    shown = min(max(linear * (2.51 * linear + 0.03) / (linear * (2.43 * linear + 0.59) + 0.14), 0), 1)
    return round(255 * (12.92 * shown if shown <= 0.0031308 else 1.055 * shown ** (1 / 2.4) - 0.055))


@pytest.mark.parametrize("exposure", [1.0, 0.5])
def test_a_linear_colour_comes_back_as_its_srgb_byte(draw: Draw, exposure: float) -> None:
    colour = (0.02, 0.18, 0.9)
    scene = lamp(colour)
    pixels = draw(scene, frame_of(scene, daylight(**DARK, exposure=exposure)))
    expected = [expected_byte(part * exposure) for part in colour]
    np.testing.assert_allclose(pixels[32, 32].astype(int), expected, atol=1)


def test_the_veil_darkens_and_at_1000_is_black(draw: Draw) -> None:
    scene = lamp((1, 1, 1))
    brightness = [int(draw(scene, veil=veil).max()) for veil in (0, 400, 900, 1000)]
    assert brightness == sorted(brightness, reverse=True)
    assert brightness[0] > 200
    assert brightness[-1] == 0


def test_edges_are_multisampled(draw: Draw) -> None:
    scene = lamp((1, 1, 1), size_m=4, away_m=10)
    scene.rows["rotation"] = (0, 0, np.sin(0.2), np.cos(0.2))
    frame = frame_of(scene, daylight(**DARK))
    smooth, rough = draw(scene, frame)[..., 0], draw(scene, frame, samples=1)[..., 0]
    white = int(rough.max())
    between = (smooth > 20) & (smooth < white - 20)
    assert not ((rough > 20) & (rough < white - 20)).any()
    assert between.sum() > 30


def test_nearer_things_hide_farther_ones(draw: Draw) -> None:
    materials = np.concatenate([material((0, 0, 0), emission=(1, 0, 0)), material((0, 0, 0), emission=(0, 1, 0))])
    meshes = meshes_of(box(20, 20, 0.1, -10))
    for near, far in ((0, 1), (1, 0)):
        scene = compiled(meshes, materials, [(0, near, [0, 0, -5, 1, 0]), (0, far, [0, 0, -500, 1, 0])])
        pixel = draw(scene, frame_of(scene, daylight(**DARK)))[32, 32]
        assert pixel.argmax() == near


def test_a_roof_throws_a_shadow(draw: Draw) -> None:
    meshes = meshes_of(box(60, 1, 60, -3), box(6, 0.2, 6))
    roofed = compiled(meshes, material((0.5, 0.5, 0.5)), [(0, 0, [0, 0, 0, 1, 0]), (1, 0, [0, 8, -8, 1, 0])])
    light = daylight(sun_direction=(0.0, 1.0, 0.0), shadow_radius_m=20.0, fog_density=0)
    open_sky, frame = frame_of(roofed, light), frame_of(roofed, light)
    open_sky.visible[1] = False
    bright, shaded = draw(roofed, open_sky)[42, 32].astype(int), draw(roofed, frame)[42, 32].astype(int)
    assert (shaded < bright - 40).all()
    np.testing.assert_allclose(
        draw(roofed, frame)[60, 2].astype(int), draw(roofed, open_sky)[60, 2].astype(int), atol=2
    )
    unshaded = draw(roofed, frame, has_shadows=False)[42, 32].astype(int)
    np.testing.assert_allclose(unshaded, bright, atol=2)


def test_panes_blend_whatever_their_order_in_the_scene(draw: Draw) -> None:
    meshes = meshes_of(box(20, 20, 0.1, -10))
    panes = [
        material((0, 0, 0), emission=(0.9, 0, 0), opacity=0.5, roughness=1),
        material((0, 0, 0), emission=(0, 0.9, 0), opacity=0.5, roughness=1),
        material((0, 0, 0), emission=(0, 0, 0.9)),
    ]
    materials = np.concatenate(panes)
    things = [(0, 0, [0, 0, -5, 1, 0]), (0, 1, [0, 0, -8, 1, 0]), (0, 2, [0, 0, -12, 1, 0])]
    pixels = []
    for order in ((0, 1, 2), (2, 1, 0)):
        scene = compiled(meshes, materials, [things[index] for index in order])
        pixels.append(draw(scene, frame_of(scene, daylight(**DARK)))[32, 32].astype(int))
    np.testing.assert_allclose(pixels[0], pixels[1], atol=1)
    red, green, blue = pixels[0]
    assert red > green > 60
    assert blue > 25


def test_what_is_invisible_is_not_drawn(draw: Draw) -> None:
    scene = lamp((1, 1, 1))
    frame = frame_of(scene, daylight(**DARK))
    frame.visible[0] = False
    assert draw(scene, frame).max() == 0


def test_what_has_no_opacity_is_not_drawn(draw: Draw) -> None:
    scene = lamp((1, 1, 1))
    scene.materials["opacity"] = 0
    assert draw(scene, frame_of(scene, daylight(**DARK))).max() == 0


def test_the_stage_moves_through_the_scene(draw: Draw) -> None:
    scene = lamp((1, 1, 1), size_m=4)
    frame = frame_of(scene, daylight(**DARK), height_m=5.0)
    pixels = draw(scene, frame)
    assert pixels[:32].max() == 0
    assert pixels[40:].max() > 200


def test_fog_takes_distant_things_towards_the_horizon(draw: Draw) -> None:
    scene = lamp((0, 0, 0), size_m=400, away_m=150)
    light = DARK | {"sky_horizon": (0.5, 0.5, 0.5)}
    clear = draw(scene, frame_of(scene, daylight(**light)))[32, 32]
    foggy = draw(scene, frame_of(scene, daylight(**light | {"fog_density": 0.05})))[32, 32]
    assert clear.max() < 10
    np.testing.assert_allclose(foggy.astype(int), expected_byte(0.5 * 0.75), atol=3)


def test_a_page_stands_below_the_line_of_sight_and_over_the_veil(draw: Draw) -> None:
    scene = lamp((0, 0, 0))
    blank = draw(scene, veil=1000, size=128)
    pixels = draw(scene, veil=1000, page=Page(sentence="Pause."), size=128)
    assert blank.max() == 0
    assert pixels[:64].max() == 0
    assert pixels[64:].max() > 120


def test_an_empty_scene_is_sky(draw: Draw) -> None:
    empty = compiled(meshes_of(box(1, 1, 1)), material((1, 1, 1)), [])
    pixels = draw(empty)
    assert pixels[2, 32, 2] > pixels[2, 32, 0]


def test_no_seam_shows_between_the_triangles_of_a_face(draw: Draw) -> None:
    vertices, triangles = box(40, 30, 1, -15)
    a, b, c, _, _, d = triangles.reshape(-1, 6).T
    other_diagonal = np.stack([a, b, d, b, c, d], axis=1).reshape(-1)
    wall = material((0.5, 0.5, 0.5), "facade", (3, 3))
    pictures = [
        draw(compiled(meshes_of((vertices, split)), wall, [(0, 0, [3, 0, -20, 1, 0.3])]), samples=1)
        for split in (triangles, other_diagonal)
    ]
    assert np.abs(pictures[0].astype(int) - pictures[1]).max() <= 8
