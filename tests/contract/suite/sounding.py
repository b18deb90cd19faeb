"""What a party hears by the engine itself: sounds and music."""

import asyncio

from callroom.core.ids import LegId, RoomId, SoundId, TapeId
from callroom.telephony.port import (
    FromDevice,
    LegArrived,
    LegEnded,
    SoundEnded,
    TapeEnded,
)
from contract.suite.scenes import OUT, ROOM, answered_ana, answered_caller, end, parted
from contract.world import ANA, World, finished


async def test_a_device_hears_a_list_of_sounds_and_stops_it(world: World):
    t = world.telephony
    await world.phone_on()
    ana = await world.ana_calls("*97", {"Ticket": "abc"})
    arrived = await world.saw(LegArrived)
    assert (arrived.origin, arrived.dialled, arrived.headers) == (FromDevice(ANA), "*97", {"ticket": "abc"})
    await t.answer(arrived.leg)
    await ana.answered()
    one, two = world.sound(500, 2.0), world.sound(900, 2.0)
    await t.play(SoundId("s1"), arrived.leg, [one.file, two.file])
    await ana.hears(one)
    await ana.hears(two)
    await t.stop_sound(SoundId("s1"))
    assert not (await world.saw(SoundEnded)).completed
    await ana.hears_nothing()
    await end(world, arrived.leg)
    await finished(world)


async def test_a_sound_is_heard_to_its_end_and_a_hang_up_ends_the_next(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    await t.play(SoundId("whole"), leg, [world.sound(500, 0.5).file])
    ended = await world.saw(SoundEnded)
    assert (ended.sound, ended.leg, ended.completed) == ("whole", leg, True)
    long = world.sound(900, 20.0)
    await t.play(SoundId("cut"), leg, [long.file])
    await caller.hears(long)
    await caller.hang_up()
    assert not (await world.saw(SoundEnded, lambda e: e.sound == "cut")).completed
    await world.saw(LegEnded)
    await finished(world)


async def test_a_sound_in_a_room_is_heard_by_all(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await answered_ana(world)
    await t.open_room(ROOM)
    await t.enter(ROOM, leg, OUT)
    await t.mute(leg, True)
    await t.mute(OUT, True)
    notice = world.sound(900, 3.0)
    await t.play_in_room(SoundId("notice"), ROOM, [notice.file])
    await caller.hears(notice)
    await ana.hears(notice)
    ended = await world.saw(SoundEnded)
    assert (ended.leg, ended.completed) == (None, True)
    await parted(world, leg)


async def test_a_leg_in_no_room_hears_music_until_it_is_stopped(world: World):
    caller, leg = await answered_caller(world)
    await world.telephony.start_music(leg)
    await caller.hears_music()
    await world.telephony.stop_music(leg)
    await caller.hears_nothing()
    await end(world, leg)
    await finished(world)


async def test_a_piece_of_music_of_ones_own_is_played_over_and_over_with_sounds_instead_of_it(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    waltz, march, notice = world.sound(600, 1.0), world.sound(1500, 1.0), world.sound(900, 1.5)
    await t.set_music({"waltz": waltz.file, "march": march.file})
    await t.start_music(leg, "waltz")
    for _ in range(3):
        await caller.hears(waltz)
        await asyncio.sleep(0.6)  # three times is longer than it lasts
    await t.play(SoundId("notice"), leg, [notice.file])
    await caller.hears(notice)
    await world.saw(SoundEnded)
    await caller.hears(waltz)
    await t.set_music({"waltz": waltz.file})
    await caller.hears(waltz)
    await t.start_music(leg, "march")  # gone
    await caller.hears_music()
    await t.set_music({"waltz": march.file})
    await t.start_music(leg, "waltz")
    await caller.hears(march)
    await t.stop_music(leg)
    await caller.hears_nothing()
    await end(world, leg)
    await finished(world)


async def test_a_command_nobody_awaits_is_carried_out_in_its_turn_and_raises_nothing(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    t.start_music(leg)
    t.close_room(RoomId("never opened"))
    t.stop_sound(SoundId("never played"))
    t.hang_up(LegId("never there"))
    await caller.hears_music()
    await end(world, leg)
    await finished(world)


async def test_entering_a_room_stops_what_is_played_to_the_leg(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await answered_ana(world)
    await t.open_room(ROOM)
    await t.enter(ROOM, OUT)
    long = world.sound(900, 20.0)
    await t.play(SoundId("first"), leg, [long.file])
    await t.play(SoundId("second"), leg, [long.file])
    await caller.hears(long)
    await t.enter(ROOM, leg)
    await caller.hears(ana)
    await ana.hears(caller)
    for sound in ("first", "second"):
        assert not (await world.saw(SoundEnded, lambda e, sound=sound: e.sound == sound)).completed
    await parted(world, leg)


async def test_a_sound_after_the_room_was_closed_comes_to_its_end(world: World):
    t = world.telephony
    _, leg = await answered_caller(world)
    await answered_ana(world)
    notice = world.sound(900, 0.2)
    for turn in range(20):  # an engine that loses one does so now and then
        room, sound = RoomId(f"room-{turn}"), SoundId(f"sound-{turn}")
        t.open_room(room)
        await t.enter(room, leg, OUT)
        t.close_room(room)
        t.play(sound, leg, [notice.file])
        await world.saw(SoundEnded, lambda e, sound=sound: e.sound == sound)
    await end(world, leg, OUT)
    await finished(world)


async def test_an_answer_stops_what_was_played_before_it(world: World):
    t = world.telephony
    caller = await world.call_in("88001")
    leg = (await world.saw(LegArrived)).leg
    long = world.sound(900, 20.0)
    await t.play(SoundId("early"), leg, [long.file])
    await caller.hears(long)
    await t.answer(leg)
    await caller.answered()
    assert not (await world.saw(SoundEnded)).completed
    await caller.hears_nothing()
    await end(world, leg)
    await finished(world)


async def test_a_sound_does_not_hold_commands_up(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    long = world.sound(900, 20.0)
    await t.play(SoundId("long"), leg, [long.file])
    await caller.hears(long)
    await t.set_checkpoint(leg, "announcing")
    await t.mute(leg, True)
    await t.record_conversation(TapeId("t3"), leg, "t3")
    await t.stop_tape(TapeId("t3"))
    await world.saw(TapeEnded)
    await caller.hears(long)
    assert not [event for event in world.events if isinstance(event, SoundEnded)]
    await end(world, leg)
    await finished(world)
