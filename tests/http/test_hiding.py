"""Numbers hidden from an agent are in no answer, whatever he asks (CC-24)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import faxes
from callroom.store.database import reading, writing
from callroom.store.tables import (
    CallbackRow,
    Customer,
    CustomerPhone,
    Extension,
    FaxBox,
    FaxRow,
    Job,
    JourneyRow,
    Queue,
    QueueMember,
    Recording,
    Setting,
    User,
    Voicemail,
)

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # as in conftest
NUMBER = "+8613800138000"
LAST = "00138000"  # the digits that no written form is without
MADE = {"created_at": NOW, "updated_at": NOW}
DAY = "2026/11/23"


def leaks(answer: Response) -> list[str]:
    """Where an answer tells the number: in its body, however it is written there, or in its headers."""
    parts = {"body": answer.text, "headers": str(answer.headers)}
    return [where for where, text in parts.items() if LAST in re.sub(r"[\s().-]", "", text)]


@pytest.fixture
async def sold(world: Any, engine: AsyncEngine) -> Any:
    """An agent who has to do with one customer in every way there is; the number stands wherever it can."""
    agent = world.ids["agent"]
    journey = {
        "id": "j1", "direction": "inbound", "origin": None, "started_at": NOW.isoformat(), "answered_at": None,
        "ended_at": NOW.isoformat(), "from": NUMBER, "to": "+862161234567", "did": "+862161234567",
        "customer": {"id": "c1", "name": "138 0013 8000"},
        "legs": [
            {"party": "caller", "agent": None, "number": NUMBER, "started_at": NOW.isoformat()},
            {"party": "agent", "agent": agent, "number": "8001", "device": "d1", "started_at": NOW.isoformat()},
            {"party": "called", "agent": None, "number": "013800138000", "started_at": NOW.isoformat()},
        ],
        "voicemail": {"id": "v1", "box_kind": "queue", "box_id": "sales", "seconds": 3.0, "left_at": NOW.isoformat()},
    }  # fmt: skip
    async with writing(engine) as session, session.begin():
        session.add_all(
            [
                Setting(key="site", value={"country": "CN", "area_code": "021"}),
                Extension(id="e1", number="8001", **MADE),
                Queue(id="sales", name="Sales", overflow={"kind": "hang_up"}, **MADE),
                FaxBox(id="fb", name="Office", number="6901", user_ids=[agent], emails=["office@example.net"], **MADE),
                Customer(
                    id="c1", name="138 0013 8000", company="13800138000", memo="Mobile: 138-0013-8000", seq=1, **MADE
                ),
            ]
        )
        await session.flush()
        session.add_all(
            [
                CustomerPhone(id="ph1", customer_id="c1", number=NUMBER),
                QueueMember(queue_id="sales", user_id=agent),
                JourneyRow(
                    id="j1", seq=1, direction="inbound", started_at=NOW, ended_at=NOW, from_number=NUMBER,
                    to_number="+862161234567", customer_id="c1", agent_id=agent, queue_id="sales", has_recording=True,
                    document=journey,
                ),
                Voicemail(id="v1", journey_id="j1", box_kind="queue", box_id="sales", path=f"{DAY}/v1", seconds=3,
                          caller=NUMBER, left_at=NOW),
                FaxRow(id="f1", box_id="fb", direction="in", state="received", number=NUMBER, path=f"{DAY}/f1",
                       name="13800138000.pdf", cover="to 13800138000", station="86 138 0013 8000", pages=1,
                       pages_total=1, created_at=NOW, changed_at=NOW, created_by=agent, journey_id="j1"),
                CallbackRow(id="cb1", queue_id="sales", number=NUMBER, asked_at=NOW, changed_at=NOW, state="waiting",
                            origin_journey="j1"),
            ]
        )  # fmt: skip
        await session.flush()
        session.add(Recording(id="r1", journey_id="j1", path=f"{DAY}/r1", started_at=NOW, seconds=9, agent_id=agent))
        await session.execute(update(User).where(User.id == agent).values(extension_id="e1"))
    for folder, file in (("recordings", "r1.wav"), ("recordings", "v1.wav"), ("faxes", "f1.pdf")):
        (world.home / folder / DAY).mkdir(parents=True, exist_ok=True)
        (world.home / folder / DAY / file).write_bytes(b"RIFF")
    return world


async def see(engine: AsyncEngine, world: Any, visibility: str) -> None:
    async with writing(engine) as session, session.begin():
        await session.execute(update(User).where(User.id == world.ids["agent"]).values(number_visibility=visibility))


def questions(world: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Every address that can be asked, each row that is there, and searches for the number."""
    ids = ("c1", "j1", "r1", "v1", "f1", "sales", "e1", "fb")
    for path, operations in world.app.openapi()["paths"].items():
        if "get" not in operations:
            continue
        path = path.removeprefix("/api/v1/").replace("{page}", "1")
        for id in ids if "{" in path else ("",):
            yield re.sub(r"\{\w+\}", id, path), {}
    for list_of in ("customers", "journeys", "faxes", "voicemails"):
        for field in ("q", "number"):
            yield list_of, {field: "13800138000"}
    yield "journeys", {"party": "j1"}
    yield "customers", {"journey": "j1"}


async def test_no_answer_holds_a_hidden_number(sold: Any, engine: AsyncEngine):
    agent = await sold.client("agent")
    for visibility, expected in (("full", True), ("middle", False), ("name", False)):
        await see(engine, sold, visibility)
        told = [(path, query) for path, query in questions(sold) if leaks(await agent.get(path, params=query))]
        if expected:  # the questions are such that their answers would tell
            paths = {path for path, _ in told}
            assert paths >= {"customers", "customers/c1", "journeys", "journeys/j1", "voicemails", "faxes", "faxes/f1"}
        else:
            assert told == []


async def test_files_are_named_by_four_digits_at_most(sold: Any, engine: AsyncEngine):
    agent = await sold.client("agent")
    for visibility, digits in (("middle", "8000"), ("name", "")):
        await see(engine, sold, visibility)
        for path in ("recordings/r1/sound", "voicemails/v1/sound", "faxes/f1/pdf"):
            answer = await agent.get(path)
            assert answer.status_code == 200, path
            name = re.search(r'filename="(.+?)"', answer.headers["content-disposition"])
            assert name is not None and name[1].partition(".")[0].endswith(f"-013000{digits and '-'}{digits}"), name


async def test_a_leader_sees_whole_numbers(sold: Any):
    for role in ("admin", "auditor"):
        assert leaks(await (await sold.client(role)).get("journeys/j1"))


async def test_a_refusal_repeats_no_number_that_the_agent_was_not_shown(sold: Any, engine: AsyncEngine):
    await see(engine, sold, "middle")
    agent = await sold.client("agent")
    taken = await agent.post("customers", json={"name": "Wang", "phones": [{"journey": "j1"}]})
    assert taken.status_code == 409
    assert taken.json()["errors"][0]["field"] == "phones"
    assert not leaks(taken)


async def phones(client: AsyncClient, customer: str) -> list[str]:
    return (await client.get(f"customers/{customer}")).json()["phones"]


async def test_the_caller_becomes_a_customer_by_his_call(sold: Any, engine: AsyncEngine, admin: AsyncClient):
    await see(engine, sold, "name")
    agent = await sold.client("agent")
    assert (await admin.delete("customers/c1")).status_code == 204
    made = await agent.post("customers", json={"name": "Wang", "phones": [{"journey": "j1"}]})
    assert made.status_code == 201
    assert made.json()["phones"] == ["****"]
    assert await phones(admin, made.json()["id"]) == [NUMBER]
    found = (await agent.get("customers", params={"journey": "j1"})).json()["items"]
    assert [customer["name"] for customer in found] == ["Wang"]


async def test_a_call_that_is_not_his_lends_him_no_number(sold: Any, engine: AsyncEngine):
    async with writing(engine) as session, session.begin():
        session.add(
            JourneyRow(
                id="j2", seq=1, direction="inbound", started_at=NOW - timedelta(days=1), from_number="+8613900000001",
                to_number="+862161234567", document={"legs": []},
            )
        )  # fmt: skip
    agent = await sold.client("agent")
    for path, field in (("journeys", "party"), ("customers", "journey")):
        assert (await agent.get(path, params={field: "j2"})).status_code == 404
    made = await agent.post("customers", json={"name": "Li", "phones": [{"journey": "j2"}]})
    assert made.status_code == 404


@pytest.mark.parametrize(("visibility", "told"), [("full", NUMBER), ("middle", "+86138****8000"), ("name", "****")])
async def test_mail_of_a_fax_box_tells_what_all_may_see_who_look_into_it(
    sold: Any, engine: AsyncEngine, visibility: str, told: str
):
    await see(engine, sold, visibility)
    async with writing(engine) as session, session.begin():
        await session.execute(update(FaxRow).where(FaxRow.id == "f1").values(state="arrived"))
        await faxes.prepared(session, "f1", NOW, pages=1)
    async with reading(engine) as session:
        [mail] = await session.scalars(select(Job.arguments))
    assert mail["subject"].endswith(f": {told}") and told in mail["text"]
    assert (LAST in str(mail)) == (visibility == "full")
