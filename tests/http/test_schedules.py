"""Opening hours with special days, holidays from lists, and the switch by hand."""

from typing import Any

import pytest
from httpx2 import AsyncClient

WEEK = [{"day": day, "begins": "09:00", "ends": "18:00"} for day in (1, 2, 3, 4, 5)]  # it is Monday, 9:30 in Shanghai


async def test_open_now_and_the_next_change_are_told(world: Any, admin: AsyncClient):
    row = await world.make("schedules", name="Office", hours=WEEK)
    assert (row["open_now"], row["next_change"]) == (True, "2026-11-23T18:00:00+08:00")
    assert (row["override"], row["days"]) == (None, [])
    today = [{"date": "2026-11-23", "name": "Party", "hours": [{"begins": "13:00", "ends": "15:00"}]}]
    row = await world.make("schedules", name="Party", hours=WEEK, days=today)
    assert (row["open_now"], row["next_change"]) == (False, "2026-11-23T13:00:00+08:00")


async def test_the_switch_by_hand_is_logged_and_its_time_ends_it(world: Any, admin: AsyncClient, refused: Any):
    row = await world.make("schedules", name="Office", hours=WEEK)
    leader = await world.client("supervisor")
    until = {"state": "closed", "until": "2026-11-23T10:00:00+08:00"}
    answer = await leader.post(f"schedules/{row['id']}/switch", json=until)
    told = answer.json()
    assert (told["override"], told["open_now"], told["next_change"]) == ("closed", False, "2026-11-23T10:00:00+08:00")
    assert "schedules" in world.changed
    [entry] = (await admin.get("audit-log", params={"action": "schedule.switched"})).json()["items"][:1]
    assert entry["after"]["override"] == "closed"
    agent = await world.client("agent")
    [told] = (await agent.get("schedules/switched")).json()["items"]
    assert told == {
        "id": row["id"], "name": "Office", "state": "closed", "until": "2026-11-23T02:00:00Z", "by": "supervisor",
    }  # fmt: skip
    past = await leader.post(f"schedules/{row['id']}/switch", json=until | {"until": "2026-11-23T09:00:00+08:00"})
    assert refused(past) == {("until", "past")}
    # Whoever edits the row meanwhile does not switch it back.
    told = (await admin.get(f"schedules/{row['id']}")).json()
    changed = await admin.put(f"schedules/{row['id']}", json=told | {"name": "Hours"}, headers={"If-Match": "1"})
    assert (changed.json()["name"], changed.json()["override"]) == ("Hours", "closed")
    answer = await leader.post(f"schedules/{row['id']}/switch", json={"state": "timetable"})
    told = answer.json()
    assert (told["override"], told["override_by"], told["open_now"]) == (None, None, True)
    assert (await agent.get("schedules/switched")).json()["items"] == []


async def test_holidays_come_from_a_list(world: Any, admin: AsyncClient, refused: Any):
    [china] = [one for one in (await admin.get("holidays")).json()["items"] if one["id"] == "cn-2026"]
    row = await world.make("schedules", name="China", hours=WEEK, days=china["days"])
    assert {"date": "2026-10-10", "name": "国庆节调休", "like": 1, "hours": []} in row["days"]
    [china] = [one for one in (await admin.get("holidays?like=5")).json()["items"] if one["id"] == "cn-2026"]
    assert {"date": "2026-10-10", "name": "国庆节调休", "like": 5, "hours": []} in china["days"]
    body = {"text": "2026-10-10,调休,班\n2026-10-01,国庆节,休", "like": 3}
    told = (await admin.post("holidays/read", json=body)).json()["days"]
    assert {(day["date"], day["like"]) for day in told} == {("2026-10-01", None), ("2026-10-10", 3)}
    assert (await admin.post("holidays/read", json=body | {"like": 8})).status_code == 422
    told = (await admin.post("holidays/read", json={"text": "2026-12-25,Christmas,off"})).json()
    assert told["days"] == [{"date": "2026-12-25", "name": "Christmas", "like": None, "hours": []}]
    wrong = await admin.post("holidays/read", json={"text": "2026-12-25,a\nsoon,b"})
    assert refused(wrong) == {("text", "bad_list")}
    assert "soon,b" in wrong.json()["errors"][0]["text"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"days": [{"date": "2026-12-25"}] * 2}, ("days", "twice")),
        ({"days": [{"date": "25.12."}]}, ("days.0.date", "not_a_date")),
        (
            {"days": [{"date": "2026-12-25", "hours": [{"begins": "9:00", "ends": "8:00"}]}]},
            ("days", "ends_before_it_begins"),
        ),
        ({"switch_code": "12"}, ("switch_code", "string_pattern_mismatch")),
        ({"switch_extensions": ["no"]}, ("switch_extensions", "unknown_reference")),
    ],
)
async def test_what_is_wrong_is_named(admin: AsyncClient, refused: Any, values: Any, expected: tuple[str, str]):
    assert refused(await admin.post("schedules", json={"name": "a"} | values)) == {expected}
