"""The live stream: a snapshot, then numbered events, each person's as far as he may see them.

``?after=N`` resumes where a page stopped. Close codes: 4401 sign in again, 4403 another origin, 1013 try again.
"""

import asyncio
import contextlib
from typing import Any

import msgspec
from fastapi import WebSocket
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.websockets import WebSocketDisconnect

from callroom.actions import sessions
from callroom.actions.users import Role
from callroom.calls.exchange import Exchange
from callroom.calls.live import Told
from callroom.calls.watching import Watching
from callroom.core.ids import AgentId, QueueId
from callroom.errors import NotSignedIn
from callroom.http.site import COOKIE, Site, same_origin
from callroom.store.database import reading
from callroom.store.directory import NOT_READ
from callroom.store.journeys import sight_of
from callroom.store.tables import User

RECHECK = 30.0  # seconds after which a session that ended is noticed
MOST_WAITING = 2000  # events a page may be behind; then it begins anew
CONFIGURED = "config.changed"
DECIDES_SIGHT = {"users", "teams", "queues"}  # resources whose change may show a leader more, or less

_encode = msgspec.json.Encoder().encode


async def live_socket(websocket: WebSocket) -> None:
    """Serve one page until it goes or its session ends."""
    site: Site = websocket.app.state.site
    exchange = site.exchange
    bearer = websocket.headers.get("authorization", "").removeprefix("Bearer ")
    token = bearer or websocket.cookies.get(COOKIE, "")
    if not bearer and not same_origin(websocket):
        await websocket.close(4403)
        return
    try:
        who = await _who(site, token)
    except NotSignedIn:
        await websocket.accept()  # a refusal before the handshake would tell the page nothing
        await websocket.close(4401)
        return
    await websocket.accept()
    if exchange is None:
        await websocket.close(1013)
        return
    code: int | None = None
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # the page went while it was being told something
        code = await _stream(websocket, site, exchange, who, token)
        if code is not None:
            await websocket.close(code)


async def _who(site: Site, token: str) -> Watching:
    """How far the session's person sees. Raises ``NotSignedIn``."""
    if not token:
        raise NotSignedIn
    async with reading(site.engine) as session:
        user = await sessions.who(session, token, site.now())
        return await _sight(session, user)


async def _sight(session: AsyncSession, user: User) -> Watching:
    """A leader sees his part; an agent every colleague, whom he may transfer to, but no calls except his own."""
    me = AgentId(user.id)
    if user.role != Role.SUPERVISOR:
        return Watching(me, others=user.role != Role.AGENT, numbers=user.sees)
    sight = await sight_of(session, user)
    agents = frozenset(AgentId(agent) for agent in sight.agents or ())
    queues = frozenset(QueueId(queue) for queue in sight.queues or ())
    return Watching(me, (agents, queues), numbers=user.sees)


class _Page:
    """One page: what it may see, what it was shown, and the messages it has still to be sent."""

    def __init__(self, exchange: Exchange, who: Watching) -> None:
        self.who = who
        self.waiting: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self.overrun = asyncio.Event()
        self.look_again = asyncio.Event()  # the configuration changed, and with it perhaps who sees what
        self._exchange = exchange
        self._shown = exchange.board.shown(who)

    def hear(self, told: Told) -> None:
        if _configures(told):
            self._show_all_if_changed()
            if told.data["kind"] in DECIDES_SIGHT:
                self.look_again.set()
        if self.who.sees(told):
            self._send(told.text(self.who.numbers))

    def begin(self, after: str) -> None:
        """Tell what the page missed since ``after``, or everything."""
        live = self._exchange.live
        missed = live.after(int(after)) if after.isdecimal() else None
        configured = [told for told in missed or () if _configures(told)]
        if missed is None or configured:  # then it may also see other agents and queues than before
            self.show_all()
            missed = configured
        else:
            self._send(_text({"type": "resumed", "seq": int(after)}))
        for told in missed:
            self.hear(told)

    def see(self, who: Watching) -> None:
        if who != self.who:
            self.who = who
            self.show_all()

    def show_all(self) -> None:
        self._shown = self._exchange.board.shown(self.who)
        data = self._exchange.board.snapshot(self.who)
        self._send(_text({"type": "snapshot", "seq": self._exchange.live.seq, "data": data}))

    def _show_all_if_changed(self) -> None:
        """No event tells of an agent or a queue that is no more."""
        if self._exchange.board.shown(self.who) != self._shown:
            self.show_all()

    def _send(self, text: str) -> None:
        try:
            self.waiting.put_nowait(text)
        except asyncio.QueueFull:
            self.overrun.set()


async def _stream(websocket: WebSocket, site: Site, exchange: Exchange, who: Watching, token: str) -> int | None:
    page = _Page(exchange, who)
    unhear = exchange.live.listen(page.hear)
    try:
        page.begin(websocket.query_params.get("after", ""))
        writing = asyncio.create_task(_write(websocket, page.waiting), name="live")
        reading_ = asyncio.create_task(_read(websocket), name="live reader")
        full = asyncio.create_task(page.overrun.wait(), name="live overrun")
        ending = asyncio.create_task(_session_ends(site, page, token), name="live session")
        tasks: set[asyncio.Task[Any]] = {writing, reading_, full, ending}
        done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if ending in done:
            return 4401
        return 1013 if full in done else None
    finally:
        unhear()


async def _write(websocket: WebSocket, waiting: "asyncio.Queue[str]") -> None:
    while True:
        await websocket.send_text(await waiting.get())


async def _read(websocket: WebSocket) -> None:
    """Until the page goes; it has nothing to say here but that it lives."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


async def _session_ends(site: Site, page: _Page, token: str) -> None:
    """Until then the page is shown what its person may see by his role, teams and queues as they are now."""
    while True:
        with contextlib.suppress(TimeoutError):  # sessions end by time, and by sign-out elsewhere
            async with asyncio.timeout(RECHECK):
                await page.look_again.wait()
        page.look_again.clear()
        try:
            who = await _who(site, token)
        except NotSignedIn:
            return
        except (SQLAlchemyError, OSError):
            continue  # the database is away: that must not cost the pages
        page.see(who)


def _configures(told: Told) -> bool:
    """Whether it may change which agents and queues there are; customers are written all day."""
    return told.type == CONFIGURED and told.data["kind"] not in NOT_READ


def _text(message: object) -> str:
    return _encode(message).decode()
