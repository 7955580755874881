"""Culling: which instances can be seen by any view, worked out for all of them at once."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
PLANES = 5
_SIDES = np.array([[1, 0, 0, 1], [-1, 0, 0, 1], [0, 1, 0, 1], [0, -1, 0, 1], [0, 0, -1, 1]], np.float32)


def planes_of(clip_from_scene: Floats) -> Floats:
    """(views * 5, 4) unit planes whose positive side is inside: left, right, bottom, top, near. No far plane."""
    planes: Floats = np.matmul(_SIDES, clip_from_scene).reshape(-1, 4)
    normals = planes[:, :3]
    planes /= np.sqrt(np.einsum("ij,ij->i", normals, normals))[:, None]
    return planes


def rotated(quaternions: Floats, points: Floats) -> Floats:
    """(n, 3) `points` turned by (n, 4) `quaternions` xyzw. Works through columns: both may be views of columns."""
    qx, qy, qz, qw = quaternions.T
    x, y, z = points.T
    across_x, across_y, across_z = qy * z - qz * y, qz * x - qx * z, qx * y - qy * x
    across_x += across_x
    across_y += across_y
    across_z += across_z
    turned = np.empty((3, len(quaternions)), np.float32)
    turned[0] = x + qw * across_x + qy * across_z - qz * across_y
    turned[1] = y + qw * across_y + qz * across_x - qx * across_z
    turned[2] = z + qw * across_z + qx * across_y - qy * across_x
    return turned.T


class Bounds:
    """Every instance's bounding sphere in scene space, and behind them those of people, who look after their own.

    `centres` is (4, n), a column each, the last row ones; `minus_radii` (n,).
    """

    def __init__(self, spheres: Floats, mesh_of: npt.NDArray[np.int32], views: int, people: int = 0) -> None:
        count = len(mesh_of) + people
        self._centre_in_mesh = np.ascontiguousarray(spheres[mesh_of, :3].T).T
        self._radius_in_mesh = np.ascontiguousarray(spheres[mesh_of, 3])
        self.centres = np.ones((4, count), np.float32)
        self.minus_radii = np.zeros(count, np.float32)
        self._distances = np.empty((views, PLANES, count), np.float32)
        self._inside_view = np.empty((views, count), np.float32)
        self._inside = np.empty(count, np.float32)

    def refit(self, rows: npt.NDArray[np.void], first: int, end: int) -> None:
        """The rows from `first` up to `end` have been written."""
        moved = slice(first, end)
        scale = rows["scale"][moved]
        turned = rotated(rows["rotation"][moved], self._centre_in_mesh[moved])
        np.add(rows["position"][moved].T, scale * turned.T, out=self.centres[:3, moved])
        np.multiply(scale, -self._radius_in_mesh[moved], out=self.minus_radii[moved])

    def in_view(self, planes: Floats, out: npt.NDArray[np.bool_]) -> None:
        """Set `out` (n,) to whether a sphere touches the inside of any view's five planes."""
        np.matmul(planes.reshape(-1, PLANES, 4), self.centres, out=self._distances)
        np.minimum.reduce(self._distances, axis=1, out=self._inside_view)
        np.maximum.reduce(self._inside_view, axis=0, out=self._inside)
        np.greater(self._inside, self.minus_radii, out=out)
