"""Through which server mail goes, a mail to try it, and the outbox; admins only, as mails name callers."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import jobs
from callroom.actions import mail as outbox
from callroom.actions.mail import Mail, read_mail_settings, write_mail_settings
from callroom.errors import MAIL_FAILURES, invalid
from callroom.http.codes import CODES
from callroom.http.fields import PLAIN, Body, Email, MaybeEmail, MaybeHost
from callroom.http.paging import Cursor, Limit, decoded, encoded
from callroom.http.problems import speaks_english
from callroom.http.resources import Admin, FromVersion, etag
from callroom.http.site import Read, SiteDep, Write, actor_of
from callroom.integrations import mail as outgoing
from callroom.store.database import reading
from callroom.store.journeys import after
from callroom.store.tables import Job

router = APIRouter(prefix="/api/v1", tags=["mail"])
Security = Literal["none", "starttls", "tls"]
TRIAL = ("Callroom 测试邮件", "Callroom test mail")
TRIAL_TEXT = (
    "收到这封邮件，说明 Callroom 的邮件设置可以使用。",
    "This mail has arrived: the mail settings of Callroom work.",
)


class MailSettingsIn(Body):
    """Empty ``host``: no mail is sent. ``password`` left out: the present one stays, as long as host, port and
    username do. ``security``: none, starttls (usually port 587) or tls (465)."""

    read_only: ClassVar = frozenset({"version", "has_password"})
    host: MaybeHost = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Security = "starttls"
    check_certificate: bool = True
    username: Annotated[str, Field(max_length=254), PLAIN] = ""
    password: Annotated[str | None, Field(max_length=200)] = None
    sender: MaybeEmail = ""
    sender_name: Annotated[str, Field(max_length=80), PLAIN] = ""


class MailSettingsOut(BaseModel):
    version: int
    host: str
    port: int
    security: Security
    check_certificate: bool
    username: str
    has_password: bool
    sender: str
    sender_name: str


class TrialMail(Body):
    to: Email


class MailOut(BaseModel):
    """``error``: why the last attempt failed, ``error_text`` it in words, ``error_told`` what the mail server said.

    ``refused``: readers whom the server did not take while the others were sent it."""

    id: str
    to: list[str]
    subject: str
    attachments: list[str]
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    attempts: int
    error: str
    error_text: str
    error_told: str
    refused: list[str]
    created_at: datetime
    updated_at: datetime


class MailList(BaseModel):
    items: list[MailOut]
    next: str | None


@router.get("/settings/mail", operation_id="getMailSettings")
async def get_mail_settings(me: Admin, response: Response, session: Read) -> MailSettingsOut:
    return await _settings(session, response)


@router.put("/settings/mail", operation_id="replaceMailSettings")
async def replace_mail_settings(
    body: MailSettingsIn,
    me: Admin,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    version: FromVersion,
) -> MailSettingsOut:
    if body.host and not body.sender:
        raise invalid("sender", "missing")
    await write_mail_settings(session, actor_of(me, request), body.model_dump(), version, site.vault, site.now())
    return await _settings(session, response)


@router.post("/settings/mail/test", status_code=204, operation_id="sendTestMail")
async def send_test_mail(body: TrialMail, me: Admin, request: Request, site: SiteDep) -> None:
    """Sends a mail at once with the settings that are saved; the answer says what went wrong."""
    await site.limit("test-mail", me.id, 6)
    async with reading(site.engine) as session:
        server = await outgoing.mail_server(session, site.vault)
    language = int(speaks_english(request))
    mail = Mail((body.to,), TRIAL[language], TRIAL_TEXT[language])
    message = outgoing.compose(server, mail, f"test-{site.now():%Y%m%d%H%M%S%f}", site.home, site.now())
    await outgoing.deliver(server, message, step=10.0, whole=20.0)


@router.get("/mails", operation_id="listMails")
async def list_mails(
    me: Admin,
    request: Request,
    session: Read,
    limit: Limit = 50,
    cursor: Cursor = "",
    state: Literal["waiting", "running", "done", "failed", "cancelled"] | None = None,
) -> MailList:
    """Newest first; a mail is kept for 30 days after it was sent or given up."""
    wanted = select(Job).where(Job.kind == jobs.MAIL).order_by(Job.created_at.desc(), Job.id.desc()).limit(limit + 1)
    if cursor:
        wanted = wanted.where(after(Job.created_at, Job.id, decoded(cursor), newest=True))
    if state:
        wanted = wanted.where(Job.state == state)
    rows = list(await session.scalars(wanted))
    last = rows[limit - 1] if len(rows) > limit else None
    return MailList(
        items=[_shown(row, request) for row in rows[:limit]],
        next=encoded(last.created_at, last.id) if last else None,
    )


@router.post("/mails/{mail_id}/retry", operation_id="retryMail")
async def retry_mail(mail_id: str, me: Admin, request: Request, site: SiteDep, session: Write) -> MailOut:
    """Sends a mail that was given up once more; for any other the answer is 409."""
    return _shown(await outbox.try_again(session, actor_of(me, request), mail_id, site.now()), request)


async def _settings(session: AsyncSession, response: Response) -> MailSettingsOut:
    values, version = await read_mail_settings(session)
    etag(response, version)
    return MailSettingsOut.model_validate(values | {"version": version, "has_password": bool(values["password"])})


def _shown(row: Job, request: Request) -> MailOut:
    mail, result = outbox.mail_of(row.arguments), row.result or {}
    error = result.get("error", "")
    known = error if error in MAIL_FAILURES else "mail_unfit" if error else ""
    return MailOut(
        id=row.id,
        to=list(mail.to),
        subject=mail.subject,
        attachments=[one.name for one in mail.attachments],
        state=row.state,  # pyright: ignore[reportArgumentType]
        attempts=row.attempts,
        error=known,
        error_text=CODES[known][speaks_english(request)] if known else "",
        error_told=result.get("told", ""),
        refused=result.get("pii_refused", []),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
