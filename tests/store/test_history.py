"""A queue's day as it was, read from the facts that calls and agents left in both databases."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from typer.testing import CliRunner

from callroom.cli import app
from callroom.core.journeys import facts as f
from callroom.store.database import reading, writing
from callroom.store.history import Day, day_of, visits_on
from callroom.store.journal import Journal
from callroom.store.tables import Queue

MIDNIGHT = datetime(2026, 11, 22, 16, tzinfo=UTC)  # in Shanghai
NEXT = MIDNIGHT + timedelta(days=1)
NINE = 9 * 3600.0


def at(seconds: float) -> datetime:
    return MIDNIGHT + timedelta(seconds=seconds)


class Told:
    """Writes facts as the exchange does."""

    def __init__(self, folder: Path, engine: AsyncEngine) -> None:
        self.engine = engine
        self.journal = Journal(folder, engine)
        self.calls = 0

    def visit(
        self, begin: float, wait: float, outcome: f.Outcome, *, talk: float = 0.0, hold: float = 0.0, agent: str = "ana"
    ) -> None:
        """A call that came to the queue at ``begin``; the agent's phone rang for its last 4 seconds of waiting."""
        self.calls += 1
        answered, end = begin + wait, begin + wait + talk + hold
        facts: list[tuple[float, f.Fact]] = [
            (begin, f.Started("inbound", "13800138000", "88001")),
            (begin, f.LegStarted("l1", "caller", "13800138000")),
            (begin, f.QueueEntered("sales", "Sales")),
        ]
        if outcome == "answered":
            facts += [
                (answered - 4, f.LegStarted("l2", "agent", "801", agent=agent)),
                (answered, f.LegAnswered("l2")),
                (answered, f.QueueLeft("sales", outcome, wait, 1, 1, agent, agent)),
                (answered, f.TalkStarted(agent, agent, "l2")),
                (end, f.TalkEnded("l2", talk, hold)),
                (end, f.LegEnded("l2", "normal")),
            ]
        else:
            facts.append((end, f.QueueLeft("sales", outcome, wait)))
        facts += [(end, f.LegEnded("l1", "normal")), (end, f.Ended("caller"))]
        for number, (when, fact) in enumerate(facts, 1):
            self.journal.append(f.JourneyLine(f"j{self.calls}", number, at(when), fact))

    def agent(self, name: str, *states: tuple[float, str], queue: str = "sales") -> None:
        for since, state in states:
            queues = () if state == "offline" else (queue,)
            self.journal.append(f.AgentLine(name, at(since), state, "ready", queues=queues))

    async def day(self, *, now: float = 86_400.0) -> Day:
        await self.journal.close()
        async with reading(self.engine) as session:
            return await day_of(session, "sales", MIDNIGHT, NEXT, now=at(now), within=20.0)


@pytest.fixture
def told(engine: AsyncEngine, tmp_path: Path) -> Told:
    return Told(tmp_path, engine)


async def test_what_a_call_took_is_talk_hold_and_wrap_up(told: Told):
    told.visit(NINE, 10.0, "answered", talk=100.0, hold=20.0)
    told.agent(
        "ana", (NINE - 60, "ready"), (NINE + 6, "ringing"), (NINE + 10, "talking"), (NINE + 130, "wrap_up"),
        (NINE + 145, "ready"), (NINE + 300, "talking"), (NINE + 400, "wrap_up"), (NINE + 500, "ready"),
    )  # fmt: skip
    day = await told.day()
    [call] = day.history.answered
    assert (call.handling, call.ring) == (135.0, 4.0)
    assert day.history.arrivals == (NINE,)
    assert day.history.waits == ((10.0, False),)


async def test_a_wrap_up_of_two_calls_counts_once(told: Told):
    """Bo took a call, and called out before he wrapped both up."""
    told.visit(NINE, 5.0, "answered", talk=60.0, agent="bo")
    told.visit(NINE + 70, 5.0, "answered", talk=60.0, agent="bo")
    told.agent("bo", (NINE, "ready"), (NINE + 5, "talking"), (NINE + 135, "wrap_up"), (NINE + 145, "ready"))
    day = await told.day()
    assert sorted(call.handling for call in day.history.answered) == [60.0, 70.0]


async def test_each_outcome_is_counted_where_the_call_came(told: Told):
    told.visit(NINE - 1, 30.0, "answered", talk=10.0)
    told.visit(NINE, 20.0, "answered", talk=10.0)
    told.visit(NINE + 10, 3.0, "abandoned")
    told.visit(NINE + 20, 40.0, "abandoned")
    told.visit(NINE + 30, 300.0, "flowed_out")
    told.visit(-1.0, 5.0, "answered", talk=10.0)  # the day before
    day = await told.day()
    assert len(day.was) == 48
    before, nine = day.was[17], day.was[18]
    assert (before.offered, before.answered, before.in_time) == (1, 1, 0)
    assert (nine.offered, nine.answered, nine.abandoned, nine.short, nine.flowed_out) == (4, 1, 2, 1, 1)
    assert (nine.in_time, nine.wait, nine.service_level) == (1, 363.0, pytest.approx(1 / 3))
    assert sorted(day.history.waits)[:2] == [(3.0, True), (20.0, False)]
    async with reading(told.engine) as session:
        assert await visits_on(session, "sales", MIDNIGHT, NEXT) == 5
        assert await visits_on(session, "repair", MIDNIGHT, NEXT) == 0


async def test_who_was_there_is_counted_by_the_half_hour(told: Told):
    """Ana came yesterday evening and left at 00:15; Bo serves from 9:10, is away from 9:20; Cy serves another queue."""
    told.agent("ana", (-7200, "ready"), (300, "talking"), (600, "ready"), (900, "offline"))
    told.agent("bo", (NINE + 600, "ready"), (NINE + 1200, "away"), (NINE + 1800, "busy"), (NINE + 3600, "offline"))
    told.agent("cy", (NINE, "ready"), queue="repair")
    day = await told.day()
    assert [(k, each.agents) for k, each in enumerate(day.attendance) if each.agents] == [
        (0, 0.5),
        (18, pytest.approx(1 / 3)),
    ]
    assert day.attendance[0].busy == 300.0


async def test_a_day_that_is_not_over_counts_until_now(told: Told):
    told.agent("ana", (NINE, "ready"))
    day = await told.day(now=NINE + 2700)
    assert [each.agents for each in day.attendance[17:22]] == [0.0, 1.0, 0.5, 0.0, 0.0]


async def test_a_call_that_still_goes_on_came_but_tells_no_length(told: Told):
    told.visit(NINE, 5.0, "answered", talk=60.0)
    told.calls += 1
    for number, fact in enumerate(
        [f.Started("inbound", "1", "2"), f.LegStarted("l1", "caller", "1"), f.QueueEntered("sales", "Sales")], 1
    ):
        told.journal.append(f.JourneyLine("j2", number, at(NINE + 60), fact))
    day = await told.day(now=NINE + 70)
    assert (len(day.history.arrivals), len(day.history.answered), len(day.history.waits)) == (2, 1, 1)
    assert day.was[18].offered == 1


async def test_the_command_plays_a_day_again(told: Told):
    """``callroom simulate --queue Sales --day …``, in both languages, and what it says when it cannot."""
    async with writing(told.engine) as session, session.begin():
        session.add(Queue(id="sales", name="Sales", created_at=MIDNIGHT, updated_at=MIDNIGHT))
    for minute in range(30):
        told.visit(NINE + 60 * minute, 6.0, "answered", talk=150.0)
    told.agent("ana", (NINE, "ready"), (NINE + 3600, "offline"))
    await told.journal.close()
    env = {"CALLROOM_DATABASE_URL": told.engine.url.render_as_string(hide_password=False), "COLUMNS": "140"}

    async def said(*words: str) -> tuple[int, str]:
        done = await asyncio.to_thread(CliRunner().invoke, app, ["simulate", *words], env=env)
        return done.exit_code, done.output

    code, text = await said("--queue", "Sales", "--day", "2026-11-23", "--lang", "en")
    assert code == 0, text
    [nine] = [line.split("│")[1:-1] for line in text.splitlines() if "09:00" in line]
    time, calls, present, was, needed, level, *_ = [cell.strip() for cell in nine]
    assert (time, calls, present, was) == ("09:00", "30", "1.0", "100.0%")
    assert 3 <= int(needed) <= 5, "calls of 150 s, one a minute"
    assert float(level.rstrip("%")) >= 80
    assert "需要坐席" in (await said("--queue", "Sales", "--day", "2026-11-23", "--lang", "zh"))[1]
    assert "none was answered" in (await said("--queue", "Sales", "--day", "2026-11-22", "--lang", "en"))[1]
    for wrong, named in (
        (("--queue", "Sales"), "--day"),
        (("--queue", "Sale", "--day", "2026-11-23"), "Sales"),
        (("--calls-per-hour", "9"), "--handling"),
        (("--queue", "Sales", "--day", "2026-11-31"), "2026-11-31"),
    ):
        code, text = await said(*wrong)
        assert code == 2 and named in text, text
