"""Saved views of the list of customers, one's own and those of everybody."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from callroom.actions import customer_views
from callroom.actions.customer_filters import wanted_by
from callroom.actions.customers import Form, form_of
from callroom.core.numbers import STARS, hidden_within
from callroom.http.customer_search import Long, Ordered, Short, Tier, asked_filter
from callroom.http.customer_shapes import Sight, Stage, sight_of_customers
from callroom.http.fields import Id, MaybeId
from callroom.http.kept import names
from callroom.http.resources import FromVersion
from callroom.http.site import Me, Read, Site, SiteDep, Write, actor_of
from callroom.store.tables import CustomerView, User

router = APIRouter(prefix="/api/v1", tags=["customers"])


class ViewFilter(BaseModel):
    """The questions of the list, by the names that it knows them by."""

    model_config = ConfigDict(extra="forbid")
    q: Annotated[str, Field(max_length=80)] = ""
    owner: list[Short] = Field(default=[], max_length=50)
    tag: list[Short] = Field(default=[], max_length=30)
    without_tag: list[Short] = Field(default=[], max_length=30)
    tier: list[Tier] = Field(default=[], max_length=10)
    stage: list[Stage] = Field(default=[], max_length=5)
    do_not_call: bool | None = None
    no_mail: bool | None = None
    where: list[Long] = Field(default=[], max_length=20)
    fact: list[Short] = Field(default=[], max_length=20)
    segment: Short = ""
    moved: list[Long] = Field(default=[], max_length=4)


class CustomerViewIn(BaseModel):
    """``shared``: everybody sees it; admins and supervisors may."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name: Annotated[str, Field(min_length=1, max_length=60)]
    shared: bool = False
    filter: ViewFilter = ViewFilter()
    columns: list[Annotated[str, Field(max_length=60)]] = Field(default=[], max_length=220)
    sort: Ordered = ""


class CustomerViewOut(CustomerViewIn):
    """``default``: the list shows it first to who asks; ``may_change``: he may write it."""

    id: str
    version: int
    owner_name: str
    default: bool
    may_change: bool


class CustomerViews(BaseModel):
    items: list[CustomerViewOut]


class DefaultView(BaseModel):
    """null: all customers."""

    model_config = ConfigDict(extra="forbid")
    view: MaybeId


@router.get("/customer-views", operation_id="listCustomerViews")
async def list_views(me: Me, session: Read) -> CustomerViews:
    return CustomerViews(items=await _shown(session, me, await customer_views.seen_by(session, me)))


@router.post("/customer-views", status_code=201, operation_id="createCustomerView")
async def create_view(body: CustomerViewIn, me: Me, request: Request, site: SiteDep, session: Write) -> CustomerViewOut:
    given = await _checked(session, site, me, body)
    row = await customer_views.save(session, actor_of(me, request), me, None, given, site.now())
    return (await _shown(session, me, [row]))[0]


@router.put("/customer-views/{view_id}", operation_id="replaceCustomerView")
async def replace_view(
    view_id: str, body: CustomerViewIn, me: Me, request: Request, site: SiteDep, session: Write, version: FromVersion
) -> CustomerViewOut:
    given = await _checked(session, site, me, body)
    row = await customer_views.save(session, actor_of(me, request), me, (view_id, version), given, site.now())
    return (await _shown(session, me, [row]))[0]


@router.delete("/customer-views/{view_id}", status_code=204, operation_id="deleteCustomerView")
async def delete_view(view_id: Id, me: Me, request: Request, site: SiteDep, session: Write) -> None:
    await customer_views.remove(session, actor_of(me, request), me, view_id, site.now())


@router.put("/me/customer-view", status_code=204, operation_id="chooseCustomerView")
async def choose_view(body: DefaultView, me: Me, session: Write) -> None:
    """What the list of customers shows first."""
    await customer_views.choose(session, me, body.view)


async def _checked(session: Read, site: Site, me: User, body: CustomerViewIn) -> dict[str, Any]:
    kept = body.filter.model_dump(exclude_defaults=True)
    asked: dict[str, Any] = {
        name: tuple(cast(Any, one)) if isinstance(one, list) else one for name, one in kept.items()
    }
    question = asked_filter(**asked)
    wanted_by(question, await form_of(session), sight_of_customers(me).searching, site.now())
    return body.model_dump(exclude={"filter"}) | {"filter": kept}


def _seen(me: User, row: CustomerView, form: Form) -> ViewFilter:
    """The questions; of another person's only what ``me`` may see of numbers and of masked fields is told."""
    asked = ViewFilter.model_validate(row.filter)
    if row.owner_id == me.id:
        return asked
    told = {name: [hidden_within(tag, me.sees) for tag in getattr(asked, name)] for name in ("tag", "without_tag")}
    where = [_seen_condition(one, form, sight_of_customers(me)) for one in asked.where]
    return asked.model_copy(update={"q": hidden_within(asked.q, me.sees), "where": where} | told)


def _seen_condition(condition: str, form: Form, sight: Sight) -> str:
    id, op, value = [*condition.split(":", 2), "", ""][:3]
    field = form.fields.get(id)
    hides = value and field is not None and field.masked and not sight.masked
    return f"{id}:{op}:{STARS if hides else hidden_within(value, sight.numbers)}"


async def _shown(session: Read, me: User, rows: list[CustomerView]) -> list[CustomerViewOut]:
    people = await names(session, User, {row.owner_id for row in rows})
    default = await customer_views.default_of(session, me)
    form = await form_of(session)
    return [
        CustomerViewOut(
            id=row.id,
            version=row.version,
            name=row.name if row.owner_id == me.id else hidden_within(row.name, me.sees),
            shared=row.shared,
            filter=_seen(me, row, form),
            columns=row.columns,
            sort=row.sort,  # pyright: ignore[reportArgumentType]
            owner_name=people.get(row.owner_id, ""),
            default=row.id == default,
            may_change=customer_views.may_change(me, row),
        )
        for row in rows
    ]
