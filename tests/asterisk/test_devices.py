"""Who may register and call at a real engine, and who is turned away."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from world import CARRIER, ENGINE, PHONE, EngineWorld, engine_world

from callroom.core.ids import DeviceId, LegId, TrunkId
from callroom.demo.phone import CallRefused, Phone, RegistrationRefused, Tone
from callroom.demo.phone.transaction import Dialog
from callroom.telephony.port import (
    CallerId,
    DeviceChanged,
    DeviceRefused,
    DeviceSetup,
    DeviceState,
    FromDevice,
    FromTrunk,
    LegAnswered,
    LegArrived,
    LegEnded,
    ToDevice,
    TrunkSetup,
)

ANA, BO, CITY = DeviceId("ana"), DeviceId("bo"), TrunkId("city")
OUT = LegId("out")


@dataclass
class Exchange:
    engine: EngineWorld
    ends: contextlib.AsyncExitStack

    async def phone(self, user: str, secret: str, *, host: str = PHONE, port: int = 0) -> Phone:
        phone = Phone(bind=host, port=port, user=user, password=secret, registrar=(ENGINE, 5060))
        return await self.ends.enter_async_context(phone)

    def arrivals(self) -> list[LegArrived]:
        return [event for event in self.engine.events if isinstance(event, LegArrived)]


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    async with engine_world() as engine, contextlib.AsyncExitStack() as ends:
        for device in (ANA, BO):
            await engine.telephony.put_device(DeviceSetup(device, "sip", f"{device} secret", device, "801"))
        await engine.telephony.put_trunk(TrunkSetup(CITY, "address", CARRIER, port=5070))
        yield Exchange(engine, ends)


async def test_a_wrong_secret_is_told_with_name_and_address(exchange: Exchange):
    phone = await exchange.phone(ANA, "wrong")
    with pytest.raises(RegistrationRefused, match="401"):
        await phone.register()
    refused = await exchange.engine.saw(DeviceRefused)
    host, port = phone.address
    assert (refused.device, refused.address) == (ANA, f"{host}:{port}")
    with pytest.raises(CallRefused, match="401"):
        await (await phone.dial("801")).answered()
    assert not exchange.arrivals()


async def test_names_nobody_has_are_told_too(exchange: Exchange):
    phone = await exchange.phone("nobody", "any")
    with pytest.raises(RegistrationRefused, match="401"):
        await phone.register()
    refused = await exchange.engine.saw(DeviceRefused)
    assert refused.device == "nobody"
    await asyncio.sleep(0.3)  # in which nobody else may be told
    names = {event.device for event in exchange.engine.events if isinstance(event, DeviceRefused)}
    assert names == {"nobody"}


async def test_a_phone_that_signs_in_rightly_is_never_told_as_refused(exchange: Exchange):
    phone = await exchange.phone(ANA, "ana secret")
    for _ in range(3):
        await phone.register()
    call = await phone.dial("88001")
    leg = (await exchange.engine.saw(LegArrived)).leg
    await exchange.engine.telephony.answer(leg)
    await call.answered()
    await call.hang_up()
    await exchange.engine.saw(LegEnded)
    assert not [event for event in exchange.engine.events if isinstance(event, DeviceRefused)]


async def test_a_phone_cannot_register_in_anothers_name(exchange: Exchange):
    phone = await exchange.phone(ANA, "ana secret")
    ours = f"sip:{ENGINE}:5060"
    phone._registration = Dialog(  # pyright: ignore[reportPrivateUsage] - no phone of ours would do this
        call_id="c1", local=f"<sip:ana@{ENGINE}>;tag=t1", remote=f"<sip:bo@{ENGINE}>", target=ours, contact=phone.uri
    )
    with pytest.raises(RegistrationRefused, match=r"404|403"):
        await phone.register()
    assert not [event for event in exchange.engine.events if isinstance(event, DeviceChanged)]


async def test_calls_from_unknown_addresses_are_refused_whatever_name_they_give(exchange: Exchange):
    for name in ("trunk.city", "city", "anonymous", "asterisk", "13800138000"):
        phone = await exchange.phone(name, "any")
        with pytest.raises(CallRefused, match="401"):
            await (await phone.dial("88001", Tone(440))).answered()
    assert not exchange.arrivals()
    assert await exchange.engine.leaks() == []


async def test_a_trunk_is_known_by_its_address_only(exchange: Exchange):
    phone = await exchange.phone("ana", "any", host=CARRIER, port=5070)  # the carrier may show any number
    await phone.dial("88001", Tone(440))
    assert (await exchange.engine.saw(LegArrived)).origin == FromTrunk(CITY)


async def test_names_of_the_dialplan_lead_only_to_the_server(exchange: Exchange):
    phone = await exchange.phone(ANA, "ana secret")
    await phone.register()
    for door in ("alone", "s", "from-trunk", "emergency"):
        call = await phone.dial(door, Tone(700))
        arrived = await exchange.engine.saw(LegArrived, lambda e, door=door: e.dialled == door)
        assert arrived.origin == FromDevice(ANA)
        await exchange.engine.telephony.hang_up(arrived.leg)
        await call.wait_ended()


async def test_the_dialplans_own_extensions_are_no_numbers(exchange: Exchange):
    phone = await exchange.phone(ANA, "ana secret")
    await phone.register()
    for door in ("h", "i", "t", "T", "o", "a"):
        with pytest.raises(CallRefused, match=r"404|484"):
            await (await phone.dial(door, Tone(700))).answered()
    assert not exchange.arrivals()


async def test_a_page_that_is_reloaded_replaces_itself(exchange: Exchange):
    first = await exchange.phone(ANA, "ana secret")
    await first.register()
    await exchange.engine.saw(DeviceChanged, lambda e: e.state is DeviceState.ONLINE)
    second = await exchange.phone(ANA, "ana secret")
    await second.register()
    place = "{}:{}".format(*second.address)
    await exchange.engine.saw(DeviceChanged, lambda e: e.state is DeviceState.ONLINE and place in e.contact)
    await exchange.engine.telephony.dial(OUT, ToDevice(ANA), shown=CallerId("1"), timeout=10)
    await (await second.incoming()).answer(Tone(700))
    await exchange.engine.saw(LegAnswered)
    await exchange.engine.telephony.hang_up(OUT)
    await exchange.engine.saw(LegEnded)


async def test_codecs_are_offered_by_the_kind_of_device(exchange: Exchange):
    telephony = exchange.engine.telephony
    page = DeviceId("page")
    await telephony.put_device(DeviceSetup(page, "browser", "page secret", "Page", "802"))
    for device, secret, first in ((ANA, "ana secret", ["8", "0", "9"]), (page, "page secret", ["107", "8", "0"])):
        phone = await exchange.phone(device, secret)
        await phone.register()
        await exchange.engine.saw(DeviceChanged, lambda e, device=device: e.device == device)
        leg = LegId(f"to {device}")
        await telephony.dial(leg, ToDevice(device), shown=CallerId("1"), timeout=10)
        await phone.incoming()
        assert phone.trace.rpartition("m=audio ")[2].split("\r\n")[0].split()[2:5] == first
        await telephony.hang_up(leg)
        await exchange.engine.saw(LegEnded, lambda e, leg=leg: e.leg == leg)
