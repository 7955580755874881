"""Culling: which instances can be seen by any view, worked out for all of them at once."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
PLANES = 5


def planes_of(clip_from_scene: Floats) -> Floats:
    """(views * 5, 4) unit planes whose positive side is inside: left, right, bottom, top, near. No far plane."""
    x, y, z, w = (clip_from_scene[:, row] for row in range(4))
    planes = np.stack([w + x, w - x, w + y, w - y, w - z], axis=1).reshape(-1, 4)
    planes /= np.linalg.norm(planes[:, :3], axis=1, keepdims=True)
    return planes


def rotated(quaternions: Floats, points: Floats) -> Floats:
    """(n, 3) `points` turned by (n, 4) `quaternions` xyzw."""
    axis, w = quaternions[:, :3], quaternions[:, 3:]
    twice = 2 * _cross(axis, points)
    return points + w * twice + _cross(axis, twice)


class Bounds:
    """Every instance's bounding sphere in scene space."""

    def __init__(self, spheres: Floats, mesh_of: npt.NDArray[np.int32]) -> None:
        count = len(mesh_of)
        self._centre_in_mesh = np.ascontiguousarray(spheres[mesh_of, :3])
        self._radius_in_mesh = np.ascontiguousarray(spheres[mesh_of, 3])
        self.centres = np.ones((count, 4), np.float32)
        self._minus_radii = np.zeros((count, 1), np.float32)
        self._distances: dict[int, tuple[Floats, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]] = {}

    def refit(self, rows: npt.NDArray[np.void], first: int, end: int) -> None:
        """The rows from `first` up to `end` have been written."""
        moved = slice(first, end)
        scale = rows["scale"][moved, None]
        turned = rotated(rows["rotation"][moved], self._centre_in_mesh[moved])
        self.centres[moved, :3] = rows["position"][moved] + scale * turned
        self._minus_radii[moved, 0] = -rows["scale"][moved] * self._radius_in_mesh[moved]

    def in_view(self, planes: Floats, out: npt.NDArray[np.bool_]) -> None:
        """Set `out` (n,) to whether a sphere touches the inside of any view's five planes."""
        views = len(planes) // PLANES
        count = len(self.centres)
        if views not in self._distances:
            shape = (count, views * PLANES)
            self._distances[views] = (
                np.empty(shape, np.float32),
                np.empty(shape, bool),
                np.empty((count, views), bool),
            )
        distances, inside, seen = self._distances[views]
        np.matmul(self.centres, planes.T, out=distances)
        np.greater(distances, self._minus_radii, out=inside)
        np.logical_and.reduce(inside.reshape(count, views, PLANES), axis=2, out=seen)
        np.logical_or.reduce(seen, axis=1, out=out)


def _cross(a: Floats, b: Floats) -> Floats:
    product = np.empty_like(b)
    product[:, 0] = a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1]
    product[:, 1] = a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2]
    product[:, 2] = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return product
