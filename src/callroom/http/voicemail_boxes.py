"""Voicemail boxes: how many messages they hold, their settings, PINs and greetings.

An admin sets up all boxes, a leader those he hears, an agent that of his own extension.
"""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import letters, sounds, voicemail_boxes
from callroom.actions.ids import new_id
from callroom.actions.users import Role
from callroom.core.mailboxes import BoxKind, Moment
from callroom.errors import NotAllowed, NotFound, TooLarge
from callroom.http.fields import Body, Id, MaybeEmail
from callroom.http.prompts import remove_on
from callroom.http.recordings import SOUND_ANSWERS
from callroom.http.resources import FromVersion, etag
from callroom.http.site import Me, Read, SiteDep, Write, actor_of, allow
from callroom.media.upload import convert_upload
from callroom.store import journeys as happened
from callroom.store.database import reading
from callroom.store.tables import Extension, Queue, User, VoicemailBox

router = APIRouter(prefix="/api/v1", tags=["voicemail-boxes"])
Keeper = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR, Role.AGENT))]
MEGABYTES = 20


class BoxCount(BaseModel):
    """``name``: of the queue, or number and name of the extension. ``mine``: of the own extension; ``editable``: the
    signed-in person may set it up."""

    id: str
    kind: BoxKind
    name: str
    new: int
    old: int
    mine: bool
    editable: bool


class BoxCounts(BaseModel):
    items: list[BoxCount]


class GreetingOut(BaseModel):
    """``prompt_id`` null: a sound of the box's own, uploaded or spoken on a phone."""

    prompt_id: str | None
    seconds: float | None


class BoxIn(Body):
    """``asks_pin``: also at the extension's own phones. ``email``: where messages are sent, "": nowhere.
    ``delete_after_mail`` needs ``attach_audio``. ``retention_days`` 0: kept until somebody deletes them."""

    read_only: ClassVar = frozenset({"kind", "name", "has_pin", "greetings"})
    asks_pin: bool = True
    longest_seconds: Annotated[int, Field(ge=10, le=1800)] = 180
    email: MaybeEmail = ""
    attach_audio: bool = True
    delete_after_mail: bool = False
    retention_days: Annotated[int, Field(ge=0, le=36500)] = 0


class BoxOut(BaseModel):
    """``version`` 0: nobody changed the box yet."""

    id: str
    version: int
    kind: BoxKind
    name: str
    has_pin: bool
    asks_pin: bool
    longest_seconds: int
    email: str
    attach_audio: bool
    delete_after_mail: bool
    retention_days: int
    greetings: dict[Moment, GreetingOut]


class PinIn(BaseModel):
    """Six to twelve digits, neither all alike nor in a row; "": no PIN, so that nobody gets in by one."""

    pin: Annotated[str, Field(max_length=12, pattern=r"^[0-9]*$")]


class PromptChosen(BaseModel):
    prompt_id: Id


async def _names(session: AsyncSession, ids: frozenset[str] | None) -> list[tuple[str, BoxKind, str]]:
    """Id, kind and name of these boxes (None: of all), queues first."""
    queues = select(Queue.id, Queue.name).order_by(Queue.name)
    extensions = select(Extension.id, Extension.number, Extension.name).where(Extension.voicemail)
    if ids is not None:
        queues, extensions = queues.where(Queue.id.in_(ids)), extensions.where(Extension.id.in_(ids))
    found: list[tuple[str, BoxKind, str]] = [(id, "queue", name) for id, name in await session.execute(queues)]
    for id, number, name in await session.execute(extensions.order_by(Extension.number)):
        found.append((id, "extension", f"{number} {name}".strip()))
    return found


def _may_edit(me: User, box_id: str, sight: happened.Sight) -> bool:
    match me.role:
        case Role.ADMIN:
            return True
        case Role.SUPERVISOR:
            return sight.boxes is None or box_id in sight.boxes
        case Role.AGENT:
            return box_id == me.extension_id
        case _:
            return False


async def _mine(session: AsyncSession, me: User, box_id: str) -> VoicemailBox:
    """The box, if this person may set it up. Raises ``NotFound``, ``NotAllowed`` for one that he only hears."""
    sight = await happened.sight_of(session, me)
    if sight.boxes is not None and box_id not in sight.boxes:
        raise NotFound("voicemail_box", box_id)
    if not _may_edit(me, box_id, sight):
        raise NotAllowed(me.role)
    return await voicemail_boxes.box_of(session, box_id)


async def _shown(session: AsyncSession, response: Response, row: VoicemailBox) -> BoxOut:
    names: Sequence[tuple[str, BoxKind, str]] = await _names(session, frozenset((row.id,)))
    etag(response, row.version)
    values: dict[str, Any] = {name: getattr(row, name) for name in ("id", "version", *voicemail_boxes.SETTINGS)}
    greetings = {
        moment: GreetingOut(prompt_id=told.get("prompt"), seconds=told.get("seconds"))
        for moment, told in row.greetings.items()
    }
    more = {"name": names[0][2], "kind": row.kind, "has_pin": bool(row.pin_hash), "greetings": greetings}
    return BoxOut.model_validate(values | more)


@router.get("/voicemail-boxes", operation_id="listVoicemailBoxes")
async def list_boxes(me: Me, session: Read) -> BoxCounts:
    """All boxes whose messages one may hear, queues first."""
    sight = await happened.sight_of(session, me)
    counts = await letters.counts(session)
    items: list[BoxCount] = []
    for id, kind, name in await _names(session, sight.boxes):
        new, old = counts.get(id, (0, 0))
        editable = _may_edit(me, id, sight)
        mine = id == me.extension_id
        items.append(BoxCount(id=id, kind=kind, name=name, new=new, old=old, mine=mine, editable=editable))
    return BoxCounts(items=items)


@router.get("/voicemail-boxes/{id}", operation_id="getVoicemailBox")
async def get_box(id: str, me: Keeper, response: Response, session: Read) -> BoxOut:
    return await _shown(session, response, await _mine(session, me, id))


@router.put("/voicemail-boxes/{id}", operation_id="replaceVoicemailBox")
async def replace_box(
    id: str,
    body: BoxIn,
    me: Keeper,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    version: FromVersion,
) -> BoxOut:
    await _mine(session, me, id)
    row = await voicemail_boxes.replace_box(session, actor_of(me, request), id, version, body.model_dump(), site.now())
    return await _shown(session, response, row)


@router.put("/voicemail-boxes/{id}/pin", operation_id="setVoicemailPin")
async def set_pin(
    id: str, body: PinIn, me: Keeper, request: Request, response: Response, site: SiteDep, session: Write
) -> BoxOut:
    """A new PIN also ends a lock after too many wrong ones."""
    await _mine(session, me, id)
    row = await voicemail_boxes.set_pin(session, actor_of(me, request), id, body.pin, site.now())
    if site.exchange is not None:
        site.exchange.guesses.right(id)
    return await _shown(session, response, row)


@router.post("/voicemail-boxes/{id}/greetings/{moment}", operation_id="uploadVoicemailGreeting")
async def upload_greeting(
    id: str,
    moment: Moment,
    file: Annotated[UploadFile, File(description="any sound that can be read, 20 MB at most")],
    me: Keeper,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
) -> BoxOut:
    async with reading(site.engine) as looks:  # who writes keeps all others from writing, and a sound takes its time
        await _mine(looks, me, id)
    data = await file.read((MEGABYTES << 20) + 1)
    if len(data) > MEGABYTES << 20:
        raise TooLarge(MEGABYTES)
    path = f"voicemail/greeting/{new_id('vm')}"
    target = site.recordings / f"{path}.wav"
    await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
    remove_on("after_rollback", session, target)
    made = await asyncio.to_thread(convert_upload, data, target)
    return await _greet(
        id, moment, {"file": path, "seconds": round(made.seconds, 2)}, me, request, response, site, session
    )


@router.put("/voicemail-boxes/{id}/greetings/{moment}", operation_id="chooseVoicemailGreeting")
async def choose_greeting(
    id: str,
    moment: Moment,
    body: PromptChosen,
    me: Keeper,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
) -> BoxOut:
    """Say one of the company's prompts."""
    await _mine(session, me, id)
    return await _greet(id, moment, {"prompt": body.prompt_id}, me, request, response, site, session)


@router.delete("/voicemail-boxes/{id}/greetings/{moment}", operation_id="deleteVoicemailGreeting")
async def delete_greeting(
    id: str, moment: Moment, me: Keeper, request: Request, response: Response, site: SiteDep, session: Write
) -> BoxOut:
    """Say the system's words again."""
    await _mine(session, me, id)
    return await _greet(id, moment, None, me, request, response, site, session)


async def _greet(
    id: str,
    moment: Moment,
    greeting: dict[str, Any] | None,
    me: User,
    request: Request,
    response: Response,
    site: SiteDep,
    session: AsyncSession,
) -> BoxOut:
    row, former = await voicemail_boxes.set_greeting(session, actor_of(me, request), id, moment, greeting, site.now())
    if former:
        remove_on("after_commit", session, site.recordings / f"{former}.wav")
    return await _shown(session, response, row)


@router.get(
    "/voicemail-boxes/{id}/greetings/{moment}/sound",
    operation_id="getVoicemailGreetingSound",
    response_class=FileResponse,
    responses=SOUND_ANSWERS,
)
async def greeting_sound(id: str, moment: Moment, me: Keeper, site: SiteDep, session: Read) -> FileResponse:
    """A greeting of the box's own; those of the company are prompts."""
    row = await _mine(session, me, id)
    path = row.greetings.get(moment, {}).get("file")
    if not path:
        raise NotFound("greeting", moment)
    file = sounds.sound_file(site.recordings, path, "greeting", moment)
    return FileResponse(file, media_type="audio/wav")
