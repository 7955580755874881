"""Culling: which instances can be seen by any view, worked out for all of them at once."""

import numpy as np
import numpy.typing as npt

from vret.scene.compiled import ROW

Floats = npt.NDArray[np.float32]
PLANES = 5
_ROW_FLOATS = ROW.itemsize // 4
_AT_ONCE = 2048
"""Rows whose numbers a processor's nearest memory holds."""
_SIDES = np.array([[1, 0, 0, 1], [-1, 0, 0, 1], [0, 1, 0, 1], [0, -1, 0, 1], [0, 0, -1, 1]], np.float32)


def planes_of(clip_from_scene: Floats) -> Floats:
    """(views * 5, 4) unit planes whose positive side is inside: left, right, bottom, top, near. No far plane."""
    planes: Floats = np.matmul(_SIDES, clip_from_scene).reshape(-1, 4)
    normals = planes[:, :3]
    planes /= np.sqrt(np.einsum("ij,ij->i", normals, normals))[:, None]
    return planes


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
        self._in_mesh = np.ascontiguousarray(spheres[mesh_of, :3].T)
        self._minus_radius_in_mesh = -np.ascontiguousarray(spheres[mesh_of, 3])
        self._in_mesh_zxy, self._in_mesh_yzx = self._in_mesh[[2, 0, 1]], self._in_mesh[[1, 2, 0]]
        self._turning = _Turning(min(len(mesh_of), _AT_ONCE))

    def refit(self, rows: npt.NDArray[np.void], first: int, end: int) -> None:
        """The rows from `first` up to `end` have been written."""
        for start in range(first, end, _AT_ONCE):
            self._refit(rows, slice(start, min(start + _AT_ONCE, end)))

    def _refit(self, rows: npt.NDArray[np.void], moved: slice) -> None:
        """Centres c become position + scale * (c + w t + q x t) where t = 2 q x c, of rotations (q, w)."""
        columns, q, doubled, turned, product = self._turning.of(moved.stop - moved.start)
        np.copyto(columns, rows[moved].view(np.float32).reshape(-1, _ROW_FLOATS).T)
        position, scale, w = columns[:3], columns[3], columns[7]
        q[:3] = columns[4:7]
        q[3:] = q[:2]
        q_yzx, q_zxy = q[1:4], q[2:5]
        once = doubled[:3]
        np.multiply(q_yzx, self._in_mesh_zxy[:, moved], out=once)
        np.multiply(q_zxy, self._in_mesh_yzx[:, moved], out=product)
        np.subtract(once, product, out=once)
        np.add(once, once, out=once)
        doubled[3:] = doubled[:2]
        np.multiply(q_yzx, doubled[2:5], out=turned)
        np.multiply(q_zxy, doubled[1:4], out=product)
        np.subtract(turned, product, out=turned)
        np.multiply(once, w, out=product)
        np.add(turned, product, out=turned)
        np.add(turned, self._in_mesh[:, moved], out=turned)
        np.multiply(turned, scale, out=turned)
        np.add(turned, position, out=self.centres[:3, moved])
        np.multiply(scale, self._minus_radius_in_mesh[moved], out=self.minus_radii[moved])


class _Turning:
    """Room for the columns of some rows, and for vectors of which x and y come once more after z."""

    def __init__(self, count: int) -> None:
        self._room = np.empty((_ROW_FLOATS + 16, count), np.float32)

    def of(self, count: int) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """For so many rows: (8, n) columns, twice (5, n), and twice (3, n)."""
        room = self._room[:, :count]
        return room[:8], room[8:13], room[13:18], room[18:21], room[21:24]
