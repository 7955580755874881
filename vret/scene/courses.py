"""Courses: the paths that things move along, as points with distances and headings."""

from math import pi

import numpy as np
import numpy.typing as npt

from vret.scene.tables import PATH, PATH_POINT

_CORNER_STEPS = 6
_GAP_M = 1.0
Points = npt.NDArray[np.float64]


class Courses:
    """The paths of a scene under construction; distances grow through all of them."""

    def __init__(self) -> None:
        self._paths: list[tuple[int, int, float, float]] = []
        self._points: list[npt.NDArray[np.void]] = []
        self._distance_m = 0.0

    def closed(self, points: list[list[float]], corner_m: float, speed_mps: float) -> tuple[int, float]:
        """A loop with rounded corners; its index and length."""
        corners = np.array(points, np.float64)
        rounded = _rounded(corners, corner_m)
        return self._add(np.concatenate([rounded, rounded[:1]]), speed_mps, is_closed=True)

    def open(self, points: list[list[float]], speed_mps: float) -> tuple[int, float]:
        """A smooth way through all points; its index and length."""
        return self._add(_smooth(np.array(points, np.float64)), speed_mps, is_closed=False)

    def _add(self, points: Points, speed_mps: float, *, is_closed: bool) -> tuple[int, float]:
        steps = np.diff(points, axis=0)
        lengths = np.linalg.norm(steps, axis=1)
        headings = np.arctan2(-steps[:, 0], -steps[:, 2])
        before = np.concatenate([headings[-1:] if is_closed else headings[:1], headings])
        after = np.concatenate([headings, headings[:1] if is_closed else headings[-1:]])
        table = np.zeros(len(points), PATH_POINT)
        table["position"] = points
        table["heading"] = before + 0.5 * (np.mod(after - before + pi, 2 * pi) - pi)
        table["distance_m"] = self._distance_m + np.concatenate([[0.0], np.cumsum(lengths)])
        length = float(lengths.sum())
        first = sum(len(part) for part in self._points)
        self._distance_m += length + _GAP_M
        self._points.append(table)
        self._paths.append((first, len(points), length, speed_mps))
        return len(self._paths) - 1, length

    def tables(self) -> tuple[npt.NDArray[np.void], npt.NDArray[np.void]]:
        return np.array(self._paths, PATH), np.concatenate([np.zeros(0, PATH_POINT), *self._points])


def _rounded(corners: Points, corner_m: float) -> Points:
    """Each corner replaced by a quadratic curve that leaves the edges `corner_m` before and after it."""
    found = []
    for index, corner in enumerate(corners):
        before, after = corners[index - 1] - corner, corners[(index + 1) % len(corners)] - corner
        reach = min(corner_m, 0.45 * float(np.linalg.norm(before)), 0.45 * float(np.linalg.norm(after)))
        start = corner + before / np.linalg.norm(before) * reach
        end = corner + after / np.linalg.norm(after) * reach
        part = np.linspace(0, 1, _CORNER_STEPS)[:, None]
        found.append((1 - part) ** 2 * start + 2 * part * (1 - part) * corner + part**2 * end)
    return np.concatenate(found)


def _smooth(points: Points) -> Points:
    """A Catmull-Rom curve through the points, eight steps a segment."""
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    found = [points[:1]]
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        t = np.linspace(0, 1, 9)[1:, None]
        found.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        )
    return np.concatenate(found)
