"""With real sound: a queue's music, who answers, a key that leads out, and a call back in turn."""

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
from site_world import Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
CALLER, ANA, MEI = 440, 700, 900  # Hz
MUSIC, WHISPER, NEWS = 1500, 1100, 1300
DID, NUMBER = "88010", "13900000001"


@dataclass
class Office:
    """A queue with everything a caller can hear or press; Ana, who answers it, has a SIP phone and is signed out."""

    world: SiteWorld
    admin: Person
    ana: Person
    phone: Phone
    line: Phone
    carrier: Phone

    async def call(self) -> OutgoingCall:
        return await self.world.call_in(self.line, DID, Tone(CALLER), caller=NUMBER)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office() -> AsyncIterator[Office]:
    async with demo_world() as world, Phone(bind=CARRIER, port=CARRIER_PORT, user="carrier") as carrier:
        admin = await world.sign_in("admin")
        ana = await world.sign_in("ana")
        prompts = {name: await admin.upload_tone(name, hertz) for name, hertz in
                   (("music", MUSIC), ("whisper", WHISPER), ("news", NEWS))}  # fmt: skip
        queue = await admin(
            "POST",
            "queues",
            {
                "name": "Caller's side",
                "language": "en",
                "members": [ana.id],
                "wrap_up": 0,
                "announce_agent": True,
                "music_prompt_id": prompts["music"],
                "whisper_prompt_id": prompts["whisper"],
                "exit_keys": {"2": {"kind": "announcement", "id": prompts["news"]}},
                "callback_key": "9",
            },
        )
        await admin(
            "POST",
            "inbound-routes",
            {"name": "Caller's side", "did": DID, "destination": {"kind": "queue", "id": queue["id"]}},
        )
        phone = await world.sip_phone(admin, ana)
        async with Phone(bind=CARRIER, user="demo") as line:
            yield Office(world, admin, ana, phone, line, carrier)


async def test_the_staff_number_and_the_queue_are_told_before_the_two_hear_each_other(office: Office):
    caller = await office.call()
    for _ in range(2):  # it goes on after its end
        await caller.heard.wait_tone(MUSIC)
        await asyncio.sleep(1.5)
    await office.ana("PUT", "me/sign-in", {})
    offered = await office.phone.incoming()
    await offered.answer(Tone(ANA))
    await offered.heard.wait_tone(WHISPER)

    def told() -> bool:  # words, without the music or any other tone
        return caller.heard.silent_for() < 0.2 and max(map(caller.heard.tone, (MUSIC, WHISPER, ANA))) < 0.05

    await office.world.until(told, what="the staff number")
    said = asyncio.get_running_loop().time()
    assert offered.heard.tone(CALLER) < 0.1, "he does not hear the caller yet"
    await asyncio.gather(caller.heard.wait_tone(ANA), offered.heard.wait_tone(CALLER))
    await caller.hang_up()
    talked = asyncio.get_running_loop().time() - said
    journey = await office.world.journey(office.admin)
    assert journey["queue_visits"][0]["outcome"] == "answered"
    assert max(leg["talk"] for leg in journey["legs"]) < talked, "the talk begins when they hear each other"
    await office.ana("DELETE", "me/sign-in")


async def test_a_key_leads_out_of_the_queue(office: Office):
    caller = await office.call()
    await caller.heard.wait_tone(MUSIC)
    await caller.press("2")
    await caller.heard.wait_tone(NEWS)
    await caller.wait_ended()
    journey = await office.world.journey(office.admin)
    [visit] = journey["queue_visits"]
    assert (visit["outcome"], visit["reason"], visit["key"]) == ("flowed_out", "exit_key", "2")


async def test_a_caller_is_called_back_when_an_agent_comes_even_by_a_new_server(office: Office):
    caller = await office.call()
    await caller.heard.wait_tone(MUSIC)
    await caller.press("91")
    await caller.wait_ended()
    await office.world.kill_server()
    await office.world.until(office.world.takes_calls, what="a server that is back")

    async def asked(state: str) -> dict[str, Any] | None:
        [one] = (await office.admin("GET", "callbacks"))["items"]
        return one if one["state"] == state else None

    await office.world.until(lambda: asked("waiting"), what="a call back that waits")
    await office.world.carrier_answers(office.admin)
    await office.ana("PUT", "me/sign-in", {})
    offered = await office.phone.incoming()
    assert offered.caller_number == NUMBER
    await offered.answer(Tone(ANA))
    far = await office.carrier.incoming()
    await far.answer(Tone(MEI))
    await asyncio.gather(offered.heard.wait_tone(MEI), far.heard.wait_tone(ANA))
    done = await office.world.until(lambda: asked("done"), what="a call back that is done")
    await far.hang_up()
    journey = await office.world.journey(office.admin, id=done["journey"])
    assert (journey["origin"], journey["origin_journey"]) == ("callback", done["origin_journey"])
    first = await office.admin("GET", f"journeys/{done['origin_journey']}")
    assert first["queue_visits"][0]["reason"] == "callback"
