"""Asking the site's own customers: by number, or by what stands in one of their fields."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions.customers import phones_of
from callroom.actions.settings import read_settings
from callroom.core.numbers import normalise
from callroom.errors import LookupFailed
from callroom.integrations.filling import Values, filled
from callroom.store.tables import Customer, CustomerPhone

FIELDS = {"name": Customer.name, "company": Customer.company}


async def ask_customers(session: AsyncSession, source: Mapping[str, Any], values: Values) -> dict[str, Any]:
    """A customer: id, name, company, tier, memo, phones. ``by``: number (usually), name or company; ``value``, a
    template, is what stands there. Raises ``LookupFailed``: not_found also when several fit.
    """
    by = str(source.get("by") or "number")
    wanted = filled(str(source.get("value") or ("{{caller}}" if by == "number" else "")), values).strip()
    if not wanted:
        raise LookupFailed("not_found", "nothing to look for")
    if by == "number":
        place, _ = await read_settings(session)
        forms = {wanted, normalise(wanted, place["country"], place["area_code"])}
        fitting = Customer.id.in_(select(CustomerPhone.customer_id).where(CustomerPhone.number.in_(forms)))
    elif by in FIELDS:
        fitting = func.lower(FIELDS[by]) == wanted.lower()
    else:
        raise LookupFailed("bad_request", f"customers are not found by {by}")
    known = select(Customer).where(fitting, Customer.deleted_at.is_(None))
    found = list(await session.scalars(known.order_by(Customer.id).limit(2)))
    if len(found) != 1:
        raise LookupFailed("not_found", "more than one customer" if found else "no such customer")
    [customer] = found
    return {
        "id": customer.id,
        "name": customer.name,
        "company": customer.company,
        "tier": customer.tier,
        "memo": customer.memo,
        "phones": (await phones_of(session, [customer.id]))[customer.id],
    }
