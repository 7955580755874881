"""Which hands are seen: judged, and asked of a runtime that gives constant answers."""

from pathlib import Path

import pytest

from tests.headset.openxr.constant_runtime import NoCompilerError, make_runtime
from vret.core.device import Battery, BatteryOf
from vret.doctor.child import in_child
from vret.doctor.controllers import check_controllers, judged
from vret.doctor.finding import Mark


@pytest.mark.parametrize(
    ("held", "bare", "mark", "words"),
    [
        (2, 0, Mark.GOOD, "both are seen"),
        (1, 1, Mark.NOTE, "one is seen"),
        (0, 2, Mark.GOOD, "your hands are seen"),
        (0, 0, Mark.NOTE, "none is seen"),
    ],
)
def test_hands_are_judged(held: int, bare: int, mark: Mark, words: str) -> None:
    (found,) = judged(held, bare, ())
    assert found.mark is mark
    assert words in found.sentence
    assert bool(found.advice) is (mark is Mark.NOTE)


def test_batteries_are_judged_and_the_computers_is_another_matter() -> None:
    batteries = (
        Battery(BatteryOf.COMPUTER, 5, False),
        Battery(BatteryOf.CONTROLLER_LEFT, 20, False),
        Battery(BatteryOf.CONTROLLER_RIGHT, 20, True),
    )
    _, left, right = judged(2, 0, batteries)
    assert (left.mark, left.sentence) == (Mark.NOTE, "the left one is 20 % full.")
    assert (right.mark, right.sentence) == (Mark.GOOD, "the right one is 20 % full and charging.")


def test_a_runtime_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        environment = make_runtime(tmp_path)
    except NoCompilerError as error:
        pytest.skip(str(error))
    monkeypatch.delenv("DISPLAY", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    hands, *batteries = in_child(check_controllers, "controllers", needed=False)
    assert (hands.mark, hands.sentence) == (Mark.GOOD, "both are seen.")
    assert [battery.sentence.endswith("charging.") for battery in batteries] == [True]
