"""The browser of whoever sits at this computer."""

import os
import sys
import webbrowser
from threading import Thread

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")


def open_page(address: str) -> bool:
    """Open a page; False where nobody would see it, for want of a display.

    It does not wait: a browser may take seconds to start, and who asks may be who has to serve the page.
    """
    has_display = sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in _DISPLAYS)
    if has_display:
        Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    return has_display
