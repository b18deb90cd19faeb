"""What was written to all of a segment: how far it is, whom it reached, and calling it off."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from callroom.actions import configured, segments, text_mailings
from callroom.actions.jobs import State
from callroom.http.messages import Leader
from callroom.http.resources import Reader
from callroom.http.seen import OutsideText
from callroom.http.site import Read, SiteDep, Write, actor_of

router = APIRouter(prefix="/api/v1", tags=["segments"])


class SegmentSending(BaseModel):
    """``words``: what was typed, or the template's name. ``messages``: how many are queued, sending, sent, delivered,
    failed, expired, rejected or cancelled; ``left_out``: who got none, by the reason, once all are in line.
    ``progress``: 0 to 1; ``running`` until no message waits any more. ``error``: why nobody was written to."""

    id: str
    created_at: datetime
    by: str
    words: OutsideText
    state: State
    progress: float
    messages: dict[str, int]
    left_out: dict[str, int]
    error: str


class SegmentSendings(BaseModel):
    items: list[SegmentSending]


class Stopped(BaseModel):
    """How many messages were in line and do not go."""

    messages: int


@router.get("/segments/{id}/messages", operation_id="listSegmentMessages")
async def list_sendings(
    id: str, me: Reader, session: Read, limit: Annotated[int, Query(ge=1, le=50)] = 20
) -> SegmentSendings:
    """The last ones of the past 30 days, newest first."""
    segment = await configured.get(session, segments.KIND, id)
    found = await text_mailings.of_segment(session, segment.id, limit)
    return SegmentSendings(items=[SegmentSending.model_validate(one, from_attributes=True) for one in found])


@router.post("/segment-messages/{id}/cancel", operation_id="cancelSegmentMessages")
async def cancel(id: str, me: Leader, request: Request, site: SiteDep, session: Write) -> Stopped:
    """Messages that have gone stay gone; 409 when all have."""
    return Stopped(messages=await text_mailings.cancel(session, actor_of(me, request), id, site.now()))
