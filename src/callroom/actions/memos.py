"""Memos 备忘录: notes of the service to a customer, which may remind somebody at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, service
from callroom.actions.ids import new_id
from callroom.errors import NotAllowed, NotNow
from callroom.store.tables import Memo

OF_REMINDER = {"remind_at", "remind", "done"}


@dataclass(frozen=True, slots=True)
class Given:
    """``remind``: who is told at ``remind_at``, None: who wrote it."""

    text: str
    customer: str
    journey: str | None = None
    remind_at: datetime | None = None
    remind: str | None = None
    done: bool = False


def subject_of(memo: Memo) -> service.Subject:
    return "memo", memo.id


async def create(session: AsyncSession, by: audit.Actor, given: Given, now: datetime) -> Memo:
    """Raises ``Invalid``."""
    await audit.hold(session)
    await service.check_links(
        session, customer=given.customer, journey=given.journey, owner=given.remind, owner_is="remind"
    )
    memo = Memo(id=new_id("me"), version=1, created_at=now, updated_at=now, owner_id=by.id, created_by=by.id, text="")
    _take(memo, given, now)
    session.add(memo)
    await session.flush()
    await service.note(session, by, subject_of(memo), "created", now)
    return memo


async def replace(
    session: AsyncSession, by: audit.Actor, memo: Memo, version: int, given: Given, now: datetime, *, leads: bool
) -> Memo:
    """Raises ``ChangedMeanwhile``, ``Invalid``, ``NotAllowed``: of what others wrote, agents change the reminder."""
    await audit.hold(session)
    await session.refresh(memo)
    service.from_version(memo, version)
    await service.check_links(
        session, customer=given.customer, journey=given.journey, owner=given.remind,
        known=(memo.customer_id, memo.journey_id, memo.remind_id), owner_is="remind",
    )  # fmt: skip
    before = _seen(memo)
    _take(memo, given, now)
    changes = service.differences(before, _seen(memo))
    if not leads and memo.created_by != by.id and not changes.keys() <= OF_REMINDER:
        raise NotAllowed("agent")
    if changes.keys() & OF_REMINDER:
        await service.take_back(session, subject_of(memo))
    if changes:
        _touch(memo, now)
        await service.note(session, by, subject_of(memo), "updated", now, changes=changes)
    return memo


async def remove(session: AsyncSession, by: audit.Actor, memo: Memo, now: datetime, *, leads: bool) -> None:
    """Delete it, to be brought back. Raises ``NotAllowed``: agents take away what they wrote themselves."""
    await audit.hold(session)
    await session.refresh(memo)
    if not leads and memo.created_by != by.id:
        raise NotAllowed("agent")
    memo.deleted_at = now
    _touch(memo, now)
    await service.take_back(session, subject_of(memo))
    await service.note(session, by, subject_of(memo), "deleted", now)


async def restore(session: AsyncSession, by: audit.Actor, memo: Memo, now: datetime, *, leads: bool) -> Memo:
    """Raises ``NotNow``, ``NotAllowed``: agents bring back what they took away themselves."""
    await audit.hold(session)
    await session.refresh(memo)
    if memo.deleted_at is None:
        raise NotNow("restore", "not deleted")
    await service.may_bring_back(session, by, subject_of(memo), leads=leads)
    memo.deleted_at = None
    _touch(memo, now)
    await service.note(session, by, subject_of(memo), "restored", now)
    return memo


def _take(memo: Memo, given: Given, now: datetime) -> None:
    memo.text, memo.customer_id, memo.journey_id = given.text, given.customer, given.journey
    remind = (given.remind or memo.created_by) if given.remind_at else None
    if (memo.remind_at, memo.remind_id) != (given.remind_at, remind):
        memo.reminded_at = None
    memo.remind_at, memo.remind_id = given.remind_at, remind
    memo.done_at = (memo.done_at or now) if given.done else None


def _seen(memo: Memo) -> dict[str, Any]:
    remind = memo.remind_at.isoformat() if memo.remind_at else None
    own = {"text": memo.text, "customer": memo.customer_id, "journey": memo.journey_id, "remind": memo.remind_id}
    return own | {"remind_at": remind, "done": memo.done_at is not None}


def _touch(memo: Memo, now: datetime) -> None:
    memo.version += 1
    memo.updated_at = now
