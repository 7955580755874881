"""Commands: what the therapist asks for. Each carries an id in its envelope and gets exactly one answer.

A command that cannot be understood whole is refused whole: an ignored safety field would be a hazard.
Axis values are micro-units (`vret.core.axes`), levels thousandths from 0 to 10 000.
"""

from enum import StrEnum

import msgspec

from vret.core.measures import Anchors, EndedHow, RatingMoment
from vret.core.preparation import Item

SAY_MAX = 500
"""Characters (code points) of a text from either side; the panel has room for as many."""


class ResumeLevel(StrEnum):
    """Where to go on after a stop; one lower is the default, `CALM` is the calm room without exposure."""

    SAME = "same"
    LOWER = "lower"
    FIRST = "first"
    CALM = "calm"


class _Command(msgspec.Struct, frozen=True, tag=True, kw_only=True, gc=False):
    pass


class SetRung(_Command, frozen=True, kw_only=True):
    """Go to a rung; from the calm room this starts the exposure."""

    scene: str
    rung: str


class SetLevel(_Command, frozen=True, kw_only=True):
    """Set the macro level of the scene that is shown."""

    level: int


class SetAxis(_Command, frozen=True, kw_only=True):
    """Move one axis of the scene that is shown, at `rate` micro-units a second or the scene's own rate."""

    axis: str
    target: int
    rate: int | None = None


class ShowStimulus(_Command, frozen=True, kw_only=True):
    """Show a one-shot stimulus; without warning only where the plan records the person's consent to surprises."""

    stimulus: str
    warned: bool = True


class SetVariant(_Command, frozen=True, kw_only=True):
    """Show the scene that is shown in another of its variants; always a rise, whichever way it goes."""

    variant: str


class StepDown(_Command, frozen=True, kw_only=True):
    """One step down; never refused while a scene is shown."""


class Pause(_Command, frozen=True, kw_only=True):
    """Stay where you are; nothing approaches."""


class Calm(_Command, frozen=True, kw_only=True):
    """Fade to the calm room."""


class Stop(_Command, frozen=True, kw_only=True):
    """Cut to the calm room, latched."""


class Continue(_Command, frozen=True, kw_only=True):
    """Go on after a pause or a hold."""


class Resume(_Command, frozen=True, kw_only=True):
    """Offer to go on after a stop. The person must have said ready, and must accept."""

    level: ResumeLevel = ResumeLevel.LOWER


class AskRating(_Command, frozen=True, kw_only=True):
    """Ask for a SUDS rating with the dial; the scene goes on."""

    moment: RatingMoment = RatingMoment.INTERVAL


class EnterRating(_Command, frozen=True, kw_only=True):
    """Enter a SUDS rating that the person said aloud."""

    suds: int
    moment: RatingMoment = RatingMoment.INTERVAL


class AskSickness(_Command, frozen=True, kw_only=True):
    """Ask with the dial how sick the person feels; after what is asked already. The scene goes on."""


class EnterSickness(_Command, frozen=True, kw_only=True):
    """Enter how sick the person said they feel, 0 to 10."""

    fms: int


class SetAnchors(_Command, frozen=True, kw_only=True):
    anchors: Anchors


class ExpectBefore(_Command, frozen=True, kw_only=True):
    """The feared outcome in the person's words, its probability 0-100, and how both will know."""

    feared_outcome: str
    probability: int
    how_known: str = ""


class ExpectAfter(_Command, frozen=True, kw_only=True):
    """Whether it happened, surprise 0-100, the new probability 0-100, and what was learnt."""

    occurred: bool
    surprise: int
    probability: int
    learnt: str = ""


class MarkSafetyBehaviour(_Command, frozen=True, kw_only=True):
    """An observed safety behaviour, such as gripping the rail or looking away."""

    behaviour: str


class Tag(_Command, frozen=True, kw_only=True):
    """A one-key mark on the timeline."""

    tag: str


class Note(_Command, frozen=True, kw_only=True):
    text: str


class Say(_Command, frozen=True, kw_only=True):
    """Show the person a text (`vret.core.conversation.is_plain`) for as long as it takes to read, in every state.

    A newer one replaces it. It may be sent again under the same command id until it is answered, and is taken once.
    """

    text: str


class Prepare(_Command, frozen=True, kw_only=True):
    """Go through the preparation with the person, from its start; in the calm room, before the first exposure."""


class EnterPrepared(_Command, frozen=True, kw_only=True):
    """Enter what the person said of an item, or that it is left out. What is to be done cannot be said to be done."""

    item: Item
    is_well: bool


class SayHere(_Command, frozen=True, kw_only=True):
    """Let the recorded prompt say that the therapist is here. Only now: refused unless the lease is fresh."""


class SpeakAs(_Command, frozen=True, kw_only=True):
    """Let the therapist's voice come from one of the scene's `voices`; empty is the therapist's own, in the head."""

    voice: str


class MuteScene(_Command, frozen=True, kw_only=True):
    """Turn the sound of the scene that is shown off, or on again, which is a rise; nothing else falls silent."""

    is_muted: bool


class AskRecording(_Command, frozen=True, kw_only=True):
    """Consent to a recording of the conversation's sound, and ask the person for theirs; in the calm room alone."""


class EndRecording(_Command, frozen=True, kw_only=True):
    """End the recording, or take the question back; never refused."""


class GiveHomework(_Command, frozen=True, kw_only=True):
    """Let the person go on without a therapist: only rungs that were done in this session, with this therapist there.

    `homework` is the text that was signed, a `vret.core.homework.Homework` as JSON. `key` is the public key of the page
    as a point of P-256, 65 bytes uncompressed; `signature` is made over the text's UTF-8 with SHA-256, r and s in 64.
    A newer homework takes the place of the one before.
    """

    homework: str
    key: bytes
    signature: bytes


class WithdrawHomework(_Command, frozen=True, kw_only=True):
    """Take back whatever homework the headset keeps; never refused."""


class EnterSeated(_Command, frozen=True, kw_only=True):
    """Enter whether the person sits, as they said or as it is seen; where people faint nothing rises without."""

    is_seated: bool


class StartTension(_Command, frozen=True, kw_only=True):
    """Lead the person through applied tension, from its start (`vret.core.heart`). It moves nothing."""


class EndTension(_Command, frozen=True, kw_only=True):
    """End the exercise."""


class End(_Command, frozen=True, kw_only=True):
    how: EndedHow
    note: str = ""


Lowering = StepDown | Pause | Calm | Stop
"""Obeyed whoever in the session's room asks for it, signed or not: it can end an exposure and nothing else."""

Command = (
    SetRung
    | SetLevel
    | SetAxis
    | ShowStimulus
    | StepDown
    | Pause
    | Calm
    | Stop
    | Continue
    | Resume
    | AskRating
    | EnterRating
    | SetAnchors
    | ExpectBefore
    | ExpectAfter
    | MarkSafetyBehaviour
    | Tag
    | Note
    | Say
    | End
    | SetVariant
    | Prepare
    | EnterPrepared
    | SayHere
    | SpeakAs
    | MuteScene
    | AskRecording
    | EndRecording
    | AskSickness
    | EnterSickness
    | GiveHomework
    | WithdrawHomework
    | EnterSeated
    | StartTension
    | EndTension
)
