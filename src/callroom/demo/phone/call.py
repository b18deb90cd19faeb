"""One call of a scripted phone, from either end."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from enum import StrEnum
from typing import Literal
from urllib.parse import quote

from callroom.demo.phone import sdp
from callroom.demo.phone.agent import Agent
from callroom.demo.phone.errors import CallRefused, NoAnswer, NothingCame, PhoneError, RequestRefused
from callroom.demo.phone.heard import Heard
from callroom.demo.phone.media import Media
from callroom.demo.phone.message import Address, Headers, NameAddress, Request, Response, Uri, parameters, reply_to
from callroom.demo.phone.patience import PATIENCE
from callroom.demo.phone.rtp import digit_payloads
from callroom.demo.phone.sound import KeyTones, Sound
from callroom.demo.phone.transaction import Dialog, ServerTransaction

Hold = Literal["sendonly", "inactive"]
_GONE = 2.0  # seconds a hang-up waits for its answer


class EndReason(StrEnum):
    """Why a call ended."""

    HUNG_UP_HERE = "hung up here"
    HUNG_UP_THERE = "hung up there"
    REFUSED = "refused"  # `end_status` tells how, on either side
    CANCELLED = "cancelled"  # the caller gave up before the answer
    LOST = "lost"  # nobody answers or acknowledges any more


class Call:
    """A call. Public: the methods without underscore and the attributes set in `__init__`."""

    def __init__(
        self,
        agent: Agent,
        dialog: Dialog,
        media: Media,
        *,
        peer: Address,
        codecs: tuple[sdp.Codec, ...],
        events: bool = True,
        on_end: Callable[["Call"], None],
    ) -> None:
        self.media = media
        self.heard: Heard = media.heard
        self.ringing = asyncio.Event()
        self.ended = asyncio.Event()
        self.end_reason: EndReason | None = None
        self.end_status: int | None = None
        self.reason_header: str | None = None  # Reason of the BYE, CANCEL or refusal
        self.digits = ""  # keys the other side pressed
        self.statuses: list[int] = []  # answers to our INVITE, in order
        self.refer_statuses: list[int] = []  # what NOTIFY told about our REFER
        self.headers = Headers()  # of the INVITE that made an incoming call
        self.codecs = codecs
        self.events = events
        self._agent = agent
        self.dialog = dialog
        self._peer = peer
        self._on_end = on_end
        self._is_answered = False
        self._holding: Hold | None = None
        self._changed = asyncio.Event()
        self._session = secrets.randbits(31)
        self._version = 0
        self._reoffering = False
        self._answer_due_in_ack = False
        self._invite: ServerTransaction | None = None  # the last INVITE from the other side
        self._ack: tuple[int, Request, Address] | None = None

    # ------------------------------------------------------------ waiting

    def changed(self) -> None:
        self._changed.set()

    async def until(self, condition: Callable[[], bool], *, timeout: float, what: str) -> None:
        """Wait until `condition` holds; raises NothingCame after `timeout` seconds or when the call ends first."""
        try:
            async with asyncio.timeout(timeout):
                while not condition():
                    if self.ended.is_set():
                        raise NothingCame(f"{what}: the call ended first ({self.end_reason})")
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError as error:
            if isinstance(error, NothingCame):
                raise
            raise NothingCame(f"{what}: not within {timeout:g} s") from None

    async def answered(self, timeout: float = PATIENCE) -> None:
        """Until the other side answers; raises CallRefused, or NoAnswer after `timeout` seconds."""
        try:
            await self.until(lambda: self._is_answered, timeout=timeout, what="an answer")
        except NothingCame as error:
            if self.ended.is_set():
                raise CallRefused(self.end_status or 487, str(self.end_reason)) from None
            raise NoAnswer(str(error)) from None

    async def wait_digits(self, count: int, *, timeout: float = PATIENCE) -> str:
        """The keys pressed so far, once there are `count`."""
        await self.until(lambda: len(self.digits) >= count, timeout=timeout, what=f"{count} digits")
        return self.digits

    async def wait_ended(self, timeout: float = PATIENCE) -> EndReason:
        try:
            async with asyncio.timeout(timeout):
                await self.ended.wait()
        except TimeoutError:
            raise NothingCame(f"the end of the call: not within {timeout:g} s") from None
        assert self.end_reason is not None
        return self.end_reason

    async def wait_held(self, held: bool = True, *, timeout: float = PATIENCE) -> None:
        """Until the other side has put us on hold, or taken us off."""
        await self.until(lambda: self.held_there is held, timeout=timeout, what="hold" if held else "resume")

    async def refer_finished(self, timeout: float = PATIENCE) -> int:
        """The final status of our REFER's target."""
        statuses = self.refer_statuses
        await self.until(lambda: bool(statuses) and statuses[-1] >= 200, timeout=timeout, what="a final NOTIFY")
        return statuses[-1]

    # ------------------------------------------------------------ facts

    @property
    def is_answered(self) -> bool:
        return self._is_answered

    @property
    def held_there(self) -> bool:
        """True when the other side does not want to hear us."""
        return self.media.remote is not None and self.media.remote.on_hold

    @property
    def remote_number(self) -> str:
        return Uri.parse(NameAddress.parse(self.dialog.remote).uri).user

    @property
    def remote_name(self) -> str:
        return NameAddress.parse(self.dialog.remote).name

    # ------------------------------------------------------------ acting

    def play(self, sound: Sound | None) -> None:
        """Say something else from now on."""
        self.media.play(sound)

    async def press(self, digits: str, *, method: Literal["rfc4733", "info", "inband"] = "rfc4733") -> None:
        """Press keys (0-9 * # A-D); returns when sent. `inband`: as tones in the voice, after which the phone is
        silent. Raises ValueError, PhoneError, RequestRefused."""
        self._need_talking("press keys")
        if method == "rfc4733":
            await self.media.press(digits)
            return
        if method == "inband":
            keys = KeyTones(digits)
            self.play(keys)
            await asyncio.sleep(keys.seconds)
            return
        for digit in digits:
            digit_payloads(digit)  # refuses what is no key
            body = f"Signal={digit}\r\nDuration=160\r\n".encode()
            await self._inside("INFO", [("Content-Type", "application/dtmf-relay")], body)

    async def hold(self, direction: Hold = "sendonly") -> None:
        """Put the other side on hold; raises RequestRefused."""
        await self._reoffer(direction)

    async def resume(self) -> None:
        await self._reoffer(None)

    async def refer(self, target: str, *, replaces: "Call | None" = None) -> None:
        """Transfer the other side to `target`; with `replaces` into that call (attended).

        Returns when accepted; `refer_finished` waits for the outcome. Raises RequestRefused.
        """
        self._need_talking("transfer")
        Uri.parse(target)
        to = f"<{target}>"
        if replaces is not None:
            other = replaces.dialog
            value = f"{other.call_id};to-tag={other.remote_tag};from-tag={other.local_tag}"
            to = f"<{target}?Replaces={quote(value, safe='')}>"
        by = f"<{NameAddress.parse(self.dialog.local).uri}>"
        await self._inside("REFER", [("Refer-To", to), ("Referred-By", by)])

    async def notify(self, status_line: str, *, final: bool) -> None:
        """Tell the other side how its REFER went; nothing when the call has ended meanwhile."""
        if self.ended.is_set():
            return
        state = "terminated;reason=noresource" if final else "active;expires=60"
        headers = [
            ("Event", "refer"),
            ("Subscription-State", state),
            ("Content-Type", "message/sipfrag;version=2.0"),
        ]
        with contextlib.suppress(RequestRefused):  # the transferor has hung up already, as most phones do
            await self._inside("NOTIFY", headers, status_line.encode() + b"\r\n")

    async def hang_up(self) -> None:
        """End the call in whatever state it is; nothing happens when it has ended."""
        if self.ended.is_set():
            return
        self.media.held_here = True
        with contextlib.suppress(TimeoutError):  # the other side is gone; it ends here all the same
            async with asyncio.timeout(_GONE):
                await self._leave()
        self.finish(EndReason.HUNG_UP_HERE)

    async def _leave(self) -> None:
        address = await self.next_hop()
        await self._agent.transact(lambda: self.dialog.request("BYE"), address)

    def finish(self, reason: EndReason, *, status: int | None = None, header: str | None = None) -> None:
        """Close everything; only the first reason counts."""
        if self.end_reason is not None:
            return
        self.end_reason, self.end_status, self.reason_header = reason, status, header
        self.media.close()
        self.heard.close()
        self.ended.set()
        self._changed.set()
        self._on_end(self)

    def _need_talking(self, wish: str) -> None:
        if not self._is_answered or self.ended.is_set():
            raise PhoneError(f"cannot {wish}: the call is {self.end_reason or 'not answered yet'}")

    async def _inside(self, method: str, headers: list[tuple[str, str]], body: bytes = b"") -> Response:
        def make() -> Request:
            request = self.dialog.request(method)
            for line in headers:
                request.headers.add(*line)
            request.body = body
            return request

        response = await self._agent.transact(make, await self.next_hop())
        if response.status >= 300:
            raise RequestRefused(method, response.status, response.reason)
        return response

    async def next_hop(self) -> Address:
        first = NameAddress.parse(self.dialog.routes[0]).uri if self.dialog.routes else self.dialog.target
        return await self._agent.address_of(first, fallback=self._peer)

    # ------------------------------------------------------------ descriptions

    def offer(self) -> bytes:
        self._version += 1
        return sdp.offer(
            self.media.address,
            session=self._session,
            version=self._version,
            codecs=self.codecs,
            direction=self._holding or "sendrecv",
            events=self.events,
        )

    def answer_to(self, theirs: sdp.Audio) -> bytes:
        self._version += 1
        return sdp.answer(
            theirs,
            self.media.address,
            session=self._session,
            version=self._version,
            codecs=self.codecs,
            hold=self._holding is not None,
        )

    def connect(self, body: bytes) -> sdp.Audio:
        """Use their description; raises UnusableDescription."""
        audio = sdp.parse(body)
        self.media.connect(audio, self.codecs)
        self.changed()
        return audio

    async def _reoffer(self, hold: Hold | None) -> None:
        self._need_talking("hold or resume")
        before, self._holding = self._holding, hold
        self._reoffering = True
        try:
            response = await self._agent.transact(self._invite_again, await self.next_hop())
            for _ in range(3):
                if response.status != 491:
                    break
                # Both sides asked at once (RFC 3261 section 14.1): wait a chance time, then ask again.
                self._reoffering = False
                await asyncio.sleep(0.1 + secrets.randbelow(1000) / 1000)
                self._reoffering = True
                response = await self._agent.transact(self._invite_again, await self.next_hop())
        except BaseException:
            self._holding = before
            raise
        finally:
            self._reoffering = False
        if response.status >= 300:
            self._holding = before
            raise RequestRefused("INVITE", response.status, response.reason)
        await self.acknowledge(response)
        self.media.held_here = hold is not None
        self.connect(response.body)

    def _invite_again(self) -> Request:
        return self.with_offer(self.dialog.request("INVITE"))

    def with_offer(self, request: Request) -> Request:
        request.headers.add("Content-Type", "application/sdp")
        request.body = self.offer()
        return request

    async def acknowledge(self, response: Response) -> None:
        """Send the ACK of a 200, and keep it for copies of that 200."""
        self.dialog.learn(response)
        ack = self._agent.stamp(self.dialog.request("ACK", cseq=response.cseq))
        self._ack = (response.cseq, ack, await self.next_hop())
        self._agent.send(ack, self._ack[2])

    def acknowledge_again(self, response: Response) -> None:
        if self._ack and self._ack[0] == response.cseq:
            self._agent.send(self._ack[1], self._ack[2])

    # ------------------------------------------------------------ requests from the other side

    def receive(self, request: Request, transaction: ServerTransaction | None, address: Address) -> None:
        """A request inside this call."""
        self._peer = address
        if transaction is None:
            self._acknowledged(request)
            return
        match request.method:
            case "BYE":
                self._reply(transaction, 200)
                self.finish(EndReason.HUNG_UP_THERE, header=request.headers.get("Reason"))
            case "INVITE" | "UPDATE":
                self._reinvited(request, transaction)
            case "INFO":
                self._info(request)
                self._reply(transaction, 200)
            case "NOTIFY":
                self._reply(transaction, 200)
                words = request.body.decode("utf-8", "replace").split()
                if len(words) > 1 and words[0] == "SIP/2.0" and words[1].isdigit():
                    self.refer_statuses.append(int(words[1]))
                    self.changed()
            case "OPTIONS" | "MESSAGE":
                self._reply(transaction, 200)
            case _:
                self._reply(transaction, 405)

    def _reply(self, transaction: ServerTransaction, status: int, body: bytes = b"") -> None:
        response = reply_to(transaction.request, status, tag=self.dialog.local_tag)
        response.headers.add("Contact", f"<{self.dialog.contact}>")
        if body:
            response.headers.add("Content-Type", "application/sdp")
            response.body = body
        self._agent.respond(transaction, response)

    def _acknowledged(self, ack: Request) -> None:
        if self._invite is None or ack.cseq != self._invite.request.cseq:
            return
        self._agent.acknowledged(self._invite)
        if self._answer_due_in_ack and ack.body:
            self.connect(ack.body)
        self._answer_due_in_ack = False
        self.on_ack()
        self.changed()

    def on_ack(self) -> None:
        """For the incoming call, which waits for it."""

    def _reinvited(self, request: Request, transaction: ServerTransaction) -> None:
        if self._reoffering:
            self._reply(transaction, 491)
            return
        self.dialog.learn(request)
        if request.method == "INVITE":
            self._invite = transaction
        self.respond_with_sound(transaction, 200)

    def respond_with_sound(self, transaction: ServerTransaction, status: int) -> bool:
        """Answer an INVITE or UPDATE with our description; declines with 488 when theirs is unusable."""
        request = transaction.request
        if not request.body:
            self._answer_due_in_ack = request.method == "INVITE"
            self._reply(transaction, status, self.offer() if request.method == "INVITE" else b"")
            return True
        try:
            body = self.answer_to(self.connect(request.body))
        except sdp.UnusableDescription:
            self._reply(transaction, 488)
            return False
        self._reply(transaction, status, body)
        return True

    def _info(self, request: Request) -> None:
        text = request.body.decode("utf-8", "replace")
        kind = (request.headers.get("Content-Type") or "").lower()
        if kind.startswith("application/dtmf-relay"):
            lines = {k.lower(): v for k, v in parameters(text.replace("\r\n", ";").replace("\n", ";")).items()}
            self.digit(lines.get("signal", ""))
        elif kind.startswith("application/dtmf"):
            self.digit(text.strip())

    def digit(self, digit: str) -> None:
        self.digits += digit
        self.changed()

    def mark_answered(self) -> None:
        self._is_answered = True
        self.changed()
