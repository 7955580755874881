"""Dwell time on areas of interest, on known frames."""

import pytest
from msgspec.structs import replace

from tests.review.stories import FRAME_NS, course_of, go_to
from vret.core import commands, events
from vret.core.ladder import AreaRules, SceneRules
from vret.review.course import read_course
from vret.review.dwell import dwells
from vret.review.movement import movements
from vret.review.page import Source, render
from vret.testing.ladders import heights_plan, heights_rules
from vret.testing.sessions import Rehearsal

AREAS = (AreaRules("drop", "The street below", feared=True), AreaRules("rail", "The <rail>"))
KEYBOARD = events.Input.KEYBOARD


def in_calm_room(rules: SceneRules) -> Rehearsal:
    rehearsal = Rehearsal((rules,), heights_plan(), frame_ns=FRAME_NS)
    rehearsal.happen(events.Admitted(t_ns=rehearsal.t_ns, therapist="t"))
    rehearsal.run(1.0)
    rehearsal.happen(events.StopPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.happen(events.ReadyPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.command(commands.Resume())
    return rehearsal


@pytest.fixture
def rehearsal() -> Rehearsal:
    return in_calm_room(replace(heights_rules(), areas=AREAS))


def look_at(rehearsal: Rehearsal, areas: list[str], feared_m: float | None = None) -> None:
    """Give the last frames these areas, one each."""
    first = len(rehearsal.frames) - len(areas)
    for index, area in enumerate(areas, first):
        rehearsal.frames[index] = replace(rehearsal.frames[index], area=area, feared_m=feared_m)


def test_time_share_and_looks(rehearsal: Rehearsal) -> None:
    go_to(rehearsal, "stool", 5.0)
    look_at(rehearsal, ["drop"] * 10 + ["rail"] * 5 + ["drop"] * 20)
    drop, rail, none = dwells(course_of(rehearsal))
    assert (drop.scene, drop.step, drop.title, drop.looks) == ("heights", 1, "The street below", 2)
    assert (drop.total_s, drop.share, drop.longest_s) == pytest.approx((2.9, 0.58, 1.9))
    assert (rail.title, rail.looks) == ("The <rail>", 1)
    assert rail.total_s == pytest.approx(0.5)
    assert (none.title, none.looks) == ("", 1)
    assert drop.share + rail.share + none.share == pytest.approx(1.0)


def test_all_visits_to_a_step_count_and_a_look_ends_with_its_visit(rehearsal: Rehearsal) -> None:
    for rung in ("stool", "plaza", "stool"):
        go_to(rehearsal, rung, 4.0)
        look_at(rehearsal, ["drop"] * 40)
    stool = [entry for entry in dwells(course_of(rehearsal)) if entry.step == 1 and entry.title]
    assert [entry.looks for entry in stool] == [2]
    assert stool[0].total_s > 2 * stool[0].longest_s - 0.5


def test_where_frames_are_missing_nothing_is_counted(rehearsal: Rehearsal) -> None:
    go_to(rehearsal, "stool", 8.0)
    look_at(rehearsal, ["drop"] * 80)
    del rehearsal.frames[-60:-10]
    drop = dwells(course_of(rehearsal))[0]
    assert drop.total_s == pytest.approx(3.0, abs=0.25)


def test_a_scene_without_areas_and_a_log_without_frames_say_nothing(rehearsal: Rehearsal) -> None:
    bare = in_calm_room(heights_rules())
    go_to(bare, "stool", 3.0)
    assert dwells(course_of(bare)) == ()
    go_to(rehearsal, "stool", 3.0)
    assert dwells(read_course(rehearsal.records)) == ()


def test_the_nearest_to_what_is_feared(rehearsal: Rehearsal) -> None:
    go_to(rehearsal, "stool", 3.0)
    look_at(rehearsal, ["drop"] * 5, 1.5)
    look_at(rehearsal, ["drop"] * 2, 0.75)
    rehearsal.run(0.3)
    go_to(rehearsal, "plaza", 3.0)
    nearest_m = {entry.step: entry.nearest_m for entry in movements(course_of(rehearsal))}
    assert nearest_m == {0: None, 1: 0.75}


def test_the_page_tells_it_and_spells_titles_as_they_are(rehearsal: Rehearsal) -> None:
    go_to(rehearsal, "stool", 5.0)
    look_at(rehearsal, ["rail"] * 20, 0.5)
    page = render(course_of(rehearsal), Source("session.mcap"))
    assert "What the head was turned to" in page
    assert "The &lt;rail&gt;" in page
    assert "something else" in page
    assert "0.50 m" in page
    bare = in_calm_room(heights_rules())
    go_to(bare, "stool", 3.0)
    assert "What the head was turned to" not in render(course_of(bare), Source("session.mcap"))
