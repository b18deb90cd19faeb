"""What people are to be told of: told once, live, by the server, and kept until they have seen it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.store.tables import NoticeRow

KEPT = timedelta(days=90)
AT_ONCE = 200


async def untold(session: AsyncSession) -> Sequence[NoticeRow]:
    """Those that the server has not told yet, oldest first."""
    wanted = select(NoticeRow).where(NoticeRow.told_at.is_(None)).order_by(NoticeRow.id).limit(AT_ONCE)
    return list(await session.scalars(wanted))


async def told(session: AsyncSession, notices: Sequence[int], now: datetime) -> None:
    await session.execute(update(NoticeRow).where(NoticeRow.id.in_(notices)).values(told_at=now))


async def see(session: AsyncSession, user: str, notices: Sequence[int] | None, now: datetime) -> None:
    """He has seen these, or None: all."""
    mine: list[ColumnElement[bool]] = [NoticeRow.user_id == user, NoticeRow.seen_at.is_(None)]
    if notices is not None:
        mine.append(NoticeRow.id.in_(notices))
    await session.execute(update(NoticeRow).where(*mine).values(seen_at=now))
