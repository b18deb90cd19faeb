"""What text messages need that is set up: gateways, templates, and the site's rules for messages."""

import secrets
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.configured import Kind, Values, must_exist, tell
from callroom.actions.message_places import check_places
from callroom.actions.references import not_led_to
from callroom.core import sms
from callroom.errors import ChangedMeanwhile, Fault, InUse, Invalid
from callroom.store.settings import SMS, keep, kept
from callroom.store.tables import MessageRow, SmsGateway, SmsLink, SmsTemplate
from callroom.vault import Vault

# What leads a gateway elsewhere, or to somebody else's account.
_WHERE = ("url", "endpoint", "host", "port", "tls", "access_key_id", "secret_id", "system_id")
DEFAULTS: dict[str, Any] = {
    "quiet_begins": "21:00",  # in these hours bulk messages wait; both "": never
    "quiet_ends": "08:00",
    "opt_out_words": list(sms.OPT_OUT_WORDS),
    "opt_in_words": list(sms.OPT_IN_WORDS),
}


class SmsGateways(Kind[SmsGateway]):
    """``secrets`` come as those of connections do; for another address or account each must be given anew."""

    table = SmsGateway
    name = "sms_gateway"
    plural = "sms-gateways"
    prefix = "sg"

    async def check(self, session: AsyncSession, values: Values, row: SmsGateway | None) -> None:
        vault: Vault = values.pop("vault")
        stored = row.secrets if row else {}
        options = cast(dict[str, Any], values["options"])
        moved = row is not None and (
            row.kind != values["kind"] or any(options.get(name) != row.options.get(name) for name in _WHERE)
        )
        given = cast(dict[str, str | None], values["secrets"])
        again = [name for name, text in given.items() if text is None and (moved or name not in stored)]
        if again:
            raise Invalid(tuple(Fault(f"secrets.{name}", "give_again") for name in again))
        values["secrets"] = {name: stored[name] if text is None else vault.seal(text) for name, text in given.items()}
        if row is None:
            values["token"] = secrets.token_urlsafe(24)

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: SmsGateway) -> None:
        template = select(SmsTemplate.name).where(SmsTemplate.gateway_id == row.id).limit(1)
        if name := await session.scalar(template):
            raise InUse("sms_template", name)
        waiting = select(MessageRow.number).where(MessageRow.gateway_id == row.id, MessageRow.state.in_(sms.OPEN))
        if number := await session.scalar(waiting.limit(1)):
            raise InUse("message", number)
        if link := await session.get(SmsLink, row.id):
            await session.delete(link)

    async def seen(self, session: AsyncSession, row: SmsGateway) -> Values:
        return {name: value for name, value in (await super().seen(session, row)).items() if name != "token"} | {
            "secrets": sorted(row.secrets)
        }


class SmsTemplates(Kind[SmsTemplate]):
    table = SmsTemplate
    name = "sms_template"
    plural = "sms-templates"
    prefix = "st"

    async def check(self, session: AsyncSession, values: Values, row: SmsTemplate | None) -> None:
        await must_exist(session, SmsGateway, values["gateway_id"], "gateway_id")
        for language, said in values["texts"].items():
            await check_places(session, [said["text"]], f"texts.{language}.text")
        await check_places(session, [one["value"] for one in values["params"]], "params")

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: SmsTemplate) -> None:
        await not_led_to(session, row)


SMS_GATEWAYS, SMS_TEMPLATES = SmsGateways(), SmsTemplates()


async def gateway_for(session: AsyncSession, gateway_id: str | None = None) -> SmsGateway | None:
    """The gateway with this id, or the first of all, if it is enabled."""
    wanted = select(SmsGateway).where(SmsGateway.enabled).order_by(SmsGateway.position, SmsGateway.name).limit(1)
    if gateway_id is not None:
        wanted = wanted.where(SmsGateway.id == gateway_id)
    return await session.scalar(wanted)


async def read_sms_settings(session: AsyncSession) -> tuple[dict[str, Any], int]:
    """The site's rules for messages, and their version (0: never written)."""
    values, version = await kept(session, SMS)
    return DEFAULTS | values, version


async def write_sms_settings(
    session: AsyncSession, by: audit.Actor, values: dict[str, Any], version: int, now: datetime
) -> int:
    """Replace the rules; returns the new version. Raises ``ChangedMeanwhile``."""
    await audit.hold(session)
    before, present = await read_sms_settings(session)
    if version != present:
        raise ChangedMeanwhile(present)
    fresh = await keep(session, SMS, values)
    subject = ("settings", SMS)
    await audit.record(session, by, "sms_settings.updated", now=now, subject=subject, before=before, after=values)
    tell(session, "sms-settings")
    return fresh
