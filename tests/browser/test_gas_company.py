"""A gas company's day: customers come from a file; one complains, is helped, written to, called back and asked."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
import pytest
from desk import BASE, CALLER, MICROPHONE, SETTLED, Desk, caller, chromium, new_desk
from playwright.async_api import Browser, Locator, expect

from callroom.demo.company import CARRIER, CARRIER_PORT
from callroom.demo.phone import Phone, Tone
from imports import csv_of
from site_world import Person, SiteWorld, demo_world
from web_server import WebServer, answers

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept
NUMBER = "13700007777"  # the one who calls
STATUSES = [
    {"id": "new", "label": "新建", "initial": True, "next": ["done"]},
    {"id": "done", "label": "已解决", "closed": True, "solves": True},
]
QUESTION = {"label": "服务", "sound": {"system": "rate_service"}, "keys": {"1": "satisfied"}}


class Company:
    def __init__(self, world: SiteWorld, browser: Browser, admin: Person, carrier: Phone, sms: WebServer) -> None:
        self.world, self.browser, self.admin, self.carrier, self.sms = world, browser, admin, carrier, sms

    async def desk(self, login: str, password: str = "", **options: Any) -> Desk:
        _, desk = await new_desk(self.browser, **options)
        await desk.sign_in(login, password or self.world.passwords[login])
        return desk

    async def snap(self, desk: Desk, name: str) -> None:
        if SCREENSHOTS:
            await desk.page.wait_for_function(SETTLED)
            await desk.page.screenshot(path=f"{SCREENSHOTS}/gas-{name}.png")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def company() -> AsyncIterator[Company]:
    async with demo_world() as world, Phone(bind=CARRIER, port=CARRIER_PORT, user="carrier") as carrier:
        admin = await world.sign_in("admin")
        await world.set_up(admin)
        sms = WebServer(answer=answers({"code": "0", "id": "m1"}))
        server = await asyncio.start_server(sms.serve, "127.0.0.1", 0)
        sms.port = server.sockets[0].getsockname()[1]
        async with chromium() as browser:
            yield Company(world, browser, admin, carrier, sms)
        sms.close()
        server.close()


def card(desk: Desk) -> Locator:
    return desk.page.get_by_role("complementary", name="客户资料")


def drawer(desk: Desk) -> Locator:
    return desk.page.locator(".ant-drawer-section")


async def take_in(desk: Desk, file: bytes) -> None:
    page = desk.page
    await page.goto(f"{BASE}/customers/imports?open=new")
    await page.locator("input[type=file]").set_input_files(
        {"name": "老系统.csv", "mimeType": "text/csv", "buffer": file}
    )
    await page.get_by_role("button", name="预览").click()
    await page.get_by_role("button", name="开始导入 300 行").click()
    await expect(drawer(desk).get_by_text("已完成")).to_be_visible()


async def test_the_whole_day(company: Company):
    world, admin = company.world, company.admin
    meter = await admin("POST", "customer-fields", {"label": "表号", "type": "line", "unique": True, "position": 1})
    survey = await admin("POST", "surveys", {"name": "回访调查", "form": {"questions": [QUESTION]}})
    complaints = {"name": "投诉", "fields": [{"label": "问题", "type": "line", "required": True}], "problems": True}
    table = await admin(
        "POST", "tables", complaints | {"statuses": STATUSES, "survey_id": survey["id"], "due_hours": 4}
    )
    await admin("POST", "products", {"code": "G1", "name": "燃气表", "price": 32000, "unit": "台"})
    options = {"kind": "http", "url": f"{company.sms.url}/send", "body": '{"to": "{{to}}", "text": "{{text}}"}',
               "id_path": "id", "ok_path": "code", "ok_values": ["0"]}  # fmt: skip
    await admin("POST", "sms-gateways", {"name": "平台", "options": options})

    # Morning: the customers come from the old system's file, written by Excel in China, one row in a hundred is wrong.
    rows = [["姓名", "手机", "表号"]]
    rows += [[f"用户{n:04}", f"1370000{n:04}" if n % 100 else "12", f"G{n:06}"] for n in range(7700, 8000)]
    boss = await company.desk("admin")
    await take_in(boss, csv_of(rows).encode("gbk"))
    await company.snap(boss, "import")
    [customer] = (await admin("GET", f"customers?q={NUMBER}"))["items"]
    assert (customer["name"], customer["values"]) == ("用户7777", {meter["id"]: "G007777"})
    assert (await admin("GET", "customers/count?q=用户"))["count"] == 297

    # One of them calls: who he is stands there; a complaint goes to the leader, an order moves on, a text goes out.
    ana = await company.desk("ana")
    page = ana.page
    await page.goto(f"{BASE}/desk")
    await ana.ready()
    async with caller(NUMBER) as call:
        await expect(card(ana).get_by_label("表号")).to_have_value("G007777")
        await ana.answer()
        await ana.hears(CALLER)
        await card(ana).get_by_label("本次通话备忘").fill("灶台漏气，已关阀")
        await card(ana).get_by_label("公司").fill("东城小区")
        await card(ana).get_by_role("button", name="投诉：新记录").click()
        await drawer(ana).get_by_label("问题").fill("漏气两天没人来")
        await drawer(ana).get_by_role("button", name="保存").click()
        await card(ana).get_by_text("#1 新建").click()
        await drawer(ana).get_by_role("button", name="提交班长").click()
        await drawer(ana).get_by_label("说明（可不填）").fill("请今天派人")
        await drawer(ana).get_by_role("button", name="提交班长").click()
        await expect(drawer(ana).get_by_text("已提交，等待班长批示。")).to_be_visible()
        await company.snap(ana, "submitted")
        await drawer(ana).locator(".ant-drawer-close").click()

        await card(ana).get_by_role("button", name="新建订单").click()
        await drawer(ana).get_by_label("产品", exact=True).first.click()
        await page.get_by_text("燃气表").last.click()
        await drawer(ana).get_by_role("button", name="保存").click()
        await card(ana).get_by_text("¥320.00").click()
        step = drawer(ana).get_by_role("button", name="转为").first
        became = (await step.inner_text()).removeprefix("转为“").removesuffix("”")
        await step.click()
        await expect(drawer(ana).locator(".ant-tag", has_text=became)).to_be_visible()
        await drawer(ana).locator(".ant-drawer-close").click()

        await card(ana).get_by_role("button", name="发短信给").first.click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("内容").fill("师傅今天 14 点上门。")
        await dialog.get_by_role("button", name="发送", exact=True).click()
        await expect(dialog).to_have_count(0)
        await company.snap(ana, "talk")
        await call.hang_up()

    async def sent() -> bool:
        return any("师傅今天 14 点上门" in asked.body.decode() for asked in company.sms.asked)

    await world.until(sent, what="the text at the platform")

    # Noon: the leader answers, the complaint is solved, so the customer is owed a call.
    lead = await company.desk("lead")
    await lead.page.goto(f"{BASE}/inbox")
    await lead.page.get_by_role("row", name="请今天派人").get_by_role("link").first.click()
    await drawer(lead).get_by_label("批示内容").fill("已派张师傅")
    await lead.page.reload()
    await expect(drawer(lead).get_by_label("批示内容")).to_have_value("已派张师傅")
    await drawer(lead).get_by_role("button", name="批示并退回").click()
    await expect(lead.page.get_by_text("已批示").first).to_be_visible()
    await page.goto(f"{BASE}/records/{table['id']}")
    await page.locator("main tbody tr.ant-table-row").first.click()
    await expect(drawer(ana).get_by_text("已派张师傅").first).to_be_visible()
    await drawer(ana).get_by_role("button", name="转为“已解决”").click()
    await expect(drawer(ana).locator(".ant-tag", has_text="已解决")).to_be_visible()

    # Afternoon: she calls him back, hands him to the survey, and notes what came of it.
    await world.carrier_answers(admin)
    await page.goto(f"{BASE}/desk")
    await ana.ready()
    await page.goto(f"{BASE}/follow-ups")
    await page.locator("main tbody tr.ant-table-row").first.click()
    await drawer(ana).get_by_role("button", name="拨打客户").click()
    far = await company.carrier.incoming()
    assert NUMBER in far.called
    await far.answer(Tone(CALLER))
    await far.heard.wait_tone(MICROPHONE)
    await company.snap(ana, "return-call")
    await page.get_by_role("link", name="坐席").click()
    await page.get_by_role("button", name="请客户评价").click()
    while not far.ended.is_set():  # asked again, or thanked, until he is let go
        await far.press("1")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(far.ended.wait(), 3)
    journey = await world.journey(admin, direction="outbound")
    assert [answer["meaning"] for answer in journey["survey"]["answers"]] == ["satisfied"]
    assert (journey["origin"], journey["customer"]["name"]) == ("follow_up", "用户7777")
    await page.goto(f"{BASE}/follow-ups")
    await page.locator("main tbody tr.ant-table-row").first.click()
    await drawer(ana).get_by_label("说明").fill("已修好，客户满意")
    await page.reload()
    await expect(drawer(ana).get_by_label("说明")).to_have_value("已修好，客户满意")
    await drawer(ana).get_by_role("button", name="完成回访").click()
    await expect(drawer(ana)).to_have_count(0)

    # All of it stands in the customer's one list.
    await page.goto(f"{BASE}/customers?open={customer['id']}")
    await drawer(ana).get_by_role("tab", name="往来").click()
    await company.snap(ana, "timeline")
    for told in ("灶台漏气，已关阀", "投诉 #1", "燃气表", "师傅今天 14 点上门。", "回访"):
        await expect(drawer(ana).get_by_text(told).first).to_be_visible()
    kinds = [one["kind"] for one in (await admin("GET", f"customers/{customer['id']}/timeline"))["items"]]
    assert sorted(kinds) == ["call", "call", "follow_up", "memo", "message", "order", "record"]
    await company.snap(ana, "timeline")
    assert [error for desk in (boss, ana, lead) for error in desk.errors] == []
