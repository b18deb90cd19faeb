"""What a site throws away by itself: what has run out, and recordings older than the settings allow."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import CursorResult, and_, delete, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, faxes, jobs, notices
from callroom.actions.settings import read_settings
from callroom.actions.sounds import sound_file
from callroom.core import sms
from callroom.errors import NotFound
from callroom.store.tables import (
    Customer,
    FaxRow,
    IdempotencyKey,
    Job,
    JourneyRow,
    Mailing,
    MailingLetter,
    MessagePart,
    MessageRow,
    NoticeRow,
    Recording,
    Session,
    Voicemail,
    VoicemailBox,
)

KEYS_KEPT = timedelta(hours=24)
JOBS_KEPT = timedelta(days=30)
REPORTS_KEPT = timedelta(days=7)  # of messages that nobody knows
CUSTOMERS_KEPT = timedelta(days=30)  # that somebody deleted
BATCH = 200  # recordings a transaction, so that nobody waits long for the database


async def drop_outdated(session: AsyncSession, now: datetime) -> dict[str, int]:
    """Delete sessions that ran out, and keys, jobs and reports that nobody asks for any more; how many of each."""
    return {
        "sessions": await _delete(session, delete(Session).where(Session.expires_at <= now)),
        "idempotency_keys": await _delete(
            session, delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEYS_KEPT)
        ),
        "notices": await _delete(session, delete(NoticeRow).where(NoticeRow.at < now - notices.KEPT)),
        "reports": await _delete(
            session,
            delete(MessagePart).where(MessagePart.message_id.is_(None), MessagePart.at < now - REPORTS_KEPT),
        ),
        "jobs": await _delete(session, delete(Job).where(Job.state.in_(jobs.OVER), Job.updated_at < now - JOBS_KEPT)),
    }


async def drop_old_recordings(session: AsyncSession, folder: Path, now: datetime) -> int:
    """Delete up to ``BATCH`` recordings older than the site keeps them, oldest first, row and file; how many it were.

    One entry in the operation log tells of all of them. A file that is gone already is no error.
    """
    days: int = (await read_settings(session))[0]["recording_days"]
    if not days:
        return 0
    before = now - timedelta(days=days)
    wanted = select(Recording).where(Recording.started_at < before).order_by(Recording.started_at).limit(BATCH)
    old = list(await session.scalars(wanted))
    if not old:
        return 0
    await session.execute(delete(Recording).where(Recording.id.in_([one.id for one in old])))
    kept = select(Recording.id).where(Recording.journey_id == JourneyRow.id)
    await session.execute(
        update(JourneyRow)
        .where(JourneyRow.id.in_({one.journey_id for one in old}), ~kept.exists())
        .values(has_recording=False)
        .execution_options(synchronize_session=False)
    )
    told = {"count": len(old), "older_than_days": days, "before": before.isoformat()}
    await audit.record(session, audit.SYSTEM, "recordings.expired", now=now, subject=("recording", ""), after=told)
    # Last in the transaction: should the commit fail yet, rows without sound are left, and go the next time.
    await asyncio.to_thread(_remove, folder, [(one.path, one.id) for one in old])
    return len(old)


async def drop_old_voicemails(session: AsyncSession, folder: Path, now: datetime) -> int:
    """Delete up to ``BATCH`` messages older than their boxes keep them, oldest first; how many it were.

    Their rows stay, to be counted. One entry in the operation log tells of all of them.
    """
    boxes = select(VoicemailBox.id, VoicemailBox.retention_days).where(VoicemailBox.retention_days > 0)
    too_old = [
        and_(Voicemail.box_id == box, Voicemail.left_at < now - timedelta(days=days))
        for box, days in await session.execute(boxes)
    ]
    if not too_old:
        return 0
    wanted = select(Voicemail).where(Voicemail.deleted_at.is_(None), or_(*too_old)).order_by(Voicemail.left_at)
    old = list(await session.scalars(wanted.limit(BATCH)))
    if not old:
        return 0
    for one in old:
        one.deleted_at = now
    told = {"count": len(old), "boxes": sorted({one.box_id for one in old})}
    await audit.record(session, audit.SYSTEM, "voicemails.expired", now=now, subject=("voicemail", ""), after=told)
    await asyncio.to_thread(_remove, folder, [(one.path, one.id) for one in old])
    return len(old)


async def drop_old_faxes(session: AsyncSession, folder: Path, now: datetime) -> int:
    """Delete up to ``BATCH`` faxes that are over and older than the site keeps them; how many it were."""
    days: int = (await read_settings(session))[0]["fax_days"]
    if not days:
        return 0
    before = now - timedelta(days=days)
    wanted = select(FaxRow).where(FaxRow.created_at < before, FaxRow.state.in_(faxes.OVER))
    old = list(await session.scalars(wanted.order_by(FaxRow.created_at).limit(BATCH)))
    if not old:
        return 0
    await session.execute(delete(FaxRow).where(FaxRow.id.in_([one.id for one in old])))
    told = {"count": len(old), "older_than_days": days, "before": before.isoformat()}
    await audit.record(session, audit.SYSTEM, "faxes.expired", now=now, subject=("fax", ""), after=told)
    for one in old:
        await asyncio.to_thread(faxes.remove_files, folder, one.path)
    return len(old)


async def drop_old_messages(session: AsyncSession, now: datetime) -> int:
    """Delete up to ``BATCH`` text messages that are over and older than the site keeps them; how many it were."""
    days: int = (await read_settings(session))[0]["message_days"]
    if not days:
        return 0
    before = now - timedelta(days=days)
    old = select(MessageRow.id).where(MessageRow.created_at < before, MessageRow.state.not_in(sms.OPEN))
    ids = list(await session.scalars(old.order_by(MessageRow.created_at).limit(BATCH)))
    if not ids:
        return 0
    for gone in (
        delete(MessagePart).where(MessagePart.message_id.in_(ids)),
        delete(MessageRow).where(MessageRow.id.in_(ids)),
    ):
        await session.execute(gone.execution_options(synchronize_session=False))
    told = {"count": len(ids), "older_than_days": days, "before": before.isoformat()}
    await audit.record(session, audit.SYSTEM, "messages.expired", now=now, subject=("message", ""), after=told)
    return len(ids)


async def drop_old_mailings(session: AsyncSession, now: datetime) -> int:
    """Delete up to ``BATCH`` letters of mailings that are over and older than the site keeps them, and with the last
    ones the mailings; how many letters it were. Who wanted no more mails stays so, and the links in them stay good."""
    days: int = (await read_settings(session))[0]["mail_days"]
    if not days:
        return 0
    before = now - timedelta(days=days)
    going_on = select(Job.id).where(Job.kind == jobs.SEGMENT_MAIL, Job.state.not_in(jobs.OVER))
    over = select(Mailing.id).where(Mailing.created_at < before, Mailing.id.not_in(going_on))
    old = list(await session.scalars(over.order_by(Mailing.created_at).limit(BATCH)))
    if not old:
        return 0
    letter = tuple_(MailingLetter.mailing_id, MailingLetter.customer_id)
    some = select(MailingLetter.mailing_id, MailingLetter.customer_id).where(MailingLetter.mailing_id.in_(old))
    count = await _delete(session, delete(MailingLetter).where(letter.in_(some.limit(BATCH))))
    if count < BATCH:
        await session.execute(delete(Mailing).where(Mailing.id.in_(old)))
        told = {"count": len(old), "older_than_days": days, "before": before.isoformat()}
        await audit.record(session, audit.SYSTEM, "mailings.expired", now=now, subject=("mailing", ""), after=told)
    return count


async def drop_deleted_customers(session: AsyncSession, now: datetime) -> int:
    """Drop up to ``BATCH`` customers, with phones and changes, who were deleted and not brought back in time; how many
    it were. Their calls, orders and records stay, and name nobody."""
    await audit.hold(session)
    old = select(Customer.id).where(Customer.deleted_at < now - CUSTOMERS_KEPT).order_by(Customer.deleted_at)
    ids = list(await session.scalars(old.limit(BATCH)))
    if not ids:
        return 0
    await session.execute(delete(Customer).where(Customer.id.in_(ids)).execution_options(synchronize_session=False))
    told = {"count": len(ids), "customers": ids}
    await audit.record(session, audit.SYSTEM, "customers.expired", now=now, subject=("customer", ""), after=told)
    return len(ids)


def _remove(folder: Path, sounds: list[tuple[str, str]]) -> None:
    for path, id in sounds:
        with suppress(NotFound):  # a file that is gone needs no removing
            sound_file(folder, path, "sound", id).unlink(missing_ok=True)


async def _delete(session: AsyncSession, statement: Any) -> int:
    return cast(CursorResult[Any], await session.execute(statement)).rowcount
