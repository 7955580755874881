"""The course of a session: the log's records played through the core again, and what was so at each time.

Records are few beside frames: state, step and axes are functions of time between them, which the core gives exactly.
Frames are kept as columns, since an hour has 300 000 of them.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt

from vret.core.axes import dread_of
from vret.core.commands import Command
from vret.core.effects import Cause, CommandAccepted, State, StateChanged
from vret.core.events import CommandReceived, LessPressed, SessionOpened
from vret.core.ladder import AxisRules, SceneRules
from vret.core.session import Session, open_session
from vret.core.step import step
from vret.errors import VretError
from vret.recording.record import Entry, FrameRecord, Record

NS_PER_S = 1e9


class CourseError(VretError):
    """The log holds no session to review."""


@dataclass(frozen=True)
class Frames:
    """Every frame as columns: times in ns, head position (frames, 3) in metres and quaternion xyzw in stage space.

    `area` indexes `area_names`, of which the first, "", is none; `feared_m` is not a number where nothing is feared.
    """

    t_ns: npt.NDArray[np.int64]
    display_ns: npt.NDArray[np.int64]
    cpu_ns: npt.NDArray[np.int64]
    head_position_in_stage: npt.NDArray[np.float64]
    head_rotation_in_stage: npt.NDArray[np.float64]
    area: npt.NDArray[np.int32]
    area_names: tuple[str, ...]
    feared_m: npt.NDArray[np.float64]

    def between(self, start_ns: int, end_ns: int) -> slice:
        first, end = np.searchsorted(self.t_ns, (start_ns, end_ns))
        return slice(int(first), int(end))


@dataclass(frozen=True)
class Stay:
    """A stretch of time in one state on one step. `step` is -1 at the foot of the ladder; `scene` empty: calm room.

    `cause` is why it began: of the state, or of the step where the state went on.
    """

    start_ns: int
    end_ns: int
    state: State
    cause: Cause | None
    scene: str
    step: int

    @property
    def duration_s(self) -> float:
        return (self.end_ns - self.start_ns) / NS_PER_S


@dataclass(frozen=True)
class Course:
    """A session's records with the state after each. `differs_at` is the first record that replay does not equal."""

    records: tuple[Record, ...]
    sessions: tuple[Session, ...]
    frames: Frames
    stays: tuple[Stay, ...]
    start_ns: int
    end_ns: int
    differs_at: int | None

    def session_at(self, t_ns: int) -> Session:
        index = bisect_right(self.records, t_ns, key=lambda record: record.event.t_ns) - 1
        return self.sessions[max(index, 0)]

    def seconds(self, t_ns: int) -> float:
        """Seconds since the session was opened."""
        return (t_ns - self.start_ns) / NS_PER_S

    @property
    def scenes(self) -> tuple[SceneRules, ...]:
        return self.sessions[0].scenes

    def step_title(self, scene: str, step: int) -> str:
        """A rung's number and title in plain words."""
        rules = next((rules for rules in self.scenes if rules.name == scene), None)
        if rules is None:
            return "Calm room"
        return f"{step + 1}. {rules.rungs[step].title}" if step >= 0 else f"{rules.title}: foot of the ladder"

    def variant_title(self, scene: str, variant: str) -> str:
        rules = next((rules for rules in self.scenes if rules.name == scene), None)
        found = None if rules is None else rules.variant(variant)
        return variant if found is None else found.title

    def variants_seen(self) -> tuple[tuple[str, str], ...]:
        """Scene and variant, in the order in which they were first seen; scenes without variants are left out."""
        times = [record.event.t_ns for record in self.records[1:]]
        shown = (
            session.whereabouts_at(until_ns - 1)
            for session, until_ns in zip(self.sessions, [*times, self.end_ns], strict=True)
        )
        return tuple(dict.fromkeys((where.scene, where.variant) for where in shown if where.variant))

    def accepted(self) -> Iterable[tuple[int, int, Command]]:
        """Record index, time and content of every command that was accepted."""
        for index, record in enumerate(self.records):
            if isinstance(record.event, CommandReceived) and any(
                isinstance(effect, CommandAccepted) for effect in record.effects
            ):
                yield index, record.event.t_ns, record.event.command


def read_course(entries: Iterable[Entry]) -> Course:
    """The course of one session from its log's entries in order. Raises CourseError when there is none."""
    records: list[Record] = []
    sessions: list[Session] = []
    columns = _Columns()
    differs_at: int | None = None
    for entry in entries:
        if isinstance(entry, FrameRecord):
            columns.add(entry)
            continue
        if not isinstance(entry, Record):
            continue
        if not sessions:
            if not isinstance(entry.event, SessionOpened):
                raise CourseError("the log does not begin with the opening of a session: there is nothing to review")
            session = open_session(entry.event)
        else:
            session, _ = step(sessions[-1], entry.event)
        if differs_at is None and session.digest() != entry.digest:
            differs_at = entry.sequence
        records.append(entry)
        sessions.append(session)
    if not records:
        raise CourseError("the log holds no records: there is nothing to review")
    frames = columns.frames()
    start_ns = records[0].event.t_ns
    end_ns = max(records[-1].event.t_ns, int(frames.t_ns[-1]) if len(frames.t_ns) else 0)
    return Course(
        records=tuple(records),
        sessions=tuple(sessions),
        frames=frames,
        stays=_stays(records, sessions, end_ns),
        start_ns=start_ns,
        end_ns=end_ns,
        differs_at=differs_at,
    )


def share_of_dread(rules: AxisRules, value: int) -> float:
    """How far an axis is from its calm value towards the most dreaded one of its scene, 0 to 1."""
    worst = max((rules.low, rules.high), key=lambda end: dread_of(rules.dread, rules.calm, end))
    calm = dread_of(rules.dread, rules.calm, rules.calm)
    reach = dread_of(rules.dread, rules.calm, worst) - calm
    return min(max((dread_of(rules.dread, rules.calm, value) - calm) / reach, 0.0), 1.0) if reach else 0.0


def intensity_at(course: Course, t_ns: int) -> float:
    """The mean share of dread over the axes of the scene that is shown, 0 to 1; 0 in the calm room.

    It describes what was shown, in the scene's own range. It is no measure of fear.
    """
    session = course.session_at(t_ns)
    rules = session.rules(session.whereabouts_at(t_ns).scene)
    if rules is None or not rules.axes:
        return 0.0
    values = session.axes_at(t_ns)
    return sum(share_of_dread(axis, values[axis.axis]) for axis in rules.axes) / len(rules.axes)


def _stays(records: list[Record], sessions: list[Session], end_ns: int) -> tuple[Stay, ...]:
    def key(session: Session) -> tuple[State, Cause | None, str, int]:
        shown = session.scene if not session.cut.after.is_calm else ""
        return session.state, session.cause, shown, session.step_index if shown else -1

    starts = [
        (record.event.t_ns, (session.state, _cause_of(record, session), *key(session)[2:]))
        for index, (record, session) in enumerate(zip(records, sessions, strict=True))
        if index == 0 or key(session) != key(sessions[index - 1])
    ]
    closed = [*starts, (end_ns, None)]
    return tuple(
        Stay(start_ns, next_ns, state, cause, scene, step_index)
        for (start_ns, (state, cause, scene, step_index)), (next_ns, _) in zip(starts, closed[1:], strict=True)
    )


def _cause_of(record: Record, session: Session) -> Cause | None:
    """Why the session is where it is since this record."""
    if not any(isinstance(effect, StateChanged) for effect in record.effects):
        match record.event:
            case LessPressed():
                return Cause.PERSON_LESS
            case CommandReceived():
                return Cause.THERAPIST
            case _:
                pass
    return session.cause


class _Columns:
    """Frames as they come, packed."""

    def __init__(self) -> None:
        self._times = array("q")
        self._poses = array("d")
        self._areas = array("i")
        self._feared_m = array("d")
        self._names = {"": 0}

    def add(self, frame: FrameRecord) -> None:
        self._times.extend((frame.t_ns, frame.display_ns, frame.cpu_ns))
        self._poses.extend((*frame.head_position_in_stage, *frame.head_rotation_in_stage))
        self._areas.append(self._names.setdefault(frame.area, len(self._names)))
        self._feared_m.append(nan if frame.feared_m is None else frame.feared_m)

    def frames(self) -> Frames:
        times = np.array(self._times, dtype=np.int64).reshape(-1, 3)
        poses = np.array(self._poses, dtype=np.float64).reshape(-1, 7)
        return Frames(
            times[:, 0],
            times[:, 1],
            times[:, 2],
            poses[:, :3],
            poses[:, 3:],
            np.array(self._areas, dtype=np.int32),
            tuple(self._names),
            np.array(self._feared_m, dtype=np.float64),
        )
