"""How well the program kept time: frames, and how soon a command was seen."""

from dataclasses import dataclass

import numpy as np

from vret.core.commands import MarkSafetyBehaviour, Note, Tag
from vret.core.effects import CommandAccepted, CommandRefused, Refusal
from vret.core.events import CommandReceived
from vret.review.course import Course

MISSED_FACTOR = 1.5

_UNSEEN = (MarkSafetyBehaviour, Note, Tag)


@dataclass(frozen=True)
class FrameTimes:
    """Intervals between frames and CPU time a frame, ms. A frame is late when it comes 1.5 median intervals on."""

    frames: int
    median_ms: float
    p99_ms: float
    longest_ms: float
    late: int
    cpu_median_ms: float
    cpu_p99_ms: float

    @property
    def late_share(self) -> float:
        return self.late / self.frames


@dataclass(frozen=True)
class CommandTimes:
    """Answers to commands. Latency, ms: from reaching the headset program to the display of the next frame.

    The way from the console to the headset is not in it. None when no accepted command was followed by a frame.
    """

    accepted: int
    refused: dict[Refusal, int]
    median_ms: float | None
    p99_ms: float | None
    longest_ms: float | None


def frame_times(course: Course) -> FrameTimes | None:
    """None when the log holds fewer than two frames."""
    intervals_ms = np.diff(course.frames.t_ns) / 1e6
    if len(intervals_ms) == 0:
        return None
    cpu_ms = course.frames.cpu_ns / 1e6
    median_ms = float(np.median(intervals_ms))
    return FrameTimes(
        frames=len(course.frames.t_ns),
        median_ms=median_ms,
        p99_ms=float(np.percentile(intervals_ms, 99)),
        longest_ms=float(intervals_ms.max()),
        late=int((intervals_ms > MISSED_FACTOR * median_ms).sum()),
        cpu_median_ms=float(np.median(cpu_ms)),
        cpu_p99_ms=float(np.percentile(cpu_ms, 99)),
    )


def command_times(course: Course) -> CommandTimes:
    accepted, refused, delays_ms = 0, dict[Refusal, int](), list[float]()
    for record in course.records:
        if not isinstance(record.event, CommandReceived):
            continue
        for effect in record.effects:
            if isinstance(effect, CommandRefused):
                refused[effect.reason] = refused.get(effect.reason, 0) + 1
            elif isinstance(effect, CommandAccepted):
                accepted += 1
                frame = int(np.searchsorted(course.frames.t_ns, record.event.t_ns))
                if not isinstance(record.event.command, _UNSEEN) and frame < len(course.frames.t_ns):
                    delays_ms.append(float(course.frames.display_ns[frame] - record.event.t_ns) / 1e6)
    if not delays_ms:
        return CommandTimes(accepted, refused, None, None, None)
    return CommandTimes(
        accepted,
        refused,
        float(np.median(delays_ms)),
        float(np.percentile(delays_ms, 99)),
        max(delays_ms),
    )
