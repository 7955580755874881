"""Homework: what was done together, given and taken back; and the log of a session without a therapist."""

import msgspec

from tests.review.stories import KEYBOARD, course_of, end, go_to, in_calm_room
from vret.core import commands, events
from vret.core.effects import Cause, Refusal, RiseRefused
from vret.core.homework import CrisisNumber, Homework, HomeworkScene
from vret.core.limits import LIMITS
from vret.core.session import open_session
from vret.core.step import step
from vret.recording.record import Record
from vret.review import words
from vret.review.course import Course, read_course
from vret.review.homework import homework
from vret.review.page import Source, marks, render, summary
from vret.testing.ladders import heights_rules
from vret.testing.sessions import Rehearsal

RULES = heights_rules()
GIVEN = Homework(
    homework_id="h-1",
    signed_unix_s=1_795_500_000,
    expires_unix_s=1_795_500_000 + 14 * 86_400,
    scenes=(HomeworkScene(RULES.name, RULES.content_hash, "plaza"),),
    session_ns=20 * 60 * 10**9,
    sessions_per_day=2,
    numbers=(CrisisNumber("Emergency", "112"),),
)
LIMITED = "up to “1. On the square, looking up”; 20 min in scenes each time, at most twice a day, until 8 December 2026"


def done_together() -> Rehearsal:
    """The lowest rung, for long enough, and back in the calm room."""
    rehearsal = in_calm_room()
    go_to(rehearsal, "plaza", LIMITS.homework_rung_ns / 1e9 + 5)
    rehearsal.command(commands.Calm())
    rehearsal.run(3.0)
    return rehearsal


def give(rehearsal: Rehearsal, given: Homework = GIVEN) -> None:
    text = msgspec.json.encode(given).decode()
    rehearsal.command(commands.GiveHomework(homework=text, key=b"", signature=b""))
    rehearsal.run(1.0)


def alone() -> Course:
    """Somebody asks for more before they have answered anything, and ends it."""
    opened = events.SessionOpened(t_ns=0, session_id="h", plan=GIVEN.plan, scenes=(RULES,), homework=GIVEN)
    session = open_session(opened)
    records = [Record(1, opened, (), session.digest())]
    for event in (events.RisePressed(t_ns=10**9, input=KEYBOARD), events.Finished(t_ns=2 * 10**9)):
        session, effects = step(session, event)
        records.append(Record(len(records) + 1, event, effects, session.digest()))
    return read_course(records)


def kinds(course: Course) -> list[str]:
    return [mark.kind for mark in marks(course)]


def test_what_was_done_together_and_given_is_told() -> None:
    rehearsal = done_together()
    give(rehearsal)
    end(rehearsal)
    course = course_of(rehearsal)
    found = homework(course)
    assert (found.is_alone, found.done, found.kept) == (False, (("heights", 0),), GIVEN)
    assert [given for _, given in found.given] == [GIVEN]
    assert [kind for kind in kinds(course) if kind != "Variant"][:2] == ["Done together", "Homework given"]
    (told,) = [sentence for sentence in summary(course) if "homework" in sentence]
    assert told.startswith(f"The person was given homework: {LIMITED}")
    assert LIMITED in render(course, Source("session.mcap"))


def test_what_was_taken_back_or_refused_is_kept_no_more() -> None:
    rehearsal = done_together()
    give(rehearsal)
    rehearsal.command(commands.WithdrawHomework())
    give(rehearsal, msgspec.structs.replace(GIVEN, scenes=(HomeworkScene("heights", RULES.content_hash, "stool"),)))
    end(rehearsal)
    course = course_of(rehearsal)
    assert (homework(course).kept, len(homework(course).given)) == (None, 1)
    assert "Homework taken back" in kinds(course)
    assert "Homework was given and taken back." in list(summary(course))
    assert words.REFUSALS[Refusal.HOMEWORK_NOT_DONE] in render(course, Source("session.mcap"))


def test_a_session_without_a_therapist_is_told_as_one() -> None:
    course = alone()
    told = list(summary(course))
    assert told[0] == "Homework: the person was alone, without a therapist."
    assert not any("therapist" in sentence for sentence in told[1:])
    (refused,) = [effect for record in course.records for effect in record.effects if isinstance(effect, RiseRefused)]
    (asked,) = [mark.text for mark in marks(course) if mark.kind == "Asked for more"]
    assert asked == f"nothing rose: {words.REFUSALS[refused.reason]}"
    assert words.CAUSES[Cause.HOMEWORK] in render(course, Source("h.mcap"))


def test_a_log_without_homework_has_nothing_of_it_on_its_page() -> None:
    course = course_of(in_calm_room())
    assert homework(course).given == ()
    assert "omework" not in render(course, Source("session.mcap"))
