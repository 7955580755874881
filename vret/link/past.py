"""The past: what an earlier link wrote into the log that this one goes on with."""

from collections import deque
from pathlib import Path

from vret.core.effects import State, StateChanged
from vret.core.events import SessionOpened
from vret.link.backlog import AGAIN_NS, RECORDS_MAX
from vret.link.transcript import Transcript
from vret.recording.live import LiveLog
from vret.recording.log import Log
from vret.recording.record import Record


class Past:
    """`opened` is None before the session's opening, `transcript` the conversation so far."""

    def __init__(self) -> None:
        self.opened: SessionOpened | None = None
        self.ended = False
        self.transcript = Transcript()
        self._recent: deque[Record] = deque(maxlen=RECORDS_MAX)

    @property
    def recent(self) -> tuple[Record, ...]:
        """The newest records, which may not have been sent."""
        return tuple(self._recent)

    def add(self, record: Record) -> None:
        """The next record of the log."""
        if isinstance(record.event, SessionOpened):
            self.opened = record.event
        self.transcript.add(record)
        changes = [effect for effect in record.effects if isinstance(effect, StateChanged)]
        self.ended = self.ended or any(change.state is State.ENDED for change in changes)
        self._recent.append(record)
        while record.event.t_ns - self._recent[0].event.t_ns > AGAIN_NS:
            self._recent.popleft()


def past_of(log_path: Path) -> Past:
    """What is in a log, mended where a death broke it off; nothing where there is none."""
    past = Past()
    if log_path.exists():
        LiveLog.reopen(log_path).close()
        for record in Log(log_path).records():
            past.add(record)
    return past
