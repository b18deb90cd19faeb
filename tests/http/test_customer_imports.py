"""Customers from files: read in whatever form they come, written once, and taken back."""

import csv
import io
import os
import signal
import sys
import zipfile
from asyncio import create_subprocess_exec, sleep
from datetime import timedelta
from typing import Any

import pytest
import xlsxwriter
from python_calamine import load_workbook
from sqlalchemy import func, select, update

from callroom.actions import audit, customer_import_run, jobs
from callroom.media.sheets import unrolling
from callroom.store.database import reading, writing
from callroom.store.tables import AuditEntry, Customer, CustomerField, CustomerImport, CustomerPhone, Job
from imports import HEADS, counts, csv_of, numbers, people, run, step, upload, xlsx_of

TEXT = csv_of(
    [HEADS, ["王小明", "138 0013 8000", "示例科技", "2", "喜欢下午接电话"], ["李四", "+8613800138001", "", "", ""]]
)


async def count(world: Any, *where: Any) -> int:
    async with reading(world.site.engine) as session:
        wanted = select(func.count()).select_from(Customer).where(Customer.deleted_at.is_(None), *where)
        return await session.scalar(wanted) or 0


async def named(admin: Any, name: str) -> dict[str, Any]:
    [found] = (await admin.get("customers", params={"q": name})).json()["items"]
    return found


FORMS = [
    *((encoding, ",") for encoding in ("utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be")),
    ("gbk", "\t"),
    ("utf-16", "\t"),
    ("utf-8", ";"),
]


@pytest.mark.parametrize(("encoding", "delimiter"), FORMS)
async def test_a_csv_file_is_understood_in_every_encoding(world, admin, encoding: str, delimiter: str):
    made = await upload(world, admin, TEXT.replace(",", delimiter).encode(encoding))
    assert (made["state"], made["fault"], made["heads"], made["rows"]) == ("ready", None, HEADS, 2)
    assert made["mapping"] == ["name", "phone:mobile", "company", "tier", "memo"]
    made = await run(world, admin, made)
    assert (made["state"], *counts(made)) == ("done", 2, 0, 0, 0)
    found = await named(admin, "王小明")
    assert (found["company"], found["tier"], found["memo"]) == ("示例科技", 2, "喜欢下午接电话")
    assert [(one["number"], one["label"]) for one in found["phone_list"]] == [("+8613800138000", "mobile")]
    assert (await named(admin, "李四"))["phones"] == ["+8613800138001"]


async def test_a_spreadsheet_is_understood_with_its_numbers_and_own_fields(world, admin):
    card = await world.make("customer-fields", label="卡号", type="line", unique=True)
    kind = await world.make(
        "customer-fields", label="类型", type="choice", options=[{"label": "居民"}, {"label": "工商"}]
    )
    day = await world.make("customer-fields", label="开户日", type="datetime", required=True)
    rows = [
        ["联系人", "手机号", "卡号", "类型（必填）", "开户日", "标签"],
        ["赵六", 13800138006, 1001, "工商", "2026/3/4", "VIP、欠费"],
    ]
    made = await upload(world, admin, xlsx_of(rows), "客户.xlsx")
    values = [f"values.{one['id']}" for one in (card, kind, day)]
    assert made["mapping"] == ["name", "phone:mobile", *values, "tags"]
    path = f"customer-imports/{made['id']}/preview"
    preview = (await admin.post(path, json={"mapping": made["mapping"]})).json()
    assert [one["text"] for one in preview["rows"][0]["cells"]] == [
        "赵六", "13800138006", "1001", "工商", "2026-03-04", "VIP、欠费",
    ]  # fmt: skip
    assert preview["rows"][0]["fate"] == "created"
    assert await count(world) == 0
    assert counts(await run(world, admin, made, match=values[0])) == (1, 0, 0, 0)
    found = await named(admin, "赵六")
    assert (found["tags"], found["values"][card["id"]], found["values"][day["id"]]) == (
        ["VIP", "欠费"],
        "1001",
        "2026-03-04",
    )


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"  \r\n", "The file is empty."),
        ("姓名,手机\r\n".encode(), "The file has heads only"),
        ("姓名,手机,姓名\r\n1,2,3\r\n".encode("gbk"), "Heads stand twice: 姓名."),
        (b"%PDF-1.7\n1 0 obj\n", "This is no table"),
        (bytes(range(256)) * 8, "This is no table"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "This is an old Excel file"),
        (b"PK\x03\x04 and no zip", "This xlsx file is broken"),
        (("姓名,手机\n" + "王小明,1\n" * 9).encode() + b"\xff\xfe,2\n", "Row 11 has bytes that are not UTF-8"),
        (b"\x80\xff,\xff\n\xff,1\n", "Row 1 has bytes that are not GB18030"),
        (b'a,b\n1,"' + b"x" * 40_000, "Near row 2 a cell has more than 32767 characters"),
        ((",".join(f"h{n}" for n in range(201)) + "\n1\n").encode(), "200 columns at most"),
    ],
)
async def test_what_cannot_be_read_is_said(world, admin, data: bytes, rule: str):
    made = await upload(world, admin, data)
    assert made["state"] == "failed"
    assert rule in made["fault"]
    answer = await admin.post(f"customer-imports/{made['id']}/run", json={"mapping": []})
    assert answer.status_code == 409
    chinese = await admin.get(f"customer-imports/{made['id']}", headers={"Accept-Language": "zh"})
    assert chinese.json()["fault"] != made["fault"]


async def test_a_sheet_that_would_fill_the_memory_ends_its_reader_only(world, admin):
    far = io.BytesIO()
    book = xlsxwriter.Workbook(far)
    page = book.add_worksheet()
    page.write(0, 0, "姓名")
    page.write(1_048_575, 190, "x")
    book.close()
    made = await upload(world, admin, far.getvalue(), "far.xlsx")
    assert "Unpacked, the file is too large" in made["fault"]
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(unrolling.MOST_UNPACKED // (1 << 20) + 1):
                sheet.write(bytes(1 << 20))
    made = await upload(world, admin, bomb.getvalue(), "bomb.xlsx")
    assert "Unpacked, the file is too large" in made["fault"]


async def test_nothing_is_left_of_a_file_that_is_too_large_or_does_not_come_whole(world, admin):
    answer = await admin.post("customer-imports?name=a.csv", content=b"a", headers={"Content-Length": str(201 << 20)})
    assert (answer.status_code, "200 MB" in answer.text) == (413, True)

    async def endless() -> Any:
        for _ in range(210):
            yield bytes(1 << 20)

    answer = await admin.post("customer-imports?name=a.csv", content=endless())
    assert answer.status_code == 413
    assert (await admin.post("customer-imports?name=a.csv", content=b"")).status_code == 422

    class GoneAway(Exception):
        pass

    async def broken_off() -> Any:
        yield b"name,phone\n"
        raise GoneAway

    with pytest.raises(GoneAway):
        await admin.post("customer-imports?name=a.csv", content=broken_off())
    assert not list((world.home / "imports").iterdir())
    assert (await admin.get("customer-imports")).json()["items"] == []


async def test_bad_rows_come_back_as_they_came_with_what_is_wrong_and_can_be_mended(world, admin):
    rows = [HEADS, *people(0, 3), ["", "13900000001", "", "", ""], ["错号", "abc", "", "11", "=1+1"]]
    rows += [["+cmd|' /C calc'!A0", "13900000002", "-2+3", "", "@SUM(1)"]]
    made = await run(world, admin, await upload(world, admin, csv_of(rows).encode("gbk"), "一月.csv"))
    assert counts(made) == (4, 0, 0, 2)
    assert made["has_faults_file"]
    answer = await admin.get(f"customer-imports/{made['id']}/faults", headers={"Accept-Language": "zh"})
    assert "charset=gb18030" in answer.headers["content-type"]
    told = list(csv.reader(io.StringIO(answer.content.decode("gbk"))))
    assert told[0] == [*HEADS, "错误"]
    assert told[1] == ["", "13900000001", "", "", "", "姓名：此项必填。"]
    assert told[2][:5] == ["错号", "abc", "", "11", "'=1+1"]
    assert told[2][5] == "等级：不能大于 9。 手机：不是有效的号码。"
    told[1][0], told[2][1], told[2][3] = "补名", "13900000003", "1"
    again = await upload(world, admin, csv_of(told).encode("gbk"))
    assert again["mapping"] == [*made["mapping"], ""]
    assert counts(await run(world, admin, again)) == (2, 0, 0, 0)
    assert (await named(admin, "错号"))["memo"] == "=1+1"


async def test_no_cell_that_goes_out_is_a_formula(world, admin):
    evil = ['=HYPERLINK("http://x")', "+1", "-1", "@x", "\tx"]
    for encoding in ("utf-8", "utf-16"):
        text = io.StringIO()
        csv.writer(text).writerows([["姓名", "手机", "=head"], *([one, "no", one] for one in evil)])
        made = await run(world, admin, await upload(world, admin, text.getvalue().encode(encoding)))
        assert counts(made) == (0, 0, 0, len(evil))
        content = (await admin.get(f"customer-imports/{made['id']}/faults")).content.decode(
            "utf-16" if "16" in encoding else "utf-8-sig"
        )
        cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    made = await run(world, admin, await upload(world, admin, xlsx_of([["姓名", "手机"], ["x", "no"]]), "a.xlsx"))
    answer = await admin.get(f"customer-imports/{made['id']}/faults")
    [page] = [load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()]
    assert page == [["姓名", "手机", "Errors"], ["x", "no", "手机: This is no telephone number."]]


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


async def test_a_cancelled_import_stops_and_what_was_written_can_be_taken_back(world, admin, monkeypatch):
    monkeypatch.setattr(customer_import_run, "CHUNK", 10)
    made = await upload(world, admin, csv_of([HEADS, *people(0, 50)]).encode())
    real, path = customer_import_run.write_chunk, f"customer-imports/{made['id']}"

    async def cancelled_at_the_second(session: Any, import_id: str, chunk: Any, *more: Any) -> Any:
        written = await real(session, import_id, chunk, *more)
        if chunk.drafts[0].number == 12:
            row = await customer_import_run.get(session, import_id)
            row.state = "cancelled"
        return written

    monkeypatch.setattr(customer_import_run, "write_chunk", cancelled_at_the_second)
    made = await run(world, admin, made)
    assert (made["state"], made["done"], made["created"]) == ("cancelled", 20, 20)
    assert await count(world) == 20
    monkeypatch.setattr(customer_import_run, "write_chunk", real)
    await admin.post(f"{path}/undo")
    await step(world)
    assert await count(world) == 0
    waiting = await upload(world, admin, TEXT.encode())
    assert (await admin.post(f"customer-imports/{waiting['id']}/cancel")).json()["state"] == "cancelled"
    assert (await admin.post(f"customer-imports/{waiting['id']}/cancel")).status_code == 409


async def done(world: Any, import_id: str) -> int:
    async with reading(world.site.engine) as session:
        return await session.scalar(select(CustomerImport.done).where(CustomerImport.id == import_id)) or 0


async def test_a_killed_worker_goes_on_and_no_row_comes_twice(world, admin, database_url, tmp_path):
    total = 3_000
    rows = [HEADS, *people(0, total)]
    for at in range(50, total, 100):
        rows[at][1] = "bad"
    made = await upload(world, admin, csv_of(rows).encode())
    answer = await admin.post(f"customer-imports/{made['id']}/run", json={"mapping": made["mapping"]})
    assert answer.status_code == 202
    code = (
        "import sys\nfrom callroom.actions import customer_import_run as r\nr.CHUNK = 50\n"
        "from callroom import worker\nworker.main()\n"
    )
    env = os.environ | {"CALLROOM_DATABASE_URL": database_url, "CALLROOM_HOME": str(world.home)}
    for share in (0.2, 0.5):
        process = await create_subprocess_exec(sys.executable, "-c", code, env=env)
        try:
            while await done(world, made["id"]) < total * share:
                assert process.returncode is None
                await sleep(0.01)
        finally:
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()
        async with writing(world.site.engine) as session, session.begin():  # the dead one's lease runs out
            long_ago = world.site.now() - timedelta(days=1)
            await session.execute(update(Job).where(Job.kind == jobs.IMPORT_RUN).values(updated_at=long_ago))
    await step(world)
    world.clients.pop("admin")  # that worker's clock is a real one: it threw this test's old sessions away
    admin = await world.client("admin")
    made = (await admin.get(f"customer-imports/{made['id']}")).json()
    bad = len(range(50, total, 100))
    assert (made["state"], *counts(made)) == ("done", total - bad, 0, 0, bad)
    assert await count(world) == total - bad
    async with reading(world.site.engine) as session:
        phones = await session.scalar(select(func.count()).select_from(CustomerPhone))
    assert phones == total - bad
    told = (await admin.get(f"customer-imports/{made['id']}/faults")).text.splitlines()
    assert len(told) == bad + 1


async def test_the_template_has_the_own_fields_in_ones_language_and_is_known_when_it_comes_back(world, admin):
    await world.make("customer-fields", label="卡号", type="line")
    await world.make("customer-fields", label="备注", type="line")
    for language, first in (("zh", "姓名"), ("en", "Name")):
        for form in ("csv", "xlsx"):
            answer = await admin.get(
                "customer-imports/template", params={"format": form}, headers={"Accept-Language": language}
            )
            assert answer.status_code == 200
            if form == "xlsx":
                page = load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0)
                heads = page.to_python()[0]
            else:
                heads = next(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
            assert heads[0] == first
            assert "卡号" in heads and len(set(heads)) == len(heads)
            made = await upload(world, admin, csv_of([heads, ["甲"] + [""] * (len(heads) - 1)]).encode())
            assert "" not in made["mapping"] and len(set(made["mapping"])) == len(heads)


async def test_a_field_that_is_changed_while_the_import_runs_is_read_anew(world, admin, monkeypatch):
    monkeypatch.setattr(customer_import_run, "CHUNK", 2)
    field = await world.make(
        "customer-fields", label="类型", type="choice", options=[{"label": "居民"}, {"label": "工商"}]
    )
    rows = [["姓名", "手机", "类型"], *([f"客{n}", phone, "工商"] for n, phone in enumerate(numbers(0, 6)))]
    made = await upload(world, admin, csv_of(rows).encode())
    real = customer_import_run.write_chunk

    async def renamed_before_the_second(session: Any, import_id: str, chunk: Any, *more: Any) -> Any:
        if chunk.drafts[0].number == 4:
            row = await session.get(CustomerField, field["id"])
            row.options = [row.options[0]]
        return await real(session, import_id, chunk, *more)

    monkeypatch.setattr(customer_import_run, "write_chunk", renamed_before_the_second)
    assert counts(await run(world, admin, made)) == (2, 0, 0, 4)
