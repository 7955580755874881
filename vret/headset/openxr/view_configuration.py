"""The view configuration: one view for each eye, or two, of which the second is the middle once more and sharper.

Quad views (XR_VARJO_quad_views, in OpenXR 1.1 as stereo with foveated inset) are drawn where the runtime prefers them.
Views 0 and 1 are always the left and the right eye's whole field.
"""

import ctypes
from dataclasses import dataclass
from typing import Final

from vret.headset.openxr.api import address, check, xr
from vret.headset.openxr.runtime import QUAD_VIEWS, Runtime

_KIND = xr.ViewConfigurationType
STEREO: Final = int(_KIND.PRIMARY_STEREO)
QUAD: Final = int(_KIND.PRIMARY_STEREO_WITH_FOVEATED_INSET)


@dataclass(frozen=True)
class ViewConfiguration:
    """`kind` is the XrViewConfigurationType, `view_size` as large in pixels as the largest of its views asks for."""

    kind: int
    view_count: int
    view_size: tuple[int, int]


def choose_views(runtime: Runtime, scale: float) -> ViewConfiguration:
    """What the runtime prefers, with its recommended size times `scale`. Raises XrError."""
    known = (QUAD, STEREO) if runtime.has(QUAD_VIEWS) else (STEREO,)
    kind = next((kind for kind in _offered(runtime) if kind in known), STEREO)
    sizes = _sizes(runtime, kind)
    width, height = (max(lengths) for lengths in zip(*sizes, strict=True))
    return ViewConfiguration(kind, len(sizes), (round(scale * width), round(scale * height)))


def _offered(runtime: Runtime) -> list[int]:
    """The runtime's favourite first."""
    count, kinds = ctypes.c_uint32(), (ctypes.c_int32 * 8)()
    check(
        runtime.call.xrEnumerateViewConfigurations(runtime.instance, runtime.system, 8, address(count), address(kinds)),
        "xrEnumerateViewConfigurations",
    )
    return list(kinds[: count.value])


def _sizes(runtime: Runtime, kind: int) -> list[tuple[int, int]]:
    """The recommended width and height of every view."""
    count, enumerate_views = ctypes.c_uint32(), runtime.call.xrEnumerateViewConfigurationViews
    asked, name = (runtime.instance, runtime.system, kind), "xrEnumerateViewConfigurationViews"
    check(enumerate_views(*asked, 0, address(count), None), name)
    views = (xr.ViewConfigurationView * count.value)(*(xr.ViewConfigurationView() for _ in range(count.value)))
    check(enumerate_views(*asked, count.value, address(count), address(views)), name)
    return [(int(view.recommended_image_rect_width), int(view.recommended_image_rect_height)) for view in views]
