"""What the call server takes from the database at its start: agents' states, today's counts, and who calls."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import Select, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from callroom.core.ids import AgentId, JourneyId, QueueId
from callroom.core.numbers import normalise
from callroom.store import tables as t
from callroom.store.database import reading

log = structlog.get_logger(__name__)
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


async def counts_since(
    session: AsyncSession, midnight: datetime
) -> tuple[dict[QueueId, dict[str, int]], dict[AgentId, dict[str, int]]]:
    """Queue visits by outcome, with ``offered`` as their sum, and answers by agent, since the site's midnight."""
    visit = t.QueueVisitRow
    rows = await session.execute(
        select(visit.queue_id, visit.outcome, visit.agent_id, func.count())
        .where(visit.entered_at >= midnight, visit.outcome.is_not(None))
        .group_by(visit.queue_id, visit.outcome, visit.agent_id)
    )
    queues: dict[QueueId, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    agents: dict[AgentId, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for queue, outcome, agent, count in rows:
        queues[QueueId(queue)][str(outcome)] += count
        queues[QueueId(queue)]["offered"] += count
        if agent:
            agents[AgentId(agent)]["answered"] += count
    return queues, agents


class StoredCustomers:
    """Finds who calls. ``plan`` tells country and area code, which say how numbers are written here."""

    def __init__(self, engine: AsyncEngine, plan: Callable[[], tuple[str, str]]) -> None:
        self._engine = engine
        self._plan = plan

    async def find(self, number: str, journey: JourneyId) -> tuple[tuple[str, str] | None, int]:
        """The customer's id and name, and how many earlier calls there were with this number."""
        if not number:
            return None, 0
        row = t.JourneyRow
        earlier = select(row.id).where(or_(row.from_number == number, row.to_number == number)).limit(MOST_EARLIER + 1)
        try:
            return await self._look_up(number, journey, earlier)
        except (SQLAlchemyError, OSError) as error:  # the call goes on without the pop's name
            log.warning("who calls cannot be looked up", call=journey, error=str(error))
            return None, 0

    async def _look_up(
        self, number: str, journey: JourneyId, earlier: Select[str]
    ) -> tuple[tuple[str, str] | None, int]:
        async with reading(self._engine) as session:
            found = await session.execute(
                select(t.Customer.id, t.Customer.name)
                .join(t.CustomerPhone, t.CustomerPhone.customer_id == t.Customer.id)
                .where(t.CustomerPhone.number == normalise(number, *self._plan()))
                .limit(1)
            )
            customer = found.first()
            calls = await session.scalars(earlier)
            count = sum(known != journey for known in calls)
        return (customer.id, customer.name) if customer else None, min(count, MOST_EARLIER)
