"""Messages and talks on tape."""

import asyncio

import pytest

from callroom.core.ids import TapeId
from callroom.telephony.port import (
    LegArrived,
    TapeEnded,
)
from contract.suite.scenes import answered_caller, end, parted, talking_ana
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
    ana = await talking_ana(world, caller, leg)
    await asyncio.sleep(1)  # of talk: a tape is written a moment later than it is heard
    await t.stop_tape(TapeId("t2"))
    tape = await world.saw(TapeEnded)
    assert tape.complete
    world.check_tape(tape, "t2", caller, ana)
    await parted(world, leg)


@pytest.mark.parametrize("begun", [True, False])
async def test_a_recording_that_is_stopped_at_once_is_told_of_all_the_same(world: World, begun: bool):
    t = world.telephony
    _, leg = await answered_caller(world)
    for turn in range(5):  # an engine that forgets one does so now and then
        tape = TapeId(f"tape-{turn}")
        sent = t.record_conversation(tape, leg, tape)
        if begun:
            await sent
        await t.stop_tape(tape)
        await world.saw(TapeEnded, lambda e, tape=tape: e.tape == tape)
    await end(world, leg)
    await finished(world)
