"""Light from all around on real pixels."""

from collections.abc import Callable
from dataclasses import replace

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
from vret.scene.compiled import PROBES, CompiledScene, Probes, Reflections, SceneFrame
from vret.scene.light.cubes import Floats, prefiltered
from vret.scene.meshes.shapes import ball

WHITE = DARK | {"sky_horizon": (1, 1, 1), "exposure": 0.5}
SIZE = 96
AWAY_M = 6.0
ROUGHNESSES, METALS = (0.0, 0.25, 0.6, 1.0), (0.0, 0.5, 1.0)


def among(radiance: Callable[[Floats], Floats], scene: CompiledScene) -> tuple[CompiledScene, SceneFrame]:
    """The scene in an environment and no other light."""
    halves, light = prefiltered([radiance])
    frame = frame_of(scene, daylight(**WHITE))
    frame.environment["light"][..., :3] = light[0]
    return replace(scene, reflections=Reflections(1, halves)), frame


def sphere_of(radius: float) -> tuple[npt.NDArray[np.void], npt.NDArray[np.uint32]]:
    shape = ball(radius, sides=48, rings=32)
    return shape.vertices, shape.triangles.ravel()


def spheres() -> CompiledScene:
    """Rows of one metalness, columns of one roughness, all of white."""
    looks, things = [], []
    for row, metallic in enumerate(METALS):
        for column, roughness in enumerate(ROUGHNESSES):
            looks.append(material((1, 1, 1), roughness=roughness, metallic=metallic))
            things.append((0, len(looks) - 1, [1.5 * column - 2.25, 1.5 - 1.5 * row, -AWAY_M, 1, 0]))
    return compiled(meshes_of(sphere_of(0.6)), np.concatenate(looks), things)


def test_in_a_white_world_a_white_thing_is_white_however_rough_or_metallic(draw: Draw) -> None:
    """The furnace: nothing is to be seen of the spheres."""
    scene, frame = among(np.ones_like, spheres())
    pixels = draw(scene, frame, size=SIZE).astype(int)
    low, high = expected_byte(0.5 * 0.98), expected_byte(0.5 * 1.02)
    assert (pixels >= low).all()
    assert (pixels <= high).all()
    frame.environment["light"] *= 0.5
    assert (draw(scene, frame, size=SIZE) < low).any(), "the spheres are in the picture"


def test_a_rough_ball_is_lit_from_the_side_the_light_is_on(draw: Draw) -> None:
    scene = compiled(meshes_of(sphere_of(1.5)), material((1, 1, 1), roughness=1.0), [(0, 0, [0, 0, -AWAY_M, 1, 0])])
    red = np.array([[2, 0, 0]], np.float32)
    pixels = draw(*among(lambda rays: np.asarray(np.maximum(rays[:, :1], 0) * red, np.float32), scene), size=SIZE)
    middle = SIZE // 2
    assert pixels[middle, middle + 16, 0] > 2 * pixels[middle, middle - 16, 0]
    assert pixels[middle, middle + 16, 0] > 100


@pytest.mark.parametrize("towards", [(1.0, 0.3, 0.2), (-0.6, 0.8, 0.4), (0.2, -0.7, 0.9)])
@pytest.mark.usefixtures("context")
def test_a_mirror_shows_a_light_where_it_is_to_both_eyes(towards: tuple[float, float, float]) -> None:
    """On a ball the normal at the light's picture halves the angle between light and eye."""
    light = np.array(towards, np.float32) / np.linalg.norm(towards)
    shine = material((1, 1, 1), roughness=0.0, metallic=1.0)
    scene = compiled(meshes_of(sphere_of(1.0)), shine, [(0, 0, [0, 0, -3, 1, 0])])
    scene, frame = among(lambda rays: np.repeat(8 * (rays @ light > 0.99).astype(np.float32), 3).reshape(-1, 3), scene)
    frame.environment["sky_horizon"] = 0
    eyes = make_eyes(2)
    see_stereo(eyes, np.array([0, 0, 0, 0, 0, 0, 1], np.float32))
    size = 256
    renderer, picture = Renderer(2, (size, size), Layout.ARRAY), EyePicture(2, (size, size), Layout.ARRAY)
    resident = renderer.load(scene)
    renderer.draw(resident, frame, eyes, picture.target)
    for view in range(2):
        pixels = renderer.read_pixels(picture.target, view)[..., 0].astype(float)
        eye = eyes.poses[view, :3]
        normal = light
        for _ in range(20):
            to_eye = eye - (np.array([0, 0, -3]) + normal)
            normal = light + to_eye / np.linalg.norm(to_eye)
            normal /= np.linalg.norm(normal)
        seen = np.array([0, 0, -3]) + normal - eye
        left, right, up, down = np.tan(eyes.fovs[view])
        x, y = seen[0] / -seen[2], seen[1] / -seen[2]
        expected = ((up - y) / (up - down) * size, (x - left) / (right - left) * size)
        rows, columns = np.nonzero(pixels > 200)
        assert len(rows) > 3
        np.testing.assert_allclose((rows.mean() + 0.5, columns.mean() + 0.5), expected, atol=2.0)
    renderer.release(resident)
    renderer.close()
    picture.release()


def test_what_moves_into_the_dark_of_the_probes_is_dark(draw: Draw) -> None:
    """A volume whose left half is dark and whose right half is red above and below, in its second slot and variant."""
    x, y, z = PROBES
    texels = np.zeros((2 * z, y, 2 * 3 * x, 4), np.float16)
    texels[z:, :, 3 * x + x // 2 : 3 * x + x, 0] = 1.0
    ground = compiled(meshes_of(box(0.6, 0.6, 0.6)), material((1, 1, 1), roughness=1.0), [(0, 0, [0, 0, -4, 1, 0])])
    scene, frame = among(np.ones_like, ground)
    scene = replace(scene, probes=Probes(2, texels))
    frame.environment["sky_horizon"] = 0
    frame.environment["near_slot"], frame.environment["variant"] = 2, 1
    frame.environment["near_low"], frame.environment["near_per_m"] = (-5, -3, -10), (1 / 10, 1 / 6, 1 / 12)
    seen = {}
    for place in (-1.5, 1.5):
        frame.rows["position"][0, 0] = place
        found = draw(scene, frame, size=SIZE).astype(int)
        seen[place] = found.reshape(-1, 3)[found.sum(axis=2).argmax()]
    assert seen[1.5][0] > 120
    assert seen[1.5][1] < seen[1.5][0] / 3, "its light is red"
    assert seen[-1.5].max() < 25
    frame.environment["near_slot"] = 0
    assert draw(scene, frame, size=SIZE).max() > 120, "outside all volumes it is lit by the sky"


def test_clouds_mix_the_sky_that_is_mirrored(draw: Draw) -> None:
    shine = material((1, 1, 1), roughness=0.0, metallic=1.0)
    scene = compiled(meshes_of(box(3, 3, 0.1, -1.5)), shine, [(0, 0, [0, 0, -AWAY_M, 1, 0])])
    scene, frame = among(np.ones_like, scene)
    halves, _ = prefiltered([np.zeros_like, np.ones_like])
    scene = replace(scene, reflections=Reflections(2, halves))
    frame.environment["light"] = 0
    shown = []
    for blend in (0.0, 0.5, 1.0):
        frame.environment["cube_blend"] = blend
        shown.append(int(draw(scene, frame, size=SIZE)[SIZE // 2, SIZE // 2, 0]))
    assert shown[0] < 5
    assert shown[1] == pytest.approx(expected_byte(0.25), abs=8)
    assert shown[2] == pytest.approx(expected_byte(0.5), abs=8)
