"""Users and their phones, the last admin, keys for programs, and the site's settings."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from sqlalchemy import select

from callroom.actions.first_start import seed
from callroom.store.database import reading, writing
from callroom.store.tables import PresenceReason

Refused = Callable[[Response], set[tuple[str, str]]]
Company = Callable[[], Awaitable[dict[str, dict[str, Any]]]]


async def changed(admin: AsyncClient, user_id: str, **values: Any) -> Response:
    row = (await admin.get(f"users/{user_id}")).json()
    return await admin.put(f"users/{user_id}", json=row | values, headers={"If-Match": str(row["version"])})


async def test_agent_gets_a_phone_with_his_extension(world, admin: AsyncClient, refused: Refused):
    agent = await world.client("agent")
    assert (await agent.get("me/phone")).json()["type"].endswith(":no-phone")
    extension = await world.make("extensions", number="8001", name="Ana")
    queue = await world.make("queues", name="Sales")
    assert (await changed(admin, world.ids["agent"], extension_id=extension["id"], queues=[queue["id"]])).is_success
    me = (await agent.get("me")).json()
    (device,) = extension["devices"]
    assert me["agent"] == {"takes_calls": True, "extension": "8001", "browser_device": device["id"]}
    assert me["queues"] == [queue["id"]]
    phone = (await agent.get("me/phone")).json()
    assert phone == {"device": device["id"], "secret": device["secret"], "display_name": "agent"}
    assert (await admin.get(f"queues/{queue['id']}")).json()["members"] == [world.ids["agent"]]
    assert (await admin.get("extensions")).json()["items"][0]["user"] == {"id": world.ids["agent"], "name": "agent"}
    second = await changed(admin, world.ids["supervisor"], extension_id=extension["id"])
    assert refused(second) == {("extension_id", "taken")}
    assert {"users", "queues", "extensions"} <= set(world.changed)


async def test_an_extension_has_one_browser_phone_and_more_of_the_other_kind(world, admin, refused: Refused):
    extension = await world.make("extensions", number="8001")
    second = await admin.post("devices", json={"extension_id": extension["id"], "kind": "browser"})
    assert refused(second) == {("kind", "taken")}
    desk = await world.make("devices", extension_id=extension["id"], kind="sip", name="Desk")
    assert len(desk["secret"]) >= 12
    assert (desk["state"], desk["contact"]) == ("offline", "")
    kept = await admin.put(
        f"devices/{desk['id']}",
        json={"extension_id": extension["id"], "kind": "sip", "name": "Desk 2"},
        headers={"If-Match": "1"},
    )
    assert kept.json()["secret"] == desk["secret"]
    supervisor = await world.client("supervisor")
    assert {one["secret"] for one in (await supervisor.get("devices")).json()["items"]} == {None}


async def test_the_last_admin_stays_and_nobody_shuts_himself_out(world, admin: AsyncClient):
    own = world.ids["admin"]
    for values in ({"active": False}, {"role": "agent"}):
        answer = await changed(admin, own, **values)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:callroom:problem:last-admin")
    assert (await admin.delete(f"users/{own}")).status_code == 409
    other = await world.make("users", login="boss", name="Boss", role="admin", password="long enough")
    assert (await changed(admin, own, active=False)).status_code == 409  # himself, though another is there
    assert (await admin.delete(f"users/{other['id']}")).status_code == 204
    assert (await admin.delete(f"users/{world.ids['agent']}")).status_code == 204


async def test_a_new_password_from_the_admin_ends_the_sessions(world, admin: AsyncClient):
    agent = await world.client("agent")
    assert (await changed(admin, world.ids["agent"], name="Ana")).json()["name"] == "Ana"
    assert (await agent.get("me")).status_code == 200
    assert (await changed(admin, world.ids["agent"], password="short")).status_code == 422
    assert (await changed(admin, world.ids["agent"], password="another one")).status_code == 200
    assert (await agent.get("me")).status_code == 401


async def test_language_and_theme_are_ones_own(world):
    agent = await world.client("agent")
    answer = await agent.patch("me", json={"language": "en", "theme": "dark"})
    assert (answer.json()["language"], answer.json()["theme"]) == ("en", "dark")
    assert (await agent.patch("me", json={"role": "admin"})).status_code == 422


async def test_a_key_does_what_its_scopes_and_its_user_allow(world, admin: AsyncClient):
    expires = (world.site.now() + timedelta(days=1)).isoformat()
    made = await world.make("api-keys", name="CRM", scopes=["read"], user_id=world.ids["admin"], expires_at=expires)
    transport = ASGITransport(app=world.app)
    headers = {"Authorization": f"Bearer {made['key']}"}
    async with AsyncClient(transport=transport, base_url="http://site/api/v1/", headers=headers) as program:
        assert (await program.get("queues")).status_code == 200
        assert (await program.post("teams", json={"name": "A"})).status_code == 403
        assert (await program.get("api-keys")).status_code == 403  # never with a key
        assert "key" not in (await admin.get(f"api-keys/{made['id']}")).json()
        body = {"name": "CRM", "scopes": ["write"], "user_id": world.ids["admin"], "expires_at": expires}
        assert (await admin.put(f"api-keys/{made['id']}", json=body, headers={"If-Match": "1"})).is_success
        assert (await program.post("teams", json={"name": "A"})).status_code == 201
        assert (await program.put("me/password", json={})).status_code == 403
        assert (await program.post("users", json={})).status_code == 403
        assert (await program.post("calls", json={"to": "1"})).status_code == 403
        entry = (await admin.get("audit-log", params={"action": "team.created"})).json()["items"][0]
        assert entry["actor_id" if "actor_id" in entry else "actor"] in ("admin", world.ids["admin"])
        now = world.site.now()
        world.site.now = lambda: now + timedelta(days=2)
        assert (await program.get("queues")).status_code == 401
        world.site.now = lambda: now
        assert (await admin.delete(f"api-keys/{made['id']}")).status_code == 204
        assert (await program.get("queues")).status_code == 401


async def test_settings_are_whole_and_the_site_is_known_without_signing_in(world, admin, refused: Refused):
    nobody = await world.client("nobody")
    assert (await nobody.get("site")).json().items() >= {"name": "", "language": "zh", "set_up_done": False}.items()
    good = {
        "company_name": "和风",
        "language": "en",
        "country": "cn",
        "time_zone": "Asia/Shanghai",
        "set_up_done": True,
    }
    answer = await admin.put("settings", json=good)
    assert (answer.status_code, answer.json()["country"], answer.json()["version"]) == (200, "CN", 1)
    assert (await admin.put("settings", json=good, headers={"If-Match": "0"})).status_code == 412
    assert (await admin.put("settings", json=good, headers={"If-Match": "1"})).json()["version"] == 2
    assert (await nobody.get("site")).json()["name"] == "和风"
    assert (await (await world.client("agent")).get("settings")).json()["set_up_done"] is True
    pop = {"pop_url": "https://crm.example.com/?n={number}&who={agent}", "pop_when": "answer"}
    assert (await admin.put("settings", json=good | pop)).json()["pop_url"] == pop["pop_url"]
    for field, value in (("pop_url", "https://{number}.example.com/"), ("pop_url", "javascript:alert(1)"),
                         ("pop_url", "https://crm.example.com/?n={secret}"), ("pop_webhook", "ftp://x")):  # fmt: skip
        assert {name for name, _ in refused(await admin.put("settings", json=good | {field: value}))} == {field}
    assert refused(await admin.put("settings", json=good | {"short_abandon_seconds": 61})) == {
        ("short_abandon_seconds", "less_than_equal")
    }
    assert refused(await admin.put("settings", json=good | {"country": "XX"})) == {("country", "not_a_country")}
    assert refused(await admin.put("settings", json=good | {"time_zone": "Moon"})) == {("time_zone", "not_a_time_zone")}
    assert world.changed == ["settings"] * 3


@pytest.mark.parametrize(
    ("number", "user", "expected"),
    [
        ("02161234567", None, (True, "ok", ["02161234567"])),
        ("013800138000", "agent", (True, "ok", ["013800138000"])),
        ("0014155550123", "agent", (False, "not_permitted", [])),
        ("0014155550123", None, (True, "ok", ["0014155550123"])),
        ("110", "agent", (True, "emergency", ["110"])),
        ("8001", "agent", (True, "internal", [])),
        ("*65", None, (False, "no_route", [])),
    ],
)
async def test_trying_a_number(world, company: Company, number: str, user: str | None, expected: tuple[Any, ...]):
    await company()
    supervisor = await world.client("supervisor")
    body = {"number": number} | ({"user_id": world.ids[user]} if user else {})
    answer = (await supervisor.post("outbound-routes/try", json=body)).json()
    assert (answer["allowed"], answer["why"], [one["number_sent"] for one in answer["trunks"]]) == expected


async def test_usual_reasons_are_made_once(engine):

    now = datetime(2026, 11, 23, tzinfo=UTC)
    for _ in range(2):
        async with writing(engine) as session, session.begin():
            await seed(session, now)
    async with reading(engine) as session:
        found = list(await session.scalars(select(PresenceReason).order_by(PresenceReason.position)))
    assert [(one.name_en, one.kind) for one in found][3:5] == [("Lunch", "away"), ("Break", "away")]
    async with writing(engine) as session, session.begin():
        for reason in found:
            await session.delete(reason)
    async with writing(engine) as session, session.begin():
        await seed(session, now)
    async with reading(engine) as session:
        assert await session.scalar(select(PresenceReason.id)) is None
