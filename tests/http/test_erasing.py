"""One person's data, handed over and erased: afterwards nothing in the database and in the folders tells of him."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import MetaData, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import audit, jobs
from callroom.chores import Work, erase_person
from callroom.store.database import reading, writing
from callroom.store.tables import (
    AuditEntry,
    CallbackRow,
    FaxRow,
    IdempotencyKey,
    JourneyRow,
    MessagePart,
    MessageRow,
    NoticeRow,
    PinLock,
    Recording,
    SmsOptOut,
    SurveyAnswerRow,
    Voicemail,
)
from callroom.worker import Worker
from complaints import make
from imports import HEADS, csv_of, upload

NAME, NUMBER, SECOND = "欧阳小明", "+8613800138000", "+862162345678"
DAY = "2026/11/23"
TELLING = ("欧阳小明", "13800138000", "62345678", "13912345678", "ming@example.com", "住在长江路", "想退货", "东方茶庄")


@pytest.fixture
async def him(world, admin: AsyncClient, table, engine: AsyncEngine) -> dict[str, Any]:
    """A customer of whom there is something everywhere, and another one who shares a phone with him."""
    now, agent = world.site.now(), world.ids["agent"]
    mail = await world.make("customer-fields", label="邮箱", type="email")
    spare = await world.make("customer-fields", label="备用", type="phone")
    values = {mail["id"]: "ming@example.com", spare["id"]: "13912345678"}
    row = await world.make(
        "customers", name=NAME, company="东方茶庄", memo="住在长江路18号", values=values,
        phones=["13800138000", "021-62345678", "13700137000"],
    )  # fmt: skip
    await world.make("customers", name="李四", phones=["13700137000"], shared_phones=True)
    id = row["id"]
    changed = await admin.patch(f"customers/{id}", json={"memo": "住在长江路18号，后门"}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200
    record = await make(admin, table, customer=id, memo="想退货", values={"what": "想退货 138 0013 8000"})
    product = await world.make("products", code="A", name="滤芯", price=100)
    await world.make("orders", customer=id, memo="想退货", lines=[{"product": product["id"], "quantity": 1}])
    memo = await world.make("memos", customer=id, text="想退货")
    await world.make("customer-views", name="他", filter={"q": "13800138000"})
    document = {
        "id": "j1", "direction": "inbound", "started_at": now.isoformat(), "ended_at": now.isoformat(), "from": NUMBER,
        "to": "+862161234567", "customer": {"id": id, "name": NAME, "tier": 0},
        "legs": [{"id": "l1", "party": "caller", "number": NUMBER, "name": NAME, "started_at": now.isoformat()}],
        "ivr_steps": [{"node": "n", "label": f"号码 {NUMBER}", "key": "1", "at": now.isoformat()}],
    }  # fmt: skip
    times = {"created_at": now, "changed_at": now, "due_at": now}
    rows: list[Any] = [
        JourneyRow(id="j1", direction="inbound", started_at=now, ended_at=now, from_number=NUMBER, customer_id=id,
                   to_number="+862161234567", has_recording=True, document=document, agent_id=agent),
        JourneyRow(id="j2", direction="outbound", started_at=now, ended_at=now, from_number="8001", to_number=SECOND,
                   document={"id": "j2", "from": "8001", "to": SECOND, "legs": [{"number": "02162345678"}]}),
        JourneyRow(id="j3", direction="inbound", started_at=now, ended_at=now, from_number="+8613700137000",
                   to_number="+862161234567", document={"id": "j3", "from": "+8613700137000"}),
    ]  # fmt: skip
    others: list[Any] = [
        Recording(id="r1", journey_id="j1", path=f"{DAY}/r1", started_at=now, seconds=9, agent_id=agent),
        SurveyAnswerRow(journey_id="j1", question=0, survey_id="s", asked_at=now, meaning="satisfied"),
        Voicemail(id="v1", journey_id="j2", box_kind="queue", box_id="q", path=f"{DAY}/v1", seconds=3, caller=SECOND,
                  left_at=now),
        FaxRow(id="f1", box_id="b", direction="in", state="received", number=SECOND, path=f"{DAY}/f1", station=SECOND,
               created_at=now, changed_at=now),
        MessageRow(id="m1", direction="out", state="sent", number=NUMBER, gateway_id="g", text=f"{NAME}您好",
                   encoding="ucs2", customer_id=id, expires_at=now, **times),
        MessagePart(gateway_id="g", provider_id="p1", message_id="m1", at=now),
        CallbackRow(id="cb1", queue_id="q", number=NUMBER, asked_at=now, changed_at=now, state="done",
                    origin_journey="j1"),
        NoticeRow(user_id=agent, kind="memo_due", subject_kind="memo", subject_id=memo["id"], text={"customer": NAME},
                  at=now),
        SmsOptOut(number=NUMBER, at=now),
        PinLock(kind="caller", name=NUMBER, until=now),
        IdempotencyKey(user_id=agent, key="k", created_at=now, request_hash="h", status=201,
                       body={"id": id, "name": NAME}),
    ]  # fmt: skip
    async with writing(engine) as session, session.begin():
        session.add_all(rows)
        await session.flush()
        session.add_all(others)
        told = {"number": "13800138000", "name": NAME, "memo": "想退货"}
        await audit.record(
            session, audit.SYSTEM, "record.updated", now=now, subject=("record", record["id"]), after=told
        )
        await audit.record(session, audit.SYSTEM, "call.x", now=now, before={"to": [NUMBER]}, after={"kept": "other"})
        await jobs.put(session, jobs.MAIL, {"to": "a@b.cn", "text": f"{NAME} {NUMBER}"}, now)
    for folder, file in (
        ("recordings", "r1.wav"),
        ("recordings", "v1.wav"),
        ("faxes", "f1.pdf"),
        ("recordings", "x.wav"),
    ):
        (world.home / folder / DAY).mkdir(parents=True, exist_ok=True)
        (world.home / folder / DAY / file).write_bytes(b"RIFF")
    return row


async def hits(engine: AsyncEngine, *words: str) -> list[tuple[str, str]]:
    """Table and word wherever one of them stands, in any column of any table that the database has."""
    found: list[tuple[str, str]] = []
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: (meta := MetaData(), meta.reflect(sync))[0].tables.keys())
        if connection.dialect.name == "sqlite":
            names = await connection.run_sync(
                lambda sync: [
                    row[0] for row in sync.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
                ]
            )
        for name in names:
            for row in await connection.execute(text(f'SELECT * FROM "{name}"')):
                whole = " ".join(map(str, row))
                plain = whole.encode().decode("unicode_escape", "ignore") if "\\u" in whole else whole
                found += [(name, word) for word in words if word in whole or word in plain]
    return sorted(set(found))


def files(home: Path) -> list[str]:
    return sorted(file.name for folder in ("recordings", "faxes") for file in (home / folder).rglob("*.*"))


async def test_a_person_gets_all_that_is_kept_of_him(world, admin, him):
    answer = await admin.get(f"customers/{him['id']}/person/file")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        assert sorted(pack.namelist()) == ["data.json", "faxes/f1.pdf", "recordings/r1.wav", "voicemails/v1.wav"]
        told = json.loads(pack.read("data.json"))
    assert told["customer"]["name"] == NAME
    assert {one["number"] for one in told["phones"]} == {NUMBER, SECOND, "+8613700137000"}
    assert {one["id"] for one in told["journeys"]} == {"j1", "j2"}
    for name in (
        "recordings", "voicemails", "faxes", "messages", "records", "orders", "order_lines", "memos", "history",
        "changes", "survey_answers", "callbacks",
    ):  # fmt: skip
        assert told[name], name
    async with reading(world.site.engine) as session:
        logged = select(AuditEntry.after).where(AuditEntry.action == "customer.exported")
        assert list(await session.scalars(logged)) == [None]


async def test_nothing_is_left_of_who_was_erased(world, admin, engine, him):
    assert {word for _, word in await hits(engine, *TELLING)} == set(TELLING)  # the search finds what is there
    shown = (await admin.get(f"customers/{him['id']}/person")).json()
    assert shown["counts"]["journeys"] == 2 and shown["counts"]["recordings"] == 1
    path = f"customers/{him['id']}/erase"
    assert (await admin.post(path, json={"name": "李四", "code": shown["code"]})).status_code == 422
    assert (await admin.post(path, json={"name": NAME, "code": "old"})).status_code == 412
    job = (await admin.post(path, json={"name": NAME, "code": shown["code"]})).json()
    assert (await admin.get(f"customers/{him['id']}")).status_code == 404
    assert (await admin.post(f"customers/{him['id']}/restore")).status_code == 404
    assert await Worker(engine, world.home, now=world.site.now).step((jobs.ERASE,))
    done = (await admin.get(f"jobs/{job['id']}")).json()
    assert done["state"] == "done", done
    assert await hits(engine, *TELLING) == []
    assert files(world.home) == ["x.wav"]
    async with reading(engine) as session:
        assert await audit.first_broken_entry(session) is None
        kept = {row.id: row for row in await session.scalars(select(JourneyRow))}
        assert (kept["j1"].agent_id, kept["j1"].from_number, kept["j1"].document["from"]) == (
            world.ids["agent"],
            "",
            "",
        )
        assert kept["j3"].from_number == "+8613700137000"  # a phone that another customer has
        log = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "customer.erased"))).one()
        assert (log.actor, log.subject_id, log.before, log.after) == ("admin", him["id"], None, None)
    assert (await admin.get("journeys/j1")).status_code == 200
    assert [one["name"] for one in (await admin.get("customers")).json()["items"]] == ["李四"]


async def test_the_files_in_which_he_came_go_with_him(world, admin, engine, him):
    mine = await upload(world, admin, csv_of([HEADS, [NAME, "138 0013 8000", "", "", ""]]).encode("gbk"))
    other = await upload(world, admin, csv_of([HEADS, ["李四", "13700137000", "", "", ""]]).encode("gbk"))
    shown = (await admin.get(f"customers/{him['id']}/person")).json()
    await admin.post(f"customers/{him['id']}/erase", json={"name": NAME, "code": shown["code"]})
    assert await Worker(engine, world.home, now=world.site.now).step((jobs.ERASE,))
    assert [one.name for one in (world.home / "imports").iterdir()] == [other["id"]]
    states = {one["id"]: one["state"] for one in (await admin.get("customer-imports")).json()["items"]}
    assert states == {mine["id"]: "cancelled", other["id"]: "ready"}


async def test_an_erasing_that_broke_off_is_ended_by_the_next_worker(world, admin, engine, him):
    shown = (await admin.get(f"customers/{him['id']}/person")).json()
    body = {"name": NAME, "code": shown["code"]}
    job = (await admin.post(f"customers/{him['id']}/erase", json=body)).json()

    class Dies(Exception):
        pass

    for times in (1, 5, 1_000):
        left = [times]

        async def progress(share: float, left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise Dies

        work = Work(
            job["id"], {"customer": him["id"], "by": [None, "x", ""]}, engine, world.home, world.site.now, progress
        )
        try:
            await erase_person(work)
        except Dies:
            continue
    assert await hits(engine, *TELLING) == []
