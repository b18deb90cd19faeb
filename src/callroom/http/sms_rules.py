"""Templates of text messages, who wants none, and the site's rules for them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from callroom.actions import message_arrivals, messages
from callroom.actions.configured import Values
from callroom.actions.message_places import known_values
from callroom.actions.sms_gateways import SMS_TEMPLATES, read_sms_settings, write_sms_settings
from callroom.core import sms
from callroom.core.ivr.templates import fill, names_in
from callroom.core.numbers import search_forms
from callroom.errors import CannotSend, NotFound, invalid
from callroom.http.fields import PLAIN, Body, Language, MaybeId, Name, Shown
from callroom.http.journeys import Named, named
from callroom.http.messages import Leader, Sender, Whom, addressed
from callroom.http.paging import Cursor, Limit, decoded, encoded
from callroom.http.place import place_of
from callroom.http.resources import Admin, FromVersion, Reader, Resource, Viewer, etag, mount, show_plainly
from callroom.http.seen import OutsideNumber, OutsideText
from callroom.http.site import Read, Site, SiteDep, Write, actor_of
from callroom.store.journeys import after, with_number
from callroom.store.tables import Customer, SmsOptOut, SmsTemplate, User

router = APIRouter(prefix="/api/v1")
TimeOfDay = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$")]
Word = Annotated[str, Field(min_length=1, max_length=20), PLAIN]


class TemplateText(BaseModel):
    """``code``: how the platform calls the registered template; "" where it needs none."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    text: Annotated[str, Field(min_length=1, max_length=sms.LONGEST_TEXT)]
    code: Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9_-]*$")] = ""


class Param(BaseModel):
    """What fills a place of the platform's template: ``value`` is a text with fields."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_]+$")]
    value: Annotated[str, Field(max_length=200)]


class SmsTemplateIn(Body):
    """``texts`` by language; {{customer.name}}, {{customer.company}}, the customers' own fields by label or id
    ({{customer.Number plate}}), {{agent.name}}, {{agent.staff_number}}, {{company.name}}, {{today}} and {{now}} are
    known, others are asked of who sends. Of Tencent the ``params`` fill the places in their order."""

    name: Name
    gateway_id: MaybeId = None
    texts: dict[Language, TemplateText]
    params: list[Param] = Field(default=[], max_length=20)
    enabled: bool = True


class SmsTemplateOut(Shown):
    name: str
    gateway_id: str | None
    texts: dict[Language, TemplateText]
    params: list[Param]
    enabled: bool


async def _show(viewer: Viewer, rows: Sequence[SmsTemplate]) -> list[SmsTemplateOut]:
    return await show_plainly(viewer, rows, SmsTemplateOut)


def _values(site: Site, body: SmsTemplateIn) -> Values:
    if not body.texts:
        raise invalid("texts", "needs_text")
    if len({one.name for one in body.params}) != len(body.params):
        raise invalid("params", "twice")
    return body.model_dump()


mount(
    router,
    Resource(
        SMS_TEMPLATES,
        "SmsTemplate",
        "SmsTemplates",
        SmsTemplateIn,
        SmsTemplateOut,
        sort=("name", "created_at"),
        search=("name",),
        show=_show,
        values=_values,
        agents_see=("id", "name", "texts", "params", "enabled"),
    ),
)


class TemplateTrial(Body):
    text: Annotated[str, Field(max_length=sms.LONGEST_TEXT)]
    language: Language = "zh"
    customer: MaybeId = None


class TemplateSeen(BaseModel):
    """``text``: filled; what the sender must give stands as 〔name〕. ``missing``: what is not known of him."""

    text: OutsideText
    missing: list[str]
    encoding: sms.Encoding
    characters: int
    parts: int
    left: int


@router.post("/sms-templates/preview", operation_id="previewSmsTemplate", tags=["sms-templates"])
async def preview_template(body: TemplateTrial, me: Admin, site: SiteDep, session: Read) -> TemplateSeen:
    """A text as it would go to a customer, while it is written; nothing is sent."""
    if body.customer is not None and await session.get(Customer, body.customer) is None:
        raise invalid("customer", "unknown_reference")
    known = await known_values(session, body.customer, me, site.now(), body.language)
    blank = [name for name in dict.fromkeys(names_in(body.text)) if not known.get(name)]
    text = fill(body.text, known | {name: f"〔{name}〕" for name in blank})
    size = sms.size_of(text)
    return TemplateSeen(
        text=text,
        missing=[name for name in blank if name in known] if body.customer else [],
        encoding=size.encoding,
        characters=size.characters,
        parts=size.parts,
        left=size.left,
    )


# ---------------------------------------------------------------- who wants none


class OptOutOut(BaseModel):
    """``word``: what he replied; ``by``: who noted it, null: he himself."""

    number: OutsideNumber
    at: datetime
    word: str
    by: Named | None


class OptOutList(BaseModel):
    items: list[OptOutOut]
    next: str | None


def _opt_out(row: SmsOptOut, name: str | None) -> OptOutOut:
    return OptOutOut(number=row.number, at=row.at, word=row.word, by=named(row.by, name))


@router.get("/sms-opt-outs", operation_id="listSmsOptOuts", tags=["sms-opt-outs"])
async def list_opt_outs(
    me: Reader,
    session: Read,
    limit: Limit = 50,
    cursor: Cursor = "",
    number: Annotated[str, Query(max_length=40)] = "",
) -> OptOutList:
    """Newest first."""
    wanted = select(SmsOptOut, User.name).outerjoin(User, User.id == SmsOptOut.by)
    wanted = wanted.order_by(SmsOptOut.at.desc(), SmsOptOut.number.desc()).limit(limit + 1)
    if cursor:
        wanted = wanted.where(after(SmsOptOut.at, SmsOptOut.number, decoded(cursor), newest=True))
    if number:
        forms = search_forms(number, *await place_of(session)) or [number.strip()]
        wanted = wanted.where(with_number(forms, whole=False, columns=(SmsOptOut.number,)))
    found = (await session.execute(wanted)).all()
    items = [_opt_out(row, name) for row, name in found[:limit]]
    last = found[limit - 1][0] if len(found) > limit else None
    return OptOutList(items=items, next=encoded(last.at, last.number) if last else None)


@router.post("/sms-opt-outs", status_code=201, operation_id="addSmsOptOut", tags=["sms-opt-outs"])
async def add_opt_out(body: Whom, me: Sender, request: Request, site: SiteDep, session: Write) -> OptOutOut:
    """No message goes to this number any more, whoever sends it."""
    to = await addressed(session, site, body, me, may_cost=False)
    if to is None:
        raise invalid("to", "one_addressee")
    row = await message_arrivals.opt_out(session, actor_of(me, request), to.number, site.now())
    return _opt_out(row, me.name)


@router.delete("/sms-opt-outs/{number}", status_code=204, operation_id="removeSmsOptOut", tags=["sms-opt-outs"])
async def remove_opt_out(number: str, me: Leader, request: Request, site: SiteDep, session: Write) -> None:
    """The person has said that messages may come again."""
    try:
        number = messages.addressee(number, *await place_of(session))
    except CannotSend:
        raise NotFound("sms_opt_out", number) from None
    if not await message_arrivals.opt_in(session, actor_of(me, request), number, site.now()):
        raise NotFound("sms_opt_out", number)


# ---------------------------------------------------------------- the site's rules


class SmsSettingsIn(Body):
    """Between ``quiet_begins`` and ``quiet_ends`` ("21:00", "08:00"; both empty: never) bulk messages wait. A reply
    that is one of ``opt_out_words`` ends all messages to its number, one of ``opt_in_words`` allows them again."""

    read_only: ClassVar = frozenset({"version"})
    quiet_begins: TimeOfDay = ""
    quiet_ends: TimeOfDay = ""
    opt_out_words: Annotated[list[Word], Field(max_length=50)]
    opt_in_words: Annotated[list[Word], Field(max_length=50)]


class SmsSettingsOut(BaseModel):
    version: int
    quiet_begins: str
    quiet_ends: str
    opt_out_words: list[str]
    opt_in_words: list[str]


@router.get("/settings/sms", operation_id="getSmsSettings", tags=["settings"])
async def get_sms_settings(me: Reader, response: Response, session: Read) -> SmsSettingsOut:
    values, version = await read_sms_settings(session)
    etag(response, version)
    return SmsSettingsOut.model_validate(values | {"version": version})


@router.put("/settings/sms", operation_id="replaceSmsSettings", tags=["settings"])
async def replace_sms_settings(
    body: SmsSettingsIn,
    me: Admin,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    version: FromVersion,
) -> SmsSettingsOut:
    if bool(body.quiet_begins) != bool(body.quiet_ends):
        raise invalid("quiet_ends" if body.quiet_begins else "quiet_begins", "missing")
    values: dict[str, Any] = body.model_dump()
    fresh = await write_sms_settings(session, actor_of(me, request), values, version, site.now())
    etag(response, fresh)
    return SmsSettingsOut.model_validate(values | {"version": fresh})
