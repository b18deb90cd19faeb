"""A real SMTP server on loopback that keeps what it is sent, with TLS, a sign-in and refusals as a test wants them."""

import asyncio
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from callroom.clock import utc_now
from callroom.http import tls


@dataclass
class PostOffice:
    """``port`` on 127.0.0.1; ``says``: the server's answer to a command (RCPT, DATA) instead of yes."""

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)  # of each, as it came
    readers: list[list[str]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if address in self.refuses:
            return "550 5.1.1 no such box"
        if "RCPT" in self.says:
            return self.says["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        if "DATA" in self.says:
            return self.says["DATA"]
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.raw.append(envelope.content)
        self.readers.append(list(envelope.rcpt_tos))
        return "250 OK"


def certificate(folder: Path) -> ssl.SSLContext:
    made = tls.provide(folder, utc_now())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    return context


async def open_post_office(
    folder: Path, security: str = "none", login: tuple[str, str] | None = None
) -> tuple[PostOffice, asyncio.Server]:
    office = PostOffice()

    def check(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        office.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=office.logins[-1] == login, handled=False)

    context = None if security == "none" else certificate(folder)

    def session() -> SMTP:
        return SMTP(
            office,
            hostname="mail.example",
            enable_SMTPUTF8=False,
            tls_context=context if security == "starttls" else None,
            require_starttls=security == "starttls",
            authenticator=check if login else None,
            auth_required=login is not None,
            auth_require_tls=security == "starttls" or login is None,
            loop=asyncio.get_running_loop(),
        )

    over = context if security == "tls" else None
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0, ssl=over)
    office.port = server.sockets[0].getsockname()[1]
    return office, server
