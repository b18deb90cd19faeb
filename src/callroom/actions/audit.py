"""The operation log 操作日志: who did what, before and after, each entry sealed by a hash over the former one."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.core.journeys.facts import SupervisionMode
from callroom.store.tables import AuditEntry, Setting

HEAD = "audit_head"  # this row is locked while an entry is added, so that two never follow the same one


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user, or with ``id`` None the system itself or somebody not signed in."""

    id: str | None
    name: str
    address: str = ""


SYSTEM = Actor(None, "system")
SUPERVISED: dict[SupervisionMode, str] = {
    "listen": "call.listened_to",
    "whisper": "call.whispered_in",
    "barge": "call.barged_in",
    "take_over": "call.taken_over",
}


async def hold(session: AsyncSession) -> None:
    """Let no other write of configuration run until this transaction ends.

    So what is checked (a free number, another admin) still holds when it is written. Call it before touching rows:
    every such write takes this lock first, which is why none waits for another in a circle. SQLite has one writer.
    """
    await session.execute(select(Setting.key).where(Setting.key == HEAD).with_for_update())


async def record(
    session: AsyncSession,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    subject: tuple[str, str] = ("", ""),
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add an entry within the transaction of the write it tells of. Never give secrets in ``before``, ``after``."""
    moved = await session.execute(update(Setting).where(Setting.key == HEAD).values(version=Setting.version + 1))
    if not moved.rowcount:  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        session.add(Setting(key=HEAD, value={}, version=1))
        await session.flush()
    last = (await session.execute(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))).scalar_one_or_none()
    entry = AuditEntry(
        id=last.id + 1 if last else 1,
        at=now,
        actor_id=actor.id,
        actor=actor.name,
        address=actor.address,
        action=action,
        subject_kind=subject[0],
        subject_id=subject[1],
        before=before,
        after=after,
    )
    entry.hash = _seal(entry, last.hash if last else "")
    session.add(entry)
    await session.flush()


async def seal_again(session: AsyncSession, first: int) -> None:
    """Seal the entries from ``first`` on anew: what a person left in them was erased, as he may demand by law.

    Only while ``hold`` holds.
    """
    former = await session.scalar(select(AuditEntry.hash).where(AuditEntry.id == first - 1)) or ""
    while entries := list(
        await session.scalars(select(AuditEntry).where(AuditEntry.id >= first).order_by(AuditEntry.id).limit(1_000))
    ):
        for entry in entries:
            former = entry.hash = _seal(entry, former)
        first = entries[-1].id + 1
        await session.flush()


async def first_broken_entry(session: AsyncSession) -> int | None:
    """The number of the first entry that was changed, or after which one is missing; None when all is whole."""
    former, expected = "", 1
    async for entry in await session.stream_scalars(select(AuditEntry).order_by(AuditEntry.id)):
        if entry.id != expected or entry.hash != _seal(entry, former):
            return expected
        former, expected = entry.hash, expected + 1
    head = await session.get(Setting, HEAD)
    written = head.version if head else 0
    count = (await session.execute(select(func.count()).select_from(AuditEntry))).scalar_one()
    return None if count == written else count + 1


def _seal(entry: AuditEntry, former: str) -> str:
    fields = [
        former,
        entry.id,
        entry.at.isoformat(),
        entry.actor_id,
        entry.actor,
        entry.address,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.before,
        entry.after,
    ]
    return hashlib.sha256(msgspec.json.encode(fields, order="deterministic")).hexdigest()
