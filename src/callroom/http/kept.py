"""What routes of records, orders, memos and follow-ups share: whom they show, what is found, and how it came about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from pydantic import BaseModel, PlainSerializer
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.audit import Actor
from callroom.actions.users import Role
from callroom.core.ids import AgentId
from callroom.core.statuses import Status
from callroom.core.statuses import named as status_called
from callroom.errors import NotFound, NotNow
from callroom.http.resources import Viewer
from callroom.http.seen import OutsideText, values_as_seen
from callroom.http.site import Me, Read, SiteDep, Write, actor_of, allow
from callroom.store.journeys import sight_of
from callroom.store.service import Condition, within
from callroom.store.tables import Customer, ServiceHistory, User
from callroom.store.tables.service import Owned

Writer = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR, Role.AGENT))]
Leader = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR))]
Kept = TypeVar("Kept", bound=Owned)
MOST_STEPS = 500  # of a history that are shown


@dataclass(frozen=True, slots=True)
class Asker(Viewer):
    """Who looks, with what he asked and the answer that he gets; ``now`` is the moment of it."""

    request: Request
    response: Response
    now: datetime

    @property
    def actor(self) -> Actor:
        return actor_of(self.me, self.request)

    @property
    def leads(self) -> bool:
        return self.me.role != Role.AGENT

    async def found(self, table: type[Kept], kind: str, id: str, *, also: Condition | None = None) -> Kept:
        """What the function ``found`` finds for who asks."""
        return await found(self.session, table, kind, id, self.me, self.now, also=also, served=self.served)

    @property
    def served(self) -> frozenset[str]:
        """Customers who are on the line with who asks, or ring for him: no row tells of them yet."""
        calls = self.site.exchange.calls_of(AgentId(self.me.id)) if self.site.exchange else []
        return frozenset(call.view.customer.id for call in calls if call.view.customer)

    async def within(self, table: type[Owned]) -> Condition:
        """Which rows who asks may see."""
        return within(table, await sight_of(self.session, self.me), self.now, self.served)


async def _reads(me: Me, request: Request, response: Response, site: SiteDep, session: Read) -> Asker:
    return Asker(session, site, me, request, response, site.now())


async def _writes(me: Writer, request: Request, response: Response, site: SiteDep, session: Write) -> Asker:
    return Asker(session, site, me, request, response, site.now())


Reads = Annotated[Asker, Depends(_reads)]
Writes = Annotated[Asker, Depends(_writes)]


class Named(BaseModel):
    id: str
    name: OutsideText


class OfCustomer(Named):
    """``tier``: 0 a usual customer, up to 9."""

    tier: int


class StatusNow(BaseModel):
    """``next``: ids of those to which this person may take it."""

    id: str
    label: str
    color: str
    closed: bool
    next: list[str]


class HistoryItem(BaseModel):
    """``changes``: by name [before, after]."""

    at: datetime
    by: str
    action: str
    note: OutsideText
    changes: Annotated[dict[str, list[Any]], PlainSerializer(values_as_seen, return_type=dict[str, list[Any]])]


class History(BaseModel):
    items: list[HistoryItem]


async def names(session: AsyncSession, table: Any, ids: set[str | None]) -> dict[str, str]:
    """The names of rows that lists refer to."""
    wanted = sorted(id for id in ids if id)
    if not wanted:
        return {}
    return {id: name for id, name in await session.execute(select(table.id, table.name).where(table.id.in_(wanted)))}


def named(known: dict[str, str], id: str | None) -> Named | None:
    return Named(id=id, name=known.get(id, "")) if id else None


async def customers_of(session: AsyncSession, ids: set[str | None]) -> dict[str, OfCustomer]:
    """The customers whom rows of a list concern, by id."""
    wanted = sorted(id for id in ids if id)
    if not wanted:
        return {}
    columns = (Customer.id, Customer.name, Customer.tier)
    rows = await session.execute(select(*columns).where(Customer.id.in_(wanted)))
    return {id: OfCustomer(id=id, name=name, tier=tier) for id, name, tier in rows}


def of_customer(known: dict[str, OfCustomer], id: str | None) -> OfCustomer | None:
    return known.get(id) or OfCustomer(id=id, name="", tier=0) if id else None


async def found(
    session: AsyncSession,
    table: Any,
    kind: str,
    id: str,
    me: User,
    now: datetime,
    *,
    also: Condition | None = None,
    served: frozenset[str] = frozenset(),
) -> Any:
    """A row within this person's sight, deleted ones too; ``also``: what he sees besides. Raises ``NotFound``."""
    seen = within(table, await sight_of(session, me), now, served)
    row = await session.scalar(select(table).where(table.id == id, seen if also is None else seen | also))
    if row is None:
        raise NotFound(kind, id)
    return row


def not_deleted(row: Kept) -> Kept:
    """Raises ``NotNow`` for one that was deleted, and not brought back."""
    if row.deleted_at is not None:
        raise NotNow("change", "deleted")
    return row


def _as_it_is(name: str, both: list[Any]) -> list[Any] | None:
    return both


async def history_of(
    session: AsyncSession, kind: str, id: str, told: Callable[[str, list[Any]], list[Any] | None] = _as_it_is
) -> History:
    """What became of it, newest first; ``told`` words a change for who asks, None leaves it out."""
    steps = (
        select(ServiceHistory)
        .where(ServiceHistory.subject_kind == kind, ServiceHistory.subject_id == id)
        .order_by(ServiceHistory.id.desc())
        .limit(MOST_STEPS)
    )
    items: list[HistoryItem] = []
    for row in await session.scalars(steps):
        changes = {name: worded for name, both in row.changes.items() if (worded := told(name, both)) is not None}
        items.append(HistoryItem(at=row.at, by=row.by_name, action=row.action, note=row.note, changes=changes))
    return History(items=items)


def status_now(statuses: Sequence[Status], status: str, me: User) -> StatusNow:
    """Where something stands, and to where ``me`` may take it."""
    now_at = status_called(statuses, status)
    steps = [
        one.id
        for one in statuses
        if me.role != Role.AUDITOR and one.id != status and (now_at is None or one.id in now_at.next)
        if me.role != Role.AGENT or not one.leaders
    ]
    return StatusNow(
        id=status,
        label=now_at.label if now_at else status,
        color=now_at.color if now_at else "default",
        closed=now_at.closed if now_at else False,
        next=steps,
    )
