"""The migrations make exactly the tables that the code names, on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import JSON, Column, Connection, MetaData, Table, insert, select

from callroom.store.database import MIGRATIONS, DatabaseUnusable, migrate, open_database, reading
from callroom.store.tables import Base, Queue, Setting, Team


def differences(connection: Connection) -> list[object]:
    def named_by_the_code(_object: object, name: str | None, *_more: object) -> bool:
        return not str(name).startswith(("customer_search", "ix_customers_search"))  # each database has its own way

    options = {"include_object": named_by_the_code}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


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


async def test_queues_and_customers_of_the_former_release_stay_valid(database_url: str):
    """Made before there were rules for queues: they come out of the migration without any."""
    engine = open_database(database_url)

    def to(connection: Connection, revision: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    now = datetime(2026, 11, 23, tzinfo=UTC)
    own = {"id": "q1", "version": 1, "created_at": now, "updated_at": now, "name": "Sales"}
    async with engine.begin() as connection:
        await connection.run_sync(to, "0002")
        was = await connection.run_sync(
            lambda sync: Table("queues", MetaData(), autoload_with=sync)  # as it was then
        )
        queue = {column.name: _something(column) for column in was.columns if not column.nullable} | own
        await connection.execute(insert(was).values(queue))
        await connection.run_sync(to, "head")
    async with reading(engine) as session:
        row = (await session.scalars(select(Queue))).one()
        assert (row.skills, row.overflow_steps, row.closed) == ([], [], {"kind": "voicemail_queue"})
        assert (row.tier_after, row.sticky_days, row.prefer_team_id, row.schedule_id) == (0, 0, None, None)
    await engine.dispose()


def _something(column: Column[Any]) -> Any:
    if isinstance(column.type, JSON):
        return {}
    return {int: 0, bool: False}.get(column.type.python_type, "x")
