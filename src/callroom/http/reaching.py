"""Numbers that somebody may use although he may not see them: named by a customer's phone, a call, a message, a fax."""

from typing import NamedTuple

from pydantic import BaseModel, Field, model_validator
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import faxes
from callroom.core.ids import AgentId, JourneyId
from callroom.core.numbers import cleaned
from callroom.errors import NotFound
from callroom.http.follow_ups import task_to_dial
from callroom.http.site import Site
from callroom.store.journeys import in_box, sight_of, visible
from callroom.store.tables import Customer, CustomerPhone, JourneyRow, User, Voicemail

LONGEST_NUMBER = 32
WAYS = ("to", "customer", "journey", "voicemail", "fax", "follow_up")


class Reach(BaseModel):
    """Whom to reach, one of: a number (``to``); a ``customer`` and which of his phones (``field``: its id, or its place
    from 0); a ``journey``, whose other party it is; a ``voicemail``, a ``fax``: who left or sent it, or was sent it; a
    ``follow_up``, whose customer it is."""

    to: str | None = Field(default=None, min_length=1, max_length=LONGEST_NUMBER)
    customer: str | None = Field(default=None, max_length=40)
    field: int | str = Field(default=0, union_mode="left_to_right")
    journey: str | None = Field(default=None, max_length=40)
    voicemail: str | None = Field(default=None, max_length=40)
    fax: str | None = Field(default=None, max_length=40)
    follow_up: str | None = Field(default=None, max_length=40)

    @model_validator(mode="after")
    def _one_of_them(self) -> "Reach":
        if sum(getattr(self, way) is not None for way in WAYS) != 1:
            raise ValueError("one of " + ", ".join(WAYS))
        return self


async def number_of(session: AsyncSession, site: Site, me: User, reach: Reach) -> str:
    """The number as it is stored, or typed; "" for a caller who showed none. Raises ``NotFound``."""
    if reach.customer is not None:
        return await phone_of(session, reach.customer, reach.field)
    if reach.journey is not None:
        return (await other_party(session, site, me, reach.journey)).number
    if reach.voicemail is not None:
        return await _of_voicemail(session, me, reach.voicemail)
    if reach.fax is not None:
        return (await faxes.seen_by(session, me, reach.fax)).number
    if reach.follow_up is not None:
        task = await task_to_dial(session, reach.follow_up, me, site.now())
        return await phone_of(session, task.customer_id or "", 0)
    return reach.to or ""


class OtherParty(NamedTuple):
    number: str
    customer: str | None


async def other_party(session: AsyncSession, site: Site, me: User, journey: str) -> OtherParty:
    """Who is, or was, at the other end of a call that ``me`` may see. Raises ``NotFound``."""
    exchange = site.exchange
    call = exchange.calls.get(JourneyId(journey)) if exchange else None
    if (
        exchange and call and exchange.takes_part(AgentId(me.id), call)
    ):  # of a call that goes on no row may be there yet
        view = call.view
        number = view.from_number if view.direction == "inbound" else view.to_number
        return OtherParty(cleaned(number), view.customer.id if view.customer else None)
    within = visible(session, await sight_of(session, me))
    row = await session.scalar(select(JourneyRow).where(JourneyRow.id == journey, within))
    if row is None:
        raise NotFound("journey", journey)
    return OtherParty(cleaned(row.from_number if row.direction == "inbound" else row.to_number), row.customer_id)


async def phone_of(session: AsyncSession, customer: str, field: int | str) -> str:
    """A customer's phone by its id, or its place from 0. Raises ``NotFound``."""
    phones = select(CustomerPhone.number).join(Customer, Customer.id == CustomerPhone.customer_id)
    phones = phones.where(Customer.id == customer, Customer.deleted_at.is_(None))
    if isinstance(field, int):
        phones = phones.order_by(CustomerPhone.position).offset(min(max(0, field), 1000)).limit(1)
    else:
        phones = phones.where(CustomerPhone.id == field)
    number = await session.scalar(phones)
    if number is None:
        raise NotFound("customer", customer)
    return number


async def _of_voicemail(session: AsyncSession, me: User, voicemail: str) -> str:
    left = select(Voicemail.caller).where(Voicemail.id == voicemail, in_box(await sight_of(session, me)))
    caller = await session.scalar(left)
    if caller is None:
        raise NotFound("voicemail", voicemail)
    return cleaned(caller)
