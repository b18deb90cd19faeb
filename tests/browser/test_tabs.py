"""One phone, however many tabs and computers: which one has it is said, and it can be taken; a lost network shows."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, CALLER, MICROPHONE, Desk, caller, chromium, new_desk
from playwright.async_api import Browser, expect

from site_world import HTTP, Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
READY, OTHER_TAB, OTHER_PLACE = "电话就绪", "电话在另一标签页", "电话在另一浏览器"
FAR = ("127.0.0.5", 8085)  # the site's address as seen over a road that can break


class Road:
    """Carries connections to the site; once cut it carries nothing, and tells nobody."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self._tasks: set[asyncio.Task[None]] = set()

    def cut(self) -> None:
        self._open.clear()

    def mend(self) -> None:
        self._open.set()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = HTTP.split(":")
        there, back = await asyncio.open_connection(host, int(port))
        for source, target in ((reader, back), (there, writer)):
            task = asyncio.get_running_loop().create_task(self._carry(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                await self._open.wait()
                target.write(data)
                await target.drain()
            await self._open.wait()
        target.close()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Scene:
    def __init__(self, world: SiteWorld, browser: Browser, ana: Person) -> None:
        self.world, self.browser, self.ana = world, browser, ana

    async def desk(self, login: str = "ana", path: str = "desk") -> Desk:
        """A browser of its own, as on another computer."""
        _, desk = await new_desk(self.browser)
        await desk.sign_in(login, self.world.passwords[login])
        await desk.page.goto(f"{BASE}/{path}")
        return desk

    async def ready(self, desk: Desk) -> None:
        await desk.ready()
        await shows(desk, READY)

        async def is_ready() -> bool:
            state = await self.ana("GET", "me/agent-state")
            return state["state"] == "ready" and state["device_online"]

        await self.world.until(is_ready, what="Ana ready")


async def shows(desk: Desk, text: str) -> None:
    await expect(desk.page.get_by_role("status").get_by_text(text)).to_be_visible()


async def take(desk: Desk) -> None:
    await desk.page.get_by_role("button", name="在此使用").click()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with demo_world() as world, chromium() as browser:
        yield Scene(world, browser, await world.sign_in("ana"))


async def test_of_two_tabs_one_has_the_phone_and_the_other_can_take_it_with_its_call(scene: Scene):
    first = await scene.desk()
    await scene.ready(first)
    second = Desk(await first.page.context.new_page())
    await second.page.goto(f"{BASE}/desk")
    await shows(second, OTHER_TAB)
    await shows(first, READY)
    async with caller() as call:
        await first.answer()
        await first.hears(CALLER)
        await take(second)
        await shows(first, OTHER_TAB)
        await second.hears(CALLER)
        await call.heard.wait_tone(MICROPHONE)
        await call.hang_up()
    await second.page.close()
    await expect(first.page.get_by_role("status").get_by_text("电话").first).not_to_have_text(OTHER_TAB)
    await first.page.context.close()
    assert first.errors == second.errors == []


async def test_of_two_computers_one_has_the_phone_and_the_other_can_take_it_with_its_call(scene: Scene):
    first = await scene.desk()
    await scene.ready(first)
    second = await scene.desk()
    await shows(second, OTHER_PLACE)
    await asyncio.sleep(6)  # longer than a page waits until it asks again: it must not take it by itself
    await shows(second, OTHER_PLACE)
    await shows(first, READY)
    async with caller() as call:
        await first.answer()
        await first.hears(CALLER)
        await take(second)
        await shows(first, OTHER_PLACE)
        await second.hears(CALLER)
        await call.heard.wait_tone(MICROPHONE)
        await call.hang_up()
    await second.page.context.close()
    await expect(first.page.get_by_role("status").get_by_text(OTHER_PLACE)).to_have_count(0)
    await first.page.context.close()
    assert first.errors == second.errors == []


async def test_a_page_without_network_says_so_and_so_does_the_wall(scene: Scene):
    road = Road()
    lead = await scene.desk("lead", "wall")
    async with await asyncio.start_server(road.take, *FAR):
        _, ana = await new_desk(scene.browser)
        await ana.page.goto(f"http://{FAR[0]}:{FAR[1]}/sign-in")
        await ana.page.locator("input[autocomplete=username]").fill("ana")
        await ana.page.locator("input[type=password]").fill(scene.world.passwords["ana"])
        await ana.page.keyboard.press("Enter")
        await ana.page.wait_for_url(lambda url: url.endswith("/desk"))
        await scene.ready(ana)
        tile = lead.page.locator(".wall-tile", has_text="王安娜")
        await expect(tile).to_contain_text("示闲")
        await expect(tile).not_to_contain_text("没有在线电话")
        road.cut()
        await shows(ana, "电话重连中")
        await expect(tile).to_contain_text("没有在线电话")
        road.mend()
        await shows(ana, READY)
        await expect(tile).not_to_contain_text("没有在线电话")
        await ana.page.context.close()
        await road.close()
    await lead.page.context.close()
    assert lead.errors == []
