"""What a new site has from its first start on."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.callcentre import PRESENCE_REASONS
from callroom.actions.configured import create
from callroom.store.settings import keep, kept
from callroom.store.tables import PresenceReason

KEY = "seeded"
REASONS = (
    ("开会", "Meeting", "busy"),
    ("培训", "Training", "busy"),
    ("处理事务", "Paperwork", "busy"),
    ("用餐", "Lunch", "away"),
    ("休息", "Break", "away"),
    ("离席", "Away from desk", "away"),
)


async def seed(session: AsyncSession, now: datetime) -> None:
    """Make the usual reasons to be busy or away; once only, so that an admin can delete them all for good."""
    if (await kept(session, KEY))[1]:
        return
    if await session.scalar(select(PresenceReason.id).limit(1)) is None:
        for position, (zh, en, kind) in enumerate(REASONS, start=1):
            values = {"name_zh": zh, "name_en": en, "kind": kind, "position": position}
            await create(session, audit.SYSTEM, PRESENCE_REASONS, values, now)
    await keep(session, KEY, {})
