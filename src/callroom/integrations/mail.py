"""Mail on its way out, over SMTP (RFC 5321, 8314)."""

import asyncio
import mimetypes
import socket
import ssl
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Any

import aiosmtplib
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from callroom.actions.mail import Attachment, Mail, read_mail_settings
from callroom.errors import MailFailed, SecretLost
from callroom.integrations.http_source import trust
from callroom.store.database import reading
from callroom.vault import Vault

STEP = 30.0  # seconds for one answer of the mail server
WHOLE = 300.0  # seconds for a whole mail
LARGEST = 25_000_000  # bytes of all attachments
UNFOLDED = SMTP.clone(max_line_length=900, cte_type="7bit")


@dataclass(frozen=True, slots=True)
class MailServer:
    """``security``: none, starttls (from plain to TLS, port 587) or tls from the first byte (465)."""

    host: str
    port: int
    security: str
    check_certificate: bool
    username: str
    password: str
    sender: str
    sender_name: str = ""


async def mail_server(session: AsyncSession, vault: Vault) -> MailServer:
    """The server that is set up. Raises ``MailFailed``."""
    values, _ = await read_mail_settings(session)
    if not values["host"]:
        raise MailFailed("mail_not_set_up")
    try:
        password = vault.open(values["password"]) if values["password"] else ""
    except SecretLost:
        raise MailFailed("mail_secret_lost") from None
    fields: dict[str, Any] = values | {"password": password}
    return MailServer(**fields)


async def send(mail_id: str, mail: Mail, database: AsyncEngine, home: Path, now: datetime) -> list[str]:
    """Send a mail of the outbox; returns the readers that the server refused while it took others.

    Raises ``MailFailed``. Should the worker die between the server's yes and its own note of it, the mail goes out
    twice with the same Message-ID, by which mail programs know it again.
    """
    async with reading(database) as session:
        server = await mail_server(session, Vault(home))
    message = await asyncio.to_thread(compose, server, mail, mail_id, home, now)
    return await deliver(server, message)


def compose(server: MailServer, mail: Mail, mail_id: str, home: Path, now: datetime) -> EmailMessage:
    """The mail as it is sent, with its files read. Raises ``MailFailed``."""
    message = EmailMessage()
    try:
        message["From"] = formataddr((server.sender_name, server.sender))
        message["To"] = ", ".join(mail.to)
        message["Subject"] = " ".join(mail.subject.split())  # a line break would begin another header
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{mail_id}@{server.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office note comes back
        if mail.unsubscribe:  # RFC 2369, 8058: mail programs show a button for it
            message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(mail.text)
    except (ValueError, UnicodeError) as error:
        raise MailFailed("mail_unfit", str(error)) from None
    total = 0
    for attachment in mail.attachments:
        content = _content(home, attachment)
        total += len(content)
        if total > LARGEST:
            raise MailFailed("mail_too_large")
        kind = mimetypes.guess_type(attachment.name)[0] or "application/octet-stream"
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=attachment.name)
    return message


def _content(home: Path, attachment: Attachment) -> bytes:
    path = (home / attachment.path).resolve()
    if not path.is_relative_to(home.resolve()):
        raise MailFailed("mail_attachment_gone", attachment.name)
    try:
        if path.stat().st_size > LARGEST:
            raise MailFailed("mail_too_large")
        return path.read_bytes()
    except OSError:
        raise MailFailed("mail_attachment_gone", attachment.name) from None


async def deliver(server: MailServer, message: EmailMessage, *, step: float = STEP, whole: float = WHOLE) -> list[str]:
    """Hand a mail to the server; the readers it refused while it took others. Raises ``MailFailed``."""
    async with connected(server, step=step, whole=whole) as client:
        return await hand_over(client, message, whole=whole)


@asynccontextmanager
async def connected(server: MailServer, *, step: float = STEP, whole: float = WHOLE) -> AsyncGenerator[aiosmtplib.SMTP]:
    """A connection by which mails can be handed over, signed in. Raises ``MailFailed``."""
    context = await asyncio.to_thread(trust, server.check_certificate)  # reads the system's certificates
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        local_hostname=socket.gethostname() or "localhost",  # else it would be asked of the DNS, and wait for it
        timeout=step,
        use_tls=server.security == "tls",
        start_tls=False,
        tls_context=context,
    )
    try:
        with _in_plain_words():
            async with asyncio.timeout(whole):
                await _open(client, server, context)
        yield client
    finally:
        with suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=2.0)
        client.close()


async def hand_over(client: aiosmtplib.SMTP, message: EmailMessage, *, whole: float = WHOLE) -> list[str]:
    """As ``deliver``, by a connection that is there. Raises ``MailFailed``."""
    with _in_plain_words():
        async with asyncio.timeout(whole):
            # as bytes: a long address in a header must not be encoded where it is folded
            sender, readers = message["From"].addresses[0].addr_spec, [one.addr_spec for one in message["To"].addresses]
            refused, _ = await client.sendmail(sender, readers, message.as_bytes(policy=UNFOLDED))
            return list(refused)


async def _open(client: aiosmtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    await client.connect()
    await client.ehlo()
    if server.security == "starttls":
        if not client.supports_extension("starttls"):
            raise MailFailed("mail_no_tls")
        await client.starttls(tls_context=context)
        await client.ehlo()
    if server.username:
        if not client.supported_auth_methods:
            raise MailFailed("mail_no_login")
        await client.login(server.username, server.password)


@contextmanager
def _in_plain_words() -> Generator[None]:
    """What can go wrong on the way, as ``MailFailed``; the narrower errors first."""
    try:
        yield
    except aiosmtplib.SMTPAuthenticationError as error:
        raise MailFailed("mail_wrong_password", _said(error)) from None
    except aiosmtplib.SMTPSenderRefused as error:
        raise MailFailed("mail_sender_refused", _said(error)) from None
    except aiosmtplib.SMTPRecipientsRefused as error:
        for_good = all(one.code >= 500 for one in error.recipients)
        said = "; ".join(_said(one) for one in error.recipients)
        raise MailFailed("mail_no_recipient" if for_good else "mail_refused", said) from None
    except aiosmtplib.SMTPResponseException as error:
        raise MailFailed("mail_too_large" if error.code == 552 else "mail_refused", _said(error)) from None
    except (TimeoutError, aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise MailFailed(_reason(error), _innermost(error)) from None


def _said(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {error.message}"[:300]


def _reason(error: BaseException) -> str:
    seen: BaseException | None = error
    while seen is not None:
        match seen:
            case ssl.SSLCertVerificationError():
                return "mail_certificate"
            case ssl.SSLError():
                return "mail_not_tls"
            case socket.gaierror():
                return "mail_unknown_host"
            case TimeoutError():
                return "mail_timed_out"
            case ConnectionRefusedError():
                return "mail_no_connection"
            case _:
                seen = seen.__cause__
    if isinstance(error, aiosmtplib.SMTPServerDisconnected):
        return "mail_cut_off"
    return "mail_no_connection" if isinstance(error, OSError) else "mail_unfit"


def _innermost(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error)[:300]
