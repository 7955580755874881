"""Hearing: whether therapist and person, who heard each other in a call, do so no more or only poorly, and whether the
therapist's microphone is off. Read off `voice_status`.

A call that never came up is not lost, nor one that the page ended. What the voice process writes that cannot be read
counts as nothing written: it then soon counts as away.
"""

from typing import Final

import msgspec

from vret.memory.block import Block
from vret.memory.call import CallState, VoiceStatus
from vret.memory.mapped import MemoryLayoutError
from vret.memory.quality import Verdict, judge
from vret.unreadable import UNREADABLE

AWAY_NS: Final = 1_000_000_000
"""A voice process that has said nothing for so long is away."""
QUIET_NS: Final = 2_500_000_000
"""So long after the last packet the loss is told, so that it is within three seconds."""

POOR_STAYS_NS: Final = 3_000_000_000
"""A line at the edge of poor is not called so and not so by turns."""

_STATUS: Final = msgspec.msgpack.Decoder(VoiceStatus)


class Hearing:
    def __init__(self, voice_status: Block) -> None:
        self._block = voice_status
        self._sequence = 0
        self._status: VoiceStatus | None = None
        self._run_up = ""
        self._poor_until_ns: int | None = None

    def is_lost(self, t_ns: int) -> bool:
        """Cheap enough for every frame."""
        self._read()
        status = self._status
        if status is None:
            return False
        is_up = status.state is CallState.CONNECTED and t_ns - status.t_ns <= AWAY_NS
        if is_up:
            self._run_up = status.run
            return status.heard_ns is not None and t_ns - status.heard_ns > QUIET_NS
        if not status.call and status.run == self._run_up and status.state is CallState.NONE:
            self._run_up = ""
        return self._run_up != ""

    @property
    def is_therapist_muted(self) -> bool:
        """Whether the therapist's microphone is off in a call that is up, as of the newest `is_lost`."""
        status = self._status
        return status is not None and status.state is CallState.CONNECTED and status.therapist_muted

    @property
    def measured(self) -> tuple[int, int] | None:
        """Of a call that is up: what is lost on the way here, per mille, and the round trip in ms. None: not known."""
        status = self._status
        if status is None or status.state is not CallState.CONNECTED:
            return None
        if status.lost_per_mille is None or status.round_trip_ms is None:
            return None
        return status.lost_per_mille, status.round_trip_ms

    def is_poor(self, t_ns: int) -> bool:
        """Whether a call that is up comes through poorly, or did until just now, as of the newest `is_lost`."""
        measured = self.measured
        if measured is None:
            self._poor_until_ns = None
        elif judge(measured[0] / 1000, measured[1]) is Verdict.POOR:
            self._poor_until_ns = t_ns + POOR_STAYS_NS
        return self._poor_until_ns is not None and t_ns < self._poor_until_ns

    def silent_s(self, t_ns: int) -> int:
        """Whole seconds since something last came from the therapist; 0 where nothing ever did."""
        status = self._status
        heard_ns = None if status is None else status.heard_ns
        return 0 if heard_ns is None else max(0, t_ns - heard_ns) // 1_000_000_000

    def _read(self) -> None:
        sequence = self._block.sequence
        if sequence == self._sequence:
            return
        self._sequence = sequence
        try:
            content = self._block.read()
            self._status = self._status if content is None else _STATUS.decode(content)
        except (MemoryLayoutError, *UNREADABLE):
            return
