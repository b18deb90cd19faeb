"""Who is there when a promise is tried."""

from callroom.core.ids import EarId, LegId, RoomId
from callroom.telephony.port import (
    CallerId,
    LegAnswered,
    LegArrived,
    LegEnded,
    ToDevice,
)
from contract.world import ANA, Somebody, World, finished

OUT = LegId("out")
ROOM = RoomId("room")
SHOWN = CallerId("13800138000")
EAR, BESIDE = EarId("e1"), RoomId("beside")


async def answered_caller(world: World) -> tuple[Somebody, LegId]:
    caller = await world.call_in("88001")
    leg = (await world.saw(LegArrived)).leg
    await world.telephony.answer(leg)
    await caller.answered()
    return caller, leg


async def answered_ana(world: World) -> Somebody:
    await world.phone_on()
    await world.telephony.dial(OUT, ToDevice(ANA), shown=SHOWN, timeout=20)
    ana = await world.at_ana()
    await ana.answer()
    await world.saw(LegAnswered, lambda e: e.leg == OUT)
    return ana


async def talking_ana(world: World, caller: Somebody, leg: LegId) -> Somebody:
    """She answers, and the two hear each other."""
    ana = await answered_ana(world)
    await world.telephony.open_room(ROOM)
    await world.telephony.enter(ROOM, leg, OUT)
    await caller.hears(ana)
    return ana


async def parted(world: World, leg: LegId) -> None:
    """A caller and Ana go, and with them all that was there."""
    await end(world, leg, OUT)
    await world.telephony.close_room(ROOM)
    await finished(world)


async def answered_leader(world: World) -> tuple[Somebody, LegId]:
    """A second one calls in, who listens to the others."""
    leader = await world.call_in("88002", "13700137000")
    leg = (await world.saw(LegArrived, lambda e: e.caller == "13700137000")).leg
    await world.telephony.answer(leg)
    await leader.answered()
    return leader, leg


async def end(world: World, *legs: LegId) -> None:
    for leg in legs:
        await world.telephony.hang_up(leg)
        await world.saw(LegEnded, lambda e, leg=leg: e.leg == leg)


async def three(world: World) -> tuple[tuple[Somebody, LegId], Somebody, tuple[Somebody, LegId]]:
    """A caller talks with Ana; a leader beside them has an ear on her leg."""
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await talking_ana(world, caller, leg)
    leader, leaders = await answered_leader(world)
    await t.open_room(BESIDE)
    await t.enter(BESIDE, leaders)
    return (caller, leg), ana, (leader, leaders)
