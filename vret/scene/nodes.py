"""From a node of the scene file to instances."""

import numpy as np

from vret.scene.chance import fraction
from vret.scene.courses import Courses
from vret.scene.curves import Curves
from vret.scene.instances import Conditions, Instance, Resting
from vret.scene.looks.materials import Materials
from vret.scene.meshes.glass import with_edges
from vret.scene.meshes.primitives import Model
from vret.scene.meshes.shapes import Shape, rotation_matrix
from vret.scene.regions import Body, moving_body, places_mask, resting_body, variants_mask
from vret.scene.scene import Scene
from vret.scene.tables import Component
from vret.scene.written.model import Node
from vret.scene.written.values import Value


class NodeBuilder:
    """Builds one node's mesh and places it, its copies and its motion. `bodies` has one for each copy once built."""

    def __init__(
        self, scene: Scene, name: str, node: Node, curves: Curves, courses: Courses, materials: Materials
    ) -> None:
        self.bodies: list[Body] = []
        self._scene, self._name, self._node = scene, name, node
        self._file = scene.file
        self._curves, self._courses = curves, courses
        self._materials = materials
        self._own: dict[str, int] = {}
        self._stimulus = -1 if node.stimulus is None else list(scene.file.stimuli).index(node.stimulus)

    def build(self, resting: Resting) -> list[Instance]:
        """Instances of their own for what moves by itself; the rest goes to `resting`."""
        node = self._node
        shapes = self._shapes()
        conditions = self._conditions()
        moves = node.swing or node.loop or node.flight or node.fall or not node.scale.is_constant
        x, y, z = self._rest_position()
        yaw, pitch, roll = node.rotation_deg[1], node.rotation_deg[0], node.rotation_deg[2]
        found: list[Instance] = []
        if node.loop is not None:
            return self._travellers(shapes, conditions)
        for copy, (dx, dy, dz, turn) in enumerate(self._copies()):
            matrix = rotation_matrix(yaw + turn, pitch, roll)
            position = (x + dx, y + dy, z + dz)
            if moves:
                movers = [
                    self._mover(shape, self._material(part, copy), conditions, position, matrix, copy)
                    for part, shape in shapes.items()
                ]
                found += movers
                self.bodies.append(moving_body(list(shapes.values()), movers[0]))
                continue
            placed = {
                part: shape.scaled(node.scale.constant, keeps_uv=part in self._own).rotated(matrix).moved(*position)
                for part, shape in shapes.items()
            }
            for part, shape in placed.items():
                resting.shapes.setdefault((self._material(part, copy), conditions), []).append(shape)
            self.bodies.append(resting_body(list(placed.values()), conditions))
        return found

    def _shapes(self) -> dict[str, Shape]:
        """The mesh's shape for each of its parts; a model's own materials are parts of their own."""
        mesh = self._node.mesh
        if isinstance(mesh, Model) and self._node.has_own_materials:
            found = {}
            for number, shape in self._scene.models[mesh.file].shapes.items():
                found[str(number)] = shape.scaled(mesh.scale, keeps_uv=True)
                self._own[str(number)] = self._materials.own(mesh.file, number)
            return found
        seed = int(fraction(self._file.seed, self._name) * 2**31)
        shapes = mesh.build(seed, self._scene.folder)
        return {part: with_edges(shape) if self._is_glass(part) else shape for part, shape in shapes.items()}

    def _is_glass(self, part: str) -> bool:
        chosen = self._node.materials.get(part) or self._node.material
        return isinstance(chosen, str) and self._file.materials[chosen].pattern == "glass"

    def _copies(self) -> list[tuple[float, float, float, float]]:
        copies = [(*copy, 0.0)[:4] for copy in self._node.copies] or [(0.0, 0.0, 0.0, 0.0)]
        return [(x, y, z, turn) for x, y, z, turn in copies]

    def _points(self) -> list[list[Value]]:
        anchor = self._node.anchor
        return [self._node.position] if anchor is None else [self._node.position, self._file.anchors[anchor].position]

    def _rest_position(self) -> tuple[float, float, float]:
        x, y, z = (sum(point[i].constant for point in self._points() if point[i].is_constant) for i in range(3))
        return x, y, z

    def _conditions(self) -> Conditions:
        node = self._node
        bounds = [
            (index, self._curves.index(value))
            for point in self._points()
            for index, value in enumerate(point)
            if not value.is_constant
        ]
        if not node.scale.is_constant:
            bounds.append((Component.SCALE, self._curves.index(node.scale)))
        ranges = tuple(
            (self._curves.index(Value(axis=axis)), span.at_least, span.below) for axis, span in node.visible.items()
        )
        mask = places_mask(self._file, node.places, node.anchor)
        hides = node.when_held == "hides"
        return Conditions(mask, ranges, self._stimulus, hides, tuple(bounds), variants_mask(self._file, node.variants))

    def _material(self, part: str, copy: int) -> int:
        if part in self._own:
            return self._own[part]
        node = self._node
        chosen = node.materials.get(part) or node.material
        assert chosen is not None, f"nodes.{self._name}: the check let a part without a material pass"
        if isinstance(chosen, list):
            chosen = chosen[int(fraction(self._file.seed, self._name, part, copy) * len(chosen))]
        return self._materials.named(chosen)

    def _mover(
        self,
        shape: Shape,
        material: int,
        conditions: Conditions,
        position: tuple[float, float, float],
        matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]],
        copy: int,
    ) -> Instance:
        node, curves = self._node, self._curves
        instance = Instance(shape, material, conditions, position, _quaternion(matrix))
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

    def _travellers(self, shapes: dict[str, Shape], conditions: Conditions) -> list[Instance]:
        loop = self._node.loop
        assert loop is not None, "only a node with a loop has travellers"
        path, length = self._courses.closed(loop.points, loop.corner_m, loop.speed_mps)
        found = []
        for copy in range(loop.count):
            jitter = 0.35 * fraction(self._file.seed, self._name, "start", copy)
            start = (copy + jitter) * length / loop.count
            travellers = [
                Instance(
                    shape,
                    self._material(part, copy),
                    conditions,
                    position=self._rest_position(),
                    scale=self._node.scale.constant,
                    travel=(path, start),
                )
                for part, shape in shapes.items()
            ]
            found += travellers
            self.bodies.append(moving_body(list(shapes.values()), travellers[0]))
        return found


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
