"""Segments: conditions on customers with a name, kept for lists, messages and whatever else goes to many."""

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, jobs
from callroom.actions.configured import Kind, Values
from callroom.actions.customer_filters import Filter, both, filter_from, wanted_by
from callroom.actions.customers import Form, form_of
from callroom.actions.messages import Words, script_of
from callroom.clock import utc_now
from callroom.errors import invalid, unknown_reference
from callroom.store.customers import Search, Sight, Wanted, all_of, search_for
from callroom.store.database import on_postgresql
from callroom.store.tables import Customer, CustomerPhone, Segment, SmsOptOut

MOST_GROWTH = 1.1  # of a segment between the confirmation and the sending
ALL_SEEN = Sight()


class Segments(Kind[Segment]):
    table = Segment
    name = "segment"
    plural = "segments"
    prefix = "sg"

    async def check(self, session: AsyncSession, values: Values, row: Segment | None) -> None:
        values["conditions"] = await checked_conditions(session, values["conditions"])


KIND = Segments()


async def checked_conditions(session: AsyncSession, given: object) -> dict[str, object]:
    """The document of a filter that can be asked. Raises ``Invalid``."""
    filter = filter_from(msgspec.to_builtins(given))
    wanted_by(filter, await form_of(session), ALL_SEEN, utc_now())
    return msgspec.to_builtins(filter)


async def within_segment(
    session: AsyncSession, wanted: Wanted, asked: Filter, form: Form, sight: Sight, now: datetime
) -> Wanted:
    """Those of the ``wanted`` who are in the segment that is asked, if one is. Raises ``Invalid`` when it is not there,
    or a field that it names has gone meanwhile."""
    if not asked.segment:
        return wanted
    row = await session.get(Segment, asked.segment)
    if row is None:
        raise unknown_reference("segment")
    return both(wanted, wanted_by(filter_from(row.conditions), form, sight, now))


async def members(session: AsyncSession, filter: Filter, now: datetime) -> AsyncIterator[int]:
    """The numbers (``seq``) of all whom a filter means, in no order; asked once however many they are."""
    found = await meant(session, filter, now)
    told = await session.stream_scalars(found)
    async for seqs in told.partitions(10_000):
        for seq in seqs:
            yield seq


@dataclass(frozen=True, slots=True)
class Reach:
    """How many ``customers`` a segment has, and how many of them a text message cannot go to, each counted once by what
    comes first: ``do_not_call``, ``no_number``, ``opted_out``."""

    customers: int
    do_not_call: int
    no_number: int
    opted_out: int

    @property
    def reachable(self) -> int:
        return self.customers - self.do_not_call - self.no_number - self.opted_out


async def reach_of(session: AsyncSession, segment: Segment, now: datetime) -> Reach:
    """Counted by the database."""
    found = (await meant(session, filter_from(segment.conditions), now)).subquery()
    first = (CustomerPhone.customer_id == Customer.id) & (CustomerPhone.position == 0)
    state = case(
        (Customer.do_not_call, "do_not_call"),
        (CustomerPhone.number.is_(None), "no_number"),
        (SmsOptOut.number.is_not(None), "opted_out"),
        else_="reachable",
    )
    counted = (
        select(state, func.count())
        .select_from(Customer)
        .join(found, found.c.seq == Customer.seq)
        .outerjoin(CustomerPhone, first)
        .outerjoin(SmsOptOut, SmsOptOut.number == CustomerPhone.number)
        .group_by(state)
    )
    counts = {name: count for name, count in await session.execute(counted)}
    left_out = [counts.get(name, 0) for name in ("do_not_call", "no_number", "opted_out")]
    return Reach(sum(counts.values()), *left_out)


async def first_member(session: AsyncSession, segment: Segment, now: datetime) -> str | None:
    """A customer of the segment, for an example."""
    found = await meant(session, filter_from(segment.conditions), now)
    return await session.scalar(select(Customer.id).where(Customer.seq.in_(found)).limit(1))


async def send(
    session: AsyncSession, by: audit.Actor, segment: Segment, words: Words, expected: int, now: datetime
) -> str:
    """Let the worker write to all of a segment; returns the job. ``expected``: how many can be reached, as the sender
    was told; when many more could be by now, nothing is sent.

    Raises ``CannotSend``, ``Invalid`` for words that can go to nobody.
    """
    reach = await reach_of(session, segment, now)
    not_many_more(reach.reachable, expected)
    await script_of(session, words)
    arguments = {"segment": segment.id, "words": asdict(words), "by": [by.id, by.name, by.address]}
    return (await jobs.enqueue(session, by, jobs.SEGMENT_MESSAGES, arguments, now)).id


def not_many_more(reachable: int, expected: int) -> None:
    """Raises ``Invalid`` when many more can be reached by now than the sender was told."""
    if reachable > expected * MOST_GROWTH + 10:
        raise invalid("expected", "more_than_expected", count=reachable)


async def meant(session: AsyncSession, filter: Filter, now: datetime) -> Select[int]:
    """The numbers (``Customer.seq``) of all whom a filter means. Raises ``Invalid``."""
    return all_of(await search_by(session, filter, now), postgresql=on_postgresql(session))


async def search_by(session: AsyncSession, filter: Filter, now: datetime) -> Search:
    """All whom a filter means, whatever who asks may see."""
    form = await form_of(session)
    place = (form.place.country, form.place.area_code)
    wanted = wanted_by(filter, form, ALL_SEEN, now)
    return search_for(wanted, ALL_SEEN, place, postgresql=on_postgresql(session))
