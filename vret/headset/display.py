"""Whether this login has a display, asked without opening anything."""

import os
import sys


def has_display() -> bool:
    """Windows and macOS always have one; elsewhere X11 or Wayland must be named in the environment."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
