"""The sound process beside a voice process that is killed, frozen and started again: the scene goes on without a gap.

The voice is a stand-in of the test's own that pushes a tone every 10 ms; the device is a file.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from tests.sound import speaking
from tests.sound.speaking import TONE_HZ
from tests.sound.stage import EXPOSED, STOPPED, Stage, stage
from tests.sound.test_process import samples_of, wait_for_seconds
from vret.core.effects import State
from vret.sound.form import RATE_HZ, Samples

PIECE = RATE_HZ // 50
"""20 ms: the longest gap that could hide is one of less than that on either side of a border."""
HEARD = 10 / 32768
"""The calm room while it is ducked has several times as much, a gap nothing."""


@contextmanager
def voice(playing: Stage, level: float = 0.3) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", speaking.__name__, str(playing.memory.therapist_voice.path), str(level)]
    with subprocess.Popen(command) as process:
        try:
            yield process
        finally:
            process.kill()


def pieces_of(samples: Samples) -> Samples:
    return samples[: len(samples) // PIECE * PIECE, 0].reshape(-1, PIECE)


def is_voiced(samples: Samples) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """For each piece whether the tone is in it, clearly above what the scene has at its pitch."""
    turns = np.exp(-2j * np.pi * TONE_HZ / RATE_HZ * np.arange(PIECE)) * np.hanning(PIECE)
    found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = np.abs(pieces_of(samples) @ turns) / PIECE * 4 > 0.06
    return found


def quietest(samples: Samples) -> float:
    """The lowest level of any 20 ms."""
    return float(np.sqrt(np.mean(np.square(pieces_of(samples)), axis=1)).min())


@pytest.mark.parametrize("scene", [EXPOSED, STOPPED], ids=["scene", "calm room"])
def test_killed_and_frozen_voice_leaves_no_gap_in_the_sound(tmp_path: Path, scene: object) -> None:
    file = tmp_path / "sound.wav"
    with stage(tmp_path, "file") as playing:
        playing.show(scene)  # type: ignore[arg-type]
        wait_for_seconds(file, 3.0)
        began_s, began_bytes = time.monotonic(), file.stat().st_size
        with voice(playing) as first:
            wait_for_seconds(file, 2.0)
            first.kill()
            wait_for_seconds(file, 2.0)
        with voice(playing) as second:
            wait_for_seconds(file, 2.0)
            second.send_signal(signal.Signals["SIGSTOP"])
            wait_for_seconds(file, 2.0)
            second.send_signal(signal.Signals["SIGCONT"])
            wait_for_seconds(file, 2.0)
        late_s = time.monotonic() - began_s - (file.stat().st_size - began_bytes) / (4 * RATE_HZ)
        status = playing.status()
    assert late_s < 3.0, "the sound waited for the voice"
    assert playing.process.returncode == 0
    assert status is not None
    assert status.voice == ""
    samples = samples_of(file)
    sounding = samples[2 * RATE_HZ : -RATE_HZ]
    assert quietest(sounding) > HEARD, "a piece of silence"
    spoken = is_voiced(samples)
    turns = np.flatnonzero(np.diff(np.convolve(spoken, np.ones(10) / 10, "same") > 0.5))
    assert len(turns) >= 5, "heard, gone, heard, gone, heard"


def test_a_mad_voice_is_silence_and_a_word_until_it_is_well(tmp_path: Path) -> None:
    with stage(tmp_path, "file") as playing:
        playing.show(EXPOSED)
        wait_for_seconds(tmp_path / "sound.wav", 1.0)
        playing.memory.therapist_voice.push(b"no voice at all")
        playing.memory.speech.publish(b"no message")
        wait_for_seconds(tmp_path / "sound.wav", 0.5)
        status = playing.status()
        assert status is not None
        assert "cannot be played" in status.voice
        assert playing.process.poll() is None


def test_while_somebody_is_there_nothing_is_heard_also_not_from_a_sound_process_that_starts_then(
    tmp_path: Path,
) -> None:
    hidden = replace(STOPPED, state=State.HELD, held=True, is_private=False)
    file = tmp_path / "sound.wav"
    with stage(tmp_path, "file") as playing:
        playing.show(hidden)
        with voice(playing):
            wait_for_seconds(file, 0.7)
            shown_at = file.stat().st_size // 4
            playing.show(EXPOSED)
            wait_for_seconds(file, 1.2)
            hidden_at = file.stat().st_size // 4
            playing.show(hidden)
            wait_for_seconds(file, 1.5)
    samples = samples_of(file)
    assert np.abs(samples[:shown_at]).max() == 0.0, "the first samples too"
    assert is_voiced(samples[shown_at:hidden_at]).any()
    assert np.abs(samples[-RATE_HZ // 2 :]).max() == 0.0, "how soon is the mixer's own test: the file is written late"
