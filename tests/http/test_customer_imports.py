"""Customers from files: whom rows speak of, what they make of him, and all of it taken back."""

from typing import Any

import pytest
from sqlalchemy import select

from callroom.actions import audit
from callroom.store.database import reading
from callroom.store.tables import AuditEntry
from imports import HEADS, TEXT, count, counts, csv_of, named, numbers, people, run, step, upload


@pytest.mark.parametrize(
    ("rule", "told", "company", "memo", "tags"),
    [
        ("skip", (1, 0, 2, 0), "旧公司", "", ["A"]),
        ("update", (1, 2, 0, 0), "新公司", "第二行", ["b"]),
        ("merge", (1, 1, 1, 0), "旧公司", "第一行", ["A", "b"]),
    ],
)
async def test_who_is_there_is_skipped_updated_or_completed(
    world, admin, rule: str, told: Any, company: str, memo: str, tags: list[str]
):
    there = await world.make(
        "customers", name="王小明", company="旧公司", phones=["13800138000", "02161234567"], tags=["A"]
    )
    rows = [
        ["姓名", "手机", "公司", "备注", "标签"],
        ["", "13800138000", "新公司", "第一行", "b"],
        ["新人", "13900139000", "", "", ""],
        ["", "13800138000", "", "第二行" if rule == "update" else "", ""],
    ]
    made = await run(world, admin, await upload(world, admin, csv_of(rows).encode()), rule=rule)
    assert counts(made) == told
    found = (await admin.get(f"customers/{there['id']}")).json()
    assert (found["company"], found["memo"], found["tags"]) == (company, memo, tags)
    assert found["phones"] == ["+8613800138000", "+862161234567"]
    assert [one["id"] for one in found["phone_list"]] == [one["id"] for one in there["phone_list"]]
    assert [one["id"] for one in (await admin.get("customers", params={"q": memo or "旧公司"})).json()["items"]] == [
        there["id"]
    ]
    again = await upload(world, admin, csv_of(rows).encode())
    assert again["rule"] == rule


async def test_who_wants_no_mails_is_told_by_a_file_and_stays_so(world, admin):
    for name, phone in (("甲", "13800138001"), ("乙", "13800138002")):
        await world.make("customers", name=name, phones=[phone], no_mail=name == "乙")
    rows = [
        ["姓名", "手机", "不收邮件"],
        ["甲", "13800138001", "是"],
        ["乙", "13800138002", "否"],
        ["丙", "13800138003", "Y"],
        ["丁", "13800138004", "no"],
        ["戊", "13800138005", "也许"],
    ]
    sent = await upload(world, admin, csv_of(rows).encode())
    assert sent["mapping"] == ["name", "phone:mobile", "no_mail"]
    body = {"mapping": sent["mapping"], "rule": "update"}
    preview = (await admin.post(f"customer-imports/{sent['id']}/preview", json=body)).json()["rows"]
    assert [row["cells"][2]["text"] for row in preview] == ["yes", "no", "yes", "no", "也许"]
    assert preview[4]["fate"] == "bad" and preview[4]["cells"][2]["error"]
    made = await run(world, admin, sent, rule="update")
    assert counts(made) == (2, 2, 0, 1)  # 乙 gets the label of his phone
    for asked, names in ((True, ["丙", "乙", "甲"]), (False, ["丁"])):
        found = (await admin.get("customers", params={"no_mail": asked})).json()["items"]
        assert sorted(one["name"] for one in found) == sorted(names)
    for rule in ("skip", "merge"):
        again = [rows[0], ["丁", "13800138004", "是"]]
        await run(world, admin, await upload(world, admin, csv_of(again).encode()), rule=rule)
        assert (await named(admin, "丁"))["no_mail"] is (rule == "merge")


async def test_rows_that_take_what_others_have_are_bad(world, admin):
    card = await world.make("customer-fields", label="卡号", type="line", unique=True)
    await world.make("customers", name="甲", phones=["13800138000"], values={card["id"]: "K1"})
    rows = [
        ["姓名", "手机", "卡号"],
        ["乙", "13800138001", "k1"],
        ["丙", "13800138000", "K2"],
        ["丁", "13800138003", "K3"],
        ["戊", "13800138004", "Ｋ3"],
    ]
    unique = f"values.{card['id']}"
    made = await run(world, admin, await upload(world, admin, csv_of(rows).encode()), match="phones", rule="update")
    assert counts(made) == (1, 1, 0, 2)
    text = (await admin.get(f"customer-imports/{made['id']}/faults")).text
    assert "“k1” is another customer's" in text and "“k3” is another customer's" in text
    made = await run(
        world, admin, await upload(world, admin, csv_of(rows[:3]).encode()), match=unique, shared_phones=True
    )
    assert counts(made) == (1, 0, 1, 0)


async def test_nobody_gets_more_phones_or_tags_than_the_page_takes(world, admin):
    await world.make("customers", name="甲", phones=numbers(0, 20), tags=[f"旧{n}" for n in range(25)])
    there = "、".join(f"新{n}" for n in range(6))
    rows = [
        ["姓名", "手机", "标签", "备注"],
        ["", f"{numbers(0, 1)[0]}/{numbers(20, 1)[0]}", "", "第21个"],
        ["", numbers(0, 1)[0], there, "第31个"],
        ["", numbers(0, 1)[0], "新0", "可以"],
    ]
    made = await run(world, admin, await upload(world, admin, csv_of(rows).encode()), rule="merge")
    assert counts(made) == (0, 1, 0, 2)
    told = (await admin.get(f"customer-imports/{made['id']}/faults")).text
    assert "手机: At most 20." in told and "标签: At most 30." in told
    found = await named(admin, "甲")
    assert (len(found["phones"]), len(found["tags"]), found["memo"]) == (20, 26, "可以")


async def test_choices_with_which_it_cannot_run_are_refused(world, admin, refused):
    card = await world.make("customer-fields", label="卡号", type="line")
    made = await upload(world, admin, TEXT.encode())
    for choices, fault in (
        ({"mapping": ["name"]}, ("mapping", "not_all_columns")),
        ({"mapping": ["name", "name", "", "", ""]}, ("mapping.1", "column_twice")),
        ({"mapping": ["", "", "", "", ""]}, ("mapping", "no_columns")),
        ({"mapping": ["name", "values.x", "", "", ""]}, ("mapping.1", "no_such_field")),
        ({"match": f"values.{card['id']}"}, ("match", "tells_nobody_apart")),
    ):
        for route in ("preview", "run"):
            answer = await admin.post(
                f"customer-imports/{made['id']}/{route}", json={"mapping": made["mapping"]} | choices
            )
            assert refused(answer) == {fault}


async def test_an_import_is_taken_back_but_for_what_others_changed_since(world, admin):
    there = await world.make("customers", name="老客户", company="旧", phones=["13700137000"])
    other = await world.make("customers", name="另一位", company="旧", phones=["13700137001"])
    rows = [HEADS, *people(0, 5), ["老客户", "13700137000", "新", "", ""], ["另一位", "13700137001", "新", "3", ""]]
    made = await run(world, admin, await upload(world, admin, csv_of(rows).encode()), rule="update")
    assert counts(made) == (5, 2, 0, 0)
    kept = await named(admin, "客户3")
    await admin.patch(f"customers/{kept['id']}", json={"memo": "来过电话"}, headers={"If-Match": '"1"'})
    await admin.patch(f"customers/{other['id']}", json={"company": "更新"}, headers={"If-Match": '"2"'})
    answer = await admin.post(f"customer-imports/{made['id']}/undo")
    assert answer.status_code == 202, answer.text
    await step(world)
    made = (await admin.get(f"customer-imports/{made['id']}")).json()
    assert (made["state"], made["undone"]) == ("undone", {"deleted": 4, "restored": 1, "kept": 2})
    assert (await admin.get(f"customers/{there['id']}")).json()["company"] == "旧"
    left = (await admin.get(f"customers/{other['id']}")).json()
    assert (left["company"], left["tier"]) == ("更新", 0)
    assert await count(world) == 3
    changes = (await admin.get(f"customers/{there['id']}/changes")).json()["items"]
    assert [(one["before"], one["after"]) for one in changes if one["field"] == "company"] == [
        ("新", "旧"),
        ("旧", "新"),
    ]
    assert (await admin.post(f"customer-imports/{made['id']}/undo")).status_code == 409
    again = await run(world, admin, await upload(world, admin, csv_of(rows[:6]).encode()))
    assert counts(again) == (4, 0, 1, 0)
    async with reading(world.site.engine) as session:
        actions = list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
        assert await audit.first_broken_entry(session) is None
    assert [one for one in actions if one.startswith("customers.")][:5] == [
        "customers.import_uploaded",
        "customers.import_started",
        "customers.imported",
        "customers.import_undo_started",
        "customers.import_undone",
    ]
