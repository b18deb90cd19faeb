"""Records as lists and as files: filtered, sorted, in pages."""

import asyncio
import csv
import io
import zipfile
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select

from callroom.http import downloads
from callroom.store.database import reading
from callroom.store.tables import AuditEntry
from complaints import listed, make, step

XLSX = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


async def test_a_list_is_filtered_sorted_and_paged(world, agent: AsyncClient, table):
    rows = [
        {"what": "漏气", "cost": 10, "visit": "2026-11-20", "kind": "leak", "paid": True},
        {"what": "账单 100%", "cost": -5, "visit": "2026-11-25 07:00", "parts": ["a"]},  # the day before in UTC
        {"what": "账单", "cost": 200, "phone": "021-62345678", "parts": ["a", "b"]},
    ]
    made = [await make(agent, table, values=values, memo=f"备注{at}") for at, values in enumerate(rows)]
    await step(agent, made[2], "done")
    for params, numbers in (
        ({"f.what": "账单"}, [2, 3]),
        ({"f.what": "100%"}, [2]),
        ({"f.kind": "leak"}, [1]),
        ({"f.kind": ["leak", "bill"]}, [1, 2, 3]),
        ({"f.parts": "b"}, [3]),
        ({"f.cost": "0..10"}, [1]),
        ({"f.cost": "..0"}, [2]),
        ({"f.cost": "200"}, [3]),
        ({"f.visit": "2026-11-21..2026-11-25"}, [2]),
        ({"f.visit": "2026-11-20"}, [1]),
        ({"f.visit": "2026-11-25"}, [2]),
        ({"f.visit": "..2026-11-24"}, [1]),
        ({"f.paid": "true"}, [1]),
        ({"f.paid": "false"}, [2, 3]),
        ({"f.phone": "6234"}, [3]),
        ({"q": "备注1"}, [2]),
        ({"q": "6234"}, [3]),
        ({"q": "#3"}, [3]),
        ({"q": "漏气"}, [1]),
        ({"status": "done"}, [3]),
        ({"closed": False}, [1, 2]),
        ({"owner": world.ids["agent"], "f.what": "漏气"}, [1]),
        ({"owner": world.ids["admin"]}, []),
        ({"from": (world.site.now() + timedelta(1)).isoformat()}, []),
    ):
        assert sorted(await listed(agent, table, **params)) == numbers, params
    for wrong in (
        {"f.visit": "soon"},
        {"f.cost": "x..y"},
        {"f.gone": "1"},
        {"sort": "memo"},
        {"cursor": "??"},
        {"from": "today"},
    ):
        assert (await agent.get(f"tables/{table['id']}/records", params=wrong)).status_code == 422, wrong
    for sort in ("number", "-number", "created_at", "-created_at", "due_at", "-updated_at"):
        seen: list[int] = []
        cursor = ""
        while cursor is not None:
            params = {"limit": 2, "sort": sort, "cursor": cursor}
            page = (await agent.get(f"tables/{table['id']}/records", params=params)).json()
            seen += [one["number"] for one in page["items"]]
            cursor = page["next"]
        assert sorted(seen) == [1, 2, 3], sort
        if sort.endswith("number"):
            assert seen == ([1, 2, 3] if sort == "number" else [3, 2, 1])
    assert len((await agent.get("records")).json()["items"]) == 3


async def test_a_download_holds_what_is_listed_and_no_formulas(world, agent: AsyncClient, table):
    for values in (
        {"what": "=1+1", "cost": -3, "meter": "@x"},
        {"what": "安静", "visit": "2026-11-25 14:30", "kind": "漏气"},
    ):
        await make(agent, table, values=values, memo="+cmd|' /C calc'!A0")
    path = f"tables/{table['id']}/records/download"
    asked = {"format": "csv", "sort": "number"}
    answer = await agent.get(path, params=asked, headers={"Accept-Language": "zh-CN"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer.headers["content-disposition"]
    head, *rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert head[:3] == ["编号", "状态", "客户"] and head[-1] == "已付"
    first, second = (dict(zip(head, row, strict=True)) for row in rows)
    assert (first["问题"], first["费用"], first["表号"], first["备注"][:5]) == ("'=1+1", "-3", "'@x", "'+cmd")
    assert (second["上门"], second["类型"], second["创建时间"]) == ("2026-11-25 14:30", "漏气", "2026-11-23 09:30")

    sheet = await agent.get(path, params={"f.what": "=1+1"})
    page = ElementTree.fromstring(zipfile.ZipFile(io.BytesIO(sheet.content)).read("xl/worksheets/sheet1.xml"))
    cells = {cell.get("r"): (cell.get("t"), "".join(cell.itertext())) for cell in page.iter(f"{XLSX}c")}
    columns = {
        text: (at or "").removesuffix("1") for at, (_, text) in cells.items() if (at or "").rstrip("1").isalpha()
    }
    row = {name: cells.get(f"{column}2") for name, column in columns.items()}
    assert (row["Number"], row["问题"], row["费用"]) == ((None, "1"), ("inlineStr", "=1+1"), (None, "-3"))
    assert "A3" not in cells and not list(page.iter(f"{XLSX}f"))  # a text, no formula
    async with reading(world.site.engine) as session:
        wanted = select(AuditEntry.after).where(AuditEntry.action == "records.downloaded").order_by(AuditEntry.id)
        told = list(await session.scalars(wanted))
    assert [(one or {})["records"] for one in told] == [2, 1]


async def test_nobody_waits_until_a_file_is_written(world, agent: AsyncClient, table, monkeypatch: pytest.MonkeyPatch):
    fill = downloads._fill

    async def beside_others(*file: Any) -> None:
        async with asyncio.timeout(30):
            await make(agent, table)
        await fill(*file)

    monkeypatch.setattr(downloads, "_fill", beside_others)
    answer = await agent.get(f"tables/{table['id']}/records/download")
    assert (answer.status_code, await listed(agent, table)) == (200, [1])


async def test_a_sheet_takes_so_many_rows(agent: AsyncClient, table, refused, monkeypatch: pytest.MonkeyPatch):
    for _ in range(2):
        await make(agent, table)
    monkeypatch.setattr(downloads, "MOST_ROWS", 1)
    path = f"tables/{table['id']}/records/download"
    assert refused(await agent.get(path)) == {("format", "too_many_rows")}
    assert (await agent.get(path, params={"format": "csv"})).status_code == 200
