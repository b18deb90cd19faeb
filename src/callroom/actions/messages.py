"""Text messages as people send them: filled from a template or typed, checked, put in line, called off, tried again.

A row is at once what happened and what is to be done: the worker takes it from here (``message_queue``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.ids import new_id
from callroom.actions.message_places import known_values, own_fields
from callroom.actions.settings import read_settings
from callroom.actions.sms_gateways import gateway_for, read_sms_settings
from callroom.actions.users import Role
from callroom.core import sms
from callroom.core.ivr.templates import fill, names_in
from callroom.core.numbers import STARS, NumberKind, digits_of, is_e164, kind_of, normalise, permission_for
from callroom.core.routing.model import DialPermission
from callroom.errors import CannotSend, NotFound, NotNow, invalid
from callroom.store.journeys import Sight, sight_of
from callroom.store.tables import (
    Customer,
    CustomerPhone,
    MessagePart,
    MessageRow,
    SmsGateway,
    SmsOptOut,
    SmsTemplate,
    User,
)

LONGEST_VALUE = 200  # characters of a value in a template
AN_HOUR_BY_FLOWS = 5  # messages that attendants send to one number
_NO_ADDRESSEE = frozenset({NumberKind.INTERNAL, NumberKind.EMERGENCY, NumberKind.PREMIUM})


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be said: a typed text, or a template with the values that only its sender knows."""

    text: str = ""
    template: str | None = None
    language: str = "zh"
    values: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Composed:
    """A text as it will go, and by which gateway. ``missing``: values that the template asks for and nobody gave.
    ``veiled``: the text without what agents are not shown of a customer; "": it holds nothing such."""

    gateway: SmsGateway
    text: str
    size: sms.Size
    template: str | None = None
    code: str = ""
    params: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    veiled: str = ""

    def seen_by(self, role: str) -> str:
        return self.veiled if self.veiled and role == Role.AGENT else self.text


@dataclass(frozen=True, slots=True)
class To:
    """Whom a message is for. ``number``: E.164."""

    number: str
    customer: str | None = None
    journey: str | None = None


# ---------------------------------------------------------------- what is said


@dataclass(frozen=True, slots=True)
class Script:
    """A typed text, or a template in one language, and by which gateway it goes; not filled yet."""

    gateway: SmsGateway
    text: str
    template: str | None = None
    code: str = ""
    params: tuple[tuple[str, str], ...] = ()
    values: dict[str, str] = field(default_factory=dict[str, str])
    masked: frozenset[str] = frozenset()  # names of what agents are not shown

    def filled(self, known: dict[str, str]) -> Composed:
        """With what is known of its reader. A typed text stays as it is."""
        gateway = self.gateway
        if self.template is None:
            return Composed(gateway, self.text, sms.size_by(gateway.kind, gateway.options, self.text))
        values = self.values | known
        asked = names_in(self.text) + [name for _, value in self.params for name in names_in(value)]
        text = fill(self.text, values)
        hidden = {name: STARS for name in self.masked.intersection(names_in(self.text)) if values.get(name)}
        return Composed(
            gateway,
            text,
            sms.size_by(gateway.kind, gateway.options, text),
            self.template,
            self.code,
            tuple((name, fill(value, values)) for name, value in self.params),
            tuple(name for name in dict.fromkeys(asked) if not values.get(name, "").strip()),
            fill(self.text, values | hidden) if hidden else "",
        )


async def compose(
    session: AsyncSession, words: Words, known: dict[str, str], gateway_id: str | None = None
) -> Composed:
    """Fill a template, or take a typed text. Raises ``CannotSend``; ``Invalid`` for a template that is gone."""
    return (await script_of(session, words, gateway_id)).filled(known)


async def script_of(session: AsyncSession, words: Words, gateway_id: str | None = None) -> Script:
    """Raises ``CannotSend``; ``Invalid`` for a template that is gone."""
    template = await _template(session, words.template) if words.template else None
    wanted = gateway_id or (template.gateway_id if template else None)
    gateway = await gateway_for(session, wanted)
    if gateway is None:
        raise CannotSend("sms_gateway_gone" if wanted else "sms_not_set_up")
    if template is None:
        return Script(gateway, words.text)
    said = template.texts.get(words.language) or next(iter(template.texts.values()))
    values = {name: value[:LONGEST_VALUE] for name, value in words.values.items()}
    params = tuple((one["name"], one["value"]) for one in template.params)
    masked = (await own_fields(session, words.language)).masked
    return Script(gateway, said["text"], template.id, said["code"], params, values, masked)


async def _template(session: AsyncSession, template_id: str) -> SmsTemplate:
    template = await session.get(SmsTemplate, template_id)
    if template is None or not template.enabled:
        raise invalid("template", "unknown_reference")
    return template


# ---------------------------------------------------------------- to whom


def addressee(number: str, country: str, area_code: str) -> str:
    """A typed or told number as messages are sent to it: E.164. Raises ``CannotSend``."""
    to = normalise(number, country, area_code)
    if not is_e164(to) and len(digits_of(to)) > 8:  # gateways tell numbers without their plus
        to = normalise(f"+{digits_of(to)}", country, area_code)
    if not is_e164(to) or kind_of(to, country, area_code) in _NO_ADDRESSEE:
        raise CannotSend("sms_bad_number")
    return to


def may_reach(number: str, country: str, area_code: str, permission: DialPermission) -> bool:
    """Whether somebody who may dial so far may send there: a message abroad costs as a call does."""
    return permission.covers(permission_for(kind_of(number, country, area_code)))


async def customer_of(session: AsyncSession, number: str) -> str | None:
    """Whose number this is."""
    there = select(Customer.id).join(CustomerPhone, CustomerPhone.customer_id == Customer.id)
    return await session.scalar(there.where(CustomerPhone.number == number, Customer.deleted_at.is_(None)).limit(1))


async def opted_out(session: AsyncSession, numbers: Sequence[str]) -> set[str]:
    """Those of the numbers that want no messages."""
    return set(await session.scalars(select(SmsOptOut.number).where(SmsOptOut.number.in_(numbers))))


# ---------------------------------------------------------------- in line


def check(composed: Composed) -> None:
    """Raises ``CannotSend``, ``Invalid`` for what cannot go."""
    if composed.missing:
        raise invalid(f"values.{composed.missing[0]}", "missing")
    if not composed.text.strip():
        raise invalid("text", "missing")
    if len(composed.text) > sms.LONGEST_TEXT or composed.size.parts > sms.MOST_PARTS:
        raise CannotSend("sms_too_long")
    if composed.gateway.kind in ("aliyun", "tencent") and not composed.code:
        raise CannotSend("sms_template_unfit" if composed.template else "sms_template_needed")


def row_of(
    id: str, by: audit.Actor, to: To, composed: Composed, now: datetime, due: datetime, *, bulk: bool
) -> dict[str, Any]:
    """The columns of a message in line."""
    return {
        "id": id, "direction": "out", "state": "queued", "number": to.number, "gateway_id": composed.gateway.id,
        "template_id": composed.template, "text": composed.text, "veiled": composed.veiled, "code": composed.code,
        "params": [list(one) for one in composed.params], "encoding": composed.size.encoding,
        "parts": composed.size.parts, "bulk": bulk, "customer_id": to.customer, "journey_id": to.journey,
        "owner_id": by.id, "attempts": 0, "due_at": due,
        "expires_at": due + timedelta(hours=composed.gateway.valid_hours), "created_at": now, "changed_at": now,
    }  # fmt: skip


async def put(session: AsyncSession, by: audit.Actor, to: To, composed: Composed, now: datetime) -> MessageRow:
    """Put a message in line. Raises ``CannotSend``, ``Invalid``."""
    check(composed)
    if await opted_out(session, [to.number]):
        raise CannotSend("sms_opted_out")
    row = MessageRow(**row_of(new_id("m"), by, to, composed, now, now, bulk=False))
    session.add(row)
    await session.flush()
    told = {"pii_number": to.number, "template": composed.template, "parts": row.parts, "bulk": False}
    await audit.record(session, by, "message.sent", now=now, subject=("message", row.id), after=told)
    return row


async def put_for_flow(
    session: AsyncSession, to: str, template: str, text: str, values: dict[str, str], now: datetime
) -> None:
    """Put an attendant's message in line. ``values`` are the call's. Raises ``CannotSend``, ``Invalid``.

    Callers could have it sent anywhere, at the company's cost: abroad only to the number they call from, and to one
    number only so often.
    """
    settings, _ = await read_settings(session)
    place = settings["country"], settings["area_code"]
    number = addressee(to, *place)
    own = normalise(values.get("caller", ""), *place) == number
    lately = select(func.count()).where(
        MessageRow.number == number,
        MessageRow.direction == "out",
        MessageRow.owner_id.is_(None),
        MessageRow.created_at > now - timedelta(hours=1),
    )
    if not (own or may_reach(number, *place, DialPermission.NATIONAL)):
        raise CannotSend("sms_not_permitted")
    if (await session.scalar(lately) or 0) >= AN_HOUR_BY_FLOWS:
        raise CannotSend("sms_throttled")
    whom = To(number, await customer_of(session, number), values.get("call") or None)
    words = Words(text, template or None, values.get("language", "zh"), values)
    known = await known_values(session, whom.customer, None, now, words.language)
    known = values | {name: one for name, one in known.items() if one}
    await put(session, audit.SYSTEM, whom, await compose(session, words, known), now)


async def after_quiet_hours(session: AsyncSession, now: datetime) -> datetime:
    """When bulk messages may go."""
    rules, _ = await read_sms_settings(session)
    settings, _ = await read_settings(session)
    return sms.after_quiet_hours(now, rules["quiet_begins"], rules["quiet_ends"], settings["time_zone"])


async def call_off(session: AsyncSession, by: audit.Actor, row: MessageRow, now: datetime) -> None:
    """Send it no more. Raises ``NotNow`` when it is under way, or over."""
    waiting = update(MessageRow).where(MessageRow.id == row.id, MessageRow.state == "queued")
    gone = await session.execute(
        waiting.values(state="cancelled", changed_at=now, done_at=now).returning(MessageRow.id)
    )
    if gone.first() is None:
        raise NotNow("cancel", row.state)
    await session.refresh(row)
    await audit.record(session, by, "message.cancelled", now=now, subject=("message", row.id))


async def try_again(session: AsyncSession, by: audit.Actor, row: MessageRow, now: datetime) -> None:
    """Put a message that was not sent in line once more. Raises ``NotNow``, ``CannotSend``."""
    await session.refresh(row, with_for_update=True)  # a report may say in this moment that it arrived
    if row.direction != "out" or row.state not in sms.UNSENT:
        raise NotNow("try again", row.state)
    if await opted_out(session, [row.number]):
        raise CannotSend("sms_opted_out")
    gateway = await gateway_for(session, row.gateway_id)
    if gateway is None:
        raise CannotSend("sms_gateway_gone")
    await session.execute(delete(MessagePart).where(MessagePart.message_id == row.id))  # else they would count as sent
    row.state, row.attempts, row.error, row.told, row.done_at = "queued", 0, "", "", None
    row.due_at, row.expires_at, row.changed_at = now, now + timedelta(hours=gateway.valid_hours), now
    await session.flush()
    await audit.record(session, by, "message.tried_again", now=now, subject=("message", row.id))


# ---------------------------------------------------------------- who sees them


async def within(session: AsyncSession, me: User, customer: str = "") -> ColumnElement[bool]:
    """Which messages somebody may see: an agent his own, a leader those of his teams and those that are nobody's.

    Everybody who sees a customer sees what was written with him, as he sees his card.
    """
    if me.role in (Role.ADMIN, Role.AUDITOR):
        return true()
    sight: Sight = await sight_of(session, me)
    own = MessageRow.owner_id.in_(sorted(sight.agents or {me.id}))
    if me.role == Role.SUPERVISOR:
        own = or_(own, MessageRow.owner_id.is_(None))
    return or_(own, MessageRow.customer_id == customer) if customer else own


async def seen_by(session: AsyncSession, me: User, message_id: str) -> MessageRow:
    """Raises ``NotFound``."""
    wanted = select(MessageRow).where(MessageRow.id == message_id, await within(session, me))
    row = (await session.scalars(wanted)).one_or_none()
    if row is None:
        raise NotFound("message", message_id)
    return row
