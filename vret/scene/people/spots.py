"""Spots: where people stand or sit, written one by one or spread out by chance, and the courses on which they walk."""

from collections.abc import Sequence
from math import ceil
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field

from vret.scene.chance import generator
from vret.scene.written.values import Number, Positive, Strict, Vector

PEOPLE_MAX = 500
"""The most that a scene may have."""

_TRIES = 24
_SLACK = 0.06
_STOREY_M = 2.5
Head = Annotated[int, Field(ge=1, le=PEOPLE_MAX)]
Table = npt.NDArray[np.float64]
"""(n, 4): X, Y, Z in metres and yaw in degrees, seen from the group."""


class Rows(Strict):
    """Rows as in a hall: people beside one another, the first row at the group's position, the next behind it.

    `apart_m` is across and from row to row, `rise_m` how much higher each row is.
    """

    columns: Head
    rows: Head = 1
    apart_m: Annotated[list[Positive], Field(min_length=2, max_length=2)] = Field(default_factory=lambda: [0.6, 0.9])
    rise_m: Number = 0.0

    @property
    def count(self) -> int:
        return self.columns * self.rows

    def spots(self, seed: int) -> Table:
        """Nobody sits quite like the neighbour."""
        chance = generator(seed, "rows")
        row, column = (part.ravel() for part in np.mgrid[: self.rows, : self.columns])
        spots = np.zeros((self.count, 4))
        spots[:, 0] = (column - (self.columns - 1) / 2) * self.apart_m[0] + chance.uniform(-1, 1, self.count) * _SLACK
        spots[:, 1] = row * self.rise_m
        spots[:, 2] = row * self.apart_m[1] + chance.uniform(-1, 1, self.count) * _SLACK / 2
        spots[:, 3] = chance.uniform(-7, 7, self.count)
        return spots


class Crowd(Strict):
    """People who stand about on a rectangle of the ground, `size_m` along X and Z, at least `apart_m` from each other
    where there is room. Each is turned from the group's yaw by up to `turned_deg`.
    """

    number: Head
    size_m: Annotated[list[Positive], Field(min_length=2, max_length=2)]
    apart_m: Positive = 0.8
    turned_deg: Annotated[Number, Field(ge=0, le=180)] = 30.0

    @property
    def count(self) -> int:
        return self.number

    def spots(self, seed: int) -> Table:
        """Of a few places by chance, each takes the one farthest from all others (Mitchell 1991)."""
        chance = generator(seed, "crowd")
        size = np.array(self.size_m)
        found = np.zeros((0, 2))
        for _ in range(self.number):
            tried = chance.uniform(-0.5, 0.5, (_TRIES, 2)) * size
            gaps = np.linalg.norm(tried[:, None] - found[None], axis=2).min(axis=1, initial=np.inf)
            wide = np.flatnonzero(gaps >= self.apart_m)
            found = np.vstack([found, tried[wide[0] if len(wide) else int(gaps.argmax())]])
        spots = np.zeros((self.number, 4))
        spots[:, [0, 2]] = found
        spots[:, 3] = chance.uniform(-1, 1, self.number) * self.turned_deg
        return spots


class Course(Strict):
    """`number` people who walk along a closed course for ever; corners are rounded by `corner_m`.

    They keep to lanes within `width_m`, and in a lane all are equally fast, so that nobody walks through another.
    """

    points: Annotated[list[Vector], Field(min_length=3)]
    number: Head
    width_m: Annotated[Number, Field(ge=0)] = 0.0
    corner_m: Positive = 2.0

    @property
    def count(self) -> int:
        return self.number

    def gap_m(self, stand: Sequence[float | None]) -> float:
        """How near its straight lines, less half its width, come to a spot on its storey; None is any coordinate."""
        ends = np.array(self.points)
        along = np.linspace(0, 1, 101)[:, None, None]
        walked = (ends + (np.roll(ends, -1, axis=0) - ends) * along).reshape(-1, 3)
        away = walked - [0.0 if part is None else part for part in stand]
        away[:, [part is None for part in stand]] = 0.0
        flat = np.maximum(np.hypot(away[:, 0], away[:, 2]) - self.width_m / 2, 0.0)
        return float(flat[np.abs(away[:, 1]) < _STOREY_M].min(initial=np.inf))

    def lanes(self, seed: int) -> Table:
        """(n, 3) for each walker: the share of the course at the start, metres to the right of it, and the pace."""
        chance = generator(seed, "course")
        lanes = max(ceil(self.width_m / 0.8), 1)
        lane = np.arange(self.number) % lanes
        place = np.arange(self.number) // lanes
        in_lane = np.bincount(lane, minlength=lanes)[lane]
        found = np.zeros((self.number, 3))
        found[:, 0] = (place + chance.uniform(0, 0.5, self.number)) / in_lane + chance.random(lanes)[lane]
        found[:, 1] = ((lane + 0.5) / lanes - 0.5) * self.width_m + chance.uniform(-0.1, 0.1, self.number) * (lanes > 1)
        found[:, 2] = 1 + 0.12 * (chance.permutation(lanes)[lane] / max(lanes - 1, 1) - 0.5) * (lanes > 1)
        found[:, 0] %= 1
        return found
