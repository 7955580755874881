"""Whether two pictures look alike to a person, so that a driver's rounding passes and a change in the scene does not.

Theory: S-CIELAB (X. Zhang and B. A. Wandell, "A spatial extension of CIELAB for digital color image reproduction",
Journal of the SID 5(1), 1997). Both pictures are blurred as the eye blurs them, then compared as colours: CIE 1976
L*a*b* under D65, difference dE = the distance there. Goldens are small, so one blur of one pixel stands for the
paper's three of opponent colours; it is what lets the edge of one pixel go either way.

A dE of 2.3 is just noticeable side by side (M. Mahy, L. Van Eycken and A. Oosterlinck, Color Research & Application
19(2), 1994). `ALLOWED` asks for less than that, the less the larger the part of the picture: what a driver does to
single pixels averages out over an area, what a change in the scene does to a surface does not. Every byte of a picture
may be one off (a dE of 0.42 over the whole of the worst golden one); one channel may not be 3 % off (0.56 at least).
"""

from collections.abc import Iterator
from math import inf

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Map = npt.NDArray[np.float64]

NOTICEABLE = 2.3
ALLOWED = ((7, NOTICEABLE), (28, NOTICEABLE / 3), (inf, NOTICEABLE / 5))
"""Edge of a square part of the picture in pixels, and the mean dE that it may have."""

_BLUR = np.array([1, 4, 6, 4, 1]) / 16
_XYZ_FROM_RGB = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
"""IEC 61966-2-1."""
_SHOWN_AS_WHITE = 20.0


def difference(expected: Picture, actual: Picture) -> Map:
    """dE of every pixel, (height, width), of two (height, width, 3) pictures of sRGB bytes."""
    distance: Map = np.linalg.norm(_lab(expected) - _lab(actual), axis=-1)
    return distance


def unlike(expected: Picture, actual: Picture) -> str:
    """Why the two do not look alike, empty when they do."""
    if expected.shape != actual.shape:
        return f"it is {_size(actual)} pixels and not {_size(expected)}"
    return "; ".join(_too_much(difference(expected, actual)))


def side_by_side(expected: Picture, actual: Picture) -> Picture:
    """Expected, actual, and where they differ: black where not at all, white from a dE of 20 on."""
    if expected.shape != actual.shape:
        return actual
    grey = np.clip(difference(expected, actual) * 255 / _SHOWN_AS_WHITE, 0, 255).astype(np.uint8)
    return np.concatenate([expected, actual, np.repeat(grey[..., None], 3, axis=2)], axis=1)


def _too_much(differences: Map) -> Iterator[str]:
    height, width = differences.shape
    for edge, allowed in ALLOWED:
        rows, columns = int(min(edge, height)), int(min(edge, width))
        means = _means(differences, rows, columns)
        if means.max() > allowed:
            y, x = np.unravel_index(int(means.argmax()), means.shape)
            yield (
                f"the {columns} x {rows} pixels at ({x}, {y}) differ by dE {means.max():.2f} on average; "
                f"{allowed:.2f} is allowed"
            )


def _means(values: Map, rows: int, columns: int) -> Map:
    """The mean of every rectangle of that size, by its first pixel."""
    sums = np.pad(values, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    inside = sums[rows:, columns:] - sums[:-rows, columns:] - sums[rows:, :-columns] + sums[:-rows, :-columns]
    means: Map = inside / (rows * columns)
    return means


def _lab(picture: Picture) -> Map:
    """CIE 1976 L*a*b*, (height, width, 3), of the blurred picture; white is sRGB's own."""
    encoded = picture / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    seen = _blurred(_blurred(linear, 0), 1) @ (_XYZ_FROM_RGB / _XYZ_FROM_RGB.sum(axis=1, keepdims=True)).T
    root = np.where(seen > (6 / 29) ** 3, np.cbrt(seen), seen * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _blurred(values: Map, axis: int) -> Map:
    """Past the picture's rim its outermost pixels go on."""
    reach = len(_BLUR) // 2
    padding = [(reach, reach) if index == axis else (0, 0) for index in range(values.ndim)]
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, padding, mode="edge"), len(_BLUR), axis=axis)
    blurred: Map = windows @ _BLUR
    return blurred


def _size(picture: Picture) -> str:
    return f"{picture.shape[1]} x {picture.shape[0]}"
