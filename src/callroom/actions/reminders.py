"""What has come due: problems and return calls past their time, and memos that remind somebody. Each is told once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import service
from callroom.core.numbers import Visibility, hidden_within
from callroom.store.tables import Customer, CustomTable, FollowUp, Memo, Record, User

AT_ONCE = 100
Condition = ColumnElement[bool]


def _problems(now: datetime) -> Sequence[Condition]:
    return (
        Record.due_at <= now,
        Record.closed_at.is_(None),
        Record.deleted_at.is_(None),
        Record.overdue_told_at.is_(None),
    )


def _calls(now: datetime) -> Sequence[Condition]:
    return (
        FollowUp.due_at <= now,
        FollowUp.done_at.is_(None),
        FollowUp.deleted_at.is_(None),
        FollowUp.overdue_told_at.is_(None),
    )


def _memos(now: datetime) -> Sequence[Condition]:
    return (
        Memo.remind_at <= now,
        Memo.reminded_at.is_(None),
        Memo.done_at.is_(None),
        Memo.deleted_at.is_(None),
    )


async def anything_due(session: AsyncSession, now: datetime) -> bool:
    """Asked without a lock, as most times there is nothing."""
    for table, where in ((Record, _problems(now)), (FollowUp, _calls(now)), (Memo, _memos(now))):
        if await session.scalar(select(table.id).where(*where).limit(1)) is not None:
            return True
    return False


async def remind(session: AsyncSession, now: datetime) -> int:
    """Tell those concerned: of what is overdue its owner and the leaders of his team. Returns how many were due."""
    problems = await session.execute(
        select(Record, CustomTable.name)
        .join(CustomTable, CustomTable.id == Record.table_id)
        .where(*_problems(now))
        .limit(AT_ONCE)
        .with_for_update(of=Record, skip_locked=True)
    )
    count = 0
    for record, table in problems:
        record.overdue_told_at = now
        words = {"table": table, "number": record.number, "table_id": record.table_id}
        await _tell_owner(session, record.owner_id, "record_overdue", ("record", record.id), words, now)
        count += 1
    calls = await session.execute(
        select(FollowUp, CustomTable.name, Record.number)
        .join(Record, Record.id == FollowUp.record_id)
        .join(CustomTable, CustomTable.id == Record.table_id)
        .where(*_calls(now))
        .limit(AT_ONCE)
        .with_for_update(of=FollowUp, skip_locked=True)
    )
    for task, table, number in calls:
        task.overdue_told_at = now
        words = {"table": table, "number": number}
        await _tell_owner(session, task.owner_id, "follow_up_overdue", ("follow_up", task.id), words, now)
        count += 1
    memos = await session.execute(
        select(Memo, Customer.name)
        .outerjoin(Customer, Customer.id == Memo.customer_id)
        .where(*_memos(now))
        .limit(AT_ONCE)
        .with_for_update(of=Memo, skip_locked=True)
    )
    for memo, customer in memos:
        memo.reminded_at = now
        person = await session.get(User, memo.remind_id) if memo.remind_id else None
        sees = person.sees if person is not None else Visibility.NAME
        words = {"customer": hidden_within(customer or "", sees), "memo": hidden_within(memo.text, sees)[:80]}
        await service.tell(session, [memo.remind_id], "memo_due", ("memo", memo.id), words, now)
        count += 1
    await session.flush()
    return count


async def _tell_owner(
    session: AsyncSession, owner: str | None, kind: str, subject: service.Subject, words: dict[str, Any], now: datetime
) -> None:
    team = await session.scalar(select(User.team_id).where(User.id == owner)) if owner else None
    await service.tell(session, [owner, *await service.leaders_of(session, team)], kind, subject, words, now)
