"""Presses and interruptions: what the person did, what broke in, and how it ended."""

import pytest

from tests.review.stories import KEYBOARD, course_of, end, go_to, in_calm_room
from vret.core import commands, events
from vret.core.effects import Cause, State
from vret.review.presses import ending, interruptions, presses, resumed_by_both


def test_practice_is_told_apart_from_a_stop_in_the_scene() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "third_floor", 8.0)
    rehearsal.happen(events.StopPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    found = [press for press in presses(course_of(rehearsal)) if press.control == "stop"]
    assert [(press.practice, press.scene, press.step) for press in found] == [(True, "", -1), (False, "heights", 4)]
    assert found[1].intensity > 0.3


def test_a_press_without_anything_to_lower_is_marked() -> None:
    rehearsal = in_calm_room()
    rehearsal.happen(events.LessPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    assert presses(course_of(rehearsal))[-1].nothing_to_lower


def test_a_lost_link_is_one_interruption_from_hold_to_calm() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 5.0)
    rehearsal.run(10.0, contact=False)
    rehearsal.run(1.0)
    rehearsal.happen(events.ReadyPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.command(commands.Resume())
    rehearsal.happen(events.ResumeAccepted(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.run(1.0)
    course = course_of(rehearsal)
    [cut] = interruptions(course)
    assert cut.causes == (Cause.LEASE_OLD, Cause.LEASE_LOST)
    assert (cut.reached, cut.resumed) == (State.STOPPED, True)
    assert (cut.end_ns - cut.start_ns) / 1e9 == pytest.approx(8.0, abs=0.5)
    assert resumed_by_both(course) == 1


def test_less_during_the_hold_leaves_it_one_interruption() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 5.0)
    rehearsal.run(5.0, contact=False)
    rehearsal.happen(events.LessPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.run(5.0, contact=False)
    [cut] = interruptions(course_of(rehearsal))
    assert cut.causes == (Cause.LEASE_OLD, Cause.LEASE_LOST)
    assert (cut.reached, cut.resumed) == (State.STOPPED, False)


def test_an_interruption_that_lasts_to_the_end_did_not_go_on() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 3.0)
    rehearsal.happen(events.HeadsetRemoved(t_ns=rehearsal.t_ns))
    rehearsal.run(2.0)
    [off] = interruptions(course_of(rehearsal))
    assert (off.causes, off.resumed) == ((Cause.HEADSET_OFF,), False)


def test_what_the_person_asked_for_is_no_interruption() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 3.0)
    rehearsal.happen(events.WaitPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.run(1.0)
    rehearsal.happen(events.StopPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    assert interruptions(course_of(rehearsal)) == ()


def test_how_it_ended() -> None:
    rehearsal = in_calm_room()
    assert ending(course_of(rehearsal)) is None
    end(rehearsal)
    found = ending(course_of(rehearsal))
    assert found is not None
    assert (found.how, found.note) == ("chosen_step", "as planned")
