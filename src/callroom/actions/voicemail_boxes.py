"""Voicemail boxes: their settings, greetings and PINs. A box is there with its queue or extension; a row only once
somebody changed something."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.configured import must_exist, tell
from callroom.core.guesses import GuessKind, Lock
from callroom.core.mailboxes import LONGEST_PIN, SHORTEST_PIN, Moment, pin_fits
from callroom.errors import ChangedMeanwhile, NotFound, invalid
from callroom.store.tables import Extension, PinLock, Prompt, Queue, VoicemailBox

HASHER = PasswordHasher()  # argon2id with the library's defaults (RFC 9106, second recommendation)
SETTINGS = ("asks_pin", "longest_seconds", "email", "attach_audio", "delete_after_mail", "retention_days")
_SUBJECT = "voicemail_box"


async def box_of(session: AsyncSession, box_id: str) -> VoicemailBox:
    """The box as it is; one nobody changed yet has version 0. Raises ``NotFound``."""
    if (row := await session.get(VoicemailBox, box_id)) is not None:
        return row
    if await session.scalar(select(Queue.id).where(Queue.id == box_id)) is not None:
        return plain_box(box_id, "queue")
    extension = select(Extension.id).where(Extension.id == box_id, Extension.voicemail)
    if await session.scalar(extension) is not None:
        return plain_box(box_id, "extension")
    raise NotFound(_SUBJECT, box_id)


def plain_box(box_id: str, kind: str) -> VoicemailBox:
    """As boxes are by default."""
    return VoicemailBox(
        id=box_id,
        version=0,
        kind=kind,
        pin_hash="",
        asks_pin=True,
        longest_seconds=180,
        email="",
        attach_audio=True,
        delete_after_mail=False,
        retention_days=0,
        greetings={},
    )


async def replace_box(
    session: AsyncSession, by: audit.Actor, box_id: str, version: int, values: Mapping[str, Any], now: datetime
) -> VoicemailBox:
    """Give a box new settings. Raises ``NotFound``, ``ChangedMeanwhile``, ``Invalid``."""
    await audit.hold(session)
    row = await box_of(session, box_id)
    if row.version != version:
        raise ChangedMeanwhile(row.version)
    if values["delete_after_mail"] and not (values["email"] and values["attach_audio"]):
        raise invalid("delete_after_mail", "needs_attached_mail")
    before = _seen(row)
    for name in SETTINGS:
        setattr(row, name, values[name])
    await _write(session, by, row, before, "voicemail_box.updated", now)
    return row


async def set_pin(session: AsyncSession, by: audit.Actor, box_id: str, pin: str, now: datetime) -> VoicemailBox:
    """Set a PIN; "": the box has none any more. Raises ``NotFound``, ``Invalid``."""
    if pin and not pin_fits(pin):
        raise invalid("pin", "weak_pin", shortest=SHORTEST_PIN, longest=LONGEST_PIN)
    hashed = await asyncio.to_thread(HASHER.hash, pin) if pin else ""
    await audit.hold(session)
    row = await box_of(session, box_id)
    before = _seen(row)
    row.pin_hash = hashed
    await session.execute(delete(PinLock).where(PinLock.kind == "account", PinLock.name == box_id))
    await _write(session, by, row, before, "voicemail_box.pin_changed", now)
    return row


async def pin_is(session: AsyncSession, box_id: str, pin: str) -> bool:
    row = await session.get(VoicemailBox, box_id)
    if row is None or not row.pin_hash:
        return False
    try:
        return await asyncio.to_thread(HASHER.verify, row.pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False


async def keep_locks(session: AsyncSession, locks: list[Lock], now: datetime) -> None:
    """Remember who is locked out after too many wrong PINs; what is over is forgotten."""
    await session.execute(delete(PinLock).where(PinLock.until <= now))
    for lock in locks:
        await session.merge(PinLock(kind=lock.kind, name=lock.name, until=now + timedelta(seconds=lock.seconds)))


async def locks_of(session: AsyncSession, now: datetime) -> list[Lock]:
    """Who is still locked out."""
    rows = await session.scalars(select(PinLock).where(PinLock.until > now))
    return [Lock(cast(GuessKind, row.kind), row.name, (row.until - now).total_seconds()) for row in rows]


async def set_greeting(
    session: AsyncSession,
    by: audit.Actor,
    box_id: str,
    moment: Moment,
    greeting: dict[str, Any] | None,
    now: datetime,
) -> tuple[VoicemailBox, str]:
    """``greeting``: {"prompt": id} or {"file": path, "seconds"}; None: the system's words again.

    Returns the box, and the file that nobody needs any more ("": none); remove it after the commit.
    Raises ``NotFound``, ``Invalid``.
    """
    await audit.hold(session)
    row = await box_of(session, box_id)
    if greeting and "prompt" in greeting:
        await must_exist(session, Prompt, greeting["prompt"], "prompt_id")
    before = _seen(row)
    former = row.greetings.get(moment, {})
    rest = {name: told for name, told in row.greetings.items() if name != moment}
    row.greetings = rest | ({moment: greeting} if greeting else {})
    await _write(session, by, row, before, "voicemail_box.updated", now)
    return row, former.get("file", "")


async def drop_box(session: AsyncSession, owner: str) -> None:
    """With its queue or extension."""
    await session.execute(delete(VoicemailBox).where(VoicemailBox.id == owner))


async def _write(
    session: AsyncSession, by: audit.Actor, row: VoicemailBox, before: dict[str, Any], action: str, now: datetime
) -> None:
    row.version += 1
    row.updated_at = now
    if row.version == 1:
        row.created_at = now
        session.add(row)
    await session.flush()
    await audit.record(session, by, action, now=now, subject=(_SUBJECT, row.id), before=before, after=_seen(row))
    tell(session, "voicemail-boxes")


def _seen(row: VoicemailBox) -> dict[str, Any]:
    """As the operation log tells of it: that there is a PIN, not which."""
    settings = {name: getattr(row, name) for name in SETTINGS}
    return settings | {"kind": row.kind, "has_pin": bool(row.pin_hash), "greetings": dict(row.greetings)}
