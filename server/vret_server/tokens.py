"""Resume tokens: what a redeemed device holds to come back without a code, until its session ends."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from vret_server.refusal import RefusedError
from vret_server.secret import hashed, new_secret
from vret_server.tables import sessions, tokens


@dataclass(frozen=True, slots=True)
class Device:
    """The holder of a token: its session, and when that ended."""

    session_id: str
    ended_unix_ms: int | None


async def put_token(db: AsyncConnection, session_id: str, program: str, now_unix_ms: int) -> str:
    """A token for a new device; the devices before it lose theirs."""
    earlier = tokens.c.session_id == session_id, tokens.c.revoked_unix_ms.is_(None)
    await db.execute(update(tokens).where(*earlier).values(revoked_unix_ms=now_unix_ms))
    token = new_secret()
    row = {
        "token_hash": hashed(token),
        "session_id": session_id,
        "program": program,
        "created_unix_ms": now_unix_ms,
    }
    await db.execute(insert(tokens).values(row))
    return token


async def device_of(db: AsyncConnection, token: str | None, *, replaced_too: bool = False) -> Device:
    """Whose token this is. `replaced_too`: a device that was replaced may still hand in its log."""
    if not token:
        raise RefusedError("token_unknown")
    query = (
        select(tokens.c.session_id, tokens.c.revoked_unix_ms, sessions.c.ended_unix_ms)
        .join(sessions, sessions.c.session_id == tokens.c.session_id)
        .where(tokens.c.token_hash == hashed(token))
    )
    row = (await db.execute(query)).one_or_none()
    if row is None:
        raise RefusedError("token_unknown")
    if row.revoked_unix_ms is not None and not replaced_too:
        raise RefusedError("token_replaced")
    return Device(row.session_id, row.ended_unix_ms)


async def is_redeemed(db: AsyncConnection, session_id: str) -> bool:
    query = select(tokens.c.token_hash).where(tokens.c.session_id == session_id, tokens.c.revoked_unix_ms.is_(None))
    return (await db.execute(query)).first() is not None
