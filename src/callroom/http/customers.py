"""Customers as the screen pop needs them: who calls, and how he is reached."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import configured
from callroom.actions.configured import Values
from callroom.actions.customers import Customers, phones_of
from callroom.actions.users import Role
from callroom.core.numbers import STARS, Visibility, digits_of, hidden, normalise, search_forms
from callroom.errors import NotFound, invalid
from callroom.http.paging import Cursor, Limit, decoded_text, encoded_text
from callroom.http.place import place_of
from callroom.http.resources import FromVersion, etag
from callroom.http.seen import sight_into_numbers
from callroom.http.site import Me, Read, SiteDep, Write, actor_of, allow
from callroom.store.tables import Customer, CustomerPhone, User

router = APIRouter(prefix="/api/v1", tags=["customers"])
Admin = Annotated[User, Depends(allow(Role.ADMIN))]
Writer = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR, Role.AGENT))]
KIND = Customers()

Phone = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=32, pattern=r"[0-9０-９*]")]


class CustomerIn(BaseModel):
    """``phones`` as people write them, the first is dialled first. An entry that shows a known phone with its digits
    hidden stands for that phone. ``tier``: 0 a usual customer, up to 9 for those who come first in queues that ask.
    """

    model_config = ConfigDict(str_strip_whitespace=True)
    name: str = Field(min_length=1, max_length=80)
    company: str = Field(default="", max_length=120)
    memo: str = Field(default="", max_length=10_000)
    phones: list[Phone] = Field(default=[], max_length=20)
    tier: int = Field(default=0, ge=0, le=9)


class CustomerOut(BaseModel):
    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    name: str
    company: str
    memo: str
    tier: int
    phones: list[str]  # E.164, or as dialled where a number has no such form


class CustomerList(BaseModel):
    items: list[CustomerOut]
    next: str | None


@router.get("/customers", operation_id="listCustomers")
async def list_customers(
    me: Me,
    session: Read,
    limit: Limit = 50,
    cursor: Cursor = "",
    sort: Literal["name", "-name"] = "name",
    q: Annotated[str, Query(max_length=80)] = "",
) -> CustomerList:
    """By name. ``q``: what name or company contain, or digits of a phone."""
    wanted = select(Customer).limit(limit + 1)
    if q.strip():
        text = q.strip()
        matches = Customer.name.icontains(text, autoescape=True) | Customer.company.icontains(text, autoescape=True)
        if digits_of(q):
            forms = search_forms(q, *await place_of(session))
            matches |= Customer.id.in_(_with_phone(forms, whole=sight_into_numbers(me) is not Visibility.FULL))
        wanted = wanted.where(matches)
    if sort == "name":
        wanted = wanted.order_by(Customer.name, Customer.id)
    else:
        wanted = wanted.order_by(Customer.name.desc(), Customer.id.desc())
    if cursor:
        name, last = decoded_text(cursor)
        follows = (
            (Customer.name > name, Customer.id > last) if sort == "name" else (Customer.name < name, Customer.id < last)
        )
        wanted = wanted.where(or_(follows[0], and_(Customer.name == name, follows[1])))
    rows = list(await session.scalars(wanted))
    phones = await phones_of(session, [row.id for row in rows])
    last_row = rows[limit - 1] if len(rows) > limit else None
    return CustomerList(
        items=[_out(row, phones[row.id], me) for row in rows[:limit]],
        next=encoded_text(last_row.name, last_row.id) if last_row else None,
    )


@router.post("/customers", status_code=201, operation_id="createCustomer")
async def create_customer(
    body: CustomerIn, me: Writer, request: Request, response: Response, site: SiteDep, session: Write
) -> CustomerOut:
    values = await _values(session, body, [], me)
    customer = await configured.create(session, actor_of(me, request), KIND, values, site.now())
    return await _answered(session, response, customer, me)


@router.get("/customers/{customer_id}", operation_id="getCustomer")
async def get_customer(customer_id: str, me: Me, response: Response, session: Read) -> CustomerOut:
    customer = await session.get(Customer, customer_id)
    if customer is None:
        raise NotFound("customer", customer_id)
    return await _answered(session, response, customer, me)


@router.put("/customers/{customer_id}", operation_id="replaceCustomer")
async def replace_customer(
    customer_id: str,
    body: CustomerIn,
    me: Writer,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    version: FromVersion,
) -> CustomerOut:
    known = await phones_of(session, [customer_id])
    values = await _values(session, body, known[customer_id], me)
    customer = await configured.replace(session, actor_of(me, request), KIND, customer_id, version, values, site.now())
    return await _answered(session, response, customer, me)


@router.delete("/customers/{customer_id}", status_code=204, operation_id="deleteCustomer")
async def delete_customer(customer_id: str, me: Admin, request: Request, site: SiteDep, session: Write) -> None:
    await configured.remove(session, actor_of(me, request), KIND, customer_id, site.now())


def _with_phone(forms: list[str], *, whole: bool) -> Select[str]:
    number = CustomerPhone.number
    if whole:
        return select(CustomerPhone.customer_id).where(number.in_([*forms, *(f"+{form}" for form in forms)]))
    return select(CustomerPhone.customer_id).where(or_(*(number.contains(form) for form in forms)))


async def _values(session: AsyncSession, body: CustomerIn, known: list[str], me: User) -> Values:
    country, area_code = await place_of(session)
    visibility, left = sight_into_numbers(me), list(known)
    phones: list[str] = []
    for typed in body.phones:
        meant = next((number for number in left if hidden(number, visibility) == typed), None)
        if meant is not None:
            left.remove(meant)  # two phones may look the same when hidden
        elif STARS in typed:
            raise invalid("phones", "not_a_number")  # hidden, but no phone of this customer
        phones.append(meant or normalise(typed, country, area_code))
    return body.model_dump() | {"phones": phones}


async def _answered(session: AsyncSession, response: Response, customer: Customer, me: User) -> CustomerOut:
    etag(response, customer.version)
    return _out(customer, (await phones_of(session, [customer.id]))[customer.id], me)


def _out(customer: Customer, phones: list[str], me: User) -> CustomerOut:
    return CustomerOut(
        id=customer.id,
        version=customer.version,
        created_at=customer.created_at,
        updated_at=customer.updated_at,
        name=customer.name,
        company=customer.company,
        memo=customer.memo,
        tier=customer.tier,
        phones=[hidden(number, sight_into_numbers(me)) for number in phones],
    )
