"""A message centre on loopback that speaks SMPP 3.4 by its own reading of the specification."""

import asyncio
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

BIND_TRANSCEIVER, UNBIND, SUBMIT_SM, DELIVER_SM, ENQUIRE_LINK = 9, 6, 4, 5, 0x15
# GSM 03.38 as the tests need it: what stands elsewhere than in ASCII.
ODD = {0x00: "@", 0x02: "$", 0x11: "_", 0x01: "£", 0x03: "¥"}
EXTENDED = {0x65: "€", 0x3C: "[", 0x3E: "]", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3D: "~", 0x40: "|", 0x14: "^"}


@dataclass
class Submitted:
    """A submit_sm as it came. ``part``: reference, total, number, of a long one."""

    to: str
    source: str
    content: bytes
    coding: int
    part: tuple[int, int, int] | None
    receipt: int
    id: str

    @property
    def text(self) -> str:
        if self.coding == 8:
            return self.content.decode("utf-16-be")
        text, rest = "", iter(self.content)
        for code in rest:
            text += EXTENDED[next(rest)] if code == 0x1B else ODD.get(code, chr(code))
        return text


@dataclass
class MessageCentre:
    """``says``: statuses for the next submit_sm instead of yes, "silence" for no answer, "cut" for a broken line.

    ``id_of``: how it calls a message by its place. ``acknowledged``: sequence and status of each deliver_sm_resp."""

    password: str = "secret"
    port: int = 0
    submitted: list[Submitted] = field(default_factory=list)
    says: list[int | str] = field(default_factory=list)
    binds: list[tuple[str, str, int]] = field(default_factory=list)
    enquiries: int = 0
    unbinds: int = 0
    answers_enquiries: bool = True
    id_of: Callable[[int], str] = "c{}".format
    acknowledged: list[tuple[int, int]] = field(default_factory=list)
    bound: asyncio.Event = field(default_factory=asyncio.Event)
    happened: asyncio.Condition = field(default_factory=asyncio.Condition)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _server: asyncio.Server | None = None
    _sequence: int = 0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """As when it falls down: all lines break."""
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        self.bound.clear()

    async def until(self, holds: Callable[[], bool], seconds: float = 60) -> None:
        async with asyncio.timeout(seconds), self.happened:
            await self.happened.wait_for(holds)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while True:
                length, command, status, sequence = struct.unpack(">IIII", await reader.readexactly(16))
                body = await reader.readexactly(length - 16)
                async with self.happened:
                    self._take(writer, command, status, sequence, body)
                    self.happened.notify_all()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    def _take(self, writer: asyncio.StreamWriter, command: int, status: int, sequence: int, body: bytes) -> None:
        def answer(status: int = 0, content: bytes = b"") -> None:
            writer.write(struct.pack(">IIII", 16 + len(content), command | 0x80000000, status, sequence) + content)

        if command == BIND_TRANSCEIVER:
            system_id, password, _, rest = body.split(b"\0", 3)
            self.binds.append((system_id.decode(), password.decode(), rest[0]))
            right = password.decode() == self.password
            answer(0 if right else 0x0E, b"SMSC\0" if right else b"")
            if right:
                self.bound.set()
        elif command == ENQUIRE_LINK:
            self.enquiries += 1
            if self.answers_enquiries:
                answer()
        elif command == UNBIND:
            self.unbinds += 1
            answer()
        elif command == SUBMIT_SM:
            said = self.says.pop(0) if self.says else 0
            if isinstance(said, int) and said:
                answer(said)
                return
            made = self._read(body)
            self.submitted.append(made)
            if said == "cut":
                writer.transport.abort()
            elif said != "silence":
                answer(0, made.id.encode() + b"\0")
        elif command == DELIVER_SM | 0x80000000:
            self.acknowledged.append((sequence, status))

    def _read(self, body: bytes) -> Submitted:
        _, rest = body.split(b"\0", 1)
        source, rest = rest[2:].split(b"\0", 1)
        to, rest = rest[2:].split(b"\0", 1)
        esm_class, rest = rest[0], rest[3:]
        _, rest = rest.split(b"\0", 1)
        validity, rest = rest.split(b"\0", 1)
        assert len(validity) == 16 and validity.endswith(b"R")
        receipt, _, coding, _, length = rest[:5]
        content = rest[5 : 5 + length]
        assert len(content) == length <= 254 and not rest[5 + length :]
        part = None
        if esm_class & 0x40:
            assert content[:3] == b"\x05\x00\x03"
            part, content = (content[3], content[4], content[5]), content[6:]
            assert len(content) <= (134 if coding == 8 else 153)
        else:
            assert len(content) <= (140 if coding == 8 else 160)
        return Submitted(
            to.decode(), source.decode(), content, coding, part, receipt, self.id_of(len(self.submitted) + 1)
        )

    def deliver(self, source: str, content: bytes, *, to: str = "1069", esm_class: int = 0, coding: int = 0) -> int:
        """Tell of a reply, or with ``esm_class`` 4 of a receipt; the sequence under which it is acknowledged."""
        self._sequence += 1
        body = b"\0\x01\x01" + source.encode() + b"\0\x00\x00" + to.encode() + b"\0"
        body += struct.pack(">BBB", esm_class, 0, 0) + b"\0\0" + struct.pack(">BBBBB", 0, 0, coding, 0, len(content))
        body += content
        [writer] = self._writers
        writer.write(struct.pack(">IIII", 16 + len(body), DELIVER_SM, 0, self._sequence) + body)
        return self._sequence

    def receipt(self, id: str, state: str = "DELIVRD") -> int:
        text = f"id:{id} sub:001 dlvrd:001 submit date:2611230930 done date:2611230931 stat:{state} err:000 text:x"
        return self.deliver("8613800138000", text.encode(), esm_class=4)
