"""The server process: the only place where the parts of a site are put together."""

import asyncio

import structlog

from callroom.actions.users import ensure_admin
from callroom.clock import utc_now
from callroom.config import SiteSettings
from callroom.http import serving, tls
from callroom.http.app import make_app
from callroom.http.site import Site
from callroom.store.database import migrate, open_database, writing
from callroom.telephony import port
from callroom.telephony.asterisk.adapter import AsteriskTelephony
from callroom.telephony.asterisk.link import link_path

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
    shown = "" if settings.admin_password else password or ""
    telephony = AsteriskTelephony.connect(link_path(settings.home), settings.recordings)
    engine = EngineState(telephony)
    # No call flow is attached to the engine yet, so the site must not say that calls can be taken.
    site = Site(database, utc_now, {"engine": lambda: engine.answers, "calls": lambda: False}, home=settings.home)
    app = make_app(site, link_path(settings.home))
    running = asyncio.create_task(telephony.run(), name="telephony")

    def tell() -> None:
        message = serving.start_message(settings.http, settings.https, certificate, shown)
        print(message, flush=True)  # noqa: T201 - the password is shown once and never logged
        log.info("server is ready", http=settings.http, https=settings.https)

    try:
        await serving.serve(app, plain, secure, certificate, tell)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)  # only its own cancellation can come back
        await database.dispose()


class EngineState:
    """Hears the engine; a call that nobody could serve is refused at once instead of waiting in silence."""

    def __init__(self, telephony: port.Telephony) -> None:
        self.answers = False
        self._telephony = telephony
        telephony.subscribe(self._hear)

    def _hear(self, event: port.TelephonyEvent) -> None:
        match event:
            case port.EngineReady():
                self.answers = True
                log.info("engine answers", fresh=event.fresh, legs=len(event.snapshot.legs))
            case port.EngineLost():
                self.answers = False
                log.warning("engine lost")
            case port.LegArrived():
                self._telephony.hang_up(event.leg, port.EndCause.CONGESTION)
            case _:
                pass
