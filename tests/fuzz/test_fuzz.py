"""New inputs, looked for: ten minutes a target in the soak. The kept ones are in `test_corpus.py`."""

from pathlib import Path

import pytest

from tests.fuzz.fuzzing import FOUND, NEEDED, fuzz, is_there
from tests.fuzz.targets import TARGETS

SECONDS = 600


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_ten_minutes_find_no_fault(name: str, tmp_path: Path, full: bool) -> None:
    if not full:
        pytest.skip("ten minutes each: make soak, or make fuzz")
    if not is_there():
        pytest.skip(NEEDED)
    said = fuzz(TARGETS[name], SECONDS, tmp_path / "work")
    assert not said, f"{said}\nThe input is in {FOUND}; mend the parser and keep the input in {TARGETS[name].corpus}."
