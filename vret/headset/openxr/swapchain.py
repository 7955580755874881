"""The pictures that a runtime lends: sRGB, all views as layers of one, or side by side where layers are refused; with
them, where it takes it, the depth of every pixel (XR_KHR_composition_layer_depth).
"""

import ctypes
from collections.abc import Iterable

from vret.headset.contract import HeadsetError, Layout, Target
from vret.headset.openxr.api import GL, XrError, address, check, xr
from vret.headset.openxr.runtime import DEPTH, Runtime
from vret.headset.openxr.view_configuration import ViewConfiguration
from vret.render.context import extensions, layout_for

WAIT_NS = 500_000_000

_FORMATS = (int(GL.GL_SRGB8_ALPHA8), int(GL.GL_SRGB8))
_DEPTH_FORMATS = (
    int(GL.GL_DEPTH_COMPONENT32F),
    int(GL.GL_DEPTH32F_STENCIL8),
    int(GL.GL_DEPTH_COMPONENT24),
    int(GL.GL_DEPTH24_STENCIL8),
    int(GL.GL_DEPTH_COMPONENT16),
)
"""Floats first: depth is reversed, so that integers of it are coarse far away."""
_SAMPLED = xr.SwapchainUsageFlags.SAMPLED_BIT
_USAGE = int(xr.SwapchainUsageFlags.COLOR_ATTACHMENT_BIT | _SAMPLED)
_DEPTH_USAGE = int(xr.SwapchainUsageFlags.DEPTH_STENCIL_ATTACHMENT_BIT | _SAMPLED)


class Images:
    """One XrSwapchain: textures that are lent in turn. Raises XrError where the runtime refuses this form of them."""

    def __init__(
        self, runtime: Runtime, session: int, kind: int, usage: int, width: int, height: int, layers: int
    ) -> None:
        self._call = runtime.call
        wanted = xr.SwapchainCreateInfo()
        wanted._usage_flags, wanted.format = usage, kind
        wanted.sample_count = wanted.face_count = wanted.mip_count = 1
        wanted.width, wanted.height, wanted.array_size = width, height, layers
        handle = ctypes.c_void_p()
        check(self._call.xrCreateSwapchain(session, address(wanted), address(handle)), "xrCreateSwapchain")
        self.handle = handle.value or 0
        self.width, self.height, self.layers = width, height, layers
        self.textures = self._textures()
        self._index = ctypes.c_uint32()
        self._index_address = address(self._index)
        self._wait_info = xr.SwapchainImageWaitInfo(WAIT_NS)
        self._wait_address = address(self._wait_info)

    def acquire(self) -> int:
        """Which is the next one, free to be drawn into. Raises XrError, also when the runtime does not let go of it."""
        check(self._call.xrAcquireSwapchainImage(self.handle, None, self._index_address), "xrAcquireSwapchainImage")
        if check(self._call.xrWaitSwapchainImage(self.handle, self._wait_address), "xrWaitSwapchainImage") > 0:
            raise XrError("xrWaitSwapchainImage", int(xr.Result.ERROR_RUNTIME_FAILURE))
        return self._index.value

    def release(self) -> None:
        check(self._call.xrReleaseSwapchainImage(self.handle, None), "xrReleaseSwapchainImage")

    def close(self) -> None:
        self._call.xrDestroySwapchain(self.handle)

    def _textures(self) -> list[int]:
        count = ctypes.c_uint32()
        enumerate_images = self._call.xrEnumerateSwapchainImages
        check(enumerate_images(self.handle, 0, address(count), None), "xrEnumerateSwapchainImages")
        images = (xr.SwapchainImageOpenGLKHR * count.value)(*(xr.SwapchainImageOpenGLKHR() for _ in range(count.value)))
        check(enumerate_images(self.handle, count.value, address(count), address(images)), "xrEnumerateSwapchainImages")
        return [int(image.image) for image in images]


class Swapchain:
    """The headset's pictures as the renderer draws into them, of this `opening`.

    `depth` is None unless it is wanted and the runtime takes it. Colour and depth are lent by turns of their own, so a
    target is a pair of any two.
    """

    def __init__(
        self,
        runtime: Runtime,
        session: int,
        views: ViewConfiguration,
        layout: Layout | None,
        opening: int,
        *,
        wants_depth: bool = False,
    ) -> None:
        self._runtime, self._session = runtime, session
        offered = self._formats()
        kind = _first_of(_FORMATS, offered)
        self.has_alpha = kind == _FORMATS[0]
        self.colour, self.layout = self._create(kind, views, layout)
        self.depth = self._create_depth(offered) if wants_depth and runtime.has(DEPTH) else None
        width, height, layers = self.colour.width, self.colour.height, self.colour.layers
        depths = [0] if self.depth is None else self.depth.textures
        self._targets = [
            [Target(texture, width, height, layers, opening, depth) for depth in depths]
            for texture in self.colour.textures
        ]

    @property
    def is_layered(self) -> bool:
        return self.colour.layers > 1

    def acquire(self) -> Target:
        """The next picture, free to be drawn into. Raises XrError."""
        of_colour = self._targets[self.colour.acquire()]
        return of_colour[0 if self.depth is None else self.depth.acquire()]

    def release(self) -> None:
        self.colour.release()
        if self.depth is not None:
            self.depth.release()

    def close(self) -> None:
        self.colour.close()
        if self.depth is not None:
            self.depth.close()

    def _create(self, kind: int | None, views: ViewConfiguration, layout: Layout | None) -> tuple[Images, Layout]:
        """The form that is asked for, or else the best that driver and runtime take (SteamVR-for-Linux issue 466)."""
        if kind is None:
            raise HeadsetError("The headset's software takes no sRGB pictures: update it, or use SteamVR or Monado.")
        (width, height), count = views.view_size, views.view_count
        if layout in (None, Layout.ARRAY):
            try:
                chosen = layout_for(count, extensions())
                return Images(self._runtime, self._session, kind, _USAGE, width, height, count), chosen
            except (XrError, HeadsetError):
                if layout is Layout.ARRAY:
                    raise
        side_by_side = layout or layout_for(1, extensions())
        return Images(self._runtime, self._session, kind, _USAGE, width * count, height, 1), side_by_side

    def _create_depth(self, offered: list[int]) -> Images | None:
        """Of the same form as the colour; who refuses it sees the picture without."""
        kind = _first_of(_DEPTH_FORMATS, offered)
        form = self.colour.width, self.colour.height, self.colour.layers
        try:
            return None if kind is None else Images(self._runtime, self._session, kind, _DEPTH_USAGE, *form)
        except XrError as error:
            print(f"The headset's software takes no depth, so it is shown without: {error}", flush=True)
            return None

    def _formats(self) -> list[int]:
        count = ctypes.c_uint32()
        enumerate_formats = self._runtime.call.xrEnumerateSwapchainFormats
        check(enumerate_formats(self._session, 0, address(count), None), "xrEnumerateSwapchainFormats")
        offered = (ctypes.c_int64 * count.value)()
        check(
            enumerate_formats(self._session, count.value, address(count), address(offered)),
            "xrEnumerateSwapchainFormats",
        )
        return list(offered)


def _first_of(wanted: Iterable[int], offered: list[int]) -> int | None:
    return next((kind for kind in wanted if kind in offered), None)
