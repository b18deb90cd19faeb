"""An admin sets up mail and a connection to another system in the page, tries both, and sees no secret again."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from desk import BASE, SETTLED, Desk, chromium, new_desk
from playwright.async_api import expect

from post_office import open_post_office
from site_world import PASSWORD, site_world
from web_server import WebServer, answers

SCREENSHOTS = os.environ.get("CALLROOM_SCREENSHOTS")  # a folder; empty: none are kept
SECRET = "T0ken-of-the-CRM"


async def judge(desk: Desk, name: str) -> None:
    page = desk.page
    await page.mouse.move(640, 80)  # a button under the mouse has another colour
    await page.wait_for_function(SETTLED)
    if SCREENSHOTS:
        await page.screenshot(path=f"{SCREENSHOTS}/{name}.png", full_page=True)
    assert not (faults := await desk.faults()), (name, faults)


async def test_mail_and_a_connection_are_set_up_and_tried_in_the_page():
    async with site_world() as world, chromium() as browser:
        admin = await world.sign_in("admin")
        await world.set_up(admin)
        await admin("PATCH", "me", {"language": "zh", "theme": "light"})
        with tempfile.TemporaryDirectory(prefix="callroom-post-") as folder:
            office, post = await open_post_office(Path(folder), "starttls", ("mailbox", "right"))
        web = WebServer(answer=answers({"accounts": [{"balance": 12.5, "echo": SECRET}]}))
        server = await asyncio.start_server(web.serve, "127.0.0.1", 0)
        web.port = server.sockets[0].getsockname()[1]
        try:
            _, desk = await new_desk(browser, viewport={"width": 1280, "height": 900})
            page = desk.page
            await desk.sign_in("admin", PASSWORD)

            await page.goto(f"{BASE}/settings/mail")
            await page.get_by_label("邮件服务器", exact=True).fill("127.0.0.1")
            await page.get_by_label("端口").fill(str(office.port))
            await page.get_by_label("账号").fill("mailbox")
            await page.get_by_label("密码", exact=True).fill("wrong one")
            await page.get_by_label("发件人地址").fill("callroom@example.com")
            await page.get_by_role("switch", name="检查证书").click()
            await page.get_by_role("button", name="保存").click()
            await page.get_by_label("收件人").fill("ana@example.com")
            await page.get_by_role("button", name="发送测试邮件").click()
            await expect(page.get_by_text("邮件服务器不接受账号或密码")).to_be_visible()
            await judge(desk, "mail-wrong-zh-light")
            await page.get_by_label("密码", exact=True).fill("right")
            await page.get_by_role("button", name="保存").click()
            await page.get_by_label("收件人").fill("ana@example.com")
            await page.get_by_role("button", name="发送测试邮件").click()
            await expect(page.get_by_text("已发送到 ana@example.com")).to_be_visible()
            assert [message["To"] for message in office.received] == ["ana@example.com"]

            await page.goto(f"{BASE}/settings/connections")
            await page.get_by_role("button", name="新建连接").first.click()
            drawer = page.get_by_role("dialog")
            await drawer.get_by_label("名称", exact=True).fill("CRM")
            await drawer.get_by_label("接口地址").fill(web.url)
            await drawer.get_by_role("button", name="添加密钥").click()
            await drawer.get_by_label("密钥名称 1", exact=True).fill("token")
            await drawer.get_by_label("密钥内容 1", exact=True).fill(SECRET)
            await drawer.get_by_role("button", name="添加请求头").click()
            await drawer.get_by_label("请求头名称 1", exact=True).fill("X-Key")
            await drawer.get_by_label("请求头内容 1", exact=True).fill("{{secret.token}}")
            await drawer.get_by_role("button", name="保存").click()
            await expect(drawer).to_have_count(0)
            await admin("PATCH", "me", {"language": "en", "theme": "dark"})
            await page.reload()
            await page.get_by_role("row", name="CRM").click()
            await drawer.get_by_label("Path").fill("/find?n={{account}}")
            await drawer.get_by_label("Values, such as account=1001").fill("account=10 01")
            await drawer.get_by_role("button", name="Try").click()
            await expect(drawer.get_by_text("Answered after")).to_be_visible()
            answer = await drawer.get_by_label("Answer", exact=True).input_value()
            assert '"balance": 12.5' in answer and '"echo": "…"' in answer
            assert web.asked[-1].query == {"n": "10 01"} and web.asked[-1].headers["x-key"] == SECRET
            assert SECRET not in await page.content()
            assert await drawer.get_by_label("Secret 1", exact=True).input_value() == ""
            await judge(desk, "connection-en-dark")
            await page.goto(f"{BASE}/settings/mail")
            await expect(page.get_by_text("No mails yet")).to_be_visible()
            await judge(desk, "mail-en-dark")
            assert [error for error in desk.errors if "409" not in error] == []  # the refusals that were wanted
        finally:
            web.close()
            server.close()
            post.close()
