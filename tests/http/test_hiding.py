"""Numbers hidden from an agent are in no answer, whatever he asks (CC-24)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import faxes
from callroom.store.database import reading, writing
from callroom.store.directory import load_directory
from callroom.store.tables import FaxRow, Job, JourneyRow, User
from hidden_number import LAST, NOW, NUMBER, PLACE, SECRET, leaks


async def see(engine: AsyncEngine, world: Any, visibility: str) -> None:
    async with writing(engine) as session, session.begin():
        await session.execute(update(User).where(User.id == world.ids["agent"]).values(number_visibility=visibility))


def questions(world: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Every address that can be asked, each row that is there, and searches for the number."""
    ids = ("c1", "j1", "r1", "v1", "f1", "sales", "e1", "fb", "tb1", "rc1", "or1", "me1", "fu1", "ms1")
    for path, operations in world.app.openapi()["paths"].items():
        if "get" not in operations:
            continue
        path = path.removeprefix("/api/v1/").replace("{page}", "1")
        for id in ids if "{" in path else ("",):
            yield re.sub(r"\{\w+\}", id, path), {}
    for download in ("customers/download", "orders/download", "tables/tb1/records/download"):
        yield download, {"format": "csv"}
    for list_of in ("customers", "journeys", "faxes", "voicemails", "records", "orders", "memos", "messages"):
        for field in ("q", "number"):
            yield list_of, {field: "13800138000"}
    for sort in ("name", "-name", "tier", "-updated_at"):
        yield "customers", {"limit": "1", "sort": sort}
    yield "journeys", {"party": "j1"}
    yield "customers", {"journey": "j1"}


async def test_no_answer_holds_a_hidden_number(sold: Any, engine: AsyncEngine):
    agent = await sold.client("agent")
    await see(engine, sold, "full")
    answered = [(path, query) for path, query in questions(sold) if (await agent.get(path, params=query)).is_success]
    telling = [(path, query) for path, query in answered if leaks(await agent.get(path, params=query))]
    assert {path for path, _ in telling} >= {  # the questions are such that their answers would tell
        *("customers", "customers/c1", "customers/c1/changes", "journeys", "journeys/j1", "voicemails"),
        *("faxes", "faxes/f1", "records", "records/rc1", "records/rc1/history", "tables/tb1/records"),
        *("orders", "orders/or1", "orders/or1/history", "memos", "memos/me1", "memos/me1/history"),
        *("follow-ups", "follow-ups/fu1", "follow-ups/fu1/history", "messages", "messages/ms1", "notices"),
        *("customers/download", "orders/download", "tables/tb1/records/download"),
    }
    for visibility in ("middle", "name"):
        await see(engine, sold, visibility)
        assert [(path, query) for path, query in answered if leaks(await agent.get(path, params=query))] == []


UNANSWERED = {  # here: tests/calls and tests/http/test_live ask in calls; others hold no number of a customer's
    *("me/phone", "me/agent-state", "calls/{}/pop", "calls/{}/pop/frame", "sms-callbacks/{}/{}"),
    *("voicemail-boxes/{}/greetings/{}/sound", "faxes/{}/pages/{}"),
}


async def test_every_route_that_an_agent_may_read_is_asked(sold: Any):
    agent, missed = await sold.client("agent"), set[str]()
    answered = [path for path, query in questions(sold) if (await agent.get(path, params=query)).is_success]
    for path, operations in sold.app.openapi()["paths"].items():
        route = re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1/"))
        form = re.compile(re.escape(route).replace(r"\{\}", "[^/]+"))
        if "get" in operations and route not in UNANSWERED and not any(map(form.fullmatch, answered)):
            refused = (await agent.get(route.replace("{}", "no_such_row"))).status_code == 403
            missed |= set() if refused else {route}
    assert missed == set()


async def test_no_answer_holds_what_stands_in_masked_fields(sold: Any, engine: AsyncEngine):
    agent, leader = await sold.client("agent"), await sold.client("admin")
    await see(engine, sold, "full")
    telling = {path for path, query in questions(sold) if SECRET in (await leader.get(path, params=query)).text}
    assert telling >= {
        *("customers", "customers/c1", "customers/c1/changes", "customers/download", "customers/c1/timeline"),
        *("records", "records/rc1", "records/rc1/history", "tables/tb1/records", "tables/tb1/records/download"),
    }
    for path, query in questions(sold):
        assert SECRET not in (await agent.get(path, params=query)).text, (path, query)


async def test_where_a_hidden_number_belongs_is_in_no_answer(sold: Any, engine: AsyncEngine):
    agent = await sold.client("agent")
    await see(engine, sold, "full")
    telling = [path for path in ("customers", "customers/c1", "journeys/j1") if PLACE in (await agent.get(path)).text]
    assert telling == ["customers", "customers/c1", "journeys/j1"]
    for visibility in ("middle", "name"):
        await see(engine, sold, visibility)
        for path, query in questions(sold):
            assert PLACE not in (await agent.get(path, params=query)).text, (visibility, path)
    assert (await agent.get("customers/c1")).json()["phone_list"][0]["whence"] is None


async def test_files_are_named_by_four_digits_at_most(sold: Any, engine: AsyncEngine):
    agent = await sold.client("agent")
    for visibility, digits in (("middle", "8000"), ("name", "")):
        await see(engine, sold, visibility)
        for path in ("recordings/r1/sound", "voicemails/v1/sound", "faxes/f1/pdf"):
            answer = await agent.get(path)
            assert answer.status_code == 200, path
            name = re.search(r'filename="(.+?)"', answer.headers["content-disposition"])
            assert name is not None and name[1].partition(".")[0].endswith(f"-013000{digits and '-'}{digits}"), name


async def test_what_agents_do_not_see_of_customers_is_known_to_calls(world: Any, engine: AsyncEngine, tmp_path: Path):
    card = await world.make("customer-fields", label="ID Card", type="line", masked=True)
    await world.make("customer-fields", label="Plate", type="line")
    async with reading(engine) as session:
        directory = await load_directory(session, tmp_path, tmp_path)
    assert directory.masked_fields == {card["id"]: "ID Card"}
    assert directory.masked_values == {card["id"].casefold(), "id_card"}


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
