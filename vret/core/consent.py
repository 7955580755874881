"""Consent: whether both people agree that the sound of their conversation is recorded, so that the log proves it.

The therapist asks, which is their own consent; the person says yes, or it is a no. Either takes it back at any time by
one press. The recording is made in the therapist's page (docs/recording.md). It steers nothing and raises nothing.
"""

from enum import StrEnum

import msgspec


class RecordingEnd(StrEnum):
    """Why a question about a recording is closed, or a recording over.

    `UNANSWERED`: nobody said yes in time, or before something else came in between.
    """

    DECLINED = "declined"
    UNANSWERED = "unanswered"
    PERSON = "person"
    THERAPIST = "therapist"
    SESSION_ENDED = "session_ended"


class SoundRecording(msgspec.Struct, frozen=True, gc=False):
    """The `number`-th that was asked for in this session: a question until `until_ns`, or with `is_on` under way.

    While somebody else is with the person it stays on, and silence is recorded.
    """

    number: int
    until_ns: int
    is_on: bool = False
