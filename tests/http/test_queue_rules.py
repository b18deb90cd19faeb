"""The rules of queues: written as they are read, refused with a reason where they name what is not there."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.core.acd.model import Requirement, Step
from callroom.core.ids import QueueId
from callroom.store.database import reading
from callroom.store.directory import load_directory

Refused = Callable[[Response], set[tuple[str, str]]]
Company = Callable[[], Awaitable[dict[str, dict[str, Any]]]]
END = {"kind": "hang_up"}


def all_rules(world: Any, made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "Service",
        "members": [world.ids["agent"]],
        "tiers": {world.ids["agent"]: 2},
        "tier_after": 15,
        "skills": [{"skill": made["skills"]["id"], "level": 7, "step": 2, "every": 30, "floor": 1}],
        "tier_weight": 60,
        "sticky_days": 30,
        "sticky_patience": 20,
        "prefer_team_id": made["teams"]["id"],
        "misses_until_busy": 3,
        "overflow_steps": [{"after": 45, "queue": made["queues"]["id"]}],
        "schedule_id": made["schedules"]["id"],
        "closed": {"kind": "queue", "id": made["queues"]["id"], "number": None, "priority": None, "skills": None},
    }


async def test_the_rules_reach_the_calls_as_they_were_written(
    world, admin: AsyncClient, company: Company, engine: AsyncEngine, tmp_path: Any
):
    made = await company()
    wanted = all_rules(world, made)
    row = await world.make("queues", **wanted)
    assert {name: row[name] for name in wanted} == wanted
    person = (await admin.get(f"users/{world.ids['agent']}")).json()
    skills = [{"skill": made["skills"]["id"], "level": 8}]
    extension = made["extensions"]["id"]
    person |= {"skills": skills, "team_id": made["teams"]["id"], "extension_id": extension}
    answer = await admin.put(f"users/{person['id']}", json=person, headers={"If-Match": f'"{person["version"]}"'})
    assert answer.json()["skills"] == skills
    async with reading(engine) as session:
        directory = await load_directory(session, tmp_path, tmp_path)
    queue = directory.queues[QueueId(row["id"])]
    rules, sales = queue.settings, QueueId(made["queues"]["id"])
    assert rules.skills == (Requirement(made["skills"]["id"], 7, 2, 30.0, 1),)
    assert (rules.tiers, rules.tier_after) == ({person["id"]: 2}, 15.0)
    assert (rules.tier_weight, rules.sticky_days, rules.sticky_patience) == (60.0, 30, 20.0)
    assert (rules.prefer_team, rules.misses_until_busy) == (made["teams"]["id"], 3)
    assert rules.steps == (Step(45.0, sales),)
    profile = directory.agents[person["id"]].profile
    assert (dict(profile.skills), profile.team) == ({made["skills"]["id"]: 8}, made["teams"]["id"])
    assert directory.called(made["skills"]["id"]) == "English"
    for hour, is_open in ((0, False), (1, True), (9, True), (10, False)):  # UTC; the site is in Shanghai
        assert directory.is_open(queue, datetime(2026, 9, 30, hour, 30, tzinfo=UTC)) is is_open
        assert not directory.is_open(queue, datetime(2026, 10, 1, hour, 30, tzinfo=UTC)), "a holiday"
        assert directory.is_open(directory.queues[sales], datetime(2026, 10, 1, hour, tzinfo=UTC)), "has no hours"


async def test_a_queue_that_nobody_gave_rules_has_none(world):
    row = await world.make("queues", name="Plain")
    for name in ("tiers", "skills", "overflow_steps"):
        assert not row[name]
    assert not any(row[name] for name in ("tier_after", "tier_weight", "sticky_days", "misses_until_busy"))
    assert (row["prefer_team_id"], row["schedule_id"]) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "field", "rule"),
    [
        ({"skills": [{"skill": "none", "level": 3}]}, "skills", "unknown_reference"),
        ({"skills": [{"skill": "S", "level": 3, "floor": 4}]}, "skills", "floor_above_level"),
        ({"skills": [{"skill": "S", "level": 3}, {"skill": "S", "level": 4}]}, "skills", "twice"),
        ({"skills": [{"skill": "S", "level": 11}]}, "skills.0.level", "less_than_equal"),
        ({"tiers": {"stranger": 1}}, "tiers", "not_a_member"),
        ({"prefer_team_id": "none"}, "prefer_team_id", "unknown_reference"),
        ({"schedule_id": "none"}, "schedule_id", "unknown_reference"),
        ({"closed": {"kind": "queue", "id": "none"}}, "closed", "unknown_reference"),
        ({"overflow_steps": [{"after": 5, "queue": "none"}]}, "overflow_steps", "unknown_reference"),
        ({"overflow_steps": [{"after": 0, "queue": "none"}]}, "overflow_steps.0.after", "greater_than_equal"),
        ({"sticky_days": -1}, "sticky_days", "greater_than_equal"),
    ],
)
async def test_wrong_rules_are_refused_at_their_field(
    world, admin: AsyncClient, refused: Refused, wrong: dict[str, Any], field: str, rule: str
):
    skill = await world.make("skills", name="English")
    skills = [one | {"skill": skill["id"] if one["skill"] == "S" else "none"} for one in wrong.get("skills", [])]
    answer = await admin.post("queues", json={"name": "Service", **wrong, "skills": skills})
    assert refused(answer) == {(field, rule)}
    assert answer.json()["errors"][0]["text"] != "This is not accepted."


async def test_a_queue_cannot_help_itself(world, admin: AsyncClient, company: Company, refused: Refused):
    sales = (await company())["queues"]
    for field, value in (
        ("overflow_steps", [{"after": 5, "queue": sales["id"]}]),
        ("closed", {"kind": "queue", "id": sales["id"]}),
    ):
        answer = await admin.put(f"queues/{sales['id']}", json=sales | {field: value}, headers={"If-Match": '"1"'})
        assert refused(answer) == {(field, "leads_to_itself")}


async def test_what_a_queue_needs_stays(world, admin: AsyncClient, company: Company):
    made = await company()
    await world.make("queues", **all_rules(world, made))
    for resource in ("inbound-routes", "ivr-flows"):  # which lead to the queue too
        assert (await admin.delete(f"{resource}/{made[resource]['id']}")).status_code == 204
    for resource in ("skills", "schedules", "teams", "queues"):
        answer = await admin.delete(f"{resource}/{made[resource]['id']}")
        assert answer.json()["title"] == "Still in use: queue “Service”."
    free = await world.make("skills", name="French")
    assert (await admin.delete(f"skills/{free['id']}")).status_code == 204


@pytest.mark.parametrize(
    ("hours", "field", "rule"),
    [
        ([{"day": 8, "begins": "09:00", "ends": "18:00"}], "hours.0.day", "less_than_equal"),
        ([{"day": 1, "begins": "9 am", "ends": "18:00"}], "hours.0.begins", "not_a_time_of_day"),
        ([{"day": 1, "begins": "09:00", "ends": "24:01"}], "hours.0.ends", "not_a_time_of_day"),
        ([{"day": 1, "begins": "18:00", "ends": "09:00"}], "hours", "ends_before_it_begins"),
        (
            [{"day": 1, "begins": "09:00", "ends": "12:00"}, {"day": 1, "begins": "11:00", "ends": "18:00"}],
            "hours",
            "hours_overlap",
        ),
    ],
)
async def test_wrong_hours_are_refused(
    admin: AsyncClient, refused: Refused, hours: list[dict[str, Any]], field: str, rule: str
):
    answer = await admin.post("schedules", json={"name": "Office", "hours": hours})
    assert refused(answer) == {(field, rule)}


async def test_hours_come_back_in_order_and_dates_once(world, admin: AsyncClient, refused: Refused):
    late, early = {"day": 1, "begins": "13:00", "ends": "24:00"}, {"day": 1, "begins": "8:30", "ends": "12:00"}
    row = await world.make("schedules", name="Office", hours=[late, early], closed=["2026-10-02", "2026-10-01"] * 2)
    assert (row["hours"], row["closed"]) == ([early, late], ["2026-10-01", "2026-10-02"])
    answer = await admin.post("schedules", json={"name": "Other", "closed": ["1 May"]})
    assert refused(answer) == {("closed.0", "not_a_date")}


async def test_a_customer_s_tier_is_kept_and_bounded(world, refused: Refused):
    agent = await world.client("agent")
    made = (await agent.post("customers", json={"name": "Mei", "tier": 3})).json()
    assert made["tier"] == 3
    assert (await agent.get(f"customers/{made['id']}")).json()["tier"] == 3
    assert refused(await agent.post("customers", json={"name": "Bo", "tier": 10})) == {("tier", "less_than_equal")}
