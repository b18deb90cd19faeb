"""What the call server takes from the database at its start: agents' states, today's counts, and who calls."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, String, bindparam, case, false, func, literal, or_, select, true, type_coerce
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from callroom.core.ids import AgentId, JourneyId, QueueId
from callroom.core.journeys.facts import SHORT_ABANDON
from callroom.core.numbers import normalise
from callroom.core.rests import Rested
from callroom.store import tables as t

log = structlog.get_logger(__name__)
LONGEST_REST = timedelta(days=1)  # a rest that began longer before midnight counts from its first row since
MOST_EARLIER = 99  # more earlier calls are not counted: the pop says "99+"


async def agents_rests(session: AsyncSession) -> dict[AgentId, tuple[str, str, tuple[QueueId, ...]]]:
    """What each agent had chosen last: state, reason, queues."""
    last = (
        select(t.AgentStateRow.agent_id, func.max(t.AgentStateRow.since).label("since"))
        .group_by(t.AgentStateRow.agent_id)
        .subquery()
    )
    rows = await session.scalars(
        select(t.AgentStateRow).join(
            last, (t.AgentStateRow.agent_id == last.c.agent_id) & (t.AgentStateRow.since == last.c.since)
        )
    )
    return {AgentId(r.agent_id): (r.rest, r.reason, tuple(QueueId(q) for q in r.queues)) for r in rows}


async def rests_since(session: AsyncSession, midnight: datetime) -> dict[AgentId, Rested]:
    """How long agents were busy or away since the site's midnight, and since when those who still are.

    A rest may have several rows: a new one is written when his queues change, and when a server takes over.
    """
    row = t.AgentStateRow
    until = func.lead(row.since).over(partition_by=row.agent_id, order_by=row.since)
    lines = (
        select(row.agent_id, row.state, row.reason, row.since, type_coerce(until, t.Utc).label("until"))
        .where(row.since >= midnight - LONGEST_REST)
        .subquery()
    )
    rests = select(lines).where(lines.c.state.in_(("busy", "away"))).order_by(lines.c.agent_id, lines.c.since)
    stays: list[tuple[str, str, str, datetime, datetime | None]] = []
    for agent, state, reason, since, until in await session.execute(rests):
        if stays and (agent, state, reason, since) == (*stays[-1][:3], stays[-1][4]):
            since = stays.pop()[3]
        stays.append((agent, state, reason, since, until))
    found: dict[AgentId, Rested] = defaultdict(Rested)
    for agent, _, reason, since, until in stays:
        if until is None:
            found[AgentId(agent)].since = since
        elif until > midnight:
            found[AgentId(agent)].sums[reason] += (until - max(since, midnight)).total_seconds()
    return found


async def counts_since(
    session: AsyncSession, midnight: datetime, short_abandon: float = SHORT_ABANDON
) -> tuple[dict[QueueId, dict[str, int]], dict[AgentId, dict[str, int]]]:
    """Queue visits by outcome, with ``offered`` as their sum, ``in_time`` and ``short`` as the board counts them, and
    answers by agent, since the site's midnight."""
    visit = t.QueueVisitRow
    in_time = (visit.outcome == "answered") & (visit.wait_seconds <= t.Queue.service_level_seconds)
    short = (visit.outcome == "abandoned") & (visit.wait_seconds < short_abandon)
    rows = await session.execute(
        select(
            visit.queue_id,
            visit.outcome,
            visit.agent_id,
            func.count(),
            func.sum(case((in_time, 1), else_=0)),
            func.sum(case((short, 1), else_=0)),
        )
        .outerjoin(t.Queue, t.Queue.id == visit.queue_id)
        .where(visit.entered_at >= midnight, visit.outcome.is_not(None))
        .group_by(visit.queue_id, visit.outcome, visit.agent_id)
    )
    queues: dict[QueueId, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    agents: dict[AgentId, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for queue, outcome, agent, count, soon, brief in rows:
        queues[QueueId(queue)][str(outcome)] += count
        queues[QueueId(queue)]["offered"] += count
        queues[QueueId(queue)]["in_time"] += soon
        queues[QueueId(queue)]["short"] += brief
        if agent:
            agents[AgentId(agent)]["answered"] += count
    return queues, agents


def _who_calls() -> Select[str | None, str | None, int | None, int]:
    """One statement, made once: it runs for every call. Parameters: ``number``, ``written``, ``journey``."""
    row, phone = t.JourneyRow, t.CustomerPhone
    number = bindparam("number", type_=String)
    earlier = (
        select(row.id)
        .where(or_(row.from_number == number, row.to_number == number), row.id != bindparam("journey", type_=String))
        .limit(MOST_EARLIER)
        .subquery()
    )
    found = (
        select(t.Customer.id, t.Customer.name, t.Customer.tier)
        .join(phone, phone.customer_id == t.Customer.id)
        .where(phone.number == bindparam("written", type_=String), t.Customer.deleted_at.is_(None))
        .limit(1)
        .subquery()
    )
    always = select(literal(1).label("one")).subquery()
    count = select(func.count()).select_from(earlier).scalar_subquery()
    return select(found.c.id, found.c.name, found.c.tier, count).select_from(always.outerjoin(found, true()))


_WHO_CALLS = _who_calls()


class StoredCustomers:
    """Finds who calls. ``plan`` tells country and area code, which say how numbers are written here."""

    def __init__(self, engine: AsyncEngine, plan: Callable[[], tuple[str, str]]) -> None:
        self._engine = engine.execution_options(reading="once")
        self._plan = plan

    async def find(self, number: str, journey: JourneyId) -> tuple[tuple[str, str, int] | None, int]:
        """The customer's id, name and tier, and how many earlier calls there were with this number."""
        if not number:
            return None, 0
        wanted = {"number": number, "written": normalise(number, *self._plan()), "journey": journey}
        try:
            async with self._engine.connect() as connection:
                customer, name, tier, earlier = (await connection.execute(_WHO_CALLS, wanted)).one()
        except (SQLAlchemyError, OSError) as error:  # the call goes on without the pop's name
            log.warning("who calls cannot be looked up", call=journey, error=str(error))
            return None, 0
        known = (customer, name, tier or 0) if customer is not None and name is not None else None
        return known, earlier

    async def served(
        self, number: str, customer: str | None, since: datetime
    ) -> dict[QueueId, tuple[AgentId, datetime]]:
        """Who served this customer, or this number, last in each queue, and when; within the time since."""
        row, visit = t.JourneyRow, t.QueueVisitRow
        his = row.from_number == number
        if customer is not None:
            his = his | (row.customer_id == customer)
        wanted = (
            select(visit.queue_id, visit.agent_id, visit.entered_at)
            .join(row, row.id == visit.journey_id)
            .where(his, row.started_at >= since, visit.outcome == "answered", visit.agent_id.is_not(None))
            .order_by(visit.entered_at.desc())
            .limit(MOST_EARLIER)
        )
        found: dict[QueueId, tuple[AgentId, datetime]] = {}
        try:
            async with self._engine.connect() as connection:
                for queue, agent, at in await connection.execute(wanted):
                    found.setdefault(QueueId(queue), (AgentId(str(agent)), at))
        except (SQLAlchemyError, OSError) as error:
            log.warning("who served a caller cannot be looked up", error=str(error))
        return found

    async def surveyed(self, number: str, customer: str | None, journey: JourneyId, since: datetime) -> bool:
        """Whether this customer, or this number, was asked about the service since then, in another call."""
        row, asked = t.JourneyRow, t.SurveyAnswerRow
        his = or_(row.from_number == number, row.to_number == number) if number else false()
        if customer is not None:
            his = his | (row.customer_id == customer)
        wanted = (
            select(asked.journey_id)
            .join(row, row.id == asked.journey_id)
            .where(his, asked.asked_at >= since, asked.journey_id != journey)
            .limit(1)
        )
        try:
            async with self._engine.connect() as connection:
                return (await connection.execute(wanted)).first() is not None
        except (SQLAlchemyError, OSError) as error:  # rather not asked than asked twice
            log.warning("whether a caller was asked before cannot be looked up", call=journey, error=str(error))
            return True
