"""Plain words for what the log holds in short names. Nothing here praises or blames."""

from collections.abc import Iterable
from datetime import UTC, datetime

from vret.core.conversation import PHRASES, Line, Speaker
from vret.core.effects import Cause, Refusal, State
from vret.core.homework import Homework, HomeworkScene
from vret.core.ladder import SceneRules
from vret.core.measures import RatingMoment, RatingSource, SicknessMoment

STATES: dict[State, str] = {
    State.WAITING: "Waiting room",
    State.CALM: "Calm room",
    State.EXPOSED: "In the scene",
    State.HELD: "On hold",
    State.PAUSED: "Paused",
    State.STOPPED: "Stopped, calm room",
    State.ENDED: "Ended",
}

CAUSES: dict[Cause, str] = {
    Cause.ADMITTED: "the therapist let the person in",
    Cause.THERAPIST: "by the therapist",
    Cause.PERSON_WAIT: "the person pressed wait",
    Cause.PERSON_LESS: "the person pressed less",
    Cause.PERSON_STOP: "the person pressed stop",
    Cause.THERAPIST_STOP: "the therapist pressed stop",
    Cause.RESUMED: "the person was ready, and both went on",
    Cause.LEASE_OLD: "nothing heard from the therapist's console for 3 seconds",
    Cause.LEASE_LOST: "nothing heard from the therapist's console for 8 seconds",
    Cause.TIME_GAP: "the computer stood still for a moment",
    Cause.HEADSET_OFF: "the headset was taken off",
    Cause.FOCUS_LOST: "the headset showed something else, such as its own menu",
    Cause.RECENTRED: "the headset moved the space in which the person stands",
    Cause.INPUT_LOST: "the last control that could stop was lost",
    Cause.TRACKING_LOST: "the headset lost sight of the room",
    Cause.FRAME_RATE: "the headset's pictures came too slowly",
    Cause.PROGRAM_RESTARTED: "the picture program was restarted",
    Cause.ENDED: "the therapist ended the session",
    Cause.SOMEONE_CAME_IN: "somebody came into the room of the person",
    Cause.UNWELL: "the person felt very sick",
    Cause.HEART_FELL: "the heart rate fell where people faint",
    Cause.STOOD_UP: "the person did not sit where people faint",
    Cause.HOMEWORK: "homework began, without a therapist",
    Cause.PERSON_RISE: "the person asked for the next step",
    Cause.DISTRESS: "great distress was told twice, and less or stop not chosen",
    Cause.NO_ANSWER: "two questions in a row had no answer",
    Cause.HOMEWORK_OVER: "the time of the homework was used up",
}

SPEAKERS: dict[Speaker, str] = {
    Speaker.THERAPIST: "Therapist",
    Speaker.PERSON: "Person",
}
IS_HERE = "pressed for the program to say: your therapist is here"

MOMENTS: dict[RatingMoment, str] = {
    RatingMoment.BASELINE: "before",
    RatingMoment.ENTRY: "on entering",
    RatingMoment.STEP: "on a new step",
    RatingMoment.PEAK: "at the peak",
    RatingMoment.INTERVAL: "in between",
    RatingMoment.EXIT: "on leaving",
    RatingMoment.AFTER_STOP: "after a stop",
}

SICKNESS_MOMENTS: dict[SicknessMoment, str] = {
    SicknessMoment.BEFORE: "before the first scene",
    SicknessMoment.DURING: "in a scene",
    SicknessMoment.AFTER: "after a scene",
}

SOURCES: dict[RatingSource | None, str] = {
    RatingSource.DIAL: "the person's dial",
    RatingSource.THERAPIST: "said aloud, entered by the therapist",
    None: "asked, no answer",
}

ENDINGS: dict[str, str] = {
    "chosen_step": "on a step that was chosen",
    "escaped": "by leaving the situation",
    "technical": "for a technical reason",
}

REFUSALS: dict[Refusal, str] = {
    Refusal.LEASE_STALE: "the connection was not fresh",
    Refusal.STOP_NOT_PRACTISED: "stop had not been practised yet",
    Refusal.NO_STOP_INPUT: "there was no control to stop with",
    Refusal.HEADSET_NOT_READY: "the headset was off or showed something else",
    Refusal.LOG_UNHEALTHY: "the session could not be recorded safely",
    Refusal.FADING: "the picture was still changing",
    Refusal.OVERTAKEN: "the person had pressed wait, less or stop meanwhile",
    Refusal.WRONG_STATE: "not possible in that state",
    Refusal.OUTSIDE_PLAN: "outside the plan",
    Refusal.OUT_OF_RANGE: "outside the permitted range",
    Refusal.UNKNOWN_SCENE: "no such scene",
    Refusal.SCENE_MISSING: "the scene was still being loaded",
    Refusal.WORDS_NOT_COMPARED: "the words that tell who is at the other end had not been compared",
    Refusal.UNKNOWN_RUNG: "no such step",
    Refusal.UNKNOWN_AXIS: "no such quality in the scene",
    Refusal.UNKNOWN_STIMULUS: "no such event in the scene",
    Refusal.STIMULUS_UNDER_WAY: "that event was under way already",
    Refusal.SURPRISE_NOT_CONSENTED: "the person had not agreed to surprises",
    Refusal.PERSON_NOT_READY: "the person had not said ready",
    Refusal.ALREADY_HANDLED: "it had been handled already",
    Refusal.UNKNOWN_VARIANT: "no such variant of the scene",
    Refusal.NOT_PRIVATE: "somebody else was in the person's room",
    Refusal.UNKNOWN_VOICE: "no such voice in the scene",
    Refusal.UNWELL: "the person felt very sick",
    Refusal.HEART_FALLING: "the heart rate had fallen",
    Refusal.NOT_SEATED: "the person did not sit where people faint",
    Refusal.HOMEWORK_UNFIT: "it was no homework for these scenes",
    Refusal.HOMEWORK_NOT_DONE: "not every step up to there had been done together in that session",
    Refusal.HOMEWORK_FAINTING: "people faint on such a step",
    Refusal.NO_THERAPIST: "it was homework, in which nobody else steers",
    Refusal.NOT_TODAY: "something that must be right without a therapist was not",
    Refusal.NOT_PREPARED: "the preparation was not finished",
    Refusal.TOO_SOON: "it was too soon after the step before, or an answer was still awaited",
    Refusal.HOMEWORK_OVER: "the time of the homework was used up",
    Refusal.FRAME_RATE_LOW: "the headset's pictures came too slowly",
    Refusal.SOFTWARE_DISPLAY: "no headset showed the scene, and the plan was not one for trials with staff",
}


def clock(seconds: float) -> str:
    """Minutes and seconds since the session was opened, as on a stopwatch."""
    whole = int(seconds)
    minutes, rest = divmod(whole, 60)
    return f"{minutes}:{rest:02d}"


def duration(seconds: float) -> str:
    """A length of time in words."""
    if seconds < 60.0:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def signed(value: int) -> str:
    """A change with its sign, as typeset."""
    return f"+{value}" if value > 0 else f"−{-value}" if value < 0 else "0"


def homework(given: Homework, scenes: Iterable[SceneRules]) -> str:
    """What a homework allows: the highest steps, how long, how often, and until when (UTC)."""
    until = datetime.fromtimestamp(given.expires_unix_s, UTC)
    minutes = f"{given.session_ns / 60e9:g} min"
    return (
        f"{', '.join(_highest(entry, scenes) for entry in given.scenes)}; {minutes} in scenes each time, "
        f"at most {times(given.sessions_per_day)} a day, until {until.day} {until:%B %Y, %H:%M} UTC"
    )


def _highest(entry: HomeworkScene, scenes: Iterable[SceneRules]) -> str:
    rules = next((rules for rules in scenes if rules.name == entry.scene), None)
    step = None if rules is None else rules.rung_index(entry.top_rung)
    title = entry.top_rung if rules is None or step is None else f"{step + 1}. {rules.rungs[step].title}"
    return f"up to “{title}”"


def times(count: int) -> str:
    """How often."""
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def said(line: Line) -> str:
    """A line of the conversation; a phrase is marked as one."""
    if line.is_here:
        return IS_HERE
    return line.text if line.phrase is None else f"{PHRASES[line.phrase]} (phrase)"
