"""The report: one HTML page that needs nothing else, to read on a screen or on paper."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jinja2 import Environment, PackageLoader, StrictUndefined

from vret.core import commands, effects
from vret.core.conversation import line_of
from vret.core.measures import SicknessMoment
from vret.core.plan import TRIAL_WITH_STAFF_ONLY
from vret.recording.identity import Identity
from vret.recording.record import Record
from vret.review import words
from vret.review.course import Course, intensity_at
from vret.review.dose import dose
from vret.review.dwell import dwells
from vret.review.expectancy import expectancies
from vret.review.figures import course_plot, dose_plot, movement_plot
from vret.review.homework import homework, homework_given
from vret.review.movement import movements
from vret.review.presses import ending, interruptions, presses, resumed_by_both
from vret.review.ratings import rating_points, step_ratings
from vret.review.sickness import sickness
from vret.review.timing import command_times, frame_times


@dataclass(frozen=True)
class Source:
    """Where the course came from: the log's name, what it says about itself, and what was wrong with it."""

    log_name: str
    identity: Identity | None = None
    device: dict[str, str] = field(default_factory=dict)
    sealed: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mark:
    """A line of the timeline: what the therapist wrote or marked, an event or a variant that was shown."""

    t_ns: int
    kind: str
    text: str


def render(course: Course, source: Source) -> str:
    """The whole page."""
    points, pressed, taken, moved = rating_points(course), presses(course), dose(course), movements(course)
    sick = sickness(course)
    return _ENVIRONMENT.get_template("page.html.jinja").render(
        course=course,
        source=source,
        mark=source.identity.mark if source.identity else course.sessions[0].plan.mark,
        staff_only=course.sessions[0].plan.mark == TRIAL_WITH_STAFF_ONLY,
        summary=tuple(summary(course)),
        course_plot=course_plot(course, points, sick, pressed),
        dose_plot=dose_plot(course, taken) if taken.steps else None,
        movement_plot=movement_plot(course, moved) if moved else None,
        anchors=course.sessions[-1].anchors,
        points=points,
        sick=sick,
        visits=step_ratings(course),
        taken=taken,
        expectancies=expectancies(course),
        presses=pressed,
        interruptions=interruptions(course),
        movements=moved,
        dwells=dwells(course),
        marks=tuple(marks(course)),
        conversation=tuple(conversation(course)),
        frames=frame_times(course),
        commands=command_times(course),
        intensity_at=intensity_at,
        words=words,
    )


def summary(course: Course) -> Iterable[str]:
    """The session in a few sentences: facts in the order in which a clinician asks for them."""
    taken, end, alone = dose(course), ending(course), homework(course)
    reached = max((step for step in taken.steps), key=lambda step: step.step, default=None)
    if alone.is_alone:
        yield "Homework: the person was alone, without a therapist."
        if not alone.is_finished:
            yield "The log ends before the homework was ended."
    else:
        ended = f"Ended {words.ENDINGS[end.how]}." if end else None
        yield ended or "The log ends before the session was ended by the therapist."
    if reached is not None:
        steps = words.counted(taken.rungs_reached, "step", "steps")
        yield (
            f"{words.duration(taken.in_scene_s)} in the scene on {steps}; "
            f"the highest was “{course.step_title(reached.scene, reached.step)}”."
        )
    seen = course.variants_seen()
    if len(seen) > 1:
        yield f"Shown in {len(seen)} variants: {', '.join(course.variant_title(*variant) for variant in seen)}."
    points = rating_points(course)
    given = [point.suds for point in points if point.suds is not None]
    missing = len(points) - len(given)
    if points:
        between = f", between {min(given)} and {max(given)}" if given else ""
        unanswered = f"; {words.counted(missing, 'question was', 'questions were')} not answered" if missing else ""
        yield f"{words.counted(len(given), 'distress rating', 'distress ratings')} (SUDS){between}{unanswered}."
    yield from _of_sickness(course)
    pressed = presses(course)
    wait, less, stop = (
        words.times(sum(1 for press in pressed if press.control == name and not press.practice)) for name in _LOCAL
    )
    practised = any(press.practice for press in pressed)
    yield (
        f"The person pressed wait {wait}, less {less}, stop {stop}"
        f"{', after practising stop in the calm room' if practised else ''}. "
        f"After a stop or an interruption the exposure was resumed by both {words.times(resumed_by_both(course))}."
    )
    broken = interruptions(course)
    if broken:
        seconds = sum((entry.end_ns - entry.start_ns) / 1e9 for entry in broken)
        yield f"{words.counted(len(broken), 'interruption', 'interruptions')} from outside, {seconds:.0f} s in all."
    if alone.kept is not None:
        yield f"The person was given homework: {words.homework(alone.kept, course.scenes)}."
    elif alone.given:
        yield "Homework was given and taken back."


def _of_sickness(course: Course) -> Iterable[str]:
    """Nothing where it was never asked."""
    sick = sickness(course)
    if not sick.points:
        return
    asked = {point.moment for point in sick.points}
    told = [
        ("before", sick.before, SicknessMoment.BEFORE in asked),
        ("at the worst", sick.worst, True),
        ("after", sick.after, SicknessMoment.AFTER in asked),
    ]
    values = ", ".join(
        f"{when} {fms if fms is not None else 'missing' if was_asked else 'not asked'}" for when, fms, was_asked in told
    )
    unanswered = f"; {words.counted(sick.missing, 'answer is', 'answers are')} missing" if sick.missing else ""
    breaks = (
        f" A break was due {words.times(sick.breaks_due)}, and taken {words.times(sick.breaks_taken)}."
        if sick.breaks_due
        else ""
    )
    yield f"Sickness (0 to 10) {values}{unanswered}.{breaks}"


def marks(course: Course) -> Iterable[Mark]:
    """Notes, tags, safety behaviours, events, changes of variant, compared words, breaks and homework, in order."""
    titles = {rules.name: rules.title for scene in course.scenes for rules in scene.stimuli}
    accepted = {index: command for index, _, command in course.accepted()}
    for index, record in enumerate(course.records):
        t_ns = record.event.t_ns
        match accepted.get(index):
            case commands.Note(text=text):
                yield Mark(t_ns, "Note", text)
            case commands.Tag(tag=tag):
                yield Mark(t_ns, "Tag", tag)
            case commands.MarkSafetyBehaviour(behaviour=behaviour):
                yield Mark(t_ns, "Safety behaviour", behaviour)
            case commands.End(note=note) if note:
                yield Mark(t_ns, "Closing note", note)
            case _:
                pass
        for effect in record.effects:
            if isinstance(effect, effects.StimulusShown):
                yield Mark(t_ns, "Event shown", titles.get(effect.stimulus, effect.stimulus))
            elif isinstance(effect, effects.VariantChanged) and effect.variant:
                yield Mark(t_ns, "Variant", course.variant_title(effect.scene, effect.variant))
            elif isinstance(effect, effects.WordsCompared):
                yield Mark(t_ns, "Words compared", "therapist and person had the same words: nobody was in between")
            elif isinstance(effect, effects.StimulusCancelled):
                yield Mark(t_ns, "Event cancelled", titles.get(effect.stimulus, effect.stimulus))
            elif isinstance(effect, effects.BreakDue):
                yield Mark(t_ns, "Break due", f"{words.duration(effect.unbroken_ns / 1e9)} in scenes without one")
            elif isinstance(effect, effects.BreakTaken):
                yield Mark(t_ns, "Break taken", "ten minutes out of the scenes")
        yield from _of_homework(course, record)


def _of_homework(course: Course, record: Record) -> Iterable[Mark]:
    t_ns = record.event.t_ns
    for effect in record.effects:
        match effect:
            case effects.RungDone(scene=scene, step=step):
                yield Mark(t_ns, "Done together", course.step_title(scene, step))
            case effects.HomeworkGiven():
                yield Mark(t_ns, "Homework given", words.homework(homework_given(record), course.scenes))
            case effects.HomeworkWithdrawn():
                yield Mark(t_ns, "Homework taken back", "the headset keeps none")
            case effects.RiseRefused(reason=reason):
                yield Mark(t_ns, "Asked for more", f"nothing rose: {words.REFUSALS[reason]}")
            case effects.LessOffered():
                yield Mark(t_ns, "Less or stop offered", "great distress was told twice")
            case effects.LessAnswered(by_person=False):
                yield Mark(t_ns, "No answer", "to the offer of less or stop")
            case effects.HomeworkOver():
                yield Mark(t_ns, "Time used up", "of this homework")
            case _:
                pass


def conversation(course: Course) -> Iterable[Mark]:
    """What the two wrote to each other, in order; `kind` is who it was."""
    for record in course.records:
        line = line_of(record.event, record.effects)
        if line is not None:
            yield Mark(line.t_ns, words.SPEAKERS[line.speaker], words.said(line))


_LOCAL = ("wait", "less", "stop")

_ENVIRONMENT = Environment(
    loader=PackageLoader("vret.review", "."),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
