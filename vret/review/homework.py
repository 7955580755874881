"""Homework in a log: what was done together, and what the person was given to go on with alone.

A session of homework has a log of its own, without a therapist: `is_alone`.
"""

from dataclasses import dataclass

from vret.core import commands, events
from vret.core.effects import HomeworkGiven, HomeworkWithdrawn, RungDone
from vret.core.homework import Homework, homework_of
from vret.recording.record import Record
from vret.review.course import Course


@dataclass(frozen=True)
class HomeworkCourse:
    """`done` are the rungs that were done together, as scene and step, in order. `given` is every homework that was
    accepted, with its time; `kept` is what the headset kept in the end of those. `is_finished`: alone, and ended by the
    person or for them."""

    is_alone: bool
    is_finished: bool
    done: tuple[tuple[str, int], ...]
    given: tuple[tuple[int, Homework], ...]
    kept: Homework | None


def homework_given(record: Record) -> Homework:
    """What was given by a record with `HomeworkGiven` among its effects."""
    event = record.event
    assert isinstance(event, events.CommandReceived)
    assert isinstance(event.command, commands.GiveHomework)
    given = homework_of(event.command.homework)
    assert given is not None, "the core accepts no other text"
    return given


def homework(course: Course) -> HomeworkCourse:
    done: list[tuple[str, int]] = []
    given: list[tuple[int, Homework]] = []
    kept: Homework | None = None
    for record in course.records:
        for effect in record.effects:
            match effect:
                case RungDone(scene=scene, step=step):
                    done.append((scene, step))
                case HomeworkGiven():
                    kept = homework_given(record)
                    given.append((record.event.t_ns, kept))
                case HomeworkWithdrawn():
                    kept = None
                case _:
                    pass
    return HomeworkCourse(
        is_alone=course.sessions[0].alone is not None,
        is_finished=any(isinstance(record.event, events.Finished) for record in course.records),
        done=tuple(done),
        given=tuple(given),
        kept=kept,
    )
