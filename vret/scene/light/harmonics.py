"""Light from all around in a few numbers: spherical harmonics of a cosine-weighted sphere.

Ramamoorthi and Hanrahan 2001, An Efficient Representation for Irradiance Environment Maps: nine coefficients a colour
hold what falls on a matt surface to within a few percent. Here the constants of the harmonics and of the cosine lobe
are multiplied in, so that `terms(normal) @ coefficients` is irradiance / pi: what a white matt surface shows.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_BANDS = np.array([1 / 4, 1 / 2, 1 / 2, 1 / 2, 15 / 16, 15 / 16, 5 / 64, 15 / 16, 15 / 64], np.float32) / np.pi


def terms(directions: Floats) -> Floats:
    """(n, 9): 1, y, z, x, xy, yz, 3zz - 1, xz, xx - yy of unit vectors (n, 3). shaders/light.glsl has the same."""
    x, y, z = directions.T
    return np.stack([np.ones_like(x), y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y], axis=1)


def coefficients(directions: Floats, radiance: Floats, solid_angles: Floats) -> Floats:
    """(9, 3) of a radiance (n, 3), the light from each of `directions`."""
    weighted = terms(directions) * solid_angles[:, None]
    return np.asarray((weighted * _BANDS).T @ radiance, np.float32)


def sphere(count: int) -> Floats:
    """(count, 3) unit vectors spread evenly, on a Fibonacci spiral."""
    each = np.arange(count) + 0.5
    up = 1 - 2 * each / count
    turn = each * np.pi * (3 - np.sqrt(5))
    across = np.sqrt(1 - up * up)
    return np.stack([np.cos(turn) * across, up, np.sin(turn) * across], axis=1).astype(np.float32)
