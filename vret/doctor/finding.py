"""A finding: one line of what `vret doctor` says."""

from enum import StrEnum

import msgspec


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
