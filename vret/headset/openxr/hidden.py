"""The visibility mask (XR_KHR_visibility_mask): which parts of a view the lenses never show."""

import ctypes

import numpy as np
import numpy.typing as npt

from vret.headset.contract import SHOWS_ALL
from vret.headset.openxr.api import XrError, address, check, xr
from vret.headset.openxr.runtime import MASK, Runtime
from vret.headset.openxr.view_configuration import ViewConfiguration

_HIDDEN_TRIANGLES = int(xr.VisibilityMaskTypeKHR.HIDDEN_TRIANGLE_MESH)


def hidden_corners(runtime: Runtime, session: int, views: ViewConfiguration) -> npt.NDArray[np.float32]:
    """`Headset.hidden` as the runtime tells it now. A count of 0 is legal; who refuses hides nothing either, and a mask
    that is nonsense is not believed: the person must see."""
    if not runtime.has(MASK):
        return SHOWS_ALL
    try:
        found = np.concatenate([_of_view(runtime, session, views.kind, view) for view in range(views.view_count)])
    except XrError:
        return SHOWS_ALL
    return found if len(found) else SHOWS_ALL


def _of_view(runtime: Runtime, session: int, kind: int, view: int) -> npt.NDArray[np.float32]:
    mask = xr.VisibilityMaskKHR()
    ask = runtime.call.xrGetVisibilityMaskKHR
    asked = session, kind, view, _HIDDEN_TRIANGLES, address(mask)
    check(ask(*asked), "xrGetVisibilityMaskKHR")
    vertices = np.zeros((mask.vertex_count_output, 2), np.float32)
    indices = np.zeros(mask.index_count_output, np.uint32)
    mask.vertex_capacity_input, mask.index_capacity_input = len(vertices), len(indices)
    mask.vertices = ctypes.cast(vertices.ctypes.data, ctypes.POINTER(xr.Vector2f))
    mask.indices = ctypes.cast(indices.ctypes.data, ctypes.POINTER(ctypes.c_uint32))
    check(ask(*asked), "xrGetVisibilityMaskKHR")
    return corners_of(vertices, indices, view)


def corners_of(
    vertices: npt.NDArray[np.float32], indices: npt.NDArray[np.uint32], view: int
) -> npt.NDArray[np.float32]:
    """(n, 3) corners of (v, 2) vertices on the plane 1 m ahead; none for a mesh that cannot be true: with corners that
    it does not have or that are no numbers, or over what is straight ahead."""
    if not len(indices) or len(indices) % 3 or indices.max() >= len(vertices) or not np.isfinite(vertices).all():
        return SHOWS_ALL
    corners = vertices[indices]
    x, y = np.moveaxis(corners.reshape(-1, 3, 2), -1, 0)
    side = x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)
    is_over_ahead = (side >= 0).all(axis=1) | (side <= 0).all(axis=1)
    if (is_over_ahead & side.any(axis=1)).any():
        return SHOWS_ALL
    return np.column_stack((corners, np.full(len(corners), view, np.float32)))
