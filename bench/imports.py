"""P-6: 130,000 customers imported from csv and xlsx, one row in a hundred bad, beside the bare writing of those rows.

An import is timed from the file as it was uploaded until it is done: unrolled, read by type, numbers normalised,
duplicates looked for, written with all that they are found by. What tidies the indexes for later searches, behind it,
is told apart. The bare writing is the same rows by executemany (SQLite) or COPY (PostgreSQL), in the same chunks into
the same indexes.
"""

import asyncio
import csv
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.figure import Figure
from bench.machine import load
from bench.search import own_postgresql
from callroom.actions import audit, customer_import_run, customer_imports, customers_bulk, jobs
from callroom.actions.customer_imports import Choices
from callroom.actions.customers import form_of
from callroom.actions.new_customers import Prepared, prepared
from callroom.clock import utc_now
from callroom.demo.people import people
from callroom.garbage import look_rarely
from callroom.store.database import migrate, open_database, reading, writing
from callroom.store.tables import CustomerImport
from callroom.worker import Worker

ROWS = int(os.environ.get("CALLROOM_BENCH_ROWS", "130000"))
BAD = 100  # one in so many
GOAL, SHARE = 15_000.0, 0.5
HEADS = ("姓名", "手机", "工作电话", "公司", "等级", "阶段", "标签", "备注")
MAPPING = ("name", "phone:mobile", "phone:work", "company", "tier", "stage", "tags", "memo")


def rows() -> Iterator[list[str]]:
    for n, one in enumerate(people(ROWS)):
        numbers = [phone.number.removeprefix("+86") for phone in one.phones]
        mobile = "无" if n % BAD == 0 else numbers[0]
        work = f"0{numbers[1]}" if len(numbers) > 1 else ""
        filing = one.filing
        yield [one.name, mobile, work, one.company, str(filing.tier), filing.stage, "、".join(filing.tags), one.memo]


def write_csv(path: Path) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADS, *rows()])


def write_xlsx(path: Path) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    page = book.add_worksheet()
    for at, row in enumerate([HEADS, *rows()]):
        page.write_row(at, 0, row)
    book.close()


async def imported(engine: AsyncEngine, home: Path, source: Path) -> tuple[float, dict[str, Any]]:
    """Seconds from the file to its last row, and what came of it."""
    import_id, worker = f"ci_{source.suffix[1:]}", Worker(engine, home)
    folder = customer_imports.folder_of(home, import_id)
    folder.mkdir(parents=True)
    customer_imports.source_of(folder).hardlink_to(source)
    size = source.stat().st_size  # noqa: ASYNC240 - nobody else waits
    begun, began_at = time.monotonic(), utc_now()
    async with writing(engine) as session, session.begin():
        await customer_imports.created(session, audit.SYSTEM, import_id, source.name, size, utc_now())
    await worker.step((jobs.IMPORT_READ,))
    read = time.monotonic()
    async with writing(engine) as session, session.begin():
        await customer_imports.run(session, audit.SYSTEM, import_id, Choices(MAPPING), utc_now())
    await worker.step((jobs.IMPORT_RUN,))
    whole = time.monotonic() - begun
    async with reading(engine) as session:
        row = await session.get(CustomerImport, import_id)
    assert row is not None
    bad = (ROWS + BAD - 1) // BAD
    assert (row.state, row.created, row.failed) == ("done", ROWS - bad, bad), (row.state, row.created, row.failed)
    took = (row.updated_at - began_at).total_seconds()
    return took, {"seconds of unrolling": round(read - begun, 2), "of tidying behind it": round(whole - took, 2)}


async def bare(engine: AsyncEngine) -> float:
    """Seconds for the bare writing of the rows, which are ready in memory."""
    async with reading(engine) as session:
        form = await form_of(session)
    everybody = (one for n, one in enumerate(people(ROWS)) if n % BAD)
    ready: list[Prepared] = []
    while some := list(islice(everybody, customer_import_run.CHUNK)):
        ready.append(prepared(form, some, None, utc_now(), "bare"))
    begun = time.monotonic()
    for chunk in ready:
        async with writing(engine) as session, session.begin():
            await customers_bulk.insert_many(session, chunk)
    return time.monotonic() - begun


async def measured(url: str, folder: Path, source: Path, *, alone: bool) -> tuple[float, dict[str, Any]]:
    engine = open_database(url)
    try:
        await migrate(engine)
        if alone:
            async with writing(engine) as session, session.begin():
                await session.execute(text("TRUNCATE customers, customer_imports CASCADE"))
        if source.suffix == ".bare":
            return await bare(engine), {}
        return await imported(engine, folder, source)
    finally:
        await engine.dispose()


async def imports() -> list[Figure]:
    figures: list[Figure] = []
    look_rarely()  # as the worker does
    with tempfile.TemporaryDirectory(prefix="callroom-bench-", dir="/tmp") as name:
        folder = Path(name)
        files = {form: folder / f"customers.{form}" for form in ("csv", "xlsx", "bare")}
        await asyncio.gather(asyncio.to_thread(write_csv, files["csv"]), asyncio.to_thread(write_xlsx, files["xlsx"]))
        for kind in os.environ.get("CALLROOM_BENCH_DATABASES", "sqlite,postgresql").split(","):
            took: dict[str, float] = {}
            detail: dict[str, Any] = {"database": kind, "rows": ROWS, "load": load()}
            with nullcontext(None) if kind == "sqlite" else own_postgresql() as server:
                for form, file in files.items():
                    cpu = time.process_time()
                    url = server or f"sqlite:///{folder}/{form}.db"
                    took[form], more = await measured(url, folder / kind, file, alone=server is not None)
                    worked = time.process_time() - cpu
                    detail[form] = {"rows/s": round(ROWS / took[form]), "cpu seconds": round(worked, 2)} | more
            detail |= {f"{form} beside bare": round(took["bare"] / took[form], 2) for form in ("csv", "xlsx")}
            figures.append(Figure("P-6", round(ROWS / took["csv"]), "rows/s", f">= {GOAL:g}", detail))
            for form in ("csv", "xlsx"):
                share = round(took["bare"] / took[form], 2)
                figures.append(
                    Figure("P-6", share, "of the bare writing", f">= {SHARE:g}", {"database": kind, "file": form})
                )
    return figures
