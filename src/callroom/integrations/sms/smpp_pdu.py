"""SMPP 3.4 on the wire: its requests and answers as bytes, without a connection.

"Short Message Peer to Peer Protocol Specification v3.4", SMPP Developers Forum 1999; numbers in brackets are its
sections. Headers of long messages: 3GPP TS 23.040, 9.2.3.24.
"""

import re
import struct
from dataclasses import dataclass

from callroom.core.sms import ESCAPE, GSM7, GSM7_ESCAPED, Encoding

BIND_TRANSCEIVER, UNBIND, SUBMIT_SM, DELIVER_SM, ENQUIRE_LINK = 0x09, 0x06, 0x04, 0x05, 0x15
ANSWER = 0x80000000  # in the command of every answer; alone: generic_nack
OK, SYSTEM_ERROR, WRONG_STATE, QUEUE_FULL, THROTTLED = 0x00, 0x08, 0x04, 0x14, 0x58  # [5.1.3]
INVALID_COMMAND, BAD_DESTINATION, SUBMIT_FAILED, TRY_DELIVERY_AGAIN = 0x03, 0x0B, 0x45, 0x64
LARGEST = 70_000  # bytes of a request: a payload of 64 kB and its fields
HEADER = 16
LATIN1, UCS2 = 0x03, 0x08  # data_coding [5.2.19]
_RECEIPT, _HAS_HEADER = 0x04, 0x40  # esm_class [5.2.12]
_PAYLOAD, _RECEIPTED, _STATE = 0x0424, 0x001E, 0x0427
_SAR_REFERENCE, _SAR_TOTAL, _SAR_NUMBER = 0x020C, 0x020E, 0x020F
_STATES = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 7: "UNKNOWN", 8: "REJECTD"}  # [5.2.28]
_FROM_ESCAPED = {code: character for character, code in GSM7_ESCAPED.items()}


class BadPdu(ValueError):
    """What came is no SMPP."""


@dataclass(frozen=True, slots=True)
class Pdu:
    command: int
    sequence: int
    status: int = 0
    body: bytes = b""

    def encoded(self) -> bytes:
        return struct.pack(">IIII", HEADER + len(self.body), self.command, self.status, self.sequence) + self.body


@dataclass(frozen=True, slots=True)
class Address:
    number: str
    ton: int = 0
    npi: int = 0


@dataclass(frozen=True, slots=True)
class Delivered:
    """A deliver_sm: a reply, or with ``receipt_id`` a receipt of a message whose state is ``receipt_state``."""

    source: str
    destination: str
    text: str
    receipt_id: str = ""
    receipt_state: str = ""
    part: tuple[int, int, int] | None = None  # reference, total, number


def read_header(header: bytes) -> tuple[int, Pdu]:
    """The length of the body that follows, and the request without it. Raises ``BadPdu``."""
    length, command, status, sequence = struct.unpack(">IIII", header)
    if not HEADER <= length <= LARGEST:
        raise BadPdu(f"length {length}")
    return length - HEADER, Pdu(command, sequence, status)


def bind_body(system_id: str, password: str, system_type: str) -> bytes:
    """[4.1.5]; receives at every number of its account."""
    names = b"".join(_text(one) for one in (system_id, password, system_type))
    return names + struct.pack(">BBB", 0x34, 0, 0) + b"\0"


def submit_body(
    source: Address, to: Address, content: bytes, coding: int, *, headed: bool, valid_seconds: int
) -> bytes:
    """[4.4.1]; a receipt is asked for. ``headed``: ``content`` begins with a header of its own."""
    esm_class = _HAS_HEADER if headed else 0
    return (
        _text("")
        + struct.pack(">BB", source.ton, source.npi)
        + _text(source.number)
        + struct.pack(">BB", to.ton, to.npi)
        + _text(to.number)
        + struct.pack(">BBB", esm_class, 0, 0)
        + _text("")
        + _text(_period(valid_seconds))
        + struct.pack(">BBBBB", 1, 0, coding, 0, len(content))
        + content
    )


def message_id(body: bytes) -> str:
    """Of a submit_sm_resp [4.4.2]."""
    return body.split(b"\0", 1)[0].decode("latin-1")


def in_decimal(told: str, base: int) -> str:
    """An id that was told to a base; one that is no number stays."""
    try:
        return str(int(told, base))
    except ValueError:
        return told


def coded(parts: list[str], encoding: Encoding, reference: int) -> list[tuple[bytes, bool]]:
    """Each part as it is sent, and whether it has a header; ``reference`` (0 to 255) is of the whole message."""
    contents = [to_gsm7(part) if encoding == "gsm7" else part.encode("utf-16-be") for part in parts]
    if len(contents) == 1:
        return [(contents[0], False)]
    total = len(contents)
    return [(bytes((5, 0, 3, reference, total, number)) + content, True) for number, content in enumerate(contents, 1)]


def to_gsm7(text: str) -> bytes:
    """One byte for each septet, which the message centre packs."""
    content = bytearray()
    for character in text:
        if character in GSM7_ESCAPED:
            content += bytes((ESCAPE, GSM7_ESCAPED[character]))
        else:
            content.append(GSM7.index(character))
    return bytes(content)


def from_gsm7(content: bytes) -> str:
    text, escaped = "", False
    for code in content:
        if code == ESCAPE:
            escaped = True
        else:
            text += _FROM_ESCAPED.get(code, " ") if escaped else GSM7[code & 0x7F]
            escaped = False
    return text


def read_delivery(body: bytes) -> Delivered:
    """[4.6.1]. Raises ``BadPdu``."""
    try:
        return _delivery(_Reader(body))
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise BadPdu(str(error)) from None


def _delivery(read: "_Reader") -> Delivered:
    read.text()
    source, destination = read.address(), read.address()
    esm_class = read.byte()
    read.take(2)
    read.text()
    read.text()
    read.take(2)
    coding = read.byte()
    read.byte()
    content = read.take(read.byte())
    more = read.options()
    content = more.get(_PAYLOAD, content)
    part = None
    if esm_class & _HAS_HEADER and content:
        length = content[0] + 1
        part, content = _part_of(content[1:length]), content[length:]
    elif {_SAR_REFERENCE, _SAR_TOTAL, _SAR_NUMBER} <= more.keys():
        # two bytes at most: what is longer is no SMPP, and could not be stored
        reference, total, number = (_number(more[tag][:2]) for tag in (_SAR_REFERENCE, _SAR_TOTAL, _SAR_NUMBER))
        part = (reference, total, number)
    text = _decoded(content, coding)
    if esm_class & 0x3C != _RECEIPT:
        return Delivered(source, destination, text, part=part)
    said = dict(re.findall(r"\b(id|stat|err):\s*(\S+)", text, re.IGNORECASE | re.ASCII))
    said = {name.lower(): value for name, value in said.items()}
    told_id = more[_RECEIPTED].rstrip(b"\0").decode("latin-1") if _RECEIPTED in more else ""
    state = said.get("stat", "").upper() or _STATES.get(_number(more.get(_STATE, b"")), "")
    return Delivered(source, destination, text, told_id or said.get("id", ""), state)


def _part_of(header: bytes) -> tuple[int, int, int] | None:
    """Which part of a long message this is; None when its header says nothing of that."""
    place = 0
    while place + 1 < len(header):
        kind, length = header[place], header[place + 1]
        value = header[place + 2 : place + 2 + length]
        if kind == 0x00 and length == 3 and len(value) == 3:
            return value[0], value[1], value[2]
        if kind == 0x08 and length == 4 and len(value) == 4:
            return int.from_bytes(value[:2], "big"), value[2], value[3]
        place += 2 + length
    return None


def _decoded(content: bytes, coding: int) -> str:
    if coding == UCS2:
        return content.decode("utf-16-be", "replace")
    if coding == LATIN1:
        return content.decode("latin-1")
    if coding == 0x01:
        return content.decode("ascii", "replace")
    return from_gsm7(content)


def _number(content: bytes) -> int:
    return int.from_bytes(content, "big")


def _text(text: str) -> bytes:
    return text.encode("latin-1", "replace") + b"\0"


def _period(seconds: int) -> str:
    """A time from now [7.1.1.2]."""
    minutes, second = divmod(max(seconds, 60), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return f"0000{min(days, 30):02}{hour:02}{minute:02}{second:02}000R"


@dataclass(slots=True)
class _Reader:
    content: bytes
    place: int = 0

    def byte(self) -> int:
        self.place += 1
        return self.content[self.place - 1]

    def take(self, count: int) -> bytes:
        if self.place + count > len(self.content):
            raise IndexError("it ends too soon")
        self.place += count
        return self.content[self.place - count : self.place]

    def text(self) -> str:
        end = self.content.find(b"\0", self.place)
        if end < 0:
            raise IndexError("a text does not end")
        begin, self.place = self.place, end + 1
        return self.content[begin:end].decode("latin-1")

    def address(self) -> str:
        self.take(2)
        return self.text()

    def options(self) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        while self.place + 4 <= len(self.content):
            tag, length = struct.unpack(">HH", self.take(4))
            found[tag] = self.take(length)
        return found
