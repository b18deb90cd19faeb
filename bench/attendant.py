"""IVR-50: fifty callers at once in one attendant; from each one's INVITE to the first sound of its first prompt."""

import asyncio
import statistics
import time
from typing import Any

from bench import generator
from bench.figure import Figure
from bench.machine import Busyness, load
from bench.network import CARRIER, ENGINE, own_network
from bench.site import BenchSite, bench_home
from callroom.demo.phone import OutgoingCall, Phone

CALLERS = 50
ROUNDS = 3
DID = "88001"
WITHIN = 5.0  # seconds until a prompt that does not come is an error
LOOK = 0.002  # seconds between two looks at what was heard

BANK: dict[str, Any] = {
    "entry": "tongue",
    "nodes": {
        "tongue": {"kind": "menu", "sound": {"system": "demo_menu"}, "keys": {"2": "en"}, "fallback": "bye"},
        "en": {"kind": "language", "language": "en", "next": "account"},
        "account": {"kind": "digits", "sound": {"system": "enter_extension"}, "variable": "account", "shortest": 4,
                    "next": "known", "fallback": "bye"},
        "known": {"kind": "condition", "cases": [{"left": "{{account}}", "op": "greater", "right": "1000",
                                                  "to": "tell"}], "fallback": "bye"},
        "tell": {"kind": "say", "value": "{{account}}", "style": "digits", "next": "bye"},
        "bye": {"kind": "hang_up", "sound": {"system": "goodbye"}},
    },
}  # fmt: skip


async def _make(site: BenchSite) -> None:
    line = {"name": "carrier", "kind": "address", "host": CARRIER, "port": generator.CARRIER_PORT,
            "match": [f"{CARRIER}/32"], "max_calls": 2 * CALLERS}  # fmt: skip
    trunk = await site.ask("POST", "trunks", line)
    flow = await site.ask("POST", "ivr-flows", {"name": "Bank", "definition": BANK})
    route = {"name": "in", "did": DID, "trunk_id": trunk["id"], "destination": {"kind": "flow", "id": flow["id"]}}
    await site.ask("POST", "inbound-routes", route)


async def _one(phone: Phone, k: int) -> float:
    """Milliseconds to the first prompt; then the caller goes all the way."""
    begun = time.monotonic()
    call = await phone.dial(f"sip:{DID}@{ENGINE}:5060", caller=f"139{k:08}")
    async with asyncio.timeout(WITHIN):
        while not call.heard.packets:  # noqa: ASYNC110  # nothing tells of the first packet
            await asyncio.sleep(LOOK)
    took = 1000 * (time.monotonic() - begun)
    await _walk(call)
    return took


async def _walk(call: OutgoingCall) -> None:
    await call.answered()
    for keys in ("2", "4711#"):
        await asyncio.sleep(1)  # a person needs a moment
        await call.press(keys)
    await call.wait_ended(timeout=40)


async def attendant() -> list[Figure]:
    beside = load()
    with own_network(), bench_home() as home:
        site = BenchSite(home)
        try:
            await site.start()
            await site.takes_calls()
            await site.sign_in()
            await _make(site)
            async with Phone(bind=CARRIER, user="carrier", codecs=("PCMA",)) as phone:
                await _one(phone, 0)  # what the first call loads
                busy = Busyness()
                took: list[float] = []
                for turn in range(1, ROUNDS + 1):
                    took += await asyncio.gather(*(_one(phone, 100 * turn + k) for k in range(CALLERS)))
                share, warnings = busy.share(), site.warnings()
        finally:
            await site.client.aclose()
            await site.stop()
    detail: dict[str, Any] = {
        "median": round(statistics.median(took), 1),
        "least": round(min(took), 1),
        "most": round(max(took), 1),
        "at_once": CALLERS,
        "calls": len(took),
        "warnings": warnings,
        "machine_busy": share,
        "load_before": beside,
        "load_after": load(),
    }
    p95 = statistics.quantiles(took, n=20, method="inclusive")[-1]
    return [Figure("IVR-50", round(p95, 1), "ms", "<= 300", detail)]
