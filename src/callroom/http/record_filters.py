"""Which records a list shows: what was asked for, within what the person may see."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, Float, and_, cast, false, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.fields import place_of_site
from callroom.actions.own_tables import fields_of
from callroom.actions.users import Role
from callroom.core.fields import Field, FieldType, Wrong
from callroom.core.fields.dates import read_time
from callroom.core.numbers import digits_of, normalise, search_forms
from callroom.errors import invalid
from callroom.http.customer_shapes import sight_of_customers
from callroom.http.field_values import veiled
from callroom.http.paging import Order
from callroom.http.place import place_of
from callroom.http.seen import part_in
from callroom.store.fields import text_in
from callroom.store.fields import within as days_within
from callroom.store.journeys import sight_of
from callroom.store.service import tier_of, within
from callroom.store.tables import Customer, CustomTable, Record, User, Utc

Condition = ColumnElement[bool]
NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # when a record without a due date is due
SORTS: dict[str, Any] = {
    "created_at": Record.created_at,
    "updated_at": Record.updated_at,
    "number": Record.number,
    "due_at": func.coalesce(Record.due_at, literal(NEVER, Utc()), type_=Utc()),
}
Ids = Annotated[list[str], Query(max_length=50)]
_TEXTS = (FieldType.LINE, FieldType.TEXT, FieldType.EMAIL, FieldType.PHONE)


@dataclass(frozen=True, slots=True)
class Filters:
    q: str = ""
    status: tuple[str, ...] = ()
    closed: bool | None = None
    owner: str = ""
    customer: str = ""
    journey: str = ""
    submitted: str = ""
    overdue: bool = False
    deleted: bool = False
    since: datetime | None = None
    until: datetime | None = None
    by_field: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


def order_of(sort: str) -> Order:
    """``sort``: one of ``SORTS``, or what concerns customers of the highest tiers first. Raises ``Invalid``."""
    key_first = Order(SORTS["due_at"], Record.id, down=False, tier=tier_of(Record.customer_id))
    return Order.wanted(sort, SORTS, Record.id, key_first)


def asked(
    request: Request,
    q: Annotated[str, Query(max_length=80)] = "",
    status: Ids = [],  # noqa: B006
    closed: bool | None = None,
    owner: Annotated[str, Query(max_length=40)] = "",
    customer: Annotated[str, Query(max_length=40)] = "",
    journey: Annotated[str, Query(max_length=40)] = "",
    submitted: Literal["", "open", "answered", "mine"] = "",
    overdue: bool = False,
    deleted: bool = False,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
) -> Filters:
    by_field: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name.startswith("f.") and value:
            by_field.setdefault(name.removeprefix("f."), []).append(value[:200])
    return Filters(
        q.strip(), tuple(status), closed, owner, customer, journey, submitted, overdue, deleted, since, until, by_field
    )


def submitted_to(me: User) -> Condition:
    """What the teams that somebody leads laid before him, whose ever it is now."""
    return Record.submitted_team.in_(me.supervises) if me.role == Role.SUPERVISOR else false()


async def conditions(
    session: AsyncSession,
    asked: Filters,
    table: CustomTable | None,
    me: User,
    now: datetime,
    served: Collection[str] = (),
) -> list[Condition]:
    """Raises ``Invalid`` for a field that the table has not, or may not be looked through."""
    found: list[Condition] = [
        within(Record, await sight_of(session, me), now, served) | submitted_to(me),
        Record.deleted_at.is_not(None) if asked.deleted else Record.deleted_at.is_(None),
    ]
    for column, value in (
        (Record.table_id, table.id if table else ""),
        (Record.owner_id, asked.owner),
        (Record.customer_id, asked.customer),
        (Record.journey_id, asked.journey),
    ):
        if value:
            found.append(column == value)
    if asked.status:
        found.append(Record.status.in_(asked.status))
    if asked.closed is not None:
        found.append(Record.closed_at.is_not(None) if asked.closed else Record.closed_at.is_(None))
    if asked.since:
        found.append(Record.created_at >= asked.since)
    if asked.until:
        found.append(Record.created_at < asked.until)
    if asked.overdue:
        found += [Record.closed_at.is_(None), Record.due_at <= now]
    found += _submitted(asked.submitted, me)
    fields = {one.id: one for one in fields_of(table)} if table else {}
    for id, values in asked.by_field.items():
        if id not in fields:
            raise invalid(f"f.{id}", "unknown_reference")
        found.append(await _holds(session, fields[id], values, me))
    if asked.q:
        found.append(await _mentions(session, asked.q, list(fields.values()), me))
    return found


def _submitted(which: str, me: User) -> list[Condition]:
    match which:
        case "open":
            return [Record.submitted_at.is_not(None), Record.answered_at.is_(None)]
        case "answered":
            return [Record.answered_at.is_not(None)]
        case "mine":  # to be answered by this person
            waiting = and_(Record.submitted_at.is_not(None), Record.answered_at.is_(None))
            if me.role == Role.ADMIN:
                return [waiting]
            teams = me.supervises if me.role == Role.SUPERVISOR else []
            return [waiting, Record.submitted_team.in_(teams) if teams else false()]
        case _:
            return []


async def _holds(session: AsyncSession, one: Field, values: list[str], me: User) -> Condition:
    if one.masked and veiled(one, sight_of_customers(me)):
        raise invalid(f"f.{one.id}", "not_for_search")
    text = text_in(Record.values, one.id)
    match one.type:
        case FieldType.CHOICE:
            return text.in_(values)
        case FieldType.CHOICES:
            return or_(*(text.contains(f'"{value}"', autoescape=True) for value in values))
        case FieldType.YES_NO:
            wanted = Record.values[one.id].as_boolean()
            return wanted.is_(True) if values[0] == "true" else or_(wanted.is_(False), wanted.is_(None))
        case FieldType.NUMBER:
            return _between(cast(Record.values[one.id].as_string(), Float), values[0], one)
        case FieldType.DATETIME:
            return await _on_days(session, text, values[0], one)
        case FieldType.PHONE:
            return await _with_phone(session, one, text, values[0], me)
        case _:
            return or_(*(part_in(text, value, me) for value in values))


def _bounds(value: str) -> tuple[str, str]:
    """``value``: from..to, either may be left out, or one value alone."""
    least, dots, most = value.partition("..")
    return least, most if dots else least


async def _on_days(session: AsyncSession, text: Any, value: str, one: Field) -> Condition:
    place = await place_of_site(session)
    first, last = (read_time(part, place) if part else "" for part in _bounds(value))
    for bound in (first, last):
        if isinstance(bound, Wrong):
            raise invalid(f"f.{one.id}", bound.rule, **bound.values)
    return days_within(text, str(first), str(last), place.zone)


def _between(column: Any, value: str, one: Field) -> Condition:
    try:
        bounds = [float(part) if part else None for part in _bounds(value)]
    except ValueError:
        raise invalid(f"f.{one.id}", "float_parsing") from None
    return and_(
        column.is_not(None),
        *([column >= bounds[0]] if bounds[0] is not None else []),
        *([column <= bounds[1]] if bounds[1] is not None else []),
    )


async def _with_phone(session: AsyncSession, one: Field, text: Any, value: str, me: User) -> Condition:
    place = await place_of(session)
    if veiled(one, sight_of_customers(me)):  # who may not see numbers cannot find them digit by digit either
        return text == normalise(value, *place)
    forms = search_forms(value, *place)
    return or_(false(), *(text.contains(form) for form in forms))


async def _mentions(session: AsyncSession, q: str, fields: list[Field], me: User) -> Condition:
    """What memo, the customer's name or a field of text holds; the number of a record."""
    customers = select(Customer.id).where(part_in(Customer.name, q, me))
    found: list[Condition] = [part_in(Record.memo, q, me), Record.customer_id.in_(customers)]
    if (digits := q.lstrip("#")).isdecimal() and len(digits) < 10:
        found.append(Record.number == int(digits))
    for one in fields:
        if one.type not in _TEXTS or (one.masked and veiled(one, sight_of_customers(me))):
            continue
        text = text_in(Record.values, one.id)
        if one.type is FieldType.PHONE:
            if digits_of(q) and not q.strip("+-() 0123456789"):
                found.append(await _with_phone(session, one, text, q, me))
        else:
            found.append(part_in(text, q, me))
    return or_(*found)
