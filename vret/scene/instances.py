"""Instances under construction: what one row of the compiled scene will show, when, and how it moves."""

from collections.abc import Callable
from dataclasses import dataclass, field

from vret.scene.meshes.glass import panes
from vret.scene.meshes.meshing import cells
from vret.scene.meshes.shapes import Shape, join

IDENTITY = (0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Conditions:
    """When something is seen, and what its position follows: (component, curve) pairs."""

    places: int
    ranges: tuple[tuple[int, float, float], ...]
    stimulus: int
    hidden_when_held: bool
    bounds: tuple[tuple[int, int], ...]
    variants: int


@dataclass
class Instance:
    """`layer` is that of a decal, 0 for all else."""

    shape: Shape
    material: int
    conditions: Conditions
    position: tuple[float, float, float] = (0.0, 0.0, 0.0)
    rotation: tuple[float, float, float, float] = IDENTITY
    scale: float = 1.0
    swing: tuple[int, tuple[float, float, float], float, float] | None = None
    travel: tuple[int, float] | None = None
    flight: tuple[int, int, float] | None = None
    fall: tuple[int, float, tuple[float, float, float], int] | None = None
    layer: int = 0

    @property
    def order(self) -> tuple[int, float]:
        if self.layer:
            return 3, self.layer
        if self.swing or self.travel:
            return 0, 0.0
        if self.flight or self.fall or self.conditions.bounds:
            return 1, 0.0
        return 2, -float(self.shape.vertices["position"][:, 1].max())


@dataclass
class Resting:
    """Shapes in scene space, by material and conditions."""

    shapes: dict[tuple[int, Conditions], list[Shape]] = field(default_factory=dict)

    def instances(self, is_solid: Callable[[int], bool]) -> list[Instance]:
        """What is seen through stays in panes, which can be put in order."""
        return [
            Instance(piece, material, conditions)
            for (material, conditions), shapes in self.shapes.items()
            for piece in (cells(join(shapes)) if is_solid(material) else panes(join(shapes)))
        ]
