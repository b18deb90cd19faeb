"""Recordings and messages: heard and deleted. Each hearing is in the operation log, for they are people's voices."""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.errors import NotFound
from callroom.store.tables import AuditEntry, JourneyRow, Recording, Voicemail

# A player asks for one sound in many pieces and again on seeking: within this time it is one hearing.
ONE_HEARING = timedelta(minutes=10)


def sound_file(folder: Path, path: str, kind: str, id: str) -> Path:
    """The wav file that a row's ``path`` (relative, without extension) names.

    Raises ``NotFound`` when it is gone, or when the path leads out of ``folder``.
    """
    root = folder.resolve()
    file = (root / (path if path.endswith(".wav") else f"{path}.wav")).resolve()
    if not file.is_relative_to(root) or not file.is_file():
        raise NotFound(kind, id)
    return file


async def note_hearing(
    session: AsyncSession, by: audit.Actor, kind: str, id: str, now: datetime, *, done: str = "played"
) -> None:
    """Log ``recording.played``, ``voicemail.played`` or ``fax.opened``, once for each hearing or reading."""
    action = f"{kind}.{done}"
    heard = select(AuditEntry.id).where(
        AuditEntry.actor_id == by.id,
        AuditEntry.action == action,
        AuditEntry.subject_id == id,
        AuditEntry.at > now - ONE_HEARING,
    )
    if (await session.scalars(heard.limit(1))).first() is None:
        await audit.record(session, by, action, now=now, subject=(kind, id))


async def mark_heard(session: AsyncSession, by: audit.Actor, voicemail: Voicemail, now: datetime) -> None:
    """Who heard a message first, and when, stays."""
    await session.execute(
        update(Voicemail)
        .where(Voicemail.id == voicemail.id, Voicemail.heard_at.is_(None))
        .values(heard_at=now, heard_by=by.id)
    )


async def delete_recording(
    session: AsyncSession, by: audit.Actor, recording: Recording, folder: Path, now: datetime
) -> None:
    """Delete a recording and its file; the journey stays. A file that is gone already is no error."""
    before = {"journey": recording.journey_id, "started_at": recording.started_at.isoformat()}
    await session.delete(recording)
    await session.flush()
    others = select(Recording.id).where(Recording.journey_id == recording.journey_id).limit(1)
    if (await session.scalars(others)).first() is None:
        await session.execute(
            update(JourneyRow).where(JourneyRow.id == recording.journey_id).values(has_recording=False)
        )
    await audit.record(session, by, "recording.deleted", now=now, subject=("recording", recording.id), before=before)
    _remove(folder, recording.path, "recording", recording.id)


async def delete_voicemail(
    session: AsyncSession, by: audit.Actor, voicemail: Voicemail, folder: Path, now: datetime
) -> None:
    """Delete a message and its file. A file that is gone already is no error; that it was left stays counted."""
    before = {"journey": voicemail.journey_id, "left_at": voicemail.left_at.isoformat()}
    voicemail.deleted_at = now
    await audit.record(session, by, "voicemail.deleted", now=now, subject=("voicemail", voicemail.id), before=before)
    _remove(folder, voicemail.path, "voicemail", voicemail.id)


def _remove(folder: Path, path: str, kind: str, id: str) -> None:
    # Last in the transaction: should the commit fail yet, a row without sound is left, which says so when played;
    # the other way about, a voice that somebody deleted would stay on the disk unseen.
    with suppress(NotFound):  # a file that is gone needs no removing
        sound_file(folder, path, kind, id).unlink(missing_ok=True)
