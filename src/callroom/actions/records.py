"""Records of the site's own tables: made, changed, taken from status to status, submitted to a leader and answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, follow_ups, service
from callroom.actions.fields import place_of_site, read_values
from callroom.actions.ids import new_id
from callroom.actions.own_tables import fields_of, statuses_of
from callroom.core.fields import unique_key
from callroom.core.statuses import Status, initial, may_step, named
from callroom.errors import NotAllowed, NotFound, NotNow, Taken, invalid
from callroom.store.tables import CustomTable, Record, RecordKey, User


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of a record; ``values`` by field id. ``due_at`` None: of a new problem as its table says."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    memo: str = ""
    customer: str | None = None
    journey: str | None = None
    owner: str | None = None
    due_at: datetime | None = None


def subject_of(record: Record) -> service.Subject:
    return "record", record.id


def open_submission(record: Record) -> bool:
    return record.submitted_at is not None and record.answered_at is None


async def table_of(session: AsyncSession, table_id: str) -> CustomTable:
    table = await session.get(CustomTable, table_id)
    if table is None:
        raise NotFound("table", table_id)
    return table


async def create(
    session: AsyncSession, by: audit.Actor, table_id: str, given: Given, now: datetime, *, status: str | None = None
) -> Record:
    """Raises ``NotFound``, ``Invalid``, ``Taken``."""
    await audit.hold(session)
    table = await table_of(session, table_id)
    await service.check_links(session, customer=given.customer, journey=given.journey, owner=given.owner)
    if table.needs_customer and not given.customer:
        raise invalid("customer", "missing")
    values = await _read(session, table, given.values, None)
    statuses = statuses_of(table)
    first = initial(statuses)
    chosen = named(statuses, status or first.id)
    if chosen is None or (chosen.id != first.id and chosen.id not in first.next) or chosen.leaders:
        raise invalid("status", "no_such_step")
    table.last_number += 1
    record = Record(
        id=new_id("r"),
        version=1,
        created_at=now,
        updated_at=now,
        table_id=table.id,
        number=table.last_number,
        status=first.id,
        values=values,
        memo=given.memo,
        customer_id=given.customer,
        journey_id=given.journey,
        owner_id=given.owner or by.id,
        created_by=by.id,
        due_at=given.due_at or _due(table, now),
    )
    session.add(record)
    await session.flush()
    await _keep_keys(session, table, record)
    await service.note(session, by, subject_of(record), "created", now, told=_told(table, record))
    await _tell_owner(session, by, table, record, now)
    if chosen.id != first.id:
        await _enter(session, by, table, record, chosen, now)
    return record


def _due(table: CustomTable, now: datetime) -> datetime | None:
    return now + timedelta(hours=table.due_hours) if table.problems and table.due_hours else None


async def replace(
    session: AsyncSession, by: audit.Actor, record: Record, version: int, given: Given, now: datetime
) -> Record:
    """Give it new values; a field that is not named stays. Raises ``ChangedMeanwhile``, ``Invalid``, ``Taken``."""
    await audit.hold(session)
    await session.refresh(record)
    service.from_version(record, version)
    table = await table_of(session, record.table_id)
    await service.check_links(
        session, customer=given.customer, journey=given.journey, owner=given.owner,
        known=(record.customer_id, record.journey_id, record.owner_id),
    )  # fmt: skip
    if table.needs_customer and not given.customer:
        raise invalid("customer", "missing")
    values = await _read(session, table, given.values, record.values)
    before = _seen(record)
    owner = record.owner_id
    record.values, record.memo = values, given.memo
    record.customer_id, record.journey_id = given.customer, given.journey
    record.owner_id = given.owner or owner
    if record.due_at != given.due_at:
        record.due_at, record.overdue_told_at = given.due_at, None
    changes = service.differences(before, _seen(record))
    if changes:
        _touch(record, now)
        await session.flush()
        await _keep_keys(session, table, record)
        await service.note(session, by, subject_of(record), "updated", now, changes=changes, told=_told(table, record))
    if record.owner_id != owner:
        await _tell_owner(session, by, table, record, now)
    return record


async def step(
    session: AsyncSession,
    by: audit.Actor,
    record: Record,
    version: int | None,
    to: str,
    now: datetime,
    *,
    leads: bool,
    text: str = "",
) -> Record:
    """Take it to another status. Raises ``ChangedMeanwhile``, ``Invalid`` when this step is not allowed."""
    await audit.hold(session)
    await session.refresh(record)
    if version is not None:
        service.from_version(record, version)
    table = await table_of(session, record.table_id)
    statuses = statuses_of(table)
    target = named(statuses, to)
    if target is None or not may_step(statuses, record.status, to, leads=leads):
        raise invalid("status", "no_such_step")
    await _read(session, table, {}, record.values)  # what is required is there
    await _enter(session, by, table, record, target, now, text=text)
    return record


async def _enter(
    session: AsyncSession,
    by: audit.Actor,
    table: CustomTable,
    record: Record,
    status: Status,
    now: datetime,
    *,
    text: str = "",
) -> None:
    before, record.status = record.status, status.id
    if status.closed and record.closed_at is None:
        record.closed_at = now
    elif not status.closed:
        record.closed_at = None
    _touch(record, now)
    changes = {"status": [before, status.id]}
    told = _told(table, record) | {"status": status.label}
    await service.note(session, by, subject_of(record), "status", now, changes=changes, text=text, told=told)
    owed = table.problems and table.call_back and status.solves and record.customer_id is not None
    if owed and await follow_ups.open_of(session, record) is None:
        await follow_ups.make(session, by, table, record, now)


async def reopen(session: AsyncSession, by: audit.Actor, record: Record, now: datetime, *, text: str) -> None:
    """Begin it again from the first status, whatever its steps: its customer says that it is not solved."""
    table = await table_of(session, record.table_id)
    first = initial(statuses_of(table))
    record.due_at, record.overdue_told_at = _due(table, now) or record.due_at, None
    if record.status != first.id:
        await _enter(session, by, table, record, first, now, text=text)
    await _tell_owner(session, by, table, record, now)


# ---------------------------------------------------------------- to the leader and back


async def submit(session: AsyncSession, by: audit.Actor, record: Record, text: str, now: datetime) -> Record:
    """Lay it before the leaders of the agent's team. Raises ``NotNow`` when it lies there already."""
    await audit.hold(session)
    await session.refresh(record)
    if open_submission(record):
        raise NotNow("submit", "submitted")
    table = await table_of(session, record.table_id)
    agent = await session.get(User, by.id) if by.id else None
    record.submitted_at, record.submitted_by, record.submission = now, by.id, text
    record.submitted_team = agent.team_id if agent is not None else None
    record.answered_at, record.answered_by, record.answer = None, None, ""
    _touch(record, now)
    leaders = await service.leaders_of(session, record.submitted_team)
    words = _words(table, record, by)
    await service.note(session, by, subject_of(record), "submitted", now, text=text, told=_told(table, record))
    await service.tell(session, leaders, "record_submitted", subject_of(record), words, now, but=by.id)
    return record


async def answer(
    session: AsyncSession, by: audit.Actor, record: Record, text: str, now: datetime, *, status: str | None = None
) -> Record:
    """What the leader says to it, which goes back to who submitted it. Raises ``NotNow`` when nobody asked."""
    await audit.hold(session)
    await session.refresh(record)
    if not open_submission(record):
        raise NotNow("answer", "not submitted")
    table = await table_of(session, record.table_id)
    record.answered_at, record.answered_by, record.answer = now, by.id, text
    _touch(record, now)
    await service.note(session, by, subject_of(record), "answered", now, text=text, told=_told(table, record))
    words = _words(table, record, by)
    await service.tell(session, [record.submitted_by], "record_answered", subject_of(record), words, now, but=by.id)
    if status is not None and status != record.status:
        await step(session, by, record, None, status, now, leads=True)
    return record


# ---------------------------------------------------------------- gone and back


async def remove(session: AsyncSession, by: audit.Actor, record: Record, now: datetime, *, leads: bool) -> None:
    """Delete it, to be brought back. Raises ``NotAllowed``: agents take away what they made, and no problem."""
    await audit.hold(session)
    await session.refresh(record)
    table = await table_of(session, record.table_id)
    if not leads and (table.problems or record.created_by != by.id):
        raise NotAllowed("agent")
    record.deleted_at = now
    _touch(record, now)
    await session.execute(delete(RecordKey).where(RecordKey.record_id == record.id))
    await service.take_back(session, subject_of(record))
    await follow_ups.follow(session, record)
    await service.note(session, by, subject_of(record), "deleted", now, told=_told(table, record))


async def restore(session: AsyncSession, by: audit.Actor, record: Record, now: datetime, *, leads: bool) -> Record:
    """Bring a deleted one back. Raises ``Taken`` when another has what must be unique meanwhile, ``NotNow``,
    ``NotAllowed``: agents bring back what they took away themselves."""
    await audit.hold(session)
    await session.refresh(record)
    if record.deleted_at is None:
        raise NotNow("restore", "not deleted")
    await service.may_bring_back(session, by, subject_of(record), leads=leads)
    table = await table_of(session, record.table_id)
    record.deleted_at = None
    _touch(record, now)
    await session.flush()
    await _keep_keys(session, table, record)
    await follow_ups.follow(session, record)
    await service.note(session, by, subject_of(record), "restored", now, told=_told(table, record))
    return record


# ---------------------------------------------------------------- inside


async def _read(
    session: AsyncSession, table: CustomTable, given: Mapping[str, Any], former: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The values a record has then; ``former`` None: a new one. All that is required is there. Raises ``Invalid``."""
    fields = {one.id: one for one in fields_of(table)}
    before = former or {}
    whole = given if former is None else {id: before.get(id) for id in fields} | dict(given)
    return dict(read_values(fields, whole, await place_of_site(session), before, fresh=True))


def _touch(record: Record, now: datetime) -> None:
    record.version += 1
    record.updated_at = now


def _seen(record: Record) -> dict[str, Any]:
    due = record.due_at.isoformat() if record.due_at else None
    own = {"memo": record.memo, "customer": record.customer_id, "journey": record.journey_id, "owner": record.owner_id}
    return {f"values.{id}": value for id, value in record.values.items()} | own | {"due_at": due}


def _told(table: CustomTable, record: Record) -> dict[str, Any]:
    return {"table": table.name, "number": record.number}


def _words(table: CustomTable, record: Record, by: audit.Actor) -> dict[str, Any]:
    return _told(table, record) | {"by": by.name, "table_id": table.id}


async def _tell_owner(
    session: AsyncSession, by: audit.Actor, table: CustomTable, record: Record, now: datetime
) -> None:
    words = _words(table, record, by)
    await service.tell(session, [record.owner_id], "record_assigned", subject_of(record), words, now, but=by.id)


async def _keep_keys(session: AsyncSession, table: CustomTable, record: Record) -> None:
    """Raises ``Taken`` when another record has the value of a unique field already."""
    await session.execute(delete(RecordKey).where(RecordKey.record_id == record.id))
    for one in fields_of(table):
        key = unique_key(one, record.values.get(one.id)) if one.unique else None
        if key is None:
            continue
        same = (RecordKey.table_id == table.id, RecordKey.field_id == one.id, RecordKey.key == key)
        if await session.scalar(select(RecordKey.record_id).where(*same)) is not None:
            raise Taken(f"values.{one.id}", str(record.values[one.id]))
        session.add(RecordKey(table_id=table.id, field_id=one.id, key=key, record_id=record.id))
    await session.flush()
