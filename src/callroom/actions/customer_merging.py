"""Customers who are the same one, found and made one: who is merged into another leaves him all that is about him.

He does not stay as a deleted one: what is erased of a person must not be left with a double of his.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, customers
from callroom.actions.configured import tell
from callroom.actions.customers import COLUMNS, VALUE, Phone, form_of, labelled_phones
from callroom.core.customers import MOST_PHONES, MOST_TAGS
from callroom.errors import ChangedMeanwhile, invalid
from callroom.store.tables import (
    Customer,
    CustomerChange,
    CustomerPhone,
    FollowUp,
    JourneyRow,
    Memo,
    MessageRow,
    Order,
    Record,
)

MOST_GROUPS = 50
_LEFT = (Record, Order, Memo, FollowUp, MessageRow)  # with calls and changes all that names a customer


async def doubles(session: AsyncSession, by: str) -> list[list[str]]:
    """Ids of customers who may be the same one, oldest first: ``by`` "phone" that they share, or "name" and company."""
    groups: list[list[str]] = []
    for same in await _shared(session, by):
        found = list(await session.scalars(same.order_by(Customer.seq).limit(20)))
        if found not in groups:  # two who share two phones
            groups.append(found)
    return groups


async def _shared(session: AsyncSession, by: str) -> list[Select[str]]:
    alive = Customer.deleted_at.is_(None)
    if by == "phone":
        twice = (
            select(CustomerPhone.number)
            .join(Customer, Customer.id == CustomerPhone.customer_id)
            .where(alive)
            .group_by(CustomerPhone.number)
            .having(func.count() > 1)
            .order_by(CustomerPhone.number)
            .limit(MOST_GROUPS)
        )
        return [
            select(Customer.id)
            .join(CustomerPhone, CustomerPhone.customer_id == Customer.id)
            .where(alive, CustomerPhone.number == number)
            for number in await session.scalars(twice)
        ]
    alike = (
        select(Customer.name, Customer.company)
        .where(alive)
        .group_by(Customer.name, Customer.company)
        .having(func.count() > 1)
        .order_by(Customer.name, Customer.company)
        .limit(MOST_GROUPS)
    )
    return [
        select(Customer.id).where(alive, Customer.name == name, Customer.company == company)
        for name, company in await session.execute(alike)
    ]


async def merge(
    session: AsyncSession,
    by: audit.Actor,
    customer_id: str,
    version: int,
    others: Sequence[str],
    chosen: Mapping[str, str],
    now: datetime,
) -> Customer:
    """Make one of several: ``customer_id`` stays. ``chosen``: by what changes are named, whose value it is to be; where
    nothing is chosen he keeps his, or gets the first that one of the others has. Phones and tags are all kept; who
    wanted no mails wants none.

    Raises ``NotFound``, ``ChangedMeanwhile``, ``Invalid`` for too many phones, and for a choice that is none.
    """
    await audit.hold(session)
    row = await customers.get(session, customer_id)
    if row.version != version:
        raise ChangedMeanwhile(row.version)
    ids = [id for id in dict.fromkeys(others) if id != row.id]
    if not ids:
        raise invalid("others", "missing")
    gone = [await customers.get(session, id) for id in ids]
    given = await _together(session, row, gone, chosen)
    for one in gone:
        what = {"merged": (await customers.picture(session, one), None)}
        await customers.remember(session, by, one, what, now)
    # without the batch: who takes an edit or an import back would put what stood with them into him
    theirs = update(CustomerChange).where(CustomerChange.customer_id.in_(ids))
    await session.execute(theirs.values(customer_id=row.id, version=0, batch=None))
    for table in _LEFT:
        await session.execute(update(table).where(table.customer_id.in_(ids)).values(customer_id=row.id))
    named = {"id": row.id, "name": given.get("name", row.name), "tier": given.get("tier", row.tier)}
    calls = select(JourneyRow).where(JourneyRow.customer_id.in_(ids))
    for call in await session.scalars(calls.with_for_update()):  # the journal may be writing one of them
        call.customer_id, call.document = row.id, call.document | {"customer": named}
    await session.flush()
    await session.execute(delete(Customer).where(Customer.id.in_(ids)).execution_options(synchronize_session=False))
    row = await customers.change(session, by, row.id, version, given, now, shared_phones=True)
    await audit.record(session, by, "customer.merged", now=now, subject=("customer", row.id), after={"customers": ids})
    tell(session, "customers")
    return row


async def _together(
    session: AsyncSession, row: Customer, gone: Sequence[Customer], chosen: Mapping[str, str]
) -> dict[str, Any]:
    """What the one who stays is changed to."""
    everybody = [row, *gone]
    pictures = {one.id: await customers.picture(session, one) for one in everybody}
    form = await form_of(session)
    names = [*(name for name in COLUMNS if name not in ("tags", "no_mail")), *(VALUE + id for id in form.fields)]
    for name, whose in chosen.items():
        if name not in names or whose not in pictures:
            raise invalid("chosen", "no_such_field")
    given: dict[str, Any] = {"values": {}}
    for name in names:
        told = [pictures[one.id].get(name) for one in everybody]
        value = pictures[chosen[name]].get(name) if name in chosen else next((one for one in told if one), told[0])
        if value == told[0]:
            continue
        if name.startswith(VALUE):
            given["values"][name.removeprefix(VALUE)] = value
        else:
            given[name] = value
    phones = await labelled_phones(session, [one.id for one in everybody])
    all_phones: dict[str, Phone] = {}
    for one in (phone for id in pictures for phone in phones[id]):
        all_phones.setdefault(one.number, Phone(one.number, one.label))
    given["phones"] = list(all_phones.values())
    if len(given["phones"]) > MOST_PHONES:
        raise invalid("phones", "too_long", max_length=MOST_PHONES)
    tags: dict[str, str] = {}
    for tag in (tag for one in everybody for tag in one.tags):
        tags.setdefault(tag.casefold(), tag)
    given["tags"] = list(tags.values())[:MOST_TAGS]
    given["no_mail"] = any(one.no_mail for one in everybody)
    return given
