"""Mesh kinds of rooms. Sizes are those of real furniture."""

from math import cos, pi, sin
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from vret.scene.chance import generator
from vret.scene.meshes.pieces import Pieces
from vret.scene.meshes.primitives import Mesh
from vret.scene.meshes.shapes import Shape, bar, box, box_between, cylinder, join, quad
from vret.scene.written.values import Number, Positive


class Armchair(Mesh):
    """An upholstered armchair with wooden feet, its seat 0.43 m high, facing -Z."""

    parts: ClassVar[tuple[str, ...]] = ("cloth", "wood")
    kind: Literal["armchair"]

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        cloth = [
            box(0.74, 0.2, 0.7).moved(0, 0.16),
            box(0.6, 0.13, 0.6).moved(0, 0.34, -0.04),
            box(0.72, 0.62, 0.14).turned(pitch_deg=10).moved(0, 0.3, 0.36),
            box(0.56, 0.4, 0.12).turned(pitch_deg=12).moved(0, 0.47, 0.27),
        ]
        for side in (-1, 1):
            cloth += [
                box(0.13, 0.4, 0.74).moved(side * 0.36, 0.16),
                cylinder(0.075, 0.74, 12).turned(pitch_deg=90).moved(side * 0.36, 0.56, -0.37),
            ]
        feet = [cylinder(0.022, 0.16, 8, 0.032).moved(x, 0, z) for x in (-0.32, 0.32) for z in (-0.3, 0.3)]
        return {"cloth": join(cloth), "wood": join(feet)}


class Plant(Mesh):
    """A pot plant with long arching leaves."""

    parts: ClassVar[tuple[str, ...]] = ("pot", "soil", "leaves")
    kind: Literal["plant"]
    height_m: Positive = 1.1
    leaves: int = 22

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        chance = generator(seed, "plant")
        pot = self.height_m * 0.16
        leaves: list[Shape] = []
        for index in range(self.leaves):
            angle = 2 * pi * (index * 0.381966 + float(chance.uniform(-0.03, 0.03)))
            length = self.height_m * float(chance.uniform(0.55, 0.95))
            leaves += _leaf(angle, length, float(chance.uniform(0.15, 1.0)), pot * 1.8)
        return {
            "pot": cylinder(pot * 0.8, pot * 1.8, 20, pot),
            "soil": cylinder(pot * 0.92, 0.01, 20).moved(0, pot * 1.8),
            "leaves": join(leaves),
        }


def _leaf(angle: float, length: float, lean: float, base_m: float) -> list[Shape]:
    """Both faces of an arching strip of four segments."""
    steps = np.linspace(0, 1, 5)
    out = length * (0.1 + 0.75 * lean) * steps**1.6
    up = base_m + length * (steps - 0.45 * lean * steps**2.5)
    width = length * 0.085 * np.sin(np.clip(steps * 0.93 + 0.07, 0, 1) * pi)
    ahead, aside = np.array([sin(angle), 0, cos(angle)]), np.array([cos(angle), 0, -sin(angle)])
    middle = ahead * out[:, None] + np.array([0, 1, 0]) * up[:, None]
    left, right = middle - aside * width[:, None], middle + aside * (width[:, None] + 1e-4)
    faces = []
    for index in range(4):
        corners = [left[index].tolist(), right[index].tolist(), right[index + 1].tolist(), left[index + 1].tolist()]
        faces += [quad(corners), quad([corners[1], corners[0], corners[3], corners[2]])]
    return faces


class Room(Mesh):
    """Four walls, floor and ceiling seen from inside, with a window opening in the -Z wall and a skirting board."""

    parts: ClassVar[tuple[str, ...]] = ("floor", "walls", "ceiling", "skirting", "frame", "pane")
    kind: Literal["room"]
    width_m: Positive
    depth_m: Positive
    height_m: Positive = 2.6
    window_width_m: Positive = 1.8
    window_height_m: Positive = 1.3
    window_sill_m: Positive = 0.85
    window_x_m: Number = 0.0

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        w, d, h = self.width_m / 2, self.depth_m / 2, self.height_m
        pieces = Pieces()
        pieces.add("floor", quad(((-w, 0, d), (w, 0, d), (w, 0, -d), (-w, 0, -d))))
        pieces.add("ceiling", quad(((-w, h, -d), (w, h, -d), (w, h, d), (-w, h, d))))
        pieces.add("walls", quad(((w, 0, d), (-w, 0, d), (-w, h, d), (w, h, d))))
        pieces.add("walls", quad(((-w, 0, d), (-w, 0, -d), (-w, h, -d), (-w, h, d))))
        pieces.add("walls", quad(((w, 0, -d), (w, 0, d), (w, h, d), (w, h, -d))))
        self._window_wall(pieces, w, d, h)
        low, deep = 0.09, 0.015
        pieces.add(
            "skirting", box_between((-w, 0, -d), (w, low, -d + deep)), box_between((-w, 0, d - deep), (w, low, d))
        )
        pieces.add(
            "skirting", box_between((-w, 0, -d), (-w + deep, low, d)), box_between((w - deep, 0, -d), (w, low, d))
        )
        return pieces.joined()

    def _window_wall(self, pieces: Pieces, w: float, d: float, h: float) -> None:
        left, right = self.window_x_m - self.window_width_m / 2, self.window_x_m + self.window_width_m / 2
        low, high = self.window_sill_m, self.window_sill_m + self.window_height_m
        for x0, y0, x1, y1 in ((-w, 0, w, low), (-w, high, w, h), (-w, low, left, high), (right, low, w, high)):
            pieces.add("walls", quad(((x0, y0, -d), (x1, y0, -d), (x1, y1, -d), (x0, y1, -d))))
        deep, bar_m = 0.18, 0.055
        pieces.add("frame", box_between((left - 0.06, low - 0.05, -d - deep), (right + 0.06, low, -d + 0.16)))
        for x0, y0, x1, y1 in (
            (left, low, left + bar_m, high),
            (right - bar_m, low, right, high),
            (left, high - bar_m, right, high),
            (left, low, right, low + bar_m),
            (self.window_x_m - bar_m / 2, low, self.window_x_m + bar_m / 2, high),
        ):
            pieces.add("frame", box_between((x0, y0, -d - deep), (x1, y1, -d - deep + 0.06)))
        reveal = ((left, right), (low, high))
        (x0, x1), (y0, y1) = reveal
        pieces.add("walls", quad(((x0, y0, -d), (x0, y0, -d - deep), (x0, y1, -d - deep), (x0, y1, -d))))
        pieces.add("walls", quad(((x1, y0, -d - deep), (x1, y0, -d), (x1, y1, -d), (x1, y1, -d - deep))))
        pieces.add("walls", quad(((x0, y1, -d - deep), (x1, y1, -d - deep), (x1, y1, -d), (x0, y1, -d))))
        pieces.add("pane", quad(((x0, y0, -d - deep), (x1, y0, -d - deep), (x1, y1, -d - deep), (x0, y1, -d - deep))))


class SideTable(Mesh):
    """A round side table, 0.5 m high."""

    parts: ClassVar[tuple[str, ...]] = ("top", "legs")
    kind: Literal["side_table"]

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        legs = [
            bar((0.06 * cos(a), 0.48, 0.06 * sin(a)), (0.2 * cos(a), 0, 0.2 * sin(a)), 0.015)
            for a in (0.5, 0.5 + 2 * pi / 3, 0.5 + 4 * pi / 3)
        ]
        return {"top": cylinder(0.26, 0.025, 28).moved(0, 0.48), "legs": join(legs)}
