"""Extensions, phones, lines, and the routes in and out."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import select

from callroom.actions.exchange import DEVICES, EXTENSIONS, INBOUND_ROUTES, OUTBOUND_ROUTES, TRUNKS
from callroom.actions.users import Role
from callroom.core.routing.model import DialPermission
from callroom.http.fields import (
    Body,
    CallerNumber,
    Credential,
    Destination,
    Host,
    Id,
    InsideNumber,
    Label,
    Language,
    MaybeHost,
    MaybeId,
    Name,
    Network,
    Pattern,
    PhoneSecret,
    Shown,
)
from callroom.http.resources import Resource, Viewer, mount, plainly
from callroom.store.tables import Device, Extension, Trunk, User

router = APIRouter(prefix="/api/v1")
Codec = Literal["alaw", "ulaw", "g722", "gsm", "opus"]


class DeviceIn(Body):
    """``secret`` left out: one is made; on a change the present one stays."""

    read_only: ClassVar = frozenset({"state", "contact"})
    extension_id: Id
    kind: Literal["browser", "sip"]
    name: Label = ""
    secret: PhoneSecret | None = None


class DeviceOut(Shown):
    """``id`` is the phone's SIP user name; ``secret`` its password, shown to admins only."""

    extension_id: str
    kind: Literal["browser", "sip"]
    name: str
    secret: str | None
    state: str
    contact: str


class ExtensionIn(Body):
    read_only: ClassVar = frozenset({"devices", "user"})
    number: InsideNumber
    name: Label = ""
    voicemail: bool = True
    ring_seconds: Annotated[int, Field(ge=5, le=120)] = 25
    record: bool = True
    dial_permission: DialPermission = DialPermission.NATIONAL


class Named(BaseModel):
    id: str
    name: str


class ExtensionOut(Shown):
    number: str
    name: str
    voicemail: bool
    ring_seconds: int
    record: bool
    dial_permission: DialPermission
    devices: list[DeviceOut]
    user: Named | None


class TrunkIn(Body):
    """``secret`` left out: the present one stays. ``t38`` false: the carrier fails at faxes as data."""

    read_only: ClassVar = frozenset({"has_secret", "state", "state_detail"})
    name: Name
    kind: Literal["register", "address"]
    host: Host
    port: Annotated[int, Field(ge=1, le=65535)] = 5060
    username: Credential = ""
    secret: Annotated[Credential | None, Field(max_length=80)] = None
    from_domain: MaybeHost = ""
    outbound_proxy: MaybeHost = ""
    match: list[Network] = Field(default=[], max_length=40)
    codecs: list[Codec] = Field(default=["alaw", "ulaw"], min_length=1, max_length=5)
    caller_number: CallerNumber = ""
    max_calls: Annotated[int, Field(ge=1, le=5000)] = 30
    t38: bool = True
    enabled: bool = True


class TrunkOut(Shown):
    name: str
    kind: Literal["register", "address"]
    host: str
    port: int
    username: str
    has_secret: bool
    from_domain: str
    outbound_proxy: str
    match: list[str]
    codecs: list[str]
    caller_number: str
    max_calls: int
    t38: bool
    enabled: bool
    state: str
    state_detail: str


class InboundRouteIn(Body):
    """Empty ``did``, ``caller``, ``trunk_id``: any. The most specific route takes the call.

    ``fax_box_id``: where callers go who turn out to be fax machines; null: that is not looked for."""

    name: Name
    did: Pattern = ""
    trunk_id: MaybeId = None
    caller: Pattern = ""
    destination: Destination
    language: Language | Literal[""] = ""
    fax_box_id: MaybeId = None
    enabled: bool = True


class InboundRouteOut(Shown):
    name: str
    did: str
    trunk_id: str | None
    caller: str
    destination: Destination
    language: str
    fax_box_id: str | None
    enabled: bool


class OutboundRouteIn(Body):
    """``trunk_ids`` in the order in which they are tried; ``strip`` digits go, then ``prepend`` is put before."""

    name: Name
    position: Annotated[int, Field(ge=0, le=9999)] = 0
    pattern: Annotated[Pattern, Field(min_length=1)]
    strip: Annotated[int, Field(ge=0, le=20)] = 0
    prepend: Annotated[str, Field(max_length=20, pattern=r"^[+*#0-9]*$")] = ""
    trunk_ids: Annotated[list[Id], Field(min_length=1, max_length=20)]
    permission: DialPermission = DialPermission.NATIONAL
    caller_number: CallerNumber = ""
    enabled: bool = True


class OutboundRouteOut(Shown):
    name: str
    position: int
    pattern: str
    strip: int
    prepend: str
    trunk_ids: list[str]
    permission: DialPermission
    caller_number: str
    enabled: bool


async def show_devices(viewer: Viewer, rows: Sequence[Device]) -> list[DeviceOut]:
    return [_device(viewer, row) for row in rows]


def _device(viewer: Viewer, row: Device) -> DeviceOut:
    state, contact = viewer.site.states.device(row.id)
    secret = row.secret if viewer.me.role == Role.ADMIN else None
    return DeviceOut.model_validate(columns(row) | {"state": state, "contact": contact, "secret": secret})


async def show_extensions(viewer: Viewer, rows: Sequence[Extension]) -> list[ExtensionOut]:
    ids = [row.id for row in rows]
    devices: dict[str, list[DeviceOut]] = {id: [] for id in ids}
    wanted = select(Device).where(Device.extension_id.in_(ids)).order_by(Device.kind, Device.created_at, Device.id)
    for device in await viewer.session.scalars(wanted):
        devices[device.extension_id].append(_device(viewer, device))
    users = {
        user.extension_id: Named(id=user.id, name=user.name)
        for user in await viewer.session.scalars(select(User).where(User.extension_id.in_(ids)))
    }
    return [
        ExtensionOut.model_validate(columns(row) | {"devices": devices[row.id], "user": users.get(row.id)})
        for row in rows
    ]


async def show_trunks(viewer: Viewer, rows: Sequence[Trunk]) -> list[TrunkOut]:
    shown: list[TrunkOut] = []
    for row in rows:
        state, detail = viewer.site.states.trunk(row.id)
        more = {"has_secret": bool(row.secret), "state": state, "state_detail": detail}
        shown.append(TrunkOut.model_validate(columns(row) | more))
    return shown


def columns(row: Any) -> dict[str, Any]:
    """A row's columns by name."""
    return {name: getattr(row, name) for name in row.__mapper__.columns.keys()}  # noqa: SIM118 - not a dict


mount(
    router,
    Resource(
        EXTENSIONS,
        "Extension",
        "Extensions",
        ExtensionIn,
        ExtensionOut,
        sort=("number", "name", "created_at"),
        search=("number", "name"),
        show=show_extensions,
        agents_see=("id", "number", "name"),
    ),
)
mount(
    router,
    Resource(
        DEVICES,
        "Device",
        "Devices",
        DeviceIn,
        DeviceOut,
        sort=("created_at", "name", "kind"),
        search=("id", "name"),
        show=show_devices,
    ),
)
mount(
    router,
    Resource(
        TRUNKS,
        "Trunk",
        "Trunks",
        TrunkIn,
        TrunkOut,
        sort=("name", "created_at"),
        search=("name", "host", "username"),
        show=show_trunks,
    ),
)
mount(
    router,
    Resource(
        INBOUND_ROUTES,
        "InboundRoute",
        "InboundRoutes",
        InboundRouteIn,
        InboundRouteOut,
        sort=("name", "did", "created_at"),
        search=("name", "did"),
        show=plainly(InboundRouteOut),
    ),
)
mount(
    router,
    Resource(
        OUTBOUND_ROUTES,
        "OutboundRoute",
        "OutboundRoutes",
        OutboundRouteIn,
        OutboundRouteOut,
        sort=("position", "name", "created_at"),
        search=("name", "pattern"),
        show=plainly(OutboundRouteOut),
    ),
)
