"""Sessions as the server keeps them: who leads one, its plan and gate, who was admitted, and whether it is over."""

import secrets
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from vret.core.plan import Plan
from vret_server.accounts import Account, AccountRole
from vret_server.codes import checked_by, code_hash, new_code, put_check_code, put_code, use_code
from vret_server.gate import Gate, Judgement, check_keys, judge, require_open
from vret_server.refusal import RefusedError
from vret_server.settings import ServerLimits
from vret_server.store import Store
from vret_server.tables import accounts, gates, now_unix_ms, sessions
from vret_server.tables import logs as logs_table
from vret_server.tokens import is_redeemed, put_token

_LISTED_MAX = 500


class LogEntry(msgspec.Struct, frozen=True):
    sha256: str
    size: int
    stored_unix_ms: int


class SessionEntry(msgspec.Struct, frozen=True):
    """One session; `therapist_id` leads it. `logs` are its finished logs, oldest first: one for each run."""

    session_id: str
    therapist_id: str
    therapist: str
    label: str
    plan: Plan
    mark: str
    created_unix_ms: int
    admitted_by: str | None
    admitted_unix_ms: int | None
    ended_unix_ms: int | None
    gate: Gate
    judgement: Judgement
    logs: tuple[LogEntry, ...]


class Redeemed(msgspec.Struct, frozen=True):
    session_id: str
    resume_token: str
    plan: Plan


class Sessions:
    def __init__(self, store: Store, limits: ServerLimits) -> None:
        self._store = store
        self._code_lifetime_ms = limits.code_lifetime_s * 1000
        self._check_code_lifetime_ms = limits.check_code_lifetime_s * 1000

    async def create(self, therapist: Account, plan: Plan, label: str) -> SessionEntry:
        session_id = secrets.token_hex(8)
        row = {
            "session_id": session_id,
            "therapist_id": therapist.account_id,
            "label": label,
            "plan": msgspec.json.encode(plan).decode(),
            "created_unix_ms": now_unix_ms(),
        }
        async with self._store.begin() as db:
            await db.execute(insert(sessions).values(row))
            return await _read(db, session_id)

    async def listed(self, reader: Account) -> list[SessionEntry]:
        """Newest first: a therapist's own, for a reviewer all."""
        query = select(sessions.c.session_id).order_by(sessions.c.created_unix_ms.desc(), sessions.c.session_id)
        if reader.role is AccountRole.THERAPIST:
            query = query.where(sessions.c.therapist_id == reader.account_id)
        async with self._store.begin() as db:
            found = (await db.execute(query.limit(_LISTED_MAX))).scalars().all()
            return [_as_seen_by(reader, await _read(db, session_id)) for session_id in found]

    async def readable(self, reader: Account, session_id: str) -> SessionEntry:
        async with self._store.begin() as db:
            entry = await _read(db, session_id)
        if reader.role is not AccountRole.REVIEWER and entry.therapist_id != reader.account_id:
            raise RefusedError("no_such_session")
        return _as_seen_by(reader, entry)

    async def led(self, therapist: Account, session_id: str) -> SessionEntry:
        """The session, if this account leads it. Others learn no more than that it is not theirs."""
        async with self._store.begin() as db:
            return await _led(db, therapist, session_id)

    async def put_gate(self, therapist: Account, session_id: str, gate: Gate) -> SessionEntry:
        check_keys(gate)
        async with self._store.begin() as db:
            await _led_and_live(db, therapist, session_id)
            row = {
                "session_id": session_id,
                "present_address": gate.present_address,
                "callback_number": gate.callback_number,
                "answers": msgspec.json.encode(gate.answers).decode(),
                "reasons": msgspec.json.encode(gate.reasons).decode(),
                "written_unix_ms": now_unix_ms(),
                "emergency_number": gate.emergency_number,
            }
            await db.execute(delete(gates).where(gates.c.session_id == session_id))
            await db.execute(insert(gates).values(row))
            return await _read(db, session_id)

    async def issue_code(self, therapist: Account, session_id: str) -> tuple[str, int]:
        """A code to read out, and when it expires."""
        code = new_code()
        kept_hash, expires_unix_ms = await code_hash(code), now_unix_ms() + self._code_lifetime_ms
        async with self._store.begin() as db:
            await _led_and_live(db, therapist, session_id)
            await put_code(db, session_id, kept_hash, expires_unix_ms)
        return code, expires_unix_ms

    async def issue_check_code(self, therapist: Account, session_id: str) -> tuple[str, int]:
        """A code for checks before the session, and when it expires."""
        code = new_code()
        kept_hash, expires_unix_ms = await code_hash(code), now_unix_ms() + self._check_code_lifetime_ms
        async with self._store.begin() as db:
            await _led_and_live(db, therapist, session_id)
            await put_check_code(db, session_id, kept_hash, expires_unix_ms)
        return code, expires_unix_ms

    async def checked(self, code: str) -> str:
        """The session, not over, for which a code lets a computer be checked. Nothing of the session changes by it."""
        kept_hash = await code_hash(code)
        async with self._store.begin() as db:
            session_id = await checked_by(db, kept_hash, now_unix_ms())
            if (await _read(db, session_id)).ended_unix_ms is not None:
                raise RefusedError("session_over")
        return session_id

    async def redeem(self, code: str, program: str) -> Redeemed:
        """Turns a code into the token of a device, which starts in the waiting room even if another was admitted."""
        kept_hash, now = await code_hash(code), now_unix_ms()
        async with self._store.begin() as db:
            session_id = await use_code(db, kept_hash, now)
            entry = await _read(db, session_id)
            if entry.ended_unix_ms is not None:
                raise RefusedError("session_over")
            token = await put_token(db, session_id, program, now)
            mine = sessions.c.session_id == session_id
            await db.execute(update(sessions).where(mine).values(admitted_by=None, admitted_unix_ms=None))
        return Redeemed(session_id, token, entry.plan)

    async def admit(self, therapist: Account, session_id: str) -> SessionEntry:
        async with self._store.begin() as db:
            entry = await _led_and_live(db, therapist, session_id)
            require_open(entry.gate)
            if not await is_redeemed(db, session_id):
                raise RefusedError("nobody_waiting")
            if entry.admitted_by is None:
                row = {"admitted_by": therapist.account_id, "admitted_unix_ms": now_unix_ms()}
                await db.execute(update(sessions).where(sessions.c.session_id == session_id).values(row))
            return await _read(db, session_id)

    async def end(self, therapist: Account, session_id: str) -> SessionEntry:
        """Ending twice is ending once."""
        async with self._store.begin() as db:
            await _led(db, therapist, session_id)
            await mark_ended(db, session_id, now_unix_ms())
            return await _read(db, session_id)

    async def found(self, session_id: str) -> SessionEntry:
        async with self._store.begin() as db:
            return await _read(db, session_id)


def _as_seen_by(reader: Account, entry: SessionEntry) -> SessionEntry:
    """Where the person was and how to call back is for the therapist alone."""
    return entry if entry.therapist_id == reader.account_id else msgspec.structs.replace(entry, gate=Gate())


async def mark_ended(db: AsyncConnection, session_id: str, ended_unix_ms: int) -> None:
    live = sessions.c.session_id == session_id, sessions.c.ended_unix_ms.is_(None)
    await db.execute(update(sessions).where(*live).values(ended_unix_ms=ended_unix_ms))


async def _led(db: AsyncConnection, therapist: Account, session_id: str) -> SessionEntry:
    entry = await _read(db, session_id)
    if entry.therapist_id != therapist.account_id:
        raise RefusedError("no_such_session")
    return entry


async def _led_and_live(db: AsyncConnection, therapist: Account, session_id: str) -> SessionEntry:
    entry = await _led(db, therapist, session_id)
    if entry.ended_unix_ms is not None:
        raise RefusedError("session_over")
    return entry


async def _read(db: AsyncConnection, session_id: str) -> SessionEntry:
    query = (
        select(sessions, accounts.c.email)
        .join(accounts, accounts.c.account_id == sessions.c.therapist_id)
        .where(sessions.c.session_id == session_id)
    )
    row = (await db.execute(query)).one_or_none()
    if row is None:
        raise RefusedError("no_such_session")
    gate_row = (await db.execute(select(gates).where(gates.c.session_id == session_id))).one_or_none()
    stored = logs_table.c.session_id == session_id, logs_table.c.stored_unix_ms.is_not(None)
    oldest_first = select(logs_table).where(*stored).order_by(logs_table.c.stored_unix_ms, logs_table.c.sha256)
    log_rows = (await db.execute(oldest_first)).all()
    gate = _gate(gate_row) if gate_row else Gate()
    plan = msgspec.json.decode(row.plan, type=Plan)
    return SessionEntry(
        session_id=row.session_id,
        therapist_id=row.therapist_id,
        therapist=row.email,
        label=row.label,
        plan=plan,
        mark=plan.mark,
        created_unix_ms=row.created_unix_ms,
        admitted_by=row.admitted_by,
        admitted_unix_ms=row.admitted_unix_ms,
        ended_unix_ms=row.ended_unix_ms,
        gate=gate,
        judgement=judge(gate),
        logs=tuple(LogEntry(log.sha256, log.size, log.stored_unix_ms) for log in log_rows),
    )


def _gate(row: Any) -> Gate:
    return Gate(
        present_address=row.present_address,
        callback_number=row.callback_number,
        answers=msgspec.json.decode(row.answers, type=dict[str, bool]),
        reasons=msgspec.json.decode(row.reasons, type=dict[str, str]),
        emergency_number=row.emergency_number,
    )
