"""Questions about flows: as they were published, and how callers went through them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import func, literal_column, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from callroom.core.directory import Attendant
from callroom.core.ids import FlowId
from callroom.core.ivr.model import BadFlow, flow_from
from callroom.store.database import reading
from callroom.store.tables import Flow, FlowVersion, IvrStepRow

log = structlog.get_logger(__name__)
HUNG_UP = "hung_up"


class StoredFlows:
    """Attendants as they were published, for calls that began in them before."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def flow(self, flow: FlowId, version: int) -> Attendant | None:
        """None when it is not kept, or cannot be read now."""
        wanted = select(Flow.name, Flow.number, FlowVersion.definition).join(Flow, Flow.id == FlowVersion.flow_id)
        wanted = wanted.where(FlowVersion.flow_id == flow, FlowVersion.number == version)
        try:
            async with reading(self._engine) as session:
                found = (await session.execute(wanted)).one_or_none()
            if found is None:
                return None
            return Attendant(flow, found[0], found[1] or "", flow_from(found[2]), version)
        except (SQLAlchemyError, OSError, BadFlow) as error:
            log.error("a version of an attendant cannot be read", flow=flow, version=version, error=str(error))
            return None


@dataclass(slots=True)
class NodeTraffic:
    """Visits to one step; ``invalid`` keys and ``silent`` time-outs count attempts, ``seconds`` all time spent."""

    visits: int = 0
    hung_up: int = 0
    standing: int = 0
    invalid: int = 0
    silent: int = 0
    failed: int = 0
    seconds: float = 0.0
    keys: Counter[str] = field(default_factory=Counter[str])
    exits: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])  # exit and step → times


async def traffic(session: AsyncSession, flow: str, since: datetime, until: datetime) -> dict[str, NodeTraffic]:
    """How callers went through the steps of a flow that they came to from ``since`` until before ``until``."""
    row = IvrStepRow
    failed = row.reason != literal_column("''")  # the same words in both places, which a parameter is not
    wanted = (
        select(
            row.node,
            row.exit,
            row.to_node,
            row.key,
            failed,
            func.count(),
            func.sum(row.invalid),
            func.sum(row.silent),
            func.sum(row.seconds),
        )
        .where(row.flow_id == flow, row.entered_at >= since, row.entered_at < until)
        .group_by(row.node, row.exit, row.to_node, row.key, failed)
    )
    found: dict[str, NodeTraffic] = {}
    for node, left, to, key, not_answered, visits, invalid, silent, seconds in await session.execute(wanted):
        one = found.setdefault(node, NodeTraffic())
        one.visits += visits
        one.invalid += invalid
        one.silent += silent
        one.seconds += seconds
        if not_answered:
            one.failed += visits
        if left is None:
            one.standing += visits
        elif left == HUNG_UP:
            one.hung_up += visits
        else:
            one.exits[left, to] += visits
        if key:
            one.keys[key] += visits
    return found
