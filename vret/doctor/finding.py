"""A finding: one line of what `vret doctor` or `vret server doctor` says."""

import sys
from enum import StrEnum
from textwrap import TextWrapper

import msgspec

WIDTH = 100


class Mark(StrEnum):
    """The sign and, since a sign alone may not be read or heard, a word."""

    GOOD = "✓ good"
    NOTE = "! note"
    BAD = "✗ bad"


class Finding(msgspec.Struct, frozen=True):
    """`advice` is what to do; `needed` says that without it the headset program cannot work at all."""

    about: str
    mark: Mark
    sentence: str
    advice: str = ""
    needed: bool = False

    @property
    def is_fatal(self) -> bool:
        return self.needed and self.mark is Mark.BAD


def line(finding: Finding) -> str:
    wrapper = TextWrapper(WIDTH, subsequent_indent=" " * 8, break_long_words=False, break_on_hyphens=False)
    text = wrapper.fill(f"{finding.mark:<7} {finding.about}: {finding.sentence}")
    if finding.advice:
        wrapper.initial_indent = " " * 8
        text += "\n" + wrapper.fill(f"→ {finding.advice}")
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)
