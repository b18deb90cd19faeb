"""Many customers changed at once by leaders: started, watched, and undone."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import customer_edits, jobs
from callroom.actions.customer_edits import Edit, Whom, told_fields
from callroom.errors import invalid
from callroom.http.customer_search import Asked, Short
from callroom.http.customer_shapes import Stage, Tag
from callroom.http.fields import Id
from callroom.http.kept import Leader, Named, named, names
from callroom.http.site import Read, SiteDep, Write, actor_of
from callroom.store.tables import Job, User

router = APIRouter(prefix="/api/v1", tags=["customers"])
MOST_SHOWN = 50  # edits


class CustomerEditIn(BaseModel):
    """``ids``: who was picked; left out: all that the questions of the list find, which are no more than the ``count``
    that was shown. What is left out is not changed. ``owners``: the customers are spread evenly among them, in turn;
    null among them is nobody. ``values`` by id of field, of fields that are not unique; null empties one."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    ids: list[Short] = Field(default=[], max_length=customer_edits.MOST_PICKED)
    count: Annotated[int, Field(ge=1)]
    owners: list[Id | None] = Field(default=[], max_length=200)
    add_tags: list[Tag] = Field(default=[], max_length=30)
    remove_tags: list[Tag] = Field(default=[], max_length=30)
    stage: Stage | None = None
    tier: Annotated[int, Field(ge=0, le=9)] | None = None
    do_not_call: bool | None = None
    no_mail: bool | None = None
    values: dict[str, Any] = Field(default={}, max_length=20)


class CustomerEditOut(BaseModel):
    """``customers``: how many are meant, ``changed``: who were not so already, null while it goes on. ``fields``: by
    the names that changes have. ``undoes``: the edit that this one takes back; ``undone_by``: which took it back."""

    id: str
    at: datetime
    by: Named | None
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    progress: float
    customers: int
    changed: int | None
    fields: list[str]
    undoes: str | None
    undone_by: str | None


class CustomerEdits(BaseModel):
    items: list[CustomerEditOut]


@router.post("/customers/edits", status_code=202, operation_id="editCustomers")
async def edit_customers(
    body: CustomerEditIn, me: Leader, request: Request, site: SiteDep, session: Write, asked: Asked
) -> CustomerEditOut:
    """Few are changed when this answers, many by the worker. Each change is in its customer's history."""
    edit = Edit(
        tuple(body.owners),
        tuple(body.add_tags),
        tuple(body.remove_tags),
        body.stage,
        body.tier,
        body.do_not_call,
        body.no_mail,
        body.values,
    )
    if not told_fields(edit):
        raise invalid("fields", "nothing_to_change")
    whom = Whom(tuple(body.ids)) if body.ids else Whom(filter=asked)
    row = await customer_edits.begin(session, actor_of(me, request), whom, edit, body.count, site.now())
    return (await _shown(session, [row]))[0]


@router.get("/customers/edits", operation_id="listCustomerEdits")
async def list_edits(me: Leader, session: Read) -> CustomerEdits:
    """The last ones of the past 30 days, newest first."""
    wanted = select(Job).where(Job.kind == jobs.CUSTOMER_EDIT).order_by(Job.created_at.desc(), Job.id.desc())
    return CustomerEdits(items=await _shown(session, list(await session.scalars(wanted.limit(MOST_SHOWN)))))


@router.get("/customers/edits/{edit_id}", operation_id="getCustomerEdit")
async def get_edit(edit_id: str, me: Leader, session: Read) -> CustomerEditOut:
    return (await _shown(session, [await customer_edits.edit_of(session, edit_id)]))[0]


@router.post("/customers/edits/{edit_id}/undo", status_code=202, operation_id="undoCustomerEdit")
async def undo_edit(edit_id: str, me: Leader, request: Request, site: SiteDep, session: Write) -> CustomerEditOut:
    """Each customer gets back what he had, but for fields that somebody changed since. Within 30 days."""
    row = await customer_edits.begin_undo(session, actor_of(me, request), edit_id, site.now())
    return (await _shown(session, [row]))[0]


async def _shown(session: AsyncSession, rows: list[Job]) -> list[CustomerEditOut]:
    people = await names(session, User, {row.created_by for row in rows})
    undone = await customer_edits.undoings(session, rows)
    return [
        CustomerEditOut(
            id=row.id,
            at=row.created_at,
            by=named(people, row.created_by),
            state=row.state,  # pyright: ignore[reportArgumentType]
            progress=row.progress,
            customers=row.arguments["count"],
            changed=(row.result or {}).get("changed"),
            fields=sorted(told_fields(msgspec.convert(row.arguments["edit"], Edit))),
            undoes=row.arguments["whom"].get("undoes"),
            undone_by=undone.get(row.id),
        )
        for row in rows
    ]
