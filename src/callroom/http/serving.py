"""One server process, two addresses: plain HTTP for this machine and HTTPS for all others, on one loop and one app."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Generator
from dataclasses import dataclass
from types import FrameType

import uvicorn
from fastapi import FastAPI

from callroom.http.sip import LONGEST_FRAME
from callroom.http.tls import Certificate, addresses_of_this_machine

_GRACE = 5  # seconds that requests under way get when the site stops


@dataclass
class AddressUnusable(Exception):
    """An address of the pages is taken, or not this machine's."""

    address: str


def listen(host: str, port: int) -> socket.socket:
    """Raises AddressUnusable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except (OSError, OverflowError) as error:
        raise AddressUnusable(f"{host}:{port}") from error


class _Server(uvicorn.Server):
    """Tells when it answers; the signal that ends the first ends its twin with it."""

    def __init__(self, config: uvicorn.Config, answers: asyncio.Event) -> None:
        super().__init__(config)
        self._answers = answers
        self.twin: _Server | None = None
        self.hears_signals = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._answers.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        with super().capture_signals() if self.hears_signals else contextlib.nullcontext():
            yield
            # Not raised once more: that would end the process at once, and it has yet to leave its calls and journal.
            self._captured_signals.clear()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self.twin is not None:
            self.twin.should_exit = True


async def serve(
    app: FastAPI,
    plain: socket.socket,
    secure: socket.socket | None,
    certificate: Certificate | None,
    ready: Callable[[], None],
) -> None:
    """Serve until SIGTERM or SIGINT; ``ready`` is called once, when all addresses answer."""
    events = [asyncio.Event()]
    servers = [_Server(_config(app, None), events[0])]
    sockets = [plain]
    if secure is not None and certificate is not None:
        events.append(asyncio.Event())
        servers.append(_Server(_config(app, certificate), events[1]))
        sockets.append(secure)
        servers[0].twin, servers[1].hears_signals = servers[1], False

    async def tell() -> None:
        for event in events:
            await event.wait()
        ready()

    async with asyncio.TaskGroup() as group:
        telling = group.create_task(tell(), name="ready")
        # The twin first: the one that captures signals must be the last to set them up and the first to give them back.
        running = [
            group.create_task(server.serve(sockets=[listener]), name="http")
            for server, listener in zip(reversed(servers), reversed(sockets), strict=True)
        ]
        await asyncio.wait(running)
        telling.cancel()


def _config(app: FastAPI, certificate: Certificate | None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        lifespan="off",
        server_header=False,
        ws_max_size=LONGEST_FRAME,
        # A page whose network went says nothing: after these seconds its agent counts as one without a phone.
        ws_ping_interval=3.0,
        ws_ping_timeout=5.0,
        timeout_graceful_shutdown=_GRACE,
        ssl_certfile=certificate.certificate if certificate else None,
        ssl_keyfile=str(certificate.key) if certificate else None,
    )


def start_message(http: str, https: str, certificate: Certificate | None, password: str) -> str:
    """What the starter of a site reads in Chinese and English: where it is, and the first ``password``, if any."""
    lines = ["Callroom 已启动 / Callroom is running", f"  本机 / on this machine:  http://{http}"]
    if certificate is not None:
        host, _, port = https.rpartition(":")
        everywhere = {"0.0.0.0": ".", "[::]": ":"}.get(host)  # noqa: S104 - compared, not bound
        reached = [_bracketed(one) for one in addresses_of_this_machine() if everywhere and everywhere in one]
        for one in (reached or [socket.gethostname()])[:3] if everywhere else [host]:
            lines.append(f"  其他电脑 / other computers:  https://{one}:{port}")
        if not certificate.own:
            lines.append("  （证书由本机签发，浏览器首次会提示 / the certificate is our own: browsers ask once）")
    if password:
        lines.append(f"  首次登录 / first sign-in:  admin  {password}")
    return "\n".join(lines)


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
