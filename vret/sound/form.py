"""The form of all sound in the program: 48 kHz, stereo, float32 between -1 and 1, blocks of 10 ms."""

from typing import Any

import numpy as np
import numpy.typing as npt

from vret.memory.audio import BLOCK as BLOCK
from vret.memory.audio import RATE_HZ as RATE_HZ

Samples = npt.NDArray[np.float32]
"""(frames,) mono or (frames, 2) stereo."""


def amplitude(level_db: float) -> float:
    return float(10.0 ** (level_db / 20.0))


def level_db(samples: npt.NDArray[Any]) -> float:
    """Root mean square in dB relative to full scale; -200 for silence."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
    return max(10.0 * np.log10(power), -200.0) if power > 0.0 else -200.0
