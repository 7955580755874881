"""Where the panel stands, and that everything the person may read fits on it."""

from math import atan2, degrees, pi, radians

import numpy as np
import numpy.typing as npt
import pytest

from vret.core.commands import SAY_MAX
from vret.core.conversation import PHRASES
from vret.headset.messages import (
    INVITATION_AFTER_WORDS,
    INVITATION_IF_SO,
    INVITATION_TO_RECORD,
    INVITATION_TO_RECORD_OR_NOT,
    INVITATIONS,
    SICKNESS_ENDS,
    TEXTS,
    TITLES,
    TO_ANSWER,
    Message,
)
from vret.headset.page import Dial, Page, Phrases, Row
from vret.headset.profiles import KEYBOARD, PROFILES, Control, Profile
from vret.link.phrase import PHRASE_WORDS, WORDS
from vret.render.lettering import lettering
from vret.render.panel import BELOW_EYES, FREE_AHEAD, Panel
from vret.render.typesetting import CAPITAL_EM, DISTANCE_M, QUADS_MAX, SMALL_M, WIDE_M, typeset

AHEAD = np.array([0, 1.6, 0, 0, 0, 0, 1], np.float32)
ANCHORS = (
    "In bed on a Sunday",
    "Second floor",
    "The footbridge over the motorway",
    "Zürich",
    "The ladder that slipped",
)
LONGEST = tuple(sorted(WORDS, key=len)[-PHRASE_WORDS:])
PAUSE = Page(sentence="Pause. Nothing will come nearer.")
ASIDE = PAUSE._replace(is_aside=True)


def turned(yaw: float) -> npt.NDArray[np.float32]:
    return np.array([0, 1.6, 0, 0, np.sin(yaw / 2), 0, np.cos(yaw / 2)], np.float32)


def corners_in_stage(panel: Panel) -> npt.NDArray[np.float32]:
    """Left top, right top, right bottom, left bottom of the panel's ground."""
    left, top, right, bottom = panel.quads["rect"][0]
    flat = np.array([(left, top, 0, 1), (right, top, 0, 1), (right, bottom, 0, 1), (left, bottom, 0, 1)], np.float32)
    return np.asarray((flat @ panel.stage_from_panel.T)[:, :3])


def angles(points: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Degrees to the right and up, seen from a head that stands at 1.6 m and looks along -Z."""
    away = points.astype(np.float64) - (0, 1.6, 0)
    return np.array([(degrees(atan2(x, -z)), degrees(atan2(y, np.hypot(x, z)))) for x, y, z in away])


def test_every_message_state_and_question_has_its_words() -> None:
    assert set(TEXTS) == set(Message)
    assert len(TITLES) == 7
    assert {
        Control.READY,
        Control.ACCEPT,
        Control.CAN_WAIT,
        Control.RATE,
        Control.SICKNESS,
        Control.CONFIRM,
        Control.PRIVATE_AGAIN,
        Control.RISE,
    } == set(INVITATIONS)


def test_the_smallest_capital_is_one_degree_high() -> None:
    assert degrees(2 * np.arctan(SMALL_M * CAPITAL_EM / 2 / DISTANCE_M)) == pytest.approx(1.0, abs=0.01)
    letters = lettering().letters["H"]
    assert letters.box[1] == pytest.approx(CAPITAL_EM, abs=0.04)


@pytest.mark.parametrize("message", Message)
@pytest.mark.parametrize("profile", [*PROFILES.values(), KEYBOARD])
@pytest.mark.parametrize("said", [False, True])
def test_everything_that_may_be_read_fits(message: Message, profile: Profile, said: bool) -> None:
    rows = tuple(Row(control, profile.sentence(control), True) for control in list(Control)[:5])
    hint = INVITATIONS[Control.READY].format(profile.sentence(Control.READY))
    spoken = "wide word " * (SAY_MAX // 10) if said else ""
    page = Page(title="Calm room", sentence=TEXTS[message], rows=() if spoken else rows, hint=hint, spoken=spoken)
    if message is Message.WORDS:
        hint = INVITATION_AFTER_WORDS.format(profile.sentence(Control.READY))
        page = page._replace(sentence="" if said else page.sentence, words=LONGEST, rows=(), hint=hint)
    if message in (Message.READ, Message.SEAT, Message.FLOOR, Message.BOUNDARY, Message.SOUND):
        page = page._replace(rows=(), hint=INVITATION_IF_SO.format(profile.sentence(Control.READY)))
    if message is Message.RECORD:
        asks = INVITATION_TO_RECORD_OR_NOT if profile.shares_yes else INVITATION_TO_RECORD
        hint = asks.format(profile.sentence(Control.RECORD), profile.sentence(Control.NO_RECORDING))
        page = page._replace(title="" if said else page.title, rows=(), hint=hint)
    quads, width, height = typeset(page, lettering())
    assert len(quads) < QUADS_MAX
    inside = quads["rect"][1:]
    assert inside[:, 0].min() > -width / 2 + 0.03
    assert inside[:, 2].max() < width / 2 - 0.03
    assert inside[:, 1].max() < -0.03
    assert inside[:, 3].min() > -height + 0.015
    assert height < (0.95 if said else 0.85)


@pytest.mark.parametrize("profile", [*PROFILES.values(), KEYBOARD])
@pytest.mark.parametrize("spoken", ["", "wide word " * 10, "wide word " * (SAY_MAX // 10)])
def test_the_phrases_fit_under_what_they_answer(profile: Profile, spoken: str) -> None:
    sentence = TEXTS[Message.VOICE_LOST]
    hint = TO_ANSWER.format(profile.sentence(Control.PHRASE))
    for choice in (None, 0, 1, 5):
        page = Page(sentence=sentence, spoken=spoken, phrases=Phrases(tuple(PHRASES.values()), choice, hint))
        quads, width, height = typeset(page, lettering())
        inside = quads["rect"][1:]
        assert inside[:, 0].min() > -width / 2 + 0.03
        assert inside[:, 2].max() < width / 2 - 0.03
        assert inside[:, 3].min() > -height + 0.015
        assert height < (1.0 if len(spoken) > 100 else 0.85)


@pytest.mark.parametrize("value", [None, 0, 65, 100])
def test_the_dial_shows_a_knob_only_when_it_was_turned(value: int | None) -> None:
    bare, _, _ = typeset(Page(sentence="?", dial=Dial(None, ANCHORS)), lettering())
    quads, width, _ = typeset(Page(sentence="?", dial=Dial(value, ANCHORS)), lettering())
    assert width == WIDE_M
    digits = 0 if value is None else len(str(value))
    assert len(quads) == len(bare) + digits + (value is not None)


@pytest.mark.parametrize("value", [None, 0, 5, 10])
def test_sickness_has_a_scale_of_its_own_on_the_same_panel(value: int | None) -> None:
    quads, width, height = typeset(
        Page(sentence=TEXTS[Message.SICKNESS], dial=Dial(value, (SICKNESS_ENDS[0], "", SICKNESS_ENDS[1]), 10)),
        lettering(),
    )
    inside = quads["rect"][1:]
    assert width == WIDE_M
    assert inside[:, 0].min() > -width / 2 + 0.03
    assert inside[:, 2].max() < width / 2 - 0.03
    assert height < 0.85
    if value is not None:
        knobs = [rect for rect in inside if rect[2] - rect[0] == pytest.approx(0.038)]
        assert knobs[0][:3:2].mean() == pytest.approx(0.35 * (value - 5) / 5, abs=0.01)


def test_it_stands_below_the_line_of_sight_and_faces_the_eyes(context: object) -> None:
    panel = Panel()
    panel.show(PAUSE, AHEAD)
    seen = angles(corners_in_stage(panel))
    assert seen[:, 1].max() < -degrees(BELOW_EYES) + 1.5
    assert seen[:, 1].min() > -25
    assert seen[:, 0].mean() == pytest.approx(0, abs=0.1)
    middle = corners_in_stage(panel).mean(axis=0)
    facing = (AHEAD[:3] - middle) / np.linalg.norm(AHEAD[:3] - middle)
    assert panel.stage_from_panel[:3, 2] @ facing > 0.99
    panel.release()


@pytest.mark.parametrize("page", [ASIDE, Page(sentence="?", dial=Dial(65, ANCHORS), is_aside=True)])
def test_in_a_scene_it_leaves_what_lies_ahead_and_below_free(context: object, page: Page) -> None:
    panel = Panel()
    panel.show(page, AHEAD)
    assert angles(corners_in_stage(panel))[:, 0].min() > degrees(FREE_AHEAD) - 1
    panel.release()


def test_it_stands_on_the_side_where_nothing_may_come(context: object) -> None:
    panel = Panel()
    gull = np.array([[3, 2, -4]], np.float32)
    panel.show(ASIDE, AHEAD, gull)
    assert angles(corners_in_stage(panel))[:, 0].max() < 0
    panel.hide()
    panel.show(ASIDE, AHEAD, gull * (-1, 1, 1))
    assert angles(corners_in_stage(panel))[:, 0].min() > 0
    panel.release()


def test_it_stays_until_the_person_turns_or_steps_away(context: object) -> None:
    panel = Panel()
    panel.show(PAUSE, AHEAD)
    before = panel.stage_from_panel.copy()
    panel.show(PAUSE, turned(radians(40)))
    np.testing.assert_array_equal(panel.stage_from_panel, before)
    panel.show(PAUSE, turned(radians(60)))
    assert not np.allclose(panel.stage_from_panel, before)
    before = panel.stage_from_panel.copy()
    stepped = turned(radians(60))
    stepped[2] += 0.8
    panel.show(PAUSE, stepped)
    assert not np.allclose(panel.stage_from_panel, before)
    panel.release()


def test_a_dial_that_turns_keeps_its_place(context: object) -> None:
    panel = Panel()
    panel.show(Page(sentence="?", dial=Dial(50, ANCHORS)), AHEAD)
    before = panel.stage_from_panel.copy()
    panel.show(Page(sentence="?", dial=Dial(55, ANCHORS)), turned(pi / 8))
    np.testing.assert_array_equal(panel.stage_from_panel, before)
    panel.release()
