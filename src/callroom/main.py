"""The server process: the only place where the parts of a site are put together."""

import asyncio
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import jobs, letters, notices, voicemail_boxes
from callroom.actions.audit import SUPERVISED, Actor, record
from callroom.actions.callcentre import switch_schedule
from callroom.actions.first_start import seed
from callroom.actions.ids import new_id
from callroom.actions.letters import Postman
from callroom.actions.users import ensure_admin
from callroom.calls.exchange import Exchange
from callroom.calls.live import Live
from callroom.calls.notes import Notes
from callroom.calls.sounds import typed_texts
from callroom.clock import utc_now
from callroom.config import SiteSettings
from callroom.core.ids import AgentId, ExtensionId, JourneyId, ScheduleId
from callroom.core.journeys.facts import SupervisionMode
from callroom.core.pops import Occasion
from callroom.demo.tools import DemoTools
from callroom.errors import CallroomError
from callroom.garbage import look_rarely
from callroom.http import serving, tls
from callroom.http.app import make_app
from callroom.http.site import Site
from callroom.integrations.data import OutsideData
from callroom.media import number_places
from callroom.media.voices.speaking import Speaking
from callroom.store.database import migrate, open_database, reading, writing
from callroom.store.directory import NOT_READ, load_directory
from callroom.store.emergency import emergency_phones, write_emergency
from callroom.store.flows import StoredFlows
from callroom.store.journal import Journal
from callroom.store.tables import Extension, User
from callroom.store.today import StoredCustomers, agents_rests, counts_since, rests_since
from callroom.store.unfinished import changed_messages, faxes_to_send, open_callbacks, open_faxes, open_journeys
from callroom.telephony.asterisk.adapter import AsteriskTelephony
from callroom.telephony.asterisk.link import link_path
from callroom.telephony.asterisk.tapes import measure

log = structlog.get_logger()


async def serve(settings: SiteSettings) -> None:
    """Run the server until it is told to stop.

    Raises ``DatabaseUnusable``, ``AddressUnusable`` when an address is taken, ``CertificateUnusable``.
    """
    plain = serving.listen(*settings.http_address)
    secure = serving.listen(*settings.https_address) if settings.https_address else None
    certificate = tls.provide(settings.home, utc_now(), (settings.tls_cert, settings.tls_key)) if secure else None
    database = open_database(settings.database)
    await migrate(database)
    async with writing(database) as session, session.begin():
        password = await ensure_admin(session, utc_now(), settings.admin_password or None)
        await seed(session, utc_now())
    number_places.load()  # so that no call waits for it
    shown = "" if settings.admin_password else password or ""
    telephony = AsteriskTelephony.connect(link_path(settings.home), settings.recordings)
    postman = Postman(utc_now)
    journal = Journal(settings.home / "journal", database, postman)
    data = OutsideData(database, settings.home, utc_now)
    speaking = Speaking(settings.home / "prompts" / "spoken")
    configuration = Configuration(database, settings, speaking)
    exchange = await take_up(settings, database, telephony, journal, data, configuration, speaking)
    postman.told = exchange.lamps.look
    demo = DemoTools(settings)
    site = Site(
        database,
        utc_now,
        {"engine": lambda: exchange.engine_answers, "journal": lambda: not journal.behind},
        changed=configuration.changed,
        states=exchange.phones,
        home=settings.home,
        exchange=exchange,
        demo=demo,
        data=data,
        speaking=speaking,
    )
    app = make_app(site, link_path(settings.home))
    running = [
        asyncio.create_task(work, name=name)
        for name, work in (
            ("telephony", telephony.run()),
            ("journal", journal.run()),
            ("configuration", configuration.run(exchange)),
            ("lamps", exchange.lamps.follow()),
            ("days", exchange.board.follow_days()),
            ("faxes", follow_faxes(database, exchange)),
            ("notices", follow_notices(database, exchange)),
            ("messages", follow_messages(database, exchange)),
            ("speaking", speaking.run()),
        )
    ]

    def tell() -> None:
        message = serving.start_message(settings.http, settings.https, certificate, shown)
        stream = sys.stdout if settings.log == "pretty" else sys.stderr  # nothing but JSON in a stream of JSON
        print(message, file=stream, flush=True)  # the password is shown once and never logged
        look_rarely()
        log.info("server is ready", http=settings.http, https=settings.https)

    for task in running:
        task.add_done_callback(_end_with)
    try:
        await serving.serve(app, plain, secure, certificate, tell)
    finally:
        await demo.close()
        await exchange.leave()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)  # only their own cancellation can come back
        await data.close()
        await journal.close()
        await database.dispose()


def _end_with(task: asyncio.Task[None]) -> None:
    """A part of the server that failed takes the server along: it starts again whole, and its calls go on meanwhile."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a part of the server failed; it starts again", failed=task.get_name(), exc_info=error)
        signal.raise_signal(signal.SIGTERM)


async def take_up(
    settings: SiteSettings,
    database: AsyncEngine,
    telephony: AsteriskTelephony,
    journal: Journal,
    data: OutsideData,
    configuration: "Configuration",
    speaking: Speaking,
) -> Exchange:
    """The exchange as the former server process left it; it hears the engine when ``telephony`` runs."""
    await journal.replay()
    now = utc_now()
    async with reading(database) as session:
        directory = await load_directory(session, settings.home / "prompts", settings.recordings)
        write_emergency(settings.home, await emergency_phones(session))
        journeys = await open_journeys(session, now)
        rests = await agents_rests(session)
        callbacks = await open_callbacks(session)
        faxes = await open_faxes(session)
        midnight = now.astimezone(ZoneInfo(directory.company.time_zone)).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        counts = await counts_since(session, midnight, directory.company.short_abandon)
        rested = await rests_since(session, midnight)
        messages = await letters.counts(session)
        locks = await voicemail_boxes.locks_of(session, now)
    notes = Notes(journal, utc_now)
    for journey in journeys:
        notes.adopt(journey)
    exchange = Exchange(
        telephony,
        notes,
        # Numbered from a time, so that the numbers grow over restarts too.
        Live(int(now.timestamp() * 1000), asyncio.get_running_loop().time),
        customers=StoredCustomers(
            database, lambda: (exchange.directory.company.country, exchange.directory.company.area_code)
        ),
        recordings=settings.recordings,
        tape_seconds=lambda path: measure(settings.recordings / f"{path}.wav"),
        now=utc_now,
        clock=asyncio.get_running_loop().time,
        new_id=new_id,
        supervised=OperationLog(database).supervised,
        tell_others=CallWebhook(database).told,
        switched=HoursSwitch(database, configuration).switched,
        versions=StoredFlows(database),
        data=data,
        letters=letters.StoredLetters(database, settings.recordings, utc_now, configuration.changed),
        fax_file=FaxFolder(settings.home / "faxes").file,
        speech=speaking,
    )
    exchange.lamps.load(messages)
    exchange.guesses.restore(locks, exchange.clock())
    exchange.set_directory(directory)
    speaking.want(typed_texts(directory))
    exchange.board.load(*counts)
    exchange.restore_agents(rests)
    exchange.callbacks.restore(callbacks)
    exchange.faxes.restore(faxes)
    exchange.rests.load(rested)
    return exchange


class FaxFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file(self, path: str) -> str:
        """Where the engine finds, or writes, the pages of a fax."""
        file = self._folder / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:  # the engine will fail to write there, and tell
            log.error("the folder of faxes cannot be made", error=str(error))
        return str(file)


LOOK_FOR_FAXES = 1.0  # seconds: the worker, which prepares them, is another process


async def follow_faxes(database: AsyncEngine, exchange: Exchange) -> None:
    """Hand faxes that are ready to the calls, each once: the database may know its later states only after a while."""
    given: set[str] = set()
    while True:
        try:
            async with reading(database) as session:
                ready = await faxes_to_send(session)
            for fax in ready:
                if fax.id not in given:
                    exchange.faxes.send(fax)
            given = {fax.id for fax in ready}
        except (SQLAlchemyError, OSError) as error:
            log.warning("faxes that are ready cannot be read", error=str(error))
        await asyncio.sleep(LOOK_FOR_FAXES)


LOOK_FOR_NOTICES = 1.0  # seconds: requests and the worker leave them in the database


async def follow_notices(database: AsyncEngine, exchange: Exchange) -> None:
    """Tell people live what they are to be told of, once each, also what came while no server was there."""
    while True:
        try:
            async with reading(database) as session:
                waiting = await notices.untold(session)
            if waiting:
                async with writing(database) as session, session.begin():
                    await notices.told(session, [one.id for one in waiting], utc_now())
            for one in waiting:
                data = {name: getattr(one, name) for name in ("id", "kind", "subject_kind", "subject_id", "text", "at")}
                exchange.live.tell("notice.made", data, frozenset((AgentId(one.user_id),)))
        except (SQLAlchemyError, OSError) as error:
            log.warning("what people are to be told cannot be read", error=str(error))
        await asyncio.sleep(LOOK_FOR_NOTICES)


LOOK_FOR_MESSAGES = 1.0  # seconds: the worker, which sends and hears them, is another process
OVERLAP = timedelta(seconds=10)  # a transaction ends some time after the moment it writes


async def follow_messages(database: AsyncEngine, exchange: Exchange) -> None:
    """Tell screens of text messages that were sent, reported or received; of each state once."""
    since, told = utc_now(), dict[str, datetime]()
    while True:
        try:
            async with reading(database) as session:
                changed = await changed_messages(session, since - OVERLAP)
            for one in changed:
                if told.get(one.id) != one.at:
                    data = {name: getattr(one, name) for name in ("id", "direction", "state", "customer")}
                    exchange.live.tell("message.changed", data)
            told = {one.id: one.at for one in changed}
            since = max([since, *told.values()])
        except (SQLAlchemyError, OSError) as error:
            log.warning("changed text messages cannot be read", error=str(error))
        await asyncio.sleep(LOOK_FOR_MESSAGES)


class OperationLog:
    """Keeps what people do from their phones, beside what they do in the page (CC-26)."""

    def __init__(self, database: AsyncEngine) -> None:
        self._database = database
        self._tasks: set[asyncio.Task[None]] = set()

    def supervised(self, leader: AgentId, call: JourneyId, agent: AgentId, mode: SupervisionMode) -> None:
        task = asyncio.create_task(self._record(leader, call, agent, mode), name="operation log")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _record(self, leader: AgentId, call: JourneyId, agent: AgentId, mode: SupervisionMode) -> None:
        try:
            async with writing(self._database) as session, session.begin():
                user = await session.get(User, leader)
                actor = Actor(leader, user.name if user is not None else leader)
                await record(
                    session, actor, SUPERVISED[mode], now=utc_now(), subject=("call", call),
                    after={"agent": agent, "by": "phone"},
                )  # fmt: skip
        except (SQLAlchemyError, OSError) as error:
            log.error("what a leader did is not in the operation log", user=leader, call=call, error=str(error))


class CallWebhook:
    """Puts in line for the worker what another system is told of a call (CC-04)."""

    def __init__(self, database: AsyncEngine) -> None:
        self._database = database
        self._tasks: set[asyncio.Task[None]] = set()

    def told(self, url: str, what: Occasion, facts: dict[str, str]) -> None:
        task = asyncio.create_task(self._put(url, what, facts), name="webhook of a call")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _put(self, url: str, what: Occasion, facts: dict[str, str]) -> None:
        now = utc_now()
        body = {"event": what, "at": now.isoformat(), "values": facts}
        try:
            async with writing(self._database) as session, session.begin():
                await jobs.put(session, jobs.OFFER_WEBHOOK, {"url": url, "body": body}, now)
        except (SQLAlchemyError, OSError) as error:
            log.error("another system is not told of a call", call=facts["call_id"], error=str(error))


class HoursSwitch:
    """Lets phones switch opening hours by hand, as the page does."""

    def __init__(self, database: AsyncEngine, configuration: "Configuration") -> None:
        self._database = database
        self._configuration = configuration

    async def switched(self, schedule: ScheduleId, state: str, by: ExtensionId) -> bool:
        """Whether it was stored; the calls follow a moment later."""
        try:
            async with writing(self._database) as session, session.begin():
                user = await session.scalar(select(User).where(User.extension_id == by))
                extension = await session.get(Extension, by)
                number = extension.number if extension is not None else by
                actor = Actor(user.id, user.name) if user is not None else Actor(None, number)
                await switch_schedule(session, actor, schedule, state, None, utc_now())
        except (SQLAlchemyError, OSError, CallroomError) as error:
            log.error("opening hours could not be switched", schedule=schedule, extension=by, error=str(error))
            return False
        self._configuration.changed("schedules")
        return True


class Configuration:
    """Brings changed configuration to the calls: read whole, once for all that changed meanwhile."""

    def __init__(self, database: AsyncEngine, settings: SiteSettings, speaking: Speaking) -> None:
        self._database = database
        self._settings = settings
        self._speaking = speaking
        self._changed: asyncio.Queue[tuple[str, asyncio.Future[None]]] = asyncio.Queue()

    def changed(self, kind: str) -> asyncio.Future[None]:
        """Tell of a change; done when the calls know it, which is never while it cannot be read."""
        known = asyncio.get_running_loop().create_future()
        if kind in NOT_READ:
            known.set_result(None)
        self._changed.put_nowait((kind, known))
        return known

    async def run(self, exchange: Exchange) -> None:
        while True:
            changes = [await self._changed.get()]
            while not self._changed.empty():
                changes.append(self._changed.get_nowait())
            try:
                if not all(kind in NOT_READ for kind, _ in changes):
                    await self._read(exchange)
            except (SQLAlchemyError, OSError) as error:
                log.warning("the configuration cannot be read; the calls go on with the former one", error=str(error))
                await asyncio.sleep(1)
                for change in changes:
                    self._changed.put_nowait(change)
                continue
            for kind in sorted({kind for kind, _ in changes}):
                exchange.live.tell("config.changed", {"kind": kind})
            for _, known in changes:
                if not known.done():
                    known.set_result(None)

    async def _read(self, exchange: Exchange) -> None:
        async with reading(self._database) as session:
            directory = await load_directory(session, self._settings.home / "prompts", self._settings.recordings)
            exchange.set_directory(directory)
            self._speaking.want(typed_texts(directory))
            write_emergency(self._settings.home, await emergency_phones(session))
