"""A gateway over SMPP 3.4: one connection as transceiver, kept open and opened again.

A delivery is acknowledged when it is stored, and of each part of a message it is known whether it left.
"""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from callroom.core.sms import parts_of
from callroom.integrations.http_source import trust
from callroom.integrations.sms import smpp_pdu as wire
from callroom.integrations.sms.gateway import Away, Hear, Incoming, NotTaken, Outgoing, Piece, Report, Unclear
from callroom.integrations.sms.options import SmppOptions
from callroom.integrations.sms.smpp_pdu import Address, BadPdu, Pdu
from callroom.integrations.sms.web import formed

log = structlog.get_logger(__name__)
CONNECT = 10.0  # seconds
ANSWER = 30.0
FAREWELL = 2.0
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)  # before the connection is tried again
_STRANGERS = frozenset({0x0D, 0x0E, 0x0F})  # bind failed, invalid password, invalid system id
_REPORTED = {
    "DELIVRD": "delivered",
    "EXPIRED": "expired",
    "REJECTD": "rejected",
    "UNDELIV": "failed",
    "DELETED": "failed",
    "UNKNOWN": "failed",
}  # ENROUTE and ACCEPTD are no end
_BASES = {"decimal": (16, 10), "hex": (10, 16)}  # of ids in answers, and in receipts


class _Lost(Exception):
    """The connection broke while an answer was waited for."""


@dataclass(eq=False)
class _Link:
    """One connection that is bound, with the requests that wait for answers."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    waiting: dict[int, "asyncio.Future[Pdu]"] = field(default_factory=dict[int, "asyncio.Future[Pdu]"])
    last: int = 0

    def tell(self, pdu: Pdu) -> None:
        self.writer.write(pdu.encoded())

    async def ask(self, command: int, body: bytes = b"", timeout: float = ANSWER) -> Pdu:
        """The answer. Raises ``_Lost``, ``TimeoutError``."""
        self.last = self.last % 0x7FFFFFFF + 1
        sequence = self.last
        future = self.waiting[sequence] = asyncio.get_running_loop().create_future()
        try:
            self.tell(Pdu(command, sequence, body=body))
            async with asyncio.timeout(timeout):
                return await future
        finally:
            self.waiting.pop(sequence, None)

    async def read(self) -> Pdu:
        """The next request or answer. Raises ``OSError``, ``IncompleteReadError``, ``BadPdu``."""
        length, pdu = wire.read_header(await self.reader.readexactly(wire.HEADER))
        body = await self.reader.readexactly(length)
        return Pdu(pdu.command, pdu.sequence, pdu.status, body)

    def close(self) -> None:
        for future in self.waiting.values():
            if not future.done():
                future.set_exception(_Lost())
        self.writer.close()


class SmppGateway:
    def __init__(self, options: SmppOptions, password: str, country: str, hear: Hear) -> None:
        self.at_once = options.window
        self._options, self._password, self._country, self._hear = options, password, country, hear
        self._link: _Link | None = None
        self._settled = asyncio.Event()  # bound, or known why not
        self._away = Away("sms_unreachable")

    # ------------------------------------------------------------ the connection

    async def run(self) -> None:
        """Keep the connection; what comes in is heard, then acknowledged."""
        tries = 0
        while True:
            try:
                link = await self._connect()
                tries = 0
                await self._serve(link)
                self._away = Away("sms_unreachable", "the connection was closed")
            except Away as away:
                self._away = away
                log.warning("an SMPP gateway is away", host=self._options.host, why=away.why, told=away.told)
            self._settled.set()
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    async def ready(self) -> None:
        await self._settled.wait()
        if self._link is None:
            raise self._away

    async def close(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            with suppress(_Lost, TimeoutError, OSError):
                await link.ask(wire.UNBIND, timeout=FAREWELL)
            link.close()

    async def _connect(self) -> _Link:
        """A connection that is bound. Raises ``Away``."""
        options = self._options
        context = await asyncio.to_thread(trust, options.check_certificate) if options.tls else None
        writer = None
        try:
            async with asyncio.timeout(CONNECT):
                reader, writer = await asyncio.open_connection(options.host, options.port, ssl=context)
                link = _Link(reader, writer)
                body = wire.bind_body(options.system_id, self._password, options.system_type)
                link.tell(Pdu(wire.BIND_TRANSCEIVER, 1, body=body))
                link.last = 1
                while (answer := await link.read()).command & wire.ANSWER == 0:
                    pass  # nothing else is expected before we are known
        except ssl.SSLCertVerificationError as error:
            raise Away("sms_certificate", error.verify_message) from None
        except (OSError, TimeoutError, asyncio.IncompleteReadError, BadPdu) as error:
            if writer is not None:
                writer.close()
            raise Away("sms_unreachable", str(error)[:300] or type(error).__name__) from None
        except asyncio.CancelledError:
            if writer is not None:
                writer.close()
            raise
        if answer.status != wire.OK:
            writer.close()
            why = "sms_wrong_password" if answer.status in _STRANGERS else "sms_unreachable"
            raise Away(why, f"bind: status 0x{answer.status:08X}")
        self._link = link
        self._settled.set()
        log.info("an SMPP gateway is bound", host=options.host, port=options.port)
        return link

    async def _serve(self, link: _Link) -> None:
        """Until the connection is gone."""
        deliveries: asyncio.Queue[Pdu] = asyncio.Queue(200)
        hearing = asyncio.create_task(self._hear_all(link, deliveries), name="SMPP deliveries")
        keeping = asyncio.create_task(self._keep(link), name="SMPP enquiries")
        reading = asyncio.create_task(self._read(link, deliveries), name="SMPP reader")
        tasks = {hearing, keeping, reading}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self._link is link:
                self._link = None
            link.close()
            for task in tasks:
                task.cancel()
            for ended in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(ended, Exception) and not isinstance(ended, OSError | EOFError | _Lost | BadPdu):
                    log.error("an SMPP connection failed", host=self._options.host, exc_info=ended)

    async def _read(self, link: _Link, deliveries: "asyncio.Queue[Pdu]") -> None:
        while True:
            pdu = await link.read()
            if pdu.command & wire.ANSWER:
                future = link.waiting.get(pdu.sequence)
                if future is not None and not future.done():
                    future.set_result(pdu)
                continue
            match pdu.command:
                case wire.DELIVER_SM:
                    await deliveries.put(pdu)
                case wire.ENQUIRE_LINK:
                    link.tell(Pdu(pdu.command | wire.ANSWER, pdu.sequence))
                case wire.UNBIND:
                    link.tell(Pdu(pdu.command | wire.ANSWER, pdu.sequence))
                    return
                case _:
                    link.tell(Pdu(wire.ANSWER, pdu.sequence, wire.INVALID_COMMAND))

    async def _keep(self, link: _Link) -> None:
        """Ask now and then whether the other end is there; return when it is not."""
        while True:
            await asyncio.sleep(self._options.enquire_seconds)
            try:
                await link.ask(wire.ENQUIRE_LINK, timeout=CONNECT)
            except TimeoutError:
                return

    # ------------------------------------------------------------ what comes in

    async def _hear_all(self, link: _Link, deliveries: "asyncio.Queue[Pdu]") -> None:
        while True:
            pdu = await deliveries.get()
            link.tell(Pdu(pdu.command | wire.ANSWER, pdu.sequence, await self._heard(pdu), b"\0"))

    async def _heard(self, pdu: Pdu) -> int:
        """The status to answer with: stored, or to be told again."""
        try:
            told = wire.read_delivery(pdu.body)
        except BadPdu as error:
            log.warning("an SMPP delivery cannot be read", host=self._options.host, error=str(error))
            return wire.OK  # it would be no better the next time
        try:
            if told.receipt_id or told.receipt_state:
                state = _REPORTED.get(told.receipt_state)
                if state is not None:
                    detail = "" if state == "delivered" else told.text[:300]
                    known = self._id(told.receipt_id, of_receipt=True)
                    await self._hear(Report(state, provider_id=known, told=detail))  # pyright: ignore[reportArgumentType]
            else:
                piece = Piece(*told.part) if told.part and told.part[1] > 1 else None
                await self._hear(Incoming(told.source, told.text, told.destination, piece))
        except Exception:  # whatever kept it from being stored, it must come again, and the line goes on
            log.exception("an SMPP delivery could not be stored; it will be told again", host=self._options.host)
            return wire.TRY_DELIVERY_AGAIN
        return wire.OK

    def _id(self, told: str, *, of_receipt: bool = False) -> str:
        """A message's id as it is kept, the same for an answer and a receipt."""
        bases = _BASES.get(self._options.receipt_ids)
        return (wire.in_decimal(told, bases[of_receipt]) if bases else told)[:80]

    # ------------------------------------------------------------ what goes out

    async def send(self, message: Outgoing) -> dict[int, str]:
        await self.ready()
        accepted = dict(message.accepted)
        # A message that goes on after some of its parts keeps the reference they have.
        reference = sum(message.id.encode()) % 256
        parts = wire.coded(parts_of(message.text, message.encoding), message.encoding, reference)
        for number, (content, headed) in enumerate(parts, 1):
            if number not in accepted:
                accepted[number] = await self._submit(message, content, headed=headed, accepted=accepted)
        return accepted

    async def _submit(self, message: Outgoing, content: bytes, *, headed: bool, accepted: dict[int, str]) -> str:
        options, link = self._options, self._link
        if link is None or link.writer.is_closing():
            raise Away(self._away.why, self._away.told, accepted)
        body = wire.submit_body(
            Address(options.source, options.source_ton, options.source_npi),
            Address(formed(message.number, options.number_form, self._country), options.dest_ton, options.dest_npi),
            content,
            wire.UCS2 if message.encoding == "ucs2" else 0,
            headed=headed,
            valid_seconds=int(message.valid.total_seconds()),
        )
        try:
            answer = await link.ask(wire.SUBMIT_SM, body)
        except (_Lost, TimeoutError, OSError) as error:
            raise Unclear(type(error).__name__.strip("_"), accepted) from None
        told = f"status 0x{answer.status:08X}"
        match answer.status:
            case wire.OK:
                return self._id(wire.message_id(answer.body)) or f"{message.id}-{len(accepted) + 1}"
            case wire.THROTTLED | wire.QUEUE_FULL:
                raise Away("sms_throttled", told, accepted)
            case wire.WRONG_STATE:
                raise Away("sms_unreachable", told, accepted)
            case wire.BAD_DESTINATION:
                raise NotTaken("sms_bad_number", told, lasting=True, accepted=accepted)
            case wire.SYSTEM_ERROR | wire.SUBMIT_FAILED:
                raise NotTaken("sms_refused", told, accepted=accepted)
            case _:
                raise NotTaken("sms_refused", told, lasting=True, accepted=accepted)
