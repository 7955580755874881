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


class Spheres:
    """Spheres in scene space. `centres` is (4, n), a column each, the last row ones; `minus_radii` (n,)."""

    def __init__(self, count: int, views: int) -> None:
        self._views = views
        self.centres = np.ones((4, count), np.float32)
        self.minus_radii = np.zeros(count, np.float32)
        self._distances = np.empty(views * PLANES * count, np.float32)
        self._inside_view = np.empty(views * count, np.float32)
        self._inside = np.empty(count, np.float32)

    def in_view(self, planes: Floats, out: npt.NDArray[np.bool_], first: int = 0) -> None:
        """Set `out`, of the rows from `first` on, to whether a sphere touches the inside of any view's planes."""
        span = slice(first, first + len(out))
        np.greater(self._depths(planes, span), self.minus_radii[span], out=out)

    def near_view(self, planes: Floats, point: Floats, turn: float, reach_m: float, out: npt.NDArray[np.bool_]) -> None:
        """As `in_view`, of all rows, for any planes that are not far from these.

        Not far: no normal differs by more than `turn`, and no plane's distance from `point` by more than `reach_m`.
        Then no sphere's distance from a plane differs by more than `turn` times how far it is from the point, plus
        `reach_m` (Cauchy and Schwarz).
        """
        inside = self._depths(planes, slice(None))
        away = self.centres[:3] - point[:, None]
        np.multiply(away, away, out=away)
        distance = away[0]
        distance += away[1]
        distance += away[2]
        np.sqrt(distance, out=distance)
        distance *= np.float32(turn)
        distance += np.float32(reach_m)
        inside += distance
        np.greater(inside, self.minus_radii, out=out)

    def _depths(self, planes: Floats, span: slice) -> Floats:
        """How far inside of the view that sees most of it a sphere's centre is."""
        centres = self.centres[:, span]
        count = centres.shape[1]
        distances = self._distances[: self._views * PLANES * count].reshape(self._views, PLANES, count)
        inside_view = self._inside_view[: self._views * count].reshape(self._views, count)
        inside = self._inside[:count]
        np.matmul(planes.reshape(-1, PLANES, 4), centres, out=distances)
        np.minimum.reduce(distances, axis=1, out=inside_view)
        np.maximum.reduce(inside_view, axis=0, out=inside)
        return inside


class Bounds(Spheres):
    """Every instance's bounding sphere."""

    def __init__(self, spheres: Floats, mesh_of: npt.NDArray[np.int32], views: int) -> None:
        super().__init__(len(mesh_of), views)
        self._centre_in_mesh = np.ascontiguousarray(spheres[mesh_of, :3].T).T
        self._radius_in_mesh = np.ascontiguousarray(spheres[mesh_of, 3])

    def refit(self, rows: npt.NDArray[np.void], first: int, end: int) -> None:
        """The rows from `first` up to `end` have been written."""
        moved = slice(first, end)
        scale = rows["scale"][moved]
        turned = rotated(rows["rotation"][moved], self._centre_in_mesh[moved])
        np.add(rows["position"][moved].T, scale * turned.T, out=self.centres[:3, moved])
        np.multiply(scale, -self._radius_in_mesh[moved], out=self.minus_radii[moved])
