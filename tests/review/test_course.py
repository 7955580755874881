"""The course: stays with their causes, intensity, and logs that hold no session."""

import pytest
from msgspec.structs import replace

from tests.review.stories import KEYBOARD, course_of, entries_of, go_to, in_calm_room
from vret.core import events
from vret.core.axes import AXES, micro
from vret.core.effects import Cause, State
from vret.core.ladder import AxisRules
from vret.review.course import CourseError, intensity_at, read_course, share_of_dread


def test_stays_name_state_step_and_cause() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "balcony_far", 5.0)
    rehearsal.happen(events.LessPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.run(2.0)
    rehearsal.happen(events.WaitPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.run(2.0)
    rehearsal.happen(events.StopPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.run(1.0)
    course = course_of(rehearsal)
    lived = [(stay.state, stay.cause, stay.scene, stay.step) for stay in course.stays if stay.duration_s > 0.0]
    assert lived == [
        (State.CALM, Cause.ADMITTED, "", -1),
        (State.EXPOSED, Cause.THERAPIST, "heights", 2),
        (State.EXPOSED, Cause.PERSON_LESS, "heights", 1),
        (State.HELD, Cause.PERSON_WAIT, "heights", 1),
        (State.STOPPED, Cause.PERSON_STOP, "", -1),
    ]
    assert [stay.duration_s for stay in course.stays if stay.duration_s > 0.0] == pytest.approx([1, 5, 2, 2, 1])


def test_stays_follow_each_other_without_gaps() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 3.0)
    course = course_of(rehearsal)
    assert course.stays[0].start_ns == course.start_ns
    assert course.stays[-1].end_ns == course.end_ns
    assert all(before.end_ns == after.start_ns for before, after in zip(course.stays, course.stays[1:], strict=False))


def test_intensity_is_nothing_in_the_calm_room_and_grows_up_the_ladder() -> None:
    rehearsal = in_calm_room()
    shares = []
    for rung in ("plaza", "balcony_far", "roof", "plank_wind"):
        go_to(rehearsal, rung, 15.0)
        shares.append(intensity_at(course_of(rehearsal), rehearsal.t_ns))
    assert shares == sorted(shares)
    assert shares[0] < 0.2
    assert shares[-1] > 0.75
    assert intensity_at(course_of(rehearsal), rehearsal.records[0].event.t_ns) == 0.0


@pytest.mark.parametrize(("value", "share"), [("1", 0.0), ("0.25", 0.75), ("0", 1.0)])
def test_share_of_dread_goes_in_the_dread_direction(value: str, share: float) -> None:
    rules = AxisRules("railing", 0, micro(1), AXES["railing"].calm, 0)
    assert share_of_dread(rules, micro(value)) == share


def test_a_record_that_replay_does_not_equal_is_named() -> None:
    rehearsal = in_calm_room()
    assert course_of(rehearsal).differs_at is None
    rehearsal.records[3] = replace(rehearsal.records[3], digest="0" * 16)
    assert course_of(rehearsal).differs_at == 4


def test_a_log_without_a_session_says_so() -> None:
    with pytest.raises(CourseError, match="no records"):
        read_course([])
    with pytest.raises(CourseError, match="does not begin"):
        read_course(entries_of(in_calm_room())[1:])
