"""Promises of the telephony port, kept by a real engine: scripted phones, and tones that are measured."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import soundfile

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2]))
from world import CARRIER, ENGINE, PHONE, EngineWorld, engine_world

from callroom.core.ids import TrunkId
from callroom.demo.phone import Call, EndReason, IncomingCall, Phone, RegistrationRefused, Tone
from callroom.demo.phone.patience import PATIENCE
from callroom.demo.tones import RATE, tone, tone_share
from callroom.telephony.port import (
    DeviceChanged,
    DeviceSetup,
    DeviceState,
    EndCause,
    TapeEnded,
    TrunkChanged,
    TrunkSetup,
    TrunkState,
)
from contract.suite import *  # noqa: F403
from contract.world import ANA, CITY, Somebody, Sound

STATUS = {
    EndCause.BUSY: 486,
    EndCause.NO_ANSWER: 480,
    EndCause.NOT_FOUND: 404,
    EndCause.REJECTED: 603,
    EndCause.CONGESTION: 503,
}
AT_CARRIER, AT_ANA = 400, 700  # Hz
RINGING = 440, 480


class PhoneCall:
    """A ``Somebody`` on a scripted phone, who says a tone of its own."""

    def __init__(self, call: Call, hertz: int) -> None:
        self.call = call
        self.hertz = hertz

    @property
    def incoming(self) -> IncomingCall:
        assert isinstance(self.call, IncomingCall)
        return self.call

    @property
    def shown_number(self) -> str:
        return self.incoming.caller_number

    def header(self, name: str) -> str | None:
        return self.incoming.header(f"X-Callroom-{name}")

    async def answered(self) -> None:
        await self.call.answered()

    def ring(self) -> None:
        self.incoming.ring()

    async def answer(self) -> None:
        await self.incoming.answer(Tone(self.hertz))

    def refuse(self, cause: EndCause) -> None:
        self.incoming.reject(STATUS[cause])

    async def press(self, digits: str) -> None:
        await self.call.press(digits)

    async def hold(self) -> None:
        await self.call.hold()

    async def resume(self) -> None:
        await self.call.resume()

    async def hang_up(self) -> None:
        await self.call.hang_up()

    def call_as_fax(self) -> None:
        self.call.play(Tone(1100))

    def fall_silent(self) -> None:
        self.call.play(None)

    @property
    def answers_by_itself(self) -> bool:
        return any(
            "answer" in (self.incoming.header(name) or "") for name in ("Call-Info", "Alert-Info", "Answer-Mode")
        )

    async def hears(self, what: Somebody | Sound) -> None:
        assert isinstance(what, (PhoneCall, Sound))
        await self.call.heard.wait_tone(what.hertz)

    async def hears_both(self, one: Somebody, other: Somebody) -> None:
        assert isinstance(one, PhoneCall) and isinstance(other, PhoneCall)
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        while True:
            shares = [self.call.heard.tone(each.hertz, 0.4) for each in (one, other)]
            if min(shares) > 0.2 and sum(shares) > 0.85:
                return
            assert loop.time() < end, f"shares of {one.hertz} and {other.hertz} Hz: {shares}"
            await asyncio.sleep(0.02)

    async def hears_music(self) -> None:
        heard, loop = self.call.heard, asyncio.get_running_loop()
        before, end = heard.packets, loop.time() + PATIENCE
        while heard.silent_for() > 0.1 or heard.packets < before + 50:
            assert loop.time() < end, f"no music; {heard.packets - before} packets came"
            await asyncio.sleep(0.02)
        assert max(heard.tone(AT_CARRIER), heard.tone(AT_ANA)) < 0.8

    async def hears_ringing(self) -> None:
        heard, loop = self.call.heard, asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        while min(heard.tone(hertz) for hertz in RINGING) < 0.3:  # two tones at once
            assert loop.time() < end, "no ringing"
            await asyncio.sleep(0.02)

    async def hears_nothing(self) -> None:
        await self.call.heard.wait_silent()

    async def digits(self, count: int) -> str:
        return await self.call.wait_digits(count)

    async def ended(self) -> EndCause | None:
        if await self.call.wait_ended() is not EndReason.REFUSED:
            return None
        if self.call.end_status == 401:  # nobody whom the engine knows
            return EndCause.REJECTED
        return next(cause for cause, status in STATUS.items() if status == self.call.end_status)


class PhoneWorld:
    """A ``World`` around a real engine: a carrier and, once it is on, Ana's phone."""

    def __init__(self, engine: EngineWorld, phones: contextlib.AsyncExitStack) -> None:
        self.engine = engine
        self.telephony = engine.telephony
        self.events = engine.events
        self.saw = engine.saw
        self._phones = phones
        self._callers = 0
        self._ana = Phone(bind=PHONE, user="ana", password="secret", registrar=(ENGINE, 5060))
        self._carrier = Phone(bind=CARRIER, port=5070, user="carrier")

    async def set_up(self) -> None:
        await self.telephony.put_device(DeviceSetup(ANA, "sip", "secret", "Ana", "801"))
        await self.telephony.put_trunk(TrunkSetup(CITY, "address", CARRIER, port=5070))
        await self._phones.enter_async_context(self._carrier)

    async def phone_on(self) -> None:
        await self._phones.enter_async_context(self._ana)
        await self._ana.register()
        await self.saw(DeviceChanged, lambda e: e.device == ANA and e.state is DeviceState.ONLINE)

    async def lamp(self, new: int, old: int) -> None:
        await self.engine.until(lambda: self._ana.lamp == (new, old), what=f"a lamp of {new}/{old}")

    async def wrong_secret(self) -> None:
        async with Phone(bind=PHONE, user="ana", password="wrong", registrar=(ENGINE, 5060)) as phone:
            with pytest.raises(RegistrationRefused):
                await phone.register()

    async def call_in(self, dialled: str, caller: str = "13800138000") -> PhoneCall:
        uri = f"sip:{dialled}@{ENGINE}:5060"
        hertz = AT_CARRIER + 650 * self._callers
        self._callers += 1
        return PhoneCall(await self._carrier.dial(uri, Tone(hertz), caller=caller), hertz)

    async def ana_calls(self, dialled: str, headers: dict[str, str] | None = None) -> PhoneCall:
        told = {f"X-Callroom-{key}": value for key, value in (headers or {}).items()}
        return PhoneCall(await self._ana.dial(dialled, Tone(AT_ANA), headers=told), AT_ANA)

    async def at_ana(self) -> PhoneCall:
        return PhoneCall(await self._ana.incoming(), AT_ANA)

    async def at_carrier(self) -> PhoneCall:
        return PhoneCall(await self._carrier.incoming(), AT_CARRIER)

    def sound(self, hertz: int, seconds: float) -> Sound:
        file = self.engine.home / f"{hertz}"
        soundfile.write(f"{file}.wav", tone(hertz, seconds), RATE, subtype="PCM_16")
        return Sound(str(file), hertz)

    def _tape(self, path: str) -> Path:
        return self.engine.home / f"recordings/{path}.wav"

    def file(self, name: str) -> str:
        return str(self.engine.home / name)

    async def message_grows(self, path: str) -> None:
        file = self._tape(path)
        await self.engine.until(lambda: file.exists() and file.stat().st_size > 16000, what="a growing file")

    def check_tape(self, told: TapeEnded, path: str, *voices: Somebody) -> None:
        sound, rate = soundfile.read(str(self._tape(path)), dtype="int16")
        assert told.seconds == pytest.approx(len(sound) / rate, abs=0.01)
        for voice in voices:
            assert isinstance(voice, PhoneCall)
            assert tone_share(sound[-rate // 4 :], voice.hertz) > 0.2

    async def lose_connection(self) -> None:
        await self.engine.stop_adapter()

    async def connect_again(self) -> None:
        await self.engine.start_adapter()

    async def new_server(self) -> None:
        await self.engine.new_adapter()
        self.telephony = self.engine.telephony

    async def server_away(self) -> None:
        await self.engine.stop_adapter()

    async def restart_engine(self) -> None:
        process = self.engine.process
        assert process is not None
        process.kill()
        await process.wait()
        await self.engine.start_engine()

    async def left_over(self) -> list[str]:
        return await self.engine.leaks()


@pytest.fixture
async def world() -> AsyncIterator[PhoneWorld]:
    async with engine_world() as engine, contextlib.AsyncExitStack() as phones:
        world = PhoneWorld(engine, phones)
        await world.set_up()
        yield world


async def test_an_address_trunk_tells_whether_it_can_be_reached(world: PhoneWorld):
    # The engine by itself asks every 15 seconds; these answers come because it was told to ask.
    await world.telephony.put_trunk(TrunkSetup(TrunkId("near"), "address", CARRIER, port=5070))
    await world.saw(TrunkChanged, lambda e: e.trunk == "near" and e.state is TrunkState.REGISTERED, timeout=12)
    await world.telephony.put_trunk(TrunkSetup(TrunkId("dead"), "address", CARRIER, port=5999))
    await world.saw(TrunkChanged, lambda e: e.trunk == "dead" and e.state is TrunkState.UNREACHABLE, timeout=12)
