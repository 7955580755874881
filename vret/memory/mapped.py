"""A file mapped into memory: how the rings, blocks and snapshots of `vret.memory` are made and opened.

Every file begins with the same 64 bytes; what follows is told by the module of its kind.

    offset  size  content
    0       8     magic: b"VRETRING", b"VRETBLOC" or b"VRETSNAP"
    8       4     version of the layout, unsigned, now 1
    12      4     unused, zero
    16      8     size, unsigned: ring capacity, or the largest payload of a block or snapshot, in bytes
    24      40    unused, zero

Numbers are little-endian; 64-bit words lie on multiples of 8, so that one store writes them whole. The layout is shared
by programs of one installation only: another version is refused, never translated.
"""

import mmap
import os
import struct
import zlib
from pathlib import Path

from vret.errors import VretError

_HEADER = struct.Struct("<8sIIQ")
HEADER_BYTES = 64
LAYOUT_VERSION = 1

# A processor with weak memory ordering can show a new index before the bytes that it covers; they follow at once.
ORDERING_TRIES = 1000


class MemoryLayoutError(VretError):
    """A shared-memory file is missing, foreign, torn or of another version; the message names it."""


class PayloadTooLargeError(ValueError):
    """A payload that can never fit was offered; a sender's mistake."""


def check(number: int, payload: bytes | memoryview) -> int:
    """CRC-32 of a payload with the number under which it is published."""
    return zlib.crc32(payload, number & 0xFFFF_FFFF)


def create_mapped(path: Path, magic: bytes, size: int, body_bytes: int) -> mmap.mmap:
    """Make the file whole, then give it its name, so that nobody attaches to half a file.

    The zeros are written, not skipped: a full memory folder is an OSError here and not a bus error later.
    """
    unfinished = path.with_name(path.name + ".new")
    with unfinished.open("w+b") as file:
        file.write(_HEADER.pack(magic, LAYOUT_VERSION, 0, size).ljust(HEADER_BYTES, b"\0"))
        file.write(bytes(body_bytes))
    os.replace(unfinished, path)
    return _map(path)


def attach_mapped(path: Path, magic: bytes) -> tuple[mmap.mmap, int]:
    """The mapping and the size in its header. Raises MemoryLayoutError."""
    try:
        mapping = _map(path)
    except FileNotFoundError:
        raise MemoryLayoutError(f"{path} is not there; the program that made it has ended") from None
    except ValueError:
        raise MemoryLayoutError(f"{path} is empty; start the program again") from None
    try:
        return mapping, _checked_size(path, mapping, magic)
    except MemoryLayoutError:
        mapping.close()
        raise


def require_bytes(path: Path, mapping: mmap.mmap, wanted: int) -> None:
    """Raises MemoryLayoutError and closes the mapping unless the file has exactly the bytes that its header tells."""
    found = len(mapping)
    if found != wanted:
        mapping.close()
        raise MemoryLayoutError(f"{path} is torn: {found} bytes where its header tells {wanted}")


def _map(path: Path) -> mmap.mmap:
    with path.open("r+b") as file:
        return mmap.mmap(file.fileno(), 0)


def _checked_size(path: Path, mapping: mmap.mmap, magic: bytes) -> int:
    if len(mapping) < HEADER_BYTES:
        raise MemoryLayoutError(f"{path} is torn: {len(mapping)} bytes, less than its header")
    found, version, _, size = _HEADER.unpack_from(mapping)
    if found != magic:
        raise MemoryLayoutError(f"{path} begins with {bytes(found)!r} and not {magic!r}: it is another kind of file")
    if version != LAYOUT_VERSION:
        raise MemoryLayoutError(f"{path} has layout version {version}, this program knows {LAYOUT_VERSION}")
    return int(size)
