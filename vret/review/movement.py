"""Where the person looked and whether they drew back, from the head's pose.

Looking away or stepping back may be a safety behaviour, a glance or tiredness: these are observations to talk about
and no verdict. Directions are the head's, not the eyes'; the log holds no gaze. `vret.review.dwell` has what they met.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vret.review.course import Course
from vret.review.ratings import visits_to_steps

DOWN_DEG = -20.0
UP_DEG = 15.0
AWAY_DEG = 60.0
RETREAT_M = 0.15


@dataclass(frozen=True)
class StepMovement:
    """One step: shares of the frames (0 to 1, together 1), and the farthest step back in metres.

    `down` below 20 degrees, `up` above 15, `away` turned more than 60 degrees from the first second's direction;
    `ahead` is the rest. `retreats` counts moves back of more than 15 cm from where the visit began. `nearest_m` is the
    shortest distance to anything feared, None where the scene has nothing of the kind there.
    """

    scene: str
    step: int
    frames: int
    down: float
    ahead: float
    up: float
    away: float
    farthest_back_m: float
    retreats: int
    nearest_m: float | None = None


def movements(course: Course) -> tuple[StepMovement, ...]:
    """One entry for every step that was reached, over all visits to it, from the foot of the ladder up."""
    directions = directions_of(course.frames.head_rotation_in_stage)
    counts: dict[tuple[str, int], npt.NDArray[np.int64]] = {}
    back_m: dict[tuple[str, int], float] = {}
    retreats: dict[tuple[str, int], int] = {}
    nearest_m: dict[tuple[str, int], float] = {}
    for scene, step, start_ns, end_ns in visits_to_steps(course):
        span = course.frames.between(start_ns, end_ns)
        if span.stop - span.start < 2:
            continue
        key = (scene, step)
        opening = course.frames.between(start_ns, start_ns + 1_000_000_000)
        ahead = _level(directions[opening].mean(axis=0))
        counts[key] = counts.get(key, np.zeros(4, np.int64)) + _count(directions[span], ahead)
        drawn_m = _drawn_back(course.frames.head_position_in_stage[span], ahead)
        back_m[key] = max(back_m.get(key, 0.0), float(drawn_m.max()))
        retreats[key] = retreats.get(key, 0) + _crossings(drawn_m, RETREAT_M)
        feared_m = course.frames.feared_m[span]
        if not np.isnan(feared_m).all():
            nearest_m[key] = min(nearest_m.get(key, np.inf), float(np.nanmin(feared_m)))
    return tuple(
        StepMovement(
            *key,
            frames=int(counts[key].sum()),
            down=float(counts[key][0] / counts[key].sum()),
            ahead=float(counts[key][1] / counts[key].sum()),
            up=float(counts[key][2] / counts[key].sum()),
            away=float(counts[key][3] / counts[key].sum()),
            farthest_back_m=back_m[key],
            retreats=retreats[key],
            nearest_m=nearest_m.get(key),
        )
        for key in sorted(counts)
    )


def directions_of(rotations: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Unit vectors (n, 3) in stage space of where heads with quaternions xyzw (n, 4) look: -Z turned."""
    x, y, z, w = rotations.T
    return np.stack((-2.0 * (x * z + w * y), -2.0 * (y * z - w * x), -(1.0 - 2.0 * (x * x + y * y))), axis=1)


def pitch_deg(directions: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Degrees above the horizon."""
    return np.degrees(np.arcsin(np.clip(directions[:, 1], -1.0, 1.0)))


def _level(direction: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The direction without its height, of length 1; straight ahead for one that points straight up or down."""
    level = direction[[0, 2]]
    length = float(np.hypot(level[0], level[1]))
    return level / length if length > 1e-6 else np.array([0.0, -1.0])


def _count(directions: npt.NDArray[np.float64], ahead: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Frames looking (down, ahead, up, away). Straight down and straight up count before away."""
    pitch = pitch_deg(directions)
    level = directions[:, [0, 2]]
    length = np.hypot(level[:, 0], level[:, 1])
    turned = level @ ahead < np.cos(np.radians(AWAY_DEG)) * length
    down, up = pitch < DOWN_DEG, pitch > UP_DEG
    away = turned & ~down & ~up
    return np.array([down.sum(), (~down & ~up & ~away).sum(), up.sum(), away.sum()], np.int64)


def _drawn_back(positions: npt.NDArray[np.float64], ahead: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Metres moved back from the first position, against the direction `ahead`."""
    return -(positions[:, [0, 2]] - positions[0, [0, 2]]) @ ahead


def _crossings(values: npt.NDArray[np.float64], limit: float) -> int:
    beyond = values > limit
    return int((beyond[1:] & ~beyond[:-1]).sum())
