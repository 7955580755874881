"""The spaces of a session: the stage in which poses are told, and the head.

STAGE has its floor at 0. Without one, LOCAL_FLOOR has too. LOCAL has none: `vret.headset.openxr.floor`.
"""

import ctypes
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from vret.headset.openxr.api import address, check, xr
from vret.headset.openxr.runtime import LOCAL_FLOOR, Runtime

_TYPE = xr.ReferenceSpaceType
PREFERRED = (_TYPE.STAGE, _TYPE.LOCAL_FLOOR, _TYPE.LOCAL)
_POSITION_VALID = int(xr.SpaceLocationFlags.POSITION_VALID_BIT)
_SQUARED_MIN, _SQUARED_MAX, _FARTHEST_M = 0.25, 4.0, 1e5
_ORIENTATION_VALID = int(xr.SpaceLocationFlags.ORIENTATION_VALID_BIT)
_POSITION_TRACKED = int(xr.SpaceLocationFlags.POSITION_TRACKED_BIT)
_ORIENTATION_TRACKED = int(xr.SpaceLocationFlags.ORIENTATION_TRACKED_BIT)


class Space(NamedTuple):
    """A reference space; `kind` is its XrReferenceSpaceType. `height_m` is that of its origin above the runtime's."""

    handle: int
    kind: int
    height_m: float = 0.0


def has_floor(kind: int) -> bool:
    """Whether the runtime knows where the floor is in a space of this kind: at 0."""
    return kind != int(_TYPE.LOCAL)


def choose_stage(runtime: Runtime, session: int, preferred: Iterable[int] = PREFERRED) -> int:
    """The first of the preferred XrReferenceSpaceTypes that the runtime offers to stand in."""
    count = ctypes.c_uint32()
    enumerate_spaces = runtime.call.xrEnumerateReferenceSpaces
    check(enumerate_spaces(session, 0, address(count), None), "xrEnumerateReferenceSpaces")
    offered = (ctypes.c_int32 * count.value)()
    check(enumerate_spaces(session, count.value, address(count), address(offered)), "xrEnumerateReferenceSpaces")
    return next(
        int(kind)
        for kind in preferred
        if int(kind) in list(offered) and (kind != _TYPE.LOCAL_FLOOR or runtime.has(LOCAL_FLOOR))
    )


def head_space(runtime: Runtime, session: int) -> Space:
    return reference_space(runtime, session, int(_TYPE.VIEW))


def reference_space(runtime: Runtime, session: int, kind: int, height_m: float = 0.0) -> Space:
    wanted = xr.ReferenceSpaceCreateInfo()
    wanted._reference_space_type = kind
    wanted.pose_in_reference_space.orientation.w = 1.0
    wanted.pose_in_reference_space.position.y = height_m
    handle = ctypes.c_void_p()
    check(
        runtime.call.xrCreateReferenceSpace(session, address(wanted), address(handle)),
        "xrCreateReferenceSpace",
    )
    return Space(handle.value or 0, kind, height_m)


def destroy_space(runtime: Runtime, space: Space) -> None:
    """Nothing may be located in it any more."""
    runtime.call.xrDestroySpace(space.handle)


class Locator:
    """Locates spaces in the stage, with one structure made once."""

    def __init__(self, runtime: Runtime, stage: Space) -> None:
        self._locate, self._stage = runtime.call.xrLocateSpace, stage.handle
        self._location = xr.SpaceLocation()
        self._address = address(self._location)
        self._floats = np.frombuffer(self._location, np.float32)[6:13]

    def stand_in(self, stage: Space) -> None:
        """From now on everything is located in this stage."""
        self._stage = stage.handle

    def locate(self, space: int, xr_ns: int, pose: npt.NDArray[np.float32]) -> bool:
        """Write what is known of the pose (7,) at an XrTime; whether all of it is."""
        if self._locate(space, self._stage, xr_ns, self._address) < 0:
            return False
        return write_pose(self._location, self._floats, pose)

    @property
    def is_turned(self) -> bool:
        """Whether how the space located last is turned was seen, and not guessed."""
        return bool(self._location._location_flags & _ORIENTATION_TRACKED)

    @property
    def is_placed(self) -> bool:
        """Whether where it is was seen, and not guessed."""
        return bool(self._location._location_flags & _POSITION_TRACKED)


def write_pose(location: Any, floats: npt.NDArray[np.float32], pose: npt.NDArray[np.float32]) -> bool:
    """Into `pose` (position, quaternion) from OpenXR's order (quaternion, position), as far as it is valid."""
    flags = location._location_flags
    qx, qy, qz, qw, x, y, z = floats.tolist()
    is_turned = bool(flags & _ORIENTATION_VALID) and is_rotation(qx, qy, qz, qw)
    is_placed = bool(flags & _POSITION_VALID) and is_position(x, y, z)
    if is_turned:
        pose[3:] = floats[:4]
    if is_placed:
        pose[:3] = floats[4:]
    return is_turned and is_placed


def is_rotation(x: float, y: float, z: float, w: float) -> bool:
    """Whether they are numbers and about as long as 1: a runtime may call a pose valid that is neither."""
    return _SQUARED_MIN < x * x + y * y + z * z + w * w < _SQUARED_MAX


def is_position(x: float, y: float, z: float) -> bool:
    """Whether they are numbers, and of this world."""
    return abs(x) < _FARTHEST_M and abs(y) < _FARTHEST_M and abs(z) < _FARTHEST_M


def are_positions(metres: npt.NDArray[np.float32]) -> bool:
    """`is_position` of each of (n, 3)."""
    return bool((np.abs(metres) < _FARTHEST_M).all())
