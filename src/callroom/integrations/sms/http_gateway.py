"""A platform with an HTTP interface of its own: the admin says where and what is sent, and where the answer is."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import parse_qsl, quote

import httpx2
import msgspec

from callroom.core.ivr.paths import pick, value_at
from callroom.errors import LookupFailed
from callroom.integrations.connection import without_secrets
from callroom.integrations.filling import body_of, filled, in_header, in_url
from callroom.integrations.sms.gateway import Away, BadCallback, Callback, Incoming, NotTaken, Outgoing, Report, Unclear
from callroom.integrations.sms.options import HttpOptions
from callroom.integrations.sms.web import Web, formed

SIGNING_SECRET = "hmac"  # noqa: S105 -- the name of the secret that signs
_NOBODY = frozenset({401, 403})
_LATER = frozenset({408, 500, 503})  # the platform itself says that it did not take it
_LOST = frozenset({502, 504})  # said by what stands before it


class HttpGateway(Web):
    def __init__(
        self, options: HttpOptions, secrets: Mapping[str, str], country: str, now: Callable[[], datetime]
    ) -> None:
        super().__init__(check_certificate=options.check_certificate)
        self._options, self._secrets, self._country, self._now = options, secrets, country, now

    async def send(self, message: Outgoing) -> dict[int, str]:
        options = self._options
        values = self._values(message)
        try:
            url = httpx2.URL(in_url(options.url, values))
            content = self._content(values) if options.method == "POST" else b""
        except (LookupFailed, httpx2.InvalidURL) as error:
            raise NotTaken("sms_unfit", str(error), lasting=True) from None
        values |= {"body": content.decode(), "method": options.method, "path": url.raw_path.decode()}
        headers = {pair.name.lower(): in_header(pair.value, values) for pair in options.headers}
        if options.method == "POST":
            headers.setdefault(
                "content-type",
                "application/json" if options.content == "json" else "application/x-www-form-urlencoded; charset=utf-8",
            )
        if options.sign_header:
            headers[options.sign_header.lower()] = self._signature(values)
        status, answer = await self.ask(options.method, url, headers, content)
        return self._read(status, answer)

    def _values(self, message: Outgoing) -> dict[str, str]:
        known = {
            "to": formed(message.number, self._options.number_form, self._country),
            "text": message.text,
            "id": message.id,
            "code": message.code,
            "timestamp": str(int(self._now().timestamp())),
            "nonce": secrets.token_hex(8),
        }
        known |= {f"param.{name}": value for name, value in message.params}
        return known | {f"secret.{name}": value for name, value in self._secrets.items() if name != SIGNING_SECRET}

    def _content(self, values: Mapping[str, str]) -> bytes:
        if self._options.content == "form":
            return filled(self._options.body, values, lambda value: quote(value, safe="")).encode()
        body = body_of({"body": self._options.body}, values)
        return b"" if body is None else msgspec.json.encode(body)

    def _signature(self, values: Mapping[str, str]) -> str:
        key = self._secrets.get(SIGNING_SECRET, "").encode()
        made = hmac.new(key, filled(self._options.sign_over, values).encode(), hashlib.sha256)
        return made.hexdigest() if self._options.sign_encoding == "hex" else base64.b64encode(made.digest()).decode()

    def _read(self, status: int, content: bytes) -> dict[int, str]:
        options = self._options
        answer = _json(content)
        said = pick(answer, options.error_path) if options.error_path else ""
        told = without_secrets(said, self._secrets)[:300] or f"status {status}"
        if status in _NOBODY:
            raise Away("sms_wrong_password", told)
        if status == 429:
            raise Away("sms_throttled", told)
        if status in _LOST:
            raise Unclear(told)
        if not 200 <= status < 300:
            raise NotTaken("sms_refused", told, lasting=status not in _LATER)
        code = pick(answer, options.ok_path) if options.ok_path else ""
        if options.ok_path and code not in options.ok_values:
            told = told if options.error_path else code[:300]
            raise NotTaken("sms_refused", told, lasting=code not in options.later_values)
        found = pick(answer, options.id_path) if options.id_path else ""
        return {1: found[:80]} if found else {}


# ---------------------------------------------------------------- what the platform sends to us


def reports(options: HttpOptions, callback: Callback) -> list[Report]:
    """Raises ``BadCallback`` when it names no message."""
    found: list[Report] = []
    for item in _items(callback, options.report_items):
        name, state = pick(item, options.report_id), pick(item, options.report_state)
        if not name or not options.report_id:
            raise BadCallback
        told = pick(item, options.report_error)[:300] if options.report_error else state[:300]
        if state in options.report_delivered:
            found.append(Report("delivered", provider_id=name[:80], message_id=name, told=told))
        elif state in options.report_failed or not options.report_failed:
            found.append(Report("failed", provider_id=name[:80], message_id=name, told=told))
    return found


def replies(options: HttpOptions, callback: Callback) -> list[Incoming]:
    """Raises ``BadCallback`` when it has no sender."""
    found: list[Incoming] = []
    for item in _items(callback, options.inbound_items):
        number = pick(item, options.inbound_from) if options.inbound_from else ""
        if not number:
            raise BadCallback
        line = pick(item, options.inbound_to) if options.inbound_to else ""
        found.append(Incoming(number, pick(item, options.inbound_text), line))
    return found


def _items(callback: Callback, path: str) -> list[Any]:
    """Each message that a request tells of; a text in it may hold JSON itself. Raises ``BadCallback`` for none."""
    whole: Any = _json(callback.body)
    if "form" in callback.content_type or whole is None:
        whole = dict(callback.query) | dict(parse_qsl(callback.body.decode("utf-8", "replace")))
    first = re.split(r"[.\[]", path)[0]
    if isinstance(whole, dict) and first in whole:  # the others may be what somebody wrote
        whole = cast(dict[str, Any], whole) | {first: _opened(whole[first])}
    found = _opened(value_at(whole, path))
    if isinstance(found, list):
        return cast(list[Any], found)
    if not isinstance(found, dict):
        raise BadCallback
    return [found]


def _opened(value: Any) -> Any:
    """What is written in a text as JSON; anything else as it is."""
    told = _json(value.encode()) if isinstance(value, str) else None
    return value if told is None else told


def _json(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content) if content else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
