"""Messages that callers left with a queue or an extension."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import sounds
from callroom.actions.users import Role
from callroom.core.numbers import hidden
from callroom.errors import NotFound
from callroom.http.journeys import Named, named
from callroom.http.paging import Cursor, Limit, decoded, encoded
from callroom.http.recordings import SOUND_ANSWERS, download_name
from callroom.http.seen import sight_into_numbers
from callroom.http.site import Me, Read, SiteDep, Write, actor_of, allow
from callroom.store import journeys as happened
from callroom.store.tables import Extension, Queue, User, Voicemail

router = APIRouter(prefix="/api/v1", tags=["voicemails"])
Keeper = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR, Role.AGENT))]  # an auditor changes nothing


class Box(BaseModel):
    kind: Literal["queue", "extension"]
    id: str
    name: str  # of the queue, or the number of the extension; "" when it was deleted


class VoicemailOut(BaseModel):
    id: str
    journey: str
    box: Box
    caller: str
    seconds: float
    left_at: datetime
    heard_at: datetime | None
    heard_by: Named | None


class VoicemailList(BaseModel):
    items: list[VoicemailOut]
    next: str | None


@router.get("/voicemails", operation_id="listVoicemails")
async def list_voicemails(
    me: Me,
    session: Read,
    limit: Limit = 50,
    cursor: Cursor = "",
    queue: Annotated[str, Query(max_length=40)] = "",
    extension: Annotated[str, Query(max_length=40)] = "",
    unheard: bool = False,
) -> VoicemailList:
    """Newest first."""
    wanted = (
        select(Voicemail, func.coalesce(Queue.name, Extension.number, ""), User.name)
        .outerjoin(Queue, (Voicemail.box_kind == "queue") & (Queue.id == Voicemail.box_id))
        .outerjoin(Extension, (Voicemail.box_kind == "extension") & (Extension.id == Voicemail.box_id))
        .outerjoin(User, User.id == Voicemail.heard_by)
        .where(happened.in_box(await happened.sight_of(session, me)))
        .order_by(Voicemail.left_at.desc(), Voicemail.id.desc())
        .limit(limit + 1)
    )
    if cursor:
        wanted = wanted.where(happened.after(Voicemail.left_at, Voicemail.id, decoded(cursor), newest=True))
    for kind, box in (("queue", queue), ("extension", extension)):
        if box:
            wanted = wanted.where(Voicemail.box_kind == kind, Voicemail.box_id == box)
    if unheard:
        wanted = wanted.where(Voicemail.heard_at.is_(None))
    found = (await session.execute(wanted)).all()
    items = [
        VoicemailOut(
            id=one.id,
            journey=one.journey_id,
            box=Box(kind="queue" if one.box_kind == "queue" else "extension", id=one.box_id, name=name),
            caller=hidden(one.caller, sight_into_numbers(me)),
            seconds=one.seconds,
            left_at=one.left_at,
            heard_at=one.heard_at,
            heard_by=named(one.heard_by, hearer),
        )
        for one, name, hearer in found[:limit]
    ]
    last = items[-1] if items and len(found) > limit else None
    return VoicemailList(items=items, next=encoded(last.left_at, last.id) if last else None)


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
    await sounds.note_hearing(session, actor, "voicemail", voicemail_id, site.now())
    name = download_name(voicemail.left_at, voicemail.caller, sight_into_numbers(me))
    return FileResponse(file, media_type="audio/wav", filename=name, content_disposition_type="inline")


@router.delete("/voicemails/{voicemail_id}", status_code=204, operation_id="deleteVoicemail")
async def delete_voicemail(voicemail_id: str, me: Keeper, request: Request, site: SiteDep, session: Write) -> None:
    """Whoever may hear a message may delete it, except an auditor."""
    voicemail = await _seen(session, me, voicemail_id)
    await sounds.delete_voicemail(session, actor_of(me, request), voicemail, site.recordings, site.now())


async def _seen(session: AsyncSession, me: User, voicemail_id: str) -> Voicemail:
    sight = await happened.sight_of(session, me)
    found = await session.scalars(select(Voicemail).where(Voicemail.id == voicemail_id, happened.in_box(sight)))
    voicemail = found.one_or_none()
    if voicemail is None:
        raise NotFound("voicemail", voicemail_id)
    return voicemail
