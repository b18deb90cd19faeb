"""Asking a database: one SELECT, read only, within limits of time and size."""

import asyncio
import sqlite3
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

import asyncpg

from callroom.core.ivr.statements import WrongStatement, bound, checked, names_in, numbered
from callroom.errors import LookupFailed
from callroom.integrations.connection import Reach
from callroom.integrations.filling import Values
from callroom.integrations.http_source import trust

MOST_ROWS = 50
LONGEST_CELL = 10_000  # characters
LONGEST = 60.0  # seconds, whoever waits
CONNECT = 5.0
FOLDER = "data"  # in the home: the only place where files of SQLite are opened


async def ask_database(where: Reach, source: Mapping[str, Any], values: Values, home: Path) -> list[dict[str, Any]]:
    """The rows that ``source["query"]`` selects, each as {column: value}. Raises ``LookupFailed``; not_found for none.

    Who no longer waits ends it by cancelling: the statement is stopped in the database too.
    """
    try:
        statement = checked(str(source.get("query") or ""))
    except WrongStatement as wrong:
        raise LookupFailed("bad_request", str(wrong)) from None
    names = names_in(statement)
    given = bound(names, values)
    if where.kind == "sqlite":
        rows = await _ask_sqlite(home, where.database, statement, given)
    else:
        rows = await _ask_postgresql(where, numbered(statement, names), list(given.values()))
    if not rows:
        raise LookupFailed("not_found", "no row")
    return rows


# ---------------------------------------------------------------- PostgreSQL


async def _ask_postgresql(where: Reach, statement: str, given: list[str]) -> list[dict[str, Any]]:
    try:
        async with asyncio.timeout(LONGEST):
            connection = await _connect(where)
            try:
                async with connection.transaction(readonly=True):
                    prepared = await connection.prepare(statement)
                    kinds = [parameter.name for parameter in prepared.get_parameters()]
                    typed = [_typed(kind, text) for kind, text in zip(kinds, given, strict=True)]
                    rows = await (await prepared.cursor(*typed)).fetch(MOST_ROWS)
                    return [_row(row.items()) for row in rows]
            finally:
                # without waiting: a connection that is closed politely might be waited for again
                connection.terminate()
    except TimeoutError:
        raise LookupFailed("timeout", "the database does not answer in time") from None
    except asyncpg.QueryCanceledError:
        raise LookupFailed("timeout", "the query takes too long") from None
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
        raise LookupFailed("refused", str(error)) from None
    except (asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError) as error:
        raise LookupFailed("unreachable", str(error)) from None
    except asyncpg.PostgresConnectionError as error:
        raise LookupFailed("unreachable", str(error)) from None
    except asyncpg.DataError as error:  # a value of another form or size than the column's: it is in no row
        raise LookupFailed("not_found", str(error)) from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise LookupFailed("bad_request", str(error)) from None
    except ssl.SSLError:
        raise LookupFailed("unreachable", "the database's certificate cannot be trusted") from None
    except OSError as error:
        raise LookupFailed("unreachable", error.strerror or "it takes no connection") from None


async def _connect(where: Reach) -> Any:
    on_this_machine = where.host.startswith("/")  # a socket in a folder
    secure = where.encrypted and not on_this_machine
    return await cast(Any, asyncpg).connect(
        host=where.host,
        port=where.port,
        user=where.username,
        database=where.database,
        password=where.secrets.get("password") or None,
        passfile="/dev/null/none",  # no passwords of the machine's own; of /dev/null it warns
        ssl=await asyncio.to_thread(trust, where.check_certificate) if secure else False,
        timeout=CONNECT,
        statement_cache_size=0,
        server_settings={
            "application_name": "callroom",
            "default_transaction_read_only": "on",
            "statement_timeout": str(int(LONGEST * 1000)),
        },
    )


_READ: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), int),
    "numeric": Decimal,
    **dict.fromkeys(("float4", "float8"), float),
    "bool": lambda text: {"true": True, "1": True, "false": False, "0": False}[text.lower()],
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "timestamptz": datetime.fromisoformat,
}


def _typed(kind: str, text: str) -> Any:
    """A value of a flow, which is text, as the column wants it; empty is null. What cannot be one is in no row."""
    read = _READ.get(kind)
    if read is None:
        return text
    try:
        return read(text.strip()) if text.strip() else None
    except (ValueError, KeyError, InvalidOperation):
        raise LookupFailed("not_found", f"a value is no {kind}") from None


# ---------------------------------------------------------------- SQLite

# of their own: a slow file must not keep the threads that the journal and the sounds of calls need
_THREADS = ThreadPoolExecutor(10, "sqlite lookup")


async def _ask_sqlite(home: Path, name: str, statement: str, given: dict[str, str]) -> list[dict[str, Any]]:
    stop = threading.Event()
    try:
        async with asyncio.timeout(LONGEST):
            selecting = asyncio.get_running_loop().run_in_executor
            return await selecting(_THREADS, _select, home, name, statement, given, stop)
    except TimeoutError:
        raise LookupFailed("timeout", "the query takes too long") from None
    finally:
        stop.set()


def _select(
    home: Path, name: str, statement: str, given: dict[str, str], stop: threading.Event
) -> list[dict[str, Any]]:
    folder = (home / FOLDER).resolve()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise LookupFailed("unreachable", f"there is no file {name} in the folder {FOLDER} of the home")
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=2.0)) as connection:
            connection.execute("PRAGMA query_only=ON")
            connection.set_progress_handler(lambda: int(stop.is_set()), 10_000)
            found = connection.execute(statement, given)
            columns = [column[0] for column in found.description or ()]
            return [_row(zip(columns, row, strict=True)) for row in found.fetchmany(MOST_ROWS)]
    except sqlite3.OperationalError as error:
        why = "timeout" if "interrupted" in str(error) or "locked" in str(error) else "bad_request"
        raise LookupFailed(why, str(error)) from None
    except sqlite3.DatabaseError as error:
        raise LookupFailed("bad_request", str(error)) from None


# ---------------------------------------------------------------- rows


def _row(cells: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in cells}


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | Decimal():
            return value
        case bytes():
            return None  # nothing that could be said or compared
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)[:LONGEST_CELL]
