"""The people's files obey their contract (docs/assets.md), load in the program, and the check sees what breaks it."""

import copy
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.project.sources import ROOT
from tools.assets import check
from tools.assets.reading import File, joints_of, read, rotation
from tools.assets.rig import JOINTS, NUMBER, PARENTS
from vret.scene.looks.models import read_model

PEOPLE = ROOT / "assets/people"
BODIES = sorted((PEOPLE / "bodies").glob("*.glb"))
Floats = npt.NDArray[np.float64]


@pytest.fixture
def body() -> File:
    return copy.deepcopy(read(BODIES[0]))


@pytest.fixture(scope="module")
def motions() -> File:
    return read(PEOPLE / "motions.glb")


def test_all_files_are_as_the_manifest_and_the_contract_say() -> None:
    assert check.problems() == []


def test_there_are_women_and_men_enough() -> None:
    assert len(BODIES) >= 8


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_the_program_loads_a_body_with_its_looks(path: Path) -> None:
    model = read_model(path, with_looks=True)
    assert len(model.shapes) == len(read(path).content["materials"])


def test_a_turned_joint_is_seen(body: File) -> None:
    body.content["nodes"][NUMBER["head"]]["rotation"] = [0, 0, 0, 1]
    assert "joint head is turned or scaled at rest" in check.of_body(body)


def test_joints_in_another_order_are_seen(body: File) -> None:
    joints = body.content["skins"][0]["joints"]
    joints[-1], joints[-2] = joints[-2], joints[-1]
    assert check.of_body(body) == ["the joints are not those of rig.py in their order"]


def test_weights_that_do_not_add_up_are_seen(body: File) -> None:
    primitive = body.content["meshes"][0]["primitives"][0]
    view = body.content["bufferViews"][body.content["accessors"][primitive["attributes"]["WEIGHTS_0"]]["bufferView"]]
    changed = bytearray(body.data)
    changed[view["byteOffset"]] ^= 64
    found = check.of_body(File(body.content, bytes(changed)))
    assert any("weights that do not add up" in problem for problem in found)


def test_too_many_triangles_are_seen(body: File) -> None:
    meshes = body.content["meshes"]
    meshes[2]["primitives"] = meshes[0]["primitives"]
    found = check.of_body(body)
    assert any(problem.startswith("lod2 has") for problem in found)
    assert "lod2.brows_lashes is no part of this level" in found


def test_a_part_that_the_engine_does_not_know_is_seen(body: File) -> None:
    body.content["materials"][0]["name"] = "cloak"
    assert "lod0.cloak is no part of this level" in check.of_body(body)


def test_a_loop_that_does_not_close_is_seen(motions: File) -> None:
    broken = copy.deepcopy(motions)
    rising = next(one for one in broken.content["animations"] if one["name"] == "stand_up")
    rising["extras"]["loop"] = True
    assert any("does not end where the loop starts" in problem for problem in check.of_motions(broken))


def test_a_file_without_a_line_is_seen(tmp_path: Path) -> None:
    (tmp_path / "people/bodies").mkdir(parents=True)
    (tmp_path / "people/motions.glb").write_bytes((PEOPLE / "motions.glb").read_bytes())
    (tmp_path / "people/found.glb").write_bytes(b"")
    (tmp_path / "CREDITS.md").write_text("by nobody")
    found = check.problems(tmp_path)
    assert any(problem.startswith("assets/people/found.glb has no line in sources.toml") for problem in found)
    assert any(problem.startswith("assets/CREDITS.md is not what") for problem in found)


def _posed(motions: File, name: str, at: int | None = None) -> Floats:
    """(keys, joints, 3): where the joints are in a motion, in metres of the file's own person."""
    nodes = motions.content["nodes"]
    root = next(index for index, node in enumerate(nodes) if node["name"] == JOINTS[0])
    _, _, offsets = joints_of(motions, list(range(root, root + len(JOINTS))))
    animation = next(one for one in motions.content["animations"] if one["name"] == name)
    count = motions.content["accessors"][animation["samplers"][0]["input"]]["count"]
    turns = np.tile([0.0, 0, 0, 1], (count, len(JOINTS), 1))
    places = np.empty((count, 3))
    for channel in animation["channels"]:
        values = motions.numbers(animation["samplers"][channel["sampler"]]["output"])
        if channel["target"]["path"] == "rotation":
            turns[:, NUMBER[nodes[channel["target"]["node"]]["name"]]] = values
        else:
            places = values * offsets[0, 1]
    local, world, found = rotation(turns), np.empty((count, len(JOINTS), 3, 3)), np.empty((count, len(JOINTS), 3))
    for number, parent in enumerate(PARENTS):
        world[:, number] = world[:, parent] @ local[:, number] if parent >= 0 else local[:, number]
        found[:, number] = found[:, parent] + world[:, parent] @ offsets[number] if parent >= 0 else places
    return found


@pytest.mark.parametrize("name", ["idle", "walk", "sit", "sit_listen", "talk", "use_phone", "clap", "stand_up"])
def test_feet_stand_on_the_floor(motions: File, name: str) -> None:
    places = _posed(motions, name)
    balls = places[:, [NUMBER["ball_l"], NUMBER["ball_r"]], 1]
    rest = _rest(motions)[NUMBER["ball_l"], 1]
    lower = balls.min(axis=1) - rest
    assert lower.min() > -0.012
    assert lower.max() < (0.06 if name == "walk" else 0.012)


def _rest(motions: File) -> Floats:
    nodes = motions.content["nodes"]
    root = next(index for index, node in enumerate(nodes) if node["name"] == JOINTS[0])
    _, _, offsets = joints_of(motions, list(range(root, root + len(JOINTS))))
    found = offsets.copy()
    for number, parent in enumerate(PARENTS):
        found[number] += found[parent] if parent >= 0 else 0
    return found


@pytest.mark.parametrize("name", ["sit", "sit_listen"])
def test_who_sits_sits_on_the_seat(motions: File, name: str) -> None:
    extras = next(one for one in motions.content["animations"] if one["name"] == name)["extras"]
    pelvis = _posed(motions, name)[:, 0, 1]
    above = pelvis - extras["seat_height_m"]
    assert np.all((above > 0.08) & (above < 0.16))


def test_hands_meet_and_part_when_clapping(motions: File) -> None:
    places = _posed(motions, "clap")
    apart = np.linalg.norm(places[:, NUMBER["middle_01_l"]] - places[:, NUMBER["middle_01_r"]], axis=1)
    assert 0.02 < apart.min() < 0.09
    assert apart.max() > apart.min() + 0.06


@pytest.mark.parametrize("name", sorted(check.MOTIONS))
def test_wrists_stay_out_of_the_trunk(motions: File, name: str) -> None:
    places = _posed(motions, name)
    for side in "lr":
        wrist = places[:, NUMBER[f"hand_{side}"]]
        spine = places[:, [NUMBER[joint] for joint in ("pelvis", "spine_02", "spine_03", "neck")]]
        assert np.linalg.norm(wrist[:, None] - spine, axis=2).min() > 0.17


def test_nobody_is_ever_frozen(motions: File) -> None:
    for animation in motions.content["animations"]:
        places = _posed(motions, animation["name"])
        moved = np.abs(places[:, NUMBER["head"]] - places[0, NUMBER["head"]]).max()
        turned = any(channel["target"]["path"] == "rotation" for channel in animation["channels"])
        assert turned
        assert moved > 1e-4 or animation["name"] in ("nod", "shake_head", "look_away")


def test_motions_are_made_from_the_manifest_alike(tmp_path: Path) -> None:
    """Anew from the pinned packages, in an environment that has what the tools need."""
    python = os.environ.get("VRET_ASSETS_PYTHON", "")
    if not python:
        pytest.skip("VRET_ASSETS_PYTHON names no Python with tools/assets/requirements.txt")
    script = "import sys, pathlib; from tools.assets.motions import main; main(pathlib.Path(sys.argv[1]))"
    made = tmp_path / "motions.glb"
    subprocess.run([python, "-c", script, made], cwd=ROOT, check=True, capture_output=True, timeout=200)
    again, before = read(made), read(PEOPLE / "motions.glb")
    assert again.content["animations"] == before.content["animations"]
    assert np.allclose(np.frombuffer(again.data, "<f4"), np.frombuffer(before.data, "<f4"), atol=1e-4)


def test_the_check_needs_nothing_that_vret_does_not_bring() -> None:
    code = "import sys, tools.assets.check; print({'scipy', 'trimesh', 'moderngl'} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "set()"
