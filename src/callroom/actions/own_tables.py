"""Tables that the site makes itself: their fields and statuses, and what a change of them makes of the records."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, statuses
from callroom.actions.configured import Kind, must_exist
from callroom.actions.configured import Values as Columns
from callroom.actions.fields import checked_definition, field_of, place_of_site
from callroom.actions.ids import new_id
from callroom.core.fields import Field, Place, Stored, Wrong, converted, shown, unique_key
from callroom.core.statuses import Status
from callroom.errors import Fault, InUse, Invalid, invalid
from callroom.store.tables import CustomTable, Record, RecordKey, Survey

BATCH = 500  # records read at a time


def fields_of(table: CustomTable) -> list[Field]:
    return [field_of(document["id"], document) for document in table.fields]


def statuses_of(table: CustomTable) -> list[Status]:
    return [msgspec.convert(document, Status) for document in table.statuses]


class OwnTables(Kind[CustomTable]):
    table = CustomTable
    name = "table"
    plural = "tables"
    prefix = "tb"

    async def check(self, session: AsyncSession, values: Columns, row: CustomTable | None) -> None:
        place = await place_of_site(session)
        fields = _checked_fields(values["fields"], fields_of(row) if row is not None else [], place)
        kept = msgspec.convert(values["statuses"], list[Status])
        statuses.check(kept)
        if values["problems"] and not any(status.solves and not status.initial for status in kept):
            raise invalid("statuses", "problems_need_solving")
        await must_exist(session, Survey, values["survey_id"], "survey_id")
        if row is not None:
            await statuses.change(session, Record, Record.table_id == row.id, statuses_of(row), kept)
            await change_fields(session, row, fields, place)

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: CustomTable) -> None:
        """One with records stays: they are not lost by one press."""
        there = select(Record.number).where(Record.table_id == row.id, Record.deleted_at.is_(None))
        if (number := await session.scalar(there.limit(1))) is not None:
            raise InUse("record", f"{row.name} {number}")


OWN_TABLES = OwnTables()


def _checked_fields(documents: list[dict[str, Any]], present: list[Field], place: Place) -> list[Field]:
    """Complete the definitions, ids of new ones too. Raises ``Invalid``, naming "fields.N"."""
    known = {field.id: field for field in present}
    faults: list[Fault] = []
    seen: set[tuple[str, str]] = set()
    for at, document in enumerate(documents):
        document["id"] = document["id"] or new_id("f")
        try:
            checked_definition(document, known.get(document["id"]), place)
        except Invalid as error:
            faults += [replace(fault, field=f"fields.{at}.{fault.field}") for fault in error.faults]
        for part in ("id", "label"):
            alike = (part, document[part].casefold())
            if alike in seen:
                faults.append(Fault(f"fields.{at}.{part}", "twice"))
            seen.add(alike)
    if faults:
        raise Invalid(tuple(faults))
    return [field_of(document["id"], document) for document in documents]


# ---------------------------------------------------------------- fields of a table with records


async def change_fields(session: AsyncSession, row: CustomTable, fields: list[Field], place: Place) -> None:
    """Bring the records' values to the fields as they will be.

    Raises ``Invalid``, and changes nothing, where a value would be lost, or a field that becomes unique has one twice.
    """
    before = {field.id: field for field in fields_of(row)}
    after = {field.id: field for field in fields}
    gone = before.keys() - after.keys()
    moved = {id: (before[id], field) for id, field in after.items() if id in before and _means_other(before[id], field)}
    keyed = {field.id for field in fields if field.unique}
    rekeyed = {id for id in keyed if id not in before or not before[id].unique or id in moved}
    await session.execute(
        delete(RecordKey).where(
            RecordKey.table_id == row.id, RecordKey.field_id.in_(sorted(gone | rekeyed | (before.keys() - keyed)))
        )
    )
    if not (gone or moved or rekeyed):
        return
    place_in_form = {field.id: at for at, field in enumerate(fields)}
    lost: dict[str, tuple[int, str]] = {}
    keys: dict[tuple[str, str], str] = {}
    async for record in _records(session, row.id):
        values: dict[str, Any] = {id: value for id, value in record.values.items() if id not in gone}
        for id, (old, new) in moved.items():
            fresh = converted(value, old, new, place) if (value := values.get(id)) is not None else None
            if isinstance(fresh, Wrong):
                count, _ = lost.get(id, (0, ""))
                lost[id] = count + 1, shown(old, value, "zh", place)
            elif fresh is None:
                values.pop(id, None)
            else:
                values[id] = fresh
        if values != record.values:
            record.values = values
        if record.deleted_at is None:
            for id in rekeyed:
                _claim(keys, after[id], values.get(id), record.id, f"fields.{place_in_form[id]}.unique")
        await session.flush()
        session.expunge(record)
    if lost:
        raise Invalid(
            tuple(
                Fault(f"fields.{place_in_form[id]}.type", "would_be_lost", {"count": count, "given": example[:40]})
                for id, (count, example) in lost.items()
            )
        )
    if keys:
        await session.execute(
            insert(RecordKey),
            [
                {"table_id": row.id, "field_id": field, "key": key, "record_id": record}
                for (field, key), record in keys.items()
            ],
        )


def _means_other(before: Field, after: Field) -> bool:
    return before.type is not after.type or before.options != after.options


def _claim(keys: dict[tuple[str, str], str], field: Field, value: Stored, record: str, named: str) -> None:
    key = unique_key(field, value)
    if key is not None and keys.setdefault((field.id, key), record) != record:
        raise invalid(named, "not_unique", given=str(value)[:40])


async def _records(session: AsyncSession, table: str) -> AsyncIterator[Record]:
    last = 0
    while True:
        wanted = select(Record).where(Record.table_id == table, Record.number > last).order_by(Record.number)
        batch = list(await session.scalars(wanted.limit(BATCH)))
        for record in batch:
            yield record
        if len(batch) < BATCH:
            return
        last = batch[-1].number


async def counts(session: AsyncSession, tables: list[str]) -> dict[str, int]:
    """How many records each table has."""
    found = await session.execute(
        select(Record.table_id, func.count())
        .where(Record.table_id.in_(tables), Record.deleted_at.is_(None))
        .group_by(Record.table_id)
    )
    return {table: count for table, count in found}
