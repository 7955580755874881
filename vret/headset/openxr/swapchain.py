"""The pictures that a runtime lends: sRGB, both eyes as layers of one, or side by side where layers are refused."""

import ctypes

from vret.headset.contract import HeadsetError, Layout, Target
from vret.headset.openxr.api import GL, XrError, address, check, xr
from vret.headset.openxr.runtime import Runtime
from vret.render.context import extensions, layout_for

VIEWS = 2
WAIT_NS = 500_000_000

_FORMATS = (int(GL.GL_SRGB8_ALPHA8), int(GL.GL_SRGB8))
_USAGE = int(xr.SwapchainUsageFlags.COLOR_ATTACHMENT_BIT | xr.SwapchainUsageFlags.SAMPLED_BIT)


class Swapchain:
    """A ring of pictures. `targets` are the pictures as the renderer draws into them, of this `opening`."""

    def __init__(
        self, runtime: Runtime, session: int, view_size: tuple[int, int], layout: Layout | None, opening: int
    ) -> None:
        self._call = runtime.call
        self._session = session
        self._format = self._choose_format()
        self.handle, self.layout = self._create(view_size, layout)
        width, height = view_size
        layers = VIEWS if self.layout is Layout.ARRAY else 1
        total = width if layers > 1 else width * VIEWS
        self.targets = [Target(texture, total, height, layers, opening) for texture in self._textures()]
        self._index = ctypes.c_uint32()
        self._index_address = address(self._index)
        self._wait_info = xr.SwapchainImageWaitInfo(WAIT_NS)
        self._wait_address = address(self._wait_info)

    def acquire(self) -> Target:
        """The next picture, free to be drawn into. Raises XrError, also when the runtime does not let go of it."""
        check(self._call.xrAcquireSwapchainImage(self.handle, None, self._index_address), "xrAcquireSwapchainImage")
        if check(self._call.xrWaitSwapchainImage(self.handle, self._wait_address), "xrWaitSwapchainImage") > 0:
            raise XrError("xrWaitSwapchainImage", int(xr.Result.ERROR_RUNTIME_FAILURE))
        return self.targets[self._index.value]

    def release(self) -> None:
        check(self._call.xrReleaseSwapchainImage(self.handle, None), "xrReleaseSwapchainImage")

    def close(self) -> None:
        self._call.xrDestroySwapchain(self.handle)

    def _create(self, view_size: tuple[int, int], layout: Layout | None) -> tuple[int, Layout]:
        """The form that is asked for, or else the best that driver and runtime take (SteamVR-for-Linux issue 466)."""
        width, height = view_size
        if layout in (None, Layout.ARRAY):
            try:
                chosen = layout_for(VIEWS, extensions())
                return self._create_one(width, height, VIEWS), chosen
            except (XrError, HeadsetError):
                if layout is Layout.ARRAY:
                    raise
        side_by_side = layout or layout_for(1, extensions())
        return self._create_one(width * VIEWS, height, 1), side_by_side

    def _create_one(self, width: int, height: int, layers: int) -> int:
        wanted = xr.SwapchainCreateInfo()
        wanted._usage_flags, wanted.format = _USAGE, self._format
        wanted.sample_count = wanted.face_count = wanted.mip_count = 1
        wanted.width, wanted.height, wanted.array_size = width, height, layers
        handle = ctypes.c_void_p()
        check(self._call.xrCreateSwapchain(self._session, address(wanted), address(handle)), "xrCreateSwapchain")
        return handle.value or 0

    def _choose_format(self) -> int:
        count = ctypes.c_uint32()
        enumerate_formats = self._call.xrEnumerateSwapchainFormats
        check(enumerate_formats(self._session, 0, address(count), None), "xrEnumerateSwapchainFormats")
        offered = (ctypes.c_int64 * count.value)()
        check(
            enumerate_formats(self._session, count.value, address(count), address(offered)),
            "xrEnumerateSwapchainFormats",
        )
        for wanted in _FORMATS:
            if wanted in list(offered):
                return wanted
        raise HeadsetError("The headset's software takes no sRGB pictures: update it, or use SteamVR or Monado.")

    def _textures(self) -> list[int]:
        count = ctypes.c_uint32()
        enumerate_images = self._call.xrEnumerateSwapchainImages
        check(enumerate_images(self.handle, 0, address(count), None), "xrEnumerateSwapchainImages")
        images = (xr.SwapchainImageOpenGLKHR * count.value)(*(xr.SwapchainImageOpenGLKHR() for _ in range(count.value)))
        check(enumerate_images(self.handle, count.value, address(count), address(images)), "xrEnumerateSwapchainImages")
        return [int(image.image) for image in images]
