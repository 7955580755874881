"""A hand finger by finger: a round bar for every bone between two joints that the cameras see.

Joints are numbered as in XrHandJointEXT: palm, wrist, four of the thumb, and five of each finger, from the metacarpal
to the tip. Bars are as long as a middle-sized hand's bones and are drawn larger or smaller, so that they meet in any
hand.
"""

from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from vret.scene.meshes.shapes import Shape, ball, bar, join

Floats = npt.NDArray[np.float32]

_WRIST, _MIDDLE_KNUCKLE = 1, 12
_THUMB = (1, 2, 3, 4, 5)
_FINGERS = tuple((_WRIST, *range(first, first + 5)) for first in (6, 11, 16, 21))
_THUMB_M = ((0.035, 0.0140), (0.046, 0.0125), (0.032, 0.0112), (0.025, 0.0102))
_FINGER_M = ((0.035, 0.0142), (0.065, 0.0138), (0.042, 0.0098), (0.025, 0.0089), (0.021, 0.0081))
"""Length and radius of each bar, from the wrist to the tip."""
_CUFF_M = (0.045, 0.0245)
_SMALLEST, _LARGEST = 0.4, 1.6
_SIDES, _RINGS = 12, 6

_PAIRS = np.array([*pairwise(_THUMB), *(pair for finger in _FINGERS for pair in pairwise(finger))], np.intp)
_LENGTHS_M = np.array([length for length, _ in _THUMB_M + _FINGER_M * 4], np.float32)

BONES: Final = len(_PAIRS) + 1
"""The last one is the cuff, which leaves the wrist away from the fingers."""


def bone_shapes() -> list[Shape]:
    """(BONES,) bars from the origin along -Z, each with a ball where it begins, the last of a finger at its end too."""
    sizes, tips = _THUMB_M + _FINGER_M * 4, {_THUMB[-1], *(finger[-1] for finger in _FINGERS)}
    shapes = [_bar(*size, is_tip=int(end) in tips) for size, (_, end) in zip(sizes, _PAIRS, strict=True)]
    return [*shapes, _bar(*_CUFF_M, is_tip=True)]


def lie(joints: Floats, positions: Floats, rotations: Floats, scales: Floats) -> None:
    """Where the bones of both hands lie: from `joints` (2, 26, 3) fill (BONES, 2, 3), (BONES, 2, 4) and (BONES, 2)."""
    starts, along = joints[:, _PAIRS[:, 0]], joints[:, _PAIRS[:, 1]] - joints[:, _PAIRS[:, 0]]
    lengths = np.sqrt(np.einsum("hbi,hbi->hb", along, along))
    positions[:-1] = starts.transpose(1, 0, 2)
    _turn(along / np.maximum(lengths, 1e-6)[..., None], rotations[:-1].transpose(1, 0, 2))
    scales[:-1] = np.clip(lengths / _LENGTHS_M, _SMALLEST, _LARGEST).T
    wrist = joints[:, _WRIST]
    away = wrist - joints[:, _MIDDLE_KNUCKLE]
    positions[-1] = wrist
    _turn(away / np.maximum(np.linalg.norm(away, axis=1), 1e-6)[:, None], rotations[-1])
    scales[-1] = 1


def _turn(towards: Floats, rotations: Floats) -> None:
    """The shortest turn (x, y, z, w) of -Z to each unit vector; a bar is round, so any turn about it does."""
    rotations[..., 0] = towards[..., 1]
    rotations[..., 1] = -towards[..., 0]
    rotations[..., 2] = 0
    rotations[..., 3] = 1 - towards[..., 2]
    rotations[..., 0] += rotations[..., 3] < 1e-3
    rotations /= np.sqrt(np.einsum("...i,...i->...", rotations, rotations))[..., None]


def _bar(length: float, radius: float, *, is_tip: bool) -> Shape:
    pieces = [bar((0, 0, 0), (0, 0, -length), radius, _SIDES), ball(radius, _SIDES, _RINGS)]
    if is_tip:
        pieces.append(ball(radius, _SIDES, _RINGS).moved(0, 0, -length))
    return join(pieces)
