"""Panes: what is seen through is drawn pane by pane, from far to near, and shows where it is cut."""

import numpy as np

from vret.scene.meshes.shapes import Shape

CUT_M = 0.06
"""Faces narrower than this, and much longer than wide, are a pane's edges."""
_CUT_NORMAL = 0.5
_SLENDER = 8.0
_WELDED_M = 1e-4
_PANES_MAX = 64


def panes(shape: Shape) -> list[Shape]:
    """The parts that hang together. What has more than a few is foliage or hair rather than glass, and stays whole."""
    grid = np.rint(shape.vertices["position"] / _WELDED_M).astype(np.int64)
    _, corner = np.unique(grid, axis=0, return_inverse=True)
    corners = corner.ravel()[shape.triangles]
    label = np.arange(corners.max(initial=-1) + 1)
    while True:
        least = label[corners].min(axis=1)
        spread = label.copy()
        np.minimum.at(spread, corners.ravel(), least.repeat(3))
        if np.array_equal(spread, label):
            break
        label = spread
    part = label[corners[:, 0]]
    names = np.unique(part)
    if len(names) > _PANES_MAX:
        return [shape]
    found = []
    for name in names:
        used, triangles = np.unique(shape.triangles[part == name], return_inverse=True)
        found.append(Shape(shape.vertices[used], triangles.reshape(-1, 3).astype(np.uint32)))
    return found


def with_edges(shape: Shape) -> Shape:
    """The normals of faces narrower than CUT_M are half as long, by which the renderer knows a pane's edges."""
    position = shape.vertices["position"].astype(np.float64)
    a, b, c = position[shape.triangles].transpose(1, 0, 2)
    doubled = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    longest = np.max([np.linalg.norm(side, axis=1) for side in (b - a, c - b, a - c)], axis=0)
    width = doubled / np.maximum(longest, 1e-9)
    is_narrow = (width < CUT_M) & (width > _WELDED_M) & (longest > _SLENDER * width)
    cut = np.zeros(len(position), bool)
    cut[shape.triangles[is_narrow]] = True
    cut[shape.triangles[~is_narrow]] = False
    vertices = shape.vertices.copy()
    vertices["normal"][cut] *= np.float32(_CUT_NORMAL)
    return Shape(vertices, shape.triangles)
