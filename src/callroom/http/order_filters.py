"""Which orders a list shows: what was asked for, within what the person may see."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.http.customer_shapes import Stage
from callroom.http.seen import part_in
from callroom.store.customer_value import filed_as
from callroom.store.journeys import sight_of
from callroom.store.service import Condition, within
from callroom.store.tables import Customer, OrderLine, User
from callroom.store.tables import Order as OrderRow

SORTS: dict[str, Any] = {
    "created_at": OrderRow.created_at,
    "number": OrderRow.number,
    "updated_at": OrderRow.updated_at,
}


class Wanted(BaseModel):
    """What a list of orders is narrowed to."""

    q: str = ""
    status: list[str] = []
    owner: str = ""
    customer: str = ""
    customer_tier: int | None = None
    customer_stage: Stage | None = None
    journey: str = ""
    product: str = ""
    deleted: bool = False
    since: datetime | None = None
    until: datetime | None = None


def asked(
    q: Annotated[str, Query(max_length=80)] = "",
    status: Annotated[list[str], Query(max_length=50)] = [],  # noqa: B006
    owner: Annotated[str, Query(max_length=40)] = "",
    customer: Annotated[str, Query(max_length=40)] = "",
    customer_tier: Annotated[int | None, Query(ge=0, le=9)] = None,
    customer_stage: Stage | None = None,
    journey: Annotated[str, Query(max_length=40)] = "",
    product: Annotated[str, Query(max_length=40)] = "",
    deleted: bool = False,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
) -> Wanted:
    return Wanted(
        q=q.strip(), status=status, owner=owner, customer=customer, journey=journey, product=product, deleted=deleted,
        customer_tier=customer_tier, customer_stage=customer_stage, since=since, until=until,
    )  # fmt: skip


async def conditions(
    session: AsyncSession, asked: Wanted, me: User, now: datetime, served: Collection[str] = ()
) -> list[Condition]:
    where: list[Condition] = [
        within(OrderRow, await sight_of(session, me), now, served),
        OrderRow.deleted_at.is_not(None) if asked.deleted else OrderRow.deleted_at.is_(None),
    ]
    for column, value in (
        (OrderRow.owner_id, asked.owner),
        (OrderRow.customer_id, asked.customer),
        (OrderRow.journey_id, asked.journey),
    ):
        if value:
            where.append(column == value)
    where += filed_as(asked.customer_tier, asked.customer_stage, OrderRow.customer_id)
    if asked.status:
        where.append(OrderRow.status.in_(asked.status))
    if asked.since:
        where.append(OrderRow.created_at >= asked.since)
    if asked.until:
        where.append(OrderRow.created_at < asked.until)
    if asked.product:
        where.append(OrderRow.id.in_(select(OrderLine.order_id).where(OrderLine.product_id == asked.product)))
    if asked.q:
        q = asked.q
        customers = select(Customer.id).where(part_in(Customer.name, q, me))
        lines = select(OrderLine.order_id).where(
            OrderLine.name.icontains(q, autoescape=True) | OrderLine.code.icontains(q, autoescape=True)
        )
        digits = q.lstrip("#")
        number = [OrderRow.number == int(digits)] if digits.isdecimal() and len(digits) < 10 else []
        memo = part_in(OrderRow.memo, q, me)
        where.append(or_(OrderRow.id.in_(lines), *number, memo, OrderRow.customer_id.in_(customers)))
    return where
