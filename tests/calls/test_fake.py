"""The fake telephony itself: its scripting, and what only it can show."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from callroom.core.ids import DeviceId, LegId, RoomId, SoundId, TapeId, TrunkId
from callroom.telephony.fake import Command, FakeTelephony, PartyState
from callroom.telephony.port import (
    CallerId,
    CommandRefused,
    DeviceChanged,
    DeviceSetup,
    DeviceState,
    DigitPressed,
    EndCause,
    EngineLost,
    EngineReady,
    EngineUnreachable,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegGone,
    LegHeld,
    LegRinging,
    SoundEnded,
    TapeEnded,
    Telephony,
    TelephonyEvent,
    ToDevice,
    ToNumber,
    TransferDialled,
    TrunkState,
)

ANA, BO, CITY = DeviceId("ana"), DeviceId("bo"), TrunkId("city")
ROOM = RoomId("room")
SHOWN = CallerId("88001")


class Heard:
    """A fake with a listener that keeps what it hears."""

    def __init__(self) -> None:
        self.fake = FakeTelephony()
        self.events: list[TelephonyEvent] = []
        self.fake.subscribe(self.events.append)

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


@pytest.fixture
def heard() -> Heard:
    return Heard()


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_it_is_the_port(heard: Heard):
    telephony: Telephony = heard.fake
    assert telephony.device_states() == {}


async def test_a_phone_answers_after_its_seconds(heard: Heard):
    fake, began = heard.fake, now()
    fake.register(ANA)
    fake.when_dialled(ANA, answers_after=2.0, hangs_up_after=30)
    await fake.dial(LegId("a"), ToDevice(ANA), shown=SHOWN, timeout=20, headers={"Call": "c1"})
    ana = await fake.dialled(ANA)
    assert (ana.name, ana.shown, ana.headers) == ("ana", SHOWN, {"call": "c1"})
    await fake.until(lambda: ana.state is PartyState.TALKING)
    assert now() == began + 2.0
    await fake.until(lambda: ana.state is PartyState.ENDED)
    await asyncio.sleep(0)
    assert heard.events[1:] == [
        LegRinging(began, ana.leg),
        LegAnswered(began + 2, ana.leg),
        LegEnded(began + 32, ana.leg, EndCause.NORMAL),
    ]


async def test_a_phone_rings_until_it_is_given_up(heard: Heard):
    fake, began = heard.fake, now()
    fake.register(ANA)
    fake.dial(LegId("a"), ToDevice(ANA), shown=SHOWN, timeout=20)
    ana = await fake.dialled(ANA)
    await fake.until(lambda: ana.state is PartyState.ENDED)
    await asyncio.sleep(0)
    assert heard.events[-1] == LegEnded(began + 20, ana.leg, EndCause.NO_ANSWER)


async def test_a_number_refuses_and_a_dead_trunk_is_unreachable(heard: Heard):
    fake = heard.fake
    fake.set_trunk(CITY, TrunkState.REGISTERED)
    fake.when_dialled("139", refuses=EndCause.BUSY)
    await fake.dial(LegId("a"), ToNumber(CITY, "139"), shown=SHOWN, timeout=20)
    fake.set_trunk(CITY, TrunkState.UNREACHABLE, "408")
    await fake.dial(LegId("b"), ToNumber(CITY, "139"), shown=SHOWN, timeout=20)
    await asyncio.sleep(0.1)
    ends = [event for event in heard.events if isinstance(event, LegEnded)]
    assert [(end.leg, end.cause) for end in ends] == [("a", EndCause.BUSY), ("b", EndCause.UNREACHABLE)]
    assert not any(isinstance(event, LegRinging) for event in heard.events)


async def test_a_phone_asked_to_answer_by_itself_does(heard: Heard):
    heard.fake.register(ANA)
    await heard.fake.dial(LegId("a"), ToDevice(ANA), shown=SHOWN, timeout=20, auto_answer=True)
    await heard.fake.until(lambda: heard.fake.party(ANA).state is PartyState.TALKING, within=1)


async def test_who_hears_whom(heard: Heard):
    fake = heard.fake
    fake.register(ANA)
    fake.when_dialled(ANA, answers_after=0)
    caller = fake.call_in(CITY, dialled="88001", caller="138")
    await fake.ring(caller.leg)
    assert caller.hears() == {"ringing"}
    await fake.answer(caller.leg)
    await fake.start_music(caller.leg)
    assert caller.hears() == {"music"}
    await fake.dial(LegId("a"), ToDevice(ANA), shown=SHOWN, timeout=20)
    ana = await fake.dialled(ANA)
    await fake.until(lambda: ana.state is PartyState.TALKING)
    await fake.open_room(ROOM)
    await fake.enter(ROOM, caller.leg, ana.leg)
    assert (caller.hears(), ana.hears()) == ({"ana"}, {"138"})
    await fake.mute(ana.leg, True)
    assert (caller.hears(), ana.hears()) == (set(), {"138"})
    await fake.mute(ana.leg, False)
    await fake.play_in_room(SoundId("r"), ROOM, ["/sounds/beep"])
    assert (caller.hears(), ana.hears()) == ({"ana", "beep"}, {"138", "beep"})
    await asyncio.sleep(1.5)
    await fake.play(SoundId("s"), caller.leg, ["/sounds/notice"])
    assert (caller.hears(), ana.hears()) == ({"notice"}, set())
    await asyncio.sleep(1.5)
    ana.hold()
    assert (caller.hears(), ana.hears()) == ({"music"}, set())
    ana.resume()
    await fake.start_music(caller.leg)
    assert (caller.hears(), ana.hears()) == ({"music"}, set())
    await fake.stop_music(caller.leg)
    assert caller.hears() == set()


async def test_sounds_last_their_seconds_and_wait_for_each_other(heard: Heard):
    fake = heard.fake
    fake.sound_seconds["welcome"] = 4.0
    caller = fake.call_in(CITY, dialled="1", caller="138")
    began = now()
    fake.play(SoundId("one"), caller.leg, ["/sounds/welcome", "/sounds/beep"])
    fake.play(SoundId("two"), caller.leg, ["/sounds/next"])
    await asyncio.sleep(3.9)
    assert caller.hears() == {"welcome"}
    await asyncio.sleep(1)
    assert caller.hears() == {"beep"}
    await asyncio.sleep(1)
    assert caller.hears() == {"next"}
    caller.hang_up()
    await asyncio.sleep(0)
    assert heard.events[1:] == [
        SoundEnded(began + 5, SoundId("one"), caller.leg, completed=True),
        SoundEnded(now(), SoundId("two"), caller.leg, completed=False),
        LegEnded(now(), caller.leg, EndCause.CANCELLED),
    ]


async def test_a_message_ends_by_silence_and_by_its_longest_time(heard: Heard):
    fake = heard.fake
    caller = fake.call_in(CITY, dialled="1", caller="138")
    await fake.answer(caller.leg)
    await fake.record_message(TapeId("m1"), caller.leg, "m1", longest=60, silence=5)
    await asyncio.sleep(10)
    caller.fall_silent()
    await asyncio.sleep(4)
    caller.speak()
    await asyncio.sleep(6)
    caller.fall_silent()
    await asyncio.sleep(6)
    assert (fake.tapes_done[TapeId("m1")].seconds, fake.left_over()) == (20.0, [caller.leg])
    caller.speak()
    await fake.record_message(TapeId("m2"), caller.leg, "m2", longest=60, silence=5)
    await asyncio.sleep(61)
    tapes = [(event.tape, event.seconds) for event in heard.events if isinstance(event, TapeEnded)]
    assert tapes == [("m1", 20.0), ("m2", 60.0)]


async def test_a_party_hangs_up_just_before_a_command_is_carried_out(heard: Heard):
    fake = heard.fake
    caller = fake.call_in(CITY, dialled="1", caller="138")

    def leave(command: Command) -> None:
        if command.name == "answer":
            caller.hang_up()

    fake.watch(leave)
    with pytest.raises(LegGone):
        await fake.answer(caller.leg)
    assert fake.commands[-1] == Command(now(), "answer", (caller.leg,))


async def test_a_command_nobody_awaits_raises_nowhere(heard: Heard):
    heard.fake.hang_up(LegId("nobody"))
    heard.fake.refuse_next("open_room")
    heard.fake.open_room(ROOM)
    await asyncio.sleep(1)
    with pytest.raises(CommandRefused):
        await heard.fake.close_room(ROOM)


@pytest.mark.parametrize(
    "command",
    [
        lambda t, leg: t.enter(ROOM, leg),
        lambda t, leg: t.play(SoundId("s"), leg, ["/x"]),
        lambda t, leg: t.record_conversation(TapeId("t"), leg, "t"),
        lambda t, leg: t.start_music(leg),
    ],
)
async def test_before_its_answer_a_dialled_leg_can_only_be_hung_up(
    heard: Heard, command: Callable[[FakeTelephony, LegId], asyncio.Future[None]]
):
    fake = heard.fake
    fake.register(ANA)
    await fake.open_room(ROOM)
    await fake.dial(LegId("a"), ToDevice(ANA), shown=SHOWN, timeout=20)
    with pytest.raises(CommandRefused):
        await command(fake, LegId("a"))
    await fake.hang_up(LegId("a"), EndCause.ANSWERED_ELSEWHERE)
    assert fake.party(ANA).end_cause is EndCause.ANSWERED_ELSEWHERE


async def test_what_happened_while_the_connection_was_broken(heard: Heard):
    fake = heard.fake
    fake.register(ANA, BO)
    stays = fake.call_in(CITY, dialled="1", caller="138")
    goes = fake.call_in(CITY, dialled="1", caller="139")
    await fake.answer(stays.leg)
    await fake.set_checkpoint(stays.leg, "menu")
    await fake.dial(LegId("a"), ToDevice(ANA), shown=SHOWN, timeout=60)
    fake.disconnect()
    with pytest.raises(EngineUnreachable):
        await fake.answer(goes.leg)
    goes.hang_up()
    stays.press("5")
    fake.party(ANA).answer()
    fake.unregister(BO)
    assert fake.call_in(CITY, dialled="1", caller="137").end_cause is EndCause.UNREACHABLE
    heard.events.clear()
    await asyncio.sleep(10)
    fake.reconnect()
    await asyncio.sleep(0)
    assert heard.kinds() == ["LegEnded", "LegEnded", "EngineReady", "DeviceChanged"]
    assert {(e.leg, e.cause) for e in heard.events if isinstance(e, LegEnded)} == {
        (goes.leg, EndCause.ENGINE_LOST),
        ("a", EndCause.ENGINE_LOST),
    }
    (ready,) = [event for event in heard.events if isinstance(event, EngineReady)]
    assert not ready.fresh
    assert [(s.leg, s.answered, s.checkpoint, s.age) for s in ready.snapshot.legs] == [(stays.leg, True, "menu", 10.0)]


async def test_a_new_server_finds_the_calls_of_the_old_one(heard: Heard):
    fake = heard.fake
    caller = fake.call_in(CITY, dialled="1", caller="138")
    gone = fake.call_in(CITY, dialled="1", caller="139")
    await fake.answer(caller.leg)
    fake.server_dies()
    gone.hang_up()
    caller.press("1")
    before, found = len(heard.events), list[TelephonyEvent]()
    fake.subscribe(found.append)
    fake.reconnect()
    caller.press("2")
    await asyncio.sleep(0)
    assert len(heard.events) == before
    assert [type(event) for event in found] == [EngineReady, DigitPressed]


async def test_the_engine_dies_with_its_calls_and_forgets_its_devices(heard: Heard):
    fake = heard.fake
    fake.start()
    fake.register(ANA)
    caller = fake.call_in(CITY, dialled="1", caller="138")
    await fake.answer(caller.leg)
    await fake.record_conversation(TapeId("t"), caller.leg, "t")
    await asyncio.sleep(5)
    heard.events.clear()
    fake.die()
    assert (caller.end_cause, fake.left_over()) == (EndCause.ENGINE_LOST, [])
    await asyncio.sleep(3)
    fake.reconnect(fresh=True)
    await asyncio.sleep(0)
    assert heard.kinds() == ["EngineLost", "LegEnded", "EngineReady", "DeviceChanged", "TapeEnded"]
    assert [event.complete for event in heard.events if isinstance(event, TapeEnded)] == [False]
    assert fake.device_states() == {ANA: DeviceState.OFFLINE}
    await fake.put_device(DeviceSetup(ANA, "sip", "s", "Ana", "801"))
    assert heard.events[-1] == DeviceChanged(now(), ANA, DeviceState.ONLINE, "ana@fake")
    assert isinstance(heard.events[0], EngineLost)


async def test_a_transfer_from_the_phone(heard: Heard):
    fake = heard.fake
    fake.register(ANA, BO)
    for device in (ANA, BO):
        fake.when_dialled(device, answers_after=0)
    await fake.dial(LegId("a"), ToDevice(ANA), shown=SHOWN, timeout=9)
    await fake.dial(LegId("b"), ToDevice(BO), shown=SHOWN, timeout=9)
    await asyncio.sleep(0.1)
    caller = fake.call_in(CITY, dialled="1", caller="138")
    await fake.answer(caller.leg)
    await fake.open_room(ROOM)
    await fake.enter(ROOM, caller.leg, LegId("a"))
    fake.party(ANA).hold()
    await asyncio.sleep(0)
    assert heard.events[-1] == LegHeld(now(), LegId("a"))
    fake.party(ANA).transfer_to("802")
    await asyncio.sleep(0)
    assert heard.events[-2:] == [
        TransferDialled(now(), LegId("a"), "802"),
        LegEnded(now(), LegId("a"), EndCause.NORMAL),
    ]


async def test_a_party_cannot_do_what_its_state_forbids(heard: Heard):
    caller = heard.fake.call_in(CITY, dialled="1", caller="138")
    with pytest.raises(RuntimeError):
        caller.answer()
    caller.hang_up()
    with pytest.raises(RuntimeError):
        caller.press("1")
    await asyncio.sleep(0)
    assert [type(event) for event in heard.events] == [LegArrived, LegEnded]


async def test_an_hour_of_calls_takes_no_time_and_goes_the_same_way_each_time():
    async def hour() -> list[TelephonyEvent]:
        heard, began = Heard(), now()
        heard.fake.register(ANA, BO)
        heard.fake.when_dialled(ANA, answers_after=3, hangs_up_after=40)
        for number in range(60):
            target = ToDevice(ANA if number % 2 else BO)
            heard.fake.dial(LegId(f"l{number}"), target, shown=SHOWN, timeout=20)
            await asyncio.sleep(60)
        assert heard.fake.left_over() == []
        return [replace(event, at=round(event.at - began, 6)) for event in heard.events]

    once, again = await hour(), await hour()
    assert once == again
    assert len(once) == 2 + 30 * 2 + 30 * 3
