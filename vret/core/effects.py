"""Effects: what follows from an event. The second half of every record in the session log."""

from enum import StrEnum

import msgspec

from vret.core.consent import RecordingEnd
from vret.core.measures import RatingMoment, RatingSource, SicknessMoment
from vret.core.preparation import Item


class State(StrEnum):
    WAITING = "waiting"
    CALM = "calm"
    EXPOSED = "exposed"
    HELD = "held"
    PAUSED = "paused"
    STOPPED = "stopped"
    ENDED = "ended"


class Cause(StrEnum):
    """Why the session is in its state. Each has its own name in the log; none is called failure."""

    ADMITTED = "admitted"
    THERAPIST = "therapist"
    PERSON_WAIT = "person_wait"
    PERSON_LESS = "person_less"
    PERSON_STOP = "person_stop"
    THERAPIST_STOP = "therapist_stop"
    RESUMED = "resumed"
    LEASE_OLD = "lease_old"
    LEASE_LOST = "lease_lost"
    TIME_GAP = "time_gap"
    HEADSET_OFF = "headset_off"
    FOCUS_LOST = "focus_lost"
    INPUT_LOST = "input_lost"
    TRACKING_LOST = "tracking_lost"
    FRAME_RATE = "frame_rate"
    RECENTRED = "recentred"
    PROGRAM_RESTARTED = "program_restarted"
    ENDED = "ended"
    SOMEONE_CAME_IN = "someone_came_in"
    UNWELL = "unwell"
    HOMEWORK = "homework"
    PERSON_RISE = "person_rise"
    DISTRESS = "distress"
    NO_ANSWER = "no_answer"
    HOMEWORK_OVER = "homework_over"
    HEART_FELL = "heart_fell"
    STOOD_UP = "stood_up"


class Refusal(StrEnum):
    """Why a command was refused. The console shows a sentence for each."""

    LEASE_STALE = "lease_stale"
    STOP_NOT_PRACTISED = "stop_not_practised"
    NO_STOP_INPUT = "no_stop_input"
    HEADSET_NOT_READY = "headset_not_ready"
    LOG_UNHEALTHY = "log_unhealthy"
    OVERTAKEN = "overtaken"
    FADING = "fading"
    WRONG_STATE = "wrong_state"
    OUTSIDE_PLAN = "outside_plan"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_SCENE = "unknown_scene"
    UNKNOWN_RUNG = "unknown_rung"
    UNKNOWN_AXIS = "unknown_axis"
    UNKNOWN_STIMULUS = "unknown_stimulus"
    STIMULUS_UNDER_WAY = "stimulus_under_way"
    SURPRISE_NOT_CONSENTED = "surprise_not_consented"
    PERSON_NOT_READY = "person_not_ready"
    ALREADY_HANDLED = "already_handled"
    UNKNOWN_VARIANT = "unknown_variant"
    SCENE_MISSING = "scene_missing"
    WORDS_NOT_COMPARED = "words_not_compared"
    NOT_PRIVATE = "not_private"
    UNKNOWN_VOICE = "unknown_voice"
    FRAME_RATE_LOW = "frame_rate_low"
    SOFTWARE_DISPLAY = "software_display"
    UNWELL = "unwell"
    HOMEWORK_UNFIT = "homework_unfit"
    HOMEWORK_NOT_DONE = "homework_not_done"
    HOMEWORK_FAINTING = "homework_fainting"
    NO_THERAPIST = "no_therapist"
    NOT_TODAY = "not_today"
    NOT_PREPARED = "not_prepared"
    TOO_SOON = "too_soon"
    HOMEWORK_OVER = "homework_over"
    HEART_FALLING = "heart_falling"
    NOT_SEATED = "not_seated"


class _Effect(msgspec.Struct, frozen=True, tag=True, kw_only=True, gc=False):
    pass


class CommandAccepted(_Effect, frozen=True, kw_only=True):
    sender: str
    command_id: str


class CommandRefused(_Effect, frozen=True, kw_only=True):
    sender: str
    command_id: str
    reason: Refusal


class StateChanged(_Effect, frozen=True, kw_only=True):
    state: State
    cause: Cause


class AxisRamped(_Effect, frozen=True, kw_only=True):
    """An axis was sent from a value to a target, micro-units."""

    axis: str
    value: int
    target: int


class Moved(_Effect, frozen=True, kw_only=True):
    """The person will stand elsewhere; `scene` empty means the calm room."""

    scene: str
    place: str


class StepChanged(_Effect, frozen=True, kw_only=True):
    """The rung that the session counts itself on; -1 is the foot of the ladder."""

    scene: str
    step: int


class VariantChanged(_Effect, frozen=True, kw_only=True):
    """The variant in which the session counts the scene to be shown."""

    scene: str
    variant: str


class BeaconIssued(_Effect, frozen=True, kw_only=True):
    number: int


class RiseStopped(_Effect, frozen=True, kw_only=True):
    """Rising ramps were stopped because the lease is no longer fresh."""


class StimulusWarned(_Effect, frozen=True, kw_only=True):
    stimulus: str


class StimulusShown(_Effect, frozen=True, kw_only=True):
    stimulus: str


class StimulusCancelled(_Effect, frozen=True, kw_only=True):
    stimulus: str


class StimulusEnded(_Effect, frozen=True, kw_only=True):
    stimulus: str


class RatingAsked(_Effect, frozen=True, kw_only=True):
    moment: RatingMoment


class RatingRecorded(_Effect, frozen=True, kw_only=True):
    suds: int
    moment: RatingMoment
    source: RatingSource


class RatingMissing(_Effect, frozen=True, kw_only=True):
    """The dial was shown and not answered."""

    moment: RatingMoment


class SicknessAsked(_Effect, frozen=True, kw_only=True):
    """Asked twice without an answer in between: something else came first meanwhile."""

    moment: SicknessMoment


class SicknessRecorded(_Effect, frozen=True, kw_only=True):
    fms: int
    moment: SicknessMoment
    source: RatingSource


class SicknessMissing(_Effect, frozen=True, kw_only=True):
    """It was to be asked, and there is no answer."""

    moment: SicknessMoment


class BreakDue(_Effect, frozen=True, kw_only=True):
    """The person has been in scenes for so long without a break. The therapist is told, the person is not."""

    unbroken_ns: int


class BreakTaken(_Effect, frozen=True, kw_only=True):
    """The person has been out of the scenes for long enough."""


class ResumeOffered(_Effect, frozen=True, kw_only=True):
    scene: str
    step: int


class ResumeWithdrawn(_Effect, frozen=True, kw_only=True):
    pass


class PressAcknowledged(_Effect, frozen=True, kw_only=True):
    """A local control was pressed where there was nothing left to lower; the person is told so."""


class StopPractised(_Effect, frozen=True, kw_only=True):
    input: str


class TextShown(_Effect, frozen=True, kw_only=True):
    """The therapist's text is on the panel until `until_ns`, unless a newer one or an answer comes."""

    until_ns: int


class LineAdded(_Effect, frozen=True, kw_only=True):
    """What the therapist or the person wrote or said by a phrase is the `number`-th line of their conversation."""

    number: int


class RungDone(_Effect, frozen=True, kw_only=True):
    """The person has been on a rung for long enough, at rest and with the therapist there: it may become homework."""

    scene: str
    step: int


class HomeworkGiven(_Effect, frozen=True, kw_only=True):
    homework_id: str


class HomeworkWithdrawn(_Effect, frozen=True, kw_only=True):
    pass


class RiseRefused(_Effect, frozen=True, kw_only=True):
    """The person asked for more by a press, and there is none now."""

    reason: Refusal


class LessOffered(_Effect, frozen=True, kw_only=True):
    """Great distress twice: the person is offered less or stop, and it becomes less by itself at `until_ns`."""

    until_ns: int


class LessAnswered(_Effect, frozen=True, kw_only=True):
    """What was offered was taken, or something else came first; `by_person` is False where it came by itself."""

    by_person: bool


class HomeworkOver(_Effect, frozen=True, kw_only=True):
    """The time in scenes of this session is used up."""


class HoldExtended(_Effect, frozen=True, kw_only=True):
    until_ns: int


class WordsCompared(_Effect, frozen=True, kw_only=True):
    """Therapist and person have both confirmed that the words are the same: the keys are theirs alone."""

    keys: str


class Prepared(_Effect, frozen=True, kw_only=True):
    """An item of the preparation has its answer, by the person's own press or as the therapist entered it."""

    item: Item
    is_well: bool
    by_person: bool


class PrivacyChanged(_Effect, frozen=True, kw_only=True):
    """Somebody is with the person, from whom the session is hidden; or the person is alone again."""

    is_private: bool


class SpeakerChanged(_Effect, frozen=True, kw_only=True):
    """As whom the therapist is heard: one of the scene's voices, or at empty themselves."""

    scene: str
    voice: str


class SceneSoundChanged(_Effect, frozen=True, kw_only=True):
    scene: str
    is_muted: bool


class RecordingAsked(_Effect, frozen=True, kw_only=True):
    """The therapist has consented to the `number`-th recording of the session, and the person is asked."""

    number: int


class RecordingBegan(_Effect, frozen=True, kw_only=True):
    """Both have consented: from here on the sound of the conversation may be recorded."""

    number: int


class RecordingEnded(_Effect, frozen=True, kw_only=True):
    """From here on nothing may be recorded. Its question may never have been answered with yes."""

    number: int
    why: RecordingEnd


class HeartFell(_Effect, frozen=True, kw_only=True):
    """The heart rate has fallen to `bpm` from `from_bpm` where people faint; rule 2 of `vret.core.heart`."""

    bpm: int
    from_bpm: int


class TensionBegan(_Effect, frozen=True, kw_only=True):
    """The person is led through applied tension."""

    by_therapist: bool


class TensionEnded(_Effect, frozen=True, kw_only=True):
    """It was gone through, or the therapist ended it."""

    by_therapist: bool


class SeatedChanged(_Effect, frozen=True, kw_only=True):
    """Whether the person sits, as they said and as the headset sees it."""

    is_seated: bool


Effect = (
    CommandAccepted
    | CommandRefused
    | StateChanged
    | AxisRamped
    | Moved
    | StepChanged
    | BeaconIssued
    | RiseStopped
    | StimulusWarned
    | StimulusShown
    | StimulusCancelled
    | StimulusEnded
    | RatingAsked
    | RatingRecorded
    | RatingMissing
    | ResumeOffered
    | ResumeWithdrawn
    | PressAcknowledged
    | StopPractised
    | TextShown
    | LineAdded
    | HoldExtended
    | VariantChanged
    | WordsCompared
    | Prepared
    | PrivacyChanged
    | SpeakerChanged
    | SceneSoundChanged
    | RecordingAsked
    | RecordingBegan
    | RecordingEnded
    | SicknessAsked
    | SicknessRecorded
    | SicknessMissing
    | BreakDue
    | BreakTaken
    | RungDone
    | HomeworkGiven
    | HomeworkWithdrawn
    | RiseRefused
    | LessOffered
    | LessAnswered
    | HomeworkOver
    | HeartFell
    | TensionBegan
    | TensionEnded
    | SeatedChanged
)
