"""What the panel says in homework: whom to call, the next step when there is one, and nothing of a therapist."""

import pytest

from tests.core.alone import NUMBERS, AloneDrive, alone_in, homework_for, prepared
from tests.core.ladders import S
from vret.core import events
from vret.core.effects import State
from vret.core.limits import LIMITS
from vret.core.preparation import ALONE, SAFE_ALONE
from vret.headset.messages import NOBODY_WATCHES, TEXTS, Message
from vret.headset.notice import asked, notice, offers_phrases
from vret.headset.page import Page, page
from vret.headset.profiles import KEYBOARD, PROFILES, Control
from vret.render.lettering import lettering
from vret.render.typesetting import QUADS_MAX, typeset

TOUCH = PROFILES["/interaction_profiles/oculus/touch_controller"]
NUMBER_LINES = tuple(f"{entry.title}: {entry.number}" for entry in NUMBERS)


def shown(drive: AloneDrive) -> Page:
    made = page(drive.session, drive.t_ns, TOUCH, None)
    assert made is not None
    return made


def says(drive: AloneDrive) -> Message | None:
    return notice(drive.session, drive.t_ns)


@pytest.mark.parametrize("state", [State.CALM, State.STOPPED, State.ENDED])
def test_out_of_the_scenes_it_stands_there_that_nobody_watches_and_whom_to_call(state: State) -> None:
    drive = alone_in(state)
    drive.wait(30 * S)
    lines = shown(drive).alone
    assert lines[0] == NOBODY_WATCHES
    assert lines[-2:] == NUMBER_LINES


def test_in_a_scene_no_clock_and_no_number_stands_beside_what_is_dreaded() -> None:
    assert shown(alone_in(State.EXPOSED)).alone == ()


def test_what_is_left_of_the_time_is_said_in_the_calm_room() -> None:
    drive = prepared(homework_for(session_ns=20 * 60 * S))
    assert "About 20 minutes are left." in shown(drive).alone


def test_the_questions_beforehand_are_answered_with_yes_or_less() -> None:
    drive = AloneDrive()
    for item in SAFE_ALONE:
        made = shown(drive)
        assert made.sentence == TEXTS[Message(item.value)]
        assert made.hint == "If so: hold the trigger for a moment. If not: pull the stick towards you."
        assert asked(drive.session, drive.t_ns) is Control.READY
        drive.press(events.ReadyPressed)
    assert says(drive) is Message.PRACTISE_WAIT
    assert shown(drive).rows


def test_after_a_no_it_is_kindly_not_today() -> None:
    drive = AloneDrive()
    drive.press(events.LessPressed)
    assert says(drive) is Message.NOT_TODAY
    assert asked(drive.session, drive.t_ns) is None
    assert NUMBER_LINES[0] in shown(drive).alone


def test_the_next_step_is_offered_when_it_is_one() -> None:
    drive = prepared()
    assert (says(drive), asked(drive.session, drive.t_ns)) == (Message.ALONE, Control.RISE)
    assert drive.rise() is None
    drive.wait(S)
    assert (says(drive), asked(drive.session, drive.t_ns)) == (None, None)
    drive.stay()
    assert (says(drive), asked(drive.session, drive.t_ns)) == (Message.NEXT_STEP, Control.RISE)
    assert shown(drive).hint == "If you want to: hold the trigger briefly, then let go."
    drive.press(events.WaitPressed)
    assert (says(drive), asked(drive.session, drive.t_ns)) == (Message.HELD_ALONE, Control.RISE)
    top = prepared(homework_for(top_rung="rung0"))
    top.climb(0)
    assert says(top) is Message.LAST_STEP
    assert top.rise() is None
    top.wait(30 * S)
    assert (says(top), asked(top.session, top.t_ns)) == (Message.OVER, None)


def test_great_distress_is_told_how_to_get_less() -> None:
    drive = prepared()
    assert drive.rise() is None
    drive.wait(5 * S)
    drive.rate(95)
    drive.wait(LIMITS.distress_apart_ns)
    drive.rate(95)
    assert (says(drive), asked(drive.session, drive.t_ns)) == (Message.LESS_OFFERED, None)


def test_after_a_stop_the_offer_is_nobodys_suggestion() -> None:
    drive = alone_in(State.STOPPED)
    drive.wait(30 * S)
    assert asked(drive.session, drive.t_ns) is Control.READY
    drive.press(events.ReadyPressed)
    assert (says(drive), asked(drive.session, drive.t_ns)) == (Message.OFFER_ALONE, Control.ACCEPT)


def test_no_sentence_speaks_of_a_therapist_who_could_do_something_now() -> None:
    seen: set[str] = set()
    for state in (State.CALM, State.EXPOSED, State.HELD, State.STOPPED):
        drive = alone_in(state)
        for kind in (events.SomeoneCameIn, events.PrivateAgain, events.ReadyPressed):
            drive.press(kind)
            drive.wait(20 * S)
            made = page(drive.session, drive.t_ns, KEYBOARD, None)
            seen |= {made.sentence, made.hint} if made is not None else set()
            assert not offers_phrases(drive.session, drive.t_ns, TOUCH, is_voice_lost=True)
    assert seen
    assert not [sentence for sentence in seen if "therapist" in sentence.lower()]


def test_all_of_it_fits_the_panel() -> None:
    letters = lettering()
    for drive in (alone_in(State.STOPPED), prepared(), AloneDrive()):
        quads, _, height = typeset(shown(drive), letters)
        assert len(quads) < QUADS_MAX
        assert height < 1.0
    assert len(ALONE) == len(set(ALONE))
