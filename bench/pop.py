"""P-5: from the INVITE at the line to the customer's name on the agent's screen, a million customers stored."""

import asyncio
import os
import random
import statistics
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from playwright.async_api import Page, async_playwright

from bench import generator
from bench.figure import Figure
from bench.machine import Busyness, load
from bench.network import CARRIER, ENGINE, own_network
from bench.search import own_postgresql
from bench.site import HTTP, PASSWORD, BenchSite, bench_home
from callroom.actions import customers
from callroom.actions.customers import form_of
from callroom.actions.customers_bulk import insert_many
from callroom.actions.new_customers import NewCustomer, prepared
from callroom.clock import utc_now
from callroom.demo.phone import Phone
from callroom.store.database import migrate, open_database, reading, writing
from callroom.store.upkeep import tidy_customers

CUSTOMERS = 1_000_000
CALLS = 40
CHUNK = 20_000
DID = "88001"
WITHIN = 5.0  # seconds until a pop that does not come is an error

# The name counts when it is painted: the first task after the frame in which it entered the page.
WATCH = """
window.expectPop = (name) => {
  window.popped = new Promise((resolve) => {
    const look = () => {
      if (![...document.querySelectorAll(".desk-call-head h1")].some((head) => head.textContent === name)) return false;
      requestAnimationFrame(() => {
        const painted = new MessageChannel();
        painted.port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
        painted.port2.postMessage(0);
      });
      return true;
    };
    if (look()) return;
    const observer = new MutationObserver(() => { if (look()) observer.disconnect(); });
    observer.observe(document, {subtree: true, childList: true, characterData: true});
  });
};
"""


def _number(k: int) -> str:
    return f"139{k:08}"


def _name(k: int) -> str:
    return f"客户{k:07}"


async def _fill(url: str) -> float:
    """Store the customers before the site starts; seconds it took."""
    database = open_database(url)
    begun = time.monotonic()
    try:
        await migrate(database)
        async with reading(database) as session:
            form = await form_of(session)
        for first in range(0, CUSTOMERS, CHUNK):
            some = [NewCustomer(_name(k), f"公司{k % 5000}", phones=[customers.Phone(f"+86{_number(k)}")])
                    for k in range(first, first + CHUNK)]  # fmt: skip
            rows = prepared(form, some, None, utc_now(), "bench")
            async with writing(database) as session, session.begin():
                await insert_many(session, rows)
        await tidy_customers(database, CUSTOMERS)
    finally:
        await database.dispose()
    return time.monotonic() - begun


async def _make(site: BenchSite) -> None:
    """A line, a queue, and one agent with a page."""
    trunk = await site.ask(
        "POST", "trunks", {"name": "carrier", "kind": "address", "host": CARRIER, "port": generator.CARRIER_PORT,
                           "match": [f"{CARRIER}/32"], "max_calls": 100},
    )  # fmt: skip
    queue = await site.ask("POST", "queues", {"name": "sales", "wrap_up": 0, "record": False})
    route = {"name": "in", "did": DID, "trunk_id": trunk["id"], "destination": {"kind": "queue", "id": queue["id"]}}
    await site.ask("POST", "inbound-routes", route)
    extension = await site.ask("POST", "extensions", {"number": "801", "name": "Ana", "record": False})
    person = {"login": "ana", "name": "Ana", "role": "agent", "password": PASSWORD, "staff_number": "801",
              "extension_id": extension["id"], "queues": [queue["id"]]}  # fmt: skip
    await site.ask("POST", "users", person)


@asynccontextmanager
async def _desk() -> AsyncGenerator[Page]:
    """Ana's desk in Chromium, signed in."""
    flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--disable-dev-shm-usage",
             "--no-proxy-server", "--autoplay-policy=no-user-gesture-required"]  # fmt: skip
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=flags, chromium_sandbox=False
        )
        try:
            context = await browser.new_context(
                locale="zh-CN", viewport={"width": 1440, "height": 900}, permissions=["microphone", "notifications"]
            )
            await context.add_init_script(WATCH)
            page = await context.new_page()
            await page.goto(f"http://{HTTP}/sign-in")
            await page.locator("input[autocomplete=username]").fill("ana")
            await page.locator("input[type=password]").fill(PASSWORD)
            await page.keyboard.press("Enter")
            await page.wait_for_url(lambda url: not url.endswith("/sign-in"))
            await page.goto(f"http://{HTTP}/desk")
            yield page
        finally:
            await browser.close()


async def _clock_difference(page: Page) -> float:
    """Milliseconds the page's clock is ahead of ours; the best of some tries, half a round trip is its error."""
    tries: list[tuple[float, float]] = []
    for _ in range(20):
        before = time.time() * 1000
        there = await page.evaluate("() => performance.timeOrigin + performance.now()")
        after = time.time() * 1000
        tries.append((after - before, there - (before + after) / 2))
    return min(tries)[1]


async def _ready(site: BenchSite, token: str) -> None:
    """Until the agent is ready and her page can be rung."""
    async with asyncio.timeout(30):
        while True:
            told = await site.ask("PUT", "me/presence", {"state": "ready"}, token=token)
            if told["state"] == "ready" and told["device_online"]:
                return
            await asyncio.sleep(0.1)


async def _one(page: Page, phone: Phone, k: int, ahead: float) -> float:
    """Milliseconds of one call."""
    await page.evaluate("(name) => { window.expectPop(name); }", _name(k))
    begun = time.time() * 1000
    call = await phone.dial(f"sip:{DID}@{ENGINE}:5060", caller=_number(k))
    async with asyncio.timeout(WITHIN):
        seen = await page.evaluate("() => window.popped")
    await call.hang_up()
    return seen - ahead - begun


async def pop() -> list[Figure]:
    figures: list[Figure] = []
    for kind in os.environ.get("CALLROOM_BENCH_DATABASES", "sqlite,postgresql").split(","):
        with nullcontext("") if kind == "sqlite" else own_postgresql() as url:
            figures.append(await _popped(kind, url))
    return figures


async def _popped(kind: str, url: str) -> Figure:
    beside = load()
    chance = random.Random(5)
    with own_network(), bench_home() as home:
        home.mkdir()
        site = BenchSite(home, database=url)
        filled = await _fill(site.database)
        try:
            await site.start()
            await site.takes_calls()
            await site.sign_in()
            await _make(site)
            async with _desk() as page, Phone(bind=CARRIER, user="carrier", codecs=("PCMA",)) as phone:
                answer = await site.client.post("session", json={"login": "ana", "password": PASSWORD})
                token: str = answer.json()["token"]
                await site.ask("PUT", "me/sign-in", {}, token=token)
                await _ready(site, token)
                await _one(page, phone, 1, 0.0)  # the first call of a page loads what later ones have
                ahead = await _clock_difference(page)
                busy = Busyness()
                took: list[float] = []
                for _ in range(CALLS):
                    await _ready(site, token)
                    took.append(await _one(page, phone, chance.randrange(CUSTOMERS), ahead))
                share = busy.share()
        finally:
            await site.client.aclose()
            await site.stop()
    detail: dict[str, Any] = {
        "database": kind,
        "median": round(statistics.median(took), 1),
        "least": round(min(took), 1),
        "most": round(max(took), 1),
        "calls": len(took),
        "customers": CUSTOMERS,
        "fill_seconds": round(filled, 1),
        "page_clock_ahead_ms": round(ahead, 2),
        "machine_busy": share,
        "load_before": beside,
        "load_after": load(),
    }
    p95 = statistics.quantiles(took, n=20, method="inclusive")[-1]
    return Figure("P-5", round(p95, 1), "ms", "<= 200", detail)
