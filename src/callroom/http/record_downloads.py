"""The records of a table as a file, as far as the person may see them."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import func, select

from callroom.actions import records
from callroom.actions.fields import place_of_site
from callroom.actions.own_tables import fields_of, statuses_of
from callroom.core.fields import Field, Place
from callroom.core.fields.writing import Language, time_shown
from callroom.core.numbers import hidden_within
from callroom.http.customer_shapes import sight_of_customers
from callroom.http.downloads import Cell, Format, Sheet, download
from callroom.http.field_values import cell
from callroom.http.paging import Sort
from callroom.http.problems import speaks_english
from callroom.http.record_filters import Filters, asked, conditions, order_of
from callroom.http.records import RecordOut, show
from callroom.http.site import Me, SiteDep, actor_of
from callroom.store.database import reading
from callroom.store.tables import Record

router = APIRouter(prefix="/api/v1", tags=["records"])
BATCH = 500
HEADS = {
    "zh": ("编号", "状态", "客户", "负责人", "创建人", "创建时间", "到期时间", "关闭时间", "备注"),
    "en": ("Number", "Status", "Customer", "Owner", "Made by", "Made at", "Due", "Closed", "Memo"),
}


@router.get("/tables/{table_id}/records/download", operation_id="downloadRecords", response_class=Response)
async def download_records(
    table_id: str,
    me: Me,
    request: Request,
    site: SiteDep,
    filters: Annotated[Filters, Depends(asked)],
    sort: Sort = "-created_at",
    format: Format = "xlsx",
) -> Response:
    """The records that ``/tables/{id}/records`` lists with the same filters, in the same order; each download is in
    the operation log. Cells that a spreadsheet would take for formulas begin with an apostrophe in csv."""
    now, sight, order = site.now(), sight_of_customers(me), order_of(sort)
    language: Language = "en" if speaks_english(request) else "zh"
    async with reading(site.engine) as session:
        table = await records.table_of(session, table_id)
        where = await conditions(session, filters, table, me, now)
        count = await session.scalar(select(func.count()).select_from(Record).where(*where)) or 0
        place = await place_of_site(session)
    fields = fields_of(table)
    labels = {status.id: status.label for status in statuses_of(table)}

    async def rows() -> AsyncIterator[Sequence[Sequence[Cell]]]:
        cursor: str | None = ""
        while cursor is not None:
            async with reading(site.engine) as own:
                batch, cursor = await order.page(own, select(Record).where(*where), cursor, BATCH)
                yield [_row(one, fields, labels, language, place) for one in await show(own, batch, me, now)]

    def _row(
        one: RecordOut, fields: list[Field], labels: dict[str, str], language: Language, place: Place
    ) -> Sequence[Cell]:
        times = [one.created_at, one.due_at, one.closed_at]
        told = [time_shown(f"{at:%Y-%m-%dT%H:%M:%SZ}", place) if at else None for at in times]
        people = [
            hidden_within(named.name, me.sees) if named else None for named in (one.customer, one.owner, one.created_by)
        ]
        values = [cell(field, one.values.get(field.id), sight, language, place) for field in fields]
        return [
            one.number,
            labels.get(one.status.id, one.status.id),
            *people,
            *told,
            hidden_within(one.memo, me.sees),
            *values,
        ]

    head = [*HEADS[language], *(field.label for field in fields)]
    name = f"{table.name} {time_shown(f'{now:%Y-%m-%dT%H:%M:%SZ}', place)[:10]}"
    told = {"table": table.name, "records": count}
    sheet = Sheet(name, head, count, rows)
    return await download(
        site, actor_of(me, request), "records.downloaded", sheet, format, told, subject=("table", table.id)
    )
