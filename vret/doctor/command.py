"""`vret doctor`."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from vret import settings
from vret.doctor.child import in_child
from vret.doctor.drawing import ABOUT as DRAWING
from vret.doctor.drawing import check_drawing
from vret.doctor.finding import Finding, Mark, line
from vret.doctor.frame import ABOUT as FRAME
from vret.doctor.frame import check_frame
from vret.doctor.graphics import ABOUT as GRAPHICS
from vret.doctor.graphics import check_graphics
from vret.doctor.machine import check_clock, check_disk, check_display, check_memory, check_python
from vret.doctor.openxr import RUNTIME, check_openxr
from vret.doctor.server import check_server
from vret.doctor.sound import ABOUT as SOUND
from vret.doctor.sound import check_sound


def doctor(
    server: Annotated[str, settings.SERVER_URL.option()] = settings.SERVER_URL.default,
    data: Annotated[Path, settings.DATA.option()] = settings.DATA.default,
) -> int:
    """Say what works on this computer, and what to do about what does not.

    Exit status 1 if the headset program cannot work here at all.
    """
    findings = []
    for finding in examine(server, data):
        print(line(finding), flush=True)
        findings.append(finding)
    print(conclusion(findings))
    return 1 if any(finding.is_fatal for finding in findings) else 0


def examine(server: str, data: Path) -> Iterator[Finding]:
    """Every check in turn, each told as soon as it is done."""
    yield check_python()
    graphics = in_child(check_graphics, GRAPHICS, needed=True)
    yield from graphics
    if sys.platform == "linux" and not any(finding.is_fatal for finding in graphics):
        yield from in_child(check_drawing, DRAWING, needed=False)
    yield from in_child(check_frame, FRAME, needed=False)
    yield check_display()
    yield from in_child(check_openxr, RUNTIME, needed=False)
    yield from in_child(check_sound, SOUND, needed=False)
    yield from check_server(server, chosen=server != settings.SERVER_URL.default)
    yield check_clock()
    yield check_disk(data)
    yield check_memory()


def conclusion(findings: Sequence[Finding]) -> str:
    fatal = [finding.about for finding in findings if finding.is_fatal]
    bad = [finding.about for finding in findings if finding.mark is Mark.BAD and not finding.is_fatal]
    if fatal:
        return f"\nThe headset program cannot work here until this is mended: {', '.join(fatal)}."
    if bad:
        return f"\nThe headset program works here, but this does not: {', '.join(bad)}."
    if any(finding.mark is Mark.NOTE for finding in findings):
        return "\nThe headset program works here, within the limits noted above."
    return "\nThe headset program works here."
