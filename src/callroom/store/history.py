"""A queue's day as it was: who called, how long he waited and was helped, and how many agents were there."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.core.acd.simulation import Result
from callroom.core.acd.what_if import HALF_HOUR, Answered, History
from callroom.core.journeys.facts import SHORT_ABANDON
from callroom.store.tables import AgentStateRow, JourneyRow, QueueVisitRow

BUSY = ("ringing", "talking", "wrap_up")
GONE = ("offline", "busy", "away")


@dataclass(frozen=True, slots=True)
class Attendance:
    """Of one half hour: agents present (signed in to the queue, and neither busy nor away) and seconds of theirs that
    they were rung, talked or wrapped up; of calls of any queue."""

    agents: float
    busy: float


@dataclass(frozen=True, slots=True)
class Day:
    """``was`` and ``attendance``: what really happened in each half hour."""

    history: History
    was: list[Result]
    attendance: list[Attendance]


async def visits_on(session: AsyncSession, queue: str, begin: datetime, end: datetime) -> int:
    return await session.scalar(select(func.count()).select_from(QueueVisitRow).where(*_on(queue, begin, end))) or 0


async def day_of(
    session: AsyncSession,
    queue: str,
    begin: datetime,
    end: datetime,
    *,
    now: datetime,
    within: float,
    short: float = SHORT_ABANDON,
) -> Day:
    """One local day from ``begin`` to before ``end``, as far as it has come; ``within``: seconds of the goal,
    ``short``: of a short abandon."""
    found = await session.execute(
        select(QueueVisitRow, JourneyRow.document)
        .join(JourneyRow, JourneyRow.id == QueueVisitRow.journey_id)
        .where(*_on(queue, begin, end))
        .order_by(QueueVisitRow.entered_at, QueueVisitRow.journey_id, QueueVisitRow.number)
    )
    rows = [(visit, document) for visit, document in found]
    states = await _states(session, begin, end)
    wrapped: set[tuple[str, datetime]] = set()
    answered = [
        call
        for visit, document in rows
        if visit.outcome == "answered" and (call := _answered(visit, document, states, wrapped))
    ]
    history = History(
        (end - begin).total_seconds(),
        tuple((visit.entered_at - begin).total_seconds() for visit, _ in rows),
        tuple(answered),
        tuple((visit.wait_seconds, visit.outcome == "abandoned") for visit, _ in rows if visit.outcome),
    )
    was = [Result() for _ in range(history.half_hours)]
    for visit, _ in rows:
        if visit.outcome is not None:
            _count(was[int((visit.entered_at - begin).total_seconds() // HALF_HOUR)], visit, within, short)
    return Day(history, was, _attendance(states, queue, begin, min(end, now), history.half_hours))


def _on(queue: str, begin: datetime, end: datetime) -> tuple[Any, ...]:
    visit = QueueVisitRow
    return visit.queue_id == queue, visit.entered_at >= begin, visit.entered_at < end


def _count(result: Result, visit: QueueVisitRow, within: float, short: float) -> None:
    result.offered += 1
    result.wait += visit.wait_seconds
    match visit.outcome:
        case "answered":
            result.answered += 1
            result.in_time += visit.wait_seconds <= within
        case "abandoned":
            result.abandoned += 1
            result.short += visit.wait_seconds < short
        case _:
            result.flowed_out += 1


# ---------------------------------------------------------------- agents

_State = tuple[datetime, str, frozenset[str]]  # since, state, queues


async def _states(session: AsyncSession, begin: datetime, end: datetime) -> dict[str, list[_State]]:
    """Each agent's states of the time, oldest first, with the one he was in when it began."""
    row = AgentStateRow
    last = (
        select(row.agent_id, func.max(row.since).label("since"))
        .where(row.since < begin)
        .group_by(row.agent_id)
        .subquery()
    )
    columns = (row.agent_id, row.since, row.state, row.queues)
    before = select(*columns).join(last, (row.agent_id == last.c.agent_id) & (row.since == last.c.since))
    within = select(*columns).where(row.since >= begin, row.since < end).order_by(row.since)
    found: dict[str, list[_State]] = {}
    for statement in (before, within):
        for agent, since, state, queues in await session.execute(statement):
            found.setdefault(agent, []).append((since, state, frozenset(queues)))
    return found


def _answered(
    visit: QueueVisitRow,
    document: dict[str, Any],
    states: dict[str, list[_State]],
    wrapped: set[tuple[str, datetime]],
) -> Answered | None:
    """What the visit's agent gave to the call; None when it still goes on. A wrap-up is counted for one call only."""
    agent = visit.agent_id or ""
    legs = [
        leg
        for leg in document["legs"]
        if leg.get("agent") == agent and leg.get("talked_at") and _at(leg["talked_at"]) >= visit.entered_at
    ]
    if not legs:
        return None
    leg = min(legs, key=lambda one: one["talked_at"])
    if not leg.get("ended_at"):
        return None
    ring = (_at(leg["answered_at"]) - _at(leg["started_at"])).total_seconds() if leg.get("answered_at") else 0.0
    mine = states.get(agent, [])
    # The state that follows the talk: changes that cross it are of the same moment.
    place = bisect_left(mine, _at(leg["talked_at"]), key=lambda state: state[0])
    after = next((k for k in range(place, len(mine)) if mine[k][1] != "talking" and mine[k][1] != "ringing"), None)
    wrap_up = 0.0
    if after is not None and mine[after][1] == "wrap_up" and after + 1 < len(mine):
        since = mine[after][0]
        if (agent, since) not in wrapped:
            wrapped.add((agent, since))
            wrap_up = (mine[after + 1][0] - since).total_seconds()
    return Answered(leg["talk"] + leg["hold"] + wrap_up, min(ring, visit.wait_seconds))


def _attendance(
    states: dict[str, list[_State]], queue: str, begin: datetime, end: datetime, half_hours: int
) -> list[Attendance]:
    present = [0.0] * half_hours
    busy = [0.0] * half_hours
    for mine in states.values():
        for since, until, state in _times(mine, queue, begin, end):
            for half_hour in range(int(since // HALF_HOUR), half_hours):
                first = half_hour * HALF_HOUR
                seconds = min(until, first + HALF_HOUR) - max(since, first)
                if seconds <= 0:
                    break
                present[half_hour] += seconds
                busy[half_hour] += seconds if state in BUSY else 0.0
    return [Attendance(here / HALF_HOUR, worked) for here, worked in zip(present, busy, strict=True)]


def _times(mine: Sequence[_State], queue: str, begin: datetime, end: datetime) -> Iterator[tuple[float, float, str]]:
    """From when to when an agent was present, in which state; seconds since the day began."""
    for (since, state, queues), following in zip(mine, [*(each[0] for each in mine[1:]), end], strict=True):
        since, until = max(since, begin), min(following, end)
        if queue in queues and state not in GONE and until > since:
            yield (since - begin).total_seconds(), (until - begin).total_seconds(), state


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
