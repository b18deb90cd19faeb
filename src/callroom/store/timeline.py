"""What there was between the site and one customer, of every kind, as one list by time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Select, and_, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.store.service import Condition
from callroom.store.tables import FollowUp, JourneyRow, Memo, MessageRow, Order, Record, Voicemail

Kind = Literal["call", "voicemail", "message", "memo", "order", "record", "follow_up"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_AT: dict[Kind, tuple[Any, Any]] = {  # the row's id, and its time in the list
    "call": (JourneyRow.id, JourneyRow.started_at),
    "voicemail": (Voicemail.id, Voicemail.left_at),
    "message": (MessageRow.id, MessageRow.created_at),
    "memo": (Memo.id, Memo.created_at),
    "order": (Order.id, Order.created_at),
    "record": (Record.id, Record.created_at),
    "follow_up": (FollowUp.id, FollowUp.created_at),
}


@dataclass(frozen=True, slots=True)
class Place:
    """An entry's place in the list; of entries of the same moment the kind decides, then the id."""

    at: datetime
    kind: Kind
    id: str


async def timeline(
    session: AsyncSession,
    customer: str,
    seen: Mapping[Kind, Condition],
    *,
    limit: int,
    after: Place | None = None,
) -> list[Place]:
    """Up to ``limit`` entries of the ``seen`` kinds, newest first: those that follow ``after``.

    ``seen``: by kind, which of its rows may be told. Rows that arrive meanwhile move nothing.
    """
    parts = [_part(kind, customer, which, limit, after) for kind, which in seen.items()]
    if not parts:
        return []
    joined = union_all(*parts).subquery()
    order = (joined.c.at.desc(), joined.c.rank.desc(), joined.c.id.desc())
    wanted: Select[datetime, int, str] = select(joined.c.at, joined.c.rank, joined.c.id)
    found = await session.execute(wanted.order_by(*order).limit(limit))
    return [Place(at, KINDS[rank], id) for at, rank, id in found]


def _part(kind: Kind, customer: str, which: Condition, limit: int, after: Place | None) -> Any:
    """One kind's share: no page has more of it than the page has entries."""
    id, at = _AT[kind]
    wanted = select(at.label("at"), literal(KINDS.index(kind)).label("rank"), id.label("id")).where(which)
    if kind == "voicemail":
        wanted = wanted.join(JourneyRow, JourneyRow.id == Voicemail.journey_id)
    wanted = wanted.where((JourneyRow if kind == "voicemail" else id.class_).customer_id == customer)
    if after is not None:
        wanted = wanted.where(_follows(kind, id, at, after))
    part = wanted.order_by(at.desc(), id.desc()).limit(limit).subquery()
    return select(part)


def _follows(kind: Kind, id: Any, at: Any, after: Place) -> Condition:
    """As ``store.journeys.after``, for a list in which ``after`` may be of another kind."""
    if KINDS.index(kind) < KINDS.index(after.kind):
        return at <= after.at
    if kind != after.kind:
        return at < after.at
    return and_(at <= after.at, or_(at < after.at, id < after.id))
