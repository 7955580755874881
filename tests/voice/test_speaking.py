"""What leaves for the therapist: the person's voice without what the headset plays. WebRTC's own code, no device."""

import numpy as np
import pytest

from vret.memory.audio import BLOCK, RATE_HZ, Mixed
from vret.voice.speaking import BEHIND_MOST, Speaking

DELAY_BLOCKS = 4
"""From the mix's handing over to its echo: what the output holds, and the air."""


def babble(seconds: float, seed: int) -> np.ndarray:
    """Something like speech, (samples,): noise through a few resonances, in syllables, at -20 dB."""
    random = np.random.default_rng(seed)
    count = int(seconds * RATE_HZ)
    spectrum = np.fft.rfft(random.standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    shape = sum(np.exp(-(((hertz - peak) / width) ** 2)) for peak, width in ((500, 200), (1500, 300), (2500, 400)))
    voice = np.fft.irfft(spectrum * shape, count)
    syllables = np.clip(np.sin(2 * np.pi * 4 * np.arange(count) / RATE_HZ + seed), 0, 1)
    voice *= syllables
    loud: np.ndarray = voice * (0.1 / np.sqrt(np.mean(voice**2)))
    return loud


def blocks(samples: np.ndarray) -> list[np.ndarray]:
    whole = len(samples) // BLOCK
    return list((np.clip(samples[: whole * BLOCK], -1, 1) * 32767).astype("<i2").reshape(whole, BLOCK))


def mixed(samples: np.ndarray, number: int) -> Mixed:
    return Mixed(number * 10_000_000, 30_000_000, number * BLOCK, np.repeat(samples, 2).astype("<i2").tobytes())


def said(near: np.ndarray, played: np.ndarray, *, burst: int = 1) -> tuple[np.ndarray, list[float]]:
    """What leaves when the microphone hears `near` and the echo of `played`, and how loud the person is said to be."""
    speaking = Speaking()
    echo = np.concatenate([np.zeros(DELAY_BLOCKS * BLOCK), 0.5 * played])[: len(near)]
    out, levels = [], []
    waiting: list[Mixed] = []
    for number, (heard, far) in enumerate(zip(blocks(near + echo), blocks(played), strict=True)):
        waiting.append(mixed(far, number))
        handed = waiting if (number + 1) % burst == 0 else []
        result = speaking.block(heard.tobytes(), list(handed))
        if handed:
            waiting.clear()
        out.append(np.frombuffer(result.block, "<i2"))
        levels.append(result.level)
    return np.concatenate(out) / 32768, levels


def power_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(samples)) + 1e-12))


@pytest.mark.parametrize("burst", [1, BEHIND_MOST])
def test_what_the_headset_plays_does_not_come_back(burst: int) -> None:
    """Also where the output takes its blocks three at a time."""
    played = babble(8, 1)
    quiet = np.random.default_rng(0).normal(0, 3e-4, len(played))
    out, _ = said(quiet, played, burst=burst)
    last = slice(-3 * RATE_HZ, None)
    removed_db = power_db(0.5 * played[last]) - power_db(out[last])
    print(f"echo removed: {removed_db:.0f} dB")
    assert removed_db > 25


def test_the_persons_own_voice_goes_through() -> None:
    voice = babble(5, 2)
    out, levels = said(voice, np.zeros_like(voice))
    last = slice(-3 * RATE_HZ, None)
    assert abs(power_db(out[last]) - power_db(voice[last])) < 9
    assert max(levels[200:]) > 0.05


def test_silence_is_no_speech() -> None:
    quiet = np.random.default_rng(0).normal(0, 3e-4, 3 * RATE_HZ)
    _, levels = said(quiet, np.zeros_like(quiet))
    assert max(levels[100:]) < 0.02


def test_without_a_mix_the_voice_goes_through_all_the_same() -> None:
    speaking = Speaking()
    voice = babble(3, 3)
    out = np.concatenate([np.frombuffer(speaking.block(heard.tobytes(), []).block, "<i2") for heard in blocks(voice)])
    assert power_db(out[-2 * RATE_HZ :] / 32768) > power_db(voice) - 9
