"""Mesh kinds of the street: what gives a city its scale. Sizes are those of real things."""

from functools import cache
from itertools import pairwise
from math import cos, pi, sin
from pathlib import Path
from typing import ClassVar, Literal

from vret.scene.chance import generator
from vret.scene.meshes.primitives import Mesh
from vret.scene.meshes.shapes import SIDES, Shape, ball, bar, box, box_between, cylinder, join, quad
from vret.scene.written.values import Positive


class Tree(Mesh):
    """A broad-leaved street tree with a crown of several round masses."""

    parts: ClassVar[tuple[str, ...]] = ("trunk", "leaves")
    kind: Literal["tree"]
    height_m: Positive = 8.0

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        return tree(self.height_m, seed)


def tree(height_m: float, seed: int, sides: int = 8, masses: int = 3) -> dict[str, Shape]:
    """`masses` are the crown's side masses; a tree far away needs none."""
    chance = generator(seed, "tree")
    crown = height_m * 0.3
    shapes = [ball(crown, sides, sides // 2 + 1, 0.85).moved(0, height_m - crown * 0.95)]
    for index in range(masses):
        angle = 2 * pi * (index + chance.random() * 0.6) / masses
        radius = crown * float(chance.uniform(0.55, 0.75))
        reach = crown * 0.6
        height = height_m * float(chance.uniform(0.48, 0.62))
        shapes.append(ball(radius, 6, 4, 0.8).moved(cos(angle) * reach, height, sin(angle) * reach))
    trunk = cylinder(height_m * 0.026, height_m * 0.55, 5, height_m * 0.018, cap=False)
    return {"trunk": trunk, "leaves": join(shapes)}


class Car(Mesh):
    """A family car, 4.5 m long, driving towards -Z."""

    parts: ClassVar[tuple[str, ...]] = ("paint", "glass", "dark", "lights")
    kind: Literal["car"]

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        return car()


@cache
def car() -> dict[str, Shape]:
    half = 0.89
    profile = [(-2.25, 0.45), (-2.15, 0.72), (-1.05, 0.92), (2.0, 0.98), (2.22, 0.8), (2.25, 0.42)]
    roof = [(-1.0, 0.92), (-0.25, 1.42), (1.25, 1.44), (1.95, 0.97)]
    hull = [(-2.25, 0.22), *profile, (2.25, 0.22)]
    paint = [_skin(profile, half), _side([*hull], half), _skin(roof[1:3], half * 0.82)]
    glass = [_skin(roof[:2], half * 0.9), _skin(roof[2:], half * 0.9), _side(roof, half * 0.86)]
    wheels = [
        cylinder(0.32, 0.25, 10).turned(roll_deg=-90 * side).moved(side * 0.68, 0.32, z)
        for side in (-1, 1)
        for z in (-1.4, 1.35)
    ]
    dark = [box_between((-half + 0.03, 0.14, -2.2), (half - 0.03, 0.3, 2.2), SIDES), *wheels]
    lights = [
        quad(corners[::turn])
        for x in (-0.6, 0.6)
        for z, turn in ((-2.27, 1), (2.27, -1))
        for corners in [[(x + 0.18, 0.56, z), (x - 0.18, 0.56, z), (x - 0.18, 0.7, z), (x + 0.18, 0.7, z)]]
    ]
    return {"paint": join(paint), "glass": join(glass), "dark": join(dark), "lights": join(lights)}


def _skin(profile: list[tuple[float, float]], half: float) -> Shape:
    """The upper skin of a body whose (z, y) profile runs from front to back."""
    return join(
        [
            quad(((half, y0, z0), (-half, y0, z0), (-half, y1, z1), (half, y1, z1)))
            for (z0, y0), (z1, y1) in pairwise(profile)
        ]
    )


def _side(profile: list[tuple[float, float]], half: float) -> Shape:
    """Both flanks under a (z, y) profile, as strips down to its lowest point."""
    floor = min(y for _, y in profile)
    strips = []
    for (z0, y0), (z1, y1) in pairwise(profile):
        if z1 - z0 > 1e-6:
            strips.append(
                quad(((half, floor, z1), (half, floor, z0), (half, max(y0, floor + 1e-3), z0), (half, y1, z1)))
            )
            strips.append(
                quad(((-half, floor, z0), (-half, floor, z1), (-half, y1, z1), (-half, max(y0, floor + 1e-3), z0)))
            )
    return join(strips)


class Person(Mesh):
    """A walking person of 1.72 m seen from afar: coat, legs, head."""

    parts: ClassVar[tuple[str, ...]] = ("coat", "trousers", "skin")
    kind: Literal["person"]

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        return person()


@cache
def person() -> dict[str, Shape]:
    torso = cylinder(0.2, 0.62, 8, 0.17).moved(0, 0.82)
    arms = [bar((side * 0.21, 1.38, 0), (side * 0.26, 0.86, -side * 0.14), 0.05, 5) for side in (-1, 1)]
    legs = [bar((side * 0.09, 0.86, 0), (side * 0.1, 0.02, side * 0.2), 0.075, 6) for side in (-1, 1)]
    head = [ball(0.115, 8, 6, 1.15).moved(0, 1.6), cylinder(0.05, 0.1, 6).moved(0, 1.42)]
    return {"coat": join([torso, *arms]), "trousers": join(legs), "skin": join(head)}


class Lamp(Mesh):
    """A street lamp of 7 m whose arm reaches towards -Z."""

    parts: ClassVar[tuple[str, ...]] = ("metal", "light")
    kind: Literal["lamp"]

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        return lamp()


@cache
def lamp() -> dict[str, Shape]:
    post = [cylinder(0.14, 0.8, 8, 0.11), cylinder(0.075, 6.9, 8, 0.05), bar((0, 6.8, 0), (0, 7.05, -1.3), 0.045)]
    return {
        "metal": join([*post, box(0.28, 0.1, 0.7).moved(0, 7.02, -1.5)]),
        "light": box(0.2, 0.02, 0.5).moved(0, 7.0, -1.5),
    }


class Bench(Mesh):
    """A park bench, 1.8 m wide, facing -Z."""

    parts: ClassVar[tuple[str, ...]] = ("wood", "metal")
    kind: Literal["bench"]

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        slats = [box(1.8, 0.035, 0.1).moved(0, 0.43, -0.2 + 0.12 * index) for index in range(4)]
        back = [box(1.8, 0.1, 0.035).moved(0, 0.56 + 0.14 * index, 0.24 + 0.03 * index) for index in range(3)]
        frame = [
            part
            for x in (-0.7, 0.7)
            for part in (
                box(0.05, 0.43, 0.05).moved(x, 0, -0.2),
                box(0.05, 0.95, 0.05).moved(x, 0, 0.25),
                box(0.05, 0.05, 0.5).moved(x, 0.39, 0.02),
            )
        ]
        return {"wood": join([*slats, *back]), "metal": join(frame)}


class Bird(Mesh):
    """A gull with a span of 1.2 m, gliding towards -Z."""

    parts: ClassVar[tuple[str, ...]] = ("feathers", "tips")
    kind: Literal["bird"]

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        body = [
            ball(0.09, 8, 6, 0.9).turned(pitch_deg=0).moved(0, 0, -0.16),
            cylinder(0.1, 0.42, 8, 0.03).turned(pitch_deg=90).moved(0, 0, -0.14),
        ]
        wings, tips = [], []
        for side in (-1, 1):
            inner = [
                (side * 0.05, 0.03, -0.12),
                (side * 0.34, 0.12, -0.2),
                (side * 0.34, 0.11, 0.0),
                (side * 0.05, 0.03, 0.12),
            ]
            outer = [
                (side * 0.34, 0.12, -0.2),
                (side * 0.62, 0.06, -0.04),
                (side * 0.6, 0.055, 0.01),
                (side * 0.34, 0.11, 0.0),
            ]
            wings += [quad(inner), quad(inner[::-1])]
            tips += [quad(outer), quad(outer[::-1])]
        return {"feathers": join([*body, *wings]), "tips": join(tips)}
