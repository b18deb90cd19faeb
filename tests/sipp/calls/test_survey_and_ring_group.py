"""With real sound: a caller rates the service by keys after the talk, and a group of phones is rung."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[2]))
from callroom.demo.company import CARRIER, CARRIER_PORT
from callroom.demo.phone import OutgoingCall, Phone, Tone
from site_world import SIP, Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
CALLER, ANA, MOBILE = 440, 700, 900  # Hz
QUESTION, REASON, THANKS = 1500, 1100, 1300
RATED, SHOP = "88020", "88021"
NUMBER = "13900000001"


@dataclass
class Office:
    """A queue that asks its callers, and a ring group of Ana, Bo and a mobile; both agents have SIP phones."""

    world: SiteWorld
    admin: Person
    ana: Person
    anas: Phone
    bos: Phone
    line: Phone
    carrier: Phone

    async def call(self, did: str) -> OutgoingCall:
        """Somebody calls and hears it ring, or is answered."""
        call = await self.line.dial(f"sip:{did}@{SIP[0]}:{SIP[1]}", Tone(CALLER), caller=NUMBER)
        await self.world.until(
            lambda: call.ringing.is_set() or call.is_answered or call.end_reason, what="an answer of any kind"
        )
        assert call.end_reason is None
        return call


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office() -> AsyncIterator[Office]:
    async with demo_world() as world, Phone(bind=CARRIER, port=CARRIER_PORT, user="carrier") as carrier:
        admin = await world.sign_in("admin")
        ana, bo = [await world.sign_in(login) for login in ("ana", "bo")]
        said = {name: {"prompt": await admin.upload_tone(name, hertz)} for name, hertz in
                (("question", QUESTION), ("reason", REASON), ("thanks", THANKS))}  # fmt: skip
        question = {
            "label": "Service",
            "sound": said["question"],
            "keys": {"1": "very_satisfied", "2": "satisfied", "3": "unsatisfied"},
            "reasons": {"1": "service", "2": "attitude", "3": "other"},
            "reason_sound": said["reason"],
        }
        survey = await admin(
            "POST", "surveys", {"name": "Service", "form": {"questions": [question], "thanks": said["thanks"]}}
        )
        queue = await admin(
            "POST",
            "queues",
            {"name": "Rated", "language": "en", "members": [ana.id], "wrap_up": 0, "survey_id": survey["id"]},
        )
        anas, bos = await world.sip_phone(admin, ana), await world.sip_phone(admin, bo)
        extensions = {user["id"]: user["extension_id"] for user in (await admin("GET", "users?limit=200"))["items"]}
        group = await admin(
            "POST",
            "ring-groups",
            {
                "name": "Shop",
                "members": [
                    {"extension": extensions[ana.id]},
                    {"extension": extensions[bo.id]},
                    {"number": "13700137000"},
                ],
            },
        )
        for did, kind, row in ((RATED, "queue", queue), (SHOP, "ring_group", group)):
            route = {"name": row["name"], "did": did, "destination": {"kind": kind, "id": row["id"]}}
            await admin("POST", "inbound-routes", route)
        await world.carrier_answers(admin)
        async with Phone(bind=CARRIER, user="demo") as line:
            yield Office(world, admin, ana, anas, bos, line, carrier)


async def talk_to_ana(office: Office) -> OutgoingCall:
    """A caller whose agent has hung up, and who is asked."""
    await office.ana("PUT", "me/sign-in", {})
    caller = await office.call(RATED)
    offered = await office.anas.incoming()
    await offered.answer(Tone(ANA))
    await asyncio.gather(caller.heard.wait_tone(ANA), offered.heard.wait_tone(CALLER))
    await offered.hang_up()
    await caller.heard.wait_tone(QUESTION)
    return caller


async def test_a_caller_is_asked_when_the_agent_hangs_up_and_says_why_he_is_not_satisfied(office: Office):
    caller = await talk_to_ana(office)
    await caller.press("3")
    await caller.heard.wait_tone(REASON)
    await caller.press("2")
    await caller.heard.wait_tone(THANKS)
    await caller.wait_ended()
    journey = await office.world.journey(office.admin)
    survey: dict[str, Any] = journey["survey"]
    assert (survey["agent"], survey["done"], journey["ended_by"]) == (office.ana.id, True, "agent")
    [answer] = survey["answers"]
    assert (answer["meaning"], answer["reason"]) == ("unsatisfied", "attitude")
    period = "from=2020-01-01T00:00:00Z&to=2021-01-01T00:00:00Z"
    assert (await office.admin("GET", f"surveys/satisfaction?{period}"))["total"]["asked"] == 0


async def test_a_new_server_goes_on_asking(office: Office):
    caller = await talk_to_ana(office)
    await office.world.kill_server()
    await office.world.until(office.world.takes_calls, what="a server that is back")
    await caller.heard.wait_silent()
    await caller.heard.wait_tone(QUESTION)  # asked again
    await caller.press("1")
    await caller.heard.wait_tone(THANKS)
    await caller.wait_ended()
    journey = await office.world.journey(office.admin)
    assert [one["meaning"] for one in journey["survey"]["answers"]] == ["very_satisfied"]
    await office.ana("DELETE", "me/sign-in")


async def test_the_first_to_answer_takes_the_call_and_the_others_stop_ringing(office: Office):
    caller = await office.call(SHOP)
    anas, bos = await office.anas.incoming(), await office.bos.incoming()
    far = await office.carrier.incoming()
    await anas.answer(Tone(ANA))
    await asyncio.gather(caller.heard.wait_tone(ANA), anas.heard.wait_tone(CALLER))
    await asyncio.gather(bos.wait_ended(), far.wait_ended())
    assert bos.end_reason is not None
    await caller.hang_up()
    journey = await office.world.journey(office.admin, did=SHOP)
    causes = {leg["number"]: leg["cause"] for leg in journey["legs"] if leg["party"] != "caller"}
    assert sorted(causes.values()) == ["answered_elsewhere", "answered_elsewhere", "normal"]


async def test_a_mobile_takes_the_call_only_by_pressing_one(office: Office):
    caller = await office.call(SHOP)
    anas = await office.anas.incoming()
    far = await office.carrier.incoming()
    await far.answer(Tone(MOBILE))  # as its voicemail would
    await office.world.until(lambda: far.heard.silent_for() < 0.2, what="words that ask him")
    assert caller.heard.tone(MOBILE) < 0.1, "they do not hear each other yet"
    assert anas.end_reason is None, "the others ring on"
    await far.press("1")
    await asyncio.gather(caller.heard.wait_tone(MOBILE), far.heard.wait_tone(CALLER))
    await anas.wait_ended()
    await far.hang_up()
    await caller.wait_ended()
    await office.world.journey(office.admin, did=SHOP, ended_by="called")
