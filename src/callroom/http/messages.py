"""Text messages (SMS): sent, listed, called off, tried again, by people who need not see the number (CC-27)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Row, Select, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import messages, messages_bulk
from callroom.actions.idempotency import begin, finish
from callroom.actions.message_places import known_values
from callroom.actions.messages import Composed, To, Words
from callroom.actions.users import Role
from callroom.core import sms
from callroom.core.numbers import Visibility, search_forms
from callroom.core.routing.model import DialPermission
from callroom.errors import SMS_FAILURES, CannotSend, invalid
from callroom.http.codes import CODES
from callroom.http.fields import Body, Language
from callroom.http.journeys import Named, NamedCustomer, named, named_customer
from callroom.http.paging import Cursor, Limit, decoded, encoded
from callroom.http.place import place_of
from callroom.http.problems import speaks_english
from callroom.http.reaching import other_party, phone_of
from callroom.http.seen import OutsideNumber, OutsideText, part_in
from callroom.http.site import Me, Read, Site, SiteDep, Write, actor_of, allow
from callroom.store.journeys import after, with_number
from callroom.store.tables import Customer, MessageRow, SmsGateway, SmsTemplate, User

router = APIRouter(prefix="/api/v1", tags=["messages"])
Sender = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR, Role.AGENT))]
Leader = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR))]
A_MINUTE = 30  # messages that one person may send by hand
MOST_AT_ONCE = 200  # customers of one bulk message: others wait to write meanwhile

Value = Annotated[str, Field(max_length=messages.LONGEST_VALUE)]


class Whom(Body):
    """One of: a number (``to``), a ``customer`` and which of his phones (``field``: by id or place), the other party of
    a ``journey``, the sender of a ``message``."""

    to: Annotated[str | None, Field(min_length=1, max_length=40)] = None
    customer: Annotated[str | None, Field(max_length=40)] = None
    field: int | str = Field(default=0, union_mode="left_to_right")
    journey: Annotated[str | None, Field(max_length=40)] = None
    message: Annotated[str | None, Field(max_length=40)] = None


class Said(Body):
    """``text``, or ``template`` (its id) in a ``language``; ``values``: what the template asks for beyond the customer,
    the agent and the company."""

    text: Annotated[str, Field(max_length=sms.LONGEST_TEXT)] = ""
    template: Annotated[str | None, Field(max_length=40)] = None
    language: Language | None = None
    values: dict[str, Value] = Field(default={}, max_length=30)


class MessageIn(Said, Whom):
    pass


class BulkIn(Said):
    """To the first phone of each customer; it waits through the quiet hours. Who wants no messages is left out."""

    customers: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=MOST_AT_ONCE)]


class BulkOut(BaseModel):
    """``left_out``: how many were sent nothing, by the reason."""

    queued: int
    left_out: dict[str, int]


class PreviewOut(BaseModel):
    """``number``: to whom, as far as it may be seen. ``missing``: values that must be given. ``parts``: messages that
    are paid; ``left``: characters that still fit. ``error``: why it could not be sent like this."""

    text: OutsideText
    encoding: sms.Encoding
    characters: int
    parts: int
    left: int
    missing: list[str]
    number: OutsideNumber
    gateway: str
    error: str
    error_text: str


class MessageOut(BaseModel):
    """``queued`` and ``sending`` become ``sent``, which becomes ``delivered`` or ``failed`` by the gateway's report;
    ``rejected``: refused for good, ``expired``: not in time. ``received`` came in; its ``owner`` is whom it answers."""

    id: str
    direction: Literal["in", "out"]
    state: sms.State
    number: OutsideNumber
    line: str
    text: OutsideText
    encoding: sms.Encoding
    parts: int
    bulk: bool
    gateway: Named
    template: Named | None
    customer: NamedCustomer | None
    owner: Named | None
    journey: str | None
    attempts: int
    due_at: datetime
    error: str
    error_text: str
    told: str
    created_at: datetime
    sent_at: datetime | None
    done_at: datetime | None


class MessageList(BaseModel):
    items: list[MessageOut]
    next: str | None


def _wanted() -> Select[MessageRow, str, str, str, str]:
    return (
        select(MessageRow, SmsGateway.name, SmsTemplate.name, Customer.name, User.name)
        .outerjoin(SmsGateway, SmsGateway.id == MessageRow.gateway_id)
        .outerjoin(SmsTemplate, SmsTemplate.id == MessageRow.template_id)
        .outerjoin(Customer, Customer.id == MessageRow.customer_id)
        .outerjoin(User, User.id == MessageRow.owner_id)
    )


def _shown(shown: Row[MessageRow, str, str, str, str], me: User, request: Request) -> MessageOut:
    row, gateway, template, customer, owner = shown  # names of what is gone are None
    return MessageOut.model_validate(
        {
            **{name: getattr(row, name) for name in MessageOut.model_fields if hasattr(MessageRow, name)},
            "text": row.veiled if row.veiled and me.role == Role.AGENT else row.text,
            "gateway": Named(id=row.gateway_id, name=gateway or ""),
            "template": named(row.template_id, template),
            "customer": named_customer(row.customer_id, customer),
            "owner": named(row.owner_id, owner),
            "journey": row.journey_id,
            "error_text": inwords_of(row.error, request),
            "told": row.told if me.sees is Visibility.FULL else "",  # a platform may repeat the number
        }
    )


def inwords_of(error: str, request: Request) -> str:
    return CODES[error][speaks_english(request)] if error in SMS_FAILURES else ""


async def one_message(session: AsyncSession, row: MessageRow, me: User, request: Request) -> MessageOut:
    found = (await session.execute(_wanted().where(MessageRow.id == row.id))).one()
    return _shown(found, me, request)


async def show(session: AsyncSession, ids: Sequence[str], me: User, request: Request) -> list[MessageOut]:
    return [_shown(one, me, request) for one in await session.execute(_wanted().where(MessageRow.id.in_(ids)))]


# ---------------------------------------------------------------- reading


@router.get("/messages", operation_id="listMessages")
async def list_messages(
    me: Me,
    request: Request,
    session: Read,
    limit: Limit = 50,
    cursor: Cursor = "",
    direction: Literal["in", "out"] | None = None,
    state: sms.State | None = None,
    number: Annotated[str, Query(max_length=40)] = "",
    customer: Annotated[str, Query(max_length=40)] = "",
    journey: Annotated[str, Query(max_length=40)] = "",
    q: Annotated[str, Query(max_length=80)] = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> MessageList:
    """Newest first. Agents see their own, leaders those of their teams and those of nobody; of a ``customer`` all."""
    wanted = _wanted().where(await messages.within(session, me, customer))
    wanted = wanted.order_by(MessageRow.created_at.desc(), MessageRow.id.desc()).limit(limit + 1)
    if cursor:
        wanted = wanted.where(after(MessageRow.created_at, MessageRow.id, decoded(cursor), newest=True))
    for column, value in (
        (MessageRow.direction, direction),
        (MessageRow.state, state),
        (MessageRow.customer_id, customer),
        (MessageRow.journey_id, journey),
    ):
        if value:
            wanted = wanted.where(column == value)
    if q.strip():
        seen: ColumnElement[str] = MessageRow.text.expression
        if me.role == Role.AGENT:  # who cannot see what stands there cannot find it piece by piece either
            seen = case((MessageRow.veiled != "", MessageRow.veiled), else_=MessageRow.text)
        wanted = wanted.where(part_in(seen, q, me))
    if since:
        wanted = wanted.where(MessageRow.created_at >= since)
    if until:
        wanted = wanted.where(MessageRow.created_at < until)
    if number:
        # As with calls: who may not see numbers must know a whole one, or he could guess it digit by digit.
        whole = me.sees is not Visibility.FULL
        forms = search_forms(number, *await place_of(session)) or [number.strip()]
        wanted = wanted.where(with_number(forms, whole=whole, columns=(MessageRow.number,)))
    found = (await session.execute(wanted)).all()
    items = [_shown(row, me, request) for row in found[:limit]]
    last = items[-1] if items and len(found) > limit else None
    return MessageList(items=items, next=encoded(last.created_at, last.id) if last else None)


@router.get("/messages/{message_id}", operation_id="getMessage")
async def get_message(message_id: str, me: Me, request: Request, session: Read) -> MessageOut:
    return await one_message(session, await messages.seen_by(session, me, message_id), me, request)


# ---------------------------------------------------------------- sending


def words_of(body: Said) -> Words:
    if bool(body.text.strip()) == bool(body.template):
        raise invalid("text", "one_text")
    return Words(body.text, body.template, body.language or "zh", body.values)


async def addressed(session: AsyncSession, site: Site, whom: Whom, me: User, *, may_cost: bool = True) -> To | None:
    """Whom it is for; None when nobody is named. Raises ``CannotSend``, ``NotFound``, ``Invalid``.

    ``may_cost``: a message is to go there, which not everybody may send everywhere."""
    if sum(one is not None for one in (whom.to, whom.customer, whom.journey, whom.message)) > 1:
        raise invalid("to", "one_addressee")
    customer, journey = whom.customer, whom.journey
    if whom.to is not None:
        number = whom.to
    elif whom.customer is not None:
        number = await phone_of(session, whom.customer, whom.field)
    elif whom.journey is not None:
        number, customer = await other_party(session, site, me, whom.journey)
    elif whom.message is not None:
        answered = await messages.seen_by(session, me, whom.message)
        number, customer, journey = answered.number, answered.customer_id, answered.journey_id
    else:
        return None
    number = messages.addressee(number, *await place_of(session))
    if may_cost:
        await _check_reach(session, me, number)
    return To(number, customer or await messages.customer_of(session, number), journey)


async def _check_reach(session: AsyncSession, me: User, number: str) -> None:
    if not messages.may_reach(number, *await place_of(session), DialPermission(me.dial_permission)):
        raise CannotSend("sms_not_permitted")


async def _composed(session: AsyncSession, body: Said, to: To | None, me: User, now: datetime) -> Composed:
    words = words_of(body)
    known = await known_values(session, to.customer if to else None, me, now, words.language)
    return await messages.compose(session, words, known)


@router.post("/messages", status_code=201, operation_id="sendMessage")
async def send_message(
    body: MessageIn,
    me: Sender,
    request: Request,
    site: SiteDep,
    session: Write,
    key: Annotated[str | None, Header(alias="Idempotency-Key", max_length=80)] = None,
) -> MessageOut:
    """Put a message in line; the worker sends it moments later. With ``Idempotency-Key`` a repeated request sends
    once."""
    check_right(me)
    await site.limit("sms", me.id, A_MINUTE)
    if key is not None:
        digest = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
        if (known := await begin(session, me.id, key, digest, site.now())) is not None:
            return MessageOut.model_validate(known.body)
    to = await addressed(session, site, body, me)
    if to is None:
        raise invalid("to", "one_addressee")
    composed = await _composed(session, body, to, me, site.now())
    row = await messages.put(session, actor_of(me, request), to, composed, site.now())
    shown = await one_message(session, row, me, request)
    if key is not None:
        await finish(session, me.id, key, 201, shown.model_dump(mode="json"))
    return shown


@router.post("/messages/preview", operation_id="previewMessage")
async def preview_message(body: MessageIn, me: Sender, request: Request, site: SiteDep, session: Read) -> PreviewOut:
    """The text as it would go and what it takes, with nothing sent; nobody need be named yet."""
    to, error = None, ""
    try:
        to = await addressed(session, site, body, me)
        if to and await messages.opted_out(session, [to.number]):
            error = "sms_opted_out"
    except CannotSend as no:
        error = no.why
    if not (body.text.strip() or body.template):
        size, text, missing, gateway = sms.size_of(""), "", (), ""
    else:
        try:
            composed = await _composed(session, body, to, me, site.now())
            size, text, missing, gateway = (
                composed.size,
                composed.seen_by(me.role),
                composed.missing,
                composed.gateway.name,
            )
        except CannotSend as no:
            size, text, missing, gateway, error = sms.size_of(body.text), body.text, (), "", error or no.why
    if size.parts > sms.MOST_PARTS:
        error = error or "sms_too_long"
    return PreviewOut(
        text=text,
        encoding=size.encoding,
        characters=size.characters,
        parts=size.parts,
        left=size.left,
        missing=list(missing),
        number=to.number if to else "",
        gateway=gateway,
        error=error,
        error_text=inwords_of(error, request),
    )


@router.post("/messages/bulk", status_code=202, operation_id="sendMessages")
async def send_messages(
    body: BulkIn, me: Leader, request: Request, site: SiteDep, before: Read, session: Write
) -> BulkOut:
    """The same to many customers, each in his own words."""
    check_right(me)
    await site.limit("sms-bulk", me.id, 6)
    # all that can be known is, before others wait to write
    ready = await messages_bulk.ready_for(before, body.customers, words_of(body), me, site.now())
    due = await messages.after_quiet_hours(before, site.now())
    queued = await messages_bulk.put_many(session, actor_of(me, request), ready, site.now(), due)
    return BulkOut(queued=queued, left_out=ready.left_out)


def check_right(me: User) -> None:
    if not me.may_send_sms:
        raise CannotSend("sms_not_permitted")


@router.post("/messages/{message_id}/cancel", operation_id="cancelMessage")
async def cancel_message(message_id: str, me: Sender, request: Request, site: SiteDep, session: Write) -> MessageOut:
    """One that waits is not sent any more; any other answers 409."""
    row = await messages.seen_by(session, me, message_id)
    await messages.call_off(session, actor_of(me, request), row, site.now())
    return await one_message(session, row, me, request)


@router.post("/messages/{message_id}/retry", operation_id="retryMessage")
async def retry_message(message_id: str, me: Sender, request: Request, site: SiteDep, session: Write) -> MessageOut:
    """Send one that was not sent, or not delivered, once more; any other answers 409."""
    check_right(me)
    await site.limit("sms", me.id, A_MINUTE)
    row = await messages.seen_by(session, me, message_id)
    await _check_reach(session, me, row.number)
    await messages.try_again(session, actor_of(me, request), row, site.now())
    return await one_message(session, row, me, request)
