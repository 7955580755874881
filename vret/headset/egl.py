"""An OpenGL context without a display: EGL on Mesa's surfaceless platform, or on whatever EGL offers by default."""

import os
from collections.abc import Callable
from typing import Any

from vret.headset.contract import HeadsetError
from vret.render.gl import GL, Error

_SURFACELESS_MESA = 0x31DD


class SurfacelessContext:
    """A current OpenGL 4.5 core context that draws into textures only. What it is made of is EGL's own."""

    def __init__(self, debug: bool = False) -> None:
        try:
            from OpenGL import EGL
        except (ImportError, AttributeError) as error:
            raise HeadsetError(
                "Off-screen drawing needs EGL, which this machine does not have: on Debian install libegl1."
            ) from error
        self._egl = EGL
        self.display = self._open_display()
        self.config = self._choose_config()
        wanted = [EGL.EGL_CONTEXT_MAJOR_VERSION, 4, EGL.EGL_CONTEXT_MINOR_VERSION, 5]
        wanted += [EGL.EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL.EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT]
        wanted += [EGL.EGL_CONTEXT_OPENGL_DEBUG, int(debug), EGL.EGL_NONE]
        attributes = (EGL.EGLint * len(wanted))(*wanted)
        EGL.eglBindAPI(EGL.EGL_OPENGL_API)
        try:
            self.context = EGL.eglCreateContext(self.display, self.config, EGL.EGL_NO_CONTEXT, attributes)
            self.make_current()
        except (Error, AttributeError) as error:
            raise HeadsetError(
                f"The graphics driver gives no OpenGL 4.5 context without a display ({_reason(error)}): update the "
                "graphics driver, or on Debian install libgl1-mesa-dri."
            ) from error
        if GL.glGetString(GL.GL_VERSION) is None:
            raise HeadsetError("The graphics driver gave an OpenGL context that cannot be used: update the driver.")

    def make_current(self) -> None:
        self._egl.eglMakeCurrent(self.display, self._egl.EGL_NO_SURFACE, self._egl.EGL_NO_SURFACE, self.context)

    def close(self) -> None:
        egl = self._egl
        egl.eglMakeCurrent(self.display, egl.EGL_NO_SURFACE, egl.EGL_NO_SURFACE, egl.EGL_NO_CONTEXT)
        egl.eglDestroyContext(self.display, self.context)

    def _open_display(self) -> Any:
        from OpenGL.EGL.EXT.platform_base import eglGetPlatformDisplayEXT

        egl = self._egl
        os.environ.setdefault("EGL_LOG_LEVEL", "fatal")
        candidates: tuple[Callable[[], Any], ...] = (
            lambda: eglGetPlatformDisplayEXT(_SURFACELESS_MESA, egl.EGL_DEFAULT_DISPLAY, None),
            lambda: egl.eglGetDisplay(egl.EGL_DEFAULT_DISPLAY),
        )
        reasons = []
        for candidate in candidates:
            try:
                display = candidate()
                egl.eglInitialize(display, egl.EGLint(), egl.EGLint())
            except (Error, AttributeError) as error:
                reasons.append(_reason(error))
            else:
                return display
        raise HeadsetError(
            f"EGL finds no graphics driver ({'; '.join(reasons)}): on Debian install libegl1 and libgl1-mesa-dri."
        )

    def _choose_config(self) -> Any:
        egl = self._egl
        wanted = (egl.EGLint * 5)(
            egl.EGL_RENDERABLE_TYPE, egl.EGL_OPENGL_BIT, egl.EGL_SURFACE_TYPE, egl.EGL_PBUFFER_BIT, egl.EGL_NONE
        )
        configs, count = (egl.EGLConfig * 1)(), egl.EGLint()
        egl.eglChooseConfig(self.display, wanted, configs, 1, count)
        if not count.value:
            raise HeadsetError("EGL offers no configuration for desktop OpenGL: update the graphics driver.")
        return configs[0]


def _reason(error: Exception) -> str:
    """EGL errors are multi-line dumps of the call; the code is what matters."""
    code = getattr(error, "err", None)
    return str(getattr(code, "name", code) or error).splitlines()[0]
