"""The scripted phone: registers, places and takes calls; also a carrier when it has no registrar."""

import asyncio
import re
import secrets
from typing import Self

from callroom.demo.phone.agent import Agent
from callroom.demo.phone.call import Call, EndReason
from callroom.demo.phone.errors import CallRefused, NoAnswer, NothingCame, RegistrationRefused
from callroom.demo.phone.heard import Heard
from callroom.demo.phone.legs import IncomingCall, OutgoingCall, end_all, tagged, wants_answer_by_itself
from callroom.demo.phone.media import Media
from callroom.demo.phone.message import (
    Address,
    Headers,
    MalformedMessage,
    NameAddress,
    Request,
    Response,
    Uri,
    name_address,
    parameters,
    reply_to,
)
from callroom.demo.phone.patience import PATIENCE
from callroom.demo.phone.sdp import Codec
from callroom.demo.phone.sound import Silence, Sound
from callroom.demo.phone.transaction import Dialog, ServerTransaction

_ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, REFER, NOTIFY"
_RETRY = 5.0  # seconds after a failed refresh of the registration
_PARTING = 1.0  # seconds the last REGISTER may take


def messages_told(request: Request) -> tuple[int, int] | None:
    """New and old voice messages in a message summary (RFC 3842); None for anything else."""
    if request.headers.get("Event") != "message-summary":
        return None
    found = re.search(rb"^Voice-Message: (\d+)/(\d+)", request.body, re.MULTILINE)
    return (int(found[1]), int(found[2])) if found else (0, 0)


class Phone:
    """One SIP phone on one UDP port; use it as `async with`. Leaving hangs up, unregisters and closes everything.

    `bind` is one of this machine's addresses (not 0.0.0.0: it is told to the other side), `namespace` a network
    namespace of `ip netns` it lives in. `refuse_with` refuses all calls with that status. `events` false: its
    calls out offer no telephone events. `auto_answer` lets the
    caller's headers answer a call. `follow_refer` obeys a REFER by placing the call it asks for.
    `keep_sound` is how many seconds of each call are kept. Raises OSError when the port cannot be had.
    """

    def __init__(
        self,
        *,
        bind: str = "127.0.0.1",
        port: int = 0,
        user: str,
        password: str = "",
        registrar: Address | None = None,
        display: str = "",
        codecs: tuple[Codec, ...] = ("PCMU", "PCMA"),
        events: bool = True,
        namespace: str | None = None,
        refuse_with: int | None = None,
        auto_answer: bool = True,
        auto_sound: Sound | None = None,
        follow_refer: bool = True,
        keep_sound: float = 3600.0,
    ) -> None:
        if bind in ("", "0.0.0.0"):  # noqa: S104
            raise ValueError("bind to one address: it is written into every message")
        self.user, self.display, self.registrar, self.codecs = user, display, registrar, codecs
        self.events = events
        self.refuse_with = refuse_with
        self.auto_answer, self.auto_sound, self.follow_refer = auto_answer, auto_sound or Silence(), follow_refer
        self.registered = asyncio.Event()
        self.calls: dict[str, Call] = {}  # the living, by Call-ID
        self.lamp: tuple[int, int] | None = None  # new and old messages, as it was told last
        self._bind, self._port, self._namespace, self._keep = bind, port, namespace, keep_sound
        self._password = password
        self._arrived: asyncio.Queue[IncomingCall] = asyncio.Queue()
        self._followed: asyncio.Queue[Call] = asyncio.Queue()
        self._registration: Dialog | None = None
        self._refreshing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._agent = Agent(user=self.user, password=self._password, on_request=self._request)
        self._agent.on_copy = self._copy
        self._agent.on_ack_missing = self._ack_missing
        await self._agent.open(self._bind, self._port, self._namespace)
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await end_all(list(self.calls.values()))
            if self.registered.is_set():
                try:
                    async with asyncio.timeout(_PARTING):
                        await self.unregister()
                except (TimeoutError, RegistrationRefused):
                    pass  # the registrar is gone; the binding runs out by itself
        finally:
            for call in list(self.calls.values()):
                call.finish(EndReason.HUNG_UP_HERE)
            await self._agent.close()

    @property
    def address(self) -> Address:
        return self._agent.address

    @property
    def uri(self) -> str:
        """Where this phone itself takes calls."""
        host, port = self.address
        return f"sip:{self.user}@{host}:{port}"

    @property
    def trace(self) -> str:
        """The last SIP messages sent and received, for failed checks."""
        return "\n".join(self._agent.trace)

    # ------------------------------------------------------------ registration

    async def register(self, *, expires: int = 60) -> None:
        """Register and stay registered; raises RegistrationRefused, ValueError without a registrar."""
        await self._register(expires)
        if self._refreshing:
            self._refreshing.cancel()
        self._refreshing = self._agent.own(self._refresh(expires), f"registration of {self.user}")

    async def unregister(self) -> None:
        """Take the registration back; raises RegistrationRefused."""
        if self._refreshing:
            self._refreshing.cancel()
            self._refreshing = None
        self.registered.clear()
        await self._register(0)

    async def vanish(self) -> None:
        """Be gone as if the power was cut: nobody is told, and what still comes for this phone is lost."""
        self.registered.clear()
        for call in list(self.calls.values()):
            call.finish(EndReason.LOST)
        await self._agent.close()

    async def _refresh(self, expires: int) -> None:
        while True:
            await asyncio.sleep(max(1.0, expires * 0.6) if self.registered.is_set() else _RETRY)
            try:
                await self._register(expires)
            except RegistrationRefused:
                self.registered.clear()  # tried again until the phone closes

    async def _register(self, expires: int) -> None:
        if self.registrar is None:
            raise ValueError("this phone has no registrar")
        host, port = self.registrar
        if self._registration is None:
            ours = f"sip:{self.user}@{host}"
            self._registration = Dialog(
                call_id=secrets.token_hex(12),
                local=f"{name_address(self.display, ours)};tag={secrets.token_hex(6)}",
                remote=f"<{ours}>",
                target=f"sip:{host}:{port}",
                contact=self.uri,
            )
        dialog = self._registration

        def make() -> Request:
            request = dialog.request("REGISTER")
            request.headers.add("Expires", str(expires))
            return request

        response = await self._agent.transact(make, await self._agent.address_of(dialog.target))
        if response.status >= 300:
            raise RegistrationRefused(response.status, response.reason)
        if expires:
            self.registered.set()

    # ------------------------------------------------------------ calls from here

    async def dial(
        self,
        target: str,
        sound: Sound | None = None,
        *,
        caller: str | None = None,
        caller_name: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> OutgoingCall:
        """Place a call to a sip: address, or to a number at the registrar; returns when the INVITE is sent.

        `sound` None sends no packets. `caller` and `caller_name` stand in From in place of the phone's own.
        Raises MalformedMessage for a bad address, OSError for an unknown host.
        """
        if not target.startswith(("sip:", "sips:")) and self.registrar is not None:
            target = f"sip:{target}@{self.registrar[0]}:{self.registrar[1]}"
        address = await self._agent.address_of(str(Uri.parse(target)))
        host = self.registrar[0] if self.registrar else f"{self.address[0]}:{self.address[1]}"
        ours = name_address(self.display if caller_name is None else caller_name, f"sip:{caller or self.user}@{host}")
        dialog = Dialog(
            call_id=secrets.token_hex(12),
            local=f"{ours};tag={secrets.token_hex(6)}",
            remote=f"<{target}>",
            target=target,
            contact=self.uri,
        )
        media = await self._media(sound)
        call = OutgoingCall(
            self._agent,
            dialog,
            media,
            peer=address,
            codecs=self.codecs,
            events=self.events,
            on_end=self._forget,
        )
        media.on_digit = call.digit
        self.calls[dialog.call_id] = call
        self._agent.own(call.place(address, {"Allow": _ALLOW, **(headers or {})}), f"call to {target}")
        await call.wait_sent()
        return call

    async def incoming(self, *, timeout: float = PATIENCE) -> IncomingCall:
        """The next call that arrived; raises NothingCame."""
        try:
            async with asyncio.timeout(timeout):
                return await self._arrived.get()
        except TimeoutError:
            raise NothingCame(f"no call to {self.user} within {timeout:g} s") from None

    async def followed(self, *, timeout: float = PATIENCE) -> Call:
        """The next call placed because of a REFER; raises NothingCame."""
        try:
            async with asyncio.timeout(timeout):
                return await self._followed.get()
        except TimeoutError:
            raise NothingCame(f"no REFER to {self.user} within {timeout:g} s") from None

    async def _media(self, sound: Sound | None) -> Media:
        heard = Heard(asyncio.get_running_loop().time, limit=self._keep)
        return await Media.open(self._bind, self._namespace, heard, sound)

    def _forget(self, call: Call) -> None:
        self.calls.pop(call.dialog.call_id, None)

    # ------------------------------------------------------------ requests from outside

    def _request(self, request: Request, transaction: ServerTransaction | None, address: Address) -> None:
        call = self.calls.get(request.headers.need("Call-ID"))
        if transaction is None:
            if call:
                call.receive(request, None, address)
            return
        inside = NameAddress.parse(request.headers.need("To")).tag is not None
        match request.method:
            case "CANCEL":
                invite = self._agent.invite_of(request)
                if invite and isinstance(call, IncomingCall):
                    call.cancelled(request, transaction)
                else:
                    self._reply(transaction, 481)
            case "REFER" if call and self.follow_refer:
                self._refer(call, request, transaction)
            case "INVITE" if not inside:
                self._invited(request, transaction, address)
            case _ if call and inside:
                call.receive(request, transaction, address)
            case _ if inside:
                self._reply(transaction, 481)
            case "OPTIONS" | "NOTIFY":
                self.lamp = messages_told(request) or self.lamp
                self._reply(transaction, 200)
            case _:
                self._reply(transaction, 405)

    def _reply(self, transaction: ServerTransaction, status: int) -> None:
        response = reply_to(transaction.request, status, tag=secrets.token_hex(6))
        response.headers.add("Allow", _ALLOW)
        self._agent.respond(transaction, response)

    def _invited(self, request: Request, transaction: ServerTransaction, address: Address) -> None:
        contacts = request.headers.all("Contact")
        if not contacts:
            raise MalformedMessage("an INVITE without Contact")
        if self.refuse_with is not None:
            self._reply(transaction, self.refuse_with)
            return
        dialog = Dialog(
            call_id=request.headers.need("Call-ID"),
            local=tagged(request.headers.need("To"), secrets.token_hex(6)),
            remote=request.headers.need("From"),
            target=NameAddress.parse(contacts[0]).uri,
            contact=self.uri,
            routes=tuple(request.headers.all("Record-Route")),
        )
        self._agent.own(self._take(dialog, transaction, address), f"call to {self.user}")

    async def _take(self, dialog: Dialog, transaction: ServerTransaction, address: Address) -> None:
        media = await self._media(None)
        call = IncomingCall(self._agent, dialog, media, peer=address, codecs=self.codecs, on_end=self._forget)
        media.on_digit = call.digit
        self.calls[dialog.call_id] = call
        call.begin(transaction)
        if self.auto_answer and wants_answer_by_itself(transaction.request):
            call.auto_answered = True
            call.play(self.auto_sound)
            call.start_answer()
        self._arrived.put_nowait(call)

    def _copy(self, response: Response) -> None:
        call = self.calls.get(response.headers.need("Call-ID"))
        if call:
            call.acknowledge_again(response)

    def _ack_missing(self, transaction: ServerTransaction) -> None:
        call = self.calls.get(transaction.request.headers.need("Call-ID"))
        if call:
            call.finish(EndReason.LOST, status=408)

    def _refer(self, call: Call, request: Request, transaction: ServerTransaction) -> None:
        to = NameAddress.parse(request.headers.need("Refer-To")).uri
        Uri.parse(to)
        self._agent.respond(transaction, reply_to(request, 202, tag=call.dialog.local_tag))
        self._agent.own(self._follow(call, to, request.headers), f"transfer to {to}")

    async def _follow(self, call: Call, to: str, asked: Headers) -> None:
        await call.notify("SIP/2.0 100 Trying", final=False)
        target, _, extra = to.partition("?")
        headers = {"Referred-By": by} if (by := asked.get("Referred-By")) else {}
        replaces = parameters(extra.replace("&", ";")).get("replaces")
        if replaces:
            headers["Replaces"] = replaces.replace("%3B", ";").replace("%3D", "=").replace("%40", "@")
        placed = await self.dial(target, call.media.sound, headers=headers)
        self._followed.put_nowait(placed)
        try:
            await placed.answered(timeout=60)
        except CallRefused as error:
            await call.notify(f"SIP/2.0 {error.status} {error.reason}", final=True)
        except NoAnswer:
            await placed.hang_up()
            await call.notify("SIP/2.0 408 Request Timeout", final=True)
        else:
            await call.notify("SIP/2.0 200 OK", final=True)
