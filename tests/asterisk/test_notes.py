"""Where calls stand is kept through everything that happens while a new server looks around."""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from world import CARRIER, ENGINE, EngineWorld, engine_world

from callroom.core.ids import TrunkId
from callroom.demo.phone import Phone
from callroom.telephony.asterisk.adapter import AsteriskTelephony
from callroom.telephony.asterisk.link import Link
from callroom.telephony.port import EngineReady, LegArrived, Snapshot, TelephonyEvent, TrunkSetup

CITY = TrunkId("city")


async def test_a_call_that_comes_while_a_new_server_looks_around_costs_no_note():
    async with engine_world() as world, Phone(bind=CARRIER, user="carrier") as carrier:
        host, port = carrier.address
        await world.telephony.put_trunk(TrunkSetup(CITY, "address", host, port=port, match=(f"{CARRIER}/32",)))
        first = await _arrives(world, carrier)
        await world.telephony.set_checkpoint(first.leg, "waiting")
        looks, come = asyncio.Event(), asyncio.Event()

        def slow(telephony: AsteriskTelephony) -> None:
            look = telephony._look  # pyright: ignore[reportPrivateUsage]

            async def after_the_second_call(link: Link) -> tuple[bool, Snapshot]:
                looks.set()
                await come.wait()
                return await look(link)

            def hear(event: TelephonyEvent) -> None:
                world.note(event)
                if isinstance(event, LegArrived):
                    telephony.set_checkpoint(event.leg, "arrived")
                    come.set()

            telephony._look = after_the_second_call  # pyright: ignore[reportPrivateUsage]
            telephony.subscribe(hear)

        await world.new_adapter(slow)
        await looks.wait()
        second = await _arrives(world, carrier)
        ready = await world.saw(EngineReady)
        seen = {leg.leg: leg.checkpoint for leg in ready.snapshot.legs}
        assert seen == {first.leg: "waiting", second.leg: "arrived"}
        await world.new_adapter()
        ready = await world.saw(EngineReady)
        assert {leg.leg: leg.checkpoint for leg in ready.snapshot.legs} == seen


async def _arrives(world: EngineWorld, carrier: Phone) -> LegArrived:
    await carrier.dial(f"sip:88001@{ENGINE}:5060", caller="13800138000")
    return await world.saw(LegArrived)
