"""The past: what an earlier link wrote into the log that this one goes on with."""

from collections import deque
from pathlib import Path

from vret.core.commands import GiveHomework, WithdrawHomework
from vret.core.effects import HomeworkGiven, HomeworkWithdrawn, State, StateChanged
from vret.core.events import CommandReceived, SessionOpened
from vret.link.backlog import AGAIN_NS, RECORDS_MAX
from vret.link.transcript import Transcript
from vret.recording.live import LiveLog
from vret.recording.log import Log
from vret.recording.record import Record


class Past:
    """`opened` is None before the opening; `transcript` is the conversation, `homework` the newest command about it."""

    def __init__(self) -> None:
        self.opened: SessionOpened | None = None
        self.ended = False
        self.transcript = Transcript()
        self.homework: GiveHomework | WithdrawHomework | None = None
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
        self.homework = homework_in(record) or self.homework
        changes = [effect for effect in record.effects if isinstance(effect, StateChanged)]
        self.ended = self.ended or any(change.state is State.ENDED for change in changes)
        self._recent.append(record)
        while record.event.t_ns - self._recent[0].event.t_ns > AGAIN_NS:
            self._recent.popleft()


def homework_in(record: Record) -> GiveHomework | WithdrawHomework | None:
    """What the core took of homework, given or taken back; None for every other record."""
    if not isinstance(record.event, CommandReceived):
        return None
    taken = any(isinstance(effect, HomeworkGiven | HomeworkWithdrawn) for effect in record.effects)
    command = record.event.command
    return command if taken and isinstance(command, GiveHomework | WithdrawHomework) else None


def past_of(log_path: Path) -> Past:
    """What is in a log, mended where a death broke it off; nothing where there is none."""
    past = Past()
    if log_path.exists():
        LiveLog.reopen(log_path).close()
        for record in Log(log_path).records():
            past.add(record)
    return past
