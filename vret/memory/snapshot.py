"""A snapshot: the session after the newest records, so that a new frame process takes over from a dead one.

    offset  size               content
    0       64                 header (`vret.memory.mapped`), magic b"VRETSNAP", size = largest payload in bytes
    64      2 x (16 + padded)  slots; record k goes to slot k mod 2; padded = size rounded up to a multiple of 8

A slot: record sequence + 1 (8 bytes; 0 while it is empty or being written), length (4), CRC-32 of the payload begun
with the record sequence (4), payload.

The slot of record k is written before record k is pushed. So whatever record the ring ends with, its snapshot is whole:
a death before the push leaves k - 1 in the other slot, a death after it leaves k.
"""

import struct
from pathlib import Path
from typing import Final, Self

from vret.memory.mapped import (
    HEADER_BYTES,
    PayloadTooLargeError,
    attach_mapped,
    check,
    create_mapped,
    require_bytes,
)

_MAGIC: Final = b"VRETSNAP"
_SLOTS: Final = 2
_SLOT: Final = struct.Struct("<QII")
_AFTER_SEQUENCE: Final = struct.Struct("<II")


class Snapshot:
    """Two slots, keyed by the sequence of a record."""

    def __init__(self, path: Path, *, attach_to: bool, size: int = 0) -> None:
        self.path = path
        if attach_to:
            self._mapping, size = attach_mapped(path, _MAGIC)
            require_bytes(path, self._mapping, HEADER_BYTES + _SLOTS * _slot_bytes(size))
        else:
            self._mapping = create_mapped(path, _MAGIC, size, _SLOTS * _slot_bytes(size))
        self.size: Final = size
        self._whole = memoryview(self._mapping)
        self._words = self._whole.cast("Q")

    @classmethod
    def create(cls, path: Path, size: int) -> Self:
        """A new, empty snapshot for payloads of up to `size` bytes."""
        return cls(path, attach_to=False, size=size)

    @classmethod
    def attach(cls, path: Path) -> Self:
        """The snapshot at `path`. Raises MemoryLayoutError."""
        return cls(path, attach_to=True)

    def write(self, sequence: int, payload: bytes) -> None:
        """Keep the session after record `sequence` (0: before the first). Raises PayloadTooLargeError."""
        if len(payload) > self.size:
            raise PayloadTooLargeError(f"{len(payload)} bytes do not fit {self.path.name} of {self.size} bytes")
        offset = self._offset(sequence)
        self._words[offset // 8] = 0
        _AFTER_SEQUENCE.pack_into(self._whole, offset + 8, len(payload), check(sequence, payload))
        self._whole[offset + _SLOT.size : offset + _SLOT.size + len(payload)] = payload
        self._words[offset // 8] = sequence + 1

    def read(self, sequence: int) -> bytes | None:
        """The session after record `sequence`; None when that slot holds another record or a half-written one."""
        offset = self._offset(sequence)
        stamp, length, checked = _SLOT.unpack_from(self._whole, offset)
        payload = bytes(self._whole[offset + _SLOT.size : offset + _SLOT.size + min(length, self.size)])
        return payload if stamp == sequence + 1 and check(sequence, payload) == checked else None

    @property
    def newest(self) -> int | None:
        """The highest sequence that is kept whole, or None when there is none."""
        stamps = (self._words[self._offset(slot) // 8] for slot in range(_SLOTS))
        kept = [stamp - 1 for stamp in stamps if stamp and self.read(stamp - 1) is not None]
        return max(kept, default=None)

    def close(self) -> None:
        """Let go of the mapping; the file stays."""
        self._words.release()
        self._whole.release()
        self._mapping.close()

    def _offset(self, sequence: int) -> int:
        return HEADER_BYTES + sequence % _SLOTS * _slot_bytes(self.size)


def _slot_bytes(size: int) -> int:
    return _SLOT.size + ((size + 7) & ~7)
