"""Calls that come to nothing, and commands that fail."""

import pytest

from callroom.core.ids import SoundId, TapeId
from callroom.telephony.port import (
    CallerId,
    CommandRefused,
    EndCause,
    LegArrived,
    LegEnded,
    LegGone,
    LegRinging,
    SoundEnded,
    ToDevice,
    ToNumber,
)
from contract.suite.scenes import OUT, ROOM, SHOWN, answered_ana, answered_caller, end
from contract.world import ANA, CITY, World, finished


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
