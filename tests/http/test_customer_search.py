"""Customers are found by any part of what may be seen of them, and by whole values; on both databases alike."""

from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import text, update

from callroom.actions import audit, customers, customers_bulk
from callroom.actions.new_customers import NewCustomer, prepared
from callroom.core.fields import FieldType
from callroom.demo.people import people, store
from callroom.store import customers as stored
from callroom.store import upkeep
from callroom.store.database import on_postgresql, reading, writing
from callroom.store.tables import Customer, User


async def found(client: AsyncClient, **asked: Any) -> list[str]:
    answer = await client.get("customers", params={"sort": "created_at", "limit": 200} | asked)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


async def hide_numbers(world, how: str = "middle") -> AsyncClient:
    async with writing(world.site.engine) as session, session.begin():
        await session.execute(update(User).where(User.login == "agent").values(number_visibility=how))
    return await world.client("agent")


async def test_any_part_of_any_searched_field_finds(world, admin):
    meter = await world.make("customer-fields", label="表号", type="line")
    mail = await world.make("customer-fields", label="邮箱", type="email")
    second = await world.make("customer-fields", label="备用", type="phone")
    row = await world.make(
        "customers",
        name="欧阳小明",
        company="ＡＢＣ Trading",
        memo="住在长江路18号",
        phones=["13800138000", "010-62345678"],
        tags=["大客户"],
        values={meter["id"]: "M-4711", mail["id"]: "Ming@Example.com", second["id"]: "13912345678"},
    )
    await world.make("customers", name="李四", phones=["13700137000"])
    for q in (
        *("欧阳", "小明", "明", "阳小", "abc", "trad", "c tr", "长江路18", "路1", "8号", "大客"),
        *("M-47", "m-4711", "711", "example", "ming@", "0013800", "3800138", "8000", "62345678", "010-6234"),
        *("138 0013 8000", "+8613800138000", "１３８００１", "12345678", "小明 1380", "明 1380", "李 OR 欧"[4:]),
        *("010", "0106", "0138", "00861380", "380", "明 380"),
    ):
        assert await found(admin, q=q) == ["欧阳小明"], q
    for q in (
        "阳明",
        "M4711",
        "1390013",
        "0038",
        "路 1380",
        "小明 13700",
        "欧阳 李四",
        "江路2",
        "0800",
        '"',
        "' OR 1",
        "欧*",
        "NOT",
    ):
        assert await found(admin, q=q) == [], q
    assert await found(admin, q="13") == ["欧阳小明", "李四"]
    assert await found(admin, q="四") == ["李四"]
    assert await found(admin, q="路") == await found(admin, q="8") == []
    assert await found(admin, q="  ") == ["欧阳小明", "李四"]
    patched = await admin.patch(f"customers/{row['id']}", json={"name": "司马"}, headers={"If-Match": '"1"'})
    assert patched.status_code == 200
    assert (await found(admin, q="欧阳"), await found(admin, q="司马")) == ([], ["司马"])
    await admin.delete(f"customers/{row['id']}")
    assert (await found(admin, q="司马"), await found(admin, q="司马", deleted=True)) == ([], ["司马"])
    await admin.post(f"customers/{row['id']}/restore")
    assert await found(admin, q="司马") == ["司马"]


async def test_agent_finds_hidden_numbers_whole_only_and_masked_fields_never(world, admin):
    paper = await world.make("customer-fields", label="证件", type="line", masked=True)
    second = await world.make("customer-fields", label="备用", type="phone")
    values = {paper["id"]: "110101199003074258", second["id"]: "13912345678"}
    await world.make("customers", name="王", phones=["13800138000", "62345678"], values=values)
    agent = await hide_numbers(world)
    for q in ("13800138000", "+86 138 0013 8000", "010 62345678"[4:], "13912345678"):
        assert await found(agent, q=q) == ["王"], q
    for q in ("1380013800", "3800138000", "0013", "80", "8000", "1391234567", "1101011990", "110101199003074258"):
        assert await found(agent, q=q) == [], q
    refused = await agent.get("customers", params={"where": f"{paper['id']}:eq:110101199003074258"})
    assert refused.json()["errors"][0]["rule"] == "hidden_value"
    assert await found(admin, q="19900307") == ["王"]
    field = (await admin.get(f"customer-fields/{paper['id']}")).json() | {"masked": False}
    headers = {"If-Match": f'"{field["version"]}"'}
    assert (await admin.put(f"customer-fields/{paper['id']}", json=field, headers=headers)).status_code == 200
    assert await found(agent, q="19900307") == []  # digits may be a part of a number, wherever they stand
    assert await found(agent, where=f"{paper['id']}:contains:19900307") == []
    assert await found(agent, where=f"{paper['id']}:filled") == ["王"]
    assert await found(admin, where=f"{paper['id']}:contains:19900307") == ["王"]
    await admin.delete(f"customer-fields/{paper['id']}")
    assert await found(admin, q="19900307") == []


async def test_filters_go_together(world, admin):
    kind = await world.make(
        "customer-fields", label="类别", type="choices", options=[{"label": "居民"}, {"label": "商业"}]
    )
    money = await world.make("customer-fields", label="余额", type="number")
    since = await world.make("customer-fields", label="开户", type="datetime")
    note = await world.make("customer-fields", label="备注", type="line")
    k, m, s, n = (one["id"] for one in (kind, money, since, note))
    both = "、".join(option["id"] for option in kind["options"])  # as the page asks

    async def make(name: str, values: dict[str, Any], **more: Any) -> None:
        await world.make("customers", name=name, values=values, **more)

    await make("甲", {k: "居民", m: 10, s: "2026-01-05 07:30"}, tags=["急", "VIP"], tier=2, owner=world.ids["agent"])
    await make("乙", {k: "居民、商业", m: -3.5, n: "Ab c"}, tags=["vip"], stage="old", do_not_call=True)
    await make("丙", {s: "2026-03-01"}, stage="retained", no_mail=True, owner=world.ids["admin"])
    ask = {
        "甲乙": [
            {"no_mail": False},
            {"tag": "VIP"},
            {"where": f"{k}:eq:居民"},
            {"where": f"{k}:eq:{both}"},
            {"where": f"{m}:filled"},
            {"where": f"{m}:le:10"},
        ],
        "甲": [
            {"tag": ["vip", "急"]},
            {"tier": 2},
            {"owner": world.ids["agent"]},
            {"where": [f"{m}:ge:0", f"{s}:le:2026-01-05"]},
            {"where": [f"{s}:ge:2026-01-05", f"{s}:le:2026-01-05"]},
            {"where": [f"{s}:ge:2026-01-05 07:00", f"{s}:le:2026-01-05 07:30"]},
            {"where": f"{m}:eq:１０"},
            {"q": "甲", "stage": ["new", "old"]},
        ],
        "乙": [
            {"stage": "old"},
            {"do_not_call": True},
            {"where": f"{k}:eq:商业"},
            {"where": f"{n}:eq:AB c"},
            {"where": f"{n}:contains:b"},
            {"owner": "none"},
        ],
        "丙": [{"no_mail": True}, {"where": f"{m}:empty"}, {"where": f"{s}:ge:2026-02-01"}],
        "乙丙": [{"stage": ["old", "retained"]}, {"owner": ["none", world.ids["admin"]]}],
        "甲丙": [{"do_not_call": False}],
        "": [{"tag": "急", "stage": "old"}, {"where": f"{s}:le:2026-01-04"}],
    }
    for names, questions in ask.items():
        for asked in questions:
            for sort in ("created_at", "name"):
                assert sorted(await found(admin, sort=sort, **asked)) == sorted(names), asked
            counted = (await admin.get("customers/count", params=asked)).json()
            assert counted == {"count": len(names), "more": False}, asked
    for where in (f"{k}:eq:工业", f"{m}:ge:much", "f_none:empty", "nothing", f"{k}:ge:1"):
        assert (await admin.get("customers", params={"where": where})).status_code == 422, where
    assert (await admin.get("customer-tags")).json()[0] in ("VIP", "vip")


@pytest.mark.parametrize("way", ["few", "sorted", "walked"])
async def test_pages_hold_each_customer_once_in_every_order(world, admin, monkeypatch, way: str):
    if way != "few":
        monkeypatch.setattr(stored, "FEW", 3 if way == "walked" else stored.FEW)
        monkeypatch.setattr(stored, "PROBE", 3)
        monkeypatch.setattr(stored, "walking_is_shorter", lambda *_, **__: way == "walked")
    await store(world.site.engine, 57, world.site.now)
    for asked in ({}, {"q": "86"}, {"stage": ["new", "satisfied", "old", "retained", "potential"]}):
        for sort in ("name", "created_at", "updated_at", "tier", ""):
            for down in ("", "-") if sort else ("",):
                seen: list[Any] = []
                cursor = ""
                while cursor is not None:
                    params = asked | {"sort": down + sort, "limit": 10, "cursor": cursor}
                    page = (await admin.get("customers", params=params)).json()
                    seen += page["items"]
                    cursor = page["next"]
                assert len({one["id"] for one in seen}) == len(seen) == 57, (asked, sort)
                if sort in ("name", "tier"):
                    values = [one[sort] for one in seen]
                    assert sorted(values, reverse=bool(down), key=lambda v: v) == values or sort == "name"
    for cursor in ("eA", "fDEyMw", "eHx5"):
        for sort in ("name", "created_at", "updated_at", "tier"):
            answer = await admin.get("customers", params={"cursor": cursor, "sort": sort})
            assert answer.status_code in (200, 422)
    assert (await admin.get("customers", params={"sort": "memo"})).status_code == 422


async def test_tidying_joins_the_index_and_changes_nothing_of_what_is_found(world, admin, monkeypatch):
    monkeypatch.setattr(upkeep, "STEP", 1)  # page in each step
    for first in range(0, 300, 50):
        await store(world.site.engine, 50, world.site.now, first=first)
    asked = ("138", "王", "人民", "有限公司", "86")
    before = [await found(admin, q=q) for q in asked]
    assert all(before)
    await upkeep.tidy_customers(world.site.engine, upkeep.MANY)
    assert [await found(admin, q=q) for q in asked] == before
    async with reading(world.site.engine) as session:
        if on_postgresql(session):
            counted = text("SELECT reltuples FROM pg_class WHERE relname = 'customer_phones'")
            assert (await session.scalar(counted) or 0) > 300
        else:
            assert await session.scalar(text("SELECT count(DISTINCT segid) FROM customer_search_idx")) == 1


async def test_many_are_written_as_one_is(world, admin):
    """What the bulk way writes is what the API would have written, and is found, unique and told like it."""
    card = await world.make("customer-fields", label="卡号", type="line", unique=True)
    field = FieldType.LINE
    assert field == card["type"]
    engine = world.site.engine
    given = [
        NewCustomer(one.name, one.company, one.memo, one.phones, {card["id"]: f"K{n}\t\\"}, one.filing)
        for n, one in enumerate(people(300))
    ]
    async with writing(engine) as session, session.begin():
        await audit.hold(session)
        form = await customers.form_of(session)
        rows = prepared(form, given, audit.SYSTEM.id, world.site.now(), "b1")
        ids = await customers_bulk.insert_many(session, rows)
    assert len(set(ids)) == 300
    for n in (0, 150, 299):
        row = (await admin.get(f"customers/{ids[n]}")).json()
        one = given[n]
        assert (row["name"], row["memo"], row["tags"]) == (one.name, one.memo, list(one.filing.tags))
        assert [(p["number"], p["label"]) for p in row["phone_list"]] == [(p.number, p.label) for p in one.phones]
        assert row["values"] == {card["id"]: f"K{n}\t\\"}
        assert one.name in await found(admin, q=one.phones[0].number[5:12])
    async with reading(engine) as session:
        before = await session.get(Customer, ids[7])
        assert before is not None
        columns = ("search_text", "search_numbers", "search_masked", "search_tokens")
        await session.refresh(before, columns)
        bulk = [set(str(getattr(before, name)).replace("'", "").split()) for name in columns]
    patch = await admin.patch(f"customers/{ids[7]}", json={"name": "x"}, headers={"If-Match": '"1"'})
    again = await admin.patch(f"customers/{ids[7]}", json={"name": given[7].name}, headers={"If-Match": '"2"'})
    assert (patch.status_code, again.status_code) == (200, 200)
    async with reading(engine) as session:
        after = await session.get(Customer, ids[7])
        assert after is not None
        await session.refresh(after, columns)
        assert [set(str(getattr(after, name)).replace("'", "").split()) for name in columns] == bulk
        unique = f"values.{card['id']}"
        keys = [("phones", given[3].phones[0].number), (unique, "k5 \\"), (unique, "new"), ("phones", "+8610000000")]
        assert await customers_bulk.owners_of(session, keys) == {keys[0]: ids[3], keys[1]: ids[5]}
        if engine.dialect.name == "sqlite":
            check = "INSERT INTO customer_search(customer_search, rank) VALUES ('integrity-check', 1)"
            async with writing(engine) as checking, checking.begin():
                await checking.execute(text(check))
