"""SIP messages: reading, writing, addresses (RFC 3261 sections 7, 19, 20, 25). Pure."""

import re
from dataclasses import dataclass, field

Address = tuple[str, int]  # IPv4 address and UDP port

_COMPACT = {
    "i": "call-id",
    "m": "contact",
    "e": "content-encoding",
    "l": "content-length",
    "c": "content-type",
    "f": "from",
    "s": "subject",
    "k": "supported",
    "t": "to",
    "v": "via",
    "r": "refer-to",
    "b": "referred-by",
    "o": "event",
    "x": "session-expires",
}
_LISTS = {"via", "route", "record-route", "contact"}  # headers where one line may hold several values


class MalformedMessage(ValueError):
    """A datagram or address that is not SIP."""


def _canonical(name: str) -> str:
    lower = name.strip().lower()
    return _COMPACT.get(lower, lower)


def split_commas(text: str) -> list[str]:
    """Split at commas outside quotes and angle brackets."""
    parts: list[str] = []
    start = depth = 0
    quoted = False
    for i, char in enumerate(text):
        if char == '"' and not (quoted and i and text[i - 1] == "\\"):
            quoted = not quoted
        elif not quoted and char == "<":
            depth += 1
        elif not quoted and char == ">":
            depth -= 1
        elif char == "," and not quoted and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    parts.append(text[start:].strip())
    return [p for p in parts if p]


@dataclass(slots=True)
class Headers:
    """Header lines in order; names compare without case and in either form."""

    lines: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def add(self, name: str, value: str) -> None:
        self.lines.append((name, value))

    def set(self, name: str, value: str) -> None:
        """Replace every line of that name by one, at the first one's place."""
        wanted = _canonical(name)
        at = next((i for i, (n, _) in enumerate(self.lines) if _canonical(n) == wanted), len(self.lines))
        self.lines = [line for line in self.lines if _canonical(line[0]) != wanted]
        self.lines.insert(at, (name, value))

    def get(self, name: str) -> str | None:
        wanted = _canonical(name)
        return next((v for n, v in self.lines if _canonical(n) == wanted), None)

    def all(self, name: str) -> list[str]:
        wanted = _canonical(name)
        found = [v for n, v in self.lines if _canonical(n) == wanted]
        return [part for v in found for part in split_commas(v)] if wanted in _LISTS else found

    def need(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise MalformedMessage(f"no {name} header")
        return value


@dataclass(slots=True)
class Request:
    method: str
    uri: str
    headers: Headers
    body: bytes = b""

    @property
    def cseq(self) -> int:
        return _cseq(self.headers)[0]

    def to_bytes(self) -> bytes:
        return _write(f"{self.method} {self.uri} SIP/2.0", self.headers, self.body)

    def copy(self) -> "Request":
        return Request(self.method, self.uri, Headers(list(self.headers.lines)), self.body)


@dataclass(slots=True)
class Response:
    status: int
    reason: str
    headers: Headers
    body: bytes = b""

    @property
    def cseq(self) -> int:
        return _cseq(self.headers)[0]

    @property
    def method(self) -> str:
        return _cseq(self.headers)[1]

    def to_bytes(self) -> bytes:
        return _write(f"SIP/2.0 {self.status} {self.reason}", self.headers, self.body)


Message = Request | Response


def _cseq(headers: Headers) -> tuple[int, str]:
    number, _, method = headers.need("CSeq").partition(" ")
    if not number.isdigit() or not method.strip():
        raise MalformedMessage("bad CSeq header")
    return int(number), method.strip()


def _write(first: str, headers: Headers, body: bytes) -> bytes:
    headers.set("Content-Length", str(len(body)))
    head = "\r\n".join([first, *(f"{n}: {v}" for n, v in headers.lines)])
    return head.encode() + b"\r\n\r\n" + body


def parse(data: bytes) -> Message:
    """Read one datagram; raises MalformedMessage when it is no whole SIP message with the headers all need."""
    head, gap, body = data.partition(b"\r\n\r\n")
    if not gap:
        raise MalformedMessage("no end of headers")
    text = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "replace"))
    first, *rest = text.lstrip("\r\n").split("\r\n")
    headers = Headers()
    for line in rest:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise MalformedMessage(f"bad header line {line[:60]!r}")
        headers.add(name.strip(), value.strip())
    length = headers.get("Content-Length")
    if length is not None:
        if not length.isdigit() or int(length) > len(body):
            raise MalformedMessage("body shorter than Content-Length")
        body = body[: int(length)]
    words = first.split(" ", 2)
    message: Message
    if words[0] == "SIP/2.0" and len(words) >= 2 and words[1].isdigit() and len(words[1]) == 3:
        message = Response(int(words[1]), words[2] if len(words) == 3 else "", headers, body)
    elif len(words) == 3 and words[2] == "SIP/2.0" and words[0].isupper():
        message = Request(words[0], words[1], headers, body)
    else:
        raise MalformedMessage(f"bad first line {first[:60]!r}")
    for name in ("Via", "From", "To", "Call-ID"):
        headers.need(name)
    if isinstance(message, Request) and _cseq(headers)[1] != message.method:
        raise MalformedMessage("CSeq names another method")
    _cseq(headers)
    return message


@dataclass(frozen=True, slots=True)
class Uri:
    """A sip: address. `port` is None when none is written."""

    user: str
    host: str
    port: int | None = None
    params: str = ""  # with its leading semicolon

    @classmethod
    def parse(cls, text: str) -> "Uri":
        found = re.fullmatch(r"sips?:(?:([^@]*)@)?([^:;?>\s]+)(?::(\d{1,5}))?((?:;[^?]*)?)(?:\?.*)?", text.strip())
        if not found:
            raise MalformedMessage(f"not a sip address: {text[:80]!r}")
        user, host, port, params = found.groups()
        return cls((user or "").split(":")[0], host, int(port) if port else None, params or "")

    def __str__(self) -> str:
        user = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"sip:{user}{self.host}{port}{self.params}"


@dataclass(frozen=True, slots=True)
class NameAddress:
    """The value of From, To, Contact, Refer-To: a name, an address, parameters after it."""

    name: str
    uri: str
    params: dict[str, str]

    @classmethod
    def parse(cls, text: str) -> "NameAddress":
        found = re.fullmatch(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<([^>]*)>(.*)', text)
        if found:
            quoted, bare, uri, tail = found.groups()
            name = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare.strip()
        else:
            uri, semicolon, tail = text.strip().partition(";")
            name, tail = "", semicolon + tail
        return cls(name, uri, parameters(tail))

    @property
    def tag(self) -> str | None:
        return self.params.get("tag")


def name_address(name: str, uri: str) -> str:
    """Write a name and an address the way From wants them."""
    if any(c in name + uri for c in "\r\n"):
        raise MalformedMessage("a name or address with a line break")
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{uri}>' if name else f"<{uri}>"


def parameters(text: str) -> dict[str, str]:
    """`;a=1;b` as {"a": "1", "b": ""}; names in lower case."""
    pairs = (part.partition("=") for part in text.split(";") if part.strip())
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def branch_of(message: Message) -> tuple[str, str]:
    """Branch and sent-by of the topmost Via."""
    vias = message.headers.all("Via")
    if not vias:
        raise MalformedMessage("no Via header")
    head, _, tail = vias[0].partition(";")
    return parameters(tail).get("branch", ""), head.split()[-1] if head.split() else ""


REASONS = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    503: "Service Unavailable",
    600: "Busy Everywhere",
    603: "Decline",
}


def reply_to(request: Request, status: int, *, tag: str | None = None, reason: str | None = None) -> Response:
    """The answer to a request with its Via, From, To (tagged when it has no tag yet), Call-ID and CSeq."""
    headers = Headers()
    for via in request.headers.all("Via"):
        headers.add("Via", via)
    for route in request.headers.all("Record-Route"):
        headers.add("Record-Route", route)
    to = request.headers.need("To")
    if tag and status > 100 and NameAddress.parse(to).tag is None:
        to += f";tag={tag}"
    for name, value in (("From", request.headers.need("From")), ("To", to)):
        headers.add(name, value)
    headers.add("Call-ID", request.headers.need("Call-ID"))
    headers.add("CSeq", request.headers.need("CSeq"))
    return Response(status, reason or REASONS.get(status, "Unknown"), headers)
