"""An agent's day with hidden numbers (S-6): nothing that reaches the page of one, or the SIP phone of another, tells a
whole number, however it is written."""

import contextlib
import re
import sys
import zipfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, CALLER, caller, chromium, new_desk
from playwright.async_api import Browser, Error, Page, Response, WebSocket, expect

from callroom.demo.company import CARRIER, CARRIER_PORT
from callroom.demo.phone import Phone, Tone
from site_world import Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
KNOWN, STRANGER = "13800138000", "13912345678"  # the demo company knows the first
STATUSES = [{"id": "new", "label": "New", "initial": True}]
KEPT = """async () => JSON.stringify({...localStorage, ...sessionStorage,
  databases: (await indexedDB.databases()).map(({name}) => name), cookies: document.cookie,
  shown: document.documentElement.outerHTML})"""


class Traffic:
    """All that came to one agent and went from him, by where."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def watch(self, page: Page) -> None:
        page.on("response", self._take)
        page.on("websocket", self._follow)

    def _follow(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.heard.append((f"from {socket.url}", str(frame))))
        socket.on("framesent", lambda frame: self.heard.append((f"to {socket.url}", str(frame))))

    async def _take(self, answer: Response) -> None:
        if "/api/" in answer.url:
            with contextlib.suppress(Error):  # the page has gone on, and the browser forgot what it was answered
                self.heard.append((f"headers of {answer.url}", str(await answer.all_headers())))
                self.heard.append((answer.url, (await answer.body()).decode(errors="replace")))

    async def read(self, page: Page) -> None:
        """What the page shows and keeps now."""
        await page.wait_for_load_state("networkidle")
        self.heard.append((f"page {page.url}", await page.evaluate(KEPT)))

    def leaks(self, *numbers: str) -> list[str]:
        """Where the last eight digits stand, which no written form of a number is without."""
        return [
            f"{where}: …{text[max(0, found.start() - 80) : found.end() + 20]}…"
            for where, text in self.heard
            for number in numbers
            if (found := re.search(r"[ .()-]*".join(number[-8:]), text))
        ]


def unpacked(file: bytes) -> list[str]:
    """The texts of a downloaded list."""
    if not zipfile.is_zipfile(BytesIO(file)):
        return [file.decode("utf-8-sig")]
    with zipfile.ZipFile(BytesIO(file)) as parts:
        return [parts.read(name).decode() for name in parts.namelist()]


class Scene:
    def __init__(self, world: SiteWorld, browser: Browser, admin: Person, carrier: Phone) -> None:
        self.world, self.browser, self.admin, self.carrier = world, browser, admin, carrier


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with demo_world() as world, Phone(bind=CARRIER, port=CARRIER_PORT, user="carrier") as carrier:
        admin = await world.sign_in("admin")
        async with chromium() as browser:
            yield Scene(world, browser, admin, carrier)


async def test_a_day_in_the_page_tells_no_whole_number(scene: Scene):
    await scene.world.hide_numbers(scene.admin, "ana", "middle")
    traffic, world = Traffic(), scene.world
    _, desk = await new_desk(scene.browser)
    traffic.watch(desk.page)
    await desk.sign_in("ana", world.passwords["ana"])
    await desk.page.goto(f"{BASE}/desk")
    await desk.ready()
    for number in (KNOWN, STRANGER):
        async with caller(number) as call:
            await desk.answer()
            await desk.hears(CALLER)
            await expect(desk.page.get_by_text(f"{number[:3]}****{number[-4:]}").first).to_be_visible()
            await traffic.read(desk.page)
            await call.hang_up()
        journey = await world.journey(scene.admin, ended_by="caller")
        await desk.ready()
    await world.carrier_answers(scene.admin)
    await desk.page.goto(f"{BASE}/calls/{journey['id']}")
    await desk.page.get_by_role("button", name="139****5678").first.click()  # dials whom she may not see
    far = await scene.carrier.incoming()
    await far.answer(Tone(900))
    await desk.hears(900)
    await traffic.read(desk.page)
    await far.hang_up()
    await world.journey(scene.admin, direction="outbound")
    for path in ("/calls", "/calls?tab=voicemail", f"/calls/{journey['id']}", "/faxes", "/desk"):
        await desk.page.goto(f"{BASE}{path}")
        await traffic.read(desk.page)
    ana = await world.sign_in("ana")
    [recording, *_] = (await ana("GET", "recordings"))["items"]
    sound = await ana.client.get(f"recordings/{recording['id']}/sound")
    traffic.heard.append(("recording", str(sound.headers)))
    assert sound.status_code == 200 and len(traffic.heard) > 50
    assert traffic.leaks(KNOWN, STRANGER) == []
    await desk.page.context.close()


async def test_a_sip_phone_is_sent_no_whole_number(scene: Scene):
    await scene.world.hide_numbers(scene.admin, "bo", "name")
    world = scene.world
    bo = await world.sign_in("bo")
    phone = await world.sip_phone(scene.admin, bo)
    await bo("PUT", "me/sign-in", {})
    traffic = Traffic()
    async with caller(STRANGER) as call:
        offered = await phone.incoming()
        await offered.answer(Tone(900))
        await call.heard.wait_tone(900)
        await call.hang_up()
        await offered.wait_ended()
    journey = await world.journey(scene.admin, ended_by="caller")
    await bo("PUT", "me/presence", {"state": "ready"})
    await world.carrier_answers(scene.admin)
    await bo("POST", "calls", {"journey": journey["id"]})
    back = await phone.incoming()
    await back.answer(Tone(900))
    far = await scene.carrier.incoming()
    await far.answer(Tone(950))
    await back.heard.wait_tone(950)
    await far.hang_up()
    await back.wait_ended()
    traffic.heard.append(("phone", phone.trace))
    assert "INVITE" in phone.trace and "****" in phone.trace
    assert traffic.leaks(STRANGER) == []
    await phone.unregister()


async def test_work_with_customers_and_colleagues_tells_no_whole_number(scene: Scene):
    """Searching, changing, writing down, downloading; a consultation, and the customer handed on."""
    world, admin = scene.world, scene.admin
    for login, visibility in (("ana", "middle"), ("bo", "name")):
        await world.hide_numbers(admin, login, visibility)
    ana, bo = await world.sign_in("ana"), await world.sign_in("bo")
    [known] = (await admin("GET", f"customers?q={KNOWN}"))["items"]
    fields = [{"label": "Problem", "type": "line", "required": True}, {"label": "Second number", "type": "phone"}]
    table = await admin("POST", "tables", {"name": "Complaints", "fields": fields, "statuses": STATUSES})
    problem, second = (field["id"] for field in table["fields"])
    values = {problem: f"Call me: {STRANGER}", second: STRANGER}
    record = await admin("POST", f"tables/{table['id']}/records", {"values": values, "customer": known["id"]})
    await admin("POST", "memos", {"customer": known["id"], "text": f"or at {KNOWN[:3]} {KNOWN[3:7]} {KNOWN[7:]}"})
    phone = await world.sip_phone(admin, bo)
    await bo("PUT", "me/sign-in", {})
    await bo("PUT", "me/presence", {"state": "busy"})  # he is asked, and not rung by the queue
    traffic = Traffic()
    _, desk = await new_desk(scene.browser)
    page = desk.page
    traffic.watch(page)
    await desk.sign_in("ana", world.passwords["ana"])

    await page.goto(f"{BASE}/customers?q={known['name']}")
    await page.locator("main tbody tr.ant-table-row").first.click()
    drawer = page.locator(".ant-drawer-section")
    await drawer.get_by_label("公司", exact=True).fill("示例公司")
    await drawer.get_by_role("button", name="保存").click()
    await expect(page.get_by_text("已保存").first).to_be_visible()
    await traffic.read(page)
    for path in (f"/records?table={table['id']}&open={record['id']}", "/orders", "/memos", "/follow-ups", "/messages"):
        await page.goto(f"{BASE}{path}")
        await traffic.read(page)
    for form in ("csv", "xlsx"):
        answer = await ana.client.get(f"tables/{table['id']}/records/download?format={form}")
        assert answer.is_success
        traffic.heard += [(f"download of {form}", text) for text in unpacked(answer.content)]

    await page.goto(f"{BASE}/desk")
    await desk.ready()
    for way in ("咨询 李博", "转给 李博"):
        async with caller(STRANGER) as call:
            await desk.answer()
            await desk.hears(CALLER)
            await page.keyboard.press("t")
            await page.get_by_role("button", name=way).click()
            asked = await phone.incoming()
            await asked.answer(Tone(900))
            if way.startswith("咨询"):
                await desk.hears(900)
                await traffic.read(page)
                await page.keyboard.press("c")
            await call.heard.wait_tone(900)
            await traffic.read(page)
            await call.hang_up()
            await asked.wait_ended()
        await world.journey(admin, ended_by="caller")
        await desk.ready()
    traffic.heard.append(("phone", phone.trace))
    assert "INVITE" in phone.trace and len(traffic.heard) > 50
    assert traffic.leaks(KNOWN, STRANGER) == []
    await phone.unregister()
    await page.context.close()
