"""Promises of the telephony port. A runner gives the ``world`` fixture and imports these tests."""

import asyncio

import pytest

from callroom.core.ids import EarId, FaxId, LegId, RoomId, SoundId, TapeId
from callroom.telephony.port import (
    CallerId,
    CommandRefused,
    DeviceChanged,
    DeviceRefused,
    DeviceState,
    DigitPressed,
    EndCause,
    EngineLost,
    EngineReady,
    EngineUnreachable,
    FaxEnded,
    FaxFault,
    FaxToneHeard,
    FromDevice,
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
    ToNumber,
)
from contract.world import ANA, CITY, Somebody, World, finished

OUT = LegId("out")
ROOM = RoomId("room")
SHOWN = CallerId("13800138000")


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


# ---------------------------------------------------------------- talking


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
    await end(world, leg, OUT)
    await t.close_room(ROOM)
    await finished(world)


async def test_a_muted_party_is_not_heard_until_it_is_unmuted(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await answered_ana(world)
    await t.open_room(ROOM)
    await t.enter(ROOM, leg, OUT)
    await caller.hears(ana)
    await t.mute(OUT, True)
    await caller.hears_nothing()
    await ana.hears(caller)
    await t.mute(OUT, False)
    await caller.hears(ana)
    await end(world, leg, OUT)
    await t.close_room(ROOM)
    await finished(world)


async def test_a_leg_leaves_a_room_and_a_closed_room_leaves_its_legs_connected(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await answered_ana(world)
    await t.open_room(ROOM)
    await t.enter(ROOM, leg, OUT)
    await caller.hears(ana)
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
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await answered_ana(world)
    await t.open_room(ROOM)
    await t.enter(ROOM, leg, OUT)
    await caller.hears(ana)
    await ana.hold()
    await world.saw(LegHeld, lambda e: e.leg == OUT)
    await ana.resume()
    await world.saw(LegResumed, lambda e: e.leg == OUT)
    await caller.hears(ana)
    await end(world, leg, OUT)
    await t.close_room(ROOM)
    await finished(world)


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
    await end(world, leg, OUT)
    await t.close_room(ROOM)
    await finished(world)


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
    await end(world, leg, OUT)
    await t.close_room(ROOM)
    await finished(world)


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


# ---------------------------------------------------------------- who is known


async def test_the_message_lamp_of_a_phone_tells_of_new_and_old_messages(world: World):
    await world.telephony.show_messages(ANA, 1, 0)  # nobody is there to be told
    await world.phone_on()
    await world.telephony.show_messages(ANA, 2, 3)
    await world.lamp(2, 3)
    await world.telephony.show_messages(ANA, 0, 5)
    await world.lamp(0, 5)
    await finished(world)


async def test_a_wrong_secret_is_told_and_the_right_one_still_works(world: World):
    await world.wrong_secret()
    refused = await world.saw(DeviceRefused)
    assert refused.device == ANA
    host, _, port = refused.address.rpartition(":")
    assert host and port.isdigit()
    assert not [event for event in world.events if isinstance(event, DeviceChanged)]
    await world.phone_on()
    await world.saw(DeviceChanged, lambda e: e.device == ANA and e.state is DeviceState.ONLINE)
    await finished(world)


async def test_a_removed_device_can_neither_call_nor_be_called(world: World):
    await world.phone_on()
    await world.saw(DeviceChanged, lambda e: e.device == ANA and e.state is DeviceState.ONLINE)
    await world.telephony.remove_device(ANA)
    await world.telephony.remove_device(ANA)  # a second time is no error
    ana = await world.ana_calls("88001")
    assert await ana.ended() is EndCause.REJECTED
    await world.telephony.dial(OUT, ToDevice(ANA), shown=SHOWN, timeout=10)
    assert (await world.saw(LegEnded)).cause is EndCause.UNREACHABLE
    assert not [event for event in world.events if isinstance(event, LegArrived)]
    await finished(world)


async def test_nobody_calls_through_a_removed_trunk(world: World):
    await world.telephony.remove_trunk(CITY)
    assert CITY not in world.telephony.trunk_states()
    caller = await world.call_in("88001")
    assert await caller.ended() is EndCause.REJECTED
    await world.telephony.dial(OUT, ToNumber(CITY, "13900"), shown=CallerId("88001"), timeout=10)
    assert (await world.saw(LegEnded)).cause is EndCause.UNREACHABLE
    assert not [event for event in world.events if isinstance(event, LegArrived)]
    await finished(world)


# ---------------------------------------------------------------- calls that come to nothing


@pytest.mark.parametrize(
    "cause",
    [EndCause.BUSY, EndCause.NO_ANSWER, EndCause.NOT_FOUND, EndCause.REJECTED, EndCause.CONGESTION],
)
async def test_refusals_are_told_in_the_fields_words(world: World, cause: EndCause):
    await world.telephony.dial(OUT, ToNumber(CITY, "13900"), shown=CallerId("88001"), timeout=10)
    (await world.at_carrier()).refuse(cause)
    assert (await world.saw(LegEnded)).cause is cause
    await finished(world)


async def test_a_device_that_is_not_registered_is_unreachable(world: World):
    await world.telephony.dial(OUT, ToDevice(ANA), shown=SHOWN, timeout=10)
    assert (await world.saw(LegEnded)).cause is EndCause.UNREACHABLE
    await finished(world)


async def test_nobody_answers_in_time(world: World):
    await world.phone_on()
    await world.telephony.dial(OUT, ToDevice(ANA), shown=SHOWN, timeout=1)
    (await world.at_ana()).ring()
    assert (await world.saw(LegEnded)).cause is EndCause.NO_ANSWER
    await finished(world)


@pytest.mark.parametrize(
    ("asked", "told"),
    [(EndCause.NORMAL, EndCause.CANCELLED), (EndCause.ANSWERED_ELSEWHERE, EndCause.ANSWERED_ELSEWHERE)],
)
async def test_a_ringing_leg_is_given_up(world: World, asked: EndCause, told: EndCause):
    await world.phone_on()
    await world.telephony.dial(OUT, ToDevice(ANA), shown=SHOWN, timeout=20)
    ana = await world.at_ana()
    ana.ring()
    await world.saw(LegRinging)
    await world.telephony.hang_up(OUT, asked)
    assert (await world.saw(LegEnded)).cause is told
    assert await ana.ended() is None
    await finished(world)


@pytest.mark.parametrize(
    "cause",
    [EndCause.BUSY, EndCause.NO_ANSWER, EndCause.CONGESTION, EndCause.NOT_FOUND, EndCause.REJECTED],
)
async def test_a_caller_is_refused(world: World, cause: EndCause):
    caller = await world.call_in("88001")
    await world.telephony.hang_up((await world.saw(LegArrived)).leg, cause)
    assert await caller.ended() is cause
    assert (await world.saw(LegEnded)).cause is cause
    await finished(world)


async def test_a_caller_gives_up_before_the_answer(world: World):
    caller = await world.call_in("88001")
    leg = (await world.saw(LegArrived)).leg
    await world.telephony.ring(leg)
    await caller.hang_up()
    assert (await world.saw(LegEnded)).cause is EndCause.CANCELLED
    await finished(world)


# ---------------------------------------------------------------- commands that fail


async def test_a_leg_that_ended_is_gone(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    await t.open_room(ROOM)
    await caller.hang_up()
    await world.saw(LegEnded)
    for late in (
        t.answer(leg),
        t.hang_up(leg),
        t.enter(ROOM, leg),
        t.leave(ROOM, leg),
        t.play(SoundId("late"), leg, [world.sound(500, 1).file]),
        t.record_message(TapeId("late"), leg, "late", longest=9, silence=9),
        t.set_checkpoint(leg, "late"),
    ):
        with pytest.raises(LegGone):
            await late
    await t.close_room(ROOM)
    await finished(world)


async def test_two_cannot_enter_when_one_of_them_is_gone(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    await answered_ana(world)
    await t.open_room(ROOM)
    await caller.hang_up()
    await world.saw(LegEnded)
    with pytest.raises(LegGone):
        await t.enter(ROOM, leg, OUT)
    await end(world, OUT)
    await t.close_room(ROOM)
    await finished(world)


async def test_a_ringing_leg_can_only_be_hung_up(world: World):
    await world.phone_on()
    await world.telephony.open_room(ROOM)
    await world.telephony.dial(OUT, ToDevice(ANA), shown=SHOWN, timeout=20)
    (await world.at_ana()).ring()
    await world.saw(LegRinging)
    with pytest.raises(CommandRefused):
        await world.telephony.enter(ROOM, OUT)
    with pytest.raises(CommandRefused):
        await world.telephony.play(SoundId("early"), OUT, [world.sound(500, 1).file])
    assert not (await world.saw(SoundEnded)).completed
    await end(world, OUT)
    await world.telephony.close_room(ROOM)
    await finished(world)


# ---------------------------------------------------------------- sound


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
    await end(world, leg, OUT)
    await t.close_room(ROOM)
    await finished(world)


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
    for _ in range(3):  # longer than it is
        await caller.hears(waltz)
        await asyncio.sleep(0.6)
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
    await end(world, leg, OUT)
    await t.close_room(ROOM)
    await finished(world)


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


# ---------------------------------------------------------------- recordings


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


# ---------------------------------------------------------------- listening

EAR, BESIDE = EarId("e1"), RoomId("beside")


async def three(world: World) -> tuple[tuple[Somebody, LegId], Somebody, tuple[Somebody, LegId]]:
    """A caller talks with Ana; a leader beside them has an ear on her leg."""
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await answered_ana(world)
    leader, leaders = await answered_leader(world)
    await t.open_room(ROOM)
    await t.enter(ROOM, leg, OUT)
    await caller.hears(ana)
    await t.open_room(BESIDE)
    await t.enter(BESIDE, leaders)
    return (caller, leg), ana, (leader, leaders)


async def test_who_listens_hears_both_and_is_heard_by_the_agent_alone_if_he_whispers(world: World):
    t = world.telephony
    (caller, leg), ana, (leader, leaders) = await three(world)
    await t.mute(leaders, True)
    await t.listen_to(EAR, OUT, BESIDE)
    await leader.hears_both(caller, ana)
    await caller.hears(ana)
    await ana.hears(caller)
    await t.mute(leaders, False)
    await ana.hears_both(caller, leader)
    await caller.hears(ana)
    await leader.hears_both(caller, ana)
    await t.mute(leaders, True)
    await ana.hears(caller)
    await end(world, leg, OUT, leaders)
    await t.close_room(ROOM)
    await t.close_room(BESIDE)
    await finished(world)


async def test_who_barges_in_is_heard_by_both_and_listens_again_afterwards(world: World):
    t = world.telephony
    (caller, leg), ana, (leader, leaders) = await three(world)
    await t.enter(ROOM, leaders)
    await caller.hears_both(ana, leader)
    await ana.hears_both(caller, leader)
    await leader.hears_both(caller, ana)
    await t.enter(BESIDE, leaders)
    await t.mute(leaders, True)
    await t.listen_to(EAR, OUT, BESIDE)
    await caller.hears(ana)
    await leader.hears_both(caller, ana)
    await t.stop_listening(EAR)
    await leader.hears_nothing()
    await ana.hears(caller)
    await end(world, leg, OUT, leaders)
    await t.close_room(ROOM)
    await t.close_room(BESIDE)
    await finished(world)


async def test_an_ear_goes_with_its_leg_and_ends_with_it(world: World):
    t = world.telephony
    (caller, leg), ana, (leader, leaders) = await three(world)
    await t.listen_to(EAR, OUT, BESIDE)
    await leader.hears_both(caller, ana)
    await t.start_music(leg)  # the customer on hold: the agent can still be told something
    await ana.hears(leader)
    await leader.hears(ana)
    await t.enter(ROOM, leg)
    await ana.hears_both(caller, leader)
    await leader.hears_both(caller, ana)
    await ana.hang_up()
    await leader.hears_nothing()
    await t.stop_listening(EAR)  # there is none any more
    with pytest.raises(LegGone):
        await t.listen_to(EarId("e2"), OUT, BESIDE)
    with pytest.raises(CommandRefused):
        await t.listen_to(EarId("e3"), leg, RoomId("never opened"))
    await end(world, leg, leaders)
    await t.close_room(ROOM)
    await t.close_room(BESIDE)
    await finished(world)


async def test_an_ear_that_is_stopped_before_it_has_come_up_listens_to_nobody(world: World):
    t = world.telephony
    (_, leg), _, (leader, leaders) = await three(world)
    t.listen_to(EAR, OUT, BESIDE)
    await t.stop_listening(EAR)
    await leader.hears_nothing()
    await end(world, leg, OUT, leaders)
    await t.close_room(ROOM)
    await t.close_room(BESIDE)
    await finished(world)


# ---------------------------------------------------------------- what survives


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


# ---------------------------------------------------------------- faxes


FAX = FaxId("fax1")


async def test_the_tone_of_a_fax_machine_takes_its_leg_out_of_a_talk(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await answered_ana(world)
    await t.notice_fax(leg, 30)
    await t.open_room(ROOM)
    await t.enter(ROOM, leg, OUT)
    await caller.hears(ana)
    caller.call_as_fax()
    assert (await world.saw(FaxToneHeard)).leg == leg
    await ana.hears_nothing()
    sound = world.sound(900, 2.0)
    await t.play(SoundId("s"), leg, [sound.file])
    await caller.hears(sound)
    await end(world, leg, OUT)
    await t.close_room(ROOM)
    await finished(world)


async def test_nobody_is_told_of_a_tone_that_is_not_looked_for(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    ana = await answered_ana(world)
    await t.open_room(ROOM)
    await t.enter(ROOM, leg, OUT)
    await caller.hears(ana)
    caller.call_as_fax()
    await asyncio.sleep(1.5)
    assert not [event for event in world.events if isinstance(event, FaxToneHeard)]
    await caller.hears(ana)
    await end(world, leg, OUT)
    await t.close_room(ROOM)
    await finished(world)


async def test_a_fax_ends_before_its_leg(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    await t.take_fax(FAX, leg, world.file("fax1"))
    with pytest.raises(CommandRefused):
        await t.take_fax(FaxId("fax2"), leg, world.file("fax2"))
    await asyncio.sleep(1)
    await caller.hang_up()
    await world.saw(LegEnded)
    ended = await world.saw(FaxEnded)
    assert (ended.fax, ended.leg, ended.outcome.pages, ended.outcome.fault) == (FAX, leg, 0, FaxFault.HUNG_UP)
    await finished(world)


async def test_a_fax_can_be_broken_off(world: World):
    t = world.telephony
    _, leg = await answered_caller(world)
    await t.take_fax(FAX, leg, world.file("fax1"))
    await asyncio.sleep(1)
    await end(world, leg)
    assert (await world.saw(FaxEnded)).outcome.fault is FaxFault.HUNG_UP
    await finished(world)


@pytest.mark.parametrize("stays", [True, False])
async def test_a_new_server_finds_a_fax_or_what_became_of_it(world: World, stays: bool):
    caller, leg = await answered_caller(world)
    await world.telephony.take_fax(FAX, leg, world.file("fax1"))
    await asyncio.sleep(1)
    if stays:
        await world.new_server()
        ready = await world.saw(EngineReady)
        assert ready.snapshot.faxes == (FAX,)
        assert {seen.leg for seen in ready.snapshot.legs} == {leg}
        await caller.hang_up()
        assert (await world.saw(FaxEnded)).fax == FAX
        await world.saw(LegEnded)
    else:
        await world.server_away()
        await caller.hang_up()
        await asyncio.sleep(0.5)
        await world.new_server()
        ready = await world.saw(EngineReady)
        assert ready.snapshot.legs == ready.snapshot.faxes == ()
        assert ready.snapshot.faxes_over[FAX].fault is FaxFault.HUNG_UP
    await finished(world)
