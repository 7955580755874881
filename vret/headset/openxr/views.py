"""The views of a frame: where the runtime says the eyes are, and the layer that shows what they saw."""

import ctypes
from collections.abc import Iterable
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from vret.headset.contract import Eyes
from vret.headset.openxr.api import address, xr
from vret.headset.openxr.runtime import Runtime
from vret.headset.openxr.session import Session
from vret.headset.openxr.spaces import Space, is_position, is_rotation
from vret.headset.openxr.swapchain import Images, Swapchain
from vret.headset.openxr.view_configuration import ViewConfiguration
from vret.render.projection import NEAR_M

_POSITION_VALID = int(xr.ViewStateFlags.POSITION_VALID_BIT)
_ORIENTATION_VALID = int(xr.ViewStateFlags.ORIENTATION_VALID_BIT)
# XrView and XrCompositionLayerProjectionView both hold, after 16 bytes, orientation, position and angles, as floats.
_ROTATION, _POSITION, _ANGLES, _POSE_AND_ANGLES = slice(4, 8), slice(8, 11), slice(11, 15), slice(4, 15)
_WIDEST_RAD = 1.57
_BEFORE_ANY = (0, 0, 0, 1, 0, 0, 0, -0.8, 0.8, 0.8, -0.8)
"""A pose and angles that are valid, since a runtime refuses a layer with others; until the eyes are first located."""


class Views:
    """Locates the eyes in the stage, and keeps a projection layer of them for the session."""

    def __init__(
        self, runtime: Runtime, session: Session, stage: Space, chain: Swapchain, views: ViewConfiguration
    ) -> None:
        self._locate, self._session = runtime.call.xrLocateViews, session.handle
        self._info = xr.ViewLocateInfo()
        self._info._view_configuration_type = views.kind
        count = self._view_count = views.view_count
        self._state, self._count = xr.ViewState(), ctypes.c_uint32()
        self._views = (xr.View * count)(*(xr.View() for _ in range(count)))
        self._addresses = address(self._info), address(self._state), address(self._count), address(self._views)
        self._found = _floats(self._views)
        self._shown = (xr.CompositionLayerProjectionView * count)(
            *(xr.CompositionLayerProjectionView() for _ in range(count))
        )
        self._showing = _floats(self._shown)
        self._is_layered = chain.is_layered
        self._showing[:, _POSE_AND_ANGLES] = _BEFORE_ANY
        self._images = [(number, view.sub_image) for number, view in enumerate(self._shown)]
        self._take_from(chain.colour, self._images)
        self._depths = [] if chain.depth is None else [_depth_of(view) for view in self._shown]
        if chain.depth is not None:
            of_depth = [(number, info.sub_image) for number, info in enumerate(self._depths)]
            self._take_from(chain.depth, of_depth)
            self._images += of_depth
        self.show(views.view_size)
        self._layer = xr.CompositionLayerProjection()
        self._layer.view_count = count
        self._layer._views = ctypes.cast(self._shown, type(self._layer._views))
        self.stand_in(stage)
        session.show(self._layer)

    def stand_in(self, stage: Space) -> None:
        """From now on the eyes are located in this stage, and the layer stands in it."""
        self._info.space = self._layer.space = ctypes.cast(stage.handle, xr.Space)

    def show(self, size: tuple[int, int]) -> None:
        """Views are this large from now on. OpenGL's pictures begin at the lower left corner (XrSwapchainSubImage)."""
        width, height = size
        for number, image in self._images:
            area = image.image_rect
            area.offset.x = 0 if self._is_layered else number * width
            area.extent.width, area.extent.height = width, height

    def _take_from(self, images: Images, shown: Iterable[tuple[int, Any]]) -> None:
        """What is shown of each view is in these images."""
        for number, image in shown:
            image.swapchain = ctypes.cast(images.handle, xr.Swapchain)
            image.image_array_index = number if self._is_layered else 0

    def locate(self, xr_ns: int, eyes: Eyes) -> bool:
        """Fill poses and angles of all views with what is known of them; whether all of it is."""
        self._info.display_time = xr_ns
        info, state, count, views = self._addresses
        if self._locate(self._session, info, state, self._view_count, count, views) < 0:
            return False
        flags, found = self._state._view_state_flags, self._found
        is_placed, is_turned = bool(flags & _POSITION_VALID), bool(flags & _ORIENTATION_VALID)
        for qx, qy, qz, qw, x, y, z, *angles in found[:, _POSE_AND_ANGLES].tolist():
            is_placed = is_placed and is_position(x, y, z)
            is_turned = is_turned and is_rotation(qx, qy, qz, qw) and all(abs(angle) < _WIDEST_RAD for angle in angles)
        if is_placed:
            eyes.poses[:, :3] = self._showing[:, _POSITION] = found[:, _POSITION]
        if is_turned:
            eyes.poses[:, 3:] = self._showing[:, _ROTATION] = found[:, _ROTATION]
            eyes.fovs[:] = self._showing[:, _ANGLES] = found[:, _ANGLES]
        return is_placed and is_turned


def _depth_of(view: Any) -> Any:
    """How the depth of a view is to be read, chained to it; it must live as long.

    Reversed: 0 is infinitely far, 1 is at the near plane (XrCompositionLayerDepthInfoKHR: nearZ may be beyond farZ).
    """
    info = xr.CompositionLayerDepthInfoKHR()
    info.min_depth, info.max_depth, info.near_z, info.far_z = 0.0, 1.0, inf, NEAR_M
    view._next = address(info)
    return info


def _floats(structures: Any) -> npt.NDArray[np.float32]:
    """The same memory as rows of 32-bit floats."""
    return np.frombuffer(structures, np.float32).reshape(len(structures), -1)
