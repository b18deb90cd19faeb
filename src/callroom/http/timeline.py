"""A customer's timeline: calls, voicemails, messages, memos, orders, records, return calls, in one list by time."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy import select

from callroom.actions import customers, messages
from callroom.http import follow_ups, journeys, memos, orders, records, voicemails
from callroom.http import messages as texts
from callroom.http.follow_ups import FollowUpOut
from callroom.http.journeys import JourneyItem
from callroom.http.kept import Asker, Reads
from callroom.http.memos import MemoOut
from callroom.http.messages import MessageOut
from callroom.http.orders import OrderOut
from callroom.http.paging import Cursor, Limit, decoded, encoded
from callroom.http.record_filters import submitted_to
from callroom.http.records import RecordOut
from callroom.http.voicemails import VoicemailOut
from callroom.store import journeys as happened
from callroom.store.service import Condition
from callroom.store.tables import FollowUp, JourneyRow, Memo, Order, Record, Recording, SurveyAnswerRow
from callroom.store.timeline import KINDS, Kind, Place, timeline

router = APIRouter(prefix="/api/v1", tags=["customers"])


class RecordingOfCall(BaseModel):
    id: str
    started_at: datetime
    seconds: float


class CallOfTimeline(JourneyItem):
    """``survey``: what the customer answered in it, by question."""

    recordings: list[RecordingOfCall]
    survey: list[str]


class TimelineItem(BaseModel):
    """``kind`` says which of the others is there. ``at``: when the call began, the message came, the row was made."""

    kind: Kind
    id: str
    at: datetime
    call: CallOfTimeline | None = None
    voicemail: VoicemailOut | None = None
    message: MessageOut | None = None
    memo: MemoOut | None = None
    order: OrderOut | None = None
    record: RecordOut | None = None
    follow_up: FollowUpOut | None = None


class Timeline(BaseModel):
    items: list[TimelineItem]
    next: str | None


@router.get("/customers/{customer_id}/timeline", operation_id="getCustomerTimeline")
async def customer_timeline(
    customer_id: str,
    asker: Reads,
    limit: Limit = 50,
    cursor: Cursor = "",
    kind: Annotated[tuple[Kind, ...], Query(max_length=len(KINDS), description="Only these")] = (),
) -> Timeline:
    """Newest first: of each kind what this person may see of it elsewhere too."""
    await customers.get(asker.session, customer_id)
    seen: dict[Kind, Condition] = {one: await _seen(asker, one, customer_id) for one in dict.fromkeys(kind or KINDS)}
    after = _place_of(cursor) if cursor else None
    places = await timeline(asker.session, customer_id, seen, limit=limit + 1, after=after)
    following = _cursor_of(places[limit - 1]) if len(places) > limit else None
    places = places[:limit]
    told: dict[tuple[Kind, str], Any] = {}
    for one in KINDS:
        if ids := [place.id for place in places if place.kind == one]:
            told |= {(one, row.id): row for row in await _SHOWN[one](asker, ids)}
    items = [
        TimelineItem.model_validate({"kind": one.kind, "id": one.id, "at": one.at, one.kind: told[one.kind, one.id]})
        for one in places
    ]
    return Timeline(items=items, next=following)


async def _seen(asker: Asker, kind: Kind, customer: str) -> Condition:
    """Which rows of a kind who asks may see, as its own list shows them."""
    session, me = asker.session, asker.me
    match kind:
        case "call":
            return happened.visible(session, await happened.sight_of(session, me))
        case "voicemail":
            return happened.in_box(await happened.sight_of(session, me))
        case "message":
            return await messages.within(session, me, customer)
        case "memo":
            return Memo.deleted_at.is_(None) & (await asker.within(Memo) | (Memo.remind_id == me.id))
        case "order":
            return Order.deleted_at.is_(None) & await asker.within(Order)
        case "record":
            return Record.deleted_at.is_(None) & (await asker.within(Record) | submitted_to(me))
        case "follow_up":
            return FollowUp.deleted_at.is_(None) & await asker.within(FollowUp)


async def _calls(asker: Asker, ids: Sequence[str]) -> list[CallOfTimeline]:
    session = asker.session
    lines = await happened.journeys(session, [JourneyRow.id.in_(ids)], limit=len(ids))
    sounds = await session.scalars(
        select(Recording).where(Recording.journey_id.in_(ids), Recording.complete).order_by(Recording.started_at)
    )
    recordings: dict[str, list[RecordingOfCall]] = {id: [] for id in ids}
    for one in sounds:
        recordings[one.journey_id].append(RecordingOfCall(id=one.id, started_at=one.started_at, seconds=one.seconds))
    answers: dict[str, list[str]] = {id: [] for id in ids}
    row = SurveyAnswerRow
    said = select(row.journey_id, row.meaning).where(row.journey_id.in_(ids), row.meaning.is_not(None))
    for id, meaning in await session.execute(said.order_by(row.journey_id, row.question)):
        answers[id].append(meaning or "")
    return [
        CallOfTimeline.model_construct(
            **dict(journeys.item(line)), recordings=recordings[line.row.id], survey=answers[line.row.id]
        )
        for line in lines
    ]


async def _rows(asker: Asker, table: Any, ids: Sequence[str]) -> list[Any]:
    return list(await asker.session.scalars(select(table).where(table.id.in_(ids))))


async def _voicemails(asker: Asker, ids: Sequence[str]) -> list[VoicemailOut]:
    return await voicemails.show(asker.session, ids)


async def _messages(asker: Asker, ids: Sequence[str]) -> list[MessageOut]:
    return await texts.show(asker.session, ids, asker.me, asker.request)


async def _memos(asker: Asker, ids: Sequence[str]) -> list[MemoOut]:
    return await memos.show(asker.session, await _rows(asker, Memo, ids))


async def _orders(asker: Asker, ids: Sequence[str]) -> list[OrderOut]:
    return await orders.show(asker.session, await _rows(asker, Order, ids), asker.me)


async def _records(asker: Asker, ids: Sequence[str]) -> list[RecordOut]:
    return await records.show(asker.session, await _rows(asker, Record, ids), asker.me, asker.now)


async def _follow_ups(asker: Asker, ids: Sequence[str]) -> list[FollowUpOut]:
    return await follow_ups.show(asker.session, await _rows(asker, FollowUp, ids), asker.now)


_SHOWN: dict[Kind, Callable[[Asker, Sequence[str]], Coroutine[Any, Any, Iterable[Any]]]] = {
    "call": _calls,
    "voicemail": _voicemails,
    "message": _messages,
    "memo": _memos,
    "order": _orders,
    "record": _records,
    "follow_up": _follow_ups,
}


def _cursor_of(place: Place) -> str:
    return encoded(place.at, f"{place.kind}.{place.id}")


def _place_of(cursor: str) -> Place:
    """Raises ``RequestValidationError`` for a cursor that no page gave."""
    at, key = decoded(cursor)
    kind, dot, id = key.partition(".")
    if not dot or kind not in KINDS:
        raise RequestValidationError([{"loc": ("query", "cursor"), "type": "cursor", "msg": "unknown cursor"}])
    return Place(at, kind, id)
