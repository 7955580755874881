"""Finished logs: announced by hash and size, sent in chunks, taken up where they broke off, stored once.

The bytes on disk are the truth about an unfinished upload, so a killed server forgets nothing. A log becomes visible
only when its SHA-256 is right. Each session has its own folder: knowing another log's hash gives no claim to it.
"""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO
from weakref import WeakValueDictionary

from sqlalchemy import insert, select, update

from vret_server.refusal import RefusedError
from vret_server.sessions import SessionEntry, mark_ended
from vret_server.settings import ServerLimits
from vret_server.store import Store
from vret_server.tables import logs, now_unix_ms
from vret_server.tokens import device_of

_READ_BYTES = 1024 * 1024


class LogFolder:
    """Where logs lie: `<folder>/<session>/<sha256>.mcap`, with `.part` while one is still arriving."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, session_id: str, sha256: str) -> Path:
        return self._folder / session_id / f"{sha256}.mcap"

    def arrived(self, session_id: str, sha256: str) -> int:
        """How many bytes of a log are here."""
        for path in (self.path(session_id, sha256), self._part(session_id, sha256)):
            if path.exists():
                return path.stat().st_size
        return 0

    def open_part(self, session_id: str, sha256: str) -> BinaryIO:
        part = self._part(session_id, sha256)
        part.parent.mkdir(parents=True, exist_ok=True)
        return part.open("ab")

    def drop(self, session_id: str, sha256: str) -> None:
        self._part(session_id, sha256).unlink(missing_ok=True)

    def finish(self, session_id: str, sha256: str) -> None:
        """Raises RefusedError("log_corrupt"), with the bytes thrown away, if they are not the announced ones."""
        final = self.path(session_id, sha256)
        if final.exists():
            return
        part = self._part(session_id, sha256)
        with part.open("r+b") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                part.unlink()
                raise RefusedError("log_corrupt")
            os.fsync(file.fileno())
        part.replace(final)

    def _part(self, session_id: str, sha256: str) -> Path:
        return self.path(session_id, sha256).with_suffix(".part")


class Logs:
    def __init__(self, store: Store, folder: LogFolder, limits: ServerLimits) -> None:
        self._store = store
        self._folder = folder
        self._limits = limits
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def announce(self, token: str | None, session_id: str, sha256: str, size: int) -> int:
        """The next byte wanted; equal to `size` when the log is stored. A finished log ends its session."""
        if size > self._limits.log_bytes:
            raise RefusedError("too_large", limit=self._limits.log_bytes)
        async with self._lock(session_id, sha256):
            async with self._store.begin() as db:
                device = await device_of(db, token, replaced_too=True)
                if device.session_id != session_id:
                    raise RefusedError("no_such_session")
                self._check_in_time(device.ended_unix_ms)
                mine = logs.c.session_id == session_id, logs.c.sha256 == sha256
                row = (await db.execute(select(logs).where(*mine))).one_or_none()
                if row is None:
                    now = now_unix_ms()
                    values = {"session_id": session_id, "sha256": sha256, "size": size, "announced_unix_ms": now}
                    await db.execute(insert(logs).values(values))
                elif row.size != size:
                    raise RefusedError("log_size_differs")
            offset = self._folder.arrived(session_id, sha256)
            if offset == size and (row is None or row.stored_unix_ms is None):
                await self._finish(session_id, sha256)
            return offset

    async def append(self, token: str | None, sha256: str, offset: int, chunks: AsyncIterator[bytes]) -> int:
        """Write a chunk at `offset`, which must be the next byte wanted; what arrived before a cut is kept."""
        async with self._store.begin() as db:
            device = await device_of(db, token, replaced_too=True)
            mine = logs.c.session_id == device.session_id, logs.c.sha256 == sha256
            row = (await db.execute(select(logs).where(*mine))).one_or_none()
        if row is None:
            raise RefusedError("log_unknown")
        self._check_in_time(device.ended_unix_ms)
        async with self._lock(device.session_id, sha256):
            arrived = self._folder.arrived(device.session_id, sha256)
            if offset != arrived:
                raise RefusedError("log_offset", offset=arrived)
            if arrived < row.size:
                arrived = await self._write(device.session_id, sha256, arrived, row.size, chunks)
            if arrived == row.size:
                await self._finish(device.session_id, sha256)
            return arrived

    def file_of(self, entry: SessionEntry, sha256: str | None) -> Path:
        """The session's log of this hash, or its newest."""
        known = [log.sha256 for log in entry.logs if sha256 in (None, log.sha256)]
        if not known:
            raise RefusedError("no_log")
        path = self._folder.path(entry.session_id, known[-1])
        if not path.exists():
            raise RefusedError("log_gone", path=path)
        return path

    async def _write(self, session_id: str, sha256: str, arrived: int, size: int, chunks: AsyncIterator[bytes]) -> int:
        try:
            with await asyncio.to_thread(self._folder.open_part, session_id, sha256) as part:
                async for chunk in chunks:
                    if arrived + len(chunk) > size:
                        raise RefusedError("too_large", limit=size)
                    await asyncio.to_thread(part.write, chunk)
                    await asyncio.to_thread(part.flush)
                    arrived += len(chunk)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise RefusedError("storage_full") from error
            raise
        return arrived

    async def _finish(self, session_id: str, sha256: str) -> None:
        await asyncio.to_thread(self._folder.finish, session_id, sha256)
        now = now_unix_ms()
        async with self._store.begin() as db:
            mine = logs.c.session_id == session_id, logs.c.sha256 == sha256
            await db.execute(update(logs).where(*mine, logs.c.stored_unix_ms.is_(None)).values(stored_unix_ms=now))
            await mark_ended(db, session_id, now)

    def _check_in_time(self, ended_unix_ms: int | None) -> None:
        if ended_unix_ms is not None and now_unix_ms() > ended_unix_ms + self._limits.upload_after_end_s * 1000:
            raise RefusedError("session_over")

    def _lock(self, session_id: str, sha256: str) -> asyncio.Lock:
        return self._locks.setdefault((session_id, sha256), asyncio.Lock())


async def read_file(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while block := await asyncio.to_thread(file.read, _READ_BYTES):
            yield block
