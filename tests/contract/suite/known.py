"""Phones and trunks that are known to the engine, or no longer."""

from callroom.telephony.port import (
    CallerId,
    DeviceChanged,
    DeviceRefused,
    DeviceState,
    EndCause,
    LegArrived,
    LegEnded,
    ToDevice,
    ToNumber,
)
from contract.suite.scenes import OUT, SHOWN
from contract.world import ANA, CITY, World, finished


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
