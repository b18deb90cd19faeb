"""The live stream: a snapshot, then numbered events, each person's as far as he may see them.

``?after=N`` resumes where a page stopped. Close codes: 4401 sign in again, 4403 another origin, 1013 try again.
"""

import asyncio
import contextlib
from typing import Any

import msgspec
from fastapi import WebSocket
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocketDisconnect

from callroom.actions import sessions
from callroom.actions.users import Role
from callroom.calls.exchange import Exchange
from callroom.calls.live import Told
from callroom.core.ids import AgentId
from callroom.errors import NotSignedIn
from callroom.http.sip import same_origin
from callroom.http.site import COOKIE, Site
from callroom.store.database import reading
from callroom.store.tables import User

RECHECK = 30.0  # seconds after which a session that ended is noticed
MOST_WAITING = 2000  # events a page may be behind; then it begins anew

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
        user = await _who(site, token)
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
        code = await _stream(websocket, site, exchange, user, token)
        if code is not None:
            await websocket.close(code)


async def _who(site: Site, token: str) -> User:
    if not token:
        raise NotSignedIn
    async with reading(site.engine) as session:
        return await sessions.who(session, token, site.now())


async def _stream(websocket: WebSocket, site: Site, exchange: Exchange, user: User, token: str) -> int | None:
    me = AgentId(user.id)
    sees_all = user.role != Role.AGENT
    waiting: asyncio.Queue[Told] = asyncio.Queue(MOST_WAITING)
    overrun = asyncio.Event()

    def hear(told: Told) -> None:
        for_one_agent = told.type == "call.ended" and told.data["ended_by"] == "elsewhere"
        if told.agents is not None and me not in told.agents and (for_one_agent or not sees_all):
            return
        try:
            waiting.put_nowait(told)
        except asyncio.QueueFull:
            overrun.set()

    unhear = exchange.live.listen(hear)
    try:
        after = websocket.query_params.get("after", "")
        missed = exchange.live.after(int(after)) if after.isdecimal() else None
        if missed is None:
            data = exchange.board.snapshot(me, everything=sees_all)
            await websocket.send_text(_text({"type": "snapshot", "seq": exchange.live.seq, "data": data}))
        else:
            await websocket.send_text(_text({"type": "resumed", "seq": int(after)}))
            for told in missed:
                hear(told)
        writing = asyncio.create_task(_write(websocket, waiting), name="live")
        reading_ = asyncio.create_task(_read(websocket), name="live reader")
        full = asyncio.create_task(overrun.wait(), name="live overrun")
        ending = asyncio.create_task(_session_ends(site, token), name="live session")
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


async def _write(websocket: WebSocket, waiting: "asyncio.Queue[Told]") -> None:
    while True:
        told = await waiting.get()
        await websocket.send_text(_text({"seq": told.seq, "type": told.type, "data": told.data}))


async def _read(websocket: WebSocket) -> None:
    """Until the page goes; it has nothing to say here but that it lives."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


async def _session_ends(site: Site, token: str) -> None:
    while True:
        await asyncio.sleep(RECHECK)  # sessions end by time, and by sign-out elsewhere
        try:
            await _who(site, token)
        except NotSignedIn:
            return
        except (SQLAlchemyError, OSError):
            continue  # the database is away: that must not cost the pages


def _text(message: object) -> str:
    return _encode(message).decode()
