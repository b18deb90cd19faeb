"""Imports under way: stopped, killed, given up, and with fields that change meanwhile."""

import os
import signal
import sys
from asyncio import create_subprocess_exec, sleep
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select, update

from callroom.actions import customer_import_run, customer_imports, jobs
from callroom.store.database import reading, writing
from callroom.store.tables import CustomerField, CustomerImport, CustomerPhone, Job
from imports import HEADS, TEXT, count, counts, csv_of, numbers, people, run, step, upload


async def test_a_cancelled_import_stops_and_what_was_written_can_be_taken_back(world, admin, monkeypatch):
    monkeypatch.setattr(customer_import_run, "CHUNK", 10)
    made = await upload(world, admin, csv_of([HEADS, *people(0, 50)]).encode())
    real, path = customer_import_run.write_chunk, f"customer-imports/{made['id']}"

    async def cancelled_at_the_second(session: Any, import_id: str, chunk: Any, *more: Any) -> Any:
        written = await real(session, import_id, chunk, *more)
        if chunk.rows.draft(0).number == 12:
            row = await customer_import_run.get(session, import_id)
            row.state = "cancelled"
        return written

    monkeypatch.setattr(customer_import_run, "write_chunk", cancelled_at_the_second)
    made = await run(world, admin, made)
    assert (made["state"], made["done"], made["created"]) == ("cancelled", 20, 20)
    assert await count(world) == 20
    monkeypatch.setattr(customer_import_run, "write_chunk", real)
    await admin.post(f"{path}/undo")
    await step(world)
    assert await count(world) == 0
    waiting = await upload(world, admin, TEXT.encode())
    assert (await admin.post(f"customer-imports/{waiting['id']}/cancel")).json()["state"] == "cancelled"
    assert (await admin.post(f"customer-imports/{waiting['id']}/cancel")).status_code == 409


async def done(world: Any, import_id: str) -> int:
    async with reading(world.site.engine) as session:
        return await session.scalar(select(CustomerImport.done).where(CustomerImport.id == import_id)) or 0


def children_of(process: int) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


async def any_lives(processes: list[str]) -> bool:
    found = [Path(f"/proc/{one}/stat") for one in processes]
    return any(one.exists() and ") Z " not in one.read_text() for one in found)


async def test_a_killed_worker_goes_on_and_no_row_comes_twice(world, admin, database_url, tmp_path):
    total = 3_000
    rows = [HEADS, *people(0, total)]
    for at in range(50, total, 100):
        rows[at][1] = "bad"
    made = await upload(world, admin, csv_of(rows).encode())
    answer = await admin.post(f"customer-imports/{made['id']}/run", json={"mapping": made["mapping"]})
    assert answer.status_code == 202
    code = (
        "import sys\nfrom callroom.actions import customer_import_run as r\nr.CHUNK = 50\n"
        "from callroom import worker\nworker.main()\n"
    )
    env = os.environ | {"CALLROOM_DATABASE_URL": database_url, "CALLROOM_HOME": str(world.home)}
    for share in (0.2, 0.5):
        process = await create_subprocess_exec(sys.executable, "-c", code, env=env)
        try:
            while await done(world, made["id"]) < total * share:
                assert process.returncode is None
                await sleep(0.01)
            readers = children_of(process.pid)
        finally:
            os.kill(process.pid, signal.SIGKILL)
            await process.wait()
        while await any_lives(readers):  # noqa: ASYNC110 - processes, which end by themselves
            await sleep(0.01)
        async with writing(world.site.engine) as session, session.begin():  # the dead one's lease runs out
            long_ago = world.site.now() - timedelta(days=1)
            await session.execute(update(Job).where(Job.kind == jobs.IMPORT_RUN).values(updated_at=long_ago))
    await step(world)
    world.clients.pop("admin")  # that worker's clock is a real one: it threw this test's old sessions away
    admin = await world.client("admin")
    made = (await admin.get(f"customer-imports/{made['id']}")).json()
    bad = len(range(50, total, 100))
    assert (made["state"], *counts(made)) == ("done", total - bad, 0, 0, bad)
    assert await count(world) == total - bad
    async with reading(world.site.engine) as session:
        phones = await session.scalar(select(func.count()).select_from(CustomerPhone))
    assert phones == total - bad
    told = (await admin.get(f"customer-imports/{made['id']}/faults")).text.splitlines()
    assert len(told) == bad + 1


async def test_a_field_that_is_changed_while_the_import_runs_is_read_anew(world, admin, monkeypatch):
    monkeypatch.setattr(customer_import_run, "CHUNK", 2)
    field = await world.make(
        "customer-fields", label="类型", type="choice", options=[{"label": "居民"}, {"label": "工商"}]
    )
    rows = [["姓名", "手机", "类型"], *([f"客{n}", phone, "工商"] for n, phone in enumerate(numbers(0, 6)))]
    made = await upload(world, admin, csv_of(rows).encode())
    real = customer_import_run.write_chunk

    async def renamed_before_the_second(session: Any, import_id: str, chunk: Any, *more: Any) -> Any:
        if chunk.rows.draft(0).number == 4:
            row = await session.get(CustomerField, field["id"])
            row.options = [row.options[0]]
        return await real(session, import_id, chunk, *more)

    monkeypatch.setattr(customer_import_run, "write_chunk", renamed_before_the_second)
    assert counts(await run(world, admin, made)) == (2, 0, 0, 4)


async def test_a_run_that_was_given_up_can_be_taken_back_and_its_files_go(world, admin):
    made = await upload(world, admin, TEXT.encode())
    path = f"customer-imports/{made['id']}"
    await admin.post(f"{path}/run", json={"mapping": made["mapping"]})
    async with writing(world.site.engine) as session, session.begin():
        await session.execute(update(Job).where(Job.kind == jobs.IMPORT_RUN).values(state="failed"))
        await session.execute(update(CustomerImport).values(created=1))
    assert (await admin.get(path)).json()["state"] == "failed"
    folder = customer_imports.folder_of(world.home, made["id"])
    for days, there in ((29, True), (31, False)):
        async with writing(world.site.engine) as session, session.begin():
            await customer_imports.forget_unused(session, world.home, world.site.now() + timedelta(days=days))
        assert folder.is_dir() is there
    async with writing(world.site.engine) as session, session.begin():
        await session.execute(delete(Job))  # as housekeeping does with what is long over
    assert (await admin.get(path)).json()["state"] == "failed"
    assert (await admin.post(f"{path}/undo")).status_code == 202
    await step(world)
    assert (await admin.get(path)).json()["state"] == "undone"
