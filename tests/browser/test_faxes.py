"""A fax from the page to another telephone engine: refused, sent again, taken, and looked at."""

import os
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, SETTLED, chromium, new_desk
from playwright.async_api import expect
from world import CARRIER, ENGINE, EngineWorld

from callroom.core.ids import FaxId, TrunkId
from callroom.telephony.port import EndCause, EngineReady, FaxEnded, LegArrived, TrunkSetup
from site_world import demo_world

SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept
THEM = "057188001234"


def letter(file: Path) -> Path:
    sheet = Image.new("L", (620, 877), 255)
    ImageDraw.Draw(sheet).text((60, 100), "Invoice 4711", fill=0, font_size=40)
    sheet.save(file, format="PDF", resolution=75)
    return file


@pytest.mark.timeout(420)  # seconds: pages go at the speed of a telephone line
@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
async def test_a_letter_is_refused_sent_again_and_arrives(language: str, theme: str, tmp_path: Path):
    zh = language == "zh"
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        ana = await world.sign_in("ana")
        await ana("PATCH", "me", {"language": language, "theme": theme})
        (tmp_path / "far").mkdir()
        far = EngineWorld(tmp_path / "far", CARRIER, rtp_from=22000)
        try:
            await far.start_engine()
            await far.start_adapter()
            await far.saw(EngineReady, timeout=30)
            await far.telephony.put_trunk(TrunkSetup(TrunkId("line"), "address", ENGINE))
            line = {"name": "Fax line", "kind": "address", "host": CARRIER, "match": [f"{CARRIER}/32"]}
            trunk = await admin("POST", "trunks", line)
            way = {"name": "Faxes", "pattern": "0571X.", "trunk_ids": [trunk["id"]], "position": 0}
            await admin("POST", "outbound-routes", way)
            box = {"name": "办公室", "number": "6901", "station": "0571 88009", "user_ids": [ana.id]}
            await admin("POST", "fax-boxes", box)
            async with chromium() as browser:
                _, desk = await new_desk(browser, viewport={"width": 1280, "height": 900})
                page = desk.page
                await desk.sign_in("ana", world.passwords["ana"])
                await page.goto(f"{BASE}/faxes")

                async def look(name: str) -> None:
                    await page.mouse.move(2, 450)
                    await page.wait_for_function(SETTLED)
                    if SCREENSHOTS:
                        await page.screenshot(path=f"{SCREENSHOTS}/fax-{name}-{language}-{theme}.png")
                    assert not (faults := await desk.faults()), (name, faults)

                async def is_being_sent() -> bool:
                    return (await ana("GET", "faxes?direction=out"))["items"][0]["state"] == "sending"

                await page.get_by_role("button", name="发传真" if zh else "Send a fax").click()
                dialog = page.get_by_role("dialog")
                (tmp_path / "letter.txt").write_text("Invoice 4711")
                await dialog.locator("input[type=file]").set_input_files(tmp_path / "letter.txt")
                await expect(dialog.get_by_text("请选择 PDF 文件" if zh else "Choose a PDF file")).to_be_visible()
                await dialog.locator("input[type=file]").set_input_files(letter(tmp_path / "letter.pdf"))
                await expect(dialog.get_by_text("letter.pdf")).to_be_visible()
                await dialog.get_by_label("传真号码" if zh else "Fax number").fill("110")
                send = dialog.get_by_role("button", name="发送" if zh else "Send", exact=True)
                await send.click()
                await expect(dialog.locator(".ant-alert")).to_be_visible()  # no faxes to the police
                await dialog.get_by_label("传真号码" if zh else "Fax number").fill(THEM)
                await look("new")
                await send.click()
                await expect(dialog).to_be_hidden()

                row = page.locator("main tbody tr.ant-table-row")
                await expect(row).to_have_count(1)
                first = await far.saw(LegArrived, timeout=60)
                await far.telephony.hang_up(first.leg, EndCause.NOT_FOUND)
                await expect(row).to_contain_text("失败，已发 0 页" if zh else "Failed after 0 pages", timeout=60_000)
                await row.get_by_role("link", name=THEM).click()
                drawer = page.locator(".ant-drawer-section")
                await expect(drawer.get_by_text("号码不存在" if zh else "There is no such number")).to_be_visible()
                await look("failed")
                await drawer.get_by_role("button", name="重新发送" if zh else "Send again").click()
                second = await far.saw(LegArrived, lambda event: event.leg != first.leg, timeout=60)
                await far.telephony.answer(second.leg)
                await world.until(is_being_sent, within=60, what="a call between two fax machines")
                await far.telephony.take_fax(FaxId("in"), second.leg, str(far.home / "in"))
                done = "已发送 1 页" if zh else "Sent: 1 page in"
                taken = await far.saw(FaxEnded, timeout=120)
                assert (taken.outcome.pages, taken.outcome.fault) == (1, None)
                await expect(drawer.get_by_text(done)).to_be_visible(timeout=60_000)
                await expect(drawer.locator("img")).to_be_visible()
                await expect(drawer.get_by_role("button", name="重新发送" if zh else "Send again")).to_have_count(0)
                await look("sent")
                [fax] = (await ana("GET", "faxes?direction=out"))["items"]
                assert (fax["state"], fax["attempts"], fax["reason"]) == ("sent", 1, "")
                refused = [error for error in desk.errors if "409" not in error]  # the number that gets none
                assert not refused, refused
        finally:
            await far.close()
