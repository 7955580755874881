"""A block: the newest of something, from one writer to any number of readers. Older values are lost on purpose.

    offset  size               content
    0       64                 header (`vret.memory.mapped`), magic b"VRETBLOC", size = largest payload in bytes
    64      8                  sequence: publishes so far, written last of all
    128     4 x (16 + padded)  slots; publish n goes to slot n mod 4; padded = size rounded up to a multiple of 8

A slot: sequence (8 bytes; 0 while it is being written), length (4), CRC-32 of the payload begun with the sequence (4),
payload. The header's sequence always names a finished slot, so a writer that dies leaves the last whole value, and a
reader fails to copy it only if four publishes happen meanwhile; it then takes the newer one.
"""

import struct
from pathlib import Path
from typing import Final, Self

from vret.memory.mapped import (
    HEADER_BYTES,
    ORDERING_TRIES,
    MemoryLayoutError,
    PayloadTooLargeError,
    attach_mapped,
    check,
    create_mapped,
    require_bytes,
)

_MAGIC: Final = b"VRETBLOC"
_SEQUENCE: Final = 8
_SLOTS_AT: Final = HEADER_BYTES + 64
_SLOTS: Final = 4
_SLOT: Final = struct.Struct("<QII")
_AFTER_SEQUENCE: Final = struct.Struct("<II")


class Block:
    """One mapping of a block, for its one writer or for a reader."""

    def __init__(self, path: Path, *, attach_to: bool, size: int = 0) -> None:
        self.path = path
        if attach_to:
            self._mapping, size = attach_mapped(path, _MAGIC)
            require_bytes(path, self._mapping, _SLOTS_AT + _SLOTS * _slot_bytes(size))
        else:
            body_bytes = _SLOTS_AT - HEADER_BYTES + _SLOTS * _slot_bytes(size)
            self._mapping = create_mapped(path, _MAGIC, size, body_bytes)
        self.size: Final = size
        self._slot_bytes: Final = _slot_bytes(size)
        self._whole = memoryview(self._mapping)
        self._words = self._whole.cast("Q")

    @classmethod
    def create(cls, path: Path, size: int) -> Self:
        """A new block, not yet published, for payloads of up to `size` bytes."""
        return cls(path, attach_to=False, size=size)

    @classmethod
    def attach(cls, path: Path) -> Self:
        """The block at `path`. Raises MemoryLayoutError."""
        return cls(path, attach_to=True)

    @property
    def sequence(self) -> int:
        """How often the block was published."""
        return self._words[_SEQUENCE]

    def publish(self, payload: bytes | memoryview) -> None:
        """Replace the value; a view is of single bytes. Raises PayloadTooLargeError."""
        if len(payload) > self.size:
            raise PayloadTooLargeError(f"{len(payload)} bytes do not fit {self.path.name} of {self.size} bytes")
        sequence = self._words[_SEQUENCE] + 1
        offset = self._offset(sequence)
        self._words[offset // 8] = 0
        _AFTER_SEQUENCE.pack_into(self._whole, offset + 8, len(payload), check(sequence, payload))
        self._whole[offset + _SLOT.size : offset + _SLOT.size + len(payload)] = payload
        self._words[offset // 8] = sequence
        self._words[_SEQUENCE] = sequence

    def read(self) -> bytes | None:
        """The newest value, whole; None before the first publish."""
        for _ in range(ORDERING_TRIES):
            sequence = self._words[_SEQUENCE]
            if sequence == 0:
                return None
            offset = self._offset(sequence)
            stamp, length, checked = _SLOT.unpack_from(self._whole, offset)
            payload = bytes(self._whole[offset + _SLOT.size : offset + _SLOT.size + min(length, self.size)])
            if stamp == sequence and check(sequence, payload) == checked:
                return payload
        raise MemoryLayoutError(f"{self.path} is damaged: its newest value does not match its check")

    def read_into(self, place: memoryview) -> int:
        """Copy the newest value into `place`, which has room for the largest; its length, 0 before the first publish.

        For large values in a frame: nothing is made on the way but views.
        """
        for _ in range(ORDERING_TRIES):
            sequence = self._words[_SEQUENCE]
            if sequence == 0:
                return 0
            offset = self._offset(sequence)
            stamp, length, checked = _SLOT.unpack_from(self._whole, offset)
            length = min(length, self.size)
            place[:length] = self._whole[offset + _SLOT.size : offset + _SLOT.size + length]
            if stamp == sequence and check(sequence, place[:length]) == checked:
                return int(length)
        raise MemoryLayoutError(f"{self.path} is damaged: its newest value does not match its check")

    def close(self) -> None:
        """Let go of the mapping; the file stays."""
        self._words.release()
        self._whole.release()
        self._mapping.close()

    def _offset(self, sequence: int) -> int:
        return _SLOTS_AT + sequence % _SLOTS * self._slot_bytes


def _slot_bytes(size: int) -> int:
    return _SLOT.size + ((size + 7) & ~7)
