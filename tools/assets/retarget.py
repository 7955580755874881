"""Quaternius' clips on our skeleton: their turns in the scene, carried over from their resting pose to ours."""

import base64
import re
from typing import Final

import numpy as np
import numpy.typing as npt

from tools.assets.fetch import folder_of, read_packages
from tools.assets.glb import KEYS_PER_S
from tools.assets.posing import Pose, rest
from tools.assets.reading import File, joints_of, parsed, rotation
from tools.assets.rig import JOINTS, NUMBER, PARENTS
from tools.assets.skeleton import turn_between

Floats = npt.NDArray[np.float64]

_SIDES: Final = {"l": "left", "r": "right"}
_THEIRS: Final = {
    "pelvis": "hips", "spine_01": "spine", "spine_02": "chest", "spine_03": "upperChest",
    "neck": "neck", "head": "head",
    **{f"{ours}_{s}": side + theirs for s, side in _SIDES.items() for ours, theirs in (
        ("clavicle", "Shoulder"), ("upperarm", "UpperArm"), ("lowerarm", "LowerArm"), ("hand", "Hand"),
        ("thigh", "UpperLeg"), ("calf", "LowerLeg"), ("foot", "Foot"), ("ball", "Toes"),
    )},
    **{f"{ours}_0{link}_{s}": f"{side}{theirs}{name}" for s, side in _SIDES.items() for ours, theirs in (
        ("index", "Index"), ("middle", "Middle"), ("ring", "Ring"), ("pinky", "Little"),
    ) for link, name in ((1, "Proximal"), (2, "Intermediate"), (3, "Distal"))},
}  # fmt: skip

_CHILD: Final = {"upperarm": "lowerarm", "lowerarm": "hand", "thigh": "calf", "calf": "foot"}
_AS: Final = {"hand": "lowerarm", "foot": "calf", "ball": "calf"}
"""Joints that rest otherwise than theirs by as much as another one does."""


def clip(name: str) -> list[Pose]:
    """A clip of theirs, one pose a key, its last as its first."""
    script = (folder_of(read_packages()["@pmndrs/viverse"]) / f"package/dist/assets/{name}.js").read_text()
    found = re.search(r"base64,([A-Za-z0-9+/=]+)", script)
    assert found is not None, f"{name}.js of the pinned package holds a GLB in base64"
    return _Source(parsed(base64.b64decode(found[1]))).poses()


class _Source:
    def __init__(self, file: File) -> None:
        self._file = file
        skin = file.content["skins"][0]
        self._numbers = skin["joints"]
        self._names, self._parents, self._offsets = joints_of(file, self._numbers)
        inverse = file.numbers(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1)
        bind = np.linalg.inv(inverse)
        self._rest_turns, self._rest = bind[:, :3, :3], bind[:, :3, 3]
        self._order = self._by_depth()

    def _by_depth(self) -> list[int]:
        depth = []
        for number in range(len(self._names)):
            count, parent = 0, self._parents[number]
            while parent >= 0:
                count, parent = count + 1, self._parents[parent]
            depth.append(count)
        return [int(number) for number in np.argsort(depth, kind="stable")]

    def poses(self) -> list[Pose]:
        turns, moves = self._samples()
        found = [self._pose(turns[key], moves[key]) for key in range(len(turns))]
        found[-1] = found[0].copy()
        return found

    def _samples(self) -> tuple[Floats, Floats]:
        """Local turns (keys, joints, 4) and translations (keys, joints, 3)."""
        animation = self._file.content["animations"][0]
        length_s = max(float(self._file.numbers(one["input"])[-1, 0]) for one in animation["samplers"])
        at = np.arange(round(length_s * KEYS_PER_S) + 1) / KEYS_PER_S
        nodes = self._file.content["nodes"]
        unturned = np.array([nodes[n].get("rotation", [0, 0, 0, 1]) for n in self._numbers], float)
        turns, moves = np.tile(unturned, (len(at), 1, 1)), np.tile(self._offsets, (len(at), 1, 1))
        for channel in animation["channels"]:
            sampler, target = animation["samplers"][channel["sampler"]], channel["target"]
            if target["node"] not in self._numbers or target["path"] == "scale":
                continue
            times = self._file.numbers(sampler["input"])[:, 0]
            values = self._file.numbers(sampler["output"]).astype(float)
            if target["path"] == "rotation":
                for key in range(1, len(values)):
                    values[key] *= 1 if values[key] @ values[key - 1] >= 0 else -1
            out = turns if target["path"] == "rotation" else moves
            number = self._numbers.index(target["node"])
            out[:, number] = np.stack([np.interp(at, times, column) for column in values.T], axis=1)
        return turns, moves

    def _pose(self, turns: Floats, moves: Floats) -> Pose:
        local, world, at = rotation(turns), np.empty((len(turns), 3, 3)), np.empty((len(turns), 3))
        for number in self._order:
            parent = self._parents[number]
            world[number] = world[parent] @ local[number] if parent >= 0 else local[number]
            at[number] = at[parent] + world[parent] @ moves[number] if parent >= 0 else moves[number]
        pose, ours = Pose.at_rest(), np.tile(np.eye(3), (len(JOINTS), 1, 1))
        for number, joint in enumerate(JOINTS):
            parent = PARENTS[number]
            if joint not in _THEIRS:
                ours[number] = ours[parent]
                continue
            theirs = self._names.index(_THEIRS[joint])
            turned = world[theirs] @ self._rest_turns[theirs].T
            ours[number] = turned @ self._between(joint)
            pose.local[number] = ours[parent].T @ ours[number] if parent >= 0 else ours[number]
        hips = self._names.index("hips")
        pose.place = np.array([0, 1.0, 0]) + (at[hips] - self._rest[hips]) / self._rest[hips, 1]
        return pose

    def _between(self, joint: str) -> Floats:
        """From our resting direction of a joint to theirs."""
        base, side = joint[:-2], joint[-1]
        if joint[-2:] not in ("_l", "_r") or base == "clavicle":
            return np.eye(3)
        base = _AS.get(base, base)
        if base[-3:-1] == "_0":
            link = min(int(base[-1]), 2)
            start, end = f"{base[:-1]}{link}_{side}", f"{base[:-1]}{link + 1}_{side}"
        else:
            start, end = f"{base}_{side}", f"{_CHILD[base]}_{side}"
        own = rest()[NUMBER[end]] - rest()[NUMBER[start]]
        other = self._rest[self._names.index(_THEIRS[end])] - self._rest[self._names.index(_THEIRS[start])]
        return turn_between(own / np.linalg.norm(own), other / np.linalg.norm(other))
