"""Saved views of the list of customers: questions, columns and an order under a name, one's own or everybody's."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.configured import tell
from callroom.actions.ids import new_id
from callroom.actions.users import Role
from callroom.errors import ChangedMeanwhile, NotAllowed, NotFound, Taken, invalid
from callroom.store.tables import CustomerView, CustomerViewDefault, User

MOST_VIEWS = 100  # of a person
MAY_SHARE = (Role.ADMIN, Role.SUPERVISOR)


async def seen_by(session: AsyncSession, me: User) -> list[CustomerView]:
    """His own ones and everybody's, by name."""
    mine = or_(CustomerView.owner_id == me.id, CustomerView.shared)
    return list(await session.scalars(select(CustomerView).where(mine).order_by(CustomerView.name, CustomerView.id)))


async def default_of(session: AsyncSession, me: User) -> str | None:
    return await session.scalar(select(CustomerViewDefault.view_id).where(CustomerViewDefault.user_id == me.id))


async def save(
    session: AsyncSession,
    by: audit.Actor,
    me: User,
    view: tuple[str, int] | None,
    given: dict[str, Any],
    now: datetime,
) -> CustomerView:
    """Make a view of ``name``, ``shared``, ``filter``, ``columns`` and ``sort``, or replace the one of this id and
    version. Raises ``NotFound``, ``NotAllowed``, ``ChangedMeanwhile``, ``Taken``, ``Invalid``."""
    await audit.hold(session)
    if view is None:
        mine = select(func.count()).select_from(CustomerView).where(CustomerView.owner_id == me.id)
        if (await session.scalar(mine) or 0) >= MOST_VIEWS:
            raise invalid("name", "too_long", max_length=MOST_VIEWS)
        row = CustomerView(id=new_id("cv"), version=0, created_at=now, owner_id=me.id)
    else:
        row = await _own(session, me, view[0])
        if row.version != view[1]:
            raise ChangedMeanwhile(row.version)
    if given["shared"] and me.role not in MAY_SHARE:
        raise NotAllowed(me.role)
    same = select(CustomerView.id).where(
        CustomerView.name == given["name"], CustomerView.id != row.id, CustomerView.owner_id == row.owner_id
    )
    if await session.scalar(same) is not None:
        raise Taken("name", given["name"])
    for name, value in given.items():
        setattr(row, name, value)
    row.version, row.updated_at = row.version + 1, now
    session.add(row)
    await session.flush()
    if row.shared or view is not None:
        done = "created" if view is None else "updated"
        after = {"name": row.name, "shared": row.shared}
        await audit.record(
            session, by, f"customer_view.{done}", now=now, subject=("customer_view", row.id), after=after
        )
    tell(session, "customer-views")
    return row


async def remove(session: AsyncSession, by: audit.Actor, me: User, view_id: str, now: datetime) -> None:
    """Raises ``NotFound``, ``NotAllowed``."""
    await audit.hold(session)
    row = await _own(session, me, view_id)
    before = {"name": row.name, "shared": row.shared}
    await session.execute(delete(CustomerView).where(CustomerView.id == row.id))
    await audit.record(session, by, "customer_view.deleted", now=now, subject=("customer_view", row.id), before=before)
    tell(session, "customer-views")


async def choose(session: AsyncSession, me: User, view_id: str | None) -> None:
    """What the list shows him first; None: all customers. Raises ``NotFound``."""
    await session.execute(delete(CustomerViewDefault).where(CustomerViewDefault.user_id == me.id))
    if view_id is not None:
        if view_id not in {row.id for row in await seen_by(session, me)}:
            raise NotFound("customer_view", view_id)
        session.add(CustomerViewDefault(user_id=me.id, view_id=view_id))
    await session.flush()


def may_change(me: User, row: CustomerView) -> bool:
    return row.owner_id == me.id or (row.shared and me.role == Role.ADMIN)


async def _own(session: AsyncSession, me: User, view_id: str) -> CustomerView:
    row = await session.get(CustomerView, view_id, populate_existing=True)
    if row is None or not (row.shared or row.owner_id == me.id):
        raise NotFound("customer_view", view_id)
    if not may_change(me, row):
        raise NotAllowed(me.role)
    return row
