"""Agents at SIP phones use their own keys on a real engine: hold, blind and attended transfer, by tones."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[2]))
from callroom.demo.company import CARRIER, DID
from callroom.demo.phone import Call, IncomingCall, OutgoingCall, Phone, Tone
from site_world import SIP, Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
CUSTOMER, ANA, BO = 440, 700, 950  # Hz


class Company:
    """The running demo company: Ana and Bo at SIP phones; only Ana is signed in to queues."""

    def __init__(self, world: SiteWorld, admin: Person, ana: Phone, bo: Phone, caller: Phone) -> None:
        self.world, self.admin, self.ana, self.bo, self.caller = world, admin, ana, bo, caller

    async def talk(self) -> tuple[OutgoingCall, IncomingCall]:
        """Ana talks to a caller: each hears the other's tone."""
        call = await self.caller.dial(f"sip:{DID}@{SIP[0]}:{SIP[1]}", Tone(CUSTOMER), caller="13800138000")
        await call.answered()
        await call.press("1")
        mine = await self.ana.incoming()
        await mine.answer(Tone(ANA))
        await mine.heard.wait_tone(CUSTOMER)
        await call.heard.wait_tone(ANA)
        return call, mine

    async def hears_music(self, call: Call) -> None:
        def music() -> bool:
            return call.heard.silent_for() < 0.2 and all(call.heard.tone(one) < 0.1 for one in (CUSTOMER, ANA, BO))

        await self.world.until(music, what="music")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def company() -> AsyncIterator[Company]:
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        ana, bo = await world.sign_in("ana"), await world.sign_in("bo")
        phones = [await world.sip_phone(admin, ana), await world.sip_phone(admin, bo)]
        await ana("PUT", "me/sign-in", {})
        async with Phone(bind=CARRIER, user="demo", codecs=("PCMA",)) as caller:
            yield Company(world, admin, *phones, caller)


async def test_hold_on_the_phone_gives_the_customer_music(company: Company):
    call, mine = await company.talk()
    await mine.hold()
    await company.hears_music(call)
    await mine.resume()
    await call.heard.wait_tone(ANA)
    await mine.heard.wait_tone(CUSTOMER)
    await call.hang_up()
    journey = await company.world.journey(company.admin, ended_by="caller")
    assert next(leg for leg in journey["legs"] if leg["party"] == "agent")["hold"] > 0


async def test_ana_gives_her_call_to_bo_with_her_phones_key(company: Company):
    call, mine = await company.talk()
    await mine.hold()
    await mine.refer(f"sip:802@{SIP[0]}:{SIP[1]}")
    his = await company.bo.incoming()
    await his.answer(Tone(BO))
    await his.heard.wait_tone(CUSTOMER)
    await call.heard.wait_tone(BO)
    assert await mine.refer_finished() == 200
    await mine.hang_up()
    await call.hang_up()
    journey = await company.world.journey(company.admin, ended_by="caller")
    assert [leg["agent_name"] for leg in journey["legs"] if leg["talk"] > 0] == ["王安娜", "李博"]


async def asks_bo(company: Company) -> tuple[OutgoingCall, IncomingCall, OutgoingCall, IncomingCall]:
    """Ana holds her customer and asks Bo on her second line: the two hear each other."""
    call, mine = await company.talk()
    await mine.hold()
    second = await company.ana.dial("802", Tone(ANA))
    his = await company.bo.incoming()
    await his.answer(Tone(BO))
    await second.heard.wait_tone(BO)
    await his.heard.wait_tone(ANA)
    await company.hears_music(call)
    return call, mine, second, his


async def test_ana_asks_bo_on_her_second_line_and_brings_them_together(company: Company):
    call, mine, second, his = await asks_bo(company)
    await mine.refer(f"sip:802@{SIP[0]}:{SIP[1]}", replaces=second)
    await his.heard.wait_tone(CUSTOMER)
    await call.heard.wait_tone(BO)
    await mine.hang_up()
    await second.wait_ended()
    await call.hang_up()
    await his.wait_ended()
    journey = await company.world.journey(company.admin, direction="inbound", ended_by="caller")
    assert [leg["agent_name"] for leg in journey["legs"] if leg["talk"] > 0] == ["王安娜", "李博"]
    assert [leg["consulted_by"] for leg in journey["legs"] if leg["agent_name"] == "李博"] == ["王安娜"]
    assert (await company.admin("GET", "journeys?direction=internal"))["items"] == [], "it is one call"


async def test_ana_swaps_between_her_lines_through_a_killed_server_and_closes_the_second(company: Company):
    call, mine, second, his = await asks_bo(company)
    await second.hold()
    await mine.resume()
    await call.heard.wait_tone(ANA)
    await company.hears_music(his)
    await company.world.kill_server()
    await company.world.until(company.world.takes_calls, what="a server that takes calls")
    await mine.hold()
    await second.resume()
    await his.heard.wait_tone(ANA)
    await company.hears_music(call)
    await second.hang_up()
    await his.wait_ended()
    await mine.resume()
    await call.heard.wait_tone(ANA)
    await call.hang_up()
    await mine.wait_ended()
    journey = await company.world.journey(company.admin, direction="inbound", ended_by="caller")
    assert [leg["agent_name"] for leg in journey["legs"] if leg["talk"] > 0] == ["王安娜"]
    assert (await company.admin("GET", "journeys?direction=internal"))["items"] == []
