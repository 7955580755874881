"""What is said, when, and that it can be said."""

import wave
from pathlib import Path

import numpy as np
import pytest

from vret.core.effects import Cause, State
from vret.core.transitions import IN_SCENE
from vret.sound.form import RATE_HZ, level_db
from vret.sound.prompts import PROMPT_LEVEL_DB, SAID, SENTENCES, Announcer, PromptError, load_prompts, prompts_folder


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
    stops -= {Cause.PERSON_LESS, Cause.LEASE_OLD, Cause.TIME_GAP, Cause.RECENTRED, Cause.SOMEONE_CAME_IN}
    assert {cause for state, cause in SAID if state is State.STOPPED} == stops
    assert all("calm_room" in names for (state, _), names in SAID.items() if state is State.STOPPED)


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


def test_a_wait_of_the_persons_own_is_left_in_peace() -> None:
    announcer = Announcer()
    said(announcer, State.EXPOSED, Cause.THERAPIST)
    assert said(announcer, State.HELD, Cause.PERSON_WAIT) == ()


def test_a_program_that_starts_in_the_middle_says_nothing_by_itself() -> None:
    assert said(Announcer(), State.STOPPED, Cause.PROGRAM_RESTARTED) == ()


def test_stalled_frames_are_said_once() -> None:
    for state in IN_SCENE:
        announcer = Announcer()
        said(announcer, state, Cause.THERAPIST)
        assert said(announcer, state, Cause.THERAPIST, stalled=True) == ("lost_contact",)
        assert said(announcer, state, Cause.THERAPIST, stalled=True) == ()
