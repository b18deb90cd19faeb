"""Speaking to a running site as its owner: over its own API, with a session made on this machine."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx2
from sqlalchemy import select

from callroom.actions.audit import SYSTEM, record
from callroom.actions.sessions import open_session
from callroom.clock import utc_now
from callroom.config import SiteSettings
from callroom.demo.company import Api, DemoRefused
from callroom.store.database import open_database, writing
from callroom.store.tables import User

LASTS = timedelta(minutes=10)


async def owner_token(settings: SiteSettings) -> str:
    """A short session of the first admin, for the owner of the files. Raises ``DatabaseUnusable``, ``LookupError``."""
    database = open_database(settings.database)
    try:
        async with writing(database) as session, session.begin():
            admin = await session.scalar(
                select(User).where(User.role == "admin", User.active).order_by(User.created_at).limit(1)
            )
            if admin is None:
                raise LookupError("the site has no admin yet: start it once")
            token = open_session(session, admin, utc_now(), lasts=LASTS)
            await record(session, SYSTEM, "session.created", now=utc_now(), subject=("user", admin.id))
    finally:
        await database.dispose()
    return token


@asynccontextmanager
async def site_api(base: str, token: str, language: str = "zh") -> AsyncGenerator[Api]:
    """Requests to the site at ``base`` (``http://HOST:PORT``) in the name of ``token``."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
    async with httpx2.AsyncClient(base_url=f"{base}/api/v1/", headers=headers, timeout=30, trust_env=False) as client:

        async def send(
            method: str, path: str, body: dict[str, Any] | None = None, *, version: int | None = None
        ) -> dict[str, Any]:
            more = {"If-Match": str(version)} if version is not None else {}
            answer = await client.request(method, path, json=body, headers=more)
            if answer.is_error:
                raise DemoRefused(f"{method} {path}", _told(answer))
            return answer.json() if answer.content else {}

        yield send


def _told(answer: httpx2.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return f"HTTP {answer.status_code}"
    faults = [f"{one['field']}: {one.get('text', one['rule'])}" for one in problem.get("errors", ())]
    return "; ".join([str(problem.get("title", answer.status_code)), *faults])
