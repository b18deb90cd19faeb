"""Customers who are the same one: found by phone or name, and made one with all that is about them."""

import sys
from pathlib import Path
from typing import Any

from httpx2 import AsyncClient
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parents[1] / "calls"))
from company import Office

from callroom.calls.live import Named
from callroom.core.ids import JourneyId
from callroom.core.journeys.facts import CustomerFound, Started
from callroom.store.database import reading, writing
from callroom.store.tables import Customer, CustomerPhone, CustomerUnique, JourneyRow
from complaints import make
from imports import csv_of, run, step, upload


async def groups(client: AsyncClient, by: str) -> list[list[str]]:
    answer = await client.get("customers/doubles", params={"by": by})
    assert answer.status_code == 200, answer.text
    return [[one["memo"] for one in group] for group in answer.json()["groups"]]


async def test_doubles_are_found_by_phone_and_by_name(world, admin):
    make = world.make
    await make("customers", name="王芳", company="东方", memo="1", phones=["13800138000", "13800138001"])
    await make("customers", name="王小芳", memo="2", phones=["13800138001", "13800138000"], shared_phones=True)
    await make("customers", name="王芳", company="东方", memo="3")
    await make("customers", name="王芳", company="西方", memo="4")
    gone = await make("customers", name="王芳", company="西方", memo="5", phones=["13800138000"], shared_phones=True)
    await admin.delete(f"customers/{gone['id']}")
    assert await groups(admin, "phone") == [["1", "2"]]
    assert await groups(admin, "name") == [["1", "3"]]


async def test_all_that_is_about_the_others_goes_with(world, admin, agent, table):
    card = await world.make("customer-fields", label="卡号", type="line", unique=True)
    plate = await world.make("customer-fields", label="车牌", type="line")
    first = await world.make("customers", name="王芳", phones=["13800138000"], tags=["老友"], memo="旧")
    values = {card["id"]: "K-1", plate["id"]: "京A1"}
    second = await world.make(
        "customers", name="王小芳", company="东方", memo="新", phones=["13800138001", "13800138000"],
        tags=["批发", "老友"], values=values, shared_phones=True, tier=3, no_mail=True,
    )  # fmt: skip
    record = await make(admin, table, customer=second["id"])
    product = await world.make("products", code="A", name="滤芯", price=100)
    order = await world.make("orders", customer=second["id"], lines=[{"product": product["id"], "quantity": 1}])
    memo = await world.make("memos", customer=second["id"], text="说过")
    await admin.patch(f"customers/{second['id']}", json={"company": "东方物流"}, headers={"If-Match": '"1"'})
    now = world.site.now()
    async with writing(world.site.engine) as session, session.begin():
        document = {"id": "j1", "customer": {"id": second["id"], "name": "王小芳", "tier": 3}}
        session.add(JourneyRow(id="j1", direction="inbound", started_at=now, from_number="+8613800138001",
                               to_number="", customer_id=second["id"], document=document))  # fmt: skip
    path, body = f"customers/{first['id']}/merge", {"others": [second["id"]], "chosen": {"memo": second["id"]}}
    assert (await admin.post(path, json=body, headers={"If-Match": '"7"'})).status_code == 412
    for wrong in (
        {"chosen": {"phones": first["id"]}},
        {"chosen": {"no_mail": first["id"]}},
        {"chosen": {"name": "c_gone"}},
        {"others": [first["id"]]},
    ):
        assert (await admin.post(path, json=body | wrong, headers={"If-Match": '"1"'})).status_code == 422, wrong
    answer = await admin.post(path, json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    one = answer.json()
    assert (one["name"], one["company"], one["memo"], one["tier"]) == ("王芳", "东方物流", "新", 3)
    assert (one["phones"], one["tags"]) == (["+8613800138000", "+8613800138001"], ["老友", "批发"])
    assert one["values"] == values and one["no_mail"] is True
    assert (await admin.get(f"customers/{second['id']}")).status_code == 404
    for kept in (f"records/{record['id']}", f"orders/{order['id']}", f"memos/{memo['id']}"):
        assert (await admin.get(kept)).json()["customer"]["id"] == first["id"], kept
    async with reading(world.site.engine) as session:
        call = (await session.scalars(select(JourneyRow))).one()
        assert (call.customer_id, call.document["customer"]["id"]) == (first["id"], first["id"])
        for what in (Customer.id, CustomerPhone.customer_id, CustomerUnique.customer_id):
            assert set(await session.scalars(select(what))) == {first["id"]}, what
    told: list[dict[str, Any]] = (await agent.get(f"customers/{first['id']}/changes")).json()["items"]
    merged = next(one for one in told if one["field"] == "merged")
    assert (merged["before"]["name"], merged["before"][f"values.{card['id']}"], merged["by"]) == (
        "王小芳",
        "K-1",
        "admin",
    )
    assert any(one["field"] == "company" and one["after"] == "东方物流" for one in told)
    found = (await agent.get("customers", params={"q": "13800138001"})).json()["items"]
    assert [one["id"] for one in found] == [first["id"]]
    later = await agent.patch(f"customers/{first['id']}", json={"memo": "x"}, headers={"If-Match": str(one["version"])})
    assert later.status_code == 200


async def test_what_stood_with_a_merged_one_is_hidden_as_elsewhere(world, admin, agent):
    card = await world.make("customer-fields", label="证件", type="line", masked=True)
    first = await world.make("customers", name="王芳")
    second = await world.make("customers", name="王芳", memo="打 13700137000", values={card["id"]: "4711-0815"})
    path, body = f"customers/{first['id']}/merge", {"others": [second["id"]]}
    assert (await admin.post(path, json=body, headers={"If-Match": '"1"'})).status_code == 200
    assert (await agent.post(path, json=body, headers={"If-Match": '"2"'})).status_code == 403
    assert "4711-0815" in (await admin.get(f"customers/{first['id']}/changes")).text
    assert "4711-0815" not in (await agent.get(f"customers/{first['id']}/changes")).text


async def test_what_an_import_or_an_edit_changed_of_a_merged_one_is_not_put_into_the_other(world, admin):
    first = await world.make("customers", name="王芳", company="甲公司", phones=["13800138000"])
    second = await world.make("customers", name="王小芳", company="乙公司", phones=["13800138001"], tier=1)
    rows = [["姓名", "手机", "公司"], ["", "13800138001", "丙公司"], ["新人", "13800138002", ""]]
    done = await run(world, admin, await upload(world, admin, csv_of(rows).encode()), rule="update")
    edit = (await admin.post("customers/edits", json={"ids": [second["id"]], "count": 1, "tier": 5})).json()
    body = {"others": [second["id"]], "chosen": {"tier": first["id"]}}
    answer = await admin.post(f"customers/{first['id']}/merge", json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    assert (await admin.post(f"customer-imports/{done['id']}/undo")).status_code == 202
    await step(world)
    undone = (await admin.get(f"customer-imports/{done['id']}")).json()
    assert (undone["state"], undone["undone"]) == ("undone", {"deleted": 1, "restored": 0, "kept": 0})
    assert (await admin.post(f"customers/edits/{edit['id']}/undo")).status_code == 202
    kept = (await admin.get(f"customers/{first['id']}")).json()
    assert (kept["company"], kept["tier"]) == ("甲公司", 0)


async def test_a_call_that_goes_on_follows_him_and_keeps_him_from_being_erased(world, admin):
    first = await world.make("customers", name="王芳", tier=2)
    second = await world.make("customers", name="王小芳", phones=["13800138001"])
    office = Office()
    world.site.exchange, journey = office.exchange, JourneyId("j9")
    office.exchange.notes.note(journey, Started("inbound", "13800138001", "88002"))
    call = office.exchange.new_call(journey, "inbound", "13800138001", "88002")
    call.note(CustomerFound(second["id"], second["name"], 0))
    call.show(customer=Named(second["id"], second["name"]))
    path, body = f"customers/{first['id']}", {"others": [second["id"]]}
    answer = await admin.post(f"{path}/merge", json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    told = office.exchange.notes.open_journeys()[journey].customer
    assert told is not None
    assert (call.view.customer, told.id, told.tier, call.tier) == (Named(first["id"], "王芳"), first["id"], 2, 2)
    person = (await admin.get(f"{path}/person")).json()
    erase = {"name": "王芳", "code": person["code"]}
    assert (await admin.post(f"{path}/erase", json=erase)).status_code == 409
    call.close("caller")
    assert (await admin.post(f"{path}/erase", json=erase)).status_code == 202
    await office.exchange.leave()
