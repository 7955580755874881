"""Whether a runtime answers and has a headset, asked in a process of its own: `python -m vret.headset.openxr.probe`.

Loading a runtime runs its code, which may wait for ever or crash; then there is no headset to be had.
"""

import subprocess
import sys

from vret.headset.contract import HeadsetError

PROBE_S = 15.0


def answers(within_s: float = PROBE_S) -> bool:
    """Never waits longer than `within_s`; where no runtime is installed it takes the time to start Python."""
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "vret.headset.openxr.probe"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=within_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return ended.returncode == 0


def main() -> int:
    from vret.headset.openxr.api import XrError
    from vret.headset.openxr.runtime import Runtime

    try:
        Runtime().close()
    except (XrError, HeadsetError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
