"""Surfaces: a part of a person as triangles that follow joints, and the same with fewer triangles."""

import ctypes
from dataclasses import dataclass

import meshoptimizer
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_JOINTS_A_VERTEX = 4
_NORMAL_WEIGHT = 0.4
_UV_WEIGHT = 0.6
_SLACK = 1.1


@dataclass(frozen=True)
class Surface:
    """`uv` has its origin at the upper left, as glTF. `follows` is (vertices, joints), rows adding up to 1."""

    positions: Floats
    normals: Floats
    uv: Floats
    follows: Floats
    triangles: Ints

    def skin(self) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """Four joints a vertex and their weights in shares of 255, which add up to exactly that."""
        joints = np.argsort(-self.follows, axis=1)[:, :_JOINTS_A_VERTEX]
        shares = np.take_along_axis(self.follows, joints, axis=1)
        weights = np.round(shares / shares.sum(axis=1, keepdims=True) * 255).astype(np.int64)
        weights[:, 0] += 255 - weights.sum(axis=1)
        return np.where(weights > 0, joints, 0).astype(np.uint8), weights.astype(np.uint8)

    def reduced(self, count: int, looks: float = 1.0) -> "Surface":
        """At most about `count` triangles, on vertices that were there before; `looks` is what pictures and shading are
        worth beside the shape."""
        return _compact(self, _simplified(self, count, looks)) if len(self.triangles) > count else self


def surface(
    vertices: Floats, faces: list[list[int]] | Ints, uv: Floats, uv_faces: list[list[int]] | Ints, follows: Floats
) -> Surface:
    """From faces of three or four corners whose texture coordinates are apart; `uv` is MakeHuman's, origin below."""
    corners = np.array(
        [
            (face[k], uv_face[k])
            for face, uv_face in zip(faces, uv_faces, strict=True)
            for k in ((0, 1, 2) if len(face) == 3 else (0, 1, 2, 0, 2, 3))
        ]
    )
    pairs, index = np.unique(corners, axis=0, return_inverse=True)
    triangles = index.reshape(-1, 3)
    at = corners[:, 0].reshape(-1, 3)
    a, b, c = (vertices[at[:, k]] for k in range(3))
    faces_normal = np.cross(b - a, c - a)
    smooth = np.zeros_like(vertices)
    for k in range(3):
        np.add.at(smooth, at[:, k], faces_normal)
    smooth /= np.maximum(np.linalg.norm(smooth, axis=1, keepdims=True), 1e-12)
    on = pairs[:, 0]
    flipped = np.stack([uv[pairs[:, 1], 0], 1 - uv[pairs[:, 1], 1]], axis=1)
    return Surface(vertices[on], smooth[on], flipped, follows[on], triangles)


def joined(surfaces: list[Surface]) -> Surface:
    starts = np.cumsum([0, *(len(one.positions) for one in surfaces)])
    return Surface(
        np.concatenate([one.positions for one in surfaces]),
        np.concatenate([one.normals for one in surfaces]),
        np.concatenate([one.uv for one in surfaces]),
        np.concatenate([one.follows for one in surfaces]),
        np.concatenate([one.triangles + start for one, start in zip(surfaces, starts, strict=False)]),
    )


def _simplified(full: Surface, count: int, worth: float) -> Ints:
    """The wheel's binding says no types to ctypes, so the numbers come as what the C function takes."""
    positions = full.positions.astype(np.float32)
    indices = full.triangles.astype(np.uint32).ravel()
    looks = np.concatenate([full.normals * _NORMAL_WEIGHT, full.uv * _UV_WEIGHT], axis=1).astype(np.float32)
    best = np.zeros(0, np.uint32)
    for welded, option in ((False, 0), (False, meshoptimizer.SIMPLIFY_PRUNE), (True, 0), (True, None)):
        found = _run(_welded(positions)[indices] if welded else indices, positions, looks, worth, count, option)
        if len(best) < len(found) <= count * 3 * _SLACK:
            best = found
        if len(best) > 0.7 * count * 3:
            break
    return best.reshape(-1, 3).astype(np.int64)


def _run(
    indices: npt.NDArray[np.uint32],
    positions: npt.NDArray[np.float32],
    looks: npt.NDArray[np.float32],
    worth: float,
    count: int,
    option: int | None,
) -> npt.NDArray[np.uint32]:
    """Simplified by edges, or without an option by cells, which never fails and looks worst."""
    found, size, error = np.zeros_like(indices), ctypes.c_size_t, ctypes.c_float(1.0)
    if option is None:
        used = meshoptimizer.simplify_sloppy(found, indices, positions, target_index_count=count * 3, target_error=1.0)
    else:
        used = meshoptimizer.simplify_with_attributes(
            found, indices, positions, looks, np.full(looks.shape[1], worth, np.float32), size(len(indices)),
            size(len(positions)), size(12), size(4 * looks.shape[1]), size(looks.shape[1]), None, size(count * 3),
            error, ctypes.c_uint(option),
        )  # fmt: skip
    return found[:used]


def _welded(positions: npt.NDArray[np.float32]) -> npt.NDArray[np.uint32]:
    """For each vertex the first one at its place, whatever the picture there: seams no longer hold the mesh open."""
    _, first, index = np.unique(positions, axis=0, return_index=True, return_inverse=True)
    return first[index.ravel()].astype(np.uint32)


def _compact(full: Surface, triangles: Ints) -> Surface:
    kept, index = np.unique(triangles, return_inverse=True)
    return Surface(full.positions[kept], full.normals[kept], full.uv[kept], full.follows[kept], index.reshape(-1, 3))
