"""Whatever people write of customers is text on every page that shows it (S-4): no picture loads, no script runs."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, SETTLED, chromium, new_desk
from playwright.async_api import Browser, expect

from site_world import Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
EVIL = "<img src=x onerror=\"document.title='run'\"><a href='javascript:document.title=1'>"  # 77 characters
SHORT = "<img src=x>"  # where twenty are allowed
STATUSES = [{"id": "new", "label": EVIL, "initial": True, "next": ["done"]}, {"id": "done", "label": "Done"}]
TABS = ("往来记录", "业务记录", "订单", "服务记录", "历史")


class Scene:
    def __init__(self, world: SiteWorld, browser: Browser, admin: Person) -> None:
        self.world, self.browser, self.admin = world, browser, admin
        self.customer = self.record = self.memo = self.order = self.table = ""

    async def fill(self) -> None:
        """A site in which it stands wherever somebody may write."""
        write, me = self.admin, (await self.admin("GET", "me"))["id"]
        text = await write("POST", "customer-fields", {"label": EVIL, "type": "text"})
        choice = {"label": "Kind", "type": "choice", "options": [{"id": "one", "label": EVIL}]}
        kind = await write("POST", "customer-fields", choice)
        values = {text["id"]: EVIL, kind["id"]: EVIL}
        body = {"name": EVIL, "company": EVIL, "memo": EVIL, "tags": [SHORT], "values": values, "owner": me}
        body["phones"] = [{"number": "13977770001", "label": SHORT}]
        self.customer = (await write("POST", "customers", body))["id"]
        fields = [{"label": EVIL, "type": "text"}]
        self.table = (await write("POST", "tables", {"name": EVIL, "fields": fields, "statuses": STATUSES}))["id"]
        [field] = (await write("GET", f"tables/{self.table}"))["fields"]
        record = {"values": {field["id"]: EVIL}, "memo": EVIL, "customer": self.customer}
        self.record = (await write("POST", f"tables/{self.table}/records", record))["id"]
        await write("POST", f"records/{self.record}/submit", {"note": EVIL})
        due = {"text": EVIL, "customer": self.customer, "remind_at": "2026-01-01T00:00:00Z"}
        self.memo = (await write("POST", "memos", due))["id"]
        category = await write("POST", "product-categories", {"name": EVIL})
        product = {"name": EVIL, "code": "E", "unit": SHORT, "category_id": category["id"], "price": 100}
        line = {"product": (await write("POST", "products", product))["id"], "quantity": 1}
        order = {"customer": self.customer, "memo": EVIL, "lines": [line]}
        self.order = (await write("POST", "orders", order))["id"]
        await write("POST", "follow-ups", {"record": self.record})
        await write("POST", "customer-views", {"name": EVIL[:60], "shared": True, "filter": {"q": EVIL[:10]}})
        await write("POST", "segments", {"name": EVIL, "note": EVIL})
        await write("POST", "sms-templates", {"name": EVIL, "texts": {"zh": {"text": EVIL}}})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene() -> AsyncIterator[Scene]:
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        await world.set_up(admin)
        async with chromium() as browser:
            scene = Scene(world, browser, admin)
            await scene.fill()
            yield scene


async def test_what_people_write_of_customers_is_text_on_every_page(scene: Scene):
    _, desk = await new_desk(scene.browser)
    page = desk.page
    await desk.sign_in("admin", scene.world.passwords["admin"])

    async def harmless() -> None:
        await page.wait_for_function(SETTLED)
        assert await page.locator("img[src=x], a[href^='javascript:']").count() == 0, page.url
        assert await page.title() not in ("run", "1"), page.url

    await page.goto(f"{BASE}/customers?open={scene.customer}")
    drawer = page.locator(".ant-drawer-section")
    await expect(drawer.get_by_text(EVIL).first).to_be_visible()
    await harmless()
    for tab in TABS:
        await drawer.get_by_role("tab", name=tab).click()
        await expect(drawer.get_by_text(EVIL[:40]).first).to_be_visible()
        await harmless()
    for path in (
        *("customers", f"records?table={scene.table}", f"records?table={scene.table}&open={scene.record}"),
        *("memos", f"memos?open={scene.memo}", "orders", f"orders?open={scene.order}", "follow-ups", "inbox"),
        *("segments", "settings/customer-fields", "tables", "products", "settings/sms-templates"),
    ):
        await page.goto(f"{BASE}/{path}")
        await expect(page.get_by_text(EVIL[:40]).or_(page.locator(f"[value^='{SHORT[:4]}']")).first).to_be_visible()
        await harmless()
    assert not desk.errors
