"""A fax from one real engine to another, as data and as sound."""

import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw

sys.path.insert(0, str(Path(__file__).parent))
from world import CARRIER, ENGINE, EngineWorld, engine_world

from callroom.core.ids import FaxId, LegId, TrunkId
from callroom.media.fax_pages import to_pdf, to_tiff
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
OURS, FAX = LegId("ours"), FaxId("fx1")


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
        await self.carrier.saw(LegAnswered, lambda event: event.leg == theirs)
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


async def test_a_letter_goes_over_as_data_and_as_sound(line: Line, tmp_path: Path):
    """Both ways of one line: what comes out of it looks like what went in."""
    sent = tmp_path / "letter.pdf"
    sheet = Image.new("L", (600, 620), 255)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((30, 80, 130, 140), fill=0)
    pen.text((200, 110), "Invoice 4711", fill=0, font_size=40)
    pen.text((60, 230), "Thank you for your order.", fill=0, font_size=30)
    sheet.save(sent, resolution=72)
    await to_tiff(sent, line.us.home / "out.tif")
    for t38 in (True, False):
        await line.put(t38=t38)
        theirs = await line.connect()
        await line.carrier.telephony.take_fax(FaxId("in"), theirs, str(line.carrier.home / "in"))
        await line.us.telephony.send_fax(
            FAX, OURS, str(line.us.home / "out"), station="+86 571 88001", header="Callroom"
        )
        told = (await line.us.saw(FaxEnded, timeout=60)).outcome
        heard = (await line.carrier.saw(FaxEnded, timeout=60)).outcome
        assert (told.pages, told.fault, told.t38) == (1, None, t38)
        assert (heard.pages, heard.fault, heard.t38, heard.station) == (1, None, t38, "+86 571 88001")
        assert await to_pdf(line.carrier.home / "in.tif", tmp_path / f"{t38}.pdf") == 1
        assert unlike(rendered(sent), rendered(tmp_path / f"{t38}.pdf")) < 0.4
        await line.us.telephony.hang_up(OURS)
        await line.us.saw(LegEnded)
        await line.carrier.saw(LegEnded)
        assert not await line.us.leaks() and not await line.carrier.leaks()
        for engine in (line.us, line.carrier):
            engine.events.clear()


def rendered(pdf: Path) -> Image.Image:
    """The writing of a page, without the header that the sender's machine puts above it."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=1, grayscale=True).to_pil().convert("L")
    page = page.crop((0, page.height // 20, page.width, page.height)) if "letter" not in pdf.name else page
    box = page.point([255 if value < 128 else 0 for value in range(256)]).getbbox()
    assert box is not None, "an empty page"
    return page.crop(box).resize((120, 60), Image.Resampling.BOX)


def unlike(one: Image.Image, other: Image.Image) -> float:
    """The share of black that is not in the same place."""
    black = sum(255 - value for value in one.tobytes())
    return sum(ImageChops.difference(one, other).tobytes()) / black
