import pytest

from vret.doctor.child import in_child
from vret.doctor.drawing import check_drawing, judged
from vret.doctor.finding import Mark
from vret.doctor.graphics import check_graphics


@pytest.mark.parametrize(
    ("frame_s", "mark"), [(0.002, Mark.GOOD), (0.1, Mark.NOTE), (0.25, Mark.NOTE), (0.4, Mark.BAD)]
)
def test_drawing_is_judged_by_what_the_rules_of_a_session_allow(frame_s: float, mark: Mark) -> None:
    assert judged(frame_s).mark is mark


def test_a_slow_computer_is_told_what_that_means_and_what_to_do() -> None:
    finding = judged(0.4)
    assert "no scene can go on" in finding.sentence
    assert "better graphics card" in finding.advice
    assert not finding.is_fatal


def test_the_heights_are_drawn_and_measured_here() -> None:
    (graphics,) = in_child(check_graphics, "graphics", needed=True)
    if graphics.is_fatal:
        pytest.skip(f"needs OpenGL 4.5 without a display: {graphics.sentence}")
    (finding,) = in_child(check_drawing, "drawing", needed=False)
    assert "for each eye takes" in finding.sentence
