"""The transcript: the records of the conversation, kept for consoles that come late and for the desktop window.

Records go to a console in order and for the last seconds again (`vret.link.backlog`); a page that was opened anew has
missed what was written before. After the death of this process it is read back from the log.
"""

from collections import deque

import msgspec

from vret.core.conversation import line_of
from vret.memory.messages import Conversation
from vret.recording.record import Record

BYTES_MAX = 64 * 1024
"""Of JSON: a snapshot has room for it. No less than the newest 25 lines, and mostly all."""
SHOWN_MAX = 20

_ENCODER = msgspec.json.Encoder()


class Transcript:
    """The newest records that added a line, oldest first."""

    def __init__(self) -> None:
        self._kept: deque[tuple[Record, int]] = deque()
        self._bytes = 0

    @property
    def records(self) -> tuple[Record, ...]:
        return tuple(record for record, _ in self._kept)

    def add(self, record: Record) -> None:
        if line_of(record.event, record.effects) is None:
            return
        size = len(_ENCODER.encode(record))
        self._kept.append((record, size))
        self._bytes += size
        while self._bytes > BYTES_MAX:
            self._bytes -= self._kept.popleft()[1]

    def shown(self, next_sequence: int) -> Conversation:
        """For the window: the newest lines. Records from `next_sequence` on have not left for a console yet."""
        newest = list(self._kept)[-SHOWN_MAX:]
        lines = [(record.sequence, line_of(record.event, record.effects)) for record, _ in newest]
        return Conversation(
            lines=tuple(line for _, line in lines if line is not None),
            waiting=sum(1 for sequence, _ in lines if sequence >= next_sequence),
        )
