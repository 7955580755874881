"""Panes on real pixels: in order from both sides, clear head on, and mirroring aslant."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from tests.render.city import box, compiled, daylight, frame_of, material, meshes_of
from tests.render.conftest import Pixels
from tests.render.test_picture import DARK
from vret.headset.body import make_eyes, see_mono
from vret.headset.contract import Layout
from vret.headset.egl import SurfacelessContext
from vret.headset.picture import EyePicture
from vret.render import Renderer
from vret.scene.compiled import CompiledScene, Reflections
from vret.scene.light.cubes import prefiltered

WHITE = {"ambient_power": 1.0, "sky_horizon": (1, 1, 1), "sky_zenith": (1, 1, 1), "ground_colour": (1, 1, 1)}
AHEAD = np.array([0, 0, 0, 0, 0, 0, 1], np.float32)
FROM_BEHIND = np.array([0, 0, -10, 0, 1, 0, 0], np.float32)
RED, BLUE = (0.9, 0.02, 0.02), (0.02, 0.02, 0.9)
See = Callable[..., Pixels]


@pytest.fixture(scope="module")
def see(context: SurfacelessContext) -> Iterator[See]:
    renderer, picture = Renderer(1, (64, 64), Layout.ARRAY), EyePicture(1, (64, 64), Layout.ARRAY)
    eyes = make_eyes(1)

    def draw(scene: CompiledScene, head: npt.NDArray[np.float32] = AHEAD, **light: object) -> Pixels:
        resident, frame = renderer.load(scene), frame_of(scene, daylight(**(DARK | WHITE | light)))
        see_mono(eyes, head, 60, 1)
        renderer.draw(resident, frame, eyes, picture.target)
        pixels = renderer.read_pixels(picture.target, 0)
        renderer.release(resident)
        return pixels

    yield draw
    renderer.close()
    picture.release()


def glass(colour: tuple[float, float, float], opacity: float) -> npt.NDArray[np.void]:
    return material(colour, "glass", opacity=opacity, roughness=0.05)


@pytest.mark.parametrize("is_red_first", [False, True])
def test_overlapping_panes_are_in_order_from_either_side(see: See, is_red_first: bool) -> None:
    """Red before blue is redder than blue before red, however the scene lists them."""
    materials = np.concatenate([glass(RED, 0.8), glass(BLUE, 0.8)])
    things = [(0, 0, [0, 0, -4, 1, 0]), (0, 1, [0, 0, -6, 1, 0])]
    scene = compiled(meshes_of(box(40, 40, 0.1, -20)), materials, things if is_red_first else things[::-1])
    front, back = see(scene)[32, 32].astype(int), see(scene, FROM_BEHIND)[32, 32].astype(int)
    assert front[0] > front[2] + 20
    assert back[2] > back[0] + 20


def test_one_side_of_a_pane_is_drawn(see: See) -> None:
    """A pane of 40 % before a black wall keeps 60 % of what is behind it, whatever its thickness."""
    wall = material((0, 0, 0), emission=(0.5, 0.5, 0.5), roughness=1)
    light = {"ambient_power": 0.0, "sky_horizon": (0, 0, 0), "sky_zenith": (0, 0, 0), "ground_colour": (0, 0, 0)}
    meshes = meshes_of(box(400, 400, 1, -200), box(40, 40, 0.1, -20), box(40, 40, 1, -20))
    bare = compiled(meshes, wall, [(0, 0, [0, 0, -60, 1, 0])])
    shares = []
    for mesh in (1, 2):
        scene = compiled(
            meshes,
            np.concatenate([wall, glass((0, 0, 0), 0.4)]),
            [(0, 0, [0, 0, -60, 1, 0]), (mesh, 1, [0, 0, -5, 1, 0])],
        )
        shares.append(
            int(see(scene, exposure=0.2, **light)[32, 32, 0]) / int(see(bare, exposure=0.2, **light)[32, 32, 0])
        )
    assert shares[0] == pytest.approx(shares[1], abs=0.01)
    assert 0.6 < shares[0] < 0.85


def test_it_mirrors_more_aslant(see: See) -> None:
    """A clear floor under a white sky over nothing: dark at the feet, bright far away."""
    halves, _ = prefiltered([np.ones_like])
    light = {"ground_colour": (0, 0, 0), "indoor": 0.0, "fog_density": 0.0, "ambient_power": 0.0, "exposure": 0.5}
    black = material((0, 0, 0), roughness=1)
    scene = compiled(
        meshes_of(box(400, 0.02, 400, -1.6), box(900, 0.02, 900, -9)),
        np.concatenate([glass((0.5, 0.5, 0.5), 0.1), black]),
        [(0, 0, [0, 0, 0, 1, 0]), (1, 1, [0, 0, 0, 1, 0])],
    )
    scene = replace(scene, reflections=Reflections(1, halves))
    column = see(scene, **light)[36:, 32, 1].astype(int)
    assert column[0] > column[-1] + 60
    assert (np.diff(column) <= 1).all()
