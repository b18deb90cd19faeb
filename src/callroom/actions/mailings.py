"""The same mail to all of a segment: written once, filled for each, one letter for each customer.

Who wants no mails, is not to be disturbed or has no address is left out; each mail has a link by which its reader is
left out from then on. The worker sends them (``chores.mailing``).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, customers, jobs
from callroom.actions.customer_edits import write
from callroom.actions.customer_filters import filter_from
from callroom.actions.customers import Form, form_of
from callroom.actions.mail import is_address, read_mail_settings
from callroom.actions.message_places import KNOWN, OwnFields, known_of_all, own_fields
from callroom.actions.segments import meant, not_many_more
from callroom.actions.settings import read_settings
from callroom.core.customers import facets_of
from callroom.core.fields import FieldType
from callroom.core.ivr.templates import fill, names_in
from callroom.errors import MailFailed, NotFound, SecretLost, invalid
from callroom.store.customers import Sight, Wanted, all_of, search_for
from callroom.store.database import insert_for, on_postgresql
from callroom.store.tables import Customer, Mailing, MailingLetter, Segment, User
from callroom.vault import Vault

PATH = "/unsubscribe/"
HIMSELF = audit.Actor(None, "unsubscribe")  # who follows the link
_PURPOSE = "no-mail:"
FOOT = {"zh": "\n\n——\n不想再收到这类邮件，请点击：{link}\n", "en": "\n\n--\nTo get no more mails like this: {link}\n"}


@dataclass(frozen=True, slots=True)
class Reach:
    """How many ``customers`` a segment has, and whom a mail cannot go to, each counted once by what comes first."""

    customers: int
    opted_out: int
    do_not_call: int
    no_address: int

    @property
    def reachable(self) -> int:
        return self.customers - self.opted_out - self.do_not_call - self.no_address


@dataclass(frozen=True, slots=True)
class Letter:
    """A mailing as one customer gets it. ``why``: for what reason he is left out; "": he gets it."""

    customer: str
    address: str = ""
    subject: str = ""
    text: str = ""
    link: str = ""  # where he says that he wants no more
    why: str = ""


def address_of(form: Form, row: Customer) -> str:
    """What stands in the first field for an address that he has filled; "": none."""
    found = (row.values.get(field.id) for field in form.fields.values() if field.type is FieldType.EMAIL)
    return next((str(one) for one in found if one and is_address(str(one))), "")


async def reach_of(session: AsyncSession, segment: Segment, now: datetime) -> Reach:
    """Counted by the database."""
    form = await form_of(session)
    stands = [Customer.values[one.id].as_string() for one in form.fields.values() if one.type is FieldType.EMAIL]
    address: Any = func.coalesce(*stands, literal("")) if stands else literal("")
    state = case(
        (Customer.no_mail, "opted_out"),
        (Customer.do_not_call, "do_not_call"),
        (address == "", "no_address"),
        else_="reachable",
    ).label("state")
    found = (await meant(session, filter_from(segment.conditions), now)).subquery()
    each = select(state).join(found, found.c.seq == Customer.seq).subquery()
    counted = select(each.c.state, func.count()).group_by(each.c.state)
    counts = {name: count for name, count in await session.execute(counted)}
    return Reach(sum(counts.values()), *(counts.get(name, 0) for name in ("opted_out", "do_not_call", "no_address")))


@dataclass(frozen=True, slots=True)
class Pen:
    """What a mailing is filled with, and how its link is made."""

    own: OwnFields
    known: dict[str, str]
    pages: str  # where the site is reached, without a slash
    vault: Vault

    def names(self) -> set[str]:
        """What a text may ask for."""
        return {*KNOWN, *self.own.of("", "", {})}

    def letter(self, mailing: Mailing, row: Customer | None) -> Letter:
        if row is None or row.deleted_at is not None:
            return Letter("", why="gone")
        address = address_of(self.own.form, row)
        if row.no_mail or row.do_not_call or not address:
            why = "opted_out" if row.no_mail else "do_not_call" if row.do_not_call else "no_address"
            return Letter(row.id, why=why)
        values = self.known | self.own.of(row.name, row.company, row.values)
        if any(not values.get(name, "").strip() for name in names_in(mailing.subject + mailing.text)):
            return Letter(row.id, why="incomplete")
        sealed = self.vault.seal(f"{_PURPOSE}{row.id}:{address}")  # nobody can make it up
        link = f"{self.pages}{PATH}{sealed}"
        text = fill(mailing.text, values) + FOOT[self.own.language].format(link=link)
        return Letter(row.id, address, fill(mailing.subject, values), text, link)


async def pen_of(session: AsyncSession, by: audit.Actor, vault: Vault, now: datetime) -> Pen:
    settings, _ = await read_settings(session)
    sender = await session.get(User, by.id) if by.id else None
    known = await known_of_all(session, sender, now)
    own = await own_fields(session, settings["language"])
    return Pen(own, known, settings["page_address"].rstrip("/"), vault)


async def check(session: AsyncSession, pen: Pen, subject: str, text: str) -> None:
    """Raises ``MailFailed`` where no mail can be sent, ``Invalid`` for what cannot be filled, or has no way back."""
    if not (await read_mail_settings(session))[0]["host"]:
        raise MailFailed("mail_not_set_up")
    if not pen.pages:
        raise invalid("text", "no_page_address")
    for field, words in (("subject", subject), ("text", text)):
        if not words.strip():
            raise invalid(field, "missing")
        if unknown := [name for name in names_in(words) if name not in pen.names()]:
            raise invalid(field, "unknown_placeholder", name=unknown[0][:40])


async def example(session: AsyncSession, segment: Segment, mailing: Mailing, pen: Pen, now: datetime) -> Letter:
    """As one of the customers would get it; of the first, when none can."""
    found = (await meant(session, filter_from(segment.conditions), now)).subquery()
    rows = await session.scalars(select(Customer).join(found, found.c.seq == Customer.seq).limit(50))
    letters = [pen.letter(mailing, row) for row in rows]
    return next((one for one in letters if not one.why), letters[0] if letters else Letter(""))


async def send(
    session: AsyncSession, by: audit.Actor, segment: Segment, subject: str, text: str, expected: int, vault: Vault,
    now: datetime,
) -> Mailing:  # fmt: skip
    """Let the worker write to all of a segment. ``expected``: how many can be reached, as the sender was told.

    Raises ``MailFailed``, ``Invalid``."""
    await check(session, await pen_of(session, by, vault, now), subject, text)
    reach = await reach_of(session, segment, now)
    not_many_more(reach.reachable, expected)
    job = await jobs.enqueue(session, by, jobs.SEGMENT_MAIL, {}, now)
    row = Mailing(
        id=job.id, created_at=now, by_id=by.id, by=by.name, segment_id=segment.id, segment=segment.name,
        subject=subject, text=text,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    await audit.record(
        session, by, "mailing.created", now=now, subject=("mailing", row.id), after={"segment": segment.name}
    )
    return row


async def cancel(session: AsyncSession, by: audit.Actor, mailing_id: str, now: datetime) -> None:
    """Who has his mail keeps it; nobody else gets one. Raises ``NotFound``, ``NotNow``."""
    if await session.get(Mailing, mailing_id) is None:
        raise NotFound("mailing", mailing_id)
    await jobs.cancel(session, by, mailing_id, now)


# ---------------------------------------------------------------- what the worker does


async def gather(session: AsyncSession, mailing: Mailing, customers_ids: Sequence[str]) -> None:
    """A letter for each; who has one keeps it."""
    if customers_ids:
        insert = insert_for(session)
        rows = [
            {"mailing_id": mailing.id, "customer_id": id, "state": "waiting", "why": "", "attempts": 0}
            for id in customers_ids
        ]
        put = insert(MailingLetter).on_conflict_do_nothing(index_elements=["mailing_id", "customer_id"])
        await session.execute(put, rows)


async def waiting(session: AsyncSession, mailing_id: str) -> list[str]:
    """The customers who have no mail yet."""
    letters = select(MailingLetter.customer_id).where(
        MailingLetter.mailing_id == mailing_id, MailingLetter.state == "waiting"
    )
    return list(await session.scalars(letters.order_by(MailingLetter.attempts, MailingLetter.customer_id)))


async def mark(session: AsyncSession, mailing_id: str, customer: str, state: str, why: str = "") -> None:
    letter = (MailingLetter.mailing_id == mailing_id, MailingLetter.customer_id == customer)
    values: dict[str, Any] = {"state": state, "why": why}
    if state == "sending":
        values["attempts"] = MailingLetter.attempts + 1
    await session.execute(update(MailingLetter).where(*letter).values(values))


async def attempts(session: AsyncSession, mailing_id: str, customer: str) -> int:
    return (await session.get_one(MailingLetter, (mailing_id, customer))).attempts


async def give_up_unclear(session: AsyncSession, mailing_id: str) -> None:
    """A worker died while the mail server had these: nobody gets a mail twice."""
    unclear = (MailingLetter.mailing_id == mailing_id, MailingLetter.state == "sending")
    await session.execute(update(MailingLetter).where(*unclear).values(state="failed", why="unclear"))


async def counts(session: AsyncSession, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Of each mailing how many letters are in which state; of those left out or failed by the reason too."""
    row = MailingLetter
    counted = select(row.mailing_id, row.state, row.why, func.count()).where(row.mailing_id.in_(ids))
    found: dict[str, dict[str, int]] = {id: {} for id in ids}
    for id, state, why, count in await session.execute(counted.group_by(row.mailing_id, row.state, row.why)):
        found[id][state] = found[id].get(state, 0) + count
        if state in ("left_out", "failed"):
            found[id][why] = found[id].get(why, 0) + count
    return found


# ---------------------------------------------------------------- his own choice


async def opt_out(session: AsyncSession, vault: Vault, token: str, now: datetime) -> None:
    """The reader of a mail wants no more of them: the customer to whom it went, also when he is deleted, for he may be
    brought back, and whoever else has his address, for he may have been merged or stand there twice.

    Raises ``NotFound`` for a link that we did not make."""
    try:
        told = await asyncio.to_thread(vault.open, token)
    except SecretLost:
        raise NotFound("link", "") from None
    if not told.startswith(_PURPOSE):
        raise NotFound("link", "")
    id, _, address = told.removeprefix(_PURPOSE).partition(":")
    await audit.hold(session)
    form = await form_of(session)
    known = or_(Customer.id == id, Customer.seq.in_(await _with(session, form, address)))
    wanted = select(Customer).where(known, Customer.no_mail.is_(False)).order_by(Customer.seq)
    for row in list(await session.scalars(wanted)):
        if row.deleted_at is None:
            await customers.change(session, HIMSELF, row.id, row.version, {"no_mail": True}, now)
        else:
            await write(session, HIMSELF, form, [(row, {"no_mail": True})], now)


async def _with(session: AsyncSession, form: Form, address: str) -> list[int]:
    """The numbers (``seq``) of those who have an address, deleted ones too."""
    fields = [one for one in form.fields.values() if one.type is FieldType.EMAIL]
    tokens = [token for field in fields for token in facets_of(field, address)]
    if not address or not tokens:
        return []
    found: list[int] = []
    on, place = on_postgresql(session), (form.place.country, form.place.area_code)
    for deleted in (False, True):
        search = search_for(Wanted(facets=[tokens], deleted=deleted), Sight(), place, postgresql=on)
        found += await session.scalars(all_of(search, postgresql=on))
    return found
