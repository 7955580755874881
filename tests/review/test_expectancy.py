"""Expectancy: each prediction with the answer that followed it; refused ones do not count."""

from tests.review.stories import course_of, in_calm_room
from vret.core import commands
from vret.review.expectancy import expectancies


def before(probability: int) -> commands.ExpectBefore:
    return commands.ExpectBefore(feared_outcome="I fall", probability=probability)


def after(probability: int) -> commands.ExpectAfter:
    return commands.ExpectAfter(occurred=False, surprise=50, probability=probability)


def test_predictions_meet_their_outcomes() -> None:
    rehearsal = in_calm_room()
    for command in (before(70), after(20), before(30), before(40), after(55)):
        rehearsal.command(command)
    found = expectancies(course_of(rehearsal))
    assert [(entry.before.probability, entry.fall_of_probability) for entry in found] == [
        (70, 50),
        (30, None),
        (40, -15),
    ]


def test_a_refused_prediction_is_none() -> None:
    rehearsal = in_calm_room()
    rehearsal.command(before(101))
    rehearsal.command(after(20))
    assert expectancies(course_of(rehearsal)) == ()
