"""Choosing: which phrase the person is about to say. Pure.

One push chooses, and what is left alone is said: it needs no second press, shows what will be said before it is, and
takes nothing from the buttons that stop, wait, lower and agree. Pushed on past either end, nothing is chosen.
"""

from vret.core.events import Phrase

PHRASES = tuple(Phrase)
SAID_AFTER_NS = 2_000_000_000


class Choosing:
    """`choice` counts in PHRASES; None while nothing is chosen."""

    def __init__(self) -> None:
        self.choice: int | None = None
        self.is_offered = False
        self._left_ns = 0

    def offer(self, is_offered: bool) -> None:
        """Whether phrases are on the panel. When they are not any more, what was chosen is not said."""
        self.is_offered = is_offered
        if not is_offered:
            self.choice = None

    def move(self, direction: int, t_ns: int) -> None:
        """To the next phrase (1) or the one before (-1)."""
        if not self.is_offered:
            return
        place = (0 if self.choice is None else self.choice + 1) + direction
        place %= len(PHRASES) + 1
        self.choice = None if place == 0 else place - 1
        self._left_ns = t_ns

    def touch(self, t_ns: int) -> None:
        """The person is still at it."""
        self._left_ns = t_ns

    def said(self, t_ns: int) -> Phrase | None:
        """The phrase that has been left alone for long enough; once."""
        if self.choice is None or t_ns - self._left_ns < SAID_AFTER_NS:
            return None
        phrase, self.choice = PHRASES[self.choice], None
        return phrase
