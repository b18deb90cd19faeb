"""Uploaded sounds: kept as WAV files of 8000 samples a second under the home's ``prompts``."""

import asyncio
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import FileResponse
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from callroom.actions import configured
from callroom.actions.callcentre import PROMPTS
from callroom.actions.ids import new_id
from callroom.errors import NotFound, TooLarge
from callroom.http.fields import Body, Name, Shown
from callroom.http.resources import Admin, Reader, Resource, etag, mount, plainly
from callroom.http.site import Read, Site, SiteDep, Write, actor_of
from callroom.media.upload import convert_upload

router = APIRouter(prefix="/api/v1")
MEGABYTES = 50


class PromptIn(Body):
    read_only = frozenset({"seconds", "source"})
    name: Name


class PromptOut(Shown):
    name: str
    seconds: float
    source: str


def file_of(site: Site, path: str) -> Path:
    return site.home / "prompts" / f"{path}.wav"


@router.post("/prompts", status_code=201, operation_id="createPrompt", tags=["prompts"])
async def upload_prompt(
    name: Annotated[Name, Form()],
    file: Annotated[UploadFile, File(description="any sound that can be read, 50 MB and 30 minutes at most")],
    me: Admin,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
) -> PromptOut:
    data = await file.read((MEGABYTES << 20) + 1)
    if len(data) > MEGABYTES << 20:
        raise TooLarge(MEGABYTES)
    path = new_id("p")
    target = file_of(site, path)
    await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
    remove_on("after_rollback", session, target)  # a refused name leaves no file behind
    seconds = await asyncio.to_thread(convert_upload, data, target)
    source = Path(file.filename or "").name[:255]
    values = {"id": path, "name": name, "path": path, "seconds": round(seconds, 2), "source": source}
    row = await configured.create(session, actor_of(me, request), PROMPTS, values, site.now())
    etag(response, row.version)
    return PromptOut.model_validate(row)


@router.get(
    "/prompts/{id}/sound",
    operation_id="getPromptSound",
    tags=["prompts"],
    response_class=FileResponse,
    responses={200: {"content": {"audio/wav": {}}}},
)
async def prompt_sound(id: str, me: Reader, site: SiteDep, session: Read) -> FileResponse:
    row = await configured.get(session, PROMPTS, id)
    path = file_of(site, row.path)
    if not await asyncio.to_thread(path.is_file):
        raise NotFound("prompt", id)
    return FileResponse(path, media_type="audio/wav")


@router.delete("/prompts/{id}", status_code=204, operation_id="deletePrompt", tags=["prompts"])
async def delete_prompt(id: str, me: Admin, request: Request, site: SiteDep, session: Write) -> None:
    row = await configured.remove(session, actor_of(me, request), PROMPTS, id, site.now())
    remove_on("after_commit", session, file_of(site, row.path))


def remove_on(moment: str, session: AsyncSession, path: Path) -> None:
    """Remove a file when the session's transaction is over: ``after_commit`` or ``after_rollback``."""

    def remove(_: Session) -> None:
        path.unlink(missing_ok=True)

    event.listen(session.sync_session, moment, remove, once=True)


mount(
    router,
    Resource(
        PROMPTS,
        "Prompt",
        "Prompts",
        PromptIn,
        PromptOut,
        sort=("name", "seconds", "created_at"),
        search=("name", "source"),
        show=plainly(PromptOut),
        creates=False,
        deletes=False,
    ),
)
