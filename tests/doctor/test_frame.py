"""What the doctor says of the frame process, on this computer and on worse ones."""

import sys

import pytest

from vret.doctor.child import in_child
from vret.doctor.finding import Mark
from vret.doctor.frame import ABOUT, PRIORITY, check_frame, judged_priority, judged_quiet
from vret.headset.quiet import ONE_THREAD
from vret.memory.priority import IN_TURN, Precedence


def test_nothing_disturbs_the_frame_process_here() -> None:
    quiet, priority = in_child(check_frame, ABOUT, needed=False)
    assert (quiet.about, priority.about) == (ABOUT, PRIORITY)
    assert quiet.mark is Mark.GOOD, quiet.sentence


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: threads of libraries are counted in /proc")
def test_it_is_the_frame_programs_own_start_that_keeps_libraries_to_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ONE_THREAD:
        monkeypatch.setenv(name, "4")
    quiet, _ = in_child(check_frame, ABOUT, needed=False)
    assert quiet.mark is Mark.GOOD, quiet.sentence


def test_what_disturbs_is_told_with_what_to_do() -> None:
    finding = judged_quiet(["There are 3 threads of libraries."])
    assert finding.mark is Mark.NOTE
    assert "3 threads of libraries" in finding.sentence
    assert finding.advice


def test_a_priority_that_the_system_refuses_is_told_with_what_to_do() -> None:
    assert judged_priority(Precedence(True, "before other programs, in real time")).mark is Mark.GOOD
    finding = judged_priority(IN_TURN)
    assert finding.mark is Mark.NOTE
    assert (
        finding.sentence
        == "a headset's picture is made in turn with other programs; it may stutter while they are busy."
    )
    assert finding.advice
