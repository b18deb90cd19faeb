"""R-2, and chaos before it: under a steady load the server is killed, the agents' link cut, their phones lose power,
again and again; who was lost? Then the engine itself is killed; how soon is it back?

``CHAOS_STRIKES`` is how many strikes there are (50), ``CHAOS_SEED`` another row of them.
"""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import httpx2
from sqlalchemy import select

from bench import generator
from bench.crowd import Agent, Caller, Ring, Seen, agents_network, set_link
from bench.figure import Figure
from bench.machine import load, pid_of
from bench.network import CARRIER, ENGINE, own_network
from bench.site import SECRET, BenchSite, SiteFailed, all_there, bench_site, hire
from callroom.demo.phone import EndReason, Phone
from callroom.store.database import open_database, reading
from callroom.store.tables import JourneyRow, QueueVisitRow
from callroom.supervisor import STEADY
from callroom.telephony.asterisk.link import Link, link_path, read_link

STRATEGIES = ("ring_all", "rotate_with_memory", "linear")
AGENTS_EACH = 4
RING = 6  # seconds
EVERY = 1.2  # seconds between callers, in the mean
PATIENCE = (25.0, 35.0)  # seconds after which a caller leaves, wherever he is
STRIKE_EVERY = 3.0  # seconds, in the mean
CALM = 12.0  # seconds at least between two cuts
CROSSING = 1.0  # seconds that a phone may ring on after its call was withdrawn: the words to it are on their way
HEALING = 8.0  # seconds after a cut in which words may still be repeated


@dataclass
class Attack:
    """What was struck, and when (loop time): cuts of the link, and times without a server."""

    strikes: Counter[str] = field(default_factory=Counter[str])
    cuts: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    away: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])


async def chaos() -> list[Figure]:
    count, random = int(os.environ.get("CHAOS_STRIKES", "50")), Random(int(os.environ.get("CHAOS_SEED", "1")))
    beside = load()
    with own_network(), agents_network(f"chaos-{os.getpid()}"):
        async with bench_site() as site:
            company, users = await hire(site, STRATEGIES, AGENTS_EACH, ring_timeout=RING, max_wait=600)
            seen, attack = Seen(), Attack()
            agents = [Agent(user, SECRET, f"chaos-{os.getpid()}", seen, random) for user in users]
            async with AsyncExitStack() as stack:
                carrier = await stack.enter_async_context(
                    Phone(bind=CARRIER, port=generator.CARRIER_PORT, user="carrier", keep_sound=1)
                )
                working = [asyncio.create_task(agent.run(), name=agent.user) for agent in agents]
                try:
                    await all_there(site, set(users))
                    targets = [f"sip:{number}@{ENGINE}:5060" for number in company.numbers]
                    async with _Load(carrier, targets, random) as calls:
                        await _strike(site, agents, count, random, attack)
                    await calls.gone()
                    left = await _left_behind(site)
                    together = set(users[: AGENTS_EACH * STRATEGIES.count("ring_all")])
                    found = await _judged(site, calls.callers, seen, attack, together)
                    killed = await _kill_engine(site, carrier, targets, random, set(users), seen)
                finally:
                    for task in working:
                        task.cancel()
                    ended = await asyncio.gather(*working, return_exceptions=True)
            told = site.warnings()
        left["processes"] = _processes(site.home)
    if broken := [repr(one) for one in ended if not isinstance(one, asyncio.CancelledError)]:
        raise SiteFailed(f"agents of the benchmark failed: {broken[:3]}")
    faults = sum(found[name] for name in FAULTS) + sum(left.values())
    detail = {"strikes": dict(attack.strikes), **found, "left": left, "log": told, "load_before": beside}
    return [
        Figure("chaos", faults, "faults", "0", detail),
        Figure("R-2", killed.pop("back"), "s", "<= 15", killed),
    ]


# ---------------------------------------------------------------- the load


class _Load:
    """Callers who come at random until the block ends."""

    def __init__(self, carrier: Phone, targets: Sequence[str], random: Random, first: int = 0) -> None:
        self.callers: list[Caller] = []
        self._carrier, self._targets, self._random, self._first = carrier, targets, random, first
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
            task = asyncio.create_task(caller.call(self._carrier, target, patience), name=caller.number)
            self._calls.add(task)
            await asyncio.sleep(self._random.expovariate(1 / EVERY))

    async def gone(self) -> None:
        """Until the last caller has left; raises what went wrong with them."""
        await asyncio.gather(*self._calls)


# ---------------------------------------------------------------- strikes


async def _strike(site: BenchSite, agents: Sequence[Agent], count: int, random: Random, attack: Attack) -> None:
    """Strike again and again; returns when everything is whole again."""
    clock = asyncio.get_running_loop().time
    await asyncio.sleep(STRIKE_EVERY)
    healing: asyncio.Task[None] | None = None
    lives_since = clock()
    for _ in range(count):
        begun = clock()
        kind = "phone"
        if random.random() < 0.5 and all(begun - end > CALM for _, end in attack.cuts):
            kind = "link"
        if begun - lives_since > STEADY + 1:  # one that dies sooner is let wait by the supervisor, longer each time
            kind = "server"
        attack.strikes[kind] += 1
        match kind:
            case "server":
                os.kill(pid_of(site.pid, "server"), signal.SIGKILL)
                await asyncio.sleep(0.05)
                await site.takes_calls(within=30)
                lives_since = clock()
                attack.away.append((begun, lives_since))
            case "link":
                if healing is not None:
                    await healing
                healing = asyncio.create_task(_cut(random.uniform(2, 8), attack), name="cut")
            case _:
                random.choice(agents).cut_power()
        await asyncio.sleep(max(0.0, begun + STRIKE_EVERY * random.uniform(0.5, 1.5) - clock()))
    if healing is not None:
        await healing


async def _cut(seconds: float, attack: Attack) -> None:
    clock = asyncio.get_running_loop().time
    begun = clock()
    set_link(up=False)
    try:
        await asyncio.sleep(seconds)
    finally:
        set_link(up=True)
    attack.cuts.append((begun, clock()))


# ---------------------------------------------------------------- judgement

FAULTS = ("lost", "talks_cut", "doubly_rung", "without_journey", "journeys_twice", "journeys_open", "unbalanced",
          "talks_not_booked")  # fmt: skip


async def _judged(
    site: BenchSite, callers: Sequence[Caller], seen: Seen, attack: Attack, together: set[str]
) -> dict[str, Any]:
    """What was seen, and every fault in it; ``together``: the phones of queues that ring all at once."""
    journeys, visits = await _journeys(site, {caller.number for caller in callers})
    outcomes = Counter(outcome for _, outcome in visits)
    answered = {number for number, outcome in visits if outcome == "answered"}
    known = Counter(number for number, _ in journeys)
    # A phone that is answered while no server is there is let go again, unless the new one still finds it.
    surely = {n for n, times in seen.talked.items() if not all(_within(at, attack.away, after=1.0) for at in times)}
    talked = surely | (seen.talked.keys() & answered)
    came_to_nobody = {c.number for c in callers if _within(c.begun, attack.away, after=1.0)} - talked
    inside = [caller for caller in callers if caller.number not in came_to_nobody]
    left_alone = [c for c in inside if c.reason is not EndReason.HUNG_UP_HERE and c.number not in talked]
    # Who talked may be hung up only when his agent did so.
    own = seen.ended | seen.vanished
    cut = [c for c in inside if c.number in talked - own and c.reason is not EndReason.HUNG_UP_HERE]
    double = _doubly_rung([ring for ring in seen.rings if ring.agent not in together], attack)
    return {
        "callers": len(callers),
        "talked": len(talked),
        "came_while_no_server": len(came_to_nobody),
        "longest_without_server": round(max((end - begin for begin, end in attack.away), default=0.0), 1),
        "lost": len(left_alone),
        "talks_cut": len(cut),
        "doubly_rung": len(double),
        # Those who are to ring together do: so the figure above sees what it looks for.
        "rung_together": len(_doubly_rung([ring for ring in seen.rings if ring.agent in together], attack, 0.0)),
        "without_journey": len({c.number for c in inside} - known.keys()),
        "journeys_twice": sum(count > 1 for count in known.values()),
        "journeys_open": sum(not ended for _, ended in journeys),
        "unbalanced": sum(outcome is None for _, outcome in visits),
        "talks_not_booked": len(surely - answered),
        "visits": {str(outcome): number for outcome, number in outcomes.items()},
        "examples": {"lost": [vars(c) for c in left_alone[:3]], "cut": [vars(c) for c in cut[:3]],
                     "double": [[vars(a), vars(b)] for a, b in double[:3]],
                     "not_booked": sorted(surely - answered)[:5]},
    }  # fmt: skip


def _within(at: float, spans: Sequence[tuple[float, float]], *, after: float) -> bool:
    return any(begin - 0.5 <= at <= end + after for begin, end in spans)


def _doubly_rung(rings: Sequence[Ring], attack: Attack, crossing: float = CROSSING) -> list[tuple[Ring, Ring]]:
    """Phones that rang together for one caller, longer than words on their way explain.

    What a cut touched is left out: a phone that cannot be told rings on, and one may be told to ring long after.
    """
    now = asyncio.get_running_loop().time()
    together: list[tuple[Ring, Ring]] = []
    by_caller: dict[str, list[Ring]] = {}
    for ring in rings:
        if not ring.gone and not _within(ring.begin, attack.cuts, after=HEALING):
            by_caller.setdefault(ring.caller, []).append(ring)
    for mine in by_caller.values():
        for one, other in pairwise(mine):
            end = one.end or now
            told = not any(begin < end and cut_end > other.begin - 1 for begin, cut_end in attack.cuts)
            if told and end - other.begin > crossing:
                together.append((one, other))
    return together


async def _journeys(
    site: BenchSite, numbers: set[str], within: float = 15.0
) -> tuple[list[tuple[str, bool]], list[tuple[str, str | None]]]:
    """Journeys (caller, whether ended) and queue visits (caller, outcome) of these callers, once all have ended."""
    database = open_database(f"sqlite:///{site.home}/site.db")
    until = time.monotonic() + within
    try:
        while True:
            async with reading(database) as session:
                rows = (await session.execute(select(JourneyRow.from_number, JourneyRow.ended_at))).all()
                visits = (
                    await session.execute(
                        select(JourneyRow.from_number, QueueVisitRow.outcome).join(
                            JourneyRow, JourneyRow.id == QueueVisitRow.journey_id
                        )
                    )
                ).all()
            mine = [(number, ended is not None) for number, ended in rows if number in numbers]
            if all(ended for _, ended in mine) or time.monotonic() > until:
                return mine, [(number, outcome) for number, outcome in visits if number in numbers]
            await asyncio.sleep(0.5)
    finally:
        await database.dispose()


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
    async with _Load(carrier, targets, random, first=50_000_000) as calls:
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
    journeys, visits = await _journeys(site, {caller.number for caller in calls.callers})
    return {
        "back": round(back, 2),
        "first_phone_rang_after": round(again[0] - begun, 2),
        "callers": len(calls.callers),
        "journeys": len(journeys),
        "journeys_open": sum(not ended for _, ended in journeys),
        "visits_open": sum(outcome is None for _, outcome in visits),
    }


def _ari(link: Link) -> httpx2.AsyncClient:
    base = f"http://127.0.0.1:{link.http_port}/ari/"
    return httpx2.AsyncClient(base_url=base, auth=(link.ari_user, link.ari_secret), trust_env=False)
