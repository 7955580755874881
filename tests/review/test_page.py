"""The report: self-contained, labelled, honest about what is missing, and safe with whatever people type."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from tests.review.stories import KEYBOARD, course_of, end, go_to, in_calm_room, rate
from vret.core import commands, events
from vret.core.effects import Cause, Refusal, State
from vret.core.events import Phrase
from vret.core.measures import EndedHow, RatingMoment
from vret.review import words
from vret.review.page import Source, conversation, marks, render
from vret.testing.sessions import whole_session

VOID = {"meta", "br", "img", "link", "hr", "input"}


class Page(HTMLParser):
    """Tags with attributes, and whether they close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


@pytest.fixture(scope="module")
def page() -> str:
    return render(course_of(whole_session(1, minutes=1.5)), Source("session.mcap"))


def test_it_is_one_well_formed_page_that_asks_for_nothing_else(page: str) -> None:
    tags = Page(page).tags
    assert not {"script", "link", "iframe", "img", "object"} & {tag for tag, _ in tags}
    for tag, attributes in tags:
        for name in ("src", "href", "xlink:href"):
            value = attributes.get(name)
            assert value is None or value.startswith("#"), (tag, value)
    assert "url(http" not in page
    assert "@import" not in page


def test_it_says_what_it_is_not(page: str) -> None:
    assert "not a certified medical device" in page
    assert page.count("Trial with staff only") == 2


def test_every_plot_has_a_name_a_text_and_a_table(page: str) -> None:
    tags = Page(page).tags
    identifiers = {attributes["id"] for _, attributes in tags if "id" in attributes}
    plots = [attributes for tag, attributes in tags if tag == "svg"]
    assert len(plots) == 3
    for plot in plots:
        assert plot["role"] == "img"
        assert {plot["aria-labelledby"], plot["aria-describedby"]} <= identifiers
    captions = sum(tag == "caption" for tag, _ in tags)
    assert captions == sum(tag == "table" for tag, _ in tags) >= 6


def test_identifiers_are_unique_and_references_resolve(page: str) -> None:
    counts = Counter(re.findall(r'\bid="([^"]+)"', page))
    assert [name for name, count in counts.items() if count > 1] == []
    for reference in re.findall(r'(?:href="|url\()#([^")]+)', page):
        assert reference in counts


def test_plots_take_their_colours_from_the_page(page: str) -> None:
    assert "var(--ink)" in page
    for svg in re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL):
        assert re.findall(r"(?:fill|stroke): ?#[0-9a-f]{6}", svg) == []


def test_a_missing_rating_is_shown_as_missing() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "stool", 2.0)
    rate(rehearsal, None)
    end(rehearsal)
    page = render(course_of(rehearsal), Source("x.mcap"))
    assert '<span class="missing">missing</span>' in page
    assert "1 question was not answered" in page
    assert ">0</td>" not in page[page.index("Ratings of distress") : page.index("Where the person was")]


def test_what_people_typed_is_text_and_never_markup() -> None:
    rehearsal = in_calm_room()
    rehearsal.command(commands.Note(text="<script>alert(1)</script>"))
    page = render(course_of(rehearsal), Source('"><b>.mcap'))
    assert "<script>" not in page
    assert "<b>" not in page


def test_what_the_two_wrote_to_each_other_is_on_the_page() -> None:
    rehearsal = in_calm_room()
    assert "wrote to each other" not in render(course_of(rehearsal), Source("x.mcap"))
    rehearsal.command(commands.Say(text="Take your <time>."))
    rehearsal.command(commands.Say(text="\u202e"))
    rehearsal.happen(events.PhraseSaid(t_ns=rehearsal.t_ns, input=KEYBOARD, phrase=Phrase.SLOWER))
    rehearsal.happen(events.Wrote(t_ns=rehearsal.t_ns, text="Schön."))
    rehearsal.command(commands.SayHere())
    course = course_of(rehearsal)
    assert [(mark.kind, mark.text) for mark in conversation(course)] == [
        ("Therapist", "Take your <time>."),
        ("Person", "Slower, please (phrase)"),
        ("Person", "Schön."),
        ("Therapist", words.IS_HERE),
    ]
    page = render(course, Source("x.mcap"))
    assert "wrote to each other" in page
    assert "Take your &lt;time&gt;." in page


def test_the_variants_that_were_seen_are_told() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "balcony_far", 8.0)
    rehearsal.command(commands.SetVariant(variant="dusk"))
    rehearsal.run(3.0)
    end(rehearsal)
    course = course_of(rehearsal)
    assert course.variants_seen() == (("heights", "day"), ("heights", "dusk"))
    assert [mark.text for mark in marks(course) if mark.kind == "Variant"] == ["Day", "Evening, low sun"]
    assert "Shown in 2 variants: Day, Evening, low sun." in render(course, Source("x.mcap"))


def test_a_variant_that_was_taken_back_behind_its_veil_was_not_seen() -> None:
    rehearsal = in_calm_room()
    go_to(rehearsal, "balcony_far", 8.0)
    rehearsal.command(commands.SetVariant(variant="dusk"))
    rehearsal.happen(events.WaitPressed(t_ns=rehearsal.t_ns, input=KEYBOARD))
    rehearsal.run(3.0)
    course = course_of(rehearsal)
    assert course.variants_seen() == (("heights", "day"),)
    assert "variants:" not in render(course, Source("x.mcap"))


def test_a_session_in_which_nothing_happened_still_has_a_report() -> None:
    page = render(course_of(in_calm_room()), Source("x.mcap", remarks=("the log was cut short",)))
    Page(page)
    assert "No scene was shown." in page
    assert "before the session was ended" in page
    assert "the log was cut short" in page


def test_the_same_course_is_the_same_page() -> None:
    course = course_of(whole_session(2, minutes=1.0))
    assert render(course, Source("x.mcap")) == render(course, Source("x.mcap"))


def test_every_short_name_has_its_words() -> None:
    assert set(words.STATES) == set(State)
    assert set(words.CAUSES) == set(Cause)
    assert set(words.REFUSALS) == set(Refusal)
    assert set(words.MOMENTS) == set(RatingMoment)
    assert set(words.ENDINGS) == {how.value for how in EndedHow}


@pytest.mark.parametrize(("value", "text"), [(5, "+5"), (-5, "−5"), (0, "0")])
def test_signed(value: int, text: str) -> None:
    assert words.signed(value) == text
