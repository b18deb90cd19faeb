"""The gateways by which text messages go and come; admins set them up and try them. Secrets never come back."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlalchemy import func, select

from callroom.actions import configured, messages
from callroom.actions.configured import Values
from callroom.actions.message_places import known_values
from callroom.actions.messages import To, Words
from callroom.actions.sms_gateways import SMS_GATEWAYS
from callroom.actions.users import Role
from callroom.core import sms
from callroom.core.ivr.paths import is_path
from callroom.core.ivr.templates import fill
from callroom.errors import CannotSend, Fault, Invalid
from callroom.http.codes import CODES
from callroom.http.connections import HEADER_NAME, Base, Header, Secret, is_base
from callroom.http.exchange import columns
from callroom.http.fields import PLAIN, Body, Host, Name, Shown, rule
from callroom.http.messages import MessageOut, Value, one_message
from callroom.http.place import place_of
from callroom.http.problems import speaks_english
from callroom.http.resources import Admin, Resource, Viewer, mount
from callroom.http.site import Site, SiteDep, Write, actor_of
from callroom.integrations.sms.making import SECRETS
from callroom.integrations.sms.options import Form, ReceiptIds
from callroom.store.tables import MessageRow, SmsGateway, SmsLink

router = APIRouter(prefix="/api/v1")
Path = Annotated[str, Field(max_length=200), rule("not_a_path", is_path)]
Code = Annotated[str, Field(max_length=60), PLAIN]
Codes = Annotated[list[Code], Field(max_length=30)]
Account = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[\x21-\x7e]+$")]
Signature = Annotated[str, Field(min_length=2, max_length=20), PLAIN]


class HttpOptions(BaseModel):
    """``url``, ``headers``, ``body`` and ``sign_over`` may name ``{{to}}``, ``{{text}}``, ``{{id}}``, ``{{code}}``,
    ``{{param.NAME}}``, ``{{timestamp}}``, ``{{nonce}}`` and ``{{secret.NAME}}``; ``sign_over`` also ``{{body}}``,
    ``{{method}}`` and ``{{path}}``. The secret ``hmac`` signs by HMAC-SHA256. Paths lead into an answer, or into what
    the platform sends: ``data.items[0].id``."""

    kind: Literal["http"]
    url: Annotated[str, Field(min_length=1, max_length=1000)]
    method: Literal["GET", "POST"] = "POST"
    headers: list[Header] = Field(default=[], max_length=20)
    content: Literal["json", "form"] = "json"
    body: Annotated[str, Field(max_length=4000)] = ""
    number_form: Form = "e164"
    check_certificate: bool = True
    gsm7: bool = True
    id_path: Path = ""
    ok_path: Path = ""
    ok_values: Codes = []
    later_values: Codes = []
    error_path: Path = ""
    sign_header: Annotated[str, Field(max_length=80)] = ""
    sign_over: Annotated[str, Field(max_length=1000)] = "{{body}}"
    sign_encoding: Literal["hex", "base64"] = "hex"
    report_items: Path = ""
    report_id: Path = ""
    report_state: Path = ""
    report_delivered: Codes = []
    report_failed: Codes = []
    report_error: Path = ""
    inbound_items: Path = ""
    inbound_from: Path = ""
    inbound_text: Path = ""
    inbound_to: Path = ""
    callback_answer: Annotated[str, Field(max_length=200)] = "OK"


class AliyunOptions(BaseModel):
    """The secret is ``access_key_secret``. ``sign_name``: the registered signature, without its brackets."""

    kind: Literal["aliyun"]
    access_key_id: Account
    sign_name: Signature
    endpoint: Base = "https://dysmsapi.aliyuncs.com"


class TencentOptions(BaseModel):
    """The secret is ``secret_key``."""

    kind: Literal["tencent"]
    secret_id: Account
    sdk_app_id: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
    sign_name: Signature
    region: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] = "ap-guangzhou"
    endpoint: Base = "https://sms.tencentcloudapi.com"


class SmppOptions(BaseModel):
    """SMPP 3.4 as transceiver; the secret is ``password``. ``source``: the number or name that is shown.
    ``receipt_ids``: receipts write ids as answers do, or in decimal those given in hex, or in hex those in decimal."""

    kind: Literal["smpp"]
    host: Host
    port: Annotated[int, Field(ge=1, le=65535)] = 2775
    system_id: Annotated[str, Field(min_length=1, max_length=15, pattern=r"^[\x21-\x7e]+$")]
    system_type: Annotated[str, Field(max_length=12, pattern=r"^[\x21-\x7e]*$")] = ""
    tls: bool = False
    check_certificate: bool = True
    source: Annotated[str, Field(max_length=20, pattern=r"^[\x20-\x7e]*$")] = ""
    source_ton: Annotated[int, Field(ge=0, le=6)] = 0
    source_npi: Annotated[int, Field(ge=0, le=18)] = 0
    dest_ton: Annotated[int, Field(ge=0, le=6)] = 1
    dest_npi: Annotated[int, Field(ge=0, le=18)] = 1
    number_form: Form = "digits"
    window: Annotated[int, Field(ge=1, le=100)] = 10
    enquire_seconds: Annotated[int, Field(ge=5, le=600)] = 30
    receipt_ids: ReceiptIds = "same"
    gsm7: bool = True


Options = Annotated[HttpOptions | AliyunOptions | TencentOptions | SmppOptions, Field(discriminator="kind")]


class SmsGatewayIn(Body):
    """The first enabled one by ``position`` sends what names no gateway. ``sends_again``: a message of which it is
    unclear whether it went is sent again, perhaps twice, instead of failing. Secrets left out of a change go."""

    read_only: ClassVar = frozenset({"callback", "state", "why", "why_text", "told", "since", "waiting"})
    name: Name
    position: Annotated[int, Field(ge=0, le=1000)] = 0
    enabled: bool = True
    per_second: Annotated[int, Field(ge=1, le=500)] = 10
    valid_hours: Annotated[int, Field(ge=1, le=168)] = 24
    sends_again: bool = False
    options: Options
    secrets: list[Secret] = Field(default=[], max_length=10)


class SmsGatewayOut(Shown):
    """``callback``: the path, below the site's address, to which the platform sends reports (``/reports``) and replies
    (``/replies``), shown to admins only. ``state``: as the worker last saw it; ``waiting``: messages in line."""

    name: str
    position: int
    enabled: bool
    per_second: int
    valid_hours: int
    sends_again: bool
    options: Options
    secrets: list[Secret]
    callback: str
    state: Literal["unknown", "ready", "away"]
    why: str
    why_text: str
    told: str
    since: datetime | None
    waiting: int


class TestIn(Body):
    """``to``: a number; ``template`` for platforms that send nothing else."""

    to: Annotated[str, Field(min_length=1, max_length=40)]
    template: Annotated[str | None, Field(max_length=40)] = None
    values: dict[str, Value] = Field(default={}, max_length=30)


async def show(viewer: Viewer, rows: Sequence[SmsGateway]) -> list[SmsGatewayOut]:
    ids = [row.id for row in rows]
    links = {
        link.gateway_id: link
        for link in await viewer.session.scalars(select(SmsLink).where(SmsLink.gateway_id.in_(ids)))
    }
    counted = await viewer.session.execute(
        select(MessageRow.gateway_id, func.count())
        .where(MessageRow.gateway_id.in_(ids), MessageRow.state.in_(sms.OPEN))
        .group_by(MessageRow.gateway_id)
    )
    waiting = {gateway: count for gateway, count in counted}
    return [_shown(viewer, row, links.get(row.id), waiting.get(row.id, 0)) for row in rows]


def _shown(viewer: Viewer, row: SmsGateway, link: SmsLink | None, waiting: int) -> SmsGatewayOut:
    admin = viewer.me.role == Role.ADMIN
    known = link if link and row.enabled else None
    return SmsGatewayOut.model_validate(
        columns(row)
        | {
            "options": row.options | {"kind": row.kind},
            "secrets": [{"name": name} for name in sorted(row.secrets)],
            "callback": f"/api/v1/sms-callbacks/{row.token}" if admin and row.kind != "smpp" else "",
            "state": known.state if known else "unknown",
            "why": known.why if known else "",
            "why_text": CODES[known.why][viewer.me.language == "en"] if known and known.why in CODES else "",
            "told": known.told if known else "",
            "since": known.since if known else None,
            "waiting": waiting,
        }
    )


def _values(site: Site, body: SmsGatewayIn) -> Values:
    faults: list[Fault] = []
    given = {secret.name: secret.value for secret in body.secrets}
    if len(given) != len(body.secrets):
        faults.append(Fault("secrets", "twice"))
    if (needed := SECRETS.get(body.options.kind)) and needed not in given:
        faults.append(Fault(f"secrets.{needed}", "needs_secret", {"name": needed}))
    if isinstance(body.options, HttpOptions):
        faults += _wrong(body.options, given)
    if faults:
        raise Invalid(tuple(faults))
    values = body.model_dump()
    kind = values["options"].pop("kind")
    return values | {"kind": kind, "secrets": given, "vault": site.vault}


def _wrong(options: HttpOptions, secrets: dict[str, str | None]) -> list[Fault]:
    faults: list[Fault] = []
    place = options.url.split("?", 1)[0]
    host = "/".join(place.split("/")[:3])
    if "{{" in host or not is_base(fill(place, {})):
        faults.append(Fault("options.url", "not_a_web_address"))
    if options.method == "POST" and not options.body.strip():
        faults.append(Fault("options.body", "missing"))
    elif options.method == "POST" and options.content == "json" and not _is_json(options.body):
        faults.append(Fault("options.body", "not_json"))
    if options.sign_header and "hmac" not in secrets:
        faults.append(Fault("secrets", "needs_secret", {"name": "hmac"}))
    if options.sign_header and not HEADER_NAME.fullmatch(options.sign_header):
        faults.append(Fault("options.sign_header", "bad_character"))
    if options.ok_path and not options.ok_values:
        faults.append(Fault("options.ok_values", "missing"))
    if options.report_id and not options.report_delivered:
        faults.append(Fault("options.report_delivered", "missing"))
    return faults


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


mount(
    router,
    Resource(
        SMS_GATEWAYS,
        "SmsGateway",
        "SmsGateways",
        SmsGatewayIn,
        SmsGatewayOut,
        sort=("position", "name", "created_at"),
        search=("name",),
        show=show,
        values=_values,
    ),
)


@router.post("/sms-gateways/{id}/test", status_code=201, operation_id="testSmsGateway", tags=["sms-gateways"])
async def test_gateway(id: str, body: TestIn, me: Admin, request: Request, site: SiteDep, session: Write) -> MessageOut:
    """Put a message for this gateway in line; ask for it again to see how it went."""
    await site.limit("sms", me.id, 30)
    row = await configured.get(session, SMS_GATEWAYS, id)
    if not row.enabled:
        raise CannotSend("sms_gateway_gone")
    number = messages.addressee(body.to, *await place_of(session))
    to = To(number, await messages.customer_of(session, number))
    language = "en" if speaks_english(request) else "zh"
    text = "" if body.template else TRIAL[language]
    words = Words(text, body.template, language, body.values)
    known = await known_values(session, to.customer, me, site.now(), language)
    composed = await messages.compose(session, words, known, row.id)
    made = await messages.put(session, actor_of(me, request), to, composed, site.now())
    return await one_message(session, made, me, request)


TRIAL = {"zh": "Callroom 测试短信：短信网关可以使用。", "en": "Callroom test message: the SMS gateway works."}
