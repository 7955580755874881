"""Make every fault on real processes with full counts, and write what was measured (`make faults`).

The tests that `tests/faults/table.py` names measure; the worst of a run counts. What was measured is kept in
docs/faults.json, each row with its date, and the table of docs/clinical-safety.md is written from there. A row whose
test failed keeps what it had. `make faults ONLY=line` runs the tests with that in their names.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final, TypedDict

ROOT: Final = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from tests.faults.measured import Measurement, measurements  # noqa: E402
from tests.faults.table import BY_NAME, COUNTS, FAULTS, Fault, checked, said  # noqa: E402

PAGE: Final = ROOT / "docs" / "clinical-safety.md"
KEPT: Final = ROOT / "docs" / "faults.json"
BEGIN, END = "<!-- faults: measured -->", "<!-- end of faults -->"
HEAD: Final = (
    "| fault | what the headset must do | what the therapist sees | what the log holds | measured | proved by |",
    "|---|---|---|---|---|---|",
)


class Kept(TypedDict):
    """The worst that was measured of a row, and when."""

    values: dict[str, float]
    date: str


def tests() -> list[str]:
    return sorted({test for fault in FAULTS for test in fault.tests})


def run(test: str) -> list[Measurement]:
    """What one test measured; nothing of it where it failed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "measured"
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--full", "--timeout", "0", "--measured", str(file)]
        done = subprocess.run([*command, test], cwd=ROOT, check=False)
        return measurements(file) if not done.returncode and file.exists() else []


def worst(measured: list[Measurement]) -> dict[str, Kept]:
    """Of each row the greatest of every figure."""
    found: dict[str, Kept] = {}
    for one in measured:
        before = found[one.fault]["values"] if one.fault in found else one.values
        values = {figure: max(before[figure], value) for figure, value in one.values.items()}
        found[one.fault] = Kept(values=values, date=one.date)
    return found


def row(fault: Fault, kept: Kept | None) -> str:
    proved = "<br>".join(f"`{test}`" for test in fault.tests)
    cells = (fault.title, fault.headset, fault.therapist, fault.log, told(fault, kept), proved)
    return f"| {' | '.join(cells)} |"


def told(fault: Fault, kept: Kept | None) -> str:
    """Every figure with its bound; where nothing was measured, that."""
    if not fault.tests:
        return "not yet proved"
    if kept is None:
        return f"not yet measured ({'; '.join(said(figure, bound) for figure, bound in fault.within.items())})"
    figures = (f"{said(figure, round(value, 2))}{bound(fault, figure)}" for figure, value in kept["values"].items())
    return f"{'; '.join(figures)}; {kept['date']}"


def bound(fault: Fault, figure: str) -> str:
    return "" if figure in COUNTS else f" ({fault.within[figure]:g})"


def filled(page: str, kept: dict[str, Kept]) -> str:
    """The page with its table written anew."""
    before, begun, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (begun and ended):
        raise SystemExit(f"{PAGE.relative_to(ROOT)}: the marks of the table of faults are missing")
    lines = [*HEAD, *(row(fault, kept.get(fault.name)) for fault in FAULTS)]
    return "\n".join([before + BEGIN, *lines, END + after])


def read() -> dict[str, Kept]:
    return dict(json.loads(KEPT.read_text())) if KEPT.exists() else {}


def is_of_now(name: str, found: Kept) -> bool:
    """Whether the table still has the row, with these figures."""
    return name in BY_NAME and found["values"].keys() == BY_NAME[name].within.keys()


def write(kept: dict[str, Kept]) -> None:
    KEPT.write_text(
        json.dumps({fault.name: kept[fault.name] for fault in FAULTS if fault.name in kept}, indent=1) + "\n"
    )
    PAGE.write_text(filled(PAGE.read_text(), kept))


def main() -> None:
    only = sys.argv[1] if len(sys.argv) > 1 else ""
    kept = {name: found for name, found in read().items() if is_of_now(name, found)}
    write(kept)
    for test in [test for test in tests() if only in test]:
        for name, found in worst(run(test)).items():
            checked(name, found["values"])
            kept[name] = found
        write(kept)
    missing = [fault.name for fault in FAULTS if fault.name not in kept]
    print(f"{len(kept)} of {len(FAULTS)} rows are measured in {PAGE.relative_to(ROOT)}; not yet: {', '.join(missing)}")


if __name__ == "__main__":
    main()
