"""What customers are worth, by tier or by stage: how many there are and how they moved, orders, calls, satisfaction.

Customers are everybody's; orders and calls count as far as whoever asks may see them, so that each figure is as long
as the list that it opens. Each question is asked of all customers at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, String, and_, case, cast, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from callroom.core.surveys import Tally
from callroom.store.customer_facts import within as in_period
from callroom.store.journeys import Sight, visible
from callroom.store.service import within
from callroom.store.tables import Customer, CustomerChange, JourneyRow, Order, SurveyAnswerRow

By = Literal["tier", "stage"]
Key = int | str
KEYS: dict[By, Any] = {"tier": Customer.tier, "stage": Customer.stage}
CONTACTS = ("inbound", "outbound")


@dataclass(frozen=True, slots=True)
class Period:
    """From ``begin`` to before ``end``; None: ever."""

    begin: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was not called, and did not call, after ``quiet_since`` has gone quiet."""

    period: Period
    quiet_since: datetime


@dataclass
class Value:
    """Of the customers of one tier, or one stage, as they are now. ``came`` and ``went``: who was in another one when
    the period began, or was in this one then. ``last_contact`` within the period; amounts in fen."""

    customers: int = 0
    came: int = 0
    went: int = 0
    orders: int = 0
    order_total: int = 0
    calls_in: int = 0
    answered_in: int = 0
    calls_out: int = 0
    answered_out: int = 0
    last_contact: datetime | None = None
    quiet: int = 0
    satisfaction: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Worth:
    """A customer with his ``orders`` and his last contact, whenever that was."""

    id: str
    name: str
    tier: int
    stage: str
    orders: int
    order_total: int
    last_contact: datetime | None


async def values_by(session: AsyncSession, by: By, asked: Asked, sight: Sight, now: datetime) -> dict[Key, Value]:
    """Each tier or stage that has customers, or had figures in the period."""
    found: dict[Key, Value] = {}

    def of(key: Key) -> Value:
        return found.setdefault(key, Value())

    key = KEYS[by]
    there = select(key, func.count()).where(Customer.deleted_at.is_(None)).group_by(key)
    for one, count in await _told(session, there):
        of(one).customers = count
    for before, after, count in await _told(session, _moved(by, asked.period)):
        of(_key(by, after)).came += count
        of(_key(by, before)).went += count
    for one, count, total in await _told(session, _orders(key, asked.period, sight, now)):
        of(one).orders, of(one).order_total = count, int(total)
    for one, *calls in await _told(session, _calls(session, key, asked.period, sight)):
        row = of(one)
        row.calls_in, row.answered_in, row.calls_out, row.answered_out = (int(count) for count in calls[:4])
        row.last_contact = calls[4]
    for one, count in await _told(session, _quiet(key, asked.quiet_since)):
        of(one).quiet = count
    for one, meaning, reason, count in await _told(session, _answers(session, key, asked.period, sight)):
        of(one).satisfaction.add(meaning, reason, count)
    return found


def moved(what: By, period: Period, came_from: str, went_to: str) -> ColumnElement[bool]:
    """Customers whose tier or stage the period left other than it found; "": whatever it was, or became."""
    before, after, moves = _moves(what, period)
    wanted = moves.where(before == came_from) if came_from else moves
    wanted = wanted.where(after == went_to) if went_to else wanted
    return Customer.id.in_(wanted)


def filed_as(tier: int | None, stage: str | None, customer_id: Any) -> list[ColumnElement[bool]]:
    """Rows whose customer is there, of this tier and stage."""
    if tier is None and not stage:
        return []
    his = aliased(Customer)  # the list may have customers beside its rows
    whose = [his.id == customer_id, his.deleted_at.is_(None)]
    whose += [his.tier == tier] if tier is not None else []
    whose += [his.stage == stage] if stage else []
    return [select(1).where(*whose).exists()]


# ---------------------------------------------------------------- single customers


async def most_valuable(session: AsyncSession, asked: Asked, sight: Sight, now: datetime, limit: int) -> list[Worth]:
    """Who ordered most within the period."""
    totals = _order_totals(sight, now, asked.period)
    return await _worths(session, totals, [], limit)


async def sinking(session: AsyncSession, asked: Asked, sight: Sight, now: datetime, limit: int) -> list[Worth]:
    """Who has gone quiet: those who ordered most ever, then those of the highest tiers."""
    totals = _order_totals(sight, now, Period())
    quiet = has_gone_quiet(asked.quiet_since)
    found = await _worths(session, totals, [quiet], limit)
    if len(found) < limit:
        others = (
            select(Customer.id, Customer.name, Customer.tier, Customer.stage)
            .where(Customer.tier > 0, Customer.deleted_at.is_(None), quiet)
            .where(Customer.id.not_in([one.id for one in found]))
            .order_by(Customer.tier.desc(), Customer.seq.desc())
            .limit(limit - len(found))
        )
        rows = await _told(session, others)
        lasts = await _last_contacts(session, [row.id for row in rows])
        found += [Worth(row.id, row.name, row.tier, row.stage, 0, 0, lasts.get(row.id)) for row in rows]
    return found


def has_gone_quiet(since: datetime) -> ColumnElement[bool]:
    """There were calls with him, and none after ``since``; as the fact ``calls.last`` has it, asked one by one."""
    calls = select(1).where(JourneyRow.customer_id == Customer.id, JourneyRow.direction.in_(CONTACTS))
    return and_(calls.exists(), ~calls.where(JourneyRow.started_at > since).exists())


async def _worths(session: AsyncSession, totals: Any, where: Sequence[ColumnElement[bool]], limit: int) -> list[Worth]:
    columns = (Customer.id, Customer.name, Customer.tier, Customer.stage, totals.c.orders, totals.c.total)
    wanted = (
        select(*columns)
        .join(totals, totals.c.customer_id == Customer.id)
        .where(Customer.deleted_at.is_(None), totals.c.total > 0, *where)
        .order_by(totals.c.total.desc(), Customer.id)
        .limit(limit)
    )
    rows = await _told(session, wanted)
    lasts = await _last_contacts(session, [row.id for row in rows])
    return [Worth(row.id, row.name, row.tier, row.stage, row.orders, int(row.total), lasts.get(row.id)) for row in rows]


def _order_totals(sight: Sight, now: datetime, period: Period) -> Any:
    figures = (Order.customer_id, func.count().label("orders"), func.sum(Order.total).label("total"))
    whose = (Order.deleted_at.is_(None), Order.customer_id.is_not(None), within(Order, sight, now))
    return select(*figures).where(*whose, *in_period(Order.created_at, period)).group_by(Order.customer_id).subquery()


async def _told(session: AsyncSession, question: Any) -> list[Any]:
    return list((await session.execute(question)).all())


async def _last_contacts(session: AsyncSession, ids: Sequence[str]) -> dict[str, datetime]:
    last = select(JourneyRow.customer_id, func.max(JourneyRow.started_at)).where(
        JourneyRow.customer_id.in_(ids), JourneyRow.direction.in_(CONTACTS)
    )
    return {id: at for id, at in await _told(session, last.group_by(JourneyRow.customer_id))}


# ---------------------------------------------------------------- questions about all


def _moves(what: By, period: Period) -> tuple[Any, Any, Any]:
    """What customers were before the first change of the period and after the last one, and whose these differ."""
    row = CustomerChange
    # said literally, as the index has it: SQLite does not look into values that are bound
    of_value = text("customer_changes.field IN ('tier', 'stage')")
    where: Any = (of_value, row.field == what, row.version > 0, *in_period(row.at, period))
    ends = select(row.customer_id, func.min(row.id).label("first"), func.max(row.id).label("last"))
    each = ends.where(*where).group_by(row.customer_id).subquery()
    first, last = aliased(row), aliased(row)
    before, after = (cast(one["value"].as_string(), String) for one in (first.before, last.after))
    moves = select(each.c.customer_id).join(first, first.id == each.c.first).join(last, last.id == each.c.last)
    return before, after, moves.where(before != after)


def _moved(by: By, period: Period) -> Any:
    before, after, moves = _moves(by, period)
    whose = moves.add_columns(before.label("before"), after.label("after")).subquery()
    counted = select(whose.c.before, whose.c.after, func.count()).join(Customer, Customer.id == whose.c.customer_id)
    return counted.where(Customer.deleted_at.is_(None)).group_by(whose.c.before, whose.c.after)


def _key(by: By, text: str) -> Key:
    return int(text) if by == "tier" else text


def _orders(key: Any, period: Period, sight: Sight, now: datetime) -> Any:
    totals = _order_totals(sight, now, period)
    figures = (key, func.sum(totals.c.orders), func.sum(totals.c.total))
    joined = select(*figures).join(totals, totals.c.customer_id == Customer.id)
    return joined.where(Customer.deleted_at.is_(None)).group_by(key)


def _calls(session: AsyncSession, key: Any, period: Period, sight: Sight) -> Any:
    def how_many(direction: str, *more: ColumnElement[bool]) -> Any:
        return func.sum(case((and_(JourneyRow.direction == direction, *more), 1), else_=0))

    answered = JourneyRow.answered_at.is_not(None)
    each = (
        select(
            JourneyRow.customer_id,
            how_many("inbound").label("calls_in"),
            how_many("inbound", answered).label("answered_in"),
            how_many("outbound").label("calls_out"),
            how_many("outbound", answered).label("answered_out"),
            func.max(JourneyRow.started_at).label("last"),
        )
        .where(JourneyRow.customer_id.is_not(None), JourneyRow.direction.in_(CONTACTS))
        .where(visible(session, sight), *in_period(JourneyRow.started_at, period))
        .group_by(JourneyRow.customer_id)
        .subquery()
    )
    sums = [func.sum(each.c[name]) for name in ("calls_in", "answered_in", "calls_out", "answered_out")]
    joined = select(key, *sums, func.max(each.c.last)).join(each, each.c.customer_id == Customer.id)
    return joined.where(Customer.deleted_at.is_(None)).group_by(key)


def _quiet(key: Any, since: datetime) -> Any:
    last = (
        select(JourneyRow.customer_id)
        .where(JourneyRow.customer_id.is_not(None), JourneyRow.direction.in_(CONTACTS))
        .group_by(JourneyRow.customer_id)
        .having(func.max(JourneyRow.started_at) <= since)
        .subquery()
    )
    joined = select(key, func.count()).join(last, last.c.customer_id == Customer.id)
    return joined.where(Customer.deleted_at.is_(None)).group_by(key)


def _answers(session: AsyncSession, key: Any, period: Period, sight: Sight) -> Any:
    said = SurveyAnswerRow
    joined = (
        select(key, said.meaning, said.reason, func.count())
        .join(JourneyRow, JourneyRow.id == said.journey_id)
        .join(Customer, Customer.id == JourneyRow.customer_id)
    )
    where = [said.question == 0, Customer.deleted_at.is_(None), visible(session, sight)]
    if period.begin is not None:
        where.append(said.asked_at >= period.begin)  # as the calls are: few answers are looked up, not all calls
    return joined.where(*where, *in_period(JourneyRow.started_at, period)).group_by(key, said.meaning, said.reason)
