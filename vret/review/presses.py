"""What the person's own controls did, and what broke in from outside. Each cause keeps its own name."""

from dataclasses import dataclass

from vret.core import commands, events
from vret.core.effects import Cause, PressAcknowledged, State, StateChanged, StopPractised
from vret.review.course import Course, intensity_at

TECHNICAL = frozenset(
    {
        Cause.LEASE_OLD,
        Cause.LEASE_LOST,
        Cause.TIME_GAP,
        Cause.HEADSET_OFF,
        Cause.FOCUS_LOST,
        Cause.INPUT_LOST,
        Cause.TRACKING_LOST,
        Cause.FRAME_RATE,
        Cause.RECENTRED,
        Cause.PROGRAM_RESTARTED,
    }
)

_CONTROLS: dict[type, str] = {
    events.WaitPressed: "wait",
    events.LessPressed: "less",
    events.StopPressed: "stop",
    events.ReadyPressed: "ready",
    events.ResumeAccepted: "yes, go on",
    events.CanWaitPressed: "I can wait",
    events.SomeoneCameIn: "someone came in",
    events.PrivateAgain: "private again",
    events.RisePressed: "next step",
}


@dataclass(frozen=True)
class Press:
    """One press and where it came. `practice` is the stop that is tried out before the first exposure.

    `nothing_to_lower`: the press was acknowledged and there was nothing left for it to do.
    """

    t_ns: int
    control: str
    scene: str
    step: int
    intensity: float
    practice: bool
    nothing_to_lower: bool


@dataclass(frozen=True)
class Interruption:
    """A hold or a calm that nobody asked for. `resumed` is whether the exposure went on afterwards."""

    start_ns: int
    end_ns: int
    causes: tuple[Cause, ...]
    reached: State
    resumed: bool


@dataclass(frozen=True)
class Ending:
    """How the session ended, as the therapist entered it; the log of a session that was not ended has none."""

    t_ns: int
    how: str
    note: str


def presses(course: Course) -> tuple[Press, ...]:
    found = []
    exposed_before = False
    for index, record in enumerate(course.records):
        event = record.event
        control = _CONTROLS.get(type(event))
        before = course.sessions[max(index - 1, 0)]
        exposed_before = exposed_before or before.state is State.EXPOSED
        if control is None:
            continue
        scene = before.whereabouts_at(event.t_ns).scene
        practised = any(isinstance(effect, StopPractised) for effect in record.effects)
        found.append(
            Press(
                t_ns=event.t_ns,
                control=control,
                scene=scene,
                step=before.step_index if scene else -1,
                intensity=intensity_at(course, event.t_ns - 1),
                practice=practised and not exposed_before,
                nothing_to_lower=any(isinstance(effect, PressAcknowledged) for effect in record.effects),
            )
        )
    return tuple(found)


def interruptions(course: Course) -> tuple[Interruption, ...]:
    """Holds and stops by the link, the clock, the headset or the program, each joined with what it grew into.

    A step down during the hold leaves it the same hold.
    """
    found: list[Interruption] = []
    run: list[int] = []
    stays = course.stays
    for index, stay in enumerate(stays):
        goes_on = bool(run) and stay.state is stays[run[-1]].state
        if goes_on or (stay.state in (State.HELD, State.STOPPED) and stay.cause in TECHNICAL):
            run.append(index)
        if not run or (run[-1] == index and index + 1 < len(stays)):
            continue
        causes = tuple(dict.fromkeys(cause for held in run if (cause := stays[held].cause) in TECHNICAL))
        found.append(
            Interruption(
                start_ns=stays[run[0]].start_ns,
                end_ns=stays[run[-1]].end_ns,
                causes=causes,
                reached=stays[run[-1]].state,
                resumed=run[-1] != index and stay.state is State.EXPOSED,
            )
        )
        run = []
    return tuple(found)


def ending(course: Course) -> Ending | None:
    ends = [(t_ns, command) for _, t_ns, command in course.accepted() if isinstance(command, commands.End)]
    return Ending(ends[0][0], ends[0][1].how.value, ends[0][1].note) if ends else None


def resumed_by_both(course: Course) -> int:
    """How often the exposure went on after a stop: ready, the therapist's offer, the person's acceptance."""
    return sum(
        1
        for record in course.records
        if isinstance(record.event, events.ResumeAccepted)
        and any(isinstance(effect, StateChanged) and effect.state is State.EXPOSED for effect in record.effects)
    )
