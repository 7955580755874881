"""The sky on real pixels: how much of it clouds take, where they go, and where the sun is."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.render.city import box, compiled, daylight, frame_of, material, meshes_of
from vret.headset.body import make_eyes, see_mono
from vret.headset.contract import Layout
from vret.headset.egl import SurfacelessContext
from vret.headset.picture import EyePicture
from vret.render import Renderer
from vret.render.weather import CLOUD_TILES_M, CloudDrift
from vret.scene.compiled import ENVIRONMENT, CompiledScene
from vret.scene.light.clouds import cloud_map

SIZE = 96
UP = np.array([0, 0, 0, np.sin(np.pi / 6), 0, 0, np.cos(np.pi / 6)], np.float32)
"""Looking 60 degrees up."""
S = 1_000_000_000


@pytest.fixture(scope="module")
def sky(context: SurfacelessContext) -> Any:
    scene = compiled(meshes_of(box(1, 1, 1)), material((0.5, 0.5, 0.5)), [(0, 0, [0, -50, 0, 1, 0])])
    clouded = CompiledScene(**(vars(scene) | {"clouds": cloud_map(3)}))
    renderer, picture = Renderer(1, (SIZE, SIZE), Layout.ARRAY), EyePicture(1, (SIZE, SIZE), Layout.ARRAY)
    resident, eyes = renderer.load(clouded), make_eyes(1)

    def draw(t_ns: int = 0, head: npt.NDArray[np.float32] = UP, **light: object) -> npt.NDArray[np.int64]:
        frame = frame_of(clouded, daylight(**({"exposure": 0.4} | light)))
        frame.t_ns = t_ns
        see_mono(eyes, head, 60, 1)
        renderer.draw(resident, frame, eyes, picture.target)
        return renderer.read_pixels(picture.target, 0).astype(int)

    yield draw
    renderer.release(resident)
    renderer.close()
    picture.release()


def test_more_cover_is_more_clouds(sky: Any) -> None:
    """What is not as blue as the clear sky is cloud; looking about, since one window sees few clouds."""
    covered = []
    for cover in (0.1, 0.3, 0.6, 0.95):
        parts = []
        for t_s in range(0, 1200, 300):
            clear, seen = sky(cloud_cover=0.0), sky(t_s * S, cloud_cover=cover, cloud_drift_mps=(9, 4), sun_power=1.0)
            parts.append((np.abs(seen - clear).max(axis=-1) > 25).mean())
        covered.append(float(np.mean(parts)))
    assert covered == sorted(covered)
    assert covered[0] < 0.3
    assert covered[-1] > 0.8


def test_clouds_drift_with_the_time_and_stand_without(sky: Any) -> None:
    light = {"cloud_cover": 0.5, "cloud_drift_mps": (8.0, 0.0)}
    np.testing.assert_array_equal(sky(5 * S, **light), sky(5 * S, **light))
    assert np.abs(sky(5 * S, **light) - sky(35 * S, **light)).max() > 20
    still = light | {"cloud_drift_mps": (0.0, 0.0)}
    np.testing.assert_array_equal(sky(5 * S, **still), sky(35 * S, **still))


def test_the_drift_comes_round_with_its_tile() -> None:
    environment = np.zeros(1, ENVIRONMENT)
    environment["cloud_drift_mps"] = (10.0, -5.0)
    tiles = np.zeros(4, np.float32)
    drift = CloudDrift(environment, tiles)
    drift.at(int(CLOUD_TILES_M[0] / 10 * S))
    assert tiles[:2].tolist() == pytest.approx([0, -0.5], abs=1e-6)
    drift.at(3600 * 10 * S)
    assert (np.abs(tiles) < 1).all()
    near, far = CLOUD_TILES_M
    assert tiles.tolist() == pytest.approx(
        [360_000 / near % 1, -(180_000 / near % 1), 360_000 / far % 1, -(180_000 / far % 1)], abs=1e-4
    )


def test_the_sun_is_where_the_light_comes_from(sky: Any) -> None:
    seen = sky(sun_direction=(0.0, np.sin(np.pi / 3), -np.cos(np.pi / 3)), cloud_cover=0.0, sun_power=3.0)
    brightest = np.argwhere(seen.sum(axis=-1) == seen.sum(axis=-1).max())
    np.testing.assert_allclose(brightest.mean(axis=0), (SIZE - 1) / 2, atol=1)
    around = seen[SIZE // 2, :, 2]
    assert (np.diff(around[SIZE // 2 + 3 :: 4]) <= 0).all()


def test_haze_ends_the_land_and_the_sky_alike(sky: Any) -> None:
    """Level, the sky just under the horizon has the colour of the haze."""
    level = np.array([0, 0, 0, 0, 0, 0, 1], np.float32)
    seen = sky(head=level, cloud_cover=0.0, sun_power=0.0, ground_colour=(0, 0, 0))
    assert np.abs(seen[SIZE // 2 + 8] - seen[SIZE // 2 - 1]).max() < 16
