"""A ring: bytes from one producer to one consumer, in order, through a mapped file that outlives both.

    offset  size      content
    0       64        header (`vret.memory.mapped`), magic b"VRETRING", size = capacity in bytes, a multiple of 8
    64      8         produced: bytes ever pushed, written by the producer only, last of all
    128     8         consumed: bytes ever released, written by the consumer only
    192     capacity  messages

A message at position p (counted like `produced`) lies at offset 192 + p mod capacity and may wrap: length (4 bytes),
CRC-32 of the payload begun with the low 32 bits of p (4 bytes), the payload, zeros up to a multiple of 8.

A producer that dies in the middle of a push leaves `produced` as it was, so the half message does not exist. A consumer
that dies before a release leaves `consumed` as it was, so the next consumer reads the same messages again.
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

_MAGIC: Final = b"VRETRING"
_PRODUCED: Final = 8
_CONSUMED: Final = 16
_DATA: Final = HEADER_BYTES + 128
_MESSAGE: Final = struct.Struct("<II")


class Ring:
    """One end of a ring. One process pushes, one reads; neither ever waits for the other."""

    def __init__(self, path: Path, *, attach_to: bool, capacity: int = 0) -> None:
        self.path = path
        if attach_to:
            self._mapping, capacity = attach_mapped(path, _MAGIC)
            require_bytes(path, self._mapping, _DATA + capacity)
        else:
            self._mapping = create_mapped(path, _MAGIC, capacity, _DATA - HEADER_BYTES + capacity)
        self.capacity: Final = capacity
        self._whole = memoryview(self._mapping)
        self._words = self._whole[:_DATA].cast("Q")
        self._data = self._whole[_DATA:]

    @classmethod
    def create(cls, path: Path, capacity: int) -> Self:
        """A new, empty ring in place of whatever was at `path`. `capacity` is rounded up to a multiple of 8 bytes."""
        return cls(path, attach_to=False, capacity=_padded(capacity))

    @classmethod
    def attach(cls, path: Path) -> Self:
        """An end of the ring at `path`, going on where the last holder of that end was. Raises MemoryLayoutError."""
        return cls(path, attach_to=True)

    def push(self, payload: bytes) -> bool:
        """Append a message; False when there is no room. Raises PayloadTooLargeError if it fits no empty ring."""
        produced = self._words[_PRODUCED]
        needed = _padded(_MESSAGE.size + len(payload))
        if needed > self.capacity:
            raise PayloadTooLargeError(f"{len(payload)} bytes do not fit {self.path.name} of {self.capacity} bytes")
        if needed > self.capacity - (produced - self._words[_CONSUMED]):
            return False
        self._put(produced, _MESSAGE.pack(len(payload), check(produced, payload)))
        self._put(produced + _MESSAGE.size, payload)
        self._words[_PRODUCED] = produced + needed
        return True

    def read(self, limit: int = 1024) -> list[bytes]:
        """Up to `limit` messages that are not released yet, oldest first. Reading again without a release repeats.

        What lies before a damaged message is read; then MemoryLayoutError.
        """
        position, produced = self._span()
        payloads: list[bytes] = []
        while position < produced and len(payloads) < limit:
            payload = self._message(position, produced)
            if payload is None:
                if payloads:
                    break
                raise MemoryLayoutError(f"{self.path} is damaged: the message at {position} does not match its check")
            payloads.append(payload)
            position += _padded(_MESSAGE.size + len(payload))
        return payloads

    def release(self, count: int) -> None:
        """The oldest `count` messages are done with and their room is free."""
        position, produced = self._span()
        for _ in range(count):
            if position >= produced:
                raise ValueError(f"{self.path.name} holds fewer than {count} messages")
            position += _padded(_MESSAGE.size + self._length(position))
        self._words[_CONSUMED] = position

    def pop(self) -> bytes | None:
        """The oldest message, released at once; None when there is none."""
        payloads = self.read(1)
        if not payloads:
            return None
        self.release(1)
        return payloads[0]

    def clear(self) -> None:
        """Reader: drop all that waits, also where it is damaged, so that what is pushed next can be read."""
        self._words[_CONSUMED] = self._words[_PRODUCED]

    @property
    def fill(self) -> float:
        """How full the ring is, from 0 to 1."""
        consumed, produced = self._span()
        return (produced - consumed) / self.capacity

    def close(self) -> None:
        """Let go of the mapping; the file stays."""
        self._data.release()
        self._words.release()
        self._whole.release()
        self._mapping.close()

    def _span(self) -> tuple[int, int]:
        consumed = self._words[_CONSUMED]
        produced = self._words[_PRODUCED]
        if not 0 <= produced - consumed <= self.capacity:
            raise MemoryLayoutError(f"{self.path} is damaged: {produced} bytes produced, {consumed} consumed")
        return consumed, produced

    def _message(self, position: int, produced: int) -> bytes | None:
        for _ in range(ORDERING_TRIES):
            length, checked = _MESSAGE.unpack(self._get(position, _MESSAGE.size))
            if position + _MESSAGE.size + length <= produced:
                payload = self._get(position + _MESSAGE.size, length)
                if check(position, payload) == checked:
                    return payload
        return None

    def _length(self, position: int) -> int:
        length: int = _MESSAGE.unpack(self._get(position, _MESSAGE.size))[0]
        return length

    def _put(self, position: int, content: bytes) -> None:
        start = position % self.capacity
        if start + len(content) <= self.capacity:
            self._data[start : start + len(content)] = content
            return
        first = self.capacity - start
        self._data[start:] = content[:first]
        self._data[: len(content) - first] = content[first:]

    def _get(self, position: int, length: int) -> bytes:
        start = position % self.capacity
        if start + length <= self.capacity:
            return bytes(self._data[start : start + length])
        return bytes(self._data[start:]) + bytes(self._data[: start + length - self.capacity])


def _padded(length: int) -> int:
    return (length + 7) & ~7
