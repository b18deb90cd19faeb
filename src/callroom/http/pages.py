"""The built user interface, and the headers that keep its pages safe.

Every path outside the API shows the one page of the UI, which finds its own way; files with a hash in their name are
kept by the browser for good, all others are asked for again each time.
"""

import base64
import hashlib
import re
import stat
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import anyio.to_thread
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callroom.core.directory import Company
from callroom.core.framing import origin_of
from callroom.http.problems import speaks_english

UI = Path(__file__).parent / "ui"
SERVER_PATHS = ("/api/", "/healthz/", "/metrics/", "/sip/")
_FOR_GOOD = "public, max-age=31536000, immutable"
# antd writes its styles into the page; recordings and the microphone's worker are blobs. 'self' covers our WebSockets.
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), autoplay=(self), speaker-selection=(self), camera=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A page that may frame another is told whole each time: its policy changes although its file does not.
_CONDITIONS = frozenset((b"if-none-match", b"if-modified-since"))
_NOT_BUILT = {
    False: ("zh", "界面尚未构建", "请在 Callroom 的目录中运行 <code>make web</code>，然后重新载入此页。"),
    True: (
        "en",
        "The pages are not built",
        "Run <code>make web</code> in Callroom's folder, then load this page again.",
    ),
}


def install(app: FastAPI, ui: Path = UI, framed: Callable[[], str] = str) -> None:
    """Let ``app`` answer what no route takes with the UI in folder ``ui``, and put the safety headers on everything.

    ``framed``: the origin whose pages the desk may show within itself; "": nobody's."""
    nothing_here = app.router.default
    pages = Pages(ui, framed)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and not f"{scope['path']}/".startswith(SERVER_PATHS)
        await (pages if ours else nothing_here)(scope, receive, send)

    app.router.default = serve
    app.add_middleware(SafetyHeaders)


def framed_by(company: Company) -> str:
    """The origin of the page that agents see within the desk."""
    return origin_of(company.pop_url.split("{", 1)[0]) if company.pop_in == "desk" else ""


class Pages(StaticFiles):
    """Files of the UI, the compressed twin (``NAME.gz``) where there is one and the browser takes it."""

    def __init__(self, folder: Path, framed: Callable[[], str]) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._framed = framed
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not (self._folder / "index.html").is_file():
            await _not_built(Request(scope))(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        if "." not in Path(path).name:
            path = "index.html"  # a place inside the UI, not a file
        framed = self._framed() if path == "index.html" else ""
        if framed:
            scope = {**scope, "headers": [one for one in scope["headers"] if one[0] not in _CONDITIONS]}
        response = await self._compressed(path, scope) or await super().get_response(path, scope)
        kept = path.startswith("assets/") and response.status_code in (200, 206, 304)
        response.headers["Cache-Control"] = _FOR_GOOD if kept else "no-cache"
        if path == "index.html":
            page = self._folder / path
            policy = _policy_of(page, page.stat().st_mtime_ns)
            response.headers["Content-Security-Policy"] = f"{policy}; frame-src {framed}" if framed else policy
            if framed:
                response.headers["ETag"] = 'W/"framed"'
                del response.headers["Last-Modified"]
        return response

    async def _compressed(self, path: str, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        # A part of a compressed file is of no use to anybody.
        if "gzip" not in headers.get("accept-encoding", "") or "range" in headers or scope["method"] != "GET":
            return None
        found, seen = await anyio.to_thread.run_sync(self.lookup_path, f"{path}.gz")
        if seen is None or not stat.S_ISREG(seen.st_mode):
            return None
        response = self.file_response(found, seen, scope)
        response.headers["Vary"] = "Accept-Encoding"
        if response.status_code == 200:
            response.headers["Content-Encoding"] = "gzip"
        return response


class SafetyHeaders:
    """Adds SECURITY_HEADERS to every answer that does not bring its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


@lru_cache(maxsize=2)
def _policy_of(page: Path, changed: int) -> str:
    """The policy of a page: its own scripts may run, known by their hashes; ``changed``: when it was written."""
    scripts = re.findall(r"<script>(.*?)</script>", page.read_text(), re.DOTALL)
    hashes = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    return _POLICY.replace("script-src 'self'", " ".join(["script-src 'self'", *(f"'sha256-{one}'" for one in hashes)]))


def _not_built(request: Request) -> Response:
    if request.method not in ("GET", "HEAD"):
        raise HTTPException(405)
    language, title, text = _NOT_BUILT[speaks_english(request)]
    page = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Callroom</title>'
        '<body style="font-family:sans-serif;margin:4rem auto;max-width:36rem">'
        f"<h1>{title}</h1><p>{text}</p></body></html>"
    )
    return HTMLResponse(page, 503, {"Cache-Control": "no-store"})
