"""The leader at the wall: he listens to Ana's call, whispers, barges in, takes it over, ends the next one by force.

Three who each send a tone of their own: the caller 440 Hz, Ana on a SIP phone 900 Hz, the leader's page 700 Hz.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, CALLER, MICROPHONE, Desk, caller, chromium, new_desk
from playwright.async_api import Browser, Locator, expect

from callroom.demo.phone import IncomingCall, Phone, Tone
from callroom.demo.phone.patience import PATIENCE
from site_world import Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
ANA = 900  # Hz
SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept


class Scene:
    def __init__(self, world: SiteWorld, admin: Person, ana: Person, phone: Phone, desk: Desk) -> None:
        self.world, self.admin, self.ana, self.phone, self.desk = world, admin, ana, phone, desk
        self.page = desk.page

    @property
    def tile(self) -> Locator:
        """Ana's, on the wall."""
        return self.page.locator(".wall-tile", has=self.page.locator("strong", has_text="王安娜"))

    async def shows(self, state: str) -> None:
        """Until the tile says this of her."""
        await expect(self.tile).to_contain_text(state)

    async def follows(self, way: str) -> None:
        """Until the leader's own tile says what he does."""
        tile = self.page.locator(".wall-tile", has=self.page.locator("strong", has_text="陈静"))
        await expect(tile).to_contain_text(f"{way} 王安娜")

    async def snap(self, name: str) -> None:
        if SCREENSHOTS:
            await self.page.screenshot(path=f"{SCREENSHOTS}/{name}.png")

    async def press(self, button: str) -> None:
        """On Ana's tile; its card is opened if it is not."""
        found = self.page.get_by_role("button", name=button, exact=True)
        if not await found.is_visible():
            await self.tile.click()
        await found.click()

    async def choose(self, way: str) -> None:
        """Another way of taking part, in the bar above every page."""
        await self.page.locator(".supervision").get_by_text(way, exact=True).click()


async def hears(call: IncomingCall, *hertz: int) -> None:
    """Until these tones, and hardly anything else, are heard."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while True:
        shares = [call.heard.tone(each, 0.4) for each in hertz]
        if min(shares) > 0.8 / len(hertz) / 2 and sum(shares) > 0.8:
            return
        assert asyncio.get_running_loop().time() < end, f"shares of {hertz} Hz: {shares}"
        await asyncio.sleep(0.05)


async def lead(browser: Browser, password: str) -> Desk:
    _, desk = await new_desk(browser)
    await desk.sign_in("lead", password)
    await desk.page.goto(f"{BASE}/wall")
    return desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        ana = await world.sign_in("ana")
        phone = await world.sip_phone(admin, ana)
        await ana("PUT", "me/sign-in", {})
        async with chromium() as browser:
            desk = await lead(browser, world.passwords["lead"])
            await expect(
                desk.page.get_by_text("电话已连接").or_(desk.page.get_by_text("电话就绪")).first
            ).to_be_visible()
            yield Scene(world, admin, ana, phone, desk)
            assert desk.errors == [], "the page complained in its console"


async def test_a_leader_listens_whispers_barges_and_takes_over(scene: Scene):
    async with caller() as call:
        at_ana = await scene.phone.incoming()
        await at_ana.answer(Tone(ANA))
        await call.heard.wait_tone(ANA)
        await scene.shows("通话中")

        await scene.press("监听")
        await expect(scene.page.locator(".supervision")).to_contain_text("无人听到您")
        await scene.desk.hears_all(CALLER, ANA)
        assert call.heard.tone(MICROPHONE) < 0.01 and at_ana.heard.tone(MICROPHONE) < 0.01
        await scene.follows("监听")
        await scene.snap("supervision-listen")

        await scene.choose("耳语")
        await hears(at_ana, CALLER, MICROPHONE)
        await expect(scene.page.locator(".supervision")).to_contain_text("只有坐席听到您")
        await scene.follows("耳语")
        await asyncio.sleep(1)  # a second of what the customer hears while the leader speaks
        assert call.heard.tone(MICROPHONE, 1.0) < 0.001, "the customer heard the whisper"
        assert call.heard.tone(ANA, 1.0) > 0.9

        await scene.choose("强插")
        await hears(call, ANA, MICROPHONE)
        await scene.follows("强插")
        await scene.snap("supervision-barge")
        await hears(at_ana, CALLER, MICROPHONE)
        await scene.desk.hears_all(CALLER, ANA)

        await scene.choose("监听")
        await call.heard.wait_tone(ANA)
        await at_ana.heard.wait_tone(CALLER)
        await scene.desk.hears_all(CALLER, ANA)

        await scene.page.locator(".supervision").get_by_role("button", name="接管").click()
        await scene.page.get_by_role("dialog").get_by_role("button", name="接管").click()
        await call.heard.wait_tone(MICROPHONE)
        await at_ana.wait_ended()
        await scene.desk.hears(CALLER)
        await scene.shows("话后处理")
        await expect(scene.page.locator(".supervision")).to_have_count(0)

        await scene.page.goto(f"{BASE}/desk")  # his call now: a reload keeps it, and it is muted by his page
        await scene.desk.hears(CALLER)
        await scene.page.get_by_role("button", name="静音").click()
        await call.heard.wait_silent()
        await scene.page.get_by_role("button", name="挂断").click()
        await call.wait_ended()
    journey = await scene.world.journey(scene.admin, direction="inbound")
    assert [part["mode"] for part in journey["supervisions"]] == ["listen", "whisper", "barge", "listen", "take_over"]
    assert all(part["until"] for part in journey["supervisions"])
    assert [leg["agent_name"] for leg in journey["legs"] if leg["agent"]][:2] == ["王安娜", "陈静"]
    assert (await scene.ana("GET", f"journeys/{journey['id']}"))["supervisions"] == [], "she is not told"
    log = [entry["action"] for entry in (await scene.admin("GET", "audit-log?limit=20"))["items"]]
    assert {"call.listened_to", "call.whispered_in", "call.barged_in", "call.taken_over"} <= set(log)
    await scene.page.goto(f"{BASE}/calls/{journey['id']}")
    await expect(scene.page.get_by_text("陈静 接管了通话")).to_be_visible()
    await scene.snap("supervision-journey")


async def test_the_talk_ends_under_the_listener_and_by_his_force(scene: Scene):
    await scene.page.goto(f"{BASE}/wall")
    await scene.ana("PUT", "me/presence", {"state": "ready"})
    async with caller() as call:
        at_ana = await scene.phone.incoming()
        await at_ana.answer(Tone(ANA))
        await scene.shows("通话中")
        await scene.press("监听")
        await expect(scene.page.locator(".supervision")).to_contain_text("无人听到您")
        await scene.desk.hears_all(CALLER, ANA)
        await scene.press("强拆通话")
        await scene.page.get_by_role("dialog").get_by_role("button", name="强拆通话").click()
        await call.wait_ended()
        await at_ana.wait_ended()
    await expect(scene.page.locator(".supervision")).to_have_count(0)
    await scene.shows("话后处理")
    journey = await scene.world.journey(scene.admin, direction="inbound")
    assert journey["ended_by"] == "system"
