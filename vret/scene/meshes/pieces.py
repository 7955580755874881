"""Pieces: a growing collection of shapes under the names of their parts."""

from collections.abc import Mapping

from vret.scene.meshes.shapes import Shape, join


class Pieces:
    """What a generator with many parts builds; a part without a shape is not in `joined`."""

    def __init__(self) -> None:
        self._shapes: dict[str, list[Shape]] = {}

    def add(self, part: str, *shapes: Shape) -> None:
        self._shapes.setdefault(part, []).extend(shapes)

    def place(
        self, shapes: Mapping[str, Shape], x: float, y: float, z: float, yaw_deg: float = 0.0, prefix: str = ""
    ) -> None:
        """Add a whole thing at a position; its parts get a prefix."""
        for part, shape in shapes.items():
            self.add(prefix + part, (shape.turned(yaw_deg) if yaw_deg else shape).moved(x, y, z))

    def joined(self) -> dict[str, Shape]:
        return {part: join(shapes) for part, shapes in self._shapes.items()}
