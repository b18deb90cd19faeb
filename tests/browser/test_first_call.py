"""An agent's day in the browser: a caller arrives, is heard, is kept through a reload and a killed server."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, CALLER, MICROPHONE, Desk, caller, chromium, new_desk
from playwright.async_api import Browser, expect

from callroom.demo.company import CARRIER, CARRIER_PORT
from callroom.demo.phone import Phone, Tone
from site_world import Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept


class Scene:
    def __init__(self, world: SiteWorld, browser: Browser, admin: Person, person: Person, carrier: Phone) -> None:
        self.world, self.browser, self.admin, self.person, self.carrier = world, browser, admin, person, carrier

    async def ana(self) -> Desk:
        _, desk = await new_desk(self.browser)
        await desk.sign_in("ana", self.world.passwords["ana"])
        await desk.page.goto(f"{BASE}/desk")
        await desk.ready()

        async def is_ready() -> bool:
            state = await self.person("GET", "me/agent-state")
            return state["state"] == "ready" and state["device_online"]

        await self.world.until(is_ready, what="Ana ready")
        return desk

    async def snap(self, desk: Desk, name: str) -> None:
        if SCREENSHOTS:
            await desk.page.screenshot(path=f"{SCREENSHOTS}/{name}.png")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with demo_world() as world, Phone(bind=CARRIER, port=CARRIER_PORT, user="carrier") as carrier:
        admin = await world.sign_in("admin")
        async with chromium() as browser:
            person = await world.sign_in("ana")
            yield Scene(world, browser, admin, person, carrier)


@pytest_asyncio.fixture(loop_scope="module")
async def ana(scene: Scene) -> AsyncIterator[Desk]:
    desk = await scene.ana()
    yield desk
    await desk.page.context.close()
    assert desk.errors == [], "the page complained in its console"


async def test_a_caller_reaches_the_page_and_both_hear(scene: Scene, ana: Desk):
    async with caller() as call:
        await expect(ana.page.get_by_text("赵伟").first).to_be_visible()
        await scene.snap(ana, "ringing")
        await ana.answer()
        await ana.hears(CALLER)
        await call.heard.wait_tone(MICROPHONE)
        await scene.snap(ana, "talking")
        await ana.press("保持", "Hold")
        await expect(ana.page.get_by_text("保持中").first).to_be_visible()
        await ana.page.get_by_role("button", name="恢复").click()
        await call.heard.wait_tone(MICROPHONE)
        await ana.press("挂断", "Hang up")
        await call.wait_ended()
    await expect(ana.page.get_by_text("话后处理").first).to_be_visible()
    journey = await scene.world.journey(scene.admin)
    assert (journey["queue_visits"][0]["outcome"], journey["ended_by"]) == ("answered", "agent")


async def test_a_callers_name_is_text_whatever_stands_in_it(scene: Scene, ana: Desk):
    """S-4: carriers pass on what callers write."""
    name = "<img src=x onerror='document.title=1'><script>document.title=2</script>"
    async with caller("13612340000", name=name) as call:
        await expect(ana.page.get_by_text(name).first).to_be_visible()
        await ana.answer()
        await ana.hears(CALLER)
        await expect(ana.page.get_by_text(name).first).to_be_visible()
        await call.hang_up()
    journey = await scene.world.journey(scene.admin, ended_by="caller")
    for path in ("/wall", "/calls", f"/calls/{journey['id']}"):
        await ana.page.goto(f"{BASE}{path}")
        await ana.page.wait_for_load_state("networkidle")
        assert await ana.page.locator("img[src=x]").count() == 0
        assert await ana.page.title() not in ("1", "2")


async def test_a_reload_drops_nobody(scene: Scene, ana: Desk):
    async with caller() as call:
        await expect(ana.page.get_by_text("赵伟").first).to_be_visible()
        await ana.answer()
        await ana.hears(CALLER)
        await ana.page.reload()
        await ana.hears(CALLER)
        await call.heard.wait_tone(MICROPHONE)
        assert not call.ended.is_set()
        await call.hang_up()
    journey = await scene.world.journey(scene.admin)
    assert journey["ended_by"] == "caller"
    assert len([leg for leg in journey["legs"] if leg["party"] == "agent"]) == 2


async def test_a_killed_server_is_not_heard(scene: Scene, ana: Desk):
    async with caller() as call:
        await expect(ana.page.get_by_text("赵伟").first).to_be_visible()
        await ana.answer()
        await call.heard.wait_tone(MICROPHONE)
        os.kill(scene.world.pids("server")[-1], signal.SIGKILL)
        shares: list[float] = []
        while not (len(shares) > 6 and await scene.world.takes_calls()):
            await asyncio.sleep(0.5)  # the sound of each half second is looked at
            shares.append(round(call.heard.tone(MICROPHONE, 0.4), 2))
        # A busy machine may make gaps of its own.
        assert sorted(shares)[len(shares) // 3] > 0.8, f"the caller heard gaps: {shares}"
        await expect(ana.page.get_by_text("电话就绪").first).to_be_visible()
        await ana.press("挂断", "Hang up")
        await call.wait_ended()
    journey = await scene.world.journey(scene.admin)
    assert (journey["ended_by"], journey["queue_visits"][0]["outcome"]) == ("agent", "answered")
    assert len(journey["legs"]) == 2, "the page was not rung anew"
    ana.errors.clear()  # while the server was away its sockets could not be opened


async def test_ana_dials_from_the_pad(scene: Scene, ana: Desk):
    await scene.world.carrier_answers(scene.admin)
    await ana.page.get_by_placeholder("输入号码").fill("13900000001")
    await ana.page.keyboard.press("Enter")
    far = await scene.carrier.incoming()
    await far.answer(Tone(900))
    await ana.hears(900)
    await far.heard.wait_tone(MICROPHONE)
    await far.hang_up()
    journey = await scene.world.journey(scene.admin, direction="outbound")
    assert journey["ended_by"] == "called"
