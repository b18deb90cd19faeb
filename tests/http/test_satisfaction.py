"""What callers answered is counted as it was said, and every figure opens the calls it is made of."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.core.ids import JourneyId
from callroom.core.journeys import facts as f
from callroom.store.database import writing
from callroom.store.journal import Journal
from callroom.store.tables import Queue, Team, User
from callroom.store.today import StoredCustomers

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
PERIOD = {"from": "2026-11-23T00:00:00+08:00", "to": "2026-11-25T00:00:00+08:00"}


def rated(journey: str, at: datetime, agent: str, queue: str, *answers: f.Fact) -> list[f.JourneyLine]:
    """A call that an agent ended, and what the caller answered then."""
    facts: list[f.Fact] = [
        f.Started("inbound", f"1380013800{journey[-1]}", "88001"),
        f.LegStarted("l1", "caller", "138"),
        f.QueueEntered(queue, queue),
        f.LegStarted("l2", "agent", "801", agent=agent),
        f.QueueLeft(queue, "answered", 1.0, 1, 1, agent, agent),
        f.TalkStarted(agent, agent, "l2"),
        f.SurveyStarted("s1", "Service", agent, agent, queue, queue),
        *answers,
        f.Ended("agent"),
    ]
    return [f.JourneyLine(journey, n, at + timedelta(seconds=n), fact) for n, fact in enumerate(facts, 1)]


def said(meaning: str, question: int = 0) -> f.SurveyAnswered:
    return f.SurveyAnswered(question, "Service", "1", meaning)  # type: ignore


@pytest.fixture
async def answers(world: Any, engine: AsyncEngine, tmp_path: Path) -> dict[str, str]:
    """Five calls of two agents in two queues on two days; returns the agents' ids."""
    ana, boss = world.ids["agent"], world.ids["supervisor"]
    late = NOON + timedelta(days=1)
    journal = Journal(tmp_path / "journal", engine)
    for line in [
        *rated("j1", NOON, ana, "q1", said("very_satisfied"), said("satisfied", 1), f.SurveyDone()),
        *rated("j2", NOON, ana, "q1", said("unsatisfied"), f.SurveyReasoned(0, "attitude")),
        *rated("j3", late, ana, "q2", said("unsatisfied"), f.SurveyReasoned(0, "service"), f.SurveyDone()),
        *rated("j4", late, boss, "q2", said("satisfied"), f.SurveyDone()),
        *rated("j5", late, boss, "q2"),
    ]:
        journal.append(line)
    await journal.close()
    made = {"created_at": NOON, "updated_at": NOON}
    async with writing(engine) as session, session.begin():
        session.add_all([Queue(id=q, name=q.upper(), overflow={"kind": "hang_up"}, **made) for q in ("q1", "q2")])
        session.add(Team(id="t1", name="East", **made))
        await session.flush()
        (await session.get_one(User, ana)).team_id = "t1"
        (await session.get_one(User, boss)).supervises = ["t1"]
    return {"ana": ana, "boss": boss}


async def asked(world: Any, role: str = "admin", **more: Any) -> dict[str, Any]:
    answer = await (await world.client(role)).get("surveys/satisfaction", params=PERIOD | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def counts(row: dict[str, Any]) -> tuple[int, ...]:
    names = ("asked", "answered", "very_satisfied", "satisfied", "unsatisfied", "service", "attitude", "other")
    return tuple(row[name] for name in names)


async def test_figures_equal_the_answers(world: Any, answers: dict[str, str]):
    told = await asked(world)
    rows = {row["id"]: row for row in told["rows"]}
    assert counts(rows[answers["ana"]]) == (3, 3, 1, 0, 2, 1, 1, 0)
    assert counts(rows[answers["boss"]]) == (2, 1, 0, 1, 0, 0, 0, 0)
    assert counts(told["total"]) == (5, 4, 1, 1, 2, 1, 1, 0)
    assert (told["total"]["response_rate"], told["total"]["satisfaction"]) == (0.8, 0.5)
    queues = {row["name"]: counts(row)[:2] for row in (await asked(world, by="queue"))["rows"]}
    assert queues == {"Q1": (2, 2), "Q2": (3, 2)}
    days = {row["id"]: counts(row)[:2] for row in (await asked(world, by="day"))["rows"]}
    assert days == {"2026-11-23": (2, 2), "2026-11-24": (3, 2)}
    second = (await asked(world, question=1))["total"]
    assert counts(second)[:4] == (5, 1, 0, 1)
    assert (await asked(world, survey="other"))["total"]["asked"] == 0


async def test_every_figure_opens_its_calls(world: Any, answers: dict[str, str]):
    client = await world.client("admin")
    for by, named in (("agent", "survey_agent"), ("queue", "survey_queue")):
        for row in (await asked(world, by=by))["rows"]:
            for name in ("asked", "answered", "very_satisfied", "satisfied", "unsatisfied"):
                found = await client.get("journeys", params=PERIOD | {"survey": name, named: row["id"]})
                assert len(found.json()["items"]) == row[name], (by, row, name)
            for reason in ("service", "attitude", "other"):
                wanted = {"survey": "unsatisfied", "survey_reason": reason, named: row["id"]}
                found = await client.get("journeys", params=PERIOD | wanted)
                assert len(found.json()["items"]) == row[reason]
    [silent] = (await client.get("journeys", params={"survey": "unanswered"})).json()["items"]
    assert silent["id"] == "j5"
    [later] = (await client.get("journeys", params={"survey": "satisfied", "survey_question": 1})).json()["items"]
    assert later["id"] == "j1"


async def test_a_leader_sees_the_figures_of_his_own_people(world: Any, answers: dict[str, str]):
    told = await asked(world, role="supervisor")
    assert {row["id"] for row in told["rows"]} == {answers["ana"], answers["boss"]}, "his team, and himself"
    async with writing(world.site.engine) as session, session.begin():
        (await session.get_one(User, answers["boss"])).supervises = []
    assert {row["id"] for row in (await asked(world, role="supervisor"))["rows"]} == {answers["boss"]}


async def test_the_story_tells_what_was_said(world: Any, answers: dict[str, str]):
    told = (await (await world.client("admin")).get("journeys/j2")).json()["survey"]
    assert (told["name"], told["agent"], told["queue"], told["done"]) == ("Service", answers["ana"], "q1", False)
    [answer] = told["answers"]
    assert (answer["label"], answer["meaning"], answer["reason"]) == ("Service", "unsatisfied", "attitude")


async def test_who_was_asked_lately_is_known(world: Any, answers: dict[str, str]):
    customers = StoredCustomers(world.site.engine, lambda: ("CN", "021"))
    this = JourneyId("now")
    assert await customers.surveyed("13800138001", None, this, NOON - timedelta(days=1))
    assert not await customers.surveyed("13800138001", None, JourneyId("j1"), NOON - timedelta(days=1))
    assert not await customers.surveyed("13800138001", None, this, NOON + timedelta(hours=1))
    assert not await customers.surveyed("", None, this, NOON - timedelta(days=1))


async def test_wrong_periods_are_refused(world: Any, admin: Any, refused: Any):
    for end in ("2026-11-23T00:00:00+08:00", "2028-11-23T00:00:00+08:00"):
        answer = await admin.get("surveys/satisfaction", params=PERIOD | {"to": end})
        assert refused(answer) == {("to", "bad_period")}
