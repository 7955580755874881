from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from tests.headset.joints import joints_of
from vret.render.bones import BONES, bone_shapes, lie
from vret.render.projection import from_poses

FINGERS = [(1, 2, 3, 4, 5), *((1, *range(first, first + 5)) for first in (6, 11, 16, 21))]
PAIRS = [pair for finger in FINGERS for pair in pairwise(finger)]
TIPS = {finger[-1] for finger in FINGERS}
WRIST, MIDDLE_KNUCKLE = 1, 12


def lain(joints: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """(BONES, 2, 4, 4) the scene from each bone, and (BONES, 2) how large it is drawn."""
    places, rotations = np.zeros((BONES, 2, 3), np.float32), np.zeros((BONES, 2, 4), np.float32)
    scales = np.zeros((BONES, 2), np.float32)
    lie(joints, places, rotations, scales)
    poses = np.concatenate([places, rotations], axis=2).reshape(-1, 7)
    return from_poses(poses).reshape(BONES, 2, 4, 4), scales


def both(size: float = 1.0, bend_deg: float = 12.0) -> npt.NDArray[np.float32]:
    hands = [
        joints_of((-0.2, 1, -0.3), is_left=True, bend_deg=bend_deg, size=size),
        joints_of((0.2, 1.1, -0.4), is_left=False, size=size),
    ]
    return np.stack(hands)


@pytest.mark.parametrize("size", [0.8, 1.0, 1.2])
@pytest.mark.parametrize("bend_deg", [0.0, 30.0, 80.0])
def test_every_bar_reaches_from_joint_to_joint(size: float, bend_deg: float) -> None:
    joints = both(size, bend_deg)
    matrices, scales = lain(joints)
    shapes = bone_shapes()
    assert len(shapes) == BONES == len(PAIRS) + 1
    for bone, (start, end) in enumerate(PAIRS):
        np.testing.assert_allclose(matrices[bone, :, :3, 3], joints[:, start])
        reach_m = -shapes[bone].vertices["position"][:, 2].min() * scales[bone]
        ends = matrices[bone, :, :3, 3] - reach_m[:, None] * matrices[bone, :, :3, 2]
        if end in TIPS:
            assert (np.linalg.norm(ends - joints[:, end], axis=1) < 0.013).all(), "no farther than the ball at the tip"
        else:
            np.testing.assert_allclose(ends, joints[:, end], atol=2e-4)


def test_the_cuff_leaves_the_hand() -> None:
    joints = both()
    matrices, scales = lain(joints)
    away = joints[:, WRIST] - joints[:, MIDDLE_KNUCKLE]
    np.testing.assert_allclose(matrices[-1, :, :3, 3], joints[:, WRIST])
    np.testing.assert_allclose(-matrices[-1, :, :3, 2], away / np.linalg.norm(away, axis=1)[:, None], atol=1e-5)
    np.testing.assert_array_equal(scales[-1], 1)


def test_joints_on_one_another_or_turned_right_round_are_still_numbers() -> None:
    joints = np.zeros((2, 26, 3), np.float32)
    joints[1, :, 2] = np.arange(26) * 0.02
    matrices, scales = lain(joints)
    assert np.isfinite(matrices).all()
    np.testing.assert_allclose(np.linalg.det(matrices[..., :3, :3]), 1, atol=1e-5)
    assert ((scales > 0) & (scales < 2)).all()
