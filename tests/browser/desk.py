"""An agent at his desk: Chromium with a microphone that gives 700 Hz, signed in to a running demo company."""

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import soundfile
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

sys.path.insert(0, str(Path(__file__).parents[1]))
from callroom.demo.company import CARRIER, DID
from callroom.demo.phone import OutgoingCall, Phone, Tone
from callroom.demo.phone.patience import PATIENCE
from callroom.demo.tones import tone
from site_world import HTTP, SIP, SiteWorld

expect.set_options(timeout=PATIENCE * 1000)
MICROPHONE, CALLER = 700, 440  # Hz
BASE = f"http://{HTTP}"
AXE = (Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js").read_text("utf-8")
SETTLED = """() => !document.querySelector(".ant-spin-spinning, .ant-skeleton-active, .ant-btn-loading")
  && document.getAnimations().every((one) => one.playState !== "running" || one.effect.getTiming().iterations > 1)"""
JUDGE = """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
  resultTypes: ["violations"]})).violations.filter(({impact}) => ["serious", "critical"].includes(impact))
  .flatMap(({id, nodes}) => nodes.slice(0, 6).map(({html, target, any: [{message} = {}]}) =>
    `${id}: ${html.slice(0, 160)} at ${target.join(" ").slice(-80)}: ${message ?? ""}`))"""

# The browser would clean a tone away as noise; and what the page hears is measured in the page.
LISTEN = """
(() => {
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wanted) => open({...wanted, audio: {
    ...(typeof wanted.audio === "object" ? wanted.audio : {}),
    echoCancellation: false, noiseSuppression: false, autoGainControl: false,
  }});
  window.toneShare = async (hertz) => {
    const stream = document.querySelector("audio#remote-sound")?.srcObject;
    if (!stream) return 0;
    window.listening ??= new AudioContext();
    await window.listening.resume();
    const source = window.listening.createMediaStreamSource(stream);
    const meter = new AnalyserNode(window.listening, {fftSize: 8192});
    source.connect(meter);
    await new Promise((done) => setTimeout(done, 250));
    const samples = new Float32Array(meter.fftSize);
    meter.getFloatTimeDomainData(samples);
    source.disconnect();
    let cosine = 0, sine = 0, power = 0;
    samples.forEach((value, n) => {
      const angle = (2 * Math.PI * hertz * n) / window.listening.sampleRate;
      cosine += value * Math.cos(angle); sine += value * Math.sin(angle); power += value * value;
    });
    return power < 1e-4 ? 0 : (2 * (cosine * cosine + sine * sine)) / (samples.length * power);
  };
})();
"""


class Desk:
    """One agent's page. ``errors`` holds what the page complained of in its console."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    async def faults(self) -> list[str]:
        """What keeps people from using the page that is shown; of what is grave only."""
        if not await self.page.evaluate("() => 'axe' in window"):
            await self.page.evaluate(AXE)
        await self.page.wait_for_function(SETTLED)
        if not (first := set(await self.page.evaluate(JUDGE))):
            return []
        # A button that was just enabled is judged in the middle of its change of colours: what is wrong stays so.
        await self.page.wait_for_function(SETTLED)
        return [fault for fault in await self.page.evaluate(JUDGE) if fault in first]

    async def sign_in(self, login: str, password: str) -> None:
        await self.page.goto(f"{BASE}/sign-in")
        await self.page.locator("input[autocomplete=username]").fill(login)
        await self.page.locator("input[type=password]").fill(password)
        await self.page.keyboard.press("Enter")
        await self.page.wait_for_url(lambda url: not url.endswith("/sign-in"))

    async def press(self, zh: str, en: str) -> None:
        """Click the button of this name, in whichever language the page is."""
        names = self.page.get_by_role("button", name=zh).or_(self.page.get_by_role("button", name=en))
        await names.first.click()

    async def ready(self) -> None:
        """Sign in, or be ready again, and wait until the phone is too."""
        sign_in = self.page.get_by_role("button", name="签入")
        await sign_in.or_(self.page.get_by_role("button", name="示闲")).first.click()
        await expect(self.page.get_by_text("电话就绪").first).to_be_visible()

    async def answer(self) -> None:
        """Take the call that rings, as soon as it can be taken."""
        await expect(self.page.get_by_role("button", name="接听")).to_be_enabled()
        await self.page.keyboard.press("Space")

    async def hears_all(self, *hertz: int) -> None:
        """Until these tones sound together in the page, and hardly anything else."""
        end = asyncio.get_running_loop().time() + PATIENCE
        shares: list[float] = []
        while asyncio.get_running_loop().time() < end:
            shares = [await self.page.evaluate("(hertz) => window.toneShare(hertz)", each) for each in hertz]
            if min(shares) > 0.4 / len(hertz) and sum(shares) > 0.7:
                return
        raise AssertionError(f"{hertz} Hz are not heard together in the page: shares {shares}")

    async def hears(self, hertz: int) -> None:
        end = asyncio.get_running_loop().time() + PATIENCE
        share = 0.0
        while asyncio.get_running_loop().time() < end:
            share = await self.page.evaluate("(hertz) => window.toneShare(hertz)", hertz)
            if share > 0.5:
                return
        raise AssertionError(f"{hertz} Hz is not heard in the page: share {share:.2f}")


@contextlib.asynccontextmanager
async def chromium() -> AsyncGenerator[Browser]:
    """A browser in this network; its microphone is a tone."""
    with tempfile.TemporaryDirectory(prefix="callroom-browser-") as folder:
        sound = f"{folder}/microphone.wav"
        soundfile.write(sound, tone(MICROPHONE, 10.0).repeat(6), 48_000, subtype="PCM_16")
        flags = [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={sound}",
            "--disable-dev-shm-usage",
            "--no-proxy-server",
            "--autoplay-policy=no-user-gesture-required",
        ]
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
                args=flags,
                chromium_sandbox=False,
                ignore_default_args=["--mute-audio"],
            )
            try:
                yield browser
            finally:
                await browser.close()


async def new_desk(browser: Browser, **options: Any) -> tuple[BrowserContext, Desk]:
    options = {"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}} | options
    context = await browser.new_context(permissions=["microphone", "notifications"], **options)
    await context.add_init_script(LISTEN)
    return context, Desk(await context.new_page())


@contextlib.asynccontextmanager
async def caller(
    number: str = "13800138000", *, keys: str = "1", name: str | None = None
) -> AsyncGenerator[OutgoingCall]:
    """Somebody on the demo line who sends 440 Hz and presses ``keys`` at the menu."""
    async with Phone(bind=CARRIER, user="demo", codecs=("PCMA",)) as phone:
        call = await phone.dial(f"sip:{DID}@{SIP[0]}:{SIP[1]}", Tone(CALLER), caller=number, caller_name=name)
        await call.answered()
        await call.press(keys)
        yield call


__all__ = ["CALLER", "MICROPHONE", "SETTLED", "Desk", "SiteWorld", "caller", "chromium", "new_desk"]
