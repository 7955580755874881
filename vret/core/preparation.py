"""Preparation: what a person tries out in the calm room before the first exposure, one thing after another.

No clock runs and nothing rises by it. What is asked with yes or no the person answers with the control for ready, the
controls are answered by doing them, and the therapist can enter what the person said aloud.
"""

from enum import StrEnum

import msgspec


class Item(StrEnum):
    """In the order in which they are asked: first whether the person can be well here, stop last."""

    READ = "read"
    SEAT = "seat"
    FLOOR = "floor"
    BOUNDARY = "boundary"
    SOUND = "sound"
    WAIT = "wait"
    LESS = "less"
    RATING = "rating"
    STOP = "stop"


SAID = frozenset({Item.READ, Item.SEAT, Item.FLOOR, Item.BOUNDARY, Item.SOUND})
"""What is answered with yes or no; the others are done."""


class Answer(msgspec.Struct, frozen=True, gc=False):
    """Not well: the person said no, or it was left out."""

    item: Item
    is_well: bool


class Preparation(msgspec.Struct, frozen=True, gc=False):
    """The newest answer to each item, in the order in which they came."""

    answers: tuple[Answer, ...] = ()

    @property
    def asked(self) -> Item | None:
        """The first that has no answer yet; None when all have."""
        known = {answer.item for answer in self.answers}
        return next((item for item in Item if item not in known), None)

    def with_answer(self, item: Item, is_well: bool) -> "Preparation":
        others = tuple(answer for answer in self.answers if answer.item is not item)
        return Preparation((*others, Answer(item, is_well)))
