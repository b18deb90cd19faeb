"""R-2, and chaos before it: under a steady load the server is killed, the agents' link cut, phones lose power, browsers
are closed and pages loaded anew, again and again; who was lost? Then the engine is killed; how soon is it back?

A third of the agents work in pages of a real Chromium. ``CHAOS_STRIKES`` (``strikes``) says how many strikes of each
kind there are, ``CHAOS_SEED`` another row of them, ``CHAOS_KEEP`` a folder for the site's home and log. A site that is
to be trusted stands ``CHAOS_STRIKES=server=50,link=12,phone=40,closed=40,reloaded=30``, a quarter of an hour.
"""

import asyncio
import os
import shutil
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from random import Random
from typing import Any

import httpx2

from bench import generator
from bench.crowd import LATE, Agent, Caller, Seen, agents_network
from bench.figure import Figure
from bench.judgement import FAULTS, books, judged
from bench.machine import Busyness, load, pid_of
from bench.network import CARRIER, ENGINE, own_network
from bench.pages import HTTPS_PORT, PageAgent, chromium
from bench.site import SECRET, BenchSite, SiteFailed, all_there, bench_site, hire
from bench.strikes import Striker, wanted_strikes
from callroom.demo.phone import Phone
from callroom.telephony.asterisk.link import Link, link_path, read_link

STRATEGIES = ("ring_all", "rotate_with_memory", "linear")
AGENTS_EACH, PAGES_EACH = 6, 2  # for each strategy's queue, and how many of them work in pages
RING = 6  # seconds
EVERY = 1.2  # seconds between callers, in the mean
PATIENCE = (25.0, 35.0)  # seconds after which a caller leaves, wherever he is


async def chaos() -> list[Figure]:
    counts, random = wanted_strikes(), Random(int(os.environ.get("CHAOS_SEED", "1")))
    beside, network, busy = load(), f"chaos-{os.getpid()}", Busyness()
    with own_network(), agents_network(network):
        async with bench_site(https=f"0.0.0.0:{HTTPS_PORT}") as site, AsyncExitStack() as stack:
            company, workers = await hire(
                site, STRATEGIES, AGENTS_EACH, pages_each=PAGES_EACH, ring_timeout=RING, max_wait=600
            )
            seen, devices = Seen(), {worker.phone for worker in workers}
            carrier = await stack.enter_async_context(
                Phone(bind=CARRIER, port=generator.CARRIER_PORT, user="carrier", keep_sound=1)
            )
            browser = await stack.enter_async_context(chromium(network))
            phones = [Agent(w.phone, SECRET, network, seen, random) for w in workers if not w.page]
            pages = [PageAgent(browser, w.phone, w.token, seen, random) for w in workers if w.page]
            working = [asyncio.create_task(agent.run(), name=agent.user) for agent in [*phones, *pages]]
            working.append(asyncio.create_task(_feel(seen), name="how busy we are"))
            try:
                await all_there(site, devices)
                targets = [f"sip:{number}@{ENGINE}:5060" for number in company.numbers]
                striker = Striker(site, phones, pages, random)
                async with _Load(carrier, targets, random, seen) as calls:
                    await striker.strike(counts)
                await calls.gone()
                left = await _left_behind(site)
                together = {worker.phone for worker in workers if worker.strategy == "ring_all"}
                found = await judged(site, calls.callers, seen, striker.attack, together)
                share = busy.share()
                try:
                    await all_there(site, devices)
                    killed = await _kill_engine(site, carrier, targets, random, devices, seen)
                except (SiteFailed, TimeoutError) as error:  # what was seen before counts all the same
                    killed = {"back": None, "why": str(error) or "a step was not done within its time"}
            finally:
                for task in working:
                    task.cancel()
                ended = await asyncio.gather(*working, return_exceptions=True)
                if keep := os.environ.get("CHAOS_KEEP"):
                    shutil.copytree(site.home.parent, keep, dirs_exist_ok=True, ignore=_sockets)
            told = site.warnings()
        left["processes"] = _processes(site.home)
    if broken := [repr(one) for one in ended if not isinstance(one, asyncio.CancelledError)]:
        raise SiteFailed(f"agents of the benchmark failed: {broken[:3]}")
    faults = sum(found[name] for name in FAULTS) + sum(left.values())
    detail = {"strikes": dict(striker.attack.strikes), **found, "left": left, "log": told, "machine_busy": share,
              "load_before": beside}  # fmt: skip
    return [
        Figure("chaos", faults, "faults", "0", detail),
        Figure("R-2", killed.pop("back"), "s", "<= 15", killed),
    ]


async def _feel(seen: Seen) -> None:
    """Note when this process itself came too late to see things as they happened."""
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + 0.1
        await asyncio.sleep(0.1)
        if clock() - due > LATE:
            seen.slow.append((due, clock()))


# ---------------------------------------------------------------- the load


class _Load:
    """Callers who come at random until the block ends."""

    def __init__(self, carrier: Phone, targets: Sequence[str], random: Random, seen: Seen, first: int = 0) -> None:
        self.callers: list[Caller] = []
        self._carrier, self._targets, self._random, self._seen, self._first = carrier, targets, random, seen, first
        self._calls: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "_Load":
        self._coming = asyncio.create_task(self._come(), name="load")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._coming.cancel()
        await asyncio.gather(self._coming, return_exceptions=True)

    async def _come(self) -> None:
        while True:
            caller = Caller(f"139{self._first + len(self.callers):08}", asyncio.get_running_loop().time())
            self.callers.append(caller)
            target, patience = self._random.choice(self._targets), self._random.uniform(*PATIENCE)
            task = asyncio.create_task(caller.call(self._carrier, target, patience, self._seen), name=caller.number)
            self._calls.add(task)
            await asyncio.sleep(self._random.expovariate(1 / EVERY))

    async def gone(self) -> None:
        """Until the last caller has left; raises what went wrong with them."""
        await asyncio.gather(*self._calls)


# ---------------------------------------------------------------- what is left


async def _left_behind(site: BenchSite) -> dict[str, int]:
    """Legs and rooms that the engine still has a moment after the last caller."""
    left: dict[str, int] = {}
    async with _ari(read_link(link_path(site.home))) as client:
        for _ in range(100):
            left = {
                "legs": len((await client.get("channels")).json()),
                "rooms": len((await client.get("bridges")).json()),
            }
            if not any(left.values()):
                break
            await asyncio.sleep(0.1)
    return left


def _sockets(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if (Path(folder) / name).is_socket()]


def _processes(home: Path) -> int:
    """Processes of the site that are still there."""
    count = 0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            count += str(home).encode() in path.read_bytes()
    return count


# ---------------------------------------------------------------- the engine


async def _kill_engine(
    site: BenchSite, carrier: Phone, targets: Sequence[str], random: Random, phones: set[str], seen: Seen
) -> dict[str, Any]:
    """Kill the engine in the middle of calls; seconds until calls are taken and all phones known again."""
    clock = asyncio.get_running_loop().time
    before = read_link(link_path(site.home)).start_id
    async with _Load(carrier, targets, random, seen, first=50_000_000) as calls:
        await asyncio.sleep(15)  # of load, so that calls are in every stage when it dies
        os.kill(pid_of(site.pid, "asterisk"), signal.SIGKILL)
        begun = clock()
        async with asyncio.timeout(60):
            while read_link(link_path(site.home)).start_id == before:  # noqa: ASYNC110  # another process's file
                await asyncio.sleep(0.05)
        await site.takes_calls()
        await all_there(site, phones)
        back = clock() - begun
        async with asyncio.timeout(60):
            while not (again := [r.begin for r in seen.rings if r.begin > begun]):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    await calls.gone()
    journeys, visits = await books(site, {caller.number for caller in calls.callers})
    return {
        "back": round(back, 2),
        "first_phone_rang_after": round(again[0] - begun, 2),
        "callers": len(calls.callers),
        "journeys": len(journeys),
        "journeys_open": sum(not ended for _, ended in journeys),
        "visits_open": sum(outcome is None for _, _, outcome in visits),
    }


def _ari(link: Link) -> httpx2.AsyncClient:
    base = f"http://127.0.0.1:{link.http_port}/ari/"
    return httpx2.AsyncClient(base_url=base, auth=(link.ari_user, link.ari_secret), trust_env=False)
