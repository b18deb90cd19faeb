"""A thin client for ARI: requests over the events socket, many in flight, answers matched by number.

Asterisk carries the requests of one socket out one after another, so the caller need not wait between them.
"""

import asyncio
import base64
from collections.abc import Callable
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from callroom.telephony.port import EngineUnreachable

ANSWER_WITHIN = 15.0  # seconds


class Caller(msgspec.Struct):
    name: str = ""
    number: str = ""


class Dialplan(msgspec.Struct):
    exten: str = ""
    context: str = ""
    app_name: str = ""


class Channel(msgspec.Struct):
    id: str
    name: str = ""
    state: str = ""
    caller: Caller = msgspec.field(default_factory=Caller)
    dialplan: Dialplan = msgspec.field(default_factory=Dialplan)
    creationtime: str = ""
    channelvars: dict[str, str] = msgspec.field(default_factory=dict[str, str])


class Bridge(msgspec.Struct):
    id: str
    bridge_type: str = ""
    channels: list[str] = msgspec.field(default_factory=list[str])


class Playback(msgspec.Struct):
    id: str
    target_uri: str = ""
    state: str = ""


class Recording(msgspec.Struct):
    name: str
    state: str = ""
    duration: float = 0.0
    silence_duration: float = 0.0


class Event(msgspec.Struct):
    """Any message of the socket: what we read of all events, and the answer to a request."""

    type: str
    request_id: str = ""
    status_code: int = 0
    reason_phrase: str = ""
    message_body: str = ""
    channel: Channel | None = None
    replace_channel: Channel | None = None
    args: list[str] = msgspec.field(default_factory=list[str])
    playback: Playback | None = None
    recording: Recording | None = None
    digit: str = ""
    exten: str = ""  # of a blind transfer
    transferer_first_leg: Channel | None = None
    transferer_second_leg: Channel | None = None
    cause: int = 0
    tech_cause: int = 0


class Refused(Exception):
    """The engine answered with an error status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}")
        self.status = status
        self.text = text


_decode = msgspec.json.Decoder(Event).decode
_encode = msgspec.json.Encoder().encode


class AriSocket:
    """One socket of one application. ``run`` reads until the connection breaks; ``send`` never waits."""

    def __init__(self, app: str, on_event: Callable[[Event], None]) -> None:
        self._app = app
        self._on_event = on_event
        self._pending: dict[str, tuple[asyncio.Future[str], float]] = {}
        self._next = 0
        self._out: list[str] = []
        self._wake = asyncio.Event()
        self._connection: ClientConnection | None = None
        self._loop = asyncio.get_running_loop()

    async def open(self, port: int, user: str, secret: str) -> None:
        """Raises OSError, websockets' exceptions."""
        token = base64.b64encode(f"{user}:{secret}".encode()).decode()
        self._connection = await connect(
            f"ws://127.0.0.1:{port}/ari/events?app={self._app}",
            additional_headers={"Authorization": f"Basic {token}"},
            compression=None,
            max_size=None,
            max_queue=4096,
            open_timeout=5,
            proxy=None,
        )

    async def run(self) -> None:
        """Until the connection ends; raises websockets' ConnectionClosed unless it ended well."""
        assert self._connection is not None
        helpers = [
            self._loop.create_task(self._write(self._connection), name=f"ari writer {self._app}"),
            self._loop.create_task(self._sweep(), name=f"ari time-outs {self._app}"),
        ]
        try:
            async for raw in self._connection:
                event = _decode(raw)
                if event.type == "RESTResponse":
                    self._answered(event)
                else:
                    self._on_event(event)
        finally:
            for task in helpers:
                task.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            await self.close()

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        for future, _ in self._pending.values():
            if not future.done():
                future.set_exception(EngineUnreachable("the connection to the engine broke"))
        self._pending.clear()
        self._out.clear()
        if connection is not None:
            await connection.close()

    def send(
        self, method: str, uri: str, query: dict[str, str] | None = None, body: object | None = None
    ) -> asyncio.Future[str]:
        """Queue a request; the future gives the answer's body, Refused, or EngineUnreachable."""
        future: asyncio.Future[str] = self._loop.create_future()
        if self._connection is None:
            future.set_exception(EngineUnreachable("no connection to the engine"))
            return future
        self._next += 1
        key = str(self._next)
        message: dict[str, Any] = {"type": "RESTRequest", "request_id": key, "method": method, "uri": uri}
        if query:
            message["query_strings"] = [{"name": k, "value": v} for k, v in query.items()]
        if body is not None:
            message["content_type"] = "application/json"
            message["message_body"] = _encode(body).decode()
        self._pending[key] = (future, self._loop.time())
        self._out.append(_encode(message).decode())
        self._wake.set()
        return future

    def _answered(self, event: Event) -> None:
        future, _ = self._pending.pop(event.request_id, (None, 0.0))
        if future is None or future.done():
            return
        if event.status_code < 300:
            future.set_result(event.message_body)
        else:
            future.set_exception(Refused(event.status_code, event.message_body or event.reason_phrase))

    async def _write(self, connection: ClientConnection) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            ready, self._out = self._out, []
            for message in ready:
                await connection.send(message)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(1)
            late = self._loop.time() - ANSWER_WITHIN
            for key, (future, since) in list(self._pending.items()):
                if since > late:
                    break  # the rest is younger
                del self._pending[key]
                if not future.done():
                    future.set_exception(Refused(504, f"no answer within {ANSWER_WITHIN:g} s"))
