"""Events: what happened. Everything that `step` is told, and the first half of every record in the session log.

`t_ns` is the headset's monotonic clock (`vret.clock`), stamped once where the event enters the program.
"""

from enum import StrEnum

import msgspec

from vret.core.commands import Command
from vret.core.display import DisplayProfile
from vret.core.homework import Homework
from vret.core.ladder import SceneRules
from vret.core.plan import Plan


class Input(StrEnum):
    """An input on which the person can stop."""

    KEYBOARD = "keyboard"
    WINDOW = "window"
    CONTROLLER_LEFT = "controller_left"
    CONTROLLER_RIGHT = "controller_right"
    HAND_LEFT = "hand_left"
    HAND_RIGHT = "hand_right"


class Phrase(StrEnum):
    """What the person can say by one press, in the order in which it is offered. The first and the last mislead least
    when they are chosen by accident."""

    CANNOT_HEAR = "cannot_hear"
    PLEASE_TALK = "please_talk"
    SLOWER = "slower"
    OKAY = "okay"
    YES = "yes"
    NO = "no"


class _Event(msgspec.Struct, frozen=True, tag=True, kw_only=True, gc=False):
    t_ns: int


class SessionOpened(_Event, frozen=True, kw_only=True):
    """The device redeemed its code: the session begins in the waiting room. Always the first event.

    With `compares_words` nothing rises before both people have compared the words of `KeysAgreed`. With
    `watches_sickness` it is asked how sick the person feels, and breaks are looked after, without anybody's doing.
    With `homework` there is no therapist: it begins in the calm room, and its plan is that of the homework.
    """

    session_id: str
    plan: Plan
    scenes: tuple[SceneRules, ...]
    compares_words: bool = False
    watches_sickness: bool = False
    homework: Homework | None = None


class Admitted(_Event, frozen=True, kw_only=True):
    """The therapist let the person in from the waiting room."""

    therapist: str


class Tick(_Event, frozen=True, kw_only=True):
    """Time passed. `gap_ns` is the time since the previous tick, as the frame loop measured it."""

    gap_ns: int


class HeartbeatReceived(_Event, frozen=True, kw_only=True):
    """The console is alive and has seen beacon `beacon`."""

    sender: str
    beacon: int


class KeysAgreed(_Event, frozen=True, kw_only=True):
    """A console has proved that it holds the same keys as the headset: `keys` names them, `words` are made of them."""

    sender: str
    keys: str
    words: tuple[str, ...]


class WordsMatched(_Event, frozen=True, kw_only=True):
    """The therapist has heard the words that the console shows. Only who holds the keys could say so."""

    sender: str
    keys: str


class KeysRecognised(_Event, frozen=True, kw_only=True):
    """Console and headset compared the words of an earlier session: with that key both have proved who they are."""

    sender: str
    keys: str


class CommandReceived(_Event, frozen=True, kw_only=True):
    """A command from the console. `sequence` counts up for each sender; `beacon` is the newest that it has seen."""

    sender: str
    command_id: str
    sequence: int
    beacon: int
    command: Command


class WaitPressed(_Event, frozen=True, kw_only=True):
    input: Input


class LessPressed(_Event, frozen=True, kw_only=True):
    input: Input


class StopPressed(_Event, frozen=True, kw_only=True):
    input: Input


class ReadyPressed(_Event, frozen=True, kw_only=True):
    input: Input


class ResumeAccepted(_Event, frozen=True, kw_only=True):
    input: Input


class RisePressed(_Event, frozen=True, kw_only=True):
    """The person goes one rung up, or on after a hold; in homework alone (`vret.core.alone`)."""

    input: Input


class Finished(_Event, frozen=True, kw_only=True):
    """The person, or the program for them, ends their homework."""


class CanWaitPressed(_Event, frozen=True, kw_only=True):
    """The person would rather wait out the lost connection, within what the plan allows."""

    input: Input


class SomeoneCameIn(_Event, frozen=True, kw_only=True):
    """Somebody else is in the person's room: nothing shall be seen or heard of the session. It is not a stop."""

    input: Input


class PrivateAgain(_Event, frozen=True, kw_only=True):
    """The person is alone again."""

    input: Input


class RecordingAccepted(_Event, frozen=True, kw_only=True):
    """The person agrees that the sound of the conversation is recorded."""

    input: Input


class RecordingDeclined(_Event, frozen=True, kw_only=True):
    """The person says no to a recording, or ends the one that is under way."""

    input: Input


class RatingGiven(_Event, frozen=True, kw_only=True):
    """The person turned the dial and let go: SUDS 0 to 100."""

    suds: int


class SicknessGiven(_Event, frozen=True, kw_only=True):
    """The person turned the dial and let go: how sick they feel, 0 to 10 (`vret.core.sickness`)."""

    fms: int


class PhraseSaid(_Event, frozen=True, kw_only=True):
    """The person said a phrase to the therapist."""

    input: Input
    phrase: Phrase


class Wrote(_Event, frozen=True, kw_only=True):
    """The person wrote to the therapist, at the desktop window; a text as `vret.core.conversation.is_plain` has it."""

    text: str


class HeartRateRead(_Event, frozen=True, kw_only=True):
    """The sensor told the person's heart rate in beats a minute, and whether it has contact."""

    bpm: int
    has_contact: bool


class StoodUp(_Event, frozen=True, kw_only=True):
    """The person's eyes are higher than they are when this person sits."""


class SatDown(_Event, frozen=True, kw_only=True):
    """They are where they are when this person sits."""


class HeadsetRemoved(_Event, frozen=True, kw_only=True):
    pass


class HeadsetWorn(_Event, frozen=True, kw_only=True):
    pass


class FocusLost(_Event, frozen=True, kw_only=True):
    """The runtime took the input away (system menu): no press can be read."""


class FocusGained(_Event, frozen=True, kw_only=True):
    pass


class Recentred(_Event, frozen=True, kw_only=True):
    """The runtime moved the space in which the person stands, so that everything seen moved with it."""


class TrackingLost(_Event, frozen=True, kw_only=True):
    """The headset does not know where the head is any more: what is seen stays behind or comes along with it."""


class TrackingFound(_Event, frozen=True, kw_only=True):
    """It knows again."""


class DisplayDeclared(_Event, frozen=True, kw_only=True):
    """What shows the scene, with its own rate in whole pictures a second; 0 where none is known."""

    profile: DisplayProfile
    rate_hz: int


class FrameRateLow(_Event, frozen=True, kw_only=True):
    """For a whole second the display got fewer pictures than `vret.core.display.FLOOR` of its rate."""


class FrameRateFine(_Event, frozen=True, kw_only=True):
    """For a whole second it has got enough again."""


class InputGained(_Event, frozen=True, kw_only=True):
    input: Input


class InputLost(_Event, frozen=True, kw_only=True):
    input: Input


class LogHealthChanged(_Event, frozen=True, kw_only=True):
    """Whether recording keeps up and has space; `reason` says what is wrong, empty when healthy."""

    healthy: bool
    reason: str = ""


class ScenesMissing(_Event, frozen=True, kw_only=True):
    """Scenes of the plan that cannot be shown yet, instead of those named before: they are still being loaded."""

    scenes: tuple[str, ...]


class ProgramRestarted(_Event, frozen=True, kw_only=True):
    """A new frame process took the session over from a dead one."""


Event = (
    SessionOpened
    | Admitted
    | Tick
    | HeartbeatReceived
    | KeysAgreed
    | WordsMatched
    | KeysRecognised
    | CommandReceived
    | WaitPressed
    | LessPressed
    | StopPressed
    | ReadyPressed
    | ResumeAccepted
    | CanWaitPressed
    | RatingGiven
    | PhraseSaid
    | Wrote
    | HeadsetRemoved
    | HeadsetWorn
    | FocusLost
    | FocusGained
    | Recentred
    | InputGained
    | InputLost
    | TrackingLost
    | TrackingFound
    | DisplayDeclared
    | FrameRateLow
    | FrameRateFine
    | LogHealthChanged
    | ScenesMissing
    | ProgramRestarted
    | SomeoneCameIn
    | PrivateAgain
    | RecordingAccepted
    | RecordingDeclined
    | SicknessGiven
    | RisePressed
    | Finished
    | HeartRateRead
    | StoodUp
    | SatDown
)
