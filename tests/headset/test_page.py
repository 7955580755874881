"""What stands on the panel at each moment of a session, and that the panel asks for just that."""

import pytest

from tests.core.drive import Drive, in_state
from tests.core.ladders import PLAN, S
from vret.core import commands, events
from vret.core.conversation import PHRASES
from vret.core.effects import State
from vret.core.events import Input, Phrase
from vret.core.limits import LIMITS
from vret.core.measures import Anchors
from vret.core.plan import Plan
from vret.headset.messages import NOBODY_SAID, TEXTS, Message
from vret.headset.notice import asked, notice, offers_phrases
from vret.headset.page import Dial, Page, page
from vret.headset.profiles import KEYBOARD, PROFILES, Control, Profile

TOUCH = PROFILES["/interaction_profiles/oculus/touch_controller"]
VIVE = PROFILES["/interaction_profiles/htc/vive_controller"]
BARE = PROFILES["/interaction_profiles/ext/hand_interaction_ext"]


def shown(
    drive: Drive, profile: Profile = TOUCH, dial: int | None = None, done: frozenset[Control] = frozenset()
) -> Page:
    made = page(drive.session, drive.t_ns, profile, dial, done)
    assert made is not None
    return made


def test_nothing_is_shown_in_the_scene_while_there_is_nothing_to_say() -> None:
    drive = in_state(State.EXPOSED)
    assert page(drive.session, drive.t_ns, TOUCH, None) is None


def test_before_the_session_the_person_waits() -> None:
    made = page(None, 0, KEYBOARD, None)
    assert made is not None
    assert made.sentence == TEXTS[Message.WAITING]


@pytest.mark.parametrize("profile", [TOUCH, BARE, KEYBOARD])
def test_the_calm_room_shows_each_control_as_it_is_done_on_the_input_in_use(profile: Profile) -> None:
    drive = Drive()
    drive.admit()
    rows = shown(drive, profile).rows
    assert [row.title for row in rows] == ["Stop", "Wait", "Less", "Yes", "Rate", "Hide"]
    assert [row.how for row in rows] == [
        profile.sentence(control)
        for control in (
            Control.STOP,
            Control.WAIT,
            Control.LESS,
            Control.READY,
            Control.RATE,
            Control.SOMEONE_CAME_IN,
        )
    ]
    assert not any(row.is_done for row in rows)
    assert shown(drive).sentence == TEXTS[Message.PRACTISE_STOP]


def test_what_was_tried_is_ticked_and_stop_only_on_the_input_in_use() -> None:
    drive = Drive()
    drive.admit()
    drive.press(events.StopPressed)
    done = frozenset({Control.STOP, Control.WAIT, Control.ACCEPT})
    assert [row.is_done for row in shown(drive, done=done).rows] == [True, True, False, True, False, False]
    assert shown(drive).sentence == TEXTS[Message.PRACTISED]
    drive.press(events.WaitPressed, Input.CONTROLLER_LEFT)
    assert not shown(drive, done=done).rows[0].is_done


def test_the_words_of_an_agreement_are_read_out_and_answered_with_yes() -> None:
    """After stop has been practised; meanwhile nothing else is asked."""
    drive = Drive()
    drive.admit()
    words = ("acorn", "fern", "lily", "velvet")
    drive.feed(events.KeysAgreed(t_ns=drive.t_ns, sender="t", keys="k", words=words))
    assert shown(drive).sentence == TEXTS[Message.PRACTISE_STOP]
    drive.press(events.StopPressed)
    assert shown(drive).sentence == TEXTS[Message.PRACTISED]
    drive.press(events.ReadyPressed)
    made = shown(drive)
    assert made.sentence == TEXTS[Message.WORDS]
    assert made.words == words
    assert made.rows == ()
    assert "has the same" in made.hint
    drive.command(commands.Say(text="Now the words, please."))
    made = shown(drive)
    assert (made.sentence, made.words, made.spoken) == ("", words, "Now the words, please.")
    assert asked(drive.session, drive.t_ns) is Control.READY
    drive.press(events.ReadyPressed)
    assert shown(drive).sentence == TEXTS[Message.READY]
    assert shown(drive).words == ()
    assert asked(drive.session, drive.t_ns) is None


def test_the_preparation_asks_one_thing_at_a_time_and_shows_the_controls_when_they_are_tried() -> None:
    drive = Drive()
    drive.admit()
    drive.command(commands.Prepare())
    for message in (Message.READ, Message.SEAT, Message.FLOOR, Message.BOUNDARY, Message.SOUND):
        made = shown(drive)
        assert (made.sentence, made.rows) == (TEXTS[message], ())
        assert made.hint == "If so: hold the trigger for a moment. If not, tell your therapist."
        assert asked(drive.session, drive.t_ns) is Control.READY
        assert notice(drive.session, drive.t_ns, is_voice_lost=True) is message, "it asks something"
        drive.press(events.ReadyPressed)
    for message, kind in (
        (Message.PRACTISE_WAIT, events.WaitPressed),
        (Message.PRACTISE_LESS, events.LessPressed),
    ):
        made = shown(drive)
        assert (made.sentence, made.hint) == (TEXTS[message], "")
        assert [row.title for row in made.rows] == ["Stop", "Wait", "Less", "Yes", "Rate", "Hide"]
        drive.press(kind)
    drive.wait(S)
    assert shown(drive).dial is not None
    assert asked(drive.session, drive.t_ns) is Control.RATE
    drive.feed(events.RatingGiven(t_ns=drive.t_ns, suds=20))
    assert shown(drive).sentence == TEXTS[Message.PRACTISE_STOP]
    drive.press(events.StopPressed)
    assert shown(drive).sentence == TEXTS[Message.PRACTISED]


def test_after_an_exposure_the_calm_room_is_plain() -> None:
    drive = in_state(State.STOPPED)
    assert shown(drive).rows == ()
    assert shown(drive).sentence == TEXTS[Message.STOPPED]


def test_ready_and_yes_are_asked_in_the_words_of_the_profile() -> None:
    drive = in_state(State.STOPPED)
    assert asked(drive.session, drive.t_ns) is Control.READY
    assert shown(drive).hint == "When you want to go on: hold the trigger for a moment."
    drive.press(events.ReadyPressed)
    assert asked(drive.session, drive.t_ns) is None
    assert shown(drive).sentence == TEXTS[Message.READY]
    drive.command(commands.Resume())
    assert asked(drive.session, drive.t_ns) is Control.ACCEPT
    assert shown(drive, BARE).hint == "If you want to: hold a pinch for a moment."


def test_a_rating_shows_the_scale_the_person_s_own_words_and_no_value_until_it_is_turned() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.AskRating())
    made = shown(drive)
    assert made.dial is not None
    assert (made.dial.value, made.dial.anchors[0], made.dial.anchors[4]) == (None, *NOBODY_SAID)
    assert made.hint == "To set the dial: push the stick left or right."
    anchors = Anchors(at_0="a", at_25="b", at_50="c", at_75="d", at_100="e")
    drive.command(commands.SetAnchors(anchors=anchors))
    made = shown(drive, dial=40)
    assert made.dial is not None
    assert (made.dial.value, made.dial.anchors) == (40, ("a", "b", "c", "d", "e"))
    assert made.hint == "To answer: hold the trigger for a moment."
    assert asked(drive.session, drive.t_ns) is Control.RATE
    drive.wait(LIMITS.rating_ns)
    assert page(drive.session, drive.t_ns, TOUCH, 40) is None


def test_sickness_is_asked_on_the_same_dial_with_its_own_words() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.AskSickness())
    made = shown(drive)
    assert made.sentence == TEXTS[Message.SICKNESS]
    assert made.dial == Dial(None, ("Not at all", "", "Very sick"), 10)
    assert made.hint == "To set the dial: push the stick left or right."
    assert asked(drive.session, drive.t_ns) is Control.SICKNESS
    assert shown(drive, dial=4).hint == "To answer: hold the trigger for a moment."
    drive.command(commands.AskRating())
    assert asked(drive.session, drive.t_ns) is Control.RATE, "distress comes first"
    drive.wait(LIMITS.rating_ns)
    assert asked(drive.session, drive.t_ns) is Control.SICKNESS
    drive.wait(LIMITS.rating_ns)
    assert page(drive.session, drive.t_ns, TOUCH, 4) is None


def test_who_feels_very_sick_reads_what_helps_until_it_is_better() -> None:
    drive = in_state(State.EXPOSED)
    drive.feed(events.SicknessGiven(t_ns=drive.t_ns, fms=7))
    assert shown(drive).sentence == TEXTS[Message.UNWELL]
    assert asked(drive.session, drive.t_ns) is Control.READY
    drive.press(events.ReadyPressed)
    drive.command(commands.Resume(level=commands.ResumeLevel.CALM))
    assert drive.state is State.CALM
    assert shown(drive).sentence == TEXTS[Message.UNWELL]
    drive.command(commands.EnterSickness(fms=2))
    assert shown(drive).sentence == TEXTS[Message.CALM]


def test_a_stimulus_is_announced_in_the_scene_s_words_with_the_seconds_left() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.ShowStimulus(stimulus="gust"))
    rules = drive.session.scenes[0].stimulus("gust")
    assert rules is not None
    told = []
    while drive.session.pending:
        told.append(shown(drive).warning)
        drive.wait(S // 2)
    seconds = rules.warning_ns // S
    assert told[0] == f"{rules.title}: in {seconds} seconds"
    assert told == sorted(told, key=told.index)
    assert page(drive.session, drive.t_ns, TOUCH, None) is None


def test_a_warning_is_shown_beside_a_rating() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.AskRating())
    drive.command(commands.ShowStimulus(stimulus="gust"))
    made = shown(drive)
    assert made.dial is not None
    assert made.warning


def test_the_connection_s_notices_are_worded_as_agreed() -> None:
    drive = Drive(Plan(scenes=PLAN.scenes))
    drive.expose()
    drive.wait(LIMITS.lease_hold_ns + S // 5, silent=True)
    assert shown(drive).sentence == "The connection is slow. Nothing will change. You can wait or stop."
    drive.wait(LIMITS.lease_calm_ns - LIMITS.lease_hold_ns, silent=True)
    assert shown(drive).sentence.startswith("We lost contact. This is technical, not you.")


def test_a_lost_voice_is_said_in_the_scene_and_gives_way_to_what_the_person_must_know_or_answer() -> None:
    drive = in_state(State.EXPOSED)
    made = page(drive.session, drive.t_ns, TOUCH, None, is_voice_lost=True)
    assert made is not None
    assert (made.sentence, made.is_aside) == (TEXTS[Message.VOICE_LOST], True)
    assert "technical, not you" in made.sentence
    for state in (State.WAITING, State.STOPPED, State.HELD, State.PAUSED, State.ENDED):
        drive = in_state(state)
        assert notice(drive.session, drive.t_ns, is_voice_lost=True) is notice(drive.session, drive.t_ns)
    drive = Drive()
    drive.admit()
    assert notice(drive.session, drive.t_ns, is_voice_lost=True) is Message.PRACTISE_STOP


@pytest.mark.parametrize("state", State)
def test_while_somebody_is_there_nothing_of_the_session_is_on_the_panel(state: State) -> None:
    drive = in_state(state)
    drive.command(commands.Say(text="Breathe as you like."))
    drive.command(commands.AskRating())
    drive.press(events.SomeoneCameIn)
    assert shown(drive, dial=40) == Page(
        title="Hidden",
        sentence="Nobody hears you, and you hear nobody. Take your time.",
        hint="When you are alone again: hold the trigger for a moment.",
    )
    assert asked(drive.session, drive.t_ns) is Control.PRIVATE_AGAIN
    drive.press(events.StopPressed)
    assert asked(drive.session, drive.t_ns) is Control.PRIVATE_AGAIN


def test_who_is_back_in_the_scene_is_told_that_it_is_held() -> None:
    drive = in_state(State.EXPOSED)
    drive.press(events.SomeoneCameIn)
    drive.press(events.PrivateAgain)
    assert shown(drive).sentence == TEXTS[Message.STILL_HELD]
    assert shown(drive).is_aside


def test_a_muted_therapist_is_said_where_there_is_nothing_else_to_say() -> None:
    for state in (State.EXPOSED, State.CALM):
        drive = in_state(state)
        said = notice(drive.session, drive.t_ns, is_therapist_muted=True)
        assert said is Message.THERAPIST_MUTED
    assert notice(drive.session, drive.t_ns, is_voice_lost=True, is_therapist_muted=True) is Message.VOICE_LOST
    assert notice(drive.session, drive.t_ns, is_voice_poor=True) is Message.VOICE_POOR
    assert notice(drive.session, drive.t_ns, is_therapist_muted=True, is_voice_poor=True) is Message.THERAPIST_MUTED
    for state in (State.WAITING, State.STOPPED, State.HELD, State.PAUSED, State.ENDED):
        drive = in_state(state)
        assert notice(drive.session, drive.t_ns, is_therapist_muted=True) is notice(drive.session, drive.t_ns)


def test_who_agreed_to_wait_is_asked_and_then_told() -> None:
    drive = Drive(Plan(scenes=PLAN.scenes, hold_on_link_loss_ns=20 * S))
    drive.expose()
    drive.wait(LIMITS.lease_hold_ns + S // 5, silent=True)
    assert asked(drive.session, drive.t_ns) is Control.CAN_WAIT
    assert shown(drive).hint == "If you can wait: hold the trigger for a moment."
    drive.press(events.CanWaitPressed)
    assert asked(drive.session, drive.t_ns) is None
    assert shown(drive).sentence == TEXTS[Message.WAITING_ON]


def test_the_therapist_s_text_is_shown_for_its_time_and_not_beside_the_dial() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.Say(text=" Look  at\nthe lamps. "))
    assert shown(drive).spoken == "Look at the lamps."
    drive.command(commands.AskRating())
    assert shown(drive).spoken == ""
    drive.feed(events.RatingGiven(t_ns=drive.t_ns, suds=20))
    assert shown(drive).spoken == "Look at the lamps."
    drive.wait(LIMITS.say_ns + 40 * LIMITS.say_character_ns)
    assert page(drive.session, drive.t_ns, TOUCH, None) is None


def test_a_text_is_answered_by_a_phrase_which_the_panel_confirms() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.Say(text="Shall we stay?"))
    made = shown(drive)
    assert made.phrases is not None
    assert made.phrases.texts == tuple(PHRASES.values())
    assert made.phrases.hint == "To answer: push the stick left or right, then let go."
    chosen = page(drive.session, drive.t_ns, TOUCH, None, choice=4)
    assert chosen is not None
    assert chosen.phrases is not None
    assert chosen.phrases.hint == "“Yes” is sent in a moment."
    drive.feed(events.PhraseSaid(t_ns=drive.t_ns, input=Input.KEYBOARD, phrase=Phrase.YES))
    assert (shown(drive).spoken, shown(drive).phrases, shown(drive).answered) == ("", None, "Sent: Yes")
    drive.wait(LIMITS.answer_ns)
    assert page(drive.session, drive.t_ns, TOUCH, None) is None


def test_that_the_therapist_is_here_stands_on_the_panel() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.SayHere())
    assert shown(drive).presence == "Your therapist is here."
    assert shown(drive).spoken == ""


@pytest.mark.parametrize("state", State)
def test_phrases_are_offered_while_the_voice_is_lost_but_take_no_button_from_wait(state: State) -> None:
    drive = in_state(state)
    offered = [
        offers_phrases(drive.session, drive.t_ns, profile, is_voice_lost=True) for profile in (TOUCH, VIVE, BARE)
    ]
    if state is State.ENDED:
        assert offered == [False, False, False]
    else:
        in_the_way = state in (State.EXPOSED, State.PAUSED)
        asks_yes = asked(drive.session, drive.t_ns) is not None
        assert offered == [True, not in_the_way, not in_the_way and not asks_yes]
    assert not offers_phrases(drive.session, drive.t_ns, TOUCH, is_voice_lost=False)


def test_phrases_give_way_to_a_rating_an_offer_and_the_words() -> None:
    drive = in_state(State.EXPOSED)
    drive.command(commands.Say(text="Hello."))
    drive.command(commands.AskRating())
    assert (shown(drive).phrases, shown(drive).answered) == (None, "")
    drive = in_state(State.STOPPED)
    drive.press(events.ReadyPressed)
    drive.command(commands.Say(text="Hello."))
    assert shown(drive).phrases is not None
    drive.command(commands.Resume())
    assert shown(drive).phrases is None


@pytest.mark.parametrize("state", State)
def test_a_page_stands_aside_exactly_in_the_scene(state: State) -> None:
    drive = in_state(state)
    drive.wait(3 * S)
    drive.command(commands.Say(text="Hello."))
    made = page(drive.session, drive.t_ns, TOUCH, None)
    is_calm = drive.session.whereabouts_at(drive.t_ns).is_calm
    assert made is None or made.is_aside is not is_calm
    assert (notice(drive.session, drive.t_ns) is None) == (state is State.EXPOSED)


def test_a_recording_is_asked_for_and_answered_on_the_panel() -> None:
    drive = in_state(State.CALM)
    drive.command(commands.AskRecording())
    made = shown(drive)
    assert made.sentence == TEXTS[Message.RECORD]
    assert made.hint == "If you agree: hold the trigger for a moment. If not: pull the trigger twice."
    assert (made.rows, made.sign) == ((), "")
    assert asked(drive.session, drive.t_ns) is Control.RECORD
    assert shown(drive, BARE).hint == (
        "If you agree: hold a pinch for a moment. To end it: hold a pinch for four seconds."
    )
    assert shown(drive, KEYBOARD).hint == "If you agree: press K. If not: press N."
    drive.command(commands.Say(text="Is that all right?"))
    assert not offers_phrases(drive.session, drive.t_ns, TOUCH, is_voice_lost=True)
    drive.press(events.RecordingDeclined)
    assert shown(drive).sentence != TEXTS[Message.RECORD]


def test_a_rating_and_an_offer_are_asked_before_a_recording() -> None:
    drive = in_state(State.CALM)
    drive.command(commands.AskRecording())
    drive.command(commands.AskRating())
    assert asked(drive.session, drive.t_ns) is Control.RATE


def test_the_sign_stands_as_long_as_it_is_recorded_also_in_a_scene_that_says_nothing() -> None:
    drive = in_state(State.CALM)
    drive.command(commands.AskRecording())
    drive.press(events.RecordingAccepted)
    assert shown(drive).sign == "Recording"
    drive.command(commands.SetRung(scene="tower", rung="rung1"))
    drive.wait(20 * S)
    made = shown(drive)
    assert made == Page(sign="Recording", is_aside=True)
    assert made.is_sign_alone
    assert not shown(in_state(State.CALM)).is_sign_alone
    drive.press(events.SomeoneCameIn)
    assert shown(drive).sign == "", "nothing of the session is told to who came in"
    drive.press(events.PrivateAgain)
    drive.press(events.RecordingDeclined)
    assert shown(drive).sign == ""
