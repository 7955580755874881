"""Figures and motions from their files, and what is said of those that cannot be used."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.scene.people import HEIGHT_M, JOINTS, NAMES, REST_M, Glb, figure, motions
from vret.scene.looks.gltf import GltfError
from vret.scene.people.figures import read_figure
from vret.scene.people.motions import read_motions
from vret.scene.people.persons import LODS

Spoil = Callable[[dict[str, Any]], object]


def written(path: Path, glb: Glb, spoil: Spoil = id) -> Path:
    spoil(glb.content)
    path.write_bytes(glb.packed())
    return path


def test_a_figure_is_read_with_its_joints_parts_and_details(tmp_path: Path) -> None:
    read = read_figure(written(tmp_path / "ann.glb", figure(0.9)))
    assert read.joints == NAMES
    np.testing.assert_allclose(read.rest_m, REST_M * 0.9, atol=1e-6)
    assert [read.joints[parent] if parent >= 0 else "" for parent in read.parents] == [of for of, _ in JOINTS.values()]
    assert read.pelvis == "pelvis"
    assert read.height_m == pytest.approx(HEIGHT_M * 0.9, abs=0.1)
    assert set(read.materials) == {"skin", "eyes", "hair", "top", "bottom", "shoes"}
    sizes = [
        sum(len(found.shape.triangles) for (of, _), found in read.flesh.items() if of == lod) for lod in range(LODS)
    ]
    assert sizes[0] > sizes[1] > sizes[2] > 0
    assert read.model.looks[read.materials["top"]].base_picture == 0
    assert read.model.looks[read.materials["hair"]].is_two_sided


def test_weights_make_up_255(tmp_path: Path) -> None:
    glb = figure()
    skinned = first_primitive(glb.content)["attributes"]
    count = glb.content["accessors"][skinned["WEIGHTS_0"]]["count"]
    skinned["WEIGHTS_0"] = glb.accessor(np.full((count, 4), 0.25, np.float32), "VEC4")
    read = read_figure(written(tmp_path / "ann.glb", glb))
    for flesh in read.flesh.values():
        assert (flesh.skin["weights"].sum(axis=1, dtype=int) == 255).all()
        assert len(flesh.skin) == len(flesh.shape.vertices)


def named(content: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(node for node in content["nodes"] if node.get("name") == name)
    return found


def first_primitive(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["meshes"][0]["primitives"][0]
    return found


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda c: c["skins"].clear(), r"ann\.glb: skins: has 0.*one skin"),
        (lambda c: named(c, "eye_l").update(name="eye"), r"skins\.0\.joints: lacks eye_l"),
        (lambda c: named(c, "eye_r").update(name="head"), r"skins\.0\.joints: .*a name of its own"),
        (lambda c: named(c, "lod1").pop("skin"), r"nodes \(lod1\): is missing or wears no skin"),
        (lambda c: named(c, "lod2").update(name="far"), r"nodes \(lod2\): is missing"),
        (lambda c: named(c, "spine").update(rotation=[0, 0.7, 0, 0.7]), r"nodes \(spine\): is turned.*apply rotation"),
        (lambda c: named(c, "head").update(translation=[0, 0.3, 0]), r"inverseBindMatrices: do not undo"),
        (lambda c: named(c, "pelvis")["children"].remove(NAMES.index("leg_l")), r"hang on pelvis, leg_l"),
        (lambda c: c["materials"][0].update(name="cloak"), r"material: is cloak; the parts of a figure are skin, eyes"),
        (lambda c: first_primitive(c)["attributes"].pop("WEIGHTS_0"), r"meshes\.0\.primitives\.0.*no WEIGHTS_0"),
        (lambda c: first_primitive(c)["attributes"].pop("NORMAL"), "no NORMAL"),
        (lambda c: first_primitive(c)["attributes"].update(JOINTS_1=0), "JOINTS_1; limit a vertex to four"),
        (lambda c: first_primitive(c)["attributes"].update(JOINTS_0=0), "JOINTS_0"),
    ],
)
def test_a_figure_that_cannot_be_used_is_refused_by_name(tmp_path: Path, spoil: Spoil, said: str) -> None:
    with pytest.raises(GltfError, match=said):
        read_figure(written(tmp_path / "ann.glb", figure(), spoil))


def test_a_figure_in_centimetres_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GltfError, match=r"is 17\d\.\d\d m high; export people in metres"):
        read_figure(written(tmp_path / "ann.glb", figure(100.0)))


def test_motions_are_read_at_their_pace(tmp_path: Path) -> None:
    read = read_motions(written(tmp_path / "motions.glb", motions()), NAMES, "pelvis").named
    assert set(read) == {"idle", "sit", "walk", "raise_hand", "nod"}
    assert (read["walk"].speed_mps, read["walk"].is_loop, read["nod"].is_loop) == (1.2, True, False)
    keys = read["nod"].keys(NAMES)
    assert keys.shape == (46, len(NAMES) + 1, 4)
    np.testing.assert_allclose(np.linalg.norm(keys[:, NAMES.index("head")], axis=1), 1, atol=1e-6)
    assert not keys[:, NAMES.index("arm_l")].any(), "a nod leaves the arms alone"
    np.testing.assert_allclose(keys[:, -1, :3], [[0, 1, 0]] * 46)


def test_a_loop_ends_as_it_begins(tmp_path: Path) -> None:
    read = read_motions(written(tmp_path / "motions.glb", motions()), NAMES, "pelvis").named
    for motion in read.values():
        if motion.is_loop:
            np.testing.assert_allclose(motion.keys(NAMES)[0], motion.keys(NAMES)[-1], atol=1e-5)


def test_other_times_are_brought_to_thirty_a_second(tmp_path: Path) -> None:
    """The nod's 46 keys, a second apart from now on."""
    glb = motions()
    nod = next(one for one in glb.content["animations"] if one["name"] == "nod")
    times = np.arange(46, dtype=np.float32)[:, None] / 5
    accessor = glb.accessor(times, "SCALAR")
    for sampler in nod["samplers"]:
        sampler["input"] = accessor
    read = read_motions(written(tmp_path / "motions.glb", glb), NAMES, "pelvis").named["nod"]
    assert read.count == 9 * 30 + 1


def animation(content: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = content["animations"][0]
    return found


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda c: c.pop("animations"), r"motions\.glb: has no animations"),
        (lambda c: animation(c).update(name="nod"), r"animations\.4\.name: is missing or there twice"),
        (lambda c: animation(c)["samplers"][0].update(interpolation="CUBICSPLINE"), r"\(idle\).*CUBICSPLINE.*LINEAR"),
        (
            lambda c: animation(c)["channels"][0]["target"].update(path="translation"),
            "translation of spine; joints turn",
        ),
        (lambda c: animation(c)["channels"][0]["target"].update(path="scale"), "is scale of spine"),
        (lambda c: named(c, "spine").update(name="tail"), r"is tail, which is no joint"),
        (lambda c: animation(c)["channels"][0]["target"].pop("node"), "names no node"),
        (lambda c: animation(c).update(extras={"loop": "yes"}), r"extras: Expected `bool`"),
        (lambda c: animation(c).update(extras={"speed_mps": -1}), r"extras: .*>= 0"),
    ],
)
def test_motions_that_cannot_be_used_are_refused_by_name(tmp_path: Path, spoil: Spoil, said: str) -> None:
    with pytest.raises(GltfError, match=said):
        read_motions(written(tmp_path / "motions.glb", motions(), spoil), NAMES, "pelvis")
