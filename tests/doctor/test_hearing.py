"""What is said of microphone and ears, and what to do."""

import pytest

from vret.doctor.finding import Mark
from vret.doctor.hearing import judged_answer, judged_leak, judged_microphone
from vret.voice.trial import Heard, Leak


@pytest.mark.parametrize(
    ("heard", "mark", "words"),
    [
        (Heard(-26.0, -70.0, 0.0), Mark.GOOD, "heard you at -26 dB, and noise at -70 dB."),
        (Heard(-46.0, -90.0, 0.0), Mark.NOTE, "too quiet"),
        (Heard(-11.0, -70.0, 0.0), Mark.NOTE, "too loud"),
        (Heard(-20.0, -70.0, 0.01), Mark.NOTE, "too loud"),
        (Heard(-30.0, -40.0, 0.0), Mark.NOTE, "much noise"),
        (Heard(None, -60.0, 0.0), Mark.BAD, "heard nobody speak"),
        (Heard(None, -100.0, 0.0), Mark.BAD, "hears nothing at all"),
    ],
)
def test_a_microphone_is_judged(heard: Heard, mark: Mark, words: str) -> None:
    found = judged_microphone("It", heard)
    assert (found.mark, bool(found.advice)) == (mark, mark is not Mark.GOOD)
    assert words in found.sentence


@pytest.mark.parametrize(
    ("leak", "mark", "words"),
    [
        (Leak(None, -60.0), Mark.GOOD, "nothing of what is played comes back into the microphone (below -60 dB)"),
        (Leak(None, -20.0), Mark.NOTE, "too loud to hear"),
        (Leak(-45.0, -60.0), Mark.GOOD, "next to nothing"),
        (Leak(-20.0, -60.0), Mark.GOOD, "the program takes it out"),
        (Leak(-5.0, -60.0), Mark.NOTE, "may hear an echo"),
    ],
)
def test_an_echo_is_judged(leak: Leak, mark: Mark, words: str) -> None:
    found = judged_leak(leak)
    assert (found.mark, bool(found.advice)) == (mark, mark is not Mark.GOOD)
    assert words in found.sentence


def test_nobody_is_said_to_have_heard_what_they_did_not_say() -> None:
    assert [judged_answer(answer).mark for answer in (True, False, None)] == [Mark.GOOD, Mark.BAD, Mark.NOTE]
