"""The flash budget: how often what a scene file says lets the light go up and down, before anything is drawn.

Theory: two opposing changes are a flash, and a scene has `comfort.flashes_per_s` of them, fewer than the three that
WCAG 2.3.1 allows in any second. What is written is a course in time:

- A value that follows a stimulus takes its points, and goes back to the first when the stimulus is over. One that is
  shorter than a second may be shown several times in it. Different stimuli may be shown together.
- A value that follows an axis which ramps goes through its points while the axis goes all its way at its rate.

A change by less than a tenth of the greater value cannot change the luminance by a tenth of the most. What moves, and
what is seen of it, is not known before it is drawn: `vret scene flashes` counts that.
"""

from collections.abc import Iterable, Iterator
from math import ceil

import numpy as np

from vret.scene.written.lines import Path as KeyPath
from vret.scene.written.model import AxisBinding, SceneFile
from vret.scene.written.values import Value

SEEN = ("opacity", "exposure", "intensity_cd", "rain", "snow", "dust", "cloud_cover", "scale", "present")
"""Values whose change can flash."""
DURATION_LEAST_S = 0.5
"""What comes and goes with a stimulus flashes twice a second at most."""
_TENTH = 0.1

Course = list[tuple[float, float]]
"""(seconds, value), linear in between."""


def over_budget(scene: SceneFile, values: Iterable[tuple[KeyPath, Value]]) -> Iterator[tuple[KeyPath, str]]:
    """Each key that breaks the budget, and why."""
    allowed, turns = scene.comfort.flashes_per_s, dict[str, list[float]]()
    for name, stimulus in scene.stimuli.items():
        if stimulus.duration_s < DURATION_LEAST_S:
            told = "may flash when it is shown again and again"
            yield ("stimuli", name, "duration_s"), f"is less than {DURATION_LEAST_S} s; what is so short {told}"
    for path, value in values:
        if path[-1] not in SEEN:
            continue
        if value.stimulus in scene.stimuli:
            found = turns_s(during(value, float(scene.stimuli[value.stimulus].duration_s)))
            turns[value.stimulus] = sorted({*turns.get(value.stimulus, ()), *found})
            when = ""
        elif value.axis in scene.axes:
            found = turns_s(along(value, scene.axes[value.axis]))
            when = f" while {value.axis} goes all its way at its rate"
        else:
            continue
        if most_flashes(found) > allowed:
            yield path, f"flashes {most_flashes(found)} times within a second{when}; {_allows(allowed)}"
            turns.pop(value.stimulus, None)
    together = {name: most for name in scene.stimuli if (most := most_flashes(turns.get(name, [])))}
    if sum(together.values()) > allowed:
        told = f"all that follows {' and '.join(together)} flashes {sum(together.values())} times within a second"
        yield ("stimuli", list(together)[-1]), f"{told}; {_allows(allowed)}"


def _allows(allowed: float) -> str:
    return f"comfort.flashes_per_s allows {allowed:g}"


def during(value: Value, duration_s: float) -> Course:
    """While its stimulus is shown, or for more than a second again and again."""
    inputs, outputs = np.array(value.points).T
    inside = [(at, to) for at, to in value.points if 0 < at < duration_s]
    first, last = (float(np.interp(at, inputs, outputs)) for at in (0, duration_s))
    times = 1 if duration_s >= 1 else ceil(1 / max(duration_s, DURATION_LEAST_S)) + 1
    once = [(0.0, first), *inside, (duration_s, last), (duration_s, float(outputs[0]))]
    return [(again * duration_s + at, to) for again in range(times) for at, to in once]


def along(value: Value, binding: AxisBinding) -> Course:
    """While its axis goes from one end to the other; nothing where the axis cuts under a veil."""
    low, high = map(float, binding.range)
    if binding.rate_per_s is None or low >= high:
        return []
    inputs, outputs = np.array(value.points or [[low, low], [high, high]]).T
    at = [low, *(float(one) for one in inputs if low < one < high), high]
    return [((one - low) / float(binding.rate_per_s), float(np.interp(one, inputs, outputs))) for one in at]


def turns_s(course: Course) -> list[float]:
    """When the value has changed by a tenth of the greater or more, the other way than before."""
    found: list[float] = []
    if not course:
        return found
    went, farthest = 0.0, course[0][1]
    for t_s, to in course:
        change = to - farthest
        if change * went > 0:
            farthest, found[-1] = to, t_s
        elif abs(change) >= _TENTH * max(abs(to), abs(farthest)) and change:
            found.append(t_s)
            went, farthest = change, to
    return found


def most_flashes(turns: list[float]) -> int:
    """In any second; two turns are a flash."""
    return max((sum(start <= turn < start + 1 for turn in turns) for start in turns), default=0) // 2
