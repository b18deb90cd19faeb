"""The exchange's rows: extensions with their phones, ring groups, lines, and the routes in and out."""

import re
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.configured import Kind, Values, must_exist, number_free
from callroom.actions.ids import new_id
from callroom.actions.references import checked_destination, not_led_to
from callroom.actions.voicemail_boxes import drop_box
from callroom.errors import InUse, Taken, invalid
from callroom.store.tables import Device, Extension, FaxBox, InboundRoute, OutboundRoute, RingGroup, Trunk, User


class Extensions(Kind[Extension]):
    table = Extension
    name = "extension"
    plural = "extensions"
    prefix = "e"
    unique = ()
    touches = ("devices",)

    async def check(self, session: AsyncSession, values: Values, row: Extension | None) -> None:
        await number_free(session, values["number"], row.id if row else None)

    async def stored(
        self, session: AsyncSession, by: audit.Actor, row: Extension, beside: Values, now: datetime, *, fresh: bool
    ) -> None:
        if fresh:  # the phone in the browser comes with the extension
            session.add(
                Device(
                    id=new_id("d"),
                    created_at=now,
                    updated_at=now,
                    extension_id=row.id,
                    kind="browser",
                    name="",
                    secret=new_secret(),
                )
            )
            await session.flush()

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Extension) -> None:
        if user := await session.scalar(select(User.name).where(User.extension_id == row.id)):
            raise InUse("user", user)
        await not_led_to(session, row)
        await drop_box(session, row.id)


class Devices(Kind[Device]):
    table = Device
    name = "device"
    plural = "devices"
    prefix = "d"
    unique = ()
    secrets = frozenset({"secret"})
    touches = ("extensions",)

    async def check(self, session: AsyncSession, values: Values, row: Device | None) -> None:
        await must_exist(session, Extension, values["extension_id"], "extension_id")
        if row and row.kind == "browser" and (values["kind"], values["extension_id"]) != ("browser", row.extension_id):
            raise InUse("extension", await _number(session, row))
        if values["kind"] == "browser":  # an extension has one; two would ring in the same page
            browser = select(Device.id).where(Device.extension_id == values["extension_id"], Device.kind == "browser")
            other = await session.scalar(browser)
            if other is not None and (row is None or other != row.id):
                raise Taken("kind", "browser")
        if not values.get("secret"):
            values["secret"] = row.secret if row else new_secret()

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Device) -> None:
        if row.kind == "browser":
            raise InUse("extension", await _number(session, row))


class RingGroups(Kind[RingGroup]):
    table = RingGroup
    name = "ring_group"
    plural = "ring-groups"
    prefix = "rg"

    async def check(self, session: AsyncSession, values: Values, row: RingGroup | None) -> None:
        await number_free(session, values["number"], row.id if row else None)
        members = values["members"]
        if any(bool(one["extension"]) == bool(one["number"]) for one in members):
            raise invalid("members", "member_is_one")
        numbers = [one["number"] for one in members if one["number"]]
        if len(set(numbers)) != len(numbers):
            raise invalid("members", "twice")
        await must_exist(session, Extension, [one["extension"] for one in members if one["extension"]], "members")
        values["otherwise"] = await checked_destination(session, values["otherwise"], "otherwise")
        if row and values["otherwise"] == {"kind": "ring_group", "id": row.id}:
            raise invalid("otherwise", "leads_to_itself")

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: RingGroup) -> None:
        await not_led_to(session, row)


class Trunks(Kind[Trunk]):
    table = Trunk
    name = "trunk"
    plural = "trunks"
    prefix = "t"
    secrets = frozenset({"secret"})

    async def check(self, session: AsyncSession, values: Values, row: Trunk | None) -> None:
        if values["kind"] == "register" and not values["username"]:
            raise invalid("username", "missing")
        if values["secret"] is None:
            values["secret"] = row.secret if row else ""

    async def may_go(self, session: AsyncSession, by: audit.Actor, row: Trunk) -> None:
        if route := await session.scalar(select(InboundRoute.name).where(InboundRoute.trunk_id == row.id)):
            raise InUse("inbound_route", route)
        for out in await session.scalars(select(OutboundRoute).order_by(OutboundRoute.name)):
            if row.id in out.trunk_ids:
                raise InUse("outbound_route", out.name)


class InboundRoutes(Kind[InboundRoute]):
    table = InboundRoute
    name = "inbound_route"
    plural = "inbound-routes"
    prefix = "ir"
    unique = ()

    async def check(self, session: AsyncSession, values: Values, row: InboundRoute | None) -> None:
        await must_exist(session, Trunk, values["trunk_id"], "trunk_id")
        await must_exist(session, FaxBox, values["fax_box_id"], "fax_box_id")
        values["destination"] = await checked_destination(session, values["destination"], "destination")
        # two routes for the very same calls would leave it to chance which one is meant
        alike = await session.scalars(
            select(InboundRoute.id).where(
                InboundRoute.did == values["did"],
                InboundRoute.caller == values["caller"],
                InboundRoute.trunk_id.is_(None)
                if values["trunk_id"] is None
                else InboundRoute.trunk_id == values["trunk_id"],
            )
        )
        if any(row is None or other != row.id for other in alike):
            raise Taken("did", values["did"] or "*")


class OutboundRoutes(Kind[OutboundRoute]):
    table = OutboundRoute
    name = "outbound_route"
    plural = "outbound-routes"
    prefix = "or"
    unique = ()

    async def check(self, session: AsyncSession, values: Values, row: OutboundRoute | None) -> None:
        await must_exist(session, Trunk, values["trunk_ids"], "trunk_ids")


EXTENSIONS, DEVICES, TRUNKS = Extensions(), Devices(), Trunks()
RING_GROUPS = RingGroups()
INBOUND_ROUTES, OUTBOUND_ROUTES = InboundRoutes(), OutboundRoutes()


def new_secret() -> str:
    """A phone's password: 160 bits in letters and digits that any phone's set-up page takes."""
    return re.sub("[_-]", "x", secrets.token_urlsafe(27))


async def _number(session: AsyncSession, device: Device) -> str:
    return await session.scalar(select(Extension.number).where(Extension.id == device.extension_id)) or ""
