"""Whether a runtime answers and has a headset, asked in a process of its own: `python -m vret.headset.openxr.probe`.

Loading a runtime runs its code, which may wait for ever or crash; then there is no headset to be had.
"""

import subprocess
import sys
import tempfile
from typing import Final, NamedTuple

from vret.headset.contract import HeadsetError

PROBE_S: Final = 15.0
_FOUND, _PROBLEM = "found: ", "problem: "
"""Where the answer is among whatever the runtime prints."""


class Answer(NamedTuple):
    """The runtime and its headset by name, or the problem as a sentence; the other one is empty."""

    headset: str = ""
    problem: str = ""


def ask(within_s: float = PROBE_S) -> Answer:
    """Never waits longer than `within_s`; where no runtime is installed it takes the time to start Python."""
    # Into a file: a pipe would stay open as long as whatever the runtime itself starts.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as told:
        try:
            subprocess.run(
                [sys.executable, "-m", "vret.headset.openxr.probe"],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.DEVNULL,
                timeout=within_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Answer(problem=f"The headset's software gave no answer in {within_s:g} s: restart it.")
        told.seek(0)
        lines = told.read().splitlines()
    for line in lines:
        if line.startswith(_FOUND):
            return Answer(headset=line.removeprefix(_FOUND))
        if line.startswith(_PROBLEM):
            return Answer(problem=line.removeprefix(_PROBLEM))
    return Answer(problem="The headset's software crashed when it was asked: restart it, or restart the computer.")


def answers(within_s: float = PROBE_S) -> bool:
    return bool(ask(within_s).headset)


def main() -> int:
    from vret.headset.openxr.api import XrError
    from vret.headset.openxr.runtime import Runtime, explained

    try:
        runtime = Runtime()
    except XrError as error:
        print(f"{_PROBLEM}{explained(error)}", flush=True)
        return 1
    except HeadsetError as error:
        print(f"{_PROBLEM}{error}", flush=True)
        return 1
    print(f"{_FOUND}{runtime.name}, {runtime.headset}", flush=True)
    runtime.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
