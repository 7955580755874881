import json
from pathlib import Path

import numpy as np
import pytest
import trimesh

from tests.scene.glb import document, packed, plain, png, square
from tests.scene.test_gltf import LOOK, PICTURE, with_model
from vret.scene.compile import compile_scene
from vret.scene.compiled import BLENDED, OWN, TWO_SIDED
from vret.scene.looks.models import DEFAULT, read_model, read_shape
from vret.scene.scene import load_scene


def test_another_programs_file_is_read_with_its_nodes(tmp_path: Path) -> None:
    """trimesh writes it: two bodies, one of them turned and moved."""
    turned = np.array([[0.6, 0, 0.8, 1], [0, 1, 0, 2], [-0.8, 0, 0.6, 3], [0, 0, 0, 1]])
    bodies = trimesh.Scene()
    bodies.add_geometry(trimesh.creation.box((1, 2, 3)))
    bodies.add_geometry(trimesh.creation.icosphere(subdivisions=2), transform=turned)
    path = tmp_path / "two.glb"
    bodies.export(path)  # type: ignore[no-untyped-call]
    shape, expected = read_shape(path), bodies.to_mesh()
    corners = shape.vertices["position"][shape.triangles]
    assert corners.shape == expected.triangles.shape
    found = trimesh.Trimesh(shape.vertices["position"], shape.triangles)
    assert found.volume == pytest.approx(expected.volume, rel=1e-5)
    np.testing.assert_allclose(found.bounds, expected.bounds, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(shape.vertices["normal"], axis=1), 1, atol=1e-5)


def test_a_mirrored_node_still_faces_outwards(tmp_path: Path) -> None:
    content, data = document(None, [])
    content["nodes"] = [{"children": [1], "translation": [0, 1, 0]}, {"mesh": 0, "scale": [-2, 1, 1]}]
    (tmp_path / "m.glb").write_bytes(packed(content, data))
    shape = read_shape(tmp_path / "m.glb")
    a, b, c = shape.vertices["position"][shape.triangles[0]]
    assert np.cross(b - a, c - a)[2] > 0
    np.testing.assert_allclose(shape.vertices["normal"], [[0, 0, 1]] * 4, atol=1e-6)
    np.testing.assert_allclose(shape.vertices["position"].max(axis=0), [2, 2, 0])


def test_flat_normals_where_there_are_none(tmp_path: Path) -> None:
    content, data = document(None, [])
    del content["meshes"][0]["primitives"][0]["attributes"]["NORMAL"]
    (tmp_path / "m.glb").write_bytes(packed(content, data))
    np.testing.assert_allclose(read_shape(tmp_path / "m.glb").vertices["normal"], [[0, 0, 1]] * 6)


def test_what_names_no_material_has_the_specifications(tmp_path: Path) -> None:
    (tmp_path / "m.glb").write_bytes(square(None))
    model = read_model(tmp_path / "m.glb", with_looks=True)
    assert (model.looks[DEFAULT].metallic, model.looks[DEFAULT].roughness) == (1, 1)


def test_materials_of_the_file_come_after_those_of_the_scene(tmp_path: Path) -> None:
    factors = {"roughnessFactor": 0.25, "baseColorFactor": [0.5, 1, 1, 0.75]}
    look = {"alphaMode": "BLEND", "doubleSided": True, "emissiveFactor": [0, 0.5, 0]}
    look["pbrMetallicRoughness"] = LOOK["pbrMetallicRoughness"] | factors
    scene = load_scene(with_model(tmp_path, square(look, PICTURE)))
    compiled = compile_scene(scene).compiled
    named = len(scene.file.materials)
    assert len(compiled.materials) == named + 1
    own = compiled.materials[named]
    assert own["traits"] == OWN | BLENDED | TWO_SIDED
    assert (own["roughness"], own["opacity"]) == (0.25, 0.75)
    assert own["base_colour"].tolist() == [0.5, 1, 1]
    assert own["emission"].tolist() == [0, 0.5, 0]
    assert own["base_texture"] != 0
    assert own["normal_texture"] == own["surface_texture"] == own["emission_texture"] == 0
    assert (compiled.material_of == named).sum() == 1
    assert not compiled.materials["traits"][:named].any()


def test_a_named_material_is_put_over_the_files_own(tmp_path: Path) -> None:
    scene = load_scene(with_model(tmp_path, square(LOOK, PICTURE), material='material = "stone"\n'))
    compiled = compile_scene(scene).compiled
    assert len(compiled.materials) == len(scene.file.materials)
    assert len(compiled.textures.data) == 0


def test_a_gltf_with_files_beside_it(tmp_path: Path) -> None:
    content, data = document(LOOK, [])
    content["buffers"][0]["uri"] = "thing%20data.bin"
    content["images"], content["textures"] = [{"uri": "wood.png"}], [{"source": 0}]
    scene = with_model(tmp_path, json.dumps(content).encode(), "thing.gltf")
    (scene / "thing data.bin").write_bytes(data)
    hashes = []
    for grey in (90, 91):
        (scene / "wood.png").write_bytes(png(plain((grey, grey, grey))))
        loaded = load_scene(scene)
        assert len(loaded.models["thing.gltf"].files) == 3
        hashes.append(loaded.content_hash)
    assert hashes[0] != hashes[1], "the texture is part of the scene's content"


def test_an_embedded_texture_is_part_of_the_content(tmp_path: Path) -> None:
    hashes = set()
    for grey in (90, 91, 90):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        hashes.add(load_scene(with_model(folder, square(LOOK, png(plain((grey, grey, grey)))))).content_hash)
    assert len(hashes) == 2
