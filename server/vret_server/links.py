"""Sign-in links: a way in without a password, once, within ten minutes; made by who runs the server.

A link carries 256 random bits behind the `#` of its address, where no proxy or log of a server sees them. It is looked
up by its hash, so that the time this takes tells nothing about the links that there are.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from vret_server.refusal import RefusedError
from vret_server.secret import hashed, new_secret
from vret_server.tables import links


@dataclass(frozen=True, slots=True)
class Link:
    """Whom it signs in; `watches`: only to look on."""

    account_id: str
    watches: bool


def link_address(page: str, token: str) -> str:
    """What is opened in a browser; `page` is the console's address, or one within it."""
    return f"{page}{'' if urlsplit(page).path else '/'}#token={token}"


async def put_link(db: AsyncConnection, link: Link, expires_unix_ms: int, now_unix_ms: int) -> str:
    """The token of a new link. Those that nobody used in time go."""
    token = new_secret()
    await db.execute(delete(links).where(links.c.expires_unix_ms < now_unix_ms))
    await db.execute(
        insert(links).values(
            link_hash=hashed(token),
            account_id=link.account_id,
            watches=link.watches,
            expires_unix_ms=expires_unix_ms,
        )
    )
    return token


async def use_link(db: AsyncConnection, token: str, now_unix_ms: int) -> Link:
    """Uses the link up. Of two browsers at the same instant, one gets in."""
    mine = links.c.link_hash == hashed(token)
    row = (await db.execute(select(links).where(mine))).one_or_none()
    if row is None:
        raise RefusedError("link_unknown")
    if row.used_unix_ms is None and row.expires_unix_ms <= now_unix_ms:
        raise RefusedError("link_expired")
    used = await db.execute(update(links).where(mine, links.c.used_unix_ms.is_(None)).values(used_unix_ms=now_unix_ms))
    if used.rowcount != 1:
        raise RefusedError("link_used")
    return Link(row.account_id, row.watches)
