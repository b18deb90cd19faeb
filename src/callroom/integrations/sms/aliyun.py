"""Aliyun SMS (阿里云短信服务): SendSms of 2017-05-25, signed by ACS3-HMAC-SHA256 (their signature version 3)."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import quote

import httpx2
import msgspec

from callroom.integrations.sms.gateway import Away, BadCallback, Callback, Incoming, NotTaken, Outgoing, Report, Unclear
from callroom.integrations.sms.options import AliyunOptions
from callroom.integrations.sms.web import Web, formed

ANSWER = {"code": 0, "msg": "成功"}  # they send a report again until they are told so
_THROTTLED = ("Throttling",)
_STRANGERS = ("SignatureDoesNotMatch", "InvalidAccessKeyId", "Forbidden", "isv.ACCOUNT_", "isv.PRODUCT_UN_SUBSCRIPT")
_UNPAID = ("isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE")
_LATER = ("isp.", "isv.BUSINESS_LIMIT_CONTROL", "ServiceUnavailable", "InternalError")  # a number's own limits
_NUMBER = ("isv.MOBILE_NUMBER_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT")


class AliyunGateway(Web):
    def __init__(self, options: AliyunOptions, key: str, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._options, self._key, self._now = options, key, now

    async def send(self, message: Outgoing) -> dict[int, str]:
        if not message.code:
            raise NotTaken("sms_template_needed", lasting=True)
        chinese = message.number.startswith("+86")
        query = {
            "PhoneNumbers": formed(message.number, "national" if chinese else "digits", "CN"),
            "SignName": self._options.sign_name,
            "TemplateCode": message.code,
            "OutId": message.id,
        }
        if message.params:
            query["TemplateParam"] = msgspec.json.encode(dict(message.params)).decode()
        url = httpx2.URL(self._options.endpoint.rstrip("/") + "/?" + canonical_query(query))
        status, content = await self.ask("POST", url, self._signed(url, query), b"")
        return _read(status, content)

    def _signed(self, url: httpx2.URL, query: Mapping[str, str]) -> dict[str, str]:
        headers = {
            "host": url.netloc.decode(),
            "x-acs-action": "SendSms",
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
            "x-acs-date": f"{self._now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-version": "2017-05-25",
        }
        return headers | {"authorization": authorization(self._options.access_key_id, self._key, query, headers)}


def canonical_query(query: Mapping[str, str]) -> str:
    """In the order of its names, each percent-encoded by RFC 3986."""
    return "&".join(f"{quote(name, safe='~')}={quote(query[name], safe='~')}" for name in sorted(query))


def authorization(key_id: str, key: str, query: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """The header that signs a POST without a body; ``headers`` in lower case, all of which are signed.

    https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
    """
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    canonical = f"POST\n/\n{canonical_query(query)}\n{lines}\n{names}\n{headers['x-acs-content-sha256']}"
    signed = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(key.encode(), signed.encode(), hashlib.sha256).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"


def _read(status: int, content: bytes) -> dict[int, str]:
    try:
        answer: Any = msgspec.json.decode(content)
        code, told = str(answer["Code"]), f"{answer['Code']} {answer.get('Message', '')}".strip()[:300]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError):
        raise Unclear(f"status {status}") from None
    if code == "OK":
        return {1: str(answer.get("BizId", ""))[:80]}
    if code.startswith(_THROTTLED):
        raise Away("sms_throttled", told)
    if code.startswith(_STRANGERS):
        raise Away("sms_wrong_password", told)
    if code.startswith(_UNPAID):
        raise Away("sms_no_credit", told)
    raise NotTaken("sms_bad_number" if code in _NUMBER else "sms_refused", told, lasting=not code.startswith(_LATER))


# ---------------------------------------------------------------- what they send to us: SmsReport and SmsUp


def reports(callback: Callback) -> list[Report]:
    """Raises ``BadCallback``."""
    return [
        Report(
            "delivered" if one.get("success") is True else "failed",
            provider_id=str(one.get("biz_id") or ""),
            message_id=str(one.get("out_id") or ""),
            told="" if one.get("success") is True else f"{one.get('err_code', '')} {one.get('err_msg', '')}"[:300],
        )
        for one in _list(callback)
    ]


def replies(callback: Callback) -> list[Incoming]:
    """Raises ``BadCallback``."""
    return [
        Incoming(str(one["phone_number"]), str(one.get("content") or ""), str(one.get("dest_code") or ""))
        for one in _list(callback)
        if one.get("phone_number")
    ]


def _list(callback: Callback) -> list[dict[str, Any]]:
    try:
        told = msgspec.json.decode(callback.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadCallback from None
    if not isinstance(told, list):
        raise BadCallback
    return [cast(dict[str, Any], one) for one in cast(list[Any], told) if isinstance(one, dict)]
