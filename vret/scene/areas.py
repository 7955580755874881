"""The areas of interest: which one the head is turned to, and how far the nearest feared one is.

Theory: an area is made of regions, each a box along the scene's axes grown by a radius, so that a ball is a box without
size. The nearest point of a box to a direction, seen from the head, is `clip(s * direction)` for some s > 0; that is
linear between the at most six places at which one coordinate is first or last clipped, and between two of them the
angle has one minimum in closed form. So the angle to a box is exact, without corners or edges.

Only the head's direction is known, not the eyes'. They rest 13.9 degrees from it on average, with a standard deviation
of 11.7 (Sitzmann et al. 2018, "Saliency in VR", doi 10.1109/TVCG.2018.2793599). So what the head points at is the
nearest region in its direction; but a small one in view, such as a spider on a floor, is meant up to `TOLERANCE_RAD`
beside it, and so is any region where the direction meets none. That is less than the average offset of the eyes, since
neighbours must be told apart. A region is small that looks no larger than the tolerance, and in view when no other lies
between it and the head.
"""

from math import cos, hypot, radians, sin
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from vret.core.ladder import AreaRules
from vret.scene.compiled import Quaternion, SceneFrame, Vector
from vret.scene.presence import Presence
from vret.scene.tables import AnimationTables

TOLERANCE_RAD = radians(10.0)
_MET_RAD = 1e-3
_FAR_M = 1e5
_SMALL = 1e-9
_ONE = 1.0 - 1e-12
"""The cosine of what counts as no angle, so that of the places where a direction meets a box the nearest is taken."""
_FEW = 16
_TOLERANCE_COS, _TOLERANCE_SIN = cos(TOLERANCE_RAD), sin(TOLERANCE_RAD)
_ONES = np.ones(3)
_LEFT, _RIGHT = np.array([1, 2, 0, 2, 0, 1]), np.array([2, 0, 1, 1, 2, 0])

Floats = npt.NDArray[np.float64]


class Look(NamedTuple):
    """The area's name, "" for none, and metres to the surface of the nearest feared area, None without one.

    The distance is that of the upright line from the floor to the head, so that a spider at the feet is near.
    """

    area: str
    feared_m: float | None


NOWHERE = Look("", None)


class Areas:
    """The areas of one scene. `settle` is told what is there whenever that may have changed; `look` asks."""

    def __init__(self, areas: tuple[AreaRules, ...], tables: AnimationTables) -> None:
        self._names = [area.name for area in areas]
        self._regions, self._bounds = tables.regions, tables.region_bounds
        self._presence = Presence.of(tables.regions, tables.region_ranges)
        self._is_feared_of = np.array([area.feared for area in areas], np.bool_)[self._regions["area"]]
        self._is_moving = self._regions["instance"] >= 0
        self._there = np.zeros(0, np.intp)
        self._moving = np.zeros(0, np.intp)
        self._rows = np.zeros(0, np.intp)
        self._feared = np.zeros(0, np.intp)
        self._centre = np.zeros((0, 3))
        self._centre_in_row = np.zeros((0, 3))
        self._half = np.zeros((0, 3))
        self._radius = np.zeros(0)
        self._reach = np.zeros(0)

    def settle(
        self,
        place: int,
        variant: int,
        shown: npt.NDArray[np.bool_],
        held: bool,
        values: npt.NDArray[np.float32],
        visible: npt.NDArray[np.bool_],
    ) -> None:
        """`shown` is by stimulus, with a last entry that is true; `values` are the curves', `visible` the rows'."""
        regions = self._regions
        if not len(regions):
            return
        there = self._presence.at(place, variant, shown, held, values)
        there &= ~self._is_moving | visible[regions["instance"]]
        centre = regions["centre"].astype(np.float64)
        np.add.at(centre, (self._bounds["instance"], self._bounds["component"]), values[self._bounds["curve"]])
        self._there = np.flatnonzero(there)
        self._moving = np.flatnonzero(self._is_moving[self._there])
        self._feared = np.flatnonzero(self._is_feared_of[self._there])
        self._rows = regions["instance"][self._there[self._moving]].astype(np.intp)
        self._centre = centre[self._there]
        self._centre_in_row = self._centre[self._moving]
        self._half = regions["half_size"][self._there].astype(np.float64)
        self._radius = regions["radius_m"][self._there].astype(np.float64)
        self._reach = np.sqrt((self._half * self._half) @ _ONES)

    def look(self, frame: SceneFrame, position_in_scene: Vector, rotation_in_scene: Quaternion) -> Look:
        """Where the head looks in `frame`, which is the newest one."""
        if not len(self._there):
            return NOWHERE
        centre, radius = self._centre, self._radius
        if len(self._moving):
            centre, radius = self._followed(frame)
        head = centre - position_in_scene
        feared_m = self._feared_m(head, radius, position_in_scene[1] - float(frame.scene_from_stage[1, 3]))
        found = self._looked_at(head, radius, _ahead(rotation_in_scene))
        return Look("" if found is None else self._names[found], feared_m)

    def _followed(self, frame: SceneFrame) -> tuple[Floats, Floats]:
        """Centres and radii with those that follow an instance put where it is."""
        rows, moving = frame.rows[self._rows], self._moving
        scale, turn, at = rows["scale"], rows["rotation"], self._centre_in_row
        pivot = turn[:, :3]
        across = _cross(pivot, at)
        across += across
        turned = at + turn[:, 3:] * across + _cross(pivot, across)
        centre, radius = self._centre.copy(), self._radius.copy()
        centre[moving] = rows["position"] + scale[:, None] * turned
        radius[moving] *= scale
        return centre, radius

    def _feared_m(self, centre: Floats, radius: Floats, stature_m: float) -> float | None:
        """`centre` is seen from the head, which is `stature_m` above the floor."""
        feared = self._feared
        if not len(feared):
            return None
        centre, half = centre[feared], self._half[feared]
        gap = np.abs(centre) - half
        np.maximum(centre[:, 1] - half[:, 1], -stature_m - centre[:, 1] - half[:, 1], out=gap[:, 1])
        np.maximum(gap, 0.0, out=gap)
        gap *= gap
        return round(max(float((np.sqrt(gap @ _ONES) - radius[feared]).min()), 0.0), 3)

    def _looked_at(self, centre: Floats, radius: Floats, ahead: Floats) -> int | None:
        """The index of the area at which a head at the origin looks."""
        there, half, reach = self._there, self._half, self._reach + radius
        if len(there) > _FEW:
            near = _in_cone(centre, reach, ahead)
            there, half, reach, centre, radius = there[near], half[near], reach[near], centre[near], radius[near]
            if not len(there):
                return None
        found = _meant(ahead, centre, half, radius, reach)
        return None if found is None else int(self._regions["area"][there[found]])


def _meant(ahead: Floats, centre: Floats, half: Floats, radius: Floats, reach: Floats) -> int | None:
    """The index of the region that is looked at: what is met, unless something small near the direction is in view."""
    beside, depth = _grown(ahead, centre, half, radius)
    distance = np.sqrt((centre * centre) @ _ONES)
    is_small = reach <= _TOLERANCE_SIN * distance
    is_met = beside < _MET_RAD
    met = int(np.where(is_met, depth, np.inf).argmin()) if is_met.any() else None
    if met is not None and is_small[met]:
        return met
    if is_small.any():
        small = int(np.where(is_small, beside, np.inf).argmin())
        if beside[small] <= TOLERANCE_RAD:
            across, before = _grown(_unit(*centre[small].tolist()), centre, half, radius)
            if not ((across < _MET_RAD) & (before < distance[small] - reach[small])).any():
                return small
            beside[small] = np.inf
    if met is not None:
        return met
    least = int(beside.argmin())
    return least if beside[least] <= TOLERANCE_RAD else None


def _grown(ahead: Floats, centre: Floats, half: Floats, radius: Floats) -> tuple[Floats, Floats]:
    """As `_towards`, for boxes that are grown by a radius; the angle is less than nothing inside a ball's rim."""
    beside, depth = _towards(ahead, centre - half, centre + half)
    is_ball = radius > 0.0
    if is_ball.any():
        beside[is_ball] -= np.arcsin(np.minimum(radius[is_ball] / np.maximum(depth[is_ball], _SMALL), 1.0))
        depth = depth + np.where(depth > radius, -radius, radius)
    return beside, depth


def _in_cone(centre: Floats, reach: Floats, ahead: Floats) -> npt.NDArray[np.intp]:
    """Which balls around `centre` come within the tolerance of the direction."""
    along = centre @ ahead
    across = np.sqrt(np.maximum((centre * centre) @ _ONES - along * along, 0.0))
    return np.flatnonzero(across * _TOLERANCE_COS - along * _TOLERANCE_SIN <= reach)


def _cross(one: npt.NDArray[np.floating], other: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Cross products row by row; `np.cross` takes far longer for a few rows."""
    products = one.take(_LEFT, axis=1) * other.take(_RIGHT, axis=1)
    return np.asarray(products[:, :3] - products[:, 3:])


def _ahead(rotation: Quaternion) -> Floats:
    """The unit vector in which a head with this rotation looks: -Z turned."""
    x, y, z, w = rotation
    return _unit(-2.0 * (x * z + w * y), -2.0 * (y * z - w * x), 2.0 * (x * x + y * y) - 1.0)


def _unit(x: float, y: float, z: float) -> Floats:
    """The direction of a vector; no part of it is quite zero."""
    length = hypot(x, y, z)
    return np.array([part / length if abs(part) > _SMALL else _SMALL for part in (x, y, z)])


def _towards(ahead: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """For boxes between corners (n, 3), seen from the origin: the smallest angle to the direction, and how far there.

    Where the direction meets a box, that is where it enters, or where it leaves when the origin is inside.
    """
    ends = np.zeros((len(low), 8))
    np.divide(low, ahead, out=ends[:, 1:4])
    np.divide(high, ahead, out=ends[:, 4:7])
    ends[:, 7] = _FAR_M
    np.maximum(ends, 0.0, out=ends)
    np.minimum(ends, _FAR_M, out=ends)
    ends.sort(axis=1)
    start, end = ends[:, :-1], ends[:, 1:]
    low, high = low[:, None], high[:, None]
    middle = (0.5 * (start + end))[:, :, None] * ahead
    held = np.minimum(np.maximum(middle, low), high)
    held *= held != middle
    least = ((held * held) @ _ONES) / np.maximum(held @ ahead, _SMALL)
    np.maximum(least, start, out=least)
    np.minimum(np.where(least > 0.0, least, end), end, out=least)
    point = np.minimum(np.maximum(least[:, :, None] * ahead, low), high)
    depth = np.sqrt((point * point) @ _ONES)
    cosine = np.minimum((point @ ahead) / np.maximum(depth, _SMALL), _ONE)
    rows, best = np.arange(len(cosine)), cosine.argmax(axis=1)
    return np.arccos(cosine[rows, best]), depth[rows, best]
