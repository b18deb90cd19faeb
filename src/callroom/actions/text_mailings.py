"""Text messages to all of a segment as one sending: how far it is, whom it reached, and calling it off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, jobs
from callroom.core import sms
from callroom.errors import NotFound, NotNow
from callroom.store.tables import Job, MessageRow, SmsTemplate


@dataclass(frozen=True, slots=True)
class Sending:
    """``words``: what was typed, or the template's name. ``messages``: how many are in which state of ``core.sms``;
    ``left_out``: to whom none was written, by the reason, once that is known. ``progress``: 0 to 1."""

    id: str
    created_at: datetime
    by: str
    words: str
    state: jobs.State
    progress: float
    messages: dict[str, int]
    left_out: dict[str, int]
    error: str


async def of_segment(session: AsyncSession, segment_id: str, most: int) -> list[Sending]:
    """The last ones, newest first; who did what is known for as long as jobs are kept."""
    wanted = select(Job).where(Job.kind == jobs.SEGMENT_MESSAGES, Job.arguments["segment"].as_string() == segment_id)
    rows = list(await session.scalars(wanted.order_by(Job.created_at.desc(), Job.id.desc()).limit(most)))
    counted = await _counted(session, [row.id for row in rows])
    templates = [template for row in rows if (template := row.arguments["words"]["template"])]
    found = await session.execute(select(SmsTemplate.id, SmsTemplate.name).where(SmsTemplate.id.in_(templates)))
    names = {id: name for id, name in found}
    return [_sending(row, counted.get(row.id, {}), names) for row in rows]


async def cancel(session: AsyncSession, by: audit.Actor, job_id: str, now: datetime) -> int:
    """Write to nobody else; how many messages that were in line do not go. Raises ``NotFound``, ``NotNow`` when all
    have gone."""
    row = await session.get(Job, job_id, with_for_update=True)
    if row is None or row.kind != jobs.SEGMENT_MESSAGES:
        raise NotFound("sending", job_id)
    goes_on = row.state not in jobs.OVER
    if goes_on:
        await jobs.cancel(session, by, job_id, now)
    in_line = update(MessageRow).where(MessageRow.batch == job_id, MessageRow.state == "queued")
    stopped = in_line.values(state="cancelled", changed_at=now, done_at=now).returning(MessageRow.id)
    count = len(list(await session.scalars(stopped.execution_options(synchronize_session=False))))
    if not count and not goes_on:
        raise NotNow("cancel", row.state)
    row.result = (row.result or {}) | {"called_off": count}
    told = {"messages": count, "batch": job_id}
    await audit.record(session, by, "messages.cancelled", now=now, subject=("job", job_id), after=told)
    return count


async def _counted(session: AsyncSession, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    counted = select(MessageRow.batch, MessageRow.state, func.count()).where(MessageRow.batch.in_(ids))
    found: dict[str, dict[str, int]] = {}
    for batch, state, count in await session.execute(counted.group_by(MessageRow.batch, MessageRow.state)):
        found.setdefault(str(batch), {})[state] = count
    return found


def _sending(row: Job, messages: dict[str, int], templates: dict[str, str]) -> Sending:
    words, result = row.arguments["words"], row.result or {}
    open_ones = sum(messages.get(state, 0) for state in sms.OPEN)
    state, progress = cast(jobs.State, row.state), row.progress
    if state == "done":
        total = sum(messages.values())
        state = "running" if open_ones else "cancelled" if "called_off" in result else "done"
        progress = 1 - open_ones / total if total else 1.0
    return Sending(
        id=row.id,
        created_at=row.created_at,
        by=row.arguments["by"][1],
        words=templates.get(words["template"], "") if words["template"] else words["text"],
        state=state,
        progress=progress,
        messages=messages,
        left_out=result.get("left_out", {}),
        error=str(result.get("error", "")),
    )
