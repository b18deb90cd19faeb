"""Records of the site's own tables, as far as the signed-in person may see them."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import records
from callroom.actions.own_tables import fields_of, statuses_of
from callroom.core.numbers import put_back
from callroom.http.customer_shapes import sight_of_customers
from callroom.http.field_values import meant, seen_values
from callroom.http.fields import Id, MaybeId
from callroom.http.kept import (
    Asker,
    History,
    Leader,
    Named,
    OfCustomer,
    Reads,
    StatusNow,
    Writes,
    customers_of,
    history_of,
    named,
    names,
    not_deleted,
    of_customer,
    status_now,
)
from callroom.http.paging import Cursor, Limit, Sort
from callroom.http.record_filters import Filters, asked, conditions, order_of, submitted_to
from callroom.http.resources import FromVersion, etag
from callroom.http.seen import OutsideText
from callroom.store.tables import CustomTable, Record, User

router = APIRouter(prefix="/api/v1", tags=["records"])
Text = Annotated[str, Field(max_length=10_000)]


class RecordIn(BaseModel):
    """``values`` by field id; a field that is left out keeps its value, or in a new record gets its default. ``owner``
    left out: who makes it. ``status``, of a new one only: one that may follow the first."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    values: dict[str, Any] = Field(default={}, max_length=200)
    memo: Text = ""
    customer: MaybeId = None
    journey: MaybeId = None
    owner: MaybeId = None
    due_at: AwareDatetime | None = None
    status: MaybeId = None

    def given(self) -> records.Given:
        return records.Given(self.values, self.memo, self.customer, self.journey, self.owner, self.due_at)


class StepIn(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    status: Id
    note: Text = ""


class Submitted(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    note: Text = ""


class AnswerIn(BaseModel):
    """``status``: to which the record goes with the answer."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    answer: Annotated[str, Field(min_length=1, max_length=10_000)]
    status: MaybeId = None


class Submission(BaseModel):
    at: datetime
    by: Named | None
    note: OutsideText
    answered_at: datetime | None
    answered_by: Named | None
    answer: OutsideText


class RecordOut(BaseModel):
    """``values`` by field id, as ``tables`` names them; hidden ones as this person may see them."""

    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    table: Named
    number: int
    status: StatusNow
    values: dict[str, Any]
    memo: OutsideText
    customer: OfCustomer | None
    journey: str | None
    owner: Named | None
    created_by: Named | None
    due_at: datetime | None
    closed_at: datetime | None
    overdue: bool
    submission: Submission | None
    deleted: bool


class RecordList(BaseModel):
    items: list[RecordOut]
    next: str | None


@router.get("/records", operation_id="listRecords")
async def list_records(
    asker: Reads,
    filters: Annotated[Filters, Depends(asked)],
    limit: Limit = 50,
    cursor: Cursor = "",
    sort: Sort = "-created_at",
    table: Annotated[str, Query(max_length=40)] = "",
) -> RecordList:
    """Of all tables, or of one; sorted by created_at, updated_at, number or due_at, “-” before it turns it round;
    "key": those of customers of the highest tiers first, then what is due first.

    ``f.<field id>`` filters by what stands in a field of ``table``: part of a text, an option (of several one), true or
    false, or ``from..to`` of numbers and days.
    """
    known = await records.table_of(asker.session, table) if table else None
    wanted = select(Record).where(*await conditions(asker.session, filters, known, asker.me, asker.now, asker.served))
    rows, following = await order_of(sort).page(asker.session, wanted, cursor, limit)
    return RecordList(items=await show(asker.session, rows, asker.me, asker.now), next=following)


@router.get("/tables/{table_id}/records", operation_id="listRecordsOfTable")
async def list_records_of_table(
    table_id: str,
    asker: Reads,
    filters: Annotated[Filters, Depends(asked)],
    limit: Limit = 50,
    cursor: Cursor = "",
    sort: Sort = "-created_at",
) -> RecordList:
    """As ``/records`` of this table."""
    return await list_records(asker, filters, limit, cursor, sort, table_id)


@router.post("/tables/{table_id}/records", status_code=201, operation_id="createRecord")
async def create_record(table_id: str, body: RecordIn, asker: Writes) -> RecordOut:
    await asker.site.limit_numbers(asker.me, map(str, body.values.values()))
    given = body.given()
    record = await records.create(asker.session, asker.actor, table_id, given, asker.now, status=body.status)
    return await _answered(asker, record)


@router.get("/records/{record_id}", operation_id="getRecord")
async def get_record(record_id: str, asker: Reads) -> RecordOut:
    return await _answered(asker, await _found(asker, record_id))


@router.put("/records/{record_id}", operation_id="replaceRecord")
async def replace_record(
    record_id: str,
    body: RecordIn,
    asker: Writes,
    version: FromVersion,
) -> RecordOut:
    record = await _present(asker, record_id)
    table = await records.table_of(asker.session, record.table_id)
    body.memo = put_back(body.memo, record.memo, asker.me.sees)
    await asker.site.limit_numbers(asker.me, map(str, body.values.values()))
    body.values = meant(fields_of(table), body.values, record.values, sight_of_customers(asker.me))
    record = await records.replace(asker.session, asker.actor, record, version, body.given(), asker.now)
    return await _answered(asker, record)


@router.post("/records/{record_id}/status", operation_id="stepRecord")
async def step_record(
    record_id: str,
    body: StepIn,
    asker: Writes,
    version: FromVersion,
) -> RecordOut:
    """Take it to another status; 422 where the table allows no such step."""
    record = await _present(asker, record_id)
    await records.step(
        asker.session, asker.actor, record, version, body.status, asker.now, leads=asker.leads, text=body.note
    )
    return await _answered(asker, record)


@router.post("/records/{record_id}/submit", operation_id="submitRecord")
async def submit_record(record_id: str, body: Submitted, asker: Writes) -> RecordOut:
    """Lay it before the leaders of one's team, who answer it; 409 while it lies there."""
    record = await _present(asker, record_id)
    await records.submit(asker.session, asker.actor, record, body.note, asker.now)
    return await _answered(asker, record)


@router.post("/records/{record_id}/answer", operation_id="answerRecord")
async def answer_record(record_id: str, body: AnswerIn, leader: Leader, asker: Writes) -> RecordOut:
    """Answer what was submitted, which sends it back to the agent."""
    record = await _present(asker, record_id)
    await records.answer(asker.session, asker.actor, record, body.answer, asker.now, status=body.status)
    return await _answered(asker, record)


@router.delete("/records/{record_id}", status_code=204, operation_id="deleteRecord")
async def delete_record(record_id: str, asker: Writes) -> None:
    """Agents take away what they made themselves, leaders all they see; ``restore`` brings it back."""
    record = await _present(asker, record_id)
    await records.remove(asker.session, asker.actor, record, asker.now, leads=asker.leads)


@router.post("/records/{record_id}/restore", operation_id="restoreRecord")
async def restore_record(record_id: str, asker: Writes) -> RecordOut:
    record = await _found(asker, record_id)
    await records.restore(asker.session, asker.actor, record, asker.now, leads=asker.leads)
    return await _answered(asker, record)


@router.get("/records/{record_id}/history", operation_id="getRecordHistory")
async def record_history(record_id: str, asker: Reads) -> History:
    """What became of it, newest first."""
    record = await _found(asker, record_id)
    table = await records.table_of(asker.session, record.table_id)
    fields = {f"values.{field.id}": field for field in fields_of(table)}
    labels = {status.id: status.label for status in statuses_of(table)}
    sight = sight_of_customers(asker.me)

    def told(name: str, both: list[Any]) -> list[Any] | None:
        if name == "status":
            return [labels.get(one, one) for one in both]
        if name.startswith("values."):
            return [sight.of_value(fields[name], one) for one in both] if name in fields else None
        return both

    return await history_of(asker.session, "record", record_id, told)


# ---------------------------------------------------------------- shared


async def _found(asker: Asker, record_id: str) -> Record:
    return await asker.found(Record, "record", record_id, also=submitted_to(asker.me))


async def _present(asker: Asker, record_id: str) -> Record:
    return not_deleted(await _found(asker, record_id))


async def _answered(asker: Asker, record: Record) -> RecordOut:
    etag(asker.response, record.version)
    return (await show(asker.session, [record], asker.me, asker.now))[0]


async def show(session: AsyncSession, rows: list[Record], me: User, now: datetime) -> list[RecordOut]:
    """Records as ``me`` may see them; their tables, customers and people are asked for once."""
    tables = {
        table.id: table
        for table in await session.scalars(
            select(CustomTable).where(CustomTable.id.in_({row.table_id for row in rows}))
        )
    }
    definitions = {id: (fields_of(table), statuses_of(table)) for id, table in tables.items()}
    customers = await customers_of(session, {row.customer_id for row in rows})
    people = await names(
        session,
        User,
        {id for row in rows for id in (row.owner_id, row.created_by, row.submitted_by, row.answered_by)},
    )
    sight = sight_of_customers(me)
    shown: list[RecordOut] = []
    for row in rows:
        fields, statuses = definitions[row.table_id]
        shown.append(
            RecordOut(
                id=row.id,
                version=row.version,
                created_at=row.created_at,
                updated_at=row.updated_at,
                table=Named(id=row.table_id, name=tables[row.table_id].name),
                number=row.number,
                status=status_now(statuses, row.status, me),
                values=seen_values(fields, row.values, sight),
                memo=row.memo,
                customer=of_customer(customers, row.customer_id),
                journey=row.journey_id,
                owner=named(people, row.owner_id),
                created_by=named(people, row.created_by),
                due_at=row.due_at,
                closed_at=row.closed_at,
                overdue=row.closed_at is None and row.due_at is not None and row.due_at <= now,
                submission=Submission(
                    at=row.submitted_at,
                    by=named(people, row.submitted_by),
                    note=row.submission,
                    answered_at=row.answered_at,
                    answered_by=named(people, row.answered_by),
                    answer=row.answer,
                )
                if row.submitted_at
                else None,
                deleted=row.deleted_at is not None,
            )
        )
    return shown
