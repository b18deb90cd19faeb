"""Segments: customers who have something in common, and messages to all of them."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from callroom.actions import configured, segments
from callroom.actions.message_places import known_values
from callroom.actions.messages import script_of
from callroom.http.conditions import Conditions, with_conditions
from callroom.http.fields import Body, Name, Shown
from callroom.http.messages import Leader, Said, check_right, words_of
from callroom.http.resources import Reader, Resource, mount, plainly
from callroom.http.seen import OutsideText
from callroom.http.site import Read, SiteDep, Write, actor_of

router = APIRouter(prefix="/api/v1")


class SegmentIn(Body):
    name: Name
    note: Annotated[str, Field(max_length=400)] = ""
    conditions: Conditions = Conditions()


class SegmentOut(Shown):
    name: str
    note: str
    conditions: Conditions


class SegmentReach(BaseModel):
    """How many ``customers`` there are now, and how many a text message can reach at most; the others each by what
    keeps it from him."""

    customers: int
    reachable: int
    do_not_call: int
    no_number: int
    opted_out: int


class SegmentEstimate(SegmentReach):
    """``text``: as one of the customers would get it. ``parts``: messages that are paid, as the example has it."""

    text: OutsideText
    parts: int
    gateway: str


class SegmentMessage(Said):
    """``expected``: how many can be reached, as the estimate said."""

    expected: Annotated[int, Field(ge=1)]


class SegmentJob(BaseModel):
    """``job``: its result says how many were ``queued``, and ``left_out`` by the reason."""

    job: str


@router.get("/segments/{id}/reach", operation_id="getSegmentReach", tags=["segments"])
async def reach(id: str, me: Reader, site: SiteDep, session: Read) -> SegmentReach:
    found = await segments.reach_of(session, await configured.get(session, segments.KIND, id), site.now())
    return SegmentReach.model_validate(found, from_attributes=True)


@router.post("/segments/{id}/messages/estimate", operation_id="estimateSegmentMessage", tags=["segments"])
async def estimate(id: str, body: Said, me: Leader, site: SiteDep, session: Read) -> SegmentEstimate:
    """What a message to all of them would be; nothing is sent."""
    check_right(me)
    words = words_of(body)
    segment = await configured.get(session, segments.KIND, id)
    found = await segments.reach_of(session, segment, site.now())
    example = await segments.first_member(session, segment, site.now())
    known = await known_values(session, example, me, site.now(), words.language)
    composed = (await script_of(session, words)).filled(known)
    return SegmentEstimate(
        **SegmentReach.model_validate(found, from_attributes=True).model_dump(),
        text=composed.text,
        parts=composed.size.parts * found.reachable,
        gateway=composed.gateway.name,
    )


@router.post("/segments/{id}/messages", status_code=202, operation_id="sendToSegment", tags=["segments"])
async def send(
    id: str, body: SegmentMessage, me: Leader, request: Request, site: SiteDep, session: Write
) -> SegmentJob:
    """The worker puts them in line, each customer's in his own words; quiet hours count."""
    check_right(me)
    segment = await configured.get(session, segments.KIND, id)
    actor, words = actor_of(me, request), words_of(body)
    return SegmentJob(job=await segments.send(session, actor, segment, words, body.expected, site.now()))


mount(
    router,
    Resource(
        segments.KIND,
        "Segment",
        "Segments",
        SegmentIn,
        SegmentOut,
        sort=("name", "created_at"),
        search=("name", "note"),
        show=plainly(SegmentOut),
        values=with_conditions,
        agents_see=("id", "name", "note"),
    ),
)
