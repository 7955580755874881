"""Whether a desktop window can be opened here, tried in a process of its own: Qt aborts where it finds no display."""

import subprocess
import sys
from typing import Final

PROBE_S: Final = 30.0
_PROBE: Final = "from PySide6.QtWidgets import QApplication; QApplication([])"


def display_problem() -> str:
    """One sentence that says why there can be no window; empty when there can."""
    try:
        probe = subprocess.run(
            [sys.executable, "-c", _PROBE], stdin=subprocess.DEVNULL, capture_output=True, timeout=PROBE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return f"the display did not answer within {PROBE_S:.0f} s."
    if probe.returncode == 0:
        return ""
    said = probe.stderr.decode(errors="replace").strip().split("\n")
    return f"{said[0] or 'Qt found no display'}."
