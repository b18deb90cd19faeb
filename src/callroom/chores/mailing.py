"""Mails to all of a segment on their way out: one connection for many, each letter noted before and after."""

from typing import Any

from sqlalchemy import select

from callroom.actions import audit, mailings
from callroom.actions.jobs import WorkFailed
from callroom.actions.mail import Mail
from callroom.actions.mailings import Letter, Pen
from callroom.chores.segments import members_of
from callroom.chores.work import Work
from callroom.errors import MailFailed
from callroom.integrations import mail as outgoing
from callroom.store.database import reading, writing
from callroom.store.tables import Customer, Mailing
from callroom.vault import Vault

AT_ONCE = 500  # letters that are made in one transaction
A_CONNECTION = 50  # mails; many servers take no more by one
MOST_ATTEMPTS = 3  # of a letter that the server refuses for the moment
UNCLEAR = ("mail_timed_out", "mail_cut_off")  # the server may have it


async def mail_to_segment(work: Work) -> dict[str, Any]:
    """Send what is not sent yet; how many letters are in which state."""
    mailing_id, database = work.id, work.database
    async with reading(database) as session:
        mailing = await session.get(Mailing, mailing_id)
    if mailing is None:
        return {}
    if not mailing.gathered:
        await _gather(mailing, work)
    async with writing(database) as session, session.begin():
        await mailings.give_up_unclear(session, mailing_id)
    vault = Vault(work.home)
    async with reading(database) as session:
        people = await mailings.waiting(session, mailing_id)
        pen = await mailings.pen_of(session, audit.Actor(mailing.by_id, mailing.by), vault, work.now())
    for begin in range(0, len(people), A_CONNECTION):
        await _send_some(mailing, pen, people[begin : begin + A_CONNECTION], work)
        await work.progress(min(1.0, (begin + A_CONNECTION) / len(people)))
    async with reading(database) as session:
        if await mailings.waiting(session, mailing_id):
            raise WorkFailed("mail_refused")
        return (await mailings.counts(session, [mailing_id]))[mailing_id]


async def _gather(mailing: Mailing, work: Work) -> None:
    database = work.database
    async with reading(database) as session:
        seqs = await members_of(session, mailing.segment_id, work.now())
    for begin in range(0, len(seqs), AT_ONCE):
        async with writing(database) as session, session.begin():
            some = select(Customer.id).where(Customer.seq.in_(seqs[begin : begin + AT_ONCE]))
            await mailings.gather(session, mailing, list(await session.scalars(some)))
    async with writing(database) as session, session.begin():
        (await session.get_one(Mailing, mailing.id)).gathered = True


async def _send_some(mailing: Mailing, pen: Pen, people: list[str], work: Work) -> None:
    database = work.database
    async with reading(database) as session:
        rows = {row.id: row for row in await session.scalars(select(Customer).where(Customer.id.in_(people)))}
        server = await _server(session, pen.vault)
    letters = [(id, pen.letter(mailing, rows.get(id))) for id in people]
    async with writing(database) as session, session.begin():
        for id, letter in letters:
            if letter.why:
                await mailings.mark(session, mailing.id, id, "left_out", letter.why)
    ready = [letter for _, letter in letters if not letter.why]
    if not ready:
        return
    try:
        async with outgoing.connected(server) as client:
            for letter in ready:
                await _send_one(mailing, letter, client, server, work)
    except MailFailed as failure:
        raise WorkFailed(failure.why, failure.told) from None


async def _server(session: Any, vault: Vault) -> outgoing.MailServer:
    try:
        return await outgoing.mail_server(session, vault)
    except MailFailed as failure:
        raise WorkFailed(failure.why, failure.told) from None


async def _send_one(mailing: Mailing, letter: Letter, client: Any, server: outgoing.MailServer, work: Work) -> None:
    """Raises ``MailFailed`` when no further mail would get through."""

    id, database = letter.customer, work.database

    async def note(state: str, why: str = "") -> None:
        async with writing(database) as session, session.begin():
            await mailings.mark(session, mailing.id, id, state, why)

    mail = Mail((letter.address,), letter.subject, letter.text, unsubscribe=letter.link)
    await note("sending")
    try:
        message = outgoing.compose(server, mail, f"{mailing.id}-{id}", work.home, work.now())
        await outgoing.hand_over(client, message)
    except MailFailed as failure:
        if failure.lasting or failure.why in UNCLEAR:
            await note("failed", failure.why)
        else:
            async with reading(database) as session:
                tried = await mailings.attempts(session, mailing.id, id)
            await note("failed" if tried >= MOST_ATTEMPTS else "waiting", failure.why)
        if failure.why not in ("mail_no_recipient", "mail_refused", "mail_too_large", "mail_unfit"):
            raise
    else:
        await note("sent")
