from pathlib import Path

import pytest

from tests.testing.test_sessions import written
from vret.core import commands, events
from vret.core.effects import StepChanged
from vret.core.transitions import IN_SCENE
from vret.headset.replaying import Story
from vret.testing.ladders import heights_plan, heights_rules
from vret.testing.sessions import THERAPIST, Rehearsal, whole_session


def _names(story: Story) -> list[str]:
    return [name.split("-", 1)[1] for name, _ in story.rung_shots()]


@pytest.mark.parametrize("contact", [True, False])
def test_the_rung_that_somebody_leaves_for_the_calm_room_has_its_picture(contact: bool, tmp_path: Path) -> None:
    rehearsal = Rehearsal((heights_rules(),), heights_plan())
    keyboard = events.Input.KEYBOARD
    rehearsal.happen(events.InputGained(t_ns=rehearsal.t_ns, input=keyboard))
    rehearsal.happen(events.Admitted(t_ns=rehearsal.t_ns, therapist=THERAPIST))
    rehearsal.run(1.0)
    rehearsal.happen(events.StopPressed(t_ns=rehearsal.t_ns, input=keyboard))
    rehearsal.happen(events.ReadyPressed(t_ns=rehearsal.t_ns, input=keyboard))
    rehearsal.run(1.0)
    rehearsal.command(commands.Resume(level=commands.ResumeLevel.CALM))
    rehearsal.run(3.0)
    rungs = [rung.name for rung in heights_rules().rungs[:2]]
    for rung in rungs:
        rehearsal.command(commands.SetRung(scene="heights", rung=rung))
        rehearsal.run(5.0)
    if contact:
        rehearsal.happen(events.StopPressed(t_ns=rehearsal.t_ns, input=keyboard))
    rehearsal.run(15.0, contact=contact)
    story = Story(written(rehearsal, tmp_path))
    assert _names(story) == [f"heights-{rung}" for rung in rungs]


def test_every_rung_is_pictured_while_the_person_is_on_it(tmp_path: Path) -> None:
    session = whole_session(seed=1, minutes=3.0)
    story = Story(written(session, tmp_path))
    shots = list(story.rung_shots())
    effects = [effect for record in session.records for effect in record.effects]
    reached = {effect.step for effect in effects if isinstance(effect, StepChanged) and effect.step >= 0}
    assert {shot.session.step_index for _, shot in shots} == reached
    assert all(shot.session.state in IN_SCENE and shot.frame.scene == "heights" for _, shot in shots)
    assert [name[:2] for name, _ in shots] == [f"{number:02d}" for number in range(1, len(shots) + 1)]
