"""A fax from one real engine to another, as sound and as data; and the tone of a fax machine."""

import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).parent))
from world import CARRIER, ENGINE, EngineWorld, engine_world

from callroom.core.ids import FaxId, LegId, TrunkId
from callroom.telephony.port import (
    CallerId,
    EngineReady,
    FaxEnded,
    LegAnswered,
    LegArrived,
    LegEnded,
    ToNumber,
    TrunkSetup,
)

LINE = TrunkId("line")
OURS = LegId("ours")


@dataclass
class Line:
    us: EngineWorld
    carrier: EngineWorld

    async def put(self, *, t38: bool) -> None:
        await self.us.telephony.put_trunk(TrunkSetup(LINE, "address", CARRIER, t38=t38))
        await self.carrier.telephony.put_trunk(TrunkSetup(LINE, "address", ENGINE))

    async def connect(self) -> LegId:
        await self.us.telephony.dial(OURS, ToNumber(LINE, "88001"), shown=CallerId("123"), timeout=20)
        theirs = (await self.carrier.saw(LegArrived)).leg
        await self.carrier.telephony.answer(theirs)
        await self.us.saw(LegAnswered)
        return theirs


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with engine_world() as us, contextlib.AsyncExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="callroom-")))
        carrier = EngineWorld(folder, CARRIER, rtp_from=22000)
        ends.push_async_callback(carrier.close)
        await carrier.start_engine()
        await carrier.start_adapter()
        await carrier.saw(EngineReady)
        yield Line(us, carrier)


def page(path: Path) -> None:
    image = Image.new("1", (1728, 2291), 1)
    pen = ImageDraw.Draw(image)
    for i in range(40):
        pen.text((100, 100 + 50 * i), f"Line {i} of a page that is faxed", fill=0, font_size=40)
    image.save(path, compression="group4", dpi=(204, 196))


@pytest.mark.parametrize("t38", [True, False])
async def test_a_page_goes_over(line: Line, t38: bool):
    await line.put(t38=t38)
    theirs = await line.connect()
    page(line.us.home / "out.tif")
    (line.carrier.home / "faxes").mkdir()
    await line.carrier.telephony.take_fax(FaxId("in"), theirs, str(line.carrier.home / "faxes/in"))
    await line.us.telephony.send_fax(FaxId("out"), OURS, str(line.us.home / "out"), station="+86 571 88001", header="Callroom")
    a = await line.us.saw(FaxEnded, timeout=60)
    b = await line.carrier.saw(FaxEnded, timeout=60)
    print(a, b)
    import subprocess; print(subprocess.run(f"ls -lR {line.us.home} {line.carrier.home}/faxes; for i in {line.us.home} {line.carrier.home}; do sqlite3 $i/engine/db/astdb.sqlite3 .dump || python3 -c \"import sqlite3;print(list(sqlite3.connect(\'$i/engine/db/astdb.sqlite3\').execute(\'select * from astdb\')))\"; done", shell=True, capture_output=True, text=True).stdout[-2500:])
    for e in (line.us, line.carrier):
        print(e.events[-4:])
        print((e.home / "engine/log/messages.log").read_text()[-2000:])
    await line.us.telephony.hang_up(OURS)
    await line.us.saw(LegEnded)
    await line.carrier.saw(LegEnded)
    assert not await line.us.leaks() and not await line.carrier.leaks()
    assert a.outcome.fault is None and a.outcome.t38 is t38
