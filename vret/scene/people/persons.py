"""What people become before they reach the renderer: bodies, what these can do, and who has which.

A person is drawn in parts, each with a material of its own, at one of a few levels of detail. How someone is at a
moment is a row of PERSON; the graphics card makes a pose of it.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

Part = Literal["skin", "eyes", "hair", "top", "bottom", "shoes", "outfit", "brows_lashes"]
PARTS: tuple[Part, ...] = get_args(Part)
LODS = 3
"""Levels of detail, from near to far."""

JOINTS_MAX = 64
"""The most that a skeleton may have: a work group of the shader that poses a person."""

AIMED = ("neck", "head", "eye_l", "eye_r")
"""The joints by which a person looks at something."""

KEYS_PER_S = 30

SKIN = np.dtype([("joints", "4u1"), ("weights", "4u1")])
"""8 bytes a vertex: the joints that it follows, and how far, in shares of 255."""

JOINT = np.dtype([("rest", "3f4"), ("parent", "i4"), ("offset", "3f4"), ("level", "u2"), ("is_upper", "u2")])
"""32 bytes (std430): metres from the body's origin and from the parent, -1 for none; `level` counts the ancestors.

Gestures are made by the upper body alone, so that who sits goes on sitting."""

CLIP = np.dtype([("first", "u4"), ("last", "u4")])
"""8 bytes (std430): the first and the last of its keys. It goes round, the last being the first again."""

PERSON = np.dtype(
    [
        ("position", "3f4"),
        ("scale", "f4"),
        ("facing", "2f4"),
        ("body", "u4"),
        ("motion", "u4"),
        ("phase", "f4"),
        ("per_s", "f4"),
        ("breath", "f4"),
        ("aim_weight", "f4"),
        ("gesture", "u4"),
        ("gesture_at_s", "f4"),
        ("gesture_s", "f4"),
        ("turns_at_s", "f4"),
        ("aim", "3f4"),
        ("client_weight", "f4"),
        ("next_aim", "3f4"),
        ("next_client_weight", "f4"),
    ]
)
"""96 bytes (std430): how someone is for a slot of time; seconds are counted from its start.

`facing` are sine and cosine of the yaw from +Z towards +X. Motions and breath begin at `phase` and `breath`, in turns.
Who looks at something looks from the motion's own direction towards `aim`, a point in the resting body's space, by
`aim_weight`, and from there towards the client's head by `client_weight`; from `turns_at_s` on to the next ones."""

FADE_S, TURN_S, BREATHS_PER_S = 0.5, 0.45, 0.24
"""How long a gesture takes to come and to go, and a head to turn."""


@dataclass(frozen=True)
class People:
    """The people of a scene.

    Their vertices are the last of `Meshes.vertices`, as many as there are `skins`. `joints` is (bodies, joints) of
    JOINT, `aimed` the numbers of AIMED. `ranges` is (bodies, LODS, PARTS, 3) as in `Meshes`, without indices for a part
    that a body lacks; `heights_m` (bodies,) is how tall these are, `sizes_m` (people,) how tall those who have them.
    `keys` is (keys, joints + 1, 4): quaternions xyzw, zeros for a joint that a motion leaves alone, and last the
    pelvis' place in heights of the resting pelvis. `body_of` has an entry for each person, `material_of` is
    (people, PARTS).
    """

    skins: npt.NDArray[np.void]
    joints: npt.NDArray[np.void]
    aimed: npt.NDArray[np.int32]
    ranges: npt.NDArray[np.int32]
    heights_m: npt.NDArray[np.float32]
    sizes_m: npt.NDArray[np.float32]
    clips: npt.NDArray[np.void]
    keys: npt.NDArray[np.float32]
    body_of: npt.NDArray[np.int32]
    material_of: npt.NDArray[np.int32]


NOBODY = People(
    skins=np.zeros(0, SKIN),
    joints=np.zeros((0, 0), JOINT),
    aimed=np.zeros(0, np.int32),
    ranges=np.zeros((0, LODS, len(PARTS), 3), np.int32),
    heights_m=np.zeros(0, np.float32),
    sizes_m=np.zeros(0, np.float32),
    clips=np.zeros(0, CLIP),
    keys=np.zeros((0, 1, 4), np.float32),
    body_of=np.zeros(0, np.int32),
    material_of=np.zeros((0, len(PARTS)), np.int32),
)
