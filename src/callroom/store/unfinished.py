"""What was going on when the server stopped, for the one that begins."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.core import callbacks, faxes
from callroom.core.faxes import Outgoing
from callroom.core.ids import FaxBoxId
from callroom.core.journeys.facts import CallbackLine, FaxLine
from callroom.core.journeys.model import Journey
from callroom.core.routing.model import DialPermission
from callroom.store import tables as t


async def open_journeys(session: AsyncSession, now: datetime) -> list[Journey]:
    """The journeys that were not complete when the server stopped."""
    recent = now - timedelta(minutes=10)
    rows = await session.scalars(
        select(t.JourneyRow).where(or_(t.JourneyRow.ended_at.is_(None), t.JourneyRow.ended_at > recent))
    )
    made = [msgspec.convert(row.document, Journey) for row in rows]
    return [journey for journey in made if not journey.settled]


async def open_callbacks(session: AsyncSession) -> list[tuple[CallbackLine, bool]]:
    """Who is still to be called back, who asked first first; True: his last call back was answered."""
    answered = t.JourneyRow.answered_at.is_not(None)
    rows = await session.execute(
        select(t.CallbackRow, answered)
        .outerjoin(t.JourneyRow, t.JourneyRow.id == t.CallbackRow.journey)
        .where(t.CallbackRow.state.in_(callbacks.OPEN))
        .order_by(t.CallbackRow.asked_at, t.CallbackRow.id)
    )
    return [(_callback_line(row), bool(met) and row.state == "ringing") for row, met in rows]


def _callback_line(row: t.CallbackRow) -> CallbackLine:
    return CallbackLine(
        row.id,
        row.changed_at,
        row.queue_id,
        row.number,
        row.asked_at,
        "ringing" if row.state == "ringing" else "waiting",
        row.origin_journey,
        row.attempts,
        row.due_at,
        row.reason,
        row.language,
        row.journey,
    )


async def open_faxes(session: AsyncSession) -> list[tuple[Outgoing, FaxLine]]:
    """Faxes on their way out, oldest first; not those that the worker is still preparing."""
    wanted = select(t.FaxRow).where(t.FaxRow.state.in_(faxes.OPEN)).order_by(t.FaxRow.created_at, t.FaxRow.id)
    return [(_outgoing(row), _fax_line(row)) for row in await session.scalars(wanted)]


async def faxes_to_send(session: AsyncSession) -> list[Outgoing]:
    """Those that were prepared and not dialled yet, as far as the database knows."""
    fresh = select(t.FaxRow).where(t.FaxRow.state == "waiting", t.FaxRow.attempts == 0)
    return [_outgoing(row) for row in await session.scalars(fresh.order_by(t.FaxRow.created_at, t.FaxRow.id))]


@dataclass(frozen=True, slots=True)
class ChangedMessage:
    """What is told of a text message; ``customer``: an id."""

    id: str
    direction: str
    state: str
    customer: str | None
    at: datetime


async def changed_messages(session: AsyncSession, since: datetime) -> list[ChangedMessage]:
    """All text messages that were changed since then, by whatever process."""
    row = t.MessageRow
    wanted = select(row.id, row.direction, row.state, row.customer_id, row.changed_at).where(row.changed_at >= since)
    return [ChangedMessage(*one) for one in await session.execute(wanted.order_by(row.changed_at, row.id))]


def _outgoing(row: t.FaxRow) -> Outgoing:
    box, permission = FaxBoxId(row.box_id), DialPermission(row.permission)
    return Outgoing(row.id, box, row.number, row.path, row.pages_total, permission)


def _fax_line(row: t.FaxRow) -> FaxLine:
    state = "sending" if row.state == "sending" else "dialling" if row.state == "dialling" else "waiting"
    return FaxLine(row.id, row.changed_at, state, row.attempts, row.due_at, row.reason, row.journey_id, row.pages)
