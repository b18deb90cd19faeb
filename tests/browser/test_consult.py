"""An agent asks a colleague while her customer hears music, and what becomes of the three (CC-16)."""

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
import pytest
from desk import BASE, CALLER, MICROPHONE, Desk, caller, chromium, new_desk
from playwright.async_api import Browser, expect

from callroom.demo.phone import Call, Tone
from site_world import Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept
COLLEAGUE = 950  # Hz


class Scene:
    def __init__(self, world: SiteWorld, browser: Browser, admin: Person, bo: Person) -> None:
        self.world, self.browser, self.admin, self.bo = world, browser, admin, bo

    async def desk(self, login: str) -> Desk:
        _, desk = await new_desk(self.browser)
        await desk.sign_in(login, self.world.passwords[login])
        await desk.page.goto(f"{BASE}/desk")
        return desk

    async def snap(self, desk: Desk, name: str) -> None:
        if SCREENSHOTS:
            await desk.page.screenshot(path=f"{SCREENSHOTS}/{name}.png")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        bo = await world.sign_in("bo")
        async with chromium() as browser:
            yield Scene(world, browser, admin, bo)


@pytest_asyncio.fixture(loop_scope="module")
async def ana(scene: Scene) -> AsyncIterator[Desk]:
    desk = await scene.desk("ana")
    await desk.ready()
    yield desk
    await desk.page.context.close()
    assert desk.errors == [], "the page complained in its console"


async def talk(ana: Desk, call: Call) -> None:
    await ana.answer()
    await ana.hears(CALLER)
    await call.heard.wait_tone(MICROPHONE)


async def hears_only(world: SiteWorld, call: Call, *hertz: int) -> None:
    """Somebody on a phone hears these tones and, of ours, no others."""
    others = {MICROPHONE, CALLER, COLLEAGUE} - set(hertz)

    def heard() -> bool:
        shares = {each: call.heard.tone(each, 0.4) for each in (*hertz, *others)}
        return all(shares[each] > 0.25 for each in hertz) and all(shares[each] < 0.1 for each in others)

    await world.until(heard, what=f"{hertz} Hz alone")


async def test_ana_asks_bo_swaps_brings_all_together_and_leaves_them(scene: Scene, ana: Desk):
    phone = await scene.world.sip_phone(scene.admin, scene.bo)
    async with caller() as call:
        await talk(ana, call)
        await ana.page.keyboard.press("t")
        await ana.page.get_by_role("button", name="咨询 李博").click()
        asked = await phone.incoming()
        await expect(ana.page.get_by_text("振铃中，客户听等待音乐")).to_be_visible()
        await scene.snap(ana, "consult-ringing")
        await asked.answer(Tone(COLLEAGUE))
        await ana.hears(COLLEAGUE)
        await asked.heard.wait_tone(MICROPHONE)
        await hears_only(scene.world, call)
        await scene.snap(ana, "consult-talking")
        await ana.page.keyboard.press("s")
        await ana.hears(CALLER)
        await hears_only(scene.world, call, MICROPHONE)
        await hears_only(scene.world, asked)
        await ana.page.keyboard.press("s")
        await ana.hears(COLLEAGUE)
        await hears_only(scene.world, call)
        await ana.page.keyboard.press("j")
        await hears_only(scene.world, call, MICROPHONE, COLLEAGUE)
        await scene.snap(ana, "consult-three")
        await ana.press("挂断", "Hang up")
        await hears_only(scene.world, call, COLLEAGUE)
        await asked.heard.wait_tone(CALLER)
        await call.hang_up()
        await asked.wait_ended()
    journey = await scene.world.journey(scene.admin, ended_by="caller")
    legs = {leg["agent_name"]: leg for leg in journey["legs"] if leg["agent_name"]}
    assert legs["李博"]["consulted_by"] == "王安娜"
    assert legs["李博"]["talk"] > 0 and legs["王安娜"]["hold"] > 0
    assert len(journey["recordings"]) == 1
    await phone.unregister()


async def test_bo_is_asked_in_his_page_and_takes_the_call(scene: Scene, ana: Desk):
    bo = await scene.desk("bo")
    await expect(bo.page.get_by_text("电话已连接").first).to_be_visible()
    async with caller() as call:
        await talk(ana, call)
        await ana.page.keyboard.press("t")
        await ana.page.get_by_role("button", name="咨询 李博").click()
        await expect(bo.page.get_by_text("王安娜 正在咨询您")).to_be_visible()
        await expect(bo.page.get_by_role("button", name="接听")).to_be_enabled()
        await scene.snap(bo, "asked-ringing")
        await bo.answer()
        await bo.hears(MICROPHONE)
        await scene.snap(bo, "asked-talking")
        await expect(bo.page.get_by_role("button", name="保持")).to_have_count(0)
        await ana.page.keyboard.press("c")
        await bo.hears(CALLER)
        await call.heard.wait_tone(MICROPHONE)
        await expect(ana.page.get_by_text("话后处理").first).to_be_visible()
        await expect(bo.page.get_by_role("button", name="保持")).to_be_visible()
        await scene.snap(bo, "asked-took")
        await bo.press("挂断", "Hang up")
        await call.wait_ended()
    journey = await scene.world.journey(scene.admin, ended_by="agent")
    assert [leg["agent_name"] for leg in journey["legs"] if leg["talk"] > 0] == ["王安娜", "李博"]
    page = ana.page
    await page.goto(f"{BASE}/calls/{journey['id']}")
    await expect(page.get_by_text("王安娜 咨询 李博")).to_be_visible()
    await scene.snap(ana, "consult-journey")
    await bo.page.context.close()
    assert bo.errors == []
