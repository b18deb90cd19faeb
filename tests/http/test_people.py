"""What each role may ask over HTTP, and how it is told when it may not."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import audit, users
from callroom.actions.users import Role
from callroom.http.site import Site
from callroom.store.database import writing

PASSWORD = "long enough"


class Clock:
    now = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def web(engine: AsyncEngine, app_of: Callable[[Site], FastAPI], clock: Clock) -> AsyncIterator[AsyncClient]:
    async with writing(engine) as session, session.begin():
        for role in Role:
            await users.create_user(
                session, audit.SYSTEM, login=role, name=role, role=role, password=PASSWORD, now=clock()
            )
    transport = ASGITransport(app=app_of(Site(engine, clock)))
    async with AsyncClient(transport=transport, base_url="http://site") as client:
        yield client


async def sign_in(web: AsyncClient, login: str, password: str = PASSWORD) -> Response:
    return await web.post("/api/v1/session", json={"login": login, "password": password})


async def test_signed_in_by_cookie_and_by_token(web: AsyncClient):
    token = (await sign_in(web, "agent")).json()["token"]
    assert (await web.get("/api/v1/me")).json()["login"] == "agent"
    web.cookies.clear()
    assert (await web.get("/api/v1/me")).status_code == 401
    assert (await web.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "http://site:8080", "null", "http://site.evil.example"])
async def test_another_sites_page_writes_nothing_with_our_cookie(web: AsyncClient, origin: str):
    signed_in = await sign_in(web, "admin")
    told = signed_in.headers["set-cookie"].lower()
    assert "samesite=strict" in told and "httponly" in told
    team = {"name": "Night"}
    refused = await web.post("/api/v1/teams", json=team, headers={"Origin": origin})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:callroom:problem:other-origin")
    assert (await web.get("/api/v1/teams")).json()["items"] == []
    assert (await web.delete("/api/v1/session", headers={"Origin": origin})).status_code == 403
    assert (await web.post("/api/v1/teams", json=team, headers={"Origin": "http://site"})).status_code == 201
    program = {"Origin": origin, "Authorization": f"Bearer {signed_in.json()['token']}"}
    web.cookies.clear()
    assert (await web.post("/api/v1/teams", json={"name": "Day"}, headers=program)).status_code == 201


async def test_a_form_of_another_site_signs_nobody_in(web: AsyncClient):
    """Forms send no JSON type, by which a body would be read."""
    text = f'{{"login": "agent", "password": "{PASSWORD}"}}'
    answer = await web.post("/api/v1/session", content=text, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422 and "set-cookie" not in answer.headers


async def test_session_ends_by_itself_and_on_sign_out(web: AsyncClient, clock: Clock):
    await sign_in(web, "agent")
    token = web.cookies["callroom_session"]
    assert (await web.delete("/api/v1/session")).status_code == 204
    assert (await web.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})).status_code == 401
    await sign_in(web, "agent")
    clock.now += timedelta(hours=13)
    assert (await web.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize(("language", "said"), [("zh-CN", "账号或密码不正确。"), ("en", "Login or password is wrong.")])
async def test_refusal_is_told_in_the_callers_language(web: AsyncClient, language: str, said: str):
    web.headers["Accept-Language"] = language
    refused = await sign_in(web, "agent", "wrong one")
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json() == {"type": "urn:callroom:problem:wrong-credentials", "title": said, "status": 401}


async def test_guessing_is_stopped_even_for_the_right_password(web: AsyncClient):
    for _ in range(10):
        assert (await sign_in(web, "agent", "wrong one")).status_code == 401
    stopped = await sign_in(web, "agent")
    assert stopped.status_code == 429
    assert (await sign_in(web, "admin")).status_code == 200


async def test_new_user_signs_in_and_the_log_tells_who_made_him(web: AsyncClient):
    await sign_in(web, "admin")
    new = {"login": "Ana", "name": "安娜", "role": "agent", "password": PASSWORD, "staff_number": "8001"}
    made = await web.post("/api/v1/users", json=new)
    assert made.status_code == 201
    assert (await web.post("/api/v1/users", json=new)).json()["type"].endswith(":taken")
    log = (await web.get("/api/v1/audit-log", params={"action": "user.created", "limit": 1})).json()
    assert log["items"][0]["actor"] == "admin"
    after = log["items"][0]["after"]
    assert (after["login"], after["name"], after["role"], after["queues"]) == ("ana", "安娜", "agent", [])
    assert "password_hash" not in after
    assert (await sign_in(web, "ana")).status_code == 200


async def test_pages_of_the_log_follow_each_other(web: AsyncClient):
    await sign_in(web, "auditor")
    seen: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await web.get("/api/v1/audit-log", params={"limit": 2, **cursor})).json()
        seen += [entry["id"] for entry in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == [5, 4, 3, 2, 1]


async def test_wrong_field_is_named(web: AsyncClient):
    await sign_in(web, "admin")
    body = {"login": "a b", "name": "", "role": "agent", "password": PASSWORD}
    refused = await web.post("/api/v1/users", json=body)
    assert refused.status_code == 422
    assert {one["field"] for one in refused.json()["errors"]} == {"login", "name"}


async def test_password_is_changed_only_with_the_current_one(web: AsyncClient):
    await sign_in(web, "agent")
    wrong = await web.put("/api/v1/me/password", json={"current": "nope", "password": "another one"})
    assert wrong.status_code == 401
    weak = await web.put("/api/v1/me/password", json={"current": PASSWORD, "password": "short"})
    assert weak.json()["type"].endswith("password-too-weak")
    assert (
        await web.put("/api/v1/me/password", json={"current": PASSWORD, "password": "another one"})
    ).status_code == 204
    assert (await sign_in(web, "agent", "another one")).status_code == 200


async def test_health_is_bad_when_a_part_is_missing(
    engine: AsyncEngine, app_of: Callable[[Site], FastAPI], clock: Clock
):
    works = {"engine": False}
    site = Site(engine, clock, {"engine": lambda: works["engine"]})
    async with AsyncClient(transport=ASGITransport(app=app_of(site)), base_url="http://site") as web:
        assert (await web.get("/healthz")).status_code == 503
        works["engine"] = True
        answer = await web.get("/healthz")
        assert (answer.status_code, answer.json()["parts"]) == (200, {"database": True, "engine": True})
