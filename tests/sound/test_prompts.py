"""What is said, when, and that it can be said."""

import wave
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from vret.core.effects import Cause, State
from vret.core.preparation import SAFE_ALONE, TOGETHER, Item
from vret.core.transitions import IN_SCENE
from vret.sound.form import RATE_HZ, level_db
from vret.sound.prompts import (
    PREPARES,
    PROMPT_LEVEL_DB,
    SAID,
    SENTENCES,
    Announcer,
    PromptError,
    load_prompts,
    prompts_folder,
)


def said(
    announcer: Announcer, state: State, cause: Cause | None, offer: bool = False, stalled: bool = False
) -> tuple[str, ...]:
    return announcer.heard(state, cause, offer=offer, stalled=stalled)


def test_every_sentence_is_recorded_at_one_loudness() -> None:
    recorded = load_prompts(prompts_folder())
    assert recorded.keys() == SENTENCES.keys()
    for name, samples in recorded.items():
        assert 0.8 * RATE_HZ < len(samples) < 6 * RATE_HZ, name
        assert level_db(samples) == pytest.approx(PROMPT_LEVEL_DB, abs=0.01)


def test_recording_keeps_its_length_and_pitch_at_the_program_rate(tmp_path: Path) -> None:
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(22050) / 22050)).astype("<i2")
    for name in SENTENCES:
        with wave.open(str(tmp_path / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(22050)
            file.writeframes(tone.tobytes())
    samples = load_prompts(tmp_path)["offer"]
    assert len(samples) == pytest.approx(1.2 * RATE_HZ, abs=2)
    assert np.argmax(np.abs(np.fft.rfft(samples))) * RATE_HZ / len(samples) == pytest.approx(440, abs=1)


def test_missing_and_wrong_recordings_are_named(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"program\.wav cannot be played"):
        load_prompts(tmp_path)
    (tmp_path / "program.wav").write_bytes(b"RIFF....WAVE")
    with pytest.raises(PromptError, match=r"program\.wav cannot be played"):
        load_prompts(tmp_path)


def test_table_says_only_what_is_recorded() -> None:
    assert {name for names in SAID.values() for name in names} <= SENTENCES.keys()


def test_every_stop_says_where_the_person_is() -> None:
    stops = set(Cause) - {Cause.ADMITTED, Cause.THERAPIST, Cause.RESUMED, Cause.ENDED, Cause.PERSON_WAIT}
    stops -= {Cause.HOMEWORK, Cause.HOMEWORK_OVER, Cause.PERSON_RISE}
    stops -= {Cause.PERSON_LESS, Cause.LEASE_OLD, Cause.TIME_GAP, Cause.RECENTRED, Cause.SOMEONE_CAME_IN}
    assert {cause for state, cause in SAID if state is State.STOPPED} == stops
    assert all("calm_room" in names for (state, _), names in SAID.items() if state is State.STOPPED)


def test_in_homework_nothing_is_said_of_a_therapist_or_a_lost_contact() -> None:
    announcer = Announcer()

    def heard(state: State, cause: Cause, *, offer: bool = False, stalled: bool = False) -> tuple[str, ...]:
        return announcer.heard(state, cause, offer=offer, stalled=stalled, is_alone=True)

    assert heard(State.CALM, Cause.HOMEWORK) == ()
    for item in SAFE_ALONE:
        assert announcer.heard(State.CALM, Cause.HOMEWORK, offer=False, stalled=False, prepares=item) == ()
    assert heard(State.HELD, Cause.TIME_GAP) == ("nothing_changes",)
    assert heard(State.STOPPED, Cause.NO_ANSWER) == ("calm_room",)
    assert heard(State.STOPPED, Cause.NO_ANSWER, offer=True) == ()
    assert heard(State.STOPPED, Cause.NO_ANSWER, offer=True, stalled=True) == ()


def test_each_change_is_said_once() -> None:
    announcer = Announcer()
    assert said(announcer, State.WAITING, None) == ()
    assert said(announcer, State.CALM, Cause.ADMITTED) == ("program", "calm_room")
    assert said(announcer, State.CALM, Cause.ADMITTED) == ()
    assert said(announcer, State.EXPOSED, Cause.THERAPIST) == ()
    assert said(announcer, State.HELD, Cause.LEASE_OLD) == ("lost_contact", "nothing_changes")
    assert said(announcer, State.STOPPED, Cause.LEASE_LOST) == ("calm_room",)
    assert said(announcer, State.STOPPED, Cause.LEASE_LOST, offer=True) == ("offer",)
    assert said(announcer, State.STOPPED, Cause.LEASE_LOST, offer=True) == ()


def test_what_the_preparation_asks_is_said_once_and_after_what_is_more_important() -> None:
    announcer = Announcer()
    calm = State.CALM, Cause.ADMITTED
    assert announcer.heard(State.WAITING, None, offer=False, stalled=False) == ()
    assert announcer.heard(*calm, offer=False, stalled=False) == ("program", "calm_room")
    for item in TOGETHER:
        assert announcer.heard(*calm, offer=False, stalled=False, prepares=item) == (f"prepare_{item}",)
        assert announcer.heard(*calm, offer=False, stalled=False, prepares=item) == ()
    stopped = State.STOPPED, Cause.PERSON_STOP
    assert announcer.heard(*stopped, offer=False, stalled=False) == ("calm_room",)
    resumed = State.CALM, Cause.RESUMED
    assert announcer.heard(*resumed, offer=False, stalled=False, prepares=Item.SEAT) == ("prepare_seat",)
    assert set(PREPARES.values()) <= SENTENCES.keys()


def test_a_wait_of_the_persons_own_is_left_in_peace() -> None:
    announcer = Announcer()
    said(announcer, State.EXPOSED, Cause.THERAPIST)
    assert said(announcer, State.HELD, Cause.PERSON_WAIT) == ()


def test_a_program_that_starts_in_the_middle_says_nothing_by_itself() -> None:
    assert said(Announcer(), State.STOPPED, Cause.PROGRAM_RESTARTED) == ()


def test_the_therapist_is_here_only_when_they_press_for_it() -> None:
    announcer = Announcer()
    heard = partial(announcer.heard, State.EXPOSED, Cause.THERAPIST, offer=False, stalled=False)
    assert heard(here_count=2) == (), "a program that starts in the middle"
    assert heard(here_count=3, is_speaking=True) == ("here",)
    assert heard(here_count=3) == ()


def test_a_press_at_the_moment_of_a_change_is_not_lost() -> None:
    announcer = Announcer()
    announcer.heard(State.EXPOSED, Cause.THERAPIST, offer=False, stalled=False)
    stopped = announcer.heard(State.STOPPED, Cause.PERSON_STOP, offer=False, stalled=False, here_count=1)
    assert stopped == ("calm_room", "here")


def test_a_lost_voice_is_said_once_and_not_over_something_else() -> None:
    announcer = Announcer()
    heard = partial(announcer.heard, State.EXPOSED, Cause.THERAPIST, offer=False, stalled=False)
    assert heard() == ()
    assert heard(is_voice_lost=True, is_speaking=True) == ()
    assert heard(is_voice_lost=True) == ("program", "voice_lost")
    assert heard(is_voice_lost=True) == ()
    assert heard() == ()
    assert heard(is_voice_lost=True) == ("program", "voice_lost")


def test_the_question_about_sickness_is_said_once_and_after_what_else_is_said() -> None:
    announcer = Announcer()
    stopped = partial(announcer.heard, offer=False, stalled=False)
    assert stopped(State.EXPOSED, Cause.THERAPIST) == ()
    assert stopped(State.STOPPED, Cause.PERSON_STOP, asks_sickness=True) == ("calm_room",)
    assert stopped(State.STOPPED, Cause.PERSON_STOP, asks_sickness=True, is_speaking=True) == ()
    assert stopped(State.STOPPED, Cause.PERSON_STOP, asks_sickness=True) == ("sick",)
    assert stopped(State.STOPPED, Cause.PERSON_STOP, asks_sickness=True) == ()
    assert stopped(State.STOPPED, Cause.PERSON_STOP) == ()
    assert stopped(State.STOPPED, Cause.PERSON_STOP, asks_sickness=True) == ("sick",)


def test_who_feels_very_sick_is_told_where_they_are_and_what_helps_once() -> None:
    announcer = Announcer()
    heard = partial(announcer.heard, offer=False, stalled=False)
    assert heard(State.EXPOSED, Cause.THERAPIST) == ()
    assert heard(State.STOPPED, Cause.UNWELL, is_unwell=True) == ("calm_room", "look_far")
    assert heard(State.STOPPED, Cause.UNWELL, is_unwell=True) == ()
    assert Announcer().heard(State.STOPPED, Cause.UNWELL, offer=False, stalled=False, is_unwell=True) == ()


def test_stalled_frames_are_said_once() -> None:
    for state in IN_SCENE:
        announcer = Announcer()
        said(announcer, state, Cause.THERAPIST)
        assert said(announcer, state, Cause.THERAPIST, stalled=True) == ("lost_contact",)
        assert said(announcer, state, Cause.THERAPIST, stalled=True) == ()
