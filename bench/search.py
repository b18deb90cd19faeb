"""P-7: a million customers searched as one types, any field, on both databases; and how that grows from 100,000.

The database is as an import leaves it once it is on the disk, and the handler runs in the loop that the server runs
in."""

import asyncio
import os
import pwd
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import uvloop
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.figure import Figure
from bench.machine import load
from callroom.actions.customer_filters import Filter
from callroom.clock import utc_now
from callroom.demo.people import mobile, people, store
from callroom.garbage import look_rarely
from callroom.http.customer_search import list_customers
from callroom.http.site import Site
from callroom.media import number_places
from callroom.store.database import migrate, open_database, reading
from callroom.store.tables import User

SIZES = (100_000, int(os.environ.get("CALLROOM_BENCH_CUSTOMERS", "1000000")))
GOALS = {"sqlite": 5.0, "postgresql": 20.0}  # ms
QUESTIONS = 150  # of each kind
SITE = Site(open_database("sqlite://"), utc_now)
ME = User(id="u_bench", role="admin", name="bench", number_visibility="full")


def questions(count: int) -> dict[str, list[str]]:
    """What people type, of customers who are there."""
    chance = random.Random(7)
    asked: dict[str, list[str]] = {
        name: []
        for name in (
            "name of two",
            "whole name",
            "one character",
            "middle of a number",
            "ending",
            "address",
            "two words",
        )
    }
    for _ in range(QUESTIONS):
        n = chance.randrange(count)
        (one,) = people(1, first=n)
        number = mobile(n)
        place = one.memo.split("\n")[0]
        asked["name of two"].append(one.name[:2])
        asked["whole name"].append(one.name)
        asked["one character"].append(one.name[-1])
        asked["middle of a number"].append(number[3:8])
        asked["ending"].append(number[-4:])
        asked["address"].append(place[3:10])
        asked["two words"].append(f"{one.name[0]} {number[-4:]}")
    return asked


async def _search(engine: AsyncEngine, q: str) -> float:
    """Milliseconds in the handler, the database's session included."""
    begun = time.perf_counter()
    async with reading(engine) as session:
        await list_customers(ME, SITE, session, Filter(q), limit=50)
    return (time.perf_counter() - begun) * 1000


async def _measured(url: str) -> dict[str, object]:
    number_places.load()
    look_rarely()  # both as the server does
    engine = open_database(url)
    told: dict[str, object] = {}
    try:
        await migrate(engine)
        there = 0
        for size in SIZES:
            begun, cpu = time.monotonic(), time.process_time()
            await store(engine, size - there, utc_now, first=there)
            made, there = size - there, size
            took, worked = time.monotonic() - begun, time.process_time() - cpu
            await asyncio.to_thread(os.sync)  # else the system writes a gigabyte meanwhile
            times: dict[str, float] = {}
            every: list[float] = []
            for kind, words in questions(size).items():
                for q in islice(words, 5):
                    await _search(engine, q)
                some = [await _search(engine, q) for q in words]
                times[kind] = round(_p95(some), 2)
                every += some
            told[f"{size}"] = {
                "p95": round(_p95(every), 2),
                "p50": round(statistics.median(every), 2),
                "p95 by kind": times,
                "rows/s made": round(made / took),
                "rows/cpu s": round(made / worked),
            }
    finally:
        await engine.dispose()
    return told


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


@contextmanager
def own_postgresql() -> Generator[str]:
    """A server of the benchmark's own on a socket in a temporary folder; its URL."""
    tools = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    folder = Path(tempfile.mkdtemp(prefix="callroom-bench-pg-", dir="/tmp"))
    user: dict[str, str | int] = {}
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        user = {"user": owner.pw_uid, "group": owner.pw_gid}
    data = folder / "data"
    quiet = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL, **user}
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c shared_buffers=512MB"
    subprocess.run([tools / "initdb", "-U", "callroom", "-A", "trust", "-D", data], **quiet)
    subprocess.run([tools / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], **quiet)
    try:
        yield f"postgresql://callroom@/postgres?host={folder}"
    finally:
        subprocess.run([tools / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], **quiet)
        shutil.rmtree(folder)


async def search() -> list[Figure]:
    figures: list[Figure] = []
    for kind in os.environ.get("CALLROOM_BENCH_DATABASES", "sqlite,postgresql").split(","):
        if kind == "sqlite":
            with tempfile.TemporaryDirectory(prefix="callroom-bench-", dir="/tmp") as folder:
                told = await asyncio.to_thread(uvloop.run, _measured(f"sqlite:///{folder}/site.db"))
        else:
            with own_postgresql() as url:
                told = await asyncio.to_thread(uvloop.run, _measured(url))
        last = told[str(SIZES[-1])]
        assert isinstance(last, dict)
        detail = {"database": kind, "load": load()} | told
        figures.append(Figure("P-7", last["p95"], "ms", f"<= {GOALS[kind]:g}", detail))
    return figures
