"""The hazards of docs/clinical-safety.md: what is named as holding or noticing one is there, and none lacks either."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`([^`]+)`")
CELLS = 5


def hazards() -> list[list[str]]:
    page = (ROOT / "docs" / "clinical-safety.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if re.match(r"\| H\d+ \|", line)]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_hazards_are_counted_without_a_gap() -> None:
    assert [row[0] for row in hazards()] == [f"H{number}" for number in range(1, len(hazards()) + 1)]


@pytest.mark.parametrize("row", hazards(), ids=lambda row: str(row[0]))
def test_each_has_a_control_that_is_held_and_missed_or_says_that_it_is_open(row: list[str]) -> None:
    assert len(row) == CELLS
    _, hazard, control, held_by, noticed_by = row
    if hazard.startswith("*Open*"):
        assert (control, held_by, noticed_by) == ("", "", "")
        return
    assert control
    code, tests = NAMED.findall(held_by), NAMED.findall(noticed_by)
    assert code
    assert tests
    for path in code:
        assert (ROOT / path).is_file(), path
    for test in tests:
        path, _, name = test.partition("::")
        assert re.search(rf"def {name}\b" if name else "", (ROOT / path).read_text(encoding="utf-8")), test
