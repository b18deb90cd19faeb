"""What concerns key customers comes first where it is worked off, page by page, and each row tells the tier."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient

from callroom.actions.letters import StoredLetters
from callroom.http import record_downloads
from callroom.store.tables import CallbackRow, CustomTable, FollowUp, JourneyRow, Record, Voicemail
from past_calls import journey, put
from sms_world import NOW

TIERS = [0, 3, None, 9, 3]  # of who wrote, called or asked; None: nobody known
ORDER = [3, 1, 4, 0, 2]  # key customers first, then who has waited longest


def at(n: int) -> datetime:
    return NOW - timedelta(hours=10 - n)


@pytest.fixture
async def people(world: Any) -> list[str | None]:
    return [
        (await world.make("customers", name=f"N{n}", tier=tier))["id"] if tier is not None else None
        for n, tier in enumerate(TIERS)
    ]


@pytest.fixture
async def calls(world: Any, people: list[str | None]) -> None:
    rows: list[JourneyRow] = [journey(f"j{n}", n, customer_id=one) for n, one in enumerate(people)]
    await put(world.site.engine, *rows)


async def pages(client: AsyncClient, path: str, **asked: Any) -> list[dict[str, Any]]:
    """All rows, two at a time."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = await client.get(
            path, params=asked | {"limit": 2, "sort": "key"} | ({"cursor": cursor} if cursor else {})
        )
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if not (cursor := answer.json()["next"]):
            return found


async def test_messages_of_key_customers_come_first(world: Any, admin: AsyncClient, calls: None):
    await put(world.site.engine, *(
        Voicemail(id=f"v{n}", journey_id=f"j{n}", box_kind="extension", box_id="e1", path=f"v{n}", seconds=1.0,
                  caller="+8613800138000", left_at=at(n))
        for n in range(len(TIERS))
    ))  # fmt: skip
    found = await pages(admin, "voicemails", unheard=True)
    assert [one["id"] for one in found] == [f"v{n}" for n in ORDER]
    assert [one["tier"] for one in found] == [9, 3, 3, 0, 0]
    newest = (await admin.get("voicemails")).json()["items"]
    assert [one["id"] for one in newest] == ["v4", "v3", "v2", "v1", "v0"]
    letters = StoredLetters(world.site.engine, world.site.recordings, world.site.now, lambda _: None)
    assert [one.id for one in await letters.of("e1")] == [f"v{n}" for n in ORDER]  # on the phone too


async def test_calls_back_to_key_customers_come_first(world: Any, admin: AsyncClient, calls: None):
    await put(world.site.engine, *(
        CallbackRow(id=f"b{n}", queue_id="q", number="138", asked_at=at(n), state="waiting", changed_at=at(n),
                    origin_journey=f"j{n}")
        for n in range(len(TIERS))
    ))  # fmt: skip
    found = await pages(admin, "callbacks", open=True)
    assert [one["id"] for one in found] == [f"b{n}" for n in ORDER]
    assert [one["tier"] for one in found] == [9, 3, 3, 0, 0]


async def test_complaints_and_return_calls_of_key_customers_come_first(
    world: Any, admin: AsyncClient, people: list[str | None], monkeypatch: pytest.MonkeyPatch
):
    made = {"version": 1, "created_at": NOW, "updated_at": NOW, "owner_id": world.ids["agent"]}
    status = [{"id": "s1", "label": "开", "color": "default", "closed": False, "leaders": False, "next": []}]
    await put(
        world.site.engine,
        CustomTable(id="t", name="投诉", statuses=status, problems=True, created_at=NOW, updated_at=NOW),
        *(
            Record(
                id=f"r{n}", table_id="t", number=n + 1, status="s1", values={}, customer_id=one, due_at=at(n), **made
            )
            for n, one in enumerate(people)
        ),
        *(
            FollowUp(id=f"f{n}", record_id=f"r{n}", customer_id=one, due_at=at(n), **made)
            for n, one in enumerate(people)
        ),
    )
    for path, letter in (("records", "r"), ("tables/t/records", "r"), ("follow-ups", "f")):
        found = await pages(admin, path)
        assert [one["id"] for one in found] == [f"{letter}{n}" for n in ORDER], path
        assert [one["customer"] and one["customer"]["tier"] for one in found] == [9, 3, 3, 0, None]
    await put(
        world.site.engine,
        Record(id="r9", table_id="t", number=9, status="s1", values={}, customer_id=people[1], **made),
    )
    assert [one["id"] for one in await pages(admin, "records")] == ["r3", "r1", "r4", "r9", "r0", "r2"]  # never due
    monkeypatch.setattr(record_downloads, "BATCH", 2)
    for sort in ("key", "due_at", "-due_at", "number", "-number", ""):  # the file is in the order of the list
        listed = (await admin.get("tables/t/records", params={"sort": sort})).json()["items"]
        asked = {"sort": sort, "format": "csv"}
        text = (await admin.get("tables/t/records/download", params=asked)).text.removeprefix("\ufeff")
        told = [int(row[0]) for row in list(csv.reader(io.StringIO(text)))[1:]]
        assert told == [one["number"] for one in listed], sort
        assert len(told) == 6


@pytest.mark.parametrize("path", ["records", "follow-ups", "voicemails", "callbacks"])
@pytest.mark.parametrize("cursor", ["", "bm8", "djB8OSBub3doZW4", "djB8eCAyMDI2LTExLTIzVDAxOjMwOjAwKzAwOjAw"])
async def test_a_cursor_that_no_page_gave_is_refused(admin: AsyncClient, path: str, cursor: str):
    answer = await admin.get(path, params={"sort": "key", "cursor": cursor})
    assert answer.status_code == (422 if cursor else 200), answer.text
