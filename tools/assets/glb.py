"""GLB files, written: a skin on levels of detail, and animations of the same joints (glTF 2.0)."""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tools.assets.rig import JOINTS, PARENTS
from tools.assets.surface import Surface

Floats = npt.NDArray[np.float64]

_FLOAT, _BYTE, _SHORT = 5126, 5121, 5123
_VERTICES, _INDICES = 34962, 34963
_FILE = struct.Struct("<4sII")
_CHUNK = struct.Struct("<I4s")


@dataclass(frozen=True)
class Part:
    """The look of a part. `picture` is a JPEG, or a PNG whose opacity is a mask."""

    picture: bytes
    colour: tuple[float, float, float]
    roughness: float
    is_mask: bool = False
    is_two_sided: bool = False


@dataclass(frozen=True)
class Clip:
    """A motion at 30 Hz: turns (keys, joints, 4) xyzw, and the pelvis' places (keys, 3) in heights of its rest."""

    turns: Floats
    places: Floats
    extras: Mapping[str, Any]


KEYS_PER_S = 30


@dataclass
class _Writer:
    content: dict[str, Any] = field(default_factory=lambda: {"asset": {"version": "2.0", "generator": "vret"}})
    data: bytearray = field(default_factory=bytearray)

    def add(self, kind: str, item: Mapping[str, Any]) -> int:
        items: list[Mapping[str, Any]] = self.content.setdefault(kind, [])
        items.append(item)
        return len(items) - 1

    def view(self, data: bytes, target: int | None = None) -> int:
        self.data += bytes(-len(self.data) % 4)
        view = {"buffer": 0, "byteOffset": len(self.data), "byteLength": len(data)}
        self.data += data
        return self.add("bufferViews", view | ({"target": target} if target else {}))

    def numbers(
        self,
        values: npt.ArrayLike,
        component: int,
        target: int | None = None,
        *,
        shares: bool = False,
        ends: bool = False,
    ) -> int:
        kinds = {_FLOAT: "<f4", _BYTE: "u1", _SHORT: "<u2"}
        array = np.ascontiguousarray(values, kinds[component])
        width = int(np.prod(array.shape[1:]))
        accessor: dict[str, Any] = {
            "bufferView": self.view(array.tobytes(), target),
            "componentType": component,
            "count": len(array),
            "type": {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}[width],
        }
        if shares:
            accessor["normalized"] = True
        if ends:
            flat = array.reshape(len(array), -1)
            accessor |= {"min": flat.min(axis=0).tolist(), "max": flat.max(axis=0).tolist()}
        return self.add("accessors", accessor)

    def skeleton(self, places: Floats) -> list[int]:
        """Nodes of the joints, translated only."""
        first = len(self.content.get("nodes", []))
        for number, name in enumerate(JOINTS):
            parent = PARENTS[number]
            offset = places[number] - (places[parent] if parent >= 0 else 0)
            children = [first + int(child) for child in np.flatnonzero(np.equal(PARENTS, number))]
            node = {"name": name, "translation": np.round(offset, 6).tolist()}
            self.add("nodes", node | ({"children": children} if children else {}))
        return list(range(first, first + len(JOINTS)))

    def save(self, path: Path) -> None:
        self.content["buffers"] = [{"byteLength": len(self.data)}]
        text = json.dumps(self.content, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        data = bytes(self.data) + bytes(-len(self.data) % 4)
        whole = _CHUNK.pack(len(text), b"JSON") + text + _CHUNK.pack(len(data), b"BIN\0") + data
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_FILE.pack(b"glTF", 2, _FILE.size + len(whole)) + whole)


def write_body(
    path: Path,
    places: Floats,
    parts: Mapping[str, Part],
    levels: Sequence[Mapping[str, Surface]],
    extras: Mapping[str, Any],
) -> None:
    """A person; `levels` are from near to far, by part."""
    writer = _Writer()
    joints = writer.skeleton(places)
    inverse = np.tile(np.eye(4), (len(JOINTS), 1, 1))
    inverse[:, 3, :3] = -np.round(places, 6)
    writer.add(
        "skins", {"joints": joints, "skeleton": joints[0], "inverseBindMatrices": writer.numbers(inverse, _FLOAT)}
    )
    materials = {name: _material(writer, name, part) for name, part in parts.items()}
    roots = [joints[0]]
    for number, level in enumerate(levels):
        primitives = [_primitive(writer, one, materials[name]) for name, one in level.items()]
        mesh = writer.add("meshes", {"name": f"lod{number}", "primitives": primitives})
        roots.append(writer.add("nodes", {"name": f"lod{number}", "mesh": mesh, "skin": 0}))
    writer.content |= {"scene": 0, "scenes": [{"nodes": roots, "extras": dict(extras)}]}
    writer.save(path)


def _material(writer: _Writer, name: str, part: Part) -> int:
    mime = "image/png" if part.is_mask else "image/jpeg"
    pictures: dict[bytes, int] = {}
    for number, image in enumerate(writer.content.get("images", [])):
        view = writer.content["bufferViews"][image["bufferView"]]
        start = view["byteOffset"]
        pictures[bytes(writer.data[start : start + view["byteLength"]])] = number
    if part.picture not in pictures:
        image = writer.add("images", {"mimeType": mime, "bufferView": writer.view(part.picture)})
        pictures[part.picture] = writer.add("textures", {"source": image})
    return writer.add(
        "materials",
        {
            "name": name,
            "pbrMetallicRoughness": {
                "baseColorFactor": [*part.colour, 1.0],
                "baseColorTexture": {"index": pictures[part.picture]},
                "metallicFactor": 0.0,
                "roughnessFactor": part.roughness,
            },
        }
        | ({"alphaMode": "MASK", "alphaCutoff": 0.4} if part.is_mask else {})
        | ({"doubleSided": True} if part.is_two_sided else {}),
    )


def _primitive(writer: _Writer, one: Surface, material: int) -> dict[str, Any]:
    joints, weights = one.skin()
    return {
        "attributes": {
            "POSITION": writer.numbers(one.positions, _FLOAT, _VERTICES, ends=True),
            "NORMAL": writer.numbers(one.normals, _FLOAT, _VERTICES),
            "TEXCOORD_0": writer.numbers(one.uv, _FLOAT, _VERTICES),
            "JOINTS_0": writer.numbers(joints, _BYTE, _VERTICES),
            "WEIGHTS_0": writer.numbers(weights, _BYTE, _VERTICES, shares=True),
        },
        "indices": writer.numbers(one.triangles.ravel(), _SHORT, _INDICES),
        "material": material,
    }


def write_motions(path: Path, places: Floats, clips: Mapping[str, Clip], extras: Mapping[str, Any]) -> None:
    """Motions of a skeleton that rests at `places`; joints that never turn in a clip have no channel there."""
    writer = _Writer()
    joints = writer.skeleton(places)
    for name, clip in clips.items():
        times = writer.numbers(np.arange(len(clip.turns)) / KEYS_PER_S, _FLOAT, ends=True)
        samplers: list[dict[str, Any]] = []
        channels: list[dict[str, Any]] = []
        for number, joint in enumerate(joints):
            turns = clip.turns[:, number]
            if np.abs(turns[:, :3]).max() > 1e-5:
                samplers.append({"input": times, "output": writer.numbers(turns, _FLOAT), "interpolation": "LINEAR"})
                channels.append({"sampler": len(samplers) - 1, "target": {"node": joint, "path": "rotation"}})
        samplers.append({"input": times, "output": writer.numbers(clip.places, _FLOAT), "interpolation": "LINEAR"})
        channels.append({"sampler": len(samplers) - 1, "target": {"node": joints[0], "path": "translation"}})
        writer.add(
            "animations", {"name": name, "samplers": samplers, "channels": channels, "extras": dict(clip.extras)}
        )
    writer.content |= {"scene": 0, "scenes": [{"nodes": [joints[0]], "extras": dict(extras)}]}
    writer.save(path)
