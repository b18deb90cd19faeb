"""The platforms that text messages go by, as each documents itself; and how gateways are set up."""

from typing import Any

import pytest
from sqlalchemy import select

from callroom.actions import message_queue
from callroom.store.database import reading
from callroom.store.tables import MessageRow, SmsGateway
from callroom.vault import Vault
from sms_platforms import Aliyun, Signed, Tencent
from sms_world import OpenPlatform, ends, send, signed_gateway, token, until, working

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


@pytest.mark.parametrize(
    ("items", "told", "status"),
    [
        ("list", {"list": [{"from": "13800138000", "text": "[1]"}]}, 200),
        ("data.rows", {"data": {"rows": [{"from": "13800138000", "text": "[1]"}]}}, 200),
        ("pages[0].rows", {"pages": [{"rows": {"from": "13800138000", "text": "[1]"}}]}, 200),
        ("data.rows", {"data": '{"rows": [{"from": "13800138000", "text": "[1]"}]}'}, 200),
        ("rows", b"rows=%5B%7B%22from%22%3A%2213800138000%22%2C%22text%22%3A%22%5B1%5D%22%7D%5D", 200),
        ("", b"from=13800138000&text=%5B1%5D", 200),
        ("list", {"list": []}, 200),
        ("list", {"rows": [{"from": "13800138000", "text": "lost"}]}, 422),  # it would be lost
        ("list", {"list": "none"}, 422),
        ("", b"", 422),
    ],
)
async def test_replies_are_found_where_the_gateway_says(
    world, admin, open_sms: OpenPlatform, items: str, told: Any, status: int
):
    gateway = await signed_gateway(world, await open_sms(Signed), options={"inbound_items": items})
    sent = {"json": told} if isinstance(told, dict) else {"content": told}
    form = {"content-type": "application/x-www-form-urlencoded"} if isinstance(told, bytes) else {}
    assert (await admin.post(f"{token(gateway)}/replies", headers=form, **sent)).status_code == status
    found = [one["text"] for one in (await admin.get("messages")).json()["items"]]
    assert found == (["[1]"] if status == 200 and told != {"list": []} else [])


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
