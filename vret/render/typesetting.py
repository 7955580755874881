"""Typesetting: a page becomes quads, in metres on the panel. Pure: no OpenGL, no clock.

X runs right from the panel's middle, Y up from its upper edge. Sizes are angles seen from `DISTANCE_M`: the smallest
capital letter is one degree high. That is three times the 16 arcmin that ISO 9241-303 asks of a display and near the
24 dmm (1.4 degrees a line) that Google's guide "Designing Screen Interfaces for VR" (2017) found comfortable; a
headset shows some 20 to 25 pixels a degree.
"""

from collections.abc import Sequence
from math import radians, tan

import numpy as np
import numpy.typing as npt

from vret.headset.messages import FROM_THE_THERAPIST
from vret.headset.page import Dial, Page, Phrases, Row
from vret.render.lettering import TICK, Lettering

DISTANCE_M = 1.5
WIDTH_M = 0.92
WIDE_M = 1.16
SIGN_WIDTH_M = 0.36
QUADS_MAX = 1024
QUAD = np.dtype([("rect", "4f4"), ("uv", "4f4"), ("colour", "4f4"), ("shape", "4f4")])
"""64 bytes (std430): `rect` left, top, right, bottom; premultiplied linear colour; `shape` is the corner radius in
metres, or -1 for a letter, whose `uv` is its place in the atlas; then 1 for what is on the video's panel, and 1 for the
picture on it."""

CAPITAL_EM = 0.70
"""Height of a capital letter of Pillow's typeface, in ems."""
SMALL_M = DISTANCE_M * tan(radians(1.0)) / CAPITAL_EM
BODY_M = 1.16 * SMALL_M
WORDS_M = 1.3 * SMALL_M
NUMBER_M = 2.2 * SMALL_M

_MARGIN_M = 0.055
_LINE = 1.32
_GAP_M = 0.026
_TITLE_COLUMN_M = 0.125
_TICK_COLUMN_M = 0.055
_DOT_COLUMN_M = 0.035
_DOT_M = 0.011
_LONG = 120
"""Characters of a text that fills no more than four lines of the panel; a longer one is set wider and smaller."""
_LONG_LINES = 18
_LONG_LINE = 1.22

Colour = tuple[float, float, float, float]
_GROUND: Colour = (0.011, 0.014, 0.018, 0.95)

_INK: Colour = (0.82, 0.82, 0.80, 1.0)
_SOFT: Colour = (0.50, 0.54, 0.58, 1.0)
_BRIGHT: Colour = (0.78, 0.60, 0.26, 1.0)
_DONE: Colour = (0.30, 0.62, 0.40, 1.0)
_RED: Colour = (0.62, 0.09, 0.07, 1.0)
_LINES: Colour = (0.10, 0.115, 0.13, 1.0)

Quads = npt.NDArray[np.void]
_LETTER = (-1.0, 0.0, 0.0, 0.0)
_NO_UV = (0.0, 0.0, 0.0, 0.0)
_Row = tuple[float, ...]
"""The sixteen numbers of a QUAD."""


def typeset(page: Page, letters: Lettering) -> tuple[Quads, float, float]:
    """The quads of a page, its ground first; and the panel's width and height in metres."""
    is_long = len(page.spoken) > _LONG
    width = WIDE_M if page.dial or is_long else SIGN_WIDTH_M if page.is_sign_alone else WIDTH_M
    pen = _Pen(letters, width - 2 * _MARGIN_M)
    if page.sign:
        pen.sign(page.sign, is_beside=bool(page.title))
    if page.title:
        pen.lines(page.title, SMALL_M, _SOFT, most=1)
    if page.warning:
        pen.lines(page.warning, BODY_M, _BRIGHT, most=2)
    if page.sentence:
        pen.lines(page.sentence, BODY_M, _INK, most=4)
    if page.words:
        pen.lines(", ".join(page.words), WORDS_M, _BRIGHT, most=2)
    if page.rows:
        pen.table(page.rows)
    if page.dial:
        pen.dial(page.dial)
    if page.hint:
        pen.lines(page.hint, SMALL_M, _BRIGHT, most=2)
    for line in page.alone:
        pen.lines(line, SMALL_M, _SOFT, most=2)
    if page.spoken:
        pen.lines(FROM_THE_THERAPIST, SMALL_M, _SOFT, most=1)
        if is_long:
            pen.lines(page.spoken, SMALL_M, _INK, most=_LONG_LINES, line=_LONG_LINE)
        else:
            pen.lines(page.spoken, BODY_M, _INK, most=5)
    if page.presence:
        pen.lines(page.presence, BODY_M, _BRIGHT, most=2)
    if page.answered:
        pen.lines(page.answered, SMALL_M, _DONE, most=1)
    if page.phrases:
        pen.phrases(page.phrases)
    height = -pen.y + _MARGIN_M - _GAP_M
    return pen.quads((-width / 2, 0.0, width / 2, -height)), width, height


class _Pen:
    """Writes downwards, and remembers where it is: `y` is the upper edge of what comes next."""

    def __init__(self, letters: Lettering, width: float) -> None:
        self.y = -_MARGIN_M
        self._letters, self._width = letters, width
        self._left = -width / 2
        self._rows: list[_Row] = []

    def quads(self, ground: tuple[float, float, float, float]) -> Quads:
        rows = [_box(ground, _GROUND, 0.035), *self._rows]
        return np.array(rows[:QUADS_MAX], np.float32).view(QUAD).reshape(-1)

    def lines(self, text: str, em_m: float, colour: Colour, *, most: int, line: float = _LINE) -> None:
        """Centred lines, and the gap under them. `line` is the height of a line in ems."""
        for words in self._letters.balanced(text, self._width / em_m, most):
            self.y -= em_m
            self._write(words, -self._letters.width(words) * em_m / 2, self.y, em_m, colour)
            self.y -= (line - 1) * em_m
        self.y -= _GAP_M

    def sign(self, text: str, *, is_beside: bool) -> None:
        """A dot and a word: at the right of the line that comes next, or on a line of its own."""
        spelled = self._letters.spelled(text)
        base, width = self.y - SMALL_M, self._letters.width(spelled) * SMALL_M + _DOT_COLUMN_M
        left = self._left + self._width - width if is_beside else -width / 2
        middle = base + CAPITAL_EM * SMALL_M / 2
        rect = (left, middle + _DOT_M, left + 2 * _DOT_M, middle - _DOT_M)
        self._rows.append(_box(rect, _RED, _DOT_M))
        self._write(spelled, left + _DOT_COLUMN_M, base, SMALL_M, _INK)
        if not is_beside:
            self.y = base - (_LINE - 1) * SMALL_M - _GAP_M

    def table(self, rows: Sequence[Row]) -> None:
        """A line for each control: whether it was done, what it is called, how it is done."""
        how_left = self._left + _TICK_COLUMN_M + _TITLE_COLUMN_M
        for row in rows:
            top = self.y
            self.y -= SMALL_M
            if row.is_done:
                self._write(TICK, self._left, self.y, SMALL_M, _DONE)
            self._write(self._letters.spelled(row.title), self._left + _TICK_COLUMN_M, self.y, SMALL_M, _INK)
            self.y = top
            for line in self._letters.wrapped(row.how, (self._left + self._width - how_left) / SMALL_M, 2):
                self.y -= SMALL_M
                self._write(line, how_left, self.y, SMALL_M, _SOFT)
                self.y -= (_LINE - 1) * SMALL_M
            self.y -= 0.5 * _GAP_M
        self.y -= 0.7 * _GAP_M

    def phrases(self, phrases: Phrases) -> None:
        """Columns, read across, the chosen phrase marked; and how one is said."""
        columns = 3 if self._width > WIDTH_M else 2
        column = self._width / columns
        for number, text in enumerate(phrases.texts):
            left = self._left + number % columns * column
            if number % columns == 0:
                self.y -= SMALL_M
            is_chosen = number == phrases.choice
            if is_chosen:
                rect = (left, self.y + 1.12 * SMALL_M, left + 0.96 * column, self.y - 0.36 * SMALL_M)
                self._rows.append(_box(rect, _LINES, 0.012))
            self._write(self._letters.spelled(text), left + 0.02, self.y, SMALL_M, _BRIGHT if is_chosen else _INK)
            if (number + 1) % columns == 0:
                self.y -= 0.55 * SMALL_M
        self.y -= 0.4 * _GAP_M
        self.lines(phrases.hint, SMALL_M, _BRIGHT, most=2)

    def dial(self, dial: Dial) -> None:
        """The number, the scale with what stands where, and the person's words under it."""
        number = "" if dial.value is None else str(dial.value)
        self.y -= NUMBER_M
        self._write(number, -self._letters.width(number) * NUMBER_M / 2, self.y, NUMBER_M, _INK)
        self.y -= 0.035
        column = self._width / len(dial.anchors)
        left, right = self._left + column / 2, self._left + self._width - column / 2
        self._rows.append(_box((left, self.y + 0.004, right, self.y - 0.004), _LINES, 0.004))
        spaces = len(dial.anchors) - 1
        marks = [left + (right - left) * share / spaces for share in range(spaces + 1)]
        for x in marks:
            self._rows.append(_box((x - 0.002, self.y + 0.014, x + 0.002, self.y - 0.014), _SOFT, 0.002))
        if dial.value is not None:
            x = left + (right - left) * dial.value / dial.top
            self._rows.append(_box((x - 0.019, self.y + 0.019, x + 0.019, self.y - 0.019), _BRIGHT, 0.019))
        self.y -= 0.028 + SMALL_M
        lowest = self.y
        for share, (x, anchor) in enumerate(zip(marks, dial.anchors, strict=True)):
            self._column(str(dial.top * share // spaces), x, self.y, column, _INK)
            lowest = min(lowest, self._column(anchor, x, self.y - _LINE * SMALL_M, column, _SOFT))
        self.y = lowest - 0.4 * SMALL_M - _GAP_M

    def _column(self, text: str, middle: float, base: float, width: float, colour: Colour) -> float:
        """Up to four short centred lines; the base line of the last."""
        lines = self._letters.wrapped(text, 0.96 * width / SMALL_M, 4)
        bases = [base - number * 1.12 * SMALL_M for number in range(len(lines))]
        for line, y in zip(lines, bases, strict=True):
            self._write(line, middle - self._letters.width(line) * SMALL_M / 2, y, SMALL_M, colour)
        return bases[-1] if bases else base

    def _write(self, text: str, x: float, y: float, em_m: float, colour: Colour) -> None:
        """One spelled line, its pen starting at `x` on the base line `y`."""
        for one in text:
            letter = self._letters.letters[one]
            left, top, right, bottom = letter.box
            if right > left:
                rect = (x + left * em_m, y + top * em_m, x + right * em_m, y + bottom * em_m)
                self._rows.append((*rect, *letter.uv, *colour, *_LETTER))
            x += letter.advance * em_m


def _box(rect: tuple[float, float, float, float], colour: Colour, radius_m: float) -> _Row:
    red, green, blue, alpha = colour
    return (*rect, *_NO_UV, red * alpha, green * alpha, blue * alpha, alpha, radius_m, 0.0, 0.0, 0.0)
