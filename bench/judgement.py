"""What callers, agents and the site's own books say after an attack, and every fault in it.

Each caller is found again: he talked, or he left by himself, or he came while no server was there. Each stay in a queue
has one end (offered = answered + abandoned + flowed out), and the wall counts as the books do.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec
from sqlalchemy import select
from websockets.asyncio.client import connect

from bench.crowd import Caller, Ring, Seen
from bench.site import HTTP, BenchSite
from bench.strikes import Attack
from callroom.demo.phone import EndReason
from callroom.store.database import open_database, reading
from callroom.store.tables import JourneyRow, QueueVisitRow

CROSSING = 1.0  # seconds that a phone may ring on after its call was withdrawn: the words to it are on their way
HEALING = 8.0  # seconds after a cut in which words may still be repeated
SOON = 12.0  # seconds within which a phone rings for somebody who waits, whatever the agents do
ENDS = ("answered", "abandoned", "flowed_out")
FAULTS = ("lost", "forgotten", "talks_cut", "silences", "doubly_rung", "without_journey", "journeys_twice",
          "journeys_open", "never_offered", "unbalanced", "wall_differs", "talks_not_booked")  # fmt: skip

Visit = tuple[str, str, str | None]  # caller, queue, outcome


async def judged(
    site: BenchSite, callers: Sequence[Caller], seen: Seen, attack: Attack, together: set[str]
) -> dict[str, Any]:
    """What was seen, and every fault in it; ``together``: the phones of queues that ring all at once."""
    journeys, visits = await books(site, {caller.number for caller in callers})
    wall = await _wall(site)
    booked = Counter((queue, outcome) for _, queue, outcome in visits)
    differing = [(queue, today) for queue, today in wall.items() if _differs(queue, today, booked)]
    answered = {number for number, _, outcome in visits if outcome == "answered"}
    known = Counter(number for number, _ in journeys)
    # A phone that is answered while no server is there is let go again, unless the new one still finds it.
    surely = {number for number, times in seen.talked.items() if not all(map(attack.alone, times))}
    talked = surely | (seen.talked.keys() & answered)
    came_to_nobody = {c.number for c in callers if attack.alone(c.begun)} - talked
    inside = [caller for caller in callers if caller.number not in came_to_nobody]
    left = [caller for caller in inside if caller.reason is EndReason.HUNG_UP_HERE and caller.number not in talked]
    lost = [caller for caller in inside if caller.reason is not EndReason.HUNG_UP_HERE and caller.number not in talked]
    forgotten = [caller for caller in left if _forgotten(caller, seen, attack)]
    # Who talked may be hung up only when his agent did so.
    own = seen.ended | seen.vanished
    cut = [c for c in inside if c.number in talked - own and c.reason is not EndReason.HUNG_UP_HERE]
    silences = [(c.number, round(b - a, 1)) for c in inside for a, b in c.silences if _unexplained(a, b, attack)]
    double = _doubly_rung([ring for ring in seen.rings if ring.agent not in together], attack, seen)
    never = ({caller.number for caller in inside} & known.keys()) - {number for number, _, _ in visits}
    return {
        "callers": len(callers),
        "talked": len(talked),
        "left_by_themselves": len(left),
        "came_while_no_server": len(came_to_nobody),
        "longest_without_server": round(max((end - begin for begin, end in attack.away), default=0.0), 1),
        "pages_gone_in_talk": attack.in_talk,
        "pages_gone_ringing": attack.ringing,
        "talks_taken_up_again": seen.returned,
        "longest_until_the_next_rang": max(_until_next(seen.rings, attack), default=0.0),
        "pages_stuck": len(seen.stuck),
        "lost": len(lost),
        "forgotten": len(forgotten),
        "talks_cut": len(cut),
        "silences": len(silences),
        "doubly_rung": len(double),
        # Those who are to ring together do: so the figure above sees what it looks for.
        "rung_together": len(_doubly_rung([ring for ring in seen.rings if ring.agent in together], attack, seen, 0.0)),
        "seconds_too_busy_to_see": round(sum(end - begin for begin, end in _merged(seen.slow)), 1),
        "without_journey": len({c.number for c in inside} - known.keys()),
        "journeys_twice": sum(count > 1 for count in known.values()),
        "journeys_open": sum(not ended for _, ended in journeys),
        "never_offered": len(never),
        "unbalanced": sum(count for (_, outcome), count in booked.items() if outcome not in ENDS),
        "wall_differs": len(differing),
        "talks_not_booked": len(surely - answered),
        "offered": len(visits),
        **{outcome: sum(booked[queue, outcome] for queue in wall) for outcome in ENDS},
        "examples": {"lost": [vars(c) for c in lost[:3]], "cut": [vars(c) for c in cut[:3]],
                     "forgotten": [vars(c) for c in forgotten[:3]], "silences": silences[:5],
                     "double": [[vars(a), vars(b)] for a, b in double[:3]], "never_offered": sorted(never)[:5],
                     "wall": [(today, [booked[queue, end] for end in ENDS]) for queue, today in differing],
                     "not_booked": sorted(surely - answered)[:5], "stuck": seen.stuck[:3]},
    }  # fmt: skip


def _forgotten(caller: Caller, seen: Seen, attack: Attack) -> bool:
    """He left, and before that no phone had rung for him for long, although there was a server and a network."""
    assert caller.ended is not None
    since = caller.ended - SOON
    rung = any(ring.caller == caller.number and (ring.end or caller.ended) > since for ring in seen.rings)
    alone = any(begin < caller.ended and end + 1 > since for begin, end in attack.away)
    return not rung and not alone and not attack.touched(since, caller.ended, HEALING)


def _unexplained(begin: float, end: float, attack: Attack) -> bool:
    """Who loses his agent's page while no server is there hears music only when there is one again."""
    return not any(gone - 1 < end and back + 2 > begin for gone, back in attack.away)


def _until_next(rings: Sequence[Ring], attack: Attack) -> list[float]:
    """Seconds from the moment a phone that rang was gone until the next one rang for its caller, where one did."""
    took: list[float] = []
    for ring in rings:
        if ring.gone and ring.end is not None and not attack.touched(ring.begin, ring.end, HEALING):
            later = [other.begin for other in rings if other.caller == ring.caller and other.begin > ring.begin]
            if later and not any(begin < min(later) and back > ring.end for begin, back in attack.away):
                took.append(round(max(0.0, min(later) - ring.end), 1))
    return took


def _merged(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _doubly_rung(
    rings: Sequence[Ring], attack: Attack, seen: Seen, crossing: float = CROSSING
) -> list[tuple[Ring, Ring]]:
    """Phones that rang together for one caller, longer than words on their way explain.

    What a cut touched is left out: a phone that cannot be told rings on, and one may be told to ring long after; and
    what a machine too busy to look made seem so.
    """
    slow = _merged(seen.slow)
    now = asyncio.get_running_loop().time()
    together: list[tuple[Ring, Ring]] = []
    by_caller: dict[str, list[Ring]] = {}
    for ring in rings:
        if not ring.gone and not attack.touched(ring.begin - 0.5, ring.begin, HEALING):
            by_caller.setdefault(ring.caller, []).append(ring)
    for mine in by_caller.values():
        for one, other in pairwise(mine):
            end = one.end or now
            late = any(begin < end + 1 and over > other.begin - 1 for begin, over in slow)
            if not late and not attack.touched(other.begin - 1, end) and end - other.begin > crossing:
                together.append((one, other))
    return together


def _differs(queue: str, today: dict[str, int], booked: Counter[tuple[str, str | None]]) -> bool:
    ends = {outcome: booked[queue, outcome] for outcome in ENDS}
    return any(today[outcome] != count for outcome, count in ends.items()) or today["offered"] != sum(ends.values())


async def _wall(site: BenchSite) -> dict[str, dict[str, int]]:
    """Today's counts of each queue, as the wall begins with them."""
    headers = {"Authorization": site.client.headers["Authorization"]}
    async with connect(f"ws://{HTTP}/api/v1/live", additional_headers=headers, max_size=None, proxy=None) as socket:
        snapshot = msgspec.json.decode(await socket.recv())
    return {queue["id"]: queue["today"] for queue in snapshot["data"]["queues"]}


async def books(site: BenchSite, numbers: set[str], within: float = 15.0) -> tuple[list[tuple[str, bool]], list[Visit]]:
    """Journeys (caller, whether ended) and stays in queues of these callers, once all have ended."""
    database = open_database(site.database)
    until = time.monotonic() + within
    try:
        while True:
            async with reading(database) as session:
                rows = (await session.execute(select(JourneyRow.from_number, JourneyRow.ended_at))).all()
                visits = (
                    await session.execute(
                        select(JourneyRow.from_number, QueueVisitRow.queue_id, QueueVisitRow.outcome).join(
                            JourneyRow, JourneyRow.id == QueueVisitRow.journey_id
                        )
                    )
                ).all()
            mine = [(number, ended is not None) for number, ended in rows if number in numbers]
            if all(ended for _, ended in mine) or time.monotonic() > until:
                return mine, [(number, queue, outcome) for number, queue, outcome in visits if number in numbers]
            await asyncio.sleep(0.5)
    finally:
        await database.dispose()
