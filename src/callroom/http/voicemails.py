"""Messages that callers left with a queue or an extension."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from sqlalchemy import Row, Select, and_, event, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, aliased

from callroom.actions import letters, sounds
from callroom.actions.users import Role
from callroom.errors import NotFound
from callroom.http.journeys import Named, named
from callroom.http.paging import Cursor, Limit, Order
from callroom.http.recordings import SOUND_ANSWERS, download_name
from callroom.http.seen import OutsideNumber
from callroom.http.site import Me, Read, Site, SiteDep, Write, actor_of, allow
from callroom.store import journeys as happened
from callroom.store.service import tier_of_caller
from callroom.store.tables import Extension, Queue, User, Voicemail

router = APIRouter(prefix="/api/v1", tags=["voicemails"])
Forwarder, Caller = aliased(User), aliased(User)
TIER = tier_of_caller(Voicemail.journey_id)
Leader = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR))]
Keeper = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR, Role.AGENT))]  # an auditor changes nothing


class Box(BaseModel):
    kind: Literal["queue", "extension"]
    id: str
    name: str  # of the queue, or number and name of the extension; "" when it was deleted


class VoicemailOut(BaseModel):
    id: str
    journey: str
    box: Box
    caller: OutsideNumber
    seconds: float
    left_at: datetime
    heard_at: datetime | None
    heard_by: Named | None
    forwarded_by: Named | None
    called_back_at: datetime | None
    called_back_by: Named | None
    tier: int  # of the caller, a customer; 0 a usual one, or nobody known


class ForwardTo(BaseModel):
    """``box``: the id of a queue or extension."""

    box: Annotated[str, Field(min_length=1, max_length=40)]


class QueueVoicemails(BaseModel):
    """METRICS: left, listened to, answered back (the caller was called from the message, and answered)."""

    queue: Named
    left: int
    listened: int
    answered_back: int


class VoicemailStatistics(BaseModel):
    items: list[QueueVoicemails]


class VoicemailList(BaseModel):
    items: list[VoicemailOut]
    next: str | None


def _wanted() -> Select[Voicemail, str, str, str, str, int]:
    """Messages with the names of their box, and of who heard, forwarded, called back; and their callers' tiers."""
    box = func.coalesce(Queue.name, func.trim(Extension.number + " " + Extension.name), "")
    return (
        select(Voicemail, box, User.name, Forwarder.name, Caller.name, TIER)
        .outerjoin(Queue, (Voicemail.box_kind == "queue") & (Queue.id == Voicemail.box_id))
        .outerjoin(Extension, (Voicemail.box_kind == "extension") & (Extension.id == Voicemail.box_id))
        .outerjoin(User, User.id == Voicemail.heard_by)
        .outerjoin(Forwarder, Forwarder.id == Voicemail.forwarded_by)
        .outerjoin(Caller, Caller.id == Voicemail.called_back_by)
    )


def _shown(found: Row[Voicemail, str, str, str, str, int]) -> VoicemailOut:
    one, box, hearer, forwarder, caller, tier = found
    return VoicemailOut(
        id=one.id,
        journey=one.journey_id,
        box=Box(kind="queue" if one.box_kind == "queue" else "extension", id=one.box_id, name=box),
        caller=one.caller,
        seconds=one.seconds,
        left_at=one.left_at,
        heard_at=one.heard_at,
        heard_by=named(one.heard_by, hearer),
        forwarded_by=named(one.forwarded_by, forwarder),
        called_back_at=one.called_back_at,
        called_back_by=named(one.called_back_by, caller),
        tier=tier,
    )


async def show(session: AsyncSession, ids: Sequence[str]) -> list[VoicemailOut]:
    return [_shown(one) for one in await session.execute(_wanted().where(Voicemail.id.in_(ids)))]


@router.get("/voicemails", operation_id="listVoicemails")
async def list_voicemails(
    me: Me,
    session: Read,
    limit: Limit = 50,
    cursor: Cursor = "",
    queue: Annotated[str, Query(max_length=40)] = "",
    extension: Annotated[str, Query(max_length=40)] = "",
    box: Annotated[str, Query(max_length=40)] = "",
    unheard: bool = False,
    sort: Literal["-left_at", "key"] = "-left_at",
) -> VoicemailList:
    """Newest first; "key": those of customers of the highest tiers first, then who has waited longest. Of a ``queue``,
    of an ``extension``, or of a ``box`` of either."""
    wanted = _wanted().where(happened.in_box(await happened.sight_of(session, me)))
    for kind, owner in (("queue", queue), ("extension", extension)):
        if owner:
            wanted = wanted.where(Voicemail.box_kind == kind, Voicemail.box_id == owner)
    if box:
        wanted = wanted.where(Voicemail.box_id == box)
    if unheard:
        wanted = wanted.where(Voicemail.heard_at.is_(None))
    key_first = Order(Voicemail.left_at, Voicemail.id, down=False, tier=TIER)
    order = Order.wanted(sort, {"left_at": Voicemail.left_at}, Voicemail.id, key_first)
    rows, following = await order.page(session, wanted, cursor, limit)
    return VoicemailList(items=[_shown(row) for row in rows], next=following)


@router.get(
    "/voicemails/{voicemail_id}/sound",
    operation_id="getVoicemailSound",
    response_class=FileResponse,
    responses=SOUND_ANSWERS,
)
async def get_voicemail_sound(
    voicemail_id: str, me: Me, request: Request, site: SiteDep, session: Write
) -> FileResponse:
    """The sound, whole or in part. The message counts as heard from now on, unless an auditor listens."""
    voicemail = await _seen(session, me, voicemail_id)
    file = sounds.sound_file(site.recordings, voicemail.path, "voicemail", voicemail_id)
    actor = actor_of(me, request)
    if me.role != Role.AUDITOR:
        await sounds.mark_heard(session, actor, voicemail, site.now())
        _count_again(site, session)
    await sounds.note_hearing(session, actor, "voicemail", voicemail_id, site.now())
    name = download_name(voicemail.left_at, voicemail.caller, me.sees)
    return FileResponse(file, media_type="audio/wav", filename=name, content_disposition_type="inline")


@router.delete("/voicemails/{voicemail_id}", status_code=204, operation_id="deleteVoicemail")
async def delete_voicemail(voicemail_id: str, me: Keeper, request: Request, site: SiteDep, session: Write) -> None:
    """Whoever may hear a message may delete it, except an auditor."""
    voicemail = await _seen(session, me, voicemail_id)
    await sounds.delete_voicemail(session, actor_of(me, request), voicemail, site.recordings, site.now())
    _count_again(site, session)


@router.post("/voicemails/{voicemail_id}/forward", status_code=204, operation_id="forwardVoicemail")
async def forward_voicemail(
    voicemail_id: str, body: ForwardTo, me: Keeper, request: Request, site: SiteDep, session: Write
) -> None:
    """Put a copy into another box, where it is new; it may be one whose messages one does not hear."""
    voicemail = await _seen(session, me, voicemail_id)
    await letters.forward(session, actor_of(me, request), voicemail, body.box, site.recordings, site.now())
    _count_again(site, session)


@router.get("/voicemail-statistics", operation_id="getVoicemailStatistics")
async def statistics(
    me: Leader,
    session: Read,
    since: Annotated[datetime | None, Query()] = None,
    until: Annotated[datetime | None, Query()] = None,
) -> VoicemailStatistics:
    """Of each queue that one leads: messages left between two times, deleted ones too; forwarded copies count once,
    where they were left."""
    sight = await happened.sight_of(session, me)
    left = and_(Voicemail.box_kind == "queue", Voicemail.box_id == Queue.id, Voicemail.forwarded_by.is_(None))
    if since is not None:
        left = and_(left, Voicemail.left_at >= since)
    if until is not None:
        left = and_(left, Voicemail.left_at < until)
    wanted = (
        select(
            Queue.id,
            Queue.name,
            func.count(Voicemail.id),
            func.count(Voicemail.heard_at),
            func.count(Voicemail.called_back_at),
        )
        .outerjoin(Voicemail, left)
        .group_by(Queue.id, Queue.name)
        .order_by(Queue.name)
    )
    if sight.queues is not None:
        wanted = wanted.where(Queue.id.in_(sorted(sight.queues)))
    items = [
        QueueVoicemails(queue=Named(id=id, name=name), left=count, listened=heard, answered_back=called)
        for id, name, count, heard, called in await session.execute(wanted)
    ]
    return VoicemailStatistics(items=items)


def _count_again(site: Site, session: AsyncSession) -> None:
    """Let the lamps tell it when it is in the database."""
    exchange = site.exchange
    if exchange is None:
        return

    def look(_: Session) -> None:
        exchange.lamps.look()

    event.listen(session.sync_session, "after_commit", look, once=True)


async def _seen(session: AsyncSession, me: User, voicemail_id: str) -> Voicemail:
    sight = await happened.sight_of(session, me)
    found = await session.scalars(select(Voicemail).where(Voicemail.id == voicemail_id, happened.in_box(sight)))
    voicemail = found.one_or_none()
    if voicemail is None:
        raise NotFound("voicemail", voicemail_id)
    return voicemail
