"""glTF 2.0 files (.glb and .gltf): their JSON, checked once, and the numbers in their buffers.

Source of every name and number: the Khronos glTF 2.0 specification. What a file may not do here is refused by name,
because a model that is drawn otherwise than its author saw it is worse than none.
"""

import base64
import struct
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import unquote

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Meta, Struct, field

from vret.errors import VretError
from vret.unreadable import UNREADABLE

KNOWN_EXTENSIONS = frozenset({"KHR_mesh_quantization", "KHR_materials_emissive_strength", "KHR_texture_basisu"})
TRIANGLES = 4
REPEAT = 10497
LINEAR = "LINEAR"

_GLB_HEADER = struct.Struct("<4sII")
_CHUNK = struct.Struct("<I4s")
_COMPONENTS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_DATA_URI = "data:"

Item = TypeVar("Item")
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]


class GltfError(VretError):
    """A model that cannot be used; the message names the file, the key in it and what to do."""


class _Part(Struct, frozen=True, rename="camel"):
    """A table of the file. Unknown keys are ignored, as the specification asks."""


class Asset(_Part, frozen=True):
    version: str


class Accessor(_Part, frozen=True):
    component_type: int
    count: Annotated[int, Meta(ge=1)]
    type: str
    buffer_view: Count | None = None
    byte_offset: Count = 0
    normalized: bool = False
    sparse: dict[str, Any] | None = None


class BufferView(_Part, frozen=True):
    buffer: Count
    byte_length: Annotated[int, Meta(ge=1)]
    byte_offset: Count = 0
    byte_stride: Annotated[int, Meta(ge=4, le=252)] | None = None


class Buffer(_Part, frozen=True):
    byte_length: Annotated[int, Meta(ge=1)]
    uri: str | None = None


class Image(_Part, frozen=True):
    uri: str | None = None
    mime_type: str = ""
    buffer_view: Count | None = None


class Source(_Part, frozen=True):
    source: Count | None = None


class TextureExtensions(_Part, frozen=True):
    basisu: Source | None = field(default=None, name="KHR_texture_basisu")


class Texture(_Part, frozen=True):
    source: Count | None = None
    sampler: Count | None = None
    extensions: TextureExtensions = TextureExtensions()


class Sampler(_Part, frozen=True):
    wrap_s: int = REPEAT
    wrap_t: int = REPEAT


class TextureInfoExtensions(_Part, frozen=True):
    transform: dict[str, Any] | None = field(default=None, name="KHR_texture_transform")


class TextureInfo(_Part, frozen=True):
    """`scale` is a normal texture's, `strength` an occlusion texture's."""

    index: Count
    tex_coord: Count = 0
    scale: float = 1.0
    strength: Share = 1.0
    extensions: TextureInfoExtensions = TextureInfoExtensions()


class MetallicRoughness(_Part, frozen=True):
    base_color_factor: tuple[Share, Share, Share, Share] = (1.0, 1.0, 1.0, 1.0)
    base_color_texture: TextureInfo | None = None
    metallic_factor: Share = 1.0
    roughness_factor: Share = 1.0
    metallic_roughness_texture: TextureInfo | None = None


class EmissiveStrength(_Part, frozen=True):
    emissive_strength: Annotated[float, Meta(ge=0)] = 1.0


class MaterialExtensions(_Part, frozen=True):
    emissive_strength: EmissiveStrength = field(default=EmissiveStrength(), name="KHR_materials_emissive_strength")


class Material(_Part, frozen=True):
    name: str = ""
    pbr_metallic_roughness: MetallicRoughness = MetallicRoughness()
    normal_texture: TextureInfo | None = None
    occlusion_texture: TextureInfo | None = None
    emissive_texture: TextureInfo | None = None
    emissive_factor: tuple[Share, Share, Share] = (0.0, 0.0, 0.0)
    alpha_mode: str = "OPAQUE"
    alpha_cutoff: Annotated[float, Meta(ge=0)] = 0.5
    double_sided: bool = False
    extensions: MaterialExtensions = MaterialExtensions()


class Primitive(_Part, frozen=True):
    attributes: dict[str, Count]
    indices: Count | None = None
    material: Count | None = None
    mode: int = TRIANGLES


class Mesh(_Part, frozen=True):
    primitives: Annotated[list[Primitive], Meta(min_length=1)]


Numbers3 = tuple[float, float, float]
Numbers4 = tuple[float, float, float, float]


class Node(_Part, frozen=True):
    name: str = ""
    mesh: Count | None = None
    skin: Count | None = None
    children: list[Count] = []
    matrix: Annotated[list[float], Meta(min_length=16, max_length=16)] | None = None
    translation: Numbers3 = (0.0, 0.0, 0.0)
    rotation: Numbers4 = (0.0, 0.0, 0.0, 1.0)
    scale: Numbers3 = (1.0, 1.0, 1.0)


class Scene(_Part, frozen=True):
    nodes: list[Count] = []


class Skin(_Part, frozen=True):
    joints: Annotated[list[Count], Meta(min_length=1)]
    inverse_bind_matrices: Count | None = None


class Target(_Part, frozen=True):
    path: str
    node: Count | None = None


class Channel(_Part, frozen=True):
    sampler: Count
    target: Target


class AnimationSampler(_Part, frozen=True):
    input: Count
    output: Count
    interpolation: str = LINEAR


class Animation(_Part, frozen=True):
    channels: Annotated[list[Channel], Meta(min_length=1)]
    samplers: list[AnimationSampler]
    name: str = ""
    extras: Any = None


class Document(_Part, frozen=True):
    asset: Asset
    scene: Count = 0
    scenes: list[Scene] = []
    nodes: list[Node] = []
    meshes: list[Mesh] = []
    accessors: list[Accessor] = []
    buffer_views: list[BufferView] = []
    buffers: list[Buffer] = []
    images: list[Image] = []
    textures: list[Texture] = []
    samplers: list[Sampler] = []
    materials: list[Material] = []
    skins: list[Skin] = []
    animations: list[Animation] = []
    extensions_required: list[str] = []


class Gltf:
    """A file, open for reading. `files` are all that it is made of, itself first. Every method raises GltfError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files = [path]
        text, self._binary = self._split(_content(path, path))
        try:
            self.document = msgspec.json.decode(text, type=Document)
        except UNREADABLE as error:
            raise self.error("", f"is not glTF 2.0 ({error}); export it again as .glb") from error
        if not self.document.asset.version.startswith("2."):
            raise self.error("asset.version", f"is {self.document.asset.version}; only glTF 2.0 is read")
        unknown = sorted(set(self.document.extensions_required) - KNOWN_EXTENSIONS)
        if unknown:
            raise self.error("extensionsRequired", f"needs {', '.join(unknown)}; export it again without")
        self._buffers: dict[int, bytes] = {}

    def error(self, key: str, message: str) -> GltfError:
        return GltfError(f"{self.path.name}: {key}: {message}" if key else f"{self.path.name}: {message}")

    def item(self, items: list[Item], index: int, key: str) -> Item:
        """The entry that `key` of the file points at."""
        if index >= len(items):
            raise self.error(key, f"points at number {index}, of which there are {len(items)}; export it again")
        return items[index]

    def numbers(self, index: int, widths: tuple[int, ...], key: str) -> npt.NDArray[Any]:
        """(count, width) of an accessor; normalised integers come as floats."""
        accessor = self.item(self.document.accessors, index, key)
        name = f"accessors.{index}"
        width, kind = _WIDTHS.get(accessor.type, 0), _COMPONENTS.get(accessor.component_type, "")
        if width not in widths or not kind:
            raise self.error(name, f"is {accessor.type} of {accessor.component_type}, which does not fit {key}")
        if accessor.sparse is not None or accessor.buffer_view is None:
            raise self.error(name, "is sparse; export it again without sparse accessors")
        data, stride = self._viewed(accessor.buffer_view, name)
        dtype = np.dtype(kind)
        step = stride or dtype.itemsize * width
        end = accessor.byte_offset + step * (accessor.count - 1) + dtype.itemsize * width
        if end > len(data):
            raise self.error(name, f"ends at byte {end} of {len(data)}: the file is damaged; export it again")
        found: npt.NDArray[Any] = np.ndarray(
            (accessor.count, width), dtype, data, accessor.byte_offset, (step, dtype.itemsize)
        )
        if accessor.normalized and dtype.kind in "iu":
            return np.maximum(found.astype(np.float32) / np.iinfo(dtype).max, -1.0)
        return found.copy()

    def image(self, index: int, key: str) -> tuple[str, bytes]:
        """What an image is called in errors, and its file's bytes."""
        image = self.item(self.document.images, index, key)
        name = f"images.{index}"
        if image.buffer_view is not None:
            return f"{self.path.name}: {name}", bytes(self._viewed(image.buffer_view, name)[0])
        if image.uri is None:
            raise self.error(name, "has neither uri nor bufferView; export it again")
        called = name if image.uri.startswith(_DATA_URI) else f"{name} ({image.uri})"
        return f"{self.path.name}: {called}", self._resource(image.uri, name)

    def _split(self, content: bytes) -> tuple[bytes, bytes | None]:
        """The JSON and the binary chunk of a GLB, or the whole file and none."""
        if content[:4] != b"glTF":
            return content, None
        if len(content) < _GLB_HEADER.size or _GLB_HEADER.unpack_from(content)[2] > len(content):
            raise self.error("", f"is cut short at {len(content)} bytes; export it again")
        chunks: dict[bytes, bytes] = {}
        at = _GLB_HEADER.size
        while at + _CHUNK.size <= len(content):
            length, kind = _CHUNK.unpack_from(content, at)
            at += _CHUNK.size
            if at + length > len(content):
                raise self.error("", "has a chunk that is cut short; export it again")
            chunks.setdefault(kind, content[at : at + length])
            at += length
        return chunks.get(b"JSON", b""), chunks.get(b"BIN\0", b"")

    def _viewed(self, index: int, key: str) -> tuple[memoryview, int | None]:
        view = self.item(self.document.buffer_views, index, f"{key}.bufferView")
        data = self._buffer(view.buffer, f"bufferViews.{index}.buffer")
        end = view.byte_offset + view.byte_length
        if end > len(data):
            raise self.error(f"bufferViews.{index}", f"ends at byte {end} of {len(data)}; export it again")
        return memoryview(data)[view.byte_offset : end], view.byte_stride

    def _buffer(self, index: int, key: str) -> bytes:
        if index not in self._buffers:
            buffer = self.item(self.document.buffers, index, key)
            name = f"buffers.{index}"
            if buffer.uri is not None:
                self._buffers[index] = self._resource(buffer.uri, name)
            elif index == 0 and self._binary is not None:
                self._buffers[index] = self._binary
            else:
                raise self.error(name, "has no data; export it again")
        return self._buffers[index]

    def _resource(self, uri: str, key: str) -> bytes:
        """What a URI stands for: data in the file itself, or a file beside it and nowhere else."""
        if uri.startswith(_DATA_URI):
            try:
                return base64.b64decode(uri.partition(";base64,")[2], validate=True)
            except ValueError as error:
                raise self.error(f"{key}.uri", f"is no base64 data ({error}); export it again") from error
        folder, wanted = self.path.parent.resolve(), unquote(uri)
        beside = (folder / wanted.replace("\0", "")).resolve()
        if "://" in uri or "\0" in wanted or not beside.is_relative_to(folder):
            raise self.error(f"{key}.uri", f"{uri} does not lie beside the model; copy it there and name it so")
        content = _content(beside, self.path, f"{key}.uri")
        if beside not in self.files:
            self.files.append(beside)
        return content


def _content(path: Path, model: Path, key: str = "") -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        where = f"{model.name}: {key}: {path.name}" if key else model.name
        raise GltfError(
            f"{where}: cannot be read ({error.strerror}); put it there, or export the model again"
        ) from error
