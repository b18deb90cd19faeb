"""The options of each kind of gateway, as they are stored."""

from typing import Literal

import msgspec

Form = Literal["e164", "digits", "national"]  # +8613800138000, 8613800138000, 13800138000
# Ids in receipts: written as in answers; in decimal, where answers have hex; in hex, where they have decimal.
ReceiptIds = Literal["same", "decimal", "hex"]


class _Options(msgspec.Struct, frozen=True):
    pass


class Pair(_Options, frozen=True):
    name: str
    value: str = ""


class HttpOptions(_Options, frozen=True):
    """A platform with an interface of its own. ``url``, ``headers``, ``body`` and ``sign_over`` are templates."""

    url: str
    method: Literal["GET", "POST"] = "POST"
    headers: tuple[Pair, ...] = ()
    content: Literal["json", "form"] = "json"
    body: str = ""
    number_form: Form = "e164"
    check_certificate: bool = True
    gsm7: bool = True
    id_path: str = ""
    ok_path: str = ""  # "": every answer of success (2xx)
    ok_values: tuple[str, ...] = ()
    later_values: tuple[str, ...] = ()  # of the same field: not now, but later
    error_path: str = ""
    sign_header: str = ""  # "": requests are not signed
    sign_over: str = "{{body}}"
    sign_encoding: Literal["hex", "base64"] = "hex"
    report_items: str = ""
    report_id: str = ""
    report_state: str = ""
    report_delivered: tuple[str, ...] = ()
    report_failed: tuple[str, ...] = ()
    report_error: str = ""
    inbound_items: str = ""
    inbound_from: str = ""
    inbound_text: str = ""
    inbound_to: str = ""
    callback_answer: str = "OK"


class AliyunOptions(_Options, frozen=True):
    access_key_id: str
    sign_name: str
    endpoint: str = "https://dysmsapi.aliyuncs.com"


class TencentOptions(_Options, frozen=True):
    secret_id: str
    sdk_app_id: str
    sign_name: str
    region: str = "ap-guangzhou"
    endpoint: str = "https://sms.tencentcloudapi.com"


class SmppOptions(_Options, frozen=True):
    host: str
    system_id: str
    port: int = 2775
    system_type: str = ""
    tls: bool = False
    check_certificate: bool = True
    source: str = ""
    source_ton: int = 0
    source_npi: int = 0
    dest_ton: int = 1
    dest_npi: int = 1
    number_form: Form = "digits"
    window: int = 10
    enquire_seconds: int = 30
    receipt_ids: ReceiptIds = "same"
    gsm7: bool = True
