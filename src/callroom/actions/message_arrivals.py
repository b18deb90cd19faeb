"""What gateways tell: how messages went, and what people reply. All of it may be told twice."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from callroom.actions import audit
from callroom.actions.ids import new_id
from callroom.actions.message_queue import part_of, state_of
from callroom.actions.messages import addressee, customer_of
from callroom.actions.settings import read_settings
from callroom.actions.sms_gateways import read_sms_settings
from callroom.core import sms
from callroom.errors import CannotSend
from callroom.store.tables import MessagePart, MessagePiece, MessageRow, SmsOptOut

ANSWERS_WITHIN = timedelta(days=7)  # a reply later than this is nobody's in particular
PIECES_WITHIN = timedelta(minutes=5)  # then a long reply is shown as far as it came
SAME_WITHIN = timedelta(minutes=10)  # a reply told twice


async def reported(
    session: AsyncSession, gateway_id: str, state: str, now: datetime, *, provider_id: str, message_id: str, told: str
) -> None:
    """A part was delivered, or not. A report whose message is not known yet is kept until it is."""
    row = await session.get(MessageRow, message_id, with_for_update=True) if message_id else None
    of_all = row is not None and row.gateway_id == gateway_id  # else of a part
    if row is None or not of_all:
        if not provider_id:
            return
        part = await part_of(session, gateway_id, provider_id, now)
        if part.state != "sent":
            return
        part.state, part.told, part.at = state, told, now
        await session.flush()
        row = await session.get(MessageRow, part.message_id, with_for_update=True) if part.message_id else None
        if row is None:
            return
        parts = await session.scalars(select(MessagePart.state).where(MessagePart.message_id == row.id))
        state = state_of(list(parts))
    # Of an unclear one it is clear now that it went, unless this is of a part that went before the unclear one.
    unclear = of_all and row.state == "failed" and row.error == "sms_unclear"
    if row.state not in ("sending", "sent") and not unclear:
        return
    if row.state == "sending" and not of_all:
        return  # its sender, who has the answer in hand, counts this part too
    row.state, row.changed_at = state, now
    row.sent_at = row.sent_at or now
    if state != "sent":
        row.done_at = now
        row.error, row.told = ("", "") if state == "delivered" else ("sms_undelivered", told)


async def received(
    session: AsyncSession, gateway_id: str, number: str, text: str, line: str, now: datetime
) -> MessageRow | None:
    """Somebody wrote to us; None when that was told before. Words by which people want no more messages count."""
    settings, _ = await read_settings(session)
    try:
        number = addressee(number, settings["country"], settings["area_code"])
    except CannotSend:
        number = number.strip()[:40]  # a service's short number, or its name
    text, line = text.replace("\0", "")[:5000], line[:40]
    again = select(MessageRow.id).where(
        MessageRow.direction == "in", MessageRow.number == number, MessageRow.text == text,
        MessageRow.gateway_id == gateway_id, MessageRow.created_at > now - SAME_WITHIN,
    )  # fmt: skip
    if await session.scalar(again.limit(1)) is not None:
        return None
    before = (
        select(MessageRow)
        .where(MessageRow.direction == "out", MessageRow.number == number, MessageRow.created_at > now - ANSWERS_WITHIN)
        .order_by(MessageRow.created_at.desc())
        .limit(1)
    )
    answered = await session.scalar(before)
    size = sms.size_of(text)
    row = MessageRow(
        id=new_id("m"), direction="in", state="received", number=number, line=line, gateway_id=gateway_id, text=text,
        encoding=size.encoding, parts=size.parts, customer_id=await customer_of(session, number),
        journey_id=answered.journey_id if answered else None, owner_id=answered.owner_id if answered else None,
        due_at=now, expires_at=now, created_at=now, changed_at=now, done_at=now,
    )  # fmt: skip
    session.add(row)
    rules, _ = await read_sms_settings(session)
    if sms.means(text, rules["opt_out_words"]):
        await opt_out(session, audit.SYSTEM, number, now, word=text.strip()[:40])
    elif sms.means(text, rules["opt_in_words"]):
        await opt_in(session, audit.SYSTEM, number, now)
    await session.flush()
    return row


async def piece_received(
    session: AsyncSession,
    gateway_id: str,
    number: str,
    text: str,
    line: str,
    now: datetime,
    place: tuple[int, int, int],
) -> str | None:
    """A part of a longer reply: reference, total and number of it. The whole text when this was the last one due."""
    reference, total, part = place
    same = (
        MessagePiece.gateway_id == gateway_id, MessagePiece.number == number[:40],
        MessagePiece.reference == reference, MessagePiece.total == total,
    )  # fmt: skip
    key = (gateway_id, number[:40], reference, total, part)
    if await session.get(MessagePiece, key) is None:
        session.add(
            MessagePiece(
                gateway_id=gateway_id,
                number=number[:40],
                reference=reference,
                total=total,
                part=part,
                text=text.replace("\0", ""),
                line=line[:40],
                at=now,
            )
        )
        await session.flush()
    found = list(await session.scalars(select(MessagePiece).where(*same).order_by(MessagePiece.part)))
    if len(found) < total:
        return None
    await session.execute(delete(MessagePiece).where(*same))
    return "".join(piece.text for piece in found)


async def any_late_pieces(session: AsyncSession, now: datetime) -> bool:
    """Whether ``join_late_pieces`` would find something: asked without a lock."""
    late = select(MessagePiece.number).where(MessagePiece.at < now - PIECES_WITHIN)
    return await session.scalar(late.limit(1)) is not None


async def join_late_pieces(session: AsyncSession, now: datetime) -> int:
    """What came of longer replies whose other parts did not; how many it were."""
    late = select(MessagePiece).where(MessagePiece.at < now - PIECES_WITHIN)
    texts: dict[tuple[str, str, int], list[MessagePiece]] = {}
    for piece in await session.scalars(late.order_by(MessagePiece.part)):
        texts.setdefault((piece.gateway_id, piece.number, piece.reference), []).append(piece)
    for (gateway_id, number, _), pieces in texts.items():
        await received(session, gateway_id, number, " … ".join(one.text for one in pieces), pieces[0].line, now)
        for piece in pieces:
            await session.delete(piece)
    return len(texts)


async def opt_out(session: AsyncSession, by: audit.Actor, number: str, now: datetime, *, word: str = "") -> SmsOptOut:
    """From now on no message goes to this number."""
    row = await session.get(SmsOptOut, number)
    if row is None:
        row = SmsOptOut(number=number, at=now, by=by.id, word=word)
        session.add(row)
        await session.flush()
        told = {"pii_number": number, "word": word}
        await audit.record(session, by, "sms.opted_out", now=now, subject=("sms_opt_out", ""), after=told)
    return row


async def opt_in(session: AsyncSession, by: audit.Actor, number: str, now: datetime) -> bool:
    """Messages may go to this number again; False when they might before."""
    row = await session.get(SmsOptOut, number)
    if row is None:
        return False
    await session.delete(row)
    await audit.record(session, by, "sms.opted_in", now=now, subject=("sms_opt_out", ""), before={"pii_number": number})
    return True
