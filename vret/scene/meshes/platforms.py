"""Mesh kinds of the places where a person stands: edges, floors, walls, a lift.

A fence runs along `points`, pairs of X and Z, its foot at the node's own height.
"""

from itertools import pairwise
from math import atan2, degrees, hypot
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from vret.scene.meshes.primitives import SURFACE, Mesh
from vret.scene.meshes.shapes import SIDES, Shape, bar, box, box_between, join
from vret.scene.written.values import Pair, Positive

Course = Annotated[list[Pair], Field(min_length=2)]


def _along(
    points: list[list[float]], height: float, thickness: float, base: float = 0.0, longer: float | None = None
) -> Shape:
    """Straight boxes along a course, mitred by overlapping: each is `longer` than its part, else by its thickness."""
    parts = []
    for (x0, z0), (x1, z1) in pairwise(points):
        length = hypot(x1 - x0, z1 - z0)
        yaw = degrees(atan2(-(z1 - z0), x1 - x0))
        piece = box(length + (thickness if longer is None else longer), height, thickness).turned(yaw)
        parts.append(piece.moved((x0 + x1) / 2, base, (z0 + z1) / 2))
    return join(parts)


def _stations(points: list[list[float]], spacing: float) -> list[tuple[float, float]]:
    """Evenly along a course, at most `spacing` apart, with every corner."""
    found = [(points[0][0], points[0][1])]
    for (x0, z0), (x1, z1) in pairwise(points):
        count = max(1, -int(-hypot(x1 - x0, z1 - z0) // spacing))
        found += [(x0 + (x1 - x0) * step / count, z0 + (z1 - z0) * step / count) for step in range(1, count + 1)]
    return found


class Parapet(Mesh):
    """A solid wall with a coping."""

    parts: ClassVar[tuple[str, ...]] = ("wall", "coping")
    kind: Literal["parapet"]
    points: Course
    height_m: Positive = 1.1
    thickness_m: Positive = 0.2

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        coping = 0.05
        return {
            "wall": _along(self.points, self.height_m - coping, self.thickness_m),
            "coping": _along(self.points, coping, self.thickness_m + 0.08, self.height_m - coping),
        }


class Rail(Mesh):
    """A metal railing: posts, a handrail, and upright bars at most 11 cm apart, as building codes ask for."""

    parts: ClassVar[tuple[str, ...]] = ("metal", "handrail")
    kind: Literal["rail"]
    points: Course
    height_m: Positive = 1.1
    post_spacing_m: Positive = 1.5
    bar_spacing_m: Positive | None = 0.12

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        posts = [
            box(0.045, self.height_m, 0.045).moved(x, 0, z) for x, z in _stations(self.points, self.post_spacing_m)
        ]
        lower = [_along(self.points, 0.03, 0.03, 0.1), _along(self.points, 0.03, 0.03, self.height_m - 0.12)]
        bars = []
        if self.bar_spacing_m:
            upright = box(0.014, self.height_m - 0.24, 0.014, SIDES)
            bars = [upright.moved(x, 0.12, z) for x, z in _stations(self.points, self.bar_spacing_m)]
        return {
            "metal": join([*posts, *lower, *bars]),
            "handrail": _along(self.points, 0.045, 0.06, self.height_m - 0.02),
        }


class GlassRail(Mesh):
    """Panes between slim posts, with a handrail."""

    parts: ClassVar[tuple[str, ...]] = ("glass", "metal")
    kind: Literal["glass_rail"]
    points: Course
    height_m: Positive = 1.1
    pane_m: Positive = 1.4

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        posts = [box(0.05, self.height_m, 0.03).moved(x, 0, z) for x, z in _stations(self.points, self.pane_m)]
        metal = [*posts, _along(self.points, 0.04, 0.05, self.height_m - 0.02), _along(self.points, 0.06, 0.05)]
        stations = [[x, z] for x, z in _stations(self.points, self.pane_m)]
        glass = [_along(list(ends), self.height_m - 0.1, 0.014, 0.06, -0.03) for ends in pairwise(stations)]
        return {"glass": join(glass), "metal": join(metal)}


class Boards(Mesh):
    """A walkway of lengthwise boards along Z, its surface at the node's height."""

    kind: Literal["boards"]
    width_m: Positive
    length_m: Positive
    board_m: Positive = 0.2
    thickness_m: Positive = 0.06

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        count = max(1, round(self.width_m / self.board_m))
        step = self.width_m / count
        board = box(step - 0.008, self.thickness_m, self.length_m)
        left = -self.width_m / 2 + step / 2
        return {SURFACE: join([board.moved(left + index * step, -self.thickness_m) for index in range(count)])}


class Door(Mesh):
    """A glazed door in a frame, 2.1 m high, looking towards -Z."""

    parts: ClassVar[tuple[str, ...]] = ("frame", "glass", "handle")
    kind: Literal["door"]
    width_m: Positive = 1.0

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        w, h, t = self.width_m / 2, 2.1, 0.07
        frame = [
            box_between((-w - t, 0, -0.06), (-w, h + t, 0.04)),
            box_between((w, 0, -0.06), (w + t, h + t, 0.04)),
            box_between((-w, h, -0.06), (w, h + t, 0.04)),
            box_between((-w, 0, -0.03), (w, 0.25, 0.02)),
            box_between((-w, 1.0, -0.03), (w, 1.08, 0.02)),
        ]
        return {
            "frame": join(frame),
            "glass": box_between((-w, 0.25, -0.01), (w, h, 0.0)),
            "handle": bar((w - 0.12, 0.95, -0.08), (w - 0.12, 1.25, -0.08), 0.014),
        }


class LiftCar(Mesh):
    """An open lift: floor plate, corner posts, roof frame and a mast behind it that reaches down to the ground."""

    parts: ClassVar[tuple[str, ...]] = ("plate", "metal")
    kind: Literal["lift_car"]
    size_m: Positive = 2.2
    mast_m: Positive = 60.0

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        s = self.size_m / 2
        corners = [(-s, -s), (s, -s), (s, s), (-s, s)]
        posts = [box(0.08, 2.3, 0.08).moved(x, 0, z) for x, z in corners]
        ring = _along([[x, z] for x, z in [*corners, corners[0]]], 0.1, 0.1, 2.3)
        mast = []
        for x in (-0.6, 0.6):
            mast.append(box_between((x - 0.06, -self.mast_m, s + 0.1), (x + 0.06, 6.0, s + 0.22), SIDES))
        rungs = range(int(-self.mast_m), 6, 2)
        mast += [bar((-0.6, y, s + 0.16), (0.6, y + 2, s + 0.16), 0.03, 4) for y in rungs]
        return {"plate": box(self.size_m, 0.12, self.size_m).moved(0, -0.12), "metal": join([*posts, ring, *mast])}


class Stool(Mesh):
    """A step stool: a top of 0.6 m by 0.45 m at the node's height on splayed legs that reach down `height_m`."""

    kind: Literal["stool"]
    height_m: Positive = 0.5

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        top = box(0.6, 0.04, 0.45).moved(0, -0.04)
        legs = [
            bar((x * 0.24, -0.03, z * 0.17), (x * 0.3, -self.height_m, z * 0.22), 0.025)
            for x in (-1, 1)
            for z in (-1, 1)
        ]
        step = box(0.5, 0.03, 0.18).moved(0, -self.height_m / 2, 0.2)
        return {SURFACE: join([top, *legs, step])}
