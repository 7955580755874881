"""The live log: one append-only MCAP file without chunks, good at every moment up to its last batch.

`docs/session-log.md` gives the layout with its reasons. A batch goes to the operating system in one write, so the death
of this program loses nothing that was appended; `sync` puts it on the disk, against the death of the machine.
"""

import os
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from mcap.opcode import Opcode
from mcap.records import Metadata

from vret.recording import container
from vret.recording.errors import DamagedLogError, NotALogError
from vret.recording.identity import CHANNELS, Identity, preamble
from vret.recording.record import ClockEstimate, Entry, FrameRecord, Record
from vret.unreadable import UNREADABLE

_ENCODER = msgspec.json.Encoder()
_RECORD_DECODER = msgspec.json.Decoder(Record)
_RECORDS, _FRAMES = CHANNELS[Record][0], CHANNELS[FrameRecord][0]


class LiveLog:
    """A log that is being written. `last_sequence` and `last_frame_ns` say what it already holds (0 for nothing)."""

    def __init__(self, path: Path, descriptor: int, end: int) -> None:
        self.path = path
        self.last_sequence = 0
        self.last_frame_ns = 0
        self.unsynced = False
        self._descriptor = descriptor
        self._end = end
        self._batch_start = end
        self._crc = 0

    @classmethod
    def create(cls, path: Path, identity: Identity) -> "LiveLog":
        """A new log. Raises OSError, FileExistsError where there is one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".new")
        log = cls(partial, os.open(partial, _FLAGS | os.O_CREAT | os.O_TRUNC, 0o600), 0)
        try:
            log._write(container.MAGIC)
            log._batch_start = log._end
            log._write_batch(preamble(identity))
            log.sync()
        finally:
            log.close()
        if path.exists():
            partial.unlink()
            raise FileExistsError(path)
        partial.rename(path)
        return cls.reopen(path)

    @classmethod
    def reopen(cls, path: Path) -> "LiveLog":
        """Go on with a log whose writer died: what is incomplete at its end is cut off. Raises LogError, OSError."""
        log = cls(path, os.open(path, _FLAGS), len(container.MAGIC))
        try:
            log._find_end()
            os.ftruncate(log._descriptor, log._end)
        except BaseException:
            log.close()
            raise
        return log

    def append(self, entries: Sequence[Entry]) -> None:
        """One batch. On OSError (no space) the file is as it was before."""
        self._write_batch([_packed(entry) for entry in entries])
        for entry in entries:
            if isinstance(entry, Record):
                self.last_sequence = entry.sequence
            elif isinstance(entry, FrameRecord):
                self.last_frame_ns = entry.t_ns

    def describe(self, name: str, metadata: dict[str, str]) -> None:
        """Add metadata that became known later, such as the display profile. On OSError the file is as before."""
        self._write_batch([container.packed(Metadata(name, metadata))])

    @property
    def is_in_place(self) -> bool:
        """Whether the name still leads to the file that is written. Raises OSError."""
        try:
            return os.path.samestat(self.path.stat(), os.fstat(self._descriptor))
        except FileNotFoundError:
            return False

    def sync(self) -> None:
        """Put all batches on the disk."""
        os.fsync(self._descriptor)
        self.unsynced = False

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write_batch(self, parts: Iterable[bytes]) -> None:
        content = b"".join(parts)
        check = container.packed_check(self._batch_start, zlib.crc32(content, self._crc))
        self._write(content + check)
        self._batch_start, self._crc = self._end, 0

    def _write(self, content: bytes) -> None:
        left = memoryview(content)
        try:
            os.lseek(self._descriptor, self._end, os.SEEK_SET)
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError:
            os.ftruncate(self._descriptor, self._end)
            raise
        self._end += len(content)
        self.unsynced = True

    def _find_end(self) -> None:
        with self.path.open("rb") as file:
            if file.read(len(container.MAGIC)) != container.MAGIC:
                raise NotALogError(self.path)
            try:
                for batch in container.batches(file):
                    for part in batch.parts:
                        if not batch.closed and not self._is_next(part):
                            return
                        self._take(part)
                    if batch.closed:
                        self._end = self._batch_start = batch.end
                        self._crc = 0
            except container.CutError:
                return
            except container.BadBatchError:
                raise DamagedLogError(self.path, self.last_sequence, "its check does not fit") from None

    def _is_next(self, part: container.Part) -> bool:
        """Whether a part that no check vouches for is whole: the next record, or something else that decodes."""
        if part.opcode != Opcode.MESSAGE:
            return False
        try:
            found = container.message_of(part.content)
            if found.channel != _RECORDS:
                msgspec.json.decode(found.data)
                return True
            return _RECORD_DECODER.decode(found.data).sequence == self.last_sequence + 1
        except (*UNREADABLE, container.BadBatchError):
            return False

    def _take(self, part: container.Part) -> None:
        self._end = part.end
        self._crc = zlib.crc32(part.raw, self._crc)
        if part.opcode == Opcode.MESSAGE:
            found = container.message_of(part.content)
            if found.channel == _RECORDS:
                self.last_sequence = found.sequence
            elif found.channel == _FRAMES:
                self.last_frame_ns = found.t_ns


_FLAGS = os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def _packed(entry: Entry) -> bytes:
    channel, _ = CHANNELS[type(entry)]
    match entry:
        case Record():
            sequence, t_ns = entry.sequence, entry.event.t_ns
        case FrameRecord():
            sequence, t_ns = entry.frame, entry.t_ns
        case ClockEstimate():
            sequence, t_ns = 0, entry.t_ns
    return container.packed_message(channel, sequence, t_ns, _ENCODER.encode(entry))
