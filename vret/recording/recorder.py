"""The recorder: drains the rings of records and frames into the live log, in a thread of the link process.

Order of a turn: read the ring, write one batch, release the ring, tell the listener. So an entry is in the ring or in
the log at every instant; after a death between write and release it is in both, and the sequence number tells.
"""

import errno
import shutil
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from vret.clock import now_ns
from vret.core.events import LogHealthChanged
from vret.memory.ring import Ring
from vret.recording.live import LiveLog
from vret.recording.record import ClockEstimate, Entry, FrameRecord, Record

TURN_S = 0.02
SYNC_NS = 50_000_000
SPACE_CHECK_NS = 1_000_000_000
SPACE_BYTES_MIN = 200 * 1024 * 1024
FILL_UNHEALTHY = 0.5
FILL_HEALTHY = 0.25
BATCH_ENTRIES = 1024

_RECORD = msgspec.msgpack.Decoder(Record)
_FRAME = msgspec.msgpack.Decoder(FrameRecord)


@dataclass(frozen=True, slots=True)
class Written:
    """What one turn put into the log.

    While the disk takes nothing, records come from the ring, where they are safe from every death of a program: a
    therapist must go on hearing what happens and how commands were answered.
    """

    records: tuple[Record, ...]
    frames: tuple[FrameRecord, ...]


class Recorder:
    """One log, two rings. `turn` does the work once; `start` repeats it in a thread until `stop`.

    `written` and `health` are called from the thread that turns: with what is safe now, and whenever recording
    becomes unhealthy or healthy again (`t_ns` 0, the frame stamps it). `space_bytes_min` is the least free space.
    """

    def __init__(
        self,
        log: LiveLog,
        records: Ring,
        telemetry: Ring,
        *,
        written: Callable[[Written], None] = lambda _: None,
        health: Callable[[LogHealthChanged], None] = lambda _: None,
        space_bytes_min: int = SPACE_BYTES_MIN,
    ) -> None:
        self.log = log
        self.failure: BaseException | None = None
        self._records, self._telemetry = records, telemetry
        self._written, self._health = written, health
        self._space_bytes_min = space_bytes_min
        self._estimates: deque[ClockEstimate] = deque()
        self._descriptions: deque[tuple[str, dict[str, str]]] = deque()
        self._told_sequence = log.last_sequence
        self._reason = ""
        self._space_reason = ""
        self._space_due_ns = 0
        self._synced_ns = now_ns()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, estimate: ClockEstimate) -> None:
        """Put a clock estimate into the log with the next turn. Any thread may call."""
        self._estimates.append(estimate)

    def describe(self, name: str, metadata: dict[str, str]) -> None:
        """Put metadata into the log with the next turn. Any thread may call."""
        self._descriptions.append((name, metadata))

    def turn(self) -> int:
        """Record what is waiting; the number of ring messages taken. Never raises for a full or broken disk."""
        taken = 0
        try:
            taken = self._drain()
            if self.log.unsynced and now_ns() - self._synced_ns >= SYNC_NS:
                self._sync()
            reason = self._space_wanting() or self._ring_wanting()
        except OSError as error:
            reason = _sentence(error, self.log)
        if reason != self._reason:
            self._reason = reason
            self._health(LogHealthChanged(t_ns=0, healthy=not reason, reason=reason))
        return taken

    def finish(self) -> None:
        """Record all that is waiting and put it on the disk. Raises OSError when that cannot be done."""
        while self._drain():
            pass
        self._sync()

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """End the thread. What is in the rings stays there."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def stop(self) -> None:
        """End the thread, record the rest, close the log. Raises OSError when the rest cannot be recorded."""
        self.pause()
        try:
            self.finish()
        finally:
            self.log.close()

    def _run(self) -> None:
        try:
            while not self._stopping.wait(TURN_S):
                self.turn()
        except BaseException as error:
            self.failure = error
            raise

    def _drain(self) -> int:
        record_payloads = self._records.read(BATCH_ENTRIES)
        frame_payloads = self._telemetry.read(BATCH_ENTRIES)
        estimates = tuple(self._estimates)
        records = self._new_records(record_payloads)
        frames = tuple(frame for frame in map(_FRAME.decode, frame_payloads) if frame.t_ns > self.log.last_frame_ns)
        entries: list[Entry] = [*records, *frames, *estimates]
        if entries:
            try:
                self.log.append(entries)
            except OSError:
                self._tell(records, ())
                raise
        self._records.release(len(record_payloads))
        self._telemetry.release(len(frame_payloads))
        for _ in estimates:
            self._estimates.popleft()
        self._tell(records, frames)
        while self._descriptions:
            self.log.describe(*self._descriptions[0])
            self._descriptions.popleft()
        return len(record_payloads) + len(frame_payloads)

    def _tell(self, records: tuple[Record, ...], frames: tuple[FrameRecord, ...]) -> None:
        """Each record once, in order."""
        untold = tuple(record for record in records if record.sequence > self._told_sequence)
        if untold:
            self._told_sequence = untold[-1].sequence
        if untold or frames:
            self._written(Written(untold, frames))

    def _new_records(self, payloads: list[bytes]) -> tuple[Record, ...]:
        """Those that the log does not hold yet. A gap is a bug of the frame process, which only ever counts up."""
        records = tuple(record for record in map(_RECORD.decode, payloads) if record.sequence > self.log.last_sequence)
        for expected, record in enumerate(records, self.log.last_sequence + 1):
            assert record.sequence == expected, f"record {expected} never came; {record.sequence} came in its place"
        return records

    def _sync(self) -> None:
        self.log.sync()
        self._synced_ns = now_ns()

    def _space_wanting(self) -> str:
        if now_ns() >= self._space_due_ns:
            self._space_due_ns = now_ns() + SPACE_CHECK_NS
            self._space_reason = self._place_wanting()
        return self._space_reason

    def _place_wanting(self) -> str:
        """A file that was taken away can still be written to on some systems, and nobody would ever read it."""
        folder = self.log.path.parent
        try:
            if not self.log.is_in_place:
                return f"{self.log.path} was taken away while it was being written: put it back or end the session"
            free = shutil.disk_usage(folder).free
        except OSError as error:
            return _sentence(error, self.log)
        if free < self._space_bytes_min:
            return f"only {free // 1_000_000} MB are free at {folder}: make room there"
        return ""

    def _ring_wanting(self) -> str:
        full = FILL_HEALTHY if self._reason else FILL_UNHEALTHY
        return "the disk is too slow to keep up with the session" if self._records.fill > full else ""


def _sentence(error: OSError, log: LiveLog) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"the disk with {log.path} is full: make room there"
    return f"{log.path} cannot be written: {error.strerror}"
