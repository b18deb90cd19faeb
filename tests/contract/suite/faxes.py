"""Fax machines on the line."""

import asyncio

import pytest

from callroom.core.ids import FaxId, SoundId
from callroom.telephony.port import (
    CommandRefused,
    EngineReady,
    FaxEnded,
    FaxFault,
    FaxToneHeard,
    LegEnded,
)
from contract.suite.scenes import answered_caller, end, parted, talking_ana
from contract.world import World, finished

FAX = FaxId("fax1")


async def test_the_tone_of_a_fax_machine_takes_its_leg_out_of_a_talk(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    await t.notice_fax(leg, 30)
    ana = await talking_ana(world, caller, leg)
    caller.call_as_fax()
    assert (await world.saw(FaxToneHeard)).leg == leg
    await ana.hears_nothing()
    sound = world.sound(900, 2.0)
    await t.play(SoundId("s"), leg, [sound.file])
    await caller.hears(sound)
    await parted(world, leg)


async def test_nobody_is_told_of_a_tone_that_is_not_looked_for(world: World):
    caller, leg = await answered_caller(world)
    ana = await talking_ana(world, caller, leg)
    caller.call_as_fax()
    await asyncio.sleep(1.5)  # a tone is known within half a second
    assert not [event for event in world.events if isinstance(event, FaxToneHeard)]
    await caller.hears(ana)
    await parted(world, leg)


async def test_a_fax_ends_before_its_leg(world: World):
    t = world.telephony
    caller, leg = await answered_caller(world)
    await t.take_fax(FAX, leg, world.file("fax1"))
    with pytest.raises(CommandRefused):
        await t.take_fax(FaxId("fax2"), leg, world.file("fax2"))
    await asyncio.sleep(1)  # in the midst of it; the others below end as it begins
    await caller.hang_up()
    await world.saw(LegEnded)
    ended = await world.saw(FaxEnded)
    assert (ended.fax, ended.leg, ended.outcome.pages, ended.outcome.fault) == (FAX, leg, 0, FaxFault.HUNG_UP)
    await finished(world)


async def test_a_fax_can_be_broken_off(world: World):
    t = world.telephony
    _, leg = await answered_caller(world)
    await t.take_fax(FAX, leg, world.file("fax1"))
    await end(world, leg)
    assert (await world.saw(FaxEnded)).outcome.fault is FaxFault.HUNG_UP
    await finished(world)


@pytest.mark.parametrize("stays", [True, False])
async def test_a_new_server_finds_a_fax_or_what_became_of_it(world: World, stays: bool):
    caller, leg = await answered_caller(world)
    await world.telephony.take_fax(FAX, leg, world.file("fax1"))
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
        await asyncio.sleep(0.5)  # nobody is there who would be told
        await world.new_server()
        ready = await world.saw(EngineReady)
        assert ready.snapshot.legs == ready.snapshot.faxes == ()
        assert ready.snapshot.faxes_over[FAX].fault is FaxFault.HUNG_UP
    await finished(world)
