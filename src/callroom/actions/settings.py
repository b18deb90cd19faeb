"""The site's settings: one object, kept under one key."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.configured import tell
from callroom.errors import ChangedMeanwhile
from callroom.store.settings import COMPANY, keep, kept

DEFAULTS: dict[str, Any] = {
    "company_name": "",
    "language": "zh",
    "country": "CN",
    "time_zone": "Asia/Shanghai",
    "area_code": "",
    "external_prefix": "",
    "recording_days": 0,  # 0: kept for ever
    "fax_days": 0,
    "message_days": 0,
    "mail_days": 0,
    "short_abandon_seconds": 5,
    "page_address": "",  # where people open the pages, for links in mails; "": mails carry none
    "pop_url": "",  # of another system's page about a caller; "": none is opened
    "pop_when": "ring",  # or answer
    "pop_in": "tab",  # or desk
    "pop_webhook": "",  # is told of each offer and each call out; "": nobody is
    "voice_zh": "",  # who speaks typed texts; "": the usual voice
    "voice_en": "",
    "set_up_done": False,
}


async def read_settings(session: AsyncSession) -> tuple[dict[str, Any], int]:
    """The settings with what was never set filled in, and their version (0: never written)."""
    values, version = await kept(session, COMPANY)
    return DEFAULTS | values, version


async def write_settings(
    session: AsyncSession, by: audit.Actor, values: dict[str, Any], version: int | None, now: datetime
) -> int:
    """Replace the settings; returns the new version. Raises ``ChangedMeanwhile`` when ``version`` is not theirs."""
    await audit.hold(session)
    before, present = await read_settings(session)
    if version is not None and version != present:
        raise ChangedMeanwhile(present)
    fresh = await keep(session, COMPANY, values)
    subject = ("settings", COMPANY)
    await audit.record(session, by, "settings.updated", now=now, subject=subject, before=before, after=values)
    tell(session, "settings")
    return fresh
