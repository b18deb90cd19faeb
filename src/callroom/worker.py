"""The worker process: long work out of the job table, so that it can never delay a call."""

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom import logs
from callroom.actions import customer_rules, faxes, jobs, reminders
from callroom.actions.fields import place_of_site
from callroom.actions.jobs import Claim, JobLost, WorkFailed
from callroom.chores import HANDLERS
from callroom.chores.work import Handler, Work
from callroom.clock import utc_now
from callroom.config import SiteSettings
from callroom.garbage import look_rarely
from callroom.integrations.sms.queue import SmsQueue
from callroom.store.database import MIGRATIONS, open_database, reading, writing

log = structlog.get_logger(__name__)

LOOK = 1.0  # seconds between two looks into the table: other processes fill it
AWAY = 2.0  # seconds until a database that failed is tried again
REMIND = 5.0  # seconds between two looks for what has come due
NIGHT = range(3, 6)  # o'clock at the site: when few work
NIGHTLY_LOOK = timedelta(minutes=5)
RENEW = jobs.LEASE.total_seconds() / 6


class Worker:
    """Takes jobs, those of each lane one after the other.

    ``run`` ends by being cancelled; the jobs in hand are given back then.
    """

    def __init__(
        self,
        database: AsyncEngine,
        home: Path,
        *,
        now: Callable[[], datetime] = utc_now,
        handlers: Mapping[str, Handler] = HANDLERS,
    ) -> None:
        self._database = database
        self._home = home
        self._now = now
        self._handlers = handlers
        self._hour = ""
        self._nightly_from = datetime.min.replace(tzinfo=UTC)  # when it is looked next whether a night's work is due
        self._faxes: set[str] = set()  # in line already
        self._ready = asyncio.Event()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._remind(), name="reminders")
            for kinds in jobs.LANES:
                group.create_task(self._follow(kinds), name=f"lane of {kinds[0]}")
            group.create_task(self._send_messages(), name="SMS")

    async def _send_messages(self) -> None:
        """Text messages have a line of their own for each gateway, once the database has its newest form."""
        await self._ready.wait()
        await SmsQueue(self._database, self._home, self._now).run()

    async def _follow(self, kinds: Sequence[str]) -> None:
        away = False
        while True:
            try:
                if not self._ready.is_set() and await self._is_newest():
                    self._ready.set()
                while self._ready.is_set() and await self.step(kinds):
                    pass
                away = False
                await asyncio.sleep(LOOK)
            except (SQLAlchemyError, OSError) as error:
                if not away:
                    log.warning("the database cannot be used; the jobs wait", kinds=kinds, error=str(error))
                away = True
                await asyncio.sleep(AWAY)

    async def _remind(self) -> None:
        """Tell people of what has come due, moments after it has."""
        await self._ready.wait()
        while True:
            try:
                await self.remind()
            except (SQLAlchemyError, OSError) as error:
                log.warning("nobody can be reminded; it is tried again", error=str(error))
            await asyncio.sleep(REMIND)

    async def remind(self) -> int:
        """Tell of what is due; how much it was. Raises ``SQLAlchemyError``, ``OSError``."""
        async with reading(self._database) as session:
            if not await reminders.anything_due(session, self._now()):
                return 0
        async with writing(self._database) as session, session.begin():
            return await reminders.remind(session, self._now())

    async def step(self, kinds: Sequence[str] = jobs.KINDS) -> bool:
        """Do one job; False when there is nothing to do. Raises ``SQLAlchemyError``, ``OSError``."""
        if jobs.HOUSEKEEPING in kinds:
            await self._enqueue_hourly()
        if jobs.FAX in kinds:
            await self._enqueue_faxes()
        if jobs.CUSTOMER_RULES in kinds:
            await self._enqueue_nightly()
        async with reading(self._database) as session:
            if not await jobs.anything_due(session, self._now(), kinds):
                return False
        async with writing(self._database) as session, session.begin():
            held = await jobs.claim(session, self._now(), kinds)
        if held is not None:
            await self._do(held)
        return held is not None

    async def _is_newest(self) -> bool:
        """Whether the server, which starts at the same time, has brought the database to its newest form."""
        async with self._database.execution_options(reading=True).connect() as connection:
            found = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
        return found == ScriptDirectory(str(MIGRATIONS)).get_current_head()

    async def _enqueue_faxes(self) -> None:
        async with reading(self._database) as session:
            waiting = set(await faxes.to_prepare(session))
        for fax in waiting - self._faxes:
            async with writing(self._database) as session, session.begin():
                await jobs.enqueue_once(session, jobs.FAX_JOB + fax, jobs.FAX, self._now())
        self._faxes = waiting

    async def _enqueue_hourly(self) -> None:
        hour = f"{self._now():%Y%m%dT%H}"
        if hour != self._hour:
            async with writing(self._database) as session, session.begin():
                await jobs.enqueue_once(session, f"{jobs.HOUSEKEEPING}-{hour}", jobs.HOUSEKEEPING, self._now())
            self._hour = hour

    async def _enqueue_nightly(self) -> None:
        """File customers by the rules once a night, by the site's clock."""
        if self._now() < self._nightly_from:
            return
        async with reading(self._database) as session:
            local = self._now().astimezone(ZoneInfo((await place_of_site(session)).zone))
            due = local.hour in NIGHT and await customer_rules.due_tonight(session)
        self._nightly_from = self._now() + NIGHTLY_LOOK
        if due:
            arguments = {"apply": True}
            async with writing(self._database) as session, session.begin():
                job = f"{jobs.CUSTOMER_RULES}-{local:%Y%m%d}"
                await jobs.enqueue_once(session, job, jobs.CUSTOMER_RULES, self._now(), arguments)

    async def _do(self, held: Claim) -> None:
        log.info("job started", job=held.id, kind=held.kind, attempt=held.attempt)
        working = asyncio.create_task(self._work(held), name=f"job {held.id}")
        renewing = asyncio.create_task(self._renew(held), name=f"lease of {held.id}")
        try:
            await asyncio.wait({working, renewing}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():  # the lease is lost, and with it the work
                working.cancel()
            await self._conclude(held, working)
        except asyncio.CancelledError:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            await self._give_back(held)
            raise
        except JobLost:
            log.info("job stopped: it was cancelled or taken over", job=held.id, kind=held.kind)
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)  # a lost lease has been told above

    async def _work(self, held: Claim) -> dict[str, Any]:
        async def progress(share: float) -> None:
            async with writing(self._database) as session, session.begin():
                await jobs.renew(session, held, self._now(), share)

        handler = self._handlers[held.kind]
        return await handler(Work(held.id, held.arguments, self._database, self._home, self._now, progress))

    async def _conclude(self, held: Claim, working: "asyncio.Task[dict[str, Any]]") -> None:
        [told] = await asyncio.gather(working, return_exceptions=True)
        match told:
            case JobLost():
                raise told
            case asyncio.CancelledError():
                raise JobLost(held.id)
            case WorkFailed() as error:
                async with writing(self._database) as session, session.begin():
                    state = await jobs.fail(session, held, error, self._now())
                log.warning(
                    "job failed", job=held.id, kind=held.kind, attempt=held.attempt, why=error.why, state=state,
                    pii_told=error.told,
                )  # fmt: skip
            case BaseException():
                log.error("job failed", job=held.id, kind=held.kind, attempt=held.attempt, exc_info=told)
                async with writing(self._database) as session, session.begin():
                    state = await jobs.fail(session, held, f"{type(told).__name__}: {told}"[:500], self._now())
                if state == "failed":
                    log.error("job is given up", job=held.id, kind=held.kind, attempts=held.attempt)
            case result:
                async with writing(self._database) as session, session.begin():
                    await jobs.finish(session, held, result, self._now())
                log.info("job done", job=held.id, kind=held.kind, **result)

    async def _give_back(self, held: Claim) -> None:
        try:
            async with writing(self._database) as session, session.begin():
                await jobs.give_back(session, held, self._now())
            log.info("job given back", job=held.id, kind=held.kind)
        except JobLost:
            pass  # it was done, or cancelled, at that very moment
        except (SQLAlchemyError, OSError) as error:
            log.warning("a job could not be given back; it is due when its lease ends", job=held.id, error=str(error))

    async def _renew(self, held: Claim) -> None:
        """Keep the lease until cancelled; ends when it is lost."""
        while True:
            await asyncio.sleep(RENEW)  # the time of the lease passes by itself
            try:
                async with writing(self._database) as session, session.begin():
                    await jobs.renew(session, held, self._now())
            except JobLost:
                return
            except (SQLAlchemyError, OSError) as error:
                log.warning("the lease of a job could not be renewed", job=held.id, error=str(error))


async def work(settings: SiteSettings) -> None:
    """Run the worker until SIGTERM or SIGINT. Raises ``DatabaseUnusable`` for a kind of database we do not know."""
    database = open_database(settings.database)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    look_rarely()
    log.info("worker is ready")
    running = asyncio.create_task(Worker(database, settings.home).run(), name="worker")
    told = asyncio.create_task(stopping.wait(), name="signal")
    try:
        await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()  # it never ends by itself: this raises what ended it
    finally:
        told.cancel()
        running.cancel()
        await asyncio.gather(running, told, return_exceptions=True)  # their own cancellation
        await database.dispose()


def main() -> None:
    """``callroom work`` without the command's other parts, which would cost a second and 80 MB."""
    settings = SiteSettings()
    logs.set_up(settings.log, "worker", pii=settings.log_pii)
    asyncio.run(work(settings))


if __name__ == "__main__":
    main()
