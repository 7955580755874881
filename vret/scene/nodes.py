"""From a node of the scene file to instances."""

import numpy as np

from vret.scene.chance import fraction
from vret.scene.courses import Courses
from vret.scene.curves import Curves
from vret.scene.instances import Conditions, Instance, Resting
from vret.scene.model import Node
from vret.scene.scene import Scene
from vret.scene.shapes import Shape, rotation_matrix
from vret.scene.tables import Component
from vret.scene.values import Value


class NodeBuilder:
    """Builds one node's mesh and places it, its copies and its motion."""

    def __init__(self, scene: Scene, name: str, node: Node, curves: Curves, courses: Courses) -> None:
        self._scene, self._name, self._node = scene, name, node
        self._file = scene.file
        self._curves, self._courses = curves, courses
        self._materials = {material: index for index, material in enumerate(scene.file.materials)}
        self._stimulus = -1 if node.stimulus is None else list(scene.file.stimuli).index(node.stimulus)

    def build(self, resting: Resting) -> list[Instance]:
        """Instances of their own for what moves by itself; the rest goes to `resting`."""
        node = self._node
        seed = int(fraction(self._file.seed, self._name) * 2**31)
        shapes = node.mesh.build(seed, self._scene.folder)
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
        return Conditions(
            self._mask(), ranges, self._stimulus, node.when_held == "hides", tuple(bounds), self._variants()
        )

    def _mask(self) -> int:
        places, node = self._file.places, self._node
        chosen = node.places
        if not chosen and node.anchor is not None:
            chosen = [name for name, place in places.items() if place.anchor == node.anchor]
        return sum(1 << index for index, name in enumerate(places) if not chosen or name in chosen)

    def _variants(self) -> int:
        """Bit 0 alone is a scene without variants."""
        chosen = self._node.variants
        names = list(self._file.variants) or [""]
        return sum(1 << index for index, name in enumerate(names) if not chosen or name in chosen)

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
            for part, shape in shapes.items():
                material = self._material(part, copy)
                found.append(
                    Instance(
                        shape,
                        material,
                        conditions,
                        position=self._rest_position(),
                        scale=self._node.scale.constant,
                        travel=(path, start),
                    )
                )
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
