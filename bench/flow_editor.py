"""IVR-300: an attendant of three hundred steps: how long it takes to publish it, and how smoothly it is drawn."""

import asyncio
import os
import statistics
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page, async_playwright

from bench.figure import Figure
from bench.machine import Busyness, load
from bench.network import own_network
from bench.site import HTTP, PASSWORD, BenchSite, bench_site

STEPS = 300
TIMES = 5  # it is published
MOVES = 240  # of the mouse, each by some pixels, while a step is dragged

# How long each frame took, in milliseconds, from now until `framesTaken` is asked.
WATCH = """() => {
  const took = [];
  let last = performance.now(), goes = true;
  const frame = (now) => { took.push(now - last); last = now; if (goes) requestAnimationFrame(frame); };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(frame); });
  window.framesTaken = () => { goes = false; return took; };
}"""


def _menus(queue: str) -> dict[str, Any]:
    """Menus that lead one to the next and each to a queue."""
    menus = STEPS // 2
    nodes: dict[str, Any] = {"m0": {"kind": "announce", "sound": {"system": "welcome"}, "next": "m1"}}
    for n in range(1, menus):
        keys = {"1": f"g{n}", "2": f"m{n % (menus - 1) + 1}"}
        nodes[f"m{n}"] = {"kind": "menu", "sound": {"system": "demo_menu"}, "keys": keys, "fallback": f"g{n}"}
        nodes[f"g{n}"] = {"kind": "go_to", "destination": {"kind": "queue", "id": queue}}
    nodes["bye"] = {"kind": "hang_up", "sound": {"system": "goodbye"}}
    nodes["m1"]["keys"]["3"] = "bye"
    return {"entry": "m0", "nodes": nodes}


async def _set_up(site: BenchSite) -> None:
    """Until the company has a name its assistant is all that the first admin sees."""
    settings = await site.ask("GET", "settings")
    headers = {"If-Match": f'"{settings.pop("version")}"'}
    body = settings | {"company_name": "Bench", "set_up_done": True}
    (await site.client.put("settings", json=body, headers=headers)).raise_for_status()


async def _publish(site: BenchSite, flow: dict[str, Any], document: dict[str, Any]) -> tuple[dict[str, Any], float]:
    """Change the draft and publish it; the row, and the seconds of the latter."""
    for address, method, body in (("draft", "PUT", {"definition": document}), ("publish", "POST", {"note": "bench"})):
        begun = time.monotonic()
        path, version = f"ivr-flows/{flow['id']}/{address}", {"If-Match": f'"{flow["version"]}"'}
        answer = await site.client.request(method, path, json=body, headers=version)
        answer.raise_for_status()
        flow = answer.json()
    return flow, time.monotonic() - begun


@asynccontextmanager
async def _drawing(flow: str) -> AsyncGenerator[Page]:
    """The editor in Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--disable-dev-shm-usage", "--no-proxy-server"],
            chromium_sandbox=False,
        )
        try:
            page = await browser.new_page(locale="zh-CN", viewport={"width": 1600, "height": 900})
            await page.goto(f"http://{HTTP}/sign-in")
            await page.locator("input[autocomplete=username]").fill("admin")
            await page.locator("input[type=password]").fill(PASSWORD)
            await page.keyboard.press("Enter")
            await page.wait_for_url(lambda url: not url.endswith("/sign-in"))
            begun = time.monotonic()
            await page.goto(f"http://{HTTP}/flows/{flow}")
            await page.locator(".react-flow__node").first.wait_for()
            page.set_default_timeout(60_000)
            opened = time.monotonic() - begun
            await page.evaluate("(seconds) => { window.openedIn = seconds; }", opened)
            yield page
        finally:
            await browser.close()


async def _frames(page: Page) -> tuple[list[float], int]:
    """The times of the frames while a step is dragged to and fro, and how many steps are on the screen."""
    view = page.locator(".react-flow__viewport")
    before, now = None, await view.get_attribute("style")
    while now != before:  # until the drawing has come to rest
        await asyncio.sleep(0.5)
        before, now = now, await view.get_attribute("style")
    some = page.locator(".react-flow__node")
    name = await some.nth(await some.count() // 2).get_attribute("data-id")
    step = page.locator(f'.react-flow__node[data-id="{name}"]')
    box = await step.bounding_box()
    assert box, "the step is not drawn"
    x, y = box["x"] + box["width"] / 2, box["y"] + min(12, box["height"] / 2)
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 5, y + 5)
    await page.evaluate(WATCH)
    for n in range(MOVES):
        way = abs(n % 80 - 40)
        await page.mouse.move(x + 4 * way, y + 2 * way)
    took: list[float] = await page.evaluate("() => window.framesTaken()")
    drawn = await page.locator(".react-flow__node").count()
    assert await step.bounding_box() != box, "the step was not dragged"
    await page.mouse.up()
    return took, drawn


def _told(took: list[float]) -> dict[str, float]:
    p95 = statistics.quantiles(took, n=20, method="inclusive")[-1]
    return {"median": round(statistics.median(took), 1), "p95": round(p95, 1), "most": round(max(took), 1)}


async def flow_editor() -> list[Figure]:
    beside = load()
    with own_network():
        async with bench_site() as site:
            await _set_up(site)
            queue = await site.ask("POST", "queues", {"name": "sales"})
            flow = await site.ask("POST", "ivr-flows", {"name": "Large"})
            document = _menus(queue["id"])
            assert len(document["nodes"]) == STEPS
            busy = Busyness()
            published: list[float] = []
            for n in range(TIMES):
                document["nodes"]["m0"]["label"] = f"Welcome {n}"
                flow, took = await _publish(site, flow, document)
                published.append(took)
            share_server = busy.share()
            async with _drawing(flow["id"]) as page:
                opened: float = await page.evaluate("() => window.openedIn")
                busy = Busyness()
                near, some = await _frames(page)
                await page.get_by_role("button", name="显示全部").click()
                far, many = await _frames(page)
                share_page = busy.share()
    around = {"load_before": beside, "load_after": load()}
    published_in = {"steps": STEPS, "publish": [round(one, 3) for one in published], "machine_busy": share_server}
    dragged = {"frames": _told(near), "drawn": some, "whole": _told(far), "drawn_whole": many,
               "opened": round(opened, 2), "machine_busy": share_page}  # fmt: skip
    return [
        Figure("IVR-300", round(max(published), 3), "s", "<= 1", published_in | around),
        Figure("IVR-300-drag", _told(near)["p95"], "ms", "<= 33", dragged | around),
    ]
