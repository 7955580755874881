"""Recordings of a conversation's sound, as ciphertext: the therapist's page encrypts them, and no key ever comes here.

A piece is taken only while the session's headset says, in its newest report, that both people have consented, and for
`recording_grace_s` after this was last seen, for what was under way. Pieces come in order, each under its number, and
are never changed once they were counted. `<folder>/<session>/<recording>/<number>.piece` are files; what the database
counts is what there is.
"""

import asyncio
import errno
import os
import shutil
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from vret_server.refusal import RefusedError
from vret_server.sessions import SessionEntry
from vret_server.settings import ServerLimits
from vret_server.store import Store
from vret_server.tables import now_unix_ms, recordings


class RecordingEntry(msgspec.Struct, frozen=True):
    """`pieces` are numbered from 0; `bytes` is all of them. Without an end the page that made it was cut off."""

    recording_id: str
    begun_unix_ms: int
    newest_unix_ms: int
    ended_unix_ms: int | None
    pieces: int
    bytes: int


class RecordingFolder:
    """Where the pieces lie."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, session_id: str, recording_id: str, number: int) -> bytes | None:
        path = self._path(session_id, recording_id, number)
        return path.read_bytes() if path.exists() else None

    def write(self, session_id: str, recording_id: str, number: int, data: bytes) -> None:
        """Whole or not at all; what was written before and never counted is replaced."""
        path = self._path(session_id, recording_id, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def delete(self, session_id: str, recording_id: str) -> None:
        folder = self._path(session_id, recording_id, 0).parent
        if folder.exists():
            shutil.rmtree(folder)

    def _path(self, session_id: str, recording_id: str, number: int) -> Path:
        return self._folder / session_id / recording_id / f"{number:06}.piece"


class Recordings:
    def __init__(self, store: Store, folder: RecordingFolder, limits: ServerLimits) -> None:
        self._store = store
        self._folder = folder
        self._limits = limits
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def begin(self, session: SessionEntry, recording_id: str, *, has_consent: bool) -> RecordingEntry:
        """A new recording under a name that the page made up. Begun again it is the same one."""
        _check(has_consent)
        now = now_unix_ms()
        async with self._store.begin() as db:
            known = await _found(db, session.session_id, recording_id)
            if known is None:
                row = {
                    "recording_id": recording_id,
                    "session_id": session.session_id,
                    "begun_unix_ms": now,
                    "newest_unix_ms": now,
                    "consent_unix_ms": now,
                    "pieces": 0,
                    "bytes": 0,
                }
                await db.execute(insert(recordings).values(row))
            return _entry(await _row(db, session.session_id, recording_id))

    async def put(
        self, session: SessionEntry, recording_id: str, number: int, data: bytes, *, has_consent: bool
    ) -> RecordingEntry:
        """The same bytes may come twice; other bytes under a number that was counted are refused."""
        session_id = session.session_id
        async with self._lock(recording_id):
            async with self._store.begin() as db:
                row = await _row(db, session_id, recording_id)
                taken = await db.scalar(
                    select(func.sum(recordings.c.bytes)).where(recordings.c.session_id == session_id)
                )
            if number < row.pieces:
                if await asyncio.to_thread(self._folder.read, session_id, recording_id, number) != data:
                    raise RefusedError("piece_differs", number=number)
                return _entry(row)
            self._check_open(row, has_consent=has_consent)
            if number > row.pieces:
                raise RefusedError("piece_order", number=row.pieces)
            if int(taken or 0) + len(data) > self._limits.recording_bytes:
                raise RefusedError("recordings_full", limit=self._limits.recording_bytes)
            await self._write(session_id, recording_id, number, data)
            now = now_unix_ms()
            values: dict[str, object] = {"pieces": number + 1, "bytes": row.bytes + len(data), "newest_unix_ms": now}
            if has_consent:
                values["consent_unix_ms"] = now
            async with self._store.begin() as db:
                await db.execute(update(recordings).where(*_is(session_id, recording_id)).values(values))
                return _entry(await _row(db, session_id, recording_id))

    async def end(self, session: SessionEntry, recording_id: str) -> RecordingEntry:
        """No piece comes any more. Ending twice is ending once."""
        session_id = session.session_id
        async with self._lock(recording_id), self._store.begin() as db:
            await _row(db, session_id, recording_id)
            live = *_is(session_id, recording_id), recordings.c.ended_unix_ms.is_(None)
            await db.execute(update(recordings).where(*live).values(ended_unix_ms=now_unix_ms()))
            return _entry(await _row(db, session_id, recording_id))

    async def listed(self, session: SessionEntry) -> list[RecordingEntry]:
        """Oldest first; those of which nothing ever arrived are left out."""
        query = (
            select(recordings)
            .where(recordings.c.session_id == session.session_id, recordings.c.pieces > 0)
            .order_by(recordings.c.begun_unix_ms, recordings.c.recording_id)
        )
        async with self._store.begin() as db:
            return [_entry(row) for row in (await db.execute(query)).all()]

    async def piece(self, session: SessionEntry, recording_id: str, number: int) -> bytes:
        async with self._store.begin() as db:
            row = await _row(db, session.session_id, recording_id)
        if number >= row.pieces:
            raise RefusedError("no_such_piece", number=number)
        data = await asyncio.to_thread(self._folder.read, session.session_id, recording_id, number)
        if data is None:
            raise RefusedError("piece_gone", number=number, recording=recording_id)
        return data

    async def delete(self, session: SessionEntry, recording_id: str) -> None:
        """First the bytes, so that what is not listed any more is not there any more."""
        async with self._lock(recording_id):
            async with self._store.begin() as db:
                await _row(db, session.session_id, recording_id)
            await asyncio.to_thread(self._folder.delete, session.session_id, recording_id)
            async with self._store.begin() as db:
                await db.execute(delete(recordings).where(*_is(session.session_id, recording_id)))

    async def _write(self, session_id: str, recording_id: str, number: int, data: bytes) -> None:
        try:
            await asyncio.to_thread(self._folder.write, session_id, recording_id, number, data)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise RefusedError("storage_full") from error
            raise

    def _check_open(self, row: Any, *, has_consent: bool) -> None:
        is_under_way = now_unix_ms() - row.consent_unix_ms <= self._limits.recording_grace_s * 1000
        _check(has_consent or is_under_way)
        if row.ended_unix_ms is not None:
            raise RefusedError("recording_over")

    def _lock(self, recording_id: str) -> asyncio.Lock:
        return self._locks.setdefault(recording_id, asyncio.Lock())


def _check(has_consent: bool) -> None:
    if not has_consent:
        raise RefusedError("recording_not_consented")


def _is(session_id: str, recording_id: str) -> tuple[Any, Any]:
    return recordings.c.session_id == session_id, recordings.c.recording_id == recording_id


async def _found(db: AsyncConnection, session_id: str, recording_id: str) -> Any:
    return (await db.execute(select(recordings).where(*_is(session_id, recording_id)))).one_or_none()


async def _row(db: AsyncConnection, session_id: str, recording_id: str) -> Any:
    row = await _found(db, session_id, recording_id)
    if row is None:
        raise RefusedError("no_such_recording")
    return row


def _entry(row: Any) -> RecordingEntry:
    return RecordingEntry(
        recording_id=row.recording_id,
        begun_unix_ms=row.begun_unix_ms,
        newest_unix_ms=row.newest_unix_ms,
        ended_unix_ms=row.ended_unix_ms,
        pieces=row.pieces,
        bytes=row.bytes,
    )
