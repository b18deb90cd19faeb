"""One person's data erased for good (PIPL art. 47, GDPR art. 17), in steps that a worker can begin anew.

What is about him goes: his records, orders, memos, messages, sounds, faxes and their histories. His calls stay to be
counted, without a number or name. Then all other tables are looked through for his numbers, whatever they are. He
himself goes last, because by him the rest is found; the operation log tells that he was erased, and no more.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import JSON, ColumnElement, String, Table, and_, delete, func, or_, select, update
from sqlalchemy import cast as as_type
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, jobs
from callroom.actions.configured import tell
from callroom.actions.persons import Person, counted, files_of, notices_about, person_of, rows_about
from callroom.errors import ChangedMeanwhile, invalid
from callroom.store.tables import (
    AuditEntry,
    Base,
    Customer,
    CustomerView,
    IdempotencyKey,
    Job,
    JourneyRow,
    MessagePart,
    NoticeRow,
    Voicemail,
)
from callroom.store.tables.base import Configured
from callroom.store.tables.service import Owned

KINDS = {
    "records": "record",
    "orders": "order",
    "memos": "memo",
    "follow_ups": "follow_up",
    "messages": "message",
    "faxes": "fax",
    "voicemails": "voicemail",
    "recordings": "recording",
    "callbacks": "callback",
    "journeys": "call",
}  # as the operation log and notices name them
CHUNK = 500
_CONFIGURED = {
    str(cast(Any, mapper.class_).__tablename__)
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, Configured) and not issubclass(mapper.class_, Owned | CustomerView)
}  # what admins wrote: a number there is a rule of the site's
_LOOKED_THROUGH = [
    table for table in Base.metadata.sorted_tables if table.name not in _CONFIGURED | {"audit_log", "customer_phones"}
]


async def plan(session: AsyncSession, customer_id: str) -> tuple[Person, dict[str, int], str]:
    """What would be erased, and the code that confirms just this. Raises ``NotFound``."""
    person = await person_of(session, customer_id)
    counts = await counted(session, person)
    seen = json.dumps([person.id, person.customer.version, person.numbers, counts], sort_keys=True)
    return person, counts, hashlib.sha256(seen.encode()).hexdigest()[:16]


async def begin(session: AsyncSession, by: audit.Actor, customer_id: str, code: str, name: str, now: datetime) -> Job:
    """Erase the person whom ``plan`` gave the code for; nobody finds him from now on, the worker does the rest.

    Raises ``NotFound``, ``Invalid`` unless ``name`` is his, ``ChangedMeanwhile`` when there is more of him by now.
    """
    await audit.hold(session)
    person, _, right = await plan(session, customer_id)
    if name.strip() != person.customer.name:
        raise invalid("name", "not_his_name")
    if code != right:
        raise ChangedMeanwhile(person.customer.version)
    row = person.customer
    if row.deleted_at is None:
        row.deleted_at, row.version, row.updated_at = now, row.version + 1, now
        await session.flush()
    arguments = {"customer": person.id, "by": [by.id, by.name, by.address]}
    tell(session, "customers")
    return await jobs.enqueue(session, by, jobs.ERASE, arguments, now)


async def drop_rows(session: AsyncSession, person: Person, home: Path, now: datetime) -> None:
    """Delete what is about him, with its files, and what the operation log has of it."""
    await audit.hold(session)
    subjects = [("customer", person.id)]
    files: dict[str, list[dict[str, Any]]] = {"recordings": [], "voicemails": [], "faxes": []}
    tables = {name: (table, which) for name, table, which in rows_about(person)}
    for name, (table, which) in tables.items():
        if name not in KINDS:
            continue
        for row in await session.scalars(select(table).where(which)):
            subjects.append((KINDS[name], row.id))
            if name in files:
                files[name].append({"id": row.id, "path": row.path})
    await session.execute(delete(NoticeRow).where(notices_about(subjects)))
    table, which = tables["voicemails"]
    await session.execute(
        update(Voicemail).where(which).values(caller="", deleted_at=func.coalesce(Voicemail.deleted_at, now))
    )
    messages = [id for kind, id in subjects if kind == "message"]
    await session.execute(delete(MessagePart).where(MessagePart.message_id.in_(messages)))
    for name in (
        "history",
        "order_lines",
        "recordings",
        "faxes",
        "callbacks",
        "messages",
        "follow_ups",
        "records",
        "orders",
        "memos",
        "changes",
    ):
        table, which = tables[name]
        await session.execute(delete(table).where(which).execution_options(synchronize_session=False))
    await _redact(session, subjects, person)
    for _, file in files_of(home, files["recordings"], files["voicemails"], files["faxes"]):
        file.unlink(missing_ok=True)  # last: should the commit fail yet, rows without files are left, and go next time


async def scrub_calls(session: AsyncSession, person: Person) -> int:
    """Take number, name and variables out of the next calls of his; how many they were."""
    (which,) = (which for name, _, which in rows_about(person) if name == "journeys")
    rows = list(await session.scalars(select(JourneyRow).where(which).limit(CHUNK)))
    for row in rows:
        row.customer_id, row.has_recording = None, False
        row.from_number = _scrubbed(row.from_number, person)
        row.to_number = _scrubbed(row.to_number, person)
        document = _scrubbed(row.document, person) | {"customer": None, "recordings": []}
        row.document = document | {"voicemail": None, "message": None, "fax": None}
    return len(rows)


async def scrub_others(session: AsyncSession, person: Person, table_name: str) -> None:
    """Take him out of all rows of a table that hold a number of his or his id."""
    table = Base.metadata.tables[table_name]
    keys = list(table.primary_key.columns)
    rows = (await session.execute(select(table).where(_holds(table, _needles(person))))).mappings().all()
    for row in rows:
        mine = and_(*(key == row[key] for key in keys))
        new = {column.key: _scrubbed(row[column], person) for column in _texts(table)}
        new = {name: value for name, value in new.items() if value != row[table.c[name]]}
        if any(key.key in new for key in keys) or table_name == IdempotencyKey.__tablename__:
            await session.execute(delete(table).where(mine))  # it is by his number that such a row is named
        elif new:
            await session.execute(update(table).where(mine).values(new))


def tables_to_look_through() -> list[str]:
    return [table.name for table in _LOOKED_THROUGH if _texts(table)]


async def finish(session: AsyncSession, by: audit.Actor, person: Person, now: datetime) -> None:
    """He himself goes; the operation log says by whom, and when."""
    await audit.hold(session)
    await session.execute(delete(Customer).where(Customer.id == person.id))
    await audit.record(session, by, "customer.erased", now=now, subject=("customer", person.id))
    tell(session, "customers")


# ---------------------------------------------------------------- where he stands


def _needles(person: Person) -> list[str]:
    """What rows hold that are about him: his numbers, each as it is in all its forms, and his id."""
    shortest = [one for one in person.numbers if not any(other != one and other in one for other in person.numbers)]
    return [*shortest, person.id]


def _texts(table: Any) -> list[Any]:
    return [
        column
        for column in cast(Table, table).columns
        if isinstance(column.type, String | JSON) and column.name != "search_tokens"
    ]


def _holds(table: Any, needles: Sequence[str]) -> ColumnElement[bool]:
    return or_(
        *(as_type(column, String).contains(needle, autoescape=True) for column in _texts(table) for needle in needles)
    )


def _about(subjects: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    by_kind: dict[str, list[str]] = {}
    for kind, id in subjects:
        by_kind.setdefault(kind, []).append(id)
    return or_(
        *(and_(AuditEntry.subject_kind == kind, AuditEntry.subject_id.in_(ids)) for kind, ids in by_kind.items())
    )


def _scrubbed(value: Any, person: Person) -> Any:
    """The value without his numbers and words."""
    match value:
        case str():
            for told in (*person.numbers, *person.words):
                value = value.replace(told, "")
            return value
        case list():
            return [_scrubbed(one, person) for one in cast(list[Any], value)]
        case dict():
            return {name: _scrubbed(one, person) for name, one in cast(Mapping[str, Any], value).items()}
        case _:
            return value


async def _redact(session: AsyncSession, subjects: Sequence[tuple[str, str]], person: Person) -> None:
    """Of what is about him or his the log keeps who did what; elsewhere it loses his numbers and words."""
    theirs = set(subjects)
    which = or_(_about(subjects), _holds(AuditEntry.__table__, _needles(person)))
    found = select(AuditEntry).where(which, or_(AuditEntry.before.is_not(None), AuditEntry.after.is_not(None)))
    first: int | None = None
    for entry in list(await session.scalars(found.order_by(AuditEntry.id))):
        gone = (entry.subject_kind, entry.subject_id) in theirs
        before, after = (None, None) if gone else (_scrubbed(entry.before, person), _scrubbed(entry.after, person))
        if (before, after) != (entry.before, entry.after):
            entry.before, entry.after = before, after
            first = first or entry.id
    await session.flush()
    if first is not None:
        await audit.seal_again(session, first)
