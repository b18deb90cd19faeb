"""Questions about what happened: journeys, their recordings and messages, each only as far as somebody may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, false, func, literal_column, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, defer

from callroom.store.tables import (
    CallbackRow,
    Customer,
    JourneyRow,
    Queue,
    QueueMember,
    QueueVisitRow,
    Recording,
    Trunk,
    User,
    Voicemail,
)
from callroom.store.texts import has_part

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose calls and which boxes somebody may see; None in place of a set means all of them."""

    agents: frozenset[str] | None
    queues: frozenset[str] | None
    boxes: frozenset[str] | None  # ids of queues and extensions whose messages he may hear


EVERYTHING = Sight(None, None, None)


async def sight_of(session: AsyncSession, user: User) -> Sight:
    """An agent sees his own calls, a supervisor those of his teams and of the queues they work in; others see all.

    A supervisor without a team sees the queues that he is a member of himself.
    """
    if user.role in ("admin", "auditor"):
        return EVERYTHING
    own_queues = select(QueueMember.queue_id).where(QueueMember.user_id == user.id)
    people, extensions = {user.id}, {user.extension_id}
    if user.role == "supervisor" and user.supervises:
        team = await session.execute(select(User.id, User.extension_id).where(User.team_id.in_(user.supervises)))
        for person, extension in team:
            people.add(person)
            extensions.add(extension)
        own_queues = select(QueueMember.queue_id).where(QueueMember.user_id.in_(people))
    queues = frozenset(await session.scalars(own_queues))
    boxes = queues | {extension for extension in extensions if extension}
    return Sight(frozenset(people), queues if user.role == "supervisor" else frozenset(), boxes)


def visible(session: AsyncSession, sight: Sight) -> Condition:
    """Which rows of ``JourneyRow`` are within ``sight``."""
    if sight.agents is None or sight.queues is None:
        return true()
    return or_(with_agent(session, sight.agents), in_queue(sight.queues))


def with_agent(session: AsyncSession, agents: frozenset[str]) -> Condition:
    """Journeys in which one of ``agents`` talked or had a leg."""
    if not agents:
        return false()
    if session.get_bind().dialect.name == "sqlite":
        legs = func.json_each(JourneyRow.document, "$.legs").table_valued("value", name="legs")
        agent: ColumnElement[Any] = func.json_extract(legs.c.value, "$.agent")
    else:
        legs = func.jsonb_array_elements(JourneyRow.document["legs"]).table_valued("value", name="legs")
        agent = literal_column("legs.value ->> 'agent'")
    had_leg = select(1).select_from(legs).where(agent.in_(sorted(agents))).exists()
    if session.get_bind().dialect.name == "sqlite" and len(agents) == 1:
        # Searching the text first spares reading most documents as JSON.
        had_leg = and_(func.instr(JourneyRow.document, next(iter(agents))) > 0, had_leg)
    return or_(_is_one_of(JourneyRow.agent_id, agents), had_leg)


def in_queue(queues: frozenset[str]) -> Condition:
    """Journeys that waited in one of ``queues``."""
    if not queues:
        return false()
    visited = (
        select(1).where(QueueVisitRow.journey_id == JourneyRow.id, _is_one_of(QueueVisitRow.queue_id, queues)).exists()
    )
    return or_(_is_one_of(JourneyRow.queue_id, queues), visited)


def _is_one_of(
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], ids: frozenset[str]
) -> Condition:
    # Not by the column's own index: a page is found soonest by walking back in time, where a busy queue's index
    # leads to collecting and sorting all its calls.
    return func.coalesce(column, "").in_(sorted(ids))


def with_number(
    forms: Sequence[str],
    *,
    whole: bool,
    columns: Sequence[InstrumentedAttribute[str]] = (JourneyRow.from_number, JourneyRow.to_number),
) -> Condition:
    """Journeys from or to a number that holds one of ``forms`` (digits); ``whole``: is one of them, ``+`` aside."""
    return or_(false(), *(_holds(column, form, whole) for column in columns for form in forms))


def _holds(column: InstrumentedAttribute[str], digits: str, whole: bool) -> Condition:
    return column.in_((digits, f"+{digits}")) if whole else column.contains(digits, autoescape=True)


def with_name(text: str, *, numbers: bool) -> Condition:
    """Journeys whose customer, or whose agent, has ``text`` in his name; ``numbers``: also within a number there."""
    customers = select(Customer.id).where(has_part(Customer.name, text, numbers=numbers))
    agents = select(User.id).where(User.name.icontains(text, autoescape=True))
    return or_(JourneyRow.customer_id.in_(customers), JourneyRow.agent_id.in_(agents))


def with_outcome(outcome: Literal["answered", "missed"]) -> Condition:
    """A call still going on is neither."""
    if outcome == "answered":
        return JourneyRow.answered_at.is_not(None)
    return and_(JourneyRow.answered_at.is_(None), JourneyRow.ended_at.is_not(None))


def after(
    at: InstrumentedAttribute[datetime], key: InstrumentedAttribute[str], last: tuple[datetime, str], *, newest: bool
) -> Condition:
    """Rows that follow ``last`` in the order of (``at``, ``key``); rows that arrive meanwhile move nothing."""
    when, last_key = last
    if newest:
        return and_(at <= when, or_(at < when, key < last_key))
    return and_(at >= when, or_(at > when, key > last_key))


@dataclass(frozen=True, slots=True)
class JourneyLine:
    """A journey as lists show it: its columns, and the names of those it refers to (None: not there, or deleted)."""

    row: JourneyRow
    customer: str | None
    agent: str | None
    queue: str | None
    trunk: str | None


async def journeys(
    session: AsyncSession, where: Sequence[Condition], *, limit: int, newest: bool = True
) -> list[JourneyLine]:
    """Up to ``limit`` journeys, ordered by start; their documents are not read."""
    order = (JourneyRow.started_at.desc(), JourneyRow.id.desc()) if newest else (JourneyRow.started_at, JourneyRow.id)
    found = await session.execute(
        select(JourneyRow, Customer.name, User.name, Queue.name, Trunk.name)
        .options(defer(JourneyRow.document, raiseload=True))
        .outerjoin(Customer, Customer.id == JourneyRow.customer_id)
        .outerjoin(User, User.id == JourneyRow.agent_id)
        .outerjoin(Queue, Queue.id == JourneyRow.queue_id)
        .outerjoin(Trunk, Trunk.id == JourneyRow.trunk_id)
        .where(*where)
        .order_by(*order)
        .limit(limit)
    )
    return [JourneyLine(row, customer, agent, queue, trunk) for row, customer, agent, queue, trunk in found]


async def journey(session: AsyncSession, sight: Sight, journey_id: str) -> JourneyRow | None:
    found = await session.scalars(select(JourneyRow).where(JourneyRow.id == journey_id, visible(session, sight)))
    return found.one_or_none()


async def recordings(
    session: AsyncSession,
    sight: Sight,
    *,
    limit: int,
    journey_id: str = "",
    recording_id: str = "",
    last: tuple[datetime, str] | None = None,
) -> list[tuple[Recording, JourneyRow, str | None]]:
    """Recordings within ``sight``, newest first, each with its journey and its agent's name."""
    wanted = (
        select(Recording, JourneyRow, User.name)
        .options(defer(JourneyRow.document, raiseload=True))
        .join(JourneyRow, JourneyRow.id == Recording.journey_id)
        .outerjoin(User, User.id == Recording.agent_id)
        .where(visible(session, sight))
        .order_by(Recording.started_at.desc(), Recording.id.desc())
        .limit(limit)
    )
    if journey_id:
        wanted = wanted.where(Recording.journey_id == journey_id)
    if recording_id:
        wanted = wanted.where(Recording.id == recording_id)
    if last:
        wanted = wanted.where(after(Recording.started_at, Recording.id, last, newest=True))
    return [(one, of, name) for one, of, name in await session.execute(wanted)]


def asked_within(sight: Sight) -> Condition:
    """Which rows of ``CallbackRow`` belong to a queue within ``sight``."""
    return true() if sight.queues is None else CallbackRow.queue_id.in_(sorted(sight.queues))


def in_box(sight: Sight) -> Condition:
    """Which messages lie, not deleted, in a box within ``sight``."""
    there = Voicemail.deleted_at.is_(None)
    return there if sight.boxes is None else and_(there, Voicemail.box_id.in_(sorted(sight.boxes)))
