"""Orders of customers: their lines, the total that the server reckons, and the statuses they go through."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, service
from callroom.actions.configured import tell
from callroom.actions.ids import new_id
from callroom.actions.settings import read_settings
from callroom.actions.statuses import change, check
from callroom.core.orders import MOST_TOTAL, THOUSAND, Line, total
from callroom.core.statuses import Status, initial, may_step, named
from callroom.errors import ChangedMeanwhile, NotAllowed, NotNow, invalid
from callroom.store.settings import ORDER_STATUSES, keep, kept
from callroom.store.tables import Order, OrderLine, Product

# what a site begins with: id, colour, what may follow, closed; and the words in Chinese and English
USUAL = (
    ("new", "default", ("confirmed", "cancelled"), False, "待确认", "New"),
    ("confirmed", "blue", ("shipped", "done", "cancelled"), False, "已确认", "Confirmed"),
    ("shipped", "cyan", ("done", "returned"), False, "已发货", "Shipped"),
    ("done", "green", ("returned",), True, "已完成", "Done"),
    ("returned", "orange", (), True, "已退货", "Returned"),
    ("cancelled", "red", (), True, "已取消", "Cancelled"),
)


@dataclass(frozen=True, slots=True)
class WantedLine:
    """``quantity`` in thousandths; ``price`` in fen, None: the product's; ``discount`` in fen off the line."""

    product: str
    quantity: int
    price: int | None = None
    discount: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    customer: str
    lines: Sequence[WantedLine]
    journey: str | None = None
    owner: str | None = None
    memo: str = ""


def subject_of(order: Order) -> service.Subject:
    return "order", order.id


# ---------------------------------------------------------------- statuses


async def read_statuses(session: AsyncSession) -> tuple[list[Status], int]:
    """The statuses of orders, and their version (0: never written)."""
    document, version = await kept(session, ORDER_STATUSES)
    if document:
        return msgspec.convert(document["statuses"], list[Status]), version
    settings, _ = await read_settings(session)
    words = 5 if settings["language"] == "en" else 4
    usual = [Status(str(one[0]), str(one[words]), one[1], one[2], one[0] == "new", one[3]) for one in USUAL]
    return usual, version


async def write_statuses(
    session: AsyncSession, by: audit.Actor, statuses: list[Status], version: int, now: datetime
) -> int:
    """Raises ``ChangedMeanwhile``, ``Invalid``. Returns the new version."""
    await audit.hold(session)
    before, present = await read_statuses(session)
    if version != present:
        raise ChangedMeanwhile(present)
    check(statuses)
    await change(session, Order, true(), before, statuses)
    document = {"statuses": msgspec.to_builtins(statuses)}
    fresh = await keep(session, ORDER_STATUSES, document)
    await audit.record(
        session, by, "order_statuses.updated", now=now, subject=("settings", ORDER_STATUSES),
        before={"statuses": msgspec.to_builtins(before)}, after=document,
    )  # fmt: skip
    tell(session, "order-statuses")
    return fresh


# ---------------------------------------------------------------- orders


async def create(session: AsyncSession, by: audit.Actor, given: Given, now: datetime) -> Order:
    """Raises ``Invalid``."""
    await audit.hold(session)
    await service.check_links(session, customer=given.customer, journey=given.journey, owner=given.owner)
    statuses, _ = await read_statuses(session)
    lines = await _lines(session, given.lines, {})
    last = await session.scalar(select(func.max(Order.number)))
    order = Order(
        id=new_id("or"),
        version=1,
        created_at=now,
        updated_at=now,
        number=(last or 0) + 1,
        status=initial(statuses).id,
        memo=given.memo,
        total=_total(lines),
        customer_id=given.customer,
        journey_id=given.journey,
        owner_id=given.owner or by.id,
        created_by=by.id,
    )
    session.add(order)
    await session.flush()
    await _write(session, order, lines)
    await service.note(session, by, subject_of(order), "created", now, told=_told(order))
    return order


async def replace(
    session: AsyncSession, by: audit.Actor, order: Order, version: int, given: Given, now: datetime
) -> Order:
    """Raises ``ChangedMeanwhile``, ``Invalid``, ``NotNow`` for one that is closed."""
    await audit.hold(session)
    await session.refresh(order)
    service.from_version(order, version)
    if order.closed_at is not None:
        raise NotNow("change", "closed")
    await service.check_links(
        session, customer=given.customer, journey=given.journey, owner=given.owner,
        known=(order.customer_id, order.journey_id, order.owner_id),
    )  # fmt: skip
    former = {line.product_id: line for line in await lines_of(session, [order.id])}
    lines = await _lines(session, given.lines, former)
    before = _seen(order, list(former.values()))
    order.customer_id, order.journey_id, order.memo = given.customer, given.journey, given.memo
    order.owner_id = given.owner or order.owner_id
    order.total = _total(lines)
    changes = service.differences(before, _seen(order, lines))
    if changes:
        _touch(order, now)
        await _write(session, order, lines)
        await service.note(session, by, subject_of(order), "updated", now, changes=changes, told=_told(order))
    return order


async def step(
    session: AsyncSession, by: audit.Actor, order: Order, version: int, to: str, now: datetime, *, leads: bool
) -> Order:
    """Take it to another status. Raises ``ChangedMeanwhile``, ``Invalid`` when this step is not allowed."""
    await audit.hold(session)
    await session.refresh(order)
    service.from_version(order, version)
    statuses, _ = await read_statuses(session)
    target = named(statuses, to)
    if target is None or not may_step(statuses, order.status, to, leads=leads):
        raise invalid("status", "no_such_step")
    before, order.status = order.status, to
    order.closed_at = (order.closed_at or now) if target.closed else None
    _touch(order, now)
    told = _told(order) | {"status": target.label}
    await service.note(session, by, subject_of(order), "status", now, changes={"status": [before, to]}, told=told)
    return order


async def remove(session: AsyncSession, by: audit.Actor, order: Order, now: datetime, *, leads: bool) -> None:
    """Delete it, to be brought back. Raises ``NotAllowed``: agents take away what they made themselves."""
    await audit.hold(session)
    await session.refresh(order)
    if not leads and order.created_by != by.id:
        raise NotAllowed("agent")
    order.deleted_at = now
    _touch(order, now)
    await service.note(session, by, subject_of(order), "deleted", now, told=_told(order))


async def restore(session: AsyncSession, by: audit.Actor, order: Order, now: datetime, *, leads: bool) -> Order:
    """Raises ``NotNow``, ``NotAllowed``: agents bring back what they took away themselves."""
    await audit.hold(session)
    await session.refresh(order)
    if order.deleted_at is None:
        raise NotNow("restore", "not deleted")
    await service.may_bring_back(session, by, subject_of(order), leads=leads)
    order.deleted_at = None
    _touch(order, now)
    await service.note(session, by, subject_of(order), "restored", now, told=_told(order))
    return order


async def lines_of(session: AsyncSession, orders: Sequence[str]) -> list[OrderLine]:
    wanted = select(OrderLine).where(OrderLine.order_id.in_(orders)).order_by(OrderLine.order_id, OrderLine.position)
    return list(await session.scalars(wanted))


# ---------------------------------------------------------------- inside


async def _lines(session: AsyncSession, wanted: Sequence[WantedLine], former: dict[str, OrderLine]) -> list[OrderLine]:
    """The lines with the products' own names. A product that was there before keeps its price, also when it is sold
    no more."""
    products = {
        product.id: product
        for product in await session.scalars(select(Product).where(Product.id.in_({one.product for one in wanted})))
    }
    lines: list[OrderLine] = []
    for at, one in enumerate(wanted):
        product, before = products.get(one.product), former.get(one.product)
        if product is None:
            raise invalid(f"lines.{at}.product", "unknown_reference")
        if not product.active and before is None:
            raise invalid(f"lines.{at}.product", "not_sold")
        price = one.price if one.price is not None else before.price if before is not None else product.price
        line = Line(one.quantity, price, one.discount)
        if line.discount > line.full:
            raise invalid(f"lines.{at}.discount", "more_than_the_line")
        lines.append(
            OrderLine(
                position=at,
                product_id=product.id,
                code=product.code,
                name=product.name,
                unit=product.unit,
                quantity=line.quantity,
                price=line.price,
                discount=line.discount,
                total=line.total,
            )
        )
    return lines


def _total(lines: Sequence[OrderLine]) -> int:
    amount = total(Line(line.quantity, line.price, line.discount) for line in lines)
    if amount > MOST_TOTAL:
        raise invalid("lines", "too_dear")
    return amount


async def _write(session: AsyncSession, order: Order, lines: list[OrderLine]) -> None:
    await session.execute(delete(OrderLine).where(OrderLine.order_id == order.id))
    for line in lines:
        line.order_id = order.id
    session.add_all(lines)
    await session.flush()


def _touch(order: Order, now: datetime) -> None:
    order.version += 1
    order.updated_at = now


def _seen(order: Order, lines: Sequence[OrderLine]) -> dict[str, Any]:
    told = [[line.name, line.quantity / THOUSAND, line.price, line.discount] for line in lines]
    own = {"customer": order.customer_id, "journey": order.journey_id, "owner": order.owner_id, "memo": order.memo}
    return own | {"total": order.total, "lines": told}


def _told(order: Order) -> dict[str, Any]:
    return {"number": order.number, "total": order.total}
