"""A small company on the fake telephony: Ana and Bo answer the sales queue, behind an attendant, on trunk City."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from callroom.calls.call import Call
from callroom.calls.exchange import Exchange
from callroom.calls.ivr.caller import Data
from callroom.calls.knowing import FlowVersions
from callroom.calls.live import Live, Told
from callroom.calls.notes import Notes
from callroom.core import conversation as c
from callroom.core import faxes
from callroom.core.acd.model import QueueSettings
from callroom.core.callbacks import OPEN
from callroom.core.directory import Agent, Attendant, Device, Directory, Extension, Queue, Trunk
from callroom.core.faxes import Outgoing
from callroom.core.guesses import Lock
from callroom.core.ids import AgentId, DeviceId, ExtensionId, FlowId, JourneyId, QueueId, TrunkId
from callroom.core.ivr.model import flow_from
from callroom.core.journeys.facts import AgentLine, CallbackLine, FaxLine, JourneyLine, Line
from callroom.core.journeys.model import Journey
from callroom.core.journeys.story import apply
from callroom.core.letters import Hand, Letter, LettersAway
from callroom.core.mailboxes import Moment
from callroom.core.routing.model import (
    DialPermission,
    InboundRoute,
    OutboundRoute,
    ToExtension,
    ToFlow,
    ToQueue,
    ToQueueVoicemail,
)
from callroom.telephony.fake import FakeTelephony, Party

CITY = TrunkId("city")
SALES = QueueId("sales")
MAIN = FlowId("main")
ANA, BO = AgentId("ana"), AgentId("bo")
ANA_PAGE, BO_PHONE = DeviceId("ana-page"), DeviceId("bo-phone")
X801, X802 = ExtensionId("x801"), ExtensionId("x802")
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

FLOW = {
    "entry": "hello",
    "nodes": {
        "hello": {"kind": "announce", "sound": {"system": "welcome"}, "next": "menu"},
        "menu": {
            "kind": "menu",
            "label": "Main menu",
            "sound": {"system": "demo_menu"},
            "keys": {"1": "sales"},
            "fallback": "bye",
            "attempts": 2,
        },
        "sales": {"kind": "go_to", "label": "Sales", "destination": {"kind": "queue", "id": SALES}},
        "bye": {"kind": "hang_up", "sound": {"system": "goodbye"}},
    },
}


def company(**queue: Any) -> Directory:
    """The configuration; ``queue`` changes the settings of the sales queue."""
    settings = QueueSettings(SALES, **{"wrap_up": 10.0, "max_wait": 120.0, **queue})
    agents = {
        name: Agent(name, name.capitalize(), number, ext, True, DialPermission.NATIONAL, frozenset({SALES}))
        for name, number, ext in ((ANA, "1001", X801), (BO, "1002", X802))
    }
    return Directory(
        agents=agents,
        extensions={
            X801: Extension(X801, "801", "Ana", (ANA_PAGE,), ANA),
            X802: Extension(X802, "802", "Bo", (BO_PHONE,), BO, voicemail=False),
        },
        devices={
            ANA_PAGE: Device(ANA_PAGE, X801, "browser", "secret-of-ana"),
            BO_PHONE: Device(BO_PHONE, X802, "sip", "secret-of-bo"),
        },
        queues={SALES: Queue(SALES, "Sales", "600", settings, ToQueueVoicemail(), language="en")},
        attendants={MAIN: Attendant(MAIN, "Main", "700", flow_from(FLOW))},
        trunks={
            CITY: Trunk(CITY, "City", "address", "192.0.2.10", 5060, "", "", "", "", (), ("alaw",), "057188001", 2),
        },
        inbound=(
            InboundRoute("r1", "Main", ToFlow(MAIN), did="88001"),
            InboundRoute("r2", "Sales", ToQueue(SALES), did="88002"),
            InboundRoute("r3", "Bo", ToExtension(X802), did="88003"),
        ),
        outbound=(OutboundRoute("o1", "All", "X.", (CITY,)),),
    )


class Book:
    """Keeps every line, as the journal does, and can replay them."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def append(self, line: Line) -> None:
        self.lines.append(line)

    def journeys(self) -> dict[str, Journey]:
        made: dict[str, Journey] = {}
        for line in self.lines:
            if isinstance(line, JourneyLine):
                apply(made.setdefault(line.journey, Journey(id=line.journey)), line)
        return made

    def rests(self) -> dict[AgentId, tuple[str, str, tuple[QueueId, ...]]]:
        told = [line for line in self.lines if isinstance(line, AgentLine)]
        return {AgentId(line.agent): (line.rest, line.reason, tuple(map(QueueId, line.queues))) for line in told}

    def callbacks(self) -> dict[str, CallbackLine]:
        """Each as it was noted last."""
        return {line.id: line for line in self.lines if isinstance(line, CallbackLine)}

    def open_callbacks(self) -> list[tuple[CallbackLine, bool]]:
        journeys = self.journeys()
        return [
            (line, line.state == "ringing" and journeys[str(line.journey)].answered_at is not None)
            for line in self.callbacks().values()
            if line.state in OPEN
        ]


class Regulars:
    """Who calls; ``delay`` seconds are needed to find it out. Bo served Mei an hour before the office opened."""

    def __init__(self) -> None:
        self.delay = 0.01
        self.tiers = {"c1": 0}
        self.surveyed_at: datetime | None = None  # when whoever calls was asked about the service

    async def find(self, number: str, journey: JourneyId) -> tuple[tuple[str, str, int] | None, int]:
        await asyncio.sleep(self.delay)
        return (("c1", "Mei", self.tiers["c1"]), 3) if number == "13800138000" else (None, 0)

    async def served(
        self, number: str, customer: str | None, since: datetime
    ) -> dict[QueueId, tuple[AgentId, datetime]]:
        at = START - timedelta(hours=1)
        return {SALES: (BO, at)} if customer == "c1" and at >= since else {}

    async def surveyed(self, number: str, customer: str | None, journey: JourneyId, since: datetime) -> bool:
        return self.surveyed_at is not None and self.surveyed_at >= since


class Letterbox:
    """The messages in the boxes, and what was done with them; ``pins`` by box."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.pins: dict[str, str] = {}
        self.done: list[tuple[str, ...]] = []
        self.locks: list[Lock] = []
        self.away = False

    def put(self, box: str, *, caller: str = "13800138000", heard: bool = False) -> Letter:
        number = len(self.letters) + 1
        at = START - timedelta(hours=number)
        letter = Letter(f"m{number}", box, caller, at, f"voicemail/m{number}", heard)
        self.letters.append(letter)
        return letter

    async def counts(self) -> dict[str, tuple[int, int]]:
        boxes = {letter.box for letter in self.letters}
        return {
            box: tuple(sum(one.box == box and one.heard is heard for one in self.letters) for heard in (False, True))
            for box in boxes
        }  # type: ignore

    async def of(self, box: str) -> list[Letter]:
        await self._reach()
        return sorted((letter for letter in self.letters if letter.box == box), key=lambda one: one.heard)

    async def _reach(self) -> None:
        await asyncio.sleep(0.02)
        if self.away:
            raise LettersAway("the database")

    async def heard(self, letter: str, by: Hand) -> None:
        await self._reach()
        self.letters = [replace(one, heard=True) if one.id == letter else one for one in self.letters]
        self.done.append(("heard", letter))

    async def deleted(self, letters: list[str], by: Hand) -> None:
        await self._reach()
        self.letters = [one for one in self.letters if one.id not in letters]
        self.done.append(("deleted", *letters))

    async def forwarded(self, letter: str, to: str, intro: str, by: Hand) -> None:
        await self._reach()
        self.put(to)
        self.done.append(("forwarded", letter, to, "intro" if intro else ""))

    async def called_back(self, letter: str, by: Hand) -> None:
        await self._reach()
        self.done.append(("called_back", letter))

    async def pin_is(self, box: str, pin: str) -> bool:
        await self._reach()
        return self.pins.get(box) == pin

    async def set_pin(self, box: str, pin: str, by: Hand) -> None:
        self.pins[box] = pin

    async def set_greeting(self, box: str, moment: Moment, path: str, seconds: float, by: Hand) -> None:
        self.done.append(("greeting", box, moment, "own" if path else ""))

    async def locked(self, box: str, caller: str, locks: list[Lock]) -> None:
        self.done.append(("locked", box, caller))
        self.locks += locks


class Office:
    """The exchange of the company with its telephony, its journal and what the screens were told."""

    def __init__(
        self, directory: Directory | None = None, data: Data | None = None, versions: FlowVersions | None = None
    ) -> None:
        self.fake = FakeTelephony()
        self._data, self._versions = data, versions
        self.directory = directory or company()
        self.book = Book()
        self.told: list[Told] = []
        self.regulars = Regulars()
        self.letterbox = Letterbox()
        self.told_others: list[tuple[str, str, dict[str, str]]] = []  # of calls, by webhook
        self.faxes: dict[str, Outgoing] = {}  # as the database has them
        self._ids = count(1)
        self.exchange = self._new_exchange()
        self.fake.start()

    def _new_exchange(self) -> Exchange:
        loop = asyncio.get_running_loop()

        def now() -> datetime:
            return START + timedelta(seconds=loop.time())

        live = Live(int(START.timestamp()) + len(self.told), loop.time)
        live.listen(self.told.append)
        exchange = Exchange(
            self.fake,
            Notes(self.book, now),
            live,
            customers=self.regulars,
            letters=self.letterbox,
            recordings=Path("/nowhere"),
            tape_seconds=lambda _path: 7.0,
            now=now,
            clock=loop.time,
            new_id=lambda kind: f"{kind}-{next(self._ids)}",
            data=self._data,
            versions=self._versions,
            tell_others=lambda url, what, facts: self.told_others.append((url, what, facts)),
        )
        exchange.set_directory(self.directory)
        return exchange

    def new_server(self) -> None:
        """The server was killed; a new process takes over what the engine still has."""
        self.fake.server_dies()
        self.exchange.acd.stop()
        for task in list(self.exchange._tasks):  # the process is gone, and they with it  # pyright: ignore
            task.cancel()
        self.exchange.notes.freeze()
        self.exchange = self._new_exchange()
        for journey in self.book.journeys().values():
            if not journey.settled:
                self.exchange.notes.adopt(journey)
        self.exchange.restore_agents(self.book.rests())
        self.exchange.callbacks.restore(self.book.open_callbacks())
        self.exchange.faxes.restore(self.open_faxes())

    def open_faxes(self) -> list[tuple[Outgoing, FaxLine]]:
        lasts = {line.id: line for line in self.book.lines if isinstance(line, FaxLine)}
        return [(self.faxes[line.id], line) for line in lasts.values() if line.state in faxes.OPEN]

    async def sign_in(self, *agents: AgentId) -> None:
        """Let agents sign in with their phones on."""
        for agent in agents:
            device = self.directory.devices_of(agent)[0]
            self.fake.register(device)
            self.exchange.sign_in(agent)
        await self.until(lambda: all(self.state(agent) == "ready" for agent in agents), within=1)
        await asyncio.sleep(0.1)

    async def until(self, condition: Callable[[], bool], *, within: float = 60.0) -> None:
        """Wait in virtual time for anything; AssertionError after ``within`` seconds."""
        end = asyncio.get_running_loop().time() + within
        while not condition():
            assert asyncio.get_running_loop().time() < end, f"not within {within:g} s"
            await asyncio.sleep(0.02)

    def call(self, did: str = "88002", number: str = "13800138000") -> Party:
        return self.fake.call_in(CITY, dialled=did, caller=number)

    def state(self, agent: AgentId) -> str:
        view = self.exchange.board.agent(agent)
        assert view is not None
        return view.state

    def views(self, kind: str) -> list[Any]:
        return [told.data for told in self.told if told.type == kind]

    async def story(self) -> Journey:
        """The one journey there is, when all is over and nothing is left behind."""
        await self.until(lambda: bool(self.book.journeys()), within=5)
        await self.until(lambda: not self.exchange.calls and not self.exchange.parties, within=300)
        await asyncio.sleep(1)
        (journey,) = self.book.journeys().values()
        assert journey.ended_at is not None
        assert not self.exchange.notes.open_journeys(), "a journey is kept for ever"
        left = self.fake.left_over()
        assert not left, left
        return journey


async def talking(office: Office) -> tuple[Call, Party, Party]:
    """Ana talks to a caller of the sales queue."""
    await office.sign_in(ANA)
    office.fake.when_dialled(ANA_PAGE, answers_after=1)
    caller = office.call()
    await office.until(lambda: caller.hears() == {ANA_PAGE}, within=5)
    office.fake.when_dialled(ANA_PAGE)
    [call] = office.exchange.calls.values()
    return call, caller, office.fake.party(ANA_PAGE)


def press(call: Call, event: c.Event) -> None:
    assert call.conversation is not None
    call.conversation.press(event)


def with_queue(directory: Directory, **changes: Any) -> Directory:
    return replace(directory, queues={SALES: replace(directory.queues[SALES], **changes)})
