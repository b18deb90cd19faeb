"""Mail: through which server it goes, and the outbox, whose mails are jobs that the worker sends."""

import dataclasses
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit, jobs
from callroom.actions.configured import tell
from callroom.errors import ChangedMeanwhile, NotFound, NotNow, invalid
from callroom.store.settings import MAIL, keep, kept
from callroom.store.tables import Job
from callroom.vault import Vault

DEFAULTS: dict[str, Any] = {
    "host": "",  # "": no mail is sent
    "port": 587,
    "security": "starttls",  # none | starttls | tls
    "check_certificate": True,
    "username": "",  # "": without signing in
    "password": "",  # sealed
    "sender": "",
    "sender_name": "",
}
MOST_RECIPIENTS = 20
LONGEST_TEXT = 100_000  # characters
_ADDRESS = re.compile(r"(?=.{3,254}$)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file below the home, by its path from there; ``name`` is what the reader sees."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Mail:
    to: tuple[str, ...]
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    unsubscribe: str = ""  # of one to many: the address at which its reader says that he wants no more


def is_address(text: str) -> bool:
    """Whether this can be a mail address (RFC 5321, without quoted names and letters beyond ASCII)."""
    return _ADDRESS.fullmatch(text) is not None


# ---------------------------------------------------------------- the server


async def read_mail_settings(session: AsyncSession) -> tuple[dict[str, Any], int]:
    """The settings, the password sealed, and their version (0: never written)."""
    values, version = await kept(session, MAIL)
    return DEFAULTS | values, version


async def write_mail_settings(
    session: AsyncSession, by: audit.Actor, values: dict[str, Any], version: int, vault: Vault, now: datetime
) -> int:
    """Replace the settings; returns the new version. ``values["password"]`` None: the present one stays.

    Raises ``ChangedMeanwhile``, ``Invalid``. For another server, or another name there, the password must be given
    anew: else whoever may write settings could have it sent to a server of his own.
    """
    await audit.hold(session)
    before, present = await read_mail_settings(session)
    if version != present:
        raise ChangedMeanwhile(present)
    given: str | None = values["password"]
    moved = any(values[name] != before[name] for name in ("host", "port", "username"))
    if given is None and before["password"] and moved and values["username"]:
        raise invalid("password", "give_again")
    kept = before["password"] if values["username"] else ""
    values = values | {"password": kept if given is None else vault.seal(given) if given else ""}
    fresh = await keep(session, MAIL, values)
    await audit.record(
        session, by, "mail_settings.updated", now=now, subject=("settings", MAIL),
        before=_without_password(before), after=_without_password(values),
    )  # fmt: skip
    tell(session, "mail-settings")
    return fresh


def _without_password(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "password": bool(values["password"])}


# ---------------------------------------------------------------- the outbox


async def send(session: AsyncSession, mail: Mail, now: datetime) -> str:
    """Put a mail in the outbox within the caller's transaction; the worker sends it moments later. Returns its id.

    Raises ``Invalid`` when an address, or the length, cannot be right.
    """
    if not mail.to or len(mail.to) > MOST_RECIPIENTS or not all(map(is_address, mail.to)):
        raise invalid("to", "not_an_email")
    if len(mail.text) > LONGEST_TEXT:
        raise invalid("text", "string_too_long", max_length=LONGEST_TEXT)
    return (await jobs.put(session, jobs.MAIL, dataclasses.asdict(mail), now)).id


def mail_of(arguments: dict[str, Any]) -> Mail:
    """The mail of a job in the outbox."""
    return msgspec.convert(arguments, Mail)


async def try_again(session: AsyncSession, by: audit.Actor, mail_id: str, now: datetime) -> Job:
    """Put a mail that was given up in line again. Raises ``NotFound``, ``NotNow`` when it was not given up."""
    row = await session.get(Job, mail_id, with_for_update=True)
    if row is None or row.kind != jobs.MAIL:
        raise NotFound("mail", mail_id)
    if row.state not in ("failed", "cancelled"):
        raise NotNow("try again", row.state)
    row.state, row.attempts, row.result, row.updated_at = "waiting", 0, None, now
    await session.flush()
    await audit.record(session, by, "mail.tried_again", now=now, subject=("mail", mail_id))
    return row
