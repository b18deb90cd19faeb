"""Finding customers: as one types, by what they are filed under, by what stands in their fields."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal, cast, get_args

import msgspec
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.customer_filters import (
    FactIs,
    FieldIs,
    Filter,
    MovedIs,
    Operator,
    wanted_by,
)
from callroom.actions.customers import Form, form_of
from callroom.actions.segments import within_segment
from callroom.core.numbers import search_forms
from callroom.errors import invalid
from callroom.http.conditions import Short, Tier
from callroom.http.customer_shapes import CustomerList, Stage, shown, sight_of_customers
from callroom.http.paging import Cursor, Limit, decoded_text, encoded_text
from callroom.http.reaching import other_party
from callroom.http.seen import as_seen
from callroom.http.site import Me, Read, SiteDep
from callroom.store import customers as stored
from callroom.store.customers import Search, Sort
from callroom.store.database import on_postgresql
from callroom.store.tables import Customer, User

router = APIRouter(prefix="/api/v1", tags=["customers"])
Ordered = Literal["", "name", "-name", "created_at", "-created_at", "updated_at", "-updated_at", "tier", "-tier"]
MOST_COUNTED = 10_000
Long = Annotated[str, Field(max_length=460)]


class CustomerCount(BaseModel):
    """``more``: there are more than the ``count``, which is the most that is counted."""

    count: int
    more: bool


def asked_filter(
    q: Annotated[str, Query(max_length=80, description="Words that must all stand somewhere: parts of them do")] = "",
    owner: Annotated[tuple[Short, ...], Query(max_length=50, description="Users, any of them; none: without one")] = (),
    tag: Annotated[tuple[Short, ...], Query(max_length=30, description="All of them")] = (),
    without_tag: Annotated[tuple[Short, ...], Query(max_length=30, description="None of them")] = (),
    tier: Annotated[tuple[Tier, ...], Query(max_length=10)] = (),
    stage: Annotated[tuple[Stage, ...], Query(max_length=5)] = (),
    do_not_call: bool | None = None,
    no_mail: bool | None = None,
    where: Annotated[
        tuple[Long, ...],
        Query(max_length=20, description="FIELD:OP:VALUE; OP is eq, ge, le, contains, empty or filled"),
    ] = (),
    fact: Annotated[
        tuple[Short, ...],
        Query(
            max_length=20, description="FACT:OP:VALUE:PERIOD as in the conditions of segments; PERIOD may be left out"
        ),
    ] = (),
    segment: Annotated[str, Query(max_length=40, description="Those of it, of whom the rest holds too")] = "",
    moved: Annotated[
        tuple[Long, ...],
        Query(
            max_length=4,
            description="tier or stage:BEFORE:AFTER:PERIOD: who was moved; BEFORE, AFTER and PERIOD may be empty",
        ),
    ] = (),
) -> Filter:
    """Raises ``Invalid`` for a ``where``, ``fact`` or ``moved`` of another form."""
    fields, facts = tuple(map(_field_is, where)), tuple(map(_fact_is, fact))
    moves = tuple(map(_moved_is, moved))
    return Filter(q, owner, tag, without_tag, tier, stage, do_not_call, no_mail, fields, facts, segment, moves)


Asked = Annotated[Filter, Depends(asked_filter)]


def _field_is(text: str) -> FieldIs:
    field, _, rest = text.partition(":")
    op, _, value = rest.partition(":")
    if op not in get_args(Operator):
        raise invalid("where", "not_a_filter")
    return FieldIs(field, cast(Operator, op), value)


def ordered(sort: Ordered, asked: Filter) -> tuple[Sort, bool]:
    """By what the list is sorted, and whether downwards; "": by name, or, where words are searched, newest first."""
    order = sort or ("-created_at" if asked.q.strip() else "name")
    return cast(Sort, order.removeprefix("-")), order.startswith("-")


def _fact_is(text: str) -> FactIs:
    fact, op, value, period = [*text.split(":", 3), "", "", ""][:4]
    try:
        return msgspec.convert({"fact": fact, "op": op, "value": float(value), "period": period}, FactIs)
    except (ValueError, msgspec.ValidationError):
        raise invalid("fact", "not_a_filter") from None


def _moved_is(text: str) -> MovedIs:
    what, before, after, period = [*text.split(":", 3), "", "", ""][:4]
    try:
        return msgspec.convert({"what": what, "before": before, "after": after, "period": period}, MovedIs)
    except msgspec.ValidationError:
        raise invalid("moved", "not_a_filter") from None


@router.get("/customers", operation_id="listCustomers")
async def list_customers(
    me: Me,
    site: SiteDep,
    session: Read,
    asked: Asked,
    limit: Limit = 50,
    cursor: Cursor = "",
    sort: Ordered = "",
    journey: Short = "",
    deleted: bool = False,
) -> CustomerList:
    """``sort`` left out: by name, or, where words are searched, newest first. ``journey``: those who have the number
    of that call's other party. ``deleted``: those who can be brought back yet.
    Who may not see numbers finds a customer by a whole one only, and by other digits where no number stands; a single
    character, and a Chinese one beside other words, is looked for in names."""
    by, down = ordered(sort, asked)
    after = None
    if cursor:
        text, last = decoded_text(cursor)
        try:
            after = stored.value_from(by, text), int(last)
        except (ValueError, OverflowError):
            raise invalid("cursor", "cursor") from None
        if abs(after[1]) >= 1 << 62:
            raise invalid("cursor", "cursor")
    form = await form_of(session)
    callers: list[str] = []
    if journey:
        number = (await other_party(session, site, me, journey)).number
        forms = search_forms(number, form.place.country, form.place.area_code)
        callers = [number, *forms, *(f"+{one}" for one in forms)]
    found = await search(session, asked, form, me, site.now(), deleted=deleted, callers=callers)
    rows = await stored.page_of(session, found, sort=by, down=down, after=after, limit=limit + 1)
    last_row = rows[limit - 1] if len(rows) > limit else None
    return CustomerList(
        items=await shown(session, rows[:limit], form, sight_of_customers(me)),
        next=encoded_text(stored.value_for(by, last_row), str(last_row.seq)) if last_row else None,
    )


@router.get("/customers/count", operation_id="countCustomers")
async def count_customers(me: Me, site: SiteDep, session: Read, asked: Asked, exact: bool = False) -> CustomerCount:
    """How many the same questions find; ``exact``: all are counted, however many."""
    found = await search(session, asked, await form_of(session), me, site.now())
    if exact:
        return CustomerCount(count=await count_of(session, found), more=False)
    count = await count_of(session, found, MOST_COUNTED + 1)
    return CustomerCount(count=min(count, MOST_COUNTED), more=count > MOST_COUNTED)


@router.get("/customer-tags", operation_id="listCustomerTags")
async def list_tags(me: Me, session: Read) -> list[str]:
    """The tags of the customers changed last, those in use most first."""
    recent = select(Customer.tags).where(Customer.deleted_at.is_(None)).order_by(Customer.updated_at.desc()).limit(5000)
    counted: dict[str, int] = {}
    for tags in await session.scalars(recent):
        for tag in tags:
            counted[tag] = counted.get(tag, 0) + 1
    return [as_seen(tag) for tag in sorted(counted, key=lambda tag: (-counted[tag], tag))[:500]]


async def count_of(session: AsyncSession, found: Search, most: int | None = None) -> int:
    """How many are found; they are counted up to ``most``."""
    some = stored.all_of(found, postgresql=on_postgresql(session)).limit(most).subquery()
    return await session.scalar(select(func.count()).select_from(some)) or 0


async def search(
    session: AsyncSession,
    asked: Filter,
    form: Form,
    me: User,
    now: datetime,
    *,
    deleted: bool = False,
    callers: Sequence[str] = (),
) -> Search:
    """What is asked, as far as this person may find it. Raises ``Invalid``."""
    sight = sight_of_customers(me).searching
    if not any(field.masked for field in form.fields.values()):
        sight = replace(sight, masked=False)  # nothing stands there
    wanted = await within_segment(
        session, wanted_by(asked, form, sight, now, deleted=deleted, callers=callers), asked, form, sight, now
    )
    place = (form.place.country, form.place.area_code)
    return stored.search_for(wanted, sight, place, postgresql=on_postgresql(session))
