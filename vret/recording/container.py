"""The MCAP container, as far as a session log needs it. https://mcap.dev/spec, version 0.

Every MCAP record is one byte of opcode, eight of length (little-endian) and the content. The `mcap` library writes and
reads the contents; this module owns the framing, because a live log is appended to after a crash and the library can
only begin files. Opcodes from 0x80 are free for applications and skipped by every reader: `CHECK` closes a batch with
the CRC-32 of its bytes, so that a live log, which has no chunks, shows damage too.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

import zstandard
from mcap.data_stream import ReadDataStream, RecordBuilder
from mcap.opcode import Opcode
from mcap.records import Chunk, McapRecord
from mcap.writer import MCAP0_MAGIC

MAGIC = MCAP0_MAGIC
CHECK = 0x80
PART_BYTES_MAX = 64 * 1024 * 1024
CHUNK_BYTES_MAX = 2 * PART_BYTES_MAX
"""Of a chunk's content: it is closed with the first message beyond a mebibyte, and a message is a part."""
_FRAMING = struct.Struct("<BQ")
_MESSAGE = struct.Struct("<HIQQ")
_CHECK = struct.Struct("<QI")
_CHECK_FRAMING = _FRAMING.pack(CHECK, _CHECK.size)


@dataclass(frozen=True, slots=True)
class Part:
    """One MCAP record as it lies in the file, framing included."""

    start: int
    raw: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.raw)

    @property
    def opcode(self) -> int:
        return self.raw[0]

    @property
    def content(self) -> bytes:
        return self.raw[_FRAMING.size :]


@dataclass(frozen=True, slots=True)
class Batch:
    """What was written at once. `closed` says that its check was there and right; only the last can be open."""

    parts: tuple[Part, ...]
    end: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Message:
    channel: int
    sequence: int
    t_ns: int
    data: bytes


class CutError(Exception):
    """The file ends inside the MCAP record that begins at `start`."""

    def __init__(self, start: int) -> None:
        super().__init__(f"no whole record at byte {start}")
        self.start = start


class BadBatchError(Exception):
    """The bytes of a batch are not those that were written."""


def packed(record: McapRecord) -> bytes:
    """The bytes of a record that the library knows, framing included."""
    builder = RecordBuilder()
    record.write(builder)
    return bytes(builder.end())  # type: ignore[no-untyped-call]


def packed_message(channel: int, sequence: int, t_ns: int, data: bytes) -> bytes:
    """The bytes of one message; both of its times are the headset's."""
    head = _MESSAGE.pack(channel, sequence & 0xFFFFFFFF, t_ns, t_ns)
    return _FRAMING.pack(Opcode.MESSAGE, len(head) + len(data)) + head + data


def packed_check(start: int, crc: int) -> bytes:
    """The record that closes a batch which began at byte `start`."""
    return _FRAMING.pack(CHECK, _CHECK.size) + _CHECK.pack(start, crc)


def message_of(content: bytes) -> Message:
    """Raises `BadBatchError` for what is too short to be one."""
    if len(content) < _MESSAGE.size:
        raise BadBatchError
    channel, sequence, t_ns, _ = _MESSAGE.unpack_from(content)
    return Message(channel, sequence, t_ns, content[_MESSAGE.size :])


def stream(content: bytes) -> ReadDataStream:
    """What the library's `read` functions take."""
    return ReadDataStream(BytesIO(content))


def chunk_content(content: bytes) -> bytes:
    """What is in a chunk. Raises `BadBatchError`, and McapError or zstandard's error for what is damaged.

    The sizes that it tells are believed only as far as `CHUNK_BYTES_MAX`: a few bytes can claim any number of them.
    """
    chunk = Chunk.read(stream(content))
    told = chunk.uncompressed_size
    match chunk.compression:
        case "":
            data: bytes = chunk.data
        case "zstd" if told <= CHUNK_BYTES_MAX:
            if zstandard.frame_content_size(chunk.data) not in (-1, told):
                raise BadBatchError
            data = zstandard.ZstdDecompressor().decompress(chunk.data, max_output_size=max(told, 1))
        case _:
            raise BadBatchError
    if len(data) != told or (chunk.uncompressed_crc and zlib.crc32(data) != chunk.uncompressed_crc):
        raise BadBatchError
    return data


def scan(file: BinaryIO, start: int) -> Iterator[Part]:
    """Every MCAP record from byte `start` to the footer or the end of the file. Raises `CutError`."""
    file.seek(start)
    while framing := file.read(_FRAMING.size):
        if len(framing) < _FRAMING.size:
            raise CutError(start)
        opcode, length = _FRAMING.unpack(framing)
        if opcode == 0 or length > PART_BYTES_MAX:
            raise CutError(start)
        content = file.read(length)
        if len(content) < length:
            raise CutError(start)
        part = Part(start, framing + content)
        yield part
        if opcode == Opcode.FOOTER:
            return
        start = part.end


def batches(file: BinaryIO) -> Iterator[Batch]:
    """A live log's batches, then what follows the last check, open. Raises `CutError` after that, or `BadBatchError`.

    A cut that is followed by another check is no end but damage.
    """
    parts: list[Part] = []
    start, crc = len(MAGIC), 0
    cut: CutError | None = None
    try:
        for part in scan(file, start):
            if part.opcode != CHECK:
                parts.append(part)
                crc = zlib.crc32(part.raw, crc)
            elif part.content != _CHECK.pack(start, crc):
                raise BadBatchError
            else:
                yield Batch(tuple(parts), part.end, closed=True)
                parts, start, crc = [], part.end, 0
    except CutError as error:
        cut = error
        file.seek(error.start)
        if _goes_on(file.read()):
            raise BadBatchError from None
    if parts:
        yield Batch(tuple(parts), parts[-1].end, closed=False)
    if cut is not None:
        raise cut


def _goes_on(rest: bytes) -> bool:
    at = rest.find(_CHECK_FRAMING)
    return 0 <= at <= len(rest) - len(_CHECK_FRAMING) - _CHECK.size
