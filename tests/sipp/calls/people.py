"""Agents at real SIP phones."""

import asyncio
import contextlib
from datetime import timedelta

from sqlalchemy import select
from world import PHONE

from callroom.actions.sessions import open_session
from callroom.clock import utc_now
from callroom.demo.phone import Phone, RegistrationRefused
from callroom.demo.phone.patience import PATIENCE
from callroom.store.database import open_database, writing
from callroom.store.tables import User
from site_world import SiteWorld

SECRET = "secret-of-a-phone"


async def registered(phones: contextlib.AsyncExitStack, user: str, exchange: str) -> Phone:
    phone = await phones.enter_async_context(Phone(bind=PHONE, user=user, password=SECRET, registrar=(exchange, 5060)))
    async with asyncio.timeout(2 * PATIENCE):
        while True:
            try:
                await phone.register(expires=300)
                return phone
            except RegistrationRefused:
                await asyncio.sleep(0.1)  # the engine hears of a new phone a moment after the API has answered


async def sessions(world: SiteWorld, *logins: str) -> list[str]:
    """A token for each agent, or for these: made where passwords need not be tried one after another."""
    database = open_database(f"sqlite:///{world.home}/site.db")
    try:
        async with writing(database) as session, session.begin():
            wanted = User.login.in_(logins) if logins else User.role == "agent"
            agents = list(await session.scalars(select(User).where(wanted).order_by(User.login)))
            return [open_session(session, agent, utc_now(), lasts=timedelta(hours=1)) for agent in agents]
    finally:
        await database.dispose()
