"""Facts reach both databases once, in order, whatever happens in between."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.core import callbacks as c
from callroom.core.ids import JourneyId, QueueId
from callroom.core.journeys import facts as f
from callroom.store import tables as t
from callroom.store.database import reading, writing
from callroom.store.flows import traffic
from callroom.store.journal import Journal
from callroom.store.today import StoredCustomers, agents_rests, counts_since, rests_since
from callroom.store.unfinished import open_callbacks, open_journeys

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OFFERED = f.Offered(START, "linear", (f.RungAgent("ana", "answered", 5.0),), passed_over=(f.PassedOver("bo", "busy"),))


def call(journey: str) -> list[f.Line]:
    facts: list[f.Fact] = [
        f.Started("inbound", "13800138000", "88001", trunk="city", did="88001"),
        f.LegStarted("l1", "caller", "13800138000"),
        f.QueueEntered("q1", "Sales"),
        f.LegStarted("l2", "agent", "801", agent="ana"),
        f.LegAnswered("l2"),
        f.QueueLeft("q1", "answered", 12.5, 1, 2, "ana", "Ana", (OFFERED,)),
        f.TalkStarted("ana", "Ana", "l2"),
        f.RecordingStarted(f"rec-{journey}", "2026/r1", "ana"),
        f.TalkEnded("l2", 30.0, 5.0),
        f.LegEnded("l2", "normal"),
        f.LegEnded("l1", "normal"),
        f.Ended("caller"),
        f.RecordingEnded(f"rec-{journey}", 35.0, True),
    ]
    return [f.JourneyLine(journey, n, START + timedelta(seconds=n), fact) for n, fact in enumerate(facts, 1)]


def _files(folder: Path) -> int:
    return len(list(folder.glob("*.jsonl")))


def _cut_off(folder: Path, size: int) -> None:
    (file,) = folder.glob("*.jsonl")
    file.write_bytes(file.read_bytes()[:-size])


async def test_a_call_arrives_in_all_tables(engine: AsyncEngine, tmp_path: Path):
    journal = Journal(tmp_path, engine)
    for line in call("j1"):
        journal.append(line)
    journal.append(f.AgentLine("ana", START, "talking", "ready", queues=("q1",)))
    await journal.close()
    async with reading(engine) as session:
        row = (await session.scalars(select(t.JourneyRow))).one()
        assert (row.from_number, row.agent_id, row.queue_id, row.talk_seconds) == ("13800138000", "ana", "q1", 30.0)
        assert (row.wait_seconds, row.has_recording, row.loss_reason, row.seq) == (12.5, True, None, 13)
        visit = (await session.scalars(select(t.QueueVisitRow))).one()
        assert (visit.outcome, visit.agent_id) == ("answered", "ana")
        recording = (await session.scalars(select(t.Recording))).one()
        assert (recording.path, recording.seconds, recording.complete) == ("2026/r1.wav", 35.0, True)
        assert await agents_rests(session) == {"ana": ("ready", "", ("q1",))}
        queues, agents = await counts_since(session, START)
        assert queues == {"q1": {"answered": 1, "offered": 1, "in_time": 0, "short": 0}}, "no such queue: no goal"
        assert agents == {"ana": {"answered": 1}}


async def test_facts_written_in_pieces_and_twice_count_once(engine: AsyncEngine, tmp_path: Path):
    lines = call("j1")
    for part in (lines[:5], lines[3:9], lines):  # each a server of its own, which was killed
        journal = Journal(tmp_path, engine)
        for line in part:
            journal.append(line)
        await journal.replay()
    async with reading(engine) as session:
        row = (await session.scalars(select(t.JourneyRow))).one()
        assert (row.seq, row.document["legs"][1]["talk"]) == (13, 30.0)
    assert _files(tmp_path) == 1, "files that were applied are removed"


async def test_a_line_cut_off_by_a_power_failure_harms_nothing(engine: AsyncEngine, tmp_path: Path):
    journal = Journal(tmp_path, engine)
    for line in call("j1"):
        journal.append(line)
    _cut_off(tmp_path, 20)
    again = Journal(tmp_path, engine)
    await again.replay()
    async with reading(engine) as session:
        assert (await session.scalars(select(t.JourneyRow.seq))).one() == 12
        assert [journey.id for journey in await open_journeys(session, START)] == ["j1"]


async def test_the_database_is_away_and_comes_back(engine: AsyncEngine, tmp_path: Path):
    journal = Journal(tmp_path, engine)
    async with writing(engine) as session, session.begin():
        await session.execute(text("ALTER TABLE journeys RENAME TO away"))
    for line in call("j1"):
        journal.append(line)
    with pytest.raises(SQLAlchemyError):
        await journal.replay()
    async with writing(engine) as session, session.begin():
        await session.execute(text("ALTER TABLE away RENAME TO journeys"))
    running = asyncio.create_task(journal.run())
    for line in call("j2"):
        journal.append(line)
    async with asyncio.timeout(60):
        while True:
            async with reading(engine) as session:
                if (await session.scalar(select(func.sum(t.JourneyRow.seq)))) == 26:
                    break
            await asyncio.sleep(0.05)
    running.cancel()
    await journal.close()


async def test_a_fact_that_does_not_fit_keeps_no_later_one_back(engine: AsyncEngine, tmp_path: Path):
    journal = Journal(tmp_path, engine)
    for line in call("j1")[:2]:
        journal.append(line)
    journal.append(f.JourneyLine("j1", 3, START, f.LegEnded("nobody", "normal")))
    journal.append(f.JourneyLine("j1", 4, START, f.LegEnded("l1", "normal")))
    for line in call("j2"):
        journal.append(line)
    await journal.close()
    async with reading(engine) as session:
        rows = {row.id: row.seq for row in await session.scalars(select(t.JourneyRow))}
    assert rows == {"j1": 4, "j2": 13}


async def test_who_served_a_customer_last_is_found_by_him_and_by_his_number(engine: AsyncEngine, tmp_path: Path):
    journal = Journal(tmp_path, engine)
    for line in call("j1"):
        journal.append(line)
    later = START + timedelta(days=1)
    for number, fact in enumerate(
        (
            f.Started("inbound", "057112345678", "88001"),
            f.CustomerFound("c1", "Mei"),
            f.QueueEntered("q1", "Sales"),
            f.QueueLeft("q1", "answered", 3.0, 1, 1, "bo", "Bo"),
            f.QueueEntered("q2", "Service"),
            f.QueueLeft("q2", "flowed_out", 3.0, 1, 1),
        ),
        1,
    ):
        journal.append(f.JourneyLine("j2", number, later, fact))
    await journal.close()
    customers = StoredCustomers(engine, lambda: ("CN", "0571"))
    long_ago, ana, bo = START - timedelta(days=9), ("ana", START + timedelta(seconds=3)), ("bo", later)
    assert await customers.served("13800138000", None, long_ago) == {"q1": ana}
    assert await customers.served("13800138000", "c1", long_ago) == {"q1": bo}, "the latest of the customer's numbers"
    assert await customers.served("13800138000", "c1", later + timedelta(days=1)) == {}, "too long ago"
    assert await customers.served("10086", "c2", long_ago) == {}


async def test_who_is_to_be_called_back_is_known_to_the_next_server(engine: AsyncEngine, tmp_path: Path):
    at = START
    journal = Journal(tmp_path, engine)
    for name, journey in (("cb1", "j8"), ("cb2", "j1"), ("cb3", "j9")):
        line = c.asked(name, QueueId("q1"), f"1380013{name[-1]}000", JourneyId("j0"), "en", waited=90.0, at=at)
        journal.append(line)
        if name != "cb1":
            journal.append(c.dialled(c.offered(line, JourneyId(journey), at), at))
        if name == "cb3":
            journal.append(c.cancelled(line, at))
    for line in call("j1"):  # it was answered when the server died
        journal.append(line)
    await journal.close()
    async with reading(engine) as session:
        (first, met), (second, answered) = await open_callbacks(session)
        states = list(await session.scalars(select(t.CallbackRow.state).order_by(t.CallbackRow.id)))
    assert states == ["waiting", "ringing", "cancelled"]
    assert (first.id, first.asked_at, first.state, met) == ("cb1", at - timedelta(seconds=90), "waiting", False)
    assert (second.id, second.attempts, second.journey, answered) == ("cb2", 1, "j1", True)
    assert (second.number, second.queue, second.language, second.origin_journey) == ("13800132000", "q1", "en", "j0")


async def test_todays_rests_are_summed_from_the_states(engine: AsyncEngine, tmp_path: Path):
    """Midnight falls into Ana's first rest; Bo still rests, over a change of his queues and a new server."""
    journal = Journal(tmp_path, engine)
    midnight = START + timedelta(minutes=10)
    told = [
        ("ana", 0, "away", "lunch"),
        ("ana", 15, "ready", ""),
        ("ana", 20, "away", "lunch"),
        ("ana", 23, "talking", "lunch"),
        ("ana", 30, "busy", "papers"),
        ("ana", 31, "ready", ""),
        ("bo", 20, "away", "lunch"),
        ("bo", 25, "away", "lunch"),
        ("bo", 40, "away", "lunch"),
        ("chen", 2, "away", "lunch"),
        ("chen", 9, "offline", ""),
    ]
    for agent, minute, state, reason in told:
        journal.append(f.AgentLine(agent, START + timedelta(minutes=minute), state, state, reason))
    await journal.close()
    async with reading(engine) as session:
        rested = await rests_since(session, midnight)
    assert rested["ana"].sums == {"lunch": 60.0 * (5 + 3), "papers": 60.0}
    assert rested["ana"].since is None
    assert (rested["bo"].sums, rested["bo"].since) == ({}, START + timedelta(minutes=20))
    assert "chen" not in rested


def in_a_flow() -> list[f.Line]:
    """A caller chooses, types an account within a flow that this one runs, and hangs up while he is told of it."""
    facts: list[f.Fact] = [
        f.Started("inbound", "13800138000", "88001"),
        f.LegStarted("l1", "caller", "13800138000"),
        f.IvrEntered("menu", "Menu", "main", 2, "menu"),
        f.IvrStepped("menu", "Menu", "1", "main", 2, "menu", "1", "ask", invalid=1, silent=2),
        f.IvrEntered("ask", "Ask", "main", 2, "run_flow"),
        f.IvrEntered("account", "Account", "sub", 1, "digits"),
        f.IvrStepped("account", "Account", "", "sub", 1, "digits", "next", "known"),
        f.IvrStepped("known", "Known", "", "sub", 1, "condition", "fallback", "tell"),
        f.IvrEntered("tell", "Tell", "sub", 1, "say"),
        f.LegEnded("l1", "normal"),
        f.Ended("caller"),
    ]
    return [f.JourneyLine("j1", n, START + timedelta(seconds=n), fact) for n, fact in enumerate(facts, 1)]


@pytest.mark.parametrize("size", [1, 2, 3, 11])
async def test_visits_to_the_steps_of_flows_are_rows(engine: AsyncEngine, tmp_path: Path, size: int):
    lines = in_a_flow()
    for first in range(0, len(lines), size):  # each piece is a transaction of its own
        journal = Journal(tmp_path, engine)
        for line in lines[first : first + size]:
            journal.append(line)
        await journal.close()
    async with reading(engine) as session:
        rows = list(await session.scalars(select(t.IvrStepRow).order_by(t.IvrStepRow.number)))
        told = await traffic(session, "sub", START, START + timedelta(minutes=1))
    assert [(row.flow_id, row.node, row.exit, row.to_node, row.seconds) for row in rows] == [
        ("main", "menu", "1", "ask", 1.0),
        ("main", "ask", "left", "", 6.0),
        ("sub", "account", "next", "known", 1.0),
        ("sub", "known", "fallback", "tell", 0.0),
        ("sub", "tell", "hung_up", "", 2.0),
    ]
    assert (rows[0].key, rows[0].invalid, rows[0].silent) == ("1", 1, 2)
    assert (told["tell"].visits, told["tell"].hung_up, told["account"].exits["next", "known"]) == (1, 1, 1)


async def test_who_is_at_a_step_is_seen_there(engine: AsyncEngine, tmp_path: Path):
    journal = Journal(tmp_path, engine)
    for line in in_a_flow()[:6]:
        journal.append(line)
    await journal.close()
    async with reading(engine) as session:
        told = await traffic(session, "sub", START, START + timedelta(minutes=1))
    assert (told["account"].visits, told["account"].standing, told["account"].hung_up) == (1, 1, 0)
