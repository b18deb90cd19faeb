"""Text messages as the worker sends them: taken one by one, sent, put back, given up.

A message is marked ``sending`` in a transaction of its own before its first byte leaves; ``attempts`` is the number of
the claim, without which nothing is written to it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.core.sms import Encoding, State
from callroom.store.database import insert_for
from callroom.store.tables import MessagePart, MessageRow, SmsGateway, SmsLink, SmsOptOut

PAUSES = (  # before a message that was refused for now is tried again
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
MOST_ATTEMPTS = len(PAUSES) + 1
LEASE = timedelta(seconds=90)  # longer than any gateway's answer is waited for


@dataclass(frozen=True, slots=True)
class Held:
    """A message in hand. ``accepted``: ids of its parts that are over already."""

    id: str
    attempt: int
    number: str
    text: str
    encoding: Encoding
    code: str
    params: tuple[tuple[str, str], ...]
    expires_at: datetime
    accepted: Mapping[int, str] = field(default_factory=dict[int, str])


async def anything_due(session: AsyncSession, gateway_id: str, now: datetime) -> bool:
    """Whether a claim would find something: asked without a lock."""
    waiting = select(MessageRow.id).where(
        MessageRow.gateway_id == gateway_id, MessageRow.state == "queued", MessageRow.due_at <= now
    )
    return await session.scalar(waiting.limit(1)) is not None


async def claim(session: AsyncSession, gateway_id: str, now: datetime) -> Held | None:
    """Take the next message of a gateway, single ones before bulk; None when there is none. Those whose time has run
    out, and those to people who want none, end here."""
    while True:
        waiting = (
            select(MessageRow)
            .where(MessageRow.gateway_id == gateway_id, MessageRow.state == "queued", MessageRow.due_at <= now)
            .order_by(MessageRow.bulk, MessageRow.due_at, MessageRow.id)
            .limit(1)
        )
        row = (await session.scalars(waiting.with_for_update(skip_locked=True))).one_or_none()
        if row is None:
            return None
        row.changed_at = now
        if row.expires_at <= now:
            row.state, row.done_at, row.error = "expired", now, row.error or "sms_not_in_time"
        elif await session.get(SmsOptOut, row.number) is not None:
            row.state, row.done_at, row.error = "rejected", now, "sms_opted_out"
        else:
            row.state, row.attempts = "sending", row.attempts + 1
            await session.flush()
            params = tuple((name, value) for name, value in row.params)
            return Held(
                row.id, row.attempts, row.number, row.text, _encoding(row), row.code, params, row.expires_at,
                await _accepted(session, row.id),
            )  # fmt: skip
        await session.flush()


def _encoding(row: MessageRow) -> Encoding:
    return "gsm7" if row.encoding == "gsm7" else "ucs2"


async def _accepted(session: AsyncSession, message_id: str) -> dict[int, str]:
    parts = await session.scalars(select(MessagePart).where(MessagePart.message_id == message_id))
    return {part.number: part.provider_id for part in parts}


async def sent(session: AsyncSession, gateway_id: str, held: Held, ids: Mapping[int, str], now: datetime) -> None:
    """The gateway took it, under these ids; reports that were faster than its answer count now."""
    parts = await note_parts(session, gateway_id, held.id, ids, now)
    state, told = state_of([part.state for part in parts]), next((part.told for part in parts if part.told), "")
    done = {"done_at": now} if state != "sent" else {}
    error = {"error": "sms_undelivered", "told": told} if state not in ("sent", "delivered") else {"error": ""}
    await _write(session, held, {"state": state, "sent_at": now, "changed_at": now, **error, **done})


async def put_back(
    session: AsyncSession, gateway_id: str, held: Held, now: datetime, why: str, told: str, ids: Mapping[int, str]
) -> None:
    """The gateway took nothing, for a reason that is not the message's: this was no attempt of it."""
    await note_parts(session, gateway_id, held.id, ids, now)
    values = {"state": "queued", "attempts": held.attempt - 1, "error": why, "told": told[:300], "changed_at": now}
    await _write(session, held, values)


async def refused(
    session: AsyncSession,
    gateway_id: str,
    held: Held,
    now: datetime,
    why: str,
    told: str,
    ids: Mapping[int, str],
    *,
    lasting: bool,
) -> State:
    """The gateway refused it: it waits for the next attempt, or is rejected for good."""
    await note_parts(session, gateway_id, held.id, ids, now)
    over = lasting or held.attempt >= MOST_ATTEMPTS
    values: dict[str, Any] = {"error": why, "told": told[:300], "changed_at": now}
    state: State = "rejected" if over else "queued"
    values |= {"done_at": now} if over else {"due_at": now + PAUSES[held.attempt - 1]}
    await _write(session, held, {"state": state, **values})
    return state


async def unclear(
    session: AsyncSession, gateway: SmsGateway, held: Held, now: datetime, told: str, ids: Mapping[int, str]
) -> State:
    """No answer came: by the gateway's own rule it is sent again, or fails."""
    if gateway.sends_again:
        return await refused(session, gateway.id, held, now, "sms_unclear", told, ids, lasting=False)
    await note_parts(session, gateway.id, held.id, ids, now)
    values = {"state": "failed", "error": "sms_unclear", "told": told[:300], "done_at": now, "changed_at": now}
    await _write(session, held, values)
    return "failed"


async def left_over(session: AsyncSession, gateway: SmsGateway, now: datetime, in_hand: Collection[str] = ()) -> int:
    """What a worker that died was just sending; it is unclear of each whether it went. How many it were.

    ``in_hand``: the ids of those that are still being sent."""
    lost = select(MessageRow).where(*_left_over(gateway.id, now, in_hand))
    rows = list(await session.scalars(lost.with_for_update(skip_locked=True)))
    for row in rows:
        held = Held(row.id, row.attempts, row.number, row.text, _encoding(row), row.code, (), row.expires_at)
        await unclear(session, gateway, held, now, "", {})
    return len(rows)


async def anything_left_over(session: AsyncSession, gateway_id: str, now: datetime, in_hand: Collection[str]) -> bool:
    """Whether ``left_over`` would find something: asked without a lock."""
    lost = select(MessageRow.id).where(*_left_over(gateway_id, now, in_hand))
    return await session.scalar(lost.limit(1)) is not None


def _left_over(gateway_id: str, now: datetime, in_hand: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        MessageRow.gateway_id == gateway_id,
        MessageRow.state == "sending",
        MessageRow.changed_at <= now - LEASE,
        MessageRow.id.not_in(sorted(in_hand)),
    )


async def anything_late(session: AsyncSession, now: datetime) -> bool:
    """Whether ``expire`` would find something: asked without a lock."""
    return await session.scalar(select(MessageRow.id).where(*_late(now)).limit(1)) is not None


async def expire(session: AsyncSession, now: datetime) -> int:
    """End what waits for a gateway that does not come back; how many it were."""
    late = update(MessageRow).where(*_late(now)).execution_options(synchronize_session=False)
    ended = await session.execute(late.values(state="expired", error="sms_not_in_time", done_at=now, changed_at=now))
    return cast(CursorResult[Any], ended).rowcount


def _late(now: datetime) -> tuple[ColumnElement[bool], ...]:
    known = MessageRow.gateway_id.in_(select(SmsGateway.id))  # always so; by it the index is used
    return known, MessageRow.state == "queued", MessageRow.expires_at <= now


async def note_parts(
    session: AsyncSession, gateway_id: str, message_id: str, ids: Mapping[int, str], now: datetime
) -> Sequence[MessagePart]:
    """Keep the gateway's ids of a message's parts; all its parts as they stand then."""
    for number, provider_id in ids.items():
        part = await part_of(session, gateway_id, provider_id, now)
        part.message_id, part.number = message_id, number
    await session.flush()
    return list(await session.scalars(select(MessagePart).where(MessagePart.message_id == message_id)))


async def part_of(session: AsyncSession, gateway_id: str, provider_id: str, now: datetime) -> MessagePart:
    """The part with the gateway's id, made when there is none yet, and locked."""
    insert = insert_for(session)
    fresh = {"gateway_id": gateway_id, "provider_id": provider_id, "number": 1, "state": "sent", "told": "", "at": now}
    await session.execute(insert(MessagePart).values(fresh).on_conflict_do_nothing())
    found = select(MessagePart).where(MessagePart.gateway_id == gateway_id, MessagePart.provider_id == provider_id)
    return (await session.scalars(found.with_for_update())).one()


def state_of(parts: Sequence[str]) -> State:
    """A message of these parts: delivered when all are, and failed when one has."""
    for bad in ("rejected", "failed", "expired"):
        if bad in parts:
            return cast(State, bad)
    return "delivered" if parts and all(part == "delivered" for part in parts) else "sent"


async def note_link(
    session: AsyncSession, gateway_id: str, state: str, now: datetime, why: str = "", told: str = ""
) -> None:
    """How the gateway is reached now, if that is new."""
    link = await session.get(SmsLink, gateway_id)
    if link is None:
        session.add(SmsLink(gateway_id=gateway_id, state=state, why=why, told=told[:300], since=now))
    elif (link.state, link.why, link.told) != (state, why, told[:300]):
        link.state, link.why, link.told, link.since = state, why, told[:300], now


async def _write(session: AsyncSession, held: Held, values: dict[str, Any]) -> None:
    """Nothing is written when another worker has it meanwhile."""
    mine = (MessageRow.id == held.id, MessageRow.state == "sending", MessageRow.attempts == held.attempt)
    await session.execute(update(MessageRow).where(*mine).values(values).execution_options(synchronize_session=False))
