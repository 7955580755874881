"""A child program of the supervisor: how it begins, and what its end tells.

Exit status 0: it is done. `EXIT_HOPELESS`: starting it again would not help, and the last line that it printed is for a
person to read. Any other: it broke down, and is started again.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from vret.errors import VretError
from vret.memory.platform import end_with_parent, ignore_interrupt

EXIT_HOPELESS: Final = 2


def run_child(run: Callable[[Path], None], *, outlives_supervisor: bool = False) -> int:
    """Run a child program in the memory folder that is its first argument; the exit status.

    It ends with the supervisor, unless it has to finish something first (`vret.memory.platform.on_parent_death`).
    """
    if not outlives_supervisor:
        end_with_parent()
    ignore_interrupt()
    try:
        run(Path(sys.argv[1]))
    except VretError as error:
        print(error, file=sys.stderr, flush=True)
        return EXIT_HOPELESS
    return 0
