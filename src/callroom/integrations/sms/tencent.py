"""Tencent Cloud SMS (腾讯云短信): SendSms of 2021-01-11, signed by TC3-HMAC-SHA256."""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import httpx2
import msgspec

from callroom.integrations.sms.gateway import Away, BadCallback, Callback, Incoming, NotTaken, Outgoing, Report, Unclear
from callroom.integrations.sms.options import TencentOptions
from callroom.integrations.sms.web import Web

ANSWER = {"result": 0, "errmsg": "OK"}
TYPE = "application/json; charset=utf-8"
SIGNED = "content-type;host;x-tc-action"
_STRANGERS = ("AuthFailure", "UnauthorizedOperation.", "UnsupportedOperation.")
_UNPAID = ("FailedOperation.InsufficientBalance",)
_LATER = ("LimitExceeded.", "InternalError")  # a number's own limits
_NUMBER = ("InvalidParameterValue.IncorrectPhoneNumber", "FailedOperation.PhoneNumberParseFail")


class TencentGateway(Web):
    def __init__(self, options: TencentOptions, key: str, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._options, self._key, self._now = options, key, now

    async def send(self, message: Outgoing) -> dict[int, str]:
        if not message.code:
            raise NotTaken("sms_template_needed", lasting=True)
        options = self._options
        body = {
            "PhoneNumberSet": [message.number],
            "SmsSdkAppId": options.sdk_app_id,
            "SignName": options.sign_name,
            "TemplateId": message.code,
            "TemplateParamSet": [value for _, value in message.params],  # by their places, {1}, {2} …
            "SessionContext": message.id,
        }
        content = msgspec.json.encode(body)
        url = httpx2.URL(options.endpoint.rstrip("/") + "/")
        host, at = url.netloc.decode(), int(self._now().timestamp())
        headers = {
            "content-type": TYPE,
            "host": host,
            "x-tc-action": "SendSms",
            "x-tc-version": "2021-01-11",
            "x-tc-region": options.region,
            "x-tc-timestamp": str(at),
            "authorization": authorization(options.secret_id, self._key, "sms", host, "SendSms", content, at),
        }
        status, answer = await self.ask("POST", url, headers, content)
        return _read(status, answer)


def authorization(key_id: str, key: str, service: str, host: str, action: str, content: bytes, at: int) -> str:
    """The header that signs a POST of JSON at a time (seconds since 1970).

    https://cloud.tencent.com/document/api/382/52072
    """

    def mac(key: bytes, text: str) -> bytes:
        return hmac.new(key, text.encode(), hashlib.sha256).digest()

    day = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"
    lines = f"content-type:{TYPE}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    canonical = f"POST\n/\n\n{lines}\n{SIGNED}\n{hashlib.sha256(content).hexdigest()}"
    scope = f"{day}/{service}/tc3_request"
    signed = f"TC3-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signing = mac(mac(mac(f"TC3{key}".encode(), day), service), "tc3_request")
    signature = hmac.new(signing, signed.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={SIGNED}, Signature={signature}"


def _read(status: int, content: bytes) -> dict[int, str]:
    try:
        answer: Any = msgspec.json.decode(content)["Response"]
        said: Any = answer["Error"] if "Error" in answer else answer["SendStatusSet"][0]
        code, told = str(said["Code"]), f"{said['Code']} {said.get('Message', '')}".strip()[:300]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, IndexError, TypeError):
        raise Unclear(f"status {status}") from None
    if code == "Ok":
        return {1: str(said.get("SerialNo", ""))[:80]}
    if code == "RequestLimitExceeded" or code.startswith("RequestLimitExceeded."):
        raise Away("sms_throttled", told)
    if code.startswith(_STRANGERS):
        raise Away("sms_wrong_password", told)
    if code.startswith(_UNPAID):
        raise Away("sms_no_credit", told)
    raise NotTaken("sms_bad_number" if code in _NUMBER else "sms_refused", told, lasting=not code.startswith(_LATER))


# ---------------------------------------------------------------- what they send to us


def reports(callback: Callback) -> list[Report]:
    """Raises ``BadCallback``."""
    return [
        Report(
            "delivered" if one.get("report_status") == "SUCCESS" else "failed",
            provider_id=str(one["sid"]),
            told=f"{one.get('errmsg', '')} {one.get('description', '')}".strip()[:300],
        )
        for one in _all(callback)
        if one.get("sid")
    ]


def replies(callback: Callback) -> list[Incoming]:
    """Raises ``BadCallback``."""
    return [
        Incoming(f"+{one.get('nationcode') or '86'}{one['mobile']}", str(one.get("text") or ""))
        for one in _all(callback)
        if one.get("mobile")
    ]


def _all(callback: Callback) -> list[dict[str, Any]]:
    try:
        told = msgspec.json.decode(callback.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadCallback from None
    items = cast(list[Any], told) if isinstance(told, list) else [told]
    if not items or not all(isinstance(one, dict) for one in items):
        raise BadCallback
    return items
