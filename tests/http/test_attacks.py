"""What is tried on every site (S-4): orders that are SQL, and paths that lead out of the folders."""

from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.store.database import writing
from callroom.store.tables import FaxRow, JourneyRow, Prompt, Recording, Voicemail

ORDERS = (
    "name; DROP TABLE users",
    "(SELECT 1)",
    "-created_at, id",
    "password_hash",
    "id) --",
    "CASE WHEN 1=1 THEN id END",
    "1",
)
PATHS = ("../secret", "../../secret", "/etc/passwd", "2026/../../secret", "link")
IDS = (
    "../secret",
    "..%2Fsecret",
    "..%2F..%2Fsecret",
    "%2e%2e%2fsecret",
    "..%5Csecret",
    "....//secret",
    "%2Fetc%2Fpasswd",
)
SECRET = b"RIFF what nobody is to hear"


async def test_no_list_is_sorted_by_sql(world, admin: AsyncClient, table):
    lists = [
        path.removeprefix("/api/v1/").replace("{table_id}", table["id"])
        for path, operations in world.app.openapi()["paths"].items()
        if any(one["name"] == "sort" for one in operations.get("get", {}).get("parameters", []))
    ]
    assert {"customers", "customers/download", f"tables/{table['id']}/records", "orders", "memos", "users"} <= set(
        lists
    )
    for path in lists:
        assert "{" not in path, path
        assert (await admin.get(path)).status_code == 200, path
        for order in ORDERS:
            answer = await admin.get(path, params={"sort": order})
            assert answer.status_code == 422, (path, order, answer.text[:200])
            assert {one["field"] for one in answer.json()["errors"]} == {"sort"}, (path, order)
    assert (await admin.get("users")).json()["items"]


def files(home: Path) -> list[str]:
    """A secret beside and above the folders that are served, and links to it within them."""
    for folder in ("recordings", "faxes", "prompts"):
        (home / folder / "2026").mkdir(parents=True, exist_ok=True)
        for ending in ("wav", "pdf", "tif"):
            (home / f"secret.{ending}").write_bytes(SECRET)
            (home.parent / f"secret.{ending}").write_bytes(SECRET)
            (home / folder / f"link.{ending}").symlink_to(home / f"secret.{ending}")
    return [str(home / f"secret.{ending}") for ending in ("wav", "pdf", "tif")]


def unharmed(path: str) -> bool:
    return Path(path).read_bytes() == SECRET


@pytest.fixture
async def kept(world, engine: AsyncEngine) -> list[str]:
    now = world.site.now()
    secrets = files(world.home)
    async with writing(engine) as session, session.begin():
        call = {"direction": "inbound", "from_number": "1", "to_number": "2", "document": {"id": "j1"}}
        session.add(JourneyRow(id="j1", started_at=now, ended_at=now, **call))
        await session.flush()
        made = {"created_at": now, "updated_at": now}
        session.add_all([
            Recording(id="r1", journey_id="j1", path="x", started_at=now, seconds=1),
            Voicemail(id="v1", journey_id="j1", box_kind="queue", box_id="q", path="x", seconds=1, caller="1",
                      left_at=now),
            FaxRow(id="f1", box_id="b", direction="in", state="received", number="1", path="x", created_at=now,
                   changed_at=now),
            Prompt(id="p1", version=1, name="P", seconds=1, sounds={"zh": {"path": "x"}}, **made),
        ])  # fmt: skip
    return secrets


@pytest.mark.parametrize("path", PATHS)
async def test_nothing_outside_its_folder_is_served_or_deleted(world, admin, engine, kept, path: str):
    async with writing(engine) as session, session.begin():
        for table in (Recording, Voicemail, FaxRow):
            await session.execute(update(table).values(path=path))
        await session.execute(update(Prompt).values(sounds={"zh": {"path": path}}))
    for sound in ("recordings/r1/sound", "voicemails/v1/sound", "faxes/f1/pdf", "prompts/p1/sound"):
        assert (await admin.get(sound)).status_code == 404, sound
    for row in ("recordings/r1", "voicemails/v1", "faxes/f1"):
        assert (await admin.delete(row)).status_code == 204, row
    await admin.delete("prompts/p1")
    assert all(unharmed(one) for one in kept)


async def test_no_address_leads_out_of_a_folder(world, admin: AsyncClient, kept):
    files_of: list[str] = [
        path
        for path, operations in world.app.openapi()["paths"].items()
        if "get" in operations and "{" in path and path.rsplit("/", 1)[-1] in ("sound", "pdf", "file", "download")
    ]
    assert len(files_of) >= 8, files_of
    for path in files_of:
        for id in IDS:
            asked: Any = path.removeprefix("/api/v1/")
            while "{" in asked:
                asked = asked[: asked.index("{")] + id + asked[asked.index("}") + 1 :]
            answer = await admin.get(asked)
            assert answer.status_code in (404, 422), (asked, answer.status_code)
            assert SECRET not in answer.content
