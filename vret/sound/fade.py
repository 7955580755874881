"""A gain that moves in straight lines and never jumps, so that nothing clicks."""

import numpy as np

from vret.sound.form import RATE_HZ, Samples


class Fade:
    """Goes from 0 to 1 in `rise_s` and from 1 to 0 in `fall_s`, and part of the way in part of the time."""

    def __init__(self, rise_s: float, fall_s: float, value: float = 0.0) -> None:
        self.value = value
        self._rise = 1.0 / (rise_s * RATE_HZ)
        self._fall = 1.0 / (fall_s * RATE_HZ)

    def towards(self, target: float, frames: int) -> Samples:
        """The gain of the next `frames` frames, (frames,)."""
        if target == self.value:
            return np.full(frames, self.value, np.float32)
        steps = np.arange(1, frames + 1)
        if target > self.value:
            gains = np.minimum(self.value + self._rise * steps, target)
        else:
            gains = np.maximum(self.value - self._fall * steps, target)
        self.value = float(gains[-1])
        ramp: Samples = gains.astype(np.float32)
        return ramp

    def is_silent(self, target: float) -> bool:
        return self.value == 0.0 and target == 0.0
