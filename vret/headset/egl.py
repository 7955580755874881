"""An OpenGL context without a display: EGL on a graphics card, on Mesa's surfaceless platform, or on its default.

Mesa's surfaceless platform draws by the processor where the card's driver is not Mesa's own, so the cards that EGL
can name (EGL_EXT_device_enumeration, EGL_EXT_platform_device) are tried first.
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from vret.headset.contract import HeadsetError
from vret.render.gl import GL, Error

_SURFACELESS_MESA = 0x31DD
_PLATFORM_DEVICE = 0x313F
_SOFTWARE = b"EGL_MESA_device_software"
_NULL_DRIVER = b"NOOP"
"""Mesa's GALLIUM_NOOP, on which benchmarks run: in Mesa 25.0 it crashes when a context is destroyed, so none is."""


class SurfacelessContext:
    """A current OpenGL 4.5 core context that draws into textures only. What it is made of is EGL's own.

    Raises HeadsetError that says what each way to a driver answered.
    """

    def __init__(self, debug: bool = False) -> None:
        try:
            from OpenGL import EGL
        except (ImportError, AttributeError) as error:
            raise HeadsetError(
                "Off-screen drawing needs EGL, which this machine does not have: on Debian install libegl1."
            ) from error
        os.environ.setdefault("EGL_LOG_LEVEL", "fatal")
        self._egl = EGL
        reasons: list[str] = []
        for display in _displays(EGL):
            try:
                self._open(display(), debug)
            except (Error, AttributeError, HeadsetError) as error:
                reasons.append(_reason(error))
            else:
                return
        raise HeadsetError(
            f"EGL finds no graphics driver with OpenGL 4.5 ({'; '.join(dict.fromkeys(reasons))}): update the graphics "
            "driver, or on Debian install libegl1 and libgl1-mesa-dri."
        )

    def make_current(self) -> None:
        self._egl.eglMakeCurrent(self.display, self._egl.EGL_NO_SURFACE, self._egl.EGL_NO_SURFACE, self.context)

    def close(self) -> None:
        egl = self._egl
        egl.eglMakeCurrent(self.display, egl.EGL_NO_SURFACE, egl.EGL_NO_SURFACE, egl.EGL_NO_CONTEXT)
        if not self._is_null:
            egl.eglDestroyContext(self.display, self.context)

    def _open(self, display: Any, debug: bool) -> None:
        egl = self._egl
        egl.eglInitialize(display, egl.EGLint(), egl.EGLint())
        self.display = display
        self.config = self._choose_config()
        wanted = [egl.EGL_CONTEXT_MAJOR_VERSION, 4, egl.EGL_CONTEXT_MINOR_VERSION, 5]
        wanted += [egl.EGL_CONTEXT_OPENGL_PROFILE_MASK, egl.EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT]
        wanted += [egl.EGL_CONTEXT_OPENGL_DEBUG, int(debug), egl.EGL_NONE]
        attributes = (egl.EGLint * len(wanted))(*wanted)
        egl.eglBindAPI(egl.EGL_OPENGL_API)
        self.context = egl.eglCreateContext(display, self.config, egl.EGL_NO_CONTEXT, attributes)
        self.make_current()
        renderer = GL.glGetString(GL.GL_RENDERER)
        if renderer is None:
            raise HeadsetError("a context that cannot be used")
        self._is_null = renderer == _NULL_DRIVER

    def _choose_config(self) -> Any:
        egl = self._egl
        wanted = (egl.EGLint * 5)(
            egl.EGL_RENDERABLE_TYPE, egl.EGL_OPENGL_BIT, egl.EGL_SURFACE_TYPE, egl.EGL_PBUFFER_BIT, egl.EGL_NONE
        )
        configs, count = (egl.EGLConfig * 1)(), egl.EGLint()
        egl.eglChooseConfig(self.display, wanted, configs, 1, count)
        if not count.value:
            raise HeadsetError("no configuration for desktop OpenGL")
        return configs[0]


def _displays(egl: Any) -> Iterator[Callable[[], Any]]:
    """The ways to a display, the best first."""
    from OpenGL.EGL.EXT.platform_base import eglGetPlatformDisplayEXT

    for card in _cards(egl):
        yield partial(eglGetPlatformDisplayEXT, _PLATFORM_DEVICE, card, None)
    yield partial(eglGetPlatformDisplayEXT, _SURFACELESS_MESA, egl.EGL_DEFAULT_DISPLAY, None)
    yield partial(egl.eglGetDisplay, egl.EGL_DEFAULT_DISPLAY)


def _cards(egl: Any) -> list[Any]:
    """The devices that are no software; empty where EGL cannot name devices."""
    from OpenGL.EGL.EXT.device_base import eglQueryDevicesEXT, eglQueryDeviceStringEXT
    from OpenGL.raw.EGL._types import EGLDeviceEXT

    count = egl.EGLint()
    try:
        eglQueryDevicesEXT(0, None, count)
        devices = (EGLDeviceEXT * count.value)()
        eglQueryDevicesEXT(count.value, devices, count)
        return [device for device in devices if _SOFTWARE not in eglQueryDeviceStringEXT(device, egl.EGL_EXTENSIONS)]
    except (Error, AttributeError):
        return []


def _reason(error: Exception) -> str:
    """EGL errors are multi-line dumps of the call; the code is what matters."""
    code = getattr(error, "err", None)
    return str(getattr(code, "name", code) or error).splitlines()[0]
