"""What shiny things reflect: cube maps of the surroundings, more blurred from level to level, as by rougher surfaces.

Karis 2013, Real Shading in Unreal Engine 4: the first half of the split sum, seen head on. Level l is for roughness
l / (CUBE_LEVELS - 1). Level 0 is the picture itself. Every texel of the others is a weighted mean over all of a cube of
_SOURCE texels a side, so nothing is left to chance and nothing is noisy.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from vret.scene.compiled import CUBE_LEVELS, CUBE_SIDE
from vret.scene.light.harmonics import coefficients

Floats = npt.NDArray[np.float32]
Radiance = Callable[[Floats], Floats]
"""From unit vectors (n, 3) to linear RGB (n, 3)."""

_SOURCE = 24
_CHUNK = 128

# For each face of a cube map, in OpenGL's order: its middle, the way to the right and the way down (OpenGL 4.5, 8.13).
_FACES = np.array(
    [
        [(1, 0, 0), (0, 0, -1), (0, -1, 0)],
        [(-1, 0, 0), (0, 0, 1), (0, -1, 0)],
        [(0, 1, 0), (1, 0, 0), (0, 0, 1)],
        [(0, -1, 0), (1, 0, 0), (0, 0, -1)],
        [(0, 0, 1), (1, 0, 0), (0, -1, 0)],
        [(0, 0, -1), (-1, 0, 0), (0, -1, 0)],
    ],
    np.float32,
)


def directions(side: int) -> tuple[Floats, Floats]:
    """Where each texel of a cube map looks (6 * side * side, 3), and its solid angle."""
    at = (np.arange(side, dtype=np.float32) + 0.5) * (2 / side) - 1
    down, right = np.meshgrid(at, at, indexing="ij")
    middle, to_right, to_bottom = _FACES[:, :, None, None, :].transpose(1, 0, 2, 3, 4)
    rays = (middle + right[..., None] * to_right + down[..., None] * to_bottom).reshape(-1, 3)
    square = (rays * rays).sum(1)
    area = square**-1.5
    return (rays / np.sqrt(square)[:, None]).astype(np.float32), (area * (4 * np.pi / area.sum())).astype(np.float32)


def prefiltered(layers: Sequence[Radiance]) -> tuple[npt.NDArray[np.float16], Floats]:
    """The levels of all layers as one run of halves, level by level, each (layers, 6, side, side, 3); and what falls on
    matt surfaces in each layer (layers, 9, 3), as `harmonics.coefficients`.
    """
    rays, angles = directions(_SOURCE)
    source = np.concatenate([layer(rays) for layer in layers], axis=1)
    sharp, _ = directions(CUBE_SIDE)
    levels = [np.concatenate([layer(sharp) for layer in layers], axis=1)]
    for level in range(1, CUBE_LEVELS):
        wanted, _ = directions(CUBE_SIDE >> level)
        levels.append(_blurred(wanted, rays, angles, source, level / (CUBE_LEVELS - 1)))
    packed = [_by_layer(level, len(layers)).astype(np.float16).ravel() for level in levels]
    light = np.stack([coefficients(rays, each, angles) for each in np.split(source, len(layers), axis=1)])
    return np.concatenate(packed), light


def _blurred(wanted: Floats, rays: Floats, angles: Floats, source: Floats, roughness: float) -> Floats:
    """GGX about each wanted ray: the normal is the ray, and the light's weight its cosine to it."""
    square = np.float32(roughness**4)
    found = np.empty((len(wanted), source.shape[1]), np.float32)
    for first in range(0, len(wanted), _CHUNK):
        weight = wanted[first : first + _CHUNK] @ rays.T
        lobe = weight * ((square - 1) / 2)
        lobe += (square + 1) / 2
        np.square(lobe, out=lobe)
        np.maximum(weight, 0, out=weight)
        weight /= lobe
        weight *= angles
        found[first : first + _CHUNK] = weight @ source / weight.sum(axis=1, keepdims=True)
    return found


def _by_layer(level: Floats, count: int) -> Floats:
    return level.reshape(len(level), count, 3).transpose(1, 0, 2)
