"""Build the people of `people.toml` into assets/people: `python -m tools.assets.people [name ...]`.

A body is MakeHuman's base mesh in the person's shape, bent into the common bind pose and dressed. What clothes hide is
left out, and what they nearly hide is drawn in, so that nothing shows through when a person moves.
"""

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import trimesh
from scipy.spatial import cKDTree

from tools.assets import pictures
from tools.assets.fetch import CHECKOUT
from tools.assets.glb import Part, write_body
from tools.assets.makehuman import Build, Worn, base, shaped, skin_texture, worn
from tools.assets.rig import JOINTS, NUMBER
from tools.assets.skeleton import aligned, bent, places, weights
from tools.assets.surface import Surface, joined, surface

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TABLE: Final = Path(__file__).with_name("people.toml")
BODIES: Final = CHECKOUT / "assets/people/bodies"

SHARES: Final[tuple[Mapping[str, int], ...]] = (
    {
        "skin": 3300,
        "eyes": 172,
        "hair": 1950,
        "brows_lashes": 400,
        "top": 1450,
        "bottom": 880,
        "shoes": 540,
        "outfit": 300,
    },
    {"skin": 820, "eyes": 80, "hair": 560, "top": 750, "bottom": 300, "shoes": 180, "outfit": 60},
    {"skin": 190, "eyes": 20, "hair": 140, "top": 160, "bottom": 120, "shoes": 90, "outfit": 14},
)
"""The triangles of each part, from near to far; what has none is left out there."""

_LOOKS: Final = (1.0, 0.4, 0.05)
"""How much the look of a surface counts beside its shape when it is simplified, from near to far."""

_ORDER: Final = ("shoes", "bottom", "top")
"""How people dress: each garment is over those before it."""

_HEM_DM = 0.5
_EDGE_DM = 0.1
_CLOSE_DM = 0.12
_LOOSE_DM = 0.7
_TUCK_DM = 0.08
_DEEP_DM = 0.3
_NEAR_DM = 0.45
_OVER_DM = 0.07
_LONGEST_EDGE_DM = 0.5
_BROW_DENSITY = 1.35
_FACE_LOOKS = 0.5
_HAIR_RISE_DM = 0.07
"""Coarser than up close, the scalp would show through the hair."""


class _Person:
    """One entry of the table on its way to a file."""

    def __init__(self, name: str, table: Mapping[str, Any], garments: Mapping[str, Mapping[str, Any]]) -> None:
        self.name, self._table, self._garments = name, table, garments
        face = {f"face/{unit}": amount for unit, amount in table.get("face", {}).items()}
        self._body = shaped(
            Build(
                table["male"], table["old"], table["races"], table.get("weight", 0.0), table.get("muscle", 0.0),
                table.get("height", 0.0), table.get("shapes", {}) | face,
            )
        )  # fmt: skip
        self._at = places(self._body)
        self._turns, self._moved = aligned(self._at)
        self._clothing: list[Surface] = []
        self.surfaces: dict[str, Surface] = {}
        self.parts: dict[str, Part] = {}

    def build(self) -> None:
        worn_here = [(self._garments[name], tuple(colour)) for name, colour in self._table["garments"].items()]
        for garment, colour in sorted(worn_here, key=lambda one: _ORDER.index(one[0]["part"])):
            self._dress(garment, colour)
        self._grow_hair()
        self._add_eyes()
        self._add_brows_and_lashes()
        self._add_skin()

    def save(self) -> Path:
        floor = min(float(one.positions[:, 1].min()) for one in self.surfaces.values())
        pelvis = self._moved[NUMBER["pelvis"]]
        origin = np.array([pelvis[0], floor, pelvis[2]])
        top = float(self.surfaces["skin"].positions[:, 1].max())
        metres = self._table["height_m"] / (top - floor)
        at = (self._moved - origin) * metres
        levels: list[dict[str, Surface]] = []
        for shares, looks in zip(SHARES, _LOOKS, strict=True):
            level = {}
            for part, count in shares.items():
                full = self._full(part, levels)
                if full is None:
                    continue
                one = full.reduced(count, max(looks, _FACE_LOOKS) if part in ("skin", "eyes") else looks)
                if len(one.triangles) > 0:
                    level[part] = one
            levels.append(level)
        levels = [{part: _scaled(one, origin, metres) for part, one in level.items()} for level in levels]
        path = BODIES / f"{self.name}.glb"
        extras = {"height_m": self._table["height_m"], "pelvis_height_m": round(float(at[0, 1]), 4)}
        write_body(path, at, self.parts, levels, extras)
        print(
            path.name,
            extras,
            [sum(len(one.triangles) for one in level.values()) for level in levels],
            path.stat().st_size,
        )
        return path

    def _full(self, part: str, levels: list[dict[str, Surface]]) -> Surface | None:
        """What the next level is made of: the third of the second, which has closed seams and no creases any more."""
        if len(levels) == 2:
            return levels[1].get(part)
        full = self.surfaces.get(part)
        if levels and part == "skin":
            return self._bare_skin
        if levels and part == "hair" and full is not None:
            return replace(full, positions=full.positions + _HAIR_RISE_DM * full.normals)
        return full

    def _bent(self, vertices: Floats, follows: Floats) -> Floats:
        return bent(vertices, follows, self._turns, self._at, self._moved)

    def _surface_of(self, item: Worn, follows: Floats | None = None) -> Surface:
        if follows is None:
            shares = np.clip(item.shares, 0, None)
            shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)
            follows = (weights()[item.of] * shares[..., None]).sum(axis=1)
            follows /= follows.sum(axis=1, keepdims=True)
        return surface(self._bent(item.vertices, follows), item.faces, item.uv, item.uv_faces, follows)

    def _dress(self, garment: Mapping[str, Any], colour: tuple[float, float, float]) -> None:
        item = worn(garment["item"], self._body)
        if "piece" in garment:
            item = item.only(_piece(item, garment["piece"]))
        texture = next(item.textures.glob("*diffuse.png"))
        shade = item.textures / texture.name.replace("diffuse", "ao")
        whole = self._surface_of(item)
        whole = self._over_the_rest(whole)
        self._clothing.append(whole)
        picture = pictures.opened(texture, "RGB", pictures.CLOTH_SIDE)
        part, under = garment["part"], garment.get("under")
        if under is not None:
            over, beneath = _by_brightness(whole, picture)
            self._put(under, beneath, pictures.spread(picture, _mask(beneath)), (1.0, 1.0, 1.0), 0.8, is_two_sided=True)
            whole = over
        has_shade = part == "top" and shade.exists()
        grey = pictures.grey_cloth(
            picture, _mask(whole),
            shade=pictures.opened(shade, "L", pictures.CLOTH_SIDE)[..., 0] if has_shade else None,
            has_logo=garment.get("logo", False), contrast=garment.get("contrast", 1.0),
        )  # fmt: skip
        rough = 0.55 if part == "shoes" else 0.85
        self._put(part, whole, grey, colour, rough, is_two_sided=garment.get("collar", False))

    def _over_the_rest(self, cloth: Surface) -> Surface:
        """A garment drawn out to lie over those that were put on before it."""
        positions = cloth.positions.copy()
        for other in self._clothing:
            mesh = trimesh.Trimesh(other.positions, other.triangles, process=False)
            nearest, distance, outward = _nearest(mesh, positions, _NEAR_DM)
            above = ((positions - nearest) * outward).sum(axis=1)
            under = (distance < _NEAR_DM) & (above < _OVER_DM)
            positions[under] += outward[under] * (_OVER_DM - above[under])[:, None]
        return Surface(positions, cloth.normals, cloth.uv, cloth.follows, cloth.triangles)

    def _put(
        self,
        part: str,
        shape: Surface,
        picture: Floats,
        colour: tuple[float, float, float],
        rough: float,
        *,
        is_two_sided: bool = False,
    ) -> None:
        self.surfaces[part] = shape
        self.parts[part] = Part(pictures.jpeg(picture), colour, rough, is_two_sided=is_two_sided)

    def _grow_hair(self) -> None:
        hair = self._table.get("hair")
        if hair is None:
            return
        item = worn(hair["item"], self._body)
        shape = self._surface_of(item)
        centre = self._moved[NUMBER["head"]] + [0, 0.7, 0.1]
        outward = shape.positions - centre
        outward /= np.linalg.norm(outward, axis=1, keepdims=True)
        soft = 0.5 * shape.normals + 0.5 * outward
        soft /= np.maximum(np.linalg.norm(soft, axis=1, keepdims=True), 1e-9)
        shape = Surface(shape.positions, soft, shape.uv, shape.follows, shape.triangles)
        side = pictures.HAIR_SIDE
        texture = next(item.textures.glob("*diffuse.png"))
        grey = pictures.grey_hair(pictures.opened(texture, "RGBA", side), _mask(shape, side))
        self.surfaces["hair"] = shape
        self.parts["hair"] = Part(pictures.png(grey), tuple(hair["colour"]), 0.6, is_mask=True, is_two_sided=True)

    def _add_eyes(self) -> None:
        item = worn("eyes/Low-Poly", self._body)
        left = item.vertices[:, 0] > 0
        follows = np.zeros((len(item.vertices), len(JOINTS)))
        follows[left, NUMBER["eye_l"]] = 1
        follows[~left, NUMBER["eye_r"]] = 1
        shape = self._surface_of(item, follows)
        texture = item.textures / f"{self._table['eyes']}_eye.png"
        picture = pictures.opened(texture, "RGB", pictures.HAIR_SIDE)
        self._put("eyes", shape, picture, (1.0, 1.0, 1.0), 0.15)

    def _add_brows_and_lashes(self) -> None:
        table = self._table["brows"]
        brows, lashes = worn(table["item"], self._body), worn("eyelashes/Eyelashes01", self._body)
        side = pictures.HAIR_SIDE
        halves, shapes = [], []
        for half, item in enumerate((brows, lashes)):
            texture = next(item.textures.glob("*.png"))
            shape = self._surface_of(item)
            picture = pictures.grey_hair(pictures.opened(texture, "RGBA", 2 * side), _mask(shape, 2 * side))
            small = picture.reshape(side // 2, 4, side, 2, 2).mean(axis=(1, 3))
            small[..., 1] = np.minimum(small[..., 1] * _BROW_DENSITY, 1.0)
            halves.append(small)
            uv = shape.uv * [1, 0.5] + [0, 0.5 * half]
            shapes.append(Surface(shape.positions, shape.normals, uv, shape.follows, shape.triangles))
        self.surfaces["brows_lashes"] = joined(shapes)
        self.parts["brows_lashes"] = Part(
            pictures.png(np.concatenate(halves)), tuple(table["colour"]), 0.8, is_mask=True, is_two_sided=True
        )

    def _add_skin(self) -> None:
        body = base().groups == "body"
        quads, uv_quads = base().quads[body], base().uv_quads[body]
        vertices = self._bent(self._body, weights())
        everything = surface(vertices, quads, base().uv, uv_quads, weights())
        normals = np.zeros_like(vertices)
        pairs = np.unique(np.stack([quads.ravel(), uv_quads.ravel()], axis=1), axis=0)
        normals[pairs[:, 0]] = everything.normals
        hidden, covered, out = self._coverage(vertices, normals, np.unique(quads))
        vertices -= normals * out[:, None]
        seen = ~hidden[quads].all(axis=1)
        shape = surface(vertices, quads[seen], base().uv, uv_quads[seen], weights())
        bare = ~covered[quads].all(axis=1)
        self._bare_skin = surface(vertices, quads[bare], base().uv, uv_quads[bare], weights())
        picture = pictures.opened(skin_texture(self._table["skin"]), "RGB", pictures.CLOTH_SIDE)
        self._put("skin", shape, pictures.spread(picture, _mask(shape)), (1.0, 1.0, 1.0), 0.5)

    def _coverage(self, vertices: Floats, normals: Floats, of: npt.NDArray[np.int64]) -> tuple[Bools, Bools, Floats]:
        """Which vertices clothes hide for good, which they merely lie over, and how far the others are to go in.

        Near a hem the body is seen from close by only.
        """
        hidden, covered, out = np.zeros(len(vertices), bool), np.zeros(len(vertices), bool), np.zeros(len(vertices))
        for cloth in self._clothing:
            mesh = trimesh.Trimesh(cloth.positions, cloth.triangles, process=False)
            welded = mesh.copy()
            welded.merge_vertices(merge_tex=True, merge_norm=True)
            edges, counts = np.unique(welded.edges_sorted, axis=0, return_counts=True)
            hem = cKDTree(welded.vertices[np.unique(edges[counts == 1])])
            to_hem, _ = hem.query(vertices[of])
            _, distance, _ = _nearest(mesh, vertices[of], 0.25)
            start = vertices[of] - _DEEP_DM * normals[of]
            met, ray, _ = mesh.ray.intersects_location(start, normals[of], multiple_hits=False)
            reach = np.full(len(of), np.inf)
            reach[ray] = np.linalg.norm(met - start[ray], axis=1)
            under = (reach < _LOOSE_DM) | (distance < _CLOSE_DM)
            hidden[of] |= (to_hem > _HEM_DM) & under | (to_hem > 0.7) & (distance < 0.25)
            out[of] = np.maximum(out[of], np.clip(_DEEP_DM + _TUCK_DM - reach, 0, _DEEP_DM))
            covered[of] |= hidden[of] | (reach < _LOOSE_DM) & (to_hem > _EDGE_DM)
        return hidden, covered, out


def _scaled(one: Surface, origin: Floats, factor: float) -> Surface:
    return replace(one, positions=(one.positions - origin) * factor)


def _nearest(mesh: trimesh.Trimesh, points: Floats, within_dm: float) -> tuple[Floats, Floats, Floats]:
    """The nearest places on a mesh, how far they are and where they face; farther than asked: infinitely far."""
    to_vertex, _ = cKDTree(mesh.vertices).query(points, distance_upper_bound=within_dm + _LONGEST_EDGE_DM)
    near = np.isfinite(to_vertex)
    places, distance, outward = np.zeros_like(points), np.full(len(points), np.inf), np.zeros_like(points)
    if near.any():
        places[near], distance[near], triangle = trimesh.proximity.closest_point(mesh, points[near])
        outward[near] = mesh.face_normals[triangle]
    return places, distance, outward


def _piece(item: Worn, wanted: str) -> Bools:
    """The faces of an outfit's upper or lower garment: the lower one is the largest piece that reaches the shins."""
    pieces = item.pieces()
    of_shin = item.vertices[:, 1].min() + 1.5
    lower = [
        piece
        for piece in np.unique(pieces)
        if item.vertices[np.concatenate([f for f, p in zip(item.faces, pieces, strict=True) if p == piece])][:, 1].min()
        < of_shin
    ]
    is_lower = np.isin(pieces, lower)
    return is_lower if wanted == "lower" else ~is_lower


def _by_brightness(whole: Surface, picture: Floats) -> tuple[Surface, Surface]:
    """A dark coat, and the light shirt and the tie beneath it."""
    side = len(picture)
    at = np.clip((whole.uv[whole.triangles].mean(axis=1) * side).astype(int), 0, side - 1)
    colours = picture[at[:, 1], at[:, 0]]
    is_beneath = colours.max(axis=1) > 0.3

    def some(which: Bools) -> Surface:
        return Surface(whole.positions, whole.normals, whole.uv, whole.follows, whole.triangles[which])

    return some(~is_beneath), some(is_beneath)


def _mask(shape: Surface, side: int = pictures.CLOTH_SIDE) -> Bools:
    return pictures.shown(list(shape.uv[shape.triangles]), side)


def read_table() -> tuple[Mapping[str, Mapping[str, Any]], Mapping[str, Mapping[str, Any]]]:
    """People and garments."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return table["people"], table["garments"]


def main() -> None:
    people, garments = read_table()
    for name in sys.argv[1:] or people:
        person = _Person(name, people[name], garments)
        person.build()
        person.save()


if __name__ == "__main__":
    main()
