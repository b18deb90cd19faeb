"""Mails to all of a segment: what they would be, sending them, and how far they are."""

from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from callroom.actions import configured, mailings, segments
from callroom.actions.jobs import State
from callroom.http.fields import Body
from callroom.http.messages import Leader
from callroom.http.paging import Cursor, Limit, decoded, encoded
from callroom.http.resources import Reader
from callroom.http.seen import OutsideText
from callroom.http.site import Read, SiteDep, Write, actor_of
from callroom.store.journeys import after
from callroom.store.tables import Job, Mailing

router = APIRouter(prefix="/api/v1", tags=["segments"])


class MailWords(Body):
    """``subject`` and ``text`` may hold {{customer.name}}, {{customer.company}}, {{customer.LABEL}} of a field,
    {{company.name}}, {{agent.name}}, {{today}}; a link to unsubscribe is put below."""

    subject: Annotated[str, Field(max_length=200)]
    text: Annotated[str, Field(max_length=20_000)]


class MailingIn(MailWords):
    """``expected``: how many can be reached, as the estimate said."""

    expected: Annotated[int, Field(ge=1)]


class MailReach(BaseModel):
    """How many ``customers`` there are now, and how many a mail can reach at most; the others each by what keeps it
    from him."""

    model_config = ConfigDict(from_attributes=True)
    customers: int
    reachable: int
    opted_out: int
    do_not_call: int
    no_address: int


class MailEstimate(MailReach):
    """``subject`` and ``text``: as one of the customers would get them."""

    subject: OutsideText
    text: OutsideText


class MailingOut(BaseModel):
    """``progress``: 0 to 1. ``letters``: how many are waiting, sent, failed, left_out, and of the latter by the
    reason; ``error``: why the sending stopped, or waits to be tried again."""

    id: str
    created_at: datetime
    by: str
    segment: str
    subject: str
    state: State
    progress: float
    letters: dict[str, int]
    error: str


class MailingList(BaseModel):
    items: list[MailingOut]
    next: str | None


@router.get("/segments/{id}/mail-reach", operation_id="getSegmentMailReach")
async def reach(id: str, me: Reader, site: SiteDep, session: Read) -> MailReach:
    segment = await configured.get(session, segments.KIND, id)
    return MailReach.model_validate(await mailings.reach_of(session, segment, site.now()))


@router.post("/segments/{id}/mails/estimate", operation_id="estimateSegmentMail")
async def estimate(
    id: str, body: MailWords, me: Leader, request: Request, site: SiteDep, session: Read
) -> MailEstimate:
    """What a mail to all of them would be; nothing is sent."""
    segment = await configured.get(session, segments.KIND, id)
    pen = await mailings.pen_of(session, actor_of(me, request), site.vault, site.now())
    await mailings.check(session, pen, body.subject, body.text)
    found = await mailings.reach_of(session, segment, site.now())
    draft = Mailing(subject=body.subject, text=body.text)
    letter = await mailings.example(session, segment, draft, pen, site.now())
    told = MailReach.model_validate(found).model_dump()
    return MailEstimate(**told, subject=letter.subject, text=letter.text)


@router.post("/segments/{id}/mails", status_code=202, operation_id="mailToSegment")
async def send(id: str, body: MailingIn, me: Leader, request: Request, site: SiteDep, session: Write) -> MailingOut:
    """The worker sends them, each customer's in his own words."""
    segment = await configured.get(session, segments.KIND, id)
    actor = actor_of(me, request)
    row = await mailings.send(session, actor, segment, body.subject, body.text, body.expected, site.vault, site.now())
    return _out(row, await session.get(Job, row.id), {})


@router.get("/mailings", operation_id="listMailings")
async def list_mailings(
    me: Reader,
    session: Read,
    limit: Limit = 50,
    cursor: Cursor = "",
    segment: Annotated[str, Query(max_length=40)] = "",
) -> MailingList:
    """Newest first, of all segments or of one."""
    wanted = select(Mailing).order_by(Mailing.created_at.desc(), Mailing.id.desc()).limit(limit + 1)
    if cursor:
        wanted = wanted.where(after(Mailing.created_at, Mailing.id, decoded(cursor), newest=True))
    if segment:
        wanted = wanted.where(Mailing.segment_id == segment)
    rows = list(await session.scalars(wanted))
    shown = rows[:limit]
    ids = [row.id for row in shown]
    work = {job.id: job for job in await session.scalars(select(Job).where(Job.id.in_(ids)))}
    letters = await mailings.counts(session, ids)
    items = [_out(row, work.get(row.id), letters[row.id]) for row in shown]
    last = shown[-1] if len(rows) > limit else None
    return MailingList(items=items, next=encoded(last.created_at, last.id) if last else None)


@router.post("/mailings/{id}/cancel", status_code=204, operation_id="cancelMailing")
async def cancel(id: str, me: Leader, request: Request, site: SiteDep, session: Write) -> None:
    """Who has his mail keeps it, nobody else gets one; 409 when it is over."""
    await mailings.cancel(session, actor_of(me, request), id, site.now())


def _out(row: Mailing, job: Job | None, letters: dict[str, int]) -> MailingOut:
    result: dict[str, Any] = job.result or {} if job else {}
    return MailingOut(
        id=row.id,
        created_at=row.created_at,
        by=row.by,
        segment=row.segment,
        subject=row.subject,
        state=cast(Any, job.state if job else "done"),
        progress=job.progress if job else 1.0,
        letters=letters,
        error=str(result.get("error", "")),
    )
