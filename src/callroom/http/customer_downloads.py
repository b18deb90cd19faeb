"""Customers as a file, in the columns and the order that are asked for, as far as the person may see them."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from callroom.actions.customers import VALUE, Form, form_of
from callroom.core.fields import Place
from callroom.core.fields.writing import YES_NO, Language, phone_shown, time_shown
from callroom.core.numbers import hidden, hidden_within
from callroom.errors import invalid
from callroom.http.customer_search import Asked, Ordered, count_of, ordered, search
from callroom.http.customer_shapes import CustomerOut, Sight, shown, sight_of_customers
from callroom.http.downloads import Cell, Format, Sheet, download
from callroom.http.field_values import cell
from callroom.http.problems import speaks_english
from callroom.http.site import Me, SiteDep, actor_of
from callroom.store import customers as stored
from callroom.store.database import reading

router = APIRouter(prefix="/api/v1", tags=["customers"])
BATCH = 500
Columns = Annotated[
    tuple[Annotated[str, Query(max_length=60)], ...],
    Query(max_length=220, description="name, phones … or values.ID, in this order; left out: all that there are"),
]
HEADS: dict[str, dict[Language, str]] = {
    "name": {"zh": "姓名", "en": "Name"},
    "company": {"zh": "公司", "en": "Company"},
    "phones": {"zh": "电话", "en": "Phones"},
    "tier": {"zh": "客户等级", "en": "Tier"},
    "stage": {"zh": "客户阶段", "en": "Stage"},
    "owner": {"zh": "负责人", "en": "Owner"},
    "tags": {"zh": "标签", "en": "Tags"},
    "do_not_call": {"zh": "勿扰", "en": "Do not call"},
    "no_mail": {"zh": "不收邮件", "en": "No mails"},
    "memo": {"zh": "备注", "en": "Memo"},
    "created_at": {"zh": "创建时间", "en": "Made at"},
    "updated_at": {"zh": "最近修改", "en": "Changed at"},
}
STAGES: dict[str, dict[Language, str]] = {
    "potential": {"zh": "潜在客户", "en": "Potential"},
    "new": {"zh": "新客户", "en": "New"},
    "satisfied": {"zh": "满意客户", "en": "Satisfied"},
    "retained": {"zh": "留住客户", "en": "Retained"},
    "old": {"zh": "老客户", "en": "Long-standing"},
}


@dataclass(frozen=True, slots=True)
class _Reader:
    """For whom the cells are written."""

    sight: Sight
    language: Language
    place: Place

    def of(self, name: str, one: CustomerOut, form: Form) -> Cell:
        if name.startswith(VALUE):
            field = form.fields[name.removeprefix(VALUE)]
            return cell(field, one.values.get(field.id), self.sight, self.language, self.place)
        return CELLS[name](self, one)

    def text(self, text: str | None) -> Cell:
        return text and hidden_within(text, self.sight.numbers)

    def time(self, at: Any) -> Cell:
        return time_shown(f"{at:%Y-%m-%dT%H:%M:%SZ}", self.place)

    def phones(self, numbers: Sequence[str]) -> Cell:
        return ", ".join(hidden(phone_shown(one, self.place), self.sight.numbers) for one in numbers)


CELLS: dict[str, Callable[[_Reader, CustomerOut], Cell]] = {
    "name": lambda reader, one: reader.text(one.name),
    "company": lambda reader, one: reader.text(one.company),
    "phones": lambda reader, one: reader.phones(one.phones),
    "tier": lambda _, one: one.tier,
    "stage": lambda reader, one: STAGES[one.stage][reader.language],
    "owner": lambda reader, one: reader.text(one.owner_name),
    "tags": lambda reader, one: ", ".join(str(reader.text(tag)) for tag in one.tags),
    "do_not_call": lambda reader, one: YES_NO[reader.language][not one.do_not_call],
    "no_mail": lambda reader, one: YES_NO[reader.language][not one.no_mail],
    "memo": lambda reader, one: reader.text(one.memo),
    "created_at": lambda reader, one: reader.time(one.created_at),
    "updated_at": lambda reader, one: reader.time(one.updated_at),
}


@router.get("/customers/download", operation_id="downloadCustomers", response_class=Response)
async def download_customers(
    me: Me,
    request: Request,
    site: SiteDep,
    asked: Asked,
    column: Columns = (),
    sort: Ordered = "",
    deleted: bool = False,
    format: Format = "xlsx",
) -> Response:
    """The customers that ``/customers`` lists with the same questions, in the same order; each download is in the
    operation log. Cells that a spreadsheet would take for formulas begin with an apostrophe in csv."""
    language: Language = "en" if speaks_english(request) else "zh"
    by, down = ordered(sort, asked)
    async with reading(site.engine) as session:
        form = await form_of(session)
        found = await search(session, asked, form, me, site.now(), deleted=deleted)
        count = await count_of(session, found)
    heads = {name: words[language] for name, words in HEADS.items()}
    heads |= {f"{VALUE}{id}": field.label for id, field in form.fields.items()}
    names = list(dict.fromkeys(column)) or list(heads)
    for name in names:
        if name not in heads:
            raise invalid("column", "no_such_field")
    reader = _Reader(sight_of_customers(me), language, form.place)

    async def rows() -> AsyncIterator[Sequence[Sequence[Cell]]]:
        after = None
        while True:
            async with reading(site.engine) as own:
                batch = await stored.page_of(own, found, sort=by, down=down, after=after, limit=BATCH)
                people = await shown(own, batch, form, reader.sight)
            if people:
                yield [[reader.of(name, one, form) for name in names] for one in people]
            if len(batch) < BATCH:
                return
            after = stored.place_of(by, batch[-1])

    day = reader.time(site.now())
    name = f"{'customers' if language == 'en' else '客户'} {str(day)[:10]}"
    sheet = Sheet(name, [heads[one] for one in names], count, rows)
    told = {"customers": count, "columns": names}
    return await download(site, actor_of(me, request), "customers.downloaded", sheet, format, told)
