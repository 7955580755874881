"""Accounts of therapists and reviewing clinicians, and their logins.

Passwords are hashed with argon2id at the library's defaults (RFC 9106, low-memory choice). A login is an opaque cookie.
"""

import asyncio
import secrets
from enum import StrEnum
from functools import cache

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from vret.errors import VretError
from vret_server.links import Link, put_link, use_link
from vret_server.refusal import RefusedError
from vret_server.secret import hashed, new_secret
from vret_server.store import Store
from vret_server.tables import accounts, logins, now_unix_ms

PASSWORD_CHARACTERS_MIN = 12
_HASHER = PasswordHasher()


class AccountRole(StrEnum):
    THERAPIST = "therapist"
    REVIEWER = "reviewer"


class Account(msgspec.Struct, frozen=True):
    """Who is signed in. `watches`: by a login that may look on and lower, and nothing else."""

    account_id: str
    email: str
    role: AccountRole
    watches: bool = False


class AccountError(VretError):
    """The account cannot be made or found as asked; the message says why."""


class Accounts:
    def __init__(self, store: Store, login_lifetime_s: int) -> None:
        self._store = store
        self._login_lifetime_ms = login_lifetime_s * 1000

    async def add(self, email: str, password: str, role: AccountRole) -> Account:
        """Raises AccountError for a bad address, a short password or an address that is taken."""
        email = email.strip().lower()
        name, at, host = email.partition("@")
        if not (name and at and host) or any(letter.isspace() for letter in email) or len(email) > 254:
            raise AccountError(f"{email!r} is not an e-mail address.")
        if len(password) < PASSWORD_CHARACTERS_MIN:
            raise AccountError(f"The password needs at least {PASSWORD_CHARACTERS_MIN} characters.")
        account = Account(secrets.token_hex(4), email, role)
        row = {
            "account_id": account.account_id,
            "email": email,
            "role": role.value,
            "password_hash": await asyncio.to_thread(_HASHER.hash, password),
            "created_unix_ms": now_unix_ms(),
        }
        try:
            async with self._store.begin() as db:
                await db.execute(insert(accounts).values(row))
        except IntegrityError as error:
            raise AccountError(f"There is an account for {email} already.") from error
        return account

    async def login(self, email: str, password: str) -> tuple[Account, str]:
        """The account and a fresh cookie. An unknown address costs as much time as a wrong password."""
        async with self._store.begin() as db:
            query = select(accounts).where(accounts.c.email == email.strip().lower())
            row = (await db.execute(query)).mappings().one_or_none()
        kept_hash = row["password_hash"] if row else _nobodys_hash()
        if not await asyncio.to_thread(_is_password, kept_hash, password) or row is None:
            raise RefusedError("wrong_login")
        rehashed = (
            await asyncio.to_thread(_HASHER.hash, password)
            if _HASHER.check_needs_rehash(row["password_hash"])
            else None
        )
        async with self._store.begin() as db:
            cookie = await self._put_login(db, row["account_id"], watches=False)
            if rehashed is not None:
                mine = accounts.c.account_id == row["account_id"]
                await db.execute(update(accounts).where(mine).values(password_hash=rehashed))
        return Account(row["account_id"], row["email"], AccountRole(row["role"])), cookie

    async def link(self, email: str, lifetime_s: int, *, watches: bool = False) -> str:
        """The token of a sign-in link. Raises AccountError without such an account."""
        now = now_unix_ms()
        async with self._store.begin() as db:
            query = select(accounts.c.account_id).where(accounts.c.email == email.strip().lower())
            account_id = (await db.execute(query)).scalar_one_or_none()
            if account_id is None:
                raise AccountError(f"There is no account for {email}; add it with add-user.")
            return await put_link(db, Link(account_id, watches), now + lifetime_s * 1000, now)

    async def login_by_link(self, token: str) -> tuple[Account, str]:
        """The account and a fresh cookie; the link is used up."""
        async with self._store.begin() as db:
            link = await use_link(db, token, now_unix_ms())
            row = (await db.execute(select(accounts).where(accounts.c.account_id == link.account_id))).one()
            cookie = await self._put_login(db, link.account_id, watches=link.watches)
        return Account(row.account_id, row.email, AccountRole(row.role), link.watches), cookie

    async def of_cookie(self, cookie: str | None) -> Account:
        if not cookie:
            raise RefusedError("not_signed_in")
        query = (
            select(accounts.c.account_id, accounts.c.email, accounts.c.role, logins.c.watches)
            .join(logins, logins.c.account_id == accounts.c.account_id)
            .where(logins.c.login_hash == hashed(cookie), logins.c.expires_unix_ms > now_unix_ms())
        )
        async with self._store.begin() as db:
            row = (await db.execute(query)).one_or_none()
        if row is None:
            raise RefusedError("not_signed_in")
        return Account(row.account_id, row.email, AccountRole(row.role), row.watches)

    async def logout(self, cookie: str) -> None:
        async with self._store.begin() as db:
            await db.execute(delete(logins).where(logins.c.login_hash == hashed(cookie)))

    async def _put_login(self, db: AsyncConnection, account_id: str, *, watches: bool) -> str:
        """The cookie of a new login."""
        cookie, now = new_secret(), now_unix_ms()
        await db.execute(delete(logins).where(logins.c.expires_unix_ms < now))
        await db.execute(
            insert(logins).values(
                login_hash=hashed(cookie),
                account_id=account_id,
                created_unix_ms=now,
                expires_unix_ms=now + self._login_lifetime_ms,
                watches=watches,
            )
        )
        return cookie


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_hex(16))


def _is_password(kept_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept_hash, password)
    except VerifyMismatchError:
        return False
