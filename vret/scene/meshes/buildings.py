"""Buildings: a ground floor, a shaft of whole floors, a cornice, and what stands on roofs."""

from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from vret.scene.chance import generator
from vret.scene.meshes.pieces import Pieces
from vret.scene.meshes.primitives import Mesh
from vret.scene.meshes.shapes import SIDES, Shape, bar, box, box_between, cylinder
from vret.scene.written.values import Positive

FLOOR_M = 3.0
GROUND_FLOOR_M = 4.2


class Building(Mesh):
    """A building of whole floors of 3 m over a ground floor of 4.2 m; it stands on its position, centred.

    `sunk_m` lets the shaft reach below the position, for a building whose roof or floor is moved to a height.
    """

    parts: ClassVar[tuple[str, ...]] = ("facade", "base", "trim", "roof", "metal")
    kind: Literal["building"]
    width_m: Positive
    depth_m: Positive
    floors: int
    sunk_m: float = 0.0
    roof_things: bool = True

    def build(self, seed: int, folder: Path) -> dict[str, Shape]:
        pieces = Pieces()
        half_w, half_d = self.width_m / 2, self.depth_m / 2
        if self.sunk_m:
            top = self.floors * FLOOR_M
            pieces.add("facade", shaft((-half_w, -self.sunk_m, -half_d), (half_w, top, half_d)))
            if top > 0:
                pieces.add("roof", box_between((-half_w, top, -half_d), (half_w, top, half_d), ("top",)))
        else:
            building(pieces, (-half_w, -half_d, half_w, half_d), self.floors, "facade", seed, self.roof_things)
        return pieces.joined()


def building(
    pieces: Pieces,
    plot: tuple[float, float, float, float],
    floors: int,
    facade: str,
    seed: int,
    roof_things: bool = True,
) -> float:
    """Add a building on a plot (x0, z0, x1, z1) at street level; its height in metres."""
    x0, z0, x1, z1 = plot
    chance = generator(seed, "building")
    top = GROUND_FLOOR_M + floors * FLOOR_M
    pieces.add("base", box_between((x0 + 0.15, 0, z0 + 0.15), (x1 - 0.15, GROUND_FLOOR_M, z1 - 0.15), SIDES))
    pieces.add(
        "trim", box_between((x0 - 0.25, GROUND_FLOOR_M - 0.35, z0 - 0.25), (x1 + 0.25, GROUND_FLOOR_M, z1 + 0.25))
    )
    _pillars(pieces, plot)
    pieces.add(facade, shaft((x0, GROUND_FLOOR_M, z0), (x1, top, z1)))
    pieces.add("roof", box_between((x0, top, z0), (x1, top, z1), ("top",)))
    lip = 0.35
    for low, high in (
        ((x0 - lip, z0 - lip), (x1 + lip, z0 + 0.25)),
        ((x0 - lip, z1 - 0.25), (x1 + lip, z1 + lip)),
        ((x0 - lip, z0 + 0.25), (x0 + 0.25, z1 - 0.25)),
        ((x1 - 0.25, z0 + 0.25), (x1 + lip, z1 - 0.25)),
    ):
        pieces.add("trim", box_between((low[0], top - 0.3, low[1]), (high[0], top + 0.75, high[1])))
    if roof_things:
        _roof(pieces, plot, top, chance)
    return top


def shaft(low: tuple[float, float, float], high: tuple[float, float, float]) -> Shape:
    """Four walls whose pattern of 3 m is stretched a little, so that no window is cut by a corner."""
    shape = box_between(low, high, SIDES)
    corners = shape.vertices["uv"].reshape(len(SIDES), 4, 2)
    for wall in corners:
        wide = float(wall[:, 0].max())
        wall[:, 0] *= max(round(wide / FLOOR_M), 1) * FLOOR_M / wide
    return shape


def _pillars(pieces: Pieces, plot: tuple[float, float, float, float]) -> None:
    """Pilasters that divide the shop fronts."""
    x0, z0, x1, z1 = plot
    pillar = box(0.6, GROUND_FLOOR_M - 0.35, 0.6, SIDES)
    for x in np.linspace(x0 + 0.3, x1 - 0.3, max(2, round((x1 - x0) / 4.5) + 1)):
        pieces.add("trim", pillar.moved(float(x), 0, z0 + 0.25), pillar.moved(float(x), 0, z1 - 0.25))
    for z in np.linspace(z0 + 0.3, z1 - 0.3, max(2, round((z1 - z0) / 4.5) + 1))[1:-1]:
        pieces.add("trim", pillar.moved(x0 + 0.25, 0, float(z)), pillar.moved(x1 - 0.25, 0, float(z)))


def _roof(pieces: Pieces, plot: tuple[float, float, float, float], top: float, chance: np.random.Generator) -> None:
    """A stair house, air plant, ducts and an aerial."""
    x0, z0, x1, z1 = plot
    w, d = x1 - x0, z1 - z0
    x, z = x0 + w * float(chance.uniform(0.3, 0.6)), z0 + d * float(chance.uniform(0.35, 0.65))
    pieces.add("trim", box(4.2, 2.8, 3.4, (*SIDES, "top")).moved(x, top, z))
    for _ in range(int(chance.integers(2, 5))):
        px, pz = float(chance.uniform(x0 + 2, x1 - 2)), float(chance.uniform(z0 + 2, z1 - 2))
        size = float(chance.uniform(1.0, 2.2))
        pieces.add("metal", box(size * 1.4, size * 0.7, size, (*SIDES, "top")).moved(px, top, pz))
        pieces.add("metal", cylinder(0.25, 0.4, 8).moved(px + size * 0.3, top + size * 0.7, pz))
    if chance.random() < 0.4:
        pieces.add("metal", bar((x, top + 2.8, z), (x, top + 7.5, z), 0.05, 4))
