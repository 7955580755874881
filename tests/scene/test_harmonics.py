import numpy as np
import pytest

from vret.scene.light.daylight import Daylight
from vret.scene.light.harmonics import Floats, coefficients, sphere, terms
from vret.scene.written.atmosphere import Light, Sky
from vret.scene.written.values import Value

RAYS = sphere(4000)
ANGLES = np.full(len(RAYS), 4 * np.pi / len(RAYS), np.float32)


def shown(radiance: Floats, normals: Floats) -> Floats:
    return np.asarray(terms(normals) @ coefficients(RAYS, radiance, ANGLES), np.float32)


def summed(radiance: Floats, normals: Floats) -> Floats:
    """Irradiance / pi by its definition."""
    return np.asarray(np.maximum(normals @ RAYS.T, 0) @ radiance * (4 / len(RAYS)), np.float32)


def test_white_all_around_shows_a_white_surface_as_white() -> None:
    np.testing.assert_allclose(shown(np.ones_like(RAYS), sphere(50)), 1, atol=2e-3)


def test_half_a_sphere_of_light_falls_as_half_of_one_plus_the_cosine() -> None:
    normals = sphere(50)
    found = shown(np.repeat((RAYS[:, 1:2] > 0).astype(np.float32), 3, axis=1), normals)
    np.testing.assert_allclose(found[:, 0], 0.5 + 0.5 * normals[:, 1], atol=3e-3)


@pytest.mark.parametrize("axis", range(3))
def test_light_that_grows_along_an_axis_falls_as_two_thirds_of_it(axis: int) -> None:
    normals = sphere(50)
    found = shown(1 + RAYS[:, axis : axis + 1] * np.ones((1, 3), np.float32), normals)
    np.testing.assert_allclose(found[:, 0], 1 + 2 / 3 * normals[:, axis], atol=3e-3)


def test_the_sky_of_a_scene_falls_as_its_sum_over_all_directions() -> None:
    light = Light(sun_azimuth_deg=60.0, sun_elevation_deg=30.0)
    sky = Sky(zenith="#5c8cc4", horizon="#cfdbe3", ground="#8d8678", visibility_m=1000.0, cloud_cover=Value())
    radiance = Daylight(light, sky, 0.0)(RAYS)
    normals = sphere(40)
    np.testing.assert_allclose(shown(radiance, normals), summed(radiance, normals), rtol=0.03)
