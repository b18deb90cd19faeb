"""What all that is kept of the service to customers has in common: its history, and whom it tells."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.errors import ChangedMeanwhile, NotAllowed, unknown_reference
from callroom.store.tables import Configured, Customer, JourneyRow, NoticeRow, ServiceHistory, User

Subject = tuple[str, str]  # kind and id, as in the operation log


async def note(
    session: AsyncSession,
    by: audit.Actor,
    subject: Subject,
    action: str,
    now: datetime,
    *,
    changes: dict[str, Any] | None = None,
    text: str = "",
    told: dict[str, Any] | None = None,
) -> None:
    """Add a step to the history, and to the operation log.

    ``changes``: by name [before, after]; the log has their names only, as it keeps for ever, and ``told``.
    """
    session.add(
        ServiceHistory(
            subject_kind=subject[0],
            subject_id=subject[1],
            at=now,
            by_id=by.id,
            by_name=by.name,
            action=action,
            changes=changes or {},
            note=text,
        )
    )
    after = (told or {}) | ({"changed": sorted(changes)} if changes else {})
    await audit.record(session, by, f"{subject[0]}.{action}", now=now, subject=subject, after=after or None)


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """By name [before, after], of what is not alike."""
    names = [*before, *(name for name in after if name not in before)]
    return {name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)}


async def tell(
    session: AsyncSession,
    users: Iterable[str | None],
    kind: str,
    subject: Subject,
    text: dict[str, Any],
    now: datetime,
    *,
    but: str | None = None,
) -> None:
    """Let people know: the server tells their pages within moments. ``but``: who does it himself needs no telling."""
    for user in dict.fromkeys(users):
        if user and user != but:
            session.add(
                NoticeRow(user_id=user, kind=kind, subject_kind=subject[0], subject_id=subject[1], text=text, at=now)
            )
    await session.flush()


async def take_back(session: AsyncSession, subject: Subject) -> None:
    """There is nothing more to be told of it."""
    await session.execute(
        delete(NoticeRow).where(NoticeRow.subject_kind == subject[0], NoticeRow.subject_id == subject[1])
    )


async def may_bring_back(session: AsyncSession, by: audit.Actor, subject: Subject, *, leads: bool) -> None:
    """Raises ``NotAllowed``: agents bring back what they took away themselves, not what a leader did."""
    gone = (
        select(ServiceHistory.by_id)
        .where(
            ServiceHistory.subject_kind == subject[0],
            ServiceHistory.subject_id == subject[1],
            ServiceHistory.action == "deleted",
        )
        .order_by(ServiceHistory.id.desc())
        .limit(1)
    )
    if not leads and await session.scalar(gone) != by.id:
        raise NotAllowed("agent")


async def leaders_of(session: AsyncSession, team: str | None) -> list[str]:
    """Who leads a team; admins where nobody does."""
    people = await session.execute(
        select(User.id, User.role, User.supervises).where(User.active, User.role.in_(("supervisor", "admin")))
    )
    known = [(id, role, supervises) for id, role, supervises in people]
    leading = [id for id, role, supervises in known if team and role == "supervisor" and team in supervises]
    return leading or [id for id, role, _ in known if role == "admin"]


def from_version(row: Configured, version: int) -> None:
    """Raises ``ChangedMeanwhile`` when the row is not as it was when it was read."""
    if row.version != version:
        raise ChangedMeanwhile(row.version)


async def check_links(
    session: AsyncSession,
    *,
    customer: str | None,
    journey: str | None,
    owner: str | None = None,
    known: Collection[str | None] = (),
    owner_is: str = "owner",
) -> None:
    """Raises ``Invalid`` where a row that is named does not exist; ``known``: what was named before may be gone;
    ``owner_is``: the field in which somebody is named."""
    for table, id, field in ((Customer, customer, "customer"), (JourneyRow, journey, "journey")):
        if id and id not in known and await session.scalar(select(table.id).where(table.id == id)) is None:
            raise unknown_reference(field)
    if owner and owner not in known:
        found = await session.scalar(select(User.id).where(User.id == owner, User.active))
        if found is None:
            raise unknown_reference(owner_is)
