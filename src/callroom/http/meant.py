"""Numbers that people use without naming, and perhaps without seeing them (CC-17, CC-24)."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.errors import NotFound
from callroom.store.journeys import sight_of, visible
from callroom.store.tables import Customer, CustomerPhone, JourneyRow, User


async def phone_of(session: AsyncSession, customer: str, field: str | int) -> str:
    """A customer's phone by its place, 0 being the first. Raises ``NotFound``."""
    place = int(field) if str(field).isdecimal() else 0
    wanted = (
        select(CustomerPhone.number)
        .join(Customer, Customer.id == CustomerPhone.customer_id)
        .where(Customer.id == customer, Customer.deleted_at.is_(None))
        .order_by(CustomerPhone.position)
        .offset(min(place, 1000))
        .limit(1)
    )
    found = await session.scalar(wanted)
    if found is None:
        raise NotFound("customer", customer)
    return found


async def other_party(session: AsyncSession, me: User, journey: str) -> tuple[JourneyRow, str]:
    """A call within somebody's sight, and the number at its other end. Raises ``NotFound``."""
    within = visible(session, await sight_of(session, me))
    row = await session.scalar(select(JourneyRow).where(JourneyRow.id == journey, within))
    if row is None:
        raise NotFound("journey", journey)
    return row, row.from_number if row.direction == "inbound" else row.to_number
