"""An attendant drawn by hand: a bank's, four levels deep, published, tried, copied, and watched at work."""

import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, SETTLED, Desk, caller, chromium, new_desk
from playwright.async_api import Locator, Page, expect

from site_world import PASSWORD, Person, SiteWorld, site_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
ENTER = "请输入账号，按井号键结束。"
TRIED: dict[str, Any] = {
    "entry": "account",
    "nodes": {
        "account": {"kind": "digits", "label": "收集号码", "sound": {"text": {"zh": ENTER}}, "variable": "account",
                    "longest": 20, "next": "look", "fallback": "end"},
        "look": {"kind": "lookup", "label": "查询数据", "source": {"kind": "crm"},
                 "outputs": [{"variable": "balance", "path": "balance"}], "next": "tell", "fallback": "end"},
        "tell": {"kind": "say", "label": "播报数值", "value": "{{balance}}", "style": "amount", "next": "menu"},
        "menu": {"kind": "menu", "label": "按键菜单", "sound": {"text": {"zh": "评价请按一，结束请按二。"}},
                 "keys": {"1": "rate", "2": "end"}, "fallback": "end"},
        "rate": {"kind": "go_to", "label": "评价", "destination": None},
        "end": {"kind": "hang_up", "label": "挂断"},
    },
}  # fmt: skip
QUESTION = {"label": "服务", "sound": {"system": "rate_service"}, "keys": {"1": "satisfied"}}
WEEK = [{"day": day, "begins": "09:00", "ends": "17:00"} for day in range(1, 6)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office() -> AsyncIterator[tuple[SiteWorld, Person, Desk]]:
    """The demo company, its administrator, and his browser."""
    async with site_world() as world:
        await world.load_demo()
        admin = await world.sign_in("admin", PASSWORD)
        await world.set_up(admin)
        async with chromium() as browser:
            context, desk = await new_desk(browser, viewport={"width": 1600, "height": 900})
            await desk.sign_in("admin", PASSWORD)
            yield world, admin, desk
            await context.close()
    assert desk.errors == [], "the page complained in its console"


def step(page: Page, name: str) -> Locator:
    return page.locator(".react-flow__node").filter(has=page.get_by_text(name, exact=True))


async def middle(place: Locator) -> tuple[float, float]:
    box = await place.bounding_box()
    assert box, "it is not drawn"
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def draw_line(page: Page, name: str, exit: str, to: tuple[float, float]) -> None:
    """Drag a line from a step's exit to a point of the screen."""
    x, y = await middle(step(page, name).locator(f'[data-handleid="{exit}"]'))
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move((x + to[0]) / 2, (y + to[1]) / 2, steps=4)
    await page.mouse.move(*to, steps=4)
    await page.mouse.up()


async def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list of the side panel, as soon as it has opened and stands still."""
    await page.locator(".flow-right").get_by_label(label, exact=True).click()
    listed = page.locator(".ant-select-dropdown:visible").get_by_title(option, exact=True)
    await expect(listed).to_be_visible()
    await page.wait_for_function(SETTLED)
    await listed.click()
    await expect(listed).to_have_count(0)


async def opened(admin: Person, page: Page, name: str) -> str:
    """An attendant of this test's own, drawn and shown; its id."""
    survey = await admin("POST", "surveys", {"name": f"{name}调查", "form": {"questions": [QUESTION]}})
    nodes = TRIED["nodes"] | {"rate": TRIED["nodes"]["rate"] | {"destination": {"kind": "survey", "id": survey["id"]}}}
    flow = await admin("POST", "ivr-flows", {"name": name, "definition": TRIED | {"nodes": nodes}})
    await page.goto(f"{BASE}/flows/{flow['id']}")
    await expect(page.locator(".react-flow__node")).to_have_count(len(nodes))
    return flow["id"]


async def after_it(page: Page, kind: str) -> None:
    """With the keyboard: one more step after the selected one."""
    await page.keyboard.press("+")
    await page.get_by_role("dialog").get_by_role("button", name=kind).press("Enter")
    await expect(page.locator(".react-flow__node.selected").get_by_text(kind, exact=True)).to_be_visible()


async def says(page: Page, label: str, zh: str) -> None:
    await choose(page, label, "朗读文字…")
    await page.get_by_role("textbox", name=f"{label}: 中文内容").fill(zh)
    await page.locator(".flow-right strong").first.click()  # away from the field, but not from the step


async def test_a_bank_draws_its_attendant(office: tuple[SiteWorld, Person, Desk]):
    _, admin, desk = office
    page = desk.page
    await admin("POST", "schedules", {"name": "营业时间表", "hours": WEEK})
    await admin("POST", "surveys", {"name": "满意度", "form": {"questions": [QUESTION]}})
    host = {"name": "核心系统", "kind": "http", "base_url": "http://127.0.0.1:9/"}
    await admin("POST", "connections", host)

    await page.goto(f"{BASE}/exchange/flows?open=new")
    await page.get_by_role("textbox", name="名称").fill("银行")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/flows/f_*")
    flow = page.url.rsplit("/", 1)[1]

    await page.get_by_role("button", name="营业时间", exact=True).click()
    await choose(page, "时间表", "营业时间表")
    canvas = await middle(page.locator(".flow-canvas"))
    await draw_line(page, "营业时间", "open", (canvas[0] + 180, canvas[1] - 180))
    await page.get_by_role("dialog").get_by_role("button", name="切换语言").click()
    await page.locator(".flow-right").get_by_text("中文", exact=True).click()
    await step(page, "切换语言").focus()

    await after_it(page, "收集号码")
    await page.get_by_label("存为变量", exact=True).fill("account")
    await says(page, "语音", ENTER)
    await step(page, "收集号码").focus()
    await after_it(page, "查询数据")
    await choose(page, "查询来源", "其他系统（HTTP）")
    await choose(page, "数据连接", "核心系统")
    await page.get_by_label("路径", exact=True).fill("/accounts/{{account}}")
    await page.get_by_role("button", name="再保存一个值").click()
    await page.get_by_label("结果中的位置 1").fill("balance")
    await page.get_by_label("存为变量 1").fill("balance")
    await step(page, "查询数据").focus()
    await after_it(page, "播报数值")
    await page.get_by_role("button", name="插入变量: 值").click()
    await page.get_by_role("menuitem", name="balance").click()
    await choose(page, "播报方式", "金额")
    await step(page, "播报数值").focus()
    await after_it(page, "按键菜单")
    await says(page, "语音", "评价请按一，结束请按二。")
    await page.get_by_role("button", name="自动排列").click()
    await expect(step(page, "营业时间")).to_be_in_viewport()

    end = await middle(page.locator(".flow-canvas"))
    await draw_line(page, "按键菜单", "2", (end[0], end[1] + 250))
    await page.get_by_role("dialog").get_by_role("button", name="挂断").click()
    for name, exit in (("按键菜单", "fallback"), ("营业时间", "closed"), ("收集号码", "fallback")):
        await draw_line(page, name, exit, await middle(step(page, "挂断").locator(".flow-step-name")))
    await step(page, "查询数据").click()
    await choose(page, "查询失败通向", "挂断")
    await step(page, "按键菜单").click()
    await page.get_by_role("button", name="转接", exact=True).click()  # goes to the first key that leads nowhere
    await choose(page, "去向 去向类型", "满意度调查")
    await choose(page, "去向 去向", "满意度")

    await page.get_by_role("button", name="自动排列").click()
    await expect(page.get_by_text("草稿已保存")).to_be_visible()
    await page.get_by_text("问题", exact=True).click()
    await expect(page.get_by_text("没有问题，可以发布。")).to_be_visible()
    await page.get_by_role("button", name="发布").click()
    await page.get_by_label("说明（可不填）").fill("第一版")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("已发布为第 1 版")).to_be_visible()
    await expect(page.get_by_text("与发布版一致")).to_be_visible()

    stored = await admin("GET", f"ivr-flows/{flow}")
    assert (stored["published"], stored["draft"]) == (1, None)
    nodes, entry = stored["definition"]["nodes"], stored["definition"]["entry"]
    way = [nodes[entry]]
    for exit in ("open", "next", "next", "next", "next"):
        way.append(nodes[way[-1][exit]])
    assert [node["kind"] for node in way] == ["hours", "language", "digits", "lookup", "say", "menu"]
    assert way[2]["sound"]["text"]["zh"] == ENTER
    assert way[3]["source"]["path"] == "/accounts/{{account}}"
    assert (way[4]["value"], way[4]["style"]) == ("{{balance}}", "amount")
    assert nodes[way[5]["keys"]["1"]]["destination"]["kind"] == "survey"
    ends = {way[5]["keys"]["2"], way[5]["fallback"], way[0]["closed"], way[2]["fallback"], way[3]["fallback"]}
    assert [nodes[name]["kind"] for name in ends] == ["hang_up"]
    assert all(node["at"] for node in nodes.values()), "every step has its place"


async def test_the_draft_is_tried_like_a_call(office: tuple[SiteWorld, Person, Desk]):
    _, admin, desk = office
    page = desk.page
    await opened(admin, page, "试拨")
    await page.get_by_text("模拟", exact=True).click()
    panel = page.locator(".flow-right")
    await panel.get_by_text("来电设置").click()
    await panel.get_by_label("时间", exact=True).fill("2026-11-25 10:00")
    await page.keyboard.press("Enter")
    await panel.get_by_role("button", name="呼入").click()
    await expect(panel.get_by_text(ENTER)).to_be_visible()
    await expect(step(page, "收集号码").locator(".flow-lit")).to_be_visible()
    for _ in range(6):  # the drawing is far away when the next step is reached, and follows
        await page.get_by_role("button", name="放大").click()
    await panel.get_by_role("button", name="按 1", exact=True).click()
    await panel.get_by_role("button", name="按 2", exact=True).press("3")  # the keys of the keyboard are keys too
    await page.keyboard.press("#")
    await expect(panel.get_by_text("account = 13")).to_be_visible()
    await panel.get_by_label("查询的返回").fill('{"balance": 1305.5}')
    await panel.get_by_role("button", name="返回", exact=True).click()
    await expect(panel.get_by_text("1305.5", exact=True)).to_be_visible()
    await panel.get_by_role("button", name="按 1", exact=True).click()
    await expect(panel.get_by_text("转到：满意度调查 试拨调查")).to_be_visible()
    await expect(step(page, "评价").locator(".flow-lit")).to_be_in_viewport()
    await panel.get_by_role("button", name="挂断").click()


async def test_what_was_done_is_undone_and_copied_elsewhere(office: tuple[SiteWorld, Person, Desk]):
    _, admin, desk = office
    page = desk.page
    await opened(admin, page, "原件")
    drawn = page.locator(".react-flow__node")
    count = len(TRIED["nodes"])
    await step(page, "播报数值").click()
    await page.keyboard.press("Delete")
    await expect(drawn).to_have_count(count - 1)
    await page.keyboard.press("Control+z")
    await expect(drawn).to_have_count(count)
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(".react-flow__node.selected")).to_have_count(1)
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Control+c")
    await expect(page.get_by_text(f"已复制 {count} 个步骤")).to_be_visible()

    await admin("POST", "ivr-flows", {"name": "副本"})
    await page.get_by_role("link", name="全部语音导航").click()
    await page.get_by_role("link", name="副本").click()
    await expect(page.locator(".react-flow")).to_be_visible()
    await expect(page.get_by_text("副本").first).to_be_visible()
    await expect(drawn).to_have_count(0)
    await page.keyboard.press("Control+v")
    await expect(page.get_by_text(f"选中 {count} 个步骤")).to_be_visible()
    await page.keyboard.press("Control+z")
    await expect(drawn).to_have_count(0)


async def test_two_people_do_not_overwrite_each_other_unseen(office: tuple[SiteWorld, Person, Desk]):
    _, admin, desk = office
    page = desk.page
    flow = await opened(admin, page, "两人")
    await step(page, "播报数值").click()
    stored = await admin("GET", f"ivr-flows/{flow}")
    admin.client.headers["If-Match"] = str(stored["version"])
    await admin("PUT", f"ivr-flows/{flow}/draft", {"definition": stored["definition"]})
    await page.get_by_label("名称", exact=True).fill("报余额")
    await expect(page.get_by_text("其他人同时修改了这个语音导航。")).to_be_visible()
    desk.errors[:] = [error for error in desk.errors if "412" not in error]  # the server refused to save
    await page.get_by_role("button", name="保留我的，覆盖对方的").click()
    await expect(page.get_by_text("草稿已保存")).to_be_visible()
    assert (await admin("GET", f"ivr-flows/{flow}"))["draft"]["nodes"]["tell"]["label"] == "报余额"


async def test_the_drawing_shows_who_is_where(office: tuple[SiteWorld, Person, Desk]):
    _, admin, desk = office
    page = desk.page
    [demo] = (await admin("GET", "ivr-flows?q=总机"))["items"]
    await page.goto(f"{BASE}/flows/{demo['id']}")
    async with caller(keys="") as call:
        await expect(step(page, "主菜单").locator(".flow-present")).to_have_text(re.compile("1"))
        await call.press("2")
        await expect(step(page, "主菜单").locator(".flow-present")).to_have_count(0)
        await call.hang_up()
    await page.get_by_label("流量", exact=True).click()
    await page.locator(".ant-select-dropdown:visible").get_by_title("今天").click()
    await expect(step(page, "主菜单").locator(".flow-visits")).to_have_text("1")
    await step(page, "主菜单").click()
    await expect(page.get_by_label("所选时段").get_by_text("到达次数")).to_be_visible()
