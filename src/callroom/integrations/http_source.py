"""Asking another system over HTTP: JSON in, JSON out, within its own origin and within limits."""

import asyncio
import ipaddress
import ssl
from collections.abc import Mapping
from typing import Any, cast

import httpx2
import msgspec

from callroom.errors import LookupFailed
from callroom.integrations.connection import Reach
from callroom.integrations.filling import Values, body_of, in_header, in_url

LARGEST = 1_000_000  # bytes of an answer
MOST_REDIRECTS = 3
TRIES = 2  # of what may be asked twice
PAUSE = 0.2  # seconds before the second try
STEP = httpx2.Timeout(10.0, connect=5.0)  # who asks sets the limit for the whole
OWN_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-type", "upgrade"})
_PASSING = frozenset({502, 503, 504})


class Passing(Exception):
    """What may go well the next time; ``failed`` says what it is if not."""

    def __init__(self, failed: LookupFailed, *, sent: bool) -> None:
        self.failed, self.sent = failed, sent


class HttpSource:
    """Keeps connections open between requests; ``close`` ends them."""

    def __init__(self) -> None:
        self._clients: dict[bool, httpx2.AsyncClient] = {}

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    async def ask(self, where: Reach, source: Mapping[str, Any], values: Values) -> Any:
        """The JSON of the answer. ``source``: ``method`` GET or POST, ``path`` with its query, ``headers``, ``body``.

        Raises ``LookupFailed``: not_found for 404, refused for another status, or a redirect that leads elsewhere.
        """
        known = {**values, **where.values()}
        method = str(source.get("method") or "GET").upper()
        if method not in ("GET", "POST"):
            raise LookupFailed("bad_request", f"{method} is not possible")
        url = _address(where.base_url, in_url(str(source.get("path") or ""), known))
        headers = _headers(where, source, known)
        body = body_of(source, known) if method == "POST" else None
        content = None if body is None else msgspec.json.encode(body)
        if content is not None:
            headers["content-type"] = "application/json"
        for attempt in range(1, TRIES + 1):
            try:
                return await self._follow(where, method, url, headers, content)
            except Passing as passing:
                if attempt == TRIES or (method != "GET" and passing.sent):
                    raise passing.failed from None
                await asyncio.sleep(PAUSE)
        raise AssertionError("the last try returns or raises")

    async def _follow(
        self, where: Reach, method: str, url: httpx2.URL, headers: dict[str, str], content: bytes | None
    ) -> Any:
        client = await self._client(check=where.check_certificate)
        for _ in range(MOST_REDIRECTS + 1):
            await refuse_link_local(url)
            request = client.build_request(method, url, headers=headers, content=content, timeout=STEP)
            try:
                answer = await client.send(request, stream=True)
            except httpx2.TransportError as error:
                raise gone_wrong(error) from None
            try:
                if not answer.has_redirect_location:
                    return await _json(answer)
                if method != "GET":
                    raise LookupFailed("refused", "it redirects a POST")
                url = _redirected(url, answer)
            finally:
                await answer.aclose()
        raise LookupFailed("refused", "it redirects too often")

    async def _client(self, *, check: bool) -> httpx2.AsyncClient:
        if check not in self._clients:
            context = await asyncio.to_thread(trust, check)
            if check not in self._clients:
                self._clients[check] = httpx2.AsyncClient(
                    verify=context,
                    trust_env=False,  # neither proxies nor passwords of the machine's own
                    headers={"user-agent": "Callroom", "accept": "application/json", "accept-encoding": "identity"},
                    limits=httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=30),
                )
        return self._clients[check]


def trust(check: bool) -> ssl.SSLContext:
    """Whose certificates count: those the system trusts, or with ``check`` False any. Reads files."""
    context = ssl.create_default_context()
    if not check:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def refuse_link_local(url: httpx2.URL) -> None:
    """Private addresses are where a company's systems live; link-local ones (169.254…) hold the secrets of a cloud's
    machines and nothing to look up. Raises ``LookupFailed``, ``Passing`` when the name cannot be found."""
    try:
        found = [url.host.strip("[]")]
        ipaddress.ip_address(found[0])
    except ValueError:
        try:
            rows = await asyncio.get_running_loop().getaddrinfo(url.host, url.port or 80)
        except OSError:
            raise Passing(LookupFailed("unreachable", "its name is not known"), sent=False) from None
        found = [str(row[4][0]) for row in rows]
    if any(ipaddress.ip_address(one.partition("%")[0]).is_link_local for one in found):
        raise LookupFailed("refused", "link-local addresses are not asked")


def _address(base: str, path: str) -> httpx2.URL:
    try:
        url = httpx2.URL(base.rstrip("/") + ("" if path.startswith(("/", "?")) or not path else "/") + path)
    except httpx2.InvalidURL:
        raise LookupFailed("bad_request", "the address is not valid") from None
    if _origin(url) != _origin(httpx2.URL(base)):
        raise LookupFailed("bad_request", "the address leads elsewhere")
    return url


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _redirected(url: httpx2.URL, answer: httpx2.Response) -> httpx2.URL:
    try:
        further = url.join(answer.headers["location"])
    except httpx2.InvalidURL:
        raise LookupFailed("refused", "it redirects to no address") from None
    if _origin(further) != _origin(url):  # the secrets in the headers are meant for nobody else
        raise LookupFailed("refused", f"it redirects to {further.host}")
    return further


def _headers(where: Reach, source: Mapping[str, Any], known: Values) -> dict[str, str]:
    wanted = [*where.headers, *cast(dict[str, Any], source.get("headers") or {}).items()]
    return {name.lower(): in_header(str(value), known) for name, value in wanted if name.lower() not in OWN_HEADERS}


async def _json(answer: httpx2.Response) -> Any:
    if answer.status_code == 404:
        raise LookupFailed("not_found", "404")
    if not answer.is_success:
        failed = LookupFailed("refused", f"status {answer.status_code}")
        raise Passing(failed, sent=True) if answer.status_code in _PASSING else failed
    content = bytearray()
    try:
        async for part in answer.aiter_bytes():
            content += part
            if len(content) > LARGEST:
                raise LookupFailed("bad_answer", f"more than {LARGEST} bytes")
    except httpx2.TransportError as error:
        raise gone_wrong(error) from None
    except httpx2.DecodingError:
        raise LookupFailed("bad_answer", "it cannot be decompressed") from None
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise LookupFailed("bad_answer", "it is no JSON") from None


def gone_wrong(error: httpx2.TransportError) -> Passing:
    """What became of a request, said without the error's own words: they may hold the whole address, and with it a
    secret."""
    match error:
        case httpx2.ConnectTimeout():
            return Passing(LookupFailed("timeout", "it takes no connection in time"), sent=False)
        case httpx2.TimeoutException():
            return Passing(LookupFailed("timeout", "it does not answer in time"), sent=True)
        case httpx2.ConnectError() if distrusted(error):
            return Passing(LookupFailed("unreachable", "its certificate cannot be trusted"), sent=False)
        case httpx2.ConnectError():
            return Passing(LookupFailed("unreachable", "it takes no connection"), sent=False)
        case _:
            return Passing(LookupFailed("bad_answer", f"it broke off ({type(error).__name__})"), sent=True)


def distrusted(error: BaseException | None) -> bool:
    """Whether a connection failed because the other end's certificate cannot be trusted."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
