"""A child program of the supervisor: how it begins, and what its end tells.

Exit status 0: it is done. `EXIT_HOPELESS`: starting it again would not help, and the last line that it printed is for a
person to read. Any other: it broke down, and is started again.

A program that takes long to begin may be kept as a spare: it loads what it needs, and waits until it is called to take
over from one that died.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from vret.errors import VretError
from vret.memory.platform import end_with_parent, ignore_interrupt

EXIT_HOPELESS: Final = 2


SPARE: Final = "spare"
"""The second argument of a spare."""
CALL: Final = b"\n"
"""What a spare reads when it is called."""


def run_child(
    run: Callable[[Path], None],
    *,
    prepare: Callable[[Path], None] | None = None,
    outlives_supervisor: bool = False,
) -> int:
    """Run a child program in the memory folder that is its first argument; the exit status.

    It ends with the supervisor, unless it has to finish something first (`vret.memory.platform.on_parent_death`).
    `prepare` is what a spare does before it waits. One that is not needed any more ends with 0.
    """
    ignore_interrupt()
    folder = Path(sys.argv[1])
    if prepare is not None and sys.argv[2:] == [SPARE]:
        prepare(folder)
        if os.read(0, len(CALL)) != CALL:
            return 0
    if not outlives_supervisor:
        end_with_parent()
    try:
        run(folder)
    except VretError as error:
        print(error, file=sys.stderr, flush=True)
        return EXIT_HOPELESS
    return 0
