"""What `make bench` says of a call's sound is true of sound whose faults are known."""

import numpy as np
import pytest

from benchmarks.hearing.compare import delays_ms, gaps_ms
from benchmarks.hearing.room import speech
from vret.sound.form import RATE_HZ, Samples


def late(said: Samples, late_ms: float) -> Samples:
    """Half as loud, and with noise, as it is heard at the other end."""
    frames = int(late_ms * RATE_HZ / 1000)
    heard = 0.5 * np.concatenate((np.zeros(frames, np.float32), said))[: len(said)]
    return (heard + np.random.default_rng(0).normal(0.0, 1e-4, len(heard))).astype(np.float32)


def in_a_recording() -> Samples:
    rest = np.zeros(RATE_HZ, np.float32)
    return np.concatenate((rest, speech(), rest)).astype(np.float32)


@pytest.mark.parametrize("late_ms", [0.0, 137.0, 640.0])
def test_every_burst_is_as_late_as_it_was_made(late_ms: float) -> None:
    said = in_a_recording()
    found = delays_ms(said, late(said, late_ms))
    assert len(found) > 20
    assert found == pytest.approx([late_ms] * len(found), abs=0.2)


def test_nothing_is_late_that_was_not_heard() -> None:
    said = in_a_recording()
    other = np.random.default_rng(1).normal(0.0, 0.1, len(said)).astype(np.float32)
    assert delays_ms(said, other) == []
    assert gaps_ms(said, other) == [pytest.approx(1000 * len(said) / RATE_HZ)]


def test_a_word_that_broke_off_is_a_gap_and_a_pause_is_none() -> None:
    said = in_a_recording()
    heard = late(said, 137.0)
    assert gaps_ms(said, heard) == []
    width = RATE_HZ // 5
    sums = np.cumsum(np.abs(said))
    loudest = int(np.argmax(sums[width:] - sums[:-width])) + width // 2
    broken = heard.copy()
    first = loudest + int((0.137 - 0.06) * RATE_HZ)
    broken[first : first + int(0.12 * RATE_HZ)] = 0.0
    assert gaps_ms(said, broken) == [pytest.approx(120.0, abs=20.0)]


def test_speech_that_is_stretched_is_no_gap() -> None:
    """As by a jitter buffer: 40 ms later at the end than at the beginning."""
    said = in_a_recording()
    count = len(said)
    stretched = np.interp(np.arange(count), np.arange(count) * (1 + 0.04 * RATE_HZ / count), said)
    assert gaps_ms(said, late(stretched.astype(np.float32), 100.0)) == []
