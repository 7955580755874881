"""The cloud map: four fields of noise that tile, from which the sky's shader makes clouds of any cover.

Red is the billows of fair-weather clouds, green their frayed detail, blue the streaks of ice high up, alpha where there
are more and fewer. Red and blue are spread evenly over 0..1 (their ranks), so that cover is the share covered.
Noise is Perlin's (2002) with Worley's (1996) for the billows, both on a lattice that comes round.
"""

import numpy as np
import numpy.typing as npt

from vret.scene.chance import generator

SIDE = 512
CHANNELS = 4

Floats = npt.NDArray[np.float32]


def cloud_map(seed: int) -> npt.NDArray[np.uint8]:
    """All levels of the map from SIDE to 1, each (side, side, CHANNELS), one after another."""
    chance = generator(seed, "clouds")
    billows = 0.62 * _fbm(chance, 4, 4, 6) + 0.5 * _billowing(chance, 5) + 0.25 * _billowing(chance, 13)
    detail = 0.7 * _billowing(chance, 11) + 0.4 * _billowing(chance, 27) + 0.25 * _fbm(chance, 24, 24, 4)
    streaks = _fbm(chance, 2, 7, 6)
    shares = _fbm(chance, 2, 2, 3)
    level = np.stack([_ranks(billows), _stretched(detail), _ranks(streaks), _stretched(shares)], axis=-1)
    levels = [level]
    while len(level) > 1:
        level = level.reshape(len(level) // 2, 2, len(level) // 2, 2, CHANNELS).mean(axis=(1, 3))
        levels.append(level)
    return np.concatenate([np.rint(one * 255).astype(np.uint8).ravel() for one in levels])


def _fbm(chance: np.random.Generator, across: int, along: int, octaves: int) -> Floats:
    """Octaves of gradient noise, the coarsest with so many cells a side."""
    total = np.zeros((SIDE, SIDE), np.float32)
    for octave in range(octaves):
        total += _perlin(chance, across << octave, along << octave) * np.float32(0.5**octave)
    return total


def _perlin(chance: np.random.Generator, across: int, along: int) -> Floats:
    angle = chance.uniform(0, 2 * np.pi, (along, across)).astype(np.float32)
    gradient = np.stack([np.cos(angle), np.sin(angle)])
    (row, y), (column, x) = _cells(along), _cells(across)
    fade_x, fade_y = _faded(x)[None, :], _faded(y)[:, None]
    corners = []
    for dy in (0, 1):
        for dx in (0, 1):
            found = gradient[:, ((row + dy) % along)[:, None], ((column + dx) % across)[None, :]]
            corners.append(found[0] * (x - dx)[None, :] + found[1] * (y - dy)[:, None])
    low, high = (corners[i] + (corners[i + 1] - corners[i]) * fade_x for i in (0, 2))
    return np.asarray(low + (high - low) * fade_y, np.float32)


def _billowing(chance: np.random.Generator, cells: int) -> Floats:
    """1 at points strewn one to a cell, falling to 0 half-way between them."""
    points = chance.random((cells, cells, 2)).astype(np.float32)
    (row, y), (column, x) = _cells(cells), _cells(cells)
    nearest = np.full((SIDE, SIDE), 9, np.float32)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            point = points[((row + dy) % cells)[:, None], ((column + dx) % cells)[None, :]]
            away = (point[..., 0] + dx - x[None, :]) ** 2 + (point[..., 1] + dy - y[:, None]) ** 2
            np.minimum(nearest, away, out=nearest)
    return 1 - np.sqrt(nearest)


def _cells(count: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """The cell of each texel along a side, and where in it its middle is."""
    at = (np.arange(SIDE, dtype=np.float32) + np.float32(0.5)) * np.float32(count / SIDE)
    cell = np.floor(at)
    return cell.astype(np.intp), at - cell


def _faded(share: Floats) -> Floats:
    return share * share * share * (share * (share * 6 - 15) + 10)


def _ranks(values: Floats) -> Floats:
    found = np.empty(values.size, np.float32)
    found[np.argsort(values, axis=None, kind="stable")] = np.linspace(0, 1, values.size, dtype=np.float32)
    return found.reshape(values.shape)


def _stretched(values: Floats) -> Floats:
    low, high = np.percentile(values, (1, 99)).astype(np.float32)
    return np.asarray(((values - low) / (high - low)).clip(0, 1), np.float32)
