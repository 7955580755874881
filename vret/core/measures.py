"""What is asked of the person: subjective units of distress (SUDS), sickness (`vret.core.sickness`) and expectancy.

SUDS run from 0 to 100 with the person's own past experiences as anchors (Wolpe's scale; the anchors follow the SUDS
worksheet of the University of Texas exposure group). A rating that was not given is missing and never zero.
"""

from enum import StrEnum

import msgspec

SUDS_MAX = 100
SUDS_ALARM = 95
"""From here on the therapist is alarmed. Nothing is lowered by it: a peak of fear may be what was planned."""
ANCHOR_MAX = 60
"""Characters of one anchor: what stands readable beside the scale."""


class RatingSource(StrEnum):
    DIAL = "dial"
    THERAPIST = "therapist"


class RatingMoment(StrEnum):
    """Why a rating was asked for (clinical.md 2.1)."""

    BASELINE = "baseline"
    ENTRY = "entry"
    STEP = "step"
    PEAK = "peak"
    INTERVAL = "interval"
    EXIT = "exit"
    AFTER_STOP = "after_stop"


class SicknessMoment(StrEnum):
    """Of when an answer about sickness tells: before the first exposure, in a scene, or out of it again."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Anchors(msgspec.Struct, frozen=True):
    """The person's own words for 0, 25, 50, 75 and 100, of at most ANCHOR_MAX characters each."""

    at_0: str
    at_25: str
    at_50: str
    at_75: str
    at_100: str


class EndedHow(StrEnum):
    """How a session ended: on a chosen step, by escape, or for a technical reason. None of them is a failure."""

    CHOSEN_STEP = "chosen_step"
    ESCAPED = "escaped"
    TECHNICAL = "technical"
