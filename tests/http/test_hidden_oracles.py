"""Who may not see a number finds it whole or not at all: no list says yes to a part of it (CC-24)."""

import base64
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.http.site import NUMBERS_A_MINUTE
from callroom.store.database import writing
from callroom.store.tables import User
from hidden_number import NUMBER

PARTS = ("3", "13", "00", "80", "3-8", "8 0", "138", "0013", "8000", "1380013800", "１３", "③", "call 13")
SEARCHED = {  # by list: the questions in which a text is looked for
    "customers": ("q", "where=said:contains:", "where=second:contains:", "where=mail:contains:"),
    "customers/count": ("q", "where=said:contains:"),
    "journeys": ("q", "number"),
    "records": ("q",),
    "tables/tb1/records": ("q", "f.said", "f.second"),
    "orders": ("q",),
    "memos": ("q",),
    "messages": ("q", "number"),
    "faxes": ("number",),
}


async def see(engine: AsyncEngine, world: Any, visibility: str) -> AsyncClient:
    async with writing(engine) as session, session.begin():
        await session.execute(update(User).where(User.id == world.ids["agent"]).values(number_visibility=visibility))
    return await world.client("agent")


async def finds(client: AsyncClient, path: str, question: str, text: str) -> bool:
    name, equals, begins = question.partition("=")
    answer = await client.get(path, params={name: f"{begins}{text}" if equals else text})
    return answer.is_success and bool(answer.json().get("items") or answer.json().get("count"))


@pytest.mark.parametrize("visibility", ["middle", "name"])
async def test_no_list_is_found_by_part_of_a_hidden_number(sold: Any, engine: AsyncEngine, visibility: str):
    agent = await see(engine, sold, "full")
    asked = [(path, question) for path, questions in SEARCHED.items() for question in questions]
    telling = {
        (path, question) for path, question in asked for part in PARTS if await finds(agent, path, question, part)
    }
    assert {path for path, _ in telling} == SEARCHED.keys()  # the questions are such that answers would tell
    assert ("customers", "where=mail:contains:") in telling
    await see(engine, sold, visibility)
    for path, question in asked:
        found = [part for part in PARTS if await finds(agent, path, question, part)]
        assert found == [], (path, question)


@pytest.mark.parametrize("visibility", ["middle", "name"])
async def test_a_whole_number_finds_its_rows(sold: Any, engine: AsyncEngine, visibility: str):
    agent = await see(engine, sold, visibility)
    for path, question in (
        *(("customers", "q"), ("customers", "where=second:eq:"), ("journeys", "q"), ("journeys", "number")),
        *(("tables/tb1/records", "f.second"), ("messages", "number"), ("faxes", "number")),
    ):
        assert await finds(agent, path, question, "138 0013 8000"), (path, question)
        assert not await finds(agent, path, question, "138 0013 8001"), (path, question)


async def test_digits_find_texts_that_hold_no_number(world: Any, engine: AsyncEngine):
    """A customer of the firm 3M is found by it although a number stands in his memo."""
    await world.make("customers", name="王", company="3M China", memo=f"call {NUMBER}")
    await world.make("customers", name="李", memo="room 2041, on the 2nd floor")
    agent = await see(engine, world, "middle")
    for q, names in (("3M", ["王"]), ("2041", ["李"]), ("2nd", ["李"]), ("00", []), ("call", ["王"])):
        found = (await agent.get("customers", params={"q": q})).json()["items"]
        assert [one["name"] for one in found] == names, q


def plainly(cursor: str) -> str:
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()


async def test_the_order_of_names_tells_nothing_of_the_numbers_in_them(world: Any, engine: AsyncEngine):
    """Neither where a name stands that one chooses oneself, nor a page that begins where one likes, nor its cursor."""
    for name in ("王 138 0013 8000", "13800138000", "李"):
        await world.make("customers", name=name)
    agent = await see(engine, world, "middle")
    mine = (await agent.post("customers", json={"name": "10000000000"})).json()
    orders: list[list[str]] = []
    for guess in ("10000000000", "13800137999", "13800138001", "19999999999"):
        changed = await agent.patch(
            f"customers/{mine['id']}", json={"name": guess}, headers={"If-Match": f'"{mine["version"]}"'}
        )
        assert changed.status_code == 200, changed.text
        mine = changed.json()
        for sort in ("name", "-name"):
            orders.append([one["id"] for one in (await agent.get("customers", params={"sort": sort})).json()["items"]])
    assert orders[::2] == [orders[0]] * 4 and orders[1::2] == [orders[1]] * 4
    for sort in ("name", "-name"):
        cursor, pages = "", list[str]()
        while cursor is not None:
            page = (await agent.get("customers", params={"sort": sort, "limit": 1, "cursor": cursor})).json()
            pages += [one["id"] for one in page["items"]]
            cursor = page["next"]
            assert not cursor or "0013" not in plainly(cursor)
        assert pages == orders[sort == "-name"]
    for begin in ("", "13800137999", "13800138001", "2"):
        forged = base64.urlsafe_b64encode(f"0|{begin}".encode()).decode().rstrip("=")
        after = (await agent.get("customers", params={"sort": "name", "cursor": forged})).json()["items"]
        assert len(after) == (2 if begin else 4), begin  # stars come before digits, digits before letters


@pytest.mark.parametrize("way", ["q", "where", "f.second", "phones", "values"])
async def test_nobody_tries_all_that_a_hidden_number_may_be(sold: Any, engine: AsyncEngine, way: str):
    """In whatever way; what he searches in words meanwhile, and who sees numbers, is not counted."""
    agent, admin = await see(engine, sold, "middle"), await sold.client("admin")

    async def guess(client: AsyncClient, number: str) -> int:
        match way:
            case "q":
                answer = await client.get("customers", params={"q": number})
            case "where":
                answer = await client.get("customers/count", params={"where": f"second:eq:{number}"})
            case "f.second":
                answer = await client.get("tables/tb1/records", params={way: number})
            case "phones":
                answer = await client.post("customers", json={"name": "x", "phones": [{"number": number}]})
            case _:
                answer = await client.post("customers", json={"name": "x", "values": {"second": number}})
        return answer.status_code

    told = [await guess(agent, f"138{middle:04}8000") for middle in range(1000, 1000 + NUMBERS_A_MINUTE + 5)]
    assert told[NUMBERS_A_MINUTE:] == [429] * 5 and 429 not in told[:NUMBERS_A_MINUTE]
    assert await guess(agent, f"138{1000 + NUMBERS_A_MINUTE}8000") == 429  # once refused, still refused
    assert (await agent.get("customers", params={"q": "Wang 12"})).status_code == 200
    assert (await agent.patch("customers/c2", json={"tier": 1}, headers={"If-Match": '"1"'})).status_code == 200
    assert await guess(admin, "13899998000") < 300


async def test_a_list_may_be_asked_for_one_number_again_and_again(sold: Any, engine: AsyncEngine):
    agent = await see(engine, sold, "middle")
    for _ in range(NUMBERS_A_MINUTE + 5):
        answer = await agent.get("customers", params={"q": "13800138000"})
        assert answer.status_code == 200, answer.text
