"""Who may send text messages to whom, who wants none, and what templates say."""

import re

from sqlalchemy import update

from callroom.store.database import writing
from callroom.store.tables import JourneyRow, User
from sms_platforms import Signed
from sms_world import NOW, OpenPlatform, ends, send, signed_gateway, token, working

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
        assert "138" not in re.sub(r"\b[a-z]+_[0-9a-f]{8,}", "", text), text  # ids are made by chance
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


async def test_templates_name_the_customers_own_fields_and_agents_see_no_masked_ones(
    world, admin, clock, open_sms: OpenPlatform, refused
):
    platform = await open_sms(Signed)
    await signed_gateway(world, platform)
    plate = await world.make("customer-fields", label="车牌", type="line")
    sizes = [{"id": "s", "label": "小型"}, {"id": "l", "label": "大型"}]
    size = await world.make("customer-fields", label="Car size", type="choice", options=sizes)
    secret = await world.make("customer-fields", label="证件", type="line", masked=True)
    values = {plate["id"]: "京A12345", size["id"]: "l", secret["id"]: "1101X"}
    customer = await world.make("customers", name="王芳", phones=["13800138000"], values=values)
    other = await world.make("customers", name="李雷", phones=["13800138001"], values={plate["id"]: "沪B1"})
    text = "{{customer.name}}：{{customer.车牌}}（{{customer.Car size}}）证件{{customer.%s}}" % secret["id"]  # noqa: UP031
    template = await world.make("sms-templates", name="Car", texts={"zh": {"text": text}})
    agent, body = await world.client("agent"), {"customer": customer["id"], "template": template["id"]}
    whole, veiled = "王芳：京A12345（大型）证件1101X", "王芳：京A12345（大型）证件****"
    for person, seen in ((admin, whole), (agent, veiled)):
        assert (await person.post("messages/preview", json=body)).json()["text"] == seen
    made = await send(agent, **body)
    assert made["text"] == veiled
    async with working(world):
        await ends(agent, made["id"], "sent")
    assert [said for _, said, *_ in platform.texts] == [whole]  # its reader is told all
    for person, seen, found in ((admin, whole, 1), (agent, veiled, 0)):
        assert (await person.get(f"messages/{made['id']}")).json()["text"] == seen
        assert len((await person.get("messages", params={"q": "1101X"})).json()["items"]) == found
        of_him = (await person.get(f"customers/{customer['id']}/timeline", params={"kind": "message"})).json()["items"]
        assert [one["message"]["text"] for one in of_him] == [seen]
    bulk = {"customers": [customer["id"], other["id"]], "template": template["id"]}
    told = (await admin.post("messages/bulk", json=bulk)).json()
    assert (told["queued"], told["left_out"]) == (1, {"sms_incomplete": 1})  # of the other nobody knows the size
    # While a template is written, it is shown as it would go; a field that is none is refused.
    trial = {"text": "{{customer.车牌}} {{customer.Car size}} {{code}}", "language": "zh", "customer": other["id"]}
    shown = (await admin.post("sms-templates/preview", json=trial)).json()
    assert (shown["text"], shown["missing"]) == ("沪B1 〔customer.Car size〕 〔code〕", ["customer.Car size"])
    wrong = {"name": "Wrong", "texts": {"zh": {"text": "{{customer.颜色}}"}}}
    assert refused(await admin.post("sms-templates", json=wrong)) == {("texts.zh.text", "unknown_placeholder")}
