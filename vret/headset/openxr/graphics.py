"""The OpenGL context that an OpenXR session draws with, and the structure that tells the runtime of it.

One class for each way: EGL without a display, GLX under X, WGL on Windows. The last two need a window to own the
context; it stays hidden, since a window on the screen would set its own pace beside the headset's.
"""

import ctypes
import os
import sys
from typing import Any, Protocol

from OpenGL import platform

from vret.headset.contract import HeadsetError
from vret.headset.openxr.api import address, check, xr
from vret.headset.openxr.runtime import EGL, Runtime


class Graphics(Protocol):
    """A context that is current from the moment it is made. `binding` goes into the session's creation."""

    binding: Any

    def make_current(self) -> None: ...

    def answer(self) -> None:
        """Answer the window system, which takes a window that never does for a hung program."""
        ...

    def close(self) -> None: ...


class EglGraphics:
    def __init__(self, debug: bool) -> None:
        from vret.headset.egl import SurfacelessContext

        self._context = SurfacelessContext(debug)
        self.binding = xr.GraphicsBindingEGLMNDX()
        look_up = platform.PLATFORM.EGL.eglGetProcAddress
        self.binding.get_proc_address = ctypes.cast(look_up, type(self.binding.get_proc_address))
        self.binding.display = self._context.display
        self.binding.config = self._context.config
        self.binding.context = self._context.context

    def make_current(self) -> None:
        self._context.make_current()

    def answer(self) -> None:
        """There is no window."""

    def close(self) -> None:
        self._context.close()


class HiddenWindow:
    """A window that is never shown, with a context of the window system's own kind (GLX or WGL)."""

    def __init__(self, debug: bool) -> None:
        import glfw

        self._glfw: Any = glfw
        if sys.platform == "linux":
            glfw.init_hint(glfw.PLATFORM, glfw.PLATFORM_X11)
        if not glfw.init():
            raise HeadsetError("No window system answers, which this headset's software needs: log in to a desktop.")
        for hint, value in (
            (glfw.VISIBLE, False),
            (glfw.CONTEXT_CREATION_API, glfw.NATIVE_CONTEXT_API),
            (glfw.CONTEXT_VERSION_MAJOR, 4),
            (glfw.CONTEXT_VERSION_MINOR, 5),
            (glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE),
            (glfw.OPENGL_DEBUG_CONTEXT, debug),
        ):
            glfw.window_hint(hint, value)
        self._window = glfw.create_window(64, 64, "vret", None, None)
        if not self._window:
            glfw.terminate()
            raise HeadsetError("The graphics driver gives no OpenGL 4.5 context: update the graphics driver.")
        self.make_current()
        glfw.swap_interval(0)
        self.binding = self._make_binding()

    def make_current(self) -> None:
        self._glfw.make_context_current(self._window)

    def answer(self) -> None:
        self._glfw.poll_events()

    def close(self) -> None:
        self._glfw.destroy_window(self._window)
        self._glfw.terminate()

    if sys.platform == "win32":

        def _make_binding(self) -> Any:
            from OpenGL import WGL

            binding = xr.GraphicsBindingOpenGLWin32KHR()
            binding.h_dc = WGL.wglGetCurrentDC()
            binding.h_glrc = WGL.wglGetCurrentContext()
            return binding

    else:

        def _make_binding(self) -> Any:
            """With the visual and the configuration of the context, which the specification asks for."""
            from OpenGL import GLX

            display = ctypes.cast(self._glfw.get_x11_display(), ctypes.POINTER(GLX.Display))
            context = ctypes.cast(self._glfw.get_glx_context(self._window), GLX.GLXContext)
            number, count, visual = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
            GLX.glXQueryContext(display, context, GLX.GLX_FBCONFIG_ID, ctypes.byref(number))
            wanted = (ctypes.c_int * 3)(GLX.GLX_FBCONFIG_ID, number.value, 0)
            configurations = GLX.glXChooseFBConfig(display, 0, wanted, ctypes.byref(count))
            GLX.glXGetFBConfigAttrib(display, configurations[0], GLX.GLX_VISUAL_ID, ctypes.byref(visual))
            binding = xr.GraphicsBindingOpenGLXlibKHR()
            binding.x_display = display
            binding.visualid = visual.value
            binding.glx_fbconfig = configurations[0]
            binding.glx_drawable = self._glfw.get_glx_window(self._window)
            binding.glx_context = context
            return binding


def make_graphics(runtime: Runtime, debug: bool = False) -> Graphics:
    """A current context of the kind that PyOpenGL was set up for. Raises HeadsetError."""
    if sys.platform == "linux" and os.environ.get("PYOPENGL_PLATFORM") == "egl":
        if not runtime.has(EGL):
            raise HeadsetError(f"{runtime.name} needs a display to draw with: log in to a desktop (X11 or XWayland).")
        return EglGraphics(debug)
    return HiddenWindow(debug)


def ask_requirements(runtime: Runtime) -> None:
    """The runtime wants to be asked what it requires before a session is made; OpenGL 4.5 is the program's own need."""
    required = xr.GraphicsRequirementsOpenGLKHR()
    check(
        runtime.call.xrGetOpenGLGraphicsRequirementsKHR(runtime.instance, runtime.system, address(required)),
        "xrGetOpenGLGraphicsRequirementsKHR",
    )
