"""A live voice at a place, or in the head: level and time at either ear, block by block.

Where the place is not that of the block before, the block goes from one to the other, so that no step is heard and a
voice is in the head again within 10 ms.
"""

import numpy as np
import numpy.typing as npt

from vret.sound.form import BLOCK, Samples
from vret.sound.space import BOTH_EARS, Ears

_PAST = 64
"""Frames that are kept for the later ear; the head is 32 wide."""

_RISE = np.linspace(0.0, 1.0, BLOCK, dtype=np.float32)[:, None]
_FALL = 1.0 - _RISE


class Placed:
    def __init__(self) -> None:
        self._past = np.zeros(_PAST, np.float32)
        self._heard = BOTH_EARS

    def block(self, voice: Samples, heard: Ears) -> Samples:
        """(BLOCK,) in, (BLOCK, 2) out."""
        joined = np.concatenate((self._past, voice))
        self._past = joined[-_PAST:]
        before, self._heard = self._heard, heard
        now = _at_ears(joined, heard)
        if before == heard:
            return now
        moved: Samples = _at_ears(joined, before) * _FALL + now * _RISE
        return moved


def _at_ears(joined: Samples, heard: Ears) -> Samples:
    if heard is BOTH_EARS:
        return np.repeat(joined[_PAST:, None], 2, axis=1)
    return np.stack([_at_ear(joined, heard.gains[ear], heard.delays[ear]) for ear in (0, 1)], axis=1)


def _at_ear(joined: Samples, gain: float, delay: float) -> npt.NDArray[np.float32]:
    whole = int(delay)
    share = np.float32(delay - whole)
    at = _PAST - whole
    samples: Samples = joined[at : at + BLOCK] * (1 - share) + joined[at - 1 : at - 1 + BLOCK] * share
    return samples * np.float32(gain)
