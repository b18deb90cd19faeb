"""A leader at his desk phone: he dials into Ana's call by code, changes by keys, and is heard by whom he should be."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[2]))
from callroom.demo.company import CARRIER, DID
from callroom.demo.phone import Call, Phone, Tone
from callroom.demo.phone.patience import PATIENCE
from callroom.demo.tones import loudest
from site_world import SIP, Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
CALLER, ANA, LEAD = 440, 900, 1500  # Hz


class Company:
    """The demo company: Ana ready at one SIP phone, her leader at another."""

    def __init__(self, world: SiteWorld, admin: Person, ana: Person, phones: tuple[Phone, Phone, Phone]) -> None:
        self.world, self.admin, self.ana = world, admin, ana
        self.at_ana, self.at_lead, self.at_bo = phones


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def company() -> AsyncIterator[Company]:
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        people = [await world.sign_in(login) for login in ("ana", "lead", "bo")]
        ana, lead, bo = [await world.sip_phone(admin, person) for person in people]
        await people[0]("PUT", "me/sign-in", {})
        yield Company(world, admin, people[0], (ana, lead, bo))


async def hears(call: Call, *hertz: int) -> None:
    """Until these tones are heard, each about as loud as the others, and nothing else."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while True:
        shares = [call.heard.tone(each, 0.4) for each in hertz]
        if min(shares) > 0.5 / len(hertz) and sum(shares) > 0.85:
            return
        assert asyncio.get_running_loop().time() < end, f"shares of {hertz} Hz: {shares}"
        await asyncio.sleep(0.05)


async def test_codes_and_keys_lead_through_all_ways(company: Company):
    async with Phone(bind=CARRIER, user="demo", codecs=("PCMA",)) as line:
        caller = await line.dial(f"sip:{DID}@{SIP[0]}:{SIP[1]}", Tone(CALLER), caller="13800138000")
        await caller.answered()
        await caller.press("1")
        ana = await company.at_ana.incoming()
        await ana.answer(Tone(ANA))
        await hears(caller, ANA)

        lead = await company.at_lead.dial("*22801", Tone(LEAD))
        await lead.answered()
        await hears(lead, CALLER, ANA)
        await hears(ana, CALLER, LEAD)
        assert caller.heard.tone(LEAD, 1.0) < 0.001, "the customer heard the whisper"

        [live] = [j for j in (await company.admin("GET", "journeys?direction=inbound"))["items"] if not j["ended_at"]]
        await company.ana("POST", f"calls/{live['id']}/hold")
        await hears(ana, LEAD)  # alone in her room: what can now be said freely
        await hears(lead, ANA)
        await company.ana("POST", f"calls/{live['id']}/resume")
        await hears(ana, CALLER, LEAD)
        await hears(caller, ANA)

        await lead.press("6")
        await hears(caller, ANA, LEAD)
        await hears(ana, CALLER, LEAD)
        await hears(lead, CALLER, ANA)
        await lead.press("4")
        await hears(caller, ANA)
        await hears(ana, CALLER)
        await hears(lead, CALLER, ANA)
        await lead.hang_up()
        await asyncio.sleep(1)  # a second in which nothing may change for the two
        await hears(caller, ANA)
        await caller.hang_up()
        await ana.wait_ended()
    journey = await company.world.journey(company.admin, direction="inbound")
    assert [part["mode"] for part in journey["supervisions"]] == ["whisper", "barge", "listen"]
    log = (await company.admin("GET", "audit-log?limit=20"))["items"]
    noted = [(entry["action"], entry["after"]["by"]) for entry in log if entry["subject_id"] == journey["id"]]
    assert sorted(noted) == [("call.barged_in", "phone"), ("call.listened_to", "phone"), ("call.whispered_in", "phone")]


async def test_who_leads_nobody_hears_that_he_may_not(company: Company):
    call = await company.at_bo.dial("*21801", Tone(LEAD))
    await call.answered()
    await call.wait_ended()
    assert loudest(call.heard.samples()), "a spoken refusal"
    assert (await company.world.journey(company.admin, direction="internal"))["loss_reason"] == "not_permitted"
