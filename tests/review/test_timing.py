"""Frame times and command latency on known numbers."""

import pytest

from tests.review.stories import course_of, frame_at, go_to, in_calm_room
from vret.core import commands
from vret.core.effects import Refusal
from vret.review.timing import command_times, frame_times

MS = 1_000_000


def test_late_frames_are_counted() -> None:
    rehearsal = in_calm_room()
    start_ns = rehearsal.t_ns
    rehearsal.frames[:] = [frame_at(start_ns + ms * MS, ms) for ms in (0, 11, 22, 33, 44, 80, 91)]
    times = frame_times(course_of(rehearsal))
    assert times is not None
    assert (times.frames, times.late) == (7, 1)
    assert (times.median_ms, times.longest_ms) == (11.0, 36.0)
    assert times.late_share == pytest.approx(1 / 7)


def test_no_frames_no_times() -> None:
    rehearsal = in_calm_room()
    rehearsal.frames.clear()
    course = course_of(rehearsal)
    assert frame_times(course) is None
    assert command_times(course).median_ms is None


def test_latency_is_from_the_command_to_the_display_of_the_next_frame() -> None:
    rehearsal = in_calm_room()
    resumed_ns = rehearsal.t_ns
    rehearsal.run(1.0)
    sent_ns = rehearsal.t_ns
    go_to(rehearsal, "stool", 0.1)
    rehearsal.command(commands.Note(text="not counted"))
    rehearsal.frames[:] = [
        frame_at(resumed_ns + 3 * MS, 0),
        frame_at(sent_ns - 5 * MS, 1),
        frame_at(sent_ns + 7 * MS, 2),
    ]
    times = command_times(course_of(rehearsal))
    assert times.longest_ms == pytest.approx(27.0)
    assert times.accepted == 3


def test_refusals_are_counted_by_reason() -> None:
    rehearsal = in_calm_room()
    rehearsal.command(commands.Continue())
    rehearsal.command(commands.SetRung(scene="spiders", rung="x"))
    assert command_times(course_of(rehearsal)).refused == {Refusal.WRONG_STATE: 1, Refusal.UNKNOWN_SCENE: 1}
