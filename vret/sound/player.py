"""The player: reads the shared memory and gives the device as many frames as it asks for.

All of it runs in the device's thread, so there is nothing to lock: the newest frame, report and speech level are read
from their blocks at the beginning of each 10 ms, and what waits of the therapist's voice is taken. Each 10 ms that goes
out is also handed to the voice process, whether it reads or not; while it wishes so, a second time without the
therapist's voice. The main thread only hands in new layers.

Frame and core are trusted to write what they should; the voice process is not, and what it gets wrong is silence.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec
import numpy as np

from vret.clock import now_ns
from vret.core.effects import State
from vret.core.limits import LIMITS
from vret.core.report import Report
from vret.memory.audio import Mixed, is_earshot_wished, push_mixed
from vret.memory.block import Block
from vret.memory.hearing import Hearing
from vret.memory.mapped import MemoryLayoutError
from vret.memory.messages import Shown, Speech
from vret.memory.ring import Ring
from vret.memory.session import SessionMemory
from vret.sound.cue import CLOSING, cue
from vret.sound.form import BLOCK, RATE_HZ, Samples
from vret.sound.limiter import Limiter
from vret.sound.mixer import Mixer
from vret.sound.prompts import Announcer
from vret.sound.therapist import TherapistVoice
from vret.sound.voice_place import VoicePlace
from vret.unreadable import UNREADABLE

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


def _is_in_touch(report: Report) -> bool:
    """With the whole line gone, that is what is said, and not that the voice is."""
    age_ns = report.lease_age_ns
    return age_ns is not None and age_ns <= LIMITS.lease_rise_ns and report.state is not State.ENDED


class Player:
    """`frames` is the device's callback. `last_asked_ns` tells whether a device still asks.

    `latency_ns` is the device's, as it tells it; `speech_faulty_ns` is when the voice process last said how loud the
    person is in a way that cannot be read.
    """

    def __init__(self, memory: SessionMemory, mixer: Mixer, clock: Callable[[], int] = now_ns) -> None:
        self._shown = _Newest(memory.shown, Shown)
        self._report = _Newest(memory.report, Report)
        self._speech = _Newest(memory.speech, Speech)
        self._memory = memory
        self._mixer = mixer
        self._announcer = Announcer()
        self._place = VoicePlace()
        self._hearing = Hearing(memory.voice_status)
        self._made = 0
        self._earshot_limiter: Limiter | None = None
        self.voice = TherapistVoice(memory.therapist_voice)
        self.speech_faulty_ns: int | None = None
        self.latency_ns = 0
        self._clock = clock
        self._left = np.zeros((0, 2), np.float32)
        self.last_asked_ns = clock()
        self.failure: Exception | None = None

    def frames(self, count: int) -> Samples:
        """The next `count` frames, (count, 2). What fails here is kept for the main thread, which ends the process."""
        asked_ns = self._clock()
        try:
            while len(self._left) < count:
                leaves_ns = asked_ns + len(self._left) * 1_000_000_000 // RATE_HZ
                self._left = np.concatenate((self._left, self._block(leaves_ns)))
        except Exception as failure:
            self.failure = failure
            raise
        self.last_asked_ns = self._clock()
        self._memory.sound_pulse.publish(b"")
        wanted, self._left = self._left[:count], self._left[count:]
        return np.ascontiguousarray(wanted)

    def _block(self, leaves_ns: int) -> Samples:
        out = self._mixed(self._clock())
        self._hand_over(self._memory.mix, out, leaves_ns)
        if self._is_listened_to():
            self._earshot_limiter = self._earshot_limiter or Limiter()
            self._hand_over(self._memory.earshot, self._earshot_limiter.limit(self._mixer.earshot), leaves_ns)
        else:
            self._earshot_limiter = None
        self._made += BLOCK
        return out

    def _hand_over(self, ring: Ring, samples: Samples, leaves_ns: int) -> None:
        rounded = (samples * np.float32(32767)).astype("<i2").tobytes()
        push_mixed(ring, Mixed(leaves_ns, self.latency_ns, self._made, rounded))

    def _is_listened_to(self) -> bool:
        try:
            return is_earshot_wished(self._memory.earshot_wish, self._clock())
        except MemoryLayoutError:
            return False

    def _mixed(self, t_ns: int) -> Samples:
        voice = self.voice.block(t_ns)
        if self._memory.is_closing:
            return self._mixer.block(CLOSING, voice)
        shown, report = self._shown.read(), self._report.read()
        position = self._place.position_in_scene(shown, None if report is None else report.step_index, t_ns)
        now = cue(shown, self._read_speech(t_ns), t_ns, position)
        if shown is not None and report is not None:
            said = self._announcer.heard(
                report.state,
                report.cause,
                offer=shown.offer,
                stalled=now.stalled,
                here_count=report.here_count,
                is_voice_lost=_is_in_touch(report) and self._hearing.is_lost(t_ns),
                is_speaking=self._mixer.is_speaking,
                prepares=report.prepares,
                asks_sickness=shown.sickness_asked,
                is_unwell=report.sickness is not None and report.sickness.is_unwell,
                is_alone=report.alone is not None,
            )
            self._mixer.say(said)
        return self._mixer.block(now, voice)

    def _read_speech(self, t_ns: int) -> Speech | None:
        try:
            return self._speech.read()
        except (*UNREADABLE, MemoryLayoutError):
            self.speech_faulty_ns = t_ns
            return None
