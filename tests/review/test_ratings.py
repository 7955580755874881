"""Ratings: missing is missing and never zero; change within a visit needs two answers."""

from tests.review.stories import course_of, go_to, in_calm_room, rate
from vret.core import commands
from vret.core.measures import RatingMoment, RatingSource
from vret.review.ratings import rating_points, step_ratings


def test_given_missing_and_entered_ratings() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 2.0)
    rate(rehearsal, 40)
    rate(rehearsal, None)
    rehearsal.command(commands.EnterRating(suds=0, moment=RatingMoment.PEAK))
    points = rating_points(course_of(rehearsal))
    assert [(point.suds, point.source, point.step) for point in points] == [
        (40, RatingSource.DIAL, 1),
        (None, None, 1),
        (0, RatingSource.THERAPIST, 1),
    ]
    assert points[2].moment is RatingMoment.PEAK


def test_a_missing_rating_belongs_to_where_it_was_asked() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 2.0)
    asked_ns = rehearsal.t_ns
    rehearsal.command(commands.AskRating())
    go_to(rehearsal, "balcony_far", 16.0)
    [point] = rating_points(course_of(rehearsal))
    assert (point.suds, point.step, point.t_ns) == (None, 1, asked_ns)


def test_a_question_that_another_one_replaced_is_missing() -> None:
    rehearsal = in_calm_room()
    rehearsal.command(commands.AskRating())
    rehearsal.run(1.0)
    rate(rehearsal, 20)
    rehearsal.command(commands.AskRating())
    assert [point.suds for point in rating_points(course_of(rehearsal))] == [None, 20, None]


def test_ratings_within_a_visit() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 2.0)
    for suds in (40, 55, None, 30):
        rate(rehearsal, suds)
        rehearsal.run(1.0)
    go_to(rehearsal, "balcony_far", 2.0)
    rate(rehearsal, 60)
    rehearsal.run(1.0)
    stool, balcony = step_ratings(course_of(rehearsal))
    assert (stool.first, stool.highest, stool.last, stool.change) == (40, 55, 30, -10)
    assert (stool.answered, stool.missing) == (3, 1)
    assert (balcony.first, balcony.last, balcony.change) == (60, 60, None)


def test_a_pause_is_part_of_the_visit() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 2.0)
    rehearsal.command(commands.Pause())
    rehearsal.run(2.0)
    rehearsal.command(commands.Continue())
    rehearsal.run(2.0)
    [visit] = step_ratings(course_of(rehearsal))
    assert visit.end_ns - visit.start_ns == 6_000_000_000
