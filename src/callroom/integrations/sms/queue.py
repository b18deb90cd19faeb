"""The worker's part that sends messages: each gateway by itself, in its own pace, so that none waits for another."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import message_arrivals, message_queue
from callroom.actions.message_queue import Held
from callroom.actions.settings import read_settings
from callroom.integrations.sms.gateway import Away, Gateway, Hear, Incoming, News, NotTaken, Outgoing, Report, Unclear
from callroom.integrations.sms.making import make_gateway
from callroom.store.database import reading, writing
from callroom.store.tables import SmsGateway
from callroom.vault import Vault

log = structlog.get_logger(__name__)
LOOK = 1.0  # seconds between two looks for messages, and for changed gateways
AWAY = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)  # seconds until a gateway that takes nothing is tried again
# Seconds for what is under way when the worker stops: SMPP's farewell follows, within the supervisor's eight.
FAREWELL = 5.0
Outcome = dict[int, str] | NotTaken | Away | Unclear
Make = Callable[[SmsGateway, Vault, str, Callable[[], datetime], Hear], Gateway]


async def store_news(database: AsyncEngine, gateway_id: str, news: News, now: datetime) -> None:
    """Keep what a gateway told. Raises ``SQLAlchemyError``, ``OSError``."""
    async with writing(database) as session, session.begin():
        match news:
            case Report(state, provider_id, message_id, told):
                await message_arrivals.reported(
                    session, gateway_id, state, now, provider_id=provider_id, message_id=message_id, told=told
                )
            case Incoming(number, text, line, piece):
                if piece is not None:
                    place = (piece.reference, piece.total, piece.number)
                    whole = await message_arrivals.piece_received(session, gateway_id, number, text, line, now, place)
                    if whole is None:
                        return
                    text = whole
                await message_arrivals.received(session, gateway_id, number, text, line, now)


class SmsQueue:
    """``run`` ends by being cancelled, after what is under way has ended."""

    def __init__(
        self,
        database: AsyncEngine,
        home: Path,
        now: Callable[[], datetime],
        *,
        make: Make = make_gateway,
        look: float = LOOK,
        away: tuple[float, ...] = AWAY,
    ) -> None:
        self._database, self._home, self._now = database, home, now
        self._make, self._look, self._pauses = make, look, away
        self._running: dict[tuple[str, int, str], asyncio.Task[None]] = {}

    async def run(self) -> None:
        try:
            while True:
                try:
                    await self._follow()
                except (SQLAlchemyError, OSError) as error:
                    log.warning("the SMS gateways cannot be read; messages wait", error=str(error))
                await asyncio.sleep(self._look)
        finally:
            await self._stop(list(self._running))

    async def _follow(self) -> None:
        """Begin with gateways that are new or were changed, and end with those that were."""
        async with reading(self._database) as session:
            rows = list(await session.scalars(select(SmsGateway).where(SmsGateway.enabled)))
            late = await message_queue.anything_late(session, self._now())
            late = late or await message_arrivals.any_late_pieces(session, self._now())
            settings, _ = await read_settings(session)
        country = settings["country"]
        wanted = {(row.id, row.version, country): row for row in rows}
        for key, task in list(self._running.items()):
            if task.done():
                error = None if task.cancelled() else task.exception()
                log.error("an SMS gateway failed; it begins anew", gateway=key[0], exc_info=error)
                del self._running[key]
        await self._stop([key for key in self._running if key not in wanted])
        for key in wanted.keys() - self._running.keys():
            line = _Line(self._database, wanted[key], self._now, self._look, self._pauses)
            work = line.run(self._make, Vault(self._home), country)
            self._running[key] = asyncio.create_task(work, name=f"SMS gateway {key[0]}")
        if not late:  # most times: then the writer's lock is left to calls
            return
        async with writing(self._database) as session, session.begin():
            await message_queue.expire(session, self._now())
            await message_arrivals.join_late_pieces(session, self._now())

    async def _stop(self, keys: list[tuple[str, int, str]]) -> None:
        tasks = [self._running.pop(key) for key in keys]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)  # each has logged what went wrong


class _Line:
    """The messages of one gateway."""

    def __init__(
        self,
        database: AsyncEngine,
        row: SmsGateway,
        now: Callable[[], datetime],
        look: float,
        pauses: tuple[float, ...],
    ) -> None:
        self._database, self._row, self._now, self._look, self._pauses = database, row, now, look, pauses
        self._failures = 0  # of the gateway, one after the other
        self._unready = False
        self._told = ("", "", "")
        self._in_hand: set[str] = set()
        self._sending: set[asyncio.Task[None]] = set()

    async def run(self, make: Make, vault: Vault, country: str) -> None:
        async def hear(news: News) -> None:
            await store_news(self._database, self._row.id, news, self._now())

        while True:
            try:
                gateway = make(self._row, vault, country, self._now, hear)
                break
            except Away as away:  # until it is set up anew, which ends this line
                await self._tell("away", away.why, away.told)
                await asyncio.sleep(self._pauses[-1])
        keeping = asyncio.create_task(gateway.run(), name=f"SMS link {self._row.id}")
        try:
            await self._work(gateway, keeping)
        finally:
            if self._sending:
                await asyncio.wait(self._sending, timeout=FAREWELL)
            late = list(self._sending)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)  # their own cancellation
            await gateway.close()
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _work(self, gateway: Gateway, keeping: "asyncio.Task[None]") -> None:
        slots = asyncio.Semaphore(gateway.at_once)
        loop = asyncio.get_running_loop()
        free_at = looked_at = 0.0
        while not keeping.done():
            try:
                await gateway.ready()
            except Away as away:  # it comes back by itself
                self._unready = True
                await self._tell("away", away.why, away.told)
                await asyncio.sleep(self._look)
                continue
            if self._unready:
                self._unready, self._failures = False, 0
            try:
                if self._failures == 0:
                    await self._tell("ready")
                if loop.time() - looked_at > self._look * 10:
                    looked_at = loop.time()
                    await self._look_for_lost()
                await asyncio.sleep(free_at - loop.time())
                await slots.acquire()
                try:
                    held = await self._claim()
                except BaseException:
                    slots.release()
                    raise
                if held is None:
                    slots.release()
                    await asyncio.sleep(self._look)
                    continue
                free_at = max(free_at, loop.time()) + 1 / self._row.per_second
                task = asyncio.create_task(self._send(gateway, held, slots), name=f"SMS {held.id}")
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)
                if self._failures:  # one message at a time tries whether the gateway is back
                    await asyncio.wait({task})
                    await asyncio.sleep(self._pause())
            except (SQLAlchemyError, OSError) as error:
                log.warning("messages wait: the database cannot be used", gateway=self._row.id, error=str(error))
                await asyncio.sleep(self._pauses[1])
        keeping.result()  # it never ends by itself: this raises what ended it

    def _pause(self) -> float:
        return self._pauses[min(self._failures - 1, len(self._pauses) - 1)] if self._failures else 0.0

    async def _look_for_lost(self) -> None:
        """End what a worker that died was just sending."""
        async with reading(self._database) as session:
            if not await message_queue.anything_left_over(session, self._row.id, self._now(), self._in_hand):
                return
        await self._write(lambda session: message_queue.left_over(session, self._row, self._now(), self._in_hand))

    async def _claim(self) -> Held | None:
        async with reading(self._database) as session:  # most times there is nothing, which needs no lock
            if not await message_queue.anything_due(session, self._row.id, self._now()):
                return None
        claim = asyncio.ensure_future(
            self._write(lambda session: message_queue.claim(session, self._row.id, self._now()))
        )
        try:
            return await asyncio.shield(claim)
        except asyncio.CancelledError:  # a message taken in this moment goes back, as nothing of it was sent
            [held] = await asyncio.gather(claim, return_exceptions=True)
            if isinstance(held, Held):
                await self._noted(held, Away("", ""))
            raise

    async def _send(self, gateway: Gateway, held: Held, slots: asyncio.Semaphore) -> None:
        self._in_hand.add(held.id)
        try:
            outgoing = Outgoing(
                held.id, held.number, held.text, held.encoding, held.code, held.params, held.accepted,
                held.expires_at - self._now(),
            )  # fmt: skip
            outcome: Outcome
            try:
                outcome = await gateway.send(outgoing)
            except (NotTaken, Away, Unclear) as told:
                outcome = told
            self._count(outcome)
            while not await self._noted(held, outcome):  # noqa: ASYNC110 -- must not be lost for want of a database
                await asyncio.sleep(self._pauses[1])
        except Exception:  # what nobody foresaw ends this message only, which becomes unclear when its lease is over
            log.exception("a message could not be sent", message=held.id)
        finally:
            self._in_hand.discard(held.id)
            slots.release()

    def _count(self, outcome: Outcome) -> None:
        """Whether the gateway is there, as far as this shows."""
        match outcome:
            case Away():
                self._failures += 1
            case Unclear():
                pass
            case _:
                self._failures = 0

    async def _noted(self, held: Held, outcome: Outcome) -> bool:
        """Write what became of a message; False when that was not possible."""
        gateway, now = self._row, self._now()
        try:
            async with writing(self._database) as session, session.begin():
                match outcome:
                    case NotTaken(why, told, lasting, ids):
                        await message_queue.refused(session, gateway.id, held, now, why, told, ids, lasting=lasting)
                    case Away(why, told, ids):
                        await message_queue.put_back(session, gateway.id, held, now, why, told, ids)
                        if why:
                            await message_queue.note_link(session, gateway.id, "away", now, why, told)
                    case Unclear(told, ids):
                        await message_queue.unclear(session, gateway, held, now, told, ids)
                    case ids:
                        await message_queue.sent(session, gateway.id, held, ids, now)
        except (SQLAlchemyError, OSError) as error:
            log.error("what became of a message cannot be stored yet", message=held.id, error=str(error))
            return False
        if isinstance(outcome, Away):
            self._told = ("away", outcome.why, outcome.told)
        log.info("a message was given over", message=held.id, gateway=gateway.id, outcome=type(outcome).__name__)
        return True

    async def _tell(self, state: str, why: str = "", told: str = "") -> None:
        if (state, why, told) != self._told:
            await self._write(lambda s: message_queue.note_link(s, self._row.id, state, self._now(), why, told))
            self._told = (state, why, told)

    async def _write(self, do: Callable[[Any], Any]) -> Any:
        async with writing(self._database) as session, session.begin():
            return await do(session)
