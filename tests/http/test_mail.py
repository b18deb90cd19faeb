"""Mail through a real mail server: the settings, a mail to try them, the outbox, and that the password never shows."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import select, update

from callroom.actions import jobs
from callroom.actions import mail as outbox
from callroom.actions.mail import Attachment, Mail
from callroom.store.database import reading, writing
from callroom.store.tables import Job, Setting
from callroom.vault import Vault
from callroom.worker import Worker

OpenOffice = Callable[..., Awaitable[Any]]  # of a PostOffice
LOGIN = ("callroom@example.com", "s3cret-Of-mail")
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


async def save(admin: AsyncClient, version: int = 0, **values: Any) -> Response:
    usual = {"host": "127.0.0.1", "security": "none", "sender": "callroom@example.com", "check_certificate": False}
    return await admin.put("settings/mail", json=usual | values, headers={"If-Match": f'"{version}"'})


async def tried(admin: AsyncClient) -> Response:
    return await admin.post("settings/mail/test", json={"to": "ana@example.com"})


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
async def test_a_test_mail_arrives_with_each_kind_of_encryption(world, admin, post_office: OpenOffice, security: str):
    office = await post_office(security, LOGIN)
    saved = await save(
        admin, port=office.port, security=security, username=LOGIN[0], password=LOGIN[1], sender_name="客服"
    )
    assert saved.status_code == 200, saved.text
    assert saved.json()["has_password"] is True
    answer = await tried(admin)
    assert answer.status_code == 204, answer.text
    [message] = office.received
    assert (message["To"], message["From"]) == ("ana@example.com", "客服 <callroom@example.com>")
    assert message["Subject"] == "Callroom test mail" and "settings of Callroom work" in message.get_content()
    assert office.logins == [LOGIN]


async def test_what_is_wrong_is_told_in_plain_words(world, admin, post_office: OpenOffice):
    assert told(await tried(admin)) == "No mail server is set up yet."
    office = await post_office("starttls", LOGIN)
    wanted = {"port": office.port, "security": "starttls", "username": LOGIN[0], "password": "wrong"}
    assert (await save(admin, **wanted)).status_code == 200
    answer = await tried(admin)
    assert told(answer).startswith("The mail server refuses user name or password")
    assert answer.json()["detail"].startswith("535")
    admin.headers["Accept-Language"] = "zh-CN"
    assert told(await tried(admin)).startswith("邮件服务器不接受账号或密码")
    admin.headers["Accept-Language"] = "en"
    right = wanted | {"password": LOGIN[1]}
    await save(admin, 1, **right | {"check_certificate": True})
    assert "certificate cannot be trusted" in told(await tried(admin))
    await save(admin, 2, **right | {"security": "tls"})
    assert "does not speak the chosen encryption" in told(await tried(admin))
    await world.site.limiter.storage.reset()  # more tries than a minute allows
    await save(admin, 3, **right)
    office.refuses.add("ana@example.com")
    assert told(await tried(admin)) == "The mail server refuses the recipient."
    office.refuses.clear()
    office.says["DATA"] = "554 looks like spam"
    answer = await tried(admin)
    assert (told(answer), answer.json()["detail"]) == ("The mail server refused the mail.", "554 looks like spam")


async def test_a_server_that_is_not_there_says_nothing_or_has_no_tls(world, admin, post_office: OpenOffice):
    plain = await post_office("none")
    await save(admin, port=plain.port, security="starttls")
    assert "offers no STARTTLS" in told(await tried(admin))
    await save(admin, 1, port=plain.port, username="x", password="y")
    assert "takes no sign-in" in told(await tried(admin))
    await save(admin, 2, host="nothing.invalid", port=25)
    assert "cannot be found" in told(await tried(admin))
    silent = await asyncio.start_server(lambda reader, writer: reader.read(), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    silent.close()
    await save(admin, 3, port=port)
    assert "takes no connection" in told(await tried(admin))


def told(answer: Response) -> str:
    assert answer.status_code == 409, answer.text
    return answer.json()["title"]


async def test_for_another_server_the_password_must_be_given_again(admin, refused: Callable[[Response], Any]):
    await save(admin, username="a", password="secret one", port=2525)
    assert (await save(admin, 1, username="a", port=2525, sender_name="New")).json()["has_password"] is True
    elsewhere = await save(admin, 2, username="a", port=2525, host="evil.example.com")
    assert refused(elsewhere) == {("password", "give_again")}
    assert (await save(admin, 2, username="a", password="other", host="new.example.com")).status_code == 200
    assert (await save(admin, 3, host="new.example.com")).json()["has_password"] is False  # no name, no password
    assert refused(await save(admin, 4, sender="not an address")) == {("sender", "not_an_email")}
    assert refused(await save(admin, 4, sender="")) == {("sender", "missing")}


async def test_the_password_is_shown_nowhere(world, admin, post_office: OpenOffice, caplog, capfd):
    office = await post_office("none", ("u", "right"))
    await save(admin, port=office.port, username="u", password=LOGIN[1])
    with caplog.at_level(logging.DEBUG):
        await tried(admin)
    answers = [await admin.get(path) for path in ("settings/mail", "audit-log", "settings", "jobs", "mails")]
    async with reading(world.site.engine) as session:
        stored = json.dumps((await session.scalars(select(Setting.value).where(Setting.key == "mail"))).one())
    captured = capfd.readouterr()
    everything = "".join(one.text for one in answers) + caplog.text + stored + captured.out + captured.err
    assert LOGIN[1] not in everything
    [entry] = [e for e in answers[1].json()["items"] if e["action"] == "mail_settings.updated"]
    assert (entry["before"]["password"], entry["after"]["password"]) == (False, True)
    assert (world.home / "secrets.key").stat().st_mode & 0o777 == 0o600


# ---------------------------------------------------------------- the outbox


class Outbox:
    def __init__(self, world: Any) -> None:
        self.world, self.now = world, NOW
        self.worker = Worker(world.site.engine, world.home, now=lambda: self.now)

    async def put(self, *to: str, **more: Any) -> str:
        mail = Mail(to or ("ana@example.com",), more.pop("subject", "Message"), "文字 text", **more)
        async with writing(self.world.site.engine) as session, session.begin():
            return await outbox.send(session, mail, self.now)

    async def work(self) -> bool:
        return await self.worker.step((jobs.MAIL,))


async def test_a_mail_with_a_file_goes_out_of_the_outbox(world, admin, post_office: OpenOffice):
    office, box = await post_office(), Outbox(world)
    await save(admin, port=office.port)
    (world.home / "recordings").mkdir(parents=True)
    (world.home / "recordings/m.wav").write_bytes(b"RIFF1234")
    office.refuses.add("gone@example.com")
    file = Attachment("recordings/m.wav", "留言.wav")
    made = await box.put(
        "ana@example.com", "gone@example.com", subject="新留言\nBcc: all@example.com", attachments=(file,)
    )
    assert await box.work() and not await box.work()
    [message] = office.received
    assert office.readers == [["ana@example.com"]]
    assert message["Subject"] == "新留言 Bcc: all@example.com" and message["Bcc"] is None
    assert made in message["Message-ID"]
    [attached] = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("留言.wav", "audio/x-wav")
    assert attached.get_content() == b"RIFF1234"
    [shown] = (await admin.get("mails")).json()["items"]
    assert (shown["state"], shown["refused"], shown["attachments"]) == ("done", ["gone@example.com"], ["留言.wav"])


async def test_a_mail_waits_for_a_server_that_is_away_and_is_given_up_in_the_end(world, admin, post_office: OpenOffice):
    office, box = await post_office(), Outbox(world)
    await save(admin, port=office.port)
    office.says["DATA"] = "451 try later"
    mail = await box.put()
    for pause in jobs.PAUSES:
        assert await box.work() and not await box.work()
        [shown] = (await admin.get("mails")).json()["items"]
        assert (shown["state"], shown["error"], shown["error_told"]) == ("waiting", "mail_refused", "451 try later")
        box.now += pause
    assert await box.work()
    box.now += timedelta(days=1)
    assert not await box.work()
    [shown] = (await admin.get("mails", params={"state": "failed"})).json()["items"]
    assert shown["error_text"] == "The mail server refused the mail."
    office.says.clear()
    assert (await admin.post(f"mails/{mail}/retry")).json()["state"] == "waiting"
    assert await box.work()
    assert len(office.received) == 1
    assert (await admin.post(f"mails/{mail}/retry")).status_code == 409


async def test_what_can_never_be_sent_is_given_up_at_once(world, admin, post_office: OpenOffice):
    office, box = await post_office(), Outbox(world)
    await save(admin, port=office.port)
    office.refuses.add("ana@example.com")
    for more in ({}, {"attachments": (Attachment("gone.wav", "gone.wav"),)}):
        await box.put(**more)
        assert await box.work()
    (world.home.parent / "outside").write_bytes(b"secret")
    await box.put("bob@example.com", attachments=(Attachment("../outside", "outside"),))
    assert await box.work()
    found = {(one["state"], one["error"]) for one in (await admin.get("mails")).json()["items"]}
    assert found == {("failed", "mail_no_recipient"), ("failed", "mail_attachment_gone")}
    assert office.received == []


async def test_a_lost_key_is_told_and_a_new_password_mends_it(world, admin, post_office: OpenOffice):
    office, box = await post_office("none", LOGIN), Outbox(world)
    await save(admin, port=office.port, username=LOGIN[0], password=LOGIN[1])
    (world.home / "secrets.key").unlink()
    Vault(world.home).seal("another key")
    await box.put()
    assert await box.work()
    [shown] = (await admin.get("mails")).json()["items"]
    assert shown["error"] == "mail_secret_lost" and "key file" in shown["error_text"]
    async with writing(world.site.engine) as session, session.begin():
        assert (await session.execute(update(Job).values(updated_at=NOW - timedelta(hours=1)))).rowcount
    world.site.__dict__.pop("vault")  # as after a restart
    await save(admin, 1, port=office.port, username=LOGIN[0], password=LOGIN[1])
    assert await box.work()
    assert len(office.received) == 1


def test_two_processes_that_need_a_key_at_once_share_one(tmp_path: Path):
    first, second = Vault(tmp_path), Vault(tmp_path)
    sealed = first.seal("one")
    assert second.open(sealed) == "one" and first.open(second.seal("two")) == "two"
    assert sealed != first.seal("one")
    assert [one.name for one in tmp_path.iterdir()] == ["secrets.key"]
