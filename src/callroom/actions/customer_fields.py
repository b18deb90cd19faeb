"""The fields that customers have: defined, put in order, and given another type with all that stands in them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, configured, jobs
from callroom.actions.configured import Kind, Values
from callroom.actions.customers import Form, file, form_of, labelled_phones
from callroom.actions.fields import (
    CHOOSING,
    checked_definition,
    field_of,
    field_of_row,
    place_of_site,
    positions_for,
    rank,
)
from callroom.core.fields import Field, FieldType, Place, Stored, Wrong, converted, shown, unique_key
from callroom.errors import ChangedMeanwhile, InUse, NotNow, invalid
from callroom.store.tables import Customer, CustomerChange, CustomerField, CustomerRule, CustomerUnique, Job, Segment

FEW = 2_000  # customers: so many are converted within the request, more by the worker
CHUNK = 1_000
TOLD = 100  # values that would be lost are shown up to so many
MOST_FIELDS = 200


class CustomerFields(Kind[CustomerField]):
    table = CustomerField
    name = "customer_field"
    plural = "customer-fields"
    prefix = "f"
    unique = ("label",)
    touches = ("customers",)

    async def check(self, session: AsyncSession, values: Values, row: CustomerField | None) -> None:
        present = field_of_row(row.id, row) if row is not None else None
        checked_definition(values, present, await place_of_site(session))
        if row is not None:
            await _retire_used(session, row, values)
        elif (await session.scalar(select(func.count()).select_from(CustomerField)) or 0) >= MOST_FIELDS:
            raise invalid("label", "too_long", max_length=MOST_FIELDS)

    async def stored(
        self, session: AsyncSession, by: audit.Actor, row: CustomerField, beside: Values, now: datetime, *, fresh: bool
    ) -> None:
        await _rank_all(session)
        if not row.unique:
            await session.execute(delete(CustomerUnique).where(CustomerUnique.field_id == row.id))

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: CustomerField) -> None:
        if await is_changing(session, row):
            raise NotNow("delete", "changing")
        for kind, table in (("customer_rule", CustomerRule), ("segment", Segment)):
            for name, conditions in await session.execute(select(table.name, table.conditions).order_by(table.name)):
                if any(one["field"] == row.id for one in conditions.get("fields", ())):
                    raise InUse(kind, name)

    async def seen(self, session: AsyncSession, row: CustomerField) -> Values:
        values = await super().seen(session, row)
        return {name: value for name, value in values.items() if name not in ("rank", "changing")}


KIND = CustomerFields()


async def is_changing(session: AsyncSession, row: CustomerField) -> bool:
    """Whether the job that gives the field another type is still to come or at work."""
    if row.changing is None:
        return False
    state = await session.scalar(select(Job.state).where(Job.id == row.changing))
    return state is not None and state not in jobs.OVER


async def reorder(session: AsyncSession, by: audit.Actor, order: Sequence[str], now: datetime) -> list[CustomerField]:
    """Put all fields in this order. Raises ``Invalid`` unless each is named once."""
    await audit.hold(session)
    rows = {row.id: row for row in await session.scalars(select(CustomerField))}
    before = {row.id: row.position for row in rows.values()}
    for id, position in positions_for(before, order).items():
        if rows[id].position != position:
            rows[id].position, rows[id].updated_at, rows[id].version = position, now, rows[id].version + 1
    line = await _rank_all(session)
    after = {row.id: row.position for row in line}
    await audit.record(session, by, "customer_fields.reordered", now=now, before=before, after=after)
    configured.tell(session, KIND.plural)
    return line


async def replace(
    session: AsyncSession, by: audit.Actor, field_id: str, version: int, values: Values, now: datetime, *, lose: bool
) -> CustomerField:
    """Give a field another definition. When that concerns what stands in it, few customers are changed at once, many by
    the worker: ``changing`` then names the job. ``lose``: values that cannot be converted are thrown away.

    Raises what ``configured.replace`` does, ``NotNow`` while it is changing, ``Invalid`` when values would be lost.
    """
    await audit.hold(session)
    row = await configured.get(session, KIND, field_id)
    if row.version != version:
        raise ChangedMeanwhile(row.version)
    if await is_changing(session, row):
        raise NotNow("change", "changing")
    row.changing = None
    before, after, place = await both(session, row, values)
    if not concerns_values(before, after):
        return await replace_definition(session, by, row, values, now)
    if await many(session):
        await _not_taken_label(session, row, values)
        arguments = {"field": row.id, "values": values, "lose": lose, "by": [by.id, by.name, by.address]}
        job = await jobs.enqueue(session, by, jobs.CUSTOMER_FIELD, arguments, now)
        row.changing, row.version, row.updated_at = job.id, row.version + 1, now
        await session.flush()
        configured.tell(session, KIND.plural)
        return row
    refuse(await examine(session, before, after, place), lose=lose)
    await begin(session, row.id)
    last = 0
    while (last := await convert_some(session, by, before, after, place, last, now)) > 0:
        pass
    session.expire_all()  # many were changed past what this session remembers
    return await replace_definition(session, by, await configured.get(session, KIND, field_id), values, now)


async def both(session: AsyncSession, row: CustomerField, values: Values) -> tuple[Field, Field, Place]:
    """The field as it is, and as ``values`` would make it; raises ``Invalid`` for what cannot be."""
    place = await place_of_site(session)
    before = field_of_row(row.id, row)
    trial = dict(values)
    checked_definition(trial, before, place)
    if trial["type"] in CHOOSING and before.type in CHOOSING:
        await _retire_used(session, row, trial)
    return before, field_of(row.id, trial), place


def concerns_values(before: Field, after: Field) -> bool:
    return before.type is not after.type or (after.unique and not before.unique)


async def replace_definition(
    session: AsyncSession, by: audit.Actor, row: CustomerField, values: Values, now: datetime
) -> CustomerField:
    """All that stands in the field fits the new definition."""
    before = field_of_row(row.id, row)
    row = await configured.replace(session, by, KIND, row.id, row.version, values, now)
    after = field_of_row(row.id, row)
    if (before.type, before.masked) != (after.type, after.masked):
        await refile(session, now)
    return row


async def remove(session: AsyncSession, by: audit.Actor, field_id: str, now: datetime) -> None:
    """What stands in the field goes with it. Raises ``NotFound``, ``NotNow`` while it is changing."""
    row = await configured.remove(session, by, KIND, field_id, now)
    await session.execute(delete(CustomerUnique).where(CustomerUnique.field_id == row.id))
    await refile(session, now)


async def refile(session: AsyncSession, now: datetime) -> None:
    """Make anew what customers are found by: few at once, many by the worker."""
    if await many(session):
        await jobs.put(session, jobs.CUSTOMER_INDEX, {}, now)
        return
    form, last = await form_of(session), 0
    while (last := await refile_some(session, form, last)) > 0:
        pass


async def refile_some(session: AsyncSession, form: Form, after_seq: int) -> int:
    """The next customers are filed as the fields are now; values of fields that are gone are dropped. Returns the
    last one's number, 0 when there were no more."""
    wanted = select(Customer).where(Customer.seq > after_seq).order_by(Customer.seq).limit(CHUNK)
    rows = list(await session.scalars(wanted.execution_options(populate_existing=True)))
    phones = await labelled_phones(session, [row.id for row in rows])
    for row in rows:
        if not row.values.keys() <= form.fields.keys():
            row.values = {id: value for id, value in row.values.items() if id in form.fields}
        file(row, form, phones[row.id])
    await session.flush()
    return rows[-1].seq if rows else 0


async def many(session: AsyncSession) -> bool:
    return (await session.scalar(select(func.max(Customer.seq))) or 0) > FEW


async def finish(
    session: AsyncSession, by: audit.Actor, field_id: str, values: Values | None, now: datetime
) -> CustomerField:
    """The worker is done: the field has its new definition (None: it stays as it was)."""
    await audit.hold(session)
    row = await configured.get(session, KIND, field_id)
    row.changing = None
    if values is None:
        row.version, row.updated_at = row.version + 1, now
        configured.tell(session, KIND.plural)
        return row
    return await replace_definition(session, by, row, values, now)


# ---------------------------------------------------------------- what stands in the field


@dataclass(frozen=True, slots=True)
class Lost:
    """One value that the changed field could not keep."""

    customer: str
    name: str
    value: str
    wrong: Wrong


@dataclass
class Examined:
    """What a change would do: ``filled`` customers have a value, ``lost`` of them would have none, ``twice`` of those
    left have one that another has too; the first ``TOLD`` that would be lost."""

    filled: int = 0
    lost: int = 0
    twice: int = 0
    first: list[Lost] = field(default_factory=list[Lost])


async def examine(session: AsyncSession, before: Field, after: Field, place: Place) -> Examined:
    """Go through all customers without changing any."""
    found = Examined()
    keys: set[str] = set()
    async for rows in _filled(session, before.id):
        for row in rows:
            found.filled += 1
            value = converted(row.values[before.id], before, after, place)
            if isinstance(value, Wrong):
                found.lost += 1
                if len(found.first) < TOLD:
                    found.first.append(Lost(row.id, row.name, shown(before, row.values[before.id], "zh", place), value))
            elif after.unique and row.deleted_at is None and (key := unique_key(after, value)) is not None:
                found.twice += key in keys
                keys.add(key)
    return found


def refuse(found: Examined, *, lose: bool) -> None:
    """Raises ``Invalid`` when values would be lost and nobody agreed, or stand twice in a field that becomes unique."""
    if found.twice:
        raise invalid("unique", "values_stand_twice", twice=found.twice)
    if found.lost and not lose:
        raise invalid("type", "values_would_be_lost", lost=found.lost)


async def begin(session: AsyncSession, field_id: str) -> None:
    await session.execute(delete(CustomerUnique).where(CustomerUnique.field_id == field_id))


async def convert_some(
    session: AsyncSession, by: audit.Actor, before: Field, after: Field, place: Place, after_seq: int, now: datetime
) -> int:
    """Convert the values of the next customers; returns the last one's number, 0 when there were no more.

    Only while ``audit.hold`` holds. It may be done again: what is converted already stays as it is.
    """
    read = await _some(session, after_seq)
    changed: list[dict[str, Any]] = []
    keys: list[dict[str, Any]] = []
    lost: list[dict[str, Any]] = []
    for row in read:
        if before.id not in row.values:
            continue
        former: Stored = row.values[before.id]
        value = converted(former, before, after, place)
        values = {id: one for id, one in row.values.items() if id != before.id}
        version = row.version + isinstance(value, Wrong)
        if isinstance(value, Wrong):
            lost.append(_lost(row.id, version, by, before, former, now))
        elif value is not None:
            values[before.id] = value
            if after.unique and row.deleted_at is None:
                keys.append({"field_id": after.id, "value": unique_key(after, value), "customer_id": row.id})
        if values != row.values:
            changed.append({"id": row.id, "values": values, "version": version})
    if changed:
        await session.execute(update(Customer), changed)
    for table, rows in ((CustomerUnique, keys), (CustomerChange, lost)):
        if rows:
            await session.execute(insert(table), rows)
    return read[-1].seq if read else 0


def _lost(customer: str, version: int, by: audit.Actor, before: Field, value: Stored, now: datetime) -> dict[str, Any]:
    return {
        "customer_id": customer,
        "version": version,
        "at": now,
        "by_id": by.id,
        "by": by.name,
        "field": f"values.{before.id}",
        "before": {"value": value},
        "after": {"value": None},
    }


async def _filled(session: AsyncSession, field_id: str) -> AsyncIterator[list[Any]]:
    last = 0
    while rows := await _some(session, last):
        last = rows[-1].seq
        yield [row for row in rows if field_id in row.values]


async def _some(session: AsyncSession, after_seq: int) -> list[Any]:
    columns = (Customer.seq, Customer.id, Customer.name, Customer.version, Customer.values, Customer.deleted_at)
    wanted = select(*columns).where(Customer.seq > after_seq).order_by(Customer.seq).limit(CHUNK)
    return list((await session.execute(wanted)).all())


# ---------------------------------------------------------------- definitions


async def _rank_all(session: AsyncSession) -> list[CustomerField]:
    line = rank(list(await session.scalars(select(CustomerField))))
    await session.flush()
    return line


async def _retire_used(session: AsyncSession, row: CustomerField, values: Values) -> None:
    """Options that were left out and stand with customers yet are kept as retired ones."""
    if FieldType(values["type"]) not in CHOOSING:
        return
    kept = {one["id"] for one in values["options"]}
    for option in row.options:
        if option["id"] not in kept:
            used = exists().where(cast(Customer.values, String).contains(f'"{option["id"]}"', autoescape=True))
            if await session.scalar(select(used)):
                values["options"] = [*values["options"], option | {"retired": True}]


async def _not_taken_label(session: AsyncSession, row: CustomerField, values: Values) -> None:
    same = select(CustomerField.id).where(CustomerField.label == values["label"], CustomerField.id != row.id)
    if await session.scalar(same) is not None:
        raise configured.Taken("label", values["label"])
