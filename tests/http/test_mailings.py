"""Mails to a segment through a real mail server: once to each customer in his own words, with a way out of it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import func, select

from callroom.actions import housekeeping
from callroom.chores import mailing as outgoing
from callroom.store.database import reading, writing
from callroom.store.tables import AuditEntry, CustomerChange, Job, MailingLetter
from callroom.worker import Worker
from sms_world import NOW

OpenOffice = Callable[..., Awaitable[Any]]  # of a PostOffice
WORDS = {
    "subject": "{{customer.name}}，您好",
    "text": "{{customer.name}}（{{customer.城市}}）：\n{{company.name}} 祝您愉快。",
}


@pytest.fixture
async def office(world: Any, admin: AsyncClient, post_office: OpenOffice) -> Any:
    office = await post_office()
    usual = {"host": "127.0.0.1", "port": office.port, "security": "none", "sender": "callroom@example.com"}
    saved = await admin.put("settings/mail", json=usual, headers={"If-Match": '"0"'})
    assert saved.status_code == 200, saved.text
    settings = (await admin.get("settings")).json()
    body = settings | {"company_name": "示例科技", "page_address": "https://call.example.com/"}
    version = body.pop("version")
    assert (await admin.put("settings", json=body, headers={"If-Match": f'"{version}"'})).status_code == 200
    return office


@pytest.fixture
async def segment(world: Any, office: Any) -> dict[str, Any]:
    """甲 and 乙 can be reached; one wants no mails, one is not to be called, one has no address, one no city."""
    mail = (await world.make("customer-fields", label="邮箱", type="email"))["id"]
    city = (await world.make("customer-fields", label="城市", type="line"))["id"]
    for name, address, more in (
        ("甲", "jia@example.com", {}),
        ("乙", "yi@example.com", {}),
        ("丙", "bing@example.com", {"no_mail": True}),
        ("丁", "ding@example.com", {"do_not_call": True}),
        ("戊", "", {}),
        ("己", "ji@example.com", {"values": {mail: "ji@example.com"}}),
    ):
        values = {"values": {mail: address or None, city: "北京"}} | more
        await world.make("customers", name=name, tags=["web"], **values)
    return await world.make("segments", name="Web", conditions={"tags": ["web"]})


async def work(world: Any, now: Any = NOW) -> None:
    worker = Worker(world.site.engine, world.home, now=lambda: now)
    while await worker.step(["segment_mail"]):
        pass


async def sent(world: Any, admin: AsyncClient, segment: dict[str, Any], **more: Any) -> str:
    answer = await admin.post(f"segments/{segment['id']}/mails", json=WORDS | {"expected": 3} | more)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


async def the_mailing(admin: AsyncClient) -> dict[str, Any]:
    [found] = (await admin.get("mailings")).json()["items"]
    return found


async def test_each_gets_it_once_in_his_own_words(world: Any, admin: AsyncClient, office: Any, segment: dict[str, Any]):
    path = f"segments/{segment['id']}"
    reach = {"customers": 6, "reachable": 3, "opted_out": 1, "do_not_call": 1, "no_address": 1}
    assert (await admin.get(f"{path}/mail-reach")).json() == reach
    told = (await admin.post(f"{path}/mails/estimate", json=WORDS)).json()
    assert (told["reachable"], told["subject"][1:]) == (3, "，您好")
    assert "（北京）：\n示例科技 祝您愉快。" in told["text"] and "https://call.example.com/unsubscribe/" in told["text"]
    for role in ("agent", "auditor"):
        assert (await (await world.client(role)).post(f"{path}/mails", json=WORDS)).status_code == 403
    await sent(world, admin, segment)
    await work(world)
    assert sorted(one["To"] for one in office.received) == ["jia@example.com", "yi@example.com"]
    mail = next(one for one in office.received if one["To"] == "jia@example.com")
    assert mail["Subject"] == "甲，您好"
    assert mail.get_content().startswith("甲（北京）：")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>")
    assert link in mail.get_content()
    assert (
        b"\r\nList-Unsubscribe: <" + link.encode() + b">\r\n" in office.raw[office.received.index(mail)]
    )  # not folded
    found = await the_mailing(admin)
    assert (found["state"], found["progress"], found["segment"]) == ("done", 1.0, "Web")
    assert found["letters"] == {
        "sent": 2, "left_out": 4, "opted_out": 1, "do_not_call": 1, "no_address": 1, "incomplete": 1
    }  # fmt: skip
    log = [one["action"] for one in (await admin.get("audit-log")).json()["items"]]
    assert log.count("mailing.created") == 1
    [who] = (await admin.get("customers", params={"q": "甲"})).json()["items"]
    assert (await admin.get(f"customers/{who['id']}/person")).json()["counts"]["mails"] == 1


async def test_one_click_and_no_more_mails(world: Any, admin: AsyncClient, office: Any, segment: dict[str, Any]):
    await sent(world, admin, segment)
    await work(world)
    mail = next(one for one in office.received if one["To"] == "jia@example.com")
    path = "/" + mail["List-Unsubscribe"].strip("<>").split("/", 3)[3]
    async with AsyncClient(transport=ASGITransport(app=world.app), base_url="http://site") as reader:
        for language, title in (("zh", "退订邮件"), ("en", "Unsubscribe")):
            page = await reader.get(path, headers={"Accept-Language": language})
            assert page.status_code == 200 and f"<h1>{title}</h1>" in page.text
        assert (await admin.get("customers", params={"q": "甲"})).json()["items"][0]["no_mail"] is False
        done = await reader.post(path, data={"List-Unsubscribe": "One-Click"}, headers={"Accept-Language": "zh"})
        assert (done.status_code, "已退订" in done.text) == (200, True)
        assert (await reader.post(path)).status_code == 200  # once more is no harm
        for wrong in (path[:-4] + "AAAA", "/unsubscribe/x", f"/unsubscribe/{world.site.vault.seal('other')}"):
            refused = await reader.post(wrong)
            assert refused.status_code == 404 and "<h1>" in refused.text
    [row] = (await admin.get("customers", params={"q": "甲"})).json()["items"]
    assert row["no_mail"] is True
    async with reading(world.site.engine) as session:
        changes = await session.scalars(select(CustomerChange).where(CustomerChange.customer_id == row["id"]))
        assert [(one.field, one.by_id, one.by) for one in changes] == [("no_mail", None, "unsubscribe")]
    office.received.clear()
    await sent(world, admin, segment)
    await work(world)
    assert [one["To"] for one in office.received] == ["yi@example.com"]


async def clicked(world: Any, mail: Any) -> None:
    path = "/" + mail["List-Unsubscribe"].strip("<>").split("/", 3)[3]
    async with AsyncClient(transport=ASGITransport(app=world.app), base_url="http://site") as reader:
        assert (await reader.post(path)).status_code == 200


@pytest.mark.parametrize("fate", ["merged", "deleted", "twice"])
async def test_who_wants_no_more_is_found_wherever_he_is_by_then(
    world: Any, admin: AsyncClient, office: Any, segment: dict[str, Any], fate: str
):
    await sent(world, admin, segment)
    await work(world)
    mail = next(one for one in office.received if one["To"] == "jia@example.com")
    [him] = (await admin.get("customers", params={"q": "甲"})).json()["items"]
    path, meant = f"customers/{him['id']}", him["id"]
    if fate == "deleted":
        assert (await admin.delete(path)).status_code == 204
    else:
        values = {field: one.upper() if "@" in one else one for field, one in him["values"].items()}
        meant = (await world.make("customers", name="另一位", values=values if fate == "twice" else {}))["id"]
    if fate == "merged":
        body, first = {"others": [him["id"]]}, {"If-Match": '"1"'}
        assert (await admin.post(f"customers/{meant}/merge", json=body, headers=first)).status_code == 200
    await clicked(world, mail)
    if fate == "deleted":
        assert (await admin.get("customers", params={"no_mail": True, "deleted": True})).json()["items"] != []
        assert (await admin.post(f"{path}/restore")).status_code == 200
    assert (await admin.get(f"customers/{meant}")).json()["no_mail"] is True
    assert meant in {one["id"] for one in (await admin.get("customers", params={"no_mail": True})).json()["items"]}
    assert (await admin.get("customers", params={"q": "乙"})).json()["items"][0]["no_mail"] is False


async def test_mailings_go_when_they_are_old_but_not_who_opted_out(
    world: Any, admin: AsyncClient, office: Any, segment: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(housekeeping, "BATCH", 3)
    old = await sent(world, admin, segment)
    await work(world)
    jia, yi = (next(one for one in office.received if one["To"] == f"{name}@example.com") for name in ("jia", "yi"))
    await clicked(world, jia)
    going_on = await sent(world, admin, segment)

    async def swept(days: int) -> list[str]:
        later = world.site.now() + timedelta(days=days)
        dropped = housekeeping.BATCH
        while dropped == housekeeping.BATCH:
            async with writing(world.site.engine) as session, session.begin():
                dropped = await housekeeping.drop_old_mailings(session, later)
        return [one["id"] for one in (await admin.get("mailings")).json()["items"]]

    assert set(await swept(5000)) == {old, going_on}  # for ever, where nothing else was said
    settings = (await admin.get("settings")).json()
    assert (await admin.put("settings", json=settings | {"mail_days": 30})).status_code == 200
    assert set(await swept(29)) == {old, going_on}
    assert await swept(31) == [going_on]
    async with reading(world.site.engine) as session:
        assert not list(await session.scalars(select(MailingLetter).where(MailingLetter.mailing_id == old)))
        assert await session.scalar(select(func.count()).where(AuditEntry.action == "mailings.expired")) == 1
    await clicked(world, yi)
    for name in ("甲", "乙"):
        [row] = (await admin.get("customers", params={"q": name})).json()["items"]
        assert row["no_mail"] is True


async def test_a_worker_that_dies_mails_nobody_twice(
    world: Any, admin: AsyncClient, office: Any, segment: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    hand_over, calls = outgoing.outgoing.hand_over, list[str]()

    async def dies(client: Any, message: Any, **more: Any) -> Any:
        told = await hand_over(client, message, **more)
        calls.append(message["To"])
        if len(calls) == 1:
            raise OSError("the power went")  # the server has it, and nobody noted it
        return told

    monkeypatch.setattr(outgoing.outgoing, "hand_over", dies)
    await sent(world, admin, segment)
    await work(world)
    assert (await the_mailing(admin))["letters"]["sending"] == 1
    await work(world, NOW + timedelta(minutes=1))
    assert sorted(one["To"] for one in office.received) == ["jia@example.com", "yi@example.com"]
    found = await the_mailing(admin)
    assert found["state"] == "done"
    assert (found["letters"]["sent"], found["letters"]["failed"], found["letters"]["unclear"]) == (1, 1, 1)


async def test_refused_readers_do_not_stop_the_others(
    world: Any, admin: AsyncClient, office: Any, segment: dict[str, Any]
):
    office.refuses.add("jia@example.com")
    await sent(world, admin, segment)
    await work(world)
    found = await the_mailing(admin)
    assert (found["state"], found["letters"]["sent"], found["letters"]["mail_no_recipient"]) == ("done", 1, 1)


async def test_a_server_that_is_away_is_waited_for(
    world: Any, admin: AsyncClient, office: Any, segment: dict[str, Any]
):
    office.says["RCPT"] = "451 come back later"
    await sent(world, admin, segment)
    await work(world)
    found = await the_mailing(admin)
    assert (found["state"], found["error"], found["letters"]["waiting"]) == ("waiting", "mail_refused", 2)
    del office.says["RCPT"]
    await work(world, NOW + timedelta(minutes=1))
    found = await the_mailing(admin)
    assert (found["state"], found["letters"]["sent"]) == ("done", 2)


async def test_it_can_be_called_off(world: Any, admin: AsyncClient, office: Any, segment: dict[str, Any]):
    mailing = await sent(world, admin, segment)
    lead = await world.client("supervisor")
    assert (await lead.post(f"mailings/{mailing}/cancel")).status_code == 204
    await work(world)
    assert office.received == []
    assert (await the_mailing(admin))["state"] == "cancelled"
    assert (await lead.post(f"mailings/{mailing}/cancel")).status_code == 409
    assert (await lead.post("mailings/nothing/cancel")).status_code == 404


async def test_what_is_called_off_while_it_goes_out_stops(
    world: Any, admin: AsyncClient, office: Any, segment: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outgoing, "A_CONNECTION", 1)
    mailing = await sent(world, admin, segment)
    hand_over = outgoing.outgoing.hand_over

    async def called_off(client: Any, message: Any, **more: Any) -> Any:
        assert (await admin.post(f"mailings/{mailing}/cancel")).status_code == 204
        return await hand_over(client, message, **more)

    monkeypatch.setattr(outgoing.outgoing, "hand_over", called_off)
    await asyncio.wait_for(work(world), 60)
    async with reading(world.site.engine) as session:
        states = list(await session.scalars(select(MailingLetter.state)))
        assert (await session.get_one(Job, mailing)).state == "cancelled"
    assert (len(office.received), states.count("sent")) == (1, 1)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"text": "{{customer.生日}}"}, ("text", "unknown_placeholder")),
        ({"subject": "{{password}}"}, ("subject", "unknown_placeholder")),
        ({"subject": " "}, ("subject", "missing")),
        ({"expected": 0}, ("expected", "greater_than_equal")),
    ],
)
async def test_words_that_cannot_be_filled_are_refused(admin, segment, refused, words, field):
    path = f"segments/{segment['id']}/mails"
    assert refused(await admin.post(path, json=WORDS | {"expected": 3} | words)) == {field}


async def test_without_a_server_or_an_address_of_the_pages_nothing_is_sent(world: Any, admin: AsyncClient, refused):
    segment = await world.make("segments", name="All", conditions={})
    path, body = f"segments/{segment['id']}/mails", {"subject": "a", "text": "b", "expected": 1}
    answer = await admin.post(path, json=body)
    assert answer.status_code in (409, 422, 502, 503), answer.text
    usual = {"host": "127.0.0.1", "port": 9, "security": "none", "sender": "callroom@example.com"}
    await admin.put("settings/mail", json=usual, headers={"If-Match": '"0"'})
    assert refused(await admin.post(path, json=body)) == {("text", "no_page_address")}
