"""The person's voice on its way out: echo and noise taken out, and how loud it is. Pure but for WebRTC's own code.

AEC3 of WebRTC takes what the person hears (`mix`) out of what the microphone heard. It finds the delay between the two
by itself as long as the mix comes first, and the output device holds about three blocks before it plays them. So no
more than BEHIND_MOST wait here, the oldest are dropped, and no clock is needed. Where no mix came it is silence.
"""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pywebrtc_audio import AudioProcessor

from vret.memory.audio import BLOCK, RATE_HZ, Mixed

BEHIND_MOST = 3
SPEECH_PROBABILITY = 0.5
_SILENCE = np.zeros(BLOCK, np.int16)


class Said(NamedTuple):
    """A block for the engine, and how loud the person speaks in it, 0 to 1; 0 for what is no speech."""

    block: bytes
    level: float


class Speaking:
    def __init__(self) -> None:
        self._processor = AudioProcessor(
            sample_rate=RATE_HZ,
            num_channels=1,
            echo_cancellation=True,
            noise_suppression=True,
            high_pass_filter=True,
            auto_gain_control=False,
        )
        self._mixed: deque[bytes] = deque(maxlen=BEHIND_MOST)

    def block(self, microphone: bytes, mixed: Iterable[Mixed]) -> Said:
        """`microphone` is BLOCK samples of one channel; `mixed` what was played since the last block, oldest first."""
        self._mixed.extend(played.samples for played in mixed)
        near = np.frombuffer(microphone, "<i2")
        clean = self._processor.process(near, self._reference())
        loud = float(np.sqrt(np.mean(np.square(clean, dtype=np.float64)))) / 32768.0
        return Said(clean.tobytes(), loud if self._processor.speech_probability > SPEECH_PROBABILITY else 0.0)

    def _reference(self) -> npt.NDArray[np.int16]:
        if not self._mixed:
            return _SILENCE
        both = np.frombuffer(self._mixed.popleft(), "<i2").reshape(BLOCK, 2)
        one: npt.NDArray[np.int16] = (both.sum(axis=1, dtype=np.int32) // 2).astype(np.int16)
        return one
