"""The migrations make exactly the tables that the code names, on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import JSON, Column, Connection, DateTime, MetaData, Table, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from callroom.actions.customer_filters import Filter, wanted_by
from callroom.actions.customers import Form
from callroom.core.fields import Place
from callroom.store.customers import Sight, page_of, search_for
from callroom.store.database import (
    MIGRATIONS,
    DatabaseUnusable,
    migrate,
    on_postgresql,
    open_database,
    reading,
    writing,
)
from callroom.store.tables import Base, Queue, Setting, Team


class Turns:
    """Counts what a connection's thread is given to do."""

    def __init__(self, queue: Any) -> None:
        self.queue, self.taken = queue, 0

    def put_nowait(self, what: Any) -> None:
        self.taken += 1
        self.queue.put_nowait(what)


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


async def test_json_that_the_quick_reader_refuses_comes_back_too(database_url: str):
    engine = open_database(database_url)
    await migrate(engine)
    odd = {"whole": 12345678901234567890123, "half": "\ud83d" if engine.dialect.name == "sqlite" else "", "part": 0.1}
    async with engine.begin() as connection:
        await connection.execute(insert(Setting).values(key="odd", value=odd))
        assert (await connection.execute(select(Setting.value))).scalar_one() == odd
    await engine.dispose()


async def test_statements_on_sqlite_take_one_turn_of_their_thread_each(tmp_path: Path):
    engine = open_database(f"sqlite:///{tmp_path}/site.db")
    await migrate(engine)
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        turns = Turns(driver._tx)
        driver._tx = turns
        await connection.begin()
        named = [{"key": f"k{n}", "value": {"n": n}} for n in range(3)]
        assert (await connection.execute(insert(Setting), named)).rowcount == 3
        assert turns.taken == 1  # which began the transaction, too
        changed = update(Setting).where(Setting.key != "k0").values(version=7).returning(Setting.key)
        assert sorted(await connection.scalars(changed)) == ["k1", "k2"]
        assert [row.n for row in await connection.execute(text("SELECT 1 AS n UNION SELECT 2"))] == [1, 2]
        assert (await connection.execute(delete(Setting).where(Setting.version == 7))).rowcount == 2
        with pytest.raises(IntegrityError):
            await connection.execute(insert(Setting).values(key="k0", value={}))
        assert turns.taken == 5
        streamed = await connection.stream_scalars(select(Setting.key))
        assert [key async for key in streamed] == ["k0"]
        driver._tx = turns.queue
        await connection.rollback()
        driver._tx = turns
        before = turns.taken
        await connection.begin()
        await connection.rollback()
        assert turns.taken == before  # nothing had begun
        driver._tx = turns.queue
        assert (await connection.execute(select(Setting.key))).all() == []
    await engine.dispose()


async def test_what_is_streamed_from_sqlite_first_is_within_the_transaction(tmp_path: Path):
    engine = open_database(f"sqlite:///{tmp_path}/site.db")
    await migrate(engine)
    async with reading(engine) as session:
        streamed = await session.stream_scalars(select(Setting.key))
        assert [key async for key in streamed] == []
        async with writing(engine) as other, other.begin():
            await other.execute(insert(Setting).values(key="late", value={}))
        assert (await session.scalars(select(Setting.key))).all() == []
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


def upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def test_who_wanted_no_mails_is_found_by_that_afterwards(database_url: str):
    engine = open_database(database_url)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    filed = {"c1": (True, "=t1"), "c2": (False, "=t1"), "c3": (True, "")}  # the last one is filed by the worker yet
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, "0029")
        was = await connection.run_sync(lambda sync: Table("customers", MetaData(), autoload_with=sync))
        for seq, (id, (no_mail, tokens)) in enumerate(filed.items(), 1):
            row = {column.name: _something(column) for column in was.columns if not column.nullable}
            row |= {"id": id, "seq": seq, "created_at": now, "updated_at": now, "field_values": {}, "tags": []}
            row |= {"no_mail": no_mail, "search_tokens": ""}
            await connection.execute(insert(was).values(row))
            await connection.execute(update(was).where(was.c.id == id).values(search_tokens=tokens))
        await connection.run_sync(upgrade, "head")
    form = Form({}, Place(), frozenset())
    async with reading(engine) as session:
        for asked, found in ((Filter(no_mail=True), ["c1"]), (Filter(no_mail=False), ["c2"])):
            postgresql = on_postgresql(session)
            search = search_for(wanted_by(asked, form, Sight(), now), Sight(), ("CN", ""), postgresql=postgresql)
            rows = await page_of(session, search, sort="created_at", down=False, after=None, limit=9)
            assert [row.id for row in rows] == found
    await engine.dispose()


async def test_queues_and_customers_of_the_former_release_stay_valid(database_url: str):
    """Made before there were rules for queues: they come out of the migration without any."""
    engine = open_database(database_url)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    own = {"id": "q1", "version": 1, "created_at": now, "updated_at": now, "name": "Sales"}
    async with engine.begin() as connection:
        await connection.run_sync(upgrade, "0002")
        was = await connection.run_sync(
            lambda sync: Table("queues", MetaData(), autoload_with=sync)  # as it was then
        )
        queue = {column.name: _something(column) for column in was.columns if not column.nullable} | own
        await connection.execute(insert(was).values(queue))
        await connection.run_sync(upgrade, "head")
    async with reading(engine) as session:
        row = (await session.scalars(select(Queue))).one()
        assert (row.skills, row.overflow_steps, row.closed) == ([], [], {"kind": "voicemail_queue"})
        assert (row.tier_after, row.sticky_days, row.prefer_team_id, row.schedule_id) == (0, 0, None, None)
    await engine.dispose()


def _something(column: Column[Any]) -> Any:
    if isinstance(column.type, JSON):
        return {}
    if isinstance(column.type, DateTime):
        return datetime(2026, 11, 23, tzinfo=UTC)
    return {int: 0, bool: False}.get(column.type.python_type, "x")
