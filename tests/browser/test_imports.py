"""A file of customers on its way: chosen, mapped, looked at, run, its wrong rows mended, and the whole taken back."""

import csv
import io
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, Desk, chromium, new_desk
from playwright.async_api import expect

from site_world import Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept
ROWS, BAD = 1_000, 10


def customers() -> list[list[str]]:
    rows = [["客户姓名", "联系手机", "车牌", "说明", "内部编号"]]
    for n in range(ROWS):
        phone = "=1+1" if n % 100 == 1 else f"1867654{n:04}"
        rows.append([f"导入{n}", phone, f"京A{n:05}", "喜欢下午接电话", str(n)])
    return rows


def table(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("gbk")


class Scene:
    def __init__(self, world: SiteWorld, admin: Person, desk: Desk) -> None:
        self.world, self.admin, self.desk = world, admin, desk

    async def count(self) -> int:
        return (await self.admin("GET", "customers/count?q=导入"))["count"]

    async def picture(self, name: str) -> None:
        """The screen, judged."""
        page = self.desk.page
        assert await self.desk.faults() == [], name
        if SCREENSHOTS:
            await page.screenshot(path=f"{SCREENSHOTS}/import-{name}.png")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        await world.set_up(admin)
        await admin("POST", "customer-fields", {"label": "车牌", "type": "line"})
        async with chromium() as browser:
            _, desk = await new_desk(browser, viewport={"width": 1280, "height": 900})
            await desk.sign_in("admin", world.passwords["admin"])
            yield Scene(world, admin, desk)
            assert desk.errors == []


async def test_a_file_goes_the_whole_way_and_back(scene: Scene):
    page = scene.desk.page
    await page.goto(f"{BASE}/customers")
    await page.get_by_role("button", name="导入客户").click()
    await page.get_by_role("button", name="导入文件").click()
    await scene.picture("upload")
    file = {"name": "一月客户.csv", "mimeType": "text/csv", "buffer": table(customers())}
    await page.locator("input[type=file]").set_input_files(file)
    await expect(page.get_by_text("共 1000 行数据，编码 GB18030")).to_be_visible()
    await expect(page.get_by_text("车牌").first).to_be_visible()
    await page.get_by_role("button", name="为“内部编号”新建字段").click()
    await page.get_by_role("menuitem", name="数字").click()
    await expect(page.get_by_role("button", name="为“内部编号”新建字段")).to_have_count(0)
    await scene.picture("map")
    await page.get_by_role("button", name="预览").click()
    await expect(page.get_by_text("京A00000")).to_be_visible()
    await expect(page.get_by_text("不是有效的号码。").first).to_be_visible()
    await scene.picture("preview")
    await page.get_by_role("button", name="开始导入 1000 行").click()
    drawer = page.get_by_role("dialog")
    await expect(drawer.get_by_text("已完成")).to_be_visible()
    assert await scene.count() == ROWS - BAD
    fields = {one["label"]: one["id"] for one in (await scene.admin("GET", "customer-fields?limit=50"))["items"]}
    [one] = (await scene.admin("GET", "customers?q=导入777"))["items"]
    assert one["values"] == {fields["车牌"]: "京A00777", fields["内部编号"]: 777}
    await scene.picture("result")
    async with page.expect_download() as coming:
        await drawer.get_by_role("link", name="下载有误的行").click()
    path = await (await coming.value).path()
    told = list(csv.reader(io.StringIO(path.read_bytes().decode("gbk"))))
    assert told[0][-1] == "错误" and len(told) == BAD + 1
    assert all(row[1] == "'=1+1" and row[-1] == "联系手机：不是有效的号码。" for row in told[1:])
    mended = [told[0], *([*row[:1], f"1877654{n:04}", *row[2:]] for n, row in enumerate(told[1:]))]
    await drawer.get_by_role("button", name="关闭").last.click()
    await page.get_by_role("button", name="导入文件").click()
    file = {"name": "改正.csv", "mimeType": "text/csv", "buffer": table(mended)}
    await page.locator("input[type=file]").set_input_files(file)
    await page.get_by_role("button", name="预览").click()
    await page.get_by_role("button", name="开始导入 10 行").click()
    await expect(drawer.get_by_text("已完成")).to_be_visible()
    assert await scene.count() == ROWS
    await drawer.get_by_role("button", name="关闭").last.click()
    await page.get_by_role("row", name="一月客户").get_by_role("button", name="撤销导入").click()
    await page.get_by_role("tooltip").get_by_role("button", name="撤销导入").click()
    await expect(page.get_by_text("已删除 990 位")).to_be_visible()
    assert await scene.count() == BAD
    await scene.picture("list")


async def test_what_cannot_be_read_is_said(scene: Scene):
    page = scene.desk.page
    await page.goto(f"{BASE}/customers/imports?open=new")
    file = {"name": "重复.csv", "mimeType": "text/csv", "buffer": "姓名,姓名\n1,2\n".encode("gbk")}
    await page.locator("input[type=file]").set_input_files(file)
    await expect(page.get_by_text("表头重复：姓名。请改成不同的名称。").first).to_be_visible()
    await scene.picture("unreadable")


@pytest.mark.parametrize("look", [("zh", "dark"), ("en", "light"), ("en", "dark")])
async def test_the_pages_in_every_look(scene: Scene, look: tuple[str, str]):
    language, theme = look
    page = scene.desk.page
    await scene.admin("PATCH", "me", {"language": language, "theme": theme})
    await page.reload()
    await expect(page.locator(f"html[data-theme={theme}][lang^={language}]")).to_be_attached()
    for name, address in (("list", "customers/imports"), ("upload", "customers/imports?open=new")):
        await page.goto(f"{BASE}/{address}")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await scene.picture(f"{name}-{language}-{theme}")
