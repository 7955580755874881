from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as with_fields

from tests.core.alone import AloneDrive, alone_in, homework_for, prepared
from tests.core.ladders import PLAN, SCENE, S
from vret.core.consent import SoundRecording
from vret.core.device import Battery, BatteryOf
from vret.core.effects import Cause, State
from vret.core.events import Input, LessPressed, SessionOpened, SomeoneCameIn
from vret.core.measures import RatingMoment, SicknessMoment
from vret.core.preparation import Item
from vret.core.report import Report, SicknessReport, report
from vret.core.session import Offer, RatingRequest, Saying, open_session
from vret.core.sickness import SicknessRequest
from vret.core.transitions import ALONE_STATES
from vret.memory.messages import LinkPhase, LinkStatus
from vret.memory.quality import Verdict
from vret.supervisor.loading import Loading
from vret.supervisor.supervisor import Phase
from vret.supervisor.words import LOOK_FAR, NOBODY_WATCHES, TECHNICAL, View, view

SESSION = open_session(SessionOpened(t_ns=0, session_id="s", plan=PLAN, scenes=(SCENE,)))
CONNECTED = LinkStatus(0, LinkPhase.CONNECTED, plan=PLAN)
LOADING = Loading({"calm": [], "heights": []}, Path())


@dataclass(frozen=True)
class Situation:
    phase: Phase = Phase.RUNNING
    fault: str = ""
    trouble: str = ""
    is_voice_lost: bool = False
    is_therapist_muted: bool = False
    voice_verdict: Verdict | None = None
    voice_silent_s: int = 0
    slow_frame_ns: int = 0
    notice: str = ""
    report: Report | None = None
    link_status: LinkStatus | None = CONNECTED
    loading: Loading = LOADING
    checked: str = "This computer was not checked yet."


def seen(state: State, cause: Cause | None = None, **fields: Any) -> View:
    return view(Situation(report=with_fields(report(SESSION, 0), state=state, cause=cause, **fields)))


def sickness_report(**fields: Any) -> SicknessReport:
    return with_fields(SicknessReport(None, None, None, False, False, 0), **fields)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("cause", [None, *Cause])
def test_every_state_and_cause_has_words(state: State, cause: Cause | None) -> None:
    shown = seen(state, cause)
    assert shown.title
    assert shown.text
    assert shown.text[-1] in ".:"
    assert "fail" not in (shown.title + shown.text).lower()
    assert shown.mark == "trial with staff only"


@pytest.mark.parametrize("state", [State.CALM, State.STOPPED])
def test_words_of_an_agreement_are_read_out_and_answered(state: State) -> None:
    shown = seen(state, words_asked=("acorn", "fern"), ready=True)
    assert "acorn, fern" in shown.text
    assert shown.can_say_ready
    assert not seen(state, ready=True).can_say_ready


def test_the_preparation_is_answered_by_ready_where_it_asks_for_a_yes() -> None:
    shown = seen(State.CALM, prepares=Item.FLOOR)
    assert "press Ready for yes" in shown.text
    assert shown.can_say_ready
    assert not seen(State.CALM, prepares=Item.WAIT).can_say_ready


def test_answers_are_offered_to_a_text_and_while_the_voice_is_lost() -> None:
    assert not seen(State.EXPOSED).offers_phrases
    assert seen(State.EXPOSED, saying=Saying("Hello.", 1)).offers_phrases
    assert not seen(State.EXPOSED, saying=Saying("Hello.", 0)).offers_phrases
    lost = view(Situation(is_voice_lost=True, report=report(SESSION, 0)))
    assert lost.offers_phrases
    assert lost.can_write
    assert not seen(State.ENDED).can_write


def test_before_the_session_the_code_is_asked_for_with_the_reason_of_a_refusal() -> None:
    asked = view(Situation(link_status=LinkStatus(0, LinkPhase.NEEDS_CODE)))
    assert asked.asks_code
    refused = view(Situation(link_status=LinkStatus(0, LinkPhase.NEEDS_CODE, "This code was used before.")))
    assert refused.asks_code
    assert refused.text == "This code was used before."
    assert asked.note == refused.note == "This computer was not checked yet."
    connecting = view(Situation(link_status=LinkStatus(0, LinkPhase.CONNECTING)))
    assert (connecting.title, connecting.note) == ("Connecting", "")


def test_loading_tells_how_far_it_is() -> None:
    assert view(Situation(phase=Phase.LOADING)).text == "The rooms are being built: 0 of 2."


def test_a_fault_is_told_before_anything_else() -> None:
    assert view(Situation(phase=Phase.ENDING, fault="There is no graphics card.")).text == "There is no graphics card."


def test_closing_speaks_of_saving_only_where_there_is_something_to_save() -> None:
    assert view(Situation(phase=Phase.SEALING)).text == "One moment."
    assert "being saved" in view(Situation(phase=Phase.SEALING, report=report(SESSION, 0))).text


def test_stop_is_to_be_tried_before_the_first_exposure() -> None:
    assert "try Stop once" in seen(State.CALM).text
    assert "try Stop once" not in seen(State.CALM, practised=(Input.WINDOW,)).text


def test_after_a_stop_ready_comes_before_yes() -> None:
    stopped = seen(State.STOPPED, Cause.PERSON_STOP)
    assert (stopped.can_say_ready, stopped.can_accept, stopped.can_lower) == (True, False, False)
    ready = seen(State.STOPPED, Cause.PERSON_STOP, ready=True)
    assert (ready.can_say_ready, ready.can_accept) == (False, False)
    offered = seen(State.STOPPED, Cause.PERSON_STOP, ready=True, step_index=3, offer=Offer(2, 10))
    assert (offered.can_say_ready, offered.can_accept) == (False, True)
    assert "lower than before" in offered.text
    same = seen(State.STOPPED, Cause.PERSON_STOP, ready=True, step_index=3, offer=Offer(3, 10))
    assert "at the same step" in same.text


def test_a_computer_that_is_too_slow_is_told_before_and_in_the_session() -> None:
    for told in (None, report(SESSION, 0)):
        note = view(Situation(report=told, slow_frame_ns=400_000_000)).note
        assert "a picture takes 0.4 seconds" in note
        assert "technical, not you" in note


def test_a_lost_voice_is_told_and_called_technical() -> None:
    told = report(SESSION, 0)
    assert "hear" not in view(Situation(report=told)).note
    note = view(Situation(report=told, is_voice_lost=True)).note
    assert "cannot hear each other just now" in note
    assert "technical, not you" in note
    assert "being mended" in note
    for silent_s, said in ((9, ""), (19, "last heard them 10 seconds ago"), (61, "last heard them 60 seconds ago")):
        note = view(Situation(report=told, is_voice_lost=True, voice_silent_s=silent_s)).note
        assert ("last heard" in note, said in note) == (bool(said), True)


def test_how_well_the_two_hear_each_other_is_told_while_they_do() -> None:
    told = report(SESSION, 0)
    notes = [view(Situation(report=told, voice_verdict=verdict)).note for verdict in Verdict]
    assert ["well" in note for note in notes] == [True, False, False]
    assert ["technical, not you" in note for note in notes] == [False, True, True]
    lost = view(Situation(report=told, voice_verdict=Verdict.GOOD, is_voice_lost=True)).note
    assert "well" not in lost


@pytest.mark.parametrize(
    ("percent", "is_charging", "said"),
    [(21, False, ""), (20, False, "at 20 %"), (11, False, "at 11 %"), (10, False, "nearly empty"), (5, True, "")],
)
def test_a_battery_is_told_of_before_it_ends_the_session(percent: int, is_charging: bool, said: str) -> None:
    battery = Battery(BatteryOf.COMPUTER, percent, is_charging)
    status = LinkStatus(0, LinkPhase.CONNECTED, plan=PLAN, battery=battery)
    note = view(Situation(report=report(SESSION, 0), link_status=status)).note
    assert said in note
    assert bool(note) is bool(said)
    assert not said or "technical, not you" in note


def test_lost_contact_is_called_technical() -> None:
    assert "technical, not you" in seen(State.HELD, Cause.LEASE_OLD).text
    assert "technical, not you" in seen(State.STOPPED, Cause.LEASE_LOST).text


def test_waiting_it_out_is_offered_only_where_the_plan_allows_it() -> None:
    held = with_fields(report(SESSION, 0), state=State.HELD, cause=Cause.LEASE_OLD, lease_age_ns=4_000_000_000)
    assert view(Situation(report=held)).can_wait
    strict = with_fields(PLAN, hold_on_link_loss_ns=0)
    assert not view(Situation(report=held, link_status=LinkStatus(0, LinkPhase.LOST, plan=strict))).can_wait
    assert not seen(State.HELD, Cause.PERSON_WAIT, lease_age_ns=100_000_000).can_wait


def test_sickness_is_asked_for_while_the_dial_asks_for_it() -> None:
    for until_ns in (None, 5):
        request = SicknessRequest(SicknessMoment.DURING, until_ns=until_ns)
        shown = seen(State.EXPOSED, sickness=sickness_report(request=request))
        assert shown.asks_sickness is (until_ns is not None)
    assert not seen(State.EXPOSED, sickness=None).asks_sickness


def test_who_feels_very_sick_reads_what_helps() -> None:
    unwell = sickness_report(fms=7, is_unwell=True)
    assert LOOK_FAR in seen(State.STOPPED, Cause.UNWELL, sickness=unwell).text
    assert LOOK_FAR in seen(State.CALM, Cause.RESUMED, sickness=unwell).text
    assert LOOK_FAR not in seen(State.CALM, Cause.RESUMED).text


def test_a_rating_is_asked_for_when_it_was_asked_for() -> None:
    assert seen(State.EXPOSED, rating=RatingRequest(RatingMoment.PEAK, 5)).asks_rating
    assert not seen(State.EXPOSED).asks_rating


def test_the_end_says_whether_the_session_is_saved() -> None:
    ended = Situation(report=with_fields(report(SESSION, 0), state=State.ENDED))
    assert view(ended).text.endswith("Your session is being saved.")
    saved = replace(ended, link_status=LinkStatus(0, LinkPhase.ENDED, uploaded=True))
    assert "saved at the clinic" in view(saved).text


def test_a_headset_that_shows_nothing_of_ours_is_said_to_be_technical() -> None:
    note = view(Situation(report=report(SESSION, 0), trouble="The headset shows something else just now.")).note
    assert note == f"The headset shows something else just now. {TECHNICAL}"


@pytest.mark.parametrize("state", State)
def test_while_somebody_is_there_the_window_tells_nothing_of_the_session(state: State) -> None:
    shown = seen(state, is_private=False, words_asked=("acorn",), rating=RatingRequest(RatingMoment.STEP, 1))
    assert shown == View("Hidden", shown.text, in_session=True, can_lower=True, can_come_back=True)
    assert "Private again" in shown.text
    assert "therapist" not in shown.text


def test_the_therapists_camera_is_shown_before_and_after_the_headset_is_worn() -> None:
    assert {state for state in State if seen(state).shows_therapist} == {State.WAITING, State.ENDED}
    assert not view(Situation(report=None)).shows_therapist


def test_hiding_is_offered_until_the_session_is_over_and_what_is_held_after_it_is_told() -> None:
    assert all(seen(state).can_hide is (state is not State.ENDED) for state in State)
    assert "back where you were" in seen(State.HELD, Cause.SOMEONE_CAME_IN).text


def test_a_muted_therapist_is_told_and_a_lost_voice_before_it() -> None:
    told = report(SESSION, 0)
    assert "microphone is off" in view(Situation(report=told, is_therapist_muted=True)).note
    both = view(Situation(report=told, is_voice_lost=True, is_therapist_muted=True)).note
    assert "cannot hear each other" in both
    assert "microphone is off" not in both


def test_a_recording_is_asked_for_in_plain_words_and_has_a_sign_as_long_as_it_lasts() -> None:
    asked = seen(State.CALM, recording=SoundRecording(1, 60))
    assert "You can say no, now or later; nothing else changes." in asked.text
    assert (asked.asks_recording, asked.is_recorded) == (True, False)
    for state in (State.CALM, State.EXPOSED, State.STOPPED):
        shown = seen(state, recording=SoundRecording(1, 60, is_on=True))
        assert (shown.asks_recording, shown.is_recorded) == (False, True)
    assert seen(State.EXPOSED, recording=SoundRecording(1, 60, is_on=True), is_private=False).is_recorded
    assert not seen(State.CALM).is_recorded


# -- homework


def alone(drive: AloneDrive, phase: LinkPhase = LinkPhase.CONNECTED, message: str = "") -> View:
    homework = homework_for()
    status = LinkStatus(0, phase, message, plan=homework.plan, homework=homework)
    return view(Situation(report=report(drive.session, drive.t_ns), link_status=status))


@pytest.mark.parametrize("state", ALONE_STATES)
def test_in_homework_it_always_stands_there_that_nobody_watches_and_whom_to_call(state: State) -> None:
    drive = alone_in(state)
    drive.wait(30 * S)
    shown = alone(drive)
    assert shown.alone == f"{NOBODY_WATCHES} Emergency: 112 · Your therapist: +49 30 123456"
    assert shown.title
    assert shown.text
    assert "therapist" not in shown.text
    assert not any((shown.can_write, shown.offers_phrases, shown.shows_therapist, shown.can_wait))
    assert shown.can_finish == (state is not State.ENDED)
    drive.press(SomeoneCameIn)
    assert alone(drive).alone == shown.alone


def test_in_homework_the_next_step_is_there_when_it_is_one() -> None:
    assert alone(alone_in(State.EXPOSED)).can_rise
    drive = prepared()
    assert alone(drive).can_rise
    assert "About 40 minutes" in alone(drive).text
    drive.rise()
    assert not alone(drive).can_rise
    assert not alone(alone_in(State.STOPPED)).can_rise


def test_a_no_beforehand_is_taken_kindly_and_practice_is_explained() -> None:
    drive = AloneDrive()
    assert "Ready for yes, or Less for no" in alone(drive).text
    assert alone(drive).can_lower
    drive.press(LessPressed)
    assert alone(drive).title == "Not today"


def test_before_homework_nobody_is_called() -> None:
    status = LinkStatus(0, LinkPhase.CONNECTED, homework=homework_for())
    assert view(Situation(link_status=status)).title == "Getting ready"


def test_the_end_of_homework_says_where_it_is_kept() -> None:
    ended = alone(alone_in(State.ENDED), LinkPhase.ENDED, "It is saved on this computer.")
    assert ended.text.endswith("It is saved on this computer.")
