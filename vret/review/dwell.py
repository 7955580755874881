"""Dwell time: how long the head was turned to each area of interest on each step.

Areas of interest and dwell time are eye tracking's words (Holmqvist and others 2011, "Eye Tracking"); here they are of
the head's direction. What nobody turned to may have been avoided, or seen from the corner of the eye.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vret.review.course import NS_PER_S, Course
from vret.review.ratings import visits_to_steps

GAP_NS = 250_000_000
"""A frame counts until the next one, but no longer than this: where frames are missing nothing is known."""


@dataclass(frozen=True)
class Dwell:
    """All looks at one area on one step, over all visits to it. `title` empty: none of the areas.

    `share` is of the time on the step for which there are frames; a look is an unbroken stretch within a visit.
    """

    scene: str
    step: int
    title: str
    total_s: float
    share: float
    looks: int
    longest_s: float


def dwells(course: Course) -> tuple[Dwell, ...]:
    """For every step of a scene with areas of interest, from the foot of the ladder up: its areas in order, then none.

    Areas at which nobody looked are left out.
    """
    looks: dict[tuple[str, int], list[tuple[str, float]]] = {}
    for scene, step, start_ns, end_ns in visits_to_steps(course):
        span = course.frames.between(start_ns, end_ns)
        if span.stop > span.start:
            lasts_s = np.minimum(np.diff(course.frames.t_ns[span], append=end_ns), GAP_NS) / NS_PER_S
            looks.setdefault((scene, step), []).extend(
                (course.frames.area_names[area], seconds) for area, seconds in _runs(course.frames.area[span], lasts_s)
            )
    return tuple(dwell for key in sorted(looks) for dwell in _step(course, *key, looks[key]))


def _step(course: Course, scene: str, step: int, looks: list[tuple[str, float]]) -> list[Dwell]:
    areas = next((rules.areas for rules in course.scenes if rules.name == scene), ())
    whole_s = sum(seconds for _, seconds in looks)
    found = []
    for name, title in [*((area.name, area.title) for area in areas), ("", "")] if areas else []:
        own = [seconds for area, seconds in looks if area == name]
        if own:
            share = sum(own) / whole_s if whole_s else 0.0
            found.append(Dwell(scene, step, title, sum(own), share, len(own), max(own)))
    return found


def _runs(areas: npt.NDArray[np.int32], lasts_s: npt.NDArray[np.float64]) -> list[tuple[int, float]]:
    """Each unbroken stretch of frames with the same area, and how long it lasted."""
    starts = np.flatnonzero(np.diff(areas, prepend=-1))
    return list(zip(areas[starts].tolist(), np.add.reduceat(lasts_s, starts).tolist(), strict=True))
