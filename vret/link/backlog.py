"""Records on their way to the consoles: none is left out while a connection is down, none waits for ever.

The server confirms nothing, so what was sent shortly before a connection broke may be lost. Whenever a console joins,
the last `AGAIN_NS` of records are sent again with all that came since; a console drops the sequence numbers it knows.
"""

from collections import deque

from vret.recording.record import Record

AGAIN_NS = 30_000_000_000
RECORDS_MAX = 8192


class Backlog:
    """`last_sequence` is the newest record's, 0 before the first. Of `recent` nobody knows what was sent."""

    def __init__(self, recent: tuple[Record, ...] = ()) -> None:
        self.last_sequence = recent[-1].sequence if recent else 0
        self._unsent: deque[Record] = deque(recent, maxlen=RECORDS_MAX)
        self._sent: deque[tuple[int, Record]] = deque(maxlen=RECORDS_MAX)

    def add(self, records: tuple[Record, ...]) -> None:
        self._unsent.extend(records)
        if records:
            self.last_sequence = records[-1].sequence

    def take(self, t_ns: int, limit: int) -> tuple[Record, ...]:
        """The next records to send, oldest first, at most `limit`."""
        taken = tuple(self._unsent.popleft() for _ in range(min(limit, len(self._unsent))))
        self._sent.extend((t_ns, record) for record in taken)
        while self._sent and t_ns - self._sent[0][0] > AGAIN_NS:
            self._sent.popleft()
        return taken

    @property
    def next_sequence(self) -> int:
        """The sequence of the record that is to be sent next."""
        return self._unsent[0].sequence if self._unsent else self.last_sequence + 1

    def again(self, t_ns: int) -> None:
        """Send the newest of what was sent once more."""
        recent = [record for sent_ns, record in self._sent if t_ns - sent_ns <= AGAIN_NS]
        self._sent.clear()
        self._unsent = deque([*recent, *self._unsent], maxlen=RECORDS_MAX)
