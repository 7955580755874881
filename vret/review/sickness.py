"""Sickness over a session: before the first scene, at its worst, and after the scenes; and the breaks.

An answer that was not given is missing and counts as no number. What was asked again because something else came first
is one question.
"""

from dataclasses import dataclass

from vret.core.effects import BreakDue, BreakTaken, SicknessAsked, SicknessMissing, SicknessRecorded
from vret.core.measures import RatingSource, SicknessMoment
from vret.review.course import Course


@dataclass(frozen=True)
class SicknessPoint:
    """One answer at `t_ns`; `fms` None: wanted then, not given. `step` -1 with an empty scene: the calm room."""

    t_ns: int
    fms: int | None
    moment: SicknessMoment
    source: RatingSource | None
    scene: str
    step: int


@dataclass(frozen=True)
class SicknessCourse:
    """`before` and `after` are the last answers of those moments, `worst` is the highest of all; None without one."""

    points: tuple[SicknessPoint, ...]
    breaks_due: int
    breaks_taken: int

    @property
    def answers(self) -> tuple[int, ...]:
        return tuple(point.fms for point in self.points if point.fms is not None)

    @property
    def missing(self) -> int:
        return len(self.points) - len(self.answers)

    @property
    def before(self) -> int | None:
        return self._last(SicknessMoment.BEFORE)

    @property
    def worst(self) -> int | None:
        return max(self.answers, default=None)

    @property
    def after(self) -> int | None:
        return self._last(SicknessMoment.AFTER)

    def _last(self, moment: SicknessMoment) -> int | None:
        given = [point.fms for point in self.points if point.moment is moment and point.fms is not None]
        return given[-1] if given else None


def sickness(course: Course) -> SicknessCourse:
    """Everything about it in the order in which it was given or, if missing, asked for last."""
    points: list[SicknessPoint] = []
    asked: SicknessPoint | None = None
    due = taken = 0
    for record, session in zip(course.records, course.sessions, strict=True):
        t_ns = record.event.t_ns
        scene = session.whereabouts_at(t_ns).scene
        step = session.step_index if scene else -1
        for effect in record.effects:
            match effect:
                case SicknessRecorded(fms=fms, moment=moment, source=source):
                    points.append(SicknessPoint(t_ns, fms, moment, source, scene, step))
                    asked = None
                case SicknessAsked(moment=moment):
                    asked = SicknessPoint(t_ns, None, moment, None, scene, step)
                case SicknessMissing(moment=moment):
                    points.append(asked or SicknessPoint(t_ns, None, moment, None, scene, step))
                    asked = None
                case BreakDue():
                    due += 1
                case BreakTaken():
                    taken += 1
                case _:
                    pass
    points += [asked] if asked is not None else []
    return SicknessCourse(tuple(sorted(points, key=lambda point: point.t_ns)), due, taken)
