"""Opening the site's database, SQLite or PostgreSQL, and bringing it to the newest form."""

import json
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

import msgspec
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from callroom.store import sqlite

MIGRATIONS = Path(__file__).parent / "migrations"


def _from_json(text: str | bytes) -> Any:
    """Pages of customers are full of it: this takes a fifth of the usual reader's time."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return json.loads(text)  # half of a surrogate pair, out of a phone's odd name


# what is written does not come into the log with an error
_OPTIONS: dict[str, Any] = {"hide_parameters": True, "json_deserializer": _from_json}


class DatabaseUnusable(Exception):
    """The database named by ``url`` (password left out) cannot be opened; ``reason`` is the driver's own text."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


def open_database(url: str) -> AsyncEngine:
    """Make the engine for ``sqlite:///PATH`` or ``postgresql://USER@HOST/NAME``; nothing is connected yet.

    Raises ``DatabaseUnusable`` for any other kind of database.
    """
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            engine = create_async_engine(parsed.set(drivername="sqlite+aiosqlite"), **_OPTIONS)
            event.listen(engine.sync_engine, "do_connect", sqlite.connect)
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(engine.sync_engine, "begin", _begin_sqlite)
            return engine
        case "postgresql":
            return create_async_engine(parsed.set(drivername="postgresql+asyncpg"), pool_pre_ping=True, **_OPTIONS)
        case other:
            raise DatabaseUnusable(parsed.render_as_string(), f"{other} is not SQLite or PostgreSQL")


async def migrate(engine: AsyncEngine) -> None:
    """Bring the database to the newest form. Raises ``DatabaseUnusable`` when it cannot be reached."""
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    except (SQLAlchemyError, OSError) as error:
        raise DatabaseUnusable(engine.url.render_as_string(), str(error)) from error


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def reading(engine: AsyncEngine) -> AsyncSession:
    """A session that only reads; it waits for nobody."""
    return AsyncSession(engine.execution_options(reading=True), expire_on_commit=False)


def writing(engine: AsyncEngine) -> AsyncSession:
    """A session that writes; use ``async with writing(engine) as s, s.begin()`` for one transaction."""
    return AsyncSession(engine, expire_on_commit=False)


def on_postgresql(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def insert_for(session: AsyncSession) -> Any:
    """The ``insert`` of its database, which knows what to do with rows that are there (``on_conflict_…``)."""
    return postgresql.insert if on_postgresql(session) else sqlite_dialect.insert


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: a transaction that reads first and writes later could only fail, not wait.
    own: Any = connection.connection.dbapi_connection
    match connection.get_execution_options().get("reading", False):
        case "once":
            pass  # one statement sees one state of the database by itself
        case True:
            sqlite.begin(own, "BEGIN")
        case _:
            sqlite.begin(own, "BEGIN IMMEDIATE")


def _prepare_sqlite(connection: SqliteConnection, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun above, not guessed by the driver
    # WAL lets reports read while calls are written; NORMAL is crash-safe with it.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
