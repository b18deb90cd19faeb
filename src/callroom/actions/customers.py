"""Customers: made, changed, deleted. Each phone belongs to one customer, or a caller could not be told by it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.configured import Kind, Values
from callroom.errors import Taken
from callroom.store.tables import Customer, CustomerPhone


class Customers(Kind[Customer]):
    """``phones`` are normalised, the one to dial first comes first. His calls stay when a customer goes."""

    table = Customer
    name = "customer"
    plural = "customers"
    prefix = "c"
    unique = ()
    beside = ("phones",)

    async def check(self, session: AsyncSession, values: Values, row: Customer | None) -> None:
        """Raises ``Taken`` when a phone is another customer's."""
        values["phones"] = list(dict.fromkeys(values["phones"]))
        others = select(CustomerPhone.number).where(CustomerPhone.number.in_(values["phones"]))
        if row is not None:
            others = others.where(CustomerPhone.customer_id != row.id)
        number = await session.scalar(others.limit(1))
        if number is not None:
            raise Taken("phones", number)

    async def stored(
        self, session: AsyncSession, by: audit.Actor, row: Customer, beside: Values, now: datetime, *, fresh: bool
    ) -> None:
        await session.execute(delete(CustomerPhone).where(CustomerPhone.customer_id == row.id))
        session.add_all(
            CustomerPhone(customer_id=row.id, number=number, position=position)
            for position, number in enumerate(beside["phones"])
        )
        await session.flush()

    async def seen(self, session: AsyncSession, row: Customer) -> Values:
        return await super().seen(session, row) | {"phones": (await phones_of(session, [row.id]))[row.id]}


async def phones_of(session: AsyncSession, customers: Sequence[str]) -> dict[str, list[str]]:
    """Each customer's phones, in their order."""
    phones: dict[str, list[str]] = {customer: [] for customer in customers}
    found = await session.execute(
        select(CustomerPhone.customer_id, CustomerPhone.number)
        .where(CustomerPhone.customer_id.in_(customers))
        .order_by(CustomerPhone.position)
    )
    for customer, number in found:
        phones[customer].append(number)
    return phones
