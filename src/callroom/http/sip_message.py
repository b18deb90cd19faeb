"""As much of a SIP message (RFC 3261) as is needed to know in whose name it speaks; anything unusual is refused.

Strict on purpose: whatever the engine's parser could read in another way than this one (folded or repeated headers,
bare line ends, a second message behind the first) would be a way past the check.
"""

import re
from dataclasses import dataclass

_TOKEN = r"[A-Za-z0-9.!%*_+`'~-]+"  # noqa: S105 - RFC 3261's word for it
_REQUEST = re.compile(r"([A-Z]+) \S+ SIP/2\.0")
_RESPONSE = re.compile(r"SIP/2\.0 [1-6]\d\d .*")
_HEADER = re.compile(r"([A-Za-z0-9-]+)[ \t]*:[ \t]*(.*?)[ \t]*")
_URI = r"sips?:(?P<user>[A-Za-z0-9._~!$&'()*+,=-]+)@(?P<host>[A-Za-z0-9.:\[\]-]+)"
_PARAMETERS = r'(?P<rest>(?:\s*;\s*[^\s;=<>",]+(?:\s*=\s*(?:"[^"\\]*"|[^\s;<>",]+))?)*)'
_QUOTED = re.compile(r'"[^"]*"')
_TAG = re.compile(rf";\s*tag\s*=\s*{_TOKEN}", re.IGNORECASE)
_BRACKETS = re.compile(rf'(?:"(?:[^"\\]|\\.)*"|[^"<>,;:@]*)\s*<{_URI}(?:;[^<>"]*)?>{_PARAMETERS}', re.IGNORECASE)
_BARE = re.compile(rf"{_URI}{_PARAMETERS}", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_COMPACT = {"f": "from", "t": "to", "m": "contact", "l": "content-length", "i": "call-id", "v": "via"}


class NotOneMessage(ValueError):
    """Not exactly one well-formed SIP message; the text says what is wrong."""


@dataclass
class ForeignName(Exception):
    """The message speaks for somebody else."""

    claimed: str


@dataclass(frozen=True, slots=True)
class Message:
    """``method`` is "" for a response. ``headers`` by lower-case long name, in order."""

    method: str
    headers: dict[str, list[str]]

    def one(self, name: str) -> str:
        """The only value of a header. Raises NotOneMessage when it is missing or there are several."""
        values = self.headers.get(name, [])
        if len(values) != 1:
            raise NotOneMessage(f"{len(values)} {name} headers")
        return values[0]


def parse(frame: str) -> Message:
    """Take one WebSocket frame apart. Raises NotOneMessage."""
    head, end, body = frame.partition("\r\n\r\n")
    if not end:
        raise NotOneMessage("the headers do not end")
    start, *lines = head.split("\r\n")
    request = _REQUEST.fullmatch(start)
    if request is None and not _RESPONSE.fullmatch(start):
        raise NotOneMessage("neither a request nor a response")
    headers: dict[str, list[str]] = {}
    for line in (start, *lines):
        if _CONTROL.search(line):
            raise NotOneMessage("a control character")
    for line in lines:
        found = _HEADER.fullmatch(line)
        if found is None:
            raise NotOneMessage("a line that is no header")
        name = found[1].lower()
        headers.setdefault(_COMPACT.get(name, name), []).append(found[2])
    message = Message(request[1] if request else "", headers)
    if message.one("content-length") != str(len(body.encode())):
        raise NotOneMessage("the body has another length than told")
    return message


def user_of(value: str) -> tuple[str, bool]:
    """The user of a From, To or Contact value, and whether it has a tag. Raises NotOneMessage."""
    found = _BRACKETS.fullmatch(value) or _BARE.fullmatch(value)
    if found is None:
        raise NotOneMessage("an address that is no single SIP address")
    return found["user"], bool(_TAG.search(_QUOTED.sub("", found["rest"])))


class Gate:
    """What one page may send: its own device's requests, and within its dialogs those of its registered contact.

    The engine addresses a page by its contact, so the page's BYE or re-answer comes from that name, not the device's.
    """

    def __init__(self, device: str) -> None:
        self.device = device
        self._contacts: set[str] = set()

    def check(self, frame: str) -> str:
        """The frame's method, "" for a response. Raises NotOneMessage, ForeignName."""
        message = parse(frame)
        if not message.method:
            return ""
        sender, _ = user_of(message.one("from"))
        receiver, in_dialog = user_of(message.one("to")) if message.method == "REGISTER" else _dialog(message)
        if sender != self.device and not (in_dialog and sender in self._contacts):
            raise ForeignName(sender)
        if message.method == "REGISTER":
            if receiver != self.device or sender != self.device:
                raise ForeignName(receiver)
            for value in message.headers.get("contact", []):
                if value != "*":
                    self._contacts.add(user_of(value)[0])
        return message.method


def _dialog(message: Message) -> tuple[str, bool]:
    """A request's To may be any address, a telephone number too; only its tag matters."""
    parameters = message.one("to").rpartition(">")[2]
    if '"' in parameters:
        raise NotOneMessage("quotes in the parameters of To")
    return "", bool(_TAG.search(parameters))
