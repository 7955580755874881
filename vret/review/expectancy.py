"""Expectancy: what the person feared would happen, what did happen, and what was learnt (Craske and others 2014)."""

from dataclasses import dataclass

from vret.core.commands import ExpectAfter, ExpectBefore
from vret.review.course import Course


@dataclass(frozen=True)
class Expectancy:
    """One prediction with its outcome; `after` is None when nobody asked afterwards. Percentages 0 to 100."""

    before_ns: int
    before: ExpectBefore
    after_ns: int | None
    after: ExpectAfter | None

    @property
    def fall_of_probability(self) -> int | None:
        """How many percentage points less likely the feared outcome seems now; negative: more likely."""
        return None if self.after is None else self.before.probability - self.after.probability


def expectancies(course: Course) -> tuple[Expectancy, ...]:
    """Predictions in order, each with the next answer that followed it."""
    found: list[Expectancy] = []
    for _, t_ns, command in course.accepted():
        if isinstance(command, ExpectBefore):
            found.append(Expectancy(t_ns, command, None, None))
        elif isinstance(command, ExpectAfter) and found and found[-1].after is None:
            found[-1] = Expectancy(found[-1].before_ns, found[-1].before, t_ns, command)
    return tuple(found)
