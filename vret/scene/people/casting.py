"""Casting: who is in a scene, with which body and clothes, where, and how they keep time.

Nobody is quite like those around: bodies differ from the nearest ones', the same body comes back in other colours, and
rhythms are spread by the golden ratio, so that neighbours are never in step.
"""

from dataclasses import dataclass
from math import pi, radians

import numpy as np
import numpy.typing as npt

from vret.scene.chance import fraction, generator
from vret.scene.compiled import VERTEX, Meshes
from vret.scene.courses import Courses
from vret.scene.curves import Curves
from vret.scene.looks.materials import Materials
from vret.scene.meshes.shapes import rotation_matrix
from vret.scene.people.figures import Figure
from vret.scene.people.groups import Group
from vret.scene.people.motions import Motion
from vret.scene.people.persons import AIMED, CLIP, JOINT, KEYS_PER_S, LODS, NOBODY, PARTS, SKIN, People
from vret.scene.regions import places_mask, variants_mask
from vret.scene.scene import Scene
from vret.scene.tables import BOUND, CAST, GESTURE, LOOKS, RANGE
from vret.scene.written.values import Value

Table = npt.NDArray[np.void]
_GOLDEN = 0.6180339887
_NEAR = 4
_PACES = (0.93, 1.07)


@dataclass(frozen=True)
class Cast:
    """The people, and the tables of their life: CAST, its BOUND and RANGE, and GESTURE."""

    people: People
    cast: Table
    bounds: Table
    ranges: Table
    gestures: Table


class Casting:
    """Casts all groups of a scene. `cast` gives what became of them, and the meshes with their bodies added."""

    def __init__(self, scene: Scene, curves: Curves, courses: Courses, materials: Materials) -> None:
        self._scene, self._curves, self._courses, self._materials = scene, curves, courses, materials
        self._bodies: dict[str, int] = {}
        self._clips: dict[tuple[str, str], int] = {}
        self._rows: list[tuple[object, ...]] = []
        self._bounds: list[tuple[int, int, int]] = []
        self._ranges: list[tuple[int, int, float, float]] = []
        self._gestures: list[tuple[int, float]] = []
        self._material_of: list[list[int]] = []

    def cast(self, meshes: Meshes) -> tuple[Cast, Meshes]:
        for name, group in self._scene.file.people.items():
            self._join(name, group)
        tables = (
            np.array(self._rows, CAST),
            np.array(self._bounds, BOUND),
            np.array(self._ranges, RANGE),
            np.array(self._gestures, GESTURE),
        )
        if not self._rows:
            return Cast(NOBODY, *tables), meshes
        figures = [self._scene.troupe.figures[body] for body in self._bodies]
        skins, ranges, grown = _fleshed(figures, meshes)
        keys, clips = self._motions(figures[0].joints)
        people = People(
            skins=skins,
            joints=np.stack([_joints(figure) for figure in figures]),
            aimed=np.array([figures[0].joints.index(name) for name in AIMED], np.int32),
            ranges=ranges,
            heights_m=np.array([figure.height_m for figure in figures], np.float32),
            sizes_m=np.array([figures[row["body"]].height_m * row["scale"] for row in tables[0]], np.float32),
            clips=clips,
            keys=keys,
            body_of=tables[0]["body"].astype(np.int32),
            material_of=np.array(self._material_of, np.int32),
        )
        return Cast(people, *tables), grown

    def _join(self, name: str, group: Group) -> None:
        """Add everyone of a group."""
        file, count, first = self._scene.file, group.count, len(self._rows)
        chance = generator(file.seed, "people", name)
        spots, walks = self._spots(name, group)
        near = spots[:, :3] if group.course is None else np.column_stack([walks[:, 0] * walks[:, 4], walks[:, 1:3]])
        bodies = self._bodies_for(name, group, near)
        motions = [
            self._motion(group, group.motions[index]) for index in chance.integers(len(group.motions), size=count)
        ]
        paces = chance.uniform(*_PACES, count) if group.course is None else walks[:, 2]
        scales = chance.uniform(group.scale[0], group.scale[1], count)
        numbers = np.arange(count) if group.spots else chance.permutation(count)
        phases = (chance.random() + _GOLDEN * np.arange(count)) % 1
        gestures = len(self._gestures)
        for gesture in group.gestures:
            clip, motion = self._motion(group, gesture)
            self._gestures.append((clip, motion.count - 1))
        present = group.present or Value(constant=float(count))
        stimulus = -1 if group.stimulus is None else list(file.stimuli).index(group.stimulus)
        for one in range(count):
            clip, motion = motions[one]
            scale = float(scales[one])
            length_s = (motion.count - 1) / KEYS_PER_S
            path, length_m = (-1, 0.0) if group.course is None else (int(walks[one, 3]), float(walks[one, 4]))
            self._rows.append(
                (
                    spots[one, :3],
                    scale,
                    radians(spots[one, 3]) + pi,
                    bodies[one],
                    int(fraction(file.seed, "people", name, one) * 2**32),
                    places_mask(file, group.places, group.anchor),
                    variants_mask(file, group.variants),
                    stimulus,
                    group.when_held == "hides",
                    self._curves.index(present),
                    numbers[one],
                    clip,
                    paces[one] / length_s,
                    phases[one],
                    gestures,
                    len(group.gestures),
                    group.gesture_every_s,
                    LOOKS.index(group.look),
                    self._curves.index(group.gaze_at_client),
                    path,
                    walks[one, 0] * length_m,
                    walks[one, 1],
                    motion.speed_mps * scale * paces[one] if path >= 0 else 0.0,
                )
            )
        self._bind(group, range(first, first + count))

    def _spots(self, name: str, group: Group) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """(n, 4) places and yaws; (n, 5) start, lane, pace, path and its length, for those on a course."""
        seed = int(fraction(self._scene.file.seed, "people", name) * 2**31)
        spots, walks = np.zeros((group.count, 4)), np.zeros((group.count, 5))
        if group.course is not None:
            path, length_m = self._courses.closed(group.course.points, group.course.corner_m, 1.0)
            walks[:, :3], walks[:, 3:] = group.course.lanes(seed), (path, length_m)
            return spots, walks
        spread = group.rows or group.crowd
        seen = spread.spots(seed) if spread else np.array([[*spot, 0.0][:4] for spot in group.spots])
        spots[:, :3] = seen[:, :3] @ rotation_matrix(group.yaw_deg).T + self._rest_position(group)
        spots[:, 3] = seen[:, 3] + group.yaw_deg
        return spots, walks

    def _points(self, group: Group) -> list[list[Value]]:
        anchor = group.anchor
        return [group.position] if anchor is None else [group.position, self._scene.file.anchors[anchor].position]

    def _rest_position(self, group: Group) -> npt.NDArray[np.float64]:
        return np.array(
            [sum(point[i].constant for point in self._points(group) if point[i].is_constant) for i in range(3)]
        )

    def _bind(self, group: Group, members: range) -> None:
        """What their places and whether they are there follow."""
        bounds = [
            (index, self._curves.index(value))
            for point in self._points(group)
            for index, value in enumerate(point)
            if not value.is_constant
        ]
        spans = [
            (self._curves.index(Value(axis=axis)), span.at_least, span.below) for axis, span in group.visible.items()
        ]
        self._bounds += [(member, *bound) for member in members for bound in bounds]
        self._ranges += [(member, *span) for member in members for span in spans]

    def _bodies_for(self, name: str, group: Group, near: npt.NDArray[np.float64]) -> list[int]:
        """A body for each, with materials: the one least near in others, then the rarest, then by chance."""
        seed = self._scene.file.seed
        numbers = [self._bodies.setdefault(body, len(self._bodies)) for body in group.bodies]
        used = np.zeros(len(numbers), np.int64)
        chosen: list[int] = []
        for one in range(len(near)):
            gaps = np.linalg.norm(near[:one] - near[one], axis=1)
            alike = np.zeros(len(numbers))
            for other in np.argsort(gaps, kind="stable")[:_NEAR]:
                alike[chosen[other]] += max(gaps[other], 0.1) ** -4
            ranked = [
                (alike[body], used[body], fraction(seed, "people", name, one, body)) for body in range(len(numbers))
            ]
            body = min(range(len(numbers)), key=ranked.__getitem__)
            self._material_of.append(self._materials_for(name, group, group.bodies[body], one, int(used[body])))
            used[body] += 1
            chosen.append(body)
        return [numbers[body] for body in chosen]

    def _materials_for(self, name: str, group: Group, body: str, one: int, times: int) -> list[int]:
        """A material for each of PARTS; the same body comes back in the next colour."""
        figure, seed, found = self._scene.troupe.figures[body], self._scene.file.seed, []
        for part in PARTS:
            tints, tint = group.tints.get(part), ""
            if tints:
                start = fraction(seed, "people", name, body, part)
                skip = fraction(seed, "people", name, part, one) if times >= len(tints) else 0.0
                tint = tints[(int(start * len(tints)) + int(skip * len(tints)) + times) % len(tints)]
            found.append(self._materials.own(body, figure.materials[part], tint) if part in figure.materials else 0)
        return found

    def _motion(self, group: Group, name: str) -> tuple[int, Motion]:
        """A motion's clip, and itself."""
        clip = self._clips.setdefault((group.motions_from, name), len(self._clips))
        return clip, self._scene.troupe.motions[group.motions_from].named[name]

    def _motions(self, joints: tuple[str, ...]) -> tuple[npt.NDArray[np.float32], Table]:
        """All keys, and the clips' rows."""
        keys, clips, first = [], np.zeros(len(self._clips), CLIP), 0
        for (source, name), row in zip(self._clips, clips, strict=True):
            motion = self._scene.troupe.motions[source].named[name]
            keys.append(motion.keys(joints))
            row["first"], row["last"] = first, first + motion.count - 1
            first += motion.count
        return np.concatenate(keys), clips


def _fleshed(figures: list[Figure], meshes: Meshes) -> tuple[Table, npt.NDArray[np.int32], Meshes]:
    """The skins and ranges of all bodies, and the meshes with their vertices after all others."""
    ranges = np.zeros((len(figures), LODS, len(PARTS), 3), np.int32)
    vertices, indices, skins = [meshes.vertices], [meshes.indices], [np.zeros(0, SKIN)]
    first, base = len(meshes.indices), len(meshes.vertices)
    for number, figure in enumerate(figures):
        for (lod, part), flesh in figure.flesh.items():
            ranges[number, lod, PARTS.index(part)] = first, flesh.shape.triangles.size, base
            vertices.append(flesh.shape.vertices)
            indices.append(flesh.shape.triangles.ravel())
            skins.append(flesh.skin)
            first, base = first + flesh.shape.triangles.size, base + len(flesh.skin)
    grown = Meshes(np.concatenate(vertices).astype(VERTEX), np.concatenate(indices), meshes.ranges, meshes.spheres)
    return np.concatenate(skins), ranges, grown


def _joints(figure: Figure) -> Table:
    """The skeleton's rows. The upper body is what hangs on the pelvis' child that the neck hangs on."""
    rows = np.zeros(len(figure.joints), JOINT)
    parents = figure.parents.tolist()
    above = [_ancestors(parents, joint) for joint in range(len(parents))]
    trunk = above[figure.joints.index("neck")][-2]
    rows["rest"], rows["parent"] = figure.rest_m, parents
    rows["offset"] = figure.rest_m - figure.rest_m[np.maximum(parents, 0)]
    rows["level"] = [len(line) - 1 for line in above]
    rows["is_upper"] = [trunk in line for line in above]
    return rows


def _ancestors(parents: list[int], joint: int) -> list[int]:
    """The joint, its parent and so on to the pelvis."""
    line = [joint]
    while parents[line[-1]] >= 0:
        line.append(parents[line[-1]])
    return line
