"""Preparation: what a person tries out in the calm room before the first exposure, one thing after another.

No clock runs and nothing rises by it. What is asked with yes or no the person answers with the control for ready, the
controls are answered by doing them, and the therapist can enter what the person said aloud. In homework the person
says no with the control for less.
"""

from enum import StrEnum

import msgspec
from msgspec.structs import replace


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
    WELL = "well"
    SOBER = "sober"
    ROOM_CLEAR = "room_clear"
    REACHABLE = "reachable"
    SEATED = "seated"


SAFE_ALONE = (Item.WELL, Item.SOBER, Item.ROOM_CLEAR, Item.REACHABLE, Item.SEATED)
"""What must be right before a person goes on without a therapist: one no, and it is not for today."""
ALONE = (*SAFE_ALONE, Item.WAIT, Item.LESS, Item.RATING, Item.STOP)
TOGETHER = tuple(item for item in Item if item not in SAFE_ALONE)
"""With a therapist there."""
SAID = frozenset({Item.READ, Item.SEAT, Item.FLOOR, Item.BOUNDARY, Item.SOUND, *SAFE_ALONE})
"""What is answered with yes or no; the others are done."""


class Answer(msgspec.Struct, frozen=True, gc=False):
    """Not well: the person said no, or it was left out."""

    item: Item
    is_well: bool


class Preparation(msgspec.Struct, frozen=True, gc=False):
    """The newest answer to each item, in the order in which they came; `is_alone`: the items are those of homework."""

    answers: tuple[Answer, ...] = ()
    is_alone: bool = False

    @property
    def asked(self) -> Item | None:
        """The first that has no answer yet; None when all have."""
        known = {answer.item for answer in self.answers}
        items = ALONE if self.is_alone else TOGETHER
        return next((item for item in items if item not in known), None)

    @property
    def is_not_today(self) -> bool:
        """Whether something that must be right without a therapist is not."""
        return any(answer.item in SAFE_ALONE and not answer.is_well for answer in self.answers)

    def with_answer(self, item: Item, is_well: bool) -> "Preparation":
        others = tuple(answer for answer in self.answers if answer.item is not item)
        return replace(self, answers=(*others, Answer(item, is_well)))
