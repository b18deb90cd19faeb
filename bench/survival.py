"""R-1: the server is killed while people talk, wait and listen to a menu; who is still there, and in his place?"""

import asyncio
import os
import signal
import time
from typing import Any

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from bench import generator
from bench.figure import Figure
from bench.machine import load, pid_of
from bench.network import CARRIER, ENGINE, PHONE, own_network
from bench.site import HTTP, BenchSite, SiteFailed, bench_site, make_company

TALKING, WAITING, IVR = 50, 20, 10
TALK = 40.0  # seconds
EMPTY, MENU = "87000", "87001"  # numbers of a queue that nobody serves, and of an attendant
PORTS = (generator.CARRIER_PORT, 5081, 5082)


async def _calls(site: BenchSite) -> dict[str, dict[str, Any]]:
    """The living calls as a page begins with them."""
    headers = {"Authorization": site.client.headers["Authorization"]}
    async with connect(f"ws://{HTTP}/api/v1/live", additional_headers=headers, max_size=None, proxy=None) as socket:
        snapshot = msgspec.json.decode(await socket.recv())
    return {call["id"]: call for call in snapshot["data"]["calls"]}


async def _stand(site: BenchSite, *, within: float) -> tuple[dict[str, dict[str, Any]], float]:
    """Until all stand where they should; the calls, and the seconds it took. What there is when it takes too long."""
    wanted = {"talking": TALKING, "waiting": WAITING, "ivr": IVR}
    begun = time.monotonic()
    calls: dict[str, dict[str, Any]] = {}
    while time.monotonic() - begun < within:
        try:
            calls = await _calls(site)
        except (OSError, WebSocketException):
            calls = {}  # the server is not back yet
        states = [call["state"] for call in calls.values()]
        if all(states.count(state) == count for state, count in wanted.items()):
            break
        await asyncio.sleep(0.1)
    return calls, time.monotonic() - begun


async def _more(site: BenchSite) -> None:
    """A queue that nobody serves, an attendant, and their numbers."""
    queue = await site.ask(
        "POST", "queues", {"name": "nobody", "max_wait": 600, "announce_every": 600, "language": "en"}
    )
    menu = {"kind": "menu", "sound": {"system": "demo_menu"}, "keys": {"1": "end"}, "fallback": "end", "attempts": 5}
    flow = {"entry": "menu", "nodes": {"menu": menu, "end": {"kind": "hang_up"}}}
    attendant = await site.ask("POST", "ivr-flows", {"name": "menu", "definition": flow})
    for did, kind, made in ((EMPTY, "queue", queue), (MENU, "flow", attendant)):
        await site.ask(
            "POST", "inbound-routes", {"name": did, "did": did, "destination": {"kind": kind, "id": made["id"]}}
        )


async def killed_server() -> list[Figure]:
    beside = load()
    with own_network():
        async with bench_site() as site:
            company = await make_company(site, TALKING)
            await _more(site)
            async with generator.agents(PHONE, ENGINE, talk=TALK):
                groups = ((company.numbers, TALKING, 25.0), ([EMPTY], WAITING, 10.0), ([MENU], IVR, 10.0))
                loads = [
                    asyncio.create_task(
                        generator.call(
                            CARRIER, ENGINE, numbers, rate=rate, calls=count, port=port, longest_talk=TALK + 20
                        )
                    )
                    for (numbers, count, rate), port in zip(groups, PORTS, strict=True)
                ]
                before, _ = await _stand(site, within=20)
                if len(before) < TALKING + WAITING + IVR:
                    raise SiteFailed(f"only {len(before)} calls came up\n{site.log.read_text()}")
                os.kill(pid_of(site.pid, "server"), signal.SIGKILL)
                after, back = await _stand(site, within=20)
                ran = await loads[0]  # until those who talk have hung up
                for rest in loads[1:]:
                    rest.cancel()
                await asyncio.gather(*loads[1:], return_exceptions=True)
            told = site.warnings()
    waiting = [[id for id, call in calls.items() if call["state"] == "waiting"] for calls in (before, after)]
    lines = [
        sorted(line, key=lambda id: calls[id]["started_at"])
        for line, calls in zip(waiting, (before, after), strict=True)
    ]
    lost = len(before.keys() - after.keys())
    changed = [id for id in before.keys() & after.keys() if before[id]["state"] != after[id]["state"]]
    detail = {
        "talking_waiting_ivr": [TALKING, WAITING, IVR],
        "in_another_state": len(changed),
        "same_line": lines[0] == lines[1],
        "talks_ended_by_their_agents": ran.done,
        "back_after_seconds": round(back, 2),
        "log": told,
        "load_before": beside,
    }
    return [Figure("R-1", lost + TALKING - ran.done, "calls lost", "0", detail)]
