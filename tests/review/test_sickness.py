"""Sickness: before, worst and after; missing is missing; a question that was put off is one question."""

from tests.review.stories import FRAME_NS, KEYBOARD, course_of, end, go_to, in_calm_room
from vret.core import commands, events
from vret.core.limits import LIMITS
from vret.core.measures import RatingSource, SicknessMoment
from vret.review.page import Source, marks, render, summary
from vret.review.sickness import sickness
from vret.testing.ladders import heights_plan, heights_rules
from vret.testing.sessions import Rehearsal

BEFORE, DURING, AFTER = SicknessMoment


def watched() -> Rehearsal:
    """In the calm room, stop practised, asked how sick they feel by themselves."""
    rehearsal = Rehearsal((heights_rules(),), heights_plan(), frame_ns=FRAME_NS, watches_sickness=True)
    rehearsal.happen(events.Admitted(t_ns=rehearsal.t_ns, therapist="t"))
    rehearsal.run(1.0)
    rehearsal.happen(events.StopPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.happen(events.ReadyPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.command(commands.Resume())
    return rehearsal


def feel(rehearsal: Rehearsal, fms: int) -> None:
    rehearsal.happen(events.SicknessGiven(t_ns=rehearsal.t_ns, fms=fms))


def test_before_worst_and_after() -> None:
    rehearsal = watched()
    feel(rehearsal, 1)
    go_to(rehearsal, "stool", 2.0)
    rehearsal.command(commands.EnterSickness(fms=6))
    rehearsal.command(commands.Calm())
    rehearsal.run(LIMITS.sickness_after_ns / 1e9 + 1)
    feel(rehearsal, 3)
    end(rehearsal)
    found = sickness(course_of(rehearsal))
    assert (found.before, found.worst, found.after, found.missing) == (1, 6, 3, 0)
    assert [(point.moment, point.source, point.step) for point in found.points] == [
        (BEFORE, RatingSource.DIAL, -1),
        (DURING, RatingSource.THERAPIST, 1),
        (AFTER, RatingSource.DIAL, -1),
    ]


def test_what_was_not_answered_or_not_asked_any_more_is_missing() -> None:
    rehearsal = watched()
    asked_ns = rehearsal.t_ns
    rehearsal.run(LIMITS.rating_ns / 1e9 + 1)
    go_to(rehearsal, "stool", 2.0)
    end(rehearsal)
    found = sickness(course_of(rehearsal))
    assert [(point.fms, point.moment) for point in found.points] == [(None, BEFORE), (None, AFTER)]
    assert found.points[0].t_ns == asked_ns
    assert (found.before, found.worst, found.after, found.missing) == (None, None, None, 2)


def test_a_question_that_was_put_off_is_one() -> None:
    rehearsal = watched()
    rehearsal.command(commands.AskRating())
    rehearsal.happen(events.RatingGiven(t_ns=rehearsal.t_ns, suds=20))
    feel(rehearsal, 2)
    assert [point.fms for point in sickness(course_of(rehearsal)).points] == [2]


def test_a_log_without_it_has_nothing_of_it_on_its_page() -> None:
    course = course_of(in_calm_room())
    assert sickness(course).points == ()
    page = render(course, Source("session.mcap"))
    assert "FMS-10" not in page
    assert "sickness" not in page


def test_it_is_told_in_the_summary_the_table_and_the_plot() -> None:
    rehearsal = watched()
    feel(rehearsal, 1)
    go_to(rehearsal, "stool", 2.0)
    rehearsal.command(commands.EnterSickness(fms=8))
    rehearsal.run(1.0)
    end(rehearsal)
    course = course_of(rehearsal)
    assert "Sickness (0 to 10) before 1, at the worst 8, after missing; 1 answer is missing." in list(summary(course))
    page = render(course, Source("session.mcap"))
    assert "How sick the person felt (FMS-10, 0 to 10)" in page
    assert "2 answers about sickness, the highest 8 of 10, 1 missing." in page
    assert "the person felt very sick" in page


def test_breaks_stand_among_the_marks() -> None:
    rehearsal = watched()
    feel(rehearsal, 0)
    go_to(rehearsal, "plaza", LIMITS.break_after_ns / 1e9 + 2)
    end(rehearsal)
    course = course_of(rehearsal)
    assert (sickness(course).breaks_due, sickness(course).breaks_taken) == (1, 0)
    assert [mark.kind for mark in marks(course) if mark.kind.startswith("Break")] == ["Break due"]
    assert any("A break was due once, and taken never." in sentence for sentence in summary(course))
