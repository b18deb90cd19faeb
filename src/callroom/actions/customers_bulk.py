"""Many customers written at once: the one fast way, for imports, bulk edits and the demo.

The caller parses values (``core.fields.parsed``) and numbers (``normalise``), makes ``prepared`` rows of them, then in
a transaction takes ``audit.hold``, asks ``conflicts`` for what others have already, and calls ``insert_many``. Chunks
of a few thousand, each in a transaction of its own, let nobody wait long: on SQLite all writers wait meanwhile, on
PostgreSQL those who write configuration or customers.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from callroom.actions import audit
from callroom.actions.configured import tell
from callroom.actions.customers import Form, Phone, next_seq
from callroom.core.customers import Filing, searched
from callroom.core.fields import Stored, unique_key
from callroom.store.tables import Customer, CustomerPhone, CustomerUnique

PLAIN_FILING = Filing()
MOST_ASKED = 10_000  # values in one question to the database
CUSTOMER_COLUMNS = (
    "id", "version", "created_at", "updated_at", "name", "company", "memo", "tier", "field_values", "owner_id", "tags",
    "stage", "do_not_call", "created_by", "batch", "search_text", "search_numbers", "search_masked", "search_tokens",
    "seq",
)  # fmt: skip
PHONE_COLUMNS = ("id", "customer_id", "number", "position", "label")
UNIQUE_COLUMNS = ("field_id", "value", "customer_id")


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """One who is to be made; ``values`` by id of field as ``parsed`` gave them, defaults included."""

    name: str
    company: str = ""
    memo: str = ""
    phones: Sequence[Phone] = ()
    values: dict[str, Stored] = field(default_factory=dict[str, Stored])
    filing: Filing = PLAIN_FILING


@dataclass(frozen=True, slots=True)
class Conflict:
    """Row ``index`` has the ``value`` in ``field`` ("phones" or "values.ID") that ``customer`` has already; None: that
    an earlier row of the same list has."""

    index: int
    field: str
    value: str
    customer: str | None


async def conflicts(
    session: AsyncSession, form: Form, rows: Sequence[NewCustomer], *, phones: bool = True
) -> list[Conflict]:
    """Whom the rows meet by a phone (unless phones may be shared) or by what is unique, in the rows' order."""
    wanted: dict[tuple[str, str], list[int]] = {}
    for index, row in enumerate(rows):
        for key in _keys(form, row, phones=phones):
            wanted.setdefault(key, []).append(index)
    owners: dict[tuple[str, str], str] = {}
    by_field: dict[str, list[str]] = {}
    for name, value in wanted:
        by_field.setdefault(name, []).append(value)
    for name, values in by_field.items():
        for begin in range(0, len(values), MOST_ASKED):
            owners |= await _owners(session, name, values[begin : begin + MOST_ASKED])
    found: list[Conflict] = []
    for (name, value), indexes in wanted.items():
        owner = owners.get((name, value))
        found += [Conflict(index, name, value, owner) for index in (indexes if owner else indexes[1:])]
    return sorted(found, key=lambda one: one.index)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows ready to be written, of customers without their numbers (``seq``)."""

    customers: list[tuple[Any, ...]]
    phones: list[tuple[Any, ...]]
    uniques: list[tuple[Any, ...]]


def prepared(form: Form, rows: Sequence[NewCustomer], by: audit.Actor, now: datetime, batch: str) -> Prepared:
    """Half of the work, which needs no database: in a thread of its own it goes on beside the writing of other rows.
    ``batch`` names the import or action that makes the customers."""
    found = Prepared([], [], [])
    unique_fields = [one for one in form.fields.values() if one.unique]
    for id, row in zip(_ids(len(rows), now), rows, strict=True):
        filing, texts = row.filing, (row.company, row.memo)
        index = searched(form.fields, row.name, texts, [one.number for one in row.phones], row.values, filing)
        found.customers.append(
            (id, 1, now, now, row.name, row.company, row.memo, filing.tier, _json(row.values), filing.owner,
             _json(filing.tags), filing.stage, filing.do_not_call, by.id, batch, index.text, index.numbers,
             index.masked, index.tokens)
        )  # fmt: skip
        for position, one in enumerate(row.phones):
            found.phones.append((f"ph_{id[2:]}{position}", id, one.number, position, one.label))
        for one in unique_fields:
            if (key := unique_key(one, row.values.get(one.id))) is not None:
                found.uniques.append((one.id, key, id))
    return found


async def insert_many(session: AsyncSession, rows: Prepared) -> list[str]:
    """Write them, in one statement a table; returns the customers' ids. The caller holds (``audit.hold``), and writes
    the entry of the operation log.

    Raises ``IntegrityError``, and nothing is written, when a unique value stands twice.
    """
    if not rows.customers:
        return []
    connection = await session.connection()
    numbered = [(*row, seq) for seq, row in enumerate(rows.customers, start=await next_seq(session))]
    await put_rows(connection, "customers", CUSTOMER_COLUMNS, numbered)
    await put_rows(connection, "customer_phones", PHONE_COLUMNS, rows.phones)
    await put_rows(connection, "customer_uniques", UNIQUE_COLUMNS, rows.uniques)
    if connection.dialect.name == "sqlite":
        tokens = [(row[-1], row[-2]) for row in numbered]
        await put_rows(connection, "customer_search", ("rowid", "search_tokens"), tokens)
    tell(session, "customers")
    return [str(row[0]) for row in numbered]


def _ids(count: int, now: datetime) -> list[str]:
    """Ids that begin with the time, so that those made together lie together in the indexes; the rest is chance."""
    begin = f"c_{int(now.timestamp() * 1000):011x}"
    chance = secrets.token_hex(count * 5)
    return [begin + chance[at : at + 10] for at in range(0, count * 10, 10)]


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
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
    if any(isinstance(value, datetime) for value in rows[0]):
        rows = [tuple(_sqlite_time(one) if isinstance(one, datetime) else one for one in row) for row in rows]
    await connection.exec_driver_sql(statement, rows)


def _keys(form: Form, row: NewCustomer, *, phones: bool) -> Iterator[tuple[str, str]]:
    if phones:
        for number in dict.fromkeys(one.number for one in row.phones):
            yield "phones", number
    for one in form.fields.values():
        if one.unique and (key := unique_key(one, row.values.get(one.id))) is not None:
            yield f"values.{one.id}", key


async def _owners(session: AsyncSession, name: str, values: Sequence[str]) -> dict[tuple[str, str], str]:
    if name == "phones":
        query = (
            select(CustomerPhone.number, func.min(Customer.id))
            .join(Customer, Customer.id == CustomerPhone.customer_id)
            .where(CustomerPhone.number.in_(values), Customer.deleted_at.is_(None))
            .group_by(CustomerPhone.number)
        )
    else:
        query = select(CustomerUnique.value, CustomerUnique.customer_id).where(
            CustomerUnique.field_id == name.removeprefix("values."), CustomerUnique.value.in_(values)
        )
    return {(name, value): customer for value, customer in await session.execute(query)}


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


@lru_cache(maxsize=64)
def _sqlite_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_PIECE = 500  # rows


async def _copied(rows: Sequence[tuple[Any, ...]]) -> Any:
    for begin in range(0, len(rows), _PIECE):
        yield "".join(_line(row) for row in rows[begin : begin + _PIECE]).encode()


def _line(row: Iterable[Any]) -> str:
    return "\t".join(_for_copy(value) for value in row) + "\n"


def _for_copy(value: Any) -> str:
    match value:
        case str():
            return value.translate(_ESCAPED)
        case None:
            return "\\N"
        case bool():
            return "t" if value else "f"
        case datetime():
            return value.isoformat()
        case _:
            return str(value)
