"""The headset of an OpenXR runtime."""

import os
import sys


def choose_platform() -> None:
    """Before anything of PyOpenGL is imported: GLX where there is an X display.

    PyOpenGL fixes its platform at its first import. GLX is OpenXR's oldest and best kept binding on Linux; without an X
    display there is the EGL binding of Monado, which needs none.
    """
    if sys.platform == "linux" and os.environ.get("DISPLAY"):
        os.environ.setdefault("PYOPENGL_PLATFORM", "glx")
