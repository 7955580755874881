"""The database: SQLite by default, PostgreSQL by URL, brought to the newest schema when the server starts."""

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from vret.errors import VretError
from vret_server.refusal import RefusedError
from vret_server.settings import Settings

_MIGRATIONS = Path(__file__).parent / "migrations"
_CONNECT_S = 5


class StoreError(VretError):
    """The database cannot be used at all; the message names it and says what to do."""


class Store:
    """One engine. `begin` is a transaction; whatever the database then cannot do becomes a `RefusedError`."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url
        self.name = _name_without_password(self._url)
        self._engine = _engine(self._url)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.begin() as db:
                yield db
        except DBAPIError as error:
            if _is_full(error):
                raise RefusedError("storage_full") from error
            if error.connection_invalidated or error.__class__.__name__ in _UNAVAILABLE:
                raise RefusedError("database_unavailable") from error
            if error.__class__.__name__ == "DataError":
                raise RefusedError("bad_request", detail=_NOT_KEPT) from error
            raise

    def upgrade(self) -> None:
        """Bring the schema to the newest revision; StoreError in one sentence if that cannot be done.

        Waits: it is done before a server serves. The drivers are the ones without an event loop, because the thread of
        an SQLite connection that could not be opened may outlive its loop.
        """
        engine = _waiting_engine(self._url)
        try:
            with engine.begin() as db:
                upgrade(db)
        except CommandError as error:
            raise StoreError(
                f"The database {self.name} was written by a newer version of vret ({error}); update this server."
            ) from error
        except DBAPIError as error:
            if _is_full(error):
                raise StoreError(f"The disk of the database {self.name} is full; make space on it.") from error
            reason = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
            raise StoreError(
                f"The database {self.name} cannot be used ({reason}); check --database and that it runs."
            ) from error
        finally:
            engine.dispose()

    async def close(self) -> None:
        await self._engine.dispose()


def upgrade(connection: Connection, revision: str = "head") -> None:
    command.upgrade(_alembic(connection), revision)


def downgrade(connection: Connection, revision: str = "base") -> None:
    command.downgrade(_alembic(connection), revision)


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


_SQLITE_FULL = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"})
_NOT_KEPT = "Something in it cannot be kept: a text with a zero character, or a number that is too large."
_UNAVAILABLE = frozenset({"OperationalError", "InterfaceError"})


def _is_full(error: DBAPIError) -> bool:
    """As SQLite says it (a full disk first fails its shared-memory file), PostgreSQL (disk_full), or the system."""
    original = error.orig
    return (
        getattr(original, "sqlite_errorname", None) in _SQLITE_FULL
        or getattr(original, "sqlstate", None) == "53100"
        or (isinstance(original, OSError) and original.errno == errno.ENOSPC)
    )


def _engine(url: str) -> AsyncEngine:
    try:
        backend = make_url(url).get_backend_name()
        if backend == "postgresql":
            return create_async_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": _CONNECT_S})
        engine = create_async_engine(url)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(
            f"--database {_name_without_password(url)} is not a database address; write for example "
            "sqlite:////srv/vret/vret.db or postgresql://user@host/vret."
        ) from error
    _listen_to_sqlite(engine.sync_engine)
    return engine


def _waiting_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(parsed, connect_args={"connect_timeout": _CONNECT_S})
    engine = create_engine(parsed.set(drivername="sqlite"))
    _listen_to_sqlite(engine)
    return engine


def _listen_to_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """The driver's own transactions are switched off: they start too late to keep a read and its write together."""
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except BaseException:
        connection.close()  # else its thread would outlive the event loop
        raise


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _name_without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "given"
