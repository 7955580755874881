"""Simulator sickness: when it is asked, and what an answer and the time spent in scenes lead to. Pure.

The rules:

1.  It is asked before the first exposure, after every 10 minutes in a scene, and after an exposure: once distress has
    been rated in the calm room, or a minute after the scene was left. The therapist may ask at any time, and enter
    what the person said aloud.
2.  Distress comes first. While anything else is asked, is to be read or has just held the scene, the question waits,
    and is asked anew. What is not answered in time is missing, never zero, and never stands in anybody's way.
3.  From 5 on the therapist is alarmed, and nothing else follows. From 7 on the person is in the calm room at once, and
    nothing rises before a later answer is lower. What lowers, and the way into the calm room, are never in question.
4.  After 30 minutes in scenes without 10 minutes out of them the therapist is told that a break is due. The person is
    not: a clock that runs out belongs to nobody who is afraid.

The scale is the Fast Motion Sickness scale (Keshavarz and Hecht 2011, Human Factors 53(4), 415-426) with eleven
answers instead of twenty-one (FMS-10, clinical.md 2.2, whose targets let an answer of 5 prompt a break). One item can
be answered in a scene, which a questionnaire cannot. It is asked seldom, since a question about sickness draws
attention to it; and apart from distress, because fear makes sick too and neither may pass for the other. Sickness grows
with the time in a scene and outlasts it, hence the break by the clock (10 to 15 minutes in every 30, clinical.md 2.3),
the question after the scene, and an answer below 7 rather than a time before anything may rise again.
"""

import msgspec
from msgspec.structs import replace

from vret.core.measures import SicknessMoment

FMS_MAX = 10
FMS_ALARM = 5
"""From here on the therapist is alarmed."""
FMS_UNWELL = 7
"""From here on nobody stays in a scene."""


class SicknessRequest(msgspec.Struct, frozen=True, gc=False):
    """The question: on the dial until `until_ns`, at None not yet, because something else comes first."""

    moment: SicknessMoment
    by_therapist: bool = False
    until_ns: int | None = None


class Sickness(msgspec.Struct, frozen=True, gc=False):
    """What is known of it. Times in scenes are sums up to `since_ns`, the entry into the scene that is shown.

    `is_watched`: it is asked, and breaks are looked after, without the therapist's doing. `fms` is the newest answer.
    `left_ns` is when a scene was left last. `asked_ns` and `rested_ns` are the time in scenes at the newest question
    or answer, and at the newest break. `is_after_due`: a scene was left, and nothing was asked or answered since.
    """

    is_watched: bool = False
    request: SicknessRequest | None = None
    fms: int | None = None
    answered_ns: int | None = None
    exposed_ns: int = 0
    since_ns: int | None = None
    left_ns: int | None = None
    asked_ns: int | None = None
    rested_ns: int = 0
    is_break_due: bool = False
    is_after_due: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether the dial asks for it now."""
        return self.request is not None and self.request.until_ns is not None

    @property
    def is_unwell(self) -> bool:
        return self.fms is not None and self.fms >= FMS_UNWELL

    @property
    def moment(self) -> SicknessMoment:
        """What an answer now would be an answer of."""
        if self.since_ns is not None:
            return SicknessMoment.DURING
        return SicknessMoment.BEFORE if self.left_ns is None else SicknessMoment.AFTER

    def exposed_at(self, t_ns: int) -> int:
        """Time in scenes in this session."""
        return self.exposed_ns + (0 if self.since_ns is None else t_ns - self.since_ns)

    def unbroken_at(self, t_ns: int) -> int:
        """Time in scenes since the newest break."""
        return self.exposed_at(t_ns) - self.rested_ns

    def unasked_at(self, t_ns: int) -> int:
        """Time in scenes since the newest question or answer."""
        return self.exposed_at(t_ns) - (self.asked_ns or 0)

    def entered(self, t_ns: int) -> "Sickness":
        return replace(self, since_ns=t_ns, left_ns=None, is_after_due=False)

    def left(self, t_ns: int) -> "Sickness":
        return replace(self, exposed_ns=self.exposed_at(t_ns), since_ns=None, left_ns=t_ns, is_after_due=True)

    def without(self, gap_ns: int) -> "Sickness":
        """Nobody saw anything for so long: it was no time in a scene."""
        return self if self.since_ns is None else replace(self, since_ns=self.since_ns + gap_ns)

    def rested(self) -> "Sickness":
        return replace(self, rested_ns=self.exposed_ns, is_break_due=False)

    def asking(self, request: SicknessRequest, t_ns: int, until_ns: int) -> "Sickness":
        asked = replace(request, until_ns=until_ns)
        return replace(self, request=asked, asked_ns=self.exposed_at(t_ns), is_after_due=False)

    def answered(self, fms: int, t_ns: int) -> "Sickness":
        exposed_ns = self.exposed_at(t_ns)
        return replace(self, request=None, fms=fms, answered_ns=t_ns, asked_ns=exposed_ns, is_after_due=False)
