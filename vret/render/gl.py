"""OpenGL for set-up. Import GL from here, so that the platform is chosen before PyOpenGL looks for one.

PyOpenGL fixes its platform at its first import. On Linux all contexts of this program are EGL ones (the desktop window
asks GLFW for EGL too), so that Wayland, X11 and no display at all behave alike; an OpenXR runtime that needs GLX sets
PYOPENGL_PLATFORM itself before the frame process imports anything of `vret.render`.
"""

import ctypes
import os
import sys

if sys.platform == "linux":
    os.environ.setdefault("PYOPENGL_PLATFORM", "egl")

from OpenGL import GL, platform
from OpenGL.error import Error

__all__ = ["GL", "Error", "address_of"]


def address_of(name: str) -> int:
    """The address of an OpenGL function in the current context; 0 when the driver has none.

    Windows' own look-up does not know the functions of OpenGL 1.1: those are the library's exports.
    """
    found = platform.PLATFORM.getExtensionProcedure(name.encode())
    if found:
        return int(found)
    exported = getattr(platform.PLATFORM.GL, name, None)
    return int(ctypes.cast(exported, ctypes.c_void_p).value or 0) if exported is not None else 0
