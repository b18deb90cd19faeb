"""Files of customers: read in whatever form they come, and what was wrong in them sent back."""

import csv
import io
import zipfile
from typing import Any

import pytest
import xlsxwriter
from python_calamine import load_workbook

from callroom.media.sheets import unrolling
from imports import HEADS, TEXT, count, counts, csv_of, named, people, run, upload, xlsx_of

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


def zipped(of_new_form: bool = False, name: bytes = b"\xc3\xb6.xml") -> bytes:
    """A packed file whose table of contents asks for what no reader knows, or has a name that is no UTF-8."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("ö.xml", "")
    contents = packed.getvalue().replace(b"\xc3\xb6.xml", name)
    at = contents.index(b"PK\x01\x02") + 6
    return contents[:at] + (b"\xff" if of_new_form else contents[at : at + 1]) + contents[at + 1 :]


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
        (zipped(of_new_form=True), "This xlsx file is broken"),
        (zipped(name=b"\xff\xff.xml"), "This xlsx file is broken"),
        (zipped(), "This is no table"),
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
    assert not (world.home / "imports" / made["id"]).exists(), "of no more use, and maybe full of people"
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
    evil = ['=HYPERLINK("http://x")', "+1", "-1", "@x", "\tx", "＝1+1", "＋1", "－1", "＠x", "\n=1+1"]
    for encoding in ("utf-8", "utf-16"):
        text = io.StringIO()
        csv.writer(text).writerows([["姓名", "手机", "=head"], *([one, "no", one] for one in evil)])
        made = await run(world, admin, await upload(world, admin, text.getvalue().encode(encoding)))
        assert counts(made) == (0, 0, 0, len(evil))
        content = (await admin.get(f"customer-imports/{made['id']}/faults")).content.decode(
            "utf-16" if "16" in encoding else "utf-8-sig"
        )
        cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
        assert not [cell for cell in cells if cell.startswith(tuple("=+-@＝＋－＠\t\r\n"))]
    made = await run(world, admin, await upload(world, admin, xlsx_of([["姓名", "手机"], ["x", "no"]]), "a.xlsx"))
    answer = await admin.get(f"customer-imports/{made['id']}/faults")
    [page] = [load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()]
    assert page == [["姓名", "手机", "Errors"], ["x", "no", "手机: This is no telephone number."]]


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


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_what_was_downloaded_is_understood_when_it_comes_back(world, admin, language: str, form: str):
    """Unchanged it changes nobody; what was changed in it is taken over."""
    kind = await world.make(
        "customer-fields", label="类型", type="choices", options=[{"label": "居民"}, {"label": "工商"}]
    )
    since = await world.make("customer-fields", label="开户日", type="datetime")
    paid = await world.make("customer-fields", label="已付", type="yes_no")
    sum_of = await world.make("customer-fields", label="余额", type="number")
    values = {kind["id"]: "居民、工商", since["id"]: "2026-03-04 08:30", paid["id"]: False, sum_of["id"]: -3.5}
    old = await world.make(
        "customers", name="=王小明", company="+示例", phones=["13800138000", "02161234567"], tags=["A", "b c"], tier=3,
        stage="old", owner=world.ids["agent"], do_not_call=True, no_mail=True, memo="@下午\n接电话", values=values,
    )  # fmt: skip
    await world.make("customers", name="李四", phones=["13800138001"], stage="satisfied", values={paid["id"]: True})
    headers = {"Accept-Language": language}
    file = (await admin.get("customers/download", params={"format": form}, headers=headers)).content
    made = await upload(world, admin, file, f"customers.{form}")
    left_out = [head for head, target in zip(made["heads"], made["mapping"], strict=True) if not target]
    assert left_out == (["创建时间", "最近修改"] if language == "zh" else ["Made at", "Changed at"])
    assert counts(await run(world, admin, made, rule="update", match="phones")) == (0, 0, 2, 0)
    kept = (await admin.get(f"customers/{old['id']}")).json()
    assert (kept["version"], kept["values"]) == (old["version"], old["values"])
    text = file.decode("utf-8-sig").replace("李四", "李四四") if form == "csv" else ""
    if text:
        again = await run(world, admin, await upload(world, admin, text.encode(), "c.csv"), rule="update")
        assert counts(again) == (0, 1, 1, 0)
        assert (await named(admin, "李四四"))["stage"] == "satisfied"
