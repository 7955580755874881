"""Reading a session log: live or sealed, whole or cut, from its first entry to its last good one."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import msgspec
import zstandard
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Channel, DataEnd, Footer, Header, Metadata, Schema

from vret.recording import container
from vret.recording.container import BadBatchError, CutError, Message
from vret.recording.errors import DamagedLogError, LogError, NewerLogError, NotALogError, TruncatedLogError
from vret.recording.identity import CHANNELS, DEVICE, FORMAT, PROFILE, SESSION, Identity, identity_from
from vret.recording.record import Entry, FrameRecord, Record
from vret.unreadable import UNREADABLE

_KINDS = {topic: kind for kind, (_, topic) in CHANNELS.items()}
_DECODERS = {kind: msgspec.json.Decoder(kind) for kind in CHANNELS}
_RECORDS = CHANNELS[Record][0]
_DAMAGE = (McapError, ValueError, struct.error, zstandard.ZstdError, RecursionError)

Item = Schema | Channel | Metadata | Message


def read_log(path: Path) -> Iterator[Entry]:
    """Every entry in the order of writing. Raises LogError where the log stops being good."""
    yield from Log(path).entries()


def read_records(path: Path) -> list[Record]:
    """The records alone. Raises LogError."""
    return list(Log(path).records())


class Log:
    """An opened log. `identity` is known at once; `device` (the display profile) when its entries have been read.

    Raises NotALogError, NewerLogError, DamagedLogError, LogError when made and, but for the first two, while read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.identity = _read_identity(path)
        self.device: dict[str, str] = {}
        self.sealed = False
        self._after = 0

    def entries(self, wanted: frozenset[type[Entry]] = frozenset(CHANNELS)) -> Iterator[Entry]:
        """Entries in the order of writing, of the kinds wanted; the others are checked but not decoded.

        Fields and channels that this program does not know are ignored.
        """
        kinds: dict[int, type[Entry]] = {}
        for item in self.items():
            if isinstance(item, Channel) and _KINDS.get(item.topic) in wanted:
                kinds[item.id] = _KINDS[item.topic]
            elif isinstance(item, Message) and item.channel in kinds:
                try:
                    entry = _DECODERS[kinds[item.channel]].decode(item.data)
                except UNREADABLE as error:
                    raise DamagedLogError(self.path, self._after, str(error)) from None
                if isinstance(entry, Record):
                    self._after = entry.sequence
                yield entry

    def records(self) -> Iterator[Record]:
        """The records alone."""
        return (entry for entry in self.entries(frozenset({Record})) if isinstance(entry, Record))

    def frames(self) -> Iterator[FrameRecord]:
        """The frames alone."""
        return (entry for entry in self.entries(frozenset({FrameRecord})) if isinstance(entry, FrameRecord))

    def items(self) -> Iterator[Item]:
        """What the file holds, undecoded: every check is made, records are known to follow each other."""
        self._after = 0
        expected = 1
        try:
            with self.path.open("rb") as file:
                for item in self._unchecked_items(file):
                    if isinstance(item, Metadata) and item.name == DEVICE:
                        self.device = item.metadata
                    if isinstance(item, Message) and item.channel == _RECORDS:
                        if item.sequence != expected:
                            raise DamagedLogError(self.path, expected - 1, f"record {expected} is missing")
                        expected += 1
                        self._after = item.sequence - 1
                    yield item
        except CutError:
            raise TruncatedLogError(self.path, expected - 1) from None
        except BadBatchError:
            raise DamagedLogError(self.path, expected - 1, "its check does not fit") from None
        except _DAMAGE as error:
            raise DamagedLogError(self.path, expected - 1, str(error)) from None
        except OSError as error:
            raise LogError(f"{self.path} cannot be read: {error.strerror}") from None

    def _unchecked_items(self, file: BinaryIO) -> Iterator[Item]:
        self.sealed = _is_sealed(file)
        if self.sealed:
            yield from _sealed_items(file)
        else:
            for batch in container.batches(file):
                for part in batch.parts:
                    yield from _item(part.opcode, part.content)


def _read_identity(path: Path) -> Identity:
    try:
        with path.open("rb") as file:
            if file.read(len(container.MAGIC)) != container.MAGIC:
                raise NotALogError(path)
            for part in container.scan(file, len(container.MAGIC)):
                if part.opcode == Opcode.HEADER and Header.read(container.stream(part.content)).profile != PROFILE:
                    raise NotALogError(path)
                if part.opcode == Opcode.METADATA:
                    found = Metadata.read(container.stream(part.content))
                    if found.name == SESSION:
                        return _identity(path, found.metadata)
                if part.opcode in (Opcode.CHUNK, Opcode.MESSAGE):
                    break
    except FileNotFoundError:
        raise LogError(f"{path} does not exist: check the name.") from None
    except OSError as error:
        raise LogError(f"{path} cannot be read: {error.strerror}") from None
    except CutError:
        raise TruncatedLogError(path, 0) from None
    except _DAMAGE as error:
        raise DamagedLogError(path, 0, str(error)) from None
    raise NotALogError(path)


def _identity(path: Path, metadata: dict[str, str]) -> Identity:
    version = metadata.get("format", "")
    if not version.isdecimal():
        raise NotALogError(path)
    if int(version) > FORMAT:
        raise NewerLogError(path, version, FORMAT)
    return identity_from(metadata)


def _is_sealed(file: BinaryIO) -> bool:
    """A live log's first batch is closed by a check; a sealed log has none."""
    for part in container.scan(file, len(container.MAGIC)):
        if part.opcode == container.CHECK:
            return False
        if part.opcode in (Opcode.CHUNK, Opcode.DATA_END):
            return True
    return False


def _sealed_items(file: BinaryIO) -> Iterator[Item]:
    """Chunks are checked one by one, what lies between them by the data section's own check at its end, and the summary
    behind it, which other programs read, by the check in the footer."""
    crc, ended = zlib.crc32(container.MAGIC), False
    for part in container.scan(file, len(container.MAGIC)):
        if part.opcode == Opcode.FOOTER:
            if zlib.crc32(part.raw[:-4], crc) != Footer.read(container.stream(part.content)).summary_crc:
                raise BadBatchError
            if file.read() != container.MAGIC:
                raise CutError(part.end)
            return
        if part.opcode == Opcode.DATA_END:
            if DataEnd.read(container.stream(part.content)).data_section_crc != crc:
                raise BadBatchError
            ended, crc = True, 0
            continue
        crc = zlib.crc32(part.raw, crc)
        if ended:
            continue
        if part.opcode == Opcode.CHUNK:
            try:
                for inner in container.scan(BytesIO(container.chunk_content(part.content)), 0):
                    yield from _item(inner.opcode, inner.content)
            except CutError:
                raise BadBatchError from None
        else:
            yield from _item(part.opcode, part.content)
    raise CutError(file.tell())


def _item(opcode: int, content: bytes) -> Iterator[Item]:
    match opcode:
        case Opcode.MESSAGE:
            yield container.message_of(content)
        case Opcode.SCHEMA:
            yield Schema.read(container.stream(content))
        case Opcode.CHANNEL:
            yield Channel.read(container.stream(content))
        case Opcode.METADATA:
            yield Metadata.read(container.stream(content))
