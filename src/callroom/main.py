"""The server process: the only place where the parts of a site are put together."""

import asyncio
import socket
from pathlib import Path

import structlog
import uvicorn

from callroom.actions.users import ensure_admin
from callroom.clock import utc_now
from callroom.config import SiteSettings
from callroom.http.app import make_app
from callroom.http.site import Site
from callroom.store.database import migrate, open_database, writing
from callroom.telephony.asterisk.engine import EngineNotReady, wait_ready
from callroom.telephony.asterisk.link import LinkMissing, link_path, read_link

log = structlog.get_logger()


async def serve(settings: SiteSettings) -> None:
    """Run the server until it is told to stop.

    Raises ``DatabaseUnusable``, and ``OSError`` when the HTTP address is taken.
    """
    listener = socket.create_server(settings.http_address, backlog=512)
    database = open_database(settings.database)
    await migrate(database)
    async with writing(database) as session, session.begin():
        password = await ensure_admin(session, utc_now(), settings.admin_password or None)
    if password and not settings.admin_password:
        print(f"首次登录 / first sign-in:  admin  {password}", flush=True)  # noqa: T201 - shown once, never logged
    watch = EngineWatch(settings.home)
    # No call flow is attached to the engine yet, so the site must not say that calls can be taken.
    site = Site(database, utc_now, {"engine": lambda: watch.answers, "calls": lambda: False})
    config = uvicorn.Config(make_app(site), log_config=None, lifespan="off", server_header=False)
    watching = asyncio.create_task(watch.run(), name="engine watch")
    log.info("server is ready", address=f"http://{settings.http}")
    try:
        await uvicorn.Server(config).serve(sockets=[listener])
    finally:
        watching.cancel()
        await database.dispose()


class EngineWatch:
    """Knows whether the engine of this home answers."""

    def __init__(self, home: Path) -> None:
        self._link_file = link_path(home)
        self.answers = False

    async def run(self) -> None:
        while True:
            try:
                await wait_ready(read_link(self._link_file), timeout=2.0)
                answers = True
            except (LinkMissing, EngineNotReady):
                answers = False
            if answers != self.answers:
                log.info("engine answers" if answers else "engine does not answer")
            self.answers = answers
            await asyncio.sleep(1.0)  # the pause between two looks, not a wait for something
