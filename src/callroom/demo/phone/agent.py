"""The asyncio shell around the SIP core: one UDP socket, its transactions, its tasks."""

import asyncio
import ipaddress
import secrets
import socket
from collections import deque
from collections.abc import Callable, Coroutine
from typing import assert_never, cast

import structlog

from callroom.demo.phone.digest import Challenge, authorization
from callroom.demo.phone.message import Address, MalformedMessage, Request, Response, Uri, parse, reply_to
from callroom.demo.phone.sockets import open_udp
from callroom.demo.phone.transaction import (
    AckMissing,
    ClientExpired,
    ClientTransaction,
    Output,
    RequestArrived,
    ResponseArrived,
    ServerTransaction,
    Transactions,
    Transmit,
)

log = structlog.get_logger(__name__)

RequestHandler = Callable[[Request, ServerTransaction | None, Address], None]


class Agent(asyncio.DatagramProtocol):
    """Sends requests and waits for their answers, hands arriving requests to `on_request`.

    `on_copy` gets repeated 200s of an INVITE, `on_ack_missing` our own 200s that nobody acknowledged.
    """

    def __init__(self, *, user: str, password: str, on_request: RequestHandler) -> None:
        self.on_request = on_request
        self.on_copy: Callable[[Response], None] = lambda _: None
        self.on_ack_missing: Callable[[ServerTransaction], None] = lambda _: None
        self.trace: deque[str] = deque(maxlen=400)  # the last messages, for failed checks
        self._user = user
        self._password = password
        self._transactions = Transactions()
        self._waiting: dict[int, tuple[asyncio.Future[Response], Callable[[Response], None] | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures: list[Exception] = []
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.DatagramTransport | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def open(self, host: str, port: int, namespace: str | None) -> None:
        """Raises OSError when the port is taken or the address is not ours."""
        sock = open_udp(host, port, namespace=namespace)
        # A burst of a hundred calls must wait in the kernel, not be lost.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
        await self._loop.create_datagram_endpoint(lambda: self, sock=sock)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # The loops' own datagram transports are no subclasses of the class that names their methods.
        self._transport = cast(asyncio.DatagramTransport, transport)

    @property
    def address(self) -> Address:
        assert self._transport is not None, "the phone is not open"
        host, port = self._transport.get_extra_info("sockname")
        return host, port

    async def close(self) -> None:
        """Stop all tasks and drop the socket; raises what its tasks failed with."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._timer:
            self._timer.cancel()
            self._timer = None
        for future, _ in self._waiting.values():
            future.cancel()
        self._waiting.clear()
        if self._transport:
            self._transport.abort()
            self._transport = None
            await asyncio.sleep(0)  # the loop closes the socket in its next turn
        if self._failures:
            raise ExceptionGroup("a phone's tasks failed", self._failures)

    def own(self, work: Coroutine[object, object, None], name: str) -> asyncio.Task[None]:
        """Run a task until it ends or the phone closes; its failure is raised at the phone's end."""
        task = self._loop.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("a phone's task failed", task=task.get_name(), error=repr(error))
            if isinstance(error, Exception):
                self._failures.append(error)

    async def address_of(self, uri: str, *, fallback: Address | None = None) -> Address:
        """Where requests for a sip: address go; raises OSError for an unknown host."""
        parsed = Uri.parse(uri)
        try:
            return str(ipaddress.IPv4Address(parsed.host)), parsed.port or 5060
        except ValueError:
            if fallback is not None:
                return fallback
        found = await self._loop.getaddrinfo(parsed.host, parsed.port or 5060, family=socket.AF_INET)
        return found[0][4][0:2]  # pyright: ignore[reportReturnType]  # AF_INET gives host and port

    def stamp(self, request: Request) -> Request:
        """Give a request its Via with a fresh branch."""
        host, port = self.address
        via = f"SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bK{secrets.token_hex(10)}"
        request.headers.lines.insert(0, ("Via", via))
        return request

    async def transact(
        self,
        make: Callable[[], Request],
        address: Address,
        *,
        on_sent: Callable[[Request], None] | None = None,
        on_provisional: Callable[[Response], None] | None = None,
        stamped: bool = False,
    ) -> Response:
        """Send what `make` builds and return the final answer, 408 when none came.

        A challenge is answered by a second try; `make` is called again for it and must take a new CSeq.
        """
        credentials: tuple[str, str] | None = None
        tried: set[bool] = set()
        while True:
            request = make() if stamped else self.stamp(make())
            if credentials:
                request.headers.add(*credentials)
            response = await self._once(request, address, on_sent, on_provisional)
            challenge = self._challenge(response)
            if challenge is None or challenge[0].stale in tried or (tried and not challenge[0].stale):
                return response
            tried.add(challenge[0].stale)
            value = authorization(
                challenge[0],
                user=self._user,
                password=self._password,
                method=request.method,
                uri=request.uri,
                cnonce=secrets.token_hex(8),
            )
            credentials = (challenge[1], value)

    def _challenge(self, response: Response) -> tuple[Challenge, str] | None:
        if not self._password or response.status not in (401, 407):
            return None
        asks, answers = (
            ("WWW-Authenticate", "Authorization")
            if response.status == 401
            else ("Proxy-Authenticate", "Proxy-Authorization")
        )
        offered = (Challenge.parse(header) for header in response.headers.all(asks))
        return next(((c, answers) for c in offered if c), None)

    async def _once(
        self,
        request: Request,
        address: Address,
        on_sent: Callable[[Request], None] | None,
        on_provisional: Callable[[Response], None] | None,
    ) -> Response:
        transaction, first = self._transactions.request(request, address, now=self._loop.time())
        future: asyncio.Future[Response] = self._loop.create_future()
        self._waiting[id(transaction)] = (future, on_provisional)
        self._perform([first])
        if on_sent:
            on_sent(request)
        try:
            return await future
        finally:
            self._waiting.pop(id(transaction), None)

    def send(self, request: Request, address: Address) -> None:
        """Send without a transaction: the ACK of a 200."""
        self._perform([Transmit(request.to_bytes(), address)])

    def respond(self, transaction: ServerTransaction, response: Response) -> None:
        self._perform(self._transactions.respond(transaction, response, now=self._loop.time()))

    def acknowledged(self, transaction: ServerTransaction) -> None:
        self._transactions.acknowledged(transaction, now=self._loop.time())

    def invite_of(self, cancel: Request) -> ServerTransaction | None:
        return self._transactions.invite_of(cancel)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if not data.strip(b"\r\n\0"):
            return  # keep-alive
        self._note("<", data, addr)
        try:
            message = parse(data)
            self._perform(self._transactions.receive(message, addr, now=self._loop.time()))
        except MalformedMessage as error:
            log.warning("a datagram that is no SIP", error=str(error), peer=addr)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there; the transaction's time-out tells."""

    def _note(self, mark: str, data: bytes, address: Address) -> None:
        text = data.decode("utf-8", "replace")
        self.trace.append(f"{self._loop.time():.3f} {mark} {address[0]}:{address[1]}\n{text}")

    def _perform(self, outputs: list[Output] | list[Transmit]) -> None:
        for output in outputs:
            match output:
                case Transmit(data, address):
                    if self._transport:
                        self._note(">", data, address)
                        self._transport.sendto(data, address)
                case RequestArrived(request, transaction, address):
                    try:
                        self.on_request(request, transaction, address)
                    except MalformedMessage:
                        if transaction:
                            self.respond(transaction, reply_to(request, 400))
                case ResponseArrived(response, transaction):
                    if transaction:
                        self._answer(transaction, response)
                    else:
                        self.on_copy(response)
                case ClientExpired(transaction):
                    self._answer(transaction, reply_to(transaction.request, 408))
                case AckMissing(transaction):
                    self.on_ack_missing(transaction)
                case _:
                    assert_never(output)
        self._schedule()

    def _answer(self, transaction: ClientTransaction, response: Response) -> None:
        future, on_provisional = self._waiting.get(id(transaction), (None, None))
        if response.status < 200:
            if on_provisional:
                on_provisional(response)
        elif future and not future.done():
            future.set_result(response)

    def _schedule(self) -> None:
        due = self._transactions.next_due() if self._transport else None
        if self._timer and due is not None and self._timer.when() <= due and not self._timer.cancelled():
            return  # it fires early enough and looks again
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if due is not None:
            self._timer = self._loop.call_at(due, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._perform(self._transactions.tick(now=self._loop.time()))
