"""Fields that the admin makes for customers, and what stands in them."""

import asyncio
from datetime import timedelta
from typing import Any

from httpx2 import AsyncClient
from sqlalchemy import select, update

from callroom.actions import customer_fields, jobs
from callroom.actions.housekeeping import CUSTOMERS_KEPT, drop_deleted_customers
from callroom.chores import Work, refile_customers
from callroom.store.database import reading, writing
from callroom.store.tables import Customer, CustomerPhone, CustomerUnique, User
from callroom.worker import Worker

GAS = [{"label": "居民"}, {"label": "商业"}]


async def changed(client: AsyncClient, row: dict[str, Any], path: str = "customers", **fields: Any) -> Any:
    answer = await client.patch(f"{path}/{row['id']}", json=fields, headers={"If-Match": f'"{row["version"]}"'})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def redefine(client: AsyncClient, field: dict[str, Any], lose: bool = False, **more: Any):
    headers = {"If-Match": f'"{field["version"]}"'}
    return await client.put(f"customer-fields/{field['id']}", json=field | more, params={"lose": lose}, headers=headers)


async def test_fields_stand_in_the_admins_order_and_dragging_keeps_the_last_ones_last(world, admin):
    made = [await world.make("customer-fields", label=str(n), type="line", position=n) for n in (-1, 2, 0, 1, -2)]
    agent = await world.client("agent")

    async def labels() -> list[str]:
        return [one["label"] for one in (await agent.get("customer-fields", params={"sort": "rank"})).json()["items"]]

    assert await labels() == ["1", "2", "0", "-2", "-1"]
    by_label = {one["label"]: one["id"] for one in made}
    order = [by_label[label] for label in ("0", "2", "1", "-1", "-2")]
    answer = await admin.post("customer-fields/reorder", json={"ids": order})
    assert [one["position"] for one in answer.json()["items"]] == [1, 2, 3, -2, -1]
    await world.make("customer-fields", label="new", type="line")
    assert await labels() == ["0", "2", "1", "new", "-1", "-2"]
    refused = await admin.post("customer-fields/reorder", json={"ids": order})
    assert refused.json()["errors"][0]["rule"] == "not_all_fields"


async def test_what_a_field_cannot_be_is_refused(admin, refused):
    async def rules(**field: Any) -> set[tuple[str, str]]:
        return refused(await admin.post("customer-fields", json={"label": "x"} | field))

    assert await rules(type="choice") == {("options", "needs_options")}
    twice = [{"label": "A"}, {"label": "a"}]
    assert await rules(type="choices", options=twice) == {("options.1.label", "twice")}
    assert await rules(type="text", unique=True) == {("unique", "cannot_be_unique")}
    assert await rules(type="line", unique=True, default="a") == {("default", "default_of_unique")}
    assert await rules(type="number", default="many") == {("default", "float_parsing")}
    assert await rules(type="number", validation={"least": 5, "most": 1}) == {("validation.most", "most_below_least")}
    assert await rules(type="line", validation={"pattern": "(a"}) == {("validation.pattern", "not_a_text_pattern")}
    assert await rules(type="colour") == {("type", "enum")}


async def test_values_are_read_as_people_write_them_and_wrong_ones_are_named(world, admin, refused):
    meter = await world.make("customer-fields", label="表号", type="line", validation={"pattern": "M[0-9]+"})
    kind = await world.make("customer-fields", label="类别", type="choice", options=GAS, default="居民")
    money = await world.make("customer-fields", label="余额", type="number", required=True)
    since = await world.make("customer-fields", label="开户", type="datetime")
    given = {meter["id"]: "M12", money["id"]: "１,２００.５", since["id"]: "2026年1月2日"}
    made = await world.make("customers", name="王", values=given)
    home = kind["options"][0]["id"]
    assert made["values"] == {meter["id"]: "M12", kind["id"]: home, money["id"]: 1200.5, since["id"]: "2026-01-02"}

    wrong = {meter["id"]: "12", kind["id"]: "工业", money["id"]: "", "f_none": 1}
    answer = await admin.post("customers", json={"name": "李", "values": wrong})
    assert refused(answer) == {
        (f"values.{meter['id']}", "string_pattern_mismatch"),
        (f"values.{kind['id']}", "not_a_choice"),
        (f"values.{money['id']}", "missing"),
        ("values.f_none", "no_such_field"),
    }
    assert "工业" in answer.text
    emptied = await changed(admin, made, values={meter["id"]: None})
    assert meter["id"] not in emptied["values"]
    assert emptied["values"][money["id"]] == 1200.5


async def test_unique_values_stand_once_also_when_two_write_at_the_same_time(world, admin):
    card = await world.make("customer-fields", label="卡号", type="line", unique=True)
    answers = await asyncio.gather(
        *(admin.post("customers", json={"name": f"C{n}", "values": {card["id"]: "ａb 1"}}) for n in range(6))
    )
    assert sorted(one.status_code for one in answers) == [201] + [409] * 5
    taken = next(one for one in answers if one.status_code == 409).json()["errors"][0]
    assert (taken["field"], taken["rule"]) == (f"values.{card['id']}", "taken")
    first = next(one.json() for one in answers if one.status_code == 201)
    other = await world.make("customers", name="other", values={card["id"]: "2"})
    headers = {"If-Match": '"1"'}
    twice = await admin.patch(f"customers/{other['id']}", json={"values": {card["id"]: "AB 1"}}, headers=headers)
    assert twice.status_code == 409
    await admin.delete(f"customers/{first['id']}")
    other = await changed(admin, other, values={card["id"]: "AB 1"})
    assert (await admin.post(f"customers/{first['id']}/restore")).status_code == 409
    await changed(admin, other, values={card["id"]: "3"})
    back = await admin.post(f"customers/{first['id']}/restore")
    assert (back.status_code, back.json()["values"]) == (200, {card["id"]: "ａb 1"})


async def test_change_of_type_is_tried_first_and_throws_away_only_what_was_agreed(world, admin, refused):
    field = await world.make("customer-fields", label="面积", type="line")
    rows = [await world.make("customers", name=str(n), values={field["id"]: n}) for n in ("12", "13.5", "很大")]
    tried = (await admin.post(f"customer-fields/{field['id']}/check-type", json=field | {"type": "number"})).json()
    assert {name: tried[name] for name in ("filled", "converts", "lost", "twice")} == {
        "filled": 3,
        "converts": 2,
        "lost": 1,
        "twice": 0,
    }
    assert [(one["name"], one["value"]) for one in tried["first"]] == [("很大", "很大")]
    assert refused(await redefine(admin, field, type="number")) == {("type", "values_would_be_lost")}
    after = await redefine(admin, field, lose=True, type="number")
    assert (after.status_code, after.json()["type"], after.json()["changing"]) == (200, "number", None)
    values = [(await admin.get(f"customers/{one['id']}")).json()["values"] for one in rows]
    assert values == [{field["id"]: 12}, {field["id"]: 13.5}, {}]
    (lost,) = (await admin.get(f"customers/{rows[2]['id']}/changes")).json()["items"]
    assert (lost["label"], lost["before"], lost["after"]) == ("面积", "很大", None)


async def test_field_becomes_unique_only_when_no_value_stands_twice(world, admin, refused):
    field = await world.make("customer-fields", label="户号", type="number")
    first = await world.make("customers", name="a", values={field["id"]: 7})
    second = await world.make("customers", name="b", values={field["id"]: "7.0"})
    assert refused(await redefine(admin, field, unique=True)) == {("unique", "values_stand_twice")}
    await changed(admin, second, values={field["id"]: 8})
    assert (await redefine(admin, field, unique=True)).status_code == 200
    again = await admin.post("customers", json={"name": "c", "values": {field["id"]: "８"}})
    assert again.status_code == 409
    await changed(admin, first, values={field["id"]: 9})
    await world.make("customers", name="c", values={field["id"]: 7})


async def test_worker_changes_the_type_of_many_while_nothing_is_written_there(world, admin, refused, monkeypatch):
    monkeypatch.setattr(customer_fields, "FEW", 2)
    monkeypatch.setattr(customer_fields, "CHUNK", 2)
    field = await world.make("customer-fields", label="电话2", type="line")
    rows = [await world.make("customers", name=f"C{n}", values={field["id"]: f"1380013800{n}"}) for n in range(5)]
    started = (await redefine(admin, field, type="phone", unique=True)).json()
    assert (started["type"], started["changing"] is not None) == ("line", True)
    headers = {"If-Match": '"1"'}
    now = await admin.patch(f"customers/{rows[0]['id']}", json={"values": {field["id"]: "1"}}, headers=headers)
    assert refused(now) == {(f"values.{field['id']}", "field_is_changing")}
    assert (await redefine(admin, started, label="x")).status_code == 409

    worker = Worker(world.site.engine, world.home, now=world.site.now)
    while await worker.step(("customer_field",)):
        pass
    job = (await admin.get(f"jobs/{started['changing']}")).json()
    assert (job["state"], job["result"]) == ("done", {"filled": 5, "lost": 0, "twice": 0})
    after = (await admin.get(f"customer-fields/{field['id']}")).json()
    assert (after["type"], after["unique"], after["changing"]) == ("phone", True, None)
    seen = {(await admin.get(f"customers/{one['id']}")).json()["values"][field["id"]] for one in rows}
    assert seen == {f"+861380013800{n}" for n in range(5)}
    async with reading(world.site.engine) as session:
        assert len(list(await session.scalars(select(CustomerUnique)))) == 5


async def test_who_edits_a_customer_meanwhile_is_not_overwritten(world, admin, monkeypatch):
    monkeypatch.setattr(customer_fields, "FEW", 0)
    field = await world.make("customer-fields", label="电话2", type="line")
    other = await world.make("customer-fields", label="表号", type="line")
    row = await world.make("customers", name="a", values={field["id"]: "13800138000"})
    await redefine(admin, field, type="phone")
    read, seen, editing = customer_fields._some, list[Any](), list[asyncio.Task[Any]]()

    async def and_somebody_edits(session: Any, after_seq: int) -> Any:
        rows = await read(session, after_seq)
        seen.extend(rows)
        if len(seen) == 2 and not editing:  # first all were only looked at
            editing.append(asyncio.create_task(changed(admin, row, values={other["id"]: "M-1"})))
            await asyncio.wait(editing, timeout=0.5)  # he must wait: that it ends would be the fault
        return rows

    monkeypatch.setattr(customer_fields, "_some", and_somebody_edits)
    worker = Worker(world.site.engine, world.home, now=world.site.now)
    while await worker.step(("customer_field",)):
        pass
    await editing[0]
    values = (await admin.get(f"customers/{row['id']}")).json()["values"]
    assert values == {field["id"]: "+8613800138000", other["id"]: "M-1"}


async def test_worker_leaves_a_field_as_it_was_when_values_would_be_lost(world, admin, monkeypatch):
    monkeypatch.setattr(customer_fields, "FEW", 0)
    field = await world.make("customer-fields", label="数", type="line")
    row = await world.make("customers", name="a", values={field["id"]: "很多"})
    started = (await redefine(admin, field, type="number")).json()
    worker = Worker(world.site.engine, world.home, now=world.site.now)
    await worker.step(("customer_field",))
    job = (await admin.get(f"jobs/{started['changing']}")).json()
    assert (job["state"], job["result"]["error"]) == ("failed", "values_would_be_lost")
    after = (await admin.get(f"customer-fields/{field['id']}")).json()
    assert (after["type"], after["changing"]) == ("line", None)
    await changed(admin, row, values={field["id"]: "更多"})


async def test_worker_files_many_anew_when_a_field_is_masked_or_goes(world, admin, monkeypatch):
    monkeypatch.setattr(customer_fields, "FEW", 0)
    worker = Worker(world.site.engine, world.home, now=world.site.now)
    agent = await world.client("agent")

    async def found(client: Any, q: str) -> int:
        for kinds in jobs.LANES:
            while await worker.step(kinds):
                pass
        return len((await client.get("customers", params={"q": q})).json()["items"])

    field = await world.make("customer-fields", label="证件", type="line")
    await world.make("customers", name="a", values={field["id"]: "tiger"})
    assert await found(agent, "tiger") == 1
    masked = (await redefine(admin, field, masked=True)).json()
    assert (await found(agent, "tiger"), await found(admin, "tiger")) == (0, 1)
    assert (await admin.delete(f"customer-fields/{masked['id']}")).status_code == 204
    assert await found(admin, "tiger") == 0


async def test_options_that_stand_somewhere_are_retired_instead_of_lost(world, admin, refused):
    field = await world.make("customer-fields", label="类别", type="choices", options=[*GAS, {"label": "打错了"}])
    home, shop, _ = field["options"]
    row = await world.make("customers", name="a", values={field["id"]: [home["id"], "商业"]})
    after = (await redefine(admin, field, options=[{"label": "工业"}, home])).json()
    assert [(one["label"], one["retired"]) for one in after["options"]] == [
        ("工业", False),
        ("居民", False),
        ("商业", True),
    ]
    answer = await admin.post("customers", json={"name": "b", "values": {field["id"]: [shop["id"]]}})
    assert refused(answer) == {(f"values.{field['id']}", "not_a_choice")}
    kept = await changed(admin, row, values={field["id"]: [shop["id"], "工业"]})
    assert len(kept["values"][field["id"]]) == 2


async def test_agent_sees_neither_masked_fields_nor_hidden_numbers_and_keeps_them(world, admin):
    paper = await world.make("customer-fields", label="证件号", type="line", masked=True)
    second = await world.make("customer-fields", label="备用电话", type="phone")
    ids, phone = paper["id"], second["id"]
    values = {ids: "110101199003074258", phone: "13900139000"}
    row = await world.make("customers", name="王", phones=["13800138000"], values=values)
    async with writing(world.site.engine) as session, session.begin():
        await session.execute(update(User).where(User.login == "agent").values(number_visibility="middle"))
    agent = await world.client("agent")
    seen = (await agent.get(f"customers/{row['id']}")).json()
    assert seen["values"] == {ids: "****", phone: "+86139****9000"}
    same = await changed(agent, seen, values=seen["values"], memo="called")
    assert same["values"] == seen["values"]
    headers = {"If-Match": f'"{same["version"]}"'}
    guess = await agent.patch(f"customers/{row['id']}", json={"values": {phone: "+86139****0000"}}, headers=headers)
    assert guess.json()["errors"][0]["rule"] == "hidden_value"
    new = await changed(agent, same, values={phone: "13900139001", ids: "110101199003074259"}, phones=["13700137000"])
    history = (await agent.get(f"customers/{row['id']}/changes")).text
    for secret in ("13900139", "11010119", "138001380", "137001370"):
        assert secret not in history
    told = (await admin.get(f"customers/{row['id']}/changes")).json()["items"]
    assert {one["field"]: (one["before"], one["after"]) for one in told if one["version"] == new["version"]} == {
        f"values.{ids}": ("110101199003074258", "110101199003074259"),
        f"values.{phone}": ("+8613900139000", "+8613900139001"),
        "phones": ([{"number": "+8613800138000", "label": ""}], [{"number": "+8613700137000", "label": ""}]),
    }
    assert {one["by"] for one in told} == {"agent"}


async def test_two_who_edit_at_once_lose_nothing_and_are_told_where_they_met(world, admin):
    one = await world.make("customer-fields", label="一", type="line")
    two = await world.make("customer-fields", label="二", type="line")
    row = await world.make("customers", name="王", memo="")
    agent = await world.client("agent")
    headers = {"If-Match": '"1"'}
    path = f"customers/{row['id']}"
    for client, body in ((agent, {"values": {one["id"]: "a"}}), (admin, {"values": {two["id"]: "b"}, "tags": ["急"]})):
        assert (await client.patch(path, json=body, headers=headers)).status_code == 200
    late = await agent.patch(path, json={"values": {two["id"]: "c"}, "memo": "m"}, headers=headers)
    assert late.status_code == 412
    assert [(e["field"], e["rule"]) for e in late.json()["errors"]] == [(f"values.{two['id']}", "changed_meanwhile")]
    whole = await agent.put(path, json={"name": "王"}, headers=headers)
    assert whole.status_code == 412
    now = (await agent.get(path)).json()
    assert (now["version"], now["values"], now["tags"], now["memo"]) == (
        3,
        {one["id"]: "a", two["id"]: "b"},
        ["急"],
        "",
    )
    for stale in ('"4"', '"0"'):
        assert (await agent.patch(path, json={"memo": "x"}, headers={"If-Match": stale})).status_code == 412
    assert (await agent.patch(path, json={"memo": "x"})).status_code == 428
    unchanged = await agent.patch(path, json={"memo": ""}, headers={"If-Match": '"3"'})
    assert unchanged.headers["etag"] == '"3"'


async def test_older_clients_replace_a_customer_without_losing_what_they_do_not_know(world, admin):
    row = await world.make(
        "customers",
        name="王",
        phones=[{"number": "13800138000", "label": "mobile"}, "62345678"],
        owner=world.ids["agent"],
        tags=["大客户", "VIP", "vip"],
        stage="satisfied",
        do_not_call=True,
    )
    assert (row["tags"], row["owner_name"], row["phone_list"][0]["label"]) == (["大客户", "VIP"], "agent", "mobile")
    body = {"name": "王明", "company": "", "memo": "", "phones": row["phones"], "tier": 3}
    put = (await admin.put(f"customers/{row['id']}", json=body, headers={"If-Match": '"1"'})).json()
    kept = ("tags", "owner", "stage", "do_not_call", "phone_list")
    assert {name: put[name] for name in kept} == {name: row[name] for name in kept}
    assert (put["name"], put["tier"]) == ("王明", 3)
    wrong = await admin.post("customers", json={"name": "x", "owner": "u_none"})
    assert wrong.json()["errors"][0]["field"] == "owner"


async def test_family_shares_a_phone_when_somebody_says_so(world, admin):
    await world.make("customers", name="父", phones=["62345678"])
    child = {"name": "子", "phones": ["62345678"]}
    assert (await admin.post("customers", json=child)).status_code == 409
    assert (await admin.post("customers", json=child | {"shared_phones": True})).status_code == 201


async def test_deleted_customer_comes_back_with_all_he_had(world, admin):
    row = await world.make("customers", name="王", phones=["13800138000"], tags=["a"])
    assert (await admin.delete(f"customers/{row['id']}")).status_code == 204
    assert (await admin.get(f"customers/{row['id']}")).status_code == 404
    assert (await admin.get("customers", params={"q": "13800138000"})).json()["items"] == []
    (gone,) = (await admin.get("customers", params={"deleted": True})).json()["items"]
    assert gone["deleted_at"] is not None
    second = await world.make("customers", name="李", phones=["13800138000"])
    assert (await admin.post(f"customers/{row['id']}/restore")).status_code == 409
    await admin.delete(f"customers/{second['id']}")
    back = (await admin.post(f"customers/{row['id']}/restore")).json()
    assert (back["phones"], back["tags"], back["deleted_at"]) == (row["phones"], ["a"], None)
    assert (await admin.post(f"customers/{row['id']}/restore")).status_code == 404


async def test_deleted_customer_is_dropped_for_good_after_a_while(world, admin):
    row = await world.make("customers", name="王五", phones=["13800138000"])
    await world.make("customers", name="王六", phones=["13900139000"])
    await admin.delete(f"customers/{row['id']}")
    now = world.site.now()
    async with writing(world.site.engine) as session, session.begin():
        assert await drop_deleted_customers(session, now + CUSTOMERS_KEPT - timedelta(minutes=1)) == 0
        assert await drop_deleted_customers(session, now + CUSTOMERS_KEPT + timedelta(minutes=1)) == 1
        assert await drop_deleted_customers(session, now + CUSTOMERS_KEPT + timedelta(minutes=1)) == 0
    assert (await admin.post(f"customers/{row['id']}/restore")).status_code == 404
    assert [one["name"] for one in (await admin.get("customers", params={"q": "王"})).json()["items"]] == ["王六"]
    async with reading(world.site.engine) as session:
        assert list(await session.scalars(select(CustomerPhone.number))) == ["+8613900139000"]
        assert list(await session.scalars(select(Customer.name))) == ["王六"]


async def test_what_is_written_into_a_new_field_while_all_are_filed_anew_stays(world, admin, monkeypatch):
    monkeypatch.setattr(customer_fields, "CHUNK", 1)
    rows = [await world.make("customers", name=name) for name in ("甲", "乙", "丙")]
    made: dict[str, Any] = {}

    async def progress(share: float) -> None:
        if not made:
            made.update(await world.make("customer-fields", label="新字段", type="line"))
            await changed(admin, rows[2], values={made["id"]: "新值"})

    assert await refile_customers(Work("job", {}, world.site.engine, world.home, world.site.now, progress)) == {}
    assert (await admin.get(f"customers/{rows[2]['id']}")).json()["values"] == {made["id"]: "新值"}
