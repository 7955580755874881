"""Decals: pictures and stains, projected by a box onto what stands still.

The triangles inside the box are cut out of the meshes they lie on when the scene is compiled (Lengyel 2001, Applying
Decals to Arbitrary Surfaces; Sutherland and Hodgman 1974), so that a decal costs a frame no more than its few
triangles. They lie exactly on the surface; the renderer draws them a thousandth of their distance nearer.

A vertex's normal is as long as the decal is dense there, which fades it where the surface turns away. Its texture
coordinates count from the picture's upper left corner, u plus a whole number by which procedural decals differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vret.scene.chance import fraction
from vret.scene.compiled import VERTEX
from vret.scene.curves import Curves
from vret.scene.instances import Conditions, Instance, Resting
from vret.scene.looks.materials import Materials
from vret.scene.meshes.meshing import cells
from vret.scene.meshes.shapes import Shape, join, rotation_matrix
from vret.scene.regions import places_mask, variants_mask
from vret.scene.scene import Scene, SceneError
from vret.scene.written.model import Decal
from vret.scene.written.values import Value

TRIANGLES_MAX = 20_000
"""The most that all decals of a scene may have."""

_DIFFERENT = 61
"""How many looks a procedural decal has; few enough that `u` keeps its precision."""
_FADE_FROM = 0.75
"""Where a decal begins to fade, as a share of the angle at which nothing of it is left."""
_SLIVER_M2 = 1e-9

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Surface:
    """A resting shape that may be decorated: its corners and their normals, (n, 3, 3), and boxes around it and around
    each of its triangles, (3, n).
    """

    conditions: Conditions
    corners: Floats
    normals: Floats
    low: Floats
    high: Floats
    lows: Floats
    highs: Floats

    def within(self, low: Floats, high: Floats) -> npt.NDArray[np.intp]:
        """The triangles that may be in a box; those of one axis first, which leaves few for the others."""
        found = np.flatnonzero((self.lows[0] <= high[0]) & (self.highs[0] >= low[0]))
        for axis in (1, 2):
            found = found[(self.lows[axis, found] <= high[axis]) & (self.highs[axis, found] >= low[axis])]
        return found


@dataclass(frozen=True)
class Projector:
    """A decal's box: `size` is across, deep (along its own +Y, out of the surface) and along the picture's height."""

    centre: Floats
    box_from_scene: Floats
    size: Floats
    steepest: float

    def project(self, corners: Floats, normals: Floats) -> Shape:
        """What lies in the box of triangles whose corners and unit normals are (n, 3, 3), in the scene's space."""
        local = (corners - self.centre) @ self.box_from_scene.T
        flat = np.cross(local[:, 1] - local[:, 0], local[:, 2] - local[:, 0])
        lengths = np.linalg.norm(flat, axis=1)
        half = self.size / 2
        low, high = local.min(axis=1), local.max(axis=1)
        meets = ((low < half) & (high > -half)).all(axis=1)
        meets &= flat[:, 1] > lengths * np.cos(np.radians(self.steepest))
        chosen = np.flatnonzero(meets)
        vertices, triangles, count = [], [], 0
        for triangle in chosen:
            polygon = np.concatenate([local[triangle], normals[triangle] @ self.box_from_scene.T], axis=1)
            if (np.abs(local[triangle]) > half).any():
                polygon = clipped(polygon, half)
            if len(polygon) < 3 or _area(polygon[:, :3]) < _SLIVER_M2:
                continue
            fan = np.arange(1, len(polygon) - 1)
            vertices.append(polygon)
            triangles.append(np.stack([np.zeros_like(fan), fan, fan + 1], axis=1) + count)
            count += len(polygon)
        if not vertices:
            return join([])
        found = np.concatenate(vertices)
        return Shape(self._placed(found), np.concatenate(triangles).astype(np.uint32))

    def _placed(self, local: Floats) -> npt.NDArray[np.void]:
        """Back into the scene. What turns away farther than `steepest` at a vertex is only just there."""
        found = np.zeros(len(local), VERTEX)
        normal = local[:, 3:] / np.maximum(np.linalg.norm(local[:, 3:], axis=1, keepdims=True), 1e-12)
        none, whole = np.cos(np.radians(self.steepest * np.array([1.0, _FADE_FROM])))
        density = ((normal[:, 1] - none) / (whole - none)).clip(0.02, 1)
        found["position"] = local[:, :3] @ self.box_from_scene + self.centre
        found["normal"] = (normal * density[:, None]) @ self.box_from_scene
        found["uv"] = (local[:, [0, 2]] / self.size[[0, 2]] + 0.5).clip(1e-4, 1 - 1e-4)
        return found


def clipped(polygon: Floats, half: Floats) -> Floats:
    """What of a convex polygon (n, 3 or more: x, y, z and what goes along) lies within -half..half."""
    for axis in range(3):
        for sign in (-1.0, 1.0):
            inside = half[axis] - sign * polygon[:, axis]
            polygon = _cut(polygon, inside)
            if len(polygon) < 3:
                return polygon[:0]
    return polygon


def _cut(polygon: Floats, inside: Floats) -> Floats:
    """The part whose `inside` is at least 0, which is linear between the corners."""
    after, next_inside = np.roll(polygon, -1, axis=0), np.roll(inside, -1)
    crosses = (inside >= 0) != (next_inside >= 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = inside / (inside - next_inside)
    between = polygon + np.where(crosses, share, 0.0)[:, None] * (after - polygon)
    both = np.stack([polygon, between], axis=1).reshape(-1, polygon.shape[1])
    kept: Floats = both[np.stack([inside >= 0, crosses], axis=1).ravel()]
    return kept


def _area(corners: Floats) -> float:
    spokes = corners[1:] - corners[0]
    return float(np.linalg.norm(np.cross(spokes[:-1], spokes[1:]).sum(axis=0))) / 2


class Decorator:
    """Projects a scene's decals, in the file's order: what comes later lies over what came before."""

    def __init__(self, scene: Scene, resting: Resting, curves: Curves, materials: Materials) -> None:
        self._scene, self._curves, self._materials = scene, curves, materials
        self._surfaces = [
            _surface(shape, conditions)
            for (material, conditions), shapes in resting.shapes.items()
            if materials.is_solid(material)
            for shape in shapes
            if len(shape.triangles)
        ]

    def instances(self) -> list[Instance]:
        """Raises SceneError for decals that meet nothing or are too many."""
        found: list[Instance] = []
        problems = []
        count = 0
        for number, (name, decal) in enumerate(self._scene.file.decals.items()):
            parts: dict[Conditions, list[Shape]] = {}
            for copy, (projector, seed) in enumerate(self._projectors(name, decal)):
                pieces = list(self._pieces(decal, projector, seed))
                if not pieces:
                    which = f"copies.{copy}: " if decal.copies else ""
                    problems.append(
                        f"decals.{name}: {which}no surface that stands still lies in its box and faces it; move it "
                        "(position, anchor), turn it (rotation_deg) or give it more depth_m"
                    )
                for conditions, shape in pieces:
                    count += len(shape.triangles)
                    parts.setdefault(conditions, []).append(shape)
            if count > TRIANGLES_MAX:
                problems.append(
                    f"decals.{name}: brings the decals to {count} triangles, of which a scene may have "
                    f"{TRIANGLES_MAX}; make it smaller, or let it lie on simpler things"
                )
                break
            material = self._materials.decal(name)
            found += [
                Instance(piece, material, conditions, layer=number + 1)
                for conditions, shapes in parts.items()
                for piece in cells(join(shapes))
            ]
        if problems:
            raise SceneError([f"{self._scene.folder}: {problem}" for problem in problems])
        return found

    def _projectors(self, name: str, decal: Decal) -> Iterator[tuple[Projector, int]]:
        """The box of each copy, and which look it has."""
        across, up = decal.size_m
        points = [decal.position]
        if decal.anchor is not None:
            points.append(self._scene.file.anchors[decal.anchor].position)
        middle = [sum(point[axis].constant for point in points if point[axis].is_constant) for axis in range(3)]
        pitch, yaw, roll = decal.rotation_deg
        for copy, (dx, dy, dz, turn) in enumerate((*one, 0.0)[:4] for one in decal.copies or [[0.0, 0.0, 0.0]]):
            scene_from_box = rotation_matrix(yaw + turn, pitch, roll)
            projector = Projector(
                np.add(middle, (dx, dy, dz)),
                scene_from_box.T,
                np.array([across, decal.depth_m, up]),
                decal.steepest_deg,
            )
            yield projector, int(fraction(self._scene.file.seed, "decal", name, copy) * _DIFFERENT)

    def _pieces(self, decal: Decal, projector: Projector, seed: int) -> Iterator[tuple[Conditions, Shape]]:
        """What the box cuts out of each surface that is seen when the decal is."""
        reach = np.abs(projector.box_from_scene.T) @ (projector.size / 2)
        low, high = projector.centre - reach, projector.centre + reach
        own = self._conditions(decal)
        for surface in self._surfaces:
            if surface.conditions.bounds != own.bounds or (surface.low > high).any() or (surface.high < low).any():
                continue
            conditions = _both(own, surface.conditions)
            if not (conditions.places and conditions.variants):
                continue
            near = surface.within(low, high)
            if not len(near):
                continue
            shape = projector.project(surface.corners[near], surface.normals[near])
            if len(shape.triangles):
                shape.vertices["uv"][:, 0] += seed
                yield conditions, shape

    def _conditions(self, decal: Decal) -> Conditions:
        file = self._scene.file
        points = [decal.position] if decal.anchor is None else [decal.position, file.anchors[decal.anchor].position]
        bounds = tuple(
            (axis, self._curves.index(value))
            for point in points
            for axis, value in enumerate(point)
            if not value.is_constant
        )
        ranges = tuple(
            (self._curves.index(Value(axis=axis)), span.at_least, span.below) for axis, span in decal.visible.items()
        )
        mask = places_mask(file, decal.places, decal.anchor)
        return Conditions(mask, ranges, -1, False, bounds, variants_mask(file, decal.variants))


def _surface(shape: Shape, conditions: Conditions) -> _Surface:
    corners = shape.vertices["position"][shape.triangles].astype(np.float64)
    normals = shape.vertices["normal"][shape.triangles].astype(np.float64)
    lows, highs = (np.ascontiguousarray(ends.T) for ends in (corners.min(axis=1), corners.max(axis=1)))
    return _Surface(conditions, corners, normals, lows.min(axis=1), highs.max(axis=1), lows, highs)


def _both(decal: Conditions, surface: Conditions) -> Conditions:
    """When both are seen."""
    return Conditions(
        decal.places & surface.places,
        tuple(dict.fromkeys((*surface.ranges, *decal.ranges))),
        surface.stimulus,
        surface.hidden_when_held,
        surface.bounds,
        decal.variants & surface.variants,
    )
