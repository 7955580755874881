"""Bad models: every problem names the scene's key, the model's file and the key in it."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.scene.glb import document, ktx2, packed, plain, png, square
from tests.scene.small import write_scene
from vret.scene.looks.gltf import GltfError
from vret.scene.looks.images import ImageError
from vret.scene.looks.models import read_model
from vret.scene.scene import SceneError, load_scene

BOX = 'mesh = { kind = "box", size_m = [1, 0.2, 1] }\nmaterial = "stone"\n'
PICTURE = png(plain((90, 90, 90)))
LOOK: dict[str, Any] = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}
Change = Callable[[dict[str, Any]], object]


def with_model(folder: Path, content: bytes, name: str = "thing.glb", material: str = "") -> Path:
    """The small scene, whose step is a model."""
    scene = write_scene(folder, BOX, f'mesh = {{ kind = "model", file = "{name}" }}\n{material}')
    (scene / name).write_bytes(content)
    return scene


def problem(folder: Path, content: bytes, name: str = "thing.glb") -> str:
    with pytest.raises(SceneError) as caught:
        load_scene(with_model(folder, content, name))
    assert len(caught.value.problems) == 1
    said = caught.value.problems[0]
    where = "nodes.step.mesh.file: "
    assert where in said
    return said.partition(where)[2]


def set_at(*path: Any) -> Change:
    """Sets the last of `path` at the place that the others lead to."""

    def change(content: dict[str, Any]) -> None:
        place: Any = content
        for key in path[:-2]:
            place = place[key]
        place[path[-2]] = path[-1]

    return change


BAD: dict[str, tuple[Change, str]] = {
    "an old version": (set_at("asset", "version", "1.0"), "thing.glb: asset.version: is 1.0; only glTF 2.0 is read"),
    "a needed extension": (
        set_at("extensionsRequired", ["KHR_draco_mesh_compression"]),
        "thing.glb: extensionsRequired: needs KHR_draco_mesh_compression; export it again without",
    ),
    "a wrong type": (
        set_at("meshes", "none"),
        "thing.glb: is not glTF 2.0 (Expected `array`, got `str` - at `$.meshes`)",
    ),
    "a mesh that is not there": (
        set_at("nodes", 0, "mesh", 3),
        "thing.glb: meshes.3: points at number 3, of which there",
    ),
    "a circle of nodes": (set_at("nodes", 0, "children", [0]), "thing.glb: nodes.0: is in the tree twice"),
    "no triangles": (set_at("nodes", 0, {}), "thing.glb: has no triangles"),
    "lines": (
        set_at("meshes", 0, "primitives", 0, "mode", 1),
        "thing.glb: meshes.0.primitives.0.mode: is 1; only triangles (4) are drawn",
    ),
    "no positions": (
        set_at("meshes", 0, "primitives", 0, "attributes", {"NORMAL": 1}),
        "thing.glb: meshes.0.primitives.0.attributes: has no POSITION",
    ),
    "an accessor past its view": (
        set_at("accessors", 0, "count", 99),
        "thing.glb: accessors.0: ends at byte 1188 of 48: the file is damaged",
    ),
    "an accessor of another shape": (
        set_at("accessors", 0, "type", "VEC2"),
        "thing.glb: accessors.0: is VEC2 of 5126, which does not fit meshes.0.primitives.0.attributes.POSITION",
    ),
    "a sparse accessor": (set_at("accessors", 0, "sparse", {}), "thing.glb: accessors.0: is sparse"),
    "a view past its buffer": (
        set_at("bufferViews", 0, "byteLength", 9999),
        "thing.glb: bufferViews.0: ends at byte 9999 of ",
    ),
    "an unknown alpha mode": (
        set_at("materials", 0, "alphaMode", "GLOW"),
        "thing.glb: materials.0.alphaMode: is GLOW; there are OPAQUE, MASK, BLEND",
    ),
    "a texture that is not there": (
        set_at("materials", 0, "normalTexture", {"index": 7}),
        "thing.glb: materials.0.normalTexture.index: points at number 7, of which there are 1",
    ),
    "a second set of coordinates": (
        set_at("materials", 0, "occlusionTexture", {"index": 0, "texCoord": 1}),
        "thing.glb: materials.0.occlusionTexture.texCoord: is 1; only the first texture coordinates (0) are read",
    ),
    "a moved texture": (
        set_at("materials", 0, "normalTexture", {"index": 0, "extensions": {"KHR_texture_transform": {}}}),
        "thing.glb: materials.0.normalTexture: is moved by KHR_texture_transform",
    ),
    "a picture that is not there": (
        set_at("textures", 0, "source", 5),
        "thing.glb: textures.0.source: points at number 5",
    ),
    "a file that is not there": (
        set_at("images", 0, {"uri": "wood.png"}),
        "thing.glb: images.0.uri: wood.png: cannot be read (No such file or directory); put it there",
    ),
    "a file elsewhere": (
        set_at("images", 0, {"uri": "../../secret.png"}),
        "thing.glb: images.0.uri: ../../secret.png does not lie beside the model",
    ),
    "a picture from the network": (
        set_at("images", 0, {"uri": "https://example.org/wood.png"}),
        "thing.glb: images.0.uri: https://example.org/wood.png does not lie beside the model",
    ),
    "a name that no file can have": (
        set_at("images", 0, {"uri": "wood%00.png"}),
        "thing.glb: images.0.uri: wood%00.png does not lie beside the model",
    ),
    "a scale without bounds": (
        set_at("nodes", 0, "scale", [1e300, 1e10, 1]),
        "thing.glb: nodes.0: moves or scales by more than 1000000; mend its transform",
    ),
    "broken base64": (
        set_at("images", 0, {"uri": "data:image/png;base64,%%%"}),
        "thing.glb: images.0.uri: is no base64",
    ),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=BAD.keys())
def test_a_bad_model_names_file_and_key(tmp_path: Path, change: Change, message: str) -> None:
    content, data = document(LOOK, [PICTURE])
    change(content)
    assert problem(tmp_path, packed(content, data)).startswith(message)


def test_indices_past_the_vertices(tmp_path: Path) -> None:
    content, data = document(LOOK, [PICTURE])
    start = content["bufferViews"][3]["byteOffset"]
    damaged = data[:start] + b"\xff\xff" + data[start + 2 :]
    assert "meshes.0.primitives.0.indices: points past its 4 vertices" in problem(tmp_path, packed(content, damaged))


def test_texture_coordinates_beyond_a_texture_that_does_not_repeat(tmp_path: Path) -> None:
    content, data = document(LOOK, [PICTURE], repeats=3)
    content["samplers"] = [{"wrapS": 33071, "wrapT": 33071}]
    content["textures"][0]["sampler"] = 0
    assert "thing.glb: samplers.0: does not repeat" in problem(tmp_path, packed(content, data))


PICTURES = {
    "no picture": (b"GIF89a", "thing.glb: images.0: is neither PNG, JPEG nor KTX2"),
    "a picture that is cut short": (png(plain((9, 9, 9), 64))[:70], "thing.glb: images.0: is damaged"),
    "another format in KTX2": (
        ktx2(16, (61,) * 5, vk_format=43),
        "thing.glb: images.0: is a KTX2 file with VkFormat 43; only BC7 (145, 146) as it is can be read",
    ),
    "supercompressed KTX2": (
        ktx2(16, (61,) * 5, scheme=2),
        "thing.glb: images.0: is a KTX2 file with supercompression",
    ),
    "an odd size of KTX2": (ktx2(12, (61,)), "thing.glb: images.0: is 12 x 12; a BC7 picture is square"),
    "KTX2 that is cut short": (ktx2(16, (61,) * 5)[:-8], "thing.glb: images.0: is cut short at level 4"),
}


@pytest.mark.parametrize(("picture", "message"), PICTURES.values(), ids=PICTURES.keys())
def test_a_bad_picture_names_model_and_image(tmp_path: Path, picture: bytes, message: str) -> None:
    assert problem(tmp_path, square(LOOK, picture)).startswith(message)


@pytest.mark.parametrize("keep", [0, 3, 11, 40, 200, -1])
def test_a_model_that_is_cut_short_is_refused(tmp_path: Path, keep: int) -> None:
    assert problem(tmp_path, square(LOOK, PICTURE)[:keep]).startswith("thing.glb: ")


@pytest.mark.parametrize("content", [b"\xff\xfe{}", b"{", b"[" * 100_000, b"null"])
def test_what_is_no_gltf_is_refused(tmp_path: Path, content: bytes) -> None:
    assert problem(tmp_path, content, "thing.gltf").startswith("thing.gltf: is not glTF 2.0")


def test_occlusion_of_its_own_beside_bc7(tmp_path: Path) -> None:
    look = {"pbrMetallicRoughness": {"metallicRoughnessTexture": {"index": 0}}, "occlusionTexture": {"index": 1}}
    content = square(look, ktx2(16, (61,) * 5, vk_format=145), PICTURE)
    assert problem(tmp_path, content).startswith("thing.glb: materials.0.occlusionTexture: is a picture of its own")


def test_a_model_in_a_named_material_needs_no_textures(tmp_path: Path) -> None:
    load_scene(with_model(tmp_path, square(LOOK, b"no picture"), material='material = "stone"\n'))


def test_damaged_files_are_refused_or_read_and_nothing_else(tmp_path: Path) -> None:
    """Bytes changed by chance, most of them in the JSON."""
    chance = random.Random(5)
    look = LOOK | {"normalTexture": {"index": 1}}
    good = square(look, PICTURE, png(plain((9, 8, 7)), "JPEG"))
    path = tmp_path / "thing.glb"
    refused = []
    for _ in range(400):
        damaged = bytearray(good)
        for _ in range(chance.choice([1, 2, 5])):
            damaged[chance.randrange(chance.choice([1500, len(good)]))] = chance.choice(b'0123456789-"\0\xff{')
        path.write_bytes(damaged)
        try:
            read_model(path, with_looks=True)
        except (GltfError, ImageError) as error:
            refused.append(str(error))
    assert 100 < len(refused) < 400
    assert all(said.startswith("thing.glb: ") for said in refused)
