"""From a scene to a bundle: build every mesh, join what stands still, write down what moves.

Things at rest that are shown under the same conditions become one mesh for each material and cell of the ground, so
that a city is a few hundred instances. Order of instances: living, driven by axes or stimuli, at rest; these from high
to low, so that the ground is drawn last and is not shaded where something stands on it.
"""

from dataclasses import dataclass, field

import numpy as np

from vret.scene.bundle import Bundle
from vret.scene.chance import fraction
from vret.scene.compiled import MATERIAL, PATTERNS, ROW, VERTEX, CompiledScene, Meshes
from vret.scene.courses import Courses
from vret.scene.curves import Curves
from vret.scene.model import Node, SceneFile
from vret.scene.rules import scene_rules
from vret.scene.scene import Scene
from vret.scene.shapes import Shape, join, rotation_matrix
from vret.scene.surroundings import environment, linear, sound
from vret.scene.tables import (
    BOUND,
    FALL,
    FLIGHT,
    RANGE,
    SWING,
    TRAVEL,
    AnimationSpec,
    AnimationTables,
    OpacityBinding,
    PlaceSpec,
)
from vret.scene.values import Value

_CELL_M = 120.0
_FAR_CELL_M = 600.0
_FAR_M = 240.0
_IDENTITY = (0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class _Conditions:
    """When something is seen, and what its position follows: (component, curve) pairs."""

    places: int
    ranges: tuple[tuple[int, float, float], ...]
    stimulus: int
    hidden_when_held: bool
    bounds: tuple[tuple[int, int], ...]


@dataclass
class _Instance:
    shape: Shape
    material: int
    conditions: _Conditions
    position: tuple[float, float, float] = (0.0, 0.0, 0.0)
    rotation: tuple[float, float, float, float] = _IDENTITY
    scale: float = 1.0
    swing: tuple[int, tuple[float, float, float], float, float] | None = None
    travel: tuple[int, float] | None = None
    flight: tuple[int, int, float] | None = None
    fall: tuple[int, float, tuple[float, float, float], int] | None = None

    @property
    def order(self) -> tuple[int, float]:
        if self.swing or self.travel:
            return 0, 0.0
        if self.flight or self.fall or self.conditions.bounds:
            return 1, 0.0
        return 2, -float(self.shape.vertices["position"][:, 1].max())


@dataclass
class _Resting:
    """Shapes in scene space, by material and conditions."""

    shapes: dict[tuple[int, _Conditions], list[Shape]] = field(default_factory=dict)

    def instances(self) -> list[_Instance]:
        return [
            _Instance(piece, material, conditions)
            for (material, conditions), shapes in self.shapes.items()
            for piece in _cells(join(shapes))
        ]


def compile_scene(scene: Scene) -> Bundle:
    """Build everything. Raises ValueError from trimesh's readers for a model that is no glTF."""
    curves, courses = Curves(scene.file), Courses()
    places = _places(scene.file, curves)
    resting, instances = _Resting(), []
    for name, node in scene.file.nodes.items():
        instances += _NodeBuilder(scene, name, node, curves, courses).build(resting)
    instances += resting.instances()
    instances.sort(key=lambda instance: instance.order)
    meshes, mesh_of = _meshes(instances)
    rows = np.array([(each.position, each.scale, each.rotation) for each in instances], ROW)
    compiled = CompiledScene(
        name=scene.name,
        content_hash=scene.content_hash,
        meshes=meshes,
        materials=_materials(scene.file),
        rows=rows,
        mesh_of=mesh_of,
        material_of=np.array([each.material for each in instances], np.int32),
    )
    surroundings, bindings = environment(scene.file, curves)
    opacities = tuple(
        OpacityBinding(index, curves.index(material.opacity))
        for index, material in enumerate(scene.file.materials.values())
        if not material.opacity.is_constant
    )
    paths, path_points = courses.tables()
    tables = _tables(instances, surroundings, paths, path_points)
    spec = AnimationSpec(
        base_place=scene.file.base_place,
        places=places,
        stimuli=tuple(scene.file.stimuli),
        curves=curves.all(),
        environment=bindings,
        opacities=opacities,
    )
    return Bundle(compiled, scene_rules(scene), sound(scene.file), spec, tables)


class _NodeBuilder:
    def __init__(self, scene: Scene, name: str, node: Node, curves: Curves, courses: Courses) -> None:
        self._scene, self._name, self._node = scene, name, node
        self._file = scene.file
        self._curves, self._courses = curves, courses
        self._materials = {material: index for index, material in enumerate(scene.file.materials)}
        self._stimulus = -1 if node.stimulus is None else list(scene.file.stimuli).index(node.stimulus)

    def build(self, resting: _Resting) -> list[_Instance]:
        """Instances of their own for what moves by itself; the rest goes to `resting`."""
        node = self._node
        seed = int(fraction(self._file.seed, self._name) * 2**31)
        shapes = node.mesh.build(seed, self._scene.folder)
        conditions = self._conditions()
        moves = node.swing or node.loop or node.flight or node.fall or not node.scale.is_constant
        x, y, z = self._rest_position()
        yaw, pitch, roll = node.rotation_deg[1], node.rotation_deg[0], node.rotation_deg[2]
        found: list[_Instance] = []
        if node.loop is not None:
            return self._travellers(shapes, conditions)
        for copy, (dx, dy, dz, turn) in enumerate(self._copies()):
            matrix = rotation_matrix(yaw + turn, pitch, roll)
            position = (x + dx, y + dy, z + dz)
            for part, shape in shapes.items():
                material = self._material(part, copy)
                if moves:
                    found.append(self._mover(shape, material, conditions, position, matrix, copy))
                else:
                    scaled = shape.scaled(node.scale.constant) if node.scale.constant != 1.0 else shape
                    resting.shapes.setdefault((material, conditions), []).append(
                        scaled.rotated(matrix).moved(*position)
                    )
        return found

    def _copies(self) -> list[tuple[float, float, float, float]]:
        copies = [(*copy, 0.0)[:4] for copy in self._node.copies] or [(0.0, 0.0, 0.0, 0.0)]
        return [(x, y, z, turn) for x, y, z, turn in copies]

    def _points(self) -> list[list[Value]]:
        anchor = self._node.anchor
        return [self._node.position] if anchor is None else [self._node.position, self._file.anchors[anchor].position]

    def _rest_position(self) -> tuple[float, float, float]:
        x, y, z = (sum(point[i].constant for point in self._points() if point[i].is_constant) for i in range(3))
        return x, y, z

    def _conditions(self) -> _Conditions:
        node = self._node
        bounds = [
            (index, self._curves.index(value))
            for point in self._points()
            for index, value in enumerate(point)
            if not value.is_constant
        ]
        if not node.scale.is_constant:
            bounds.append((3, self._curves.index(node.scale)))
        ranges = tuple(
            (self._curves.index(Value(axis=axis)), span.at_least, span.below) for axis, span in node.visible.items()
        )
        return _Conditions(self._mask(), ranges, self._stimulus, node.when_held == "hides", tuple(bounds))

    def _mask(self) -> int:
        places, node = self._file.places, self._node
        chosen = node.places
        if not chosen and node.anchor is not None:
            chosen = [name for name, place in places.items() if place.anchor == node.anchor]
        return sum(1 << index for index, name in enumerate(places) if not chosen or name in chosen)

    def _material(self, part: str, copy: int) -> int:
        node = self._node
        chosen = node.materials.get(part) or node.material
        assert chosen is not None, f"nodes.{self._name}: the check let a part without a material pass"
        if isinstance(chosen, list):
            chosen = chosen[int(fraction(self._file.seed, self._name, part, copy) * len(chosen))]
        return self._materials[chosen]

    def _mover(
        self,
        shape: Shape,
        material: int,
        conditions: _Conditions,
        position: tuple[float, float, float],
        matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]],
        copy: int,
    ) -> _Instance:
        node, curves = self._node, self._curves
        instance = _Instance(shape, material, conditions, position, _quaternion(matrix))
        if node.scale.is_constant:
            instance.scale = node.scale.constant
        if node.swing is not None:
            x, y, z = (np.array(node.swing.about) / np.linalg.norm(node.swing.about)).tolist()
            phase = fraction(self._file.seed, self._name, "swing", copy)
            curve = curves.index(node.swing.degrees, float(np.pi / 180))
            instance.swing = (curve, (x, y, z), 1 / node.swing.period_s, phase)
        if node.flight is not None:
            path, _ = self._courses.open(node.flight.points, node.flight.speed_mps)
            instance.flight = (path, self._stimulus, node.flight.start_s)
        if node.fall is not None:
            vx, vy, vz = node.fall.velocity_mps
            instance.fall = (self._stimulus, node.fall.start_s, (vx, vy, vz), curves.index(node.fall.depth_m))
        return instance

    def _travellers(self, shapes: dict[str, Shape], conditions: _Conditions) -> list[_Instance]:
        loop = self._node.loop
        assert loop is not None, "only a node with a loop has travellers"
        path, length = self._courses.closed(loop.points, loop.corner_m, loop.speed_mps)
        found = []
        for copy in range(loop.count):
            jitter = 0.35 * fraction(self._file.seed, self._name, "start", copy)
            start = (copy + jitter) * length / loop.count
            for part, shape in shapes.items():
                material = self._material(part, copy)
                found.append(
                    _Instance(
                        shape,
                        material,
                        conditions,
                        position=self._rest_position(),
                        scale=self._node.scale.constant,
                        travel=(path, start),
                    )
                )
        return found


def _places(scene: SceneFile, curves: Curves) -> tuple[PlaceSpec, ...]:
    found = []
    for name, place in scene.places.items():
        anchor = [Value()] * 3 if place.anchor is None else scene.anchors[place.anchor].position
        x, y, z = (_sum(curves, one, other) for one, other in zip(anchor, place.stand, strict=True))
        found.append(PlaceSpec(name, (x, y, z), float(np.radians(place.yaw_deg))))
    return tuple(found)


def _sum(curves: Curves, one: Value, other: Value) -> tuple[int, int]:
    return curves.index(one), curves.index(other)


def _materials(scene: SceneFile) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """A material whose opacity follows an axis starts as clear as it can get, so that it counts as transparent."""
    found = np.zeros(len(scene.materials), MATERIAL)
    for row, material in zip(found, scene.materials.values(), strict=True):
        opacity = material.opacity
        row["base_colour"] = linear(material.colour)
        row["opacity"] = min((point[1] for point in opacity.points), default=opacity.constant)
        row["emission"] = linear(material.emission) * material.emission_power
        row["roughness"], row["metallic"] = material.roughness, material.metallic
        row["pattern"] = PATTERNS.index(material.pattern)
        row["pattern_scale"] = material.pattern_m
    return found


def _cells(shape: Shape) -> list[Shape]:
    """A shape cut by the cells of the ground that its triangles' middles lie in; cells far away are larger."""
    middle = shape.vertices["position"][shape.triangles].mean(axis=1)
    ground = middle[:, [0, 2]]
    is_far = (np.abs(ground) > _FAR_M).any(axis=1)
    cell = np.floor(ground / np.where(is_far, _FAR_CELL_M, _CELL_M)[:, None]).astype(np.int64)
    cell = np.column_stack([is_far, cell])
    _, group = np.unique(cell, axis=0, return_inverse=True)
    found = []
    for index in range(int(group.max()) + 1 if len(group) else 0):
        used, triangles = np.unique(shape.triangles[group.ravel() == index], return_inverse=True)
        found.append(Shape(shape.vertices[used], triangles.reshape(-1, 3).astype(np.uint32)))
    return found


def _meshes(instances: list[_Instance]) -> tuple[Meshes, np.ndarray[tuple[int], np.dtype[np.int32]]]:
    """Every different shape once."""
    index_of: dict[int, int] = {}
    shapes: list[Shape] = []
    mesh_of = []
    for instance in instances:
        if id(instance.shape) not in index_of:
            index_of[id(instance.shape)] = len(shapes)
            shapes.append(instance.shape)
        mesh_of.append(index_of[id(instance.shape)])
    ranges, spheres = np.zeros((len(shapes), 3), np.int32), np.zeros((len(shapes), 4), np.float32)
    first, base = 0, 0
    for index, shape in enumerate(shapes):
        ranges[index] = first, shape.triangles.size, base
        position = shape.vertices["position"]
        centre = (position.min(axis=0) + position.max(axis=0)) / 2
        spheres[index] = *centre, np.linalg.norm(position - centre, axis=1).max()
        first, base = first + shape.triangles.size, base + len(shape.vertices)
    vertices = np.concatenate([np.zeros(0, VERTEX), *(shape.vertices for shape in shapes)])
    indices = np.concatenate([np.zeros(0, np.uint32), *(shape.triangles.ravel() for shape in shapes)])
    return Meshes(vertices, indices, ranges, spheres), np.array(mesh_of, np.int32)


def _tables(
    instances: list[_Instance],
    surroundings: np.ndarray[tuple[int], np.dtype[np.void]],
    paths: np.ndarray[tuple[int], np.dtype[np.void]],
    path_points: np.ndarray[tuple[int], np.dtype[np.void]],
) -> AnimationTables:
    each = list(enumerate(instances))
    return AnimationTables(
        environment=surroundings,
        places_of=np.array([one.conditions.places for one in instances], np.uint32),
        stimulus_of=np.array([one.conditions.stimulus for one in instances], np.int32),
        hidden_when_held=np.array([one.conditions.hidden_when_held for one in instances], np.bool_),
        ranges=np.array([(i, *span) for i, one in each for span in one.conditions.ranges], RANGE),
        bounds=np.array([(i, *bound) for i, one in each for bound in one.conditions.bounds], BOUND),
        swings=np.array([(i, *one.swing) for i, one in each if one.swing], SWING),
        travels=np.array([(i, *one.travel) for i, one in each if one.travel], TRAVEL),
        flights=np.array([(i, *one.flight) for i, one in each if one.flight], FLIGHT),
        falls=np.array([(i, *one.fall) for i, one in each if one.fall], FALL),
        paths=paths,
        path_points=path_points,
    )


def _quaternion(matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> tuple[float, float, float, float]:
    """xyzw of a rotation matrix (Shepperd's method through the largest component)."""
    m = matrix
    square = np.array(
        [
            1 + m[0, 0] - m[1, 1] - m[2, 2],
            1 - m[0, 0] + m[1, 1] - m[2, 2],
            1 - m[0, 0] - m[1, 1] + m[2, 2],
            1 + m[0, 0] + m[1, 1] + m[2, 2],
        ]
    )
    table = np.array(
        [
            [square[0], m[1, 0] + m[0, 1], m[2, 0] + m[0, 2], m[2, 1] - m[1, 2]],
            [m[1, 0] + m[0, 1], square[1], m[2, 1] + m[1, 2], m[0, 2] - m[2, 0]],
            [m[2, 0] + m[0, 2], m[2, 1] + m[1, 2], square[2], m[1, 0] - m[0, 1]],
            [m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1], square[3]],
        ]
    )
    row = table[int(square.argmax())]
    x, y, z, w = (row / np.linalg.norm(row)).tolist()
    return x, y, z, w
