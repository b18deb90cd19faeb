"""Who hears which recordings, and that nothing else is served."""

from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.store.tables import (
    Recording,
)
from past_calls import NOON, Clock, entries, journey, put, recorded, sign_in, sound


async def test_recording_is_heard_whole_and_in_part_and_logged_once(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str], clock: Clock, tmp_path: Path
):
    await recorded(engine, ids)
    whole = sound(tmp_path, "2026/11/23/r1")
    await sign_in(web, "ana")
    listing = (await web.get("/api/v1/recordings", params={"journey": "j1"})).json()
    assert listing["items"] == [
        {
            "id": "r1",
            "journey": "j1",
            "started_at": "2026-11-23T04:00:00Z",
            "seconds": 0.5,
            "complete": True,
            "agent": {"id": ids["ana"], "name": "Ana"},
        }
    ]
    played = await web.get("/api/v1/recordings/r1/sound")
    assert (played.status_code, played.headers["content-type"], played.content) == (200, "audio/wav", whole)
    part = await web.get("/api/v1/recordings/r1/sound", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    beyond = await web.get("/api/v1/recordings/r1/sound", headers={"Range": "bytes=9999999-"})
    assert beyond.status_code == 416
    logged = await entries(engine, "recording.played")
    assert [(one.actor_id, one.subject_kind, one.subject_id) for one in logged] == [(ids["ana"], "recording", "r1")]
    clock.now += timedelta(minutes=11)
    await web.get("/api/v1/recordings/r1/sound", headers={"Range": "bytes=100-"})
    await sign_in(web, "auditor")
    await web.get("/api/v1/recordings/r1/sound", headers={"Range": "bytes=100-"})
    logged = await entries(engine, "recording.played")
    assert [one.actor_id for one in logged] == [ids["ana"], ids["ana"], ids["auditor"]]


async def test_download_name_holds_no_whole_number(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str], tmp_path: Path
):
    await recorded(engine, ids)
    sound(tmp_path, "2026/11/23/r1")
    await sign_in(web, "admin")
    name = (await web.get("/api/v1/recordings/r1/sound")).headers["content-disposition"]
    assert name == 'inline; filename="20261123-040000-8000.wav"'


async def test_strangers_recording_is_neither_listed_nor_played_nor_logged(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str], tmp_path: Path
):
    await recorded(engine, ids)
    sound(tmp_path, "2026/11/23/r1")
    for stranger in ("bo", "loose"):  # an agent of another queue, a leader of other teams
        await sign_in(web, stranger)
        assert (await web.get("/api/v1/recordings", params={"journey": "j1"})).json()["items"] == []
        assert (await web.get("/api/v1/recordings")).json()["items"] == []
        assert (await web.get("/api/v1/recordings/r1/sound")).status_code == 404
        assert (await web.get("/api/v1/journeys/j1")).status_code == 404
    await sign_in(web, "lead")
    assert len((await web.get("/api/v1/recordings")).json()["items"]) == 1
    assert await entries(engine, "recording.played") == []


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "2026/../../secret", "link", "never-made"])
async def test_nothing_outside_the_recordings_folder_is_served(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str], tmp_path: Path, path: str
):
    (tmp_path / "secret.wav").write_bytes(b"secret")
    (tmp_path / "recordings" / "link.wav").symlink_to(tmp_path / "secret.wav")
    await recorded(engine, ids, path)
    await sign_in(web, "admin")
    assert (await web.get("/api/v1/recordings/r1/sound")).status_code == 404
    assert await entries(engine, "recording.played") == []
    assert (await web.delete("/api/v1/recordings/r1")).status_code == 204
    assert (tmp_path / "secret.wav").exists()


async def test_pages_of_recordings_follow_each_other(web: AsyncClient, engine: AsyncEngine, ids: dict[str, str]):
    await put(engine, journey("j1", 0, legs=[ids["ana"]]))
    await put(
        engine, *(Recording(id=f"r{n}", journey_id="j1", path="x", started_at=NOON, seconds=1.0) for n in range(5))
    )
    await sign_in(web, "lead")
    first = (await web.get("/api/v1/recordings", params={"limit": 3})).json()
    second = (await web.get("/api/v1/recordings", params={"limit": 3, "cursor": first["next"]})).json()
    assert [one["id"] for one in first["items"] + second["items"]] == ["r4", "r3", "r2", "r1", "r0"]
    assert second["next"] is None


async def test_admin_alone_deletes_a_recording_and_the_journey_stays(
    web: AsyncClient, engine: AsyncEngine, ids: dict[str, str], tmp_path: Path
):
    await recorded(engine, ids)
    sound(tmp_path, "2026/11/23/r1")
    for login in ("ana", "lead", "auditor"):
        await sign_in(web, login)
        assert (await web.delete("/api/v1/recordings/r1")).status_code == 403
    await sign_in(web, "admin")
    assert (await web.delete("/api/v1/recordings/r1")).status_code == 204
    assert not (tmp_path / "recordings/2026/11/23/r1.wav").exists()
    assert (await web.get("/api/v1/journeys")).json()["items"][0]["has_recording"] is False
    assert (await web.delete("/api/v1/recordings/r1")).status_code == 404
    assert len(await entries(engine, "recording.deleted")) == 1
