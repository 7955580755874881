import numpy as np
import pytest

from vret.render.lettering import ATLAS_PX, TICK, lettering

LETTERS = lettering()


def ink(letter: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    left, top, right, bottom = LETTERS.letters[letter].uv
    width, height = ATLAS_PX
    return LETTERS.pixels[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]


@pytest.mark.parametrize("letter", ["a", "W", "0", "?", "ü", "Ä", "é", "ñ", "š", TICK])
def test_letters_are_drawn_and_end_inside_their_box(letter: str) -> None:
    drawn = ink(letter)
    assert drawn.max() == 255
    assert max(drawn[0].max(), drawn[-1].max(), drawn[:, 0].max(), drawn[:, -1].max()) < 40


def test_an_accent_stands_over_its_letter() -> None:
    accented, plain = LETTERS.letters["ü"], LETTERS.letters["u"]
    assert accented.advance == plain.advance
    assert accented.box[1] > plain.box[1] + 0.15
    assert (ink("ü") > 128).sum() > (ink("u") > 128).sum()


@pytest.mark.parametrize(
    ("text", "spelled"),
    [("Schön", "Schön"), ("Scho\u0308n", "Schön"), ("Straße", "Strasse"), ("a – b", "a - b"), ("日", "?")],
)
def test_what_has_no_letter_is_written_otherwise(text: str, spelled: str) -> None:
    assert LETTERS.spelled(text) == spelled


def test_lines_break_between_words_and_no_line_is_too_long() -> None:
    lines = LETTERS.wrapped("We lost contact. This is technical, not you.", 12, 5)
    assert " ".join(lines) == "We lost contact. This is technical, not you."
    assert all(LETTERS.width(line) <= 12 for line in lines)


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    lines = LETTERS.wrapped("word " * 60, 10, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(LETTERS.width(line) <= 10 for line in lines)


def test_a_word_that_is_wider_than_a_line_is_cut() -> None:
    lines = LETTERS.wrapped("x" * 50, 10, 9)
    assert "".join(lines) == "x" * 50
    assert all(LETTERS.width(line) <= 10 for line in lines)


def test_balanced_lines_leave_no_word_alone() -> None:
    text = "Please do Stop once, so that you know it works."
    lines = LETTERS.balanced(text, 20, 4)
    assert " ".join(lines) == text
    assert len(lines) == len(LETTERS.wrapped(text, 20, 4))
    assert len(lines[-1].split()) > 1
