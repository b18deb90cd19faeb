"""The migrations make exactly the tables that the code names, on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, select

from callroom.store.database import DatabaseUnusable, migrate, open_database
from callroom.store.tables import Base, Setting, Team


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


async def test_migrations_make_the_tables_and_a_second_run_changes_nothing(database_url: str):
    engine = open_database(database_url)
    for _ in range(2):
        await migrate(engine)
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_times_come_back_in_utc_and_json_as_it_was(database_url: str):
    engine = open_database(database_url)
    await migrate(engine)
    noon_in_beijing = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=8)))
    async with engine.begin() as connection:
        await connection.execute(
            insert(Team).values(id="t1", name="华东", created_at=noon_in_beijing, updated_at=noon_in_beijing)
        )
        await connection.execute(insert(Setting).values(key="company", value={"name": "和风", "lines": [1, 2]}))
        created = (await connection.execute(select(Team.created_at))).scalar_one()
        value = (await connection.execute(select(Setting.value))).scalar_one()
    assert created == datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert created.tzinfo is UTC
    assert value == {"name": "和风", "lines": [1, 2]}
    await engine.dispose()


async def test_unreachable_database_is_named_without_its_password(tmp_path: Path):
    engine = open_database(f"postgresql://boss:hush@/site?host={tmp_path}")
    with pytest.raises(DatabaseUnusable) as refused:
        await migrate(engine)
    assert "boss" in str(refused.value)
    assert "hush" not in str(refused.value)
    await engine.dispose()


def test_other_databases_are_refused():
    with pytest.raises(DatabaseUnusable, match="not SQLite or PostgreSQL"):
        open_database("mysql://root@localhost/site")
