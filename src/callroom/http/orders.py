"""Orders of customers, as far as the signed-in person may see them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import orders
from callroom.core.numbers import put_back
from callroom.core.orders import MOST_PRICE, MOST_QUANTITY, MOST_TOTAL, THOUSAND
from callroom.core.statuses import Status
from callroom.http.fields import Id, MaybeId
from callroom.http.kept import (
    Asker,
    History,
    Named,
    Reads,
    StatusNow,
    Writes,
    history_of,
    named,
    names,
    not_deleted,
    status_now,
)
from callroom.http.order_filters import SORTS, Wanted, asked, conditions
from callroom.http.own_tables import Statuses, StatusForm
from callroom.http.paging import Cursor, Limit, Order, Sort
from callroom.http.resources import Admin, FromVersion, etag
from callroom.http.seen import OutsideText
from callroom.http.site import Me, Read, SiteDep, Write, actor_of
from callroom.store.tables import Customer, User
from callroom.store.tables import Order as OrderRow

router = APIRouter(prefix="/api/v1", tags=["orders"])


class LineIn(BaseModel):
    """``quantity`` with up to three decimals. ``price`` of one unit, in fen; left out: the product's. ``discount`` in
    fen, off the line."""

    model_config = ConfigDict(extra="forbid")
    product: Id
    quantity: Annotated[Decimal, Field(gt=0, le=MOST_QUANTITY // THOUSAND, decimal_places=3)]
    price: Annotated[int | None, Field(ge=0, le=MOST_PRICE)] = None
    discount: Annotated[int, Field(ge=0, le=MOST_TOTAL)] = 0


class OrderIn(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    customer: Id
    lines: list[LineIn] = Field(min_length=1, max_length=200)
    journey: MaybeId = None
    owner: MaybeId = None
    memo: str = Field(default="", max_length=10_000)

    def given(self) -> orders.Given:
        lines = [
            orders.WantedLine(line.product, int(line.quantity * THOUSAND), line.price, line.discount)
            for line in self.lines
        ]
        return orders.Given(self.customer, lines, self.journey, self.owner, self.memo)


class OrderStepIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    status: Id


class LineOut(BaseModel):
    product: str
    code: str
    name: str
    unit: str
    quantity: float
    price: int
    discount: int
    total: int


class OrderOut(BaseModel):
    """Amounts in fen; ``total`` is reckoned by the server."""

    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    number: int
    status: StatusNow
    customer: Named | None
    journey: str | None
    owner: Named | None
    created_by: Named | None
    lines: list[LineOut]
    total: int
    memo: OutsideText
    closed_at: datetime | None
    deleted: bool


class OrderList(BaseModel):
    items: list[OrderOut]
    next: str | None


class OrderStatuses(BaseModel):
    version: int
    statuses: list[StatusForm]


class OrderStatusesIn(BaseModel):
    model_config = ConfigDict(extra="ignore")
    statuses: Statuses


@router.get("/orders", operation_id="listOrders")
async def list_orders(
    asker: Reads,
    wanted: Annotated[Wanted, Depends(asked)],
    limit: Limit = 50,
    cursor: Cursor = "",
    sort: Sort = "-created_at",
) -> OrderList:
    """Sorted by created_at, updated_at or number. ``q``: an order's number, or what customer, product or memo hold."""
    order = Order.wanted(sort, SORTS, OrderRow.id)
    query = select(OrderRow).where(*await conditions(asker.session, wanted, asker.me, asker.now, asker.served))
    rows, following = await order.page(asker.session, query, cursor, limit)
    return OrderList(items=await show(asker.session, rows, asker.me), next=following)


@router.post("/orders", status_code=201, operation_id="createOrder")
async def create_order(body: OrderIn, asker: Writes) -> OrderOut:
    return await _answered(asker, await orders.create(asker.session, asker.actor, body.given(), asker.now))


@router.get("/orders/{order_id}", operation_id="getOrder")
async def get_order(order_id: str, asker: Reads) -> OrderOut:
    return await _answered(asker, await _found(asker, order_id))


@router.put("/orders/{order_id}", operation_id="replaceOrder")
async def replace_order(
    order_id: str,
    body: OrderIn,
    asker: Writes,
    version: FromVersion,
) -> OrderOut:
    """409 for one that is closed."""
    order = not_deleted(await _found(asker, order_id))
    body.memo = put_back(body.memo, order.memo, asker.me.sees)
    await orders.replace(asker.session, asker.actor, order, version, body.given(), asker.now)
    return await _answered(asker, order)


@router.post("/orders/{order_id}/status", operation_id="stepOrder")
async def step_order(
    order_id: str,
    body: OrderStepIn,
    asker: Writes,
    version: FromVersion,
) -> OrderOut:
    order = not_deleted(await _found(asker, order_id))
    await orders.step(asker.session, asker.actor, order, version, body.status, asker.now, leads=asker.leads)
    return await _answered(asker, order)


@router.delete("/orders/{order_id}", status_code=204, operation_id="deleteOrder")
async def delete_order(order_id: str, asker: Writes) -> None:
    """Agents take away what they made themselves; ``restore`` brings it back."""
    order = not_deleted(await _found(asker, order_id))
    await orders.remove(asker.session, asker.actor, order, asker.now, leads=asker.leads)


@router.post("/orders/{order_id}/restore", operation_id="restoreOrder")
async def restore_order(order_id: str, asker: Writes) -> OrderOut:
    order = await _found(asker, order_id)
    await orders.restore(asker.session, asker.actor, order, asker.now, leads=asker.leads)
    return await _answered(asker, order)


@router.get("/orders/{order_id}/history", operation_id="getOrderHistory")
async def order_history(order_id: str, asker: Reads) -> History:
    await _found(asker, order_id)
    labels = {status.id: status.label for status in (await orders.read_statuses(asker.session))[0]}

    def told(name: str, both: list[Any]) -> list[Any]:
        return [labels.get(one, one) for one in both] if name == "status" else both

    return await history_of(asker.session, "order", order_id, told)


@router.get("/order-statuses", operation_id="getOrderStatuses")
async def get_statuses(me: Me, session: Read, response: Response) -> OrderStatuses:
    return _statuses(response, *await orders.read_statuses(session))


@router.put("/order-statuses", operation_id="putOrderStatuses")
async def put_statuses(
    body: OrderStatusesIn,
    me: Admin,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    version: FromVersion,
) -> OrderStatuses:
    statuses = msgspec.convert([status.model_dump() for status in body.statuses], list[Status])
    fresh = await orders.write_statuses(session, actor_of(me, request), statuses, version, site.now())
    return _statuses(response, statuses, fresh)


def _statuses(response: Response, statuses: list[Status], version: int) -> OrderStatuses:
    etag(response, version)
    forms = [StatusForm.model_validate(msgspec.to_builtins(status)) for status in statuses]
    return OrderStatuses(version=version, statuses=forms)


async def _found(asker: Asker, order_id: str) -> OrderRow:
    return await asker.found(OrderRow, "order", order_id)


async def _answered(asker: Asker, order: OrderRow) -> OrderOut:
    etag(asker.response, order.version)
    return (await show(asker.session, [order], asker.me))[0]


async def show(session: AsyncSession, rows: list[OrderRow], me: User) -> list[OrderOut]:
    """Orders with their lines."""
    statuses, _ = await orders.read_statuses(session)
    customers = await names(session, Customer, {row.customer_id for row in rows})
    people = await names(session, User, {id for row in rows for id in (row.owner_id, row.created_by)})
    lines: dict[str, list[LineOut]] = {row.id: [] for row in rows}
    for line in await orders.lines_of(session, [row.id for row in rows]):
        lines[line.order_id].append(
            LineOut(
                product=line.product_id,
                code=line.code,
                name=line.name,
                unit=line.unit,
                quantity=line.quantity / THOUSAND,
                price=line.price,
                discount=line.discount,
                total=line.total,
            )
        )
    return [
        OrderOut(
            id=row.id,
            version=row.version,
            created_at=row.created_at,
            updated_at=row.updated_at,
            number=row.number,
            status=status_now(statuses, row.status, me),
            customer=named(customers, row.customer_id),
            journey=row.journey_id,
            owner=named(people, row.owner_id),
            created_by=named(people, row.created_by),
            lines=lines[row.id],
            total=row.total,
            memo=row.memo,
            closed_at=row.closed_at,
            deleted=row.deleted_at is not None,
        )
        for row in rows
    ]
