"""Promises of the telephony port, kept by the fake, in virtual time."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from callroom.telephony.fake import FakeTelephony, Party, PartyState
from callroom.telephony.port import DeviceSetup, EndCause, TapeEnded, TelephonyEvent, TrunkSetup
from contract.suite import *  # noqa: F403
from contract.world import ANA, CITY, Somebody, Sound

E = TypeVar("E")


class FakeSomebody:
    """A ``Somebody`` scripted in the fake; phones there ring by themselves."""

    def __init__(self, party: Party, fake: FakeTelephony) -> None:
        self.party = party
        self._fake = fake

    @property
    def shown_number(self) -> str:
        assert self.party.shown is not None
        return self.party.shown.number

    def header(self, name: str) -> str | None:
        return self.party.headers.get(name.lower())

    async def _until(self, condition: Callable[[], bool]) -> None:
        await self._fake.until(condition, within=5, what=f"{self.party}, who hears {self.party.hears()}")

    async def answered(self) -> None:
        await self._until(lambda: self.party.state is PartyState.TALKING)

    def ring(self) -> None:
        assert self.party.state in (PartyState.DIALLED, PartyState.RINGING)

    async def answer(self) -> None:
        self.party.answer()

    def refuse(self, cause: EndCause) -> None:
        self.party.refuse(cause)

    async def press(self, digits: str) -> None:
        self.party.press(digits)

    async def hold(self) -> None:
        self.party.hold()

    async def resume(self) -> None:
        self.party.resume()

    async def hang_up(self) -> None:
        self.party.hang_up()

    def call_as_fax(self) -> None:
        self.party.send_fax_tone()

    def fall_silent(self) -> None:
        self.party.vanish()

    @property
    def answers_by_itself(self) -> bool:
        return self.party.auto_answer

    async def hears(self, what: Somebody | Sound) -> None:
        assert isinstance(what, (FakeSomebody, Sound))
        name = what.party.name if isinstance(what, FakeSomebody) else str(what.hertz)
        await self._until(lambda: self.party.hears() == {name})

    async def hears_both(self, one: Somebody, other: Somebody) -> None:
        assert isinstance(one, FakeSomebody) and isinstance(other, FakeSomebody)
        await self._until(lambda: self.party.hears() == {one.party.name, other.party.name})

    async def hears_music(self) -> None:
        await self._until(lambda: self.party.hears() == {"music"})

    async def hears_ringing(self) -> None:
        await self._until(lambda: self.party.hears() == {"ringing"})

    async def hears_nothing(self) -> None:
        await self._until(lambda: self.party.hears() == set())

    async def digits(self, count: int) -> str:
        await self._until(lambda: len(self.party.digits_heard) >= count)
        return self.party.digits_heard

    async def ended(self) -> EndCause | None:
        await self._until(lambda: self.party.state is PartyState.ENDED)
        given_up = (EndCause.NORMAL, EndCause.CANCELLED, EndCause.ANSWERED_ELSEWHERE)
        return None if self.party.end_cause in given_up else self.party.end_cause


class FakeWorld:
    """A ``World`` of scripted parties."""

    def __init__(self) -> None:
        self.telephony = self.fake = FakeTelephony()
        self.events: list[TelephonyEvent] = []
        self._told = asyncio.Event()
        self.fake.subscribe(self._note)

    def _note(self, event: TelephonyEvent) -> None:
        self.events.append(event)
        self._told.set()

    async def saw(self, kind: type[E], check: Callable[[E], bool] = lambda _: True, *, timeout: float = 6.0) -> E:
        try:
            async with asyncio.timeout(timeout):
                while True:
                    self._told.clear()
                    for event in self.events:
                        if isinstance(event, kind) and check(event):
                            return event
                    await self._told.wait()
        except TimeoutError:
            raise AssertionError(f"no {kind.__name__} in {self.events}") from None

    async def set_up(self) -> None:
        self.fake.start()
        await self.fake.put_device(DeviceSetup(ANA, "sip", "secret", "Ana", "801"))
        await self.fake.put_trunk(TrunkSetup(CITY, "address", "192.0.2.1"))
        self.events.clear()

    async def phone_on(self) -> None:
        self.fake.register(ANA)

    async def lamp(self, new: int, old: int) -> None:
        await self.fake.until(lambda: self.fake.lamps.get(ANA) == (new, old), within=5, what=str(self.fake.lamps))

    async def wrong_secret(self) -> None:
        self.fake.sign_in_refused(ANA)

    async def call_in(self, dialled: str, caller: str = "13800138000") -> FakeSomebody:
        return FakeSomebody(self.fake.call_in(CITY, dialled=dialled, caller=caller), self.fake)

    async def ana_calls(self, dialled: str, headers: dict[str, str] | None = None) -> FakeSomebody:
        return FakeSomebody(self.fake.device_calls(ANA, dialled, headers=headers), self.fake)

    async def at_ana(self) -> FakeSomebody:
        return FakeSomebody(await self.fake.dialled(ANA, within=5), self.fake)

    async def at_carrier(self) -> FakeSomebody:
        return FakeSomebody(await self.fake.dialled("13900", within=5), self.fake)

    def sound(self, hertz: int, seconds: float) -> Sound:
        self.fake.sound_seconds[str(hertz)] = seconds
        return Sound(f"/sounds/{hertz}", hertz)

    def file(self, name: str) -> str:
        return f"/files/{name}"

    async def message_grows(self, path: str) -> None:
        await asyncio.sleep(1)

    def check_tape(self, told: TapeEnded, path: str, *voices: Somebody) -> None:
        done = self.fake.tapes_done[told.tape]
        assert (done.path, done.seconds) == (path, told.seconds)
        assert {voice.party.name for voice in voices if isinstance(voice, FakeSomebody)} <= done.voices

    async def lose_connection(self) -> None:
        self.fake.disconnect()

    async def connect_again(self) -> None:
        self.fake.reconnect()

    async def new_server(self) -> None:
        self.fake.server_dies()
        self.events.clear()
        self.fake.subscribe(self._note)
        self.fake.reconnect()

    async def server_away(self) -> None:
        self.fake.server_dies()

    async def restart_engine(self) -> None:
        self.fake.die()
        await asyncio.sleep(1)
        self.fake.reconnect(fresh=True)

    async def left_over(self) -> list[str]:
        return self.fake.left_over()


@pytest.fixture
async def world() -> FakeWorld:
    world = FakeWorld()
    await world.set_up()
    return world
