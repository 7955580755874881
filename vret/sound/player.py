"""The player: reads the shared memory and gives the device as many frames as it asks for.

All of it runs in the device's thread, so there is nothing to lock: the newest frame, report and speech level are read
from their blocks at the beginning of each 10 ms. The main thread only hands in new layers.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec
import numpy as np

from vret.clock import now_ns
from vret.core.report import Report
from vret.memory.block import Block
from vret.memory.messages import Shown, Speech
from vret.memory.session import SessionMemory
from vret.sound.cue import NOTHING, cue
from vret.sound.form import Samples
from vret.sound.mixer import Mixer
from vret.sound.prompts import Announcer

T = TypeVar("T")


class _Newest(Generic[T]):
    """The newest value of a block, decoded once."""

    def __init__(self, block: Block, kind: type[T]) -> None:
        self._block = block
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._sequence = 0
        self._value: T | None = None

    def read(self) -> T | None:
        sequence = self._block.sequence
        if sequence != self._sequence:
            payload = self._block.read()
            self._value = None if payload is None else self._decoder.decode(payload)
            self._sequence = sequence
        return self._value


class Player:
    """`frames` is the device's callback. `last_asked_ns` tells whether a device still asks."""

    def __init__(self, memory: SessionMemory, mixer: Mixer, clock: Callable[[], int] = now_ns) -> None:
        self._shown = _Newest(memory.shown, Shown)
        self._report = _Newest(memory.report, Report)
        self._speech = _Newest(memory.speech, Speech)
        self._memory = memory
        self._mixer = mixer
        self._announcer = Announcer()
        self._clock = clock
        self._left = np.zeros((0, 2), np.float32)
        self.last_asked_ns = clock()
        self.failure: Exception | None = None

    def frames(self, count: int) -> Samples:
        """The next `count` frames, (count, 2). What fails here is kept for the main thread, which ends the process."""
        try:
            while len(self._left) < count:
                self._left = np.concatenate((self._left, self._block()))
        except Exception as failure:
            self.failure = failure
            raise
        self.last_asked_ns = self._clock()
        wanted, self._left = self._left[:count], self._left[count:]
        return np.ascontiguousarray(wanted)

    def _block(self) -> Samples:
        if self._memory.is_closing:
            return self._mixer.block(NOTHING)
        shown, report = self._shown.read(), self._report.read()
        now = cue(shown, self._speech.read(), self._clock())
        if shown is not None and report is not None:
            self._mixer.say(self._announcer.heard(report.state, report.cause, offer=shown.offer, stalled=now.stalled))
        return self._mixer.block(now)
