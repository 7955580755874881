"""Meshes: shapes cut by cells of the ground, so that what is not in view is not drawn, and packed into arrays."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vret.scene.compiled import VERTEX, Meshes
from vret.scene.meshes.shapes import Shape

_CELL_M = 120.0
_FAR_CELL_M = 600.0
_FAR_M = 240.0


def cells(shape: Shape) -> list[Shape]:
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


def meshes_of(shapes_of: Sequence[Shape]) -> tuple[Meshes, npt.NDArray[np.int32]]:
    """Every different shape once, and which of them each entry is."""
    index_of: dict[int, int] = {}
    shapes: list[Shape] = []
    mesh_of = []
    for shape in shapes_of:
        if id(shape) not in index_of:
            index_of[id(shape)] = len(shapes)
            shapes.append(shape)
        mesh_of.append(index_of[id(shape)])
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
