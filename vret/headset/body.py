"""A headset's optics and the two eyes of a head, for headsets that have no runtime to tell them."""

from math import radians

import numpy as np
import numpy.typing as npt

from vret.headset.contract import Eyes
from vret.render.projection import from_poses

PUPIL_DISTANCE_M = 0.063
FOVS = np.radians(np.array([[-54, 46, 48, -50], [-46, 54, 48, -50]], np.float32))
"""Asymmetric as a real headset's: each eye sees farther outwards and a little farther down."""

_HALF = PUPIL_DISTANCE_M / 2
_EYES_IN_HEAD = np.array([[-_HALF, 0, 0], [_HALF, 0, 0]], np.float32)


def make_eyes(view_count: int) -> Eyes:
    """Eyes to be filled by `locate`."""
    head = np.array([0, 1.6, 0, 0, 0, 0, 1], np.float32)
    return Eyes(head, np.tile(head, (view_count, 1)), np.zeros((view_count, 4), np.float32))


def see_stereo(eyes: Eyes, head: npt.NDArray[np.float32]) -> None:
    """Two eyes of the `head` (7,) with the optics of a headset."""
    eyes.head[:] = head
    eyes.poses[:, 3:] = head[3:]
    eyes.poses[:, :3] = head[:3] + _EYES_IN_HEAD @ from_poses(head[None])[0, :3, :3].T
    eyes.fovs[:] = FOVS


def see_mono(eyes: Eyes, head: npt.NDArray[np.float32], height_deg: float, aspect: float) -> None:
    """One eye in the middle of the head, as a window shows it: `height_deg` from bottom to top."""
    up = radians(height_deg) / 2
    across = float(np.arctan(np.tan(up) * aspect))
    eyes.head[:] = head
    eyes.poses[:] = head
    eyes.fovs[:] = (-across, across, up, -up)
