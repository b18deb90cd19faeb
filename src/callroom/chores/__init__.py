"""What the worker does: a function for each kind of job, begun anew when a worker dies in the midst of it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import (
    audit,
    configured,
    customer_edits,
    customer_fields,
    customer_imports,
    customer_rules,
    customers,
    erasing,
    faxes,
    housekeeping,
    jobs,
    mail,
    persons,
    voicemail_mail,
)
from callroom.actions.jobs import WorkFailed
from callroom.actions.webhooks import secret_of
from callroom.chores.imports import read_import, run_import, undo_import
from callroom.chores.mailing import mail_to_segment
from callroom.chores.segments import write_to_segment
from callroom.chores.work import Handler, Work
from callroom.errors import Invalid, MailFailed, NotFound, SecretLost
from callroom.integrations import mail as outgoing
from callroom.integrations.webhook import call_webhook
from callroom.media.fax_pages import CoverNotWritable, LockedPdf, NotAPdf, TooManyPages, to_pdf, to_tiff
from callroom.store.database import reading, writing
from callroom.store.tables import Customer, FaxRow
from callroom.store.upkeep import tidy_customers
from callroom.vault import Vault

OFFER_COUNTS = timedelta(minutes=5)  # in which another system is told of it


async def keep_house(work: Work) -> dict[str, Any]:
    """Throw away what has run out; how many of each."""
    async with writing(work.database) as session, session.begin():
        dropped = await housekeeping.drop_outdated(session, work.now())
    await work.progress(0.1)
    recordings, sent = work.home / "recordings", work.home / "faxes"
    for name, drop in (
        ("recordings", partial(housekeeping.drop_old_recordings, folder=recordings)),
        ("voicemails", partial(housekeeping.drop_old_voicemails, folder=recordings)),
        ("faxes", partial(housekeeping.drop_old_faxes, folder=sent)),
        ("messages", housekeeping.drop_old_messages),
        ("letters", housekeeping.drop_old_mailings),
        ("customers", housekeeping.drop_deleted_customers),
    ):
        dropped[name] = 0
        while True:
            async with writing(work.database) as session, session.begin():
                count = await drop(session, now=work.now())
            dropped[name] += count
            if count < housekeeping.BATCH:
                break
            await work.progress(0.5)  # how many there are yet is not worth a count of the whole table
    async with writing(work.database) as session, session.begin():
        dropped["imports"] = await customer_imports.forget_unused(session, work.home, work.now())
    return dropped


async def send_mail(work: Work) -> dict[str, Any]:
    """Send one mail of the outbox; who of its readers was refused by the mail server, if not all were."""
    return {"pii_refused": await _sent(work, mail.mail_of(work.arguments))}


async def _sent(work: Work, message: mail.Mail) -> list[str]:
    try:
        return await outgoing.send(work.id, message, work.database, work.home, work.now())
    except MailFailed as failure:
        raise WorkFailed(failure.why, failure.told, failure.lasting) from None


async def tell_by_webhook(work: Work) -> dict[str, Any]:
    try:
        async with reading(work.database) as session:
            secret = await secret_of(session, Vault(work.home))
    except SecretLost:
        raise WorkFailed("webhook_secret_lost", lasting=True) from None
    return await call_webhook(work.id, work.arguments, secret, work.now())


async def tell_of_offer(work: Work) -> dict[str, Any]:
    """Who hears of an offer only when it is long over opens nothing, and newer ones wait behind it."""
    if work.now() - datetime.fromisoformat(work.arguments["body"]["at"]) > OFFER_COUNTS:
        raise WorkFailed("offer_over", lasting=True)
    return await tell_by_webhook(work)


async def send_voicemail(work: Work) -> dict[str, Any]:
    """Send a message to the address of its box; nothing when it was deleted, or the address taken away, meanwhile."""
    async with reading(work.database) as session:
        message = str(work.arguments["voicemail"])
        composed = await voicemail_mail.compose(session, message, work.home / "recordings")
    if composed is None:
        return {"sent": False}
    refused = await _sent(work, composed)
    async with writing(work.database) as session, session.begin():
        await voicemail_mail.sent(session, message, work.home / "recordings", work.now())
    return {"sent": True, "pii_refused": refused}


async def prepare_fax(work: Work) -> dict[str, Any]:
    """Make the pages of a fax what they are needed as: a PDF of one that came in, dots of one that goes out."""
    fax_id = work.id.removeprefix(jobs.FAX_JOB)
    async with reading(work.database) as session:
        row = await session.get(FaxRow, fax_id)
    if row is None or row.state not in faxes.PREPARED:
        return {}
    file = work.home / "faxes" / row.path
    tiff, pdf = file.with_name(f"{file.name}.tif"), file.with_name(f"{file.name}.pdf")
    pages, fault = 0, ""
    try:
        pages = await (to_pdf(tiff, pdf) if row.direction == "in" else to_tiff(pdf, tiff, cover=row.cover))
    except CoverNotWritable:
        fault = "cover"
    except (NotAPdf, LockedPdf, TooManyPages):
        fault = "file"
    async with writing(work.database) as session, session.begin():
        await faxes.prepared(session, fax_id, work.now(), pages=pages, fault=fault)
    return {"pages": pages, "fault": fault}


async def change_field(work: Work) -> dict[str, Any]:
    """Give a field of customers another type, with all that stands in it."""
    by, values = audit.Actor(*work.arguments["by"]), work.arguments["values"]
    async with reading(work.database) as session:
        row = await configured.get(session, customer_fields.KIND, work.arguments["field"])
        before, after, place = await customer_fields.both(session, row, values)
        found = await customer_fields.examine(session, before, after, place)
    told = {"filled": found.filled, "lost": found.lost, "twice": found.twice}
    refused = found.twice or (found.lost and not work.arguments["lose"])
    if not refused:
        async with writing(work.database) as session, session.begin():
            await customer_fields.begin(session, row.id)

        async def convert(session: AsyncSession, last: int) -> int:
            return await customer_fields.convert_some(session, by, before, after, place, last, work.now())

        await _through_customers(work, convert)
    async with writing(work.database) as session, session.begin():
        await customer_fields.finish(session, by, row.id, None if refused else values, work.now())
    if refused:
        raise WorkFailed("values_stand_twice" if found.twice else "values_would_be_lost", str(told), lasting=True)
    return told


async def refile_customers(work: Work) -> dict[str, Any]:
    """Make anew what all customers are found by."""

    async def refile(session: AsyncSession, last: int) -> int:  # by the fields as they are then: some may be new
        return await customer_fields.refile_some(session, await customers.form_of(session), last)

    await _through_customers(work, refile)
    return {}


async def _through_customers(work: Work, some: Callable[[AsyncSession, int], Awaitable[int]]) -> None:
    """All customers, ``some`` in each transaction: from those after a number to the one whose it returns, 0 when there
    were no more. Who edits one of them meanwhile waits, instead of being overwritten."""
    async with reading(work.database) as session:
        most = await session.scalar(select(func.max(Customer.seq))) or 1
    last = 0
    while True:
        async with writing(work.database) as session, session.begin():
            await audit.hold(session)
            last = await some(session, last)
        if not last:
            await tidy_customers(work.database, most)
            return
        await work.progress(min(last / most, 1.0))


async def edit_customers(work: Work) -> dict[str, Any]:
    """Change many customers; how many were changed. Goes on where a worker that died has left it."""
    async with reading(work.database) as session:
        last, changed = await customer_edits.last_changed(session, work.id)
    seen = changed
    while True:
        try:
            async with writing(work.database) as session, session.begin():
                step = await customer_edits.change_some(session, work.arguments, work.id, last, seen, work.now())
        except Invalid as error:  # an owner or a field has gone meanwhile
            raise WorkFailed("cannot_be_written", str(error), lasting=True) from None
        if not step.last:
            await tidy_customers(work.database, changed)
            return {"changed": changed}
        last, seen, changed = step.last, seen + step.seen, changed + step.changed
        await work.progress(min(1.0, seen / max(1, work.arguments["count"])))


async def erase_person(work: Work) -> dict[str, Any]:
    """Erase a customer with all that is about him."""
    try:
        async with reading(work.database) as session:
            person = await persons.person_of(session, work.arguments["customer"])
    except NotFound:
        return {}  # a worker that died then had done it
    async with reading(work.database) as session:
        told = person.numbers or (person.customer.name,)
        files = await customer_imports.telling_of(session, work.home, told)
    async with writing(work.database) as session, session.begin():
        await customer_imports.forget_files(session, work.home, files, work.now())
        await erasing.drop_rows(session, person, work.home, work.now())
    while True:
        async with writing(work.database) as session, session.begin():
            if not await erasing.scrub_calls(session, person):
                break
    tables = erasing.tables_to_look_through()
    for done, table in enumerate(tables):
        async with writing(work.database) as session, session.begin():
            await erasing.scrub_others(session, person, table)
        await work.progress((done + 1) / (len(tables) + 1))
    async with writing(work.database) as session, session.begin():
        await erasing.finish(session, audit.Actor(*work.arguments["by"]), person, work.now())
    return {}


async def file_by_rules(work: Work) -> dict[str, Any]:
    """File all customers by the rules, or say what that would do when one of them were a draft; the counts of it."""
    apply, draft = bool(work.arguments.get("apply")), work.arguments.get("draft")
    now = work.now()
    async with reading(work.database) as session:
        rules = await customer_rules.rules_now(session, draft, work.arguments.get("rule"))
        marks = await customer_rules.marks_of(session, rules, now)
    told = customer_rules.Told(fits={rule.id: mark.count(1) for rule, mark in zip(rules, marks, strict=True)})
    most, last = max((len(mark) for mark in marks), default=1), 0
    while rules:
        async with reading(work.database) as session:
            piece = await customer_rules.piece_after(session, marks, last)
        if piece is None:
            break
        last = piece.last
        told.customers += piece.looked_at
        changing = [(row, found) for row in piece.rows if (found := customer_rules.decided(row, rules, marks)).because]
        for row, found in changing:
            customer_rules.note(told, row, found, rules)
        if apply and changing:
            async with writing(work.database) as session, session.begin():
                seqs = [row.seq for row, _ in changing]
                await customer_rules.apply_some(session, rules, marks, seqs, work.id, work.now())
        await work.progress(min(last / most, 1.0))
    if apply:
        async with writing(work.database) as session, session.begin():
            await customer_rules.finished(session, audit.SYSTEM, told, work.now())
        await tidy_customers(work.database, told.changed)
    return told.document(with_examples=not apply)


HANDLERS: Mapping[str, Handler] = {
    jobs.HOUSEKEEPING: keep_house,
    jobs.MAIL: send_mail,
    jobs.VOICEMAIL_MAIL: send_voicemail,
    jobs.WEBHOOK: tell_by_webhook,
    jobs.OFFER_WEBHOOK: tell_of_offer,
    jobs.FAX: prepare_fax,
    jobs.CUSTOMER_FIELD: change_field,
    jobs.CUSTOMER_INDEX: refile_customers,
    jobs.CUSTOMER_EDIT: edit_customers,
    jobs.ERASE: erase_person,
    jobs.IMPORT_READ: read_import,
    jobs.IMPORT_RUN: run_import,
    jobs.IMPORT_UNDO: undo_import,
    jobs.CUSTOMER_RULES: file_by_rules,
    jobs.SEGMENT_MESSAGES: write_to_segment,
    jobs.SEGMENT_MAIL: mail_to_segment,
}
