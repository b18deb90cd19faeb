"""Text messages over HTTP gateways: sent, refused, lost on the way, reported, answered; and who may send to whom."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from callroom.actions import message_queue
from callroom.actions.housekeeping import drop_old_messages, drop_outdated
from callroom.store.database import reading, writing
from callroom.store.tables import AuditEntry, JourneyRow, MessagePart, MessageRow, SmsGateway, User
from callroom.vault import Vault
from sms_platforms import Aliyun, Platform, Signed, Tencent, open_platform
from sms_world import NOW, ends, send, until, working

OpenPlatform = Callable[..., Awaitable[Any]]


@pytest.fixture
async def open_sms() -> AsyncIterator[OpenPlatform]:
    servers: list[asyncio.Server] = []

    async def opened(kind: type[Platform], port: int = 0) -> Any:
        platform, server = await open_platform(kind, port)
        servers.append(server)
        return platform

    yield opened
    for server in servers:
        server.close()


async def signed_gateway(world: Any, platform: Platform, **more: Any) -> dict[str, Any]:
    options = {
        "kind": "http",
        "url": f"{platform.server.url}/send",
        "headers": [{"name": "X-Time", "value": "{{timestamp}}"}, {"name": "X-Nonce", "value": "{{nonce}}"}],
        "body": '{"mobile": "{{to}}", "content": "{{text}}", "ref": "{{id}}"}',
        "id_path": "data.id",
        "ok_path": "code",
        "ok_values": ["0"],
        "later_values": ["7"],
        "error_path": "message",
        "sign_header": "X-Signature",
        "sign_over": "{{timestamp}}.{{nonce}}.{{body}}",
        "sign_encoding": "base64",
        "report_id": "msgid",
        "report_state": "status",
        "report_delivered": ["DELIVRD"],
        "report_items": "list",
        "inbound_from": "from",
        "inbound_text": "text",
        "inbound_to": "to",
        **more.pop("options", {}),
    }
    secrets = [{"name": "hmac", "value": platform.key}]
    return await world.make("sms-gateways", name=more.pop("name", "Own"), options=options, secrets=secrets, **more)


def token(gateway: dict[str, Any]) -> str:
    return gateway["callback"].removeprefix("/api/v1/")


async def test_a_message_goes_out_is_delivered_and_answered(world, admin, clock, open_sms: OpenPlatform):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform)
    customer = await world.make("customers", name="王芳", phones=["13800138000"])
    agent = await world.client("agent")
    made = await send(agent, customer=customer["id"], text='您好，"王女士"\n{{to}}')
    assert (made["state"], made["parts"], made["encoding"], made["customer"]["name"]) == ("queued", 1, "ucs2", "王芳")
    async with working(world):
        sent = await ends(agent, made["id"], "sent")
    assert platform.texts == [("+8613800138000", '您好，"王女士"\n{{to}}', None, made["id"])]
    assert sent["owner"]["name"] == "agent" and sent["attempts"] == 1
    nobody = await world.client("nobody")
    report = {"list": [{"msgid": "1001", "status": "DELIVRD"}]}
    told = await nobody.post(f"{token(gateway)}/reports", json=report)
    assert (told.status_code, told.text) == (200, "OK")
    again = {"list": [{"msgid": "1001", "status": "UNDELIV"}]}  # the last word was said
    assert (await nobody.post(f"{token(gateway)}/reports", json=again)).status_code == 200
    assert (await ends(agent, made["id"], "delivered"))["done_at"] is not None
    for _ in range(2):  # told twice, stored once
        reply = {"from": "8613800138000", "text": "谢谢", "to": "10690001"}
        assert (await nobody.post(f"{token(gateway)}/replies", json=reply)).status_code == 200
    [received] = (await agent.get("messages", params={"direction": "in"})).json()["items"]
    assert (received["text"], received["line"], received["state"]) == ("谢谢", "10690001", "received")
    assert (received["customer"]["name"], received["owner"]["name"]) == ("王芳", "agent")
    assert (await nobody.post("sms-callbacks/guessed/replies", json=reply)).status_code == 404
    assert (await nobody.post(f"{token(gateway)}/replies", content=b"\xff")).status_code == 422
    async with reading(world.site.engine) as session:
        entries = await session.scalars(select(AuditEntry).where(AuditEntry.action == "message.sent"))
        assert [(entry.actor, entry.after["pii_number"]) for entry in entries] == [("agent", "+8613800138000")]


async def test_a_report_that_is_faster_than_the_answer_counts(world, admin, clock, open_sms: OpenPlatform):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform)
    report = {"list": [{"msgid": "1001", "status": "DELIVRD"}]}
    assert (await admin.post(f"{token(gateway)}/reports", json=report)).status_code == 200
    made = await send(admin, to="13800138000", text="hi")
    async with working(world):
        await ends(admin, made["id"], "delivered")


async def test_what_the_gateway_refuses_waits_or_is_given_up(world, admin, clock, open_sms: OpenPlatform):
    platform = await open_sms(Signed)
    await signed_gateway(world, platform)
    platform.says = [("200 OK", {"code": 7, "message": "too busy"}), ("400 Bad Request", {"message": "no such number"})]
    made = await send(admin, to="13800138000", text="hi")
    async with working(world):

        async def waits() -> Any:
            found = (await admin.get(f"messages/{made['id']}")).json()
            return found if found["error"] == "sms_refused" and found["state"] == "queued" else None

        found = await until(waits)
        assert (found["told"], found["attempts"]) == ("too busy", 1)
        clock.at += message_queue.PAUSES[0]
        found = await ends(admin, made["id"], "rejected")
    assert (found["told"], found["error_text"]) == ("no such number", "The SMS gateway refused the message.")
    assert platform.texts == []
    again = await admin.post(f"messages/{made['id']}/retry")
    assert again.json()["state"] == "queued"
    async with working(world):
        await ends(admin, made["id"], "sent")
    assert (await admin.post(f"messages/{made['id']}/retry")).status_code == 409


async def test_a_gateway_that_is_away_refuses_us_or_is_throttled_costs_no_attempt(
    world, admin, clock, open_sms: OpenPlatform, monkeypatch: pytest.MonkeyPatch
):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform)
    busy = ("429 Too Many Requests", {"message": "slower"})
    platform.says = [("401 Unauthorized", {"message": f"who is {platform.key}"}), busy, busy, busy]
    made = await send(admin, to="13800138000", text="hi")
    links: list[tuple[str, str]] = []
    note_link = message_queue.note_link

    async def noted(session: Any, gateway: str, state: str, now: Any, why: str = "", told: str = "") -> None:
        links.append((why, told))
        await note_link(session, gateway, state, now, why, told)

    monkeypatch.setattr(message_queue, "note_link", noted)

    async def state() -> tuple[str, str]:
        shown = (await admin.get(f"sms-gateways/{gateway['id']}")).json()
        return shown["state"], shown["why"]

    async with working(world):
        assert (await ends(admin, made["id"], "sent"))["attempts"] == 1
        await until(lambda: is_state(state, ("ready", "")))
    assert len(platform.texts) == 1
    # what it said, without the secret that it repeated
    assert [one for one in links if one[0]][:2] == [("sms_wrong_password", "who is …"), ("sms_throttled", "slower")]
    silent = await asyncio.start_server(lambda reader, writer: reader.read(), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    silent.close()
    await silent.wait_closed()
    options = gateway["options"] | {"url": f"http://127.0.0.1:{port}/send"}
    changed = await admin.put(
        f"sms-gateways/{gateway['id']}",
        json=gateway | {"options": options, "secrets": [{"name": "hmac", "value": platform.key}]},
        headers={"If-Match": f'"{gateway["version"]}"'},
    )
    assert changed.status_code == 200, changed.text
    made = await send(admin, to="13800138000", text="second")
    async with working(world):
        await until(lambda: is_state(state, ("away", "sms_unreachable")))
        moved = await open_sms(Signed, port)
        await ends(admin, made["id"], "sent")
        await until(lambda: is_state(state, ("ready", "")))
    assert [text for _, text, _, _ in moved.texts] == ["second"]


async def is_state(state: Callable[[], Awaitable[Any]], wanted: Any) -> bool:
    return await state() == wanted


@pytest.mark.parametrize("sends_again", [False, True])
async def test_a_lost_answer_is_unclear_and_sent_again_only_where_that_is_wanted(
    world, admin, clock, open_sms: OpenPlatform, sends_again: bool
):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform, sends_again=sends_again)

    async def cut(asked: Any, writer: asyncio.StreamWriter) -> None:
        platform.take(asked)
        writer.close()  # it was taken; the answer is lost

    platform.says = [cut]
    made = await send(admin, to="13800138000", text="once")
    async with working(world):
        if not sends_again:
            found = await ends(admin, made["id"], "failed")
            assert found["error"] == "sms_unclear" and "not sent again by itself" in found["error_text"]
            assert len(platform.texts) == 1
            report = {"list": [{"msgid": made["id"], "status": "DELIVRD"}]}  # of a platform that tells our own id
            assert (await admin.post(f"{token(gateway)}/reports", json=report)).status_code == 200
            await ends(admin, made["id"], "delivered")  # so it had gone
            return

        async def unclear() -> Any:
            return (await admin.get(f"messages/{made['id']}")).json()["error"] == "sms_unclear"

        await until(unclear)
        clock.at += message_queue.PAUSES[0]
        await ends(admin, made["id"], "sent")
    assert [text for _, text, _, _ in platform.texts] == ["once", "once"]


async def test_messages_whose_time_has_run_out_expire_and_a_waiting_one_is_called_off(world, admin, clock, open_sms):
    platform = await open_sms(Signed)
    await signed_gateway(world, platform, valid_hours=1)
    late, off = await send(admin, to="13800138000", text="late"), await send(admin, to="13800138000", text="off")
    assert (await admin.post(f"messages/{off['id']}/cancel")).json()["state"] == "cancelled"
    assert (await admin.post(f"messages/{off['id']}/cancel")).status_code == 409
    clock.at += timedelta(hours=1)
    async with working(world):
        assert (await ends(admin, late["id"], "expired"))["error"] == "sms_not_in_time"
    assert platform.texts == []


async def test_what_a_dead_worker_was_sending_is_not_sent_twice(world, admin, clock, open_sms: OpenPlatform):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform)
    first = await send(admin, to="13800138000", text="one")
    async with writing(world.site.engine) as session, session.begin():
        held = await message_queue.claim(session, gateway["id"], NOW)  # by a worker that is killed now
    assert held is not None and held.id == first["id"]
    second = await send(admin, to="13800138000", text="two")
    async with working(world):
        await ends(admin, second["id"], "sent")
        clock.at += message_queue.LEASE
        assert (await ends(admin, first["id"], "failed"))["error"] == "sms_unclear"
    assert [text for _, text, _, _ in platform.texts] == ["two"]


async def test_one_slow_gateway_holds_no_other_up_and_each_keeps_its_pace(world, admin, clock, open_sms: OpenPlatform):
    slow, quick = await open_sms(Signed), await open_sms(Signed)
    never = asyncio.Event()

    async def hang(asked: Any, writer: asyncio.StreamWriter) -> None:
        await never.wait()

    slow.says = [hang]
    await signed_gateway(world, slow, name="Slow", position=1)
    held = await send(admin, to="13800138000", text="held up")
    await signed_gateway(world, quick, name="Quick", per_second=20)
    made = [await send(admin, to="13800138000", text=f"{number}") for number in range(10)]
    async with working(world):
        begun = asyncio.get_running_loop().time()
        for one in made:
            await ends(admin, one["id"], "sent")
        assert asyncio.get_running_loop().time() - begun >= 9 / 20 * 0.9  # no more than twenty a second
        assert (await ends(admin, held["id"], "sending"))["gateway"]["name"] == "Slow"
        never.set()


async def test_numbers_are_national_by_the_country_that_the_company_has_now(
    world, admin, clock, open_sms: OpenPlatform
):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform, options={"number_form": "national"})

    async def told() -> str:
        made = await admin.post(f"sms-gateways/{gateway['id']}/test", json={"to": "+8613800138000"})
        await ends(admin, made.json()["id"], "sent")
        return platform.texts[-1][0]

    async def from_abroad() -> bool:  # the one that is under way may go as before
        return await told() == "008613800138000"

    async with working(world):
        assert await told() == "13800138000"
        settings = (await admin.get("settings")).json()
        assert (await admin.put("settings", json=settings | {"country": "HK"})).status_code == 200
        await until(from_abroad)


async def test_where_nothing_waits_nobody_is_kept_from_writing(world, admin, clock, open_sms: OpenPlatform):
    platform = await open_sms(Signed)
    await signed_gateway(world, platform)
    made = await send(admin, to="13800138000", text="hi")
    begun: list[bool] = []

    def note(connection: Any) -> None:
        begun.append(bool(connection.get_execution_options().get("reading")))

    async def looks() -> bool:
        return len(begun) >= 100  # among them those for messages that were left over

    async with working(world):
        await ends(admin, made["id"], "sent")
        event.listen(world.site.engine.sync_engine, "begin", note)
        await until(looks)
        assert all(begun)


async def test_an_outcome_counts_although_the_database_is_away_for_a_moment(
    world, admin, clock, open_sms: OpenPlatform, monkeypatch: pytest.MonkeyPatch
):
    platform = await open_sms(Signed)
    await signed_gateway(world, platform)
    platform.says = [("429 Too Many Requests", {"message": "slower"})]
    note_link, failing = message_queue.note_link, [OSError("no disk")]

    async def fails_once(session: Any, gateway: str, state: str, *told: Any) -> None:
        if state == "away" and failing:
            raise failing.pop()
        await note_link(session, gateway, state, *told)

    monkeypatch.setattr(message_queue, "note_link", fails_once)
    made = await send(admin, to="13800138000", text="hi")
    async with working(world):
        assert (await ends(admin, made["id"], "sent"))["attempts"] == 1  # not left over, and so unclear
    assert not failing and len(platform.texts) == 1


# ---------------------------------------------------------------- words by which people want none


async def test_who_replies_td_gets_no_more_messages_until_he_asks_for_them(world, admin, clock, open_sms):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform)
    waiting = await send(admin, to="13800138000", text="in line already")
    reply = {"from": "13800138000", "text": " td。"}
    assert (await admin.post(f"{token(gateway)}/replies", json=reply)).status_code == 200
    refused = await admin.post("messages", json={"to": "138 0013 8000", "text": "more"})
    assert (refused.status_code, refused.json()["title"]) == (409, "This person wants no messages: none may be sent.")
    preview = await admin.post("messages/preview", json={"to": "13800138000", "text": "more"})
    assert preview.json()["error"] == "sms_opted_out"
    async with working(world):
        assert (await ends(admin, waiting["id"], "rejected"))["error"] == "sms_opted_out"
    assert platform.texts == []
    [noted] = (await admin.get("sms-opt-outs")).json()["items"]
    assert (noted["number"], noted["word"], noted["by"]) == ("+8613800138000", "td。", None)
    assert (await admin.post(f"messages/{waiting['id']}/retry")).status_code == 409
    await admin.post(f"{token(gateway)}/replies", json={"from": "13800138000", "text": "恢复"})
    await send(admin, to="13800138000", text="back")
    agent, supervisor = await world.client("agent"), await world.client("supervisor")
    assert (await agent.post("sms-opt-outs", json={"to": "13900139000"})).status_code == 201
    assert (await supervisor.post("messages", json={"to": "13900139000", "text": "x"})).status_code == 409
    assert (await agent.delete("sms-opt-outs/13900139000")).status_code == 403
    assert (await supervisor.delete("sms-opt-outs/13900139000")).status_code == 204
    assert (await supervisor.delete("sms-opt-outs/13900139000")).status_code == 404


async def test_bulk_waits_through_the_quiet_hours_and_leaves_out_who_wants_none(world, admin, clock, open_sms):
    await signed_gateway(world, await open_sms(Signed))
    rules = (await admin.get("settings/sms")).json()
    rules |= {"quiet_begins": "09:00", "quiet_ends": "10:30"}  # NOW is 09:30 in Shanghai
    assert (await admin.put("settings/sms", json=rules, headers={"If-Match": '"0"'})).status_code == 200
    people = [
        await world.make("customers", name=name, phones=phones)
        for name, phones in (("甲", ["13800138001"]), ("乙", ["13800138002"]), ("丙", []))
    ]
    people.append(await world.make("customers", name="丁", phones=["13800138004"], do_not_call=True))
    await admin.post("sms-opt-outs", json={"customer": people[1]["id"]})
    texts = {"zh": {"text": "{{customer.name}}您好"}}
    template = await world.make("sms-templates", name="Greeting", texts=texts)
    body = {"customers": [one["id"] for one in people], "template": template["id"]}
    answer = await admin.post("messages/bulk", json=body)
    assert answer.status_code == 202, answer.text
    assert answer.json() == {"queued": 1, "left_out": {"sms_opted_out": 2, "sms_no_number": 1}}
    [queued] = (await admin.get("messages")).json()["items"]
    assert (queued["text"], queued["bulk"], queued["due_at"]) == ("甲您好", True, "2026-11-23T02:30:00Z")
    single = await send(admin, to="13800138001", text="now")
    assert single["due_at"] == "2026-11-23T01:30:00Z"
    assert (await (await world.client("agent")).post("messages/bulk", json=body)).status_code == 403


# ---------------------------------------------------------------- who may


async def test_an_agent_sends_to_a_number_he_may_not_see(world, admin, clock, open_sms: OpenPlatform):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform)
    async with writing(world.site.engine) as session, session.begin():
        mine = User.id == world.ids["agent"]
        await session.execute(update(User).where(mine).values(number_visibility="name"))
    customer = await world.make("customers", name="王芳", phones=["13800138000", "021-62345678"])
    agent = await world.client("agent")
    made = await send(agent, customer=customer["id"], field=0, text="hello")
    preview = (await agent.post("messages/preview", json={"customer": customer["id"], "text": "hello"})).json()
    reply = {"from": "13800138000", "text": "who is it"}
    await admin.post(f"{token(gateway)}/replies", json=reply)
    [received] = (await agent.get("messages", params={"direction": "in"})).json()["items"]
    answered = await send(agent, message=received["id"], text="Callroom")
    async with writing(world.site.engine) as session, session.begin():
        for id, talker in (("j1", world.ids["agent"]), ("j2", None)):
            session.add(
                JourneyRow(
                    id=id, direction="inbound", started_at=NOW, from_number="+8613800138000", to_number="1069",
                    agent_id=talker, document={"legs": []},
                )
            )  # fmt: skip
    called = await send(agent, journey="j1", text="You called")
    assert called["customer"]["id"] == customer["id"]
    assert (await agent.post("messages", json={"journey": "j2", "text": "x"})).status_code == 404
    listed = await agent.get("messages")
    for text in (str(made), str(preview), str(received), str(answered), str(called), listed.text):
        assert "138" not in re.sub(r"m_\w+", "", text), text
    async with working(world):
        await ends(agent, answered["id"], "sent")
        await ends(agent, called["id"], "sent")
    assert {number for number, *_ in platform.texts} == {"+8613800138000"}
    for guess, count in (("8000", 0), ("13800138000", 4)):
        assert len((await agent.get("messages", params={"number": guess})).json()["items"]) == count


async def test_rights_to_send(world, admin, clock, open_sms: OpenPlatform, refused):
    body = {"to": "13800138000", "text": "x"}
    assert (await admin.post("messages", json=body)).json()["title"] == "No SMS gateway is set up yet."
    await signed_gateway(world, await open_sms(Signed))
    agent, other = await world.client("agent"), await world.client("supervisor")
    abroad = await agent.post("messages", json=body | {"to": "+442079460958"})
    assert abroad.json()["title"] == "You may not send messages to this number."
    for number in ("110", "8001", "no number"):
        assert (await agent.post("messages", json=body | {"to": number})).status_code == 409, number
    assert refused(await agent.post("messages", json={"text": "x"})) == {("to", "one_addressee")}
    assert refused(await agent.post("messages", json={"to": "13800138000"})) == {("text", "one_text")}
    made = await send(agent, **body)
    assert (await other.get(f"messages/{made['id']}")).status_code == 404  # he leads nobody
    assert (await (await world.client("auditor")).get(f"messages/{made['id']}")).status_code == 200
    assert (await agent.post(f"messages/{made['id']}/cancel")).status_code == 200
    async with writing(world.site.engine) as session, session.begin():
        mine = User.id == world.ids["agent"]
        await session.execute(update(User).where(mine).values(dial_permission="internal"))
    assert (await agent.post(f"messages/{made['id']}/retry")).json()["title"] == abroad.json()["title"]
    me = (await admin.get(f"users/{world.ids['agent']}")).json()
    changed = await admin.put(
        f"users/{me['id']}", json=me | {"may_send_sms": False}, headers={"If-Match": f'"{me["version"]}"'}
    )
    assert changed.status_code == 200, changed.text
    assert (await agent.post("messages", json=body)).status_code == 409


async def test_the_same_request_sends_once_and_nobody_sends_without_end(world, admin, clock, open_sms: OpenPlatform):
    await signed_gateway(world, await open_sms(Signed))
    body, key = {"to": "13800138000", "text": "x"}, {"Idempotency-Key": "one"}
    first, second = [(await admin.post("messages", json=body, headers=key)).json() for _ in range(2)]
    assert first == second
    for _ in range(28):
        await send(admin, **body)
    assert (await admin.post("messages", json=body)).status_code == 429


async def test_templates_say_what_is_missing_and_what_they_take(world, admin, clock, open_sms: OpenPlatform, refused):
    await signed_gateway(world, await open_sms(Signed))
    texts = {
        "zh": {"text": "{{customer.name}}您好，订单{{order}}已发出。{{company.name}}"},
        "en": {"text": "Dear {{customer.name}}, order {{order}} is on its way."},
    }
    template = await world.make("sms-templates", name="Order", texts=texts)
    customer = await world.make("customers", name="王芳", phones=["13800138000"])
    body = {"customer": customer["id"], "template": template["id"], "language": "en"}
    preview = (await admin.post("messages/preview", json=body)).json()
    assert (preview["missing"], preview["text"]) == (["order"], "Dear 王芳, order  is on its way.")
    assert refused(await admin.post("messages", json=body)) == {("values.order", "missing")}
    made = await send(admin, **body, values={"order": "A-17"})
    assert (made["text"], made["template"]["name"]) == ("Dear 王芳, order A-17 is on its way.", "Order")
    long = (await admin.post("messages/preview", json={"text": "a" * 161})).json()
    assert (long["encoding"], long["parts"], long["left"]) == ("gsm7", 2, 145)
    assert refused(await admin.post("sms-templates", json={"name": "None", "texts": {}})) == {("texts", "needs_text")}
    seen = (await (await world.client("agent")).get("sms-templates")).json()["items"]
    assert [one["name"] for one in seen] == ["Order"] and "gateway_id" not in seen[0]


# ---------------------------------------------------------------- the platforms


async def test_aliyun_takes_a_template_by_a_signature_it_can_check(world, admin, clock, open_sms: OpenPlatform):
    platform = await open_sms(Aliyun)
    options = {
        "kind": "aliyun",
        "access_key_id": platform.key_id,
        "sign_name": "和风燃气",
        "endpoint": platform.server.url,
    }
    secrets = [{"name": "access_key_secret", "value": platform.key}]
    gateway = await world.make("sms-gateways", name="Aliyun", options=options, secrets=secrets)
    assert (await admin.post("messages", json={"to": "13800138000", "text": "free"})).status_code == 409
    texts = {"zh": {"text": "{{customer.name}}，验证码{{code}}", "code": "SMS_1540"}}
    params = [{"name": "name", "value": "{{customer.name}}"}, {"name": "code", "value": "{{code}} ~*'+"}]
    template = await world.make("sms-templates", name="Code", texts=texts, params=params, gateway_id=gateway["id"])
    customer = await world.make("customers", name="王 芳", phones=["13800138000"])
    body = {"customer": customer["id"], "template": template["id"], "values": {"code": "8812"}}
    made = await send(admin, **body)
    assert made["encoding"] == "ucs2"
    async with working(world):
        await ends(admin, made["id"], "sent")
        expected = {"name": "王 芳", "code": "8812 ~*'+"}
        assert platform.texts == [("13800138000", "SMS_1540", expected, made["id"])] and not platform.refused
        report = [{"phone_number": "13800138000", "success": True, "biz_id": "biz-1^0", "out_id": made["id"]}]
        told = await admin.post(f"{token(gateway)}/reports", json=report)
        assert told.json() == {"code": 0, "msg": "成功"}
        await ends(admin, made["id"], "delivered")
        platform.says = [("200 OK", {"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": "触发分钟级流控"})]
        limited = await send(admin, **body)

        async def waits() -> Any:
            return (await admin.get(f"messages/{limited['id']}")).json()["error"] == "sms_refused"

        await until(waits)
        clock.at += message_queue.PAUSES[0]
        await ends(admin, limited["id"], "sent")
        platform.key = "another"
        strange = await send(admin, **body)

        async def away() -> Any:
            return (await admin.get(f"sms-gateways/{gateway['id']}")).json()["why"] == "sms_wrong_password"

        await until(away)
        assert (await admin.get(f"messages/{strange['id']}")).json()["state"] in ("queued", "sending")
    up = [{"phone_number": "13800138000", "content": "退订", "sign_name": "和风燃气", "dest_code": "1069"}]
    assert (await admin.post(f"{token(gateway)}/replies", json=up)).json()["code"] == 0
    assert [one["word"] for one in (await admin.get("sms-opt-outs")).json()["items"]] == ["退订"]


async def test_tencent_takes_a_template_by_a_signature_it_can_check(world, admin, clock, open_sms: OpenPlatform):
    platform = await open_sms(Tencent)
    options = {
        "kind": "tencent", "secret_id": platform.key_id, "sdk_app_id": "1400006666", "sign_name": "和风燃气",
        "endpoint": platform.server.url,
    }  # fmt: skip
    secrets = [{"name": "secret_key", "value": platform.key}]
    gateway = await world.make("sms-gateways", name="Tencent", options=options, secrets=secrets)
    texts = {"zh": {"text": "{{customer.name}}，验证码{{code}}", "code": "449739"}}
    params = [{"name": "p1", "value": "{{customer.name}}"}, {"name": "p2", "value": "{{code}}"}]
    template = await world.make("sms-templates", name="Code", texts=texts, params=params)
    customer = await world.make("customers", name="王芳", phones=["13800138000"])
    body = {"customer": customer["id"], "template": template["id"], "values": {"code": "8812"}}
    made = await send(admin, **body)
    async with working(world):
        await ends(admin, made["id"], "sent")
        assert platform.texts == [("+8613800138000", "449739", ["王芳", "8812"], made["id"])] and not platform.refused
        report = [{"mobile": "13800138000", "report_status": "FAIL", "errmsg": "MK:0001", "sid": "sid:1"}]
        assert (await admin.post(f"{token(gateway)}/reports", json=report)).json() == {"result": 0, "errmsg": "OK"}
        failed = await ends(admin, made["id"], "failed")
        assert (failed["error"], failed["told"]) == ("sms_undelivered", "MK:0001")
        refusal = {"Code": "FailedOperation.PhoneNumberInBlacklist", "Message": "blocked", "SerialNo": ""}
        platform.says = [("200 OK", {"Response": {"SendStatusSet": [refusal]}})]
        assert (await admin.post(f"messages/{made['id']}/retry")).status_code == 200
        assert (await ends(admin, made["id"], "rejected"))["told"].startswith("FailedOperation")
        poor = {"Code": "FailedOperation.InsufficientBalanceInSmsPackage", "Message": "pay"}
        platform.says = [("200 OK", {"Response": {"Error": poor}})]
        await admin.post(f"messages/{made['id']}/retry")
        await ends(admin, made["id"], "sent")
    up = {"extend": "", "mobile": "13800138000", "nationcode": "86", "sign": "和风燃气", "text": "几点到", "time": 1}
    assert (await admin.post(f"{token(gateway)}/replies", json=up)).json()["result"] == 0
    [received] = (await admin.get("messages", params={"direction": "in"})).json()["items"]
    assert (received["text"], received["number"]) == ("几点到", "+8613800138000")


async def test_old_messages_go_by_themselves_with_what_was_told_of_them(world, admin, clock, open_sms: OpenPlatform):
    gateway = await signed_gateway(world, await open_sms(Signed))
    sent = await send(admin, to="13800138000", text="sent")
    async with working(world):
        await ends(admin, sent["id"], "sent")
    waiting = await send(admin, to="13800138000", text="in line")
    unknown = {"list": [{"msgid": "of somebody else", "status": "DELIVRD"}]}
    assert (await admin.post(f"{token(gateway)}/reports", json=unknown)).status_code == 200

    async def dropped(days: int) -> int:
        async with writing(world.site.engine) as session, session.begin():
            return await drop_old_messages(session, NOW + timedelta(days=days))

    assert await dropped(5000) == 0  # for ever, where nothing else was said
    settings = (await admin.get("settings")).json()
    assert (await admin.put("settings", json=settings | {"message_days": 30})).status_code == 200
    assert await dropped(29) == 0
    assert await dropped(31) == 1
    assert [one["id"] for one in (await admin.get("messages")).json()["items"]] == [waiting["id"]]
    async with writing(world.site.engine) as session, session.begin():
        [report] = await session.scalars(select(MessagePart))  # of the other one nothing is left
        assert report.provider_id == "of somebody else"
        assert (await drop_outdated(session, NOW + timedelta(days=6)))["reports"] == 0
        assert (await drop_outdated(session, NOW + timedelta(days=8)))["reports"] == 1


# ---------------------------------------------------------------- setting up


async def test_secrets_go_in_and_never_come_out(world, admin, open_sms: OpenPlatform, refused):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform)
    assert gateway["secrets"] == [{"name": "hmac", "value": None}]
    async with reading(world.site.engine) as session:
        row = (await session.scalars(select(SmsGateway))).one()
    assert platform.key not in str(row.secrets) and Vault(world.home).open(row.secrets["hmac"]) == platform.key
    answers = [await admin.get(path) for path in ("sms-gateways", f"sms-gateways/{gateway['id']}", "audit-log")]
    assert all(platform.key not in one.text for one in answers)
    assert row.token not in answers[2].text
    seen = await (await world.client("supervisor")).get(f"sms-gateways/{gateway['id']}")
    assert seen.json()["callback"] == ""
    kept = {"name": "hmac", "value": None}
    stays = await admin.put(f"sms-gateways/{row.id}", json=gateway | {"secrets": [kept]}, headers={"If-Match": '"1"'})
    assert stays.status_code == 200, stays.text
    moved = gateway | {"options": gateway["options"] | {"url": "https://evil.example.com/"}, "secrets": [kept]}
    elsewhere = await admin.put(f"sms-gateways/{row.id}", json=moved, headers={"If-Match": '"2"'})
    assert refused(elsewhere) == {("secrets.hmac", "give_again")}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"url": "ftp://x.example.com"}, ("options.url", "not_a_web_address")),
        ({"url": "https://{{to}}.example.com/"}, ("options.url", "not_a_web_address")),
        ({"body": "{not json"}, ("options.body", "not_json")),
        ({"body": ""}, ("options.body", "missing")),
        ({"ok_values": []}, ("options.ok_values", "missing")),
        ({"id_path": "a b"}, ("options.http.id_path", "not_a_path")),
    ],
)
async def test_a_gateway_that_cannot_work_is_refused(world, admin, open_sms, refused, change: Any, fault: Any):
    platform = await open_sms(Signed)
    gateway = await signed_gateway(world, platform)
    body = {"name": "Other", "options": gateway["options"] | change, "secrets": [{"name": "hmac", "value": "x"}]}
    assert refused(await admin.post("sms-gateways", json=body)) == {fault}


async def test_a_test_message_shows_whether_the_gateway_works(world, admin, clock, open_sms: OpenPlatform):
    first, second = await open_sms(Signed), await open_sms(Signed)
    await signed_gateway(world, first, name="First")
    gateway = await signed_gateway(world, second, name="Second", position=5)
    made = (await admin.post(f"sms-gateways/{gateway['id']}/test", json={"to": "13800138000"})).json()
    async with working(world):
        await ends(admin, made["id"], "sent")
    assert [text for _, text, _, _ in second.texts] == ["Callroom test message: the SMS gateway works."]
    assert first.texts == []


async def test_a_gateway_with_waiting_messages_or_templates_stays(world, admin, clock, open_sms: OpenPlatform):
    gateway = await signed_gateway(world, await open_sms(Signed))
    made = await send(admin, to="13800138000", text="x")
    assert (await admin.delete(f"sms-gateways/{gateway['id']}")).status_code == 409
    await admin.post(f"messages/{made['id']}/cancel")
    assert (await admin.delete(f"sms-gateways/{gateway['id']}")).status_code == 204
    [kept] = (await admin.get("messages")).json()["items"]
    assert kept["gateway"]["name"] == ""
    async with reading(world.site.engine) as session:
        assert len(list(await session.scalars(select(MessageRow)))) == 1
