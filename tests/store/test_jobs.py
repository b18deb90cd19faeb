"""Jobs on both databases: each is done once, also when workers die, and housekeeping throws away what it should."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from callroom.actions import audit, jobs
from callroom.actions.jobs import LEASE, MOST_ATTEMPTS, PAUSES, Claim, JobLost
from callroom.actions.settings import DEFAULTS, write_settings
from callroom.actions.users import Role, create_user
from callroom.chores import HANDLERS, Work
from callroom.clock import utc_now
from callroom.errors import NotNow
from callroom.store.database import reading, writing
from callroom.store.tables import AuditEntry, IdempotencyKey, Job, JourneyRow, Recording, Session
from callroom.worker import Worker

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
DAY = timedelta(days=1)


class Line:
    """The job table as workers and people use it, at a time that the test sets."""

    def __init__(self, engine: AsyncEngine, home: Path) -> None:
        self.engine = engine
        self.home = home
        self.now = NOW

    async def put(self) -> str:
        async with writing(self.engine) as session, session.begin():
            return (await jobs.enqueue(session, audit.SYSTEM, jobs.HOUSEKEEPING, {"n": 1}, self.now)).id

    async def claim(self) -> Claim | None:
        async with writing(self.engine) as session, session.begin():
            return await jobs.claim(session, self.now)

    async def do(self, action: Any, *told: Any) -> Any:
        async with writing(self.engine) as session, session.begin():
            return await action(session, *told, self.now)

    async def job(self, job_id: str) -> Job:
        async with reading(self.engine) as session:
            return (await session.scalars(select(Job).where(Job.id == job_id))).one()

    async def rows(self, table: Any) -> list[Any]:
        async with reading(self.engine) as session:
            return list(await session.scalars(select(table)))

    def worker(self, handler: Any) -> Worker:
        worker = Worker(self.engine, self.home, now=lambda: self.now, handlers={jobs.HOUSEKEEPING: handler})
        worker._hour = f"{self.now:%Y%m%dT%H}"  # this hour's job is none of these tests' matter
        return worker


@pytest.fixture
async def line(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[Line]:
    yield Line(engine, tmp_path)


async def test_two_workers_at_once_get_two_different_jobs(line: Line):
    put = {await line.put() for _ in range(4)}
    got = await asyncio.gather(*(line.claim() for _ in range(4)))
    assert {one.id for one in got if one} == put
    assert await line.claim() is None


async def test_the_job_of_a_killed_worker_is_taken_up_again_and_the_dead_one_cannot_write(line: Line):
    job = await line.put()
    dead = await line.claim()
    assert dead is not None
    line.now += LEASE / 2
    await line.do(lambda s, now: jobs.renew(s, dead, now, 0.25))
    assert (await line.job(job)).progress == 0.25
    line.now += LEASE * 0.9
    assert await line.claim() is None  # it renewed its lease
    line.now += LEASE * 0.2
    second = await line.claim()
    assert second is not None and (second.id, second.attempt) == (job, 2)
    with pytest.raises(JobLost):
        await line.do(jobs.finish, dead, {"count": 99})
    await line.do(jobs.finish, second, {"count": 3})
    done = await line.job(job)
    assert (done.state, done.progress, done.result, done.attempts) == ("done", 1.0, {"count": 3}, 2)


async def test_failed_work_is_tried_again_after_growing_pauses_and_then_given_up(line: Line):
    job = await line.put()
    for attempt, pause in enumerate(PAUSES, start=1):
        held = await line.claim()
        assert held is not None and held.attempt == attempt
        assert await line.do(jobs.fail, held, "no disk") == "waiting"
        line.now += pause - timedelta(seconds=1)
        assert await line.claim() is None
        line.now += timedelta(seconds=1)
    held = await line.claim()
    assert held is not None
    assert await line.do(jobs.fail, held, "no disk") == "failed"
    line.now += DAY
    assert await line.claim() is None
    assert (await line.job(job)).result == {"error": "no disk"}


async def test_a_job_that_kills_its_workers_is_given_up(line: Line):
    job = await line.put()
    for _ in range(MOST_ATTEMPTS):
        assert await line.claim() is not None
        line.now += LEASE
    assert await line.claim() is None
    assert (await line.job(job)).state == "failed"


async def test_a_cancelled_job_never_starts_a_running_one_stops_and_one_that_is_over_stays(line: Line):
    waiting, running = await line.put(), await line.put()
    await line.do(lambda s, now: jobs.cancel(s, audit.SYSTEM, waiting, now))
    told: list[str] = []

    async def handler(work: Work) -> dict[str, Any]:
        await line.do(lambda s, now: jobs.cancel(s, audit.SYSTEM, running, now))
        await work.progress(0.5)
        told.append("went on")
        return {}

    assert await line.worker(handler).step()
    assert told == []
    assert {(await line.job(one)).state for one in (waiting, running)} == {"cancelled"}
    with pytest.raises(NotNow):
        await line.do(lambda s, now: jobs.cancel(s, audit.SYSTEM, running, now))
    actions = [entry.action for entry in await line.rows(AuditEntry)]
    assert actions == ["job.created"] * 2 + ["job.cancelled"] * 2


async def test_work_that_raises_is_tried_again(line: Line):
    job, tries = await line.put(), 0

    async def handler(work: Work) -> dict[str, Any]:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("no disk")
        return {"tries": tries, "n": work.arguments["n"]}

    worker = line.worker(handler)
    assert await worker.step() and not await worker.step()
    assert (await line.job(job)).result == {"error": "OSError: no disk"}
    line.now += PAUSES[0]
    assert await worker.step()
    done = await line.job(job)
    assert (done.state, done.result) == ("done", {"tries": 2, "n": 1})


async def test_a_worker_that_is_told_to_stop_gives_its_job_back(line: Line):
    job, started = await line.put(), asyncio.Event()

    async def handler(work: Work) -> dict[str, Any]:
        started.set()
        await asyncio.Event().wait()
        return {}

    running = asyncio.create_task(line.worker(handler).run())
    await started.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ((await line.job(job)).state, (await line.job(job)).attempts) == ("waiting", 0)
    again = await line.claim()
    assert again is not None and again.attempt == 1


# ---------------------------------------------------------------- housekeeping


async def fill(line: Line) -> None:
    """Sessions, keys, jobs and recordings, of each an old one that goes and a young one that stays."""
    async with writing(line.engine) as session, session.begin():
        ana = await create_user(
            session, audit.SYSTEM, login="ana", name="Ana", role=Role.AGENT, password="long enough", now=NOW
        )
        for name, ends in (("old", NOW), ("young", NOW + DAY)):
            session.add(Session(token_hash=name, user_id=ana.id, created_at=NOW, seen_at=NOW, expires_at=ends))
        for name, at in (("old", NOW - DAY * 1.1), ("young", NOW - DAY * 0.9)):
            session.add(IdempotencyKey(user_id=ana.id, key=name, created_at=at, request_hash="", status=201, body=None))
        for name, state, at in (
            ("old", "done", NOW - DAY * 31),
            ("young", "failed", NOW - DAY * 29),
            ("open", "cancelled", NOW),
        ):
            session.add(
                Job(id=name, kind="housekeeping", state=state, arguments={}, created_at=at, updated_at=at, attempts=1)
            )
        for journey in ("gone", "half", "kept"):
            session.add(
                JourneyRow(
                    id=journey,
                    direction="inbound",
                    started_at=NOW,
                    from_number="1",
                    to_number="2",
                    has_recording=True,
                    document={},
                )
            )
        await session.flush()
        for recording, journey, age in (
            ("r1", "gone", 91), ("r2", "gone", 90.1), ("r3", "half", 91), ("r4", "half", 89), ("r5", "kept", 89),
        ):  # fmt: skip
            path = f"2026/{recording}.wav"
            (line.home / "recordings/2026").mkdir(parents=True, exist_ok=True)
            if recording != "r2":  # its file is gone already
                (line.home / "recordings" / path).write_bytes(b"RIFF")
            at = NOW - DAY * age
            session.add(Recording(id=recording, journey_id=journey, path=path, started_at=at, seconds=3.0))


async def set_days(line: Line, days: int) -> None:
    await line.do(lambda s, now: write_settings(s, audit.SYSTEM, DEFAULTS | {"recording_days": days}, None, now))


def worker_of(line: Line) -> Worker:
    return Worker(line.engine, line.home, now=lambda: line.now)


async def test_housekeeping_runs_once_an_hour_and_drops_what_is_old(line: Line, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("callroom.actions.housekeeping.BATCH", 2)  # more than one transaction
    await fill(line)
    await set_days(line, 90)
    first, second = worker_of(line), worker_of(line)
    await asyncio.gather(first.step(), second.step())
    while await first.step() or await second.step():
        pass
    [job] = [one for one in await line.rows(Job) if one.id.startswith("housekeeping-")]
    assert job.id == "housekeeping-20261123T01"
    assert (job.state, job.created_by) == ("done", None)
    nothing = {"notices": 0, "reports": 0, "voicemails": 0, "faxes": 0, "messages": 0, "letters": 0, "customers": 0}
    assert job.result == nothing | {"imports": 0, "sessions": 1, "idempotency_keys": 1, "jobs": 1, "recordings": 3}
    assert [one.token_hash for one in await line.rows(Session)] == ["young"]
    assert [one.key for one in await line.rows(IdempotencyKey)] == ["young"]
    assert {one.id for one in await line.rows(Job)} == {"young", "open", job.id}
    assert {one.id for one in await line.rows(Recording)} == {"r4", "r5"}
    assert {file.stem for file in line.home.glob("recordings/2026/*")} == {"r4", "r5"}
    assert {one.id for one in await line.rows(JourneyRow) if one.has_recording} == {"half", "kept"}
    told = [entry.after for entry in await line.rows(AuditEntry) if entry.action == "recordings.expired"]
    assert [one and one["count"] for one in told] == [2, 1]
    line.now += timedelta(hours=1)
    assert await first.step()
    assert len([one for one in await line.rows(Job) if one.state == "done"]) == 2
    assert (await line.job("housekeeping-20261123T02")).result == {
        "sessions": 0, "idempotency_keys": 0, "jobs": 0, "recordings": 0, "voicemails": 0, "faxes": 0, "notices": 0,
        "reports": 0, "messages": 0, "letters": 0, "customers": 0, "imports": 0,
    }  # fmt: skip


async def test_recordings_are_kept_for_ever_where_no_days_are_set(line: Line):
    await fill(line)
    await set_days(line, 0)
    line.now += DAY * 4000
    assert await worker_of(line).step()
    assert len(await line.rows(Recording)) == 5
    assert len(list(line.home.glob("recordings/2026/*"))) == 4


# ---------------------------------------------------------------- the process


async def start(line: Line, database_url: str, *program: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *program),
        env=os.environ | {"CALLROOM_HOME": str(line.home), "CALLROOM_DATABASE_URL": database_url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def test_a_worker_process_does_a_dead_ones_job_and_ends_when_told(line: Line, database_url: str):
    job = await line.put()
    line.now = utc_now() - LEASE
    dead = await line.claim()  # as a worker leaves it that was killed: running, and its lease over
    assert dead is not None and dead.id == job
    workers = [
        await start(line, database_url, "callroom.worker"),
        await start(line, database_url, "callroom.cli", "work"),
    ]
    told: list[str] = []
    for worker in workers:
        assert worker.stdout is not None
        told.append((await worker.stdout.readline()).decode())
        assert "worker is ready" in told[-1]

    async def over() -> bool:
        return {one.state for one in await line.rows(Job)} == {"done"} and len(await line.rows(Job)) == 2

    async with asyncio.timeout(120):
        while not await over():  # two processes started, and one of them has to write: nothing here could be awaited
            assert all(worker.returncode is None for worker in workers)
            await asyncio.sleep(0.1)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    told += [(await worker.communicate())[0].decode() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], told
    assert sum(text.count("job done") for text in told) == 2, told
    assert "Traceback" not in "".join(told)
    assert (await line.job(job)).attempts == 2


def test_every_kind_of_job_has_a_lane_and_somebody_who_does_it():
    assert set(jobs.KINDS) == set(HANDLERS)
