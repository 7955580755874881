"""Small GLB files, made byte by byte: an upright square with one material, and pictures for it."""

import io
import json
import struct
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]


def png(pixels: npt.ArrayLike, kind: str = "PNG") -> bytes:
    """A picture file of (height, width, 3 or 4) bytes."""
    out = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(out, kind)
    return out.getvalue()


def plain(colour: Sequence[int], side: int = 4) -> Pixels:
    return np.full((side, side, len(colour)), colour, np.uint8)


def checker(one: Sequence[int], other: Sequence[int], side: int = 64, fields: int = 2) -> Pixels:
    """Fields of two colours; `one` is at the upper left."""
    y, x = np.indices((side, side)) * fields // side
    return np.where(((x + y) % 2 == 0)[..., None], np.array(one, np.uint8), np.array(other, np.uint8))


def document(
    material: dict[str, Any] | None, pictures: Sequence[bytes], *, repeats: float = 1.0, mime: str = "image/png"
) -> tuple[dict[str, Any], bytes]:
    """The JSON and the binary part of a 2 m square about the origin that faces +Z; texture i shows picture i."""
    position = np.array([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)], "<f4")
    uv = np.array([(0, 1), (1, 1), (1, 0), (0, 0)], "<f4") * np.float32(repeats)
    normal = np.array([(0, 0, 1)] * 4, "<f4")
    indices = np.array([0, 1, 2, 0, 2, 3], "<u2")
    data, views = b"", []
    for part in (position.tobytes(), normal.tobytes(), uv.tobytes(), indices.tobytes(), *pictures):
        views.append({"buffer": 0, "byteOffset": len(data), "byteLength": len(part)})
        data += part + bytes(-len(part) % 4)
    primitive: dict[str, Any] = {"attributes": {"POSITION": 0, "NORMAL": 1, "TEXCOORD_0": 2}, "indices": 3}
    if material is not None:
        primitive["material"] = 0
    content = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [primitive]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"},
            {"bufferView": 1, "componentType": 5126, "count": 4, "type": "VEC3"},
            {"bufferView": 2, "componentType": 5126, "count": 4, "type": "VEC2"},
            {"bufferView": 3, "componentType": 5123, "count": 6, "type": "SCALAR"},
        ],
        "bufferViews": views,
        "buffers": [{"byteLength": len(data)}],
        "images": [{"bufferView": 4 + index, "mimeType": mime} for index in range(len(pictures))],
        "textures": [{"source": index} for index in range(len(pictures))],
        "materials": [deepcopy(material)] if material is not None else [],
    }
    return content, data


def packed(content: dict[str, Any], data: bytes) -> bytes:
    """A GLB of JSON and binary part."""
    text = json.dumps(content).encode()
    text += b" " * (-len(text) % 4)
    data += bytes(-len(data) % 4)
    length = 12 + 8 + len(text) + 8 + len(data)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(data), b"BIN\0") + data
    return struct.pack("<4sII", b"glTF", 2, length) + chunks


def square(material: dict[str, Any] | None, *pictures: bytes, repeats: float = 1.0) -> bytes:
    """The whole file."""
    return packed(*document(material, pictures, repeats=repeats))


def bc7_block(grey: int) -> bytes:
    """A block of 4 x 4 opaque pixels of one odd grey: BC7's mode 6, both ends alike (Khronos Data Format 1.3, 20.1)."""
    bits = 1 << 6 | 0b11 << 63
    for end in range(8):
        bits |= (grey >> 1 if end < 6 else 127) << (7 + 7 * end)
    return bits.to_bytes(16, "little")


def ktx2(side: int, greys: Sequence[int], vk_format: int = 146, scheme: int = 0) -> bytes:
    """A KTX2 file of BC7, each level of one grey."""
    levels = [bc7_block(grey) * (-(-(side >> level) // 4) or 1) ** 2 for level, grey in enumerate(greys)]
    start = 80 + 24 * len(levels)
    index = b""
    for level in levels:
        index += struct.pack("<3Q", start, len(level), len(level))
        start += len(level)
    head = struct.pack("<12s9I", b"\xabKTX 20\xbb\r\n\x1a\n", vk_format, 1, side, side, 0, 0, 1, len(levels), scheme)
    return head + bytes(32) + index + b"".join(levels)
