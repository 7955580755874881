"""Reading back what GLB files hold, as far as this folder's tools look at them."""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass
class File:
    content: dict[str, Any]
    data: bytes

    def numbers(self, index: int) -> npt.NDArray[Any]:
        accessor = self.content["accessors"][index]
        view = self.content["bufferViews"][accessor["bufferView"]]
        kind = {5126: "<f4", 5121: "u1", 5123: "<u2"}[accessor["componentType"]]
        width = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}[accessor["type"]]
        found = np.frombuffer(self.data, kind, accessor["count"] * width, view["byteOffset"]).reshape(-1, width)
        return found / 255.0 if accessor.get("normalized") else found

    def picture(self, texture: int) -> bytes:
        view = self.content["bufferViews"][
            self.content["images"][self.content["textures"][texture]["source"]]["bufferView"]
        ]
        return self.data[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]


def read(path: Path) -> File:
    return parsed(path.read_bytes())


def parsed(raw: bytes) -> File:
    length = struct.unpack_from("<I", raw, 12)[0]
    return File(json.loads(raw[20 : 20 + length]), raw[28 + length :])


def joints_of(file: File, numbers: Sequence[int]) -> tuple[list[str], npt.NDArray[np.int64], Floats]:
    nodes = file.content["nodes"]
    parent = {child: index for index, node in enumerate(nodes) for child in node.get("children", [])}
    order = {node: number for number, node in enumerate(numbers)}
    parents = np.array([order.get(parent.get(node, -1), -1) for node in numbers])
    return (
        [nodes[n]["name"] for n in numbers],
        parents,
        np.array([nodes[n].get("translation", [0, 0, 0]) for n in numbers]),
    )


def rotation(turns: Floats) -> Floats:
    """(..., 3, 3) of quaternions xyzw."""
    x, y, z, w = np.moveaxis(turns / np.linalg.norm(turns, axis=-1, keepdims=True), -1, 0)
    return np.stack(
        [
            1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w),
            2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w),
            2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y),
        ],
        axis=-1,
    ).reshape(*turns.shape[:-1], 3, 3)  # fmt: skip
