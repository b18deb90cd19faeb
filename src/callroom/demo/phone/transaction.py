"""SIP transactions over UDP: retransmission, matching, time-outs (RFC 3261 section 17, RFC 6026). Pure.

The shell hands in datagrams, requests and the time, and performs what comes back. Times are seconds of any
clock that only grows.
"""

from dataclasses import dataclass
from typing import Literal

from callroom.demo.phone.message import Address, Headers, Message, NameAddress, Request, Response, branch_of

T1 = 0.5  # round-trip estimate
T2 = 4.0  # longest retransmission interval
LIFETIME = 64 * T1
LINGER = 5.0  # how long a finished transaction still absorbs retransmissions (T4)


@dataclass(slots=True)
class ClientTransaction:
    request: Request
    address: Address
    state: Literal["waiting", "proceeding", "completed"]
    interval: float
    sends_at: float | None
    ends_at: float | None
    ack: bytes | None = None  # resent for each copy of a refusal of an INVITE


@dataclass(slots=True)
class ServerTransaction:
    request: Request
    address: Address
    state: Literal["open", "answered", "settled"]
    interval: float = T1
    sends_at: float | None = None
    ends_at: float | None = None
    last: bytes | None = None


@dataclass(frozen=True, slots=True)
class Transmit:
    data: bytes
    address: Address


@dataclass(frozen=True, slots=True)
class RequestArrived:
    """A new request; ACK has no transaction to answer."""

    request: Request
    transaction: ServerTransaction | None
    address: Address


@dataclass(frozen=True, slots=True)
class ResponseArrived:
    """A response; without a transaction it is a copy of the 200 of an INVITE, which wants its ACK again."""

    response: Response
    transaction: ClientTransaction | None
    address: Address


@dataclass(frozen=True, slots=True)
class ClientExpired:
    """Nobody answered the request."""

    transaction: ClientTransaction


@dataclass(frozen=True, slots=True)
class AckMissing:
    """Our final answer to an INVITE was never acknowledged."""

    transaction: ServerTransaction


Output = Transmit | RequestArrived | ResponseArrived | ClientExpired | AckMissing
_Key = tuple[str, str, str]


def _refusal_ack(request: Request, response: Response) -> bytes:
    ack = Request("ACK", request.uri, Headers())
    ack.headers.add("Via", request.headers.all("Via")[0])
    for route in request.headers.all("Route"):
        ack.headers.add("Route", route)
    ack.headers.add("Max-Forwards", "70")
    ack.headers.add("From", request.headers.need("From"))
    ack.headers.add("To", response.headers.need("To"))
    ack.headers.add("Call-ID", request.headers.need("Call-ID"))
    ack.headers.add("CSeq", f"{request.cseq} ACK")
    return ack.to_bytes()


class Transactions:
    """All transactions of one socket."""

    def __init__(self) -> None:
        self._clients: dict[tuple[str, str], ClientTransaction] = {}
        self._servers: dict[_Key, ServerTransaction] = {}

    def __len__(self) -> int:
        return len(self._clients) + len(self._servers)

    def request(self, request: Request, address: Address, *, now: float) -> tuple[ClientTransaction, Transmit]:
        """Start a client transaction; the request has a fresh branch."""
        entry = ClientTransaction(request, address, "waiting", T1, now + T1, now + LIFETIME)
        self._clients[branch_of(request)[0], request.method] = entry
        return entry, Transmit(request.to_bytes(), address)

    def respond(self, transaction: ServerTransaction, response: Response, *, now: float) -> list[Output]:
        """Answer a request; a second final answer is ignored."""
        if transaction.state != "open":
            return []
        transaction.last = response.to_bytes()
        if response.status >= 200:
            transaction.state = "answered"
            if transaction.request.method == "INVITE":
                transaction.sends_at, transaction.ends_at = now + T1, now + LIFETIME
            else:
                transaction.state, transaction.ends_at = "settled", now + LIFETIME
        return [Transmit(transaction.last, transaction.address)]

    def acknowledged(self, transaction: ServerTransaction, *, now: float) -> None:
        """The ACK came: stop repeating the answer, linger for late copies."""
        if transaction.state == "answered":
            transaction.state, transaction.sends_at, transaction.ends_at = "settled", None, now + LINGER

    def invite_of(self, cancel: Request) -> ServerTransaction | None:
        """The INVITE that a CANCEL means."""
        return self._servers.get((*branch_of(cancel), "INVITE"))

    def receive(self, message: Message, address: Address, *, now: float) -> list[Output]:
        if isinstance(message, Response):
            return self._response(message, address, now)
        key = (*branch_of(message), "INVITE" if message.method == "ACK" else message.method)
        known = self._servers.get(key)
        if message.method == "ACK":
            if known and known.last and not known.last.startswith(b"SIP/2.0 2"):
                self.acknowledged(known, now=now)
                return []
            return [RequestArrived(message, None, address)]
        if known:
            # Settled INVITEs stay quiet: the peer has sent its ACK already.
            quiet = known.last is None or (known.state == "settled" and message.method == "INVITE")
            return [] if quiet or known.last is None else [Transmit(known.last, address)]
        entry = ServerTransaction(message, address, "open")
        self._servers[key] = entry
        return [RequestArrived(message, entry, address)]

    def _response(self, response: Response, address: Address, now: float) -> list[Output]:
        key = (branch_of(response)[0], response.method)
        entry = self._clients.get(key)
        if entry is None:
            is_copy = response.method == "INVITE" and 200 <= response.status < 300
            return [ResponseArrived(response, None, address)] if is_copy else []
        if entry.state == "completed":
            return [Transmit(entry.ack, entry.address)] if entry.ack and response.status >= 300 else []
        invite = entry.request.method == "INVITE"
        if response.status < 200:
            entry.state = "proceeding"
            if invite:
                entry.sends_at = entry.ends_at = None  # how long it may ring is the caller's business
            else:
                entry.interval = T2
            return [ResponseArrived(response, entry, address)]
        out: list[Output] = []
        if invite and response.status < 300:
            del self._clients[key]
        else:
            entry.state, entry.sends_at = "completed", None
            entry.ends_at = now + (LIFETIME if invite else LINGER)
            if invite:
                entry.ack = _refusal_ack(entry.request, response)
                out.append(Transmit(entry.ack, entry.address))
        return [*out, ResponseArrived(response, entry, address)]

    def next_due(self) -> float | None:
        """When `tick` has something to do."""
        times = [t for e in (*self._clients.values(), *self._servers.values()) for t in (e.sends_at, e.ends_at)]
        return min((t for t in times if t is not None), default=None)

    def tick(self, *, now: float) -> list[Output]:
        out: list[Output] = []
        for key, client in list(self._clients.items()):
            if client.ends_at is not None and client.ends_at <= now:
                del self._clients[key]
                if client.state != "completed":
                    out.append(ClientExpired(client))
            elif client.sends_at is not None and client.sends_at <= now:
                client.interval = self._longer(client.interval, unlimited=client.request.method == "INVITE")
                client.sends_at = now + client.interval
                out.append(Transmit(client.request.to_bytes(), client.address))
        for server_key, server in list(self._servers.items()):
            if server.ends_at is not None and server.ends_at <= now:
                del self._servers[server_key]
                if server.state == "answered":
                    out.append(AckMissing(server))
            elif server.sends_at is not None and server.sends_at <= now and server.last:
                server.interval = self._longer(server.interval, unlimited=False)
                server.sends_at = now + server.interval
                out.append(Transmit(server.last, server.address))
        return out

    @staticmethod
    def _longer(interval: float, *, unlimited: bool) -> float:
        return interval * 2 if unlimited else min(interval * 2, T2)


@dataclass(slots=True)
class Dialog:
    """One side of a dialog: builds the requests inside it (RFC 3261 section 12)."""

    call_id: str
    local: str  # our From value with tag
    remote: str  # their To value, with tag once known
    target: str  # where they take requests
    contact: str
    routes: tuple[str, ...] = ()
    cseq: int = 0
    remote_cseq: int = -1

    @property
    def remote_tag(self) -> str | None:
        return NameAddress.parse(self.remote).tag

    @property
    def local_tag(self) -> str | None:
        return NameAddress.parse(self.local).tag

    def learn(self, message: Message) -> None:
        """Take the target from the peer's Contact."""
        contacts = message.headers.all("Contact")
        if contacts:
            self.target = NameAddress.parse(contacts[0]).uri

    def request(self, method: str, *, cseq: int | None = None) -> Request:
        """A request without Via; each takes the next number unless told one (ACK, CANCEL)."""
        if cseq is None:
            self.cseq += 1
        headers = Headers()
        for route in self.routes:
            headers.add("Route", route)
        headers.add("Max-Forwards", "70")
        headers.add("From", self.local)
        headers.add("To", self.remote)
        headers.add("Call-ID", self.call_id)
        headers.add("CSeq", f"{self.cseq if cseq is None else cseq} {method}")
        headers.add("Contact", f"<{self.contact}>")
        return Request(method, self.target, headers)
