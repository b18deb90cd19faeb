"""SQLite's statements in one turn of the connection's thread each.

The driver keeps a thread for every connection, and SQLAlchemy goes to it four times for a statement: for a cursor, to
run it, for its rows, and to end it. Each turn waits for the interpreter twice; for a small question that is most of
its time. What is streamed goes the usual way. A transaction begins in the turn of its first statement, and where none
has begun there is nothing to end.
"""

from collections import deque
from functools import partial
from sqlite3 import Connection, Cursor
from typing import Any

from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.engine.interfaces import Dialect


class _Statement(AsyncAdapt_aiosqlite_cursor):
    """A cursor that is made, used and closed in its thread, and keeps the rows and what they are."""

    __slots__ = ()
    _awaitable_cursor_close = False  # it is closed already
    _cursor: Any  # sqlite3's own; None before the first statement

    def _make_new_cursor(self, connection: Any) -> Any:
        return None

    def _aenter_cursor(self, cursor: Any) -> Any:
        return None

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        await self._run(_execute, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._run(_execute_many, operation, seq_of_parameters)

    async def _run(self, how: Any, operation: Any, parameters: Any) -> None:
        driver: Any = self._connection
        adapted: Any = self._adapt_connection
        async with adapted._execute_mutex:
            begin, adapted.to_begin = adapted.to_begin, ""
            self._cursor, rows = await driver._execute(partial(how, driver._conn, begin, operation, parameters))
            self._rows = deque(rows)

    def close(self) -> None:
        self._rows.clear()


class _Connection(AsyncAdapt_aiosqlite_connection):
    """``to_begin``: the statement that is run before the next one."""

    __slots__ = ("to_begin",)
    _cursor_cls = _Statement

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self.to_begin = ""

    def cursor(self, server_side: bool = False) -> Any:
        if server_side and self.to_begin:
            self.execute("SELECT 1")
        return super().cursor(server_side)

    def commit(self) -> None:
        if self._is_within():
            super().commit()

    def rollback(self) -> None:
        if self._is_within():
            super().rollback()

    def _is_within(self) -> bool:
        driver: Any = self._connection
        self.to_begin = ""
        return driver._connection is not None and driver._connection.in_transaction


def connect(dialect: Dialect, _record: Any, arguments: Any, parameters: Any) -> _Connection:
    """A connection as the dialect makes it, whose statements take one turn each."""
    made: Any = dialect.connect(*arguments, **parameters)
    return _Connection(made.dbapi, made._connection)


def begin(connection: _Connection, statement: str) -> None:
    """Begin a transaction by the ``statement`` along with what is run first in it."""
    connection.to_begin = statement


def _execute(connection: Connection, begin: str, operation: str, parameters: Any) -> tuple[Cursor, list[Any]]:
    if begin:
        connection.execute(begin)
    cursor = connection.execute(operation, parameters)
    return _closed(cursor, cursor.fetchall() if cursor.description else [])


def _execute_many(connection: Connection, begin: str, operation: str, parameters: Any) -> tuple[Cursor, list[Any]]:
    if begin:
        connection.execute(begin)
    return _closed(connection.executemany(operation, parameters), [])


def _closed(cursor: Cursor, rows: list[Any]) -> tuple[Cursor, list[Any]]:
    cursor.close()
    return cursor, rows
