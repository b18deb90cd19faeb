"""Memos: what people noted of the service to customers, in one list, with reminders."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import memos
from callroom.core.numbers import put_back
from callroom.http.fields import Id, MaybeId
from callroom.http.kept import Asker, History, Named, Reads, Writes, history_of, named, names, not_deleted
from callroom.http.paging import Cursor, Limit, Order, Sort
from callroom.http.resources import FromVersion, etag
from callroom.http.seen import OutsideText, part_in
from callroom.store.service import Condition
from callroom.store.tables import Customer, Memo, User

router = APIRouter(prefix="/api/v1", tags=["memos"])
SORTS: dict[str, Any] = {"created_at": Memo.created_at, "updated_at": Memo.updated_at}


class MemoIn(BaseModel):
    """``remind``: who is told at ``remind_at``; left out: who wrote it. ``done``: nothing more to remind of."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    text: Annotated[str, Field(min_length=1, max_length=10_000)]
    customer: Id
    journey: MaybeId = None
    remind_at: AwareDatetime | None = None
    remind: MaybeId = None
    done: bool = False

    def given(self) -> memos.Given:
        return memos.Given(self.text, self.customer, self.journey, self.remind_at, self.remind, self.done)


class MemoOut(BaseModel):
    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    text: OutsideText
    customer: Named | None
    journey: str | None
    author: Named | None
    remind_at: datetime | None
    remind: Named | None
    done: bool
    deleted: bool


class MemoList(BaseModel):
    items: list[MemoOut]
    next: str | None


@router.get("/memos", operation_id="listMemos")
async def list_memos(
    asker: Reads,
    limit: Limit = 50,
    cursor: Cursor = "",
    sort: Sort = "-created_at",
    q: Annotated[str, Query(max_length=80)] = "",
    customer: Annotated[str, Query(max_length=40)] = "",
    journey: Annotated[str, Query(max_length=40)] = "",
    author: Annotated[str, Query(max_length=40)] = "",
    reminds: Literal["", "open", "mine"] = "",
    deleted: bool = False,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
) -> MemoList:
    """The service records of all customers one may see. ``q``: what the memo or the customer's name hold; ``reminds``
    open: with a reminder that is not done, mine: one's own of them."""
    order = Order.wanted(sort, SORTS, Memo.id)
    where: list[Condition] = [
        await asker.within(Memo) | (Memo.remind_id == asker.me.id),
        Memo.deleted_at.is_not(None) if deleted else Memo.deleted_at.is_(None),
    ]
    for column, value in ((Memo.customer_id, customer), (Memo.journey_id, journey), (Memo.created_by, author)):
        if value:
            where.append(column == value)
    if q.strip():
        customers = select(Customer.id).where(part_in(Customer.name, q, asker.me))
        where.append(part_in(Memo.text, q, asker.me) | Memo.customer_id.in_(customers))
    if reminds:
        where += [Memo.remind_at.is_not(None), Memo.done_at.is_(None)]
    if reminds == "mine":
        where.append(Memo.remind_id == asker.me.id)
    if since:
        where.append(Memo.created_at >= since)
    if until:
        where.append(Memo.created_at < until)
    rows, following = await order.page(asker.session, select(Memo).where(*where), cursor, limit)
    return MemoList(items=await show(asker.session, rows), next=following)


@router.post("/memos", status_code=201, operation_id="createMemo")
async def create_memo(body: MemoIn, asker: Writes) -> MemoOut:
    memo = await memos.create(asker.session, asker.actor, body.given(), asker.now)
    return await _answered(asker, memo)


@router.get("/memos/{id}", operation_id="getMemo")
async def get_memo(id: str, asker: Reads) -> MemoOut:
    return await _answered(asker, await _found(asker, id))


@router.put("/memos/{id}", operation_id="replaceMemo")
async def replace_memo(
    id: str,
    body: MemoIn,
    asker: Writes,
    version: FromVersion,
) -> MemoOut:
    """Of what others wrote, agents change the reminder only."""
    memo = not_deleted(await _found(asker, id))
    body.text = put_back(body.text, memo.text, asker.me.sees)
    await memos.replace(asker.session, asker.actor, memo, version, body.given(), asker.now, leads=asker.leads)
    return await _answered(asker, memo)


@router.delete("/memos/{id}", status_code=204, operation_id="deleteMemo")
async def delete_memo(id: str, asker: Writes) -> None:
    """Agents take away what they wrote themselves; ``restore`` brings back what they took away."""
    memo = not_deleted(await _found(asker, id))
    await memos.remove(asker.session, asker.actor, memo, asker.now, leads=asker.leads)


@router.post("/memos/{id}/restore", operation_id="restoreMemo")
async def restore_memo(id: str, asker: Writes) -> MemoOut:
    memo = await _found(asker, id)
    await memos.restore(asker.session, asker.actor, memo, asker.now, leads=asker.leads)
    return await _answered(asker, memo)


@router.get("/memos/{id}/history", operation_id="getMemoHistory")
async def memo_history(id: str, asker: Reads) -> History:
    await _found(asker, id)
    return await history_of(asker.session, "memo", id)


async def _found(asker: Asker, id: str) -> Memo:
    return await asker.found(Memo, "memo", id, also=Memo.remind_id == asker.me.id)


async def _answered(asker: Asker, memo: Memo) -> MemoOut:
    etag(asker.response, memo.version)
    return (await show(asker.session, [memo]))[0]


async def show(session: AsyncSession, rows: list[Memo]) -> list[MemoOut]:
    customers = await names(session, Customer, {row.customer_id for row in rows})
    people = await names(session, User, {id for row in rows for id in (row.created_by, row.remind_id)})
    return [
        MemoOut(
            id=row.id,
            version=row.version,
            created_at=row.created_at,
            updated_at=row.updated_at,
            text=row.text,
            customer=named(customers, row.customer_id),
            journey=row.journey_id,
            author=named(people, row.created_by),
            remind_at=row.remind_at,
            remind=named(people, row.remind_id),
            done=row.done_at is not None,
            deleted=row.deleted_at is not None,
        )
        for row in rows
    ]
