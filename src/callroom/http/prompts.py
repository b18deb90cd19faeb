"""Prompts: sounds that are uploaded, recorded, or typed and spoken; kept as WAV files of 8000 samples a second."""

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from callroom.actions import configured, prompts
from callroom.actions.callcentre import PROMPTS
from callroom.actions.ids import new_id
from callroom.actions.references import uses_of
from callroom.calls.sounds import voice_of
from callroom.errors import NotFound, TooLarge, invalid
from callroom.http.fields import PLAIN, Body, Language, Name, Shown
from callroom.http.resources import Admin, Reader, Resource, etag, mount, plainly
from callroom.http.site import Read, Site, SiteDep, Write, actor_of
from callroom.http.studio import recorded
from callroom.http.voices import WAV, Text, VoiceName, speak
from callroom.media.upload import Converted, convert_upload
from callroom.store.tables import User

router = APIRouter(prefix="/api/v1")
MEGABYTES = 50
Folder = Annotated[str, Field(max_length=80), PLAIN]
Origin = Literal["file", "page"]
RecordingId = Annotated[str, Field(max_length=40)]
Upload = Annotated[UploadFile | None, File(description="any sound that can be read, 50 MB and 30 minutes at most")]


class Quality(BaseModel):
    """What a sound came with. ``level`` and ``peak``: dBFS, null for silence; ``clipped``: share of its samples."""

    rate: int
    channels: int
    level: float | None
    peak: float | None
    clipped: float


class SoundOut(BaseModel):
    """``origin``: file, page, phone or text; ``text`` was spoken by ``voice``; ``source`` is the file's name."""

    seconds: float
    origin: str
    source: str = ""
    text: str = ""
    voice: str = ""
    quality: Quality | None = None


class PromptIn(Body):
    read_only: ClassVar = frozenset({"seconds", "sounds"})
    name: Name
    folder: Folder = ""


class PromptOut(Shown):
    name: str
    folder: str
    seconds: float
    sounds: dict[str, SoundOut]


class Use(BaseModel):
    kind: str
    id: str
    name: str


class Uses(BaseModel):
    items: list[Use]
    next: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """What a sound is made of: one of a file, a text, or a recording made with the phone of ``by``."""

    by: User
    file: UploadFile | None
    origin: Origin
    text: str
    voice: str
    recording: str


def source_of(
    me: Admin,
    file: Upload = None,
    origin: Annotated[Origin, Form()] = "file",
    text: Annotated[Text, Form()] = "",
    voice: Annotated[VoiceName, Form()] = "",
    recording: Annotated[RecordingId, Form()] = "",
) -> Source:
    return Source(me, file, origin, text, voice, recording)


SourceDep = Annotated[Source, Depends(source_of)]


@router.post("/prompts", status_code=201, operation_id="createPrompt", tags=["prompts"])
async def create_prompt(
    name: Annotated[Name, Form()],
    me: Admin,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    source: SourceDep,
    folder: Annotated[Folder, Form()] = "",
    language: Annotated[Language, Form()] = "zh",
) -> PromptOut:
    """From a sound file, from a ``text`` that a voice speaks (``voice`` "" is the site's own), or from the
    ``recording`` that was made with one's phone."""
    sound = await _sound(site, session, language, source)
    row = await prompts.create(session, actor_of(me, request), name, folder.strip(), language, sound, site.now())
    etag(response, row.version)
    return PromptOut.model_validate(row)


@router.put("/prompts/{id}/sounds/{language}", operation_id="putPromptSound", tags=["prompts"])
async def put_sound(
    id: str,
    language: Language,
    me: Admin,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    source: SourceDep,
) -> PromptOut:
    """Give the prompt its sound in a language, instead of the one it had."""
    sound = await _sound(site, session, language, source)
    row, former = await prompts.put_sound(session, actor_of(me, request), id, language, sound, site.now())
    if former:
        remove_on("after_commit", session, prompts.path_of(site.home, former))
    etag(response, row.version)
    return PromptOut.model_validate(row)


@router.delete("/prompts/{id}/sounds/{language}", status_code=204, operation_id="deletePromptSound", tags=["prompts"])
async def delete_sound(id: str, language: Language, me: Admin, request: Request, site: SiteDep, session: Write) -> None:
    """A prompt's last sound stays."""
    _, former = await prompts.put_sound(session, actor_of(me, request), id, language, None, site.now())
    if former:
        remove_on("after_commit", session, prompts.path_of(site.home, former))


@router.get(
    "/prompts/{id}/sound",
    operation_id="getPromptSound",
    tags=["prompts"],
    response_class=FileResponse,
    responses=WAV,
)
async def prompt_sound(
    id: str, me: Reader, site: SiteDep, session: Read, language: Language | None = None
) -> FileResponse:
    """The sound as callers hear it: in ``language``, or in the other one where there is none."""
    row = await configured.get(session, PROMPTS, id)
    sound = row.sounds.get(language or "zh") or next(iter(row.sounds.values()))
    path = prompts.path_of(site.home, sound)
    if not await asyncio.to_thread(path.is_file):
        raise NotFound("prompt", id)
    return FileResponse(path, media_type="audio/wav")


@router.get("/prompts/{id}/uses", operation_id="listPromptUses", tags=["prompts"])
async def prompt_uses(id: str, me: Reader, session: Read) -> Uses:
    """Every row that says this prompt; while there is one, the prompt cannot be deleted."""
    row = await configured.get(session, PROMPTS, id)
    return Uses(items=[Use(kind=kind, id=one, name=name) async for kind, one, name in uses_of(session, row)], next=None)


@router.delete("/prompts/{id}", status_code=204, operation_id="deletePrompt", tags=["prompts"])
async def delete_prompt(id: str, me: Admin, request: Request, site: SiteDep, session: Write) -> None:
    row = await configured.remove(session, actor_of(me, request), PROMPTS, id, site.now())
    for sound in row.sounds.values():
        remove_on("after_commit", session, prompts.path_of(site.home, sound))


async def _sound(site: Site, session: AsyncSession, language: str, source: Source) -> prompts.Sound:
    """The new sound, with its file. It comes before the transaction does anything, so that nobody waits for it."""
    if (source.file is not None) + bool(source.text.strip()) + bool(source.recording) != 1:
        raise invalid("file", "file_or_text")
    sound: prompts.Sound = {"path": new_id("p")}
    target = prompts.path_of(site.home, sound)
    await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
    remove_on("after_rollback", session, target)  # a refused name leaves no file behind
    if source.text.strip():
        voice = source.voice or voice_of(site.directory, language)
        spoken = await speak(site, source.text, language, voice)
        await asyncio.to_thread(shutil.copyfile, spoken.file, target)
        return sound | {"seconds": spoken.seconds, "origin": "text", "text": spoken.text, "voice": voice}
    if source.file is not None:
        data = await source.file.read((MEGABYTES << 20) + 1)
        if len(data) > MEGABYTES << 20:
            raise TooLarge(MEGABYTES)
        name = Path(source.file.filename or "").name[:255]
        origin = source.origin
    else:
        data, name, origin = recorded(site, source.by, source.recording), "", "phone"
    made = await asyncio.to_thread(convert_upload, data, target)
    seconds = round(made.seconds, 2)
    return sound | {"seconds": seconds, "origin": origin, "source": name, "quality": quality_of(made)}


def quality_of(made: Converted) -> dict[str, Any]:
    level = made.level
    return {
        "rate": made.rate,
        "channels": made.channels,
        "level": _finite(level.speech),
        "peak": _finite(level.peak),
        "clipped": round(level.clipped, 5),
    }


def _finite(level: float) -> float | None:
    return None if level == float("-inf") else round(level, 1)


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
        sort=("name", "folder", "seconds", "created_at"),
        search=("name", "folder"),
        show=plainly(PromptOut),
        creates=False,
        deletes=False,
    ),
)
