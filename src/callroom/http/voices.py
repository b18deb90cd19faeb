"""Offline voices that speak typed texts, and the system's own prompts."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import soundfile
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from callroom.actions import prompts
from callroom.calls.sounds import voice_of
from callroom.errors import NotFound, invalid
from callroom.http.fields import Body, Id, Language
from callroom.http.resources import Admin, Reader
from callroom.http.site import Read, Site, SiteDep, Write, actor_of
from callroom.media.prompts import UnknownPrompt, catalogue, system_prompt
from callroom.media.voices import VOICES
from callroom.media.voices.speaking import LONGEST_TEXT, NoVoices, tidy

router = APIRouter(prefix="/api/v1")
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
VoiceName = Annotated[str, Field(max_length=40)]
A_MINUTE = 20  # texts one person may have spoken; each keeps a processor busy for seconds
WAV: dict[int | str, dict[str, Any]] = {200: {"content": {"audio/wav": {}}}}


class VoiceOut(BaseModel):
    id: str
    language: str
    name_zh: str
    name_en: str
    female: bool


class VoicesOut(BaseModel):
    """``installed`` false: typed texts cannot be spoken on this site until its voices are set up (``make voices``)."""

    installed: bool
    chosen: dict[str, str]  # by language: the site's own voice
    longest_text: int
    items: list[VoiceOut]


class PreviewIn(Body):
    """``voice`` "": the site's own."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    language: Language
    voice: VoiceName = ""


class SystemPromptOut(BaseModel):
    """``prompt_id``: the prompt that is said instead, in those languages it has."""

    name: str
    zh: str
    en: str
    part: bool  # of numbers, amounts, dates and times
    prompt_id: str | None


class SystemPrompts(BaseModel):
    items: list[SystemPromptOut]
    next: str | None


class InsteadIn(Body):
    prompt_id: Id | None


@dataclass(frozen=True, slots=True)
class SpokenText:
    text: str
    file: Path
    seconds: float


async def speak(site: Site, text: str, language: str, voice: str) -> SpokenText:
    """Raises ``Invalid`` for a voice of another language, ``NoVoices``, ``NotSpoken``."""
    known = VOICES.get(voice)
    if known is None or known.language != language:
        raise invalid("voice", "unknown_reference")
    if site.speaking is None:
        raise NoVoices
    file = await site.speaking.say(text, voice)
    seconds = await asyncio.to_thread(lambda: soundfile.info(file).duration)
    return SpokenText(tidy(text), file, round(seconds, 2))


@router.get("/voices", operation_id="listVoices", tags=["prompts"])
async def voices(me: Reader, site: SiteDep) -> VoicesOut:
    """Who can speak typed texts."""
    items = [
        VoiceOut(id=one.id, language=one.language, name_zh=one.names[0], name_en=one.names[1], female=one.female)
        for one in VOICES.values()
    ]
    return VoicesOut(
        installed=site.speaking is not None and site.speaking.installed,
        chosen={language: voice_of(site.directory, language) for language in ("zh", "en")},
        longest_text=LONGEST_TEXT,
        items=items,
    )


@router.post(
    "/prompts/preview", operation_id="previewPrompt", tags=["prompts"], response_class=FileResponse, responses=WAV
)
async def preview(body: PreviewIn, me: Admin, site: SiteDep) -> FileResponse:
    """A text as callers would hear it."""
    await site.limit("preview", me.id, A_MINUTE)
    voice = body.voice or voice_of(site.directory, body.language)
    spoken = await speak(site, body.text, body.language, voice)
    return FileResponse(spoken.file, media_type="audio/wav")


@router.get("/system-prompts", operation_id="listSystemPrompts", tags=["prompts"])
async def system_prompts(me: Reader, session: Read) -> SystemPrompts:
    """What the system says by itself, in its order."""
    instead = await prompts.said_instead(session)
    items = [
        SystemPromptOut(
            name=one.name, zh=one.texts[0], en=one.texts[1], part=one.inside, prompt_id=instead.get(one.name)
        )
        for one in catalogue().values()
    ]
    return SystemPrompts(items=items, next=None)


@router.get(
    "/system-prompts/{name}/sound",
    operation_id="getSystemPromptSound",
    tags=["prompts"],
    response_class=FileResponse,
    responses=WAV,
)
async def system_prompt_sound(name: str, me: Reader, language: Language = "zh") -> FileResponse:
    """The system's own sound, whatever is said instead of it."""
    try:
        return FileResponse(f"{system_prompt(name, language)}.wav", media_type="audio/wav")
    except UnknownPrompt:
        raise NotFound("system_prompt", name) from None


@router.put("/system-prompts/{name}", status_code=204, operation_id="putSystemPrompt", tags=["prompts"])
async def say_instead(name: str, body: InsteadIn, me: Admin, request: Request, site: SiteDep, session: Write) -> None:
    """Say a prompt of the site's own instead; null: the system's own again."""
    await prompts.say_instead(session, actor_of(me, request), name, body.prompt_id, site.now())
