"""SUDS: what the person said, when, and how it went on each step.

A rating that was asked for and not given is missing: it has no number, and no measure here counts it as one. Whether
distress falls within a step is described and not judged; learning does not depend on it (Craske and others 2014).
"""

from dataclasses import dataclass

from vret.core.effects import RatingAsked, RatingMissing, RatingRecorded, State
from vret.core.measures import RatingMoment, RatingSource
from vret.review.course import Course


@dataclass(frozen=True)
class RatingPoint:
    """One rating at `t_ns`; `suds` None: asked for then, not given. `step` -1 with an empty scene: the calm room."""

    t_ns: int
    suds: int | None
    moment: RatingMoment
    source: RatingSource | None
    scene: str
    step: int


@dataclass(frozen=True)
class StepRatings:
    """Ratings during one visit to a step. `first`, `highest` and `last` are None where nothing was answered.

    `change` is last minus first and needs two answers.
    """

    scene: str
    step: int
    start_ns: int
    end_ns: int
    answered: int
    missing: int
    first: int | None
    highest: int | None
    last: int | None

    @property
    def change(self) -> int | None:
        return None if self.answered < 2 or self.first is None or self.last is None else self.last - self.first


def rating_points(course: Course) -> tuple[RatingPoint, ...]:
    """Every rating in the order in which they were given or, if missing, asked for.

    A question that another question or the end of the session replaced was not answered either: it is missing.
    """
    points: list[RatingPoint] = []
    asked: RatingPoint | None = None
    for record, session in zip(course.records, course.sessions, strict=True):
        t_ns = record.event.t_ns
        scene = session.whereabouts_at(t_ns).scene
        step = session.step_index if scene else -1
        for effect in record.effects:
            if isinstance(effect, RatingRecorded):
                points.append(RatingPoint(t_ns, effect.suds, effect.moment, effect.source, scene, step))
                asked = None
            elif isinstance(effect, RatingAsked):
                points += [asked] if asked is not None else []
                asked = RatingPoint(t_ns, None, effect.moment, None, scene, step)
            elif isinstance(effect, RatingMissing) and asked is not None:
                points.append(asked)
                asked = None
    points += [asked] if asked is not None else []
    return tuple(sorted(points, key=lambda point: point.t_ns))


def step_ratings(course: Course) -> tuple[StepRatings, ...]:
    """One entry for every visit to a step, in order; holds and pauses on the step belong to the visit."""
    points = rating_points(course)
    visits: list[StepRatings] = []
    for scene, step, start_ns, end_ns in visits_to_steps(course):
        here = [point for point in points if start_ns <= point.t_ns < end_ns]
        given = [point.suds for point in here if point.suds is not None]
        visits.append(
            StepRatings(
                scene=scene,
                step=step,
                start_ns=start_ns,
                end_ns=end_ns,
                answered=len(given),
                missing=len(here) - len(given),
                first=given[0] if given else None,
                highest=max(given, default=None),
                last=given[-1] if given else None,
            )
        )
    return tuple(visits)


def visits_to_steps(course: Course) -> tuple[tuple[str, int, int, int], ...]:
    """(scene, step, start, end) of each unbroken time on one step."""
    visits: list[tuple[str, int, int, int]] = []
    for stay in course.stays:
        if stay.state not in (State.EXPOSED, State.HELD, State.PAUSED):
            continue
        if visits and visits[-1][:2] == (stay.scene, stay.step) and visits[-1][3] == stay.start_ns:
            visits[-1] = (*visits[-1][:3], stay.end_ns)
        else:
            visits.append((stay.scene, stay.step, stay.start_ns, stay.end_ns))
    return tuple(visits)
