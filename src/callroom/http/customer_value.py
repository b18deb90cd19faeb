"""What customers are worth (CC-32): by tier or life-cycle stage, and those who matter most or are being lost."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.customers import STAGES
from callroom.actions.fields import place_of_site
from callroom.core.fields import Place
from callroom.core.fields.writing import Language, time_shown
from callroom.core.numbers import hidden_within
from callroom.core.surveys import Tally
from callroom.errors import invalid
from callroom.http.customer_downloads import STAGES as STAGE_WORDS
from callroom.http.customer_shapes import Stage
from callroom.http.downloads import Cell, Format, Sheet, download
from callroom.http.problems import speaks_english
from callroom.http.resources import Reader
from callroom.http.seen import OutsideText
from callroom.http.site import Read, Site, SiteDep, actor_of
from callroom.store import customer_value as stored
from callroom.store.customer_value import By
from callroom.store.database import reading
from callroom.store.journeys import sight_of
from callroom.store.tables import User

router = APIRouter(prefix="/api/v1", tags=["customers"])
LONGEST_PERIOD = 400  # days
TIERS = range(10)
MOST_NAMED = 100
Which = Literal["valuable", "sinking"]


class ValueFigures(BaseModel):
    """``customers`` as they are now; ``came`` and ``went``: whom the period moved here or away. Amounts in fen;
    ``quiet``: there were calls, but none for so many days. ``share``, ``satisfaction`` from 0 to 1."""

    customers: int
    share: float | None
    came: int
    went: int
    orders: int
    order_total: int
    calls_in: int
    answered_in: int
    calls_out: int
    answered_out: int
    last_contact: datetime | None
    survey_answered: int
    very_satisfied: int
    satisfied: int
    unsatisfied: int
    satisfaction: float | None
    quiet: int


class ValueRow(ValueFigures):
    """Of a ``tier`` or of a ``stage``."""

    tier: int | None
    stage: Stage | None


class CustomerValues(BaseModel):
    rows: list[ValueRow]
    total: ValueFigures


class WorthOut(BaseModel):
    """``orders`` and ``order_total`` (fen): of the period, or, of those who are being lost, ever."""

    model_config = ConfigDict(from_attributes=True)
    id: str
    name: OutsideText
    tier: int
    stage: Stage
    orders: int
    order_total: int
    last_contact: datetime | None


class WorthList(BaseModel):
    items: list[WorthOut]


def asked(
    site: SiteDep,
    begin: Annotated[AwareDatetime, Query(alias="from")],
    end: Annotated[AwareDatetime, Query(alias="to")],
    quiet: Annotated[int, Query(ge=1, le=3650, description="Days without a call")] = 90,
) -> stored.Asked:
    """Raises ``Invalid`` for a period that is none, or too long."""
    if not 0 < (end - begin).total_seconds() <= LONGEST_PERIOD * 86_400:
        raise invalid("to", "bad_period")
    return stored.Asked(stored.Period(begin, end), site.now() - timedelta(days=quiet))


Wanted = Annotated[stored.Asked, Depends(asked)]
Named = Annotated[int, Query(ge=1, le=MOST_NAMED)]


@router.get("/customer-value", operation_id="getCustomerValue")
async def customer_value(me: Reader, site: SiteDep, session: Read, wanted: Wanted, by: By = "tier") -> CustomerValues:
    """Every tier, or stage, that is in use, and all together. Orders and calls count as far as they may be seen."""
    return await _values(session, site, me, wanted, by)


@router.get("/customer-value/customers", operation_id="listCustomersByValue")
async def customers_by_value(
    me: Reader, site: SiteDep, session: Read, wanted: Wanted, which: Which = "valuable", limit: Named = 20
) -> WorthList:
    """``valuable``: who ordered most in the period. ``sinking``: who was not on the phone for so many days, those first
    who ordered most ever, then those of the highest tiers."""
    found = await _worths(session, site, me, wanted, which, limit)
    return WorthList(items=[WorthOut.model_validate(one) for one in found])


async def _values(session: AsyncSession, site: Site, me: User, wanted: stored.Asked, by: By) -> CustomerValues:
    found = await stored.values_by(session, by, wanted, await sight_of(session, me), site.now())
    total = stored.Value()
    for one in found.values():
        _add(total, one)
    keys = TIERS if by == "tier" else STAGES
    rows = [
        ValueRow.model_validate(
            _figures(found.get(key, stored.Value()), total.customers)
            | {"tier": key if by == "tier" else None, "stage": key if by == "stage" else None}
        )
        for key in keys
        if by == "stage" or key in found
    ]
    return CustomerValues(rows=rows, total=ValueFigures.model_validate(_figures(total, total.customers)))


def _add(total: stored.Value, one: stored.Value) -> None:
    for name in ("customers", "came", "went", "orders", "order_total", "quiet"):
        setattr(total, name, getattr(total, name) + getattr(one, name))
    for name in ("calls_in", "answered_in", "calls_out", "answered_out"):
        setattr(total, name, getattr(total, name) + getattr(one, name))
    total.last_contact = max((at for at in (total.last_contact, one.last_contact) if at), default=None)
    for meaning in ("very_satisfied", "satisfied", "unsatisfied"):
        total.satisfaction.add(meaning, None, getattr(one.satisfaction, meaning))


def _figures(one: stored.Value, customers: int) -> dict[str, Any]:
    said: Tally = one.satisfaction
    plain = {name: getattr(one, name) for name in ValueFigures.model_fields if hasattr(one, name)}
    return plain | {
        "share": one.customers / customers if customers else None,
        "survey_answered": said.answered,
        "very_satisfied": said.very_satisfied,
        "satisfied": said.satisfied,
        "unsatisfied": said.unsatisfied,
        "satisfaction": said.satisfaction,
    }


async def _worths(
    session: AsyncSession, site: Site, me: User, wanted: stored.Asked, which: Which, limit: int
) -> list[stored.Worth]:
    ask = stored.most_valuable if which == "valuable" else stored.sinking
    return await ask(session, wanted, await sight_of(session, me), site.now(), limit)


# ---------------------------------------------------------------- as files

HEADS: dict[Language, tuple[str, ...]] = {
    "zh": (
        *("客户数", "占比", "转入", "转出", "订单数", "订单金额", "来电", "来电接通", "去电", "去电接通"),
        *("期内最近联系", "参评数", "非常满意", "满意", "不满意", "满意度", "久未联系"),
    ),
    "en": (
        *("Customers", "Share", "Came", "Went", "Orders", "Order value", "Calls in", "Answered", "Calls out"),
        *("Answered", "Last contact", "Answered surveys", "Very satisfied", "Satisfied", "Unsatisfied"),
        *("Satisfaction", "Gone quiet"),
    ),
}
FIGURES = (
    "customers", "share", "came", "went", "orders", "order_total", "calls_in", "answered_in", "calls_out",
    "answered_out", "last_contact", "survey_answered", "very_satisfied", "satisfied", "unsatisfied", "satisfaction",
    "quiet",
)  # fmt: skip
KEYS: dict[By, dict[Language, str]] = {
    "tier": {"zh": "客户等级", "en": "Tier"},
    "stage": {"zh": "客户阶段", "en": "Stage"},
}
TOTAL: dict[Language, str] = {"zh": "合计", "en": "Total"}
NAMES: dict[str, dict[Language, str]] = {
    "table": {"zh": "客户价值", "en": "customer value"},
    "valuable": {"zh": "价值最高的客户", "en": "most valuable customers"},
    "sinking": {"zh": "正在流失的客户", "en": "customers gone quiet"},
}
WORTH_HEADS: dict[Language, tuple[str, ...]] = {
    "zh": ("客户", "客户等级", "客户阶段", "订单数", "订单金额", "最近联系"),
    "en": ("Customer", "Tier", "Stage", "Orders", "Order value", "Last contact"),
}


@router.get("/customer-value/download", operation_id="downloadCustomerValue", response_class=Response)
async def download_value(
    me: Reader, request: Request, site: SiteDep, wanted: Wanted, by: By = "tier", format: Format = "xlsx"
) -> Response:
    """What ``/customer-value`` tells, the sum last; amounts in yuan."""
    language: Language = "en" if speaks_english(request) else "zh"
    async with reading(site.engine) as session:
        told, place = await _values(session, site, me, wanted, by), await place_of_site(session)
    rows = [[_key(one, language), *_cells(one, place)] for one in told.rows]
    rows.append([TOTAL[language], *_cells(told.total, place)])
    return await _file(site, me, request, "table", [KEYS[by][language], *HEADS[language]], rows, place, format)


@router.get("/customer-value/customers/download", operation_id="downloadCustomersByValue", response_class=Response)
async def download_worths(
    me: Reader,
    request: Request,
    site: SiteDep,
    wanted: Wanted,
    which: Which = "valuable",
    limit: Named = MOST_NAMED,
    format: Format = "xlsx",
) -> Response:
    """What ``/customer-value/customers`` lists; amounts in yuan."""
    language: Language = "en" if speaks_english(request) else "zh"
    async with reading(site.engine) as session:
        found, place = await _worths(session, site, me, wanted, which, limit), await place_of_site(session)
    rows: list[list[Cell]] = [
        [
            hidden_within(one.name, me.sees),
            one.tier,
            STAGE_WORDS[one.stage][language],
            one.orders,
            one.order_total / 100,
            _time(one.last_contact, place),
        ]
        for one in found
    ]
    return await _file(site, me, request, which, WORTH_HEADS[language], rows, place, format)


async def _file(
    site: Site, me: User, request: Request, what: str, head: Sequence[str], rows: list[list[Cell]], place: Place,
    form: Format,
) -> Response:  # fmt: skip
    async def all_at_once() -> AsyncIterator[Sequence[Sequence[Cell]]]:
        yield rows

    language: Language = "en" if speaks_english(request) else "zh"
    name = f"{NAMES[what][language]} {str(_time(site.now(), place))[:10]}"
    sheet = Sheet(name, head, len(rows), all_at_once)
    told = {"what": what, "rows": len(rows)}
    return await download(site, actor_of(me, request), "customer_value.downloaded", sheet, form, told)


def _key(row: ValueRow, language: Language) -> Cell:
    return row.tier if row.stage is None else STAGE_WORDS[row.stage][language]


def _cells(row: ValueFigures, place: Place) -> list[Cell]:
    figures = row.model_dump()
    figures |= {"order_total": row.order_total / 100, "last_contact": _time(row.last_contact, place)}
    return [figures[name] for name in FIGURES]


def _time(at: datetime | None, place: Place) -> Cell:
    return time_shown(f"{at:%Y-%m-%dT%H:%M:%SZ}", place) if at else None
