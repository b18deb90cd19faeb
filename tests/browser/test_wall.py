"""The leader's wall in the browser: his part of the company, alarms, limits, missing phones, and what he may do."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, Desk, caller, chromium, new_desk
from playwright.async_api import Browser, Locator, expect

from site_world import Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept


class Scene:
    def __init__(self, world: SiteWorld, browser: Browser, admin: Person) -> None:
        self.world, self.browser, self.admin = world, browser, admin

    async def desk(self, login: str, path: str) -> Desk:
        _, desk = await new_desk(self.browser)
        await desk.sign_in(login, self.world.passwords[login])
        await desk.page.goto(f"{BASE}/{path}")
        return desk

    async def change(self, path: str, **values: object) -> None:
        """Change one row as an admin does."""
        row = await self.admin("GET", path)
        kept = {name: value for name, value in row.items() if name not in ("id", "version", "created_at", "updated_at")}
        self.admin.client.headers["If-Match"] = f'"{row["version"]}"'
        await self.admin("PUT", path, kept | values)

    async def id_of(self, kind: str, name: str) -> str:
        rows = (await self.admin("GET", f"{kind}?limit=200"))["items"]
        return next(row["id"] for row in rows if name in (row.get("name"), row.get("login"), row.get("name_zh")))

    async def snap(self, desk: Desk, name: str) -> None:
        if SCREENSHOTS:
            await desk.page.screenshot(path=f"{SCREENSHOTS}/{name}.png")


def tile(desk: Desk, name: str) -> Locator:
    return desk.page.locator(".wall-tile", has_text=name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        async with chromium() as browser:
            yield Scene(world, browser, admin)


@pytest_asyncio.fixture(loop_scope="module")
async def lead(scene: Scene) -> AsyncIterator[Desk]:
    desk = await scene.desk("lead", "wall")
    await expect(tile(desk, "王安娜")).to_be_visible()
    yield desk
    await desk.page.context.close()
    assert desk.errors == [], "the page complained in its console"


async def test_an_alarm_comes_and_goes_with_the_caller(scene: Scene, lead: Desk):
    await scene.change(f"queues/{await scene.id_of('queues', '销售')}", alarm_waiting=1, alarm_longest=3)
    async with caller() as call:
        alarms = lead.page.get_by_role("status", name="告警").get_by_role("listitem")
        await expect(alarms.filter(has_text="销售：等待人数达到 1 人")).to_be_visible()
        await expect(alarms.filter(has_text="销售：最长等待达到 3 秒")).to_be_visible()
        await expect(lead.page.locator("td .wall-alarm")).to_have_count(2)
        await scene.snap(lead, "wall-alarm-zh-light")
        await call.hang_up()
    await expect(alarms).to_have_count(0)


async def test_a_leader_sets_a_state_and_its_reason_from_the_tile(scene: Scene, lead: Desk):
    lunch = await scene.id_of("presence-reasons", "用餐")
    await scene.change(f"presence-reasons/{lunch}", limit_minutes=1, chosen_by="leaders")
    ana = await scene.desk("ana", "desk")
    await ana.page.get_by_role("button", name="签入").click()
    await expect(tile(lead, "王安娜")).to_contain_text("示闲")
    await ana.page.get_by_role("button", name="离席").click()
    await expect(ana.page.get_by_role("menuitem").first).to_be_visible()
    await expect(ana.page.get_by_role("menuitem", name="用餐")).to_have_count(0)
    await ana.page.keyboard.press("Escape")

    await tile(lead, "王安娜").click()
    await lead.page.get_by_role("tooltip").get_by_role("button", name="离席").click()
    await lead.page.get_by_role("menuitem", name="用餐").click()
    await expect(tile(lead, "王安娜")).to_contain_text("离席 · 用餐")
    await expect(ana.page.get_by_label("我的状态")).to_contain_text("每次最长 1 分钟")
    await scene.snap(lead, "wall-tile-zh-light")
    if SCREENSHOTS:
        await expect(ana.page.get_by_role("alert").filter(has_text="已超时")).to_be_visible(timeout=70_000)
        await scene.snap(ana, "desk-over-zh-light")
        await scene.snap(lead, "wall-over-zh-light")
    await ana.page.get_by_role("button", name="示闲").click()
    await expect(tile(lead, "王安娜")).to_contain_text("示闲")
    await ana.page.context.close()
    assert ana.errors == []


async def test_a_ready_agent_whose_page_is_closed_has_no_phone(scene: Scene, lead: Desk):
    ana = await scene.desk("ana", "desk")
    await ana.ready()
    await expect(tile(lead, "王安娜")).not_to_contain_text("没有在线电话")
    await ana.page.context.close()
    await expect(tile(lead, "王安娜")).to_contain_text("没有在线电话")


async def test_the_whole_screen_shows_the_wall_and_what_it_opens(scene: Scene, lead: Desk):
    await lead.page.get_by_role("button", name="全屏").click()
    await expect(lead.page.locator(".wall-full")).to_be_visible()
    await tile(lead, "王安娜").click()
    await expect(lead.page.get_by_role("tooltip").get_by_text("工号")).to_be_visible()
    await asyncio.sleep(0.3 if SCREENSHOTS else 0)  # the picture is taken when the box has opened
    await scene.snap(lead, "wall-full-zh-light")
    await lead.page.get_by_role("button", name="退出全屏").click()
    await expect(lead.page.locator(".wall-full")).to_have_count(0)


async def test_another_teams_agents_are_not_on_the_wall(scene: Scene, lead: Desk):
    team = await scene.admin("POST", "teams", {"name": "夜班"})
    await scene.change(f"users/{await scene.id_of('users', 'bo')}", team_id=team["id"])
    await expect(tile(lead, "李博")).to_have_count(0)
    await expect(tile(lead, "王安娜")).to_be_visible()
