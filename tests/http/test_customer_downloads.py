"""Customers as files: the same ones in the same order as the list, in chosen columns, as far as one may see them."""

import csv
import io
import zipfile
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select, update

from callroom.http import customer_downloads
from callroom.store.database import reading, writing
from callroom.store.tables import AuditEntry, User

Row = dict[str, str]


async def rows_of(client: AsyncClient, language: str = "en", **asked: Any) -> list[Row]:
    answer = await client.get(
        "customers/download", params={"format": "csv"} | asked, headers={"Accept-Language": language}
    )
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.fixture
async def people(world) -> dict[str, Any]:
    size = await world.make("customer-fields", label="面积", type="number")
    card = await world.make("customer-fields", label="证件", type="line", masked=True)
    parts = await world.make(
        "customer-fields",
        label="部件",
        type="choices",
        options=[{"id": "a", "label": "表"}, {"id": "b", "label": "管"}],
    )
    values = {size["id"]: -3.5, card["id"]: "310101199001011234", parts["id"]: ["a", "b"]}
    await world.make(
        "customers", name="=1+1", company="@SUM(A1)", phones=["13800138000", "+442071838750"], tags=["大客户", "老友"],
        tier=2, memo="+cmd|' /C calc'!A0", values=values, owner=world.ids["agent"], do_not_call=True, stage="old",
    )  # fmt: skip
    await world.make("customers", name="安", memo="打 13700137000")
    await world.make("customers", name="白")
    return {"size": size["id"], "card": card["id"]}


async def test_a_file_holds_what_the_list_shows_in_its_order(world, agent, people, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(customer_downloads, "BATCH", 1)
    for asked in (
        {}, {"sort": "-name"}, {"sort": "-created_at"}, {"sort": "tier"}, {"sort": "-updated_at"},
        {"q": "1"}, {"tier": 2}, {"stage": "new", "sort": "-tier"}, {"where": f"{people['size']}:le:0"},
    ):  # fmt: skip
        listed = [one["name"] for one in (await agent.get("customers", params=asked)).json()["items"]]
        assert [row["Name"].removeprefix("'") for row in await rows_of(agent, **asked)] == listed, asked
    assert len(await rows_of(agent)) == 3
    for wrong in ({"sort": "memo"}, {"sort": "name;--"}, {"column": "values.gone"}, {"column": "search_text"},
                  {"where": "x"}, {"format": "pdf"}):  # fmt: skip
        assert (await agent.get("customers/download", params=wrong)).status_code == 422, wrong


async def test_cells_are_plain_and_say_what_stands_there(admin, people):
    first = (await rows_of(admin, tier=2))[0]
    assert first == {
        "Name": "'=1+1", "Company": "'@SUM(A1)", "Phones": "13800138000, +442071838750", "Tier": "2",
        "Stage": "Long-standing", "Owner": "agent", "Tags": "大客户, 老友", "Do not call": "yes", "No mails": "no",
        "Memo": "'+cmd|' /C calc'!A0", "Made at": "2026-11-23 09:30", "Changed at": "2026-11-23 09:30",
        "面积": "-3.5", "证件": "310101199001011234", "部件": "表; 管",
    }  # fmt: skip
    chosen = await rows_of(admin, "zh", tier=2, column=[f"values.{people['size']}", "stage", "name"])
    assert chosen == [{"面积": "-3.5", "客户阶段": "老客户", "姓名": "'=1+1"}]
    sheet = await admin.get("customers/download", params={"tier": 2})
    page = zipfile.ZipFile(io.BytesIO(sheet.content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page and "=1+1" in page and "<v>-3.5</v>" in page


async def test_a_file_holds_no_more_than_its_reader_sees(world, agent, people):
    async with writing(world.site.engine) as session, session.begin():
        await session.execute(update(User).where(User.login == "agent").values(number_visibility="middle"))
    first, second, _ = await rows_of(agent, sort="created_at")
    assert (first["Phones"], first["证件"], second["Memo"]) == (
        "138****8000, +4420****8750", "****", "打 137****7000",
    )  # fmt: skip
    whole = (await agent.get("customers/download", params={"format": "csv"})).text
    for secret in ("13800138000", "2071838750", "13700137000", "310101199001011234"):
        assert secret not in whole
    full = (await (await world.client("admin")).get("customers/download", params={"format": "csv"})).text
    assert "13700137000" in full and "310101199001011234" in full


async def test_each_download_is_told_of(world, agent, people):
    await rows_of(agent, q="安", column=["name"])
    async with reading(world.site.engine) as session:
        entry = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "customers.downloaded"))).one()
    assert (entry.actor, entry.after) == ("agent", {"customers": 1, "columns": ["name"], "format": "csv"})
