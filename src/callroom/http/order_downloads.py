"""Orders as a file, a row for each line, as far as the person may see them."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import func, select

from callroom.actions.fields import place_of_site
from callroom.core.fields.writing import time_shown
from callroom.core.numbers import hidden_within
from callroom.http.downloads import Cell, Format, Sheet, download
from callroom.http.order_filters import SORTS, Wanted, asked, conditions
from callroom.http.orders import LineOut, OrderOut, show
from callroom.http.paging import Order, Sort
from callroom.http.problems import speaks_english
from callroom.http.site import Me, SiteDep, actor_of
from callroom.store.database import reading
from callroom.store.tables import Order as OrderRow
from callroom.store.tables import OrderLine

router = APIRouter(prefix="/api/v1", tags=["orders"])
BATCH = 500
HEADS = {
    "zh": (
        *("订单号", "状态", "客户", "负责人", "下单时间", "产品编号", "产品"),
        *("单位", "数量", "单价", "优惠", "小计", "订单总额", "备注"),
    ),
    "en": (
        *("Order", "Status", "Customer", "Owner", "Made", "Code", "Product"),
        *("Unit", "Quantity", "Price", "Discount", "Amount", "Total", "Memo"),
    ),
}


@router.get("/orders/download", operation_id="downloadOrders", response_class=Response)
async def download_orders(
    me: Me,
    request: Request,
    site: SiteDep,
    wanted: Annotated[Wanted, Depends(asked)],
    sort: Sort = "-created_at",
    format: Format = "xlsx",
) -> Response:
    """What ``/orders`` lists with the same filters, in the same order: a row for each line, amounts in yuan."""
    now, language = site.now(), "en" if speaks_english(request) else "zh"
    order = Order.wanted(sort, SORTS, OrderRow.id)
    async with reading(site.engine) as session:
        where = await conditions(session, wanted, me, now)
        lines = select(func.count()).select_from(OrderLine).join(OrderRow, OrderRow.id == OrderLine.order_id)
        count = await session.scalar(lines.where(*where)) or 0
        place = await place_of_site(session)

    async def rows() -> AsyncIterator[Sequence[Sequence[Cell]]]:
        cursor: str | None = ""
        while cursor is not None:
            async with reading(site.engine) as own:
                batch, cursor = await order.page(own, select(OrderRow).where(*where), cursor, BATCH)
                shown = await show(own, batch, me)
            yield [cells(one, line) for one in shown for line in one.lines]

    def cells(one: OrderOut, line: LineOut) -> Sequence[Cell]:
        people = [hidden_within(person.name, me.sees) if person else None for person in (one.customer, one.owner)]
        made = time_shown(f"{one.created_at:%Y-%m-%dT%H:%M:%SZ}", place)
        amounts = [amount / 100 for amount in (line.price, line.discount, line.total, one.total)]
        product = [line.code, line.name, line.unit, line.quantity]
        return [one.number, one.status.label, *people, made, *product, *amounts, hidden_within(one.memo, me.sees)]

    name = f"{'orders' if language == 'en' else '订单'} {time_shown(f'{now:%Y-%m-%dT%H:%M:%SZ}', place)[:10]}"
    sheet = Sheet(name, HEADS[language], count, rows)
    return await download(site, actor_of(me, request), "orders.downloaded", sheet, format, {"lines": count})
