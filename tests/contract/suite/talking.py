"""Parties that hear each other, and what a party does within a call."""

import asyncio

import pytest

from callroom.core.ids import LegId, RoomId, SoundId, TapeId
from callroom.telephony.port import (
    DigitPressed,
    EndCause,
    FromTrunk,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegGone,
    LegHeld,
    LegResumed,
    LegRinging,
    SoundEnded,
    TapeEnded,
    ToDevice,
)
from contract.suite.scenes import OUT, ROOM, SHOWN, answered_ana, answered_caller, end, parted, talking_ana
from contract.world import ANA, CITY, World, finished


async def test_a_caller_and_a_device_hear_each_other_and_are_recorded(world: World):
    t = world.telephony
    await world.phone_on()
    caller = await world.call_in("88001", "13800138000")
    arrived = await world.saw(LegArrived)
    assert (arrived.origin, arrived.dialled, arrived.caller) == (FromTrunk(CITY), "88001", "13800138000")
    await t.answer(arrived.leg)
    await caller.answered()
    await t.record_conversation(TapeId("t1"), arrived.leg, "2026/t1")
    await t.dial(OUT, ToDevice(ANA), shown=SHOWN, timeout=20, headers={"Call": "c1"})
    ana = await world.at_ana()
    assert (ana.header("Call"), ana.shown_number) == ("c1", "13800138000")
    ana.ring()
    await world.saw(LegRinging, lambda e: e.leg == OUT)
    await ana.answer()
    await world.saw(LegAnswered, lambda e: e.leg == OUT)
    await t.open_room(ROOM)
    await t.enter(ROOM, arrived.leg, OUT)
    await caller.hears(ana)
    await ana.hears(caller)
    await caller.press("5")
    assert (await world.saw(DigitPressed)).digit == "5"
    assert len([e for e in world.events if isinstance(e, DigitPressed)]) == 1
    await caller.hang_up()
    assert (await world.saw(LegEnded, lambda e: e.leg == arrived.leg)).cause is EndCause.NORMAL
    await end(world, OUT)
    tape = await world.saw(TapeEnded)
    assert tape.complete
    world.check_tape(tape, "2026/t1")
    await t.close_room(ROOM)
    await finished(world)


async def test_a_waiting_caller_hears_music_and_sounds_instead_of_it_until_he_talks(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await answered_ana(world)
    await t.start_music(leg)
    await caller.hears_music()
    notice = world.sound(900, 1.5)
    await t.play(SoundId("notice"), leg, [notice.file])
    await caller.hears(notice)
    await world.saw(SoundEnded)
    await caller.hears_music()
    await t.open_room(ROOM)
    await t.enter(ROOM, leg, OUT)
    await caller.hears(ana)
    await ana.hears(caller)
    await t.play(SoundId("again"), leg, [notice.file])
    await caller.hears(notice)
    await world.saw(SoundEnded, lambda e: e.sound == "again")
    await caller.hears(ana)
    await t.start_music(leg)
    await caller.hears_music()
    await ana.hears_nothing()
    await t.enter(ROOM, leg)
    await caller.hears(ana)
    await ana.hears(caller)
    await parted(world, leg)


async def test_a_muted_party_is_not_heard_until_it_is_unmuted(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await talking_ana(world, caller, leg)
    await t.mute(OUT, True)
    await caller.hears_nothing()
    await ana.hears(caller)
    await t.mute(OUT, False)
    await caller.hears(ana)
    await parted(world, leg)


async def test_a_leg_leaves_a_room_and_a_closed_room_leaves_its_legs_connected(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await talking_ana(world, caller, leg)
    await t.leave(ROOM, leg)
    await ana.hears_nothing()
    await t.enter(ROOM, leg)
    await ana.hears(caller)
    await t.close_room(ROOM)
    await ana.hears_nothing()
    again = RoomId("room-2")
    await t.open_room(again)
    await t.enter(again, leg, OUT)
    await caller.hears(ana)
    await end(world, leg, OUT)
    await t.close_room(again)
    await finished(world)


async def test_a_party_holds_and_comes_back(world: World):
    caller, leg = await answered_caller(world)
    ana = await talking_ana(world, caller, leg)
    await ana.hold()
    await world.saw(LegHeld, lambda e: e.leg == OUT)
    await ana.resume()
    await world.saw(LegResumed, lambda e: e.leg == OUT)
    await caller.hears(ana)
    await parted(world, leg)


async def test_who_is_tied_cannot_let_the_other_wait_with_music(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await answered_ana(world)
    await t.open_room(ROOM)
    await t.enter(ROOM, leg, OUT)
    for party in (leg, OUT):
        await t.tie(party)
    await caller.hears(ana)
    await ana.hold()
    await caller.hears_nothing()
    await ana.resume()
    await caller.hears(ana)
    await ana.hears(caller)
    await parted(world, leg)


async def test_keys_reach_the_party_they_are_sent_to(world: World):
    ana = await answered_ana(world)
    await world.telephony.send_digits(OUT, "12#")
    assert await ana.digits(3) == "12#"
    await end(world, OUT)
    await finished(world)


async def test_a_leg_hears_ringing_until_it_enters_a_room(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await answered_ana(world)
    await t.ring(leg)
    await caller.hears_ringing()
    await t.open_room(ROOM)
    await t.enter(ROOM, leg)
    await caller.hears_nothing()
    await t.enter(ROOM, OUT)
    await caller.hears(ana)
    await ana.hears(caller)
    await t.leave(ROOM, leg)
    await caller.hears_nothing()
    await parted(world, leg)


async def test_a_leg_hears_ringing_until_a_sound_is_played_to_it(world: World):
    t = world.telephony
    caller = await world.call_in("88001")
    leg = (await world.saw(LegArrived)).leg
    t.answer(leg)
    t.ring(leg)
    await caller.answered()
    await caller.hears_ringing()
    notice = world.sound(900, 1.0)
    await t.play(SoundId("notice"), leg, [notice.file])
    await caller.hears(notice)
    assert (await world.saw(SoundEnded)).completed
    await caller.hears_nothing()
    await end(world, leg)
    await finished(world)


async def test_a_phone_is_asked_to_answer_by_itself_only_if_told_so(world: World):
    await world.phone_on()
    for leg, asked in ((LegId("usual"), False), (OUT, True)):
        await world.telephony.dial(leg, ToDevice(ANA), shown=SHOWN, timeout=20, auto_answer=asked)
        ana = await world.at_ana()
        assert ana.answers_by_itself is asked
        await end(world, leg)
    await finished(world)


async def test_packets_are_counted_while_a_party_is_there(world: World):
    t = world.telephony
    ana = await answered_ana(world)

    async def came(seconds: float) -> int:
        before = await t.packets_from(OUT)
        await asyncio.sleep(seconds)
        return await t.packets_from(OUT) - before

    assert 25 <= await came(1.0) <= 75
    ana.fall_silent()
    await came(0.2)  # what was on its way
    assert await came(1.0) == 0
    await end(world, OUT)
    with pytest.raises(LegGone):
        await t.packets_from(OUT)
    await finished(world)
