"""Where the hands are: the grip of a controller, else the palm that the cameras see."""

import ctypes
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from vret.headset.contract import HandPoses
from vret.headset.gestures import Hand
from vret.headset.openxr.api import address, check, xr
from vret.headset.openxr.runtime import HAND_TRACKING, Runtime
from vret.headset.openxr.spaces import Locator, Space, write_pose

BARE = ("", "/interaction_profiles/ext/hand_interaction_ext")
"""Interaction profiles of hands that hold nothing."""

_JOINTS = 26
_PALM = int(xr.HandJointEXT.PALM)
_SIDES = {Hand.LEFT: int(xr.HandEXT.LEFT), Hand.RIGHT: int(xr.HandEXT.RIGHT)}


class HandLocator:
    """Locates both hands each frame into `poses`, made once."""

    def __init__(self, runtime: Runtime, session: int, stage: Space, grips: dict[Hand, int]) -> None:
        nowhere = np.tile(np.array([0, 0, 0, 0, 0, 0, 1], np.float32), (2, 1))
        self.found = HandPoses(nowhere, np.zeros(2, np.bool_), np.zeros(2, np.bool_))
        self._grips = tuple(grips[hand] for hand in Hand)
        self._locator = Locator(runtime, stage)
        self._palms: tuple[_Palm, ...] = ()
        if runtime.has(HAND_TRACKING) and runtime.tracks_hands:
            self._palms = tuple(_Palm(runtime, session, stage, side) for side in _SIDES.values())

    def stand_in(self, stage: Space) -> None:
        """As `Locator.stand_in`."""
        self._locator.stand_in(stage)
        for palm in self._palms:
            palm.stand_in(stage)

    def locate(self, xr_ns: int, profiles: Mapping[Hand, str]) -> None:
        """Where the hands are at an XrTime; `profiles` tells what they hold."""
        found = self.found
        for number, hand in enumerate(Hand):
            pose = found.poses[number]
            seen = self._locator.locate(self._grips[number], xr_ns, pose)
            found.holding[number] = seen and profiles[hand] not in BARE
            if not seen and self._palms:
                seen = self._palms[number].locate(xr_ns, pose)
            found.tracked[number] = seen


def _turning(x: float, y: float, z: float, w: float) -> npt.NDArray[np.float32]:
    """(4, 4): what a quaternion q (xyzw) is multiplied by to become q * (x, y, z, w)."""
    return np.array([[w, z, -y, x], [-z, w, x, y], [y, -x, w, z], [-x, -y, -z, w]], np.float32)


_GRIP_FROM_PALM = {
    _SIDES[Hand.LEFT]: _turning(0.5, -0.5, -0.5, 0.5),
    _SIDES[Hand.RIGHT]: _turning(0.5, 0.5, 0.5, 0.5),
}
"""The palm joint looks along the fingers with Y out of the back of the hand (XR_EXT_hand_tracking); a grip has its -Z
towards the thumb and X through the palm, to the right of either hand ("Standard pose identifiers")."""


class _Palm:
    """One hand as the cameras see it, turned as the grip of that hand would be."""

    def __init__(self, runtime: Runtime, session: int, stage: Space, side: int) -> None:
        wanted = xr.HandTrackerCreateInfoEXT()
        wanted._hand, wanted._hand_joint_set = side, int(xr.HandJointSetEXT.DEFAULT)
        handle = ctypes.c_void_p()
        check(runtime.call.xrCreateHandTrackerEXT(session, address(wanted), address(handle)), "xrCreateHandTrackerEXT")
        self._tracker, self._locate = handle.value or 0, runtime.call.xrLocateHandJointsEXT
        self._info: Any = xr.HandJointsLocateInfoEXT()
        self.stand_in(stage)
        self._joints = (xr.HandJointLocationEXT * _JOINTS)()
        self._locations: Any = xr.HandJointLocationsEXT()
        self._locations.joint_count = _JOINTS
        self._locations._joint_locations = ctypes.cast(self._joints, type(self._locations._joint_locations))
        self._addresses = address(self._info), address(self._locations)
        self._palm = self._joints[_PALM]
        self._grip_from_palm, self._turned = _GRIP_FROM_PALM[side], np.zeros(4, np.float32)
        self._floats = np.frombuffer(self._joints, np.float32).reshape(_JOINTS, -1)[_PALM, 2:9]

    def stand_in(self, stage: Space) -> None:
        self._info.base_space = ctypes.cast(stage.handle, xr.Space)

    def locate(self, xr_ns: int, pose: npt.NDArray[np.float32]) -> bool:
        """As `Locator.locate`."""
        self._info.time = xr_ns
        if self._locate(self._tracker, *self._addresses) < 0 or not self._locations.is_active:
            return False
        if not write_pose(self._palm, self._floats, pose):
            return False
        pose[3:] = np.dot(self._grip_from_palm, pose[3:], out=self._turned)
        return True
