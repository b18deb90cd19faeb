"""Customers are kept by everybody who answers calls, each phone with one of them only."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import audit, users
from callroom.actions.users import Role
from callroom.http.site import Site
from callroom.store.database import reading, writing
from callroom.store.tables import AuditEntry, Setting, User

PASSWORD = "long enough"
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
WANG = {"name": "王小明", "company": "和风贸易", "memo": "VIP", "phones": ["138 0013 8000", "62345678"]}
STORED = ["+8613800138000", "+861062345678"]


@pytest.fixture
async def web(engine: AsyncEngine, app_of: Callable[[Site], FastAPI]) -> AsyncIterator[AsyncClient]:
    async with writing(engine) as session, session.begin():
        for role in Role:
            await users.create_user(session, audit.SYSTEM, login=role, name=role, role=role, password=PASSWORD, now=NOW)
        session.add(Setting(key="site", value={"country": "CN", "area_code": "010"}))
    async with AsyncClient(transport=ASGITransport(app=app_of(Site(engine, lambda: NOW))), base_url="http://x") as web:
        yield web


async def sign_in(web: AsyncClient, login: str) -> None:
    assert (await web.post("/api/v1/session", json={"login": login, "password": PASSWORD})).status_code == 200


async def make(web: AsyncClient, **fields: Any) -> Response:
    return await web.post("/api/v1/customers", json=fields)


def numbers(answer: Response) -> list[str]:
    return answer.json()["phones"]


async def hide(engine: AsyncEngine, login: str, visibility: str) -> None:
    async with writing(engine) as session, session.begin():
        await session.execute(update(User).where(User.login == login).values(number_visibility=visibility))


async def found(web: AsyncClient, **params: Any) -> list[str]:
    return [one["name"] for one in (await web.get("/api/v1/customers", params=params)).json()["items"]]


async def test_agent_makes_and_changes_a_customer_and_the_log_tells_both(web: AsyncClient, engine: AsyncEngine):
    await sign_in(web, "agent")
    made = await make(web, **WANG)
    assert made.status_code == 201
    assert (numbers(made), made.headers["etag"]) == (STORED, '"1"')
    path = f"/api/v1/customers/{made.json()['id']}"
    read = await web.get(path)
    assert (read.json(), read.headers["etag"]) == (made.json(), '"1"')

    change = WANG | {"memo": "", "phones": ["010-62345678", "62345678", "8001"]}
    assert (await web.put(path, json=change)).status_code == 428
    for wrong in ('"2"', "x", "*"):
        stale = await web.put(path, json=change, headers={"If-Match": wrong})
        assert (stale.status_code, stale.json()["type"]) == (412, "urn:callroom:problem:changed-meanwhile")
    changed = await web.put(path, json=change, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert numbers(await web.get(path)) == ["+861062345678", "8001"]
    assert (await web.put(path, json=change, headers={"If-Match": "2"})).status_code == 200

    assert (await web.delete(path)).status_code == 403
    await sign_in(web, "admin")
    assert (await web.delete(path)).status_code == 204
    assert (await web.get(path)).status_code == 404
    async with reading(engine) as session:
        log = list(
            await session.scalars(
                select(AuditEntry).where(AuditEntry.subject_kind == "customer").order_by(AuditEntry.id)
            )
        )
    actions = ["customer.created", "customer.updated", "customer.deleted"]  # what changes nothing is not told
    assert [entry.action for entry in log] == actions
    assert [entry.after for entry in log] == [None, {"fields": ["memo", "phones"]}, None]


async def test_phone_belongs_to_one_customer(web: AsyncClient):
    await sign_in(web, "supervisor")
    await make(web, **WANG)
    second = await make(web, name="Li", phones=["+86 138-0013-8000"])
    assert (second.status_code, second.json()["type"]) == (409, "urn:callroom:problem:taken")
    assert second.json()["errors"][0]["field"] == "phones"
    other = (await make(web, name="Li", phones=["13800138001"])).json()
    path = f"/api/v1/customers/{other['id']}"
    taken = await web.put(path, json={"name": "Li", "phones": ["62345678"]}, headers={"If-Match": "1"})
    assert taken.status_code == 409
    assert (await web.get(path)).json() == other


async def test_search_and_pages(web: AsyncClient):
    await sign_in(web, "agent")
    await make(web, **WANG)
    for number in range(4):
        await make(web, name=f"Li {number % 2}", company="East 100%", phones=[f"1390000000{number}"])
    await sign_in(web, "auditor")
    assert (await make(web, name="No", phones=[])).status_code == 403
    assert await found(web, q="小明") == ["王小明"]
    assert await found(web, q="和风") == ["王小明"]
    assert await found(web, q="010-6234") == ["王小明"]
    assert await found(web, q="62345678") == ["王小明"]
    newest = ["Li 1", "Li 0", "Li 1", "Li 0"]
    assert await found(web, q="east") == newest
    assert await found(web, q="%") == newest
    assert await found(web, q="east", sort="name") == ["Li 0", "Li 0", "Li 1", "Li 1"]
    assert await found(web, q="_i") == []
    for sort in ("name", "-name"):
        seen: list[str] = []
        cursor = ""
        while cursor is not None:
            page = (await web.get("/api/v1/customers", params={"limit": 2, "sort": sort, "cursor": cursor})).json()
            seen += [one["name"] for one in page["items"]]
            cursor = page["next"]
        whole = ["Li 0", "Li 0", "Li 1", "Li 1", "王小明"]
        assert seen == (whole if sort == "name" else whole[::-1])
    assert (await web.get("/api/v1/customers", params={"cursor": "??"})).json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("wrong", [{"name": " "}, {"name": "a", "phones": ["x"]}, {"name": "a", "phones": [""]}])
async def test_wrong_field_is_refused(web: AsyncClient, wrong: dict[str, Any]):
    await sign_in(web, "agent")
    assert (await make(web, **wrong)).status_code == 422


async def test_agent_changes_a_customer_without_seeing_his_numbers(web: AsyncClient, engine: AsyncEngine):
    await sign_in(web, "admin")
    path = f"/api/v1/customers/{(await make(web, **WANG)).json()['id']}"
    await hide(engine, "agent", "middle")
    await sign_in(web, "agent")
    seen = await web.get(path)
    assert numbers(seen) == ["+86138****8000", "+8610****5678"]
    second = seen.json()["phone_list"][1]["id"]
    assert await found(web, q="1380013") == []
    assert await found(web, q="13800138000") == ["王小明"]
    change = {"name": "王明", "phones": [{"id": second}, "13900000001"]}
    changed = await web.put(path, json=change, headers={"If-Match": "1"})
    assert numbers(changed) == ["+8610****5678", "+86139****0001"]
    assert changed.json()["phone_list"][0]["id"] == second
    for guess in ("+86139****9999", {"id": "ph_of_nobody"}, {}):
        answer = await web.put(path, json={"name": "王明", "phones": [guess]}, headers={"If-Match": "2"})
        assert answer.json()["errors"][0]["field"] == "phones"
    await sign_in(web, "admin")
    assert numbers(await web.get(path)) == ["+861062345678", "+8613900000001"]


async def test_texts_with_numbers_are_hidden_and_stay_when_the_agent_writes_around_them(
    web: AsyncClient, engine: AsyncEngine
):
    await sign_in(web, "admin")
    texts = {"name": "13800138000", "company": "和风", "memo": "家里 010-62345678，手机 138 0013 8000。"}
    path = f"/api/v1/customers/{(await make(web, **texts, phones=['13800138000'])).json()['id']}"
    await hide(engine, "agent", "middle")
    await sign_in(web, "agent")
    seen = (await web.get(path)).json()
    assert (seen["name"], seen["memo"]) == ("138****8000", "家里 010****5678，手机 138****8000。")
    assert [await found(web, q=part) for part in ("1380", "380013", "13800138000")] == [[], [], ["138****8000"]]
    phones = [{"id": seen["phone_list"][0]["id"]}]
    change = {"name": seen["name"], "memo": f"{seen['memo']}等回复。", "phones": phones}
    assert (await web.put(path, json=change, headers={"If-Match": "1"})).status_code == 200
    await sign_in(web, "admin")
    kept = (await web.get(path)).json()
    assert (kept["name"], kept["memo"]) == ("13800138000", "家里 010-62345678，手机 138 0013 8000。等回复。")
