"""Motions: what all people of a scene can do, from the animations of one glTF file.

A motion turns joints, by their nodes' names, and moves the pelvis; its translation is in heights of the resting pelvis,
so that one file fits people of every size. `extras.loop` says that it goes on for ever, its last key being its first;
`extras.speed_mps` how fast the ground goes by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Meta, Struct

from vret.scene.looks.gltf import LINEAR, Animation, Gltf
from vret.scene.people.persons import KEYS_PER_S

Floats = npt.NDArray[np.float32]
_LONGEST_S = 60.0


class _Extras(Struct, frozen=True):
    loop: bool = False
    speed_mps: Annotated[float, Meta(ge=0)] = 0.0


@dataclass(frozen=True)
class Motion:
    """Turns (n, 4) xyzw by joint and places (n, 3) of the pelvis, KEYS_PER_S of them."""

    name: str
    is_loop: bool
    speed_mps: float
    turns: Mapping[str, Floats]
    places: Floats

    @property
    def count(self) -> int:
        return len(self.places)

    def keys(self, joints: Sequence[str]) -> Floats:
        """(n, joints + 1, 4): a turn for each joint, zeros for one that it leaves alone, and the pelvis' place last."""
        found = np.zeros((self.count, len(joints) + 1, 4), np.float32)
        for index, joint in enumerate(joints):
            if joint in self.turns:
                found[:, index] = _without_flips(self.turns[joint])
        found[:, -1, :3] = self.places
        return found


@dataclass(frozen=True)
class Motions:
    """By name. `files` are all that were read."""

    named: Mapping[str, Motion]
    files: tuple[Path, ...]


def read_motions(path: Path, joints: Sequence[str], pelvis: str) -> Motions:
    """All animations of a file, which turn some of `joints` and may move the `pelvis`. Raises GltfError."""
    gltf = Gltf(path)
    found: dict[str, Motion] = {}
    for number, animation in enumerate(gltf.document.animations):
        reading = _Reading(gltf, number, animation, set(joints), pelvis)
        if animation.name in found or not animation.name:
            raise gltf.error(f"animations.{number}.name", "is missing or there twice; give every motion its own")
        found[animation.name] = reading.motion()
    if not found:
        raise gltf.error("", "has no animations; export it again with its motions")
    return Motions(found, tuple(gltf.files))


class _Reading:
    """One animation of a file."""

    def __init__(self, gltf: Gltf, number: int, animation: Animation, joints: set[str], pelvis: str) -> None:
        self._gltf, self._animation, self._key = gltf, animation, f"animations.{number} ({animation.name})"
        self._joints, self._pelvis = joints, pelvis

    def motion(self) -> Motion:
        tracks = [self._track(index) for index in range(len(self._animation.channels))]
        length_s = max((float(times[-1]) for _, _, times, _ in tracks), default=0.0)
        if not 0 < length_s <= _LONGEST_S:
            raise self._gltf.error(self._key, f"lasts {length_s:.1f} s; a motion lasts up to {_LONGEST_S:.0f} s")
        at = np.arange(round(length_s * KEYS_PER_S) + 1) / KEYS_PER_S
        turns: dict[str, Floats] = {}
        places = np.tile(np.array([0, 1, 0], np.float32), (len(at), 1))
        for path, joint, times, values in tracks:
            if path == "rotation":
                turns[joint] = _unit(_sampled(_without_flips(_unit(values)), times, at))
            else:
                places = _sampled(values, times, at)
        try:
            extras = msgspec.convert(self._animation.extras or {}, _Extras)
        except msgspec.ValidationError as error:
            raise self._gltf.error(f"{self._key}.extras", f"{error}; say loop and speed_mps") from error
        return Motion(self._animation.name, extras.loop, extras.speed_mps, turns, places)

    def _track(self, index: int) -> tuple[str, str, npt.NDArray[np.float64], Floats]:
        """What a channel changes of which joint, its times and its values."""
        gltf, key = self._gltf, f"{self._key}.channels.{index}"
        channel = self._animation.channels[index]
        if channel.target.node is None:
            raise gltf.error(f"{key}.target", "names no node; export it again")
        joint = gltf.item(gltf.document.nodes, channel.target.node, f"{key}.target.node").name
        path = channel.target.path
        if joint not in self._joints:
            raise gltf.error(f"{key}.target.node", f"is {joint}, which is no joint of the figures")
        if path != "rotation" and (path, joint) != ("translation", self._pelvis):
            raise gltf.error(
                f"{key}.target.path", f"is {path} of {joint}; joints turn, and only {self._pelvis} moves: bake the rest"
            )
        sampler = gltf.item(self._animation.samplers, channel.sampler, f"{key}.sampler")
        if sampler.interpolation != LINEAR:
            raise gltf.error(f"{key}.sampler", f"is {sampler.interpolation}; export it again as LINEAR")
        times = gltf.numbers(sampler.input, (1,), f"{key}.input").ravel().astype(np.float64)
        values = gltf.numbers(sampler.output, (4 if path == "rotation" else 3,), f"{key}.output").astype(np.float32)
        if len(times) != len(values) or not (np.diff(times) > 0).all() or not np.isfinite(values).all():
            raise gltf.error(f"{key}.sampler", "has keys that do not fit its times; export it again")
        return path, joint, times, values


def _sampled(values: Floats, times: npt.NDArray[np.float64], at: npt.NDArray[np.float64]) -> Floats:
    """Linear between the keys, level before the first and after the last."""
    return np.stack([np.interp(at, times, column) for column in values.T], axis=1).astype(np.float32)


def _without_flips(turns: Floats) -> Floats:
    """The same rotations, each with the sign that is nearer to the one before it."""
    across = (turns[1:] * turns[:-1]).sum(axis=1) < 0
    signs = np.concatenate([[1.0], np.where(np.cumsum(across) % 2, -1.0, 1.0)]).astype(np.float32)
    return turns * signs[:, None]


def _unit(turns: Floats) -> Floats:
    found: Floats = turns / np.maximum(np.linalg.norm(turns, axis=1, keepdims=True), np.float32(1e-9))
    return found
