"""Agents who work in pages of a real Chromium, behind the agents' link: they press the desk's own buttons.

What their phones do is read from the pages' own SIP, so that a ring that no screen shows is seen as well.
"""

import asyncio
import os
import stat
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import soundfile
from playwright.async_api import Browser, BrowserContext, Page, Request, WebSocket, async_playwright
from playwright.async_api import Error as PageError

from bench.crowd import HERE, LATE, Ring, Seen
from callroom.demo.phone.message import MalformedMessage, NameAddress, Uri, parse
from callroom.demo.phone.message import Request as SipRequest
from callroom.demo.tones import tone
from callroom.http.sip import PING, PONG
from callroom.http.site import COOKIE

HTTPS_PORT = 8443
BASE = f"https://{HERE}:{HTTPS_PORT}"
ANSWER, HANG_UP = "[aria-keyshortcuts=Space]", "[aria-keyshortcuts='Shift+E']"
DECLINE = ".desk-call-buttons .ant-btn-dangerous"
SETTLES = 60.0  # seconds after which a page that is not there by itself is loaded anew by its person
PRESS = 4000  # milliseconds a button may be waited for

# The same browser each time; its microphone is a tone, which would be cleaned away as noise.
_REMEMBERED = """
localStorage.setItem("callroom.browser", "%s");
localStorage.setItem("callroom.sound", JSON.stringify({processing: false}));
"""


@asynccontextmanager
async def chromium(namespace: str) -> AsyncGenerator[Browser]:
    """A browser in a network namespace of ``ip netns``; its microphone is a tone of 700 Hz."""
    with tempfile.TemporaryDirectory(prefix="callroom-bench-") as folder:
        sound, program = Path(folder) / "microphone.wav", Path(folder) / "chromium"
        soundfile.write(str(sound), tone(700, 10.0).repeat(6), 48_000, subtype="PCM_16")
        real = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        program.write_text(f'#!/bin/sh\nexec ip netns exec {namespace} {real} "$@"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", "--disable-dev-shm-usage",
                 f"--use-file-for-fake-audio-capture={sound}", "--no-proxy-server",
                 "--autoplay-policy=no-user-gesture-required"]  # fmt: skip
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=str(program), args=flags, chromium_sandbox=False)
            try:
                yield browser
            finally:
                await browser.close()


@dataclass(eq=False)
class _Leg:
    """One SIP call of the page. ``ring`` None: it answers by itself, since the call comes back."""

    call: str  # the journey
    caller: str
    ring: Ring | None
    talks: bool = False


class PageAgent:
    """Somebody at a desk in the browser: answers most calls, declines some, hears not of some. He hangs up what he
    began to talk on, in whatever page that is then. ``run`` is ended by cancelling."""

    def __init__(self, browser: Browser, user: str, token: str, seen: Seen, random: Random) -> None:
        self.user = user
        self._browser, self._token, self._seen, self._random = browser, token, seen, random
        self._page: Page | None = None
        self._legs: dict[str, _Leg] = {}  # of the present page, by Call-ID
        self._callers: dict[str, str] = {}  # of every call that ever came, by journey
        self._registered = asyncio.Event()
        self._struck = asyncio.Event()
        self._kind = ""
        self._talk, self._until = "", 0.0  # the caller he is in a talk with, and when he will have said all
        self._turns: set[asyncio.Task[None]] = set()

    @property
    def open(self) -> bool:
        """The page is there, so that it can be struck."""
        return self._page is not None and self._registered.is_set() and not self._struck.is_set()

    @property
    def talks(self) -> bool:
        return any(leg.talks for leg in self._legs.values())

    @property
    def rings(self) -> bool:
        return any(not leg.talks for leg in self._legs.values())

    def strike(self, kind: str) -> None:
        """``closed``: the browser is closed, and opened again some seconds later; ``reloaded``."""
        self._kind = kind
        for leg in self._legs.values():
            if leg.ring is not None and leg.ring.end is None:
                leg.ring.gone = True
        if self.talks:
            self._seen.bereft.setdefault(self._talk, self._now())
        self._forget_legs()
        self._registered.clear()
        self._struck.set()

    async def run(self) -> None:
        try:
            while True:
                await self._browse()
        finally:
            for turn in self._turns:
                turn.cancel()
            await asyncio.gather(*self._turns, return_exceptions=True)

    # ------------------------------------------------------------ the page

    async def _browse(self) -> None:
        """Open the browser and work in it until it is closed."""
        context = await self._browser.new_context(
            ignore_https_errors=True, permissions=["microphone", "notifications"], locale="en-GB"
        )
        try:
            await context.add_cookies([{"name": COOKIE, "value": self._token, "url": BASE}])
            await context.add_init_script(_REMEMBERED % self.user)
            page = await self._new_page(context)
            while True:
                self._struck.clear()
                await self._load(page)
                await self._work(page)
                if self._kind == "closed":
                    break
        finally:
            self._page = None
            await context.close()
        await asyncio.sleep(self._random.uniform(0.5, 6))

    async def _new_page(self, context: BrowserContext) -> Page:
        page = self._page = await context.new_page()
        page.on("websocket", lambda socket: self._follow(page, socket))
        page.on("request", self._asked)
        return page

    async def _load(self, page: Page) -> None:
        """Go to the desk, again and again, until its phone is there."""
        while True:
            try:
                await page.goto(f"{BASE}/desk", wait_until="commit", timeout=10_000)
                async with asyncio.timeout(SETTLES):
                    await self._registered.wait()
                return
            except PageError:
                await asyncio.sleep(0.5)  # no server, or no network
            except TimeoutError:
                with suppress(PageError):
                    self._seen.stuck.append((self.user, self._now(), await page.inner_text("body", timeout=1000)))

    async def _work(self, page: Page) -> None:
        """Until the page is struck."""
        while not self._struck.is_set():
            if self._talk and self.talks and self._now() >= self._until:
                with suppress(PageError):
                    await page.locator(HANG_UP).first.click(timeout=PRESS)
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._struck.wait()

    async def _turn(self, page: Page, key: str) -> None:
        """It rings: do something about it."""
        mood = self._random.random()
        if mood < 0.1:
            return
        await asyncio.sleep(self._random.uniform(0.3, 2))
        if key in self._legs:
            with suppress(PageError):  # the caller left, or the page was struck
                await page.locator(DECLINE if mood < 0.2 else ANSWER).first.click(timeout=PRESS)

    def _asked(self, request: Request) -> None:
        """The page asks the server for something: for the end of a talk, when its person pressed that."""
        if request.method == "POST" and request.url.endswith("/hangup"):
            # Of all that came: the end of the talk may be told before the press that asked for it.
            self._seen.ended.add(self._callers.get(request.url.split("/")[-2], ""))

    # ------------------------------------------------------------ its phone

    def _follow(self, page: Page, socket: WebSocket) -> None:
        if "/sip?" in socket.url:
            mine: set[str] = set()  # calls that came by this connection
            asked = list[float]()  # when the page asked for an echo
            socket.on("framesent", lambda frame: asked.append(self._now()) if frame == PING else None)
            socket.on("framereceived", lambda frame: self._echoed(asked) if frame == PONG else None)
            socket.on("framereceived", lambda frame: self._sip(page, frame, mine))
            socket.on("framesent", lambda frame: self._said(page, frame))
            socket.on("close", lambda _: self._lost(page, mine))

    def _echoed(self, asked: list[float]) -> None:
        if asked and self._now() - asked[0] > LATE:
            self._seen.slow.append((asked[0], self._now()))
        asked.clear()

    def _present(self, page: Page) -> bool:
        return page is self._page and not self._struck.is_set()

    def _sip(self, page: Page, frame: str | bytes, mine: set[str]) -> None:
        message = _message(frame)
        if message is None or not self._present(page):
            return
        key = message.headers.need("Call-ID")
        if not isinstance(message, SipRequest):
            if message.method == "REGISTER" and message.status == 200:
                self._registered.set()
        elif message.method == "INVITE" and key not in self._legs:
            mine.add(key)
            self._invited(page, message, key)
        elif message.method in ("CANCEL", "BYE"):
            self._over(key)

    def _said(self, page: Page, frame: str | bytes) -> None:
        message = _message(frame)
        if message is None or not self._present(page):
            return
        key = message.headers.need("Call-ID")
        if isinstance(message, SipRequest):
            if message.method == "BYE":
                self._over(key)
        elif message.method == "INVITE" and message.status >= 300:
            self._over(key)
        elif message.method == "INVITE" and message.status >= 200:
            self._answered(key)

    def _invited(self, page: Page, invite: SipRequest, key: str) -> None:
        call, caller = invite.headers.get("X-Callroom-Call") or "", _user(invite.headers.need("From"))
        for former in [name for name, leg in self._legs.items() if leg.call == call]:
            self._over(former)  # the page drops it for the new one
        self._callers[call] = caller
        comes_back = invite.headers.get("X-Callroom-Auto") == "1"
        ring = None if comes_back else Ring(self.user, caller, self._now())
        self._legs[key] = _Leg(call, caller, ring)
        if ring is None:
            return
        self._seen.rings.append(ring)
        turn = asyncio.create_task(self._turn(page, key), name=f"call to {self.user}")
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)

    def _answered(self, key: str) -> None:
        leg = self._legs.get(key)
        if leg is None or leg.talks:
            return
        leg.talks = True
        self._seen.bereft.pop(leg.caller, None)
        if leg.ring is None:
            self._seen.returned += 1
        else:
            leg.ring.end = self._now()
            self._seen.talked.setdefault(leg.caller, []).append(self._now())
            self._talk, self._until = leg.caller, self._now() + self._random.uniform(3, 12)

    def _over(self, key: str) -> None:
        leg = self._legs.pop(key, None)
        if leg is not None and leg.ring is not None and leg.ring.end is None:
            leg.ring.end = self._now()

    def _lost(self, page: Page, mine: set[str]) -> None:
        """A connection is gone: what rang on it rings no more, talks go on."""
        if self._present(page):
            for key in mine:
                if key in self._legs and not self._legs[key].talks:
                    self._over(key)

    def _forget_legs(self) -> None:
        for key in list(self._legs):
            self._over(key)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _message(frame: str | bytes):
    try:
        return parse(frame.encode() if isinstance(frame, str) else frame)
    except MalformedMessage:
        return None  # the question whether the line lives, and its echo


def _user(address: str) -> str:
    return Uri.parse(NameAddress.parse(address).uri).user
