"""What flows reach outside: lookups, which answer, and mails, text messages, webhooks, put in line for the worker."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import jobs, messages
from callroom.actions import mail as outbox
from callroom.actions.mail import Mail, is_address
from callroom.errors import CallroomError, LookupFailed
from callroom.integrations.connection import Reach, reach, without_secrets
from callroom.integrations.crm import ask_customers
from callroom.integrations.filling import Values, filled, in_url
from callroom.integrations.http_source import HttpSource
from callroom.integrations.sql_source import ask_database
from callroom.store.database import reading, writing
from callroom.vault import Vault

log = structlog.get_logger(__name__)
AT_ONCE = 10  # requests to one system: a system that hangs holds no more of the machine
ALL_AT_ONCE = 60


class OutsideData:
    """Serves the flows of calls (``calls``' ``Data``). ``close`` waits for what is being put in line."""

    def __init__(
        self,
        database: AsyncEngine,
        home: Path,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._home, self._now = database, home, now
        self._vault = Vault(home)
        self._http = HttpSource()
        self._all = asyncio.Semaphore(ALL_AT_ONCE)
        self._each: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
        self._putting: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        await asyncio.gather(*self._putting, return_exceptions=True)  # each has logged what went wrong
        await self._http.close()

    async def run(self, source: dict[str, Any], values: Values) -> Any:
        """As ``calls``' ``Data``: the answer of a lookup as JSON; None for a mail or a webhook.

        Raises ``LookupFailed``. Who waits no longer cancels; a mail or webhook is put in line all the same.
        """
        match source.get("kind"):
            case "crm":
                return await self._customers(source, values)
            case "http" | "sql":
                return await self._elsewhere(source, values)
            case "email":
                await self._put(self._put_mail(_mail(source, values)))
            case "sms":
                await self._put(self._put_message(dict(source), dict(values)))
            case "webhook":
                await self._put(self._put_webhook(_webhook(source, values, self._now())))
            case other:
                raise LookupFailed("not_set_up", f"no source {other}")

    async def try_connection(self, connection: str, source: dict[str, Any], values: Values) -> Any:
        """A lookup as an admin tries it; the answer without the connection's secrets. Raises ``LookupFailed``."""
        where = await self._reach(connection)
        try:
            return without_secrets(await self._ask(where, source, values), where.secrets)
        except LookupFailed as failed:
            raise LookupFailed(failed.why, without_secrets(failed.detail, where.secrets)) from None

    async def _customers(self, source: Mapping[str, Any], values: Values) -> Any:
        try:
            async with reading(self._database) as session:
                return await ask_customers(session, source, values)
        except (SQLAlchemyError, OSError) as error:
            raise LookupFailed("unreachable", str(error)) from None

    async def _elsewhere(self, source: Mapping[str, Any], values: Values) -> Any:
        connection = source.get("connection")
        if not isinstance(connection, str) or not connection:
            raise LookupFailed("not_set_up", "no connection is chosen")
        where = await self._reach(connection)
        try:
            return await self._ask(where, source, values)
        except LookupFailed as failed:
            told = without_secrets(failed.detail, where.secrets)
            log.info("a lookup failed", connection=where.id, why=failed.why, pii_detail=told)
            raise LookupFailed(failed.why, told) from None

    async def _reach(self, connection: str) -> Reach:
        try:
            async with reading(self._database) as session:
                return await reach(session, self._vault, connection)
        except (SQLAlchemyError, OSError) as error:
            raise LookupFailed("unreachable", str(error)) from None

    async def _ask(self, where: Reach, source: Mapping[str, Any], values: Values) -> Any:
        async with self._each[where.id], self._all:
            if where.kind == "http":
                return await self._http.ask(where, source, values)
            return await ask_database(where, source, values, self._home)

    # ------------------------------------------------------------ what is sent

    async def _put(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="put in line")
        self._putting.add(task)
        task.add_done_callback(self._putting.discard)
        await asyncio.shield(task)

    async def _put_mail(self, mail: Mail) -> None:
        await self._written(lambda session: outbox.send(session, mail, self._now()))

    async def _put_message(self, source: Mapping[str, Any], values: Values) -> None:
        to, text = (filled(str(source.get(name) or ""), values).strip() for name in ("to", "text"))
        template = str(source.get("template") or "")
        await self._written(
            lambda session: messages.put_for_flow(session, to, template, text, dict(values), self._now())
        )

    async def _put_webhook(self, arguments: dict[str, Any]) -> None:
        await self._written(lambda session: jobs.put(session, jobs.WEBHOOK, arguments, self._now()))

    async def _written(self, put: Callable[[Any], Coroutine[Any, Any, Any]]) -> None:
        try:
            async with writing(self._database) as session, session.begin():
                await put(session)
        except (SQLAlchemyError, OSError) as error:
            log.error("what a flow sends is lost: the database cannot be written", error=str(error))
            raise LookupFailed("unreachable", "the database cannot be written") from None
        except CallroomError as error:
            raise LookupFailed("bad_request", str(error)) from None


def _mail(source: Mapping[str, Any], values: Values) -> Mail:
    """Each reader of the template is one reader, whatever his value holds. Raises ``LookupFailed``."""
    templates = str(source.get("to") or "").replace(";", ",").split(",")
    to = tuple(filled(one, values).strip() for one in templates if one.strip())
    wrong = not to or len(to) > outbox.MOST_RECIPIENTS or not all(map(is_address, to))
    if wrong:
        raise LookupFailed("bad_request", "a reader has no valid mail address")
    subject = filled(str(source.get("subject") or ""), values)[:300]
    return Mail(to, subject, filled(str(source.get("text") or ""), values)[: outbox.LONGEST_TEXT])


def _webhook(source: Mapping[str, Any], values: Values, now: datetime) -> dict[str, Any]:
    url = in_url(str(source.get("url") or ""), values)
    if not url.startswith(("http://", "https://")):
        raise LookupFailed("bad_request", "the address is not valid")
    body = {"event": "flow.reached", "at": now.isoformat(), "values": dict(values)}
    return {"url": url, "body": body}
