"""The sound of one call: sending each 20 ms, receiving, digits. The asyncio shell around `rtp`."""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from typing import cast

from callroom.demo.phone.errors import PhoneError
from callroom.demo.phone.heard import Heard
from callroom.demo.phone.message import Address
from callroom.demo.phone.rtp import FRAME, FRAME_SECONDS, Packet, decode, digit_of, digit_payloads
from callroom.demo.phone.sdp import Audio, Codec, choose
from callroom.demo.phone.sockets import open_udp
from callroom.demo.phone.sound import Sound

_PAUSE_FRAMES = 4  # between two keys
_STALL = 0.2  # after a longer stall of the process the missed frames are skipped, not sent in a burst
_TRUSTED_FOR = 0.5  # sound from elsewhere counts only when the agreed address was quiet this long

_Step = bytes | None | asyncio.Future[None]  # an event packet, a frame of sound, or "all pressed"


class Media(asyncio.DatagramProtocol):
    """One RTP socket. Nothing is sent before `connect`, and no voice without a sound or while held."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard
        self.remote: Audio | None = None
        self.held_here = False
        self.sent = 0
        self.on_digit: Callable[[str], None] = lambda _: None
        self.sound: Sound | None = None
        self._frame = 0
        self._codec: tuple[Codec, int] = ("PCMU", 0)
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.DatagramTransport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._ssrc = random.getrandbits(32)
        self._sequence = random.getrandbits(16)
        self._timestamp = random.getrandbits(32)
        self._steps: deque[_Step] = deque()
        self._event_timestamp: int | None = None
        self._last_event: tuple[int, int] | None = None
        self._trusted_at = -1.0

    @classmethod
    async def open(cls, host: str, namespace: str | None, heard: Heard, sound: Sound | None) -> "Media":
        """Bind a free port of `host`; raises OSError."""
        media = cls(heard)
        media.play(sound)
        sock = open_udp(host, 0, namespace=namespace)
        await media._loop.create_datagram_endpoint(lambda: media, sock=sock)
        return media

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # The loops' own datagram transports are no subclasses of the class that names their methods.
        self._transport = cast(asyncio.DatagramTransport, transport)

    @property
    def address(self) -> Address:
        assert self._transport is not None
        host, port = self._transport.get_extra_info("sockname")
        return host, port

    def connect(self, remote: Audio, ours: tuple[Codec, ...]) -> None:
        """Send to the described address from now on; raises UnusableDescription and changes nothing then."""
        self._codec = choose(remote, ours)
        self.remote = remote
        if self._timer is None and self._transport is not None:
            self._due = self._loop.time()
            self._tick()

    def play(self, sound: Sound | None) -> None:
        """Say this from its beginning; None sends no voice at all."""
        self.sound, self._frame = sound, 0

    async def press(self, digits: str) -> None:
        """Send keys as telephone events and return when the last is out; raises PhoneError, ValueError."""
        keys = [digit_payloads(d) for d in digits]
        if self.remote is None or self._transport is None:
            raise PhoneError("no sound path to press keys on")
        if self.remote.event_type is None:
            raise PhoneError("the other side takes no telephone events")
        for payloads in keys:
            self._steps.extend([*payloads, *[None] * _PAUSE_FRAMES])
        done: asyncio.Future[None] = self._loop.create_future()
        self._steps.append(done)
        await done

    def close(self) -> None:
        """Stop at once; keys not yet sent fail."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        for step in self._steps:
            if isinstance(step, asyncio.Future) and not step.done():
                step.set_exception(PhoneError("the call ended before all keys were pressed"))
        self._steps.clear()
        if self._transport:
            self._transport.abort()
            self._transport = None

    def _tick(self) -> None:
        now = self._loop.time()
        if now - self._due > _STALL:
            missed = int((now - self._due) / FRAME_SECONDS)
            self._due += missed * FRAME_SECONDS
            self._timestamp = (self._timestamp + missed * FRAME) & 0xFFFFFFFF
        while self._due <= now:
            self._send_frame()
            self._due += FRAME_SECONDS
        self._timer = self._loop.call_at(self._due, self._tick)

    def _send_frame(self) -> None:
        remote = self.remote
        assert remote is not None
        step: _Step = None
        while self._steps:
            step = self._steps.popleft()
            if not isinstance(step, asyncio.Future):
                break
            if not step.done():
                step.set_result(None)
            step = None
        if step is not None and remote.event_type is not None:
            first = self._event_timestamp is None
            if self._event_timestamp is None:
                self._event_timestamp = self._timestamp
            self._send(Packet(remote.event_type, 0, self._event_timestamp, self._ssrc, step, first))
        else:
            self._event_timestamp = None
            if self.sound is not None and not self.held_here and not remote.on_hold:
                codec, payload_type = self._codec
                payload = self.sound.frame(self._frame, codec)
                self._send(Packet(payload_type, 0, self._timestamp, self._ssrc, payload, self._frame == 0))
            self._frame += 1
        self._timestamp = (self._timestamp + FRAME) & 0xFFFFFFFF

    def _send(self, packet: Packet) -> None:
        assert self.remote is not None
        if self._transport is None:
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        numbered = Packet(
            packet.payload_type, self._sequence, packet.timestamp, packet.ssrc, packet.payload, packet.marker
        )
        self._transport.sendto(numbered.to_bytes(), self.remote.address)
        self.sent += 1

    def datagram_received(self, data: bytes, addr: Address) -> None:
        packet = Packet.parse(data)
        remote = self.remote
        if packet is None or remote is None:
            return
        now = self._loop.time()
        if (addr[0], addr[1]) == remote.address:
            self._trusted_at = now
        elif now - self._trusted_at < _TRUSTED_FOR:
            return
        if packet.payload_type == remote.event_type:
            digit = digit_of(packet.payload)
            key = (packet.ssrc, packet.timestamp)
            if digit and key != self._last_event:
                self._last_event = key
                self.on_digit(digit)
            return
        codec: Codec | None = next((c for c, t in remote.codecs if t == packet.payload_type), None)
        if codec and packet.payload:
            self.heard.add(decode(packet.payload, codec), timestamp=packet.timestamp, ssrc=packet.ssrc)

    def error_received(self, exc: Exception) -> None:
        """The peer's port is closed: usual for some milliseconds around a hang-up."""
