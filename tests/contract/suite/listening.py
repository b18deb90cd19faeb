"""A third one with an ear on somebody's leg."""

import pytest

from callroom.core.ids import EarId, RoomId
from callroom.telephony.port import (
    CommandRefused,
    LegGone,
)
from contract.suite.scenes import BESIDE, EAR, OUT, ROOM, end, three
from contract.world import World, finished


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
