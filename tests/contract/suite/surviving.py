"""What outlives a lost connection, a server, and an engine."""

import asyncio

import pytest

from callroom.core.ids import SoundId, TapeId
from callroom.telephony.port import (
    DigitPressed,
    EndCause,
    EngineLost,
    EngineReady,
    EngineUnreachable,
    FromTrunk,
    LegEnded,
    LegHeld,
    TapeEnded,
)
from contract.suite.scenes import BESIDE, EAR, OUT, ROOM, answered_ana, answered_caller, end, parted, talking_ana, three
from contract.world import CITY, World, finished


async def test_calls_survive_a_lost_connection_and_end_with_the_engine(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    await t.play(SoundId("menu"), leg, [world.sound(900, 20.0).file])
    await t.set_checkpoint(leg, '{"node": "menu"}')
    await t.open_room(ROOM)
    await t.enter(ROOM, leg)
    await world.lose_connection()
    await world.saw(EngineLost)
    with pytest.raises(EngineUnreachable):
        await t.hang_up(leg)
    world.events.clear()
    await world.connect_again()
    ready = await world.saw(EngineReady)
    assert not ready.fresh
    (seen,) = ready.snapshot.legs
    assert (seen.leg, seen.answered, seen.checkpoint, seen.origin) == (leg, True, '{"node": "menu"}', FromTrunk(CITY))
    (room,) = ready.snapshot.rooms
    assert (room.room, room.legs) == (ROOM, (leg,))
    await caller.press("7")
    assert (await world.saw(DigitPressed)).digit == "7"
    world.events.clear()
    await world.restart_engine()
    ready = await world.saw(EngineReady, timeout=15)
    assert ready.fresh and ready.snapshot.legs == ()
    ended = await world.saw(LegEnded, lambda e: e.leg == leg)
    assert ended.cause is EndCause.ENGINE_LOST
    assert world.events.index(ended) < world.events.index(ready)
    await finished(world)


async def test_a_new_server_finds_the_calls_of_one_that_died(world: World):
    caller, leg = await answered_caller(world)
    ana = await answered_ana(world)
    t = world.telephony
    await t.open_room(ROOM)
    await t.enter(ROOM, leg, OUT)
    await t.set_checkpoint(leg, "main")
    await t.record_conversation(TapeId("t4"), leg, "t4")
    await caller.hears(ana)
    await world.new_server()
    t = world.telephony
    ready = await world.saw(EngineReady)
    assert not ready.fresh
    seen = {each.leg: each for each in ready.snapshot.legs}
    assert seen.keys() == {leg, OUT}
    main, out = seen[leg], seen[OUT]
    assert (main.origin, main.dialled, main.answered, main.checkpoint) == (FromTrunk(CITY), "88001", True, "main")
    assert (out.origin, out.answered, out.checkpoint) == (None, True, "")
    (room,) = ready.snapshot.rooms
    assert (room.room, set(room.legs)) == (ROOM, {leg, OUT})
    assert ready.snapshot.tapes == (TapeId("t4"),)
    await caller.hears(ana)
    await caller.press("3")
    assert (await world.saw(DigitPressed)).leg == leg
    await t.leave(ROOM, OUT)
    await caller.hears_nothing()
    await t.enter(ROOM, OUT)
    await caller.hears(ana)
    await asyncio.sleep(1)  # of talk: a tape is written a moment later than it is heard
    await t.stop_tape(TapeId("t4"))
    tape = await world.saw(TapeEnded)
    assert tape.complete
    world.check_tape(tape, "t4", caller, ana)
    await ana.hang_up()
    assert (await world.saw(LegEnded)).leg == OUT
    await t.hang_up(leg)
    await world.saw(LegEnded, lambda e: e.leg == leg)
    await t.close_room(ROOM)
    await finished(world)


async def test_a_new_server_finds_who_listens_and_ends_it(world: World):
    (caller, leg), ana, (leader, leaders) = await three(world)
    await world.telephony.listen_to(EAR, OUT, BESIDE)
    await leader.hears_both(caller, ana)
    await world.new_server()
    t = world.telephony
    ready = await world.saw(EngineReady)
    assert ready.snapshot.ears == (EAR,)
    assert {each.leg for each in ready.snapshot.legs} == {leg, OUT, leaders}
    assert {room.room: set(room.legs) for room in ready.snapshot.rooms} == {ROOM: {leg, OUT}, BESIDE: {leaders}}
    await t.stop_listening(EAR)
    await leader.hears_nothing()
    await caller.hears(ana)
    await end(world, leg, OUT, leaders)
    await t.close_room(ROOM)
    await t.close_room(BESIDE)
    await finished(world)


async def test_a_caller_who_left_while_the_connection_was_lost_is_told_as_ended(world: World):
    caller, leg = await answered_caller(world)
    await world.lose_connection()
    await world.saw(EngineLost)
    await caller.hang_up()
    await world.connect_again()
    ready = await world.saw(EngineReady)
    assert ready.snapshot.legs == ()
    assert (await world.saw(LegEnded)).leg == leg
    await finished(world)


async def test_who_is_held_by_the_other_party_goes_on_hearing_music_with_a_new_server(world: World):
    caller, leg = await answered_caller(world)
    ana = await talking_ana(world, caller, leg)
    await ana.hold()
    await world.saw(LegHeld, lambda e: e.leg == OUT)
    await caller.hears_music()
    await world.new_server()
    await world.saw(EngineReady)
    await asyncio.sleep(0.5)  # in which the engine does what the new one asks as it looks around
    await caller.hears_music()
    await ana.resume()
    await caller.hears(ana)
    await parted(world, leg)
