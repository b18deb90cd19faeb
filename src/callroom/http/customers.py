"""Customers: who they are, how they are reached, what was changed of them."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import customer_rules, customers
from callroom.actions.customers import VALUE, form_of, labelled_phones
from callroom.actions.users import Role
from callroom.errors import NotFound, invalid
from callroom.http.customer_shapes import (
    CustomerChange,
    CustomerIn,
    CustomerOut,
    given_by,
    shown,
    sight_of_customers,
)
from callroom.http.kept import Writer
from callroom.http.paging import Cursor, Limit, decoded_text, encoded_text
from callroom.http.reaching import other_party
from callroom.http.resources import Admin, FromVersion, etag
from callroom.http.site import Me, Read, Site, SiteDep, Write, actor_of
from callroom.store.tables import Customer, User
from callroom.store.tables import CustomerChange as ChangeRow

router = APIRouter(prefix="/api/v1", tags=["customers"])


class ChangedField(BaseModel):
    """``field``: name, phones … or "values.ID", whose ``label`` the site made (null: that field is gone); or deleted.
    ``version``: which the customer has since; ``batch``: of many who were changed at once; ``rule``: a rule did it, as
    ``by`` says."""

    at: datetime
    by: str
    by_id: str | None
    rule: bool
    version: int
    field: str
    label: str | None
    before: Any
    after: Any
    batch: str | None


class ChangeList(BaseModel):
    items: list[ChangedField]
    next: str | None


@router.post("/customers", status_code=201, operation_id="createCustomer")
async def create_customer(
    body: CustomerIn, me: Writer, request: Request, response: Response, site: SiteDep, session: Write
) -> CustomerOut:
    lent = await _lent(session, site, me, body)
    given = given_by(body, await form_of(session), sight_of_customers(me), None, (), lent)
    actor, shared = actor_of(me, request), body.shared_phones
    return await _answered(
        session, response, await customers.create(session, actor, given, site.now(), shared_phones=shared), me
    )


@router.get("/customers/{customer_id}", operation_id="getCustomer")
async def get_customer(customer_id: str, me: Me, response: Response, session: Read) -> CustomerOut:
    return await _answered(session, response, await customers.get(session, customer_id), me)


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
    """All at once, of the version that is there now."""
    body.model_fields_set.update(("company", "memo", "phones", "tier"))
    return await _changed(customer_id, body, me, request, response, site, session, version, whole=True)


@router.patch("/customers/{customer_id}", operation_id="changeCustomer")
async def change_customer(
    customer_id: str,
    body: CustomerChange,
    me: Writer,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    version: FromVersion,
) -> CustomerOut:
    """What is sent only. If-Match names the version that was read: what others have changed since is kept, and 412
    tells of the fields that both changed. Only leaders give a colleague's customer to another ``owner``."""
    return await _changed(customer_id, body, me, request, response, site, session, version, whole=False)


@router.delete("/customers/{customer_id}", status_code=204, operation_id="deleteCustomer")
async def delete_customer(customer_id: str, me: Admin, request: Request, site: SiteDep, session: Write) -> None:
    """He can be brought back for 30 days."""
    await customers.remove(session, actor_of(me, request), customer_id, site.now())


@router.post("/customers/{customer_id}/restore", operation_id="restoreCustomer")
async def restore_customer(
    customer_id: str, me: Admin, request: Request, response: Response, site: SiteDep, session: Write
) -> CustomerOut:
    """409 when another customer has his phone or unique value meanwhile."""
    row = await customers.restore(session, actor_of(me, request), customer_id, site.now())
    return await _answered(session, response, row, me)


@router.post("/customers/{customer_id}/leave-to-rules", operation_id="leaveCustomerToRules")
async def leave_to_rules(
    customer_id: str, me: Writer, request: Request, response: Response, site: SiteDep, session: Write
) -> CustomerOut:
    """What people chose of tier, stage and tags is for the rules to change again."""
    row = await customers.leave_to_rules(session, actor_of(me, request), customer_id, site.now())
    return await _answered(session, response, row, me)


@router.get("/customers/{customer_id}/changes", operation_id="listCustomerChanges")
async def list_changes(customer_id: str, me: Me, session: Read, limit: Limit = 50, cursor: Cursor = "") -> ChangeList:
    """Newest first."""
    await customers.get(session, customer_id)
    wanted = select(ChangeRow).where(ChangeRow.customer_id == customer_id).order_by(ChangeRow.id.desc())
    if cursor:
        last, _ = decoded_text(cursor)
        wanted = wanted.where(ChangeRow.id < (int(last) if last.isdecimal() and len(last) < 19 else 0))
    rows = list(await session.scalars(wanted.limit(limit + 1)))
    form, sight = await form_of(session), sight_of_customers(me)
    items = [
        ChangedField(
            at=row.at,
            by=row.by,
            by_id=row.by_id,
            rule=customer_rules.is_rule(row.by_id),
            version=row.version,
            field=row.field,
            label=field.label if (field := form.fields.get(row.field.removeprefix(VALUE))) else None,
            before=sight.of_change(form, row.field, row.before["value"]),
            after=sight.of_change(form, row.field, row.after["value"]),
            batch=row.batch,
        )
        for row in rows[:limit]
    ]
    return ChangeList(items=items, next=encoded_text(str(rows[limit - 1].id), "") if len(rows) > limit else None)


async def _lent(session: AsyncSession, site: Site, me: User, body: CustomerChange) -> dict[str, str]:
    """The numbers of the journeys that stand for phones; typed ones are counted, as an answer tells who has them."""
    typed = (phone if isinstance(phone, str) else phone.number for phone in body.phones)
    await site.limit_numbers(me, (*typed, *map(str, body.values.values())))
    asked = {phone.journey for phone in body.phones if not isinstance(phone, str) and phone.journey}
    return {journey: (await other_party(session, site, me, journey)).number for journey in sorted(asked)}


async def _changed(
    customer_id: str,
    body: CustomerChange,
    me: User,
    request: Request,
    response: Response,
    site: Site,
    session: AsyncSession,
    version: int,
    *,
    whole: bool,
) -> CustomerOut:
    row = await session.get(Customer, customer_id)
    if row is None:
        raise NotFound("customer", customer_id)
    phones = (await labelled_phones(session, [customer_id]))[customer_id]
    lent = await _lent(session, site, me, body)
    given = given_by(body, await form_of(session), sight_of_customers(me), row, phones, lent)
    if me.role == Role.AGENT and row.owner_id not in (None, me.id, given.get("owner_id", row.owner_id)):
        raise invalid("owner", "owner_by_leaders")  # what is kept of a customer is his owner's to see
    actor, shared = actor_of(me, request), body.shared_phones
    row = await customers.change(
        session, actor, customer_id, version, given, site.now(), whole=whole, shared_phones=shared
    )
    return await _answered(session, response, row, me)


async def _answered(session: AsyncSession, response: Response, customer: Customer, me: User) -> CustomerOut:
    etag(response, customer.version)
    return (await shown(session, [customer], await form_of(session), sight_of_customers(me)))[0]
