"""What a trial of microphone and ears makes of what the microphone heard. No device."""

import numpy as np
import pytest

from tests.voice.test_speaking import babble
from vret.memory.audio import RATE_HZ
from vret.voice.trial import FADE_S, QUIETEST_DBFS, SWEEP_DBFS, Sound, heard_in, leak_in, sweep

RECORDED_S = 3


def noise(level: float, seconds: float = RECORDED_S) -> np.ndarray:
    return np.random.default_rng(5).normal(0, level, round(seconds * RATE_HZ))


def room(gain: float, *, is_echoing: bool = False) -> np.ndarray:
    """Impulse response with the energy `gain` squared: one reflection, or a tenth of a second of many."""
    if not is_echoing:
        return np.array([gain])
    tail = np.random.default_rng(6).normal(size=4800) * np.exp(-np.arange(4800) / 1200)
    many: np.ndarray = gain * tail / np.sqrt(np.sum(tail**2))
    return many


def recorded(response: np.ndarray, noise_level: float, late_s: float = 0.43) -> Sound:
    sound = noise(noise_level)
    echo, first = np.convolve(sweep(), response), round(late_s * RATE_HZ)
    sound[first : first + len(echo)] += echo
    return sound.astype(np.float32)


@pytest.mark.parametrize("gain_db", [-3, -20, -40, -55])
@pytest.mark.parametrize("is_echoing", [False, True])
def test_how_much_comes_back_is_found_whenever_it_comes(gain_db: int, is_echoing: bool) -> None:
    for late_s in (0.31, 0.9):
        found = leak_in(recorded(room(10 ** (gain_db / 20), is_echoing=is_echoing), 3e-5, late_s))
        assert found.leak_db == pytest.approx(gain_db, abs=1.5)


@pytest.mark.parametrize("level", [0.0, 1e-5, 1e-3, 0.1])
def test_noise_alone_is_no_echo(level: float) -> None:
    found = leak_in(noise(level).astype(np.float32))
    assert found.leak_db is None


def test_what_noise_hides_is_less_than_is_said() -> None:
    hidden = leak_in(recorded(room(10 ** (-70 / 20)), 1e-3))
    assert hidden.leak_db is None
    assert -70 < hidden.below_db < -30


def test_a_persons_voice_is_no_echo() -> None:
    assert leak_in(babble(RECORDED_S, 4).astype(np.float32)).leak_db is None


def test_nothing_recorded_says_nothing() -> None:
    assert leak_in(np.zeros(0, np.float32)).leak_db is None
    assert heard_in(np.zeros(0, np.float32)) == (None, QUIETEST_DBFS, 0.0)


def test_the_tone_is_soft_and_comes_and_goes_slowly() -> None:
    tone = sweep()
    assert 20 * np.log10(np.sqrt(np.mean(tone**2))) == pytest.approx(SWEEP_DBFS, abs=1.5)
    loudest = float(np.abs(tone).max())
    assert loudest < 0.05
    quarter = round(FADE_S / 4 * RATE_HZ)
    for edge in (tone[:quarter], tone[-quarter:]):
        assert float(np.abs(edge).max()) < 0.2 * loudest


@pytest.mark.parametrize("level_db", [-20, -30, -50])
def test_the_level_of_speech_is_that_of_the_speech_alone(level_db: int) -> None:
    """`babble` is silent for half of the time."""
    voice = babble(4, 3)
    voice *= 10 ** (level_db / 20) / np.sqrt(np.mean(voice**2))
    found = heard_in((voice + noise(1e-5, 4)).astype(np.float32))
    assert found.speech_dbfs == pytest.approx(level_db + 3, abs=2)
    assert found.noise_dbfs == pytest.approx(-100, abs=3)
    assert found.clipped == 0.0


def test_noise_and_hum_are_no_speech() -> None:
    hum = 0.01 * np.sin(2 * np.pi * 100 * np.arange(4 * RATE_HZ) / RATE_HZ)
    for sound in (noise(1e-3, 4), hum, np.zeros(4 * RATE_HZ)):
        assert heard_in(sound.astype(np.float32)).speech_dbfs is None


def test_what_is_cut_off_is_counted() -> None:
    voice = np.clip(20 * babble(4, 3), -1, 32767 / 32768).astype(np.float32)
    assert heard_in(voice).clipped > 0.1
