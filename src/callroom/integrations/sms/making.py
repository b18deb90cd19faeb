"""From a stored gateway to one that sends, or that reads what its platform tells."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from callroom.errors import SecretLost
from callroom.integrations.sms import aliyun, http_gateway, tencent
from callroom.integrations.sms.gateway import Away, BadCallback, Callback, Gateway, Hear, News
from callroom.integrations.sms.options import AliyunOptions, HttpOptions, SmppOptions, TencentOptions
from callroom.integrations.sms.smpp import SmppGateway
from callroom.store.tables import SmsGateway
from callroom.vault import Vault

What = Literal["reports", "replies"]
# The secret that a kind needs, under the name by which it is given.
SECRETS = {"aliyun": "access_key_secret", "tencent": "secret_key", "smpp": "password"}


def make_gateway(row: SmsGateway, vault: Vault, country: str, now: Callable[[], datetime], hear: Hear) -> Gateway:
    """Raises ``Away`` when its secrets cannot be read, or its options are of no use."""
    try:
        secrets = {name: vault.open(sealed) for name, sealed in row.secrets.items()}
    except SecretLost:
        raise Away("sms_secret_lost") from None
    key = secrets.get(SECRETS.get(row.kind, ""), "")
    match row.kind:
        case "http":
            return http_gateway.HttpGateway(_options(row, HttpOptions), secrets, country, now)
        case "aliyun":
            return aliyun.AliyunGateway(_options(row, AliyunOptions), key, now)
        case "tencent":
            return tencent.TencentGateway(_options(row, TencentOptions), key, now)
        case _:
            return SmppGateway(_options(row, SmppOptions), key, country, hear)


def read_callback(row: SmsGateway, what: What, callback: Callback) -> tuple[Sequence[News], Any]:
    """What a platform's request tells, and what it is answered. Raises ``BadCallback``."""
    of_reports = what == "reports"
    match row.kind:
        case "http":
            options = _options(row, HttpOptions)
            read = http_gateway.reports if of_reports else http_gateway.replies
            return read(options, callback), options.callback_answer
        case "aliyun":
            return (aliyun.reports if of_reports else aliyun.replies)(callback), aliyun.ANSWER
        case "tencent":
            return (tencent.reports if of_reports else tencent.replies)(callback), tencent.ANSWER
        case _:
            raise BadCallback


def _options(row: SmsGateway, kind: type[msgspec.Struct]) -> Any:
    try:
        return msgspec.convert(row.options, kind)
    except msgspec.ValidationError as error:
        raise Away("sms_unfit", str(error)) from None
