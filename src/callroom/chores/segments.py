"""Segments: who is of them, and text messages to all of those."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, jobs, messages, messages_bulk, segments
from callroom.actions.customer_filters import filter_from
from callroom.actions.jobs import WorkFailed
from callroom.actions.messages import Words
from callroom.chores.work import Work
from callroom.errors import CannotSend, Invalid
from callroom.store.database import reading, writing
from callroom.store.tables import Customer, Segment, User

AT_ONCE = 500  # messages that are put in line in one transaction


async def members_of(session: AsyncSession, segment_id: str, now: datetime) -> list[int]:
    """Their numbers (``Customer.seq``), in order. Raises ``WorkFailed`` for good."""
    segment = await session.get(Segment, segment_id)
    if segment is None:
        raise WorkFailed("segment_gone", lasting=True)
    try:
        return sorted([seq async for seq in segments.members(session, filter_from(segment.conditions), now)])
    except Invalid as error:  # a field that it names has another type by now
        raise WorkFailed("segment_cannot_be_asked", str(error), lasting=True) from None


async def write_to_segment(work: Work) -> dict[str, Any]:
    """Put a text message in line for everybody of a segment; who was written to before a restart is not again."""
    by, words = audit.Actor(*work.arguments["by"]), Words(**work.arguments["words"])
    async with reading(work.database) as session:
        sender = await session.get(User, by.id)
        if sender is None or not (sender.active and sender.may_send_sms):
            raise WorkFailed("sender_gone", lasting=True)
        seqs = await members_of(session, work.arguments["segment"], work.now())
    queued, left_out = 0, Counter[str]()
    for begin in range(0, len(seqs), AT_ONCE):
        async with reading(work.database) as session:
            some = select(Customer.id).where(Customer.seq.in_(seqs[begin : begin + AT_ONCE]))
            ids = list(await session.scalars(some))
            try:
                ready = await messages_bulk.ready_for(session, ids, words, sender, work.now())
            except (CannotSend, Invalid) as error:  # the gateway or the template has gone meanwhile
                why = error.why if isinstance(error, CannotSend) else "template_gone"
                raise WorkFailed(why, lasting=True) from None
            due = await messages.after_quiet_hours(session, work.now())
        async with writing(work.database) as session, session.begin():
            await jobs.still_runs(session, work.id)
            queued += await messages_bulk.put_many(session, by, ready, work.now(), due, batch=work.id)
        left_out += ready.left_out
        await work.progress(begin / len(seqs))
    return {"queued": queued, "left_out": dict(left_out)}
