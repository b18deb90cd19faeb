"""The screen pop: who calls, with all that is kept of him, written down during the call; nothing typed is lost."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, SETTLED, Desk, caller, chromium, new_desk
from playwright.async_api import Browser, BrowserContext, Locator, expect

from site_world import Person, SiteWorld, demo_world
from web_server import Answer, Asked, WebServer, say

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept
KNOWN, STRANGER, SHARED = "13977770001", "13977770002", "13977770003"
STATUSES = [
    {"id": "new", "label": "新建", "initial": True, "color": "blue", "next": ["done"]},
    {"id": "done", "label": "已解决", "closed": True, "solves": True, "color": "green", "next": ["new"]},
]


class Scene:
    """A demo company with a customer of whom something is kept, and two who share a number."""

    def __init__(self, world: SiteWorld, browser: Browser, admin: Person) -> None:
        self.world, self.browser, self.admin = world, browser, admin
        self.customer = self.plate = self.table = ""
        self.contexts: list[BrowserContext] = []

    async def fill(self) -> None:
        admin = self.admin
        self.plate = (await admin("POST", "customer-fields", {"label": "车牌", "type": "line", "position": 1}))["id"]
        size = {
            "label": "车型",
            "type": "choice",
            "options": [{"id": "s", "label": "小型"}, {"id": "l", "label": "大型"}],
        }
        await admin("POST", "customer-fields", size | {"position": 2})
        await admin("POST", "customer-fields", {"label": "内部评语", "type": "line", "in_pop": False})
        made = await admin("POST", "customers", {"name": "欧阳来电", "company": "东方物流", "phones": [KNOWN]})
        self.customer = made["id"]
        for name in ("孙一", "孙二"):
            both = {"name": name, "phones": [SHARED], "shared_phones": True}
            await admin("POST", "customers", both)
        table = {"name": "报修", "fields": [{"label": "故障", "type": "line"}], "statuses": STATUSES, "problems": True}
        self.table = (await admin("POST", "tables", table | {"due_hours": 4}))["id"]
        await admin("POST", f"tables/{self.table}/records", {"customer": self.customer, "memo": "冰箱不制冷"})
        await admin("POST", "memos", {"customer": self.customer, "text": "上次说周三再打来"})

    async def stored(self) -> dict[str, Any]:
        return await self.admin("GET", f"customers/{self.customer}")

    async def ana(self, **options: Any) -> Desk:
        context, desk = await new_desk(self.browser, **options)
        self.contexts.append(context)
        await desk.sign_in("ana", self.world.passwords["ana"])
        await desk.page.goto(f"{BASE}/desk")
        return desk

    async def snap(self, desk: Desk, name: str) -> None:
        if SCREENSHOTS:
            await desk.page.wait_for_function(SETTLED)
            await desk.page.screenshot(path=f"{SCREENSHOTS}/{name}.png")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        await world.set_up(admin)
        async with chromium() as browser:
            scene = Scene(world, browser, admin)
            await scene.fill()
            yield scene


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def closed(scene: Scene) -> AsyncIterator[None]:
    """No page of one test keeps the agent's phone from the next."""
    yield
    while scene.contexts:
        await scene.contexts.pop().close()


def card(desk: Desk) -> Locator:
    return desk.page.get_by_role("complementary", name="客户资料")


async def test_the_pop_is_filled_edited_and_outlives_a_reload(scene: Scene):
    world, admin = scene.world, scene.admin
    desk = await scene.ana()
    page = desk.page
    await desk.ready()
    async with caller(KNOWN) as call:
        # All of it is there while it rings, although she never had to do with him.
        await expect(card(desk).get_by_label("姓名")).to_have_value("欧阳来电")
        await expect(card(desk).get_by_text("中国移动")).to_be_visible()
        await expect(page.get_by_label("当前通话", exact=True).get_by_text("中国移动")).to_be_visible()
        await expect(card(desk).get_by_text("#1 新建")).to_be_visible()
        await expect(card(desk).get_by_text("上次说周三再打来")).to_be_visible()
        await expect(card(desk).get_by_label("车牌")).to_be_visible()
        await expect(card(desk).get_by_label("内部评语")).to_have_count(0)
        await expect(page.get_by_label("往来记录").get_by_text("冰箱不制冷")).to_be_visible()
        await desk.answer()
        await expect(page.get_by_role("button", name="保持")).to_be_enabled()

        # A page that is loaded anew in the middle of a word.
        await card(desk).get_by_label("本次通话备忘").press_sequentially("压缩机响，约周五上门")
        await card(desk).get_by_label("车牌").press_sequentially("京A12345")
        await page.reload()
        await expect(card(desk).get_by_label("本次通话备忘")).to_have_value("压缩机响，约周五上门")
        await expect(card(desk).get_by_label("车牌")).to_have_value("京A12345")
        await expect(card(desk).get_by_text("已保存")).to_be_visible()

        async def kept() -> bool:
            memos = (await admin("GET", f"memos?customer={scene.customer}"))["items"]
            noted = [one for one in memos if one["text"] == "压缩机响，约周五上门" and one["journey"]]
            return len(noted) == 1 and (await scene.stored())["values"].get(scene.plate) == "京A12345"

        await world.until(kept, what="what was typed before the reload")

        # Somebody else is faster with the same field: what is typed stays, and says that it is not stored.
        company = card(desk).get_by_label("公司")
        await company.fill("东方快运")
        version = (await scene.stored())["version"]
        answer = await admin.client.patch(
            f"customers/{scene.customer}", json={"company": "东方集团"}, headers={"If-Match": f'"{version}"'}
        )
        assert answer.is_success, answer.text
        await company.blur()
        await expect(card(desk).get_by_role("alert")).to_contain_text("没有保存")
        await expect(company).to_have_value("东方快运")
        await scene.snap(desk, "pop-refused-zh")
        await card(desk).get_by_role("button", name="放弃我的修改").click()
        await expect(company).to_have_value("东方集团")

        # A dialog that is open keeps nobody from the call.
        await card(desk).get_by_role("button", name="发短信给").first.click()
        bar = page.locator(".phone-bar")
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("内容").fill("周五上门")
        await bar.get_by_role("button", name="保持").click()
        await expect(bar.get_by_role("button", name="恢复")).to_be_visible()
        await scene.snap(desk, "pop-sms-zh")
        await bar.get_by_role("button", name="恢复").click()
        await dialog.get_by_role("button", name="取消").click()

        # A record is made beside the call, which is held and taken back meanwhile.
        await card(desk).get_by_role("button", name="报修：新记录").click()
        drawer = page.locator(".ant-drawer-section")
        await drawer.get_by_label("故障").fill("异响")
        await bar.get_by_role("button", name="保持").click()
        await expect(bar.get_by_role("button", name="恢复")).to_be_visible()
        await scene.snap(desk, "pop-record-zh")
        await bar.get_by_role("button", name="恢复").click()
        await expect(bar.get_by_role("button", name="保持")).to_be_visible()
        await page.reload()
        await expect(drawer.get_by_label("故障")).to_have_value("异响")
        await drawer.get_by_role("button", name="保存").click()
        await expect(card(desk).get_by_text("#2 新建")).to_be_visible()
        await expect(page.get_by_label("往来记录").get_by_text("异响")).to_be_visible()
        [made, *_] = (await admin("GET", f"records?customer={scene.customer}"))["items"]
        assert made["journey"] and made["customer"]["id"] == scene.customer
        assert await desk.faults() == []
        await scene.snap(desk, "pop-filled-zh")

        # A drawer that is open keeps nobody from hanging up.
        await card(desk).get_by_role("button", name="新建订单").click()
        await expect(page.locator(".ant-drawer-section")).to_be_visible()
        await bar.get_by_role("button", name="挂断").click()
        await call.wait_ended()


async def test_a_stranger_becomes_a_customer_and_a_shared_number_asks_who_it_is(scene: Scene):
    desk = await scene.ana()
    page = desk.page
    await desk.ready()
    async with caller(STRANGER) as call:
        await desk.answer()
        name = card(desk).get_by_label("姓名")
        await expect(card(desk).get_by_label("号码", exact=True)).to_have_value(STRANGER)
        note = card(desk).get_by_label("本次通话备忘")
        await note.fill("打听价格")
        await name.fill("新来的客户")
        await page.reload()
        await expect(name).to_have_value("新来的客户")
        await card(desk).get_by_role("button", name="保存客户").click()
        await expect(card(desk).get_by_text("已保存")).to_be_visible()
        await expect(note).to_have_value("打听价格")
        await call.hang_up()
    [made] = (await scene.admin("GET", f"customers?q={STRANGER}"))["items"]
    assert made["name"] == "新来的客户"
    [memo] = (await scene.admin("GET", f"memos?customer={made['id']}"))["items"]
    assert (memo["text"], bool(memo["journey"])) == ("打听价格", True)
    await desk.ready()
    async with caller(SHARED) as call:
        await desk.answer()
        await expect(
            card(desk).get_by_role("button", name="孙二")
        ).to_be_visible()  # until both are found, it is one's card
        await expect(card(desk).get_by_role("button", name="孙一")).to_be_visible()
        await card(desk).get_by_role("button", name="孙二").click()
        await expect(card(desk).get_by_label("姓名")).to_have_value("孙二")
        await page.reload()
        await expect(card(desk).get_by_label("姓名")).to_have_value("孙二")
        await call.hang_up()


async def test_in_english_and_dark(scene: Scene):
    ana = await scene.world.sign_in("ana")
    await ana("PATCH", "me", {"language": "en", "theme": "dark"})
    desk = await scene.ana(locale="en-GB", color_scheme="dark")
    page = desk.page
    sign_in = page.get_by_role("button", name="Sign in").or_(page.get_by_role("button", name="Ready"))
    await sign_in.first.click()
    async with caller(KNOWN) as call:
        await expect(page.get_by_role("button", name="Answer")).to_be_enabled()
        await page.keyboard.press("Space")
        column = page.get_by_role("complementary", name="Customer card")
        await expect(column.get_by_label("Note of this call")).to_be_visible()
        await expect(column.get_by_text("#1 新建")).to_be_visible()
        assert await desk.faults() == []
        await scene.snap(desk, "pop-filled-en-dark")
        await call.hang_up()


async def open_page(scene: Scene, **change: str) -> None:
    settings = await scene.admin("GET", "settings")
    version = settings.pop("version")
    answer = await scene.admin.client.put("settings", json=settings | change, headers={"If-Match": f'"{version}"'})
    assert answer.is_success, answer.text


@contextlib.asynccontextmanager
async def other_system() -> AsyncIterator[WebServer]:
    web = WebServer()
    server = await asyncio.start_server(web.serve, "127.0.0.1", 0)
    web.port = server.sockets[0].getsockname()[1]
    yield web
    web.close()
    server.close()


def says(text: str, **headers: str) -> Answer:
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await say(writer, text.encode(), content_type="text/html; charset=utf-8", **headers)

    return answer


async def test_the_page_of_another_system_is_shown_within_the_desk_in_one_tab_only(scene: Scene):
    ana = await scene.world.sign_in("ana")
    await ana("PATCH", "me", {"language": "zh", "theme": "light"})
    async with other_system() as web:
        web.answer = says("<h1>CRM</h1><script>try { top.location = '/away' } catch {}</script>")
        await open_page(scene, pop_url=web.url + "/find?n={number}", pop_in="desk")
        desk = await scene.ana()
        await desk.ready()
        second = await desk.page.context.new_page()
        await second.goto(f"{BASE}/desk")
        await expect(second.get_by_text("电话在另一标签页")).to_be_visible()
        async with caller(KNOWN) as call:
            frame = desk.page.frame_locator("iframe[title=其他系统]")
            await expect(frame.get_by_role("heading", name="CRM")).to_be_visible()
            await expect(second.get_by_label("当前通话", exact=True)).to_be_visible()
            await scene.snap(desk, "pop-within-zh")
            await desk.answer()
            await expect(desk.page.get_by_role("button", name="保持")).to_be_enabled()
            await expect(frame.get_by_role("heading", name="CRM")).to_be_visible()  # it led the desk nowhere
            await expect(second.locator("iframe")).to_have_count(0)
            pages = [asked for asked in web.asked if asked.method == "GET" and asked.path == "/find"]
            assert [asked.query["n"] for asked in pages] == [KNOWN]
            await call.hang_up()
        # What she writes there is hers to end, in wrap-up too.
        await expect(desk.page.get_by_role("button", name="保持")).to_have_count(0)
        await expect(frame.get_by_role("heading", name="CRM")).to_be_visible()
        await desk.page.get_by_role("button", name="关闭此网页").click()
        await expect(desk.page.locator("iframe")).to_have_count(0)
        await second.close()
        # A page that forbids it: the agent reads why, and opens it in a tab.
        web.answer = says("<h1>CRM</h1>", x_frame_options="SAMEORIGIN")
        await desk.ready()
        async with caller(KNOWN) as call:
            region = desk.page.get_by_role("region", name="其他系统")
            await expect(region.get_by_text("对方系统不允许嵌入显示")).to_be_visible()
            await scene.snap(desk, "pop-refused-frame-zh")
            async with desk.page.expect_popup():
                await region.get_by_role("link", name="在新标签页打开").click()
            await desk.answer()
            await expect(desk.page.get_by_role("button", name="保持")).to_be_enabled()
            await call.hang_up()


async def test_the_page_of_another_system_opens_with_who_calls(scene: Scene):
    """In a new tab, as soon as it rings, once for the call; and the same goes to a webhook."""
    admin = scene.admin
    page_of_crm = f"{BASE}/api/v1/site?phone={{number}}&customer={{customer_id}}&agent={{agent_name}}&line={{line}}"
    await open_page(scene, pop_url=page_of_crm, pop_when="ring", pop_in="tab", pop_webhook="http://127.0.0.1:9/calls")
    ana = await scene.world.sign_in("ana")
    await ana("PATCH", "me", {"language": "zh", "theme": "light"})
    await scene.world.hide_numbers(admin, "ana", "middle")
    desk = await scene.ana()
    await desk.ready()
    async with caller(KNOWN) as call:
        async with desk.page.expect_popup() as opened:
            pass
        other = await opened.value
        asked = parse_qs(urlsplit(other.url).query)
        assert asked["phone"] == [f"{KNOWN[:3]}****{KNOWN[-4:]}"]
        assert asked["customer"] == [scene.customer] and asked["agent"] == ["王安娜"] and asked["line"]
        await desk.answer()
        await expect(desk.page.get_by_role("button", name="保持")).to_be_enabled()
        await call.hang_up()
    assert len(desk.page.context.pages) == 2

    async def put_in_line() -> bool:
        jobs = (await admin("GET", "jobs?kind=offer_webhook"))["items"]
        return len(jobs) == 1

    await scene.world.until(put_in_line, what="the webhook of the offer")
