"""Opening hours with a country's holidays, switched by hand; and a survey: drawn in forms, and kept as they say."""

import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, SETTLED, Desk, chromium, new_desk
from playwright.async_api import Browser, Locator, expect

from site_world import Person, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept


@dataclass
class Scene:
    browser: Browser
    admin: Person
    people: dict[str, Person]
    passwords: dict[str, str]

    async def desk(self, login: str, path: str) -> Desk:
        _, desk = await new_desk(self.browser, viewport={"width": 1280, "height": 900})
        await desk.sign_in(login, self.passwords[login])
        await desk.page.goto(f"{BASE}/{path}")
        return desk

    async def look(self, desk: Desk, name: str) -> None:
        await desk.page.mouse.move(2, 450)  # a button under the mouse has another colour
        await desk.page.wait_for_function(SETTLED)
        if SCREENSHOTS:
            await desk.page.screenshot(path=f"{SCREENSHOTS}/{name}.png")
        assert not (faults := await desk.faults()), (name, faults)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        await world.set_up(admin)
        async with chromium() as browser:
            people = {login: await world.sign_in(login) for login in ("ana", "lead")}
            yield Scene(browser, admin, people, world.passwords)


async def choose(at: Locator, label: str, option: str, which: int = 0) -> None:
    """Choose from one of a form's lists."""
    await at.get_by_label(label, exact=True).nth(which).click()
    listed = at.page.locator(".ant-select-dropdown:visible").get_by_title(option, exact=True)
    await expect(listed).to_be_visible()
    await at.page.wait_for_function(SETTLED)
    await listed.click()
    await expect(listed).to_have_count(0)


async def test_holidays_come_from_a_list_and_the_office_is_closed_by_hand(scene: Scene):
    boss = await scene.desk("admin", "settings/schedules")
    ana = await scene.desk("ana", "desk")
    lead = await scene.desk("lead", "wall")
    page = boss.page
    await page.get_by_role("button", name="新建营业时间").first.click()
    drawer = page.locator(".ant-drawer-section")
    await drawer.get_by_label("名称", exact=True).first.fill("门市")
    await drawer.get_by_role("button", name="导入节假日").click()
    dialog = page.get_by_role("dialog", name="导入节假日")
    await dialog.get_by_label("或粘贴").fill("2026-12-24,平安夜\n某一天,休")
    await dialog.get_by_role("button", name="导入", exact=True).click()
    await expect(dialog.get_by_text("某一天")).to_have_count(2)  # as it was typed, and as it is complained of
    await choose(dialog, "选择自带的节假日表", "2026 年中国法定节假日与调休")
    await expect(dialog).to_be_hidden()
    await expect(drawer.locator("input[value='2026-10-10']")).to_be_visible()
    await drawer.get_by_role("button", name="导入节假日").click()
    await dialog.get_by_label("或粘贴").fill("2026-12-24,平安夜,休")
    await dialog.get_by_role("button", name="导入", exact=True).click()
    await expect(drawer.locator("input[value='2026-12-24']")).to_be_visible()
    await scene.look(boss, "hours-new")
    await drawer.get_by_role("button", name="保存").click()
    await expect(drawer).to_have_count(0)
    [row] = [one for one in (await scene.admin("GET", "schedules"))["items"] if one["name"] == "门市"]
    days = {day["date"]: day for day in row["days"]}
    assert (days["2026-10-01"]["like"], days["2026-10-10"]["like"], days["2026-12-24"]["name"]) == (None, 1, "平安夜")

    await page.get_by_role("row", name="门市").click()
    await drawer.get_by_role("button", name="设为下班").click()
    await expect(drawer.get_by_text("手动 · ")).to_be_visible()
    await drawer.get_by_text("手动 · ").scroll_into_view_if_needed()
    await scene.look(boss, "hours-by-hand")
    told = f"“门市”已手动设为下班 · 直到切回 · {scene.admin.user['name']}"
    await expect(ana.page.locator(".desk").get_by_text(told)).to_be_visible()
    await expect(lead.page.locator("main").get_by_text(told)).to_be_visible()
    await scene.look(ana, "desk-by-hand-zh-light")
    await scene.look(lead, "wall-by-hand-zh-light")
    for desk, name in ((ana, "ana"), (lead, "lead")):
        await scene.people[name]("PATCH", "me", {"language": "en", "theme": "dark"})
        await desk.page.reload()
        await expect(desk.page.get_by_text("“门市” is set to closed by hand · until switched back")).to_be_visible()
        await scene.look(desk, f"by-hand-{name}-en-dark")
    await drawer.get_by_role("button", name="按时间表").click()
    for desk in (ana, lead):  # they follow without a reload
        await expect(desk.page.get_by_text("is set to closed by hand")).to_have_count(0)
    for desk in (boss, ana, lead):
        await desk.page.context.close()
    assert [error for desk in (boss, ana, lead) for error in desk.errors if "422" not in error] == []


async def test_a_survey_is_drawn_kept_and_read_again(scene: Scene):
    desk = await scene.desk("admin", "settings/surveys?open=new")
    page = desk.page
    drawer = page.locator(".ant-drawer-section")
    await drawer.get_by_label("名称", exact=True).fill("售后回访")
    await choose(drawer, "先征求同意", "请您对本次服务作出评价，参加请按一")
    first = drawer.locator(".ant-card").nth(0)
    await choose(first, "播放语音", "朗读文字…")
    await first.get_by_role("textbox", name="播放语音: 中文内容").fill("请评价师傅的手艺。")
    await choose(first, "不满意", "按 9")
    await choose(first, "服务", "按 4")
    await choose(first, "询问原因的语音", "朗读文字…")
    await first.get_by_role("textbox", name="询问原因的语音: 中文内容").fill("哪里不好？服务按四，态度按二。")
    await drawer.get_by_role("button", name="添加问题").click()
    second = drawer.locator(".ant-card").nth(1)
    await second.get_by_label("名称（用于统计）").fill("上门速度")
    await choose(second, "满意", "按 3")
    await expect(second.get_by_text("同一按键不能有两种含义").first).to_be_visible()
    await choose(second, "不满意", "按 2")
    await expect(second.get_by_text("同一按键不能有两种含义")).to_have_count(0)
    await second.get_by_role("switch", name="不满意时询问原因").click()
    await expect(second.get_by_label("询问原因的语音", exact=True)).to_be_hidden()
    await second.scroll_into_view_if_needed()
    await scene.look(desk, "survey-new")
    await drawer.get_by_role("button", name="保存").click()
    await expect(drawer).to_have_count(0)

    [row] = [one for one in (await scene.admin("GET", "surveys"))["items"] if one["name"] == "售后回访"]
    form = row["form"]
    assert form["invitation"]["system"] == "survey_invitation"
    asked, later = form["questions"]
    assert (asked["label"], asked["sound"]["text"]["zh"]) == ("服务满意度", "请评价师傅的手艺。")
    assert asked["keys"] == {"1": "very_satisfied", "2": "satisfied", "9": "unsatisfied"}
    assert asked["reasons"] == {"4": "service", "2": "attitude", "3": "other"}
    assert asked["reason_sound"]["text"]["zh"] == "哪里不好？服务按四，态度按二。"
    assert (later["label"], later["sound"]["system"]) == ("上门速度", "rate_service")
    assert later["keys"] == {"1": "very_satisfied", "3": "satisfied", "2": "unsatisfied"}
    assert (later["reasons"], later["reason_sound"]) == ({}, None)

    await page.reload()
    await page.get_by_role("row", name="售后回访").click()
    await expect(first.get_by_role("textbox", name="播放语音: 中文内容")).to_have_value("请评价师傅的手艺。")
    await expect(first.locator(".ant-select", has=page.get_by_label("不满意", exact=True))).to_contain_text("按 9")
    await expect(second.get_by_label("名称（用于统计）")).to_have_value("上门速度")
    await expect(second.get_by_role("switch", name="不满意时询问原因")).not_to_be_checked()
    await scene.look(desk, "survey-again")
    await drawer.get_by_role("button", name="移除问题 2").click()
    await drawer.get_by_role("button", name="保存").click()
    await expect(drawer).to_have_count(0)
    kept = (await scene.admin("GET", f"surveys/{row['id']}"))["form"]
    assert kept["questions"] == form["questions"][:1], "what was not touched is as it was"
    assert desk.errors == []
    await page.context.close()
