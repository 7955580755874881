"""Lettering: every letter once in one picture, and where text puts them.

The letters are those of Pillow's own typeface, so that text looks the same on every computer; it has no accents, which
are drawn here over their base letters. What cannot be written at all becomes a question mark, one for each letter or
picture and not for the marks that belong to it.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

EM_PX = 64
ATLAS_PX = (2048, 1024)
TICK = "✓"
_GAP_PX = 5
_NARROWER = (0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58)
_ROUNDING = 1e-6
_LINE_PX = round(0.075 * EM_PX)
_BASES = "".join(chr(code) for code in range(33, 127)) + "‘’“”…"
_ACCENTED = tuple(chr(code) for code in range(0xC0, 0x17F) if len(unicodedata.normalize("NFD", chr(code))) == 2)
_WRITTEN_AS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
    | {"–": "-", "—": "-", "−": "-", "„": "“", "«": "“", "»": "”", "‚": "‘", "€": "EUR", "\u00a0": " "}
)

_JOINING = frozenset({"Mn", "Me", "Cf"})

Box = tuple[float, float, float, float]
_Ink = Callable[[ImageDraw.ImageDraw, float, float], None]


@dataclass(frozen=True, slots=True)
class Letter:
    """`box` is left, top, right, bottom from the pen on the base line, in ems, Y up; `uv` the same in the atlas."""

    advance: float
    box: Box
    uv: Box


class Lettering:
    """The letters' picture (`pixels`, rows from the top, 255 is ink) and their measures."""

    def __init__(self) -> None:
        self.letters: dict[str, Letter] = {}
        image = Image.new("L", ATLAS_PX)
        self._draw = ImageDraw.Draw(image)
        self._font = ImageFont.load_default(EM_PX)
        self._x = self._y = _GAP_PX
        for letter in (*_BASES, *_ACCENTED):
            self._add(letter)
        self._add_tick()
        self.letters[" "] = Letter(float(self._font.getlength(" ")) / EM_PX, (0, 0, 0, 0), (0, 0, 0, 0))
        self.pixels: npt.NDArray[np.uint8] = np.asarray(image)

    def spelled(self, text: str) -> str:
        """The text in letters that are there."""
        known = unicodedata.normalize("NFC", text).translate(_WRITTEN_AS)
        return "".join(letter if letter in self.letters else "?" for letter in known if self._is_seen(letter))

    def _is_seen(self, letter: str) -> bool:
        """Marks that only change the letter before them, or join two, are no letters of their own."""
        return letter in self.letters or unicodedata.category(letter) not in _JOINING

    def width(self, text: str) -> float:
        """In ems; `text` is spelled."""
        return sum(self.letters[letter].advance for letter in text)

    def wrapped(self, text: str, width: float, most: int) -> list[str]:
        """Spelled lines of at most `width` ems; what goes beyond `most` lines ends in an ellipsis."""
        words = self._words(text, width)
        return self._cut(self._filled(words, width), width, most)

    def balanced(self, text: str, width: float, most: int) -> list[str]:
        """As `wrapped`, in lines of about the same length, so that no word is left alone."""
        words = self._words(text, width)
        lines = self._filled(words, width)
        widest = max((own for _, own in words), default=0.0)
        for share in _NARROWER:
            narrower = self._filled(words, max(width * share, widest))
            if len(narrower) > len(lines):
                break
            lines = narrower
        return self._cut(lines, width, most)

    def _words(self, text: str, width: float) -> list[tuple[str, float]]:
        """Spelled words and their widths; one that is wider than a line comes in pieces."""
        words: list[tuple[str, float]] = []
        for word in self.spelled(text).split():
            piece, so_far = "", 0.0
            for letter in word:
                advance = self.letters[letter].advance
                if piece and so_far + advance > width:
                    words.append((piece, so_far))
                    piece, so_far = "", 0.0
                piece, so_far = piece + letter, so_far + advance
            words.append((piece, so_far))
        return words

    def _filled(self, words: Iterable[tuple[str, float]], width: float) -> list[str]:
        """Lines with as many words as each can hold."""
        lines: list[str] = []
        space, so_far = self.letters[" "].advance, 0.0
        for word, own in words:
            if lines and so_far + space + own <= width + _ROUNDING:
                lines[-1] += " " + word
                so_far += space + own
            else:
                lines.append(word)
                so_far = own
        return lines

    def _cut(self, lines: list[str], width: float, most: int) -> list[str]:
        if len(lines) <= most:
            return lines
        last = lines[most - 1]
        while last and self.width(last + "…") > width:
            last = last[:-1]
        return [*lines[: most - 1], last.rstrip() + "…"]

    def _add(self, letter: str) -> None:
        parts = unicodedata.normalize("NFD", letter)
        base, mark = parts[0], parts[1:]
        if mark and mark not in _MARKS:
            return
        left, top, right, bottom = self._font.getbbox(base, anchor="ls")
        advance = float(self._font.getlength(base)) / EM_PX
        room = EM_PX // 4 if mark else 0

        def ink(draw: ImageDraw.ImageDraw, x: float, y: float) -> None:
            draw.text((x, y), base, fill=255, font=self._font, anchor="ls")
            if mark:
                middle = x + (left + right) / 2
                _MARKS[mark](draw, middle, y + (bottom if mark in _BELOW else top))

        self._place(letter, advance, (left - room / 2, top - room, right + room / 2, bottom + room), ink)

    def _add_tick(self) -> None:
        def ink(draw: ImageDraw.ImageDraw, x: float, y: float) -> None:
            points = [(0.06, -0.32), (0.26, -0.10), (0.66, -0.60)]
            corners = [(x + across * EM_PX, y + up * EM_PX) for across, up in points]
            draw.line(corners, fill=255, width=round(1.5 * _LINE_PX), joint="curve")

        self._place(TICK, 0.74, (0, -0.7 * EM_PX, 0.74 * EM_PX, 0.05 * EM_PX), ink)

    def _place(self, letter: str, advance: float, box: Box, ink: _Ink) -> None:
        """Draw a letter at the next free spot; `box` is in pixels from the pen, Y down."""
        left, top, right, bottom = box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1
        if self._x + right - left > ATLAS_PX[0] - _GAP_PX:
            self._x, self._y = _GAP_PX, self._y + round(1.5 * EM_PX)
        assert self._y + bottom - top < ATLAS_PX[1], "the letters outgrew their picture: raise ATLAS_PX"
        pen_x, pen_y = round(self._x - left), round(self._y - top)
        ink(self._draw, pen_x, pen_y)
        width, height = ATLAS_PX
        self.letters[letter] = Letter(
            advance,
            (left / EM_PX, -top / EM_PX, right / EM_PX, -bottom / EM_PX),
            ((pen_x + left) / width, (pen_y + top) / height, (pen_x + right) / width, (pen_y + bottom) / height),
        )
        self._x = round(pen_x + right) + _GAP_PX


def _stroke(*points: tuple[float, float]) -> _Ink:
    """A mark of strokes over a letter: points in ems from the middle of its upper edge, Y up."""

    def ink(draw: ImageDraw.ImageDraw, x: float, y: float) -> None:
        corners = [(x + across * EM_PX, y - up * EM_PX) for across, up in points]
        draw.line(corners, fill=255, width=_LINE_PX, joint="curve")

    return ink


def _dots(*across: float) -> _Ink:
    def ink(draw: ImageDraw.ImageDraw, x: float, y: float) -> None:
        for one in across:
            draw.circle((x + one * EM_PX, y - 0.13 * EM_PX), 0.75 * _LINE_PX, fill=255)

    return ink


def _ring(draw: ImageDraw.ImageDraw, x: float, y: float) -> None:
    draw.circle((x, y - 0.12 * EM_PX), 0.09 * EM_PX, outline=255, width=_LINE_PX - 1)


_MARKS: dict[str, _Ink] = {
    "\u0300": _stroke((-0.12, 0.20), (0.04, 0.07)),
    "\u0301": _stroke((0.12, 0.20), (-0.04, 0.07)),
    "\u0302": _stroke((-0.13, 0.07), (0, 0.19), (0.13, 0.07)),
    "\u0303": _stroke((-0.16, 0.09), (-0.06, 0.16), (0.06, 0.09), (0.16, 0.16)),
    "\u0304": _stroke((-0.14, 0.12), (0.14, 0.12)),
    "\u0307": _dots(0),
    "\u0308": _dots(-0.12, 0.12),
    "\u030a": _ring,
    "\u030c": _stroke((-0.13, 0.19), (0, 0.07), (0.13, 0.19)),
    "\u0327": _stroke((0.02, 0.02), (0.05, -0.08), (-0.06, -0.14)),
    "\u0328": _stroke((0.06, 0.02), (0, -0.08), (0.08, -0.13)),
}
_BELOW = frozenset({"\u0327", "\u0328"})


@lru_cache(maxsize=1)
def lettering() -> Lettering:
    """The one set of letters, made when it is first needed."""
    return Lettering()
