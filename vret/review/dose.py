"""Exposure dose: how long the person was where."""

from dataclasses import dataclass

from vret.core.effects import State
from vret.review.course import Course


@dataclass(frozen=True)
class StepDose:
    """Seconds on one step over the whole session: going on, and held or paused."""

    scene: str
    step: int
    exposed_s: float
    held_s: float
    visits: int

    @property
    def total_s(self) -> float:
        return self.exposed_s + self.held_s


@dataclass(frozen=True)
class Dose:
    """Seconds in each state, and the steps that were reached, from the foot of the ladder up."""

    state_s: dict[State, float]
    steps: tuple[StepDose, ...]

    @property
    def in_scene_s(self) -> float:
        return sum(step.total_s for step in self.steps)

    @property
    def rungs_reached(self) -> int:
        """How many different rungs the person stood on."""
        return sum(1 for step in self.steps if step.step >= 0)


def dose(course: Course) -> Dose:
    state_s = dict.fromkeys(State, 0.0)
    steps: dict[tuple[str, int], StepDose] = {}
    last: tuple[str, int] | None = None
    for stay in course.stays:
        state_s[stay.state] += stay.duration_s
        if stay.state not in (State.EXPOSED, State.HELD, State.PAUSED):
            last = None
            continue
        key = (stay.scene, stay.step)
        known = steps.get(key, StepDose(*key, 0.0, 0.0, 0))
        exposed = stay.duration_s if stay.state is State.EXPOSED else 0.0
        steps[key] = StepDose(
            *key,
            known.exposed_s + exposed,
            known.held_s + stay.duration_s - exposed,
            known.visits + (key != last),
        )
        last = key
    return Dose(state_s, tuple(steps[key] for key in sorted(steps)))
