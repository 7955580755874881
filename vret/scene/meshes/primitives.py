"""Mesh kinds: plain bodies, and models from files. Each kind says its parts and builds a shape for each of them."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from vret.scene.looks.models import read_shape
from vret.scene.meshes.shapes import Shape, ball, box, cylinder, plane
from vret.scene.written.values import Positive, Strict, Text, Vector

SURFACE = "surface"
Sides = Field(default=16, ge=3, le=96)


class Mesh(Strict, ABC):
    """A kind of mesh; `parts` are the names that a node gives materials to."""

    parts: ClassVar[tuple[str, ...]] = (SURFACE,)

    kind: str

    @abstractmethod
    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        """The shape of each part; `seed` is the entity's own, `folder` the scene's."""


class Box(Mesh):
    """Width, height, depth; it stands on its position."""

    kind: Literal["box"]
    size_m: Vector

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        width, height, depth = self.size_m
        return {SURFACE: box(width, height, depth)}


class Plane(Mesh):
    """A flat floor, seen from above."""

    kind: Literal["plane"]
    width_m: Positive
    depth_m: Positive

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        return {SURFACE: plane(self.width_m, self.depth_m)}


class Cylinder(Mesh):
    """It stands on its position; `top_radius_m` 0 makes a cone."""

    kind: Literal["cylinder"]
    radius_m: Positive
    height_m: Positive
    top_radius_m: float | None = None
    sides: int = Sides

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        return {SURFACE: cylinder(self.radius_m, self.height_m, self.sides, self.top_radius_m)}


class Ball(Mesh):
    """It is centred on its position."""

    kind: Literal["ball"]
    radius_m: Positive
    squash: Positive = 1.0
    sides: int = Sides

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        return {SURFACE: ball(self.radius_m, self.sides, max(self.sides // 2, 3), self.squash)}


class Model(Mesh):
    """A glTF file beside the scene: in the node's one material, or, where the node names none, in its own."""

    kind: Literal["model"]
    file: Text
    scale: Positive = 1.0

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        return {SURFACE: read_shape(folder / self.file).scaled(self.scale)}
