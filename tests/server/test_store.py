"""The database: its schema by migrations, and what is said when it cannot be used."""

import asyncio
import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text

from vret_server.refusal import RefusedError
from vret_server.serve import prepare
from vret_server.settings import Settings
from vret_server.store import Store, StoreError, downgrade, upgrade
from vret_server.tables import accounts, gates, metadata

from .programs import Postgres, free_port


@pytest.fixture
def connection(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Connection]:
    url = f"sqlite:///{tmp_path / 'vret.db'}"
    if backend == "postgresql":
        cluster: Postgres = request.getfixturevalue("cluster")
        url = cluster.new_database().replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url)
    with engine.connect() as connected:
        yield connected
    engine.dispose()


def test_the_migrations_make_the_tables_that_the_code_uses(connection: Connection) -> None:
    upgrade(connection)
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    assert compare_metadata(context, metadata) == []
    downgrade(connection)
    assert inspect(connection).get_table_names() == ["alembic_version"]
    upgrade(connection)
    assert set(metadata.tables) < set(inspect(connection).get_table_names())


def test_a_safety_check_from_before_emergency_numbers_lacks_one(connection: Connection) -> None:
    upgrade(connection, "0002")
    for row in (
        "INSERT INTO accounts VALUES ('a', 'anna@clinic.example', 'x', 'therapist', 0)",
        "INSERT INTO sessions VALUES ('s', 'a', '', '{}', 0, NULL, NULL, NULL)",
        "INSERT INTO gates VALUES ('s', '1 High Street', '01632 960000', '{}', '{}', 0)",
    ):
        connection.execute(text(row))
    upgrade(connection)
    kept = connection.execute(gates.select()).one()
    assert (kept.present_address, kept.callback_number, kept.emergency_number) == ("1 High Street", "01632 960000", "")


def test_a_database_is_prepared_twice_without_loss(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "new" / "folder")
    prepare(settings)
    asyncio.run(_insert(settings))
    prepare(settings)
    assert asyncio.run(_count(settings)) == 1


def test_a_database_of_a_newer_version_is_refused_in_a_sentence(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    prepare(settings)
    engine = create_engine(f"sqlite:///{tmp_path / 'vret.db'}")
    with engine.begin() as connected:
        connected.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match="newer version of vret"):
        prepare(settings)


@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("nonsense", "is not a database address"),
        ("mongodb://host/vret", "is not a database address"),
        ("postgresql://vret:secret@127.0.0.1:{port}/vret", "cannot be used"),
        ("sqlite:////no/such/folder/vret.db", "cannot be used"),
    ],
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(
    tmp_path: Path, database: str, words: str
) -> None:
    settings = Settings(data=tmp_path, database=database.format(port=free_port()))
    with pytest.raises(StoreError, match=words) as refused:
        prepare(settings)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_full_disk_is_said_and_what_was_there_stays(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("needs root that may mount a small tmpfs: a disk that can be filled")
    try:
        settings = Settings(data=folder)
        prepare(settings)
        asyncio.run(_insert(settings))
        _fill(folder / "filler")
        with pytest.raises(RefusedError) as refused:
            asyncio.run(_insert(settings, count=2000))
        assert refused.value.code == "storage_full"
        (folder / "filler").unlink()
        assert asyncio.run(_count(settings)) == 1
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as filler:
        try:
            while filler.write(bytes(512)):
                pass
        except OSError as full:
            if full.errno != errno.ENOSPC:
                raise


async def _insert(settings: Settings, count: int = 1) -> None:
    store = Store(settings)
    row = {"password_hash": "x" * 200, "role": "therapist", "created_unix_ms": 0}
    rows = [{**row, "account_id": f"{count}-{number}", "email": f"{count}-{number}"} for number in range(count)]
    try:
        async with store.begin() as db:
            await db.execute(accounts.insert(), rows)
    finally:
        await store.close()


async def _count(settings: Settings) -> int:
    store = Store(settings)
    try:
        async with store.begin() as db:
            return len((await db.execute(accounts.select())).all())
    finally:
        await store.close()
