"""The same text message to many customers: a handful of statements however many they are."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, messages
from callroom.actions.customers import phones_of
from callroom.actions.fields import place_of_site
from callroom.actions.ids import new_id
from callroom.actions.message_places import known_of_all, own_fields
from callroom.actions.messages import Composed, Script, To, Words
from callroom.core.fields import Place
from callroom.core.routing.model import DialPermission
from callroom.errors import CannotSend
from callroom.store.database import insert_for
from callroom.store.tables import Customer, MessageRow, User

_OF_ONE = ("sms_opted_out", "sms_bad_number", "sms_no_number", "sms_not_permitted", "sms_too_long", "sms_incomplete")


@dataclass
class Ready:
    """What may be put in line, and how many were left out by the reason."""

    messages: list[tuple[To, Composed]] = field(default_factory=list[tuple[To, Composed]])
    left_out: Counter[str] = field(default_factory=Counter[str])


async def ready_for(
    session: AsyncSession, customers: Sequence[str], words: Words, sender: User, now: datetime
) -> Ready:
    """To the first phone of each customer in his own words; who is not to be called, wants no messages or cannot be
    reached is left out. Raises ``CannotSend``, ``Invalid`` for what keeps all of them."""
    ids = list(dict.fromkeys(customers))
    columns = (Customer.id, Customer.name, Customer.company, Customer.values, Customer.do_not_call)
    there = select(*columns).where(Customer.id.in_(ids), Customer.deleted_at.is_(None))
    people = {row.id: row for row in await session.execute(there)}
    phones = await phones_of(session, list(people))
    place = await place_of_site(session)
    script, own = await messages.script_of(session, words), await own_fields(session, words.language)
    known = await known_of_all(session, sender, now)
    permission = DialPermission(sender.dial_permission)
    ready, found = Ready(), list[tuple[Any, str]]()
    for id in ids:
        try:
            found.append((people.get(id), _number(people.get(id), phones.get(id, ()), place, permission)))
        except CannotSend as no:
            ready.left_out[no.why] += 1
    refusing = await messages.opted_out(session, [number for _, number in found])
    for person, number in found:
        try:
            if number in refusing:
                raise CannotSend("sms_opted_out")
            ready.messages.append(
                (To(number, person.id), _said(script, known | own.of(person.name, person.company, person.values)))
            )
        except CannotSend as no:
            if no.why not in _OF_ONE:
                raise
            ready.left_out[no.why] += 1
    return ready


def _number(person: Any, phones: Sequence[str], place: Place, permission: DialPermission) -> str:
    """Raises ``CannotSend``."""
    if not phones:
        raise CannotSend("sms_no_number")
    if person.do_not_call:
        raise CannotSend("sms_opted_out")
    number = messages.addressee(phones[0], place.country, place.area_code)
    if not messages.may_reach(number, place.country, place.area_code, permission):
        raise CannotSend("sms_not_permitted")
    return number


def _said(script: Script, known: dict[str, str]) -> Composed:
    """Raises ``CannotSend``, ``Invalid``."""
    composed = script.filled(known)
    if composed.missing and all(name.startswith("customer.") for name in composed.missing):
        raise CannotSend("sms_incomplete")
    messages.check(composed)
    return composed


async def put_many(
    session: AsyncSession, by: audit.Actor, ready: Ready, now: datetime, due: datetime, *, batch: str = ""
) -> int:
    """Put them in line, to go from ``due``; how many are. What ``batch`` put in line before is not put again."""
    rows: list[dict[str, Any]] = []
    for to, composed in ready.messages:
        digest = hashlib.blake2b(f"{batch}:{to.customer}".encode(), digest_size=10).hexdigest()
        row = messages.row_of(f"m_{digest}" if batch else new_id("m"), by, to, composed, now, due, bulk=True)
        rows.append(row | {"batch": batch or None})
    if not rows:
        return 0
    table: Any = MessageRow.__table__
    put = insert_for(session)(table).on_conflict_do_nothing(index_elements=["id"])
    await session.execute(put, rows)
    told = {"messages": len(rows), "template": rows[0]["template_id"], "batch": batch or None}
    await audit.record(session, by, "messages.sent", now=now, after=told)
    return len(rows)
