"""Customers who may be the same one, and made one by leaders."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from callroom.actions import customer_merging
from callroom.actions.customers import form_of
from callroom.calls import arrivals
from callroom.http.customer_shapes import CustomerOut, shown, sight_of_customers
from callroom.http.fields import Id
from callroom.http.kept import Leader
from callroom.http.resources import FromVersion, etag
from callroom.http.site import Read, SiteDep, Write, actor_of
from callroom.store.tables import Customer

router = APIRouter(prefix="/api/v1", tags=["customers"])


class Doubles(BaseModel):
    """``groups``: each of customers who may be the same one, oldest first."""

    groups: list[list[CustomerOut]]


class MergeIn(BaseModel):
    """``others``: who go into this one, with all that is about them. ``chosen``: whose value stays, by name, company,
    memo, tier, owner_id, stage, do_not_call or values.ID; phones and tags are all kept, and who wants no
    mails wants none afterwards."""

    model_config = ConfigDict(extra="forbid")
    others: list[Id] = Field(min_length=1, max_length=19)
    chosen: dict[str, Id] = Field(default={}, max_length=220)


@router.get("/customers/doubles", operation_id="listDoubles")
async def list_doubles(me: Leader, session: Read, by: Literal["phone", "name"] = "phone") -> Doubles:
    """Who share a phone, or have the same name and company; up to 50 groups."""
    groups = await customer_merging.doubles(session, by)
    wanted = select(Customer).where(Customer.id.in_({id for group in groups for id in group}))
    rows = list(await session.scalars(wanted))
    known = {one.id: one for one in await shown(session, rows, await form_of(session), sight_of_customers(me))}
    return Doubles(groups=[[known[id] for id in group] for group in groups])


@router.post("/customers/{customer_id}/merge", operation_id="mergeCustomers")
async def merge_customers(
    customer_id: str,
    body: MergeIn,
    me: Leader,
    request: Request,
    response: Response,
    site: SiteDep,
    session: Write,
    version: FromVersion,
) -> CustomerOut:
    """The others are gone then; their calls, records, orders, notes, messages and history are this one's, and his
    history tells what stood with them."""
    row = await customer_merging.merge(
        session, actor_of(me, request), customer_id, version, body.others, body.chosen, site.now()
    )
    if site.exchange is not None:
        arrivals.merged(site.exchange, body.others, row.id, row.name, row.tier)
    etag(response, row.version)
    return (await shown(session, [row], await form_of(session), sight_of_customers(me)))[0]
