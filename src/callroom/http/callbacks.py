"""Who asked to be called back, and calling it off."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from sqlalchemy import select

from callroom.actions import audit
from callroom.actions.users import Role
from callroom.core.callbacks import OPEN
from callroom.errors import NotFound, NotNow
from callroom.http.journeys import Named
from callroom.http.paging import Cursor, Limit, Order
from callroom.http.seen import OutsideNumber
from callroom.http.site import Read, Site, SiteDep, Write, actor_of, allow
from callroom.store import journeys as happened
from callroom.store.service import tier_of_caller
from callroom.store.tables import CallbackRow, Queue, User

router = APIRouter(prefix="/api/v1", tags=["callbacks"])
Watcher = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR, Role.AUDITOR))]
Leader = Annotated[User, Depends(allow(Role.ADMIN, Role.SUPERVISOR))]
State = Literal["waiting", "ringing", "done", "failed", "cancelled"]


class CallbackOut(BaseModel):
    """``attempts``: how often the number was dialled; ``due_at``: not before then; ``reason``: why the last attempt, or
    all of it, failed. ``origin_journey``: the call in which it was asked for; ``journey``: the last call back."""

    id: str
    queue: Named
    number: OutsideNumber
    state: State
    asked_at: datetime
    changed_at: datetime
    attempts: int
    due_at: datetime | None
    reason: str
    origin_journey: str
    journey: str | None
    tier: int  # of whoever asked, a customer; 0 a usual one, or nobody known


class CallbackList(BaseModel):
    items: list[CallbackOut]
    next: str | None


@router.get("/callbacks", operation_id="listCallbacks")
async def list_callbacks(
    me: Watcher,
    site: SiteDep,
    session: Read,
    limit: Limit = 50,
    cursor: Cursor = "",
    queue: Annotated[str, Query(max_length=40)] = "",
    open: bool | None = None,
    sort: Literal["-asked_at", "key"] = "-asked_at",
) -> CallbackList:
    """Newest first; "key": customers of the highest tiers first, then who has waited longest. A supervisor sees those
    of his queues. ``open``: still to be called, or not any more."""
    tier = tier_of_caller(CallbackRow.origin_journey)
    key_first = Order(CallbackRow.asked_at, CallbackRow.id, down=False, tier=tier)
    wanted = (
        select(CallbackRow, Queue.name, tier)
        .outerjoin(Queue, Queue.id == CallbackRow.queue_id)
        .where(happened.asked_within(await happened.sight_of(session, me)))
    )
    if queue:
        wanted = wanted.where(CallbackRow.queue_id == queue)
    if open is not None:
        wanted = wanted.where(CallbackRow.state.in_(OPEN) if open else CallbackRow.state.not_in(OPEN))
    order = Order.wanted(sort, {"asked_at": CallbackRow.asked_at}, CallbackRow.id, key_first)
    rows, following = await order.page(session, wanted, cursor, limit)
    items = [
        CallbackOut(
            id=row.id,
            queue=Named(id=row.queue_id, name=name or ""),
            number=row.number,
            state=_state(site, row),
            asked_at=row.asked_at,
            changed_at=row.changed_at,
            attempts=row.attempts,
            due_at=row.due_at,
            reason=row.reason,
            origin_journey=row.origin_journey,
            journey=row.journey,
            tier=its_tier,
        )
        for row, name, its_tier in rows
    ]
    return CallbackList(items=items, next=following)


def _state(site: Site, row: CallbackRow) -> State:
    """Agents who did not answer leave it waiting, although somebody was rung already."""
    idle = row.state == "ringing" and (site.exchange is None or not site.exchange.callbacks.rings(row.id))
    state: State = "waiting" if idle else row.state  # pyright: ignore[reportAssignmentType]
    return state


@router.delete("/callbacks/{callback_id}", status_code=204, operation_id="cancelCallback")
async def cancel_callback(callback_id: str, me: Leader, request: Request, site: SiteDep, session: Write) -> None:
    """Call off one that is open; whoever is being rung for it stops ringing."""
    sight = await happened.sight_of(session, me)
    seen = select(CallbackRow).where(CallbackRow.id == callback_id, happened.asked_within(sight))
    row = (await session.scalars(seen)).one_or_none()
    if row is None:
        raise NotFound("callback", callback_id)
    if not site.calls.callbacks.cancel(callback_id):
        raise NotNow("cancel", row.state)
    await audit.record(
        session, actor_of(me, request), "callback.cancelled", now=site.now(), subject=("callback", callback_id),
        after={"queue": row.queue_id, "journey": row.origin_journey},
    )  # fmt: skip
