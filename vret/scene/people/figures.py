"""Figures: people's bodies, each a glTF file with one skin, three levels of detail and a fixed set of parts.

A figure stands upright in metres with its feet at the origin and looks towards +Z. Its nodes `lod0`, `lod1` and `lod2`
wear the skin; the names of their materials say the parts. All figures share the names and the order of their joints,
and every joint rests unturned, so that a motion made for one fits all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vret.scene.looks.gltf import TRIANGLES, Gltf, Primitive
from vret.scene.looks.gltf import Skin as GltfSkin
from vret.scene.looks.models import Model, local_matrix, model_of, primitive_shape
from vret.scene.meshes.shapes import Shape, join
from vret.scene.people.persons import AIMED, JOINTS_MAX, LODS, PARTS, SKIN

Floats = npt.NDArray[np.float64]
_TURNED = 1e-3
_APART_M = 2e-3
_HIGHEST_M = 3.0


@dataclass(frozen=True)
class Flesh:
    """A shape that follows the joints: its `skin` has a row of SKIN for each vertex."""

    shape: Shape
    skin: npt.NDArray[np.void]


@dataclass(frozen=True)
class Figure:
    """`flesh` is by level of detail and part; `materials` are the parts' numbers in `model`, which has the looks.

    `rest_m` (joints, 3) are the joints' places at rest, `parents` their parents, -1 for the one that moves the rest.
    """

    joints: tuple[str, ...]
    parents: npt.NDArray[np.int32]
    rest_m: Floats
    flesh: Mapping[tuple[int, str], Flesh]
    materials: Mapping[str, int]
    model: Model

    @property
    def pelvis(self) -> str:
        return self.joints[int(np.flatnonzero(self.parents < 0)[0])]

    @property
    def height_m(self) -> float:
        return max(float(flesh.shape.vertices["position"][:, 1].max()) for flesh in self.flesh.values())


def read_figure(path: Path) -> Figure:
    """Raises GltfError or ImageError."""
    gltf = Gltf(path)
    skin = _one_skin(gltf)
    joints, parents, rest_m = _skeleton(gltf, skin)
    flesh: dict[tuple[int, str], Flesh] = {}
    materials: dict[str, int] = {}
    for lod in range(LODS):
        for part, material, found in _level(gltf, lod, len(joints)):
            materials.setdefault(part, material)
            flesh[lod, part] = found
    shapes = {
        number: join([found.shape for (_, part), found in flesh.items() if materials[part] == number])
        for number in sorted(set(materials.values()))
    }
    figure = Figure(joints, parents, rest_m, flesh, materials, model_of(gltf, shapes, with_looks=True))
    if not 0.3 < figure.height_m < _HIGHEST_M:
        raise gltf.error("", f"is {figure.height_m:.2f} m high; export people in metres, upright along Y")
    return figure


def _one_skin(gltf: Gltf) -> GltfSkin:
    if len(gltf.document.skins) != 1:
        raise gltf.error("skins", f"has {len(gltf.document.skins)}; a figure has one skin for all its levels of detail")
    return gltf.document.skins[0]


def _skeleton(gltf: Gltf, skin: GltfSkin) -> tuple[tuple[str, ...], npt.NDArray[np.int32], Floats]:
    """Names, parents and resting places of the joints."""
    nodes, document = skin.joints, gltf.document
    joints = tuple(gltf.item(document.nodes, node, "skins.0.joints").name for node in nodes)
    if len(set(joints)) < len(joints) or not 2 <= len(joints) <= JOINTS_MAX:
        raise gltf.error("skins.0.joints", f"are {len(joints)}; take 2 to {JOINTS_MAX}, each with a name of its own")
    if missing := [name for name in AIMED if name not in joints]:
        raise gltf.error("skins.0.joints", f"lacks {', '.join(missing)}, by which a figure looks at things")
    parent_of = {child: index for index, node in enumerate(document.nodes) for child in node.children}
    number_of = {node: number for number, node in enumerate(nodes)}
    parents = np.array([number_of.get(parent_of.get(node, -1), -1) for node in nodes], np.int32)
    if (parents < 0).sum() != 1:
        roots = ", ".join(joints[index] for index in np.flatnonzero(parents < 0))
        raise gltf.error("skins.0.joints", f"hang on {roots}; let all joints hang on one")
    for name, above in (("head", "neck"), ("eye_l", "head"), ("eye_r", "head")):
        if parents[joints.index(name)] != joints.index(above):
            raise gltf.error(f"nodes ({name})", f"does not hang on {above}, by which a figure looks at things")
    rest = np.stack([_in_file(gltf, node, parent_of) for node in nodes])
    for name, matrix in zip(joints, rest, strict=True):
        if np.abs(matrix[:3, :3] - np.eye(3)).max() > _TURNED:
            raise gltf.error(f"nodes ({name})", "is turned or scaled at rest; apply rotation and scale to the skeleton")
    bound = skin.inverse_bind_matrices
    if bound is not None:
        inverse = gltf.numbers(bound, (16,), "skins.0.inverseBindMatrices").reshape(-1, 4, 4).transpose(0, 2, 1)
        if inverse.shape != rest.shape or np.abs(inverse @ rest - np.eye(4)).max() > _APART_M:
            raise gltf.error("skins.0.inverseBindMatrices", "do not undo where the joints rest; bind the skin at rest")
    return joints, parents, np.ascontiguousarray(rest[:, :3, 3])


def _in_file(gltf: Gltf, node: int, parent_of: Mapping[int, int]) -> Floats:
    """The matrix of a node in the file's space."""
    matrix = local_matrix(gltf.document.nodes[node])
    for _ in gltf.document.nodes:
        if node not in parent_of:
            return matrix
        node = parent_of[node]
        matrix = local_matrix(gltf.document.nodes[node]) @ matrix
    raise gltf.error(f"nodes.{node}", "is its own ancestor; export it again")


def _level(gltf: Gltf, lod: int, joint_count: int) -> list[tuple[str, int, Flesh]]:
    """The parts of a level of detail, each with its material."""
    name = f"lod{lod}"
    node = next((node for node in gltf.document.nodes if node.name == name), None)
    if node is None or node.mesh is None or node.skin is None:
        raise gltf.error(f"nodes ({name})", f"is missing or wears no skin; a figure has lod0 to lod{LODS - 1}")
    found: dict[str, tuple[int, list[Flesh]]] = {}
    for number, primitive in enumerate(gltf.item(gltf.document.meshes, node.mesh, f"nodes ({name}).mesh").primitives):
        key = f"meshes.{node.mesh}.primitives.{number}"
        if primitive.mode != TRIANGLES or primitive.material is None:
            raise gltf.error(key, "has no triangles or no material; export it again")
        part = gltf.item(gltf.document.materials, primitive.material, f"{key}.material").name
        if part not in PARTS:
            raise gltf.error(f"{key}.material", f"is {part}; the parts of a figure are {', '.join(PARTS)}")
        _, fleshes = found.setdefault(part, (primitive.material, []))
        fleshes.append(_flesh(gltf, primitive, key, joint_count))
    return [
        (part, material, Flesh(join([one.shape for one in fleshes]), np.concatenate([one.skin for one in fleshes])))
        for part, (material, fleshes) in found.items()
    ]


def _flesh(gltf: Gltf, primitive: Primitive, key: str, joint_count: int) -> Flesh:
    attributes = primitive.attributes
    for name in ("NORMAL", "JOINTS_0", "WEIGHTS_0"):
        if name not in attributes:
            raise gltf.error(f"{key}.attributes", f"has no {name}; export it with normals and its skin")
    if "JOINTS_1" in attributes:
        raise gltf.error(f"{key}.attributes", "has JOINTS_1; limit a vertex to four joints")
    shape = primitive_shape(gltf, primitive, key)
    joints = gltf.numbers(attributes["JOINTS_0"], (4,), f"{key}.attributes.JOINTS_0")
    weights = gltf.numbers(attributes["WEIGHTS_0"], (4,), f"{key}.attributes.WEIGHTS_0").astype(np.float64)
    count = len(shape.vertices)
    if len(joints) != count or len(weights) != count or joints.dtype.kind != "u" or joints.max() >= joint_count:
        raise gltf.error(f"{key}.attributes.JOINTS_0", f"does not fit POSITION and {joint_count} joints")
    total = weights.sum(axis=1, keepdims=True)
    if not np.isfinite(weights).all() or (weights < 0).any() or (total < 1e-6).any():
        raise gltf.error(f"{key}.attributes.WEIGHTS_0", "leaves vertices without a joint; weight them all")
    skin = np.zeros(count, SKIN)
    skin["joints"], skin["weights"] = joints, _whole(weights / total)
    return Flesh(shape, skin)


def _whole(shares: Floats) -> npt.NDArray[np.uint8]:
    """Shares of 1 as shares of 255 that make up exactly that; the largest takes what rounding leaves."""
    found = np.round(shares * 255).astype(np.int64)
    found[np.arange(len(found)), shares.argmax(axis=1)] += 255 - found.sum(axis=1)
    return found.astype(np.uint8)
