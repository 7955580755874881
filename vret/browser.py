"""The browser of whoever sits at this computer."""

import os
import sys
import webbrowser


def open_page(address: str) -> bool:
    """Open a page; False where nobody would see it, for want of a display or of a browser."""
    has_display = sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in _DISPLAYS)
    return has_display and webbrowser.open(address)


_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
