"""Who hears which messages, and when they count as heard."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from past_calls import Clock, entries, messages, sign_in


async def boxes(web: AsyncClient, **params: Any) -> list[str]:
    return [one["id"] for one in (await web.get("/api/v1/voicemails", params=params)).json()["items"]]


async def test_each_role_hears_the_boxes_of_its_queues_and_extensions(
    web: AsyncClient, engine: AsyncEngine, tmp_path: Path
):
    await messages(engine, tmp_path)
    seen = {
        "admin": ["v2", "v1", "v0"],
        "auditor": ["v2", "v1", "v0"],
        "lead": ["v2", "v0"],
        "loose": ["v1"],
        "ana": ["v2", "v0"],
        "bo": ["v1"],
    }
    for login, expected in seen.items():
        await sign_in(web, login)
        assert await boxes(web) == expected, login
        for id in ("v0", "v1", "v2"):
            answer = await web.get(f"/api/v1/voicemails/{id}/sound")
            assert answer.status_code == (200 if id in expected else 404), (login, id)


async def test_message_is_new_until_heard(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str], clock: Clock, tmp_path: Path
):
    await messages(engine, tmp_path)
    await sign_in(web, "auditor")
    await web.get("/api/v1/voicemails/v0/sound")
    assert await boxes(web, queue="sales", unheard=True) == ["v0"]  # an auditor changes nothing
    await sign_in(web, "ana")
    part = await web.get("/api/v1/voicemails/v0/sound", headers={"Range": "bytes=0-43"})
    assert (part.status_code, part.content[:4]) == (206, b"RIFF")
    clock.now += timedelta(minutes=1)
    await sign_in(web, "admin")
    await web.get("/api/v1/voicemails/v0/sound")
    assert await boxes(web, unheard=True) == ["v2", "v1"]
    assert await boxes(web, extension="e1") == ["v2"]
    item = (await web.get("/api/v1/voicemails", params={"queue": "sales"})).json()["items"][0]
    assert item["heard_by"] == {"id": ids["ana"], "name": "Ana"}
    assert item["heard_at"] == "2026-11-23T05:00:00Z"
    assert item["box"] == {"kind": "queue", "id": "sales", "name": "Sales"}
    played = await entries(engine, "voicemail.played")
    assert [one.actor_id for one in played] == [ids["auditor"], ids["ana"], ids["admin"]]


async def test_who_hears_a_message_may_delete_it_but_not_an_auditor(
    web: AsyncClient, engine: AsyncEngine, tmp_path: Path
):
    await messages(engine, tmp_path)
    for login, status in (("auditor", 403), ("bo", 404), ("ana", 204), ("ana", 404)):
        await sign_in(web, login)
        assert (await web.delete("/api/v1/voicemails/v2")).status_code == status, login
    assert not (tmp_path / "recordings/v2.wav").exists()
    assert len(await entries(engine, "voicemail.deleted")) == 1
