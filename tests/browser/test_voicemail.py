"""Messages in the browser: the new one shows at once, is played, sent on and deleted; and the box is set up, with a
greeting that callers hear."""

import io
import os
import re
import sys
from pathlib import Path

import pytest
import soundfile

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))
from desk import BASE, SETTLED, chromium, new_desk
from playwright.async_api import expect

from callroom.demo.company import CARRIER
from callroom.demo.phone import Phone, Silence, Tone
from callroom.demo.tones import RATE, tone, tone_share
from site_world import SiteWorld, demo_world

SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept
DID = "88031"
CALLER, GREETING = 440, 1100  # Hz


def greeting() -> bytes:
    """A sound file of two seconds."""
    file = io.BytesIO()
    soundfile.write(file, tone(GREETING, 2.0), RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


async def leave_message(world: SiteWorld, line: Phone) -> None:
    call = await world.call_in(line, DID, Tone(CALLER), caller="13900000001")

    def grows() -> bool:
        files = (world.home / "recordings/voicemail").rglob("*.wav")
        return any(file.stat().st_size > 48_000 for file in files)  # three seconds

    await world.until(grows, within=60, what="a message that is being recorded")
    await call.hang_up()


@pytest.mark.parametrize(("language", "theme"), [("zh", "light"), ("en", "dark")])
async def test_a_message_in_the_page(language: str, theme: str):
    zh = language == "zh"
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        ana = await world.sign_in("ana")
        await ana("PATCH", "me", {"language": language, "theme": theme})
        users = (await admin("GET", "users?limit=200"))["items"]
        box = next(user["extension_id"] for user in users if user["id"] == ana.id)
        destination = {"kind": "voicemail_extension", "id": box}
        await admin("POST", "inbound-routes", {"name": "Ana's box", "did": DID, "destination": destination})
        async with chromium() as browser, Phone(bind=CARRIER, user="demo") as line:
            _, desk = await new_desk(browser, viewport={"width": 1280, "height": 800})
            page = desk.page
            await desk.sign_in("ana", world.passwords["ana"])
            await page.goto(f"{BASE}/calls?tab=voicemail")
            badge = page.locator("nav .nav-news")
            await expect(badge).to_have_count(0)
            await leave_message(world, line)
            await expect(badge).to_have_text("1")
            row = page.locator("main tbody tr.ant-table-row")
            await expect(row).to_have_count(1)

            async def look(name: str) -> None:
                await page.wait_for_function(SETTLED)
                if SCREENSHOTS:
                    await page.screenshot(path=f"{SCREENSHOTS}/{name}-{language}-{theme}.png")
                assert not (faults := await desk.faults()), faults

            await look("voicemail-new")
            await row.get_by_role("button", name="播放" if zh else "Play").click()
            await expect(badge).to_have_count(0)
            await look("voicemail-played")
            await page.locator(".calls-filters").get_by_role("button").click()
            drawer = page.locator(".ant-drawer-section")
            await drawer.locator("input[type=email]").fill("ana@example.com")
            await drawer.locator("button[type=submit]").click()
            await expect(page.get_by_text("已保存。" if zh else "Saved.")).to_be_visible()
            await drawer.locator("input[type=password]").fill("123456")
            await drawer.get_by_role("button", name="设置密码" if zh else "Set PIN").click()
            await expect(drawer.locator(".ant-form-item-explain-error")).to_be_visible()
            await drawer.locator("input[type=password]").fill("271828")
            await drawer.get_by_role("button", name="设置密码" if zh else "Set PIN").click()
            await expect(drawer.get_by_text("已设置密码" if zh else "A PIN is set")).to_be_visible()
            await look("voicemail-box")
            told = await ana("GET", f"voicemail-boxes/{box}")
            assert (told["email"], told["has_pin"]) == ("ana@example.com", True)
            own = drawer.locator(".player-wave")
            await drawer.locator("input[type=file]").first.set_input_files(
                {"name": "hello.wav", "mimeType": "audio/wav", "buffer": greeting()}
            )
            await expect(drawer.get_by_text("自己的录音，0:02" if zh else "Own recording, 0:02")).to_be_visible()
            await drawer.get_by_role("button", name="播放" if zh else "Play").click()
            await expect(own).to_have_count(1)
            await expect(drawer.locator(".player-time")).to_have_text(re.compile(r"0:0[12] / 0:02$"))
            await look("voicemail-greeting")
            async with Phone(bind=CARRIER, user="demo") as other:
                call = await world.call_in(other, DID, Silence(), caller="13900000002")
                await call.heard.wait_tone(GREETING)
                await call.hang_up()  # before the beep: nothing is left
            await drawer.get_by_role("button", name="恢复系统问候语" if zh else "Back to the standard").click()
            await expect(own).to_have_count(0)
            assert (await ana("GET", f"voicemail-boxes/{box}"))["greetings"] == {}
            await page.keyboard.press("Escape")
            await expect(drawer).to_have_count(0)

            await row.get_by_role("button", name="转发" if zh else "Forward").click()
            dialog = page.get_by_role("dialog")
            await dialog.locator("#forward-to").fill("802")
            await page.locator(".ant-select-dropdown:visible .ant-select-item-option").first.click()
            await look("voicemail-forward")
            await dialog.locator(".ant-modal-footer .ant-btn-primary").click()
            await expect(dialog).to_have_count(0)
            bo = await world.sign_in("bo")
            [copy] = (await bo("GET", "voicemails"))["items"]
            assert (copy["caller"], copy["forwarded_by"]["id"], copy["heard_at"]) == ("13900000001", ana.id, None)
            sound = await bo.client.get(f"voicemails/{copy['id']}/sound")
            samples, _ = soundfile.read(io.BytesIO(sound.content), dtype="int16")
            assert tone_share(samples, CALLER) > 0.8, "the copy says something else"
            await row.get_by_role("button", name="删除" if zh else "Delete").click()
            await page.locator(".ant-popover .ant-btn-dangerous").click()
            await expect(row).to_have_count(0)
            assert not (await ana("GET", "voicemails"))["items"]
            assert len((await bo("GET", "voicemails"))["items"]) == 1, "the copy is its own"
            refused = [error for error in desk.errors if "422" not in error]  # the PIN that was too simple
            assert not refused, refused
