"""Many customers written at once: the one fast way, for imports, their undoing, and the demo.

The caller parses values (``core.fields.parsed``) and numbers (``normalise``), makes ``prepared`` rows of them, then in
a transaction takes ``audit.hold``, asks ``owners_of`` for what others have already, and calls ``insert_many``. Chunks
of a few thousand, each in a transaction of its own, let nobody wait long: on SQLite all writers wait meanwhile, on
PostgreSQL those who write configuration or customers.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, String, any_, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from callroom.actions import audit
from callroom.actions.configured import tell
from callroom.actions.customers import COLUMNS, VALUE, file, labelled_phones, next_seq, standing_of
from callroom.actions.new_customers import CUSTOMER_COLUMNS, PHONE_COLUMNS, UNIQUE_COLUMNS, Prepared
from callroom.core.customer_value import changed_by_hand
from callroom.core.customers import Form, Phone
from callroom.core.fields import unique_key
from callroom.store.database import on_postgresql
from callroom.store.tables import Customer, CustomerChange, CustomerPhone, CustomerUnique

Key = tuple[str, str]  # "phones" or "values.ID", and what stands there as it is compared
MADE_COLUMNS = ("created_at", "updated_at", "version", "seq")
MOST_ASKED = 10_000  # values in one question to the database


async def owners_of(session: AsyncSession, keys: Iterable[Key]) -> dict[Key, str]:
    """The customers who have these phones and unique values; of several with one phone the first."""
    by_field: dict[str, list[str]] = {}
    for name, value in keys:
        by_field.setdefault(name, []).append(value)
    owners: dict[Key, str] = {}
    for name, values in by_field.items():
        for begin in range(0, len(values), MOST_ASKED):
            owners |= await _owners(session, name, values[begin : begin + MOST_ASKED])
    return owners


async def insert_many(session: AsyncSession, rows: Prepared) -> list[str]:
    """Write them, in one statement a table; returns the customers' ids. The caller holds (``audit.hold``), and writes
    the entry of the operation log.

    Raises ``IntegrityError``, and nothing is written, when a unique value stands twice.
    """
    if not rows.customers:
        return []
    connection = await session.connection()
    on_sqlite = connection.dialect.name == "sqlite"
    at = _sqlite_time(rows.at) if on_sqlite else rows.at
    seq = await next_seq(session)
    numbered = [(*row, at, at, 1, seq + n) for n, row in enumerate(rows.customers)]
    put_customers = _put_on_sqlite if on_sqlite else put_rows
    await put_customers(connection, "customers", (*CUSTOMER_COLUMNS, *MADE_COLUMNS), numbered)
    await put_rows(connection, "customer_phones", PHONE_COLUMNS, rows.phones)
    await put_rows(connection, "customer_uniques", UNIQUE_COLUMNS, rows.uniques)
    if on_sqlite:
        tokens = [(seq + n, row[-1]) for n, row in enumerate(rows.customers)]
        await put_rows(connection, "customer_search", ("rowid", "search_tokens"), tokens)
    tell(session, "customers")
    return [str(row[0]) for row in rows.customers]


@dataclass(frozen=True, slots=True)
class Edit:
    """What becomes of one customer: ``before`` and ``after`` by the names of his changes (``customers.picture``)."""

    row: Customer
    before: dict[str, Any]
    after: dict[str, Any]


async def pictures(session: AsyncSession, customers: Sequence[str]) -> dict[str, tuple[Customer, dict[str, Any]]]:
    """Each of these who is not deleted, with all that can be changed of him; as they are now that others wait."""
    found: dict[str, tuple[Customer, dict[str, Any]]] = {}
    for begin in range(0, len(customers), MOST_ASKED):
        ids = customers[begin : begin + MOST_ASKED]
        wanted = select(Customer).where(Customer.id.in_(ids), Customer.deleted_at.is_(None))
        phones = await labelled_phones(session, ids)
        for row in await session.scalars(wanted.execution_options(populate_existing=True)):
            own = {name: getattr(row, name) for name in COLUMNS}
            values = {VALUE + id: value for id, value in row.values.items()}
            numbers = [{"number": one.number, "label": one.label} for one in phones[row.id]]
            found[row.id] = row, own | values | {"phones": numbers}
    return found


async def update_many(
    session: AsyncSession, by: audit.Actor, form: Form, edits: Sequence[Edit], now: datetime, batch: str
) -> int:
    """Write what differs, each field with its change; how many customers were changed. The caller holds, has looked
    for conflicts, and writes the entry of the operation log. Raises ``IntegrityError`` as ``insert_many`` does."""
    changes: list[dict[str, Any]] = []
    phones: dict[str, list[Phone]] = {}
    uniques: list[tuple[str, str]] = []  # customer and field
    keys: list[dict[str, Any]] = []
    for edit in edits:
        row, before, after = edit.row, edit.before, edit.after
        changed = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
        if not changed:
            continue
        row.version, row.updated_at = row.version + 1, now
        stood = standing_of(row)
        for name in sorted(changed):
            changes.append(_change(row, by, name, before.get(name), after.get(name), now, batch))
            field = form.fields.get(name.removeprefix(VALUE)) if name.startswith(VALUE) else None
            if name in COLUMNS:
                setattr(row, name, after[name])
            elif field is not None and field.unique:
                uniques.append((row.id, field.id))
                if (key := unique_key(field, after.get(name))) is not None:
                    keys.append({"field_id": field.id, "value": key, "customer_id": row.id})
        if by.id:
            row.by_hand = changed_by_hand(stood, row.tier, row.stage, row.tags)
        row.values = {
            name.removeprefix(VALUE): one for name, one in after.items() if name.startswith(VALUE) and one is not None
        }
        numbers = [Phone(**one) for one in after["phones"]]
        if "phones" in changed:
            phones[row.id] = numbers
        file(row, form, numbers)
    await session.flush()
    await _replace_phones(session, phones)
    for customer, field_id in uniques:
        mine = (CustomerUnique.field_id == field_id, CustomerUnique.customer_id == customer)
        await session.execute(delete(CustomerUnique).where(*mine))
    for table, rows in ((CustomerUnique, keys), (CustomerChange, changes)):
        if rows:
            await session.execute(insert(table), rows)
    if changes:
        tell(session, "customers")
    return len({one["customer_id"] for one in changes})


async def delete_many(
    session: AsyncSession, by: audit.Actor, rows: Sequence[Customer], now: datetime, batch: str
) -> None:
    """Delete customers as ``customers.remove`` does one: they can be brought back. The caller holds, and writes the
    entry of the operation log."""
    if not rows:
        return
    for row in rows:
        row.deleted_at, row.updated_at, row.version = now, now, row.version + 1
    await session.flush()
    await session.execute(delete(CustomerUnique).where(CustomerUnique.customer_id.in_([row.id for row in rows])))
    changes = [_change(row, by, "deleted", False, True, now, batch) for row in rows]
    await session.execute(insert(CustomerChange), changes)
    tell(session, "customers")


def _change(
    row: Customer, by: audit.Actor, name: str, before: Any, after: Any, now: datetime, batch: str
) -> dict[str, Any]:
    return {
        "customer_id": row.id,
        "version": row.version,
        "at": now,
        "by_id": by.id,
        "by": by.name,
        "field": name,
        "before": {"value": before},
        "after": {"value": after},
        "batch": batch,
    }


async def _replace_phones(session: AsyncSession, phones: dict[str, list[Phone]]) -> None:
    """A phone that stays keeps its id: somebody may be using it."""
    if not phones:
        return
    known = await labelled_phones(session, list(phones))
    await session.execute(delete(CustomerPhone).where(CustomerPhone.customer_id.in_(list(phones))))
    rows: list[tuple[Any, ...]] = []
    for customer, numbers in phones.items():
        ids = {one.number: one.id for one in known[customer]}
        for position, one in enumerate(numbers):
            id = ids.get(one.number) or f"ph_{secrets.token_hex(8)}"
            rows.append((id, customer, one.number, position, one.label))
    await put_rows(await session.connection(), "customer_phones", PHONE_COLUMNS, rows)


async def put_rows(
    connection: AsyncConnection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows of plain values (text, whole numbers, booleans, times, None; JSON as text) as fast as the database
    takes them: one prepared statement on SQLite, COPY on PostgreSQL."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        raw: Any = (await connection.get_raw_connection()).driver_connection
        await raw.copy_to_table(table, source=_copied(rows), columns=list(columns), format="text")
        return
    times = [at for at, column in enumerate(columns) if column == "at" or column.endswith("_at")]
    if times:
        rows = [_with_sqlite_times(row, times) for row in rows]
    await _put_on_sqlite(connection, table, columns, rows)


async def _put_on_sqlite(
    connection: AsyncConnection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Times as SQLite keeps them."""
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
    await connection.exec_driver_sql(statement, rows)


async def _owners(session: AsyncSession, name: str, values: Sequence[str]) -> dict[Key, str]:
    if name == "phones":
        asked = _among(session, CustomerPhone.number, values)
        phones = select(CustomerPhone.number, CustomerPhone.customer_id).where(asked)
        pairs = [(number, customer) for number, customer in await session.execute(phones)]
        living = await _living(session, sorted({customer for _, customer in pairs}))
        return {(name, number): one for number, one in sorted(pairs, reverse=True) if one in living}
    query = select(CustomerUnique.value, CustomerUnique.customer_id).where(
        CustomerUnique.field_id == name.removeprefix("values."),
        _among(session, CustomerUnique.value, values),
    )
    return {(name, value): customer for value, customer in await session.execute(query)}


def _among(session: AsyncSession, column: Any, values: Sequence[str]) -> ColumnElement[bool]:
    """Whether it is one of many ``values``, which are one parameter: as many parameters take longer than the answer."""
    if on_postgresql(session):
        return column == any_(literal(list(values), ARRAY(String)))
    return column.in_(select(func.json_each(msgspec.json.encode(values).decode()).table_valued("value").c.value))


async def _living(session: AsyncSession, ids: Sequence[str]) -> set[str]:
    """Those who are not deleted. Asked by itself: joined to phones, SQLite would go through all customers first."""
    found: set[str] = set()
    for begin in range(0, len(ids), MOST_ASKED):
        asked = _among(session, Customer.id, ids[begin : begin + MOST_ASKED])
        some = select(Customer.id, Customer.deleted_at).where(asked)
        found |= {id for id, deleted_at in await session.execute(some) if deleted_at is None}
    return found


def _with_sqlite_times(row: Sequence[Any], times: Sequence[int]) -> tuple[Any, ...]:
    values = list(row)
    for at in times:
        if values[at] is not None:
            values[at] = _sqlite_time(values[at])
    return tuple(values)


@lru_cache(maxsize=64)
def _sqlite_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SPECIAL = re.compile(r"[\\\t\n\r]").search
_PIECE = 500  # rows


async def _copied(rows: Sequence[tuple[Any, ...]]) -> Any:
    for begin in range(0, len(rows), _PIECE):
        yield "".join(_line(row) for row in rows[begin : begin + _PIECE]).encode()


def _line(row: Iterable[Any]) -> str:
    return "\t".join([_COPIED[type(value)](value) for value in row]) + "\n"


def _escaped(value: str) -> str:
    return value.translate(_ESCAPED) if _SPECIAL(value) else value


_COPIED: dict[type, Callable[[Any], str]] = {
    str: _escaped,
    bool: lambda value: "t" if value else "f",
    int: str,
    datetime: datetime.isoformat,
    type(None): lambda _: "\\N",
}
