"""Return calls to the customers of solved problems: an agent's own, and a leader's with those that are overdue."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import follow_ups, records
from callroom.errors import NotFound, NotNow
from callroom.http.fields import Id, MaybeId
from callroom.http.kept import (
    Asker,
    History,
    Leader,
    Named,
    OfCustomer,
    Reads,
    Writes,
    customers_of,
    found,
    history_of,
    named,
    names,
    not_deleted,
    of_customer,
)
from callroom.http.paging import Cursor, Limit, Order, Sort
from callroom.http.resources import FromVersion, etag
from callroom.http.seen import OutsideText
from callroom.store.service import Condition, tier_of
from callroom.store.tables import CustomTable, FollowUp, Record, SurveyAnswerRow, User

router = APIRouter(prefix="/api/v1", tags=["follow-ups"])
SORTS: dict[str, Any] = {"due_at": FollowUp.due_at, "created_at": FollowUp.created_at}


class FollowUpIn(BaseModel):
    """``owner`` left out: who has the problem in hand; ``due_at`` left out: as its table says."""

    model_config = ConfigDict(extra="forbid")
    record: Id
    owner: MaybeId = None
    due_at: AwareDatetime | None = None


class FollowUpChange(BaseModel):
    model_config = ConfigDict(extra="forbid")
    owner: Id
    due_at: AwareDatetime


class FollowUpResult(BaseModel):
    """``unsatisfied``: the problem begins again. ``declined``: no call is wanted; the others need one."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    result: follow_ups.Result
    note: Annotated[str, Field(max_length=10_000)] = ""


class OfRecord(BaseModel):
    id: str
    table: Named
    number: int


class FollowUpOut(BaseModel):
    """``journey``: the last call; ``survey``: what the customer said in its survey."""

    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    record: OfRecord
    customer: OfCustomer | None
    owner: Named | None
    due_at: datetime
    overdue: bool
    state: Literal["open", "done"]
    attempts: int
    journey: str | None
    survey: list[str]  # meanings
    result: str
    note: OutsideText
    done_at: datetime | None


class FollowUpList(BaseModel):
    items: list[FollowUpOut]
    next: str | None


def overdue(now: datetime) -> list[Condition]:
    return [FollowUp.done_at.is_(None), FollowUp.deleted_at.is_(None), FollowUp.due_at <= now]


@router.get("/follow-ups", operation_id="listFollowUps")
async def list_follow_ups(
    asker: Reads,
    limit: Limit = 50,
    cursor: Cursor = "",
    sort: Sort = "due_at",
    state: Literal["", "open", "done"] = "",
    late: Annotated[bool, Query(alias="overdue")] = False,
    owner: Annotated[str, Query(max_length=40)] = "",
    customer: Annotated[str, Query(max_length=40)] = "",
    record: Annotated[str, Query(max_length=40)] = "",
) -> FollowUpList:
    """Sorted by due_at or created_at; "key": those of customers of the highest tiers first, then what is due first."""
    where: list[Condition] = [
        await asker.within(FollowUp),
        FollowUp.deleted_at.is_(None),
    ]
    for column, value in (
        (FollowUp.state, state),
        (FollowUp.owner_id, owner),
        (FollowUp.customer_id, customer),
        (FollowUp.record_id, record),
    ):
        if value:
            where.append(column == value)
    if late:
        where += overdue(asker.now)
    key_first = Order(FollowUp.due_at, FollowUp.id, down=False, tier=tier_of(FollowUp.customer_id))
    order = Order.wanted(sort, SORTS, FollowUp.id, key_first)
    rows, following = await order.page(asker.session, select(FollowUp).where(*where), cursor, limit)
    return FollowUpList(items=await show(asker.session, rows, asker.now), next=following)


@router.post("/follow-ups", status_code=201, operation_id="createFollowUp")
async def create_follow_up(body: FollowUpIn, leader: Leader, asker: Writes) -> FollowUpOut:
    """Owe the customer of a record a call; 409 while one is owed already."""
    record = await asker.found(Record, "record", body.record)
    task = await follow_ups.create(asker.session, asker.actor, record, asker.now, owner=body.owner, due_at=body.due_at)
    return await _answered(asker, task)


@router.get("/follow-ups/{id}", operation_id="getFollowUp")
async def get_follow_up(id: str, asker: Reads) -> FollowUpOut:
    return await _answered(asker, await _found(asker, id))


@router.put("/follow-ups/{id}", operation_id="replaceFollowUp")
async def replace_follow_up(
    id: str,
    body: FollowUpChange,
    asker: Writes,
    version: FromVersion,
) -> FollowUpOut:
    """Give it to another agent, or another time."""
    task = not_deleted(await _found(asker, id))
    await follow_ups.assign(asker.session, asker.actor, task, version, body.owner, body.due_at, asker.now)
    return await _answered(asker, task)


@router.post("/follow-ups/{id}/close", operation_id="closeFollowUp")
async def close_follow_up(
    id: str,
    body: FollowUpResult,
    asker: Writes,
    version: FromVersion,
) -> FollowUpOut:
    """What came of it; a customer who is not satisfied has his problem back."""
    task = not_deleted(await _found(asker, id))
    await follow_ups.close(asker.session, asker.actor, task, version, body.result, body.note, asker.now)
    record = await asker.session.get(Record, task.record_id)
    if body.result == "unsatisfied" and record is not None and record.deleted_at is None:
        await records.reopen(asker.session, asker.actor, record, asker.now, text=body.note)
    return await _answered(asker, task)


@router.get("/follow-ups/{id}/history", operation_id="getFollowUpHistory")
async def follow_up_history(id: str, asker: Reads) -> History:
    await _found(asker, id)
    return await history_of(asker.session, "follow_up", id)


async def task_to_dial(session: AsyncSession, id: str, me: User, now: datetime) -> FollowUp:
    """The return call somebody is about to make. Raises ``NotFound``, ``NotNow`` for one that is done."""
    task: FollowUp = not_deleted(await found(session, FollowUp, "follow_up", id, me, now))
    if task.state != "open":
        raise NotNow("dial", task.state)
    if task.customer_id is None:
        raise NotFound("customer", "")
    return task


async def _found(asker: Asker, id: str) -> FollowUp:
    return await asker.found(FollowUp, "follow_up", id)


async def _answered(asker: Asker, task: FollowUp) -> FollowUpOut:
    etag(asker.response, task.version)
    return (await show(asker.session, [task], asker.now))[0]


async def show(session: AsyncSession, rows: list[FollowUp], now: datetime) -> list[FollowUpOut]:
    customers = await customers_of(session, {row.customer_id for row in rows})
    people = await names(session, User, {row.owner_id for row in rows})
    problems = await session.execute(
        select(Record.id, Record.number, CustomTable.id, CustomTable.name)
        .join(CustomTable, CustomTable.id == Record.table_id)
        .where(Record.id.in_({row.record_id for row in rows}))
    )
    of = {id: OfRecord(id=id, number=number, table=Named(id=table, name=name)) for id, number, table, name in problems}
    said: dict[str, list[str]] = {}
    answers = await session.execute(
        select(SurveyAnswerRow.journey_id, SurveyAnswerRow.meaning)
        .where(SurveyAnswerRow.journey_id.in_({row.journey_id for row in rows}), SurveyAnswerRow.meaning.is_not(None))
        .order_by(SurveyAnswerRow.journey_id, SurveyAnswerRow.question)
    )
    for journey, meaning in answers:
        said.setdefault(journey, []).append(meaning or "")
    return [
        FollowUpOut(
            id=row.id,
            version=row.version,
            created_at=row.created_at,
            updated_at=row.updated_at,
            record=of[row.record_id],
            customer=of_customer(customers, row.customer_id),
            owner=named(people, row.owner_id),
            due_at=row.due_at,
            overdue=row.state == "open" and row.due_at <= now,
            state="open" if row.state == "open" else "done",
            attempts=row.attempts,
            journey=row.journey_id,
            survey=said.get(row.journey_id or "", []),
            result=row.result,
            note=row.note,
            done_at=row.done_at,
        )
        for row in rows
    ]
