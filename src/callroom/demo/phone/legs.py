"""How a call begins: placed from here, or come from there."""

import asyncio
import contextlib

from callroom.demo.phone.call import Call, EndReason
from callroom.demo.phone.errors import CallRefused, NoAnswer, NothingCame, PhoneError
from callroom.demo.phone.message import Address, NameAddress, Request, Response, reply_to
from callroom.demo.phone.patience import PATIENCE
from callroom.demo.phone.sdp import UnusableDescription
from callroom.demo.phone.sound import Sound
from callroom.demo.phone.transaction import ServerTransaction

_NO_ANSWER_AT_ALL = 1.0  # seconds a withdrawn call waits for the first word of the other side


class OutgoingCall(Call):
    """A call placed from here; `place` runs until it is answered or refused."""

    _sent: Request | None = None
    _withdrawn = False

    async def place(self, address: Address, headers: dict[str, str]) -> None:
        """Send the INVITE and follow it to its final answer."""

        def make() -> Request:
            request = self.with_offer(self.dialog.request("INVITE"))
            for name, value in headers.items():
                request.headers.add(name, value)
            return request

        response = await self._agent.transact(make, address, on_sent=self._note_sent, on_provisional=self._provisional)
        self.statuses.append(response.status)
        if response.status >= 300:
            withdrawn = self._withdrawn and response.status == 487
            reason = EndReason.CANCELLED if withdrawn else EndReason.REFUSED
            if response.status == 408 and len(self.statuses) == 1:
                reason = EndReason.LOST
            self.finish(reason, status=response.status, header=response.headers.get("Reason"))
            return
        self.dialog.remote = response.headers.need("To")
        self.dialog.routes = tuple(reversed(response.headers.all("Record-Route")))
        await self.acknowledge(response)
        try:
            self.connect(response.body)
        except UnusableDescription:
            await self._leave()
            self.finish(EndReason.REFUSED, status=488)
            return
        self.mark_answered()
        if self._withdrawn:  # the answer crossed our CANCEL
            await self._leave()
            self.finish(EndReason.CANCELLED, status=487)

    async def wait_sent(self) -> None:
        await self.until(lambda: self._sent is not None, timeout=PATIENCE, what="sending the INVITE")

    def _note_sent(self, request: Request) -> None:
        self._sent = request
        self.changed()

    def _provisional(self, response: Response) -> None:
        self.statuses.append(response.status)
        if response.status in (180, 183):
            self.ringing.set()
        if response.body and response.status > 100:
            with contextlib.suppress(UnusableDescription):  # the final answer may bring a better one
                self.connect(response.body)
        self.changed()

    async def _leave(self) -> None:
        if self._is_answered:
            await super()._leave()
            return
        self._withdrawn = True
        if self._sent is None:
            return
        # A CANCEL may go out only after some answer (RFC 3261 section 9.1).
        try:
            await self.until(lambda: bool(self.statuses), timeout=_NO_ANSWER_AT_ALL, what="a first answer")
        except NothingCame:
            return
        invite = self._sent
        cancel = Request("CANCEL", invite.uri, type(invite.headers)())
        cancel.headers.add("Via", invite.headers.all("Via")[0])
        for name in ("Max-Forwards", "From", "To", "Call-ID"):
            cancel.headers.add(name, invite.headers.need(name))
        cancel.headers.add("CSeq", f"{invite.cseq} CANCEL")
        address = await self._agent.address_of(invite.uri, fallback=self._peer)
        await self._agent.transact(lambda: cancel, address, stamped=True)
        await self.ended.wait()


class IncomingCall(Call):
    """A call from the other side, ringing until answered, rejected, or given up."""

    auto_answered = False

    def begin(self, transaction: ServerTransaction) -> None:
        """Take the INVITE; used by the phone."""
        self._invite = transaction
        self.headers = transaction.request.headers
        self._settled = False
        self._acked = False
        self._reply(transaction, 100)

    def header(self, name: str) -> str | None:
        """A header of the INVITE."""
        return self.headers.get(name)

    @property
    def called(self) -> str:
        """The address the caller dialled (request line)."""
        assert self._invite is not None
        return self._first.uri

    @property
    def _first(self) -> Request:
        assert self._invite is not None
        return self._invite.request

    @property
    def caller_number(self) -> str:
        return self.remote_number

    @property
    def caller_name(self) -> str:
        return self.remote_name

    def ring(self) -> None:
        """Send 180."""
        if self._open():
            assert self._invite is not None
            self.ringing.set()
            self._reply(self._invite, 180)

    def progress(self, sound: Sound | None = None) -> None:
        """Send 183 with sound before the answer."""
        if self._open():
            assert self._invite is not None
            self.media.play(sound)
            self.ringing.set()
            if not self.respond_with_sound(self._invite, 183):
                self.finish(EndReason.REFUSED, status=488)

    async def answer(self, sound: Sound | None = None, *, timeout: float = PATIENCE) -> None:
        """Answer, saying `sound`; returns at the caller's ACK. On a call answered by itself only the sound changes.

        Raises CallRefused when the caller had given up or no codec fits, NoAnswer without an ACK.
        """
        self.media.play(sound)
        self.start_answer()
        try:
            await self.until(lambda: self._acked, timeout=timeout, what="the ACK")
        except NothingCame as error:
            if self.ended.is_set():
                raise CallRefused(self.end_status or 487, str(self.end_reason)) from None
            raise NoAnswer(str(error)) from None

    def start_answer(self) -> None:
        """Send the 200 without waiting for the ACK."""
        if not self._open():
            return
        assert self._invite is not None
        self._settled = True
        if self.respond_with_sound(self._invite, 200):
            self.mark_answered()
        else:
            self.finish(EndReason.REFUSED, status=488)

    def reject(self, status: int = 486) -> None:
        """Refuse with a status of 300 to 699; raises PhoneError when it is too late."""
        if not 300 <= status <= 699:
            raise ValueError(f"a refusal has a status of 300 to 699, not {status}")
        if not self._open():
            raise PhoneError(f"cannot reject: the call is {self.end_reason or 'answered'}")
        assert self._invite is not None
        self._settled = True
        self._reply(self._invite, status)
        self.finish(EndReason.REFUSED, status=status)

    def cancelled(self, cancel: Request, transaction: ServerTransaction) -> None:
        """The caller gave up."""
        self._agent.respond(transaction, reply_to(cancel, 200, tag=self.dialog.local_tag))
        if self._open():
            assert self._invite is not None
            self._settled = True
            self._reply(self._invite, 487)
            self.finish(EndReason.CANCELLED, status=487, header=cancel.headers.get("Reason"))

    def _open(self) -> bool:
        return not self._settled and not self.ended.is_set()

    def on_ack(self) -> None:
        self._acked = True

    async def _leave(self) -> None:
        if self._is_answered:
            await super()._leave()
        elif self._open():
            self.reject(480)


async def end_all(calls: list[Call]) -> None:
    """Hang up all at once."""
    await asyncio.gather(*(call.hang_up() for call in calls))


def wants_answer_by_itself(invite: Request) -> bool:
    """True when the INVITE asks a desk phone to answer by itself (Answer-Mode of RFC 5373, and the makers' headers)."""
    headers = invite.headers
    if (headers.get("Answer-Mode") or "").lower().startswith("auto") or headers.get("Answer-After") is not None:
        return True
    hints = " ".join([*headers.all("Call-Info"), *headers.all("Alert-Info")]).lower().replace(" ", "")
    return any(h in hints for h in ("answer-after=", "auto-answer", "autoanswer", "ringanswer", "intercom"))


def tagged(value: str, tag: str) -> str:
    """A To value with our tag."""
    return value if NameAddress.parse(value).tag else f"{value};tag={tag}"
