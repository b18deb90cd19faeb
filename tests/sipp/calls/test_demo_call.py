"""The first call of a new site: a caller on the demo line presses 1 and reaches Ana's phone, with sound both ways."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import soundfile

sys.path.insert(0, str(Path(__file__).parents[2]))
from callroom.demo.company import CARRIER, CARRIER_PORT
from callroom.demo.phone import IncomingCall, Phone, Tone
from callroom.demo.tones import tone_share
from site_world import CLI, Person, SiteWorld, demo_world


class Company:
    """The running demo company with Ana ready at a SIP phone."""

    rang = 0.0  # when her phone rang last, by the loop's clock

    def __init__(self, world: SiteWorld, admin: Person, ana: Person, phone: Phone, carrier: Phone) -> None:
        self.world, self.admin, self.ana, self.phone, self.carrier = world, admin, ana, phone, carrier

    async def caller(self, *more: str) -> asyncio.subprocess.Process:
        """``callroom demo call --keys 1`` with a tone of 440 Hz."""
        return await asyncio.create_subprocess_exec(
            *CLI, "demo", "call", "--home", str(self.world.home), "--keys", "1", "--tone", "440", *more,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip

    async def ready(self) -> None:
        """Ana is ready for the next caller."""

        async def is_ready() -> bool:
            return (await self.ana("GET", "me/agent-state"))["state"] == "ready"

        await self.ana("PUT", "me/presence", {"state": "ready"})
        await self.world.until(is_ready, what="Ana ready")

    async def talk(self) -> tuple[asyncio.subprocess.Process, IncomingCall]:
        """Ana talks to a caller: each hears the other's tone."""
        await self.ready()
        caller = await self.caller("--seconds", "240")
        call = await self.phone.incoming()
        self.rang = asyncio.get_running_loop().time()
        call.ring()
        await call.answer(Tone(700))
        await call.heard.wait_tone(440)
        return caller, call


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def company() -> AsyncIterator[Company]:
    async with demo_world() as world, Phone(bind=CARRIER, port=CARRIER_PORT, user="carrier") as carrier:
        admin = await world.sign_in("admin")
        ana = await world.sign_in("ana")
        phone = await world.sip_phone(admin, ana)
        await ana("PUT", "me/sign-in", {})
        yield Company(world, admin, ana, phone, carrier)


async def said_on(recording: bytes) -> tuple[float, dict[int, float]]:
    sound, rate = soundfile.read(BytesIO(recording), dtype="int16")
    middle = sound[len(sound) // 2 : len(sound) // 2 + rate // 4]
    return len(sound) / rate, {hertz: tone_share(middle, hertz) for hertz in (440, 700)}


async def test_a_caller_reaches_ana_and_the_story_is_complete(company: Company):
    caller, call = await company.talk()
    await asyncio.sleep(3)  # of talk, which is found again in the figures and on the recording
    await call.hang_up()
    since_it_rang = asyncio.get_running_loop().time() - company.rang
    told, _ = await caller.communicate()
    assert caller.returncode == 0, told.decode()
    journey = await company.world.journey(company.admin)
    assert [(step["kind"], step["key"]) for step in journey["ivr_steps"]] == [
        ("announce", ""), ("menu", "1"), ("go_to", ""),
    ]  # fmt: skip
    [visit] = journey["queue_visits"]
    assert (visit["outcome"], visit["agent"]) == ("answered", company.ana.id)
    assert visit["why_agent"]["text_en"]
    assert (journey["direction"], journey["ended_by"], journey["loss_reason"]) == ("inbound", "agent", None)
    assert journey["customer"]["name"] == "赵伟"
    talk = max(leg["talk"] for leg in journey["legs"])
    assert 3 < talk < since_it_rang + 0.5  # the server hears of the end a moment later

    async def recording() -> dict[str, Any] | None:
        items = (await company.admin("GET", f"recordings?journey={journey['id']}"))["items"]
        return items[0] if items else None

    kept = await company.world.until(recording, what="a recording")
    assert kept["complete"] and kept["seconds"] == pytest.approx(talk, abs=0.6)
    sound = await company.admin.client.get(f"recordings/{kept['id']}/sound")
    seconds, shares = await said_on(sound.content)
    assert seconds == pytest.approx(kept["seconds"], abs=0.1)
    assert shares[440] > 0.2 and shares[700] > 0.2, "both sides are on the recording"


async def test_a_killed_server_drops_no_call(company: Company):
    caller, call = await company.talk()
    began = asyncio.get_running_loop().time()
    await company.world.kill_server()
    await call.heard.wait_tone(440)
    await company.world.until(company.world.takes_calls, what="a server that is back")
    await call.heard.wait_tone(440)
    talked = asyncio.get_running_loop().time() - began
    await call.hang_up()
    since_it_rang = asyncio.get_running_loop().time() - company.rang
    await caller.communicate()
    journey = await company.world.journey(company.admin)
    assert (journey["ended_by"], journey["loss_reason"]) == ("agent", None)
    assert journey["queue_visits"][0]["outcome"] == "answered"
    assert journey["recordings"][0]["complete"]
    assert talked - 0.5 < journey["recordings"][0]["seconds"] < since_it_rang + 0.5


async def test_ana_calls_out_and_hands_the_caller_on(company: Company):
    await company.world.carrier_answers(company.admin)
    ring = asyncio.create_task(company.phone.incoming())
    made = await company.ana("POST", "calls", {"to": "13900000001"})
    own = await ring
    if not own.is_answered:
        await own.answer(Tone(700))
    far = await company.carrier.incoming()
    assert far.caller_number == "88001"
    await far.answer(Tone(900))
    await own.heard.wait_tone(900)
    await company.ana("POST", f"calls/{made['id']}/hold")
    await company.ana("POST", f"calls/{made['id']}/resume")
    await own.heard.wait_tone(900)
    await company.ana("POST", f"calls/{made['id']}/keys", {"digits": "42"})
    assert await far.wait_digits(2) == "42"
    await company.ana("POST", f"calls/{made['id']}/hangup")
    await far.wait_ended()
    journey = await company.world.journey(company.admin, direction="outbound")
    assert journey["ended_by"] == "agent"


async def test_nobody_comes_and_the_message_can_be_heard(company: Company):
    queue = await company.admin(
        "POST", "queues", {"name": "Night", "max_wait": 5, "overflow": {"kind": "voicemail_queue"}}
    )
    await company.admin(
        "POST", "inbound-routes", {"name": "Night", "did": "88009", "destination": {"kind": "queue", "id": queue["id"]}}
    )
    async with Phone(bind=CARRIER, user="demo") as line:
        call = await company.world.call_in(line, "88009", Tone(440), caller="13900139000")
        files = company.world.home / "recordings" / "voicemail"
        await company.world.until(
            lambda: any(f.stat().st_size > 40_000 for f in files.rglob("*.wav")), what="a message"
        )
        await call.press("#")
        await call.wait_ended()

    async def left() -> dict[str, Any] | None:
        items = (await company.admin("GET", "voicemails"))["items"]
        return items[0] if items else None

    message = await company.world.until(left, what="a voicemail")
    assert message["seconds"] > 2
    sound, rate = soundfile.read(
        BytesIO((await company.admin.client.get(f"voicemails/{message['id']}/sound")).content), dtype="int16"
    )
    assert tone_share(sound[len(sound) // 2 : len(sound) // 2 + rate // 4], 440) > 0.8
    journey = await company.world.journey(company.admin)
    assert (journey["queue_visits"][0]["outcome"], journey["loss_reason"]) == ("flowed_out", "no_agent_signed_in")


async def test_ana_hands_a_caller_to_bo_and_calls_him_herself(company: Company):
    bo = await company.world.sign_in("bo")
    phone = await company.world.sip_phone(company.admin, bo)
    caller, call = await company.talk()
    [mine] = [c for c in [(await company.ana("GET", "me/agent-state"))["call"]] if c]
    await company.ana("POST", f"calls/{mine}/transfer", {"to": "802"})
    await call.wait_ended()
    second = await phone.incoming()
    await second.answer(Tone(900))
    await second.heard.wait_tone(440)
    await second.hang_up()
    await caller.communicate()
    journey = await company.world.journey(company.admin)
    assert [leg["agent"] for leg in journey["legs"]] == [None, company.ana.id, bo.id]
    inside = await company.phone.dial("802", Tone(700))
    third = await phone.incoming()
    await third.answer(Tone(900))
    await inside.heard.wait_tone(900)
    [mine] = [c for c in [(await company.ana("GET", "me/agent-state"))["call"]] if c]
    refused = await company.ana("POST", f"calls/{mine}/hold", status=409)
    assert refused["type"].endswith("internal-call")
    await inside.hang_up()
    await third.wait_ended()
    assert (await company.world.journey(company.admin, direction="internal"))["ended_by"] == "agent"


async def test_a_killed_engine_ends_calls_with_a_cause_and_takes_the_next(company: Company):
    caller, _ = await company.talk()
    engine = company.world.pids("engine")[-1]
    os.kill(engine, signal.SIGKILL)
    await company.world.until(lambda: len(company.world.pids("engine")) == 2, what="a new engine")
    await company.world.until(company.world.takes_calls, what="an engine that is back")
    journey = await company.world.journey(company.admin)
    assert (journey["ended_by"], journey["loss_reason"]) == ("system", None)
    assert "engine_lost" in [leg["cause"] for leg in journey["legs"]]
    caller.kill()
    await caller.wait()

    again, call = await company.talk()
    await call.hang_up()
    await again.communicate()
