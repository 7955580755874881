"""Models in their own materials, from the file to the pixels."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.render.city import daylight
from tests.render.conftest import Draw, Pixels
from tests.render.test_picture import DARK, expected_byte
from tests.render.test_renderer import CountingHot
from tests.scene.glb import checker, ktx2, plain, png, square
from vret.headset.body import make_eyes, see_stereo
from vret.headset.contract import Layout
from vret.headset.picture import EyePicture
from vret.render import Renderer
from vret.scene.animation import Animation
from vret.scene.bundle import Bundle, read_bundle, write_bundle
from vret.scene.compile import compile_scene
from vret.scene.compiled import NO_REFLECTIONS, SceneFrame
from vret.scene.moment import Moment
from vret.scene.scene import load_scene

SCENE = """\
format = 1
title = "Square"
phobia = "none"
posture = "seated"
content_warnings = []
seed = 1
base_place = "here"
[places.here]
title = "Here"
[materials.lamp]
colour = "#000000"
emission = "#ffffff"
emission_power = 1
"""
REST = """
[light]
sun_azimuth_deg = 180
sun_elevation_deg = 45
[sky]
zenith = "#000000"
horizon = "#000000"
ground = "#000000"
visibility_m = 100000
[hold]
shows = "All."
"""
MODEL = """
[nodes.model]
mesh = { kind = "model", file = "square.glb" }
position = %s
rotation_deg = %s
"""
LAMP_BEHIND = """
[nodes.behind]
mesh = { kind = "box", size_m = [9, 9, 0.1] }
material = "lamp"
position = [0, -4.5, -6]
"""
RED, GREEN = (255, 0, 0), (0, 255, 0)
GLOWS: dict[str, Any] = {
    "pbrMetallicRoughness": {"baseColorFactor": [0, 0, 0, 1], "metallicFactor": 0},
    "emissiveFactor": [1, 1, 1],
    "emissiveTexture": {"index": 0},
}


class Shown:
    """A scene with one model, compiled, written, read again and drawn from 4 m off in the dark or the sun."""

    def __init__(self, folder: Path, draw: Draw) -> None:
        self._folder, self._draw = folder / "square", draw
        self._folder.mkdir()

    def __call__(
        self,
        model: bytes,
        light: dict[str, Any] = DARK,
        *,
        at: tuple[float, float, float] = (0, 0, -4),
        turned: tuple[float, float, float] = (0, 0, 0),
        more: str = "",
        **drawn: Any,
    ) -> Pixels:
        (self._folder / "square.glb").write_bytes(model)
        (self._folder / "scene.toml").write_text(SCENE + MODEL % (list(at), list(turned)) + more + REST)
        path = self._folder / "bundle"
        write_bundle(path, compile_scene(load_scene(self._folder)))
        bundle = read_bundle(path)
        frame: SceneFrame = Animation(bundle).animate(Moment(0, "here", {}))
        frame.environment = daylight(**{"exposure": 1.0, "fog_density": 0.0} | light)
        return self._draw(replace(bundle.compiled, reflections=NO_REFLECTIONS), frame, **drawn)


@pytest.fixture
def shown(tmp_path: Path, draw: Draw) -> Shown:
    return Shown(tmp_path, draw)


def textured(**more: Any) -> dict[str, Any]:
    return {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}, "metallicFactor": 0}} | more


SUN = {"indoor": 1.0, "sky_horizon": (0, 0, 0), "ambient_power": 0.0, "shadow_radius_m": 0.0}
AHEAD = SUN | {"sun_direction": (0.0, 0.0, 1.0)}


def test_a_checker_is_seen_where_its_picture_has_it(shown: Shown) -> None:
    pixels = shown(square(GLOWS, png(checker(RED, GREEN)))).astype(int)
    for (y, x), colour in {(24, 24): 0, (24, 40): 1, (40, 24): 1, (40, 40): 0}.items():
        assert pixels[y, x].argmax() == colour
        assert pixels[y, x].max() > 200
        assert np.delete(pixels[y, x], colour).max() < 30


@pytest.mark.parametrize("code", [13, 60, 128, 188, 255])
def test_a_pictures_bytes_are_srgb(shown: Shown, code: int) -> None:
    pixels = shown(square(GLOWS, png(plain((code, code, code)))))
    coded = code / 255
    linear = coded / 12.92 if coded <= 0.04045 else ((coded + 0.055) / 1.055) ** 2.4
    np.testing.assert_allclose(pixels[32, 32].astype(int), expected_byte(linear), atol=1)


def test_far_away_a_checker_is_its_mean_colour(shown: Shown) -> None:
    """The mean of light, not of bytes."""
    pixels = shown(square(GLOWS, png(checker(RED, GREEN, 64, 32)), repeats=16))[26:38, 26:38].astype(int)
    np.testing.assert_allclose(pixels[..., :2].reshape(-1, 2), expected_byte(0.5), atol=4)
    assert pixels[..., 2].max() < 3


def test_a_base_colour_is_lit_like_a_plain_material_of_the_same_colour(shown: Shown) -> None:
    factor = {"pbrMetallicRoughness": {"baseColorFactor": [0.5, 0.5, 0.5, 1], "metallicFactor": 0}}
    plainly = shown(square(factor), AHEAD)[32, 32].astype(int)
    pictured = shown(square(textured(), png(plain((188, 188, 188)))), AHEAD)[32, 32].astype(int)
    assert plainly.min() > 60
    np.testing.assert_allclose(plainly, pictured, atol=1)


def test_a_normal_map_tilts_the_highlight(shown: Shown) -> None:
    """Red leans to the picture's right, green to its top; the sun stands there."""
    levels = []
    for sun, normal in (((1.0, 0.0, 1.0), (217, 128, 218)), ((0.0, 1.0, 1.0), (128, 217, 218))):
        light = SUN | {"sun_direction": tuple(np.array(sun) / np.sqrt(2))}
        towards = textured(normalTexture={"index": 1})
        away = textured(normalTexture={"index": 1, "scale": -1.0})
        pictures = png(plain((120, 120, 120))), png(plain(normal))
        flat = shown(square(textured(), pictures[0]), light)[32, 32].max()
        levels.append(
            [int(shown(square(one, *pictures), light)[32, 32].max()) for one in (towards, away)] + [int(flat)]
        )
    for towards_level, away_level, flat_level in levels:
        assert towards_level > flat_level + 10
        assert away_level < 20
    assert abs(levels[0][0] - levels[1][0]) <= 3


def test_roughness_metal_and_occlusion_come_from_their_channels(shown: Shown) -> None:
    grey = {"baseColorFactor": [0.5, 0.5, 0.5, 1]}
    mirror = np.array([0.0, 0.0, 1.0])

    def level(surface: tuple[int, int, int], light: dict[str, Any], **more: Any) -> int:
        look = {"pbrMetallicRoughness": grey | {"metallicRoughnessTexture": {"index": 0}}} | more
        return int(shown(square(look, png(plain(surface))), light)[32, 32].max())

    assert level((255, 255, 255), AHEAD) < level((255, 255, 0), AHEAD), "metal has no diffuse light"
    glancing = SUN | {"sun_direction": tuple(mirror)}
    assert level((255, 60, 255), glancing) > level((255, 255, 255), glancing) + 20, "smooth metal shines at its mirror"
    day = {"indoor": 1.0, "sun_power": 0.0, "ambient_power": 1.0, "ground_colour": (0.8, 0.8, 0.8)}
    closed = {"occlusionTexture": {"index": 0}}
    assert level((255, 255, 0), day) == level((255, 255, 0), day, **closed)
    assert level((0, 255, 0), day) == level((255, 255, 0), day), "without an occlusionTexture red means nothing"
    assert level((0, 255, 0), day, **closed) < 5


def test_occlusion_may_have_a_picture_of_its_own(shown: Shown) -> None:
    day = {"indoor": 1.0, "sun_power": 0.0, "ambient_power": 1.0, "ground_colour": (0.8, 0.8, 0.8)}
    look = textured(occlusionTexture={"index": 1})
    look["pbrMetallicRoughness"] |= {"metallicRoughnessTexture": {"index": 2}}
    pictures = png(plain((200, 200, 200))), png(checker((255, 0, 0), (0, 0, 0), 16)), png(plain((0, 255, 0)))
    pixels = shown(square(look, *pictures), day)
    assert pixels[24, 24].min() > 60
    assert pixels[24, 40].max() < 5


def test_emission_follows_the_scenes_lamps(shown: Shown) -> None:
    model = square(
        GLOWS | {"extensions": {"KHR_materials_emissive_strength": {"emissiveStrength": 0.5}}}, png(plain(RED))
    )
    assert shown(model, DARK | {"lamps": 0.0})[32, 32].max() == 0
    np.testing.assert_allclose(shown(model)[32, 32], (expected_byte(0.5), 0, 0), atol=1)


def leaf(hole: int = 0) -> bytes:
    """A green picture whose right half is a hole."""
    pixels = np.full((64, 64, 4), (0, 255, 0, 255), np.uint8)
    pixels[:, 32:, 3] = hole
    return png(pixels)


@pytest.mark.parametrize("samples", [1, 4])
def test_a_masks_hole_shows_what_is_behind(shown: Shown, samples: int) -> None:
    look = textured(alphaMode="MASK", emissiveFactor=[0, 1, 0])
    pixels = shown(square(look, leaf()), more=LAMP_BEHIND, samples=samples).astype(int)
    assert pixels[32, 26].tolist() == [0, expected_byte(1.0), 0]
    np.testing.assert_array_equal(pixels[32, 38], expected_byte(1.0))
    cut = textured(alphaMode="MASK", alphaCutoff=0.9, emissiveFactor=[0, 1, 0])
    for opacity, is_hole in ((200, True), (250, False)):
        seen = shown(square(cut, leaf(opacity)), more=LAMP_BEHIND, samples=samples)[32, 38]
        assert bool(seen.min() > 100) is is_hole


def test_a_masks_edge_is_as_soft_as_other_edges(shown: Shown) -> None:
    look = textured(alphaMode="MASK", emissiveFactor=[1, 1, 1])
    shares = {}
    for samples in (1, 4):
        pixels = shown(square(look, leaf()), turned=(0, 0, 20), samples=samples)[20:44, 22:42, 0].astype(int)
        shares[samples] = ((pixels > 20) & (pixels < 220)).any(axis=1).mean()
    assert shares[1] == 0
    assert shares[4] > 0.5, "drivers round alpha to coverage each in their own way"


def test_a_masks_far_copy_is_as_dense(shown: Shown) -> None:
    """Leaves by chance: a quarter of the square is there, near and far."""
    pixels = np.full((128, 128, 4), 255, np.uint8)
    pixels[..., 3] = np.where(np.random.default_rng(1).random((128, 128)) < 0.25, 255, 0)
    look = textured(alphaMode="MASK", emissiveFactor=[1, 1, 1])
    near, far = (shown(square(look, png(pixels), repeats=count))[20:44, 20:44, 0] for count in (0.1, 2))
    for seen in (near, far):
        assert 0.1 < (seen.astype(float) / expected_byte(1.0)).mean() < 0.45


def test_both_sides_are_seen_only_where_the_model_says_so(shown: Shown) -> None:
    for is_two_sided in (False, True):
        look = GLOWS | {"doubleSided": is_two_sided}
        assert bool(shown(square(look, png(plain(RED))), turned=(0, 180, 0))[32, 32].max()) is is_two_sided
        assert shown(square(look, png(plain(RED))))[32, 32].max() > 200


def test_a_blended_model_lets_through_what_is_behind(shown: Shown) -> None:
    half = np.full((4, 4, 4), (0, 0, 0, 128), np.uint8)
    look = textured(alphaMode="BLEND")
    pixel = shown(square(look, png(half)), more=LAMP_BEHIND)[32, 32].astype(int)
    np.testing.assert_allclose(pixel, expected_byte(1 - 128 / 255), atol=2)
    opaque = shown(square(textured(), png(half)), more=LAMP_BEHIND)[32, 32]
    assert opaque.max() == 0, "without BLEND, alpha means nothing"


FLOOR = """
[materials.floor]
colour = "#808080"
[nodes.floor]
mesh = { kind = "plane", width_m = 20, depth_m = 20 }
material = "floor"
position = [0, -1.5, -4]
"""


def test_the_sun_shines_through_a_masks_hole(shown: Shown) -> None:
    """A leaf overhead at noon, out of sight, whose right half is a hole."""
    noon = SUN | {"sun_direction": (0.0, 1.0, 0.0), "shadow_radius_m": 10.0}
    for look, right_is_lit in ((textured(alphaMode="MASK"), True), (textured(), False)):
        pixels = shown(square(look, leaf()), noon, at=(0, 3, -4), turned=(-90, 0, 0), more=FLOOR).astype(int)
        left, right, beside = (int(pixels[52, x].max()) for x in (26, 38, 60))
        assert left < 10
        assert beside > 60
        assert (right > 60) is right_is_lit


def test_bc7_is_uploaded_as_it_is(shown: Shown) -> None:
    for code in (61, 189):
        pixels = shown(square(GLOWS, ktx2(16, (code,) * 5)))
        linear = ((code / 255 + 0.055) / 1.055) ** 2.4
        np.testing.assert_allclose(pixels[32, 32].astype(int), expected_byte(linear), atol=1)


def test_every_layout_and_every_scene_makes_the_same_calls_and_picture(tmp_path: Path, context: object) -> None:
    folder = tmp_path / "square"
    folder.mkdir()
    look = textured(alphaMode="MASK", doubleSided=True, normalTexture={"index": 1})
    (folder / "square.glb").write_bytes(square(look, leaf(), png(plain((160, 128, 240)))))
    plainly = SCENE + LAMP_BEHIND.replace("behind", "lamp")
    found = {}
    for name, text in (("textured", SCENE + MODEL % ([0, 0, -4], [0, 0, 0]) + LAMP_BEHIND), ("plain", plainly)):
        (folder / "scene.toml").write_text(text + REST)
        bundle = compile_scene(load_scene(folder))
        for layout in Layout:
            found[name, layout] = drawn_twice(bundle, layout)
    counts = {key: count for key, (_, count) in found.items()}
    open_pass = 3
    assert counts["textured", Layout.ARRAY] == counts["plain", Layout.ARRAY] + open_pass
    first = found["textured", Layout.ARRAY][0].astype(int)
    assert (first[..., 1] > first[..., 0] + 50).any(), "the leaf is green"
    for layout in Layout:
        assert np.abs(found["textured", layout][0] - first).max() <= 3
        assert counts["textured", layout] == counts["plain", layout] + open_pass


def test_a_mirror_leaves_textures_as_they_are(tmp_path: Path, context: object) -> None:
    folder = tmp_path / "square"
    folder.mkdir()
    (folder / "square.glb").write_bytes(square(textured(alphaMode="MASK", doubleSided=True), leaf()))
    (folder / "scene.toml").write_text(SCENE + MODEL % ([0, 0, -4], [0, 0, 0]) + REST)
    bundle = compile_scene(load_scene(folder))
    seen, watched = (drawn_twice(bundle, Layout.ARRAY, mirrored=is_on)[0] for is_on in (False, True))
    np.testing.assert_array_equal(watched, seen)


def drawn_twice(bundle: Bundle, layout: Layout, *, mirrored: bool = False) -> tuple[Pixels, int]:
    """The second frame of both eyes, and how many OpenGL calls it made."""
    hot = CountingHot()
    renderer, picture = Renderer(2, (64, 64), layout, gl=hot), EyePicture(2, (64, 64), layout)
    resident, eyes = renderer.load(bundle.compiled), make_eyes(2)
    see_stereo(eyes, np.array([0, 0, 0, 0, 0, 0, 1], np.float32))
    animation, mirror = Animation(bundle), renderer.make_mirror((32, 32), 0) if mirrored else None
    for _ in range(2):
        hot.counts.clear()
        renderer.draw(resident, animation.animate(Moment(0, "here", {})), eyes, picture.target)
        if mirror is not None:
            mirror.turn(picture.target)
    pixels = np.stack([renderer.read_pixels(picture.target, view) for view in range(2)])
    count = hot.counts.total()
    if mirror is not None:
        mirror.release()
    renderer.release(resident)
    renderer.close()
    picture.release()
    return pixels, count
