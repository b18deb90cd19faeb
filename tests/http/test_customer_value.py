"""What customers are worth by tier and stage: each figure is as long as the list that it opens."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import AsyncClient

from callroom.store.database import writing
from callroom.store.tables import Queue, SurveyAnswerRow, Team, User
from past_calls import hide, journey, put
from sms_world import NOW, Clock

LONG_AGO, LATELY = NOW - timedelta(days=200), NOW - timedelta(days=3)
MINUTES = 60
PERIOD = {"from": "2026-11-01T00:00:00+08:00", "to": "2026-11-24T00:00:00+08:00", "quiet": "90"}
DAYS = "2026-11-01..2026-11-23"


def minutes(at: Any) -> float:
    """Since when ``past_calls.journey`` counts."""
    return (at - NOW).total_seconds() / MINUTES - 150


@pytest.fixture
async def company(world: Any, clock: Clock) -> dict[str, str]:
    """甲 rose from usual to tier 3 and orders most; 乙 rose to 2 and fell to 0 again, and last called long ago;
    丙 rose from 1 to 2, who never called. Returns their ids."""
    engine, ana = world.site.engine, world.ids["agent"]
    people = [
        await world.make("customers", name="甲"),
        await world.make("customers", name="乙", stage="old"),
        await world.make("customers", name="=丙 13800138000", tier=1, stage="retained"),
    ]
    ids = dict(zip("甲乙丙", [one["id"] for one in people], strict=True))
    admin = await world.client("admin")
    for who, version, tier in (("甲", 1, 2), ("甲", 2, 3), ("乙", 1, 2), ("乙", 2, 0), ("丙", 1, 2)):
        change = await admin.patch(f"customers/{ids[who]}", json={"tier": tier}, headers={"If-Match": f'"{version}"'})
        assert change.status_code == 200, change.text
    meter = await world.make("products", code="M", name="表", price=100_00)
    agent = await world.client("agent")
    for who, client, pieces in (("甲", agent, 3), ("甲", admin, 1), ("乙", admin, 2)):
        line = {"product": meter["id"], "quantity": pieces}
        made = await client.post("orders", json={"customer": ids[who], "lines": [line]})
        assert made.status_code == 201, made.text
    made = {"created_at": NOW, "updated_at": NOW}
    async with writing(engine) as session, session.begin():
        session.add_all(
            [Queue(id="q1", name="Q1", overflow={"kind": "hang_up"}, **made), Team(id="t1", name="T", **made)]
        )
        await session.flush()
        (await session.get_one(User, ana)).team_id = "t1"
        (await session.get_one(User, world.ids["supervisor"])).supervises = ["t1"]
    await put(
        engine,
        journey("j1", minutes(LATELY), customer_id=ids["甲"], legs=[ana]),
        journey("j2", minutes(LATELY) + 1, customer_id=ids["甲"], loss_reason="abandoned"),
        journey("j3", minutes(LATELY) + 2, customer_id=ids["甲"], legs=[ana], direction="outbound"),
        journey("j4", minutes(LONG_AGO), customer_id=ids["乙"], legs=[ana]),
        journey("j5", minutes(LATELY), customer_id=ids["乙"], legs=[ana], direction="internal"),
        SurveyAnswerRow(journey_id="j1", question=0, survey_id="s", asked_at=LATELY, meaning="very_satisfied"),
        SurveyAnswerRow(journey_id="j3", question=0, survey_id="s", asked_at=LATELY, meaning="unsatisfied"),
    )
    return ids


async def rows(client: AsyncClient, by: str, **more: str) -> dict[Any, dict[str, Any]]:
    answer = await client.get("customer-value", params=PERIOD | {"by": by} | more)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return {row[by]: row for row in told["rows"]} | {"total": told["total"]}


async def count(client: AsyncClient, path: str, **asked: Any) -> int:
    answer = await client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return len(answer.json()["items"])


async def test_each_figure_is_as_long_as_its_list(admin: AsyncClient, company: dict[str, str]):
    told = await rows(admin, "tier")
    assert {key: (row["customers"], row["came"], row["went"]) for key, row in told.items()} == {
        0: (1, 0, 1), 1: (0, 0, 1), 2: (1, 1, 0), 3: (1, 1, 0), "total": (3, 2, 2)
    }  # fmt: skip
    best = told[3]
    assert (best["orders"], best["order_total"], best["share"]) == (2, 400_00, pytest.approx(1 / 3))
    assert (best["calls_in"], best["answered_in"], best["calls_out"], best["answered_out"]) == (2, 1, 1, 1)
    assert (best["survey_answered"], best["unsatisfied"], best["satisfaction"], best["quiet"]) == (2, 1, 0.5, 0)
    assert (told[0]["quiet"], told[0]["calls_in"], told[0]["last_contact"]) == (1, 0, None)
    when = {name: PERIOD[name] for name in ("from", "to")}
    for tier in (0, 1, 2, 3):
        row, of = told[tier], {"customer_tier": tier} | when
        assert await count(admin, "customers", tier=tier) == row["customers"]
        assert await count(admin, "customers", moved=f"tier::{tier}:{DAYS}") == row["came"]
        assert await count(admin, "customers", moved=f"tier:{tier}::{DAYS}") == row["went"]
        assert await count(admin, "customers", tier=tier, fact="calls.last:ge:90") == row["quiet"]
        assert await count(admin, "orders", **of) == row["orders"]
        assert await count(admin, "journeys", direction="inbound", **of) == row["calls_in"]
        assert await count(admin, "journeys", direction="outbound", outcome="answered", **of) == row["answered_out"]
        assert await count(admin, "journeys", survey="answered", **of) == row["survey_answered"]


async def test_stages_are_all_told_and_a_period_without_anything_is_empty(admin: AsyncClient, company: dict[str, str]):
    told = await rows(admin, "stage")
    assert list(told) == ["potential", "new", "satisfied", "retained", "old", "total"]
    assert (told["new"]["orders"], told["old"]["orders"], told["total"]["order_total"]) == (2, 1, 600_00)
    assert await count(admin, "orders", customer_stage="old") == 1
    before = await rows(admin, "stage", **{"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"})
    assert (before["total"]["customers"], before["total"]["orders"], before["total"]["calls_in"]) == (3, 0, 0)


async def test_a_leader_counts_what_he_may_see(world: Any, company: dict[str, str]):
    told = await rows(await world.client("supervisor"), "tier")
    assert (told[3]["orders"], told[3]["order_total"], told["total"]["orders"]) == (1, 300_00, 1)
    assert (told[3]["calls_in"], told[3]["customers"]) == (1, 1)  # the lost call was nobody's


async def test_the_most_valuable_and_those_who_have_gone_quiet(world: Any, admin: AsyncClient, company: dict[str, str]):
    ask = {"which": "valuable"} | PERIOD
    best = (await admin.get("customer-value/customers", params=ask)).json()["items"]
    assert [(one["name"], one["orders"], one["order_total"]) for one in best] == [("甲", 2, 400_00), ("乙", 1, 200_00)]
    lost = (await admin.get("customer-value/customers", params=ask | {"which": "sinking"})).json()["items"]
    assert [(one["name"], one["order_total"]) for one in lost] == [("乙", 200_00)]
    assert lost[0]["last_contact"].startswith(f"{LONG_AGO:%Y-%m-%d}")
    later = await admin.get("customer-value/customers", params=ask | {"which": "sinking", "quiet": "300"})
    assert later.json()["items"] == []
    await put(world.site.engine, journey("j9", minutes(LONG_AGO), customer_id=company["丙"]))  # ordered nothing yet
    lost = (await admin.get("customer-value/customers", params=ask | {"which": "sinking"})).json()["items"]
    assert [one["id"] for one in lost] == [company["乙"], company["丙"]]
    await hide(world.site.engine, "supervisor", "name")
    lead = await world.client("supervisor")
    seen = (await lead.get("customer-value/customers", params=ask | {"which": "sinking"})).json()["items"]
    assert [one["name"] for one in seen if one["id"] == company["丙"]] == ["=丙 13800138000"]  # a leader sees numbers


async def test_files_hold_the_same_and_no_formula(world: Any, admin: AsyncClient, company: dict[str, str]):
    await put(world.site.engine, journey("j9", minutes(LONG_AGO), customer_id=company["丙"]))
    answer = await admin.get("customer-value/download", params=PERIOD | {"format": "csv"})
    table = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[0] for row in table] == ["Tier", "0", "1", "2", "3", "Total"]
    assert table[4][5:7] == ["2", "400.0"]
    ask = PERIOD | {"format": "csv", "which": "sinking"}
    answer = await admin.get("customer-value/customers/download", params=ask)
    assert [row[0] for row in csv.reader(io.StringIO(answer.text))][1:] == ["乙", "'=丙 13800138000"]
    sheet = await admin.get("customer-value/download", params=PERIOD)
    assert sheet.content.startswith(b"PK")
    log = [one["action"] for one in (await admin.get("audit-log")).json()["items"]]
    assert log.count("customer_value.downloaded") == 3


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"to": "2026-10-01T00:00:00Z"}, ("to", "bad_period")),
        ({"to": "2030-10-01T00:00:00Z"}, ("to", "bad_period")),
        ({"quiet": "0"}, ("quiet", "greater_than_equal")),
        ({"by": "colour"}, ("by", "literal_error")),
    ],
)
async def test_a_question_that_is_none_is_refused(admin: AsyncClient, refused, asked, field):
    assert refused(await admin.get("customer-value", params=PERIOD | asked)) == {field}


async def test_a_move_that_is_none_is_refused(admin: AsyncClient, refused):
    for wrong in ("size:1:2:", "tier:1:2:soon", "tier"):
        answer = await admin.get("customers", params={"moved": wrong})
        if wrong == "tier":
            assert answer.status_code == 200  # whoever changed at all
        else:
            assert refused(answer) == {("moved", "not_a_filter")}
