"""People for a site under attack: callers and agents at scripted SIP phones, who write down what they saw.

The agents' phones (and the browsers of ``pages``) are in a network of their own, so that their link can be cut.
"""

import asyncio
import contextlib
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from bench.network import ENGINE
from callroom.demo.phone import EndReason, IncomingCall, NothingCame, Phone, PhoneError, RegistrationRefused

HERE, THERE = "10.78.0.1", "10.78.0.2"  # our end of the agents' link, and theirs
LINK = "ag0"
SILENT = 2.0  # seconds
LATE = 0.4  # seconds; what is seen later than that is not seen when it happened


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=20)


@contextmanager
def agents_network(name: str) -> Generator[None]:
    """A network namespace behind ``LINK``; be in ``own_network``."""
    _run("ip", "netns", "add", name)
    try:
        _run("ip", "link", "add", LINK, "type", "veth", "peer", "name", "ag1", "netns", name)
        _run("ip", "addr", "add", f"{HERE}/24", "dev", LINK)
        _run("ip", "link", "set", LINK, "up")
        for words in (("link", "set", "lo", "up"), ("addr", "add", f"{THERE}/24", "dev", "ag1"),
                      ("link", "set", "ag1", "up"), ("route", "add", "default", "via", HERE)):  # fmt: skip
            _run("ip", "-n", name, *words)
        yield
    finally:
        _run("ip", "netns", "delete", name)


def set_link(*, up: bool) -> None:
    _run("ip", "link", "set", LINK, "up" if up else "down")


@dataclass
class Ring:
    """A phone rang for a caller; loop time. ``end`` None: it still rings."""

    agent: str
    caller: str
    begin: float
    end: float | None = None
    gone: bool = False  # the phone lost its power meanwhile


@dataclass
class Seen:
    """What the agents saw: who rang for whom, whom they talked with, whose talk they ended themselves. Loop time."""

    rings: list[Ring] = field(default_factory=list[Ring])
    talked: dict[str, list[float]] = field(default_factory=dict[str, list[float]])  # when they were answered
    ended: set[str] = field(default_factory=set[str])
    vanished: set[str] = field(default_factory=set[str])  # callers whose agent's phone lost its power
    bereft: dict[str, float] = field(default_factory=dict[str, float])  # whose agent's page is gone, and since when
    returned: int = 0  # talks that a page took up again
    stuck: list[tuple[str, float, str]] = field(default_factory=list[tuple[str, float, str]])
    """Pages that did not come up by themselves: whose, when, and what they showed."""
    slow: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    """Times in which the machine was so busy that the benchmark, or a page's echo, came ``LATE``."""


class Agent:
    """Somebody at a SIP phone: answers most calls, refuses some, hears not of some. ``run`` is ended by cancelling."""

    def __init__(self, user: str, secret: str, namespace: str, seen: Seen, random: Random) -> None:
        self.user = user
        self._secret, self._namespace, self._seen, self._random = secret, namespace, seen, random
        self._rings: dict[str, Ring] = {}  # open ones, by caller
        self._talks: set[str] = set()
        self._power = asyncio.Event()

    def cut_power(self) -> None:
        """The phone is gone at once, and comes up again."""
        for ring in self._rings.values():
            ring.gone = True
        self._seen.vanished |= self._talks
        self._power.set()

    async def run(self) -> None:
        while True:
            self._power.clear()
            phone = Phone(
                bind=THERE, user=self.user, password=self._secret, registrar=(ENGINE, 5060), namespace=self._namespace
            )
            async with phone:
                working = asyncio.create_task(self._work(phone), name=f"work of {self.user}")
                cut = asyncio.create_task(self._power.wait(), name=f"power of {self.user}")
                try:
                    await asyncio.wait({working, cut}, return_when=asyncio.FIRST_COMPLETED)
                    if working.done():
                        working.result()  # it never ends by itself: this raises what ended it
                finally:
                    working.cancel()
                    cut.cancel()
                    await asyncio.gather(working, cut, return_exceptions=True)
                await phone.vanish()

    async def _work(self, phone: Phone) -> None:
        while True:
            try:
                await phone.register()
                break
            except RegistrationRefused:
                await asyncio.sleep(0.5)  # the engine does not know it yet, or the link is cut
        async with asyncio.TaskGroup() as turns:
            while True:
                try:
                    call = await phone.incoming(timeout=3600)
                except NothingCame:
                    continue
                turns.create_task(self._turn(call), name=f"call to {self.user}")

    async def _turn(self, call: IncomingCall) -> None:
        clock = asyncio.get_running_loop().time
        number = call.caller_number
        ring = self._rings[number] = Ring(self.user, number, clock())
        self._seen.rings.append(ring)
        call.ring()
        try:
            mood = self._random.random()
            wait = 60.0 if mood < 0.1 else self._random.uniform(0.2, 1.5)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await call.ended.wait()
            if call.ended.is_set():
                return
            if mood < 0.2:
                call.reject()
                return
            try:
                await call.answer()
            except PhoneError:
                return  # the caller gave up at that moment, or the link is cut
        finally:
            ring.end = clock()
            self._rings.pop(number, None)
        self._seen.talked.setdefault(number, []).append(clock())
        self._seen.bereft.pop(number, None)
        self._talks.add(number)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._random.uniform(1, 5)):
                    await call.ended.wait()
            if not call.ended.is_set():
                self._seen.ended.add(number)
                await call.hang_up()
        finally:
            self._talks.discard(number)


@dataclass
class Caller:
    """One call from outside, as the caller had it. Loop time."""

    number: str
    begun: float
    ended: float | None = None
    reason: EndReason | None = None
    silences: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    """From when to when he heard nothing, ``SILENT`` seconds and more, while his agent's page was gone."""

    async def call(self, carrier: Phone, target: str, patience: float, seen: Seen) -> None:
        """Call and stay until the other side hangs up, or ``patience`` seconds."""
        clock = asyncio.get_running_loop().time
        call = await carrier.dial(target, caller=self.number)
        leaves = clock() + patience
        while clock() < leaves and not call.ended.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.25):
                    await call.ended.wait()
            if self.number in seen.bereft and not call.ended.is_set():
                self._listen(min(call.heard.silent_for(), clock() - seen.bereft[self.number]), clock())
        await call.hang_up()
        seen.bereft.pop(self.number, None)
        self.ended, self.reason = clock(), call.end_reason

    def _listen(self, silent: float, now: float) -> None:
        if silent < SILENT:
            return
        if self.silences and self.silences[-1][1] > now - silent:
            self.silences.pop()  # the same, which goes on
        self.silences.append((now - silent, now))
