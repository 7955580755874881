"""The frame process as it is on this computer: what else runs in it, and whether it goes before other programs."""

from typing import Final

from vret.doctor.finding import Finding, Mark
from vret.memory.priority import ALLOWING, Precedence, raise_priority

ABOUT: Final = "frame process"
PRIORITY: Final = "priority"


def check_frame() -> tuple[Finding, ...]:
    """Run in a child process, which becomes what the frame process is before it meets a graphics driver."""
    from vret.headset import process  # noqa: F401  before whatever imports numpy

    # isort: split
    from vret.headset import frame  # noqa: F401
    from vret.headset.quiet import disturbances, settle

    settle()
    return (judged_quiet(disturbances()), judged_priority(raise_priority()))


def judged_quiet(disturbances: list[str]) -> Finding:
    if disturbances:
        advice = "Pictures may stutter. Install the program again, in a Python environment of its own."
        return Finding(ABOUT, Mark.NOTE, " ".join(disturbances), advice)
    return Finding(ABOUT, Mark.GOOD, "nothing but the frame runs in it: one thread, no collector, no log.")


def judged_priority(precedence: Precedence) -> Finding:
    """What the system allows; asked for in a session with a headset, as --priority says."""
    if precedence.is_raised:
        return Finding(PRIORITY, Mark.GOOD, f"a headset's picture is made {precedence.words}.")
    sentence = f"a headset's picture is made {precedence.words}; it may stutter while they are busy."
    return Finding(PRIORITY, Mark.NOTE, sentence, ALLOWING)
