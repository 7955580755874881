"""Sealing: a finished log becomes one compressed, indexed file that is never written again.

The live log goes only after the sealed one is on the disk and has been read back, entry by entry.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec
from mcap.records import Channel, Metadata, Schema
from mcap.writer import CompressionType, Writer

from vret.recording.container import Message
from vret.recording.disk import replace_synced, sync_folder
from vret.recording.errors import LogError
from vret.recording.identity import PROFILE
from vret.recording.live import LiveLog
from vret.recording.log import Item, Log

CHUNK_BYTES = 1024 * 1024
LIVE_SUFFIX = ".mcap"
SEALED_SUFFIX = ".sealed.mcap"


class Sealed(msgspec.Struct, frozen=True):
    """A sealed log; `sha256` is hexadecimal and also stands in the file of that name beside the log."""

    path: Path
    sha256: str
    size: int


def sealed_path(path: Path) -> Path:
    """Where the sealed form of a live log goes."""
    return path if path.name.endswith(SEALED_SUFFIX) else path.with_name(path.stem + SEALED_SUFFIX)


def seal(path: Path) -> Sealed:
    """Seal the live log at `path`; sealing again, also after a crash in between, gives the same. Raises LogError."""
    target = sealed_path(path)
    partial = target.with_name(target.name + ".partial")
    try:
        if path == target or not path.exists():
            return _sealed(target)
        LiveLog.reopen(path).close()
        written = _rewrite(path, partial)
        if _content_of(Log(partial).items()) != written:
            raise LogError(f"{partial} does not hold what {path} holds: the disk cannot be trusted, keep {path}.")
        replace_synced(partial, target)
        sealed = _sealed(target)
        path.unlink()
        sync_folder(path.parent)
    except FileNotFoundError:
        raise LogError(f"{path} does not exist, nor its sealed form: check the name.") from None
    except OSError as error:
        raise LogError(f"{path} cannot be sealed: {error.strerror}. It stays as it is.") from None
    return sealed


def _rewrite(path: Path, partial: Path) -> bytes:
    """Write the sealed form; the digest of its content."""
    log = Log(path)
    partial.unlink(missing_ok=True)
    with open(partial, "wb", opener=_private) as file:
        writer = Writer(file, chunk_size=CHUNK_BYTES, compression=CompressionType.ZSTD, enable_data_crcs=True)
        writer.start(PROFILE, log.identity.program)
        content = _content_of(_copied(item, writer) for item in log.items())
        writer.finish()  # type: ignore[no-untyped-call]
    return content


def _private(path: str, flags: int) -> int:
    """Logs are for the person who made them, and for nobody else on this computer."""
    return os.open(path, flags, 0o600)


def _copied(item: Item, writer: Writer) -> Item:
    """Ids are given in the order of registration, which is that of the live log: they stay the same."""
    match item:
        case Metadata():
            writer.add_metadata(item.name, item.metadata)
        case Schema():
            writer.register_schema(item.name, item.encoding, item.data)
        case Channel():
            writer.register_channel(item.topic, item.message_encoding, item.schema_id)
        case Message():
            writer.add_message(item.channel, item.t_ns, item.data, item.t_ns, item.sequence)
    return item


def _content_of(items: Iterable[Item]) -> bytes:
    """A digest of every message in order and, apart, of all metadata: a sealed log gives metadata its own place."""
    messages, metadata = hashlib.sha256(), hashlib.sha256()
    for item in items:
        if isinstance(item, Message):
            messages.update(b"%d %d %d %d " % (item.channel, item.sequence, item.t_ns, len(item.data)) + item.data)
        elif isinstance(item, Metadata):
            metadata.update(repr((item.name, sorted(item.metadata.items()))).encode())
    return messages.digest() + metadata.digest()


def _sealed(path: Path) -> Sealed:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    beside = path.with_name(path.name + ".sha256")
    beside.write_text(f"{digest}  {path.name}\n", encoding="ascii")
    return Sealed(path, digest, path.stat().st_size)
