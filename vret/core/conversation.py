"""The conversation: what therapist and person write to each other, read off the records of a session. Pure.

The log is the conversation. Both ends show it from records, so that each line stands there once and in its place,
after a reload, a reconnection or the death of a process.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from vret.core.commands import SAY_MAX, Say, SayHere
from vret.core.effects import CommandAccepted, Effect
from vret.core.events import CommandReceived, Event, Phrase, PhraseSaid, Wrote

PHRASES: dict[Phrase, str] = {
    Phrase.CANNOT_HEAR: "I cannot hear you",
    Phrase.PLEASE_TALK: "Please talk to me",
    Phrase.SLOWER: "Slower, please",
    Phrase.OKAY: "I am okay",
    Phrase.YES: "Yes",
    Phrase.NO: "No",
}
"""What each says: the person says it in these words, and the therapist reads it in these."""


class Speaker(StrEnum):
    THERAPIST = "therapist"
    PERSON = "person"


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line. `phrase` is one of the person's; `is_here` that the therapist let it be said that they are here.

    Neither has a `text`.
    """

    t_ns: int
    speaker: Speaker
    text: str = ""
    phrase: Phrase | None = None
    is_here: bool = False


def line_of(event: Event, effects: Iterable[Effect]) -> Line | None:
    """The line that a record added; None for a record of something else, and for a text that was refused."""
    match event:
        case CommandReceived(command=Say(text=text)) if _is_accepted(effects):
            return Line(event.t_ns, Speaker.THERAPIST, text)
        case CommandReceived(command=SayHere()) if _is_accepted(effects):
            return Line(event.t_ns, Speaker.THERAPIST, is_here=True)
        case PhraseSaid(phrase=phrase):
            return Line(event.t_ns, Speaker.PERSON, phrase=phrase)
        case Wrote(text=text):
            return Line(event.t_ns, Speaker.PERSON, text)
        case _:
            return None


def is_plain(text: str) -> bool:
    """Whether it can be a line: 1 to SAY_MAX characters, not only blanks, nothing that only steers how text is shown.

    A line may be broken. Left out are the other control characters, the marks that turn the direction of writing, with
    which a text could look like another one, and halves of characters.
    """
    return 0 < len(text) <= SAY_MAX and not text.isspace() and not any(_steers(ord(letter)) for letter in text)


def without_steering(text: str) -> str:
    """The text without what `is_plain` does not allow in it."""
    return "".join(letter for letter in text if not _steers(ord(letter)))


def _is_accepted(effects: Iterable[Effect]) -> bool:
    return any(isinstance(effect, CommandAccepted) for effect in effects)


def _steers(code: int) -> bool:
    return code != _NEW_LINE and any(first <= code <= last for first, last in _STEERING)


_NEW_LINE = 0x0A
_STEERING = (
    (0x00, 0x1F),
    (0x7F, 0x9F),
    (0x061C, 0x061C),
    (0x200E, 0x200F),
    (0x2028, 0x202E),
    (0x2066, 0x2069),
    (0xD800, 0xDFFF),
    (0xFEFF, 0xFEFF),
)
