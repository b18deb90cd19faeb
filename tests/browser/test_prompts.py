"""An admin gives the company its words: a file, a recording, a typed text; and a caller hears them."""

import contextlib
import io
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
import soundfile

sys.path.insert(0, str(Path(__file__).parent))
from desk import Desk, chromium, new_desk
from playwright.async_api import expect

from callroom.demo.company import CARRIER, CARRIER_PORT, DID
from callroom.demo.phone import Phone, Silence
from callroom.demo.phone.errors import NothingCame
from callroom.demo.tones import Samples, tone
from callroom.media.voices import installed
from site_world import HTTP, PASSWORD, SIP, Person, SiteWorld, demo_world

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept
TEXTS = {"zh": "您好，欢迎致电。请稍候。", "en": "Hello, and thank you for calling."}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office() -> AsyncIterator[tuple[SiteWorld, Person, Desk]]:
    async with demo_world() as world, Phone(bind=CARRIER, port=CARRIER_PORT, user="carrier"):
        admin = await world.sign_in("admin")
        await world.set_up(admin)
        async with chromium() as browser:
            _, desk = await new_desk(browser, viewport={"width": 1280, "height": 800})
            await desk.sign_in("admin", PASSWORD)
            yield world, admin, desk
            assert not desk.errors, "the page complained in its console"


def wav(seconds: float) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, tone(500, seconds), 8000, format="WAV")
    return file.getvalue()


async def picture(desk: Desk, name: str) -> None:
    if SCREENSHOTS:
        await desk.page.wait_for_function("() => !document.querySelector('.ant-spin-spinning, .ant-btn-loading')")
        await desk.page.screenshot(path=f"{SCREENSHOTS}/prompts-{name}.png")


async def test_a_file_and_a_recording_become_a_prompt(office: tuple[SiteWorld, Person, Desk]):
    _, admin, desk = office
    page = desk.page
    await page.goto(f"http://{HTTP}/exchange/prompts")
    await desk.press("新建语音", "New prompt")
    new = page.get_by_role("dialog")
    await new.locator("input[type=file]").set_input_files(
        {"name": "问候语.wav", "mimeType": "audio/wav", "buffer": wav(2)}
    )
    await expect(new.locator("#name")).to_have_value("问候语")
    await new.locator("#folder").fill("总机")
    await picture(desk, "new")
    await new.get_by_role("button", name=re.compile("保 ?存")).click()
    row = page.get_by_role("row").filter(has_text="问候语")
    await expect(row).to_contain_text("总机")
    await expect(row).to_contain_text("0:02")

    await row.get_by_text("问候语", exact=True).click()
    english = page.locator(".ant-drawer .ant-card").filter(has_text="English")
    await english.get_by_role("button", name=re.compile("添 ?加")).click()
    await english.get_by_text("录音", exact=True).click()
    await english.get_by_role("button", name="开始录音").click()
    await expect(english.get_by_text("0:01")).to_be_visible()
    await english.get_by_role("button", name="停止").click()
    await expect(english.locator("audio")).to_be_visible()
    await english.get_by_role("button", name=re.compile("保 ?存")).click()
    await expect(english).to_contain_text("网页录音")
    await picture(desk, "drawer")
    [made] = (await admin("GET", "prompts?q=问候语"))["items"]
    assert made["folder"] == "总机"
    assert made["sounds"]["en"]["origin"] == "page"
    assert 0.5 < made["sounds"]["en"]["seconds"] < 10
    answer = await admin.client.get(f"prompts/{made['id']}/sound?language=en")
    recorded, _ = soundfile.read(io.BytesIO(answer.content), dtype="int16")
    assert np.abs(recorded).max() > 3000  # the microphone's tone is in it

    await page.keyboard.press("Escape")
    await page.get_by_role("tab", name="系统语音").click()
    await page.get_by_role("searchbox").fill("再见")
    goodbye = page.get_by_role("row").filter(has_text="感谢您的来电，再见。")
    await expect(goodbye.locator("audio")).to_be_visible()
    await picture(desk, "system")


@pytest.mark.skipif(not installed(), reason="the voices are not installed: make voices")
async def test_a_typed_text_is_heard_in_the_page_and_by_callers(office: tuple[SiteWorld, Person, Desk]):
    world, admin, desk = office
    page = desk.page
    await page.goto(f"http://{HTTP}/exchange/prompts")
    await desk.press("新建语音", "New prompt")
    new = page.get_by_role("dialog")
    await new.locator("#name").fill("文字问候")
    await new.get_by_text("输入文字", exact=True).click()
    await new.get_by_role("textbox", name="文字").fill(TEXTS["zh"])
    await new.get_by_role("button", name="试听").click()
    await expect(new.locator("audio")).to_be_visible(timeout=60_000)
    await picture(desk, "typed")
    await new.get_by_role("button", name=re.compile("保 ?存")).click()
    await expect(page.get_by_role("row").filter(has_text="文字问候")).to_contain_text("文字朗读")

    said = {"sound": {"text": TEXTS}}
    hears = {"entry": "a", "nodes": {"a": {"kind": "announce", "next": "b", **said}, "b": {"kind": "hang_up"}}}
    flow = await admin("POST", "ivr-flows", {"name": "typed", "definition": hears})
    [route] = [one for one in (await admin("GET", "inbound-routes"))["items"] if one["did"] == DID]
    for language in ("zh", "en"):
        admin.client.headers["If-Match"] = str((await admin("GET", f"inbound-routes/{route['id']}"))["version"])
        lead = {"destination": {"kind": "flow", "id": flow["id"]}, "language": language}
        await admin("PUT", f"inbound-routes/{route['id']}", route | lead)
        spoken = await admin.client.post("prompts/preview", json={"text": TEXTS[language], "language": language})
        wanted, _ = soundfile.read(io.BytesIO(spoken.content), dtype="int16")

        async def is_heard(wanted: Samples = wanted) -> bool:
            return likeness(await heard_by_a_caller(), wanted) > 0.9

        await world.until(is_heard, within=60, what=f"the typed text in a call ({language})")


async def heard_by_a_caller() -> Samples:
    """All that somebody hears who calls in, to the end of the call; a moment after a change it may be another one."""
    async with Phone(bind=CARRIER, user="demo", codecs=("PCMA",)) as phone:
        call = await phone.dial(f"sip:{DID}@{SIP[0]}:{SIP[1]}", Silence(), caller="13800138000")
        await call.answered()
        with contextlib.suppress(NothingCame):
            await call.wait_ended(timeout=12)
        return call.heard.samples()


def likeness(heard: Samples, wanted: Samples) -> float:
    """How much of ``wanted`` is in what was heard, wherever it begins: 1 is all of it."""
    size = heard.size + wanted.size
    spectrum = np.fft.rfft(heard.astype(float), size) * np.conj(np.fft.rfft(wanted.astype(float), size))
    at = int(np.argmax(np.fft.irfft(spectrum, size)[: heard.size]))
    part = heard[at : at + wanted.size].astype(float)
    whole = wanted[: part.size].astype(float)
    return float(part @ whole / (np.linalg.norm(part) * np.linalg.norm(wanted.astype(float))))
