"""What every route needs: the database, the clock, the limits, and who is asking."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol
from urllib.parse import urlsplit

from fastapi import Depends, Request
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from starlette.requests import HTTPConnection

from callroom.actions import keys, sessions
from callroom.actions.audit import Actor
from callroom.actions.configured import changes_of
from callroom.actions.users import Role
from callroom.calls.exchange import Exchange
from callroom.core.directory import Directory
from callroom.core.numbers import Visibility, holds_number
from callroom.errors import NotAllowed, NotFound, NotNow, NotSignedIn, OtherOrigin, TooManyAttempts
from callroom.http.holders import Holders
from callroom.http.seen import look_as
from callroom.integrations.data import OutsideData
from callroom.media.voices.speaking import Speaking
from callroom.store.database import reading, writing
from callroom.store.tables import User
from callroom.vault import Vault

if TYPE_CHECKING:
    from callroom.http.demo import Demo

COOKIE = "callroom_session"
NUMBERS_A_MINUTE = 30  # that somebody may look for who may not see them
LOOKED_FOR = ("q", "number", "where")  # questions in which a number may be asked for; "f." begins those of own fields
SAFE = ("GET", "HEAD", "OPTIONS")  # they change nothing
KNOWN_WITHIN = 1.0  # seconds that the answer to a change of configuration waits for the calls


class States(Protocol):
    """What the engine knows of phones and lines at this moment."""

    def device(self, device_id: str, /) -> tuple[str, str]:
        """The state as ``DeviceState`` names it, and the contact: where it is, or where a wrong secret came from."""
        ...

    def trunk(self, trunk_id: str, /) -> tuple[str, str]:
        """The state as ``TrunkState`` names it, and the carrier's answer."""
        ...


class NothingKnown:
    """The states as long as no engine was heard."""

    def device(self, device_id: str, /) -> tuple[str, str]:
        return "offline", ""

    def trunk(self, trunk_id: str, /) -> tuple[str, str]:
        return "unknown", ""


def _nobody_hears(kind: str) -> asyncio.Future[None]:
    known = asyncio.get_running_loop().create_future()
    known.set_result(None)
    return known


@dataclass
class Site:
    """One running site, as HTTP sees it. ``parts`` tells of each part by name whether it works.

    ``changed`` is called with the resource (``queues`` …) after a write of configuration has been committed, and done
    when the calls know it; ``home`` is the folder with ``prompts`` and ``recordings``.
    """

    engine: AsyncEngine
    now: Callable[[], datetime]
    parts: dict[str, Callable[[], bool]] = field(default_factory=dict[str, Callable[[], bool]])
    changed: Callable[[str], asyncio.Future[None]] = _nobody_hears
    states: States = field(default_factory=NothingKnown)
    limiter: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))
    home: Path = Path("home")  # the site's files
    exchange: Exchange | None = None  # the calls; None where none are served
    demo: "Demo | None" = None
    data: OutsideData | None = None  # what the flows of calls ask
    speaking: Speaking | None = None  # of typed texts
    holders: Holders = field(default_factory=Holders)
    reckoning: asyncio.Lock = field(default_factory=asyncio.Lock)  # of staffing questions: one at a time

    @property
    def recordings(self) -> Path:
        return self.home / "recordings"

    @cached_property
    def outside(self) -> OutsideData:
        return self.data or OutsideData(self.engine, self.home, self.now)

    @cached_property
    def vault(self) -> Vault:
        return Vault(self.home)

    async def limit(self, kind: str, who: str, a_minute: int) -> None:
        """Count one attempt. Raises ``TooManyAttempts`` past ``a_minute`` of them within a minute."""
        rule = RateLimitItemPerMinute(a_minute)
        if not await self.limiter.hit(rule, kind, who):
            window = await self.limiter.get_window_stats(rule, kind, who)
            raise TooManyAttempts(max(1, ceil(window.reset_time - self.now().timestamp())))

    async def limit_numbers(self, me: User, texts: Iterable[str]) -> None:
        """Count what holds a whole number, the same one once. By it, rows are found also by who may not see it: of one
        whose middle is hidden he could try all that it may be. Raises ``TooManyAttempts``."""
        if me.sees is Visibility.FULL:
            return
        once = RateLimitItemPerMinute(1)
        for text in texts:
            if holds_number(text) and await self.limiter.test(once, "asked", me.id, text):
                await self.limit("number", me.id, NUMBERS_A_MINUTE)
                await self.limiter.hit(once, "asked", me.id, text)

    @property
    def directory(self) -> Directory:
        """The configuration as calls see it."""
        return self.exchange.directory if self.exchange is not None else Directory()

    @property
    def calls(self) -> Exchange:
        """Raises ``NotNow`` where no calls are served."""
        if self.exchange is None:
            raise NotNow("calls", "no exchange")
        return self.exchange


def the_site(request: Request) -> Site:
    """Raises ``NotFound`` for an address with a zero character: nothing is named so, and PostgreSQL takes none."""
    if "\0" in request.url.path or "%00" in request.url.query:
        raise NotFound("address", request.url.path)
    return request.app.state.site


SiteDep = Annotated[Site, Depends(the_site)]


async def read(site: SiteDep) -> AsyncIterator[AsyncSession]:
    async with reading(site.engine) as session:
        yield session


async def write(site: SiteDep) -> AsyncIterator[AsyncSession]:
    """One request, one transaction: committed before the answer is sent, rolled back on any error.

    The calls know what the answer says, unless they cannot read it within ``KNOWN_WITHIN``: then they follow later.
    """
    async with writing(site.engine) as session:
        async with session.begin():
            yield session
        changes = [site.changed(kind) for kind in changes_of(session)]
    if changes:
        await asyncio.wait(changes, timeout=KNOWN_WITHIN)


Read = Annotated[AsyncSession, Depends(read)]
Write = Annotated[AsyncSession, Depends(write, scope="function")]


def same_origin(asking: HTTPConnection) -> bool:
    """Whether the page that asks came from us; cookies alone do not tell (cross-site request forgery, hijacking)."""
    origin, host = asking.headers.get("origin", ""), asking.headers.get("host", "")
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()


def token_of(request: Request) -> str:
    """The caller's token, from the Authorization header or the cookie; "" when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")


async def signed_in(request: Request, site: SiteDep) -> User:
    """Who asks. Raises ``NotSignedIn``, and ``OtherOrigin`` for a write that another site's page made with our cookie:
    browsers send it from another port of the same host too, and name the page in ``Origin``; ``TooManyAttempts``."""
    token = token_of(request)
    if not token:
        raise NotSignedIn
    origin = request.headers.get("origin")
    by_cookie = token == request.cookies.get(COOKIE)
    if by_cookie and origin is not None and request.method not in SAFE and not same_origin(request):
        raise OtherOrigin(origin)
    async with reading(site.engine) as session:
        if keys.is_key(token):
            me = await keys.who(session, token, keys.scope_of(request.method, request.url.path), site.now())
        else:
            me = await sessions.who(session, token, site.now())
    look_as(me)
    asked = request.query_params.multi_items()
    await site.limit_numbers(me, (text for name, text in asked if name in LOOKED_FOR or name.startswith("f.")))
    return me


Me = Annotated[User, Depends(signed_in)]


def allow(*roles: Role) -> Callable[[User], Coroutine[Any, Any, User]]:
    """A dependency that lets only these roles pass."""

    async def check(me: Me) -> User:
        if me.role not in roles:
            raise NotAllowed(me.role)
        return me

    return check


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def actor_of(me: User, request: Request) -> Actor:
    return Actor(me.id, me.name, address_of(request))
