"""Join codes: read aloud by the therapist, typed once by the person.

Ten symbols of eighteen make 41 bits. Of the symbols that are confused by eye (0 O, 1 I L, 5 S, 8 B, U V) or by ear
(B C D E G P T V Z, M N, F S, A J K) only one each is used. A code is kept as a slow hash (scrypt, 2**14 blocks,
16 MiB), since 41 bits would not withstand a fast one, and is good for one device within ten minutes.

A check code looks the same and opens nothing but a check of the person's computer, as often as wanted until it expires.
"""

import asyncio
import hashlib
import secrets
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from vret_server.refusal import RefusedError
from vret_server.tables import check_codes, codes

ALPHABET = "2346789FHKLMQRTWXY"
LENGTH = 10
_GROUPS = (3, 3, 4)
_SALT = b"vret join code 1"


def new_code() -> str:
    """A code as it is read out, such as HK4-7MQ-29RT."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    first, second = _GROUPS[0], _GROUPS[0] + _GROUPS[1]
    return f"{symbols[:first]}-{symbols[first:second]}-{symbols[second:]}"


def normal(code: str) -> str | None:
    """The bare symbols, however they were typed; None if no code can look like this."""
    symbols = "".join(symbol for symbol in code.upper() if symbol not in " -\t.")
    return symbols if len(symbols) == LENGTH and set(symbols) <= set(ALPHABET) else None


async def code_hash(code: str) -> str:
    symbols = normal(code)
    if symbols is None:
        raise RefusedError("code_unknown")
    digest = await asyncio.to_thread(hashlib.scrypt, symbols.encode(), salt=_SALT, n=2**14, r=8, p=1, dklen=32)
    return digest.hex()


async def put_code(db: AsyncConnection, session_id: str, kept_hash: str, expires_unix_ms: int) -> None:
    """The newest code replaces the session's unused older ones."""
    await db.execute(delete(codes).where(codes.c.session_id == session_id, codes.c.used_unix_ms.is_(None)))
    await db.execute(insert(codes).values(code_hash=kept_hash, session_id=session_id, expires_unix_ms=expires_unix_ms))


async def use_code(db: AsyncConnection, kept_hash: str, now_unix_ms: int) -> str:
    """The session that the code leads to; uses it up. Of two devices at the same instant, one gets it."""
    mine = codes.c.code_hash == kept_hash
    row = (await db.execute(select(codes).where(mine))).one_or_none()
    if row is None:
        raise RefusedError("code_unknown" if await _checked_by(db, kept_hash) is None else "code_only_checks")
    if row.used_unix_ms is None and row.expires_unix_ms <= now_unix_ms:
        raise RefusedError("code_expired")
    used = await db.execute(update(codes).where(mine, codes.c.used_unix_ms.is_(None)).values(used_unix_ms=now_unix_ms))
    if used.rowcount != 1:
        raise RefusedError("code_used")
    return str(row.session_id)


async def put_check_code(db: AsyncConnection, session_id: str, kept_hash: str, expires_unix_ms: int) -> None:
    """The newest replaces the session's older one."""
    await db.execute(delete(check_codes).where(check_codes.c.session_id == session_id))
    row = {"code_hash": kept_hash, "session_id": session_id, "expires_unix_ms": expires_unix_ms}
    await db.execute(insert(check_codes).values(row))


async def checked_by(db: AsyncConnection, kept_hash: str, now_unix_ms: int) -> str:
    """The session whose check code this is, or whose join code, which is not used up by it."""
    row = await _checked_by(db, kept_hash)
    if row is None:
        row = (await db.execute(select(codes).where(codes.c.code_hash == kept_hash))).one_or_none()
        if row is None:
            raise RefusedError("code_unknown")
        if row.used_unix_ms is not None:
            raise RefusedError("code_used")
    if row.expires_unix_ms <= now_unix_ms:
        raise RefusedError("code_expired")
    return str(row.session_id)


async def _checked_by(db: AsyncConnection, kept_hash: str) -> Row[Any] | None:
    return (await db.execute(select(check_codes).where(check_codes.c.code_hash == kept_hash))).one_or_none()
