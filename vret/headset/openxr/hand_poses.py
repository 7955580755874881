"""Where the hands are: the grip of a controller, else the palm and the joints that the cameras see."""

import ctypes
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from vret.headset.contract import JOINTS, unseen_hands
from vret.headset.gestures import Hand
from vret.headset.openxr.api import address, check, xr
from vret.headset.openxr.runtime import HAND_TRACKING, Runtime
from vret.headset.openxr.spaces import Locator, Space, are_positions, write_pose

BARE = ("", "/interaction_profiles/ext/hand_interaction_ext")
"""Interaction profiles of hands that hold nothing."""

_PALM = int(xr.HandJointEXT.PALM)
_EACH_KNOWN = int(xr.SpaceLocationFlags.POSITION_VALID_BIT)
_LARGEST_HAND_M, _SMALLEST_HAND_M = 0.35, 0.05
"""How far its joints may reach along an axis: a runtime may call joints valid that are no hand's."""
_SIDES = {Hand.LEFT: int(xr.HandEXT.LEFT), Hand.RIGHT: int(xr.HandEXT.RIGHT)}


class HandLocator:
    """Locates both hands each frame into `poses`, made once."""

    def __init__(self, runtime: Runtime, session: int, stage: Space, grips: dict[Hand, int]) -> None:
        self.found = unseen_hands()
        self._grips = tuple(grips[hand] for hand in Hand)
        self._locator = Locator(runtime, stage)
        self._seen: tuple[_SeenHand, ...] = ()
        if runtime.has(HAND_TRACKING) and runtime.tracks_hands:
            self._seen = tuple(_SeenHand(runtime, session, stage, side) for side in _SIDES.values())

    def stand_in(self, stage: Space) -> None:
        """As `Locator.stand_in`."""
        self._locator.stand_in(stage)
        for hand in self._seen:
            hand.stand_in(stage)

    def locate(self, xr_ns: int, profiles: Mapping[Hand, str]) -> None:
        """Where the hands are at an XrTime; `profiles` tells what they hold."""
        found = self.found
        for number, hand in enumerate(_SIDES):
            pose = found.poses[number]
            seen = self._locator.locate(self._grips[number], xr_ns, pose)
            is_holding = seen and profiles[hand] not in BARE
            is_jointed = False
            if not is_holding and self._seen:
                has_palm, is_jointed = self._seen[number].locate(xr_ns, None if seen else pose, found.joints[number])
                seen = seen or has_palm
            found.tracked[number], found.holding[number], found.jointed[number] = seen, is_holding, is_jointed


def _turning(x: float, y: float, z: float, w: float) -> npt.NDArray[np.float32]:
    """(4, 4): what a quaternion q (xyzw) is multiplied by to become q * (x, y, z, w)."""
    return np.array([[w, z, -y, x], [-z, w, x, y], [y, -x, w, z], [-x, -y, -z, w]], np.float32)


_GRIP_FROM_PALM = {
    _SIDES[Hand.LEFT]: _turning(0.5, -0.5, -0.5, 0.5),
    _SIDES[Hand.RIGHT]: _turning(0.5, 0.5, 0.5, 0.5),
}
"""The palm joint looks along the fingers with Y out of the back of the hand (XR_EXT_hand_tracking); a grip has its -Z
towards the thumb and X through the palm, to the right of either hand ("Standard pose identifiers")."""


class _SeenHand:
    """One hand as the cameras see it."""

    def __init__(self, runtime: Runtime, session: int, stage: Space, side: int) -> None:
        wanted = xr.HandTrackerCreateInfoEXT()
        wanted._hand, wanted._hand_joint_set = side, int(xr.HandJointSetEXT.DEFAULT)
        handle = ctypes.c_void_p()
        check(runtime.call.xrCreateHandTrackerEXT(session, address(wanted), address(handle)), "xrCreateHandTrackerEXT")
        self._tracker, self._locate = handle.value or 0, runtime.call.xrLocateHandJointsEXT
        self._info: Any = xr.HandJointsLocateInfoEXT()
        self.stand_in(stage)
        self._joints = (xr.HandJointLocationEXT * JOINTS)()
        self._locations: Any = xr.HandJointLocationsEXT()
        self._locations.joint_count = JOINTS
        self._locations._joint_locations = ctypes.cast(self._joints, type(self._locations._joint_locations))
        self._addresses = address(self._info), address(self._locations)
        self._palm = self._joints[_PALM]
        self._grip_from_palm, self._turned = _GRIP_FROM_PALM[side], np.zeros(4, np.float32)
        floats = np.frombuffer(self._joints, np.float32).reshape(JOINTS, -1)
        self._palm_floats, self._places = floats[_PALM, 2:9], floats[:, 6:9]
        self._flags = np.frombuffer(self._joints, np.uint64).reshape(JOINTS, -1)[:, 0]

    def stand_in(self, stage: Space) -> None:
        self._info.base_space = ctypes.cast(stage.handle, xr.Space)

    def locate(
        self, xr_ns: int, pose: npt.NDArray[np.float32] | None, joints: npt.NDArray[np.float32]
    ) -> tuple[bool, bool]:
        """Whether the palm is known, and whether all joints are. Fills `pose` (7,) as the grip of that hand would be
        turned, and `joints` (JOINTS, 3), with what is known.
        """
        self._info.time = xr_ns
        if self._locate(self._tracker, *self._addresses) < 0 or not self._locations.is_active:
            return False, False
        is_jointed = bool((self._flags & _EACH_KNOWN).all()) and are_positions(self._places)
        is_jointed = is_jointed and _SMALLEST_HAND_M < float(np.ptp(self._places, axis=0).max()) < _LARGEST_HAND_M
        if is_jointed:
            joints[:] = self._places
        if pose is None:
            return True, is_jointed
        if not write_pose(self._palm, self._palm_floats, pose):
            return False, False
        pose[3:] = np.dot(self._grip_from_palm, pose[3:], out=self._turned)
        return True, is_jointed
