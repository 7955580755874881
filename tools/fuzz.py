"""Look for inputs that break a parser: `python tools/fuzz.py [NAME] [SECONDS]`; without a name every target in turn.

What libFuzzer learns stays in build/fuzz/work/<name> for the next time; an input that is a fault goes to build/fuzz.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "server")]

from tests.fuzz.fuzzing import FOUND, NEEDED, fuzz, is_there  # noqa: E402
from tests.fuzz.targets import TARGETS  # noqa: E402

SECONDS = 60


def main() -> None:
    only = sys.argv[1] if sys.argv[1:] else ""
    seconds = int(sys.argv[2]) if sys.argv[2:] else SECONDS
    if only and only not in TARGETS:
        raise SystemExit(f"ONLY={only}: there is no such target; the targets are {', '.join(sorted(TARGETS))}.")
    if not is_there():
        raise SystemExit(f"make fuzz {NEEDED}.")
    broken = []
    for name in [only] if only else sorted(TARGETS):
        said = fuzz(TARGETS[name], seconds, FOUND / "work" / name)
        print(said or f"{name}: no fault in {seconds} s", flush=True)
        broken += [name] if said else []
    if broken:
        raise SystemExit(f"Faults in {', '.join(broken)}; the inputs are in {FOUND}.")


if __name__ == "__main__":
    main()
