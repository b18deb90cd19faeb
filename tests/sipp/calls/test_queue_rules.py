"""A queue's rules with real phones and sound: who rings, for whom, after how long; and what the journey says of it."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "asterisk"))
from people import SECRET, registered, sessions
from world import CARRIER

from callroom.core.acd.model import QueueSettings
from callroom.core.ids import QueueId
from callroom.demo.phone import IncomingCall, Phone, Tone
from site_world import ENGINE, HTTP, PASSWORD, Person, SiteWorld, site_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
CALLER, AGENT = 700, 900  # Hz
RING = 60  # seconds: nobody here stays silent
REST = QueueSettings(QueueId("")).refusal_pause + 0.5  # an agent who refused is not rung so long


@dataclass
class Desk:
    """An agent at his phone."""

    name: str
    id: str
    phone: Phone
    api: Person

    async def says(self, state: str) -> None:
        await self.api("PUT", "me/presence", {"state": state})

    async def rests(self) -> str:
        return (await self.api("GET", "me/agent-state"))["state"]


class Floor:
    def __init__(self, world: SiteWorld, admin: Person, line: str, carrier: Phone, ends: contextlib.AsyncExitStack):
        self.world, self.admin, self._line, self._carrier, self._ends = world, admin, line, carrier, ends
        self._inside, self._dids = count(1001), count(80001)

    async def desk(self, name: str, **person: Any) -> Desk:
        """A new agent whose phone is there."""
        inside = str(next(self._inside))
        extension = await self.admin("POST", "extensions", {"number": inside, "record": False})
        device = {"extension_id": extension["id"], "kind": "sip", "secret": SECRET}
        user = (await self.admin("POST", "devices", device))["id"]
        body = {"login": f"agent{inside}", "name": name, "role": "agent", "password": PASSWORD, "staff_number": inside,
                "extension_id": extension["id"]} | person  # fmt: skip
        made = await self.admin("POST", "users", body)
        phone = await registered(self._ends, user, ENGINE)

        async def online() -> bool:
            return (await self.admin("GET", f"devices/{user}"))["state"] == "online"

        await self.world.until(online, what="a phone that is online")
        [token] = await sessions(self.world, body["login"])
        client = await self._ends.enter_async_context(
            httpx2.AsyncClient(
                base_url=f"http://{HTTP}/api/v1/", trust_env=False, headers={"Authorization": f"Bearer {token}"}
            )
        )
        return Desk(name, made["id"], phone, Person(client, made))

    async def queue(self, *desks: Desk, **rules: Any) -> dict[str, Any]:
        """A queue with these members, who have signed in; ``number``: what callers dial."""
        did = str(next(self._dids))
        body = {"name": f"queue {did}", "strategy": "linear", "ring_timeout": RING, "wrap_up": 0, "record": False,
                "announce_every": 600, "language": "en", "members": [desk.id for desk in desks]} | rules  # fmt: skip
        made = await self.admin("POST", "queues", body)
        leads = {"kind": "queue", "id": made["id"]}
        route = {"name": did, "did": did, "trunk_id": self._line, "destination": leads}
        await self.admin("POST", "inbound-routes", route)
        for desk in desks:
            await desk.api("PUT", "me/sign-in", {})
        return made | {"number": did}

    async def call(self, queue: dict[str, Any], caller: str) -> Any:
        return await self._carrier.dial(f"sip:{queue['number']}@{ENGINE}:5060", Tone(CALLER), caller=caller)

    async def talk(self, mine: Any, his: IncomingCall) -> None:
        """The agent answers, both hear each other, and he hangs up."""
        await his.answer(Tone(AGENT))
        await mine.heard.wait_tone(AGENT)
        await his.heard.wait_tone(CALLER)
        await his.hang_up()
        await mine.wait_ended()

    async def visit(self, caller: str) -> dict[str, Any]:
        """The last visit of a queue by this caller, once his call is over."""

        async def over() -> dict[str, Any] | None:
            items = (await self.admin("GET", f"journeys?limit=1&number={caller}"))["items"]
            if not items or not items[0]["ended_at"]:
                return None
            return (await self.admin("GET", f"journeys/{items[0]['id']}"))["queue_visits"][-1]

        return await self.world.until(over, what="a complete journey")


async def rings(*desks: Desk) -> tuple[Desk, IncomingCall]:
    """Whose phone rings first."""
    waiting = {asyncio.create_task(desk.phone.incoming()): desk for desk in desks}
    try:
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        first = done.pop()
        first.result().ring()
        return waiting[first], first.result()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def floor() -> AsyncIterator[Floor]:
    async with site_world() as world, contextlib.AsyncExitStack() as ends:
        admin = await world.sign_in("admin")
        trunk = {"name": "carrier", "kind": "address", "host": CARRIER, "match": [f"{CARRIER}/32"]}
        line = await admin("POST", "trunks", trunk)
        carrier = await ends.enter_async_context(Phone(bind=CARRIER, user="carrier"))
        yield Floor(world, admin, line["id"], carrier, ends)


async def test_a_skill_is_asked_until_the_caller_has_waited(floor: Floor):
    english = (await floor.admin("POST", "skills", {"name": "English"}))["id"]
    ana = await floor.desk("Ana", skills=[{"skill": english, "level": 2}])
    bo = await floor.desk("Bo", skills=[{"skill": english, "level": 9}])
    asked = {"skill": english, "level": 6, "step": 5, "every": 3, "floor": 0}
    queue = await floor.queue(ana, bo, skills=[asked])
    mine = await floor.call(queue, "13910000001")
    who, his = await rings(ana, bo)
    assert who is bo, "Ana is first of the members, but not good enough"
    await floor.talk(mine, his)
    await bo.says("busy")
    mine = await floor.call(queue, "13910000002")
    who, his = await rings(ana, bo)
    assert who is ana
    await floor.talk(mine, his)
    visit = await floor.visit("13910000002")
    assert 3 <= visit["wait"] < RING
    assert "Skills asked: English 1 (lowered because the caller waited)." in visit["why_agent"]["text_en"]


async def test_a_later_tier_rings_when_nobody_of_the_first_is_free(floor: Floor):
    ana, bo = await floor.desk("Ana"), await floor.desk("Bo")
    queue = await floor.queue(bo, ana, strategy="ring_all", tiers={bo.id: 1})
    first = await floor.call(queue, "13920000001")
    who, for_ana = await rings(ana, bo)
    assert who is ana
    second = await floor.call(queue, "13920000002")
    who, for_bo = await rings(ana, bo)
    assert who is bo, "Ana rings for the first caller"
    await asyncio.gather(floor.talk(first, for_ana), floor.talk(second, for_bo))
    text = (await floor.visit("13920000002"))["why_agent"]["text_zh"]
    assert "轮到第 2 梯队。未振铃：Ana（正在为其他来电振铃）。" in text


async def test_a_key_customer_goes_before_who_came_earlier(floor: Floor):
    ana = await floor.desk("Ana")
    await floor.admin("POST", "customers", {"name": "Mei", "phones": ["13930000002"], "tier": 2})
    queue = await floor.queue(ana, tier_weight=300)
    await ana.says("busy")
    earlier = await floor.call(queue, "13930000001")
    mei = await floor.call(queue, "13930000002")
    for call in (earlier, mei):
        await call.answered()

    async def recognised() -> bool:
        items = (await floor.admin("GET", "journeys?limit=1&number=13930000002"))["items"]
        return bool(items and items[0]["customer"])

    await floor.world.until(recognised, what="Mei, who is found out beside the call")
    await ana.says("ready")
    for number, call in (("13930000002", mei), ("13930000001", earlier)):
        _, his = await rings(ana)
        assert his.caller_number.endswith(number[1:])
        await floor.talk(call, his)


async def test_who_served_the_caller_last_is_waited_for_a_while(floor: Floor):
    ana, bo = await floor.desk("Ana"), await floor.desk("Bo")
    queue = await floor.queue(ana, bo, sticky_days=7, sticky_patience=3)
    await ana.says("busy")
    mine = await floor.call(queue, "13940000001")
    _, his = await rings(ana, bo)
    await floor.talk(mine, his)
    await floor.visit("13940000001")
    await ana.says("ready")
    mine = await floor.call(queue, "13940000001")
    who, his = await rings(ana, bo)
    assert who is bo, "he served this caller last, Ana is only first of the members"
    await his.answer(Tone(AGENT))
    await mine.heard.wait_tone(AGENT)
    again = await floor.call(queue, "13940000001")
    who, for_ana = await rings(ana, bo)
    assert who is ana, "Bo talks longer than the caller has patience"
    await floor.talk(again, for_ana)
    assert (await floor.visit("13940000001"))["wait"] >= 3
    await his.hang_up()
    await mine.wait_ended()


async def test_the_preferred_team_rings_first_and_then_the_others(floor: Floor):
    team = (await floor.admin("POST", "teams", {"name": "North"}))["id"]
    ana, bo = await floor.desk("Ana"), await floor.desk("Bo", team_id=team)
    queue = await floor.queue(ana, bo, prefer_team_id=team)
    mine = await floor.call(queue, "13950000001")
    who, his = await rings(ana, bo)
    assert who is bo
    his.reject(486)
    who, his = await rings(ana, bo)
    assert who is ana
    await floor.talk(mine, his)
    offered = (await floor.visit("13950000001"))["offered"]
    assert [(one["rung"][0]["agent_name"], one["rung"][0]["ended"]) for one in offered] == [
        ("Bo", "refused"),
        ("Ana", "answered"),
    ]
    assert "Bo is of the preferred team “North”." in offered[0]["text_en"]


async def test_who_misses_two_calls_in_a_row_is_busy(floor: Floor):
    ana = await floor.desk("Ana")
    queue = await floor.queue(ana, misses_until_busy=2)
    mine = await floor.call(queue, "13960000001")
    for _ in range(2):
        _, his = await rings(ana)
        his.reject(486)

    async def busy() -> bool:
        return await ana.rests() == "busy"

    await floor.world.until(busy, what="an agent who is busy")
    await mine.hang_up()
    offered = (await floor.visit("13960000001"))["offered"]
    assert [one["rung"][0]["ended"] for one in offered] == ["refused", "refused"]


async def test_agents_of_a_further_queue_help_after_some_time(floor: Floor):
    ana, bo = await floor.desk("Ana"), await floor.desk("Bo")
    other = await floor.queue(bo)
    queue = await floor.queue(ana, overflow_steps=[{"after": 3, "queue": other["id"]}])
    await ana.says("busy")
    mine = await floor.call(queue, "13970000001")
    _, his = await rings(ana, bo)
    await floor.talk(mine, his)
    visit = await floor.visit("13970000001")
    assert (visit["queue"], visit["agent_name"]) == (queue["id"], "Bo")
    assert visit["wait"] >= 3
    assert f"agents of “{other['name']}” helped. Not rung: Ana (busy)." in visit["why_agent"]["text_en"]


async def test_fewest_offered_counts_what_was_refused_too(floor: Floor):
    """The seventh strategy; the other six are played beside app_queue in test_order_of_offers."""
    ana, bo = await floor.desk("Ana"), await floor.desk("Bo")
    queue = await floor.queue(ana, bo, strategy="fewest_offered")
    rung: list[str] = []
    for number, refuses in enumerate([ana, None, None]):
        mine = await floor.call(queue, f"1398000000{number}")
        who, his = await rings(ana, bo)
        rung.append(who.name)
        if who is refuses:
            his.reject(486)
            who, his = await rings(ana, bo)
            rung.append(who.name)
        await floor.talk(mine, his)
        if number == 0:
            await asyncio.sleep(REST)
    # Both were rung once when the second caller comes: Ana has not answered yet.
    assert rung == ["Ana", "Bo", "Ana", "Bo"]
