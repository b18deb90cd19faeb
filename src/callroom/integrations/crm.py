"""Asking the site's own customers: by number, by name or company, or by what stands in a unique field of theirs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.customers import form_of, phones_of
from callroom.core.fields import Field, Place, Wrong, parsed, shown, unique_key
from callroom.core.numbers import normalise
from callroom.errors import LookupFailed
from callroom.integrations.filling import Values, filled
from callroom.store.tables import Customer, CustomerPhone, CustomerUnique

FIELDS = {"name": Customer.name, "company": Customer.company}


async def ask_customers(session: AsyncSession, source: Mapping[str, Any], values: Values) -> dict[str, Any]:
    """A customer: id, name, company, tier, memo, phones, and ``values``: by field, what stands in the site's own ones
    as it is written; without those that are masked, for what a flow keeps is shown to agents.

    ``by``: number (usually), name, company or "values.ID" of a unique field; ``value``, a template: what stands there.
    Raises ``LookupFailed``: not_found also when several fit.
    """
    by = str(source.get("by") or "number")
    wanted = filled(str(source.get("value") or ("{{caller}}" if by == "number" else "")), values).strip()
    if not wanted:
        raise LookupFailed("not_found", "nothing to look for")
    form = await form_of(session)
    if by == "number":
        forms = {wanted, normalise(wanted, form.place.country, form.place.area_code)}
        fitting = Customer.id.in_(select(CustomerPhone.customer_id).where(CustomerPhone.number.in_(forms)))
    elif by in FIELDS:
        fitting = func.lower(FIELDS[by]) == wanted.lower()
    elif (field := form.fields.get(by.removeprefix("values."))) is not None and field.unique:
        fitting = _stands_in(field, wanted, form.place)
    else:
        raise LookupFailed("bad_request", f"customers are not found by {by}")
    known = select(Customer).where(fitting, Customer.deleted_at.is_(None))
    found = list(await session.scalars(known.order_by(Customer.id).limit(2)))
    if len(found) != 1:
        raise LookupFailed("not_found", "more than one customer" if found else "no such customer")
    [customer] = found
    language = "zh" if values.get("language") == "zh" else "en"
    return {
        "id": customer.id,
        "name": customer.name,
        "company": customer.company,
        "tier": customer.tier,
        "memo": customer.memo,
        "phones": (await phones_of(session, [customer.id]))[customer.id],
        "values": {
            field.id: shown(field, customer.values.get(field.id), language, form.place)
            for field in form.fields.values()
            if not field.masked
        },
    }


def _stands_in(field: Field, wanted: str, place: Place) -> ColumnElement[bool]:
    value = parsed(field, wanted, place)
    if isinstance(value, Wrong):
        raise LookupFailed("not_found", f"such a value cannot stand in {field.label}")
    key = unique_key(field, value)
    keys = select(CustomerUnique.customer_id).where(CustomerUnique.field_id == field.id, CustomerUnique.value == key)
    return Customer.id.in_(keys)
