"""Callers while the server is away: the engine alone rings the emergency phones, or says that it cannot help."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

sys.path.insert(0, str(Path(__file__).parent))
from world import CARRIER, ENGINE, PHONE, EngineWorld, own_network

from callroom.core.ids import DeviceId, TrunkId
from callroom.demo.phone import Call, EndReason, Phone, Tone
from callroom.demo.tones import RATE
from callroom.media.prompts import prompts_folder, system_prompt
from callroom.telephony.port import DeviceChanged, DeviceSetup, DeviceState, EngineReady, TrunkSetup

DUTY = DeviceId("duty")
CITY = TrunkId("city")
SORRY = system_prompt("server_away", "zh")
AT_CARRIER, AT_DUTY = 440, 700  # Hz


class Alone:
    """An engine whose server went away after it had told the devices and lines."""

    def __init__(self, engine: EngineWorld, carrier: Phone, phone: Phone) -> None:
        self.engine, self.carrier, self.phone = engine, carrier, phone

    async def call_in(self) -> Call:
        return await self.carrier.dial(f"sip:88001@{ENGINE}:5060", Tone(AT_CARRIER), caller="13800138000")

    async def came_back(self) -> None:
        """The server comes back; nothing may be left over of the calls it missed."""
        self.engine.events.clear()
        await self.engine.start_adapter()
        ready = await self.engine.saw(EngineReady)
        assert not ready.fresh
        assert await self.engine.leaks() == []


@asynccontextmanager
async def alone(*emergency: DeviceId, registered: bool = True) -> AsyncIterator[Alone]:
    with own_network(), tempfile.TemporaryDirectory(prefix="callroom-") as folder:
        engine = EngineWorld(Path(folder))
        engine.settings = replace(engine.settings, emergency=emergency, sorry=SORRY, prompts=(prompts_folder(),))
        try:
            async with AsyncExitStack() as phones:
                carrier = await phones.enter_async_context(
                    Phone(bind=CARRIER, port=5070, user="carrier", codecs=("PCMA",))
                )
                phone = await phones.enter_async_context(
                    Phone(bind=PHONE, user=DUTY, password="secret", registrar=(ENGINE, 5060))
                )
                await engine.start_engine()
                await engine.start_adapter()
                await engine.saw(EngineReady)
                await engine.telephony.put_device(DeviceSetup(DUTY, "sip", "secret", "Duty", "801"))
                await engine.telephony.put_trunk(TrunkSetup(CITY, "address", CARRIER, port=5070))
                if registered:
                    await phone.register()
                    await engine.saw(DeviceChanged, lambda e: e.device == DUTY and e.state is DeviceState.ONLINE)
                await engine.stop_adapter()
                yield Alone(engine, carrier, phone)
        finally:
            await engine.close()


def likeness(heard: np.ndarray, prompt: np.ndarray) -> float:
    """How much of ``heard`` is ``prompt`` (0 to 1): the loudness of both, step by step, at the best fit in time."""

    def loudness(samples: np.ndarray) -> np.ndarray:
        steps = samples[: samples.size // 400 * 400].astype(np.float64).reshape(-1, 400)
        level = np.sqrt((steps**2).mean(axis=1))
        return level - level.mean()

    ours, theirs = loudness(heard), loudness(prompt)
    fit = np.correlate(ours, theirs, "full").max()
    return float(fit / (np.linalg.norm(ours) * np.linalg.norm(theirs)))


async def hears_the_apology_and_is_hung_up(call: Call) -> None:
    prompt, rate = soundfile.read(f"{SORRY}.wav", dtype="int16")
    length = len(prompt) / rate
    await call.answered()
    assert await call.wait_ended() is EndReason.HUNG_UP_THERE
    heard = call.heard.samples()
    heard = heard[heard != 0]  # without the gaps of a busy machine: A-law has no code for naught
    assert heard.size / RATE == pytest.approx(length, abs=0.5)
    assert likeness(heard, prompt) > 0.8


async def test_a_caller_hears_that_nobody_can_be_reached():
    async with alone() as site:
        await hears_the_apology_and_is_hung_up(await site.call_in())
        await site.came_back()


async def test_the_emergency_phone_rings_and_both_hear_each_other():
    async with alone(DUTY) as site:
        call = await site.call_in()
        ringing = await site.phone.incoming()
        assert ringing.caller_number == "13800138000"
        ringing.ring()
        await ringing.answer(Tone(AT_DUTY))
        await call.answered()
        await asyncio.gather(call.heard.wait_tone(AT_DUTY), ringing.heard.wait_tone(AT_CARRIER))
        await call.hang_up()
        assert await ringing.wait_ended() is EndReason.HUNG_UP_THERE
        await site.came_back()


@pytest.mark.parametrize("registered", [True, False])
async def test_a_caller_whom_the_emergency_phone_does_not_take_hears_it_too(registered: bool):
    async with alone(DUTY, registered=registered) as site:
        call = await site.call_in()
        if registered:
            (await site.phone.incoming()).reject(486)
        await hears_the_apology_and_is_hung_up(call)
        await site.came_back()
