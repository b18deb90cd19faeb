"""What somebody recorded with his phone for a prompt (feature code ``*77``)."""

import asyncio
from datetime import datetime
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from pydantic import BaseModel

from callroom.calls.studio import CODE
from callroom.errors import NotFound
from callroom.http.resources import Admin
from callroom.http.site import Site, SiteDep
from callroom.http.voices import WAV
from callroom.store.tables import User

router = APIRouter(prefix="/api/v1")


class PhoneRecording(BaseModel):
    id: str
    seconds: float
    at: datetime


class PhoneRecordings(BaseModel):
    """``code`` is what to dial, from the phone of ``extension`` ("": the person has none)."""

    code: str
    extension: str
    items: list[PhoneRecording]
    next: str | None


def recorded(site: Site, me: User, id: str) -> Path:
    """The file of a recording that this person made last. Raises ``NotFound``."""
    kept = site.exchange.studio.of(me.extension_id) if site.exchange else None
    if kept is None or kept.id != id:
        raise NotFound("recording", id)
    return site.recordings / f"{kept.path}.wav"


@router.get("/prompt-recordings", operation_id="listPromptRecordings", tags=["prompts"])
async def recordings(me: Admin, site: SiteDep) -> PhoneRecordings:
    """What was recorded last with one's own phone; it waits there until the next one, or the server's end."""
    kept = site.exchange.studio.of(me.extension_id) if site.exchange else None
    known = next((one for one in site.directory.extensions.values() if one.id == me.extension_id), None)
    items = [PhoneRecording(id=kept.id, seconds=kept.seconds, at=kept.at)] if kept else []
    return PhoneRecordings(code=CODE, extension=known.number if known else "", items=items, next=None)


@router.get(
    "/prompt-recordings/{id}/sound",
    operation_id="getPromptRecordingSound",
    tags=["prompts"],
    response_class=FileResponse,
    responses=WAV,
)
async def recording_sound(id: str, me: Admin, site: SiteDep) -> FileResponse:
    path = recorded(site, me, id)
    if not await asyncio.to_thread(path.is_file):
        raise NotFound("recording", id)
    return FileResponse(path, media_type="audio/wav")
