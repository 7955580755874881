"""Dose: seconds on each step, going on and held, and in each state."""

import pytest

from tests.review.stories import KEYBOARD, course_of, end, go_to, in_calm_room
from vret.core import commands, events
from vret.core.effects import State
from vret.review.dose import dose


def test_time_on_each_step_and_in_each_state() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 5.0)
    go_to(rehearsal, "balcony_far", 4.0)
    rehearsal.happen(events.WaitPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.run(3.0)
    rehearsal.command(commands.Continue())
    go_to(rehearsal, "stool", 2.0)
    end(rehearsal)
    taken = dose(course_of(rehearsal))
    assert [(step.step, step.visits) for step in taken.steps] == [(1, 2), (2, 1)]
    assert [step.exposed_s for step in taken.steps] == pytest.approx([7.0, 4.0])
    assert [step.held_s for step in taken.steps] == pytest.approx([0.0, 3.0])
    assert taken.in_scene_s == pytest.approx(14.0)
    assert taken.state_s[State.HELD] == pytest.approx(3.0)
    assert taken.state_s[State.ENDED] == pytest.approx(1.0)
    assert taken.rungs_reached == 2


def test_nothing_shown_is_no_dose() -> None:
    taken = dose(course_of(in_calm_room()))
    assert taken.steps == ()
    assert taken.in_scene_s == 0.0
