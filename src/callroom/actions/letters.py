"""The messages in the boxes: forwarded, called back, counted; for phones (``calls.letters``) and pages alike."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import case, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from callroom.actions import audit, sounds, voicemail_boxes, voicemail_mail
from callroom.actions.configured import changes_of
from callroom.actions.ids import new_id
from callroom.core.guesses import Lock
from callroom.core.letters import Hand, Letter, LettersAway
from callroom.core.mailboxes import Moment
from callroom.errors import CallroomError, invalid
from callroom.media.joining import join
from callroom.store.database import reading, writing
from callroom.store.service import tier_of_caller
from callroom.store.tables import User, Voicemail


async def counts(session: AsyncSession) -> dict[str, tuple[int, int]]:
    """How many new and old messages each box holds; empty boxes are missing."""
    new = func.sum(case((Voicemail.heard_at.is_(None), 1), else_=0))
    rows = await session.execute(
        select(Voicemail.box_id, new, func.count()).where(Voicemail.deleted_at.is_(None)).group_by(Voicemail.box_id)
    )
    return {box: (int(fresh), int(all_) - int(fresh)) for box, fresh, all_ in rows}


async def forward(
    session: AsyncSession,
    by: audit.Actor,
    voicemail: Voicemail,
    to: str,
    folder: Path,
    now: datetime,
    *,
    intro: str = "",
) -> Voicemail:
    """Put a copy of a message into another box, behind an introduction (a recording's path). It is new there.

    Raises ``NotFound``, and ``Invalid`` for its own box.
    """
    if to == voicemail.box_id:
        raise invalid("box", "leads_to_itself")
    box = await voicemail_boxes.box_of(session, to)
    source = sounds.sound_file(folder, voicemail.path, "voicemail", voicemail.id)
    parts = [folder / f"{intro}.wav", source] if intro else [source]
    copy_id = new_id("vm")
    path = f"voicemail/{now:%Y/%m/%d}/{copy_id}.wav"
    seconds = await asyncio.to_thread(join, parts, folder / path)
    copy = Voicemail(
        id=copy_id,
        journey_id=voicemail.journey_id,
        box_kind=box.kind,
        box_id=to,
        path=path,
        seconds=round(seconds, 2),
        caller=voicemail.caller,
        left_at=voicemail.left_at,
        forwarded_by=by.id or "",
    )
    session.add(copy)
    await session.flush()
    await voicemail_mail.put(session, [copy.id], now)
    await audit.record(
        session, by, "voicemail.forwarded", now=now, subject=("voicemail", voicemail.id), after={"box": to}
    )
    return copy


async def mark_called_back(session: AsyncSession, by: audit.Actor, voicemail_id: str, now: datetime) -> None:
    """Its caller was called and answered; the first time stays."""
    await session.execute(
        update(Voicemail)
        .where(Voicemail.id == voicemail_id, Voicemail.called_back_at.is_(None))
        .values(called_back_at=now, called_back_by=by.id)
    )


class Postman:
    """Hears from the journal of messages that were left; ``told`` is called when they are there for all to see."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.told: Callable[[], None] = lambda: None

    async def arrived(self, session: AsyncSession, messages: list[str]) -> None:
        await voicemail_mail.put(session, messages, self._now())

    def written(self) -> None:
        self.told()


class StoredLetters:
    """The messages, as calls ask for them. ``changed`` is told of changed configuration after the commit."""

    def __init__(
        self, engine: AsyncEngine, recordings: Path, now: Callable[[], datetime], changed: Callable[[str], object]
    ) -> None:
        self._engine = engine
        self._recordings = recordings
        self._now = now
        self._changed = changed

    async def counts(self) -> dict[str, tuple[int, int]]:
        async with self._reading() as session:
            return await counts(session)

    async def of(self, box: str) -> list[Letter]:
        first = tier_of_caller(Voicemail.journey_id)
        wanted = (
            select(Voicemail)
            .where(Voicemail.box_id == box, Voicemail.deleted_at.is_(None))
            .order_by(Voicemail.heard_at.is_not(None), first.desc(), Voicemail.left_at, Voicemail.id)
        )
        async with self._reading() as session:
            return [
                Letter(
                    row.id, box, row.caller, row.left_at, row.path.removesuffix(".wav"), heard=row.heard_at is not None
                )
                for row in await session.scalars(wanted)
            ]

    async def heard(self, letter: str, by: Hand) -> None:
        async with self._writing() as session:
            if (row := await session.get(Voicemail, letter)) is not None:
                actor = await _actor(session, by)
                await sounds.mark_heard(session, actor, row, self._now())
                await sounds.note_hearing(session, actor, "voicemail", letter, self._now())

    async def deleted(self, letters: list[str], by: Hand) -> None:
        async with self._writing() as session:
            actor = await _actor(session, by)
            for letter in letters:
                row = await session.get(Voicemail, letter)
                if row is not None and row.deleted_at is None:  # a page was quicker
                    await sounds.delete_voicemail(session, actor, row, self._recordings, self._now())

    async def forwarded(self, letter: str, to: str, intro: str, by: Hand) -> None:
        async with self._writing() as session:
            row = await session.get(Voicemail, letter)
            if row is None or row.deleted_at is not None:
                raise LettersAway("the message is gone")
            actor = await _actor(session, by)
            await forward(session, actor, row, to, self._recordings, self._now(), intro=intro)

    async def called_back(self, letter: str, by: Hand) -> None:
        async with self._writing() as session:
            await mark_called_back(session, await _actor(session, by), letter, self._now())

    async def pin_is(self, box: str, pin: str) -> bool:
        async with self._reading() as session:
            return await voicemail_boxes.pin_is(session, box, pin)

    async def set_pin(self, box: str, pin: str, by: Hand) -> None:
        async with self._writing() as session:
            await voicemail_boxes.set_pin(session, await _actor(session, by), box, pin, self._now())

    async def set_greeting(self, box: str, moment: Moment, path: str, seconds: float, by: Hand) -> None:
        greeting = {"file": path, "seconds": seconds} if path else None
        async with self._writing() as session:
            actor = await _actor(session, by)
            _, former = await voicemail_boxes.set_greeting(session, actor, box, moment, greeting, self._now())
        if former:
            (self._recordings / f"{former}.wav").unlink(missing_ok=True)

    async def locked(self, box: str, caller: str, locks: list[Lock]) -> None:
        async with self._writing() as session:
            await voicemail_boxes.keep_locks(session, locks, self._now())
            await audit.record(
                session, audit.SYSTEM, "voicemail_box.locked", now=self._now(), subject=("voicemail_box", box[:40]),
                after={"caller": caller},
            )  # fmt: skip

    @asynccontextmanager
    async def _reading(self) -> AsyncGenerator[AsyncSession]:
        with _away():
            async with reading(self._engine) as session:
                yield session

    @asynccontextmanager
    async def _writing(self) -> AsyncGenerator[AsyncSession]:
        with _away():
            async with writing(self._engine) as session:
                async with session.begin():
                    yield session
                for kind in changes_of(session):
                    self._changed(kind)


@contextmanager
def _away() -> Generator[None]:
    """What the caller at the phone cannot be told in detail."""
    try:
        yield
    except (SQLAlchemyError, OSError, RuntimeError, CallroomError) as error:
        raise LettersAway(repr(error)) from error


async def _actor(session: AsyncSession, by: Hand) -> audit.Actor:
    user = await session.get(User, by.user) if by.user else None
    return audit.Actor(by.user, user.name) if user is not None else audit.Actor(None, f"voicemail {by.box}")
