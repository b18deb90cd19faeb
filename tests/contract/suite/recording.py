"""Messages and talks on tape."""

from callroom.core.ids import TapeId
from callroom.telephony.port import (
    LegArrived,
    TapeEnded,
)
from contract.suite.scenes import OUT, ROOM, answered_ana, answered_caller, end
from contract.world import World, finished


async def test_a_message_is_recorded_until_hash(world: World):
    await world.phone_on()
    ana = await world.ana_calls("*98")
    leg = (await world.saw(LegArrived)).leg
    await world.telephony.answer(leg)
    await ana.answered()
    await world.telephony.record_message(TapeId("m1"), leg, "messages/m1", longest=30, silence=10)
    await world.message_grows("messages/m1")
    await ana.press("#")
    tape = await world.saw(TapeEnded)
    assert tape.complete and tape.seconds > 0.5
    world.check_tape(tape, "messages/m1")
    await end(world, leg)
    await finished(world)


async def test_a_recording_goes_with_its_leg_from_room_to_room(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    await t.record_conversation(TapeId("t2"), leg, "t2")
    await t.start_music(leg)
    ana = await answered_ana(world)
    await t.open_room(ROOM)
    await t.enter(ROOM, leg, OUT)
    await caller.hears(ana)
    await t.stop_tape(TapeId("t2"))
    tape = await world.saw(TapeEnded)
    assert tape.complete
    world.check_tape(tape, "t2", caller, ana)
    await end(world, leg, OUT)
    await t.close_room(ROOM)
    await finished(world)
