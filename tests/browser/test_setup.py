"""The first run as its owner walks it: from the printed password to a demo call that he takes himself."""

import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, Desk, chromium, new_desk
from playwright.async_api import expect
from world import CARRIER, EngineWorld

from callroom.core.ids import DeviceId, LegId
from callroom.telephony.port import CallerId, DeviceSetup, EngineReady, LegAnswered, ToDevice
from site_world import SiteWorld, site_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept
OWN = "my own long password"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def newcomer() -> AsyncIterator[tuple[SiteWorld, Desk]]:
    """A site just started, and the browser of who started it."""
    async with site_world(CALLROOM_ADMIN_PASSWORD="") as world, chromium() as browser:
        context, desk = await new_desk(browser)
        yield world, desk
        await context.close()
    assert desk.errors == [], "the page complained in its console"


def printed_password(world: SiteWorld) -> str:
    told = re.sub(r"\x1b\[[0-9;]*m", "", world.log.read_text())
    found = re.search(r"first sign-in: +admin +(\S+)", told)
    assert found, f"no password was printed\n{told}"
    return found[1]


async def snap(desk: Desk, name: str) -> None:
    if SCREENSHOTS:
        await desk.page.screenshot(path=f"{SCREENSHOTS}/setup-{name}.png", full_page=True)


async def test_four_steps_end_with_a_call_taken(newcomer: tuple[SiteWorld, Desk]):
    world, desk = newcomer
    page, password = desk.page, printed_password(world)
    await page.goto(BASE)
    await page.wait_for_url("**/sign-in**")
    desk.errors.clear()  # the browser notes that nobody was signed in yet
    await page.locator("input[autocomplete=username]").fill("admin")
    await page.locator("input[type=password]").fill(password)
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("开始使用 Callroom")).to_be_visible()
    await snap(desk, "1-company")
    await page.get_by_label("企业名称").fill("示例科技")
    await page.get_by_role("button", name="下一步").click()

    await page.get_by_label("当前密码").fill(password)
    await page.get_by_label("新密码", exact=True).fill(OWN)
    await page.get_by_label("再次输入新密码").fill(OWN)
    await snap(desk, "2-password")
    await page.get_by_role("button", name="下一步").click()

    await page.get_by_label("姓名").first.fill("周敏")
    await page.get_by_label("账号").first.fill("zhoumin")
    await page.get_by_role("button", name="移除第 2 名坐席").click()
    await snap(desk, "3-agents")
    await page.get_by_role("button", name="创建并继续").click()
    await page.get_by_role("button", name="下一步").click()

    await expect(page.get_by_role("checkbox", name="我自己也接电话，分机 100")).to_be_checked()
    await page.get_by_role("button", name="载入演示企业").click()
    await expect(page.get_by_text("演示企业已载入")).to_be_visible()
    await snap(desk, "4-demo")
    await page.get_by_role("button", name="完成，打开坐席工作台").click()
    await page.wait_for_url("**/desk")

    await page.get_by_role("button", name="签入").click()
    await expect(page.get_by_text("电话就绪")).to_be_visible()
    await page.get_by_role("button", name="演示来电").click()
    await expect(page.get_by_text("演示来电正在打入")).to_be_visible()
    await snap(desk, "5-desk")
    answer = page.get_by_role("button", name="接听")
    await expect(answer).to_be_enabled()
    await answer.click()
    await expect(page.get_by_role("button", name="挂断")).to_be_enabled()
    await expect(page.get_by_text("通话中").first).to_be_visible()
    await page.get_by_role("button", name="挂断").click()
    await expect(page.get_by_text("话后处理").first).to_be_visible()

    admin = await world.sign_in("admin", OWN)
    journey = await world.journey(admin)
    assert (journey["queue_visits"][0]["outcome"], journey["ended_by"]) == ("answered", "agent")
    people = {user["login"]: user for user in (await admin("GET", "users?limit=200"))["items"]}
    assert (people["admin"]["extension"], len(people["admin"]["queues"])) == ("100", 2)
    assert len(people["zhoumin"]["queues"]) == 2, "the first agents serve the demo queues too"


async def test_a_line_of_ones_own_is_mended_where_it_is_entered(tmp_path: Path):
    async with site_world(CALLROOM_ADMIN_PASSWORD="") as world, AsyncExitStack() as ends:
        carrier = EngineWorld(tmp_path, CARRIER, rtp_from=22000)
        ends.push_async_callback(carrier.close)
        await carrier.start_engine()
        await carrier.start_adapter()
        await carrier.saw(EngineReady)
        await carrier.telephony.put_device(DeviceSetup(DeviceId("88001"), "sip", "right-secret", "Company", "88001"))
        browser = await ends.enter_async_context(chromium())
        context, desk = await new_desk(browser)
        ends.push_async_callback(context.close)
        page, password = desk.page, printed_password(world)
        await desk.sign_in("admin", password)
        await page.get_by_label("企业名称").fill("示例科技")
        await page.get_by_role("button", name="下一步").click()
        await page.get_by_label("当前密码").fill(password)
        await page.get_by_label("新密码", exact=True).fill(OWN)
        await page.get_by_label("再次输入新密码").fill(OWN)
        await page.get_by_role("button", name="下一步").click()
        await page.get_by_role("button", name="暂时跳过").click()

        await page.get_by_text("自己的线路").click()
        await page.get_by_label("名称").fill("城市电信")
        await page.get_by_label("服务器地址").fill(CARRIER)
        await page.get_by_label("账号", exact=True).fill("88001")
        await page.get_by_label("密码", exact=True).fill("wrong-secret")
        await page.get_by_role("button", name="保存线路").click()
        await expect(page.get_by_text("账号或密码错误")).to_be_visible()
        await snap(desk, "6-wrong-password")
        await page.get_by_label("密码", exact=True).fill("right-secret")
        await page.get_by_role("button", name="保存线路").click()
        await expect(page.get_by_text("可以呼入和呼出。")).to_be_visible()
        await snap(desk, "7-own-line")
        await page.get_by_role("button", name="完成，打开坐席工作台").click()
        await page.wait_for_url("**/desk")
        await page.get_by_role("button", name="签入").click()
        await expect(page.get_by_text("电话就绪")).to_be_visible()

        await carrier.telephony.dial(
            LegId("in"), ToDevice(DeviceId("88001")), shown=CallerId("13800138000"), timeout=30
        )
        answer = page.get_by_role("button", name="接听")
        await expect(answer).to_be_enabled()
        await answer.click()
        await carrier.saw(LegAnswered, lambda e: e.leg == "in")
        await expect(page.get_by_text("通话中").first).to_be_visible()
        await carrier.telephony.hang_up(LegId("in"))
        journey = await world.journey(await world.sign_in("admin", OWN))
        assert (journey["from"], journey["queue_visits"][0]["outcome"]) == ("13800138000", "answered")
