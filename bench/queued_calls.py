"""P-1 and P-2: a call through route, queue, agent and bridge, beside the same call through ``app_queue``."""

import asyncio
from collections.abc import Sequence
from typing import Any

from bench import generator
from bench.figure import Figure
from bench.machine import Busyness, cpu_seconds, load, since
from bench.network import CARRIER, ENGINE, PHONE, own_network
from bench.peer import app_queue
from bench.site import bench_site, make_company

QUEUES = {1: 50, 20: 10, 100: 3}  # by the members of each; who has many rings one after another, in turn
STRATEGIES = {1: ("ring_all", "ringall")}  # with one member; else these:
IN_TURN = ("rotate_with_memory", "rrmemory")
SECONDS = {50: 15, 100: 15}  # of load at each rate
WARM = 200  # calls before anything is counted


async def _measured(pid: int, numbers: Sequence[str], *, rate: float, seconds: float) -> dict[str, Any]:
    """One load at one rate: milliseconds of processor time a call, by process."""
    before, busy = cpu_seconds(pid), Busyness()
    ran = await generator.call(CARRIER, ENGINE, numbers, rate=rate, calls=round(rate * seconds))
    spent = since(before, cpu_seconds(pid))
    calls = max(1, ran.done)
    return {
        "ms_per_call": round(sum(spent.values()) / calls * 1000, 2),
        **{name: round(value / calls * 1000, 2) for name, value in spent.items()},
        "calls": ran.done,
        "failed": ran.failed,
        "seconds": round(ran.seconds, 1),
        "machine_busy": busy.share(),
    }


async def _settle() -> None:
    await asyncio.sleep(3)  # the last call's journal, the last channel's end: both count, then the next load begins


async def cost(members: int = 1) -> list[Figure]:
    """P-1, for queues of 1, 20 or 100 members.

    Both stand side by side in turn: ours, the peer, at each rate, so that both meet the same machine.
    """
    queues = QUEUES[members]
    our_strategy, their_strategy = STRATEGIES.get(members, IN_TURN)
    ours: dict[int, dict[str, Any]] = {}
    theirs: dict[int, dict[str, Any]] = {}
    beside = load()
    with own_network():
        async with (
            generator.agents(PHONE, ENGINE),
            app_queue(queues, agents_each=members, strategy=their_strategy) as peer,
        ):
            await peer.all_there(queues * members)
            await generator.call(CARRIER, ENGINE, peer.numbers, rate=50, calls=WARM)
            for rate, seconds in SECONDS.items():
                await _settle()
                theirs[rate] = await _measured(peer.pid, peer.numbers, rate=rate, seconds=seconds)
        async with bench_site() as site:
            company = await make_company(site, queues, agents_each=members, strategy=our_strategy)
            async with generator.agents(PHONE, ENGINE):
                await generator.call(CARRIER, ENGINE, company.numbers, rate=50, calls=WARM)
                for rate, seconds in SECONDS.items():
                    await _settle()
                    ours[rate] = await _measured(site.pid, company.numbers, rate=rate, seconds=seconds)
            told = site.warnings()
    ratios = {rate: round(ours[rate]["ms_per_call"] / theirs[rate]["ms_per_call"], 2) for rate in SECONDS}
    detail = {
        "ratio_at_100": ratios[100],
        "goal_at_100": "<= 0.7",
        "callroom": ours,
        "app_queue": theirs,
        "queues": queues,
        "agents": queues * members,
        "log": told,
        "load_before": beside,
        "load_after": load(),
    }
    name = "P-1" if members == 1 else f"P-1, {members} members"
    return [Figure(name, ratios[50], "ratio", "<= 1.0", detail)]


# ---------------------------------------------------------------- P-2

CROWD = 150  # queues of one agent each: at 220 calls a second 80 talk at once, and nobody has to wait for an agent
GOAL, LESS, STEPS = 180, 140, (180, 220, 260)  # calls a second
PROBE, WHOLE = 5, 60  # seconds


async def _holds(numbers: Sequence[str], rate: float, seconds: float) -> tuple[bool, generator.Ran]:
    """Whether every call of a load was done whole, and the rate was really placed."""
    calls = round(rate * seconds)
    ran = await generator.call(CARRIER, ENGINE, numbers, rate=rate, calls=calls)
    return ran.failed == 0 and ran.done == calls and ran.seconds <= seconds * 1.05 + 3, ran


async def _probe(numbers: Sequence[str]) -> dict[int, str]:
    """Upward in short loads until one fails."""
    told: dict[int, str] = {}
    for rate in STEPS:
        await _settle()
        held, ran = await _holds(numbers, rate, PROBE)
        told[rate] = _told(held, ran)
        if not held:
            break
    return told


async def limit() -> list[Figure]:
    """P-2. A whole minute at the goal's rate, or one step less if that fails; short loads tell how far it goes."""
    whole: dict[int, str] = {}
    best = 0
    beside = load()
    with own_network():
        async with bench_site() as site:
            company = await make_company(site, CROWD)
            async with generator.agents(PHONE, ENGINE):
                await generator.call(CARRIER, ENGINE, company.numbers, rate=20, calls=CROWD)
                for rate in (GOAL, LESS):
                    await _settle()
                    held, ran = await _holds(company.numbers, rate, WHOLE)
                    whole[rate] = _told(held, ran)
                    if held:
                        best = rate
                        break
                probes = await _probe(company.numbers)  # last: what is too much leaves the engine in disorder
            told = site.warnings()
        async with generator.agents(PHONE, ENGINE), app_queue(CROWD) as peer:
            await peer.all_there(CROWD)
            theirs = await _probe(peer.numbers)
    detail = {
        "probes": probes,
        "whole_minute": whole,
        "app_queue_probes": theirs,
        "queues": CROWD,
        "log": told,
        "load_before": beside,
        "load_after": load(),
    }
    return [Figure("P-2", best, "calls/s", ">= 180", detail)]


def _told(held: bool, ran: generator.Ran) -> str:
    return f"{'held' if held else 'not held'}: {ran.done} done, {ran.failed} failed, {ran.seconds:.1f} s"
