"""SIP over WebSocket (RFC 7118) on Callroom's own origin: frames go to the engine only in the name of the page's user.

One HTTPS port and one session cookie are then enough for a page. ``?browser=ID`` names the browser, ``&take=1`` takes
the phone from another one that holds it. Close codes: 4401 sign in (again), 4403 the message names another device (or
the user has none), 4409 another browser holds the phone, 1002 not one whole SIP message, 1003 not text, 1009 too long,
1013 the engine is away: try again. Refusals before the handshake are seen by the page as 1006 only.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from fastapi import WebSocket
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from callroom.actions import sessions
from callroom.errors import NotSignedIn
from callroom.http.sip_message import ForeignName, Gate, NotOneMessage
from callroom.http.site import COOKIE, Site, same_origin
from callroom.store.database import reading
from callroom.store.tables import Device, User
from callroom.telephony.asterisk.link import LinkMissing, read_link

log = structlog.get_logger(__name__)

SUBPROTOCOL = "sip"
LONGEST_FRAME = 64 * 1024  # bytes; an INVITE of a browser has about 5 KiB
PING, PONG = "\r\n\r\n", "\r\n"  # RFC 5626, 4.4.1
LONGEST_NAME = 64  # characters of a browser's id
_LOOK_UP = 2.0  # seconds the database may take while a registration waits
TOLD = {
    1002: "not one whole SIP message",
    1003: "text only",
    1009: "message too long",
    1013: "engine away",
    4401: "sign in",
    4403: "not your device",
    4409: "in use elsewhere",
}


async def sip_socket(websocket: WebSocket) -> None:
    """Bridge one page to the engine until either side goes."""
    site: Site = websocket.app.state.site
    link_file: Path = websocket.app.state.engine_link
    token = websocket.cookies.get(COOKIE, "")
    offered: list[str] = websocket.scope.get("subprotocols", [])
    if not same_origin(websocket) or SUBPROTOCOL not in offered:
        await websocket.close(4403)
        return
    try:
        device = await browser_device(site, token)
    except NotSignedIn:
        await websocket.close(4401)
        return
    await websocket.accept(subprotocol=SUBPROTOCOL)
    code = 4403 if device is None else await _hold(websocket, link_file, site, device, token)
    if code is None:
        return  # the page itself went
    log.info("sip socket closed", device=device, code=code)
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # it went in the meantime
        await websocket.close(code, TOLD[code])


async def browser_device(site: Site, token: str) -> str | None:
    """The device that the session's user may speak for; None when he has no extension. Raises NotSignedIn."""
    if not token:
        raise NotSignedIn
    async with reading(site.engine) as session:
        user = await sessions.who(session, token, site.now())
        wanted = (
            select(Device.id)
            .join(User, User.extension_id == Device.extension_id)
            .where(User.id == user.id, Device.kind == "browser")
            .order_by(Device.created_at)
            .limit(1)
        )
        return await session.scalar(wanted)


async def _hold(websocket: WebSocket, link_file: Path, site: Site, device: str, token: str) -> int | None:
    """Be the device's one page until it goes or another browser takes the phone."""
    asked = websocket.query_params
    holder = site.holders.claim(device, asked.get("browser", "")[:LONGEST_NAME], take=asked.get("take") == "1")
    if holder is None:
        return 4409
    try:
        return await _bridge(websocket, link_file, Gate(device), site, token, holder.lost)
    finally:
        site.holders.release(holder)


async def _taken(lost: asyncio.Event) -> int:
    await lost.wait()
    return 4409


async def _bridge(
    websocket: WebSocket, link_file: Path, gate: Gate, site: Site, token: str, lost: asyncio.Event
) -> int | None:
    """Carry frames both ways; returns the code to close the page with, None when the page went."""
    try:
        link = read_link(link_file)  # made anew by each start of the engine
        opening = connect(
            link.sip_websocket,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            max_size=LONGEST_FRAME,
            compression=None,
            open_timeout=3,
            close_timeout=1,
            proxy=None,  # the engine is on this machine, whatever the environment says of proxies
        )
        async with opening as engine, asyncio.TaskGroup() as group:
            up = group.create_task(_from_page(websocket, engine, gate, _rechecker(site, token, gate.device)))
            down = group.create_task(_from_engine(websocket, engine))
            taken = group.create_task(_taken(lost))
            done, _ = await asyncio.wait({up, down, taken}, return_when=asyncio.FIRST_COMPLETED)
            for task in (up, down, taken):
                task.cancel()
        return min((task.result() for task in done), key=lambda code: code is not None)
    except (LinkMissing, OSError, WebSocketException) as error:
        log.info("engine takes no page", device=gate.device, error=str(error))
        return 1013


async def _from_page(
    websocket: WebSocket, engine: ClientConnection, gate: Gate, still_allowed: Callable[[], Awaitable[int | None]]
) -> int | None:
    while True:
        told = await websocket.receive()
        if told["type"] == "websocket.disconnect":
            return None
        frame = told.get("text")
        if not isinstance(frame, str):
            return 1003
        if len(frame) > LONGEST_FRAME or len(frame.encode()) > LONGEST_FRAME:
            return 1009
        try:
            if frame == PING:
                await websocket.send_text(PONG)
                continue
            if frame == PONG:
                continue
            if gate.check(frame) == "REGISTER" and (code := await still_allowed()):
                return code
            await engine.send(frame)
        except NotOneMessage as error:
            log.warning("sip message refused", device=gate.device, reason=str(error))
            return 1002
        except ForeignName as error:
            log.warning("sip message in another's name", device=gate.device, claimed=error.claimed)
            return 4403
        except ConnectionClosed:
            return 1013
        except WebSocketDisconnect:
            return None


async def _from_engine(websocket: WebSocket, engine: ClientConnection) -> int | None:
    try:
        async for frame in engine:
            await websocket.send_text(frame if isinstance(frame, str) else frame.decode())
    except ConnectionClosed:
        pass  # killed: the same as an orderly end for the page
    except (WebSocketDisconnect, RuntimeError):
        return None  # the page went while it was being told something
    return 1013


def _rechecker(site: Site, token: str, device: str) -> Callable[[], Awaitable[int | None]]:
    """Asks at each registration (every few minutes) whether the session still stands."""

    async def check() -> int | None:
        try:
            async with asyncio.timeout(_LOOK_UP):
                return None if await browser_device(site, token) == device else 4403
        except NotSignedIn:
            return 4401
        except (SQLAlchemyError, OSError, TimeoutError):
            return None  # the database is away for a moment: that must not cost a phone

    return check
