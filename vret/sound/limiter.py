"""The last stage before the device: no peak above -3 dBFS, and no loudness that could startle or harm.

True peak is estimated by fourfold oversampling with 32 taps a phase (ITU-R BS.1770-5, annex 2, asks for 12). The gain
follows what is coming by 2 ms of delay, moves in straight lines within steps of 1 ms, and recovers at 20 dB a second.
The loudness ceiling holds the power of both channels over any 400 ms near -16 dBFS: the momentary window of EBU R 128
without its weighting filter, which makes it stricter for low rumble.
"""

from collections import deque

import numpy as np

from vret.sound.form import BLOCK, RATE_HZ, Samples, amplitude

PEAK_CEILING_DB = -3.0
LOUDNESS_CEILING_DB = -16.0
RECOVERY_DB_PER_S = 20.0
LOUDNESS_WINDOW_BLOCKS = 40

_STEP = 48
_STEPS = BLOCK // _STEP
_DELAY = 2 * _STEP
_TAPS = 32
_MARGIN_DB = 0.8


def _interpolation_kernels() -> list[Samples]:
    """Windowed sinc for the positions 1/4, 1/2 and 3/4 between two frames."""
    taps = np.arange(_TAPS) - (_TAPS // 2 - 1)
    kernels = []
    for quarter in (1, 2, 3):
        offset = taps - quarter / 4
        kernels.append((np.sinc(offset) * np.cos(np.pi * offset / _TAPS) ** 2)[::-1].astype(np.float32))
    return kernels


_KERNELS = _interpolation_kernels()


class Limiter:
    """Blocks in, blocks out, `DELAY` frames later."""

    DELAY = _DELAY

    def __init__(self) -> None:
        self._past = np.zeros((_TAPS + _DELAY, 2), np.float32)
        self._powers: deque[float] = deque([0.0] * LOUDNESS_WINDOW_BLOCKS, LOUDNESS_WINDOW_BLOCKS)
        self._loudness_gain = 1.0
        self._gain = 1.0
        self._ceiling = amplitude(PEAK_CEILING_DB - _MARGIN_DB)
        self._recovery = amplitude(RECOVERY_DB_PER_S * _STEP / RATE_HZ)

    def limit(self, block: Samples) -> Samples:
        """(BLOCK, 2) in and out."""
        joined = np.concatenate((self._past, self._at_loudness(block)))
        self._past = joined[BLOCK:]
        required = self._required(joined)
        gains = np.empty(_STEPS + 1, np.float32)
        gains[0] = self._gain
        for step in range(1, _STEPS + 1):
            recovered = gains[step - 1] * self._recovery
            gains[step] = min(1.0, recovered, required[step - 1], required[step])
        self._gain = float(gains[-1])
        out = joined[_TAPS : _TAPS + BLOCK]
        if gains.min() == 1.0:
            return out.copy()
        curve = np.interp(np.arange(1, BLOCK + 1) / _STEP, np.arange(_STEPS + 1), gains)
        limited: Samples = (out * curve[:, None]).astype(np.float32)
        return limited

    def _required(self, joined: Samples) -> Samples:
        """The gain that each step of the output, and the one after, can bear."""
        frames = (_STEPS + 1) * _STEP
        peaks = np.abs(joined[_TAPS : _TAPS + frames]).max(axis=1)
        lead = _TAPS // 2 - 1
        for channel in (0, 1):
            around = joined[_TAPS - lead - 1 : _TAPS + frames + _TAPS // 2, channel]
            for kernel in _KERNELS:
                between = np.abs(np.convolve(around, kernel, "valid"))
                np.maximum(peaks, between[:frames], out=peaks)
                np.maximum(peaks, between[1 : frames + 1], out=peaks)
        highest = peaks.reshape(-1, _STEP).max(axis=1)
        gains: Samples = np.minimum(1.0, self._ceiling / np.maximum(highest, 1e-9)).astype(np.float32)
        return gains

    def _at_loudness(self, block: Samples) -> Samples:
        self._powers.append(float(np.mean(np.square(block))) * 2.0)
        loudness = float(np.sqrt(sum(self._powers) / len(self._powers)))
        wanted = min(1.0, amplitude(LOUDNESS_CEILING_DB) / max(loudness, 1e-9))
        before = self._loudness_gain
        share = 0.2 if wanted < before else 0.01
        self._loudness_gain = before + share * (wanted - before)
        if before == self._loudness_gain == 1.0:
            return block
        curve = np.linspace(before, self._loudness_gain, BLOCK, dtype=np.float32)
        return block * curve[:, None]
