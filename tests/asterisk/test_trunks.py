"""Trunks of a real engine, with a second real engine as the carrier."""

import contextlib
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from world import CARRIER, ENGINE, PHONE, EngineWorld, engine_world

from callroom.core.ids import DeviceId, LegId, RoomId, TrunkId
from callroom.demo.phone import IncomingCall, Phone, Tone
from callroom.demo.phone.patience import PATIENCE
from callroom.telephony.port import (
    CallerId,
    DeviceSetup,
    EndCause,
    EngineReady,
    FromDevice,
    FromTrunk,
    LegAnswered,
    LegArrived,
    LegEnded,
    ToDevice,
    ToNumber,
    TrunkChanged,
    TrunkSetup,
    TrunkState,
)

LINE = TrunkId("line")
ACCOUNT = DeviceId("88001")  # what the carrier knows us by
CUSTOMER = DeviceId("13800138000")
ANA = DeviceId("ana")
SECRET = "carrier secret 1"
OURS, THEIRS = LegId("ours"), LegId("theirs")


@dataclass
class Line:
    """Us, and the carrier at another address; a customer's phone is registered there."""

    us: EngineWorld
    carrier: EngineWorld
    customer: Phone

    async def put(self, secret: str = SECRET, port: int = 5060) -> None:
        setup = TrunkSetup(LINE, "register", CARRIER, port=port, username=ACCOUNT, secret=secret)
        await self.us.telephony.put_trunk(setup)

    async def join(self, room: str, ours: tuple[LegId, LegId], theirs: tuple[LegId, LegId]) -> None:
        """Let two legs talk in each engine."""
        for engine, legs in ((self.us, ours), (self.carrier, theirs)):
            await engine.telephony.open_room(RoomId(room))
            await engine.telephony.enter(RoomId(room), *legs)

    async def state(self, state: TrunkState, *, timeout: float = PATIENCE) -> TrunkChanged:
        """Until the trunk's newest state is this one."""
        telephony = self.us.telephony
        await self.us.until(
            lambda: LINE in telephony.trunk_states() and telephony.trunk_states()[LINE].state is state,
            timeout=timeout,
            what=f"{state}, after {[e for e in self.us.events if isinstance(e, TrunkChanged)]}",
        )
        return telephony.trunk_states()[LINE]


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with engine_world() as us, contextlib.AsyncExitStack() as ends:
        carrier = EngineWorld(
            Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="callroom-"))), CARRIER, rtp_from=22000
        )
        ends.push_async_callback(carrier.close)
        await carrier.start_engine()
        await carrier.start_adapter()
        await carrier.saw(EngineReady)
        await carrier.telephony.put_device(DeviceSetup(ACCOUNT, "sip", SECRET, "Company", "88001"))
        await carrier.telephony.put_device(DeviceSetup(CUSTOMER, "sip", "customer", "Mei", "13800138000"))
        customer = Phone(bind=PHONE, user=CUSTOMER, password="customer", registrar=(CARRIER, 5060))
        await ends.enter_async_context(customer)
        await customer.register()
        yield Line(us, carrier, customer)


async def test_calls_go_out_and_come_in_over_a_registered_trunk(line: Line):
    await line.put()
    assert (await line.state(TrunkState.REGISTERED)).detail == ""
    us, carrier = line.us.telephony, line.carrier.telephony
    await us.put_device(DeviceSetup(ANA, "sip", "ana secret", "Ana", "801"))
    async with Phone(bind=PHONE, user=ANA, password="ana secret", registrar=(ENGINE, 5060)) as ana:
        await ana.register()

        # out: our phone, our engine, the carrier's engine, the customer's phone
        call = await ana.dial("13800138000", Tone(700))
        mine = (await line.us.saw(LegArrived)).leg
        await us.answer(mine)
        await us.dial(OURS, ToNumber(LINE, "13800138000"), shown=CallerId("88001"), timeout=20)
        arrived = await line.carrier.saw(LegArrived)
        assert (arrived.origin, arrived.dialled) == (FromDevice(ACCOUNT), "13800138000")
        await carrier.dial(THEIRS, ToDevice(CUSTOMER), shown=CallerId("88001"), timeout=20)
        there = await line.customer.incoming()
        await there.answer(Tone(400))
        await line.carrier.saw(LegAnswered, lambda e: e.leg == THEIRS)
        await carrier.answer(arrived.leg)
        await line.us.saw(LegAnswered, lambda e: e.leg == OURS)
        await line.join("out", (mine, OURS), (arrived.leg, THEIRS))
        await call.heard.wait_tone(400)
        await there.heard.wait_tone(700)
        await there.hang_up()
        await line.carrier.saw(LegEnded, lambda e: e.leg == THEIRS)
        await carrier.hang_up(arrived.leg)
        assert (await line.us.saw(LegEnded, lambda e: e.leg == OURS)).cause is EndCause.NORMAL
        await us.hang_up(mine)
        await line.us.saw(LegEnded, lambda e: e.leg == mine)
        line.us.events.clear()
        line.carrier.events.clear()

        # in: the carrier calls what registered there
        call = await line.customer.dial("88001", Tone(400))
        theirs = (await line.carrier.saw(LegArrived)).leg
        await carrier.dial(LegId("in"), ToDevice(ACCOUNT), shown=CallerId("13800138000", "Mei"), timeout=20)
        arrived = await line.us.saw(LegArrived)
        assert (arrived.origin, arrived.dialled, arrived.caller) == (FromTrunk(LINE), "88001", "13800138000")
        await us.answer(arrived.leg)
        await line.carrier.saw(LegAnswered, lambda e: e.leg == "in")
        await carrier.answer(theirs)
        await us.dial(LegId("to ana"), ToDevice(ANA), shown=CallerId("13800138000"), timeout=20)
        there = await ana.incoming()
        await there.answer(Tone(700))
        await line.us.saw(LegAnswered, lambda e: e.leg == "to ana")
        await line.join("in", (arrived.leg, LegId("to ana")), (theirs, LegId("in")))
        await call.heard.wait_tone(700)
        await there.heard.wait_tone(400)
        await call.hang_up()
        await line.carrier.saw(LegEnded, lambda e: e.leg == theirs)
        await carrier.hang_up(LegId("in"))
        assert (await line.us.saw(LegEnded, lambda e: e.leg == arrived.leg)).cause is EndCause.NORMAL
        await us.hang_up(LegId("to ana"))


async def test_a_wrong_password_is_told_and_mended_by_the_right_one(line: Line):
    await line.put("wrong")
    assert (await line.state(TrunkState.WRONG_PASSWORD)).detail == ""
    await line.put()
    await line.state(TrunkState.REGISTERED)
    await line.put("wrong")
    await line.state(TrunkState.WRONG_PASSWORD)


def port_is_free() -> bool:
    with socket.socket(type=socket.SOCK_DGRAM) as trial:
        try:
            trial.bind((CARRIER, 5060))
        except OSError:
            return False
    return True


async def test_a_carrier_that_is_away_is_unreachable_until_it_comes_back(line: Line):
    await line.put(port=5999)
    await line.state(TrunkState.UNREACHABLE)
    await line.put()
    await line.state(TrunkState.REGISTERED)
    process = line.carrier.process
    assert process is not None
    process.kill()
    await process.wait()
    await line.state(TrunkState.UNREACHABLE)  # it is asked every 15 s, and has 3 s to answer
    await line.us.telephony.dial(OURS, ToNumber(LINE, "13800138000"), shown=CallerId("88001"), timeout=20)
    assert (await line.us.saw(LegEnded)).cause is EndCause.UNREACHABLE
    await line.carrier.until(port_is_free, what="the end of the killed carrier")
    await line.carrier.start_engine()
    await line.state(TrunkState.REGISTERED)


async def test_codecs_are_offered_in_their_order(line: Line):
    async def offered(codecs: tuple[str, ...]) -> list[str]:
        setup = TrunkSetup(TrunkId("near"), "address", PHONE, port=5070, codecs=codecs)
        await line.us.telephony.put_trunk(setup)
        await line.us.telephony.dial(OURS, ToNumber(TrunkId("near"), "123"), shown=CallerId("88001"), timeout=20)
        call = await phone.incoming()
        assert isinstance(call, IncomingCall)
        call.reject(486)
        await line.us.saw(LegEnded)
        line.us.events.clear()
        return phone.trace.rpartition("m=audio ")[2].split("\r\n")[0].split()[2:]

    async with Phone(bind=PHONE, port=5070, user="near") as phone:
        assert (await offered(("alaw", "ulaw")))[:2] == ["8", "0"]
        assert (await offered(("ulaw", "g722", "alaw")))[:3] == ["0", "9", "8"]
