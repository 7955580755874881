"""What each parser was given before, once more: real inputs, those that once broke it, and what everybody is given.

It needs no fuzzer. What fuzzing finds from now on is looked for by `test_fuzz.py`.
"""

import time

import pytest

from tests.fuzz.target import COMMON, CORPUS
from tests.fuzz.targets import TARGETS

BYTES_MAX = 512 * 1024
INPUT_S = 5.0
"""Of processor, for one input: ten times what the slowest takes."""


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_nothing_that_was_kept_is_a_fault(name: str) -> None:
    target = TARGETS[name]
    kept = {path.name: path.read_bytes() for path in sorted(target.corpus.iterdir())}
    kept |= {f"common {number}": data for number, data in enumerate(COMMON)}
    for called, data in kept.items():
        began_s = time.process_time()
        try:
            target.take(data)
        except Exception as error:
            error.add_note(f"It was given {called} of {target.corpus.name}.")
            raise
        assert time.process_time() - began_s < INPUT_S, f"{called} takes without end"


def test_every_target_has_inputs_and_all_of_them_are_small() -> None:
    folders = {path.name for path in CORPUS.iterdir()}
    assert folders == TARGETS.keys()
    assert all(any(target.corpus.iterdir()) for target in TARGETS.values())
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) <= BYTES_MAX
