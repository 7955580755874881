"""Shapes: triangles made by numpy, as pieces that can be moved and joined.

Lengths are metres, Y is up, fronts look towards -Z, faces are counter-clockwise from outside. `uv` is in metres along
the surface, so that a pattern keeps its size on every shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np
import numpy.typing as npt

from vret.scene.compiled import VERTEX

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Shape:
    """`vertices` of dtype VERTEX and `triangles` (n, 3) uint32 into them."""

    vertices: npt.NDArray[np.void]
    triangles: npt.NDArray[np.uint32]

    def moved(self, x: float = 0, y: float = 0, z: float = 0) -> "Shape":
        vertices = self.vertices.copy()
        vertices["position"] += np.array([x, y, z], np.float32)
        return Shape(vertices, self.triangles)

    def turned(self, yaw_deg: float = 0, pitch_deg: float = 0, roll_deg: float = 0) -> "Shape":
        """Rolled about Z, then pitched about X, then turned about Y."""
        return self.rotated(rotation_matrix(yaw_deg, pitch_deg, roll_deg))

    def rotated(self, matrix: npt.NDArray[np.float64]) -> "Shape":
        vertices = self.vertices.copy()
        vertices["position"] = vertices["position"] @ matrix.T.astype(np.float32)
        vertices["normal"] = vertices["normal"] @ matrix.T.astype(np.float32)
        return Shape(vertices, self.triangles)

    def scaled(self, factor: float, *, keeps_uv: bool = False) -> "Shape":
        """`keeps_uv` is for texture coordinates, which are no lengths."""
        vertices = self.vertices.copy()
        vertices["position"] *= factor
        if not keeps_uv:
            vertices["uv"] *= factor
        return Shape(vertices, self.triangles)


def rotation_matrix(yaw_deg: float, pitch_deg: float = 0, roll_deg: float = 0) -> npt.NDArray[np.float64]:
    (yc, ys), (pc, ps), (rc, rs) = (
        (cos(angle * pi / 180), sin(angle * pi / 180)) for angle in (yaw_deg, pitch_deg, roll_deg)
    )
    yaw = np.array([[yc, 0, ys], [0, 1, 0], [-ys, 0, yc]])
    pitch = np.array([[1, 0, 0], [0, pc, -ps], [0, ps, pc]])
    roll = np.array([[rc, -rs, 0], [rs, rc, 0], [0, 0, 1]])
    return np.asarray(yaw @ pitch @ roll, np.float64)


def join(shapes: Sequence[Shape]) -> Shape:
    """One shape of many; none gives an empty shape."""
    if not shapes:
        return Shape(np.zeros(0, VERTEX), np.zeros((0, 3), np.uint32))
    starts = np.cumsum([0, *(len(shape.vertices) for shape in shapes[:-1])], dtype=np.uint32)
    return Shape(
        np.concatenate([shape.vertices for shape in shapes]),
        np.concatenate([shape.triangles + start for shape, start in zip(shapes, starts, strict=True)]),
    )


def _shape(position: npt.ArrayLike, normal: npt.ArrayLike, uv: npt.ArrayLike, triangles: npt.ArrayLike) -> Shape:
    places = np.asarray(position, np.float32)
    vertices = np.zeros(len(places), VERTEX)
    vertices["position"], vertices["normal"], vertices["uv"] = places, normal, uv
    return Shape(vertices, np.asarray(triangles, np.uint32).reshape(-1, 3))


def quad(corners: Sequence[Sequence[float]]) -> Shape:
    """A flat four-cornered face, seen counter-clockwise; u runs along the first edge."""
    points = np.asarray(corners, np.float64)
    along, up = points[1] - points[0], points[3] - points[0]
    normal = np.cross(along, up)
    normal /= np.linalg.norm(normal)
    u = along / np.linalg.norm(along)
    v = np.cross(normal, u)
    offset = points - points[0]
    return _shape(points, normal, np.stack([offset @ u, offset @ v], 1), [0, 1, 2, 0, 2, 3])


_CORNERS = np.array(
    [
        [(1, 0, 0), (0, 0, 0), (0, 1, 0), (1, 1, 0)],
        [(0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)],
        [(0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 0)],
        [(1, 0, 1), (1, 0, 0), (1, 1, 0), (1, 1, 1)],
        [(0, 1, 1), (1, 1, 1), (1, 1, 0), (0, 1, 0)],
        [(0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)],
    ],
    np.float32,
)
_NORMALS = np.array([(0, 0, -1), (0, 0, 1), (-1, 0, 0), (1, 0, 0), (0, 1, 0), (0, -1, 0)], np.float32)
_UV_AXES = ((0, 1), (0, 1), (2, 1), (2, 1), (0, 2), (0, 2))
_UV = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
_FACES = ("front", "back", "left", "right", "top", "bottom")
SIDES = _FACES[:4]


def box(width: float, height: float, depth: float, faces: Sequence[str] = _FACES) -> Shape:
    """Centred in X and Z, standing on Y = 0; `faces` may leave out those never seen."""
    size = np.array([width, height, depth], np.float32)
    chosen = [_FACES.index(face) for face in faces]
    vertices = np.zeros((len(chosen), 4), VERTEX)
    vertices["position"] = _CORNERS[chosen] * size - np.array([width / 2, 0, depth / 2], np.float32)
    vertices["normal"] = _NORMALS[chosen, None]
    vertices["uv"] = _UV * size[[_UV_AXES[face] for face in chosen]][:, None]
    first = 4 * np.arange(len(chosen), dtype=np.uint32)[:, None]
    return Shape(vertices.ravel(), (first + np.array([0, 1, 2, 0, 2, 3], np.uint32)).reshape(-1, 3))


def box_between(low: Sequence[float], high: Sequence[float], faces: Sequence[str] = _FACES) -> Shape:
    (x0, y0, z0), (x1, y1, z1) = low, high
    return box(x1 - x0, y1 - y0, z1 - z0, faces).moved((x0 + x1) / 2, y0, (z0 + z1) / 2)


def plane(width: float, depth: float) -> Shape:
    """A floor seen from above."""
    return box(width, 0, depth, ("top",))


def cylinder(radius: float, height: float, sides: int = 12, top_radius: float | None = None, cap: bool = True) -> Shape:
    """Standing on Y = 0; with `top_radius` 0 a cone."""
    upper = radius if top_radius is None else top_radius
    angle = np.arange(sides + 1) * (2 * pi / sides)
    ring = np.stack([np.sin(angle), np.zeros(sides + 1), np.cos(angle)], 1)
    slope = (radius - upper) / height
    normal = ring + np.array([0, slope, 0])
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    along = angle * radius
    low, high = ring * radius, ring * upper + np.array([0, height, 0])
    uv = np.concatenate([np.stack([along, np.zeros_like(along)], 1), np.stack([along, np.full_like(along, height)], 1)])
    n = sides + 1
    faces = [(i, i + 1, n + i + 1, i, n + i + 1, n + i) for i in range(sides)]
    parts = [_shape(np.concatenate([low, high]), np.concatenate([normal, normal]), uv, faces)]
    if cap and upper > 0:
        parts.append(_disc(high[:-1]))
    return join(parts)


def _disc(ring: npt.NDArray[np.float64]) -> Shape:
    fan = [(0, i, i + 1) for i in range(1, len(ring) - 1)]
    return _shape(ring, (0, 1, 0), ring[:, [0, 2]], fan)


def disc(radius: float, sides: int = 24) -> Shape:
    angle = np.arange(sides) * (2 * pi / sides)
    return _disc(np.stack([np.sin(angle) * radius, np.zeros(sides), np.cos(angle) * radius], 1))


def ball(radius: float, sides: int = 12, rings: int = 8, squash: float = 1.0) -> Shape:
    """Centred on the origin; `squash` scales its height."""
    theta = np.linspace(0, pi, rings + 1)
    phi = np.linspace(0, 2 * pi, sides + 1)
    t, p = (part.ravel() for part in np.meshgrid(theta, phi, indexing="ij"))
    normal = np.stack([np.sin(t) * np.sin(p), np.cos(t), np.sin(t) * np.cos(p)], 1)
    position = normal * [radius, radius * squash, radius]
    n = sides + 1
    lower = [(r * n + s, (r + 1) * n + s, (r + 1) * n + s + 1) for r in range(rings - 1) for s in range(sides)]
    upper = [(r * n + s, (r + 1) * n + s + 1, r * n + s + 1) for r in range(1, rings) for s in range(sides)]
    return _shape(position, normal, np.stack([p * radius, (pi - t) * radius], 1), lower + upper)


def bar(start: Sequence[float], end: Sequence[float], radius: float, sides: int = 6) -> Shape:
    """A round bar from point to point."""
    a, b = np.asarray(start, np.float64), np.asarray(end, np.float64)
    length = float(np.linalg.norm(b - a))
    up = (b - a) / length
    side = np.cross(up, [0.0, 0.0, 1.0] if abs(up[2]) < 0.9 else [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side)
    basis = np.stack([side, up, np.cross(side, up)], 1)
    return cylinder(radius, length, sides).rotated(basis).moved(*a)
