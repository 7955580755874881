"""Peaks and loudness after the limiter, measured by eightfold oversampling of the whole signal."""

import numpy as np
import pytest

from vret.sound.form import BLOCK, RATE_HZ, Samples, level_db
from vret.sound.limiter import LOUDNESS_CEILING_DB, PEAK_CEILING_DB, Limiter


def limited(samples: Samples) -> Samples:
    limiter = Limiter()
    return np.concatenate([limiter.limit(block) for block in samples.astype(np.float32).reshape(-1, BLOCK, 2)])


def true_peak_db(samples: Samples) -> float:
    spectrum = np.fft.rfft(samples, axis=0)
    wanted = np.zeros((4 * len(samples) + 1, 2), np.complex128)
    wanted[: len(spectrum)] = spectrum
    return float(20 * np.log10(8 * np.abs(np.fft.irfft(wanted, 8 * len(samples), axis=0)).max()))


def stereo(mono: Samples) -> Samples:
    return np.repeat(mono[:, None], 2, axis=1)


LOUD = {
    "noise": np.random.default_rng(1).normal(0.0, 0.8, (RATE_HZ, 2)),
    "between the samples": stereo(1.4 * np.sin(np.pi / 2 * np.arange(RATE_HZ) + np.pi / 4)),
    "burst": np.concatenate((np.zeros((RATE_HZ // 2, 2)), np.ones((BLOCK, 2)), np.zeros((RATE_HZ // 2 - BLOCK, 2)))),
    "one click": stereo(4.0 * (np.arange(RATE_HZ) == RATE_HZ // 2 + 17)),
    "full-scale tone": stereo(np.sin(2 * np.pi * 1000 * np.arange(RATE_HZ) / RATE_HZ)),
}


@pytest.mark.parametrize("samples", LOUD.values(), ids=LOUD.keys())
def test_true_peak_stays_below_the_ceiling(samples: Samples) -> None:
    assert true_peak_db(limited(samples)) <= PEAK_CEILING_DB


def test_quiet_sound_passes_unchanged_but_later() -> None:
    quiet = np.random.default_rng(2).normal(0.0, 0.02, (RATE_HZ, 2)).astype(np.float32)
    delay = Limiter.DELAY
    np.testing.assert_array_equal(limited(quiet)[delay:], quiet[:-delay])


def test_long_loud_sound_is_brought_down_to_the_loudness_ceiling() -> None:
    samples = limited(np.random.default_rng(3).normal(0.0, 0.25, (4 * RATE_HZ, 2)).astype(np.float32))
    both_channels_db = level_db(samples[2 * RATE_HZ :]) + 3.0
    assert both_channels_db == pytest.approx(LOUDNESS_CEILING_DB, abs=0.5)


def test_gain_recovers_after_a_burst() -> None:
    quiet = np.random.default_rng(4).normal(0.0, 0.02, (7 * RATE_HZ, 2)).astype(np.float32)
    quiet[:BLOCK] *= 100
    delay = Limiter.DELAY
    tail = slice(6 * RATE_HZ + delay, None)
    np.testing.assert_allclose(limited(quiet)[tail], quiet[6 * RATE_HZ : -delay], rtol=0.02)
