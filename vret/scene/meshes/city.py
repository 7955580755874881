"""The city: a street grid of blocks, buildings, trees and parked cars, dense near the middle, plain far away."""

from math import hypot
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from vret.scene.chance import generator
from vret.scene.meshes.buildings import FLOOR_M, GROUND_FLOOR_M, building, shaft
from vret.scene.meshes.pieces import Pieces
from vret.scene.meshes.primitives import Mesh
from vret.scene.meshes.shapes import SIDES, Shape, ball, box_between, cylinder, disc
from vret.scene.meshes.street import car, lamp, tree
from vret.scene.written.values import Number, Positive

KERB_M = 0.15
_FACADES = ("facade_a", "facade_b", "facade_c", "facade_d", "facade_e", "facade_f")
_PAINTS = ("paint_a", "paint_b", "paint_c", "paint_d")
_NEAR_M = 150.0
_MARK_M = 0.02

Rectangle = Annotated[list[Number], Field(min_length=4, max_length=4)]
Plot = tuple[float, float, float, float]


class City(Mesh):
    """Blocks of `block_m` between streets of `street_m`; a street's middle line lies at x = 0.

    The first row of blocks begins `first_z_m` and rows follow in both directions. `clear` are rectangles
    [x0, z0, x1, z1] in which no block is built, because the scene builds there itself.
    """

    parts: ClassVar[tuple[str, ...]] = (
        "road", "pavement", "kerb", "marking", "lawn", "trunk", "leaves", "base", "roof", "trim", "metal", "light",
        *_FACADES, *_PAINTS, "car_glass", "car_dark", "car_lights", "far",
    )  # fmt: skip
    kind: Literal["city"]
    block_m: Positive = 60.0
    street_m: Positive = 18.0
    first_z_m: Number = -20.0
    rows: Annotated[int, Field(ge=1, le=12)] = 6
    clear: Annotated[list[Rectangle], Field(default_factory=list)]
    horizon_m: Positive = 1500.0

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        pieces = Pieces()
        reach = self.horizon_m
        pieces.add("road", box_between((-reach, 0, -reach), (reach, 0, reach), ("top",)))
        period = self.block_m + self.street_m
        for column in range(-self.rows, self.rows):
            for row in range(-self.rows, self.rows):
                x0 = self.street_m / 2 + column * period
                z1 = self.first_z_m + row * period
                plot = (x0, z1 - self.block_m, x0 + self.block_m, z1)
                if not any(_overlap(plot, other) for other in self.clear):
                    self._block(pieces, plot, seed, column, row)
        self._far(pieces, seed, period)
        return pieces.joined()

    def _block(self, pieces: Pieces, plot: Plot, seed: int, column: int, row: int) -> None:
        chance = generator(seed, "block", column, row)
        x0, z0, x1, z1 = plot
        distance = hypot((x0 + x1) / 2, (z0 + z1) / 2 + 50)
        slab(pieces, plot)
        if distance < 260:
            self._markings(pieces, plot)
        if chance.random() < 0.08:
            self._park(pieces, plot, chance, seed, column, row)
            return
        for index, lot in enumerate(_lots(plot, chance)):
            facade = _FACADES[int(chance.integers(len(_FACADES)))]
            floors = int(chance.choice([4, 5, 6, 7, 8, 9, 10, 12]))
            if distance > 230 and chance.random() < 0.22:
                floors = int(chance.integers(14, 26))
            if distance < _NEAR_M + 60:
                building(pieces, lot, floors, facade, seed + column * 1009 + row * 31 + index)
            else:
                _plain(pieces, lot, floors, facade)
        if distance < _NEAR_M + 60:
            self._kerbside(pieces, plot, chance, seed, near=distance < _NEAR_M - 20)

    def _markings(self, pieces: Pieces, plot: Plot) -> None:
        """Lane dashes in the middle of the streets on the low-x and high-z sides, and a zebra crossing."""
        x0, z0, x1, z1 = plot
        middle_x, middle_z = x0 - self.street_m / 2, z1 + self.street_m / 2
        for start in np.arange(z0 + 3, z1 - 4, 6.0):
            pieces.add("marking", _mark(middle_x - 0.08, float(start), middle_x + 0.08, float(start) + 3))
        for start in np.arange(x0 + 3, x1 - 4, 6.0):
            pieces.add("marking", _mark(float(start), middle_z - 0.08, float(start) + 3, middle_z + 0.08))
        for step in range(8):
            x = x0 - self.street_m + 2 + step * 1.9
            pieces.add("marking", _mark(x, z1 - 4.5, x + 0.8, z1 - 1.5))

    def _park(self, pieces: Pieces, plot: Plot, chance: np.random.Generator, seed: int, column: int, row: int) -> None:
        x0, z0, x1, z1 = plot
        pieces.add("lawn", box_between((x0 + 4, KERB_M + 0.03, z0 + 4), (x1 - 4, KERB_M + 0.03, z1 - 4), ("top",)))
        for index in range(14):
            thing = tree(float(chance.uniform(7, 11)), seed + column * 131 + row * 17 + index, 6, 0)
            pieces.place(thing, float(chance.uniform(x0 + 8, x1 - 8)), KERB_M, float(chance.uniform(z0 + 8, z1 - 8)))

    def _kerbside(self, pieces: Pieces, plot: Plot, chance: np.random.Generator, seed: int, *, near: bool) -> None:
        """Trees, lamps and parked cars along the block; only trees far away."""
        x0, z0, x1, z1 = plot
        for offset in np.arange(7.0, self.block_m - 4, 13.0):
            for x, z in ((x0 + 1.5, z0 + offset), (x0 + offset, z1 - 1.5), (x1 - 1.5, z0 + offset)):
                thing = tree(float(chance.uniform(6, 8.5)), seed + int(chance.integers(5)), 6, 2 if near else 0)
                pieces.place(thing, float(x), KERB_M, float(z), float(chance.uniform(0, 360)))
        if not near:
            return
        pieces.place(lamp(), (x0 + x1) / 2, KERB_M, z1 - 0.7, 180)
        for offset in np.arange(8.0, self.block_m - 8, 6.2):
            for x, z, yaw in (
                (x0 - 1.3, z0 + offset, 180.0),
                (x1 + 1.3, z0 + offset, 0.0),
                (x0 + offset, z0 - 1.3, 90.0),
            ):
                if chance.random() < 0.5:
                    park_car(pieces, float(x), float(z), yaw, chance)

    def _far(self, pieces: Pieces, seed: int, period: float) -> None:
        """Plain masses from the end of the grid to the horizon."""
        chance = generator(seed, "far")
        inner = self.rows * period
        for _ in range(260):
            angle, radius = (
                float(chance.uniform(0, 2 * np.pi)),
                float(chance.uniform(inner + 30, self.horizon_m * 0.85)),
            )
            x, z = radius * float(np.cos(angle)), radius * float(np.sin(angle))
            w, d = (float(part) for part in chance.uniform(25, 70, 2))
            height = float(chance.choice([14, 18, 22, 28, 36, 60]))
            pieces.add("far", box_between((x - w, 0, z - d), (x + w, height, z + d), (*SIDES, "top")))


def slab(pieces: Pieces, plot: Plot) -> None:
    """A raised pavement with its kerb."""
    x0, z0, x1, z1 = plot
    pieces.add("pavement", box_between((x0, KERB_M, z0), (x1, KERB_M, z1), ("top",)))
    pieces.add("kerb", box_between((x0, 0, z0), (x1, KERB_M, z1), SIDES))


def park_car(pieces: Pieces, x: float, z: float, yaw_deg: float, chance: np.random.Generator) -> None:
    paint = _PAINTS[int(chance.integers(len(_PAINTS)))]
    for part, shape in car().items():
        name = paint if part == "paint" else f"car_{part}"
        pieces.add(name, shape.turned(yaw_deg).moved(x, 0, z))


def _mark(x0: float, z0: float, x1: float, z1: float) -> Shape:
    return box_between((x0, _MARK_M, z0), (x1, _MARK_M, z1), ("top",))


def _overlap(plot: Plot, other: list[float]) -> bool:
    return plot[0] < other[2] and other[0] < plot[2] and plot[1] < other[3] and other[1] < plot[3]


def _lots(plot: Plot, chance: np.random.Generator) -> list[Plot]:
    """Two, three or four plots inside a block, behind a pavement of 4 m."""
    x0, z0, x1, z1 = plot[0] + 4, plot[1] + 4, plot[2] - 4, plot[3] - 4
    split_x = x0 + round((x1 - x0) * float(chance.uniform(0.4, 0.6)) / 3) * 3
    split_z = z0 + round((z1 - z0) * float(chance.uniform(0.4, 0.6)) / 3) * 3
    match int(chance.integers(4)):
        case 0:
            return [(x0, z0, split_x, z1), (split_x, z0, x1, z1)]
        case 1:
            return [(x0, z0, split_x, split_z), (x0, split_z, split_x, z1), (split_x, z0, x1, z1)]
        case _:
            return [
                (x0, z0, split_x, split_z),
                (split_x, z0, x1, split_z),
                (x0, split_z, split_x, z1),
                (split_x, split_z, x1, z1),
            ]


def _plain(pieces: Pieces, lot: Plot, floors: int, facade: str) -> None:
    top = GROUND_FLOOR_M + floors * FLOOR_M
    pieces.add(facade, shaft((lot[0], 0, lot[1]), (lot[2], top, lot[3])))
    pieces.add("roof", box_between((lot[0], top, lot[1]), (lot[2], top, lot[3]), ("top",)))


class Plaza(Mesh):
    """A paved square with lawns, rows of trees, benches, lamps and a round fountain in its middle."""

    parts: ClassVar[tuple[str, ...]] = (
        "pavement", "kerb", "lawn", "trunk", "leaves", "stone", "water", "metal", "light", "wood",
    )  # fmt: skip
    kind: Literal["plaza"]
    width_m: Positive
    depth_m: Positive
    paved_m: Positive

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        pieces = Pieces()
        w, d, paved = self.width_m / 2, self.depth_m / 2, self.paved_m / 2
        slab(pieces, (-w, -d, w, d))
        chance = generator(seed, "plaza")
        for side in (-1, 1):
            x0, x1 = sorted((side * paved, side * (w - 4)))
            for z0, z1 in ((-d + 4, -2.0), (2.0, d - 4)):
                pieces.add("lawn", box_between((x0, KERB_M, z0), (x1, KERB_M + 0.1, z1), (*SIDES, "top")))
                for _ in range(7):
                    x, z = float(chance.uniform(x0 + 2, x1 - 2)), float(chance.uniform(z0 + 2, z1 - 2))
                    pieces.place(tree(float(chance.uniform(7, 11)), int(chance.integers(99))), x, KERB_M, z)
            for z in np.arange(-d + 8, d - 4, 11.0):
                pieces.place(lamp(), side * (paved - 1.0), KERB_M, float(z), 90.0 * side)
        self._fountain(pieces)
        return pieces.joined()

    def _fountain(self, pieces: Pieces) -> None:
        stone = [
            cylinder(5.2, 0.45, 32),
            cylinder(0.5, 1.7, 12),
            cylinder(1.2, 0.25, 20, 1.9).moved(0, 1.7),
            cylinder(0.3, 0.9, 10).moved(0, 1.9),
        ]
        pieces.add("stone", *stone, ball(0.35, 12, 8).moved(0, 3.0))
        pieces.add("water", disc(4.8, 32).moved(0, 0.47), disc(1.75, 20).moved(0, 1.97))
