"""Return calls 回访: owed to the customer of a solved problem, dialled by an agent, closed by what he said."""

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, service
from callroom.actions.ids import new_id
from callroom.errors import NotNow, invalid
from callroom.store.tables import CustomTable, FollowUp, Record

Result = Literal["satisfied", "unsatisfied", "unreachable", "declined"]


def subject_of(task: FollowUp) -> service.Subject:
    return "follow_up", task.id


async def open_of(session: AsyncSession, record: Record) -> FollowUp | None:
    wanted = select(FollowUp).where(FollowUp.record_id == record.id, FollowUp.state == "open")
    return await session.scalar(wanted.limit(1))


async def create(
    session: AsyncSession,
    by: audit.Actor,
    record: Record,
    now: datetime,
    *,
    owner: str | None = None,
    due_at: datetime | None = None,
) -> FollowUp:
    """Owe the customer of a record a call because somebody wants it; raises what ``make`` does."""
    await audit.hold(session)
    await session.refresh(record)
    await service.check_links(session, customer=None, journey=None, owner=owner)
    table = await session.get_one(CustomTable, record.table_id)
    return await make(session, by, table, record, now, owner=owner, due_at=due_at)


async def make(
    session: AsyncSession,
    by: audit.Actor,
    table: CustomTable,
    record: Record,
    now: datetime,
    *,
    owner: str | None = None,
    due_at: datetime | None = None,
) -> FollowUp:
    """Owe the customer of a problem a call, by its owner unless another is chosen; only while ``audit.hold`` holds.
    Raises ``Invalid``, ``NotNow`` while one is owed already, and where the record was deleted."""
    if record.deleted_at is not None:
        raise NotNow("follow up", "deleted")
    if record.customer_id is None:
        raise invalid("record", "needs_customer")
    if await open_of(session, record) is not None:
        raise NotNow("follow up", "open")
    task = FollowUp(
        id=new_id("fu"),
        version=1,
        created_at=now,
        updated_at=now,
        record_id=record.id,
        customer_id=record.customer_id,
        owner_id=owner or record.owner_id,
        created_by=by.id,
        due_at=due_at or now + timedelta(hours=table.call_back_hours),
        state="open",
        attempts=0,
        result="",
        note="",
    )
    session.add(task)
    await session.flush()
    told = {"table": table.name, "number": record.number}
    await service.note(session, by, subject_of(task), "created", now, told=told)
    words = told | {"by": by.name}
    await service.tell(session, [task.owner_id], "follow_up_made", subject_of(task), words, now, but=by.id)
    return task


async def assign(
    session: AsyncSession, by: audit.Actor, task: FollowUp, version: int, owner: str, due_at: datetime, now: datetime
) -> FollowUp:
    """Give it to another agent, or another time. Raises ``ChangedMeanwhile``, ``Invalid``; ``NotNow``: it is done."""
    await audit.hold(session)
    await _open(session, task, version)
    await service.check_links(session, customer=None, journey=None, owner=owner, known=(task.owner_id,))
    before = _seen(task)
    given = task.owner_id != owner
    if task.due_at != due_at:
        task.due_at, task.overdue_told_at = due_at, None
    task.owner_id = owner
    changes = service.differences(before, _seen(task))
    if changes:
        _touch(task, now)
        await service.note(session, by, subject_of(task), "updated", now, changes=changes)
    if given:
        words = await _words(session, task) | {"by": by.name}
        await service.tell(session, [owner], "follow_up_made", subject_of(task), words, now, but=by.id)
    return task


async def follow(session: AsyncSession, record: Record) -> None:
    """A call that is owed goes with its record, and comes back with it."""
    task = await open_of(session, record)
    if task is not None:
        task.deleted_at = record.deleted_at
        if task.deleted_at is not None:
            await service.take_back(session, subject_of(task))
        await session.flush()


async def dialled(session: AsyncSession, task: FollowUp, journey: str, now: datetime) -> None:
    """Its customer is being called."""
    task.journey_id, task.attempts = journey, task.attempts + 1
    _touch(task, now)
    await session.flush()


async def close(
    session: AsyncSession, by: audit.Actor, task: FollowUp, version: int, result: Result, text: str, now: datetime
) -> FollowUp:
    """Raises ``ChangedMeanwhile``, ``NotNow`` when it is done, or nobody has called yet."""
    await audit.hold(session)
    await _open(session, task, version)
    if not task.attempts and result != "declined":
        raise NotNow("close", "not called")
    task.state, task.result, task.note, task.done_at = "done", result, text, now
    _touch(task, now)
    await service.take_back(session, subject_of(task))
    await service.note(session, by, subject_of(task), "closed", now, text=text, told={"result": result})
    return task


async def survey_of(session: AsyncSession, journey: str) -> str | None:
    """To which survey the customer of this return call may be handed."""
    return await session.scalar(
        select(CustomTable.survey_id)
        .join(Record, Record.table_id == CustomTable.id)
        .join(FollowUp, FollowUp.record_id == Record.id)
        .where(FollowUp.journey_id == journey)
    )


async def _open(session: AsyncSession, task: FollowUp, version: int) -> None:
    await session.refresh(task)
    service.from_version(task, version)
    if task.state != "open":
        raise NotNow("change", task.state)


async def _words(session: AsyncSession, task: FollowUp) -> dict[str, Any]:
    found = await session.execute(
        select(CustomTable.name, Record.number)
        .join(Record, Record.table_id == CustomTable.id)
        .where(Record.id == task.record_id)
    )
    name, number = found.one()
    return {"table": name, "number": number}


def _seen(task: FollowUp) -> dict[str, Any]:
    return {"owner": task.owner_id, "due_at": task.due_at.isoformat()}


def _touch(task: FollowUp, now: datetime) -> None:
    task.version += 1
    task.updated_at = now
