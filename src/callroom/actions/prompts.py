"""Prompts: what callers hear in a site's own words, with a sound for each language; and what it says instead of the
system's own words.

A prompt's ``sounds`` are ``{language: sound}``, a sound
``{"path", "seconds", "origin", "source", "text", "voice", "quality"}``: ``path`` lies under the home's ``prompts`` and
has no extension; ``origin`` is file, page (recorded there), phone, or text (spoken by ``voice``); ``quality`` is what
it came with: ``{"rate", "channels", "level", "peak", "clipped"}``, levels in dBFS.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, configured
from callroom.actions.callcentre import PROMPTS
from callroom.actions.configured import tell
from callroom.errors import NotFound, NotNow
from callroom.media.prompts import catalogue
from callroom.store.settings import SAID_INSTEAD, keep, kept
from callroom.store.tables import Prompt

Sound = dict[str, Any]


def path_of(home: Path, sound: Sound) -> Path:
    """Raises ``NotFound`` when the path leads out of the folder."""
    root = (home / "prompts").resolve()
    file = (root / f"{sound['path']}.wav").resolve()
    if not file.is_relative_to(root):
        raise NotFound("sound", str(sound["path"]))
    return file


async def create(
    session: AsyncSession, by: audit.Actor, name: str, folder: str, language: str, sound: Sound, now: datetime
) -> Prompt:
    """Raises ``Taken``."""
    values = {"name": name, "folder": folder, "seconds": sound["seconds"], "sounds": {language: sound}}
    return await configured.create(session, by, PROMPTS, values, now)


async def put_sound(
    session: AsyncSession, by: audit.Actor, id: str, language: str, sound: Sound | None, now: datetime
) -> tuple[Prompt, Sound | None]:
    """Give a prompt its sound in a language, or take it away; returns the prompt and the sound that was there.

    Raises ``NotFound``, and ``NotNow`` for the last sound, which stays.
    """
    await audit.hold(session)
    row = await configured.get(session, PROMPTS, id)
    former = row.sounds.get(language)
    sounds = {name: one for name, one in row.sounds.items() if name != language}
    if sound is not None:
        sounds[language] = sound
    elif former is None:
        raise NotFound("sound", language)
    elif not sounds:
        raise NotNow("delete", "last_sound")
    values = {"name": row.name, "folder": row.folder, "seconds": max(one["seconds"] for one in sounds.values())}
    row = await configured.replace(session, by, PROMPTS, id, row.version, values | {"sounds": sounds}, now)
    return row, former


async def said_instead(session: AsyncSession) -> dict[str, str]:
    """The ids of the prompts that are said instead of system prompts, by these' names."""
    return (await kept(session, SAID_INSTEAD))[0]


async def say_instead(session: AsyncSession, by: audit.Actor, name: str, prompt: str | None, now: datetime) -> None:
    """Say a prompt of the site's own instead of a system prompt; None: the system's own again. Raises ``NotFound``."""
    if name not in catalogue():
        raise NotFound("system_prompt", name)
    if prompt is not None:
        await configured.must_exist(session, Prompt, prompt, "prompt_id")
    await audit.hold(session)
    before = await said_instead(session)
    after = {key: value for key, value in before.items() if key != name} | ({name: prompt} if prompt else {})
    await keep(session, SAID_INSTEAD, after)
    await audit.record(
        session,
        by,
        "system_prompt.updated",
        now=now,
        subject=("system_prompt", name),
        before={"prompt_id": before.get(name)},
        after={"prompt_id": prompt},
    )
    tell(session, "prompts")


async def folders(session: AsyncSession) -> list[str]:
    """The folders in which prompts lie, by name."""
    return sorted(await session.scalars(select(Prompt.folder).where(Prompt.folder != "").distinct()))
