"""The page of customers: an agent finds, calls and changes those whose numbers he may not see whole; two who write at
once lose nothing; who is deleted is brought back."""

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, SETTLED, Desk, chromium, new_desk
from playwright.async_api import Browser, Locator, expect

from callroom.demo.company import CARRIER, CARRIER_PORT
from callroom.demo.phone import Phone, Tone
from site_world import Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept
NUMBERS = ["+8613977770001", "+8613877770001", "+8613977790001"]  # the last looks like the first when it is hidden


class Scene:
    """A demo company with one customer more, who has three phones, a field that agents see and one that they do not."""

    def __init__(self, world: SiteWorld, browser: Browser, admin: Person, carrier: Phone) -> None:
        self.world, self.browser, self.admin, self.carrier = world, browser, admin, carrier
        self.customer = ""
        self.plate = self.card = ""

    async def fill(self) -> None:
        made = [
            await self.admin("POST", "customer-fields", {"label": "车牌", "type": "line", "position": 1}),
            await self.admin("POST", "customer-fields", {"label": "证件", "type": "number", "masked": True}),
        ]
        self.plate, self.card = (one["id"] for one in made)
        body = {"name": "欧阳测试", "company": "东方物流", "phones": NUMBERS, "tags": ["老友", "批发"], "tier": 3,
                "values": {self.plate: "京A12345", self.card: 4711}}  # fmt: skip
        self.customer = (await self.admin("POST", "customers", body))["id"]

    async def stored(self) -> dict[str, Any]:
        return await self.admin("GET", f"customers/{self.customer}")

    async def desk(self, login: str) -> Desk:
        _, desk = await new_desk(self.browser, viewport={"width": 1280, "height": 900})
        await desk.sign_in(login, self.world.passwords[login])
        return desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with demo_world() as world, Phone(bind=CARRIER, port=CARRIER_PORT, user="carrier") as carrier:
        admin = await world.sign_in("admin")
        await world.set_up(admin)
        await world.hide_numbers(admin, "ana", "middle")
        async with chromium() as browser:
            scene = Scene(world, browser, admin, carrier)
            await scene.fill()
            yield scene


async def search(desk: Desk, text: str) -> Locator:
    """The rows that are found as this is typed, once it is only he whom it names."""
    await desk.page.get_by_label("姓名、公司、号码、备注").first.press_sequentially(text)
    rows = desk.page.locator("main tbody tr.ant-table-row")
    await expect(rows).to_have_count(1)
    return rows.first


async def look(desk: Desk, name: str) -> None:
    await desk.page.wait_for_function(SETTLED)
    if SCREENSHOTS:
        await desk.page.screenshot(path=f"{SCREENSHOTS}/{name}.png")


async def test_customers_are_filtered_by_what_stands_in_a_field_that_one_sees(scene: Scene):
    """By a choice as it is chosen; an agent is not offered the field that he does not see."""
    options = [{"label": "居民"}, {"label": "商业、办公"}]
    field = await scene.admin("POST", "customer-fields", {"label": "类别", "type": "choice", "options": options})
    other = {"name": "司徒商业", "values": {field["id"]: "商业、办公"}}
    made = await scene.admin("POST", "customers", other)
    desk = await scene.desk("ana")
    page, rows = desk.page, desk.page.locator("main tbody tr.ant-table-row")
    await page.goto(f"{BASE}/customers")
    await page.get_by_role("button", name="自定义字段").click()
    await page.get_by_role("combobox", name="自定义字段").click()
    offered = page.locator(".ant-select-item-option")
    await expect(offered.filter(has_text="车牌")).to_be_visible()
    await expect(offered.filter(has_text="证件")).to_have_count(0)
    await offered.filter(has_text="类别").click()
    await page.get_by_role("combobox", name="数值").click()
    await offered.filter(has_text="商业、办公").click()
    await page.keyboard.press("Escape")  # of several choices more could follow
    await page.get_by_role("button", name="筛选", exact=True).click()
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_contain_text("司徒商业")
    await expect(page.get_by_text("类别 等于 商业、办公")).to_be_visible()
    await look(desk, "customers-by-field")
    await page.get_by_role("button", name="清除筛选").click()
    await expect(page.get_by_text("类别 等于 商业、办公")).to_have_count(0)
    assert not desk.errors
    await page.context.close()  # it has her phone
    await scene.admin("DELETE", f"customers/{made['id']}")
    await scene.admin("DELETE", f"customer-fields/{field['id']}")


async def test_an_agent_finds_calls_and_changes_a_customer_whose_numbers_are_hidden(scene: Scene):
    desk = await scene.desk("ana")
    page = desk.page
    await page.goto(f"{BASE}/desk")
    await desk.ready()
    await page.get_by_role("link", name="客户", exact=True).click()
    row = await search(desk, "欧阳")
    await expect(row).to_contain_text("139****0001")
    await look(desk, "customers-found")

    await scene.world.carrier_answers(scene.admin)
    await row.get_by_role("button", name="拨打 欧阳测试 138****0001").click()
    far = await scene.carrier.incoming()
    await far.answer(Tone(900))
    await desk.hears(900)
    await far.hang_up()
    assert (await scene.world.journey(scene.admin, direction="outbound"))["to"].endswith("13877770001")

    await row.click()
    drawer = page.locator(".ant-drawer-section")
    await expect(drawer.get_by_label("证件")).to_be_disabled()
    await look(desk, "customers-opened")
    await drawer.get_by_label("车牌").fill("沪B54321")
    await drawer.get_by_label("第 2 个号码的类别").fill("单位")
    await drawer.get_by_role("button", name="添加号码").click()
    await drawer.get_by_label("第 4 个号码", exact=True).fill("010-88887777")
    await drawer.get_by_role("button", name="第 3 个号码排到最前").click()
    await drawer.get_by_role("button", name="保存").click()
    await expect(drawer).to_have_count(0)
    now = await scene.stored()
    assert [(one["number"], one["label"]) for one in now["phone_list"]] == [
        (NUMBERS[2], ""),
        (NUMBERS[0], ""),
        (NUMBERS[1], "work"),
        ("+861088887777", ""),
    ]
    assert now["values"] == {scene.plate: "沪B54321", scene.card: 4711}

    await row.click()
    await drawer.get_by_role("tab", name="历史").click()
    await expect(drawer.get_by_text("京A12345 → 沪B54321")).to_be_visible()
    await look(desk, "customers-history")
    await drawer.get_by_role("tab", name="通话").click()
    await drawer.get_by_role("link", name="在列表中查看").click()
    await expect(page.get_by_text("仅一位客户")).to_be_visible()
    calls = page.locator("main tbody tr.ant-table-row")
    await expect(calls).to_have_count(1)
    await calls.first.click()
    await page.wait_for_url("**/calls/*")
    assert not desk.errors
    await page.context.close()


async def test_two_who_write_at_once_are_told_of_it(scene: Scene):
    desk = await scene.desk("ana")
    await desk.page.goto(f"{BASE}/customers?open={scene.customer}")
    drawer = desk.page.locator(".ant-drawer-section")
    company = drawer.get_by_label("公司", exact=True)
    await company.fill("安娜写的")
    version = (await scene.stored())["version"]
    answer = await scene.admin.client.patch(
        f"customers/{scene.customer}",
        json={"company": "主管写的", "memo": "来电优先"},
        headers={"If-Match": f'"{version}"'},
    )
    assert answer.is_success
    await drawer.get_by_role("button", name="保存").click()
    await expect(drawer.get_by_text("您和他人同时修改了：公司。")).to_be_visible()
    await expect(company).to_have_value("安娜写的")
    await look(desk, "customers-conflict")
    await drawer.get_by_role("button", name="放弃我的修改").click()
    await expect(company).to_have_value("主管写的")
    await company.fill("安娜再写")
    await drawer.get_by_role("button", name="保存").click()
    await expect(drawer).to_have_count(0)
    now = await scene.stored()
    assert (now["company"], now["memo"]) == ("安娜再写", "来电优先")
    await desk.page.context.close()


async def test_who_is_deleted_is_brought_back(scene: Scene):
    desk = await scene.desk("admin")
    page = desk.page
    await page.goto(f"{BASE}/customers?tag=批发")
    rows = page.locator("main tbody tr.ant-table-row")
    await expect(rows).to_have_count(1)
    await expect(page.get_by_role("status").filter(has_text="共 1 位客户")).to_be_visible()
    await page.get_by_role("columnheader", name="客户等级").click()
    await page.wait_for_url("**sort=tier**")
    await rows.first.click()
    drawer = page.locator(".ant-drawer-section")
    await drawer.get_by_role("button", name="删除").click()
    await page.locator(".ant-popconfirm").get_by_role("button").last.click()
    await expect(rows).to_have_count(0)
    await page.get_by_role("checkbox", name="已删除的").click()
    await expect(rows).to_have_count(1)
    await look(desk, "customers-deleted")
    await rows.first.get_by_role("button").click()
    await expect(rows).to_have_count(0)
    await page.get_by_role("checkbox", name="已删除的").click()
    await expect(rows.first).to_contain_text("欧阳测试")
    assert (await scene.stored())["deleted_at"] is None
    await page.context.close()


async def test_a_leader_changes_many_at_once_and_takes_it_back(scene: Scene):
    for at in range(3):
        await scene.admin("POST", "customers", {"name": f"批量{at}", "phones": [f"+86137000100{at}0"]})
    desk = await scene.desk("admin")
    page = desk.page
    await page.goto(f"{BASE}/customers?q=批量")
    rows = page.locator("main tbody tr.ant-table-row")
    await expect(rows).to_have_count(3)
    await rows.first.get_by_role("checkbox").check()
    await page.get_by_role("button", name="选择符合条件的全部 3 位").click()
    await look(desk, "customers-picked")
    await page.get_by_role("button", name="批量修改").click()
    drawer = page.get_by_role("dialog", name="修改 3 位客户")
    await drawer.get_by_label("客户等级").click()
    await page.get_by_title("5 级").click()
    await drawer.get_by_label("添加标签").press_sequentially("展会")
    await page.keyboard.press("Enter")
    await look(desk, "customers-edit")
    await drawer.get_by_role("button", name="修改 3 位").click()
    await expect(page.get_by_text("已修改 3 位客户")).to_be_visible()
    await expect(page.get_by_role("cell", name="5 级")).to_have_count(3)
    await look(desk, "customers-edited")
    await page.get_by_role("button", name="撤销批量修改").click()
    await expect(page.get_by_role("cell", name="5 级")).to_have_count(0)

    await page.get_by_role("button", name="保存视图").click()
    await page.get_by_label("名称", exact=True).fill("批量客户")
    await page.get_by_role("switch", name="打开客户页时先显示").click()
    await look(desk, "customers-view")
    await page.get_by_role("button", name="另存为新视图").click()
    await expect(page.get_by_role("button", name="删除视图")).to_be_visible()
    await page.goto(f"{BASE}/customers")
    await expect(rows).to_have_count(3)  # it is shown first

    for at in (1, 2):
        await rows.filter(has_text=f"批量{at}").get_by_role("checkbox").check()
    await page.get_by_role("button", name="合并").click()
    drawer = page.get_by_role("dialog", name="合并 2 位客户")
    await drawer.get_by_role("columnheader").get_by_role("radio").nth(1).check()
    await look(desk, "customers-merge")
    await drawer.get_by_role("button", name="合并").click()
    await expect(rows).to_have_count(2)
    await page.get_by_role("button", name="查找重复").click()
    await expect(page.get_by_text("没有重复的客户")).to_be_visible()
    await page.keyboard.press("Escape")

    await scene.admin("PATCH", "me", {"language": "en", "theme": "dark"})
    await page.goto(f"{BASE}/customers?q=批量&column=name&column=phones&column=tags&column=values.{scene.plate}")
    await page.get_by_role("button", name="Columns").click()
    await expect(page.get_by_role("checkbox", name="Company")).to_be_visible()
    await look(desk, "customers-columns-en-dark")
    await page.keyboard.press("Escape")
    await rows.filter(has_text="批量0").click(position={"x": 80, "y": 20})
    await page.get_by_role("tab", name="Privacy").click()
    await page.get_by_role("button", name="Erase this person").click()
    await look(desk, "customers-erase-en-dark")
    await page.get_by_label("Type the customer's name to confirm").fill("批量0")
    assert not desk.errors
    await page.get_by_role("button", name="Erase for good").click()
    await expect(rows).to_have_count(1)
    await scene.admin("PATCH", "me", {"language": "zh", "theme": "light"})
