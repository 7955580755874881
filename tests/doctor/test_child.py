"""A check that crashes or hangs must not take the doctor along."""

import atexit
import os
import time

import pytest

from vret.doctor.child import in_child
from vret.doctor.finding import Finding, Mark
from vret.doctor.graphics import check_graphics

GOOD = Finding("trial", Mark.GOOD, "it worked — ü.", "nothing to do")


def works() -> tuple[Finding, ...]:
    print("a driver that chats on standard output")
    return (GOOD, GOOD)


def crashes() -> tuple[Finding, ...]:
    os.abort()


def hangs() -> tuple[Finding, ...]:
    time.sleep(60)
    return (GOOD,)


def fails() -> tuple[Finding, ...]:
    raise RuntimeError("the driver says no")


def chats_last() -> tuple[Finding, ...]:
    atexit.register(print, "\na driver that chats to the end")
    return (GOOD,)


def test_what_a_driver_says_last_is_no_finding() -> None:
    (finding,) = in_child(chats_last, "trial", needed=False)
    assert finding.mark is Mark.BAD
    assert "said what cannot be read" in finding.sentence
    assert "a driver that chats to the end" in finding.sentence


def test_findings_come_back_whole() -> None:
    assert in_child(works, "trial", needed=True) == (GOOD, GOOD)


def test_crash_is_a_finding() -> None:
    (finding,) = in_child(crashes, "trial", needed=True)
    assert finding.is_fatal
    assert "crashed (signal 6)" in finding.sentence
    assert finding.advice


def test_hang_is_a_finding() -> None:
    (finding,) = in_child(hangs, "trial", needed=False, within_s=1.0)
    assert finding.mark is Mark.BAD
    assert not finding.is_fatal
    assert finding.sentence == "no answer within 1 s."


def test_error_is_told_by_its_last_line() -> None:
    (finding,) = in_child(fails, "trial", needed=False)
    assert finding.sentence.endswith("RuntimeError: the driver says no")


def test_driver_without_the_needed_version_is_fatal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mesa can be told to offer an older OpenGL."""
    monkeypatch.setenv("MESA_GL_VERSION_OVERRIDE", "3.3")
    (finding,) = in_child(check_graphics, "graphics", needed=True)
    assert finding.is_fatal
    assert "OpenGL 4.5" in finding.sentence
