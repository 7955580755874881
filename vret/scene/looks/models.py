"""Models: a glTF file as shapes, one for each of its materials, and what these materials look like.

Skins, animations, morph targets and vertex colours are not read: a model is drawn as it rests. Texture coordinates are
glTF's, (0, 0) at a picture's upper left corner. People, who move, are figures (`vret.scene.people.figures`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vret.scene.compiled import VERTEX, Vector
from vret.scene.looks.gltf import REPEAT, TRIANGLES, Gltf, Material, Node, Primitive, TextureInfo
from vret.scene.looks.images import Pixels, read_image
from vret.scene.looks.ktx2 import BlockPicture
from vret.scene.meshes.shapes import Shape, join

Matrix = npt.NDArray[np.float64]
DEFAULT = -1
"""The material of what names none: the specification's default."""

_ALPHA_MODES = ("OPAQUE", "MASK", "BLEND")
_BEYOND = 1e-3
_FARTHEST_M = 1e6


@dataclass(frozen=True)
class Look:
    """A material of a model; colours are linear. Pictures are indices into `Model.pictures`.

    `cutoff` is 0 but for a mask. `normal_scale` and `occlusion` are strengths.
    """

    base_colour: Vector
    opacity: float
    roughness: float
    metallic: float
    emission: Vector
    cutoff: float
    is_blended: bool
    is_two_sided: bool
    normal_scale: float = 1.0
    occlusion: float = 0.0
    base_picture: int | None = None
    surface_picture: int | None = None
    occlusion_picture: int | None = None
    normal_picture: int | None = None
    emission_picture: int | None = None


@dataclass(frozen=True)
class Model:
    """`shapes` and `looks` by the material's number in the file, or DEFAULT. `files` are all that were read."""

    shapes: Mapping[int, Shape]
    looks: Mapping[int, Look]
    pictures: Mapping[int, Pixels | BlockPicture]
    picture_names: Mapping[int, str]
    files: tuple[Path, ...]


def read_shape(path: Path) -> Shape:
    """All triangles of a file in its own space, whatever their material. Raises GltfError."""
    return join(list(_shapes(Gltf(path)).values()))


def read_model(path: Path, *, with_looks: bool) -> Model:
    """A whole file, its pictures decoded; or its shapes alone. Raises GltfError or ImageError."""
    gltf = Gltf(path)
    return model_of(gltf, _shapes(gltf), with_looks=with_looks)


def model_of(gltf: Gltf, shapes: Mapping[int, Shape], *, with_looks: bool) -> Model:
    """The model that shows these shapes of a file. Raises GltfError or ImageError."""
    looks = {index: _Looking(gltf, index, shapes[index]).look() for index in shapes if with_looks}
    wanted = {
        picture
        for look in looks.values()
        for picture in (
            look.base_picture,
            look.surface_picture,
            look.occlusion_picture,
            look.normal_picture,
            look.emission_picture,
        )
        if picture is not None
    }
    pictures, names = {}, {}
    for index in sorted(wanted):
        names[index], content = gltf.image(index, "textures")
        pictures[index] = read_image(names[index], content)
    for number, look in looks.items():
        surface, occlusion = look.surface_picture, look.occlusion_picture
        parts = [pictures[part] for part in {surface, occlusion} if part is not None]
        if occlusion not in (None, surface) and any(isinstance(part, BlockPicture) for part in parts):
            raise gltf.error(
                f"materials.{number}.occlusionTexture",
                "is a picture of its own, and BC7 cannot be joined; put it into the red of metallicRoughnessTexture",
            )
    return Model(shapes, looks, pictures, names, tuple(gltf.files))


def _shapes(gltf: Gltf) -> dict[int, Shape]:
    found: dict[int, list[Shape]] = {}
    for mesh, matrix in _placed_meshes(gltf):
        key = f"meshes.{mesh}"
        for number, primitive in enumerate(gltf.item(gltf.document.meshes, mesh, key).primitives):
            where = f"{key}.primitives.{number}"
            if primitive.mode != TRIANGLES:
                raise gltf.error(f"{where}.mode", f"is {primitive.mode}; only triangles (4) are drawn")
            material = DEFAULT if primitive.material is None else primitive.material
            placed = _placed(primitive_shape(gltf, primitive, where), matrix)
            if not (np.abs(placed.vertices["position"]) < _FARTHEST_M).all():
                raise gltf.error(where, f"reaches farther than {_FARTHEST_M:.0f} m; mend the scale of its nodes")
            found.setdefault(material, []).append(placed)
    if not found:
        raise gltf.error("", "has no triangles; export it again with its meshes")
    return {material: join(shapes) for material, shapes in sorted(found.items())}


def _placed_meshes(gltf: Gltf) -> Iterator[tuple[int, Matrix]]:
    """Every mesh of the file's scene with its matrix; without a scene, of all nodes that are nobody's child."""
    document = gltf.document
    if document.scenes:
        roots = gltf.item(document.scenes, document.scene, "scene").nodes
    else:
        children = {child for node in document.nodes for child in node.children}
        roots = [index for index in range(len(document.nodes)) if index not in children]
    waiting = [(root, np.eye(4)) for root in reversed(roots)]
    seen: set[int] = set()
    while waiting:
        index, above = waiting.pop()
        if index in seen:
            raise gltf.error(f"nodes.{index}", "is in the tree twice; export it again")
        seen.add(index)
        node = gltf.item(document.nodes, index, "nodes")
        with np.errstate(over="ignore", invalid="ignore"):
            matrix = above @ local_matrix(node)
        if not (np.abs(matrix) < _FARTHEST_M).all():
            raise gltf.error(f"nodes.{index}", f"moves or scales by more than {_FARTHEST_M:.0f}; mend its transform")
        if node.mesh is not None and abs(np.linalg.det(matrix[:3, :3])) > 0:
            yield node.mesh, matrix
        waiting += [(child, matrix) for child in reversed(node.children)]


def local_matrix(node: Node) -> Matrix:
    if node.matrix is not None:
        return np.array(node.matrix).reshape(4, 4).T
    x, y, z, w = np.array(node.rotation) / (np.linalg.norm(node.rotation) or 1.0)
    rotation = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    matrix = np.eye(4)
    matrix[:3, :3] = rotation * np.array(node.scale)
    matrix[:3, 3] = node.translation
    return matrix


def _placed(shape: Shape, matrix: Matrix) -> Shape:
    """Normals go by the cofactors, which need no inverse; a mirroring matrix turns the triangles round."""
    linear = matrix[:3, :3]
    cofactors = np.stack([np.cross(linear[(row + 1) % 3], linear[(row + 2) % 3]) for row in range(3)])
    mirrors = np.linalg.det(linear) < 0
    vertices = shape.vertices.copy()
    vertices["position"] = shape.vertices["position"] @ linear.T + matrix[:3, 3]
    vertices["normal"] = _unit(shape.vertices["normal"] @ (-cofactors if mirrors else cofactors).T)
    return Shape(vertices, shape.triangles[:, ::-1] if mirrors else shape.triangles)


def primitive_shape(gltf: Gltf, primitive: Primitive, where: str) -> Shape:
    attributes = primitive.attributes
    if "POSITION" not in attributes:
        raise gltf.error(f"{where}.attributes", "has no POSITION; export it again")
    position = gltf.numbers(attributes["POSITION"], (3,), f"{where}.attributes.POSITION")
    count = len(position)
    if primitive.indices is None:
        indices = np.arange(count, dtype=np.uint32)
    else:
        indices = gltf.numbers(primitive.indices, (1,), f"{where}.indices").ravel()
        if indices.dtype.kind != "u" or indices.max() >= count:
            raise gltf.error(f"{where}.indices", f"points past its {count} vertices; export it again")
    if len(indices) % 3 or not np.isfinite(position).all():
        raise gltf.error(where, "is damaged: no whole triangles, or no numbers in POSITION; export it again")
    vertices = np.zeros(count, VERTEX)
    vertices["position"] = position
    vertices["uv"] = position[:, [0, 2]]
    for name, attribute, width in (("normal", "NORMAL", 3), ("uv", "TEXCOORD_0", 2)):
        if attribute in attributes:
            values = gltf.numbers(attributes[attribute], (width,), f"{where}.attributes.{attribute}")
            if len(values) != count or not np.isfinite(values).all():
                raise gltf.error(f"{where}.attributes.{attribute}", "does not fit POSITION; export it again")
            vertices[name] = values
    triangles = indices.astype(np.uint32).reshape(-1, 3)
    return Shape(vertices, triangles) if "NORMAL" in attributes else _flat(vertices[triangles.ravel()])


def _flat(corners: npt.NDArray[np.void]) -> Shape:
    """The specification's flat normals, for what comes without."""
    a, b, c = corners["position"].reshape(-1, 3, 3).transpose(1, 0, 2)
    corners["normal"] = np.repeat(_unit(np.cross(b - a, c - a)), 3, axis=0)
    return Shape(corners, np.arange(len(corners), dtype=np.uint32).reshape(-1, 3))


def _unit(vectors: npt.NDArray[Any]) -> npt.NDArray[Any]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(lengths > 0, vectors / np.maximum(lengths, 1e-30), [0.0, 1.0, 0.0])


class _Looking:
    """One material of a file. `shape` is all that wears it, so that textures can be held against its coordinates."""

    def __init__(self, gltf: Gltf, index: int, shape: Shape) -> None:
        self._gltf, self._shape, self._key = gltf, shape, f"materials.{index}"
        self._material = Material() if index == DEFAULT else gltf.item(gltf.document.materials, index, self._key)

    def look(self) -> Look:
        material = self._material
        metallic = material.pbr_metallic_roughness
        mode = material.alpha_mode
        if mode not in _ALPHA_MODES:
            raise self._gltf.error(f"{self._key}.alphaMode", f"is {mode}; there are {', '.join(_ALPHA_MODES)}")
        base = self._picture(metallic.base_color_texture, "pbrMetallicRoughness.baseColorTexture")
        red, green, blue, alpha = metallic.base_color_factor
        opacity, cutoff = (alpha if mode == "BLEND" else 1.0), 0.0
        if mode == "MASK" and base is None:
            opacity = float(alpha >= material.alpha_cutoff)
        elif mode == "MASK":
            cutoff = min(material.alpha_cutoff / max(alpha, 1e-6), 2.0)
        strength = material.extensions.emissive_strength.emissive_strength
        emission = tuple(part * strength for part in material.emissive_factor)
        occlusion, normal = material.occlusion_texture, material.normal_texture
        return Look(
            base_colour=(red, green, blue),
            opacity=opacity,
            roughness=metallic.roughness_factor,
            metallic=metallic.metallic_factor,
            emission=(emission[0], emission[1], emission[2]),
            cutoff=cutoff,
            is_blended=mode == "BLEND",
            is_two_sided=material.double_sided,
            normal_scale=normal.scale if normal else 1.0,
            occlusion=occlusion.strength if occlusion else 0.0,
            base_picture=base,
            surface_picture=self._picture(
                metallic.metallic_roughness_texture, "pbrMetallicRoughness.metallicRoughnessTexture"
            ),
            occlusion_picture=self._picture(occlusion, "occlusionTexture"),
            normal_picture=self._picture(normal, "normalTexture"),
            emission_picture=self._picture(material.emissive_texture, "emissiveTexture"),
        )

    def _picture(self, info: TextureInfo | None, name: str) -> int | None:
        """The image that a texture shows."""
        if info is None:
            return None
        gltf, key = self._gltf, f"{self._key}.{name}"
        if info.tex_coord != 0:
            raise gltf.error(f"{key}.texCoord", f"is {info.tex_coord}; only the first texture coordinates (0) are read")
        if info.extensions.transform is not None:
            raise gltf.error(key, "is moved by KHR_texture_transform; apply the mapping before the export")
        texture = gltf.item(gltf.document.textures, info.index, f"{key}.index")
        basisu = texture.extensions.basisu
        source = texture.source if basisu is None or basisu.source is None else basisu.source
        if source is None:
            raise gltf.error(f"textures.{info.index}", "has no source that can be read; use PNG, JPEG or BC7 in KTX2")
        if texture.sampler is not None:
            sampler = gltf.item(gltf.document.samplers, texture.sampler, f"textures.{info.index}.sampler")
            uv = self._shape.vertices["uv"]
            is_beyond = bool((uv < -_BEYOND).any() or (uv > 1 + _BEYOND).any())
            if is_beyond and (sampler.wrap_s, sampler.wrap_t) != (REPEAT, REPEAT):
                raise gltf.error(
                    f"samplers.{texture.sampler}",
                    "does not repeat, and texture coordinates go beyond 0 to 1; let it repeat or move them inside",
                )
        gltf.item(gltf.document.images, source, f"textures.{info.index}.source")
        return source
