"""What the signed-in person is told of, and how much waits for him."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select

from callroom.actions import notices
from callroom.http.follow_ups import overdue
from callroom.http.paging import Limit
from callroom.http.record_filters import Filters, conditions
from callroom.http.seen import OutsideValues
from callroom.http.site import Me, Read, SiteDep, Write
from callroom.store.journeys import sight_of
from callroom.store.service import within
from callroom.store.tables import FollowUp, NoticeRow, Record

router = APIRouter(prefix="/api/v1", tags=["notices"])


class Notice(BaseModel):
    """``kind`` says what happened to the subject; ``text`` is what its words are filled with. The live stream tells
    them as ``notice.made``."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    kind: str
    subject_kind: str
    subject_id: str
    text: OutsideValues
    at: datetime
    seen_at: datetime | None


class NoticeList(BaseModel):
    items: list[Notice]
    next: str | None


class Seen(BaseModel):
    """``ids`` left out: all."""

    model_config = ConfigDict(extra="forbid")
    ids: Annotated[list[Annotated[int, Field(ge=1, lt=1 << 53)]] | None, Field(max_length=200)] = None


class Waiting(BaseModel):
    """``submitted``: records to be answered; ``overdue``: problems past their time and ``follow_ups``: return calls
    past theirs, as far as one leads, an agent's own; ``notices``: not seen yet."""

    submitted: int
    overdue: int
    follow_ups: int
    notices: int


@router.get("/notices", operation_id="listNotices")
async def list_notices(
    me: Me,
    session: Read,
    limit: Limit = 50,
    cursor: Annotated[int | None, Query(ge=1, lt=1 << 53)] = None,
    unseen: bool = False,
) -> NoticeList:
    """One's own, newest first."""
    wanted = select(NoticeRow).where(NoticeRow.user_id == me.id).order_by(NoticeRow.id.desc()).limit(limit + 1)
    if unseen:
        wanted = wanted.where(NoticeRow.seen_at.is_(None))
    if cursor is not None:
        wanted = wanted.where(NoticeRow.id < cursor)
    rows = [Notice.model_validate(row) for row in await session.scalars(wanted)]
    return NoticeList(items=rows[:limit], next=str(rows[limit - 1].id) if len(rows) > limit else None)


@router.post("/notices/seen", status_code=204, operation_id="seeNotices")
async def see_notices(body: Seen, me: Me, site: SiteDep, session: Write) -> None:
    await notices.see(session, me.id, body.ids, site.now())


@router.get("/me/waiting", operation_id="getWaiting")
async def waiting(me: Me, site: SiteDep, session: Read) -> Waiting:
    """What waits for the signed-in person."""

    async def count(filters: Filters) -> int:
        where = await conditions(session, filters, None, me, site.now())
        return await session.scalar(select(func.count()).select_from(Record).where(*where)) or 0

    late = select(func.count()).where(within(FollowUp, await sight_of(session, me), site.now()), *overdue(site.now()))
    if me.role == "agent":
        late = late.where(FollowUp.owner_id == me.id)
    unseen = select(func.count()).where(NoticeRow.user_id == me.id, NoticeRow.seen_at.is_(None))
    return Waiting(
        submitted=await count(Filters(submitted="mine")),
        overdue=await count(Filters(overdue=True, owner=me.id if me.role == "agent" else "")),
        follow_ups=await session.scalar(late) or 0,
        notices=await session.scalar(unseen) or 0,
    )
