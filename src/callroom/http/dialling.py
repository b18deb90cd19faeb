"""Trying a number against the outbound routes without dialling it."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import select

from callroom.actions.configured import NUMBERED
from callroom.actions.settings import read_settings
from callroom.core.ids import TrunkId
from callroom.core.numbers import NumberKind, kind_of, permission_for
from callroom.core.routing.matching import Refusal, choose_outbound
from callroom.core.routing.model import DialPermission, OutboundRoute
from callroom.errors import unknown_reference
from callroom.http.exchange import Named
from callroom.http.fields import Body, MaybeId
from callroom.http.resources import Reader
from callroom.http.site import Read
from callroom.store import tables
from callroom.store.tables import Trunk, User

router = APIRouter(prefix="/api/v1")


class TryIn(Body):
    """``user_id`` left out: somebody who may dial everything."""

    number: Annotated[str, Field(min_length=1, max_length=32, pattern=r"^\+?[0-9*#]+$")]
    user_id: MaybeId = None


class Sending(BaseModel):
    id: str
    name: str
    number_sent: str


class TryOut(BaseModel):
    """``why``: ok, emergency, internal, no_route or not_permitted."""

    allowed: bool
    why: str
    route: Named | None
    trunks: list[Sending]


@router.post("/outbound-routes/try", operation_id="tryOutboundRoutes", tags=["outbound-routes"])
async def try_number(body: TryIn, me: Reader, session: Read) -> TryOut:
    """Which route and lines a number would take, and as what it would be sent."""
    permission = DialPermission.INTERNATIONAL
    if body.user_id:
        user = await session.get(User, body.user_id)
        if user is None:
            raise unknown_reference("user_id")
        permission = DialPermission(user.dial_permission)
    for table in NUMBERED:
        if await session.scalar(select(table.id).where(table.number == body.number)) is not None:
            return TryOut(allowed=True, why="internal", route=None, trunks=[])
    settings, _ = await read_settings(session)
    trunks = {row.id: row for row in await session.scalars(select(Trunk).where(Trunk.enabled))}
    routes = [
        OutboundRoute(
            id=row.id,
            name=row.name,
            pattern=row.pattern,
            trunks=tuple(TrunkId(id) for id in row.trunk_ids if id in trunks),
            permission=DialPermission(row.permission),
            position=row.position,
            strip=row.strip,
            prepend=row.prepend,
        )
        for row in await session.scalars(select(tables.OutboundRoute).where(tables.OutboundRoute.enabled))
    ]
    dialled = _without_prefix(body.number, settings["external_prefix"])
    kind = kind_of(dialled, settings["country"], settings["area_code"])
    emergency = kind is NumberKind.EMERGENCY
    way = choose_outbound(routes, dialled, permission=permission, needed=permission_for(kind), emergency=emergency)
    if isinstance(way, Refusal):
        return TryOut(allowed=False, why=way.value, route=None, trunks=[])
    return TryOut(
        allowed=True,
        why="emergency" if emergency else "ok",
        route=Named(id=way.route.id, name=way.route.name),
        trunks=[Sending(id=line.trunk, name=trunks[line.trunk].name, number_sent=line.number) for line in way.lines],
    )


def _without_prefix(number: str, prefix: str) -> str:
    return number.removeprefix(prefix) if prefix and len(number) > len(prefix) else number
