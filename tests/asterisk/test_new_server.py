"""Calls that come and go while a new server still looks what the engine holds are neither lost nor made up."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from world import CARRIER, ENGINE, EngineWorld, engine_world

from callroom.core.ids import TrunkId
from callroom.demo.phone import OutgoingCall, Phone
from callroom.telephony.asterisk.adapter import AsteriskTelephony
from callroom.telephony.port import EngineReady, LegArrived, LegEnded, TelephonyEvent, TrunkSetup

CITY = TrunkId("city")


class City:
    """An engine with a line, callers on it, and servers that are slow to look around."""

    def __init__(self, world: EngineWorld, carrier: Phone) -> None:
        self.world, self.carrier = world, carrier
        self.asks, self.goes_on = asyncio.Event(), asyncio.Event()

    async def call(self) -> tuple[OutgoingCall, LegArrived]:
        call = await self.carrier.dial(f"sip:88001@{ENGINE}:5060", caller="13800138000")
        before = [event for event in self.world.events if isinstance(event, LegArrived)]
        return call, await self.world.saw(LegArrived, lambda event: event not in before)

    async def slow_server(self, path: str) -> None:
        """Another server, which waits at this question to the engine until ``goes_on``; returns when it asks."""

        def slow(telephony: AsteriskTelephony) -> None:
            send: Callable[..., Any] = telephony.main.send

            def asked(method: str, asked_for: str, *more: Any) -> Any:
                if (method, asked_for) != ("GET", path):
                    return send(method, asked_for, *more)
                self.asks.set()

                async def later() -> str:
                    await self.goes_on.wait()
                    return await send(method, asked_for, *more)

                return later()

            def hear(event: TelephonyEvent) -> None:
                self.world.note(event)
                if isinstance(event, LegArrived):
                    telephony.set_checkpoint(event.leg, "arrived")

            telephony.main.send = asked  # pyright: ignore[reportAttributeAccessIssue]
            telephony.subscribe(hear)

        await self.world.new_adapter(slow)
        await self.asks.wait()


@pytest.fixture
async def city() -> AsyncIterator[City]:
    async with engine_world() as world, Phone(bind=CARRIER, user="carrier") as carrier:
        host, port = carrier.address
        await world.telephony.put_trunk(TrunkSetup(CITY, "address", host, port=port, match=(f"{CARRIER}/32",)))
        yield City(world, carrier)


# Before the engine has told its channels, and after it has.
@pytest.mark.parametrize("question", ["channels", "bridges"])
async def test_a_call_that_comes_meanwhile_is_kept_and_costs_no_note(city: City, question: str):
    _, first = await city.call()
    await city.world.telephony.set_checkpoint(first.leg, "waiting")
    await city.slow_server(question)
    second_call, second = await city.call()
    city.goes_on.set()
    ready = await city.world.saw(EngineReady)
    seen = {leg.leg: leg.checkpoint for leg in ready.snapshot.legs}
    assert seen[first.leg] == "waiting"
    await city.world.telephony.answer(second.leg)
    await second_call.answered()
    assert not [event for event in city.world.events if isinstance(event, LegEnded)]
    await city.world.new_adapter()
    ready = await city.world.saw(EngineReady)
    assert {leg.leg: leg.checkpoint for leg in ready.snapshot.legs} == {first.leg: "waiting", second.leg: "arrived"}


async def test_who_goes_meanwhile_is_not_seen(city: City):
    call, first = await city.call()
    _, second = await city.call()
    await city.slow_server("bridges")
    await call.hang_up()

    async def is_gone() -> bool:
        return first.leg not in await city.world.telephony.aux.send("GET", "channels")

    while not await is_gone():  # noqa: ASYNC110  # no event is to tell it
        await asyncio.sleep(0.02)
    city.goes_on.set()
    ready = await city.world.saw(EngineReady)
    assert [leg.leg for leg in ready.snapshot.legs] == [second.leg]
